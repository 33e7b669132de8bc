"""What the columns of a file are called, which of them are read, and how they become the contract's."""

import difflib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Any

from sqlalchemy import Column, Table

from ingest.reading import FileRefusedError
from ingest.values import Fault, is_id, reader_of

Columns = Mapping[str, Sequence[str]]  # equally long lists of cells by the name of their column
MOST_WORDS_TOLD = 10
ALIKE = 0.6  # from which a header is told as the one that may be meant
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}


@dataclass(frozen=True)
class Layout:
    """How a kind of file is laid out.

    ``known``      the columns that are read, as the file calls them
    ``required``   those without which a row means nothing, each with whether a cell can be of it
    ``free_text``  those of the known in which a line may break
    ``translate``  known columns to those of the contract, in which every cell is still text
    ``remarks``    what there is to say when all has been translated
    ``expected``   columns that such files have, though nothing needs them
    ``leaves_out`` of each row, whether it is left out on purpose; None where none is
    ``ranks``      of each row, by what the last of a key is known; None where a key may come once alone
    ``remedy``     what to do about a column that is missing
    ``ids``        of the required columns those of ids, where these alone can tell a row from a line of text
    """

    known: Sequence[str]
    required: Mapping[str, Callable[[str], bool]]
    free_text: frozenset[str]
    translate: Callable[[Columns], Columns]
    remarks: Callable[[], Sequence[str]] = lambda: ()
    expected: Sequence[str] = ()
    leaves_out: Callable[[Columns], Sequence[bool]] | None = None
    ranks: Callable[[Columns], Sequence[str]] | None = None
    remedy: str = "add or rename"
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Header:
    """The first line of a file: its names as the layout writes them, which are read, and which nobody knows."""

    names: tuple[str, ...]
    read: tuple[str, ...]
    unknown: tuple[str, ...]
    lacking: tuple[str, ...]  # of those that such files have
    unmapped: tuple[str, ...] = ()  # of those that a mapping does not name, in place of the unknown


def of_contract(table: Table, today: date) -> Layout:
    """A file with the contract's own columns."""
    readers = {column.name: reader_of(column, today) for column in table.columns if not column.nullable}

    def can_be(name: str) -> Callable[[str], bool]:
        return lambda text: not isinstance(readers[name](text), Fault)

    free_text = (c.name for c in table.columns if c.type.python_type is str and "values" not in c.info and not is_id(c))
    return Layout(
        [column.name for column in table.columns],
        {name: can_be(name) for name in readers},
        frozenset(free_text),
        lambda columns: columns,
        ids=ids_alone({column: column.name for column in table.columns if not column.nullable}),
    )


def ids_alone(required: Mapping[Column[Any], str]) -> frozenset[str]:
    """The names of those required columns that hold ids, where none of the others holds what can be told from any text."""
    is_told = any(c.type.python_type is not str or "values" in c.info for c in required)
    return frozenset() if is_told else frozenset(name for column, name in required.items() if is_id(column))


def match(layout: Layout, first_row: Sequence[str], file: str) -> Header:
    """Known names are found whatever their case, order and blanks. Raises FileRefusedError where required ones are missing."""
    by_text = {name.casefold(): name for name in layout.known}
    names = tuple(by_text.get(" ".join(text.casefold().split()), _told(text, number)) for number, text in enumerate(first_row, 1))
    read = tuple(name for name in layout.known if name in names)
    if twice := next((name for name in read if names.count(name) > 1), None):
        raise FileRefusedError(f"{file} names the column {twice} twice; keep one of them and load it again.")
    missing = [name for name in layout.required if name not in names]
    unknown = tuple(name for name in names if name not in read)
    if missing and not read:
        raise FileRefusedError(_no_header(layout, first_row, file))
    if missing:
        raise FileRefusedError(_missing_columns(missing, unknown, file, layout.remedy))
    return Header(names, read, unknown, tuple(name for name in layout.expected if name not in names))


def _no_header(layout: Layout, first_row: Sequence[str], file: str) -> str:
    """Nothing of the line is told: without a header it is a row, which may name a child."""
    line = ",".join(first_row).casefold()
    for separator, name in OTHER_SEPARATORS.items():
        if {text.strip() for text in line.split(separator)} & {known.casefold() for known in layout.known}:
            return f"{file} separates its columns by {name}; save it as 'CSV UTF-8', with commas, and load that."
    columns = shorten(", ".join(layout.known), 160, placeholder=" ...")
    return f"{file} has no header line that can be read; its first line must name the columns: {columns}."


def _missing_columns(missing: Sequence[str], others: Sequence[str], file: str, remedy: str) -> str:
    """'crimes.csv lacks the required column recorded_on (nearest header: recorded) ...'"""
    hints = []
    for name in missing:
        near = next(iter(sorted(others, key=lambda other: -_likeness(name, other))), "")
        hints.append(f"{name} (nearest header: {shorten(near, 60)})" if near and _likeness(name, near) >= ALIKE else name)
    noun, it = ("column", "it") if len(missing) == 1 else ("columns", "them")
    return f"{file} lacks the required {noun} {', '.join(hints)}; {remedy} {it}, and load the file again."


def _told(text: str, number: int) -> str:
    """A header as it is told, if it is one: what runs over several lines may be a part of a row behind an unclosed mark."""
    if not text.strip():
        return f"(column {number} without a name)"
    return f"(column {number}, of several lines)" if len(text.split("\n")) > 1 or "\r" in text.strip() else text.strip()


def _likeness(name: str, header: str) -> float:
    """How like a header is to the name of a column, from 0 to 1: what is not may be a cell of a row, which names somebody."""
    if name.casefold() in header.casefold():
        return 1.0
    return difflib.SequenceMatcher(None, name.casefold(), header.casefold()).ratio()


def words_told(found: Counter[str]) -> str:
    """The most frequent of these words and how often each came: "'Y-CC' 12, 'YC' 3 and 4 others"."""
    told = ", ".join(f"{shorten(text, 60)!r} {number:,}" for text, number in found.most_common(MOST_WORDS_TOLD))
    return told + (f" and {len(found) - MOST_WORDS_TOLD:,} others" if len(found) > MOST_WORDS_TOLD else "")
