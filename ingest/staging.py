"""Brings the rows of a file into a temporary table, where they are checked against each other and all that is known."""

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, Table, true

from ingest.check import Checked, Finding, check, row_json
from ingest.cross_checks import check_against_other_tables, check_references, keep_last, reject_clashes, tell_cells_of_refused
from ingest.database import write
from ingest.extract import Batch, Extract
from ingest.report import Rejection
from ingest.staged import NAMELESS, REFUSED, SOUND, Staged
from queries.tables import TEXT

_numbers = count()


def stage(connection: Connection, extract: Extract, today: date) -> Staged:
    """Read, check and stage a file. Raises FileRefusedError where nothing of it can be taken."""
    has_ranks = extract.layout.ranks is not None
    staged = Staged(extract, _make(connection, extract.table, has_ranks=has_ranks))
    for batch in extract.batches():
        _add(connection, staged, batch, today)
    staged.remarks += extract.remarks()
    if not has_ranks:
        reject_clashes(connection, staged)
    check_references(connection, staged)
    check_against_other_tables(connection, staged)
    tell_cells_of_refused(connection, staged)
    if has_ranks:
        keep_last(connection, staged)
    return staged


def _make(connection: Connection, of: Table, *, has_ranks: bool) -> Table:
    """A temporary table for the rows of a file: the contract's columns, any of them blank."""
    columns = [Column(column.name, column.type) for column in of.columns]
    own: list[Column[Any]] = [Column("line", Integer), Column("state", Integer), Column("unread", TEXT)]
    own.append(Column("is_last", Boolean, server_default=true()))
    if has_ranks:
        own.append(Column("rank", TEXT))
    name = f"staged_{next(_numbers)}_{of.name}"
    table = Table(name, MetaData(), *own, *columns, prefixes=["TEMPORARY"], info={"stages": of.name})
    table.create(connection)
    return table


def _add(connection: Connection, staged: Staged, batch: Batch, today: date) -> None:
    staged.lines += batch.lines_read
    staged.blank_lines += batch.blank_lines
    staged.left_out += batch.left_out
    staged.rows += len(batch.lines) + len(batch.bad)
    staged.rejections += [Rejection(bad.line, None, None, bad.reason, bad.row) for bad in batch.bad]
    staged.doubtful |= batch.doubtful
    checked = check(staged.of, batch.columns, len(batch.lines), today)
    staged.ambiguous_times += checked.ambiguous_times
    staged.british_days += checked.british_days
    states, unread = _note(staged, batch, checked)
    ranks = {"rank": batch.ranks} if "rank" in staged.table.c else {}
    write(connection, staged.table, {"line": batch.lines, "state": states, "unread": unread, **ranks, **checked.columns})
    write(connection, staged.table, {"line": [bad.line for bad in batch.bad], "state": [NAMELESS] * len(batch.bad)})


def _note(staged: Staged, batch: Batch, checked: Checked) -> tuple[list[int], list[str | None]]:
    """Write down what was found wrong; the state of each row, and which of its cells could not be read."""
    states = [SOUND] * len(batch.lines)
    cells: dict[int, list[str]] = {}
    for finding in checked.refused:
        states[finding.index] = NAMELESS if finding.index in checked.nameless else REFUSED
        _reject(staged, batch, finding)
    for findings in checked.unread.values():
        for finding in findings:
            if states[finding.index] != SOUND:  # every reason of a refused row is told
                _reject(staged, batch, finding)
                continue
            cells.setdefault(finding.index, []).append(finding.column)
            staged.note_unread(finding.column, finding.reason, [batch.lines[finding.index]], finding.value)
    unread = [None if (names := cells.get(index)) is None else f",{','.join(names)}," for index in range(len(states))]
    return states, unread


def _reject(staged: Staged, batch: Batch, finding: Finding) -> None:
    row = row_json(batch.columns, finding.index)
    staged.reject(batch.lines[finding.index], finding.column, finding.value, finding.reason, row)
