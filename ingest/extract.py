"""One file as rows: its header matched, its records in batches, each cell still text under the contract's names."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import compress
from textwrap import shorten
from typing import ClassVar

from sqlalchemy import Table

from ingest import police_uk
from ingest.layouts import Columns, Header, Layout, match, of_contract
from ingest.mapping import translating
from ingest.reading import BadLine, Content, FileRefusedError, Record, content, records
from ingest.report import count, listed
from ingest.sources import Source, refuse_nameless

LETTERS, DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")
ROWS = 20_000  # of a batch: enough to be fast, few enough to be held


@dataclass(frozen=True)
class Bad:
    """A line or record that cannot be split into the columns: its number and size are kept, never its text."""

    line: int
    reason: str
    row: str


@dataclass
class Batch:
    """Some rows of a file: ``lines`` (where each starts) and each of ``columns`` run side by side."""

    lines: list[int] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)  # lines of which nothing is told, should they be refused
    rows: list[list[str]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    lines_read: int = 0
    blank_lines: int = 0
    left_out: int = 0  # rows, on purpose
    columns: Columns = field(default_factory=dict)
    ranks: Sequence[str] = ()  # by which the last row of a key is known, where the layout says so


@dataclass
class Extract:
    """A file that can be read."""

    header_lines: ClassVar[int] = 1
    source: Source
    table: Table
    content: Content
    layout: Layout
    header: Header

    def batches(self) -> Iterator[Batch]:
        """All that comes after the header; the lines of the header count to the first."""
        batch = Batch()
        entries = self._entries()
        batch.lines_read = header_of(entries, self.source.name).lines
        for entry in entries:
            self._put(entry, batch)
            if len(batch.rows) == ROWS:
                yield translated(batch, self.header, self.layout)
                batch = Batch()
        yield translated(batch, self.header, self.layout)

    def remarks(self) -> Iterator[str]:
        """What there is to say of the file's own layout, once it has been read."""
        if self.header.lacking:
            yield f"columns of such files that it lacks: {', '.join(self.header.lacking)}"
        yield from remarks(self.header, self.layout)

    def _entries(self) -> Iterator[Record | BadLine]:
        return records(self.content, self._accepts, self._looks_like_row)

    def _put(self, entry: Record | BadLine, batch: Batch) -> None:
        width = len(self.header.names)
        if isinstance(entry, BadLine):
            batch.lines_read += 1
            batch.bad.append(Bad(entry.line, entry.reason, json.dumps({"characters": entry.characters})))
            return
        batch.lines_read += entry.lines
        # Spreadsheets end with rows of nothing but commas.
        if not entry.cells or (not entry.cells[0].strip() and not any(map(str.strip, entry.cells))):
            batch.blank_lines += entry.lines
        elif len(entry.cells) == width:
            batch.lines.append(entry.line)
            batch.rows.append(entry.cells)
            if entry.is_doubtful:
                batch.doubtful.add(entry.line)
        else:
            found = len(entry.cells)
            reason = f"has too {'few' if found < width else 'many'} fields: {found} instead of {width}"
            size = {"fields": found, "characters": sum(map(len, entry.cells))}
            batch.bad.append(Bad(entry.line, reason, json.dumps(size)))

    def _accepts(self, cells: Sequence[str]) -> str:
        """Lines break in free text alone, or in columns that are not read."""
        if len(cells) != len(self.header.names):
            return "opens a quotation mark that is not closed on its line"
        for name, cell in zip(self.header.names, cells, strict=True):
            if ("\n" in cell or "\r" in cell) and name in self.header.read and name not in self.layout.free_text:
                return f"breaks the line within {name}, where there can be no break: is a quotation mark missing?"
        return ""

    def _looks_like_row(self, cells: Sequence[str], own: Sequence[str]) -> bool:
        """Whether a line within a record is a row by itself: what every row must have can be read of it, ids are built alike."""
        positions = {name: self.header.names.index(name) for name in self.layout.required}
        if len(cells) <= max(positions.values()):
            return False
        return all(
            can_be(cells[position]) and (name not in self.layout.ids or _shape(cells[position]) == _shape(own[position]))
            for name, position, can_be in ((name, positions[name], can_be) for name, can_be in self.layout.required.items())
        )


def _shape(text: str) -> str:
    """How an id is built: 'K0012/24' and 'K7/9' are alike, a name and a number are not."""
    return DIGITS.sub("9", LETTERS.sub("a", text.strip()))


def open_extract(source: Source, today: date) -> Extract:
    """Raises FileRefusedError where the file is of no table, not CSV, or lacks a required column."""
    with source.open():
        pass
    table = refuse_nameless(source)
    read = content(source.open, source.name)
    first = header_of(of_header(read), source.name)
    if source.entry is not None:
        layout = translating.layout(source.entry, today)
        header = translating.without_unmapped(match(layout, first.cells, source.name), source.entry, source.entries)
        return Extract(source, table, translating.content_for(source.entry, read), layout, header)
    layout = police_uk.layout(source.published) if source.published else of_contract(table, today)
    return Extract(source, table, read, layout, match(layout, first.cells, source.name))


def translated(batch: Batch, header: Header, layout: Layout) -> Batch:
    """The rows of a batch as columns of the contract, without those that the layout leaves out."""
    cells = list(zip(*batch.rows, strict=True)) or [()] * len(header.names)
    columns: Columns = {name: cells[header.names.index(name)] for name in header.read}
    batch.rows = []
    if layout.leaves_out and batch.lines:
        stays = [not out for out in layout.leaves_out(columns)]
        batch.left_out = stays.count(False)
        batch.lines = list(compress(batch.lines, stays))
        columns = {name: list(compress(column, stays)) for name, column in columns.items()}
    batch.ranks = layout.ranks(columns) if layout.ranks else ()
    batch.columns = layout.translate(columns)
    return batch


def remarks(header: Header, layout: Layout) -> Iterator[str]:
    """What a mapping left over of an extract, and what else its layout has to say, once all has been read."""
    if header.unmapped:
        yield f"{count(len(header.unmapped), 'column')} not mapped: {listed([shorten(name, 60) for name in header.unmapped])}"
    yield from layout.remarks()


def of_header(read: Content) -> Iterator[Record | BadLine]:
    """The records of a file whose header is looked for: a line of as many cells is a row, which no header runs over."""
    return records(read, lambda _: "", lambda cells, own: len(cells) == len(own) > 1)


def header_of(entries: Iterator[Record | BadLine], name: str) -> Record:
    """The first record that is not blank, with the lines before it. Raises FileRefusedError where there is none."""
    lines = 0
    for entry in entries:
        if isinstance(entry, BadLine):
            break
        lines += entry.lines
        if any(map(str.strip, entry.cells)):
            return Record(entry.line, lines, entry.cells)
    raise FileRefusedError(f"{name} has no header line that can be read; its first line must name the columns.")
