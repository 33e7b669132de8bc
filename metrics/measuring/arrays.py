"""What was counted month by month or quarter by quarter, everywhere at once: arrays with a row a place, a column a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring import residents
from metrics.measuring.figures import typical, values
from metrics.metric import Metric, Rate
from queries.counting.counts import Count, Durations
from queries.counting.question import Question
from queries.counting.tally import durations_of_each, tallies
from queries.lookups import population

_Values = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Arrays:
    """What was counted for a question that is split by time alone: over its scope (the first row), and in each of some hubs.

    ``durations`` has the lengths of each cell, and which of them had ended, by row and column.
    """

    question: Question
    counts: Mapping[Count, _Values]
    durations: Mapping[Durations, Mapping[tuple[int, int], tuple[_Values, _Values]]]
    years: Mapping[tuple[int, int], _Values]
    shape: tuple[int, int]

    def of(self, metric: Metric) -> tuple[_Values, _Values, _Values]:
        """Numerator, denominator and value of a measure; blank where its follow-up is not complete."""
        if isinstance(metric.measured, Durations):
            columns = self._of_durations(metric, self.durations[metric.measured])
        else:
            columns = values(metric, self.counts, self.years[metric.formula.ages] if isinstance(metric.formula, Rate) else _NONE)
        if metric.months_to_mature:
            last = self.question.coverage.last
            unknown = np.array([metric.matures_on(period) > last for period in self.question.periods])
            k, n, value = (np.where(unknown, np.nan, column) for column in columns)
            return k, n, value
        return columns

    def _of_durations(
        self, metric: Metric, by_cell: Mapping[tuple[int, int], tuple[_Values, _Values]]
    ) -> tuple[_Values, _Values, _Values]:
        n, value = np.zeros(self.shape), np.full(self.shape, np.nan)
        for cell, (lengths, ended) in by_cell.items():
            n[cell], value[cell] = len(lengths), typical(metric, lengths, ended)
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
    durations = {
        one: dict(cell for frame in durations_of_each(connection, one, asked) for cell in _by_cell(frame, question, hubs))
        for one in measured
    }
    ages = dict.fromkeys(metric.formula.ages for metric in metrics if isinstance(metric.formula, Rate))
    scope, places = question.scope, population.places(connection, question.scope)
    years = {
        aged: residents.years_lived(population.residents(connection, scope, aged, ()), places, question.periods, hubs)
        for aged in ages
    }
    return Arrays(question, {count: cells[:-1] for count, cells in counts.items()}, durations, years, shape)


def _places(
    by: Sequence[str], cells: Sequence[tuple[Any, ...]], question: Question, hubs: Sequence[str]
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """The row and column of each cell, split by time, or by hub and time; the last row where it has no hub."""
    (time,) = question.by
    column_of = {getattr(period, time): column for column, period in enumerate(question.periods)}
    row_of = {hub: row for row, hub in enumerate(hubs, start=1)}
    rows = [row_of.get(hub, -1) for hub, _ in cells] if "hub" in by else [0] * len(cells)
    return np.array(rows, dtype=int), np.array([column_of[cell[-1]] for cell in cells], dtype=int)


def _by_cell(
    frame: pd.DataFrame, question: Question, hubs: Sequence[str]
) -> Iterator[tuple[tuple[int, int], tuple[_Values, _Values]]]:
    """The lengths in each cell, one an event, and which of them had ended."""
    by = [name for name in frame.columns if name not in ("length", "ended", "events")]
    rows, columns = _places(by, list(frame[by].itertuples(index=False, name=None)), question, hubs)
    cells = rows * len(question.periods) + columns
    order = np.argsort(np.where(rows < 0, -1, cells), kind="stable")
    of_event = np.repeat(order, np.where(rows < 0, 0, frame["events"].to_numpy(int))[order])
    found, starts = np.unique(cells[of_event], return_index=True)
    lengths, ended = (np.split(frame[name].to_numpy()[of_event], starts[1:]) for name in ("length", "ended"))
    for cell, *own in zip(found.tolist(), lengths, ended, strict=True):
        yield divmod(cell, len(question.periods)), (own[0].astype(float), own[1].astype(bool))
