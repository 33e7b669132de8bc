"""A second witness of the log, outside its database: a file that only grows, with the number and seal of every entry.

Against it, and against what this process wrote itself, a log is found that was put back to an earlier state: what is left of it
is a whole chain, so that the log alone cannot tell. It does not find what is done by somebody who puts back both, which the
file's owner can; on Linux ``chattr +a`` keeps all but root from shortening it.

A line is a seal once its line end is written. What a full disk cut short is taken back, or else stays a line that is none.
"""

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from heapq import heappop, heappush
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import Connection, select

from audit.settings import witness_file
from audit.tables import entries

try:
    import fcntl
except ImportError:  # pragma: no cover - where there is none, only one process should write
    fcntl = None  # type: ignore[assignment]

_LINE = re.compile(rb"^(\d{1,18}) ([0-9a-f]{64})\n", re.MULTILINE)
_NO_SEAL = b" " * 83 + b"\n"  # as long as the longest
_END = 4096  # bytes from the end, among which the last seal is
_PATIENCE = 10.0  # seconds: how long one waits for others who write
_AT_ONCE = 100  # processes may write at the same moment: lines change places with those near to them


class Unavailable(Exception):
    """The witness cannot be read or written; the message says why and what to do."""


class Seal(NamedTuple):
    """The number of an entry and its seal."""

    number: int
    hash: str


_last_written: dict[str, Seal] = {}  # by this process, for each address


def bear(url: str, database: Path | None, written: Iterable[Seal]) -> None:
    """Keep the seals of entries that are now in the log at this address: all of them, or none. Raises Unavailable."""
    seals = list(written)
    if not seals:
        return
    if file := witness_file(database):
        _add(file, seals)
    _last_written[url] = seals[-1]


def catch_up(connection: Connection, database: Path | None, last_number: int) -> bool:
    """Keep what a process that ended in between did not; whether the witness begins only now, though the log does not.

    Raises Unavailable, also where nothing more could be added.
    """
    file = witness_file(database)
    if file is None:
        return False
    last = _last(file)
    after = select(entries.c.number, entries.c.hash).order_by(entries.c.number)
    missing = connection.execute(after.where(entries.c.number > last.number)) if last and last.number < last_number else ()
    _add(file, [Seal(*row) for row in missing], try_room=not last)
    return not last and last_number > 0


def problem(connection: Connection, url: str, database: Path | None) -> str:
    """Why the log at this address is not what it was, in a sentence; blank where it holds what was last written.

    Raises Unavailable.
    """
    own, file = _last_written.get(url), witness_file(database)
    borne = _last(file) if file else None
    for seal, source in ((own, "as this process wrote it"), (borne, f"as {file and file.name} has it")):
        if seal and connection.scalar(select(entries.c.hash).where(entries.c.number == seal.number)) != seal.hash:
            return (
                f"The access log is not where it was: its entry {seal.number:,}, {source}, is missing or another; put back the "
                "latest copy of the audit database, or go on as deploy/README.md says (The log)."
            )
    if file and own and (not borne or borne.number < own.number):
        return (
            f"The second witness of the log, {file.name}, is gone or was cut short; put it back, or go on as deploy/README.md "
            "says (The log)."
        )
    return ""


def seals(database: Path | None) -> Iterator[Seal] | None:
    """Every seal that the witness has now, in the order of their numbers; None where none is to be kept.

    Raises Unavailable, also while they are read.
    """
    file = witness_file(database)
    if file is None:
        return None
    with _said(file, "read"):
        return _in_order(file, file.stat().st_size) if _is_there(file) else iter(())


def _in_order(file: Path, size: int) -> Iterator[Seal]:
    """The seals in the first so many bytes of a file."""
    waiting: list[Seal] = []
    with _said(file, "read"), open(file, "rb") as opened:
        for line in opened:
            size -= len(line)
            if size >= 0 and (match := _LINE.match(line)):
                heappush(waiting, _seal(match))
            if len(waiting) > _AT_ONCE:
                yield heappop(waiting)
    yield from sorted(waiting)


def _add(file: Path, borne: Iterable[Seal], *, try_room: bool = False) -> None:
    """Add a line for each seal: all of them, or none. Raises Unavailable, also where there was none to add but could not be.

    With ``try_room`` a disk without room for one more is found before there is one to add.
    """
    lines = b"".join(f"{seal.number} {seal.hash}\n".encode() for seal in borne)
    with _said(file, "written"):
        _is_there(file)
        with open(file, "a+b", buffering=0) as added:
            _wait_for_turn(added)
            if try_room:
                end = added.seek(0, os.SEEK_END)
                _add_whole(added, _NO_SEAL)
                _take_back(added, end)
            _add_whole(added, lines)


def _wait_for_turn(added: FileIO) -> None:
    """Have the file to oneself until it is closed: what one takes back must hold no line of another. Raises BlockingIOError."""
    give_up = time.monotonic() + _PATIENCE
    while fcntl and not _has_turn(added):
        if time.monotonic() > give_up:
            raise BlockingIOError("another process holds it")
        time.sleep(0.01)


def _has_turn(added: FileIO) -> bool:
    with suppress(OSError):  # of a file system that has no locks
        try:
            fcntl.flock(added, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _add_whole(added: FileIO, lines: bytes) -> None:
    """Add to a file whole lines, or nothing; to one that ends in a torn line, after a line end. Raises OSError."""
    end = added.seek(0, os.SEEK_END)
    added.seek(max(0, end - 1))
    if lines and added.read(1) not in (b"", b"\n"):
        lines = b"\n" + lines
    try:
        while lines:
            lines = lines[added.write(lines) :]
    except BaseException:
        _take_back(added, end)
        raise


def _take_back(added: FileIO, end: int) -> None:
    with suppress(OSError):  # under `chattr +a` it stays, a line that is no seal
        added.truncate(end)


def _last(file: Path) -> Seal | None:
    """The last entry that the file has; None where it has none. Raises Unavailable."""
    with _said(file, "read"):
        if not _is_there(file):
            return None
        with open(file, "rb") as opened:
            return _last_in(opened)


def _is_there(file: Path) -> bool:
    """Whether a file is there. Raises OSError where what is there is none: a device may be read for ever."""
    try:
        mode = file.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not stat.S_ISREG(mode):
        raise OSError(f"it is a {'folder' if stat.S_ISDIR(mode) else 'device or a pipe'}, and no file")
    return True


@contextmanager
def _said(file: Path, done: str) -> Iterator[None]:
    """Whatever the system says of the file is said in a sentence."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The second witness of the log at {file} could not be {done} ({error.strerror or error}); see that it is a "
            "file which can be read and added to, with room on its disk, or set AUDIT_WITNESS to where it is."
        ) from error


def _last_in(opened: BinaryIO) -> Seal | None:
    opened.seek(max(0, opened.seek(0, os.SEEK_END) - _END))
    return max(map(_seal, _LINE.finditer(opened.read())), default=None)


def _seal(match: re.Match[bytes]) -> Seal:
    return Seal(int(match[1]), match[2].decode("ascii"))
