"""One way to the reporting database, which is only read: DuckDB under ``data/`` unless ``DATABASE_URL`` says otherwise."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from stat import S_ISREG
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from queries import row_level_security
from queries.facts import building
from queries.faults import OF_DRIVERS, REPORTING, WRONG_SETTINGS, translated
from queries.faults import DatabaseUnavailable as DatabaseUnavailable
from queries.faults import cause as cause
from queries.faults import is_forbidden as is_forbidden
from queries.faults import parse_address as parse_address
from queries.lookups import kept_figures
from queries.patience import Impatient, patience
from queries.scope import SYSTEM, Access
from queries.tables import loads
from queries.tables.presence import is_there

# The settings of each session on PostgreSQL, which only reads, and does not wait for ever for a table that somebody holds.
SESSION_SETTINGS = {"default_transaction_read_only": "on", "lock_timeout": "10s", **building.PLANNER_SETTINGS}
DEFAULT_URL = f"duckdb:///{Path(__file__).parent.parent / 'data' / 'reporting.duckdb'}"

_IS_ATTACHED = "SELECT 1 FROM duckdb_databases() WHERE database_name = 'reporting'"
_serial = count(1)


class DatabaseMissing(DatabaseUnavailable):
    """There is no file at the address of a database."""


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or DEFAULT_URL


def connect(url: str | None = None) -> Engine:
    """An engine that only reads. Ask again for each piece of work: after a load it is a new one.

    Raises DatabaseUnavailable where there is no such file, the address is not a database's, or the process is the board's.
    """
    if serves_the_board():
        raise DatabaseUnavailable(
            "This process serves the partnership board (AUDIENCE=board): it shows what was released, and opens no reporting "
            "database.",
            WRONG_SETTINGS,
        )
    return open_read_only(url or database_url())


def open_read_only(url: str) -> Engine:
    """An engine that only reads what is at this address now. Raises DatabaseUnavailable."""
    return _engine(url, file_version(url))


def serves_the_board() -> bool:
    """Whether this process serves the partnership board: released figures, and no reporting database."""
    return os.environ.get("AUDIENCE") == "board"


@contextmanager
def reading(access: Access, engine: Engine | None = None) -> Iterator[Connection]:
    """A connection that reads on behalf of a reader, by the dashboard's own engine unless another is given: every figure's.

    On PostgreSQL it reads the rows that the reader may see (`queries.row_level_security`).
    Raises OutOfScope for a reader who may not see a single figure, DatabaseUnavailable where the facts are not to be read, or
    whatever goes wrong with the database in the meantime.
    """
    access.to_figures()
    with opened(engine or connect()) as connection:
        row_level_security.act_as(connection, access)
        with row_level_security.ignoring_hub_limits(connection):  # when what was loaded
            problem = building.problem(connection)
        if problem:
            raise DatabaseUnavailable(problem, problem)
        yield connection


@contextmanager
def opened(engine: Engine, database: str = REPORTING) -> Iterator[Connection]:
    """A connection whose faults are raised as DatabaseUnavailable, and which nobody gets again once it had one."""
    with translated(engine.url, database), _opened_anew_after_a_fault(engine), engine.connect() as connection:
        try:
            yield connection
        except OF_DRIVERS:
            connection.invalidate()
            raise


@contextmanager
def _opened_anew_after_a_fault(engine: Engine) -> Iterator[None]:
    """After some faults DuckDB answers nothing more of a file, or waits for itself, until all that it had open is closed."""
    try:
        yield
    except OF_DRIVERS:
        if engine.dialect.name == "duckdb":
            _engine.cache_clear()
        raise


def is_readable(url: str | None = None) -> bool:
    """Whether the database answers at this moment, and its facts may be read."""
    try:
        with reading(SYSTEM, connect(url)):
            return True
    except DatabaseUnavailable:
        return False


def security_problem(url: str | None = None) -> str:
    """Why no reader may be let in to the database (see `queries.row_level_security`), in a sentence; empty where they may."""
    with opened(connect(url)) as connection:
        return row_level_security.problem(connection)


def version(url: str | None = None) -> str:
    """A text that changes when the data do; part of the key of whatever is cached."""
    url = url or database_url()
    if of_file := file_version(url):
        return f"{url} {of_file}"
    with reading(SYSTEM, connect(url)) as connection:
        moments = [building.builds.c.built_at]
        moments += [loads.c.loaded_at] if is_there(connection, loads) else []
        kept = kept_figures.table_in(connection)
        moments += [kept.c.kept_at] if kept is not None else []
        return " ".join([url, *(str(connection.scalar(select(func.max(moment)))) for moment in moments)])


def file_version(url: str) -> str:
    """Which file stands at a DuckDB address: the importer swaps in a new one. Empty for a database server."""
    address = parse_address(url)
    if address.get_backend_name() != "duckdb":
        return ""
    try:
        status = os.stat(address.database or "")
    except (FileNotFoundError, NotADirectoryError):
        raise DatabaseMissing(
            f"There is no reporting database at {address.database or 'an address without a file'}; "
            "run `python -m demo` for the invented force, or `python -m ingest FOLDER --database URL` to load extracts.",
            "There is no reporting database where the dashboard looks for it.",
        ) from None
    except OSError as error:
        raise DatabaseUnavailable(f"The database at {address.database} cannot be read: {error.strerror}.") from None
    if not S_ISREG(status.st_mode):  # a pipe would be waited for without end
        raise DatabaseUnavailable(f"What is at {address.database} is no file, and so no database.")
    return f"{status.st_ino}-{status.st_mtime_ns}"


@lru_cache(maxsize=4)
def _engine(url: str, file_version: str) -> Engine:
    return _file_engine(url, file_version) if file_version else _server_engine(url)


def _server_engine(url: str) -> Engine:
    engine = server_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=patience(make_url(url)))
    event.listen(engine, "connect", _apply_settings)
    if engine.driver == "psycopg":
        event.listen(engine, "do_connect", lambda _, __, arguments, more: Impatient.connect(*arguments, **more))
    return engine


def server_engine(url: str, **how: Any) -> Engine:
    """An engine for a PostgreSQL. Raises DatabaseUnavailable where it is another kind of database, or its driver is not there."""
    name = make_url(url).get_backend_name()
    try:
        engine = create_engine(url, **how)
    except ImportError as error:
        raise DatabaseUnavailable(
            f"A {name} database needs {error.name}, which is not installed; give a duckdb or postgresql address.", WRONG_SETTINGS
        ) from None
    except NoSuchModuleError:
        raise DatabaseUnavailable(_cannot_be_read(make_url(url).drivername), WRONG_SETTINGS) from None
    if engine.dialect.name != "postgresql":
        raise DatabaseUnavailable(_cannot_be_read(name), WRONG_SETTINGS)
    return engine


def _cannot_be_read(name: str) -> str:
    return f"A {name} database cannot be read; give a duckdb or postgresql address."


def _apply_settings(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Set a session to `SESSION_SETTINGS`, which last only if the transaction that makes them is committed."""
    cursor = connection.cursor()
    for name, value in SESSION_SETTINGS.items():
        cursor.execute(f"SET {name} = '{value}'")
    cursor.close()
    connection.commit()


def duckdb_settings() -> tuple[str, ...]:
    """What a connection to DuckDB is told: no progress bar, and how many threads one question may use, by ``DUCKDB_THREADS``.

    Many small questions at once, as of several readers, are answered sooner with one thread each. Raises DatabaseUnavailable.
    """
    threads = os.environ.get("DUCKDB_THREADS", "")
    if threads and not (threads.isdecimal() and int(threads) > 0):
        raise DatabaseUnavailable(
            f"DUCKDB_THREADS is {threads!r}; set it to a whole number from 1, or not at all.", WRONG_SETTINGS
        )
    return ("SET enable_progress_bar = false", *([f"SET threads = {int(threads)}"] if threads else []))


def _file_engine(url: str, file_version: str) -> Engine:
    # DuckDB hands back the open database when a path is opened twice, even if the file there has been replaced since.
    # An in-memory database of its own for each version of the file, with the file attached, reads the new one.
    path = Path(make_url(url).database or "").resolve()
    engine = create_engine(f"duckdb:///:memory:{path.stem}-{file_version}-{next(_serial)}", hide_parameters=True)
    one_at_a_time = Lock()

    @event.listens_for(engine, "connect")
    def attach(connection: Any, _: ConnectionPoolEntry) -> None:
        quoted = str(path).replace("'", "''")
        try:
            with one_at_a_time:  # ATTACH IF NOT EXISTS waits for ever for one that has failed
                if not connection.execute(_IS_ATTACHED).fetchone():
                    connection.execute(f"ATTACH '{quoted}' AS reporting (READ_ONLY)")
            for statement in ("USE reporting", *duckdb_settings()):
                connection.execute(statement)
        except Exception:
            connection.close()
            raise

    return engine
