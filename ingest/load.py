"""Loads checked rows: the new ones are added, the ones that say something else replace what was known, the rest is left alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    NullPool,
    Table,
    and_,
    create_engine,
    delete,
    func,
    insert,
    select,
)
from tqdm import tqdm

from ingest.check import Checked, check
from ingest.database import analyze, make_tables, put_in_place, set_up, wait_for_turn, working_copy, write
from ingest.facts import build_and_make_ready
from ingest.files import Extract, FileRefusedError, Source, in_loading_order, read
from ingest.report import FileReport, Rejection
from ingest.values import LONDON
from metrics.reports.kept_figures import figures_to_keep
from queries.engine import database_url
from queries.facts.building import stored
from queries.lookups.kept_figures import keep
from queries.tables import loads, metadata, rejected_rows


@dataclass(frozen=True)
class LoadTime:
    """The London day of a load, and its instant where that is not to be read from the clock."""

    today: date
    now: datetime | None = None

    def instant(self) -> datetime:
        """Naive UTC, as the database keeps it."""
        return (self.now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)


def load(
    paths: Iterable[Path | str],
    url: str | None = None,
    *,
    dry_run: bool = False,
    today: date | None = None,
    now: datetime | None = None,
    progress: bool = True,
) -> list[FileReport]:
    """Load files and folders into the database at ``url`` (by default the dashboard's own), and report on each file.

    ``now`` is the instant of loading (with its offset) and ``today`` its London day: both by the clock unless given. ``dry_run``
    checks everything and loads nothing. A DuckDB file is replaced once, at the end; on a database server each file is one
    transaction. Raises DatabaseUnavailable where the database cannot be had.
    """
    url = url or database_url()
    time = LoadTime(today or (now or datetime.now(UTC)).astimezone(LONDON).date(), now)
    with working_copy(url) as copy:
        reports = _load_all(in_loading_order(paths), copy, time, dry_run, progress)
        if not dry_run and any(report.changed for report in reports):
            put_in_place(copy, url)
    return reports


def _load_all(sources: Sequence[Source], url: str, time: LoadTime, dry_run: bool, progress: bool) -> list[FileReport]:
    """A dry run is one transaction that is never committed, so that each file still sees the ones before it.

    The facts are built, and what the pages then open with is kept, in the transaction of the last file: nobody reads rows without
    their facts.
    """
    reports = []
    with create_engine(url, poolclass=NullPool).connect() as connection:
        set_up(connection)
        wait_for_turn(connection)
        make_tables(connection)
        with tqdm(sources, unit="file", disable=not progress) as bar:
            for source in bar:
                bar.set_postfix_str(source.path.name)
                wait_for_turn(connection)
                reports.append(_load_file(connection, source, time))
                if source is sources[-1] and not dry_run and any(report.changed for report in reports):
                    opening = build_and_make_ready(connection, time.instant())
                    keep(connection, figures_to_keep(connection, opening), time.instant())
                if not dry_run:
                    connection.commit()
        changed = {report.table for report in reports if report.changed}
        if changed and not dry_run:
            analyze(connection, changed | {table.name for table in stored()})
    return reports


def _load_file(connection: Connection, source: Source, time: LoadTime) -> FileReport:
    try:
        extract = read(source)
    except FileRefusedError as refusal:
        return FileReport(source.path, source.table.name if source.table is not None else "", refused=str(refusal))
    checked = check(extract, time.today)
    before = _lines_rejected_before(connection, extract)
    fresh = checked.sound if before is None else [index for index in checked.sound if extract.lines[index] in before]
    staged = _stage(connection, extract, checked, fresh)
    rejections = [*checked.rejections, *_unknown_references(connection, staged, extract)]
    new, updated = _merge(connection, staged, extract.table)
    staged.drop(connection)
    report = _report(extract, checked, before, rejections, new, updated)
    if report.changed:
        _record(connection, extract, checked, report, time.instant())
    return report


def _report(
    extract: Extract, checked: Checked, before: set[int] | None, rejections: Sequence[Rejection], new: int, updated: int
) -> FileReport:
    """Of a file loaded before, only what was rejected then can still be rejected; whatever else it holds is unchanged."""
    rejections = sorted((r for r in rejections if before is None or r.line in before), key=lambda rejection: rejection.line)
    rows = len(extract.rows) + len(extract.misshapen)
    return FileReport(
        extract.source.path,
        extract.table.name,
        read=rows,
        new=new,
        updated=updated,
        unchanged=rows - new - updated - len(rejections),
        rejections=tuple(rejections),
        ambiguous_times=checked.ambiguous_times,
        unknown_columns=extract.unknown_columns,
        encoding=extract.encoding,
        loaded_before=before is not None,
        changed=before != {rejection.line for rejection in rejections},
    )


def _lines_rejected_before(connection: Connection, extract: Extract) -> set[int] | None:
    """Of a file that was loaded before, the lines that were rejected then: all that is left to do. None for a new file."""
    if not connection.scalar(select(func.count()).where(loads.c.load_id == extract.load_id)):
        return None
    return set(connection.scalars(select(rejected_rows.c.line).where(rejected_rows.c.load_id == extract.load_id)))


def _stage(connection: Connection, extract: Extract, checked: Checked, rows: Sequence[int]) -> Table:
    """A temporary table with the rows that may be loaded, each with its line in the file."""
    columns = [Column(column.name, column.type) for column in extract.table.columns]
    staged = Table(f"staged_{extract.table.name}", MetaData(), Column("line", Integer), *columns, prefixes=["TEMPORARY"])
    staged.create(connection)
    values: dict[str, Sequence[Any]] = {name: [column[row] for row in rows] for name, column in checked.columns.items()}
    write(connection, staged, {"line": [extract.lines[row] for row in rows], **values})
    return staged


def _unknown_references(connection: Connection, staged: Table, extract: Extract) -> list[Rejection]:
    """Take out of the staged rows those that name a hub, child, crime, code or home that nobody has loaded."""
    index_of = {line: index for index, line in enumerate(extract.lines)}
    rejections = []
    for column in extract.table.columns:
        if "refers" not in column.info:
            continue
        known = metadata.tables[column.info["refers"]]
        (key,) = known.info["key"]
        value = staged.c[column.name]
        unknown = and_(value.is_not(None), ~select(known).where(known.c[key] == value).exists())
        reason = f"is not known in {known.name}: load it there first, or correct it"
        for line, reference in connection.execute(select(staged.c.line, value).where(unknown)).all():
            rejections.append(Rejection(line, column.name, reference, reason, extract.row_json(index_of[line])))
        connection.execute(delete(staged).where(unknown))
    return rejections


def _merge(connection: Connection, staged: Table, table: Table) -> tuple[int, int]:
    """How many rows were new and how many replaced one; those that the table already has, alike in every column, are left."""
    same_key = and_(*(_equal(table.c[name], staged.c[name]) for name in table.info["key"]))
    rest = (column.name for column in table.columns if column.name not in table.info["key"])
    same_row = and_(same_key, *(table.c[name].is_not_distinct_from(staged.c[name]) for name in rest))
    connection.execute(delete(staged).where(select(table).where(same_row).exists()))
    total = connection.scalar(select(func.count()).select_from(staged)) or 0
    known = select(table).where(same_key).exists()
    updated = connection.scalar(select(func.count()).select_from(staged).where(known)) or 0
    connection.execute(delete(table).where(select(staged).where(same_key).exists()))
    names = [column.name for column in table.columns]
    connection.execute(insert(table).from_select(names, select(*(staged.c[name] for name in names))))
    return total - updated, updated


def _equal(ours: Column[Any], theirs: Column[Any]) -> ColumnElement[bool]:
    """Plain equality wherever nothing can be blank: databases join by it quickly, by IS NOT DISTINCT FROM slowly."""
    return ours.is_not_distinct_from(theirs) if ours.nullable else ours == theirs


def _record(connection: Connection, extract: Extract, checked: Checked, report: FileReport, loaded_at: datetime) -> None:
    """One row in loads for each content taken, and one in rejected_rows for each of its rows that is still kept out."""
    for table in (loads, rejected_rows):
        connection.execute(delete(table).where(table.c.load_id == extract.load_id))
    days = _days(extract, checked, report)
    row = {
        "load_id": extract.load_id,
        "table_name": report.table,
        "source_file": report.path.name,
        "sha256": extract.sha256,
        "rows_read": report.read,
        "rows_loaded": report.read - report.rejected,
        "rows_rejected": report.rejected,
        "loaded_at": loaded_at,
        "data_from": min(days, default=None),
        "data_to": max(days, default=None),
    }
    connection.execute(insert(loads), [row])
    rejected: dict[str, list[Any]] = {
        "load_id": [extract.load_id] * report.rejected,
        "line": [rejection.line for rejection in report.rejections],
        "column_name": [rejection.column for rejection in report.rejections],
        "value": [rejection.value for rejection in report.rejections],
        "reason": [rejection.reason for rejection in report.rejections],
        "row": [rejection.row for rejection in report.rejections],
    }
    write(connection, rejected_rows, rejected)


def _days(extract: Extract, checked: Checked, report: FileReport) -> list[date]:
    """The days to which the accepted rows belong; none for a table that is not of events."""
    dated_by = extract.table.info["dated_by"]
    if not dated_by:
        return []
    rejected = {rejection.line for rejection in report.rejections}
    days = checked.columns[dated_by]
    return [days[index] for index in checked.sound if extract.lines[index] not in rejected]
