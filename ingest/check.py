"""Checks every row of an extract against the data contract and sets aside the ones that break it, each with its first reason."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ingest.files import Extract
from ingest.report import Rejection
from ingest.values import Fault, is_ambiguous, reader_of
from metrics.signals.targets import objection


@dataclass(frozen=True)
class Checked:
    """The typed columns of an extract, all of its rows; ``sound`` are the row numbers that may be loaded, each key once."""

    columns: dict[str, list[Any]]
    sound: list[int]
    rejections: list[Rejection]
    ambiguous_times: int


def check(extract: Extract, today: date) -> Checked:
    """Everything that the file alone can show; whether a hub or a child exists is asked of the database."""
    columns = {column.name: _typed(extract, column.name, today) for column in extract.table.columns}
    faults: dict[int, Rejection] = {}
    for index, name, reason in (*_unreadable(columns), *_ends_before_starts(extract, columns), *_impossible_targets(columns)):
        faults.setdefault(index, _rejection(extract, index, name, reason))
    clashing, repeated = _same_keys(extract, columns)
    for index in clashing:
        faults.setdefault(index, _clash(extract, index))
    sound = [index for index in range(len(extract.rows)) if index not in faults and index not in repeated]
    return Checked(columns, sound, [*extract.misshapen, *faults.values()], _ambiguous(extract, faults))


def _typed(extract: Extract, name: str, today: date) -> list[Any]:
    """A column's values, a Fault where a cell cannot be taken. Each distinct text is read only once, which makes it fast."""
    texts = extract.columns.get(name)
    if texts is None:
        return [None] * len(extract.rows)
    read = reader_of(extract.table.c[name], today)
    meanings = {text: read(text) for text in set(texts)}
    return [meanings[text] for text in texts]


def _unreadable(columns: dict[str, list[Any]]) -> Iterator[tuple[int, str, str]]:
    for name, values in columns.items():
        for index, value in enumerate(values):
            if type(value) is Fault:
                yield index, name, value.reason


def _ends_before_starts(extract: Extract, columns: dict[str, list[Any]]) -> Iterator[tuple[int, str, str]]:
    for column in extract.table.columns:
        start = column.info.get("not_before")
        if not start:
            continue
        for index, (began, ended) in enumerate(zip(columns[start], columns[column.name], strict=True)):
            if isinstance(began, date) and isinstance(ended, date) and ended < began:
                yield index, column.name, f"is before {start}"


def _impossible_targets(columns: dict[str, list[Any]]) -> Iterator[tuple[int, str, str]]:
    """Targets and steps of what is not measured, and targets that their measure cannot have."""
    keys = columns.get("metric_key", [])
    for index, (key, value) in enumerate(zip(keys, columns.get("value", [None] * len(keys)), strict=True)):
        problem = None if isinstance(key, Fault) or isinstance(value, Fault) else objection(key, value)
        if problem:
            yield index, *problem


def _same_keys(extract: Extract, columns: dict[str, list[Any]]) -> tuple[set[int], set[int]]:
    """Rows whose key comes again with other content, and rows that only repeat an earlier one."""
    rows_of = defaultdict(list)
    for index, key in enumerate(zip(*(columns[name] for name in extract.table.info["key"]), strict=True)):
        rows_of[key].append(index)
    clashing: set[int] = set()
    repeated: set[int] = set()
    for key, rows in rows_of.items():
        if len(rows) == 1 or any(isinstance(part, Fault) for part in key):
            continue
        if len({tuple(values[index] for values in columns.values()) for index in rows}) > 1:
            clashing.update(rows)
        else:
            repeated.update(rows[1:])
    return clashing, repeated


def _clash(extract: Extract, index: int) -> Rejection:
    key = extract.table.info["key"]
    value = ", ".join(extract.columns[name][index] for name in key if name in extract.columns)
    return Rejection(
        extract.lines[index],
        ", ".join(key),
        value,
        "comes more than once in this file with different content",
        extract.row_json(index),
    )


def _rejection(extract: Extract, index: int, name: str, reason: str) -> Rejection:
    return Rejection(extract.lines[index], name, extract.columns[name][index], reason, extract.row_json(index))


def _ambiguous(extract: Extract, faults: dict[int, Rejection]) -> int:
    """How many times of rows that are not rejected fall into the hour that comes twice in October."""
    count = 0
    for column in extract.table.columns:
        if column.type.python_type is datetime and column.name in extract.columns:
            texts = extract.columns[column.name]
            twice = {text for text in set(texts) if is_ambiguous(text)}
            count += sum(text in twice and index not in faults for index, text in enumerate(texts)) if twice else 0
    return count
