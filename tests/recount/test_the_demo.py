"""Every key of the dashboard on the invented force, on each engine: its figures against plain loops over the same rows."""

import gc
from datetime import date
from functools import cache

import pytest
from product import figures
from sqlalchemy import select

from metrics.measure import splits
from metrics.themes import METRICS
from queries.engine import connect
from queries.tables import CONTRACT

from . import KEYS, recount
from .by_hand import NOTHING, assert_alike
from .disproportionality import relative_rates
from .test_worked_cases_of_disproportionality import assert_agrees

START, END = date(2018, 11, 1), date(2026, 11, 1)
COMPLETE = date(2025, 4, 1)  # up to here the follow-up of every quarter is over
ASKED = [  # each by those of its dimensions that the key has
    {"by": ("hub", "month")},
    {"by": ("year", "age_band", "in_care", "ethnicity")},
    {"by": ("hub", "year"), "place": "residence"},
    {"by": ("area", "in_care"), "residents_only": True},
]
# What one engine's figures were set beside is kept for the other's: both of a key go to one worker.
EACH_KEY = [pytest.param(key, marks=pytest.mark.xdist_group(key)) for key in METRICS]


@cache
def rows_of(url):
    with connect(url).connect() as connection:
        found = {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in CONTRACT}
    gc.freeze()  # the rows stay: without them each collection takes half a second less
    return found


@cache
def by_plain_loops(url, key, period):
    found = []
    for asked in ASKED:
        ask = asked | {"by": tuple(dimension for dimension in asked["by"] if dimension in splits(METRICS[key]))}
        cells = recount(rows_of(url), key, *period, **ask).items()
        found.append((ask, {tuple(map(str, labels)): result for labels, result in cells}))
    return found


def test_every_key_is_counted_twice():
    assert set(METRICS) <= set(KEYS)


@pytest.mark.parametrize("key", EACH_KEY)
def test_the_same_by_plain_loops(demo_on_each_engine, demo_url, key):
    period = (START, COMPLETE if METRICS[key].months_to_mature else END)
    values = []
    for ask, expected in by_plain_loops(demo_url, key, period):
        own = figures(demo_on_each_engine, key, *period, **ask)
        values += [value for _, _, value in own.values()]
        for labels in own.keys() | expected.keys():
            assert_alike(own.get(labels, NOTHING), expected.get(labels, NOTHING), (key, ask, labels))
    assert any(values), key


@pytest.mark.parametrize("how", [{}, {"against": "residents", "officer": True}, {"residents_only": True}])
def test_ethnic_groups_beside_white_children_by_plain_loops(demo_on_each_engine, demo_url, how):
    period = (date(2024, 4, 1), date(2026, 4, 1))
    assert_agrees(relative_rates(rows_of(demo_url), *period, **how), connect(demo_on_each_engine), *period, **how)
