"""The cells of a table of figures, and what was counted in each: those of most measures are the same, and are laid out once."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring import residents
from metrics.metric import Metric
from queries.counting.coverage import force_spans
from queries.counting.events import PLACES, TIMES
from queries.counting.question import Question
from queries.counting.tally import Count, tally
from queries.lookups import population
from queries.periods import label

_LAST = {"under 10": "0", "18 and over": "18", "unknown": "~"}  # what letters alone would put elsewhere
_Named = frozenset[tuple[Hashable, ...]]


@dataclass(frozen=True, eq=False)
class Layout:
    """The rows of a table: the ``by`` columns of each (``grid``), and every count in it (the Count itself is its label)."""

    grid: pd.DataFrame
    counts: pd.DataFrame


class Cells:
    """Every cell that should have a row: each time and place, so that none is nought unseen, and whatever else occurs.

    ``counts`` are counted at once, for all the measures that stand on them.
    """

    def __init__(self, connection: Connection, question: Question, counts: Sequence[Count] = ()) -> None:
        self.connection, self.question = connection, question
        self.by = list(question.by)
        self._times = [name for name in self.by if name in TIMES]
        self._of_place = [name for name in self.by if name in PLACES]
        self._others = [name for name in self.by if name not in (*self._times, *self._of_place)]
        self._counted = self._tally(counts) if counts else pd.DataFrame(columns=self.by)
        self._is_counted = {count: self._counted[count].ne(0).to_numpy() for count in counts}
        self._named = [list(self._counted[names].itertuples(index=False, name=None)) for names in (self._of_place, self._others)]
        self.people = cache(self._people)
        self._laid_out = cache(self._lay_out)

    def of(self, metric: Metric, *found: pd.DataFrame) -> Layout:
        """The rows for a metric: where anything of it was counted, and where it was found in these frames."""
        any_of_it = np.zeros(len(self._counted), dtype=bool)
        for count in metric.counts:
            any_of_it |= self._is_counted.get(count, False)
        rows = np.flatnonzero(any_of_it)
        places, others = ({named[row] for row in rows} for named in self._named)
        for frame in found:
            places |= _occurring(frame, self._of_place)
            others |= _occurring(frame, self._others)
        listed = self._listed(metric) if self._of_place else set()
        return self._laid_out(frozenset(places | listed), frozenset(others))

    def labelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of a query, with its splits in words."""
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
        return _occurring(population.places(self.connection, self.question.scope), self._of_place)

    def _listed(self, metric: Metric) -> set[tuple[Hashable, ...]]:
        """The places that are listed even where nothing was counted: every hub, and every force that supplied any row."""
        if self._of_place != ["force"]:
            return self._hubs
        return self._hubs | {
            (force,) for force in force_spans(self.connection, metric.measured.events, self.question.scope.placed_by)
        }

    def _lay_out(self, places: _Named, others: _Named) -> Layout:
        if not self.by:
            return Layout(pd.DataFrame(index=[0]), self._counted.astype(float).reset_index(drop=True))
        grid = pd.DataFrame({name: [label(name, getattr(p, name)) for p in self.question.periods] for name in self._times})
        for names, occurring in ((self._of_place, places), (self._others, others)):
            if names:
                given = pd.DataFrame(list(occurring), columns=names, dtype=str)
                grid = grid.merge(given, how="cross") if len(grid.columns) else given
        grid = grid.sort_values(self.by, key=_in_order, ignore_index=True)[self.by]
        counted = self._counted.drop(columns=self.by).set_axis(pd.MultiIndex.from_frame(self._counted[self.by]))
        # 0 where nothing was counted, blank where what was counted has no recorded number.
        return Layout(grid, counted.astype(float).reindex(pd.MultiIndex.from_frame(grid), fill_value=0).reset_index(drop=True))


def _occurring(frame: pd.DataFrame, names: Sequence[str]) -> set[tuple[Hashable, ...]]:
    is_told = names and set(names) <= set(frame.columns)
    return set(frame[list(names)].itertuples(index=False, name=None)) if is_told else set()


def _in_order(column: "pd.Series[str]") -> "pd.Series[str]":
    """Numbers by size, words by letter, unknown last."""
    return column.map(lambda value: _LAST.get(value, value.zfill(3) if value.isdigit() else value))
