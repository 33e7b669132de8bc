"""Small databases that the dashboard writes itself: a SQLite file, or a PostgreSQL; of those who write, one at a time."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, func, inspect, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DisconnectionError

PATIENCE = 10  # seconds: how long one waits for others who write
_FILE = "file"  # of a connection: which file it opened


def file_of(url: str) -> Path | None:
    """The SQLite file of an address; None for a PostgreSQL server. Raises ValueError, with its beginning, for any other."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = URL.create("unknown")
    match parsed.get_backend_name(), parsed.database:
        case "postgresql", _:
            return None
        case "sqlite", str(path) if path and path != ":memory:":
            return Path(path)
    raise ValueError(url.partition(":")[0][:20])  # and no more of it, since it may hold a password


def server_engine(url: str, patience: int) -> Engine:
    """An engine of a PostgreSQL, whose errors repeat nothing of what was being written."""
    given = {} if "connect_timeout" in make_url(url).query else {"connect_timeout": patience}
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=given)


def file_engine(url: str, path: Path, patience: float) -> Engine:
    """An engine of a file that reads and writes the file that lies there now, and never one that was removed or replaced."""
    waits = float(str(make_url(url).query.get("timeout", patience)))
    engine = create_engine(url, creator=partial(_open, path, waits), hide_parameters=True)
    event.listen(engine, "connect", partial(_set_up_file, path))
    event.listen(engine, "checkout", partial(_check_file, path))
    event.listen(engine, "begin", _begin)
    return engine


def has_tables(engine: Engine, metadata: MetaData) -> bool:
    """Whether all of these tables are there."""
    found = inspect(engine)
    return all(found.has_table(name) for name in metadata.tables)


@contextmanager
def writing(engine: Engine, lock: int, patience: int) -> Iterator[Connection]:
    """A transaction of which there is one at a time, whatever the number of processes: ``lock`` is the same in all of them.

    All that is written in it is kept at its end, or nothing is.
    """
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.set_config("lock_timeout", f"{patience}s", True)))
            connection.execute(select(func.pg_advisory_xact_lock(lock)))
        yield connection


def _open(path: Path, patience: float) -> sqlite3.Connection:
    """Open a file that is there: SQLite would make an empty one in place of one that is gone."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=patience, check_same_thread=False)


def _set_up_file(path: Path, connection: Any, record: Any) -> None:
    """Transactions begin when we say so, who reads does not wait for one who writes, and text that was tampered with is read."""
    record.info[_FILE] = _identity(path)
    connection.isolation_level = None
    connection.text_factory = lambda stored: stored.decode("utf-8", errors="surrogateescape")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # what was written outlives a power cut


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
    """Whoever is going to write waits for their turn at once, before reading where a table ends."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
