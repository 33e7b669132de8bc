"""The headline figures as they stood after each load: written by the importer, read by whoever compares them with today's.

A database that an earlier version filled has them in a table of another name: it is read as it is, and renamed at the next load.
"""

from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, Connection, MetaData, Table, and_, func, insert, inspect, select, text

from queries.scope import Scope
from queries.tables import kept_figures

FORMER = kept_figures.to_metadata(MetaData(), name="told_figures")  # the same table, as earlier versions called it
_COLUMNS = [column.name for column in kept_figures.columns]
_NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]
# PostgreSQL lets an owner rename, and there a login that only loads need not own the tables.
_MAY_RENAME = text(
    "SELECT pg_has_role(relowner, 'USAGE') AND has_schema_privilege(relnamespace, 'CREATE') "
    "FROM pg_class WHERE oid = to_regclass(:name)"
)


def table_in(connection: Connection) -> Table | None:
    """The table of kept figures by the name that it has in this database; None where there is none."""
    inspector = inspect(connection)
    return next((table for table in (kept_figures, FORMER) if inspector.has_table(table.name)), None)


def keep(connection: Connection, figures: pd.DataFrame, kept_at: datetime) -> None:
    """Write figures down as reported at that instant (naive UTC): the columns of `kept`; a blank hub is the whole force."""
    if figures.empty:
        return
    plain = figures.assign(kept_at=kept_at).astype(object)
    plain = plain.where(plain.notna() & (plain != ""), None)
    rows = [dict(zip(plain.columns, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
    connection.execute(insert(_table_to_write(connection)), rows)


def moments(connection: Connection) -> list[datetime]:
    """The instants (naive UTC) at which figures were kept, latest first; none where the importer did not fill the database."""
    table = table_in(connection)
    if table is None:
        return []
    instants = connection.scalars(select(table.c.kept_at).distinct())
    return sorted(instants, reverse=True)


def kept(connection: Connection, kept_at: datetime, scope: Scope) -> pd.DataFrame:
    """The figures reported at an instant for the hubs in scope: of the whole force alone where the scope has every hub.

    The columns of ``kept_figures``, the hub blank for the whole force; no row where no figures were kept.
    """
    table = table_in(connection)
    if table is None:
        return pd.DataFrame(columns=_COLUMNS)
    return _rows(connection, table, scope, table.c.kept_at == kept_at)


def kept_before(connection: Connection, key: str, scope: Scope) -> pd.DataFrame:
    """The same of one measure, as the load before the latest kept it; no row where there was none."""
    table = table_in(connection)
    if table is None:
        return pd.DataFrame(columns=_COLUMNS)
    moments = select(table.c.kept_at).distinct().order_by(table.c.kept_at.desc()).offset(1).limit(1)
    return _rows(connection, table, scope, and_(table.c.kept_at == moments.scalar_subquery(), table.c.key == key))


def _rows(connection: Connection, table: Table, scope: Scope, wanted: ColumnElement[bool]) -> pd.DataFrame:
    hub_id = func.coalesce(table.c.hub_id, "").label("hub_id")
    others = (column for column in table.columns if column.name != "hub_id")
    in_scope = table.c.hub_id.is_(None) if scope.hubs is None else scope.of_hubs(table.c.hub_id)
    statement = select(hub_id, *others).where(wanted, in_scope).order_by(table.c.key, hub_id)
    return pd.read_sql_query(statement, connection).astype(dict.fromkeys(_NUMBERS, float))


def _table_to_write(connection: Connection) -> Table:
    """The table under its present name: one of an earlier version is renamed, unless the login may not, and stays in use."""
    if table_in(connection) is not FORMER:
        return kept_figures
    if connection.dialect.name == "postgresql" and not connection.scalar(_MAY_RENAME, {"name": FORMER.name}):
        return FORMER
    connection.execute(text(f"ALTER TABLE {FORMER.name} RENAME TO {kept_figures.name}"))
    return kept_figures
