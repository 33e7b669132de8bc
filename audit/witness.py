"""A second witness of the log, outside its database: a file that only grows, with the number and seal of every entry.

Against it, and against what this process wrote itself, a log is found that was put back to an earlier state: what is left of it
is a whole chain, so that the log alone cannot tell. It does not find what is done by somebody who puts back both, which the
file's owner can; on Linux ``chattr +a`` keeps all but root from shortening it.
"""

import os
import re
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import Connection, select

from audit.settings import witness_file
from audit.tables import entries

_LINE = re.compile(rb"^(\d{1,18}) ([0-9a-f]{64})$", re.MULTILINE)
_END = 4096  # bytes from the end, among which the last seal is
_AT_ONCE = 100  # processes may write at the same moment: lines change places with those near to them


class Seal(NamedTuple):
    """The number of an entry and its seal."""

    number: int
    hash: str


_last_written: dict[str, Seal] = {}  # by this process, for each address


def bear(url: str, database: Path | None, written: Iterable[Seal]) -> None:
    """Keep the seals of entries that are now in the log at this address. Raises OSError."""
    for seal in written:
        if file := witness_file(database):
            _add(file, [seal])
        _last_written[url] = seal


def catch_up(connection: Connection, database: Path | None, last_number: int) -> bool:
    """Keep what a process that ended in between did not; whether the witness begins only now, though the log does not.

    Raises OSError.
    """
    file = witness_file(database)
    last = _last(file) if file else None
    if file and last and last.number < last_number:
        after = select(entries.c.number, entries.c.hash).where(entries.c.number > last.number).order_by(entries.c.number)
        _add(file, [Seal(*row) for row in connection.execute(after)])
    return bool(file and not last and last_number)


def problem(connection: Connection, url: str, database: Path | None) -> str:
    """Why the log at this address is not what it was, in a sentence; blank where it holds what was last written.

    Raises OSError.
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
    """Every seal that the witness has now, in the order of their numbers; None where none is to be kept. Raises OSError."""
    file = witness_file(database)
    if file is None:
        return None
    return _in_order(file, file.stat().st_size) if file.exists() else iter(())


def _in_order(file: Path, size: int) -> Iterator[Seal]:
    """The seals in the first so many bytes of a file."""
    waiting: list[Seal] = []
    with open(file, "rb") as opened:
        for line in opened:
            size -= len(line)
            if size >= 0 and (match := _LINE.match(line)):
                heappush(waiting, _seal(match))
            if len(waiting) > _AT_ONCE:
                yield heappop(waiting)
    yield from sorted(waiting)


def _add(file: Path, borne: Iterable[Seal]) -> None:
    with open(file, "ab") as added:  # lines as short as these are added whole, also by several processes
        added.write(b"".join(f"{seal.number} {seal.hash}\n".encode() for seal in borne))


def _last(file: Path) -> Seal | None:
    """The last entry that the file has; None where it has none."""
    try:
        with open(file, "rb") as opened:
            return _last_in(opened)
    except FileNotFoundError:
        return None


def _last_in(opened: BinaryIO) -> Seal | None:
    opened.seek(max(0, opened.seek(0, os.SEEK_END) - _END))
    return max(map(_seal, _LINE.finditer(opened.read())), default=None)


def _seal(match: re.Match[bytes]) -> Seal:
    return Seal(int(match[1]), match[2].decode("ascii"))
