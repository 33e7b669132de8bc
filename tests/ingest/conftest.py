"""Gives each test an intake: an empty folder for extracts and the database that they are loaded into."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import databases
import pytest
from sqlalchemy import Connection, NullPool, create_engine, select

from ingest.database import set_up
from ingest.load import load
from ingest.report import FileReport, Report
from ingest.sources import find
from ingest.taking import LoadTime, Terms, take_table
from queries.engine import connect
from queries.tables import metadata

TODAY = date(2026, 6, 30)
HOWEVER_MANY_ARE_REFUSED = Terms(yes=True)  # in a file of three rows one is too many

# Enough for every reference of a small test to find its target.
HUBS = "hub_id,name\nCAR,Carlisle\nBAR,Barrow\n"
CHILDREN = "child_id,date_of_birth\nC1,2010-05-04\nC2,2011-01-31\n"


@dataclass(frozen=True)
class Intake:
    folder: Path
    url: str

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(
        self,
        *paths: Path,
        dry_run: bool = False,
        today: date = TODAY,
        now: datetime | None = None,
        terms: Terms = HOWEVER_MANY_ARE_REFUSED,
    ) -> Report:
        """Load these files, or all that have been written so far."""
        return load(paths or [self.folder], self.url, dry_run=dry_run, today=today, now=now, terms=terms, progress=False)

    def load(self, *paths: Path, dry_run: bool = False, today: date = TODAY, now: datetime | None = None) -> list[FileReport]:
        """What became of each file, however many of its rows are refused."""
        return list(self.run(*paths, dry_run=dry_run, today=today, now=now).files)

    def take(self, name: str, content: str | bytes) -> FileReport:
        """Write one file and load it."""
        (report,) = self.load(self.file(name, content))
        return report

    def check(self, name: str, content: str | bytes, terms: Terms = HOWEVER_MANY_ARE_REFUSED) -> FileReport:
        """What would become of one file, checked against an empty database, which costs half of a load."""
        (report,) = load([self.file(name, content)], None, dry_run=True, today=TODAY, terms=terms, progress=False).files
        return report

    def rows(self, table: str, *columns: str) -> list[Sequence[object]]:
        """What a reader of the dashboard's database finds, in the order of the first columns."""
        with connect(self.url).connect() as connection:
            return _rows(connection, table, columns)

    @staticmethod
    def counts(report: FileReport) -> tuple[int, int, int, int, int]:
        """(read, new, updated, unchanged, rejected)"""
        return report.read, report.new, report.updated, report.unchanged, report.rejected

    @staticmethod
    def cells(report: FileReport) -> list[tuple[str, str, int]]:
        """(column, reason, cells) of the cells that count as not recorded."""
        return [(unread.column, unread.reason, unread.cells) for unread in report.unread]

    @staticmethod
    def reasons(report: FileReport) -> list[tuple[int, str | None, str | None, str]]:
        """(line, column, value, reason) of every rejected row."""
        return [(rejection.line, rejection.column, rejection.value, rejection.reason) for rejection in report.rejections]


def _rows(connection: Connection, table: str, columns: Sequence[str]) -> list[Sequence[object]]:
    chosen = metadata.tables[table]
    names = columns or tuple(chosen.columns.keys())
    statement = select(*(chosen.c[name] for name in names)).order_by(*(chosen.c[name].nulls_first() for name in names))
    return [tuple(row) for row in connection.execute(statement)]


@dataclass(frozen=True)
class Desk(Intake):
    """An intake whose files come as far as the tables: no facts are built of them, which is most of what a load costs."""

    connection: Connection

    def run(
        self,
        *paths: Path,
        dry_run: bool = False,
        today: date = TODAY,
        now: datetime | None = None,
        terms: Terms = HOWEVER_MANY_ARE_REFUSED,
    ) -> Report:
        found, time = find(paths or [self.folder]), LoadTime(today, now)
        of_tables = [list(sources) for _, sources in groupby(found.sources, key=lambda source: source.table)]
        files = [report for sources in of_tables for report in take_table(self.connection, sources, time, terms)]
        (self.connection.rollback if dry_run else self.connection.commit)()
        return Report(tuple(files), tuple(found.passed_over))

    def check(self, name: str, content: str | bytes, terms: Terms = HOWEVER_MANY_ARE_REFUSED) -> FileReport:
        """What would become of one file."""
        (report,) = self.run(self.file(name, content), dry_run=True, terms=terms).files
        return report

    def rows(self, table: str, *columns: str) -> list[Sequence[object]]:
        return _rows(self.connection, table, columns)


@contextmanager
def _desk(folder: Path) -> Iterator[Desk]:
    url = databases.empty()
    with create_engine(url, poolclass=NullPool).connect() as connection:
        set_up(connection)
        yield Desk(folder, url, connection)


@pytest.fixture(scope="session")
def new_desk() -> Callable[[Path], AbstractContextManager[Desk]]:
    """Sets up one with a database of its own, for the files of a folder."""
    return _desk


@pytest.fixture
def intake(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Intake]:
    """A `Desk` where the module says that nothing in it looks at figures: ``WITHOUT_FACTS = True``."""
    folder = tmp_path / "extracts"
    folder.mkdir()
    if getattr(request.module, "WITHOUT_FACTS", False):
        with _desk(folder) as desk:
            yield desk
    else:
        yield Intake(
            folder, f"duckdb:///{tmp_path / 'reporting.duckdb'}" if databases.engine() == "duckdb" else databases.vacant()
        )


@pytest.fixture
def with_people(intake: Intake, people: Path) -> Intake:
    """An intake whose database knows the hubs CAR and BAR and the children C1 and C2."""
    files = intake.file("hubs.csv", HUBS), intake.file("children.csv", CHILDREN)
    if databases.engine() == "duckdb" and not isinstance(intake, Desk):
        shutil.copy(people, intake.url.removeprefix("duckdb:///"))
    else:
        intake.load(*files)
    return intake


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of such a database, which is loaded once and copied."""
    folder = tmp_path_factory.mktemp("people")
    loading = Intake(folder, f"duckdb:///{folder}/people.duckdb")
    loading.load(loading.file("hubs.csv", HUBS), loading.file("children.csv", CHILDREN))
    return folder / "people.duckdb"


@pytest.fixture
def server(intake: Intake) -> Iterator[Intake]:
    """An intake whose database is a schema of its own on a real PostgreSQL server."""
    with databases.on("postgresql"):
        yield replace(intake, url=databases.vacant())


@pytest.fixture(params=databases.ENGINES)
def each_engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """For one test what `on_each_engine` is for a module."""
    with databases.on(request.param):
        yield


@pytest.fixture(params=["intake", "server"])
def place(request: pytest.FixtureRequest) -> Intake:
    """An intake into a DuckDB file, and one into a PostgreSQL server."""
    found: Intake = request.getfixturevalue(request.param)
    return found
