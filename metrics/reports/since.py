"""What became of a measure since a day: the months since, beside the same months of the year before that day."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection

from metrics import sentences, words
from metrics.measuring.measure import measure
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric
from metrics.statistics.change import NOT_COMPARABLE, NOT_JUDGED, NOT_KNOWN, Change, change
from queries.clock import add_months
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable
from queries.periods import Period, quarter_start
from queries.scope import Scope

_YEAR = 12  # months: the longest that is compared, so that each season is in it once


@dataclass(frozen=True)
class Since:
    """``then`` is the row of `measure` of what was seen on the day, counted today; ``now`` of the months since, at most twelve,
    and ``before`` what these are compared with: the same months of the year before the day, or all twelve before it.

    ``period`` is None where no whole month has been counted since.
    """

    period: Period | None
    compared_with: Period
    then: "pd.Series[float]"
    now: "pd.Series[float]"
    before: "pd.Series[float]"
    change: Change


def since(connection: Connection, metric: Metric, scope: Scope, seen: Period, until: date = date.max) -> Since:
    """Follow a measure, within the hubs of a scope, from the end of the period that was ``seen`` to a day (not included).

    Both sides are of as many months and of the same time of year, and none is counted twice; of a state at the end of a period,
    that on the day and that of now are compared.
    """
    decided = _starts_after(metric, seen.closes)
    end = _counted_to(connection, metric, replace(scope, start=None, end=None))
    end = end and min(end, until.replace(day=1))
    then = _row(connection, metric, scope, seen)
    year_before = Period(add_months(decided, -_YEAR), decided)
    if end is None or end < add_months(decided, max(1, metric.rolling_months)):
        blank = then * float("nan")
        return Since(None, year_before, then, blank, blank, NOT_KNOWN)
    period = Period(max(decided, add_months(end, -_YEAR)), end)
    shifted = Period(add_months(period.opens, -_YEAR), add_months(period.closes, -_YEAR))
    compared = year_before if period.months == _YEAR or _is_state(metric) else shifted
    now, before = (_row(connection, metric, scope, each) for each in (period, compared))
    return Since(period, compared, then, now, before, _change(connection, metric, scope, (period, now), (compared, before)))


def sentence(metric: Metric, place: str, found: Since, seen: Period, value: float) -> str:
    """What was seen when it was decided, what there was since, and whether that differs by more than chance.

    ``value`` is the figure as it stood. "Overnight detentions, Barrow: 48.0% when decided, 31.0% in the 12 months since: lower."
    """
    then = words.shown(metric, value, with_unit=True)
    counted_now = words.shown(metric, found.then["value"], with_unit=True)
    is_revised = pd.notna(value) and pd.notna(found.then["value"]) and counted_now != then
    revised = f" (the same months now show {counted_now})" if is_revised else ""
    decided = f"{metric.name}, {place}: {then} when decided{revised}"
    if found.period is None and metric.rolling_months:
        return f"{decided}. It counts {words.number(metric.rolling_months)} months at a time, which have not passed since."
    if found.period is None:
        return f"{decided}. No whole month has been counted since."
    now = words.shown(metric, found.now["value"], with_unit=True)
    text = f"{decided}, {now} {_when(metric, found.period, seen)}{_beside(metric, found, seen)}"
    return f"{text}: {sentences.moved(metric, found.now, found.before, found.change)}."


def _when(metric: Metric, period: Period, seen: Period) -> str:
    """In the three months since, in the 12 months to June 2026; of a state, at the end of these."""
    length = "the month" if period.months == 1 else f"the {words.number(period.months)} months"
    is_since = period.opens == _starts_after(metric, seen.closes)
    until = "since" if is_since else f"to {period.closes - timedelta(days=1):%B %Y}"
    return f"{'at the end of' if _is_state(metric) else 'in'} {length} {until}"


def _beside(metric: Metric, found: Since, seen: Period) -> str:
    """What it is compared with, where that is another figure than the one when it was decided."""
    assert found.period
    is_seen = found.compared_with.closes == seen.closes and (_is_state(metric) or found.compared_with.opens == seen.opens)
    if is_seen or pd.isna(found.before["value"]):
        return ""
    before = words.shown(metric, found.before["value"], with_unit=True)
    if _is_state(metric):
        return f", beside {before} at the end of {found.compared_with.closes - timedelta(days=1):%B %Y}"
    months = "the 12 months before the decision" if found.period.months == _YEAR else "the same months of the year before"
    return f", beside {before} in {months}"


def _change(
    connection: Connection,
    metric: Metric,
    scope: Scope,
    now: "tuple[Period, pd.Series[float]]",
    before: "tuple[Period, pd.Series[float]]",
) -> Change:
    if metric.not_comparable:
        return NOT_COMPARABLE
    asked = ask(connection, metric.parts, scope.over(before[0].opens, before[0].closes))
    if isinstance(asked, NotAvailable) or metric.history_missed(before[0], asked.coverage.first):
        return NOT_JUDGED
    if asked.coverage.first > before[0].opens and not _is_state(metric):  # only a part of it was counted
        return NOT_JUDGED
    return change(metric, now[1], before[1])


def _row(connection: Connection, metric: Metric, scope: Scope, period: Period) -> "pd.Series[float]":
    return measure(connection, metric, scope.over(period.opens, period.closes)).iloc[0]


def _starts_after(metric: Metric, day: date) -> date:
    """The first day of a month on or after a day, of a quarter where whole quarters are followed up."""
    start = day if day.day == 1 else add_months(day.replace(day=1), 1)
    while metric.months_to_mature and start != quarter_start(start):
        start = add_months(start, 1)
    return start


def _counted_to(connection: Connection, metric: Metric, scope: Scope) -> date | None:
    """The day after the last whole month of a measure's own data, whose follow-up is over; None where there are none."""
    asked = ask(connection, metric.parts, latest_complete(connection, metric, scope))
    return None if isinstance(asked, NotAvailable) else asked.period.closes.replace(day=1)


def _is_state(metric: Metric) -> bool:
    """Whether it is of the end of a period, and not of months: how many plans are open."""
    events = metric.measured.events
    return events.date is None and not events.whole_period and not metric.rolling_months
