"""Figures as at a day are those of a database that held no more; company changes no figure, and neither does narrowing."""

from datetime import date
from functools import cache

import databases
import pandas as pd
import pytest
from product import answered, database_of
from random_force import MIDWAY, random_force
from recount.data import OWN_DATE, seen

from metrics.measuring.measure import measure, measure_all
from metrics.metric import TopTenth
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope
from queries.tables import metadata

pytestmark = pytest.mark.usefixtures("on_each_engine")


def everything(seed):
    return connect(_everything(seed, databases.engine()))


@cache
def _everything(seed, _engine):
    return database_of(random_force(seed))


def only_what_was_known(seed):
    """The same force with the rows dated after the day removed, and later dates blank in those that stay."""
    return connect(_only_what_was_known(seed, databases.engine()))


@cache
def _only_what_was_known(seed, _engine):
    tables = random_force(seed).items()
    return database_of({name: seen(rows, OWN_DATE[name], MIDWAY) if name in OWN_DATE else rows for name, rows in tables})


def able(by):
    return [metric for metric in METRICS.values() if set(by) <= set(metric.splits)]


def test_the_random_force_goes_on_after_the_day():
    assert {table.name: table.info["dated_by"] for table in metadata.sorted_tables if table.info["dated_by"]} == OWN_DATE
    for table in (OWN_DATE.keys() & random_force(0).keys()) - {"care_spells"}:
        days = [row[OWN_DATE[table]] for row in random_force(0)[table]]
        assert MIDWAY in days
        assert max(days) > MIDWAY


@pytest.mark.parametrize(("seed", "by"), [(0, ()), (1, ("quarter", "hub")), (2, ("in_care", "sex"))])
def test_as_at_a_day_is_what_a_database_without_anything_later_says(sampled, seed, by):
    """Without --long every measure by one of the splits."""
    metrics = sampled(able(by), 3, seed)
    own = answered(everything(seed), measure_all, metrics, Scope(Access("command"), as_at=MIDWAY), by)
    expected = answered(only_what_was_known(seed), measure_all, metrics, Scope(Access("command")), by)
    for key, frame in own.items():
        pd.testing.assert_frame_equal(frame, expected[key], obj=key)


def test_the_day_makes_a_difference_and_the_figures_are_not_blank():
    at, now = (answered(everything(0), measure_all, able(()), Scope(Access("command"), as_at=day)) for day in (MIDWAY, None))
    told = [key for key in at if not isinstance(METRICS[key].formula, TopTenth)]  # a dozen children are too few for a tenth
    known = [key for key in told if at[key]["value"].notna().all()]
    assert len(known) >= len(told) - 8, sorted(set(told) - set(known))
    assert sum(not at[key].equals(now[key]) for key in known) > len(known) / 2


@pytest.mark.parametrize(("by", "first"), [(("quarter", "hub"), 0), (("force",), 3)])
def test_measured_in_company_or_alone_the_figures_are_the_same(sampled, by, first):
    scope = Scope(Access("command"), start=date(2024, 1, 1), end=date(2025, 1, 1))
    together = answered(everything(1), measure_all, able(by), scope, by)
    assert list(together) == [metric.key for metric in able(by)]
    for metric in sampled(able(by)[first::6], 3):
        pd.testing.assert_frame_equal(together[metric.key], answered(everything(1), measure, metric, scope, by), obj=metric.key)


def test_a_reader_of_one_hub_gets_that_hubs_figures():
    every = answered(everything(2), measure_all, able(("hub",)), Scope(Access("command")), ("hub",))
    own = answered(everything(2), measure_all, able(("hub",)), Scope(Access("hub", ("EDE",))), ("hub",))
    for key, frame in own.items():
        expected = every[key][every[key]["hub"] == "EDE"].reset_index(drop=True)
        pd.testing.assert_frame_equal(frame, expected, obj=key, check_dtype=False)
