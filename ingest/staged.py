"""A file on its way into its table: its rows in a temporary table of the database, and what was found wrong with them."""

import json
from array import array
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, String, Table, and_, cast, func

from ingest.extract import Extract
from ingest.report import Rejection, Unread
from queries.tables import metadata

# The state of a row: it may be loaded, or need not be, since it says what is known, what an earlier row of the file says, or
# what a later file, or row, says otherwise; it may not be loaded, or not even its key can be read.
SOUND, KNOWN, REPEATED, OVERTAKEN, REFUSED, NAMELESS = 0, -1, -2, -3, 1, 2


@dataclass
class UnreadCells:
    """Where the cells of one column stand that cannot be read for one reason, and what stands in the first."""

    value: str
    lines: "array[int]" = field(default_factory=lambda: array("q"))  # of which there may be millions

    def without(self, lines: Set[int]) -> "UnreadCells":
        """Those on other lines."""
        left = array("q", (line for line in self.lines if line not in lines))
        return UnreadCells(self.value if left[:1] == self.lines[:1] else "", left)


@dataclass
class Staged:
    """A file as it stands in the database, ready to be merged.

    ``table`` holds its rows, each with its ``line``, its ``state``, the names of its cells that could not be read (``unread``),
    and whether it is the last of the run to name its key (``is_last``).
    """

    extract: Extract
    table: Table
    lines: int = 0
    blank_lines: int = 0
    left_out: int = 0  # rows, by a mapping's filter
    rows: int = 0  # the other records, sound or not
    ambiguous_times: int = 0
    british_days: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    cells: dict[tuple[str, str], UnreadCells] = field(default_factory=dict)  # by column and reason
    remarks: list[str] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)  # lines behind a quotation mark that was never closed

    @property
    def rejected(self) -> int:
        """Rows, of which each may have several reasons."""
        return len({rejection.line for rejection in self.rejections})

    @property
    def of(self) -> Table:
        """The table of the contract that it is loaded into."""
        return self.extract.table

    def reject(self, line: int, column: str, value: str, reason: str, row: str) -> None:
        """Note why a row is refused. Of a doubtful one nothing is told that stands in it: it may be a part of somebody's text."""
        if line in self.doubtful:
            value, row = "", json.dumps({"characters": len(row)})
        self.rejections.append(Rejection(line, column, value, reason, row))

    def note_unread(self, column: str, reason: str, lines: Sequence[int], value: str) -> None:
        """Note cells that count as not recorded; ``value`` is the first's, not told if it may be a part of somebody's text."""
        cells = self.cells.setdefault((column, reason), UnreadCells("" if lines[0] in self.doubtful else value))
        cells.lines.extend(lines)

    def reject_with_cells(self, lines: Set[int]) -> None:
        """Tell of rows that other rows or tables refuse also which of their cells cannot be read: they count as refused alone."""
        row_of = {rejection.line: rejection.row for rejection in self.rejections if rejection.line in lines}
        for (column, reason), cells in self.cells.items():
            for line in filter(lines.__contains__, cells.lines):
                self.reject(line, column, cells.value if line == cells.lines[0] else "", reason, row_of[line])
        left = {key: cells.without(lines) for key, cells in self.cells.items()}
        self.cells = {key: cells for key, cells in left.items() if cells.lines}

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The cells that count as not recorded, by column and reason."""
        return tuple(Unread(*key, len(cells.lines), cells.lines[0], cells.value) for key, cells in self.cells.items())


def same_key(one: Table, other: Table, key: Sequence[str]) -> ColumnElement[bool]:
    """Plain equality wherever nothing can be blank: databases join by it quickly, by IS NOT DISTINCT FROM slowly."""
    pairs = [(one.c[name], other.c[name]) for name in key]
    blankable = {name for name in key if contract_table(one).c[name].nullable}
    return and_(
        *(
            ours.is_not_distinct_from(theirs) if name in blankable else ours == theirs
            for name, (ours, theirs) in zip(key, pairs, strict=True)
        )
    )


def contract_table(rows: Table) -> Table:
    """The contract's table of some rows, staged or loaded."""
    return metadata.tables[str(rows.info.get("stages", rows.name))]


def row_key(table: Table) -> ColumnElement[str]:
    """A hash of the key of a row, by which it is known without its ids being kept."""
    cells = [func.coalesce(cast(table.c[name], String), "") for name in contract_table(table).info["key"]]
    return func.md5(func.concat_ws("\x1f", *cells))
