"""Counts of events, and how long they lasted, in each cell of a question."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Select

from queries.counting.counts import Count, Durations
from queries.counting.events import Events
from queries.counting.question import Question
from queries.counting.reading import fetch, read
from queries.counting.statements import (
    durations_statement,
    is_once_an_event,
    names_of,
    number_of_split,
    per_child_statement,
    tally_statement,
)

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Tally:
    """What was counted: ``cells`` are the values of what it is split ``by``, ``counts`` has a number for each of them.

    Only cells in which something was counted are among them. A total of numbers none of which was recorded is nan, not 0.
    """

    by: tuple[str, ...]
    cells: Sequence[tuple[Any, ...]]
    counts: Mapping[Count, npt.NDArray[np.float64]]


def tally(connection: Connection, counts: Sequence[Count], question: Question) -> Tally:
    """The counts in each cell of a question."""
    found = [of_kind for (of_kind,) in tallies(connection, counts, [question])]
    if len(found) == 1:
        return found[0]
    cells = list(dict.fromkeys(cell for of_kind in found for cell in of_kind.cells))
    position = {cell: number for number, cell in enumerate(cells)}
    together = {}
    for of_kind in found:
        positions = [position[cell] for cell in of_kind.cells]
        for count, numbers in of_kind.counts.items():
            together[count] = np.zeros(len(cells))
            together[count][positions] = numbers
    return Tally(question.by, cells, together)


def tallies(connection: Connection, counts: Sequence[Count], questions: Sequence[Question]) -> Iterator[list[Tally]]:
    """`tally` of each kind of event by itself, for each of some questions: the kind is read once for all of them.

    The questions differ in their split alone; each is split, where there are several.
    """
    together: dict[tuple[Events, bool], list[Count]] = {}
    for count in counts:
        together.setdefault((count.events, is_once_an_event(count)), []).append(count)
    for (events, once), alike in together.items():
        answers = _ask_each(connection, questions, partial(tally_statement, events, alike, once), events)
        yield [_tally(question, alike, rows) for question, rows in zip(questions, answers, strict=True)]


def _tally(question: Question, counts: Sequence[Count], rows: Rows) -> Tally:
    splits = len(question.by)
    numbers = np.array([row[splits:] for row in rows], dtype=float).reshape(len(rows), len(counts))
    return Tally(question.by, [tuple(row[:splits]) for row in rows], dict(zip(counts, numbers.T, strict=True)))


@dataclass(frozen=True, eq=False)
class Lengths:
    """How long each event of a cell lasted (in the unit of its `Durations`), and whether it had ended: a value an event."""

    length: npt.NDArray[np.float64]
    ended: npt.NDArray[np.bool_]


def durations_of_each(
    connection: Connection, durations: Durations, questions: Sequence[Question]
) -> list[dict[tuple[Any, ...], Lengths]]:
    """The lengths in each cell in which something was measured, for each of some questions, see `tallies`."""
    answers = _ask_each(connection, questions, partial(durations_statement, durations), durations.events)
    return [_lengths(durations, question, rows) for question, rows in zip(questions, answers, strict=True)]


def _lengths(durations: Durations, question: Question, rows: Rows) -> dict[tuple[Any, ...], Lengths]:
    splits = len(question.by)
    by_cell: dict[tuple[Any, ...], list[Sequence[Any]]] = {}
    for row in rows:
        by_cell.setdefault(tuple(row[:splits]), []).append(row[splits:])
    found = {}
    for cell, of_cell in by_cell.items():
        length, ended, events = zip(*of_cell, strict=True)
        found[cell] = Lengths(
            np.repeat(np.array(length, dtype=float) / durations.parts, events), np.repeat(np.array(ended, dtype=bool), events)
        )
    return found


def _ask_each(
    connection: Connection, questions: Sequence[Question], statement: Callable[[Sequence[Question]], Select[Any]], events: Events
) -> list[Rows]:
    """The rows that answer each question: its cell, then the figures; all in one statement where it may be."""
    if len(questions) == 1 or events.date is None or events.latest_per is not None:
        return [fetch(connection, statement([question]), question) for question in questions]
    names, found = names_of(questions), fetch(connection, statement(questions), questions[0])
    if not found:
        return [[] for _ in questions]
    by_split: dict[int, list[Sequence[Any]]] = {}
    for row in found:  # begins with its split, then come the names
        by_split.setdefault(row[0], []).append(row)
    answers: list[Rows] = []
    for question in questions:
        columns = [1 + names.index(name) for name in question.by]
        of_question = itemgetter(*columns, *range(1 + len(names), len(found[0])))
        answers.append(list(map(of_question, by_split.get(number_of_split(question, names), []))))
    return answers


def events_per_child(connection: Connection, count: Count, question: Question) -> pd.DataFrame:
    """How many children had how many of the counted events: the columns of the split, then ``times`` and ``children``."""
    return read(connection, per_child_statement(count, question), question)
