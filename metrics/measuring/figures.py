"""From what was counted to a table of figures: the only place where formulas are worked out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.measuring import residents
from metrics.measuring.cells import Cells, are_of
from metrics.measuring.gather import Gathered
from metrics.metric import Metric, Number, Proportion, Quantile, Rate, Ratio, SurvivalMedian, TopTenth
from metrics.statistics import concentration, survival
from metrics.statistics.intervals import CONFIDENCE, order_statistics, poisson, wilson
from queries.counting.counts import Count, Durations
from queries.counting.question import NotAvailable, Question

FIGURES = ["numerator", "denominator", "value", "lower", "upper"]

_Values = npt.NDArray[Any]


def figures(gathered: Gathered, metrics: Sequence[Metric]) -> dict[str, pd.DataFrame]:
    """The figures of some metrics by key: the columns of the split (text), then `FIGURES`, a row a cell."""
    cells = Cells(gathered)
    return {metric.key: _of_metric(metric, gathered, cells)[[*gathered.question.by, *FIGURES]] for metric in metrics}


def _of_metric(metric: Metric, gathered: Gathered, cells: Cells) -> pd.DataFrame:
    if isinstance(gathered.question, NotAvailable):
        return cells.of(metric).grid.assign(**dict.fromkeys(FIGURES, np.nan))
    if metric.counts:
        frame = _from_counts(metric, gathered, cells)
    elif isinstance(metric.formula, TopTenth):
        frame = _from_children(metric, gathered.per_child[metric.formula.count], cells)
    else:
        assert isinstance(metric.measured, Durations)
        frame = _from_durations(metric, gathered.durations[metric.measured], cells)
    return _blank_where_unknown(metric, gathered.question, gathered, frame)


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


def _from_counts(metric: Metric, gathered: Gathered, cells: Cells) -> pd.DataFrame:
    """Counts, rates, shares and ratios."""
    people = cells.people(metric.formula.ages) if isinstance(metric.formula, Rate) else pd.DataFrame()
    layout = cells.of(metric, people)
    years = residents.of_cells(layout.grid, people).to_numpy(float)
    counts = {count: layout.counts[count].to_numpy(float) for count in metric.counts}
    k, n, value = values(metric, counts, years)
    return layout.grid.assign(numerator=k, denominator=n, value=value, **_limits(metric, pd.Series(k), pd.Series(n)))


def _limits(metric: Metric, k: "pd.Series[float]", n: "pd.Series[float]") -> pd.DataFrame:
    """The 95% interval of what is worked out from counts; none of totals and ratios, whose events come in groups."""
    match metric.formula:
        case Number(count) if count.total is None:
            return poisson(k, pd.Series(1.0, k.index))[["lower", "upper"]]
        case Rate(_, per):
            return poisson(k, n)[["lower", "upper"]] * per
        case Proportion():
            return wilson(k, n)[["lower", "upper"]]
        case _:
            return pd.DataFrame({"lower": np.nan, "upper": np.nan}, k.index)


def _from_children(metric: Metric, per_child: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """The share of the tenth of children with most events."""
    rows = [(*cell, *concentration.top_tenth(group)) for cell, group in _by_cell(per_child, cells.by)]
    found = pd.DataFrame(rows, columns=[*cells.by, "numerator", "denominator"])
    found = found.astype({"numerator": float, "denominator": float})
    frame = cells.of(metric, found).grid.merge(found, how="left", on=cells.by) if cells.by else found
    share = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
    return frame.assign(denominator=frame["denominator"].fillna(0), value=share, lower=np.nan, upper=np.nan)


def _from_durations(metric: Metric, durations: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """Medians and other quantiles."""
    rows = []
    for cell, group in _by_cell(durations, cells.by):
        value, lower, upper = _typical(metric, group)
        rows.append((*cell, float(group["events"].sum()), value, lower, upper))
    found = pd.DataFrame(rows, columns=[*cells.by, *FIGURES[1:]])
    frame = cells.of(metric, found).grid.merge(found, how="left", on=cells.by) if cells.by else found
    return frame.assign(numerator=np.nan, denominator=frame["denominator"].fillna(0))


def _by_cell(frame: pd.DataFrame, by: Sequence[str]) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    """The rows of each cell; of the only one where nothing is split, though it be empty."""
    return list(frame.groupby(list(by))) if by else [((), frame)]


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


def typical(metric: Metric, lengths: _Values, ended: npt.NDArray[np.bool_]) -> float:
    """The median or other quantile of durations, one value an event, without its interval."""
    if isinstance(metric.formula, SurvivalMedian):
        return survival.median_alone(lengths, ended)
    assert isinstance(metric.formula, Quantile)
    return float(np.quantile(lengths, metric.formula.share))


def _blank_where_unknown(metric: Metric, question: Question, gathered: Gathered, frame: pd.DataFrame) -> pd.DataFrame:
    """Blank the cells whose follow-up is not complete, and those of a force whose data do not cover them."""
    unknown = pd.Series(False, frame.index)
    if metric.months_to_mature:
        unknown |= are_of(frame, [p for p in question.periods if metric.matures_on(p) > question.coverage.last])
    if "force" in question.by:
        spans = gathered.spans[metric.measured.events]
        for force, span in spans.items():
            uncovered = [p for p in question.periods if not (span and p.opens < span.closes and p.closes > span.opens)]
            unknown |= (frame["force"] == force) & are_of(frame, uncovered)
        unknown |= ~frame["force"].isin(list(spans))
    if unknown.any():
        frame.loc[unknown, FIGURES] = np.nan
    return frame
