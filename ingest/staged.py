"""A file on its way into its table: its rows in a temporary table of the database, and what was found wrong with them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, String, Table, and_, cast, func

from ingest.extract import Extract
from ingest.report import Rejection, Unread
from queries.tables import metadata

# The state of a row: it may be loaded, or need not be, since it says what is known, what an earlier row of the file says, or
# what a later file, or row, says otherwise; it may not be loaded, or not even its key can be read.
SOUND, KNOWN, REPEATED, OVERTAKEN, REFUSED, NAMELESS = 0, -1, -2, -3, 1, 2


@dataclass
class Staged:
    """A file as it stands in the database, ready to be merged: ``table`` holds its rows, each with ``line``, ``state`` and the
    names of its cells that could not be read, ``unread``."""

    extract: Extract
    table: Table
    lines: int = 0
    blank_lines: int = 0
    left_out: int = 0  # rows, by a mapping's filter
    rows: int = 0  # the other records, sound or not
    ambiguous_times: int = 0
    british_days: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    unread: dict[tuple[str, str], Unread] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)  # lines behind a quotation mark that was never closed
    unsplit: int = 0  # lines and rows that do not have the columns

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

    def count_unread(self, column: str, reason: str, line: int, value: str, cells: int = 1) -> None:
        """Note cells that count as not recorded; the first of a reason is told."""
        known = self.unread.get((column, reason))
        first = (known.line, known.value) if known else (line, "" if line in self.doubtful else value)
        self.unread[column, reason] = Unread(column, reason, (known.cells if known else 0) + cells, *first)


def same_key(one: Table, other: Table, key: Sequence[str]) -> ColumnElement[bool]:
    """Plain equality wherever nothing can be blank: databases join by it quickly, by IS NOT DISTINCT FROM slowly."""
    pairs = [(one.c[name], other.c[name]) for name in key]
    blankable = {name for name in key if metadata.tables[_contract_name(one)].c[name].nullable}
    return and_(
        *(
            ours.is_not_distinct_from(theirs) if name in blankable else ours == theirs
            for name, (ours, theirs) in zip(key, pairs, strict=True)
        )
    )


def _contract_name(table: Table) -> str:
    return str(table.info.get("stages", table.name))


def row_key(table: Table) -> ColumnElement[str]:
    """A hash of the key of a row, by which it is known without its ids being kept."""
    cells = [func.coalesce(cast(table.c[name], String), "") for name in metadata.tables[_contract_name(table)].info["key"]]
    return func.md5(func.concat_ws("\x1f", *cells))
