"""Loads extracts, table by table: all of a run is kept or nothing, and what became of each file is told."""

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, NullPool, and_, create_engine
from tqdm import tqdm

from ingest import bookkeeping, merging
from ingest.database import analyze, make_tables, put_in_place, set_up, wait_for_turn, working_copy
from ingest.extract import open_extract
from ingest.facts import build_and_make_ready
from ingest.mapping import MappingFile
from ingest.reading import FileRefusedError
from ingest.report import FileReport, Report, line_of
from ingest.sources import Source, find, find_mapped
from ingest.staging import Staged, stage
from ingest.warehouse import Query, asked
from metrics.reports.kept_figures import figures_to_keep
from queries.clock import LONDON
from queries.engine import DatabaseUnavailable
from queries.facts.building import stored
from queries.lookups.invented import holds_invented
from queries.lookups.kept_figures import keep
from queries.tables import metadata

INTO_INVENTED = (
    "This database holds the invented force, which only `python -m demo` fills; name another with --database, such as "
    "duckdb:///data/force.duckdb."
)
MOST_REFUSED = 0.1  # share of a file's rows: where more are refused, the file is not what it should be
MOST_WITHDRAWN = 0.2  # share of the rows known: where more would go, the file does not hold all that it should


@dataclass(frozen=True)
class Terms:
    """On what terms files are taken.

    ``full``: they hold all rows of their tables, so that others are withdrawn, or, with ``full_from``, all from that day on.
    ``yes``: also where more than these shares would be refused or withdrawn. ``into_invented`` is for the demo alone.
    """

    full: bool = False
    full_from: date | None = None
    yes: bool = False
    most_refused: float = MOST_REFUSED
    most_withdrawn: float = MOST_WITHDRAWN
    into_invented: bool = False


@dataclass(frozen=True)
class LoadTime:
    """The London day of a load, and its instant where that is not to be read from the clock."""

    today: date
    now: datetime | None = None

    def instant(self) -> datetime:
        """Naive UTC, as the database keeps it."""
        return (self.now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)


@dataclass
class _Taking:
    """A file of a table on its way: staged, or refused and why."""

    source: Source
    staged: Staged | None = None
    refused: str = ""
    load_id: str = field(default_factory=bookkeeping.new_load_id)
    withdrawn: int = 0


def load(
    paths: Iterable[Path | str],
    url: str | None,
    *,
    dry_run: bool = False,
    terms: Terms | None = None,
    today: date | None = None,
    now: datetime | None = None,
    progress: bool = True,
    mapping: MappingFile | None = None,
    warehouse: str | None = None,
) -> Report:
    """Load files and folders into the database at ``url``, and report on each file.

    By a ``mapping`` they are in a force's own words; its queries are asked of the ``warehouse`` at that address, if there is one.
    ``now`` is the instant of loading (with its offset) and ``today`` its London day: both by the clock unless given. ``dry_run``
    checks everything and loads nothing; without a ``url`` it checks against an empty database. All of a run is one transaction,
    and a DuckDB file is replaced once, at the end. Raises DatabaseUnavailable where a database cannot be had, or holds the
    invented force, and MappingRefused where the mapping names none of the files.
    """
    if url is None and not dry_run:
        raise DatabaseUnavailable("Into which database? Give its address, such as duckdb:///data/force.duckdb.")
    time = LoadTime(today or (now or datetime.now(UTC)).astimezone(LONDON).date(), now)
    with asked(warehouse, mapping) as queries, _empty_database() if url is None else nullcontext(url) as target:
        found = find(paths) if mapping is None else find_mapped(paths, mapping, queries)
        with working_copy(target) as copy:
            files = _load_all(found.sources, copy, time, terms or Terms(), dry_run, progress)
            if not dry_run and any(file.changed for file in files):
                put_in_place(copy, target)
    not_asked = len(mapping.queries) - len(queries) if mapping else 0
    return Report(tuple(files), tuple(found.passed_over), tuple(found.not_mapped), not_asked)


@contextmanager
def _empty_database() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"duckdb:///{folder}/empty.duckdb"


def _load_all(
    sources: Sequence[Source], url: str, time: LoadTime, terms: Terms, dry_run: bool, progress: bool
) -> list[FileReport]:
    """Nobody reads rows without their facts, which are built in the same transaction; a dry run ends without keeping it."""
    reports: list[FileReport] = []
    with create_engine(url, poolclass=NullPool).connect() as connection:
        set_up(connection)
        wait_for_turn(connection)
        make_tables(connection)
        if not terms.into_invented and holds_invented(connection):
            raise DatabaseUnavailable(INTO_INVENTED)
        with _following(len(sources), progress) as tell:
            for _, of_table in groupby(sources, key=lambda source: source.table):
                for report in _load_table(connection, list(of_table), time, terms):
                    reports.append(report)
                    tell(report)
        reports = [_told_of_orphans(connection, report) for report in reports]
        changed = {report.table for report in reports if report.changed}
        if dry_run or not changed:
            connection.rollback()
            return reports
        opening = build_and_make_ready(connection, time.instant())
        keep(connection, figures_to_keep(connection, opening), time.instant())
        connection.commit()
        analyze(connection, changed | {table.name for table in stored()})
    return reports


@contextmanager
def _following(files: int, progress: bool):  # type: ignore[no-untyped-def]
    """A bar for whoever looks on at a terminal, a line a file for a log."""
    if progress and not sys.stderr.isatty():
        yield lambda report: print(line_of(report), file=sys.stderr, flush=True)
        return
    with tqdm(total=files, unit="file", disable=not progress) as bar:
        yield lambda report: bar.update()


def _load_table(connection: Connection, sources: Sequence[Source], time: LoadTime, terms: Terms) -> Iterator[FileReport]:
    """All files of one table: nothing is written before it is known of each whether it is taken."""
    takings = [_take(connection, source, time, terms) for source in sources]
    merging.supersede(connection, [taking.staged for taking in takings if taking.staged and not taking.refused])
    remark = _withdraw(connection, takings, terms)
    for taking in takings:
        staged = taking.staged
        if staged is None or taking.refused:
            yield _refusal(taking)
        else:
            staged.remarks += [remark] if remark and taking is takings[-1] else []
            yield _finish(connection, taking, staged, time)
        if staged is not None:
            staged.table.drop(connection)


def _take(connection: Connection, source: Source, time: LoadTime, terms: Terms) -> _Taking:
    try:
        opened = source.opened(time.today) if isinstance(source, Query) else open_extract(source, time.today)
        staged = stage(connection, opened, time.today)
    except FileRefusedError as refusal:
        return _Taking(source, refused=str(refusal))
    share = staged.rejected / staged.rows if staged.rows else 0
    if share <= terms.most_refused or terms.yes:
        return _Taking(source, staged)
    refused = (
        f"{source.name}: {staged.rejected:,} of {staged.rows:,} rows would be refused ({share:.0%}; {terms.most_refused:.0%} is "
        "allowed), and what is left would mislead; correct the file, or give --yes to take the rest of it."
    )
    return _Taking(source, staged, refused)


def _withdraw(connection: Connection, takings: Sequence[_Taking], terms: Terms) -> str:
    """Take out what the files should hold and do not; gives what there is to say where they only look as if they held all."""
    last_of_month = {taking.source.published: taking for taking in takings if taking.staged and not taking.refused}
    for taking in last_of_month.values():
        month = merging.replaced_month(taking.staged) if taking.staged else None
        if month is not None and taking.staged:
            gone = and_(month, merging.absent(taking.staged.of, [taking.staged]))
            taking.withdrawn = merging.withdraw(connection, taking.staged.of, gone, taking.load_id)
    own = [taking for taking in takings if taking.source.published is None and taking.source.table is not None]
    staged = [taking.staged for taking in own if taking.staged and not taking.refused]
    if not staged:
        return ""
    if not (terms.full or terms.full_from):
        return merging.looks_full(connection, staged)
    if len(staged) < len(own):
        return "nothing is withdrawn from its table, since a file of it was refused"
    return _withdraw_absent(connection, own, staged, terms)


def _withdraw_absent(connection: Connection, takings: Sequence[_Taking], staged: Sequence[Staged], terms: Terms) -> str:
    table, last = staged[0].of, takings[-1]
    part = merging.part_of(table, terms.full_from)
    if part is None:
        return f"nothing is withdrawn, since {table.name} has no dates; without a day, --full is of all its rows"
    gone = and_(part, merging.absent(table, staged))
    known, absent = merging.known_in(connection, table, part), merging.known_in(connection, table, gone)
    if absent and absent / known > terms.most_withdrawn and not terms.yes:
        for taking in takings:
            taking.refused = (
                f"{taking.source.name}: {absent:,} of the {known:,} rows known in {table.name} would be withdrawn "
                f"({absent / known:.0%}; {terms.most_withdrawn:.0%} is allowed); give all of its rows, or --yes if they are all."
            )
        return ""
    last.withdrawn = merging.withdraw(connection, table, gone, last.load_id)
    return ""


def _told_of_orphans(connection: Connection, report: FileReport) -> FileReport:
    """With a remark on the rows of other tables that name what was withdrawn from this one."""
    lost = merging.referring_to(connection, metadata.tables[report.table]) if report.withdrawn else {}
    if not lost:
        return report
    named = ", ".join(f"{number:,} of {name}" for name, number in lost.items())
    remark = f"rows that name what is no longer in {report.table}, and are counted nowhere with it: {named}"
    return replace(report, remarks=(*report.remarks, remark))


def _refusal(taking: _Taking) -> FileReport:
    table = taking.source.table.name if taking.source.table is not None else ""
    if taking.staged is None:
        return FileReport(taking.source.name, table, refused=taking.refused)
    staged = taking.staged
    return FileReport(
        taking.source.name,
        table,
        lines=staged.lines,
        header_lines=staged.extract.header_lines,
        filtered=staged.left_out,
        read=staged.rows,
        rejections=tuple(sorted(staged.rejections, key=lambda rejection: rejection.line)),
        unread=tuple(staged.unread.values()),
        refused=taking.refused,
    )


def _finish(connection: Connection, taking: _Taking, staged: Staged, time: LoadTime) -> FileReport:
    merged = merging.merge(connection, staged)
    staged.remarks += filter(None, [bookkeeping.lost_span(connection, staged)])
    before = bookkeeping.earlier(connection, staged)
    is_the_same = before is not None and before.says_the_same(staged)
    report = FileReport(
        taking.source.name,
        staged.of.name,
        lines=staged.lines,
        header_lines=staged.extract.header_lines,
        blank_lines=staged.blank_lines,
        filtered=staged.left_out,
        read=staged.rows,
        new=merged.new,
        updated=merged.updated,
        unchanged=merged.unchanged,
        superseded=merged.superseded,
        withdrawn=taking.withdrawn,
        rejections=tuple(sorted(staged.rejections, key=lambda rejection: rejection.line)),
        unread=tuple(staged.unread.values()),
        ambiguous_times=staged.ambiguous_times,
        british_days=staged.british_days,
        unknown_columns=staged.extract.header.unknown,
        encoding=staged.extract.content.encoding_name,
        remarks=tuple(staged.remarks),
        loaded_before=before is not None,
        changed=not is_the_same or bool(merged.new or merged.updated or taking.withdrawn),
    )
    if report.changed:
        bookkeeping.record(connection, staged, report, taking.load_id, time.instant())
    return report
