"""Connections to the audit database: a SQLite file, made on first use, or a PostgreSQL that its owner has prepared."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError

from audit import witness
from audit.protection import APPEND_ONLY, renew_triggers
from audit.settings import audit_url
from audit.tables import ONE_GRANT, metadata
from audit.witness import Seal
from queries.addresses import shown
from queries.faults import cause

PATIENCE = 10  # seconds: how long one waits for others who write
WRITE_LOCK = 7_204_119  # any number, the same in every process: PostgreSQL lets one at a time hold it
_FILE = "file"  # of a connection: which file it opened
_SEALS = "seals"  # of a transaction: those of the entries that were added in it


class AuditUnavailable(Exception):
    """The audit database cannot be opened, read or written; the message says why and what to do."""


class NotWitnessed(AuditUnavailable):
    """What was to be written is kept in the audit database, but not in the second witness of its log; the message says why."""


@contextmanager
def reading(url: str = "") -> Iterator[Connection]:
    """A connection that reads, of the audit database by default. Raises AuditUnavailable."""
    with _engine_of("read", url or audit_url()) as engine, engine.connect() as connection:
        yield connection


@contextmanager
def reading_the_latest() -> Iterator[Connection]:
    """As `reading`, unless the database was put back to an earlier state: then what it says of anybody may have been ended."""
    with reading() as connection:
        check_end(connection)
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """A transaction of which there is one at a time, whatever the number of processes.

    All that is written in it is kept at its end, or nothing is; the entries among it (`witnessed`) get their second witness then.
    Raises AuditUnavailable where nothing was kept, NotWitnessed where it was and only the witness could not be written.
    """
    url = audit_url()
    with _engine_of("written", url) as engine:
        with engine.execution_options(writes=True).begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.set_config("lock_timeout", f"{PATIENCE}s", True)))
                connection.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK)))
            written: list[Seal] = []
            connection.info[_SEALS] = written
            yield connection
        _bear(url, written)


def _bear(url: str, written: list[Seal]) -> None:
    try:
        witness.bear(url, file_of(url), written)
    except witness.Unavailable as error:
        raise NotWitnessed(
            f"What was to be written is kept in the audit database, and only this is missing: {error} Until then nothing more is "
            "written to the log, and no record is shown; the next entry completes the witness."
        ) from error


def witnessed(connection: Connection, entry: Seal) -> None:
    """Have an entry witnessed, once the transaction that it was added in is kept."""
    connection.info[_SEALS].append(entry)


def last_of_transaction(connection: Connection) -> Seal | None:
    """The last entry that was added in this transaction; None before the first."""
    seals: list[Seal] = connection.info[_SEALS]
    return seals[-1] if seals else None


def check_end(connection: Connection) -> None:
    """Raises AuditUnavailable where the log does not hold what was last written to it, by whichever process."""
    url = audit_url()
    if problem := witness.problem(connection, url, file_of(url)):
        raise AuditUnavailable(problem)


def prepare() -> None:
    """Make the tables that are not there yet, and have the database refuse what must not be done to them.

    Raises AuditUnavailable.
    """
    with writing() as connection:
        metadata.create_all(connection)
        ONE_GRANT.create(connection, checkfirst=True)  # which only comes with its table
        if connection.dialect.name == "sqlite":
            renew_triggers(connection)
        else:
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
    kind = url.partition(":")[0][:20]  # and no more of it, since it may hold a password
    raise AuditUnavailable(
        f"The text that begins with {kind!r} is not an address for the audit database; set AUDIT_URL to one such as "
        "sqlite:////srv/audit.sqlite or postgresql://host/name."
    )


@contextmanager
def _engine_of(done: str, url: str) -> Iterator[Engine]:
    """The engine of an address; whatever fails with it is said in one sentence, without what was being written."""
    try:
        yield _engine(url)
    except witness.Unavailable as error:
        raise AuditUnavailable(str(error)) from error
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        why = cause(error, url)
        raise AuditUnavailable(f"The audit database at {shown(url)} could not be {done} ({why}); {_advice(why)}.") from error


def _advice(why: str) -> str:
    if "permission denied" in why:
        return "give its login the role that audit/append_only.sql has for this, or use the address of one that has it"
    if "no such table" in why or "does not exist" in why:
        return "run `python -m audit prepare` as its owner"
    return "see that it can be reached and written to, or set AUDIT_URL to where it is"


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    path = file_of(url)
    return _server_engine(url) if path is None else _file_engine(url, path)


def _server_engine(url: str) -> Engine:
    patience = {} if "connect_timeout" in make_url(url).query else {"connect_timeout": PATIENCE}
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=patience)


def _file_engine(url: str, path: Path) -> Engine:
    """An engine of a file that reads and writes the file that lies there now, and never one that was removed or replaced."""
    patience = float(str(make_url(url).query.get("timeout", PATIENCE)))
    engine = create_engine(url, creator=partial(_open, path, patience), hide_parameters=True)
    event.listen(engine, "connect", partial(_set_up_file, path))
    event.listen(engine, "checkout", partial(_check_file, path))
    event.listen(engine, "begin", _begin)
    if not path.exists() or not _has_tables(engine):
        _make(engine, path)
    return engine


def _open(path: Path, patience: float) -> sqlite3.Connection:
    """Open a file that is there: SQLite would make an empty one in place of one that is gone."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=patience, check_same_thread=False)


def _make(engine: Engine, path: Path) -> None:
    """A database without an entry, unless there was one here already: then it is gone, and not to be begun anew."""
    if next(witness.seals(path) or iter(()), None) and not path.exists():
        raise FileNotFoundError(f"{path.name} is gone, but of its log there is a witness; put back its latest copy")
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=PATIENCE):
        path.touch(mode=0o600)
        with engine.execution_options(writes=True).begin() as connection:
            metadata.create_all(connection)


def _has_tables(engine: Engine) -> bool:
    found = inspect(engine)
    return all(found.has_table(name) for name in metadata.tables)


def _set_up_file(path: Path, connection: Any, record: Any) -> None:
    """Transactions begin when we say so, who reads does not wait for one who writes, and text that was tampered with is read."""
    record.info[_FILE] = _identity(path)
    connection.isolation_level = None
    connection.text_factory = lambda stored: stored.decode("utf-8", errors="surrogateescape")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # an entry that was written outlives a power cut


def _check_file(path: Path, _: object, record: Any, __: object) -> None:
    """What the pool holds open may be a file that was removed or replaced: then another connection is opened in its place."""
    if record.info[_FILE] != _identity(path):
        raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at a path; None where there is none."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _begin(connection: Connection) -> None:
    """Whoever is going to write waits for their turn at once, before reading where the log ends."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
