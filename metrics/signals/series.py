"""A measure month by month or quarter by quarter, at each place: what a chart is drawn of, and which points may be judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.figures import FIGURES, figures, typical, values
from metrics.measuring.gather import Gathered, gather, questions
from metrics.measuring.residents import of_cells
from metrics.metric import Metric, Number, Proportion, Quantile, Rate, Ratio
from metrics.statistics.season import YEARS
from metrics.statistics.season import seasons as seasons_of
from metrics.themes import METRICS
from queries.clock import add_months
from queries.counting.counts import Durations
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable, Question
from queries.lookups.population import places
from queries.periods import Period, quarter_start
from queries.row_level_security import ignoring_hub_limits
from queries.scope import SYSTEM, Scope

MOST_OPEN = 0.1  # of the events of a month or quarter without an outcome, above which it is not judged

Hub = str | None  # a hub; None: the whole of the scope


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


_NONE = Points(np.array([], dtype=object), np.array([], dtype=bool), *(np.array([]) for _ in FIGURES[:3]))


@dataclass(frozen=True)
class Division:
    """How a chart divides time: the split, its months, and how many points are looked back on."""

    time: str
    months: int
    points: int

    def scope(self, question: Question, more: int = 0) -> Scope:
        """The last points that are over by the end of the period asked for, and so many months more before them."""
        closes = question.period.closes
        end = closes.replace(day=1) if self.time == "month" else quarter_start(closes)
        return question.scope.over(add_months(end, -self.months * self.points - more), end)


MONTHLY, QUARTERLY = Division("month", 1, 36), Division("quarter", 3, 20)


def over_time(
    connection: Connection, question: Question, metrics: Sequence[Metric], division: Division, hubs: bool
) -> dict[tuple[str, Hub], Points]:
    """The metrics by month or quarter, by key and hub. Metrics with a follow-up reach back as much further."""
    points: dict[tuple[str, Hub], Points] = {}
    for follow_up in {metric.months_to_mature for metric in metrics}:
        together = [metric for metric in metrics if metric.months_to_mature == follow_up]
        shares = {METRICS[metric.open_share]: None for metric in together if metric.open_share}
        counted = dict(_counted(connection, [*dict.fromkeys([*together, *shares])], division, question, follow_up, hubs))
        open_cells = {place: _open_labels(of_place) for place, of_place in counted.items() if METRICS[place[0]] in shares}
        for metric in together:
            for place in [hub for key, hub in counted if key == metric.key]:
                found = counted[metric.key, place]
                incomplete = _incomplete(metric, question, division, found.label)
                incomplete |= open_cells.get((metric.open_share, place), set())
                judged = np.array([label not in incomplete for label in found.label], dtype=bool)
                points[metric.key, place] = replace(found, judged=judged)
    return points


def not_judged_yet(connection: Connection, metric: Metric, scope: Scope, time: str) -> tuple[str, ...]:
    """The months or quarters of a scope, in order, that may not be judged yet, for the reasons of `over_time`."""
    division = MONTHLY if time == "month" else QUARTERLY
    question = ask(connection, metric.parts, scope, (time,))
    if isinstance(question, NotAvailable):
        return ()
    waiting = _incomplete(metric, question, division, [str(getattr(period, time)) for period in question.periods])
    if metric.open_share:
        share = METRICS[metric.open_share]
        for asked in questions(connection, [share], scope, (time,)):
            if isinstance(asked, Question):
                frame = figures(gather(connection, asked, [share]), [share])[share.key]
                waiting |= set(frame[time][frame["value"] > MOST_OPEN])
    return tuple(sorted(waiting))


def seasons(connection: Connection, question: Question, metrics: Sequence[Metric]) -> dict[str, npt.NDArray[np.float64]]:
    """The seasonal factors (January to December) of each plain count or rate that has a season, by key, of the whole force.

    Only these twelve ratios are taken from beyond the reader's hubs, so that a hub is judged alike for its sergeant and for the
    command team.
    """
    counts = [metric for metric in metrics if isinstance(metric.formula, Number | Rate) and not metric.months_to_mature]
    if not counts:
        return {}
    whole = replace(question, scope=replace(question.scope, access=SYSTEM, hubs=None))
    with ignoring_hub_limits(connection):
        monthly = dict(_counted(connection, counts, Division("month", 12, YEARS), whole, 0, hubs=False))
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


def expected(metric: Metric, points: Points) -> float:
    """The mean number of events behind a point that is judged: of shares and quantiles those on their rarer side."""
    numerator, denominator = points.numerator[points.judged], points.denominator[points.judged]
    k, n = mean(numerator), mean(denominator)
    match metric.formula:
        case Number() | Rate():
            return k
        case Proportion():
            return min(k, n - k)
        case Ratio():  # where every child has one event, only further ones can vary
            repeats = numerator - denominator
            return min(n, mean(repeats) if (repeats >= 0).all() else k)
        case Quantile(_, share):
            return n * min(share, 1 - share)
        case _:
            return n / 2


def mean(known: npt.NDArray[np.float64]) -> float:
    """The mean of what is known; nan where nothing is."""
    present = known[~np.isnan(known)]
    return float(present.mean()) if len(present) else float("nan")


def _counted(
    connection: Connection, metrics: Sequence[Metric], division: Division, question: Question, follow_up: int, hubs: bool
) -> Iterator[tuple[tuple[str, Hub], Points]]:
    """The points of each metric, as over the scope so in each of its hubs."""
    scope, time = division.scope(question, follow_up), division.time
    of_hubs = list(places(connection, scope)["hub"]) if hubs else []
    for asked, together in questions(connection, metrics, scope, (time,)).items():
        if isinstance(asked, NotAvailable):  # no month or quarter is over yet
            yield from (((metric.key, hub), _NONE) for metric in together for hub in (None, *of_hubs))
            continue
        whole = dict(_of_places(gather(connection, asked, together), asked, together, [None]))
        yield from whole.items()
        if scope.hubs and len(scope.hubs) == 1:  # its figures are those of the whole
            yield from (((key, hub), points) for (key, _), points in whole.items() for hub in of_hubs)
        elif of_hubs:
            by_hub = asked.divided("hub", time)
            yield from _of_places(gather(connection, by_hub, together), by_hub, together, of_hubs)


def _of_places(
    gathered: Gathered, question: Question, metrics: Sequence[Metric], of_hubs: Sequence[Hub]
) -> Iterator[tuple[tuple[str, Hub], Points]]:
    """The points of each metric at each hub, or over the whole."""
    index = list(question.by)
    labels = np.array([str(getattr(period, index[-1])) for period in question.periods], dtype=object)
    cells = pd.MultiIndex.from_product([of_hubs, labels] if "hub" in index else [labels], names=index)
    shape = (len(of_hubs), len(labels))
    counts = _indexed(gathered.counts, index).reindex(cells, fill_value=0)
    arrays = {count: counts[count].to_numpy(float).reshape(shape) for metric in metrics for count in metric.counts}
    grid = cells.to_frame(index=False)
    years = {ages: of_cells(grid, people).to_numpy(float).reshape(shape) for ages, people in gathered.people.items()}
    for metric in metrics:
        if isinstance(metric.measured, Durations):
            durations = gathered.durations[metric.measured]
            columns = _of_durations(metric, durations, cells.get_indexer(_indexed(durations, index).index), shape)
        else:
            columns = values(metric, arrays, years[metric.formula.ages] if isinstance(metric.formula, Rate) else np.empty(shape))
        if metric.months_to_mature:
            unknown = np.array([metric.matures_on(p) > question.coverage.last for p in question.periods])
            columns = tuple(np.where(unknown, np.nan, column) for column in columns)
        k, n, value = columns
        for row, hub in enumerate(of_hubs):
            yield (metric.key, hub), Points(labels, np.ones(len(labels), dtype=bool), k[row], n[row], value[row])


def _indexed(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return frame.drop(columns=list(columns)).set_axis(pd.MultiIndex.from_frame(frame[list(columns)]))


def _of_durations(
    metric: Metric, durations: pd.DataFrame, cells: npt.NDArray[np.int_], shape: tuple[int, int]
) -> tuple[npt.NDArray[np.float64], ...]:
    """The numbers of durations and their typical length; ``cells`` is where each row of them belongs, -1 for nowhere."""
    n, value = np.zeros(shape).ravel(), np.full(shape, np.nan).ravel()
    events = np.where(cells < 0, 0, durations["events"].to_numpy(int))
    order = np.argsort(cells, kind="stable")
    of_event = np.repeat(order, events[order])
    lengths, ended = durations["length"].to_numpy(float)[of_event], durations["ended"].to_numpy(bool)[of_event]
    found, starts = np.unique(cells[of_event], return_index=True)
    for cell, *of_cell in zip(found, np.split(lengths, starts[1:]), np.split(ended, starts[1:]), strict=True):
        n[cell], value[cell] = len(of_cell[0]), typical(metric, *of_cell)
    return np.full(shape, np.nan), n.reshape(shape), value.reshape(shape)


def _open_labels(shares: Points) -> set[str]:
    """The months or quarters in which too many events have no outcome yet."""
    return set(shares.label[shares.value > MOST_OPEN])


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
