"""Loads extracts, table by table: all of a run is kept or nothing, and what became of each file is told."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection
from tqdm import tqdm

from ingest import merging
from ingest.completeness import refuse_future
from ingest.database import analyze, connected, make_tables, save_in_copy, set_up, wait_for_turn
from ingest.facts import build_and_make_ready
from ingest.mapping import MappingFile
from ingest.mapping.warehouse import asked
from ingest.report import FileReport, Report, line_of
from ingest.sources import Source, find, find_mapped
from ingest.taking import LoadTime, Terms, take_table
from ingest.working_copy import is_there, put_in_place, spare_database, working_copy
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
    invented force, MappingRefused where the mapping names none of the files, and FileRefusedError where they would be complete
    to a day that has not come.
    """
    if url is None and not dry_run:
        raise DatabaseUnavailable("Into which database? Give its address, such as duckdb:///data/force.duckdb.")
    time = LoadTime(today or (now or datetime.now(UTC)).astimezone(LONDON).date(), now)
    terms = terms or Terms()
    refuse_future(terms.data_to, time.today)
    spare = spare_database() if url is None or (dry_run and not is_there(url)) else nullcontext(url)
    with asked(warehouse, mapping) as queries, spare as target:
        found = find(paths) if mapping is None else find_mapped(paths, mapping, queries)
        with working_copy(target) as copy:
            files = _load_all(found.sources, copy, time, terms, dry_run, progress)
            is_held_back = _is_held_back(files, terms)
            if not dry_run and not is_held_back and any(file.changed for file in files):
                put_in_place(copy, target)
    not_asked = len(mapping.queries) - len(queries) if mapping else 0
    return Report(tuple(files), tuple(found.passed_over), tuple(found.not_mapped), not_asked, is_held_back)


def _is_held_back(files: Sequence[FileReport], terms: Terms) -> bool:
    """Whether nothing of a run is loaded, as one of its files is refused: what the others say could mislead without it."""
    return any(file.refused for file in files) and not terms.yes


def _load_all(
    sources: Sequence[Source], url: str, time: LoadTime, terms: Terms, dry_run: bool, progress: bool
) -> list[FileReport]:
    """Nobody reads rows without their facts, which are built in the same transaction; a dry run ends without keeping it."""
    reports: list[FileReport] = []
    with connected(url) as connection:
        set_up(connection)
        wait_for_turn(connection)
        make_tables(connection)
        if not terms.into_invented and holds_invented(connection):
            raise DatabaseUnavailable(INTO_INVENTED)
        with _following(len(sources), progress) as tell:
            for _, of_table in groupby(sources, key=lambda source: source.table):
                for report in take_table(connection, list(of_table), time, terms):
                    reports.append(report)
                    tell(report)
                save_in_copy(connection)
        reports = [_told_of_orphans(connection, report) for report in reports]
        changed = {report.table for report in reports if report.changed}
        if dry_run or not changed or _is_held_back(reports, terms):
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
        yield _log
        return
    with tqdm(total=files, unit="file", disable=not progress) as bar:
        yield lambda report: bar.update()


def _log(report: FileReport) -> None:
    with suppress(OSError):  # nobody reads the log any more, which is no reason not to load
        print(line_of(report), file=sys.stderr, flush=True)


def _told_of_orphans(connection: Connection, report: FileReport) -> FileReport:
    """With a remark on the rows of other tables that name what was withdrawn from this one."""
    lost = merging.referring_to(connection, metadata.tables[report.table]) if report.withdrawn else {}
    if not lost:
        return report
    named = ", ".join(f"{number:,} of {name}" for name, number in lost.items())
    remark = f"rows that name what is no longer in {report.table}, and are counted nowhere with it: {named}"
    return replace(report, remarks=(*report.remarks, remark))
