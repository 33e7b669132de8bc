"""Counts of events, and how they are worked out: one SELECT for each kind of event, however many counts are wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    case,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from queries.counting.counts import Count, Durations
from queries.counting.dimensions import DAY, OPENS
from queries.counting.events import Events
from queries.counting.in_scope import in_period, in_scope, periods_cte
from queries.counting.question import Question
from queries.counting.reading import fetch, read

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
        together.setdefault((count.events, _is_once_an_event(count)), []).append(count)
    for (events, once), alike in together.items():
        answers = _ask_each(connection, questions, partial(_tally_statement, events, alike, once), events)
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
    answers = _ask_each(connection, questions, partial(_durations_statement, durations), durations.events)
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
    names, found = _names(questions), fetch(connection, statement(questions), questions[0])
    answers: list[Rows] = []
    for question in questions:  # each row begins with its split, then come the names
        split, columns = _number_of_split(question, names), [1 + names.index(name) for name in question.by]
        answers.append([(*(row[column] for column in columns), *row[1 + len(names) :]) for row in found if row[0] == split])
    return answers


def events_per_child(connection: Connection, count: Count, question: Question) -> pd.DataFrame:
    """How many children had how many of the counted events: the columns of the split, then ``times`` and ``children``."""
    child = count.events.rows.c.child_id
    wanted = true() if count.where is None else count.where
    rows = _rows(count.events, [question], child).where(wanted, child.is_not(None)).subquery()
    cells = [rows.c[name] for name in question.by]
    by_child = select(*cells, func.count().label("times")).select_from(rows).group_by(*rows.c).subquery()
    statement = select(*by_child.c, func.count().label("children")).group_by(*by_child.c)
    return read(connection, statement, question)


def _names(questions: Sequence[Question]) -> list[str]:
    """What any of these is split by."""
    return list(dict.fromkeys(name for question in questions for name in question.by))


def _split(events: Events, name: str, question: Question) -> ColumnElement[Any]:
    if name not in (OPENS, DAY):
        return events.dimension(name, question.scope.placed_by)
    if events.date is None:
        return events.rows.c[name]
    return events.date if name == DAY else case(*((in_period(events.date, p), p.opens) for p in question.periods))


def _rows(events: Events, questions: Sequence[Question], *columns: ColumnElement[Any]) -> Select[Any]:
    """The events of some questions one by one: the columns of their splits, then those given."""
    splits = [_split(events, name, questions[0]).label(name) for name in _names(questions)]
    return select(*splits, *columns).select_from(events.rows).where(in_scope(events, questions[0]))


def _grouped(rows: Subquery, questions: Sequence[Question], figures: Sequence[ColumnElement[Any]], *more: str) -> Select[Any]:
    """Some rows grouped by the cells of some questions, and by ``more`` of their columns: these, then the figures.

    Where there are several questions, ``split`` comes first and says of which a row is; what that is not split by is blank in it.
    """
    names = _names(questions)
    shown: list[ColumnElement[Any]] = [rows.c[name] for name in (*names, *more)]
    if len(questions) == 1:
        return select(*shown, *figures).group_by(*shown)
    if "split" in rows.c:
        return select(rows.c.split, *shown, *figures).group_by(*shown, rows.c.split)
    sets = [tuple_(*(rows.c[name] for name in (*question.by, *more))) for question in questions]
    split = func.grouping(*(rows.c[name] for name in names)).label("split")
    return select(split, *shown, *figures).group_by(func.grouping_sets(*sets))


def _number_of_split(question: Question, names: Sequence[str]) -> int:
    """What SQL's GROUPING makes of the names that a question is not split by: a bit each, the first the highest."""
    return sum(1 << place for place, name in enumerate(reversed(names)) if name not in question.by)


def _tally_statement(events: Events, counts: Sequence[Count], once: bool, questions: Sequence[Question]) -> Select[Any]:
    columns = [_value_where_counted(count, _counted_value(count)).label(f"c{i}") for i, count in enumerate(counts)]
    columns += [
        _value_where_counted(count, literal(1)).label(f"m{i}") for i, count in enumerate(counts) if count.total is not None
    ]
    rows = _rows(events, questions, *columns, *([events.unit.label("unit")] if once else []))
    if events.latest_per is not None:  # which row is the last of its cell must not depend on what is counted
        ranked = rows.add_columns(rank_in_cell(events, questions[0]).label("ranked")).subquery()
        rows = select(ranked).where(ranked.c.ranked == 1)
    else:
        rows = rows.where(or_(*(true() if count.where is None else count.where for count in counts)))
    inner = rows.subquery()
    if once:  # an event of several children is counted once in a cell: that is cheaper than counting distinct ones
        flags = [func.max(inner.c[f"c{i}"]).label(f"c{i}") for i in range(len(counts))]
        inner = _grouped(inner, questions, flags, "unit").subquery()
    statement = _grouped(inner, questions, [_aggregate(count, inner, i) for i, count in enumerate(counts)])
    return statement.add_cte(periods_cte(questions[0].periods)) if events.date is None else statement


def _durations_statement(durations: Durations, questions: Sequence[Question]) -> Select[Any]:
    events = durations.events
    ended = true() if durations.ended is None else durations.ended
    columns = (events.unit.label("unit"), durations.length.label("length"), ended.label("ended"))
    inner = _rows(events, questions, *columns).where(durations.where).subquery()
    if events.one_row_per_child:  # once in a cell
        inner = _grouped(inner, questions, [], "length", "ended", "unit").subquery()
    return _grouped(inner, questions, [func.count().label("events")], "length", "ended")


def _is_once_an_event(count: Count) -> bool:
    """Whether it counts events that have several rows, each of them once in a cell."""
    return count.events.one_row_per_child and count.distinct is None and count.total is None


def _counted_value(count: Count) -> ColumnElement[Any]:
    return next((value for value in (count.distinct, count.total) if value is not None), literal(1))


def _value_where_counted(count: Count, value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value if count.where is None else case((count.where, value))


def rank_in_cell(events: Events, question: Question) -> ColumnElement[int]:
    """1 for the last by ``date`` of the events in a cell that share ``latest_per``."""
    assert events.date is not None and events.latest_per is not None
    splits = [_split(events, name, question) for name in question.by]
    return func.row_number().over(partition_by=(*splits, events.latest_per), order_by=events.date.desc())


def _aggregate(count: Count, inner: Subquery, position: int) -> ColumnElement[Any]:
    value = inner.c[f"c{position}"]
    if count.total is not None:  # nothing to add up is 0; something, of which no number was recorded, is not known
        return case((func.count(inner.c[f"m{position}"]) == 0, 0), else_=cast(func.sum(value), BigInteger))
    if count.distinct is not None:
        return func.count(distinct(value))
    return func.count(value)
