"""A measure month by month or quarter by quarter, at each place: what a chart is drawn of, and which points may be judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Engine

from metrics.measuring.measure import FIGURES, measure_all
from metrics.metric import Metric, Number, Proportion, Quantile, Rate, Ratio
from metrics.statistics.season import YEARS, season
from metrics.themes import METRICS
from queries.clock import add_months
from queries.counting.question import Question, ask
from queries.engine import reading
from queries.periods import Period, divide, quarter_start
from queries.row_level_security import ignoring_hub_limits
from queries.scope import SYSTEM, Scope

MOST_OPEN = 0.1  # of the events of a month or quarter without an outcome, above which it is not judged

Hub = str | None  # a hub; None: the whole of the scope
Cells = dict[tuple[str, Hub], pd.DataFrame]


@dataclass(frozen=True)
class Division:
    """How a chart divides time: the split, its months, and how many points are looked back on."""

    time: str
    months: int
    points: int

    def scope(self, question: Question, more: int = 0) -> Scope:
        """The last points that are over by the end of the period asked for, and so many months more before them."""
        assert question.period
        end = question.period.closes.replace(day=1) if self.time == "month" else quarter_start(question.period.closes)
        return question.scope.over(add_months(end, -self.months * self.points - more), end)


MONTHLY, QUARTERLY = Division("month", 1, 36), Division("quarter", 3, 20)


def over_time(connection: Connection, question: Question, metrics: Sequence[Metric], division: Division, hubs: bool) -> Cells:
    """The metrics by month or quarter, by key and hub: ``label, judged``, then the columns of `measure`.

    ``judged`` is false where outcomes or late reports are still to come, or the follow-up is not over. Metrics with a follow-up
    reach back as much further.
    """
    cells: Cells = {}
    one_hub = question.scope.hubs if question.scope.hubs and len(question.scope.hubs) == 1 else ()
    splits = ((division.time,), ("hub", division.time)) if hubs and not one_hub else ((division.time,),)
    for follow_up in {metric.months_to_mature for metric in metrics}:
        scope = division.scope(question, follow_up)
        together = [metric for metric in metrics if metric.months_to_mature == follow_up]
        for by in splits:
            frames, still_open = measure_all(together, scope, by, connection), _open_cells(connection, together, scope, by)
            for metric in together:
                frame = frames[metric.key]
                label = frame[division.time]
                incomplete = label.isin(_incomplete(metric, question, division, label))
                incomplete |= _are_in(still_open.get(metric.open_share, set()), frame, by)
                points = pd.DataFrame({"label": label, "judged": ~incomplete, **frame[FIGURES]})
                for hub, of_hub in points.groupby(frame["hub"]) if "hub" in by else [(None, points)]:
                    cells[metric.key, hub] = of_hub.reset_index(drop=True)
    if hubs:  # where the scope is one hub, its figures are those of the whole
        cells |= {(key, hub): points for (key, _), points in cells.items() for hub in one_hub}
    return cells


def not_judged_yet(metric: Metric, scope: Scope, time: str, engine: Engine | Connection | None = None) -> tuple[str, ...]:
    """The months or quarters of a scope, in order, that may not be judged yet, for the reasons of `over_time`."""
    division = MONTHLY if time == "month" else QUARTERLY
    with reading(scope.access, engine) as connection:
        question = ask(connection, metric.parts, scope)
        if not question.period or not question.coverage.last:
            return ()
        periods = divide(question.period.opens, question.period.closes, [time])
        labels = pd.Series([str(getattr(period, time)) for period in periods], dtype=object)
        still_open = _open_cells(connection, [metric], scope, (time,)).get(metric.open_share, set())
    return tuple(sorted({label for (label,) in still_open} | _incomplete(metric, question, division, labels)))


def seasons(connection: Connection, question: Question, metrics: Sequence[Metric]) -> "dict[str, pd.Series[float]]":
    """The seasonal factors of each plain count or rate that has a season, by key, estimated from the whole force.

    Only these twelve ratios are taken from beyond the reader's hubs, so that a hub is judged alike for its sergeant and for the
    command team.
    """
    counts = [metric for metric in metrics if isinstance(metric.formula, Number | Rate) and not metric.months_to_mature]
    if not counts:
        return {}
    whole = replace(Division("month", 12, YEARS).scope(question), access=SYSTEM, hubs=None)
    with ignoring_hub_limits(connection):
        frames = measure_all(counts, whole, ("month",), connection)
    factors = {key: season(frame.set_index("month")["numerator"]) for key, frame in frames.items()}
    return {key: factor for key, factor in factors.items() if factor is not None}


def expected(metric: Metric, cells: pd.DataFrame) -> float:
    """The mean number of events behind a point: of shares and quantiles those on their rarer side."""
    k, n = cells["numerator"].mean(), cells["denominator"].mean()
    match metric.formula:
        case Number() | Rate():
            return float(k)
        case Proportion():
            return float(min(k, n - k))
        case Ratio():  # where every child has one event, only further ones can vary
            repeats = cells["numerator"] - cells["denominator"]
            return float(min(n, repeats.mean() if (repeats >= 0).all() else k))
        case Quantile(_, share):
            return float(n * min(share, 1 - share))
        case _:
            return float(n / 2)


def is_not_available(cells: pd.DataFrame) -> bool:
    """Whether there is no figure at all, and not because there was nothing to divide by."""
    return bool(cells["value"].isna().all() and not (cells["denominator"] == 0).any())


def _open_cells(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...]
) -> Mapping[str, set[tuple[str, ...]]]:
    """By the key of each share of open events: the cells, each place by itself, in which too many have no outcome yet."""
    shares = {metric.open_share: METRICS[metric.open_share] for metric in metrics if metric.open_share}
    if not shares:
        return {}
    frames = measure_all(list(shares.values()), scope, by, connection)
    return {key: set(_cell_names(frame[frame["value"] > MOST_OPEN], by)) for key, frame in frames.items()}


def _are_in(cells: set[tuple[str, ...]], frame: pd.DataFrame, by: tuple[str, ...]) -> "npt.NDArray[np.bool_]":
    return np.array([cell in cells for cell in _cell_names(frame, by)], dtype=bool)


def _cell_names(frame: pd.DataFrame, by: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(frame[list(by)].itertuples(index=False, name=None))


def _incomplete(metric: Metric, question: Question, division: Division, labels: "pd.Series[str]") -> set[str]:
    """The points whose follow-up is not over by the end of the data, or whose events are not all reported yet."""
    assert question.coverage.last
    firsts = {label: date.fromisoformat(label) for label in labels}
    periods = {label: Period(first, add_months(first, division.months)) for label, first in firsts.items()}
    months_to_report = metric.measured.events.months_to_report
    return {
        label
        for label, period in periods.items()
        if (metric.months_to_mature and metric.matures_on(period) > question.coverage.last)
        or (months_to_report and add_months(period.closes, months_to_report) - timedelta(days=1) > question.coverage.last)
    }
