"""The cells of a table of figures, and what was counted in each; measures that have the same cells share one layout."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring import residents
from metrics.metric import Metric
from queries.counting.coverage import force_spans
from queries.counting.dimensions import PLACES, TIMES
from queries.counting.question import Question
from queries.counting.tally import Count, tally
from queries.lookups import population
from queries.periods import label

_LAST = {"under 10": "0", "18 and over": "18", "unknown": "~"}  # what letters alone would put elsewhere
_CellNames = frozenset[tuple[Hashable, ...]]


@dataclass(frozen=True, eq=False)
class Layout:
    """The rows of a table: ``grid`` has the ``by`` columns, and ``counts`` a column for each Count (which is its label)."""

    grid: pd.DataFrame
    counts: pd.DataFrame


class Cells:
    """Every cell that should have a row: each time and place, so that a count of zero is shown, and whatever else occurs.

    ``counts`` are counted in one statement, for all the measures that need them.
    """

    def __init__(self, connection: Connection, question: Question, counts: Sequence[Count] = ()) -> None:
        self.connection, self.question = connection, question
        self.by = list(question.by)
        self._times = [name for name in self.by if name in TIMES]
        self._places = [name for name in self.by if name in PLACES]
        self._others = [name for name in self.by if name not in (*self._times, *self._places)]
        self._counts = self._tally(counts) if counts else pd.DataFrame(columns=self.by)
        self._is_not_zero = {count: self._counts[count].ne(0).to_numpy() for count in counts}
        self._names = [list(self._counts[names].itertuples(index=False, name=None)) for names in (self._places, self._others)]
        self.people = cache(self._people)
        self._laid_out = cache(self._lay_out)

    def of(self, metric: Metric, *frames: pd.DataFrame) -> Layout:
        """The rows for a metric: the cells in which any of its counts is above zero, and those of these frames."""
        is_not_zero = np.zeros(len(self._counts), dtype=bool)
        for count in metric.counts:
            is_not_zero |= self._is_not_zero.get(count, False)
        rows = np.flatnonzero(is_not_zero)
        places, others = ({names[row] for row in rows} for names in self._names)
        for frame in frames:
            places |= _names_in(frame, self._places)
            others |= _names_in(frame, self._others)
        listed = self._listed(metric) if self._places else set()
        return self._laid_out(frozenset(places | listed), frozenset(others))

    def labelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of a query, with the values of its splits as text."""
        return frame.assign(
            **{name: pd.Series([label(name, value) for value in frame[name]], frame.index, dtype=str) for name in self.by}
        )

    def _people(self, ages: tuple[int, int]) -> pd.DataFrame:
        return residents.person_years(self.connection, self.question.scope, ages, self.question.periods, self.by)

    def _tally(self, counts: Sequence[Count]) -> pd.DataFrame:
        assert self.question.coverage.last is not None
        return self.labelled(
            tally(self.connection, counts, self.question.scope, self.question.periods, self.by, self.question.coverage.last)
        )

    @cached_property
    def _hubs(self) -> set[tuple[Hashable, ...]]:
        return _names_in(population.places(self.connection, self.question.scope), self._places)

    def _listed(self, metric: Metric) -> set[tuple[Hashable, ...]]:
        """The places that are listed even where nothing was counted: every hub, and every force that supplied any row."""
        if self._places != ["force"]:
            return self._hubs
        return self._hubs | {
            (force,) for force in force_spans(self.connection, metric.measured.events, self.question.scope.placed_by)
        }

    def _lay_out(self, places: _CellNames, others: _CellNames) -> Layout:
        if not self.by:
            return Layout(pd.DataFrame(index=[0]), self._counts.astype(float).reset_index(drop=True))
        grid = pd.DataFrame({name: [label(name, getattr(p, name)) for p in self.question.periods] for name in self._times})
        for columns, names in ((self._places, places), (self._others, others)):
            if columns:
                part = pd.DataFrame(list(names), columns=columns, dtype=str)
                grid = grid.merge(part, how="cross") if len(grid.columns) else part
        grid = grid.sort_values(self.by, key=_in_order, ignore_index=True)[self.by]
        counts = self._counts.drop(columns=self.by).set_axis(pd.MultiIndex.from_frame(self._counts[self.by]))
        # 0 where nothing was counted, blank where what was counted has no recorded number.
        return Layout(grid, counts.astype(float).reindex(pd.MultiIndex.from_frame(grid), fill_value=0).reset_index(drop=True))


def _names_in(frame: pd.DataFrame, columns: Sequence[str]) -> set[tuple[Hashable, ...]]:
    """The values that occur together in these columns; none where the frame lacks one of them."""
    has_them = columns and set(columns) <= set(frame.columns)
    return set(frame[list(columns)].itertuples(index=False, name=None)) if has_them else set()


def _in_order(column: "pd.Series[str]") -> "pd.Series[str]":
    """Numbers by size, words by letter, unknown last."""
    return column.map(lambda value: _LAST.get(value, value.zfill(3) if value.isdigit() else value))
