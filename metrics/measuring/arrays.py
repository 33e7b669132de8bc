"""What was counted month by month or quarter by quarter, everywhere at once: arrays with a row a place, a column a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from metrics.measuring import residents
from metrics.measuring.figures import typical, values
from metrics.measuring.refusals import is_incomplete
from metrics.metric import Metric, Rate
from queries.counting.counts import Count, Durations
from queries.counting.question import Question
from queries.counting.tally import Lengths, durations_of_each, tallies
from queries.lookups import population
from queries.lookups.quality import SetAside, set_aside

_Values = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Arrays:
    """What was counted for a question that is split by time alone: over its scope (the first row), and in each of some hubs.

    ``durations`` has the lengths of each cell by row and column.
    """

    question: Question
    counts: Mapping[Count, _Values]
    durations: Mapping[Durations, Mapping[tuple[int, int], Lengths]]
    years: Mapping[tuple[int, int], _Values]
    shape: tuple[int, int]
    set_aside: SetAside

    def of(self, metric: Metric) -> tuple[_Values, _Values, _Values]:
        """Numerator, denominator and value of a measure; blank where its follow-up is not complete, or it may not be zero."""
        if isinstance(metric.measured, Durations):
            columns = self._of_durations(metric, self.durations[metric.measured])
        else:
            columns = values(metric, self.counts, self.years[metric.formula.ages] if isinstance(metric.formula, Rate) else _NONE)
        unknown = (columns[0] == 0) & is_incomplete(metric, self.set_aside, self.question.periods)
        if metric.months_to_mature:
            last = self.question.coverage.last
            unknown |= np.array([metric.matures_on(period) > last for period in self.question.periods])
        if not unknown.any():
            return columns
        k, n, value = (np.where(unknown, np.nan, column) for column in columns)
        return k, n, value

    def _of_durations(self, metric: Metric, by_cell: Mapping[tuple[int, int], Lengths]) -> tuple[_Values, _Values, _Values]:
        n, value = np.zeros(self.shape), np.full(self.shape, np.nan)
        for cell, lengths in by_cell.items():
            n[cell], value[cell] = len(lengths.length), typical(metric, lengths)
        return np.full(self.shape, np.nan), n, value


_NONE = np.array(np.nan)


def gather_arrays(connection: Connection, question: Question, metrics: Sequence[Metric], hubs: Sequence[str]) -> Arrays:
    """Count all that these metrics need for a question split by time alone, over its scope and in each of its hubs."""
    asked = [question, question.divided("hub", *question.by)] if hubs else [question]
    shape = (1 + len(hubs), len(question.periods))
    wanted = list(dict.fromkeys(count for metric in metrics for count in metric.counts))
    counts = {count: np.zeros((shape[0] + 1, shape[1])) for count in wanted}  # the last row for what has no hub
    for tallied in (of_one for of_kind in tallies(connection, wanted, asked) for of_one in of_kind):
        cells = _places(tallied.by, tallied.cells, question, hubs)
        for count, numbers in tallied.counts.items():
            counts[count][cells] = numbers
    measured = dict.fromkeys(metric.measured for metric in metrics if isinstance(metric.measured, Durations))
    durations: dict[Durations, dict[tuple[int, int], Lengths]] = {one: {} for one in measured}
    for one in measured:
        for of_one, found in zip(asked, durations_of_each(connection, one, asked), strict=True):
            rows, columns = _places(of_one.by, list(found), question, hubs)
            placed = zip(rows.tolist(), columns.tolist(), found.values(), strict=True)
            durations[one] |= {(row, column): lengths for row, column, lengths in placed if row >= 0}
    ages = dict.fromkeys(metric.formula.ages for metric in metrics if isinstance(metric.formula, Rate))
    scope, places = question.scope, population.places(connection, question.scope)
    years = {
        aged: residents.years_lived(population.residents(connection, scope, aged, ()), places, question.periods, hubs)
        for aged in ages
    }
    with_hub = {count: cells[:-1] for count, cells in counts.items()}
    return Arrays(question, with_hub, durations, years, shape, set_aside(connection))


def _places(
    by: Sequence[str], cells: Sequence[tuple[Any, ...]], question: Question, hubs: Sequence[str]
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """The row and column of each cell, split by time, or by hub and time; the last row where it has no hub."""
    (time,) = question.by
    column_of = {getattr(period, time): column for column, period in enumerate(question.periods)}
    row_of = {hub: row for row, hub in enumerate(hubs, start=1)}
    rows = [row_of.get(hub, -1) for hub, _ in cells] if "hub" in by else [0] * len(cells)
    return np.array(rows, dtype=int), np.array([column_of[cell[-1]] for cell in cells], dtype=int)
