"""What was loaded, how fresh it is, what was refused, and which columns a figure needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, inspect, null, select

from queries import row_level_security
from queries.counting.coverage import DeclaredEnds, declared_ends, last_day
from queries.facts.building import looked_up
from queries.tables import CONTRACT, loads, metadata, rejected_rows, unread_cells
from queries.tables import set_aside as set_aside_rows
from queries.tables.presence import is_there

# The day to which a row belongs, or None where it is not known; and another that contradicts it, where one of the two is wrong.
Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class SetAside:
    """What is set aside at present.

    ``numbers``  of each table and column (None: whole rows), how many by their days
    ``per_day``  how many rows a day the tables have of which rows of no known day were refused, over all of their days
    """

    numbers: Mapping[tuple[str, str | None], Mapping[Days, int]]
    per_day: Mapping[str, float]


NOTHING_SET_ASIDE = SetAside({}, {})
EVENT_TABLES = tuple(table for table in CONTRACT if table.info["dated_by"] and table.name != "care_spells")


def span(connection: Connection) -> tuple[date, date] | None:
    """The first day of all events and the last of their data; None where there are none.

    A table that the database lacks holds none.
    """
    inspector = inspect(connection)
    existing = {*inspector.get_table_names(), *inspector.get_view_names()}
    tables = [table for table in EVENT_TABLES if table.name in existing]
    dates = [table.c[table.info["dated_by"]] for table in tables]
    bounds = [select(bound(day)).scalar_subquery() for bound in (func.min, func.max) for day in dates]
    if not dates:
        return None
    with row_level_security.ignoring_hub_limits(connection):
        days = list(connection.execute(select(*bounds)).one())
    ends, firsts = declared_ends(connection), [day for day in days[: len(tables)] if day]
    lasts = [last_day(table, day, ends) for table, day in zip(tables, days[len(tables) :], strict=True) if day]
    return (min(firsts), max(lasts)) if firsts else None


def set_aside(connection: Connection) -> SetAside:
    """What the last file that spoke of a row could not give: whole rows refused, and cells that count as not recorded."""
    return looked_up(connection, "set aside", lambda: _set_aside(connection))


def _set_aside(connection: Connection) -> SetAside:
    if not is_there(connection, set_aside_rows):
        return NOTHING_SET_ASIDE
    of = set_aside_rows.c
    keys = of.table_name, of.column_name, of.day, of.other_day
    found: dict[tuple[str, str | None], dict[Days, int]] = {}
    with row_level_security.ignoring_hub_limits(connection):
        for table, column, day, other, number in connection.execute(select(*keys, func.count()).group_by(*keys)):
            found.setdefault((table, column), {})[day, other] = number
        undated = [table for (table, column), by_days in found.items() if column is None and (None, None) in by_days]
        ends = looked_up(connection, "declared ends", lambda: declared_ends(connection)) if undated else {}
        return SetAside(found, {table: _per_day(connection, metadata.tables[table], ends) for table in undated})


def _per_day(connection: Connection, table: Table, ends: DeclaredEnds) -> float:
    """How many rows a day a table has; 0 where its rows have no day."""
    if not (dated_by := table.info["dated_by"]):
        return 0.0
    day = table.c[dated_by]
    number, first, last = connection.execute(select(func.count(), func.min(day), func.max(day))).one()
    return number / ((last_day(table, last, ends) - first).days + 1) if number else 0.0


def freshness(connection: Connection) -> pd.DataFrame:
    """Each table of the contract: ``table, rows, first, last`` (of its own dates or its data; blank where its rows have none).

    A table that the database lacks is left out: one made for an earlier contract, or of a force's own views, is still read.
    """
    rows: list[tuple[Any, ...]] = []
    inspector, ends = inspect(connection), declared_ends(connection)
    for table in (table for table in CONTRACT if inspector.has_table(table.name)):
        dated_by = table.info["dated_by"]
        bounds = (func.min(table.c[dated_by]), func.max(table.c[dated_by])) if dated_by else (null(), null())
        number, first, last = connection.execute(select(func.count(), *bounds).select_from(table)).one()
        rows.append((table.name, number, first, last and last_day(table, last, ends)))
    return pd.DataFrame(rows, columns=["table", "rows", "first", "last"])


def withdrawn_since(connection: Connection, moment: datetime) -> set[str]:
    """The tables from which rows were withdrawn after an instant (naive UTC)."""
    if not is_there(connection, loads):
        return set()
    tables = select(loads.c.table_name).where(loads.c.loaded_at > moment, loads.c.rows_withdrawn > 0)
    return set(connection.scalars(tables.distinct()))


def latest_loads(connection: Connection, most: int = 200) -> pd.DataFrame:
    """The last files taken in, newest first; empty where the database was not filled by the importer."""
    if not is_there(connection, loads):
        return pd.DataFrame(columns=[column.name for column in loads.columns])
    latest = loads.c.loaded_at.desc(), loads.c.table_name, loads.c.source_file
    return pd.read_sql_query(select(loads).order_by(*latest).limit(most), connection)


def rejections(connection: Connection) -> pd.DataFrame:
    """Why rows were refused, load by load: ``table, file, loaded_at, column, reason, rows, line, still``.

    A row may have several reasons. ``line`` is the first such row's, ``still`` how many rows no later file has brought in order.
    """
    if not _has_tables(connection):
        return pd.DataFrame(columns=[*_OF_LOAD, "column", "reason", "rows", "line", "still"])
    refused, aside = rejected_rows.c, set_aside_rows.c
    same_row = and_(aside.load_id == refused.load_id, aside.line == refused.line, aside.column_name.is_(None))
    why = (func.coalesce(refused.column_name, "").label("column"), refused.reason)
    counted = (func.count().label("rows"), func.min(refused.line).label("line"), func.count(aside.line).label("still"))
    return _by_load(
        connection,
        select(*_of_load(), *why, *counted)
        .join_from(rejected_rows, loads, refused.load_id == loads.c.load_id)
        .join(set_aside_rows, same_row, isouter=True)
        .group_by(loads.c.load_id, *_of_load(), *why),
    )


def refused_rows(connection: Connection, most: int = 1_000) -> pd.DataFrame:
    """Why each row was refused, a row for each reason: ``table, file, loaded_at, line, column, value, reason, still, all_rows``.

    ``still`` is whether no later file has brought the row in order: those come first, then the latest load's. Of ``all_rows``
    that were refused so many at most are given, each with all of its reasons.
    """
    columns = ["line", "column", "value", "reason", "still", "all_rows"]
    if not _has_tables(connection):
        return pd.DataFrame(columns=[*_OF_LOAD, *columns])
    refused, aside = rejected_rows.c, set_aside_rows.c
    same_row = and_(aside.load_id == refused.load_id, aside.line == refused.line, aside.column_name.is_(None))
    still = (func.count(aside.line) > 0).label("still")
    each = (refused.load_id, refused.line, *_of_load())
    rows = (
        select(*each, still, func.count().over().label("all_rows"))
        .join_from(rejected_rows, loads, refused.load_id == loads.c.load_id)
        .join(set_aside_rows, same_row, isouter=True)
        .group_by(*each)
        .order_by(still.desc(), loads.c.loaded_at.desc(), loads.c.table_name, loads.c.source_file, refused.line)
        .limit(most)
        .subquery()
    )
    why = (refused.column_name.label("column"), refused.value, refused.reason)
    of_row = and_(refused.load_id == rows.c.load_id, refused.line == rows.c.line)
    found = select(*(rows.c[name] for name in (*_OF_LOAD, "line")), *why, rows.c.still, rows.c.all_rows).join_from(
        rows, rejected_rows, of_row
    )
    order = (rows.c.still.desc(), rows.c.loaded_at.desc(), rows.c.table, rows.c.file, rows.c.line)
    return pd.read_sql_query(found.order_by(*order, refused.column_name, refused.reason), connection)


def cells_not_read(connection: Connection) -> pd.DataFrame:
    """Cells that count as not recorded, load by load: ``table, file, loaded_at, column, reason, cells, still``.

    ``still`` is how many of the column no later file has brought in order, at the first of its reasons; blank at the others.
    """
    if not _has_tables(connection):
        return pd.DataFrame(columns=[*_OF_LOAD, "column", "reason", "cells", "still"])
    unread, aside = unread_cells.c, set_aside_rows.c
    still = select(func.count()).where(aside.load_id == unread.load_id, aside.column_name == unread.column_name).scalar_subquery()
    found = _by_load(
        connection,
        select(*_of_load(), unread.column_name.label("column"), unread.reason, unread.cells, still.label("still")).join_from(
            unread_cells, loads, unread.load_id == loads.c.load_id
        ),
    )
    is_told = found.duplicated([*_OF_LOAD, "column"])
    return found.assign(still=found["still"].astype("Int64").mask(is_told))


_OF_LOAD = ("table", "file", "loaded_at")


def _of_load() -> tuple[ColumnElement[Any], ...]:
    return loads.c.table_name.label("table"), loads.c.source_file.label("file"), loads.c.loaded_at


def _by_load(connection: Connection, statement: Select[Any]) -> pd.DataFrame:
    """What is still to be mended first, then the latest load."""
    found = pd.read_sql_query(statement, connection)
    order = ["is_mended", "loaded_at", "table", "file", "column", "reason"]
    ascending = [True, False, True, True, True, True]
    return (
        found.assign(is_mended=found["still"] == 0)
        .sort_values(order, ascending=ascending, ignore_index=True)
        .drop(columns="is_mended")
    )


def _has_tables(connection: Connection) -> bool:
    """Whether the importer of this version has written down what it set aside."""
    return all(is_there(connection, table) for table in (rejected_rows, unread_cells, set_aside_rows))
