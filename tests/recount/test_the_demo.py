"""Every key of the dashboard on the invented force: its figures against plain loops over the same rows."""

import gc
from datetime import date

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


@pytest.fixture(scope="module")
def rows(demo_url):
    with connect(demo_url).connect() as connection:
        found = {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in CONTRACT}
    gc.freeze()  # the rows stay: without them each collection takes half a second less
    yield found
    gc.unfreeze()


def test_every_key_is_counted_twice():
    assert set(METRICS) <= set(KEYS)


@pytest.mark.parametrize("key", METRICS)
def test_the_same_by_plain_loops(demo_url, rows, key):
    period = (START, COMPLETE if METRICS[key].months_to_mature else END)
    values = []
    for asked in ASKED:
        ask = asked | {"by": [dimension for dimension in asked["by"] if dimension in splits(METRICS[key])]}
        own = figures(demo_url, key, *period, **ask)
        expected = {tuple(map(str, labels)): found for labels, found in recount(rows, key, *period, **ask).items()}
        values += [value for _, _, value in own.values()]
        for labels in own.keys() | expected.keys():
            assert_alike(own.get(labels, NOTHING), expected.get(labels, NOTHING), (key, ask, labels))
    assert any(values), key


@pytest.mark.parametrize("how", [{}, {"against": "residents", "officer": True}, {"residents_only": True}])
def test_ethnic_groups_beside_white_children_by_plain_loops(demo_url, rows, how):
    period = (date(2024, 4, 1), date(2026, 4, 1))
    assert_agrees(relative_rates(rows, *period, **how), connect(demo_url), *period, **how)
