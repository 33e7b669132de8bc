"""Writes down what became of each file: its load, the rows refused and why, the cells not read."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select, update

from ingest import setting_aside
from ingest.completeness import days_of
from ingest.database import write
from ingest.report import FileReport
from ingest.staged import REFUSED, Staged
from queries.tables import loads, rejected_rows, unread_cells


@dataclass(frozen=True)
class Earlier:
    """The load before in which the same content was taken: what was wrong with it then."""

    rejections: frozenset[tuple[int, str | None, str]]
    unread: frozenset[tuple[str, str, int]]

    def says_the_same(self, staged: Staged) -> bool:
        rejections = {(one.line, one.column, one.reason) for one in staged.rejections}
        unread = {(one.column, one.reason, one.cells) for one in staged.unread}
        return rejections == self.rejections and unread == self.unread


def new_load_id() -> str:
    return uuid.uuid4().hex


def earlier(connection: Connection, staged: Staged) -> Earlier | None:
    """The last load of the very same content into the same table; None where it never was loaded."""
    of_content = select(loads.c.load_id).where(_of_content(staged))
    load_id = connection.scalar(of_content.order_by(loads.c.loaded_at.desc()).limit(1))
    if load_id is None:
        return None
    refused, cells = rejected_rows.c, unread_cells.c
    rejections = connection.execute(select(refused.line, refused.column_name, refused.reason).where(refused.load_id == load_id))
    unread = connection.execute(select(cells.column_name, cells.reason, cells.cells).where(cells.load_id == load_id))
    return Earlier(frozenset(map(tuple, rejections)), frozenset(map(tuple, unread)))


def declares(connection: Connection, staged: Staged, declared: date | None) -> bool:
    """Whether it is new that a file is complete to this day: of its content nothing, or another day, was said before."""
    day, force = loads.c.data_to == declared, loads.c.force.is_not_distinct_from(_force(staged))
    is_known = exists().where(_of_content(staged), loads.c.is_declared, day, force)
    return declared is not None and not connection.scalar(select(is_known))


def record(
    connection: Connection, staged: Staged, report: FileReport, load_id: str, loaded_at: datetime, declared: date | None
) -> None:
    """A row in loads for each time that a file changed something; what was refused of the same content before is told anew.

    ``declared`` is the day to which it is complete. One that was declared of the same file before was a slip, and holds no more.
    """
    content = staged.extract.content
    of_content = select(loads.c.load_id).where(_of_content(staged))
    connection.execute(delete(rejected_rows).where(rejected_rows.c.load_id.in_(of_content)))
    if declared:
        is_same_file = and_(_of_content(staged), loads.c.source_file == report.name)
        connection.execute(update(loads).where(is_same_file).values(is_declared=None, force=None))
    first, last = days_of(connection, staged)
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
        "data_to": declared or last,
        "lines_read": report.lines,
        "rows_filtered": report.filtered,
        "rows_new": report.new,
        "rows_changed": report.updated,
        "rows_unchanged": report.unchanged,
        "rows_superseded": report.superseded,
        "rows_withdrawn": report.withdrawn,
        "cells_not_read": report.cells_not_read,
        "is_declared": True if declared else None,
        "force": _force(staged) if declared else None,
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
    setting_aside.note(connection, staged, load_id)


def _write(connection: Connection, table: Any, load_id: str, entries: Sequence[Any], **columns: str) -> None:
    cells = {name: [getattr(entry, attribute) for entry in entries] for name, attribute in columns.items()}
    write(connection, table, {"load_id": [load_id] * len(entries), **cells})


def _of_content(staged: Staged) -> ColumnElement[bool]:
    """The loads of the very same content into the same table."""
    return and_(loads.c.table_name == staged.of.name, loads.c.sha256 == staged.extract.content.sha256)


def _force(staged: Staged) -> str | None:
    """Whose events a published file holds all of."""
    published = staged.extract.source.published
    return published.force if published else None


def lost_span(connection: Connection, staged: Staged) -> str:
    """What to say where rows were refused whose days lie before the first or after the last of those taken; blank elsewhere."""
    dated_by = staged.of.info["dated_by"]
    if not dated_by or not staged.rejections:
        return ""
    rows = staged.table
    day, first, last = rows.c[dated_by], *days_of(connection, staged)
    refused = select(func.min(day), func.max(day)).where(rows.c.state >= REFUSED)
    earliest, latest = connection.execute(refused).one()
    if first is None or earliest is None:
        return ""
    sides = [f"before {first}"] if earliest < first else []
    sides += [f"after {last}"] if latest > last else []
    run = f"its rows run from {min(first, earliest)} to {max(last, latest)}"
    return f"{run}, but all of them {' and '.join(sides)} were refused: what is loaded covers fewer days" if sides else ""
