"""From a measure and a scope to a table of figures: the only place where a formula is worked out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from metrics import concentration, residents, survival
from metrics.asked import Asked, ask_all, is_available, matures_on, splits
from metrics.intervals import CONFIDENCE, order_statistics, poisson, wilson
from metrics.metric import Metric, Number, Proportion, Quantile, Rate, Ratio, SurvivalMedian, TopTenth
from queries import population
from queries.engine import reading
from queries.events import PLACES, TIMES
from queries.periods import Period, label
from queries.reach import force_spans
from queries.scope import Scope
from queries.tally import Count, Durations, lengths, tally, times_each

FIGURES = ["numerator", "denominator", "value", "lower", "upper"]


class NotSplittable(ValueError):
    """A measure was asked for by something it cannot be split by; the message says what it can."""


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
        missing = [name for name in by if name not in splits(metric)]
        if missing:
            raise NotSplittable(f"{metric.key} cannot be split by {', '.join(missing)}; it can by {', '.join(splits(metric))}.")
    frames: dict[str, pd.DataFrame] = {}
    with reading(scope.access, engine) as connection:
        for asked, alike in ask_all(connection, metrics, scope, tuple(by)):
            frames |= _figures(connection, asked, alike)
    return {metric.key: frames[metric.key] for metric in metrics}


def _figures(connection: Connection, asked: Asked, metrics: Sequence[Metric]) -> dict[str, pd.DataFrame]:
    available = [metric for metric in metrics if asked.period and is_available(metric, asked)]
    counts = list(dict.fromkeys(count for metric in available for count in metric.counts))
    counted = _tally(connection, asked, counts) if counts else None
    frames = {}
    for metric in metrics:
        if metric not in available:
            frame = _grid(connection, asked, metric, []).assign(**dict.fromkeys(FIGURES, np.nan))
        elif counted is not None and metric.counts:
            frame = _from_counts(connection, asked, metric, counted)
        elif isinstance(metric.formula, TopTenth):
            frame = _from_children(connection, asked, metric, metric.formula.count)
        else:
            frame = _from_lengths(connection, asked, metric)
        frames[metric.key] = _blank_where_unknown(connection, asked, metric, frame)[[*asked.by, *FIGURES]]
    return frames


def _tally(connection: Connection, asked: Asked, counts: Sequence[Count]) -> pd.DataFrame:
    assert asked.known.last is not None
    frame = tally(connection, counts, asked.scope, asked.periods, asked.by, asked.known.last)
    return _labelled(frame, asked.by)


def _labelled(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return frame.assign(**{name: pd.Series([label(name, value) for value in frame[name]], frame.index, dtype=str) for name in by})


def _grid(connection: Connection, asked: Asked, metric: Metric, counted: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Every cell that should have a row: each time and place, so that none is nought unseen, and whatever else occurs."""
    by = asked.by
    times = [name for name in by if name in TIMES]
    places = [name for name in by if name in PLACES]
    others = [name for name in by if name not in times and name not in places]
    grid = pd.DataFrame({name: [label(name, getattr(period, name)) for period in asked.periods] for name in times})
    if not times:
        grid = pd.DataFrame(index=[0])
    for names, given in ((places, _places(connection, asked, metric) if places else []), (others, [])):
        if names:
            occurring = pd.concat(
                [frame[names] for frame in [*given, *counted] if set(names) <= set(frame.columns)]
                or [pd.DataFrame(columns=names)]
            )
            grid = grid.merge(occurring.drop_duplicates(), how="cross")
    return grid.sort_values(list(by), key=_in_order, ignore_index=True) if by else grid


def _places(connection: Connection, asked: Asked, metric: Metric) -> list[pd.DataFrame]:
    """The places that are listed even where nothing was counted: every hub, and every force that supplied any row."""
    supplied = list(force_spans(connection, metric.measured.events, asked.scope.place)) if "force" in asked.by else []
    return [population.places(connection, asked.scope), pd.DataFrame({"force": supplied}, dtype=object)]


_LAST = {"under 10": "0", "18 and over": "18", "unknown": "~"}  # what letters alone would put elsewhere


def _in_order(column: "pd.Series[str]") -> "pd.Series[str]":
    """Numbers by size, words by letter, unknown last."""
    return column.map(lambda value: _LAST.get(value, value.zfill(3) if value.isdigit() else value))


def _from_counts(connection: Connection, asked: Asked, metric: Metric, counted: pd.DataFrame) -> pd.DataFrame:
    by = list(asked.by)
    counts = list(dict.fromkeys(metric.counts))
    own = counted[[*by, *counts]]
    if by:
        own = own[(own[counts] != 0).any(axis="columns")]
    people = None
    if isinstance(metric.formula, Rate):
        people = residents.person_years(connection, asked.scope, metric.formula.ages, asked.periods, by)
    grid = _grid(connection, asked, metric, [own] if people is None else [own, people])
    cells = _at_cells(own, grid, by)
    k = cells[metric.counts[0]].astype(float)
    match metric.formula:
        case Number(count) if count.total is not None:
            return grid.assign(numerator=k, denominator=np.nan, value=k, lower=np.nan, upper=np.nan)
        case Number():
            return grid.assign(numerator=k, denominator=np.nan, **poisson(k, pd.Series(1.0, k.index)))
        case Rate(_, per):
            assert people is not None
            years = residents.of_cells(grid, people)
            return grid.assign(numerator=k, denominator=years, **poisson(k, years) * per)
        case Proportion():
            n = cells[list(metric.counts[1:])].sum(axis="columns").astype(float)
            return grid.assign(numerator=k, denominator=n, **wilson(k, n))
        case Ratio(_, of):
            n = cells[of].astype(float)
            return grid.assign(numerator=k, denominator=n, value=k / n.where(n > 0), lower=np.nan, upper=np.nan)
        case _:
            raise TypeError(f"{metric.key} is not worked out from counts.")


def _at_cells(own: pd.DataFrame, grid: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The counts of each cell of a grid: 0 where nothing was counted, blank where what was counted has no recorded number."""
    if not by:
        return own.reset_index(drop=True)
    counted = own.drop(columns=by).set_axis(pd.MultiIndex.from_frame(own[by]))
    return counted.reindex(pd.MultiIndex.from_frame(grid[by]), fill_value=0).reset_index(drop=True)


def _from_children(connection: Connection, asked: Asked, metric: Metric, count: Count) -> pd.DataFrame:
    assert asked.known.last is not None
    by = list(asked.by)
    found = _labelled(times_each(connection, count, asked.scope, asked.periods, by, asked.known.last), by)
    rows = [(*cell, *concentration.top_tenth(group)) for cell, group in (found.groupby(by) if by else [((), found)])]
    figures = pd.DataFrame(rows, columns=[*by, "numerator", "denominator"]).astype({"numerator": float, "denominator": float})
    grid = _grid(connection, asked, metric, [figures])
    cells = grid.merge(figures, how="left", on=by) if by else figures
    share = cells["numerator"] / cells["denominator"].where(cells["denominator"] > 0)
    return cells.assign(denominator=cells["denominator"].fillna(0), value=share, lower=np.nan, upper=np.nan)


def _from_lengths(connection: Connection, asked: Asked, metric: Metric) -> pd.DataFrame:
    assert asked.known.last is not None
    assert isinstance(metric.measured, Durations)
    by = list(asked.by)
    found = lengths(connection, metric.measured, asked.scope, asked.periods, by, asked.known.last)
    found = _labelled(found, by)
    rows = []
    for cell, group in found.groupby(by) if by else [((), found)]:
        value, lower, upper = _typical(metric, group)
        rows.append((*cell, float(group["events"].sum()), value, lower, upper))
    figures = pd.DataFrame(rows, columns=[*by, *FIGURES[1:]])
    grid = _grid(connection, asked, metric, [figures])
    cells = grid.merge(figures, how="left", on=by) if by else figures
    return cells.assign(numerator=np.nan, denominator=cells["denominator"].fillna(0))


def _typical(metric: Metric, group: pd.DataFrame) -> tuple[float, float, float]:
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


def _blank_where_unknown(connection: Connection, asked: Asked, metric: Metric, frame: pd.DataFrame) -> pd.DataFrame:
    """Blank the cells whose follow-up is not complete, and those of a force whose data do not cover them."""
    unknown = pd.Series(False, frame.index)
    if metric.months_to_mature and asked.known.last and asked.period:
        unknown |= _matches(frame, [p for p in asked.periods if matures_on(metric, p) > asked.known.last])
    if "force" in asked.by and asked.period:
        spans = force_spans(connection, metric.measured.events, asked.scope.place)
        for force, span in spans.items():
            uncovered = [p for p in asked.periods if not (span and p.opens <= span[1] and p.closes > span[0])]
            unknown |= (frame["force"] == force) & _matches(frame, uncovered)
        unknown |= ~frame["force"].isin(list(spans))
    frame.loc[unknown, FIGURES] = np.nan
    return frame


def _matches(frame: pd.DataFrame, periods: Sequence[Period]) -> "pd.Series[bool]":
    times = [name for name in frame.columns if name in TIMES]
    cells = {tuple(label(name, getattr(period, name)) for name in times) for period in periods}
    if not times:
        return pd.Series(bool(cells), frame.index)
    return pd.Series([cell in cells for cell in frame[times].itertuples(index=False, name=None)], frame.index)
