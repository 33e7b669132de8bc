"""The lists of readers and of ended sign-ins as they lie in the database, whatever somebody has put into them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, Integer, Table, Text, cast, func, select, type_coerce
from sqlalchemy.types import NullType

from audit.tables import grants

_LONGEST = 40  # letters of what does not belong there
_KINDS: dict[type, Callable[[Any], object]] = {Date: date.fromisoformat, DateTime: datetime.fromisoformat}


def rows(connection: Connection, table: Table) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of a list in their order, with days and instants as such; and a sentence on each that this program never wrote."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config("datestyle", "ISO", True)))
    read = select(*(_as_it_lies(column, connection.dialect.name) for column in table.c)).order_by(table.c.number)
    kept, sentences = [], []
    for row in connection.execute(read).mappings():
        odd = {column.name: row[column.name] for column in table.c if not _belongs(column, row[column.name])}
        if odd:
            sentences.append(_sentence(table, row["number"], odd))
        else:
            kept.append({column.name: _value(column, row[column.name]) for column in table.c})
    return kept, sentences


def _as_it_lies(column: Column[Any], engine: str) -> Any:
    """What a driver makes no day or instant of: some cannot be one in Python."""
    if engine == "postgresql":
        return cast(column, Text).label(column.name) if type(column.type) in _KINDS else column
    return type_coerce(column, NullType()).label(column.name)


def _belongs(column: Column[Any], value: object) -> bool:
    if value is None:
        return bool(column.nullable)
    try:
        _value(column, value)
    except ValueError:
        return False
    return isinstance(value, int if isinstance(column.type, Integer) else str)


def _value(column: Column[Any], value: Any) -> object:
    """Raises ValueError for a text that is no day or instant."""
    kind = _KINDS.get(type(column.type))
    return kind(value) if kind and isinstance(value, str) else value


def _sentence(table: Table, number: object, odd: Mapping[str, object]) -> str:
    told = ", ".join(f"{name}: {repr(value)[:_LONGEST]}" for name, value in odd.items())
    of = "readers" if table is grants else "ended sign-ins"
    return f"Row {number} of the list of {of} holds what this program never writes ({told}): somebody changed the list past it."
