"""One way to the reporting database, which is only read: DuckDB under ``data/`` unless ``DATABASE_URL`` says otherwise."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, TimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from queries import row_level_security
from queries.scope import SYSTEM, Access
from queries.tables import loads, told_figures

# How PostgreSQL is read. A figure joins whole tables by ages and flags that no planner can estimate: it expects one row where
# there are thousands, and would look the other table up for each of them. Compiling a query takes longer than most figures do.
READING = {"default_transaction_read_only": "on", "enable_nestloop": "off", "jit": "off", "work_mem": "64MB"}

DEFAULT_URL = f"duckdb:///{Path(__file__).parent.parent / 'data' / 'reporting.duckdb'}"


class DatabaseUnavailable(Exception):
    """The reporting database cannot be opened; the message says what to do."""


# What reading may raise: the address is wrong, or the database went away meanwhile.
DATABASE_ERRORS = (DatabaseUnavailable, DBAPIError, TimeoutError)


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or DEFAULT_URL


def connect(url: str | None = None) -> Engine:
    """An engine that only reads. Ask again for each piece of work: after a load it is a new one.

    Raises DatabaseUnavailable where there is no such file or the address is not a database's.
    """
    url = url or database_url()
    return _engine(url, _file_version(url))


@contextmanager
def reading(access: Access, source: Engine | Connection | None = None) -> Iterator[Connection]:
    """The way of every figure to the data: a connection on behalf of a reader, of the dashboard's own engine by default.

    On PostgreSQL it reads what the database lets that reader (see `queries.wall`). A connection that is given is handed on as it
    is: whoever opened it has said for whom, and may see what is not committed yet.
    Raises OutOfScope for a reader who may not see a single figure.
    """
    access.to_figures()
    if isinstance(source, Connection):
        yield source
    else:
        with (source or connect()).connect() as connection:
            row_level_security.act_as(connection, access)
            yield connection


def is_readable(url: str | None = None) -> bool:
    """Whether the database answers at this moment."""
    try:
        with connect(url).connect() as connection:
            connection.execute(select(1))
    except DATABASE_ERRORS:
        return False
    return True


def unguarded(url: str | None = None) -> str:
    """Why no reader may be let in to the database (see `queries.wall`), in a sentence; empty where they may."""
    with connect(url).connect() as connection:
        return row_level_security.problem(connection)


def version(url: str | None = None) -> str:
    """A text that changes when the data do; part of the key of whatever is cached."""
    url = url or database_url()
    file_version = _file_version(url)
    if file_version:
        return f"{url} {file_version}"
    written = [(loads, loads.c.loaded_at), (told_figures, told_figures.c.kept_at)]
    with reading(SYSTEM, connect(url)) as connection:
        there = [moment for table, moment in written if inspect(connection).has_table(table.name)]
        return " ".join([url, *(str(connection.scalar(select(func.max(moment)))) for moment in there)])


def _file_version(url: str) -> str:
    """Which file stands at a DuckDB address: the importer swaps in a new one. Empty for a database server."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseUnavailable(
            f"{url!r} is not a database address; give one such as duckdb:///data/reporting.duckdb or postgresql://host/name."
        ) from None
    if parsed.get_backend_name() != "duckdb":
        return ""
    try:
        status = os.stat(parsed.database or "")
    except OSError:
        raise DatabaseUnavailable(
            f"There is no reporting database at {parsed.database or 'an address without a file'}; "
            "run `python -m demo` for the invented force, or `python -m ingest FOLDER` to load extracts."
        ) from None
    return f"{status.st_ino}-{status.st_mtime_ns}"


@lru_cache(maxsize=4)
def _engine(url: str, file_version: str) -> Engine:
    return _of_file(url, file_version) if file_version else _of_server(url)


def _of_server(url: str) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except ImportError as error:
        raise DatabaseUnavailable(
            f"A {make_url(url).get_backend_name()} database needs {error.name}, which is not installed; "
            "give a duckdb or postgresql address."
        ) from None
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _set_to_reading)
    return engine


def _set_to_reading(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Settings of a session last only if the transaction that makes them is kept."""
    cursor = connection.cursor()
    for name, value in READING.items():
        cursor.execute(f"SET {name} = '{value}'")
    cursor.close()
    connection.commit()


def _of_file(url: str, file_version: str) -> Engine:
    # DuckDB hands back the open database when a path is opened twice, even if the file there has been replaced since.
    # An in-memory database of its own for each version of the file, with the file attached, reads the new one.
    path = Path(make_url(url).database or "").resolve()
    engine = create_engine(f"duckdb:///:memory:{path.stem}-{file_version}")

    @event.listens_for(engine, "connect")
    def attach(connection: object, _: ConnectionPoolEntry) -> None:
        quoted = str(path).replace("'", "''")
        connection.execute(f"ATTACH IF NOT EXISTS '{quoted}' AS reporting (READ_ONLY)")  # type: ignore[attr-defined]
        connection.execute("USE reporting")  # type: ignore[attr-defined]

    return engine
