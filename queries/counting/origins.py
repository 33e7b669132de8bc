"""From which columns of the contract's tables a count is made, however many definitions lie between.

What was not read of these is told where the figure stands.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, FromClause, Table
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import AliasedReturnsRows

from queries.counting.counts import Count, Durations
from queries.tables import CONTRACT


@cache
def columns_of(part: Count | Durations) -> frozenset[Column[Any]]:
    """The columns by which it is decided what is counted and when: of the events' rows, and of children and care where asked."""
    asked: list[ColumnElement[Any] | None] = [part.events.age_known, part.events.date, part.where]
    asked += [part.distinct, part.total] if isinstance(part, Count) else [part.length, part.ended]
    return frozenset(_columns(expression for expression in asked if expression is not None))


@cache
def tables_of(part: Count | Durations) -> frozenset[Table]:
    """The tables whose rows it counts, or whose rows belong to these: crimes, say, with their suspects and outcomes."""
    counted = set(part.events.tables)
    asked = {column.table for column in columns_of(part) if isinstance(column.table, Table)}
    return frozenset(counted | {table for table in asked if _parents(table) & counted})


def _parents(table: Table) -> set[Table]:
    """The tables to which the key of this one refers."""
    refers = {table.c[name].info.get("refers") for name in table.info["key"]}
    return {parent for parent in CONTRACT if parent.name in refers and parent.info["dated_by"]}


def _columns(expressions: Iterable[ColumnElement[Any]]) -> set[Column[Any]]:
    found: set[Column[Any]] = set()
    waiting, seen = list(expressions), set()
    while waiting:
        for element in visitors.iterate(waiting.pop()):
            rows = getattr(element, "table", None)
            if not isinstance(element, ColumnElement) or not isinstance(rows, FromClause) or element in seen:
                continue
            seen.add(element)
            if isinstance(rows, Table) and rows in CONTRACT:
                found.add(rows.c[str(element.key)])
            elif (of := _behind(rows, str(element.key))) is not None:
                waiting.append(of)
    return found


def _behind(rows: FromClause, name: str) -> ColumnElement[Any] | None:
    """What a column of a selection stands for in what it selects from."""
    if isinstance(rows, Table):
        return cast(ColumnElement[Any], rows.info["definition"].c[name]) if "definition" in rows.info else None
    if isinstance(rows, AliasedReturnsRows):
        inner: Any = rows.element
        columns = getattr(inner, "selected_columns", None)
        return cast(ColumnElement[Any] | None, (inner.c if columns is None else columns).get(name))
    return None
