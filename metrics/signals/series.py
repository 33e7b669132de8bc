"""A measure month by month or quarter by quarter, at each place: what a chart is drawn of, and which points may be judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Engine

from metrics.measuring.measure import FIGURES, measure, measure_all
from metrics.metric import Metric, Number, Proportion, Quantile, Rate, Ratio
from metrics.statistics.season import YEARS, season
from metrics.themes import METRICS
from queries.clock import add_months
from queries.counting.question import Question, ask
from queries.engine import reading
from queries.periods import Period, divide, quarter_start
from queries.row_level_security import ignoring_hub_limits
from queries.scope import SYSTEM, Scope
from queries.themes.outcomes import RECORDED, SUSPECTED

OPEN_SHARE = "not_yet_assigned_share"
STILL_COMING = 0.1  # of the crimes of a month without an outcome, above which it is not judged
REPORTED_LATE = 2  # months by the end of which nearly all crimes that were committed are recorded

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
    """The metrics by month or quarter, by key and place: ``label, judged``, then the columns of `measure`.

    ``judged`` is false where outcomes or late reports are still coming, or the follow-up is not over. Metrics with a follow-up
    reach back as much further.
    """
    found: Cells = {}
    only = question.scope.hubs if question.scope.hubs and len(question.scope.hubs) == 1 else ()
    for more in {metric.months_to_mature for metric in metrics}:
        scope = division.scope(question, more)
        alike = [metric for metric in metrics if metric.months_to_mature == more]
        for by in ((division.time,), ("hub", division.time)) if hubs and not only else ((division.time,),):
            frames, coming = measure_all(alike, scope, by, connection), _still_coming(connection, alike, scope, by)
            for metric in alike:
                counted = frames[metric.key]
                label = counted[division.time]
                unripe = label.isin(_unripe(metric, question, division, label))
                is_coming = _are_in(coming, counted, by) if metric.measured.events is RECORDED else False
                cells = pd.DataFrame({"label": label, "judged": ~(unripe | is_coming), **counted[FIGURES]})
                for place, own in cells.groupby(counted["hub"]) if "hub" in by else [(None, cells)]:
                    found[metric.key, place] = own.reset_index(drop=True)
    if hubs:  # the whole of one hub is that hub
        found |= {(key, hub): cells for (key, _), cells in found.items() for hub in only}
    return found


def not_judged_yet(metric: Metric, scope: Scope, time: str, engine: Engine | Connection | None = None) -> tuple[str, ...]:
    """The months or quarters of a scope, in order, that may not be judged yet, for the reasons of `over_time`."""
    division = MONTHLY if time == "month" else QUARTERLY
    with reading(scope.access, engine) as connection:
        question = ask(connection, metric.parts, scope)
        if not question.period or not question.coverage.last:
            return ()
        periods = divide(question.period.opens, question.period.closes, [time])
        labels = pd.Series([str(getattr(period, time)) for period in periods], dtype=object)
        coming = {label for (label,) in _still_coming(connection, [metric], scope, (time,))}
    return tuple(sorted(coming | _unripe(metric, question, division, labels)))


def seasons(connection: Connection, question: Question, metrics: Sequence[Metric]) -> "dict[str, pd.Series[float]]":
    """The time of year of each plain count or rate, by key, where it has one; read off the whole force, whoever asks.

    Only twelve ratios leave it, and so a hub is judged alike for its sergeant and for the command team.
    """
    counted = [metric for metric in metrics if isinstance(metric.formula, Number | Rate) and not metric.months_to_mature]
    if not counted:
        return {}
    whole = replace(Division("month", 12, YEARS).scope(question), access=SYSTEM, hubs=None)
    with ignoring_hub_limits(connection):
        frames = measure_all(counted, whole, ("month",), connection)
    found = {key: season(frame.set_index("month")["numerator"]) for key, frame in frames.items()}
    return {key: usual for key, usual in found.items() if usual is not None}


def expected(metric: Metric, cells: pd.DataFrame) -> float:
    """How many events a point stands on, in the mean: of shares and quantiles those on their rarer side."""
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


def _still_coming(connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The cells in which too many crimes have no outcome yet, each place by itself, where that matters to any of the metrics."""
    if not any(metric.measured.events is RECORDED for metric in metrics):
        return set()
    open_share = measure(METRICS[OPEN_SHARE], scope, by, connection)
    return set(_named(open_share[open_share["value"] > STILL_COMING], by))


def _are_in(cells: set[tuple[str, ...]], frame: pd.DataFrame, by: tuple[str, ...]) -> "npt.NDArray[np.bool_]":
    return np.array([cell in cells for cell in _named(frame, by)], dtype=bool)


def _named(frame: pd.DataFrame, by: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(frame[list(by)].itertuples(index=False, name=None))


def _unripe(metric: Metric, question: Question, division: Division, labels: "pd.Series[str]") -> set[str]:
    """The points whose follow-up is not over by the end of the data, or whose crimes are not all reported yet."""
    assert question.coverage.last
    firsts = {label: date.fromisoformat(label) for label in labels}
    periods = {label: Period(first, add_months(first, division.months)) for label, first in firsts.items()}
    late = metric.measured.events is SUSPECTED
    return {
        label
        for label, period in periods.items()
        if (metric.months_to_mature and metric.matures_on(period) > question.coverage.last)
        or (late and add_months(period.closes, REPORTED_LATE) - timedelta(days=1) > question.coverage.last)
    }
