"""Queries of a mapping, asked of a real PostgreSQL and of SQLite files: their rows load as a file's, and nothing is written."""

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import databases
import postgresql
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from ingest.__main__ import main
from ingest.load import load as load_extracts
from ingest.mapping import MappingRefused, warehouse
from ingest.mapping.file import read_mapping
from ingest.mapping.warehouse import text_of
from ingest.report import report_text
from ingest.taking import Terms
from queries.addresses import without_secrets
from queries.engine import DatabaseUnavailable

TODAY = date(2026, 6, 30)
HUBS = "hub_id,name\nCAR,Carlisle\nBAR,Barrow\n"


@dataclass(frozen=True)
class Source:
    """A warehouse: its address, and how to fill it."""

    url: str

    def run(self, *statements: str) -> None:
        with create_engine(self.url).begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


@pytest.fixture
def sqlite(tmp_path: Path) -> Source:
    found = Source(f"sqlite:///{tmp_path}/warehouse of the force.sqlite")
    found.run("CREATE TABLE empty (x TEXT)")
    return found


@pytest.fixture
def server() -> Source:
    with databases.on("postgresql"):
        return Source(postgresql.new_schema())


@pytest.fixture(params=["sqlite", "server"])
def source(request: pytest.FixtureRequest) -> Source:
    found: Source = request.getfixturevalue(request.param)
    return found


def load(intake, source, mapping, *paths, terms=None, dry_run=False):
    """Load the queries of a mapping with this text, and files beside them."""
    mapping = read_mapping(intake.file("mapping.toml", mapping), TODAY)
    return load_extracts(
        paths,
        None if dry_run else intake.url,
        dry_run=dry_run,
        mapping=mapping,
        warehouse=source.url,
        today=TODAY,
        terms=terms or Terms(yes=True),
        progress=False,
    )


CUSTODY = (
    "CREATE TABLE custody (ref TEXT, child TEXT, born DATE, at TIMESTAMP, released TIMESTAMP, seen BOOLEAN, hub TEXT, photo {})",
    "INSERT INTO custody VALUES ('D1', 'C1', '2010-05-04', '2025-06-01 23:30:00', '2025-06-02 06:00:00', TRUE, 'CAR', NULL)",
    "INSERT INTO custody VALUES ('D2', 'C2', '2011-01-31', '2025-06-03 10:00:00', NULL, FALSE, 'North', NULL)",
    "INSERT INTO custody VALUES ('D3', 'C1', '2010-05-04', '2025-07-01 10:00:00', '2025-07-01 09:00:00', NULL, NULL, NULL)",
)
DETENTIONS = """
[[hubs]]
file = "hubs.csv"
[[children]]
query = "SELECT child, max(born) AS born FROM custody GROUP BY child ORDER BY child"
[children.columns]
child_id = "child"
date_of_birth = "born"
[[detentions]]
query = "SELECT * FROM custody ORDER BY ref"
{}
[detentions.columns]
detention_id = "REF"
child_id = "child"
authorised_on = {{ day_of = "at" }}
authorised_at = "at"
released_at = "released"
liaison_diversion_seen = "seen"
hub_id = "hub"
[detentions.values.hub_id]
north = "BAR"
"""


def fill(source):
    blob = "BLOB" if source.url.startswith("sqlite") else "BYTEA"
    source.run(CUSTODY[0].format(blob), *CUSTODY[1:])


@pytest.mark.parametrize(
    ("times", "day", "instant"),
    [("", date(2025, 6, 1), datetime(2025, 6, 1, 22, 30)), ('times = "UTC"', date(2025, 6, 2), datetime(2025, 6, 1, 23, 30))],  # noqa: DTZ001
)
def test_rows_load_as_those_of_a_file(intake, source, times, day, instant):
    fill(source)
    report = load(intake, source, DETENTIONS.format(times), intake.file("hubs.csv", HUBS))
    assert [(file.name, file.table, file.lines, file.read, file.new, file.rejected) for file in report.files] == [
        ("hubs.csv", "hubs", 3, 2, 2, 0),
        ("mapping.toml: children", "children", 2, 2, 2, 0),
        ("mapping.toml: detentions", "detentions", 3, 3, 2, 1),
    ]
    ((line, column, _, reason),) = intake.reasons(report.files[2])
    assert (line, column, reason) == (3, "released_at", "is before authorised_at")
    assert intake.rows("detentions", "detention_id", "authorised_on", "authorised_at", "liaison_diversion_seen", "hub_id") == [
        ("D1", day, instant, True, "CAR"),
        ("D2", date(2025, 6, 3), datetime(2025, 6, 3, 10 if times else 9), False, "BAR"),  # noqa: DTZ001
    ]
    assert report.files[2].remarks[0] == "2 columns not mapped: born, photo"
    said = report_text(report)
    assert "lines are" not in said  # every line is a row
    loads = {row[1]: row[0] for row in intake.rows("loads", "source_file", "table_name")}
    assert loads["detentions"] == "mapping.toml: detentions"


def test_the_same_rows_in_another_order_change_nothing(intake, source):
    source.run("CREATE TABLE crime (ref TEXT, day DATE)")
    source.run("INSERT INTO crime VALUES ('K1', '2025-01-01'), ('K2', '2025-01-02'), ('K3', '2025-01-03')")
    mapping = '[[crimes]]\nquery = "SELECT ref AS crime_id, day AS recorded_on FROM crime ORDER BY ref {}"\n'
    (first,) = load(intake, source, mapping.format("ASC")).files
    (second,) = load(intake, source, mapping.format("DESC")).files
    assert (first.new, second.unchanged, second.changed, second.loaded_before) == (3, 3, False, True)
    source.run("INSERT INTO crime VALUES ('K6', '2025-01-06')")
    (third,) = load(intake, source, mapping.format("ASC")).files
    assert (third.new, third.unchanged, third.changed, third.loaded_before) == (1, 3, True, False)


def test_rows_come_in_batches(intake, source, monkeypatch):
    monkeypatch.setattr(warehouse, "ROWS", 1_000)
    with create_engine(source.url).begin() as connection:
        connection.execute(text("CREATE TABLE crime (ref TEXT, day TEXT)"))
        rows = [{"ref": f"K{n}", "day": "x" if n == 2400 else "2025-01-01"} for n in range(1, 2501)]
        connection.execute(text("INSERT INTO crime VALUES (:ref, :day)"), rows)
    mapping = '[[crimes]]\nquery = "SELECT ref AS crime_id, day AS recorded_on FROM crime ORDER BY length(ref), ref"\n'
    (report,) = load(intake, source, mapping, dry_run=True).files
    assert (report.lines, report.read, report.new, report.rejected) == (2500, 2500, 2499, 1)
    assert report.rejections[0].line == 2400


def test_a_query_is_asked_as_it_is_written(intake, source):
    source.run("CREATE TABLE crime (ref TEXT, what TEXT)", "INSERT INTO crime VALUES ('A%', 'at 12:30 :x'), ('B', '50 %')")
    mapping = """[[crimes]]
query = '''
SELECT ref, '2025-01-01' AS day, what || ' %s :y' AS what -- all; of them
FROM crime WHERE ref LIKE 'A%' OR what LIKE '%:%';
'''
[crimes.columns]
crime_id = "ref"
recorded_on = "day"
offence = "what"
"""
    load(intake, source, mapping)
    assert intake.rows("crimes", "crime_id", "offence") == [("A%", "at 12:30 :x %s :y")]


def test_a_filter_and_one_row_of_a_key(intake, source):
    fill(source)
    mapping = (
        '[[children]]\nquery = "SELECT * FROM custody ORDER BY ref"\nleave_out = { child = "C2" }\n'
        'one_row_per_key = { latest_by = "at" }\n[children.columns]\nchild_id = "child"\ndate_of_birth = "born"\n'
    )
    (report,) = load(intake, source, mapping).files
    assert (report.lines, report.filtered, report.read, report.new, report.superseded) == (3, 1, 2, 1, 1)


def test_full_withdraws_what_is_not_among_the_rows(intake, source):
    source.run("CREATE TABLE crime (ref TEXT)", "INSERT INTO crime VALUES ('K1'), ('K2')")
    mapping = "[[crimes]]\nquery = \"SELECT ref AS crime_id, '2025-01-01' AS recorded_on FROM crime\"\n"
    load(intake, source, mapping)
    source.run("DELETE FROM crime WHERE ref = 'K2'")
    (report,) = load(intake, source, mapping, terms=Terms(full=True, yes=True)).files
    assert report.withdrawn == 1
    assert intake.rows("crimes", "crime_id") == [("K1",)]


def test_a_dry_run_loads_nothing(intake, source):
    fill(source)
    report = load(intake, source, DETENTIONS.format(""), intake.file("hubs.csv", HUBS), dry_run=True)
    assert [file.new for file in report.files] == [2, 2, 2]
    assert not Path(intake.url.removeprefix("duckdb:///")).exists()


def test_a_required_column_that_the_query_does_not_give(intake, source):
    mapping = '[[crimes]]\nquery = "SELECT \'K1\' AS ref"\n[crimes.columns]\ncrime_id = "ref"\nrecorded_on = "day"\n'
    (report,) = load(intake, source, mapping).files
    assert report.refused == (
        "mapping.toml: crimes lacks the required column day; correct the mapping, or add or rename it, and load the file again."
    )


def test_bytes_are_refused(intake, source):
    blob = "x'ff'" if source.url.startswith("sqlite") else "'\\xff'::bytea"
    mapping = f"[[crimes]]\nquery = '''SELECT {blob} AS crime_id, '2025-01-01' AS recorded_on'''\n"
    (report,) = load(intake, source, mapping).files
    assert report.refused == (
        "mapping.toml: crimes: the column crime_id holds values of type bytes, which are no texts, numbers or dates; turn them "
        "into texts in the query."
    )


def test_a_query_that_fails_ends_the_run(intake, source):
    intake.file("hubs.csv", HUBS)
    with pytest.raises(DatabaseUnavailable) as failed:
        load(intake, source, '[[hubs]]\nfile = "h*"\n[[crimes]]\nquery = "SELECT * FROM nowhere"\n', intake.folder)
    said = str(failed.value)
    assert said.startswith("mapping.toml: crimes could not be read from ")
    assert "and nothing was loaded: " in said and "nowhere" in said and said.endswith(".")
    assert not Path(intake.url.removeprefix("duckdb:///")).exists()


def test_a_mapping_without_queries(intake, source):
    with pytest.raises(MappingRefused, match="holds no query to ask; add one, as in docs/mapping"):
        load(intake, source, '[[hubs]]\nfile = "h*"\n')


def test_postgresql_is_asked_in_one_transaction_that_only_reads_by_a_cursor(intake, server):
    settings = "SELECT {} AS crime_id, '2025-01-01' AS recorded_on"
    mapping = "".join(
        f'[[crimes]]\nquery = """{settings.format(setting)}"""\n'
        for setting in (
            "current_setting('transaction_read_only')",
            "current_setting('transaction_isolation')",
            "(SELECT 'cursors: ' || count(*) FROM pg_cursors)",
        )
    )
    load(intake, server, mapping)
    assert [row[0] for row in intake.rows("crimes", "crime_id")] == ["cursors: 1", "on", "repeatable read"]


def test_postgresql_lets_nothing_be_written(intake, server):
    server.run("CREATE SEQUENCE numbers")
    with pytest.raises(DatabaseUnavailable, match="read-only transaction"):
        load(intake, server, "[[crimes]]\nquery = \"SELECT nextval('numbers') AS crime_id, '2025-01-01' AS recorded_on\"\n")


def test_an_instant_with_its_zone(intake, server):
    """The server believes itself in New Zealand."""
    mapping = """[[incidents]]
query = '''SELECT 'I1' AS ref, TIMESTAMPTZ '2025-06-01 23:30:00+00' AS at, 1.50::numeric AS n'''
[incidents.columns]
incident_id = "ref"
created_on = { day_of = "at" }
created_at = "at"
action = "n"
"""
    load(intake, server, mapping)
    assert intake.rows("incidents", "created_on", "created_at", "action") == [
        (date(2025, 6, 2), datetime(2025, 6, 1, 23, 30), "1.50"),  # noqa: DTZ001
    ]


def test_a_connection_lost_midway(intake, server, capsys):
    """The server ends the session once some batches have come: one sentence, nothing loaded."""
    mapping = intake.file(
        "mapping.toml",
        '[[hubs]]\nfile = "hubs.csv"\n[[crimes]]\nquery = """SELECT CASE n WHEN 50000 THEN '
        "pg_terminate_backend(pg_backend_pid())::text ELSE n::text END AS crime_id, '2025-01-01' AS recorded_on "
        'FROM generate_series(1, 60000) AS n"""\n',
    )
    intake.file("hubs.csv", HUBS)
    arguments = [str(intake.folder), "--source", server.url, "--map", str(mapping), "--database", intake.url]
    assert main(arguments) == 1
    said = capsys.readouterr()
    (sentence,) = [line for line in said.err.splitlines() if "mapping.toml: crimes could" in line]
    assert sentence.startswith("mapping.toml: crimes could not be read from postgresql")
    assert "and nothing was loaded: terminating connection due to administrator command." in sentence
    assert said.out == ""
    assert not Path(intake.url.removeprefix("duckdb:///")).exists()


def test_sqlite_is_opened_to_be_read_alone(intake, sqlite):
    fill(sqlite)
    file = Path(sqlite.url.removeprefix("sqlite:///"))
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    load(intake, sqlite, DETENTIONS.format(""), intake.file("hubs.csv", HUBS))
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert sorted(path.name for path in file.parent.glob("warehouse*")) == [file.name]
    with warehouse._engine(make_url(sqlite.url)).connect() as connection, pytest.raises(DBAPIError, match="readonly"):
        connection.exec_driver_sql("CREATE TABLE x (y TEXT)")


def test_a_sqlite_file_that_is_not_there_is_not_made(intake, tmp_path):
    with pytest.raises(DatabaseUnavailable, match="cannot be opened, and nothing was loaded: unable to open database file"):
        load(intake, Source(f"sqlite:///{tmp_path}/none.sqlite"), '[[crimes]]\nquery = "SELECT 1"\n')
    assert not (tmp_path / "none.sqlite").exists()


def test_a_sqlite_file_of_another_kind(intake, tmp_path):
    (tmp_path / "list.sqlite").write_text("a shopping list, which is no database at all")
    with pytest.raises(DatabaseUnavailable, match="file is not a database"):
        load(intake, Source(f"sqlite:///{tmp_path}/list.sqlite"), '[[crimes]]\nquery = "SELECT * FROM crime"\n')


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("secret", "What --source gives is not a database address; give one such as"),
        ("postgresql//u:secret@host/db", "What --source gives is not a database address; give one such as"),
        ("nonesuch://u:secret@host/db", "'nonesuch' is no kind of database that is known here. What --source gives"),
        (
            "mssql+pymssql://u:secret@host/db",
            "mssql+pymssql needs the driver pymssql, which is not installed; install it with "
            "`.venv/bin/python -m pip install pymssql`",
        ),
        (
            "mssql+pyodbc://u:secret@host/db?driver=x",
            "mssql+pyodbc needs the driver pyodbc, which is not installed; install it with "
            "`.venv/bin/python -m pip install pyodbc`",
        ),
        (
            "oracle+oracledb://u:secret@host/db",
            "oracle+oracledb needs the driver oracledb, which is not installed; install it with "
            "`.venv/bin/python -m pip install oracledb`",
        ),
        (
            "postgresql+psycopg://u:secret@127.0.0.1:9/db?connect_timeout=2&sslpassword=secret",
            "The warehouse postgresql+psycopg://u:***@127.0.0.1:9/db cannot be opened, and nothing was loaded: ",
        ),
    ],
)
def test_what_cannot_be_reached_is_said_without_its_password(intake, capsys, address, sentence):
    mapping = intake.file("mapping.toml", '[[crimes]]\nquery = "SELECT 1"\n')
    assert main(["--source", address, "--map", str(mapping), "--dry-run"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(sentence)
    assert "secret" not in said.err


def test_a_password_that_a_database_repeats_is_not_told():
    url = make_url("mssql+pyodbc://u:s3cret@h/db?odbc_connect=PWD%3Dhush&timeout=5")
    assert without_secrets("login u with s3cret by PWD=hush in 5 s failed", url) == "login u with *** by *** in 5 s failed"


def test_on_the_command_line(intake, sqlite, capsys):
    fill(sqlite)
    mapping = intake.file("mapping.toml", DETENTIONS.format(""))
    intake.file("hubs.csv", HUBS)
    arguments = [*("--source", sqlite.url, "--map", str(mapping), "--database", intake.url, "--yes")]
    assert main([*arguments, str(intake.folder)]) == 0
    assert "mapping.toml: detentions" in capsys.readouterr().out
    assert main(arguments) == 0  # without a path
    assert "nothing has changed: the same was loaded before, or comes twice in this run" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        ("a", "a"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.80"), "0.80"),
        (1e-7, "0.0000001"),
        (12.0, "12"),
        (float("inf"), "Infinity"),
        (float("nan"), "NaN"),
        (date(2025, 6, 1), "2025-06-01"),
        (time(9, 5), "09:05:00"),
        (datetime(2025, 6, 1, 23, 30), "2025-06-01T23:30:00"),  # noqa: DTZ001
        (datetime(2025, 6, 1, 23, 30, 0, 5, tzinfo=UTC), "2025-06-01T23:30:00.000005+00:00"),
        (datetime(2025, 6, 1, 23, 30, tzinfo=timezone(timedelta(hours=1))), "2025-06-01T23:30:00+01:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"x", None),
        (["x"], None),
        ({"x": 1}, None),
        (timedelta(hours=1), None),
    ],
)
def test_values_as_texts(value, written):
    assert text_of(value) == written


def test_a_file_that_another_program_writes_is_read(intake, sqlite):
    fill(sqlite)
    with sqlite3.connect(sqlite.url.removeprefix("sqlite:///")) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("INSERT INTO custody (ref) VALUES ('half')")  # not committed
        mapping = "[[crimes]]\nquery = \"SELECT ref AS crime_id, '2025-01-01' AS recorded_on FROM custody\"\n"
        (report,) = load(intake, sqlite, mapping, dry_run=True).files
        other.rollback()
    assert report.new == 3
