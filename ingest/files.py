"""Finds the files to load, in the order in which they need one another, and reads each as text: one list for each column."""

import csv
import difflib
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table

from ingest import police_uk
from ingest.report import Rejection
from queries.tables import CONTRACT, metadata, stop_searches

TABLE_FILE = re.compile(rf"({'|'.join(table.name for table in CONTRACT)})([-_ ]?\(?\d.*)?", re.IGNORECASE)


class FileRefusedError(Exception):
    """A file of which nothing can be taken; the message is the one sentence to show."""


@dataclass(frozen=True)
class Source:
    """A file and the table that its name promises (None where it names no table); ``force`` marks a file of data.police.uk."""

    path: Path
    table: Table | None
    force: str | None = None


@dataclass(frozen=True)
class Extract:
    """A file as read, every cell still text. ``lines``, ``rows`` and each of ``columns`` run side by side, one entry a row."""

    source: Source
    table: Table
    sha256: str
    encoding: str
    header: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    lines: list[int]  # where each row's record starts in the file
    rows: list[list[str]]  # as given, in the order of the header
    columns: dict[str, Sequence[str]]  # by the contract's names
    misshapen: list[Rejection]

    @property
    def load_id(self) -> str:
        """The same for the same content wherever the file lies, so that a file loaded again is known again."""
        return hashlib.sha256(f"{self.table.name} {self.source.force} {self.sha256}".encode()).hexdigest()[:32]

    def row_json(self, index: int) -> str:
        """The row as given, without the columns that the contract does not know: they might name a child."""
        cells = zip(self.header, self.rows[index], strict=True)
        return json.dumps({name: text for name, text in cells if name not in self.unknown_columns}, ensure_ascii=False)


def in_loading_order(paths: Iterable[Path | str]) -> list[Source]:
    """Every file once: first the tables that others refer to, then by the dates in the names, so that later months come later."""
    files = dict.fromkeys(file.resolve() for path in paths for file in _files_in(Path(path)))
    order = {table.name: position for position, table in enumerate(CONTRACT)}
    sources = [_source(file) for file in files]
    return sorted(
        sources, key=lambda source: (order[source.table.name] if source.table is not None else len(order), _by_date(source.path))
    )


def read(source: Source) -> Extract:
    """Raises FileRefusedError where the file is of no table, not CSV, or lacks a required column."""
    name = source.path.name
    raw = _bytes_of(source.path)
    if source.table is None:
        tables = ", ".join(table.name for table in CONTRACT)
        raise FileRefusedError(
            f"{name} is not named after a table; name it as in crimes.csv or crimes-2025-06.csv after one of {tables}."
        )
    text, encoding = _decode(raw, name)
    records = _records(text, name)
    first = next(records, None)
    if not isinstance(first, tuple):
        raise FileRefusedError(f"{name} has no header line that can be read; its first line must name the columns.")
    header, known = _match_header(source, first[1])
    good, misshapen = _same_width(records, len(header))
    lines, rows = [line for line, _ in good], [row for _, row in good]
    columns = _by_column(header, known, rows)
    if source.force:
        columns = police_uk.contract_columns(source.force, columns)
    unknown = tuple(column for column in header if column not in known)
    digest = hashlib.sha256(raw).hexdigest()
    return Extract(source, source.table, digest, encoding, header, unknown, lines, rows, columns, misshapen)


def _by_column(header: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Sequence[str]]:
    positions = {name: header.index(name) for name in names}
    return {name: [row[position] for row in rows] for name, position in positions.items()}


def _files_in(path: Path) -> list[Path]:
    """A file itself; of a folder all CSV files in it and below it, and whatever else is named after a table."""
    if not path.is_dir():
        return [path]
    inside = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith((".", "~")))
    return [file for file in inside if file.suffix.lower() == ".csv" or _source(file).table is not None] or [path]


def _source(path: Path) -> Source:
    force = police_uk.force_of(path.name)
    if force:
        return Source(path, stop_searches, force)
    match = TABLE_FILE.fullmatch(path.name.partition(".")[0].strip())
    return Source(path, metadata.tables[match[1].lower()] if match else None)


def _by_date(path: Path) -> tuple[list[int], str]:
    """'crimes-2025-9.csv' before 'crimes_2025-10.csv', and a plain 'crimes.csv' before both."""
    return [int(number) for number in re.findall(r"\d+", path.name)], path.name.lower()


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise FileRefusedError(
            f"The folder {path} holds no extract; put CSV files there, named after their tables, such as crimes.csv."
        )
    if not path.exists():
        raise FileRefusedError(f"There is no file {path}; give the extracts, or a folder of them.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"{path.name} cannot be read ({error.strerror}); make it readable and load it again.") from None


def _decode(raw: bytes, name: str) -> tuple[str, str]:
    if not raw.strip():
        raise FileRefusedError(f"{name} is empty; export it again with a header line.")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileRefusedError(f"{name} is a spreadsheet or an archive, not a CSV file; save it as 'CSV UTF-8' and load that.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError(f"{name} is in UTF-16; save it as 'CSV UTF-8' and load that.")
    if b"\x00" not in raw:
        for encoding, label in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
            try:
                return raw.decode(encoding), label
            except UnicodeDecodeError:
                continue
    raise FileRefusedError(f"{name} is not text in UTF-8 or Windows-1252; save it as 'CSV UTF-8' and load that.")


def _records(text: str, name: str) -> Iterator[tuple[int, list[str]] | Rejection]:
    """Each record with the number of the line it starts on; one whose quotation marks do not pair is a rejection."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    while True:
        start = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise FileRefusedError(
                    f"{name} opens a quotation mark on line {start} that is never closed; close it and load it again."
                ) from None
            record = "".join(lines[start - 1 : reader.line_num])
            yield Rejection(start, None, None, "has quotation marks that do not pair", json.dumps([record], ensure_ascii=False))
        else:
            if row:
                yield start, row


def _same_width(
    records: Iterable[tuple[int, list[str]] | Rejection], width: int
) -> tuple[list[tuple[int, list[str]]], list[Rejection]]:
    good: list[tuple[int, list[str]]] = []
    misshapen: list[Rejection] = []
    for record in records:
        if isinstance(record, Rejection):
            misshapen.append(record)
        elif len(record[1]) == width:
            good.append(record)
        else:
            line, row = record
            reason = f"has too {'few' if len(row) < width else 'many'} fields: {len(row)} instead of {width}"
            misshapen.append(Rejection(line, None, None, reason, json.dumps(row, ensure_ascii=False)))
    return good, misshapen


def _match_header(source: Source, first_row: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The header with known names as the contract writes them, and which those are, whatever their case, order and blanks."""
    known, required = _layout(source)
    names = {name.casefold(): name for name in known}
    texts = (text.strip() or f"(column {number} without a name)" for number, text in enumerate(first_row, 1))
    header = tuple(names.get(text.casefold(), text) for text in texts)
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice:
        raise FileRefusedError(f"{source.path.name} names the column {twice} twice; keep one of them and load it again.")
    missing = [name for name in required if name not in header]
    if missing:
        raise FileRefusedError(_missing_columns(source, missing, [name for name in header if name not in known]))
    return header, [name for name in known if name in header]


def _layout(source: Source) -> tuple[Sequence[str], Sequence[str]]:
    if source.force:
        return police_uk.COLUMNS, police_uk.REQUIRED
    columns = [] if source.table is None else list(source.table.columns)
    return [column.name for column in columns], [column.name for column in columns if not column.nullable]


def _missing_columns(source: Source, missing: Sequence[str], others: Sequence[str]) -> str:
    """'crimes.csv lacks the required column recorded_on (nearest header: recorded) ...'"""
    hints = []
    for name in missing:
        near = difflib.get_close_matches(name, others, n=1, cutoff=0.0)
        hints.append(f"{name} (nearest header: {near[0]})" if near else name)
    noun, it = ("column", "it") if len(missing) == 1 else ("columns", "them")
    return f"{source.path.name} lacks the required {noun} {', '.join(hints)}; add or rename {it}, and load the file again."
