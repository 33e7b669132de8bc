"""Checks rows of an extract against the data contract: which may be loaded, which are refused, which cells are not read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table

from ingest.layouts import Columns
from ingest.values import Fault, is_ambiguous, is_british_day, is_midnight, london_day, reader_of
from metrics.signals.targets import objection
from queries.tables import Order

MOST_CHARACTERS = 200  # of a value that is told


@dataclass(frozen=True)
class Finding:
    """Something wrong in a row: in which column, what stands there, why it cannot be."""

    index: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """Rows as typed columns, blank where a cell cannot be read.

    ``refused`` holds the findings that keep a row out, ``unread`` those that cost a cell, by column; ``nameless`` are the rows
    whose key cannot be read.
    """

    columns: dict[str, list[Any]]
    refused: list[Finding]
    unread: dict[str, list[Finding]]
    nameless: set[int]
    ambiguous_times: int
    british_days: int


def check(table: Table, texts: Columns, rows: int, today: date) -> Checked:
    """Everything that the rows alone can show; whether a hub or a child exists is asked of the database."""
    columns = {column.name: _typed(column, texts, rows, today) for column in table.columns}
    refused: list[Finding] = []
    unread: dict[str, list[Finding]] = {}
    for column in table.columns:
        found = list(_unreadable(column.name, columns[column.name], texts))
        if found and refuses(column):
            refused += found
        elif found:
            unread[column.name] = found
    nameless = {finding.index for finding in refused if finding.column in table.info["key"]}
    refused += _impossible_targets(columns, texts)
    _blank(columns)
    for finding in _other_days(table, columns):
        _set_aside(finding, columns, unread)
    for order in table.info["orders"]:
        for finding in _out_of_order(order, columns):
            if order.doubtful:
                _set_aside(finding, columns, unread)
            else:
                refused.append(finding)
    return Checked(columns, refused, unread, nameless, _count(table, texts, is_ambiguous), _count(table, texts, is_british_day))


def refuses(column: Column[Any]) -> bool:
    """Whether a cell that cannot be read costs its row: where it must be there, tells rows apart, or says by a blank "still"."""
    return not column.nullable or column.name in column.table.info["key"] or "ends" in column.info


def row_json(texts: Mapping[str, Sequence[Any]], index: int) -> str:
    """A row under the contract's names: nothing of columns that it does not know, which might name a child."""
    row = {name: cells[index] for name, cells in texts.items()}
    return json.dumps({name: str(cell) for name, cell in row.items() if cell is not None}, ensure_ascii=False)


def _typed(column: Column[Any], texts: Columns, rows: int, today: date) -> list[Any]:
    """A column's values, a Fault where a cell cannot be taken. Each distinct text is read only once, which makes it fast."""
    cells = texts.get(column.name)
    if cells is None:
        return [None] * rows
    read = reader_of(column, today)
    meanings = {text: read(text) for text in set(cells)}
    return [meanings[text] for text in cells]


def _unreadable(name: str, values: Sequence[Any], texts: Columns) -> Iterator[Finding]:
    if Fault in set(map(type, values)):
        for index, value in enumerate(values):
            if type(value) is Fault:
                yield Finding(index, name, texts[name][index][:MOST_CHARACTERS], value.reason)


def _blank(columns: Mapping[str, list[Any]]) -> None:
    for values in columns.values():
        if Fault in set(map(type, values)):
            values[:] = [None if type(value) is Fault else value for value in values]


def _set_aside(finding: Finding, columns: Mapping[str, list[Any]], unread: dict[str, list[Finding]]) -> None:
    columns[finding.column][finding.index] = None
    unread.setdefault(finding.column, []).append(finding)


def _impossible_targets(columns: Mapping[str, list[Any]], texts: Columns) -> Iterator[Finding]:
    """Targets and steps of what is not measured, and targets that their measure cannot have."""
    keys = columns.get("metric_key", [])
    for index, (key, value) in enumerate(zip(keys, columns.get("value", [None] * len(keys)), strict=True)):
        known = None if isinstance(value, Fault) else value
        problem = None if key is None or isinstance(key, Fault) else objection(key, known)
        if problem:
            name, reason = problem
            yield Finding(index, name, texts[name][index][:MOST_CHARACTERS], reason)


def _other_days(table: Table, columns: Mapping[str, list[Any]]) -> Iterator[Finding]:
    """Instants that fall on another London day than the row is said to be of."""
    on = table.info["dated_by"]
    at = f"{on.removesuffix('_on')}_at" if on else ""
    if at not in columns:
        return
    for index, (day, instant) in enumerate(zip(columns[on], columns[at], strict=True)):
        if instant is not None and day is not None and london_day(instant) != day:
            yield Finding(index, at, f"{_shown(instant)}, {on} {day}", f"is not of the London day of {on}")


def _out_of_order(order: Order, columns: Mapping[str, list[Any]]) -> Iterator[Finding]:
    earlier = [columns[name] for name in order.earlier]
    for index in _to_look_at(earlier, columns[order.later]):
        later = columns[order.later][index]
        place, before = next(((i, values[index]) for i, values in enumerate(earlier) if values[index] is not None), (0, None))
        by_day = order.by_day or (order.doubtful is not None and _may_be_a_day(later))
        if before is not None and _precedes(later, before, by_day=by_day):
            name, wrong = order.earlier[place], order.doubtful or order.later
            if wrong == order.later:
                yield Finding(index, wrong, f"{_shown(later)}, {name} {_shown(before)}", f"is before {name}")
            else:
                yield Finding(index, wrong, f"{_shown(before)}, {order.later} {_shown(later)}", f"is after {order.later}")


def _to_look_at(earlier: Sequence[Sequence[Any]], later: Sequence[Any]) -> list[int]:
    """The rows where something may be out of order: where days are set against days, or instants against instants, plainly."""
    kinds = {type(value) for value in (*later, *earlier[0]) if value is not None}
    if len(earlier) == 1 and len(kinds) <= 1:
        pairs = enumerate(zip(earlier[0], later, strict=True))
        return [index for index, (before, value) in pairs if before is not None and value is not None and value < before]
    return [index for index, value in enumerate(later) if value is not None]


def _may_be_a_day(value: date | datetime) -> bool:
    return isinstance(value, datetime) and is_midnight(value)


def _precedes(later: date | datetime, before: date | datetime, *, by_day: bool) -> bool:
    if by_day or isinstance(later, datetime) != isinstance(before, datetime):
        return _day(later) < _day(before)
    return later < before


def _day(value: date | datetime) -> date:
    return london_day(value) if isinstance(value, datetime) else value


def _shown(value: date | datetime) -> str:
    return f"{value.isoformat(timespec='minutes')}Z" if isinstance(value, datetime) else value.isoformat()


def _count(table: Table, texts: Columns, says: Any) -> int:
    """How many cells of days and instants are of a kind, as `says` tells of each."""
    count = 0
    for column in table.columns:
        if column.name in texts and issubclass(column.type.python_type, date):
            of_kind = {text for text in set(texts[column.name]) if says(text)}
            count += sum(text in of_kind for text in texts[column.name]) if of_kind else 0
    return count
