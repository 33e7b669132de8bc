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
_END = 4096  # bytes from the end, of which the last seal is one
_AT_ONCE = 100  # processes may write at the same moment: lines change places with those near to them


class Seal(NamedTuple):
    """The number of an entry and its seal."""

    number: int
    hash: str


_last_written: dict[str, Seal] = {}  # by this process, for each address


def bear(url: str, database: Path | None, written: Iterable[Seal]) -> None:
    """Keep the seals of entries that are now in the log at this address. Raises OSError."""
    for seal in written:
        _last_written[url] = seal
        if file := witness_file(database):
            with open(file, "ab") as added:  # lines as short as these are added whole, also by several processes
                added.write(f"{seal.number} {seal.hash}\n".encode())


def problem(connection: Connection, url: str, database: Path | None) -> str:
    """Why the log at this address is not what it was, in a sentence; blank where it holds what was last written.

    Raises OSError.
    """
    last = {"as this process wrote it": _last_written.get(url)}
    if file := witness_file(database):
        last[f"as {file.name} has it"] = _last(file)
    for source, seal in last.items():
        if seal and connection.scalar(select(entries.c.hash).where(entries.c.number == seal.number)) != seal.hash:
            return (
                f"The access log is not where it was: its entry {seal.number:,}, {source}, is missing or another; put back the "
                "latest copy of the audit database, or go on as deploy/README.md says (The log)."
            )
    return ""


def seals(database: Path | None) -> Iterator[Seal]:
    """Every seal that the file holds now, in the order of their numbers; none where there is no file. Raises OSError."""
    file = witness_file(database)
    return _in_order(file, file.stat().st_size) if file and file.exists() else iter(())


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


def _last(file: Path) -> Seal | None:
    """The last seal in the file; None where there is none."""
    try:
        with open(file, "rb") as opened:
            return _last_in(opened)
    except FileNotFoundError:
        return None


def _last_in(opened: BinaryIO) -> Seal | None:
    opened.seek(max(0, opened.seek(0, os.SEEK_END) - _END))
    *_, last = [None, *_LINE.finditer(opened.read())]
    return last and _seal(last)


def _seal(match: re.Match[bytes]) -> Seal:
    return Seal(int(match[1]), match[2].decode("ascii"))
