"""A measure month by month or quarter by quarter, at each place: what a chart is drawn of, and which points may be judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.arrays import gather_arrays
from metrics.measuring.figures import FIGURES
from metrics.measuring.gather import questions
from metrics.measuring.measure import measure
from metrics.metric import Metric, Number, Rate
from metrics.statistics.season import YEARS
from metrics.statistics.season import seasons as seasons_of
from metrics.themes import METRICS
from queries.clock import add_months
from queries.counting.coverage import ask
from queries.counting.question import Coverage, NotAvailable, Question
from queries.counting.question import question as over
from queries.lookups.population import places
from queries.periods import Period, quarter_start
from queries.row_level_security import ignoring_hub_limits
from queries.scope import SYSTEM, Scope

MOST_OPEN = 0.1  # of the events of a month or quarter without an outcome, above which it is not judged

Hub = str | None  # a hub; None: the whole of the scope
PointsOf = dict[tuple[str, Hub], "Points"]  # by the key of a metric


@dataclass(frozen=True, eq=False)
class Points:
    """A measure at a place, in order of time: arrays of as many points.

    ``label`` is the first day of a month or quarter; ``judged`` is false where outcomes or late reports are still to come, or the
    follow-up is not over; the others are those of `measure`.
    """

    label: npt.NDArray[Any]
    judged: npt.NDArray[np.bool_]
    numerator: npt.NDArray[np.float64]
    denominator: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]

    @property
    def is_not_available(self) -> bool:
        """Whether there is no figure at all, and not because there was nothing to divide by."""
        return bool(np.isnan(self.value).all() and not (self.denominator == 0).any())

    def to_judge(self, start: int) -> "Points":
        """Those from a position on that may be judged and have a value."""
        wanted = self.judged & ~np.isnan(self.value) & (np.arange(len(self.label)) >= start)
        return Points(*(column[wanted] for column in vars(self).values()))


_NONE = Points(np.array([], dtype=object), np.array([], dtype=bool), *(np.array([]) for _ in FIGURES[:3]))


@dataclass(frozen=True)
class Division:
    """How a chart divides time: the split, its months, and how many points are looked back on."""

    time: str
    months: int
    points: int

    def question(self, question: Question, coverage: Coverage, more: int = 0) -> Question | None:
        """The last points that are over by the end of the period asked for, and so many months more before them.

        None where no point is over yet.
        """
        closes = question.period.closes
        end = closes.replace(day=1) if self.time == "month" else quarter_start(closes)
        opens = add_months(end, -self.months * self.points - more)
        if opens > coverage.last or end <= coverage.first:
            return None
        return over(question.scope, (self.time,), Period(opens, end), coverage)


MONTHLY, QUARTERLY = Division("month", 1, 36), Division("quarter", 3, 20)
_SEASONS = Division("month", 1, 12 * YEARS)


def over_time(connection: Connection, question: Question, metrics: Sequence[Metric], division: Division, hubs: bool) -> PointsOf:
    """The metrics by month or quarter, by key and hub. Metrics with a follow-up reach back as much further."""
    points: PointsOf = {}
    for follow_up in {metric.months_to_mature for metric in metrics}:
        together = [metric for metric in metrics if metric.months_to_mature == follow_up]
        shares = dict.fromkeys(METRICS[metric.open_share] for metric in together if metric.open_share)
        found = _counted(connection, list(dict.fromkeys([*together, *shares])), division, question, follow_up, hubs)
        for metric in together:
            for key, hub in [place for place in found if place[0] == metric.key]:
                open_share = found.get((metric.open_share, hub))
                points[key, hub] = _with_judged(found[key, hub], metric, question, division, open_share)
    return points


def _with_judged(points: Points, metric: Metric, question: Question, division: Division, open_share: Points | None) -> Points:
    waiting = _incomplete(metric, question, division, points.label)
    waiting |= set(open_share.label[open_share.value > MOST_OPEN]) if open_share else set()
    return replace(points, judged=np.array([label not in waiting for label in points.label], dtype=bool))


def with_history(coverage: Coverage, months: int) -> Coverage:
    """The quarters with so many months of data before them: after fewer, more children look new, and fewer events repeated."""
    if not months:
        return coverage
    enough = add_months(coverage.first, months)
    return replace(coverage, first=add_months(quarter_start(enough - timedelta(days=1)), 3))


@dataclass(frozen=True, eq=False)
class Course:
    """A measure over time, as it is drawn.

    ``frame``      of `measure`, without the points that have less than ``history`` months of data before them
    ``waiting``    the labels of those that may not be judged yet, for the reasons of `over_time`
    ``starts_on``  from when there is enough history, where a point was left out; else None
    """

    frame: pd.DataFrame
    waiting: tuple[str, ...] = ()
    starts_on: date | None = None
    history: int = 0


def course(connection: Connection, metric: Metric, scope: Scope, time: str) -> Course:
    """A measure by month or quarter over the scope's period."""
    division = MONTHLY if time == MONTHLY.time else QUARTERLY
    frame = measure(connection, metric, scope, (time,))
    question = ask(connection, metric.parts, scope, (time,))
    if isinstance(question, NotAvailable):
        return Course(frame)
    history = metric.history_before(division.months)
    starts_on = with_history(question.coverage, history).first if history else date.min
    is_short = frame[time] < starts_on.isoformat()
    drawn = frame[~is_short].reset_index(drop=True)
    waiting = _incomplete(metric, question, division, drawn[time].tolist())
    if metric.open_share:
        share = measure(connection, METRICS[metric.open_share], scope, (time,))
        waiting |= set(share[time][share["value"] > MOST_OPEN])
    return Course(drawn, tuple(sorted(waiting)), starts_on if is_short.any() else None, history)


def seasons(connection: Connection, question: Question, metrics: Sequence[Metric]) -> dict[str, npt.NDArray[np.float64]]:
    """The seasonal factors (January to December) of each plain count or rate that has a season, by key, of the whole force.

    Only these twelve ratios are taken from beyond the reader's hubs, so that a hub is judged alike for its sergeant and for the
    command team.
    """
    counts = [metric for metric in metrics if isinstance(metric.formula, Number | Rate) and not metric.months_to_mature]
    whole = replace(question, scope=replace(question.scope, access=SYSTEM, hubs=None))
    with ignoring_hub_limits(connection):
        monthly = _counted(connection, counts, _SEASONS, whole, 0, hubs=False)
    by_length: dict[int, list[str]] = {}
    for (key, _), points in monthly.items():
        by_length.setdefault(len(points.label), []).append(key)
    factors = {}
    for keys in by_length.values():
        found = seasons_of(np.array([monthly[key, None].numerator for key in keys]))
        for key, of_year in zip(keys, found, strict=True):
            if not np.isnan(of_year).any():
                first_month = int(monthly[key, None].label[-12][5:7])
                factors[key] = np.roll(of_year, first_month - 1)
    return factors


def _counted(
    connection: Connection, metrics: Sequence[Metric], division: Division, question: Question, follow_up: int, hubs: bool
) -> PointsOf:
    """The points of each metric, over the scope and in each of its hubs."""
    scope, points = question.scope, PointsOf()
    of_hubs: list[str] = list(places(connection, scope)["hub"]) if hubs else []
    is_one_hub = scope.hubs is not None and len(scope.hubs) == 1  # its figures are those of the whole
    for coverage, together in _by_coverage(connection, metrics, scope).items():
        whole = division.question(question, coverage, follow_up)
        if whole is None:
            points |= {(metric.key, hub): _NONE for metric in together for hub in (None, *of_hubs)}
            continue
        arrays = gather_arrays(connection, whole, together, [] if is_one_hub else of_hubs)
        label = np.array([str(getattr(period, division.time)) for period in whole.periods], dtype=object)
        for metric in together:
            rows = zip((None, *of_hubs), *arrays.of(metric), strict=False)
            points |= {(metric.key, hub): Points(label, np.ones(len(label), dtype=bool), *row) for hub, *row in rows}
    return points | {(key, hub): found for (key, _), found in points.items() for hub in of_hubs if is_one_hub}


def _by_coverage(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> dict[Coverage, list[Metric]]:
    """The metrics whose points may begin, and end, on the same days; without those that are not available."""
    together: dict[Coverage, list[Metric]] = {}
    for asked, alike in questions(connection, metrics, scope.over(date.min, date.max)).items():
        if isinstance(asked, Question):
            for metric in alike:
                together.setdefault(with_history(asked.coverage, metric.months_of_history), []).append(metric)
    return together


def _incomplete(metric: Metric, question: Question, division: Division, labels: Sequence[str] | npt.NDArray[Any]) -> set[str]:
    """The points whose follow-up is not over by the end of the data, or whose events are not all reported yet."""
    months_to_report, last = metric.measured.events.months_to_report, question.coverage.last
    if not metric.months_to_mature and not months_to_report:
        return set()
    firsts = {label: date.fromisoformat(label) for label in labels}
    periods = {label: Period(first, add_months(first, division.months)) for label, first in firsts.items()}
    return {
        label
        for label, period in periods.items()
        if (metric.months_to_mature and metric.matures_on(period) > last)
        or (months_to_report and add_months(period.closes, months_to_report) - timedelta(days=1) > last)
    }
