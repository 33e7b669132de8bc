"""A sergeant's figures of a hub are the command team's of that hub, though the database shows a sergeant less."""

from datetime import datetime

import guarded
import pandas as pd
import pytest
from product import answered

from metrics.measuring.measure import measure_all
from metrics.measuring.notes import notes_of_all
from metrics.reports import due, repeats, waiting
from metrics.reports.few_children import concentrations
from metrics.reports.headline import headlines
from metrics.reports.records import parts, records
from metrics.themes import METRICS
from queries.engine import connect
from queries.reports.repeats import KINDS as KINDS_OF_REPEATS
from queries.scope import Access, Scope

pytestmark = pytest.mark.xdist_group("roles")

CARLISLE = ("carlisle",)
OWN, OF_ALL = Scope(Access("hub", CARLISLE)), Scope(Access("command"), hubs=CARLISLE)
# Records of one measure of each kind of event: those of the others are of the same rows.
KINDS = {metric.measured.events.rows.name: metric for metric in METRICS.values()}


@pytest.fixture(scope="module")
def demo(demo_on_postgresql):
    """The invented force, by a login with no more than the dashboard is given. On DuckDB both roles ask the very same."""
    return connect(guarded.dashboard(demo_on_postgresql))


@pytest.mark.parametrize(("placed_by", "by"), [("event", ("month",)), ("residence", ("year", "in_care"))])
def test_every_measure(demo, sampled, placed_by, by):
    """Without --long every third by month, and another third by year and care."""
    able = [metric for metric in METRICS.values() if set(by) <= set(metric.splits)]
    assert len(able) > 80
    metrics = sampled(able, 3, len(by))
    scopes = [Scope(scope.access, hubs=CARLISLE, placed_by=placed_by) for scope in (OWN, OF_ALL)]
    own, of_all = (answered(demo, measure_all, metrics, scope, by) for scope in scopes)
    assert sum(not frame.empty for frame in of_all.values()) > 70 * len(metrics) / len(able)
    for key, frame in of_all.items():
        pd.testing.assert_frame_equal(own[key], frame)


def test_what_is_said_of_them(demo, sampled):
    metrics = sampled(METRICS.values(), 3)
    assert list(map(repr, answered(demo, headlines, metrics, OWN))) == list(map(repr, answered(demo, headlines, metrics, OF_ALL)))
    of_no_other = Scope(Access("command", CARLISLE))  # to whom no number of the whole force is told either
    assert answered(demo, notes_of_all, metrics, OWN) == answered(demo, notes_of_all, metrics, of_no_other)
    for own, of_all in zip(answered(demo, concentrations, OWN), answered(demo, concentrations, OF_ALL), strict=True):
        assert repr(own) == repr(of_all)


@pytest.mark.parametrize("kind", KINDS)
def test_the_records_behind_them(demo, kind):
    for part in parts(KINDS[kind]):
        own, of_all = answered(demo, records, KINDS[kind], part, OWN), answered(demo, records, KINDS[kind], part, OF_ALL)
        assert own.number == of_all.number
        pd.testing.assert_frame_equal(own.frame, of_all.frame)


def test_what_falls_due_and_what_happens_again(demo):
    now = datetime(2026, 11, 12, 8)  # noqa: DTZ001 (naive UTC)
    assert answered(demo, due.due, OWN, now) == answered(demo, due.due, OF_ALL, now)
    for part in (waiting.EVERYTHING, waiting.BACKLOG):
        own, of_all = (answered(demo, waiting.waiting, scope, part, now) for scope in (OWN, OF_ALL))
        pd.testing.assert_frame_equal(own, of_all)
        assert len(own)
    assert answered(demo, repeats.repeats, OWN) == answered(demo, repeats.repeats, OF_ALL)
    for kind in KINDS_OF_REPEATS:
        own, of_all = (answered(demo, repeats.children, scope, kind) for scope in (OWN, OF_ALL))
        pd.testing.assert_frame_equal(own, of_all)
