"""The databases that tests fill and ask: files of DuckDB, or schemas of a real PostgreSQL where the test says so."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import postgresql
from sqlalchemy import NullPool, create_engine, create_mock_engine

from queries.facts import building
from queries.tables import metadata

ENGINES = ("duckdb", "postgresql")
_numbers = count()
_asked = ["duckdb"]


@contextmanager
def on(engine: str) -> Iterator[str]:
    """Until the end, every new database is of this engine. Skips the test where it cannot be had."""
    if engine == "postgresql":
        postgresql.address()
    _asked.append(engine)
    yield engine
    _asked.pop()


def engine() -> str:
    """The engine that is asked."""
    return _asked[-1]


def vacant() -> str:
    """The address of a new database without any table."""
    if engine() == "postgresql":
        return postgresql.new_schema()
    return f"duckdb:///{_folder().name}/{os.getpid()}-{next(_numbers)}.duckdb"  # processes forked from one share the folder


def empty() -> str:
    """The address of a new database with every table and no row."""
    url = vacant()
    if engine() == "postgresql":
        _make_tables(url)
    else:
        shutil.copy(_empty_file(), url.removeprefix("duckdb:///"))
    return url


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=f"scenarios-{os.getpid()}-")


@cache
def _empty_file() -> Path:
    path = Path(_folder().name) / f"{os.getpid()}-empty.duckdb"
    _make_tables(f"duckdb:///{path}")
    return path


def _make_tables(url: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(_script(connection.dialect.name))


@cache
def _script(dialect: str) -> str:
    """What makes every table, in one: a server gets it in half the time of forty statements."""
    written: list[str] = []
    writer = create_mock_engine(f"{dialect}://", lambda made, *_, **__: written.append(str(made.compile(dialect=writer.dialect))))
    metadata.create_all(writer, checkfirst=False)
    for table in (*building.stored(), *building.BESIDE):
        table.create(writer, checkfirst=False)
    return ";\n".join(written)
