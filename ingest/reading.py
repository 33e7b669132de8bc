"""Reads a CSV file line by line into records, so that each line ends up in one, or is named: nothing is swallowed unseen."""

import codecs
import csv
import hashlib
import io
import lzma
import sys
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

MOST_LINES = 50  # of one record; more is a quotation mark that was never closed
LONGEST_LINE = 10_000_000  # bytes: what is longer is read into memory whole, and is no extract
CHUNK = 1 << 20
ENCODINGS = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
NOT_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)  # of an archive that opens, but is damaged further on
SPREADSHEETS_AND_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

csv.field_size_limit(sys.maxsize)  # a long narrative is no fault; an unclosed mark is stopped by MOST_LINES

Open = Callable[[], BinaryIO]


class FileRefusedError(Exception):
    """A file of which nothing can be taken; the message is the one sentence to show."""


@dataclass(frozen=True)
class Content:
    """A file as bytes: its hash, the encoding in which all of it can be read, and what it is called when it is refused."""

    open: Open
    sha256: str
    encoding: str
    name: str = ""

    @property
    def encoding_name(self) -> str:
        return ENCODINGS[self.encoding]


class Record(NamedTuple):  # of which there are millions
    """One record of a file: the number of its first line, how many lines it takes, and its cells.

    ``is_doubtful`` where it stands behind a quotation mark that was never closed: it may be a row, or a part of somebody's text.
    """

    line: int
    lines: int
    cells: list[str]
    is_doubtful: bool = False


class BadLine(NamedTuple):
    """One line that belongs to no record, why, and how many characters it has: its text is kept nowhere."""

    line: int
    reason: str
    characters: int


Accepts = Callable[[Sequence[str]], str]  # why a record of several lines cannot be one; empty where it can
LooksLikeRow = Callable[[Sequence[str], Sequence[str]], bool]  # whether some cells are a row like that of these others


def content(opened: Open, name: str) -> Content:
    """Read a file once, to be sure of its encoding before anything of it is taken. Raises FileRefusedError."""
    try:
        return _read_through(opened, name)
    except (*DAMAGED, OSError) as error:
        why = getattr(error, "strerror", None)  # of the disk; what unpacks has none
        refused = f"read ({why}); make it readable and load it again" if why else "unpacked; unpack it by hand and load the files"
        raise FileRefusedError(f"{name} cannot be {refused}.") from None


def _read_through(opened: Open, name: str) -> Content:
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    is_utf_8, is_cp1252, is_blank, lines, since_line = True, True, True, 0, 0
    with opened() as file:
        first = file.read(CHUNK)
        _refuse_other_formats(first, name)
        for chunk in _chunks(first, file):
            digest.update(chunk)
            if b"\x00" in chunk:
                raise FileRefusedError(_nul(chunk, lines, name))
            since_line = 0 if b"\n" in chunk or b"\r" in chunk else since_line + len(chunk)
            if since_line > LONGEST_LINE:
                raise FileRefusedError(f"{name} has a line of over {LONGEST_LINE:,} bytes; export it again, a row on each line.")
            lines += chunk.count(b"\n")
            is_utf_8 = is_utf_8 and _decodes(decoder, chunk)
            is_cp1252 = is_cp1252 and len(chunk) == len(chunk.translate(None, NOT_IN_CP1252))
            is_blank = is_blank and not chunk.strip()
    is_utf_8 = is_utf_8 and _decodes(decoder, b"", final=True)
    if is_blank:
        raise FileRefusedError(f"{name} is empty; export it again with a header line.")
    if not is_utf_8 and not is_cp1252:
        raise FileRefusedError(_not_text(name))
    return Content(opened, digest.hexdigest(), "utf-8-sig" if is_utf_8 else "cp1252", name)


def _nul(chunk: bytes, lines: int, name: str) -> str:
    """What to say of a file with NUL characters, as every other one of UTF-16 is; ``lines`` came before this part of it."""
    if chunk.count(b"\x00") > len(chunk) / 10:
        return _not_text(name)
    line = lines + chunk[: chunk.index(b"\x00")].count(b"\n") + 1
    return f"{name} has a NUL character on line {line:,}, which no text has; take it out, or export the file again."


def _chunks(first: bytes, file: BinaryIO) -> Iterator[bytes]:
    while first:
        yield first
        first = file.read(CHUNK)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_other_formats(first: bytes, name: str) -> None:
    if first.startswith(SPREADSHEETS_AND_ARCHIVES):
        raise FileRefusedError(f"{name} is a spreadsheet or an archive, not a CSV file; save it as 'CSV UTF-8' and load that.")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileRefusedError(f"{name} is in UTF-16; save it as 'CSV UTF-8' and load that.")


def _not_text(name: str) -> str:
    return f"{name} is not text in UTF-8 or Windows-1252; save it as 'CSV UTF-8' and load that."


class Lines:
    """The lines of a file, one after the other, which can be gone back over: ``number`` have been handed out so far."""

    def __init__(self, file: Iterable[str]) -> None:
        self._file = iter(file)
        self._again: deque[str] = deque()
        self.held: list[str] = []
        self.number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if len(self.held) == MOST_LINES:
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._file)
        self.held.append(line)
        self.number += 1
        return line

    def go_on(self) -> None:
        """A record is complete: its lines are not needed again."""
        self.held.clear()

    def go_back_to_second(self) -> str:
        """Hand out again all but the first line of what was held, and return that one."""
        first, *others = self.held
        self._again.extendleft(reversed(others))
        self.number -= len(others)
        self.held.clear()
        return first


def records(of: Content, accepts: Accepts, looks_like_row: LooksLikeRow) -> Iterator[Record | BadLine]:
    """All of a file, see `_records`. Raises FileRefusedError where it is no longer what was read before."""
    try:
        yield from _records(of, accepts, looks_like_row)
    except (*DAMAGED, OSError, UnicodeDecodeError):
        raise FileRefusedError(f"{of.name} changed while it was read; load it again once it is complete.") from None


def _records(of: Content, accepts: Accepts, looks_like_row: LooksLikeRow) -> Iterator[Record | BadLine]:
    """Every line of a file in order: in a `Record`, or as a `BadLine`; a blank line is a record without cells.

    Where a record cannot be one, its first line is a bad one, and reading goes on with the second: a quotation mark too many
    costs its own line. What stands on the others is doubtful, and no record if it has a quotation mark too. ``accepts`` is asked
    about the cells of a record of several lines, ``looks_like_row`` about each of its further lines, beside its own cells.
    """
    with of.open() as raw:
        lines = Lines(io.TextIOWrapper(raw, encoding=of.encoding, newline=""))
        reader = csv.reader(lines, strict=True)
        doubtful_until = 0
        while True:
            start = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                reason = _reason(error, lines)
            else:
                if start > doubtful_until and len(lines.held) == 1:
                    lines.go_on()
                    yield Record(start, 1, cells)
                    continue
                reason = _objection(cells, lines, start <= doubtful_until, accepts, looks_like_row)
                if not reason:
                    yield Record(start, len(lines.held), cells, start <= doubtful_until)
                    lines.go_on()
                    continue
            doubtful_until = max(doubtful_until, lines.number)
            yield BadLine(start, reason, len(lines.go_back_to_second().rstrip("\r\n")))
            reader = csv.reader(lines, strict=True)


def _objection(cells: Sequence[str], lines: Lines, is_doubtful: bool, accepts: Accepts, looks_like_row: LooksLikeRow) -> str:
    """Why a record of several lines, or a doubtful one, cannot be one; empty where it can."""
    if is_doubtful and any('"' in line for line in lines.held):
        return "has quotation marks that do not pair"
    if len(lines.held) == 1:
        return ""
    return accepts(cells) or _swallowed(lines, cells, looks_like_row)


def _reason(error: csv.Error, lines: Lines) -> str:
    if "unexpected end of data" not in str(error):
        return "has quotation marks that do not pair"
    if len(lines.held) == MOST_LINES:
        return f"opens a quotation mark that is not closed within {MOST_LINES} lines"
    return "opens a quotation mark that is never closed"


def _swallowed(lines: Lines, own: Sequence[str], looks_like_row: LooksLikeRow) -> str:
    """Why the further lines of a record are not its own; empty where they are."""
    for number, line in enumerate(lines.held[1:], lines.number - len(lines.held) + 2):
        cells = next(csv.reader([line.rstrip("\r\n")]), [])
        if looks_like_row([cell.strip('"') for cell in cells], own):
            return f"opens a quotation mark that is not closed before line {number}, which is a row of its own"
    return ""
