"""Works on a copy of a DuckDB file, swapped in at once: nobody reading is disturbed, and a load broken off leaves no trace."""

import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import make_url

from ingest.files import kind_of, told
from queries.addresses import shown
from queries.engine import DatabaseUnavailable, parse_address

DRY_RUN = "ingest-dry-run-"  # how the folders of databases that only a dry run fills begin
A_MINUTE = 60  # seconds in which a dry run has begun to hold its database


@contextmanager
def working_copy(url: str) -> Iterator[str]:
    """The address to load into: a copy of the DuckDB file, in a folder of its own beside it; a database server itself.

    The copy is gone at the end unless it has been put in place, and so is what was made for a new database where none came of
    it. Raises DatabaseUnavailable while another import holds the file.
    """
    path = _file_at(url)
    if path is None:
        yield url
        return
    with _folder_of(path), _only_import(path):
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
        if Path(f"{copy}.wal").exists():
            raise OSError(f"not all that was loaded could be written to {told(str(copy))}")
        os.replace(copy, path)


@contextmanager
def spare_database() -> Iterator[str]:
    """The address of an empty database that is gone at the end; first go those of dry runs that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{DRY_RUN}*"):
        with suppress(OSError, Timeout):
            about = left.lstat()
            if about.st_uid == os.getuid() and time.time() - about.st_mtime > A_MINUTE and left.is_dir():
                with FileLock(left / "empty.duckdb.lock", timeout=0):
                    shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=DRY_RUN) as folder:
        yield f"duckdb:///{folder}/empty.duckdb"


def is_there(url: str) -> bool:
    """Whether there is a database at an address: of a server, that is asked when it is opened."""
    path = _file_at(url)
    return path is None or path.exists()


def _file_at(url: str) -> Path | None:
    """The DuckDB file of an address; None for a database server."""
    address = parse_address(url)
    if address.get_backend_name() != "duckdb":
        return None
    if not address.database or address.database.startswith(":memory:"):
        raise DatabaseUnavailable(
            f"{shown(address)} is in memory alone, and lost when the load ends; give a file, such as duckdb:///data/reporting.duckdb."
        )
    path = Path(os.path.realpath(address.database))
    if why := _objection(path):
        raise DatabaseUnavailable(f"{told(str(path))} {why}")
    return path


def _objection(path: Path) -> str:
    """Why no database can be at a path, to be said after it; empty where one can."""
    if told(str(path)) != str(path):
        return "has signs in its name that not every program can write; give one of letters and digits."
    with suppress(OSError):
        if kind := kind_of(os.stat(path).st_mode):
            return f"is {kind}, not a database; give a file, such as duckdb:///data/reporting.duckdb."
    return "is a link that leads back to itself; give the file." if path.is_symlink() else ""


@contextmanager
def _folder_of(path: Path) -> Iterator[None]:
    """The folder of a new database is made, but none above it: a slip of the pen in an address makes no tree of folders."""
    is_new = not path.parent.exists()
    try:
        path.parent.mkdir(exist_ok=True)
    except (FileNotFoundError, FileExistsError, NotADirectoryError):
        lacking = path.parent if path.parent.exists() else path.parent.parent
        raise DatabaseUnavailable(
            f"There is no folder {lacking} for the database {path}; make it, or correct the address."
        ) from None
    try:
        yield
    finally:
        if is_new:
            with suppress(OSError):  # there is something in it
                path.parent.rmdir()


@contextmanager
def _only_import(path: Path) -> Iterator[None]:
    """The operating system frees the lock of a process that died, so a stale lock file stops nobody.

    It stays beside a database. Who has opened one that is then taken away does not hold it: FileLock looks whether it is there.
    """
    lock = FileLock(f"{path}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise DatabaseUnavailable(f"Another import is loading into {path}; wait until it has ended and load again.") from None
    try:
        yield
    finally:
        if not path.exists():
            with suppress(OSError):  # Windows takes away no file that is open
                Path(lock.lock_file).unlink()
        lock.release()


def _clear_away(path: Path) -> None:
    """Remove what an import that was killed left behind, and refuse a database that another program is writing to."""
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.loading-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    if Path(f"{path}.wal").exists():
        raise DatabaseUnavailable(
            f"{path}.wal shows that another program is writing to the database, or failed while writing; "
            "end it, or open the database once with DuckDB, which completes what was written, and load again."
        )
