"""Opens the reporting database for loading, one import at a time, and writes many rows by the fastest way that it has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
from psycopg import sql
from sqlalchemy import URL, Connection, NullPool, Table, column, create_engine, func, insert, inspect, select, table, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from queries.engine import DatabaseUnavailable, duckdb_settings, parse_address, server_engine
from queries.facts import building
from queries.lookups import kept_figures
from queries.tables import loads, metadata, set_aside

LOAD_LOCK = 7_204_118  # any number, the same in every import: PostgreSQL lets one at a time hold it
MOST_SECONDS = 60  # that are waited for a server to answer, and for what another holds
# What a load may meet beyond its files: the database, also where it is asked without SQLAlchemy, the disk, impossible names.
FAILURES = (SQLAlchemyError, duckdb.Error, psycopg.Error, pa.ArrowException, OSError, UnicodeError, MemoryError)
ARROW_TYPES = {
    "bool": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "float": pa.float64(),
    "int": pa.int32(),
    "str": pa.string(),
}


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection that loads, of one transaction on a server. What a DuckDB file lacks when it ends is what nobody committed.

    Raises DatabaseUnavailable where the database is of a kind that is not loaded into, or its driver is not there.
    """
    address = parse_address(url)
    is_file = address.get_backend_name() == "duckdb"
    engine = create_engine if is_file else partial(server_engine, connect_args=patience(address))
    with engine(url, poolclass=NullPool).connect() as connection:
        try:
            yield connection
            connection.rollback()
            if is_file:
                connection.exec_driver_sql("CHECKPOINT")  # said where the disk is full: on closing it would not be
        except BaseException:
            connection.invalidate()  # where the disk is full, or the server gone, nothing can be taken back in order
            raise


def patience(address: URL) -> dict[str, int]:
    """What a driver of PostgreSQL is told, so that one which does not answer is not waited for longer than the address says."""
    is_asked = address.drivername in ("postgresql", "postgresql+psycopg") and "connect_timeout" not in address.query
    return {"connect_timeout": MOST_SECONDS} if is_asked else {}


def save_in_copy(connection: Connection) -> None:
    """Write down what was loaded so far where that is into a copy, which nobody else sees: else all of it is held in memory."""
    if connection.dialect.name == "duckdb":
        connection.commit()


def wait_for_turn(connection: Connection) -> None:
    """On PostgreSQL one import at a time writes, until its transaction ends; readers do not wait. DuckDB has its lock file.

    Raises DatabaseUnavailable where the other takes longer than is waited for: that may be one that hangs.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text(f"SET LOCAL lock_timeout = '{MOST_SECONDS}s'"))
    try:
        connection.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    except OperationalError as error:
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
        raise DatabaseUnavailable(
            "Another import is loading into this database; wait until it has ended and load again."
        ) from None


def set_up(connection: Connection) -> None:
    """The settings with which a load goes about its queries, until its transaction ends on a server."""
    if connection.dialect.name == "duckdb":
        for statement in duckdb_settings():
            connection.exec_driver_sql(statement)
    else:  # it knows nothing yet of the rows that a load compares
        for name, value in building.PLANNER_SETTINGS.items():
            connection.execute(text(f"SET LOCAL {name} = '{value}'"))


def make_tables(connection: Connection) -> None:
    """The tables that are not there yet, and the indexes that this kind of database wants, on older tables too.

    None is made for kept figures where an earlier version has them under another name: see `kept_figures`.
    """
    has_kept_figures = kept_figures.table_in(connection) is not None
    targets = [target for target in metadata.sorted_tables if target.name != "kept_figures" or not has_kept_figures]
    metadata.create_all(connection, tables=targets)
    for own in (loads, set_aside):
        _add_columns(connection, own)
    for target in targets:
        for index in target.indexes:
            index.create(connection, checkfirst=True)


def _add_columns(connection: Connection, target: Table) -> None:
    """The columns of a table of the importer's own that an earlier version had not."""
    there = {one["name"] for one in inspect(connection).get_columns(target.name)}
    quoted = connection.dialect.identifier_preparer.quote
    for missing in (one for one in target.columns if one.name not in there):
        kind = missing.type.compile(connection.dialect)
        connection.execute(text(f"ALTER TABLE {quoted(target.name)} ADD COLUMN {quoted(missing.name)} {kind}"))


def analyze(connection: Connection, names: Iterable[str]) -> None:
    """Have PostgreSQL count the rows of these tables, by which it plans: else it does so a minute after a load, or never.

    All is loaded by then, which a failure does not change.
    """
    if connection.dialect.name != "postgresql":
        return
    with suppress(SQLAlchemyError, DatabaseUnavailable):
        wait_for_turn(connection)
        for name in sorted(names):
            connection.execute(text(f"ANALYZE {connection.dialect.identifier_preparer.quote(name)}"))
        connection.commit()


def write(connection: Connection, target: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Many rows at once by the fastest way that the database has. ``columns``: equally long lists of values by column name."""
    if not columns or not len(next(iter(columns.values()))):
        return
    match connection.dialect.name, connection.dialect.driver:
        case "duckdb", _:
            _write_duckdb(connection, target, columns)
        case "postgresql", "psycopg":
            _copy_postgresql(connection, target, columns)
        case _:
            rows = zip(*columns.values(), strict=True)
            connection.execute(insert(target), [dict(zip(columns, row, strict=True)) for row in rows])


def _write_duckdb(connection: Connection, target: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    types = {name: ARROW_TYPES[target.c[name].type.python_type.__name__] for name in columns}
    frame = pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})
    raw: Any = connection.connection.driver_connection
    raw.register("incoming", frame)
    incoming = table("incoming", *(column(name) for name in columns))
    connection.execute(insert(target).from_select(list(columns), select(incoming)))
    raw.unregister("incoming")


def _copy_postgresql(connection: Connection, target: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(target.name), names)
    raw: Any = connection.connection
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row)
