"""From a measure and a scope to a table of figures: the only place where formulas are worked out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from metrics.measuring import residents
from metrics.measuring.cells import Cells
from metrics.measuring.gather import gather
from metrics.metric import Metric, Number, Proportion, Quantile, Rate, Ratio, SurvivalMedian, TopTenth
from metrics.statistics import concentration, survival
from metrics.statistics.intervals import CONFIDENCE, order_statistics, poisson, wilson
from queries.counting.coverage import force_spans
from queries.counting.dimensions import TIMES
from queries.counting.question import Question
from queries.counting.tally import Count, Durations, durations_of, events_per_child
from queries.engine import reading
from queries.periods import Period, label
from queries.scope import Scope

FIGURES = ["numerator", "denominator", "value", "lower", "upper"]


class NotSplittable(ValueError):
    """A measure cannot be split by what was asked for; the message says by what it can."""


def measure(metric: Metric, scope: Scope, by: Sequence[str] = (), engine: Engine | Connection | None = None) -> pd.DataFrame:
    """One measure in each cell: the ``by`` columns (text), then ``numerator, denominator, value, lower, upper``.

    Shares are fractions of one, rates are for ``per`` residents a year, medians in the metric's unit. A share of nothing is
    blank; what is not available is blank throughout, never 0. Raises NotSplittable for a ``by`` that the metric has not.
    """
    return measure_all([metric], scope, by, engine)[metric.key]


def measure_all(
    metrics: Sequence[Metric], scope: Scope, by: Sequence[str] = (), engine: Engine | Connection | None = None
) -> dict[str, pd.DataFrame]:
    """Several measures at once, by key: those that count the same events share one SELECT."""
    for metric in metrics:
        missing = [name for name in by if name not in metric.splits]
        if missing:
            raise NotSplittable(f"{metric.key} cannot be split by {', '.join(missing)}; it can by {', '.join(metric.splits)}.")
    frames: dict[str, pd.DataFrame] = {}
    with reading(scope.access, engine) as connection:
        for question, together in gather(connection, metrics, scope, tuple(by)):
            frames |= _figures(connection, question, together)
    return {metric.key: frames[metric.key] for metric in metrics}


def _figures(connection: Connection, question: Question, metrics: Sequence[Metric]) -> dict[str, pd.DataFrame]:
    available = [metric for metric in metrics if question.period and question.has(metric.needs)]
    cells = Cells(connection, question, list(dict.fromkeys(count for metric in available for count in metric.counts)))
    frames = {}
    for metric in metrics:
        if metric not in available:
            frame = cells.of(metric).grid.assign(**dict.fromkeys(FIGURES, np.nan))
        elif metric.counts:
            frame = _from_counts(metric, cells)
        elif isinstance(metric.formula, TopTenth):
            frame = _from_children(metric, metric.formula.count, cells)
        else:
            frame = _from_durations(metric, cells)
        frames[metric.key] = _blank_where_unknown(connection, question, metric, frame)[[*question.by, *FIGURES]]
    return frames


def _from_counts(metric: Metric, cells: Cells) -> pd.DataFrame:
    """Counts, rates, shares and ratios."""
    people = cells.people(metric.formula.ages) if isinstance(metric.formula, Rate) else None
    layout = cells.of(metric) if people is None else cells.of(metric, people)
    counts, k = layout.counts, layout.counts[metric.counts[0]]
    match metric.formula:
        case Number(count) if count.total is not None:
            return layout.grid.assign(numerator=k, denominator=np.nan, value=k, lower=np.nan, upper=np.nan)
        case Number():
            return layout.grid.assign(numerator=k, denominator=np.nan, **poisson(k, pd.Series(1.0, k.index)))
        case Rate(_, per):
            assert people is not None
            years = residents.of_cells(layout.grid, people)
            return layout.grid.assign(numerator=k, denominator=years, **poisson(k, years) * per)
        case Proportion():
            n = counts[list(metric.counts[1:])].sum(axis="columns")
            return layout.grid.assign(numerator=k, denominator=n, **wilson(k, n))
        case Ratio(_, of):
            n = counts[of]
            return layout.grid.assign(numerator=k, denominator=n, value=k / n.where(n > 0), lower=np.nan, upper=np.nan)
        case _:
            raise TypeError(f"{metric.key} is not worked out from counts.")


def _from_children(metric: Metric, count: Count, cells: Cells) -> pd.DataFrame:
    """The share of the tenth of children with most events."""
    question, by = cells.question, cells.by
    assert question.coverage.last is not None
    per_child = cells.labelled(
        events_per_child(cells.connection, count, question.scope, question.periods, by, question.coverage.last)
    )
    rows = [(*cell, *concentration.top_tenth(group)) for cell, group in (per_child.groupby(by) if by else [((), per_child)])]
    figures = pd.DataFrame(rows, columns=[*by, "numerator", "denominator"]).astype({"numerator": float, "denominator": float})
    frame = cells.of(metric, figures).grid.merge(figures, how="left", on=by) if by else figures
    share = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
    return frame.assign(denominator=frame["denominator"].fillna(0), value=share, lower=np.nan, upper=np.nan)


def _from_durations(metric: Metric, cells: Cells) -> pd.DataFrame:
    """Medians and other quantiles."""
    question, by = cells.question, cells.by
    assert question.coverage.last is not None
    assert isinstance(metric.measured, Durations)
    durations = cells.labelled(
        durations_of(cells.connection, metric.measured, question.scope, question.periods, by, question.coverage.last)
    )
    rows = []
    for cell, group in durations.groupby(by) if by else [((), durations)]:
        value, lower, upper = _typical(metric, group)
        rows.append((*cell, float(group["events"].sum()), value, lower, upper))
    figures = pd.DataFrame(rows, columns=[*by, *FIGURES[1:]])
    frame = cells.of(metric, figures).grid.merge(figures, how="left", on=by) if by else figures
    return frame.assign(numerator=np.nan, denominator=frame["denominator"].fillna(0))


def _typical(metric: Metric, group: pd.DataFrame) -> tuple[float, float, float]:
    """The median or other quantile of the durations in a cell, with its interval."""
    if group.empty:
        return np.nan, np.nan, np.nan
    if isinstance(metric.formula, SurvivalMedian):
        return survival.median(group)
    assert isinstance(metric.formula, Quantile)
    share = metric.formula.share
    values = np.sort(np.repeat(group["length"].to_numpy(float), group["events"].to_numpy(int)))
    ranks = order_statistics(len(values), share, CONFIDENCE)
    lower, upper = (np.nan if rank is None else values[rank - 1] for rank in ranks)
    return float(np.quantile(values, share)), lower, upper


def _blank_where_unknown(connection: Connection, question: Question, metric: Metric, frame: pd.DataFrame) -> pd.DataFrame:
    """Blank the cells whose follow-up is not complete, and those of a force whose data do not cover them."""
    if not metric.months_to_mature and "force" not in question.by:
        return frame
    unknown = pd.Series(False, frame.index)
    if metric.months_to_mature and question.coverage.last and question.period:
        unknown |= _matches(frame, [p for p in question.periods if metric.matures_on(p) > question.coverage.last])
    if "force" in question.by and question.period:
        spans = force_spans(connection, metric.measured.events, question.scope.placed_by)
        for force, span in spans.items():
            uncovered = [p for p in question.periods if not (span and p.opens <= span[1] and p.closes > span[0])]
            unknown |= (frame["force"] == force) & _matches(frame, uncovered)
        unknown |= ~frame["force"].isin(list(spans))
    frame.loc[unknown, FIGURES] = np.nan
    return frame


def _matches(frame: pd.DataFrame, periods: Sequence[Period]) -> "pd.Series[bool]":
    """Which rows are of one of these periods."""
    times = [name for name in frame.columns if name in TIMES]
    cells = {tuple(label(name, getattr(period, name)) for name in times) for period in periods}
    if not times:
        return pd.Series(bool(cells), frame.index)
    return pd.Series([cell in cells for cell in frame[times].itertuples(index=False, name=None)], frame.index)
