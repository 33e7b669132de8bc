"""From what was counted to a table of figures: the only place where formulas are worked out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.measuring.cells import Cells, Layout
from metrics.measuring.gather import Gathered
from metrics.measuring.refusals import is_incomplete
from metrics.measuring.residents import Cell
from metrics.metric import Metric, Number, Proportion, Quantile, Rate, Ratio, SurvivalMedian, TopTenth
from metrics.statistics import concentration, survival
from metrics.statistics.intervals import CONFIDENCE, order_statistics, poisson_limits, wilson_limits
from queries.counting.counts import Count, Durations
from queries.counting.question import NotAvailable, Question
from queries.counting.tally import Lengths

FIGURES = ["numerator", "denominator", "value", "lower", "upper"]

_Values = npt.NDArray[Any]
_Columns = tuple[_Values, ...]  # one for each of FIGURES
_NONE = np.array(np.nan)


def figures(gathered: Gathered, metrics: Sequence[Metric]) -> dict[str, pd.DataFrame]:
    """The figures of some metrics by key: the columns of the split (text), then `FIGURES`, a row a cell."""
    cells = Cells(gathered)
    return {metric.key: _of_metric(metric, gathered, cells) for metric in metrics}


def _of_metric(metric: Metric, gathered: Gathered, cells: Cells) -> pd.DataFrame:
    if isinstance(gathered.question, NotAvailable):
        layout = cells.of(metric)
        columns: _Columns = (np.full(len(layout.cells), np.nan),) * len(FIGURES)
    elif metric.counts:
        layout, columns = _from_counts(metric, gathered, cells)
    elif isinstance(metric.formula, TopTenth):
        layout, columns = _from_children(metric, gathered.per_child[metric.formula.count], cells)
    else:
        assert isinstance(metric.measured, Durations)
        layout, columns = _from_durations(metric, gathered.durations[metric.measured], cells)
    if isinstance(gathered.question, Question):
        unknown = _unknown(metric, gathered.question, gathered, layout)
        unknown |= (columns[0] == 0) & is_incomplete(metric, gathered.set_aside, gathered.question.periods)[layout.periods]
        columns = tuple(np.where(unknown, np.nan, column) for column in columns)
    return pd.DataFrame({**layout.columns, **dict(zip(FIGURES, columns, strict=True))})


def values(metric: Metric, counts: Mapping[Count, _Values], years: _Values) -> tuple[_Values, _Values, _Values]:
    """Numerator, denominator and value of a measure that is worked out from counts; ``years`` are the child-years of a rate.

    The value is nan where there is nothing to divide by, the denominator too where the formula has none.
    """
    k = counts[metric.counts[0]]
    match metric.formula:
        case Number():
            return k, np.full(k.shape, np.nan), k
        case Rate(_, per):
            return k, years, k / np.where(years > 0, years, np.nan) * per
        case Proportion() | Ratio():
            n = np.sum([counts[of] for of in metric.counts[1:]], axis=0)
            return k, n, k / np.where(n > 0, n, np.nan)
        case _:
            raise TypeError(f"{metric.key} is not worked out from counts.")


def _from_counts(metric: Metric, gathered: Gathered, cells: Cells) -> tuple[Layout, _Columns]:
    """Counts, rates, shares and ratios."""
    people = cells.people(metric.formula.ages) if isinstance(metric.formula, Rate) else None
    layout = cells.of(metric, people.years, people.by) if people else cells.of(metric)
    years = people.of(layout.cells, cells.by) if people else _NONE
    k, n, value = values(metric, {count: layout.counted(gathered.tally.counts[count]) for count in metric.counts}, years)
    return layout, (k, n, value, *_limits(metric, k, n))


def _limits(metric: Metric, k: _Values, n: _Values) -> tuple[_Values, _Values]:
    """The 95% interval of what is worked out from counts; none of totals and ratios, whose events come in groups."""
    match metric.formula:
        case Number(count) if count.total is None:
            return poisson_limits(k, np.ones(k.shape))
        case Rate(_, per):
            lower, upper = poisson_limits(k, n)
            return lower * per, upper * per
        case Proportion():
            return wilson_limits(k, n)
        case _:
            return np.full(k.shape, np.nan), np.full(k.shape, np.nan)


def _from_children(metric: Metric, per_child: pd.DataFrame, cells: Cells) -> tuple[Layout, _Columns]:
    """The share of the tenth of children with most events."""
    found = {cell: concentration.top_tenth(group) for cell, group in _by_cell(per_child, cells.by)}
    layout = cells.of(metric, found)
    events, of = np.array([found.get(cell, (np.nan, 0)) for cell in layout.cells], dtype=float).reshape(-1, 2).T
    blank = np.full(events.shape, np.nan)
    return layout, (events, of, events / np.where(of > 0, of, np.nan), blank, blank)


def _from_durations(metric: Metric, durations: Mapping[Cell, Lengths], cells: Cells) -> tuple[Layout, _Columns]:
    """Medians and other quantiles."""
    found = {cell: (len(lengths.length), *_typical(metric, lengths)) for cell, lengths in durations.items()}
    layout = cells.of(metric, found)
    none = (0, np.nan, np.nan, np.nan)
    events, value, lower, upper = np.array([found.get(cell, none) for cell in layout.cells], dtype=float).reshape(-1, 4).T
    return layout, (np.full(events.shape, np.nan), events, value, lower, upper)


def _by_cell(frame: pd.DataFrame, by: Sequence[str]) -> list[tuple[Cell, pd.DataFrame]]:
    """The rows of each cell; of the only one where nothing is split, though it be empty."""
    return [(cell, group) for cell, group in frame.groupby(list(by))] if by else [((), frame)]  # type: ignore[misc]


def _typical(metric: Metric, lengths: Lengths) -> tuple[float, float, float]:
    """The median or other quantile of the durations in a cell, with its interval."""
    if isinstance(metric.formula, SurvivalMedian):
        return survival.median(lengths.length, lengths.ended)
    assert isinstance(metric.formula, Quantile)
    values = np.sort(lengths.length)
    ranks = order_statistics(len(values), metric.formula.share, CONFIDENCE)
    lower, upper = (np.nan if rank is None else values[rank - 1] for rank in ranks)
    return typical(metric, lengths), lower, upper


def typical(metric: Metric, lengths: Lengths) -> float:
    """The median or other quantile of durations, without its interval."""
    if isinstance(metric.formula, SurvivalMedian):
        return survival.median_alone(lengths.length, lengths.ended)
    assert isinstance(metric.formula, Quantile)
    return float(np.quantile(lengths.length, metric.formula.share))


def _unknown(metric: Metric, question: Question, gathered: Gathered, layout: Layout) -> npt.NDArray[np.bool_]:
    """The cells whose follow-up is not complete, and those of a force whose data do not cover them."""
    unknown = np.zeros(len(layout.cells), dtype=bool)
    if metric.months_to_mature:
        last = question.coverage.last
        unknown |= np.array([metric.matures_on(period) > last for period in question.periods])[layout.periods]
    if "force" in question.by:
        spans, place = gathered.spans[metric.measured.events], question.by.index("force")
        forces = np.array([cell[place] for cell in layout.cells], dtype=object)
        unknown |= ~np.isin(forces, list(spans))
        for force, span in spans.items():
            covered = [bool(span and p.opens < span.closes and p.closes > span.opens) for p in question.periods]
            unknown |= (forces == force) & ~np.array(covered)[layout.periods]
    return unknown
