"""Whatever a file has become on its way: the importer says so, loses no line, and takes every row that it does not name."""

import csv
import io
from datetime import date

import mutants
import pytest
from sqlalchemy import Connection, NullPool, create_engine, func, select

from ingest.database import make_tables, set_up
from ingest.report import FileReport, Report, report_text
from ingest.sources import find
from ingest.taking import LoadTime, Terms, take_table
from queries.tables import CONTRACT, loads, metadata

TIME = LoadTime(date(2026, 6, 30))
PARTS, OF_EACH, IN_LONG = 4, 60, 2_500
PLAIN_KEYS = {table.name: key[0] for table in CONTRACT if len(key := table.info["key"]) == 1}


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """Of a database that knows what the sound files refer to. Whatever a test does in it is taken back."""
    folder = tmp_path_factory.mktemp("mutants")
    with create_engine(f"duckdb:///{folder}/force.duckdb", poolclass=NullPool).connect() as connection:
        set_up(connection)
        make_tables(connection)
        for name, content in mutants.KNOWN.items():
            (report,) = taken(connection, folder, [(name, content.encode())], Terms())
            assert report.new and not report.rejected and not report.unread
        connection.commit()
        yield connection


def taken(connection, folder, files, terms) -> list[FileReport]:
    """What becomes of files of one table, short of facts and figures."""
    for name, content in files:
        (folder / name).write_bytes(content)
    sources = find([folder / name for name, _ in files]).sources
    return list(take_table(connection, sources, TIME, terms))


def rows_in(connection: Connection) -> dict[str, int]:
    counted = [select(func.count()).select_from(table).scalar_subquery() for table in (*CONTRACT, loads)]
    return dict(zip([table.name for table in (*CONTRACT, loads)], connection.execute(select(*counted)).one(), strict=True))


@pytest.mark.parametrize("name", mutants.SOUND)
def test_the_files_that_are_mutated_are_sound(connection, tmp_path, name):
    (report,) = taken(connection, tmp_path, [(name, mutants.SOUND[name].encode())], Terms())
    connection.rollback()
    assert (report.refused, report.rejections, report.unread) == (None, (), ())
    assert report.new + report.unchanged == report.read


@pytest.mark.parametrize("part", range(PARTS))
def test_no_mutant_ends_a_load_is_taken_by_halves_or_loses_a_line(connection, tmp_path, request, part):
    number = IN_LONG if request.config.getoption("--long") else OF_EACH
    before = rows_in(connection)
    for seed in range(part * IN_LONG, part * IN_LONG + number):
        try:
            _check(connection, tmp_path, seed, before)
        except Exception as error:
            raise AssertionError(f"mutants of seed {seed}: {mutants.mutants(seed)!r:.2000}") from error
        finally:
            connection.rollback()


def _check(connection, tmp_path, seed, before):
    """Every second run takes what is left of files of which most is refused, every fifth withdraws what is absent."""
    files = mutants.mutants(seed)
    reports = taken(connection, tmp_path, files, Terms(yes=seed % 2 == 0, full=seed % 5 == 0))
    after = rows_in(connection)
    assert report_text(Report(tuple(reports)))
    added = sum(report.new - report.withdrawn for report in reports)
    table = reports[0].table
    assert after == before | {table: before[table] + added, "loads": before["loads"] + sum(report.changed for report in reports)}
    for report, (_, content) in zip(reports, files, strict=True):
        if report.refused:
            assert report.new == report.updated == report.unchanged == report.superseded == report.withdrawn == 0
        else:
            _every_line_is_accounted_for(connection, report, content.decode(ENCODINGS[report.encoding]))


ENCODINGS = {"UTF-8": "utf-8-sig", "Windows-1252": "cp1252"}


def _every_line_is_accounted_for(connection, report, text):
    assert report.read == report.new + report.updated + report.unchanged + report.superseded + report.rejected
    assert report.lines == mutants.count_lines(text)
    assert report.lines >= report.header_lines + report.blank_lines + report.read
    refused = [rejection.line for rejection in report.rejections]
    assert all(report.header_lines < line <= report.lines for line in refused)
    for line, key in _plainly_read(text, report.table):
        if line not in refused:
            column = metadata.tables[report.table].c[PLAIN_KEYS[report.table]]
            assert connection.scalar(select(func.count()).where(column == key)), f"line {line}, {key!r}"


def _plainly_read(text, table):
    """The line and key of every row of a file in which each row is a line, as any reader of CSV finds them."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        return
    if len(rows) != mutants.count_lines(text) or table not in PLAIN_KEYS:
        return
    (_, header), *rest = [(line, row) for line, row in rows if any(map(str.strip, row))]
    names = [" ".join(name.casefold().split()) for name in header]
    if PLAIN_KEYS[table] in names:
        for line, row in rest:
            yield line, row[names.index(PLAIN_KEYS[table])].strip(" \t\ufeff") if len(row) == len(names) else None
