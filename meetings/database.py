"""Connections to the memory: a SQLite file under ``data/``, made on first use, or the PostgreSQL that ``MEETINGS_URL`` names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from meetings.tables import metadata
from queries import small_databases
from queries.addresses import shown
from queries.faults import cause
from queries.small_databases import PATIENCE

DEFAULT_URL = f"sqlite:///{Path(__file__).parent.parent / 'data' / 'meetings.sqlite'}"
WRITE_LOCK = 7_204_121  # any number, the same in every process: PostgreSQL lets one at a time hold it
SECONDS_BETWEEN_TRIES = 20.0  # of reading one that could not be read: nobody waits for it at every page
ON_SCREEN = (
    "The memory of meetings cannot be {done} at the moment: {lost}. Figures are shown as before; tell whoever looks after this "
    "dashboard."
)
_LOST = {
    "read": "notes, decisions, events and restarts that were recorded on a page are missing",
    "written": "nothing was kept, and what you wrote still stands in the form",
}
_unreadable_until: dict[str, float] = {}  # by address


class MemoryUnavailable(Exception):
    """The memory cannot be opened, read or written. The message says why, to whoever looks after the server.

    ``on_screen`` is what readers are told.
    """

    def __init__(self, why: str, done: str) -> None:
        super().__init__(why)
        self.on_screen = ON_SCREEN.format(done=done, lost=_LOST[done])


def meetings_url() -> str:
    """The address of the memory."""
    return os.environ.get("MEETINGS_URL", "").strip() or DEFAULT_URL


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection that reads. Raises MemoryUnavailable; for a while after that at once."""
    url = meetings_url()
    if monotonic() < _unreadable_until.get(url, 0.0):
        raise MemoryUnavailable("The memory of meetings could not be read a moment ago.", "read")
    try:
        with _translated("read", url), _engine(url).connect() as connection:
            yield connection
    except MemoryUnavailable:
        _unreadable_until[url] = monotonic() + SECONDS_BETWEEN_TRIES
        raise


@contextmanager
def writing() -> Iterator[Connection]:
    """A transaction, of which there is one at a time: all that is written in it is kept, or nothing. Raises MemoryUnavailable."""
    url = meetings_url()
    with _translated("written", url), small_databases.writing(_engine(url), WRITE_LOCK, PATIENCE) as connection:
        yield connection
    _unreadable_until.pop(url, None)


def prepare() -> None:
    """Make the tables that are not there yet, as their owner. Raises MemoryUnavailable."""
    with writing() as connection:
        metadata.create_all(connection)


@contextmanager
def _translated(done: str, url: str) -> Iterator[None]:
    """Whatever fails is said in one sentence, without what was being written."""
    try:
        yield
    except MemoryUnavailable as error:  # of an address that is none
        raise MemoryUnavailable(str(error), done) from None
    except (SQLAlchemyError, OSError, UnicodeError, Timeout) as error:
        raise MemoryUnavailable(
            f"The memory of meetings at {shown(url)} could not be {done}: {cause(error, url)}.", done
        ) from error


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    try:
        path = small_databases.file_of(url)
    except ValueError as kind:
        raise MemoryUnavailable(
            f"The text that begins with {str(kind)!r} is not an address for the memory of meetings; set MEETINGS_URL to one such "
            "as sqlite:////srv/meetings.sqlite or postgresql://host/name.",
            "read",
        ) from None
    if path is None:
        return small_databases.server_engine(url, PATIENCE)
    engine = small_databases.file_engine(url, path, PATIENCE)
    if not path.exists() or not small_databases.has_tables(engine, metadata):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=PATIENCE):
            path.touch(mode=0o600)
            with engine.execution_options(writes=True).begin() as connection:
                metadata.create_all(connection)
    return engine
