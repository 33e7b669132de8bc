"""Opens the reporting database for loading so that nobody reading it is disturbed, and a load that breaks off leaves no trace."""

import glob
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from filelock import FileLock, Timeout
from psycopg import sql
from sqlalchemy import Connection, Table, column, func, insert, inspect, make_url, select, table, text

from queries.engine import DatabaseUnavailable, duckdb_settings, parse_address
from queries.facts import building
from queries.lookups import kept_figures
from queries.tables import loads, metadata, set_aside

LOAD_LOCK = 7_204_118  # any number, the same in every import: PostgreSQL lets one at a time hold it
ARROW_TYPES = {
    "bool": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "float": pa.float64(),
    "int": pa.int32(),
    "str": pa.string(),
}


@contextmanager
def working_copy(url: str) -> Iterator[str]:
    """The address to load into: a copy of the DuckDB file, in a folder of its own beside it; a database server itself.

    The copy is gone at the end unless it has been put in place. Raises DatabaseUnavailable while another import holds the file.
    """
    path = _file_at(url)
    if path is None:
        yield url
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _only_import(path):
        _clear_away(path)
        folder = tempfile.mkdtemp(prefix=f"{path.name}.loading-", dir=path.parent)
        try:
            copy = Path(folder) / path.name
            if path.exists():
                shutil.copy(path, copy)
            yield make_url(url).set(database=str(copy)).render_as_string(hide_password=False)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def put_in_place(copy_url: str, url: str) -> None:
    """One swap: whoever reads the old file goes on reading it, whoever opens the database next reads the new one."""
    copy, path = _file_at(copy_url), _file_at(url)
    if copy and path and copy != path:
        os.replace(copy, path)


def save_in_copy(connection: Connection) -> None:
    """Write down what was loaded so far where that is into a copy, which nobody else sees: else all of it is held in memory."""
    if connection.dialect.name == "duckdb":
        connection.commit()


def wait_for_turn(connection: Connection) -> None:
    """On PostgreSQL one import at a time writes, until its transaction ends; readers do not wait. DuckDB has its lock file."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))


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
    """Have PostgreSQL count the rows of these tables, by which it plans: else it does so a minute after a load, or never."""
    if connection.dialect.name == "postgresql":
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


def _file_at(url: str) -> Path | None:
    """The DuckDB file of an address; None for a database server."""
    address = parse_address(url)
    if address.get_backend_name() != "duckdb":
        return None
    if not address.database or address.database.startswith(":memory:"):
        raise DatabaseUnavailable(
            f"{url!r} is in memory alone, and lost when the load ends; give a file, such as duckdb:///data/reporting.duckdb."
        )
    return Path(address.database).resolve()


@contextmanager
def _only_import(path: Path) -> Iterator[None]:
    """The operating system frees the lock of a process that died, so a stale lock file stops nobody."""
    try:
        with FileLock(f"{path}.lock", timeout=0):
            yield
    except Timeout:
        raise DatabaseUnavailable(f"Another import is loading into {path}; wait until it has ended and load again.") from None


def _clear_away(path: Path) -> None:
    """Remove what an import that was killed left behind, and refuse a database that another program is writing to."""
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.loading-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    if Path(f"{path}.wal").exists():
        raise DatabaseUnavailable(
            f"{path}.wal shows that another program is writing to the database, or failed while writing; "
            "end it, or open the database once with DuckDB, which completes what was written, and load again."
        )
