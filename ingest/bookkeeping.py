"""Writes down what became of each file: its load, the rows refused and why, the cells not read, and what is still set aside."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, exists, func, insert, literal, null, select

from ingest.database import write
from ingest.merging import day_of
from ingest.report import FileReport
from ingest.staged import KNOWN, NAMELESS, REFUSED, SOUND, Staged, row_key
from queries.tables import loads, rejected_rows, set_aside, unread_cells


@dataclass(frozen=True)
class Earlier:
    """The load before in which the same content was taken: what was wrong with it then.

    Earlier versions did not count lines, nor set anything aside for the figures to tell.
    """

    has_counted_lines: bool
    rejections: frozenset[tuple[int, str | None, str]]
    unread: frozenset[tuple[str, str, int]]

    def says_the_same(self, staged: Staged) -> bool:
        rejections = {(one.line, one.column, one.reason) for one in staged.rejections}
        unread = {(one.column, one.reason, one.cells) for one in staged.unread.values()}
        return rejections == self.rejections and unread == self.unread and (self.has_counted_lines or not rejections)


def new_load_id() -> str:
    return uuid.uuid4().hex


def earlier(connection: Connection, staged: Staged) -> Earlier | None:
    """The last load of the very same content into the same table; None where it never was loaded."""
    of_content = select(loads.c.load_id, loads.c.lines_read).where(
        loads.c.table_name == staged.of.name, loads.c.sha256 == staged.extract.content.sha256
    )
    last = connection.execute(of_content.order_by(loads.c.loaded_at.desc()).limit(1)).one_or_none()
    if last is None:
        return None
    load_id, lines = last
    refused, cells = rejected_rows.c, unread_cells.c
    rejections = connection.execute(select(refused.line, refused.column_name, refused.reason).where(refused.load_id == load_id))
    unread = connection.execute(select(cells.column_name, cells.reason, cells.cells).where(cells.load_id == load_id))
    return Earlier(lines is not None, frozenset(map(tuple, rejections)), frozenset(map(tuple, unread)))


def record(connection: Connection, staged: Staged, report: FileReport, load_id: str, loaded_at: datetime) -> None:
    """A row in loads for each time that a file changed something; what was refused of the same content before is told anew."""
    content = staged.extract.content
    of_content = select(loads.c.load_id).where(loads.c.table_name == report.table, loads.c.sha256 == content.sha256)
    for table in (rejected_rows, set_aside):
        connection.execute(delete(table).where(table.c.load_id.in_(of_content)))
    first, last = _days(connection, staged)
    row = {
        "load_id": load_id,
        "table_name": report.table,
        "source_file": report.name,
        "sha256": content.sha256,
        "rows_read": report.read,
        "rows_loaded": report.read - report.rejected,
        "rows_rejected": report.rejected,
        "loaded_at": loaded_at,
        "data_from": first,
        "data_to": last,
        "lines_read": report.lines,
        "rows_filtered": report.filtered,
        "rows_new": report.new,
        "rows_changed": report.updated,
        "rows_unchanged": report.unchanged,
        "rows_superseded": report.superseded,
        "rows_withdrawn": report.withdrawn,
        "cells_not_read": report.cells_not_read,
    }
    connection.execute(insert(loads), [row])
    _write(
        connection,
        rejected_rows,
        load_id,
        report.rejections,
        line="line",
        column_name="column",
        value="value",
        reason="reason",
        row="row",
    )
    _write(connection, unread_cells, load_id, report.unread, column_name="column", reason="reason", cells="cells")
    _note_set_aside(connection, staged, load_id)


def _write(connection: Connection, table: Any, load_id: str, entries: Sequence[Any], **columns: str) -> None:
    cells = {name: [getattr(entry, attribute) for entry in entries] for name, attribute in columns.items()}
    write(connection, table, {"load_id": [load_id] * len(entries), **cells})


def _note_set_aside(connection: Connection, staged: Staged, load_id: str) -> None:
    """What this file says of a row stands from now on, in place of what was set aside of it before."""
    rows, name = staged.table, staged.of.name
    if connection.scalar(select(exists().where(set_aside.c.table_name == name))):
        keys = select(row_key(rows)).where(rows.c.state < NAMELESS)
        connection.execute(delete(set_aside).where(set_aside.c.table_name == name, set_aside.c.row_key.in_(keys)))
    day = day_of(rows)
    when = null() if day is None else day
    columns = ["table_name", "load_id", "line", "row_key", "day", "column_name"]
    key = case((rows.c.state == REFUSED, row_key(rows)))
    refused = select(literal(name), literal(load_id), rows.c.line, key, when, null()).where(rows.c.state >= REFUSED)
    connection.execute(insert(set_aside).from_select(columns, refused))
    for column in sorted({unread.column for unread in staged.unread.values()}):
        has = rows.c.unread.contains(f",{column},", autoescape=True)
        cells = select(literal(name), literal(load_id), rows.c.line, row_key(rows), when, literal(column))
        connection.execute(insert(set_aside).from_select(columns, cells.where(has, rows.c.state.in_((SOUND, KNOWN)))))
    staged_lines = set(connection.scalars(select(rows.c.line).where(rows.c.state >= REFUSED)))
    bad = sorted({one.line for one in staged.rejections} - staged_lines)
    write(connection, set_aside, {"table_name": [name] * len(bad), "load_id": [load_id] * len(bad), "line": bad})


def _days(connection: Connection, staged: Staged) -> tuple[Any, Any]:
    """The first and last day to which the rows taken belong; none for a table that is not of events."""
    if not (dated_by := staged.of.info["dated_by"]):
        return None, None
    day = staged.table.c[dated_by]
    first, last = connection.execute(select(func.min(day), func.max(day)).where(staged.table.c.state <= SOUND)).one()
    return first, last


def lost_span(connection: Connection, staged: Staged) -> str:
    """What to say where rows were refused whose days lie before the first or after the last of those taken; blank elsewhere."""
    dated_by = staged.of.info["dated_by"]
    if not dated_by or not staged.rejections:
        return ""
    rows = staged.table
    day, first, last = rows.c[dated_by], *_days(connection, staged)
    refused = select(func.min(day), func.max(day)).where(rows.c.state >= REFUSED)
    earliest, latest = connection.execute(refused).one()
    if first is None or earliest is None:
        return ""
    sides = [f"before {first}"] if earliest < first else []
    sides += [f"after {last}"] if latest > last else []
    run = f"its rows run from {min(first, earliest)} to {max(last, latest)}"
    return f"{run}, but all of them {' and '.join(sides)} were refused: what is loaded covers fewer days" if sides else ""
