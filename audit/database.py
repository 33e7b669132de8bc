"""Connections to the audit database: a SQLite file, made on first use, or a PostgreSQL that its owner has prepared."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from audit import witness
from audit.protection import APPEND_ONLY, renew_triggers
from audit.settings import audit_url
from audit.tables import ONE_GRANT, metadata
from audit.witness import Seal
from queries import small_databases
from queries.addresses import shown
from queries.faults import cause

PATIENCE = small_databases.PATIENCE
WRITE_LOCK = 7_204_119  # any number, the same in every process: PostgreSQL lets one at a time hold it
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
        with small_databases.writing(engine, WRITE_LOCK, PATIENCE) as connection:
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
        return small_databases.file_of(url)
    except ValueError as kind:
        given = str(kind)
    raise AuditUnavailable(
        f"The text that begins with {given!r} is not an address for the audit database; set AUDIT_URL to one such as "
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
    if path is None:
        return small_databases.server_engine(url, PATIENCE)
    engine = small_databases.file_engine(url, path, PATIENCE)
    if not path.exists() or not small_databases.has_tables(engine, metadata):
        _make(engine, path)
    return engine


def _make(engine: Engine, path: Path) -> None:
    """A database without an entry, unless there was one here already: then it is gone, and not to be begun anew."""
    if next(witness.seals(path) or iter(()), None) and not path.exists():
        raise FileNotFoundError(f"{path.name} is gone, but of its log there is a witness; put back its latest copy")
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=PATIENCE):
        path.touch(mode=0o600)
        with engine.execution_options(writes=True).begin() as connection:
            metadata.create_all(connection)
