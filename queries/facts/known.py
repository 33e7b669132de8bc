"""What the tables held on a day: later rows left out, later dates blank; and whether they hold something at all."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    BooleanClauseList,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    select,
)
from sqlalchemy.sql import operators, visitors

from queries.clock import LONDON, end_of_day
from queries.tables import loads

FAR_FUTURE = date(9999, 12, 30)

# The parameters of every statement; `parameters` gives them their values.
AS_AT: BindParameter[date] = bindparam("as_at", type_=Date)  # rows and dates after this day are not known yet
AS_AT_INSTANT: BindParameter[datetime] = bindparam("as_at_instant", type_=DateTime)
DATA_END: BindParameter[date] = bindparam("data_end", type_=Date)  # the last day of the data
DATA_END_INSTANT: BindParameter[datetime] = bindparam("data_end_instant", type_=DateTime)
CLOCK: BindParameter[datetime] = bindparam("clock", type_=DateTime)  # by which it is judged what is late
TODAY: BindParameter[date] = bindparam("today", type_=Date)  # the London day on that clock


def parameters(
    as_at: date | None = None, data_end: date = FAR_FUTURE, clock: datetime | None = None
) -> Mapping[str, date | datetime]:
    """The values of a statement's parameters: its as-at day, after which nothing is known, and the last day of the data.

    ``clock`` is an instant (naive UTC) by which it is judged what is late; by default the one at which the data end.
    """
    as_at = min(as_at or FAR_FUTURE, FAR_FUTURE)
    clock = clock or end_of_day(data_end)
    return {
        "as_at": as_at,
        "as_at_instant": end_of_day(as_at),
        "data_end": data_end,
        "data_end_instant": end_of_day(data_end),
        "clock": clock,
        "today": clock.replace(tzinfo=UTC).astimezone(LONDON).date(),
    }


def as_known_at(table: Table) -> Subquery:
    """A table as it was known on ``AS_AT``: later rows left out, later dates blank."""
    dated_by = table.info["dated_by"]
    known = [_known(column) if column.name != dated_by else column for column in table.columns]
    rows = select(*known)
    if dated_by:
        rows = rows.where(table.c[dated_by] <= AS_AT)
    return rows.subquery(table.name)


def _known(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, DateTime):
        return case((column <= AS_AT_INSTANT, column)).label(column.name)
    if isinstance(column.type, Date) and not column.info.get("planned"):
        return case((column <= AS_AT, column)).label(column.name)
    return column


def last_day_of(table: Table) -> ColumnElement[date]:
    """Of its last event, or the day to which it was declared complete, if that is later; null where it holds no event."""
    last = select(func.max(table.c[table.info["dated_by"]])).scalar_subquery()
    declared = select(func.max(loads.c.data_to)).where(loads.c.table_name == table.name, loads.c.is_declared).scalar_subquery()
    return case((last.is_not(None), func.greatest(last, declared)))


def any_row(*conditions: ColumnElement[bool] | Table) -> ColumnElement[bool]:
    """Whether the database holds any such row at all: what tells "not available" from zero."""
    return and_(*(_any(condition) for condition in conditions))


def _any(condition: ColumnElement[bool] | Table) -> ColumnElement[bool]:
    if isinstance(condition, Table):
        return exists(select(null()).select_from(condition))
    return exists(select(null()).where(condition))


def single_needs(need: ColumnElement[bool]) -> Iterable[ColumnElement[bool]]:
    """What must all be held, one by one, so that only what is lacking is named."""
    return need.clauses if isinstance(need, BooleanClauseList) and need.operator is operators.and_ else (need,)


@cache
def named_in(need: ColumnElement[bool]) -> list[str]:
    """The tables and columns that a need looks at, as table or table.column."""
    columns = [part for part in visitors.iterate(need) if isinstance(part, Column) and isinstance(part.table, Table)]
    named = [f"{column.table.name}.{column.name}" for column in columns]
    tables = [part.name for part in visitors.iterate(need) if isinstance(part, Table)]
    with_columns = {name.partition(".")[0] for name in named}
    return sorted({*named, *(table for table in tables if table not in with_columns)})
