"""Asks the queries of a mapping of the force's own database, which is only read, and hands their rows on like those of a file."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import URL, Connection, CursorResult, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from ingest.database import FAILURES, patience
from ingest.extract import ROWS, Batch, Extract, translated
from ingest.files import kind_of
from ingest.layouts import match
from ingest.mapping import MappingFile, MappingRefused, translating
from ingest.reading import Content, FileRefusedError
from ingest.sources import Source
from queries.addresses import shown
from queries.engine import DatabaseUnavailable, cause

NOT_AN_ADDRESS = (
    "What --source gives is not a database address; give one such as postgresql+psycopg://login@host/warehouse or "
    "sqlite:///warehouse.sqlite."
)
HASHES = 1 << 256
PACKAGES = {"MySQLdb": "mysqlclient", "psycopg2": "psycopg2-binary"}  # where a driver's package has another name


@dataclass(frozen=True)
class Query(Source):
    """A query of a mapping, to be asked of a warehouse."""

    warehouse: "_Warehouse | None" = None

    @property
    def name(self) -> str:
        assert self.entry is not None
        return f"{self.path}: {self.entry.name}"

    def opened(self, today: date) -> "QueryExtract":
        """Ask it. Raises FileRefusedError where it lacks a required column, DatabaseUnavailable where it cannot be asked."""
        assert self.entry is not None and self.warehouse is not None
        result = self.warehouse.ask(self.name, self.entry.query)
        layout, keys = translating.layout(self.entry, today), result.keys()
        try:
            header = match(layout, [str(key or "") for key in keys], self.name)
        except FileRefusedError:
            result.close()
            raise
        header = translating.without_unmapped(header, self.entry, self.entries)
        return QueryExtract(self, self.entry.table, Content(BytesIO, "", "utf-8-sig"), layout, header, self.warehouse, result)


@dataclass
class QueryExtract(Extract):
    """The rows that a query gives. Its content is known once all have been read: whatever their order, the same rows are."""

    header_lines = 0
    warehouse: "_Warehouse"
    result: CursorResult[Any]

    def batches(self) -> Iterator[Batch]:
        """All rows, numbered from 1."""
        content, number = 0, 0
        with closing(self.result):
            for rows in self.warehouse.partitions(self.source.name, self.result):
                batch = Batch(lines=list(range(number + 1, number + len(rows) + 1)), lines_read=len(rows))
                batch.rows = [self._texts(row) for row in rows]
                content += sum(int.from_bytes(hashlib.sha256("\x1f".join(row).encode()).digest()) for row in batch.rows)
                number += len(rows)
                yield translated(batch, self.header, self.layout)
        digest = hashlib.sha256(f"{self.header.read} {number} {content % HASHES}".encode()).hexdigest()
        assert self.source.entry is not None
        self.content = translating.content_for(self.source.entry, replace(self.content, sha256=digest))

    def _texts(self, row: Sequence[Any]) -> list[str]:
        """A row as a file would have it; what is not read is left blank."""
        read = set(self.header.read)
        return [self._text(name, cell) if name in read else "" for name, cell in zip(self.header.names, row, strict=True)]

    def _text(self, name: str, value: Any) -> str:
        text = text_of(value)
        if text is None:
            raise FileRefusedError(
                f"{self.source.name}: the column {name} holds values of type {type(value).__name__}, which are no texts, numbers "
                "or dates; turn them into texts in the query."
            )
        return text


def text_of(value: Any) -> str | None:
    """A value as a file would write it: times in ISO 8601, numbers without exponent; None for what cannot be written so."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case int() | UUID():
            return str(value)
        case Decimal():
            return format(value, "f")
        case float():  # a whole number may be an id
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime() | date() | time():
            return value.isoformat()
    return None


@dataclass(frozen=True)
class _Warehouse:
    """A connection that only reads, and its address."""

    connection: Connection
    url: URL

    def ask(self, name: str, query: str) -> CursorResult[Any]:
        """Begin to read the rows of a query, which is asked just as it is written."""
        options = {"stream_results": True, "yield_per": ROWS, "no_parameters": True}
        try:
            return self.connection.exec_driver_sql(query, execution_options=options)
        except FAILURES as error:
            raise self._failed(name, error) from None

    def partitions(self, name: str, result: CursorResult[Any]) -> Iterator[Sequence[Any]]:
        """The rows, some at a time."""
        try:
            yield from result.partitions(ROWS)
        except FAILURES as error:
            raise self._failed(name, error) from None

    def _failed(self, name: str, error: Exception) -> DatabaseUnavailable:
        why = cause(error, self.url)
        return DatabaseUnavailable(f"{name} could not be read from {shown(self.url)}, and nothing was loaded: {why}.")


@contextmanager
def asked(address: str | None, mapping: MappingFile | None) -> Iterator[list[Query]]:
    """The queries of a mapping, to be asked of the warehouse at an address while this lasts; none without an address.

    All are asked of one state of a PostgreSQL. Raises DatabaseUnavailable where it cannot be reached, or its driver is missing.
    """
    if address is None or mapping is None:
        yield []
        return
    if not mapping.queries:
        raise MappingRefused(f"{mapping.name} holds no query to ask; add one, as in docs/mapping.example.toml.")
    url = _url(address)
    try:
        connection = _engine(url).connect()
    except FAILURES as error:
        why = cause(error, url)
        raise DatabaseUnavailable(f"The warehouse {shown(url)} cannot be opened, and nothing was loaded: {why}.") from None
    with connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        warehouse = _Warehouse(connection, url)
        yield [
            Query(Path(mapping.name), entry.table, entry=entry, entries=(entry,), warehouse=warehouse)
            for entry in mapping.queries
        ]


def _url(address: str) -> URL:
    try:
        return make_url(address)
    except (ArgumentError, ValueError):  # what was given may hold a password: it is not repeated
        raise DatabaseUnavailable(NOT_AN_ADDRESS) from None


def _engine(url: URL) -> Engine:
    """One that cannot write, where the kind of database has a way to say so."""
    try:
        match url.get_backend_name():
            case "sqlite" | "duckdb" if url.database and (kind := _kind(url.database)):
                raise OSError(f"it is {kind}, not a file")
            case "sqlite":
                file = f"file:{quote(url.database or '')}?mode=ro"
                return create_engine(url, creator=lambda: sqlite3.connect(file, uri=True), poolclass=NullPool)
            case "duckdb":
                return create_engine(url, connect_args={"read_only": True}, poolclass=NullPool)
        return create_engine(url, poolclass=NullPool, connect_args=patience(url))
    except NoSuchModuleError:
        raise DatabaseUnavailable(f"{url.drivername!r} is no kind of database that is known here. {NOT_AN_ADDRESS}") from None
    except ImportError as error:
        package = PACKAGES.get(error.name or "", error.name)
        raise DatabaseUnavailable(
            f"{url.drivername} needs the driver {error.name}, which is not installed; install it with "
            f"`.venv/bin/python -m pip install {package}`, or name another, as in mssql+pymssql://... or oracle+oracledb://..."
        ) from None


def _kind(path: str) -> str:
    """What stands at a path if it is no file."""
    with suppress(OSError, ValueError):  # whether it is there is said when it is opened
        return kind_of(os.stat(path).st_mode)
    return ""
