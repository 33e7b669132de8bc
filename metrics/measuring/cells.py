"""The cells of a table of figures, and what was counted in each; measures that have the same cells share one layout."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from metrics.measuring.gather import Gathered
from metrics.measuring.residents import person_years
from metrics.metric import Metric
from queries.counting.dimensions import OPENS, PLACES, TIMES
from queries.periods import Period, label

_LAST = {"under 10": "0", "18 and over": "18", "unknown": "~"}  # what letters alone would put elsewhere
_CellNames = frozenset[tuple[Hashable, ...]]


@dataclass(frozen=True, eq=False)
class Layout:
    """The rows of a table: ``grid`` has the columns of the split, ``counts`` a column for each Count (which is its label)."""

    grid: pd.DataFrame
    counts: pd.DataFrame


class Cells:
    """Every cell that should have a row: each time and place, so that a count of zero is shown, and whatever else occurs."""

    def __init__(self, gathered: Gathered) -> None:
        self.by, self._periods = list(gathered.question.by), gathered.question.periods
        self._times = [name for name in self.by if name in (*TIMES, OPENS)]
        self._places = [name for name in self.by if name in PLACES]
        self._others = [name for name in self.by if name not in (*self._times, *self._places)]
        self._gathered, self._counts = gathered, gathered.counts
        self._names = [list(self._counts[names].itertuples(index=False, name=None)) for names in (self._places, self._others)]
        self._laid_out = cache(self._lay_out)
        self.people = cache(self._people)

    def of(self, metric: Metric, *frames: pd.DataFrame) -> Layout:
        """The rows for a metric: the cells in which any of its counts is above zero, and those of these frames."""
        of_metric = self._counts[[count for count in metric.counts if count in self._counts]].to_numpy(float)
        rows = np.flatnonzero((of_metric != 0).any(axis=1))
        places, others = ({names[row] for row in rows} for names in self._names)
        for frame in frames:
            places |= _names_in(frame, self._places)
            others |= _names_in(frame, self._others)
        return self._laid_out(frozenset(places | self._listed(metric)), frozenset(others))

    def _people(self, ages: tuple[int, int]) -> pd.DataFrame:
        """The person-years of residents of these ages in each cell."""
        return person_years(self._gathered.residents[ages], self._gathered.places, self._periods, self.by)

    def _listed(self, metric: Metric) -> set[tuple[Hashable, ...]]:
        """The places that are listed even where nothing was counted: every hub, and every force that supplied any row."""
        hubs = _names_in(self._gathered.places, self._places)
        if self._places != ["force"]:
            return hubs
        return hubs | {(force,) for force in self._gathered.spans[metric.measured.events]}

    def _lay_out(self, places: _CellNames, others: _CellNames) -> Layout:
        if not self.by:
            return Layout(pd.DataFrame(index=[0]), self._counts.astype(float).reset_index(drop=True))
        grid = pd.DataFrame({name: [label(name, getattr(p, name)) for p in self._periods] for name in self._times})
        for columns, names in ((self._places, places), (self._others, others)):
            if columns:
                part = pd.DataFrame(list(names), columns=columns, dtype=str)
                grid = grid.merge(part, how="cross") if len(grid.columns) else part
        grid = grid.sort_values(self.by, key=_in_order, ignore_index=True)[self.by]
        counts = self._counts.drop(columns=self.by).set_axis(pd.MultiIndex.from_frame(self._counts[self.by]))
        # 0 where nothing was counted, blank where what was counted has no recorded number.
        return Layout(grid, counts.astype(float).reindex(pd.MultiIndex.from_frame(grid), fill_value=0).reset_index(drop=True))


def are_of(frame: pd.DataFrame, periods: Sequence[Period]) -> "pd.Series[bool]":
    """Which rows are of one of these periods."""
    times = [name for name in frame.columns if name in (*TIMES, OPENS)]
    cells = {tuple(label(name, getattr(period, name)) for name in times) for period in periods}
    if not times:
        return pd.Series(bool(cells), frame.index)
    return pd.Series([cell in cells for cell in frame[times].itertuples(index=False, name=None)], frame.index)


def _names_in(frame: pd.DataFrame, columns: Sequence[str]) -> set[tuple[Hashable, ...]]:
    """The values that occur together in these columns; none where the frame lacks one of them."""
    has_them = columns and set(columns) <= set(frame.columns)
    return set(frame[list(columns)].itertuples(index=False, name=None)) if has_them else set()


def _in_order(column: "pd.Series[str]") -> "pd.Series[str]":
    """Numbers by size, words by letter, unknown last."""
    return column.map(lambda value: _LAST.get(value, value.zfill(3) if value.isdigit() else value))
