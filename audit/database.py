"""Connections to the audit database: a SQLite file, made on first use, or a PostgreSQL that its owner has prepared."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from audit.settings import audit_url
from audit.tables import entries, grants, metadata

PATIENCE = 10  # seconds: how long one waits for others who write
WRITE_LOCK = 7_204_119  # any number, the same in every process: PostgreSQL lets one at a time hold it
APPEND_ONLY = Path(__file__).parent / "append_only.sql"


class AuditUnavailable(Exception):
    """The audit database cannot be opened, read or written; the message says why and what to do."""


@contextmanager
def reading(url: str = "") -> Iterator[Connection]:
    """A connection that reads, of the audit database by default. Raises AuditUnavailable."""
    with _engine_of("read", url or audit_url()) as engine, engine.connect() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """A transaction of which there is one at a time, whatever the number of processes. Raises AuditUnavailable.

    All that is written in it is kept at its end, or nothing is.
    """
    with _engine_of("written", audit_url()) as engine, engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.set_config("lock_timeout", f"{PATIENCE}s", True)))
            connection.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK)))
        yield connection


def prepare() -> None:
    """Make the tables that are not there yet, and have PostgreSQL refuse what must not be done to them.

    Raises AuditUnavailable.
    """
    with writing() as connection:
        metadata.create_all(connection)
        if connection.dialect.name == "postgresql":
            with closing(connection.connection.cursor()) as cursor:  # SQLAlchemy would take its per cent signs for parameters
                cursor.execute(APPEND_ONLY.read_text(encoding="utf-8"))


def file_of(url: str) -> Path | None:
    """The SQLite file of an address; None for a PostgreSQL server. Raises AuditUnavailable for any other address."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("unknown")
    match parsed.get_backend_name(), parsed.database:
        case "postgresql", _:
            return None
        case "sqlite", str(path) if path and path != ":memory:":
            return Path(path)
    raise AuditUnavailable(
        f"{url!r} is not an address for the audit database; set AUDIT_URL to one such as sqlite:////srv/audit.sqlite "
        "or postgresql://host/name."
    )


@contextmanager
def _engine_of(done: str, url: str) -> Iterator[Engine]:
    """The engine of an address; whatever fails with it is said in one sentence, without what was being written."""
    try:
        yield _engine(url)
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")
        address = make_url(url).set(query={}).render_as_string(hide_password=True)
        raise AuditUnavailable(f"The audit database at {address} could not be {done} ({cause}); {_advice(cause)}.") from error


def _advice(cause: str) -> str:
    if "permission denied" in cause:
        return "give its login the role that audit/append_only.sql has for this, or use the address of one that has it"
    if "no such table" in cause or "does not exist" in cause:
        return "run `python -m audit prepare` as its owner"
    return "see that it can be reached and written to, or set AUDIT_URL to where it is"


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    path = file_of(url)
    waits = "connect_timeout" if path is None else "timeout"
    patience = {} if waits in make_url(url).query else {waits: PATIENCE}
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=patience)
    if path is None:
        return engine
    event.listen(engine, "connect", _set_up_file)
    event.listen(engine, "begin", _begin)
    if not _has_tables(engine, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=PATIENCE), engine.execution_options(writes=True).begin() as connection:
            metadata.create_all(connection)
    return engine


def _has_tables(engine: Engine, path: Path) -> bool:
    return path.exists() and all(inspect(engine).has_table(table.name) for table in (grants, entries))


def _set_up_file(connection: Any, _: object) -> None:
    """Transactions begin when we say so, who reads does not wait for one who writes, and text that was tampered with is read."""
    connection.isolation_level = None
    connection.text_factory = lambda stored: stored.decode("utf-8", errors="surrogateescape")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an entry that was written outlives a power cut


def _begin(connection: Connection) -> None:
    """Whoever is going to write waits for their turn at once, before reading where the log ends."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
