"""Every key of the dashboard on the invented force, on each engine: its figures against plain loops over the same rows."""

import gc
from datetime import date
from functools import cache

import pytest
from product import figures_of
from sqlalchemy import select

from metrics.themes import METRICS, THEMES
from queries.engine import connect
from queries.tables import CONTRACT, loads

from . import KEYS, recount
from .by_hand import NOTHING, assert_alike
from .disproportionality import relative_rates
from .test_worked_cases_of_disproportionality import assert_agrees

START, END = date(2018, 11, 1), date(2026, 11, 1)
COMPLETE = date(2025, 4, 1)  # up to here the follow-up of every quarter is over
ASKED = [  # each by those of its dimensions that the key has
    {"by": ("hub", "month")},
    {"by": ("year", "age_band", "in_care", "ethnicity")},
    {"by": ("hub", "year"), "placed_by": "residence"},
    {"by": ("area", "in_care"), "residents_only": True},
]
# What one engine's figures were set beside is kept for the other's: both of a theme go to one worker.
EACH_THEME = [pytest.param(theme, id=theme.key, marks=pytest.mark.xdist_group(theme.key)) for theme in THEMES]


@cache
def rows_of(url):
    with connect(url).connect() as connection:
        found = {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in (*CONTRACT, loads)}
    gc.freeze()  # the rows stay: without them each collection takes half a second less
    return found


def able(metric, asked):
    """The question, by those of its dimensions that the metric has."""
    return asked | {"by": tuple(dimension for dimension in asked["by"] if dimension in metric.splits)}


@cache
def by_plain_loops(url, key, start, end, by, **more):
    cells = recount(rows_of(url), key, start, end, by=by, **more).items()
    return {tuple(map(str, labels)): result for labels, result in cells}


def test_every_key_is_counted_twice():
    assert set(METRICS) <= set(KEYS)


@pytest.mark.parametrize("theme", EACH_THEME)
def test_the_same_by_plain_loops(demo_on_each_engine, demo_url, sampled, theme):
    """Every question of DuckDB; of PostgreSQL every fourth, since `test_engines_agree` holds the two together."""
    known, questions = set(), ASKED if demo_on_each_engine == demo_url else sampled(ASKED, len(ASKED))
    for asked in questions:
        for (complete, by), alike in grouped(theme.metrics, asked).items():
            ask = asked | {"by": by}
            period = (START, COMPLETE if complete else END)
            for key, own in figures_of(demo_on_each_engine, alike, *period, **ask).items():
                expected = by_plain_loops(demo_url, key, *period, **ask)
                known |= {key for _, _, value in own.values() if value}
                for labels in own.keys() | expected.keys():
                    assert_alike(own.get(labels, NOTHING), expected.get(labels, NOTHING), (key, ask, labels))
    assert known == {metric.key for metric in theme.metrics} or questions != ASKED


def grouped(metrics, asked):
    """Those that can be asked together: with a follow-up or without, and by the same."""
    groups = {}
    for metric in metrics:
        groups.setdefault((bool(metric.months_to_mature), able(metric, asked)["by"]), []).append(metric.key)
    return groups


@pytest.mark.parametrize("how", [{}, {"against": "residents", "officer": True}, {"residents_only": True}])
def test_ethnic_groups_beside_white_children_by_plain_loops(demo_on_each_engine, demo_url, how):
    period = (date(2024, 4, 1), date(2026, 4, 1))
    assert_agrees(relative_rates(rows_of(demo_url), *period, **how), connect(demo_on_each_engine), *period, **how)
