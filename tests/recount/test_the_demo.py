"""Every key of the six themes on the invented force, on each engine: the figures against plain loops over the same rows."""

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

START, END = date(2018, 11, 1), date(2026, 11, 1)
COMPLETE = date(2025, 4, 1)  # up to here the follow-up of every quarter is over
SPLITS = [("hub", "month"), ("year",), ("age_band", "in_care"), ("age_band", "hub"), ("ethnicity",)]


@cache
def rows_of(url):
    with connect(url).connect() as connection:
        return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in CONTRACT}


@cache
def by_plain_loops(url, key, period, by):
    return {tuple(map(str, labels)): found for labels, found in recount(rows_of(url), key, *period, by=by).items()}


# What one engine's figures were set beside is kept for the other's: both of a key go to one worker.
@pytest.mark.parametrize("key", [pytest.param(key, marks=pytest.mark.xdist_group(key)) for key in METRICS if key in KEYS])
def test_the_same_by_plain_loops(demo_on_each_engine, demo_url, key):
    period = (START, COMPLETE if METRICS[key].months_to_mature else END)
    for by in SPLITS:
        if set(by) <= set(splits(METRICS[key])):
            own = figures(demo_on_each_engine, key, *period, by=by)
            expected = by_plain_loops(demo_url, key, period, by)
            assert any(result[2] for result in own.values()), (key, by)
            for labels in own.keys() | expected.keys():
                assert_alike(own.get(labels, NOTHING), expected.get(labels, NOTHING), (key, by, labels))
