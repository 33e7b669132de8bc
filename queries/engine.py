"""One way to the reporting database, which is only read: DuckDB under ``data/`` unless ``DATABASE_URL`` says otherwise."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, TimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from queries import row_level_security
from queries.facts import building
from queries.lookups import kept_figures
from queries.scope import SYSTEM, Access
from queries.tables import loads

# The settings of each session on PostgreSQL, which only reads.
SESSION_SETTINGS = {"default_transaction_read_only": "on", **building.PLANNER_SETTINGS}

DEFAULT_URL = f"duckdb:///{Path(__file__).parent.parent / 'data' / 'reporting.duckdb'}"


class DatabaseUnavailable(Exception):
    """The reporting database cannot be opened, or not be read; the message says what to do."""


# What reading may raise: the address is wrong, or the database went away meanwhile.
DATABASE_ERRORS = (DatabaseUnavailable, DBAPIError, TimeoutError)


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or DEFAULT_URL


def parse_address(url: str) -> URL:
    """The parts of a database address. Raises DatabaseUnavailable for a text that is none."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseUnavailable(
            f"{url!r} is not a database address; give one such as duckdb:///data/reporting.duckdb or postgresql://host/name."
        ) from None


def cause(error: BaseException) -> str:
    """What a database or the system says of an error, in its first line, without a full stop."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")


def is_forbidden(error: BaseException) -> bool:
    """Whether PostgreSQL says that the login lacks the right to what was asked."""
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None) == "42501"


def connect(url: str | None = None) -> Engine:
    """An engine that only reads. Ask again for each piece of work: after a load it is a new one.

    Raises DatabaseUnavailable where there is no such file, the address is not a database's, or the process is the board's.
    """
    if serves_the_board():
        raise DatabaseUnavailable(
            "This process serves the partnership board (AUDIENCE=board): it shows what was released, and opens no reporting "
            "database."
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
    Raises OutOfScope for a reader who may not see a single figure, DatabaseUnavailable where the facts are not to be read.
    """
    access.to_figures()
    with (engine or connect()).connect() as connection:
        row_level_security.act_as(connection, access)
        with row_level_security.ignoring_hub_limits(connection):  # when what was loaded
            problem = building.problem(connection)
        if problem:
            raise DatabaseUnavailable(problem)
        yield connection


def is_readable(url: str | None = None) -> bool:
    """Whether the database answers at this moment, and its facts may be read."""
    try:
        with reading(SYSTEM, connect(url)):
            return True
    except DATABASE_ERRORS:
        return False


def security_problem(url: str | None = None) -> str:
    """Why no reader may be let in to the database (see `queries.row_level_security`), in a sentence; empty where they may."""
    with connect(url).connect() as connection:
        return row_level_security.problem(connection)


def version(url: str | None = None) -> str:
    """A text that changes when the data do; part of the key of whatever is cached."""
    url = url or database_url()
    if of_file := file_version(url):
        return f"{url} {of_file}"
    with reading(SYSTEM, connect(url)) as connection:
        moments = [building.builds.c.built_at]
        moments += [loads.c.loaded_at] if inspect(connection).has_table(loads.name) else []
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
    except OSError:
        raise DatabaseUnavailable(
            f"There is no reporting database at {address.database or 'an address without a file'}; "
            "run `python -m demo` for the invented force, or `python -m ingest FOLDER --database URL` to load extracts."
        ) from None
    return f"{status.st_ino}-{status.st_mtime_ns}"


@lru_cache(maxsize=4)
def _engine(url: str, file_version: str) -> Engine:
    return _file_engine(url, file_version) if file_version else _server_engine(url)


def _server_engine(url: str) -> Engine:
    engine = server_engine(url, pool_pre_ping=True)
    event.listen(engine, "connect", _apply_settings)
    return engine


def server_engine(url: str, **how: Any) -> Engine:
    """An engine for a PostgreSQL. Raises DatabaseUnavailable where it is another kind of database, or its driver is not there."""
    address = make_url(url)
    kind = address.get_backend_name()
    try:
        engine = create_engine(url, **how)
    except NoSuchModuleError:
        raise DatabaseUnavailable(
            f"{address.drivername!r} is no kind of database that is known; give a duckdb or postgresql address."
        ) from None
    except ImportError as error:
        raise DatabaseUnavailable(
            f"A {kind} database needs {error.name}, which is not installed; give a duckdb or postgresql address."
        ) from None
    if engine.dialect.name != "postgresql":
        raise DatabaseUnavailable(f"A {kind} database cannot be read; give a duckdb or postgresql address.")
    return engine


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
        raise DatabaseUnavailable(f"DUCKDB_THREADS is {threads!r}; set it to a whole number from 1, or not at all.")
    return ("SET enable_progress_bar = false", *([f"SET threads = {int(threads)}"] if threads else []))


def _file_engine(url: str, file_version: str) -> Engine:
    # DuckDB hands back the open database when a path is opened twice, even if the file there has been replaced since.
    # An in-memory database of its own for each version of the file, with the file attached, reads the new one.
    path = Path(make_url(url).database or "").resolve()
    engine = create_engine(f"duckdb:///:memory:{path.stem}-{file_version}")

    @event.listens_for(engine, "connect")
    def attach(connection: object, _: ConnectionPoolEntry) -> None:
        quoted = str(path).replace("'", "''")
        connection.execute(f"ATTACH IF NOT EXISTS '{quoted}' AS reporting (READ_ONLY)")  # type: ignore[attr-defined]
        connection.execute("USE reporting")  # type: ignore[attr-defined]
        for statement in duckdb_settings():
            connection.execute(statement)  # type: ignore[attr-defined]

    return engine
