"""What was loaded, how fresh it is, what was refused, and which columns a figure needs."""

from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, inspect, select

from queries import row_level_security
from queries.tables import CONTRACT, loads, rejected_rows

EVENT_TABLES = tuple(table for table in CONTRACT if table.info["dated_by"] and table.name != "care_spells")


def span(connection: Connection) -> tuple[date, date] | None:
    """The first and last day of all events; None where there are none. A table that the database lacks holds none."""
    inspector = inspect(connection)
    existing = {*inspector.get_table_names(), *inspector.get_view_names()}
    dates = [table.c[table.info["dated_by"]] for table in EVENT_TABLES if table.name in existing]
    bounds = [select(bound(day)).scalar_subquery() for bound in (func.min, func.max) for day in dates]
    if not dates:
        return None
    with row_level_security.ignoring_hub_limits(connection):
        days = list(connection.execute(select(*bounds)).one())
    firsts, lasts = ([day for day in part if day] for part in (days[: len(dates)], days[len(dates) :]))
    return (min(firsts), max(lasts)) if firsts else None


def freshness(connection: Connection) -> pd.DataFrame:
    """Each table of the contract: ``table, rows, first, last`` (its own dates; blank where its rows have none).

    A table that the database lacks is left out: one made for an earlier contract, or of a force's own views, is still read.
    """
    statements = []
    inspector = inspect(connection)
    for table in (table for table in CONTRACT if inspector.has_table(table.name)):
        dated_by = table.info["dated_by"]
        bounds = (func.min(table.c[dated_by]), func.max(table.c[dated_by])) if dated_by else ()
        statements.append((table.name, select(func.count(), *bounds).select_from(table)))
    rows = [(name, *connection.execute(statement).one()) for name, statement in statements]
    return pd.DataFrame([(*row, None, None)[:4] for row in rows], columns=["table", "rows", "first", "last"])


def latest_loads(connection: Connection, most: int = 200) -> pd.DataFrame:
    """The last files taken in, newest first; empty where the database was not filled by the importer."""
    if not inspect(connection).has_table(loads.name):
        return pd.DataFrame(columns=[column.name for column in loads.columns])
    return pd.read_sql_query(select(loads).order_by(loads.c.loaded_at.desc()).limit(most), connection)


def rejections(connection: Connection) -> pd.DataFrame:
    """Rows refused at loading, by ``table, file, column, reason`` with their number."""
    if not inspect(connection).has_table(rejected_rows.name):
        return pd.DataFrame(columns=["table", "file", "column", "reason", "rows"])
    cells = (
        loads.c.table_name.label("table"),
        loads.c.source_file.label("file"),
        func.coalesce(rejected_rows.c.column_name, "").label("column"),
        rejected_rows.c.reason,
    )
    statement = (
        select(*cells, func.count().label("rows"))
        .join_from(rejected_rows, loads, rejected_rows.c.load_id == loads.c.load_id)
        .group_by(*cells)
        .order_by(func.count().desc())
    )
    return pd.read_sql_query(statement, connection)
