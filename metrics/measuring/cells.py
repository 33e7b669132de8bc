"""The cells of a table of figures, and what was counted in each; measures that have the same cells share one layout."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.measuring.gather import Gathered
from metrics.measuring.residents import Cell, PersonYears, person_years
from metrics.metric import Metric
from queries.counting.counts import Count
from queries.counting.dimensions import OPENS, PLACES, TIMES
from queries.periods import label

_LAST = {"under 10": "0", "18 and over": "18", "unknown": "~"}  # what letters alone would put elsewhere
_TIMES = (*TIMES, OPENS)


@dataclass(frozen=True, eq=False)
class Layout:
    """The rows of a table: ``cells`` in order, and ``columns`` of the split.

    ``positions`` are those of the cells in the tally (-1: not in it), ``periods`` those of their periods in the question.
    """

    cells: Sequence[Cell]
    columns: dict[str, "pd.Series[str]"]
    positions: npt.NDArray[np.int_]
    periods: npt.NDArray[np.int_]

    def counted(self, numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What was counted in each row; 0 where nothing was, nan where what was counted has no recorded number."""
        return np.append(numbers, 0.0)[self.positions]


class Cells:
    """Every cell that should have a row: each time and place, so that a count of zero is shown, and whatever else occurs."""

    def __init__(self, gathered: Gathered) -> None:
        self.by, self._periods = gathered.question.by, gathered.question.periods
        self._gathered, self._tally = gathered, gathered.tally
        self._position = {cell: position for position, cell in enumerate(self._tally.cells)}
        self._times = tuple(name for name in self.by if name in _TIMES)
        self._places = tuple(name for name in self.by if name in PLACES)
        self._others = tuple(name for name in self.by if name not in (*_TIMES, *PLACES))
        self._lay_out = cache(self._laid_out)
        self.people = cache(self._people)

    def of(self, metric: Metric, cells: Iterable[Cell] = (), by: Sequence[str] | None = None) -> Layout:
        """The rows for a metric: the cells in which any of its counts is above zero, and these, split ``by`` all or some."""
        counted = self._counted(metric.counts)
        found, by = list(cells), self.by if by is None else by
        places, others = (_parts(counted, self.by, names) | _parts(found, by, names) for names in (self._places, self._others))
        return self._lay_out(places | self._listed(metric), others)

    def _counted(self, counts: Sequence[Count]) -> list[Cell]:
        """The cells in which any of these is above zero."""
        some = [self._tally.counts[count] != 0 for count in counts if count in self._tally.counts]
        return [self._tally.cells[position] for position in np.flatnonzero(np.any(some, axis=0)).tolist()] if some else []

    def _people(self, ages: tuple[int, int]) -> PersonYears:
        """The person-years of residents of these ages in each cell."""
        return person_years(self._gathered.residents[ages], self._gathered.places, self._periods, self.by)

    def _listed(self, metric: Metric) -> frozenset[Cell]:
        """The places that are listed even where nothing was counted: every hub, and every force that supplied any row."""
        places = self._gathered.places
        hubs = frozenset(zip(*(places[name] for name in self._places), strict=True)) if self._places else frozenset()
        if self._places != ("force",):
            return hubs
        return hubs | {(force,) for force in self._gathered.spans[metric.measured.events]}

    def _laid_out(self, places: frozenset[Cell], others: frozenset[Cell]) -> Layout:
        times = [tuple(label(name, getattr(period, name)) for name in self._times) for period in self._periods]
        times = times if self._times else [()]
        names = (*self._times, *self._places, *self._others)
        order = [names.index(name) for name in self.by]
        parts = product(enumerate(times), places if self._places else [()], others if self._others else [()])
        found = [((*time, *place, *other), period) for (period, time), place, other in parts]
        rank = {value: _in_order(value) for cell, _ in found for value in cell}
        rows = [(tuple(cell[column] for column in order), period) for cell, period in found]
        rows.sort(key=lambda row: [rank[value] for value in row[0]])
        cells = [cell for cell, _ in rows]
        columns = {name: pd.Series([cell[column] for cell in cells], dtype=str) for column, name in enumerate(self.by)}
        positions = np.array([self._position.get(cell, -1) for cell in cells], dtype=int)
        return Layout(cells, columns, positions, np.array([period for _, period in rows], dtype=int))


def _parts(cells: Collection[Cell], by: Sequence[str], names: Sequence[str]) -> frozenset[Cell]:
    """The values that occur together in the columns of these names; none where a split lacks one of them."""
    if not names or not set(names) <= set(by):
        return frozenset()
    columns = [by.index(name) for name in names]
    return frozenset(tuple(cell[column] for column in columns) for cell in cells)


def _in_order(value: str) -> str:
    """Numbers by size, words by letter, unknown last."""
    return _LAST.get(value, value.zfill(3) if value.isdigit() else value)
