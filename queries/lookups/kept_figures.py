"""The headline figures as they stood after each load: written by the importer, read by whoever sets them beside today's."""

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, func, insert, inspect, select

from queries.scope import Scope
from queries.tables import told_figures

_NUMBERS = ["numerator", "denominator", "value", "lower", "upper"]


def keep(connection: Connection, figures: pd.DataFrame, kept_at: datetime) -> None:
    """Write figures down as told at that instant (naive UTC): the columns of `kept`; a blank hub is the whole force."""
    if figures.empty:
        return
    plain = figures.assign(kept_at=kept_at).astype(object)
    plain = plain.where(plain.notna() & (plain != ""), None)
    rows = [dict(zip(plain.columns, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
    connection.execute(insert(told_figures), rows)


def moments(connection: Connection) -> list[datetime]:
    """The instants (naive UTC) at which figures were kept, latest first; none where the importer did not fill the database."""
    if not inspect(connection).has_table(told_figures.name):
        return []
    instants = connection.scalars(select(told_figures.c.kept_at).distinct())
    return sorted(instants, reverse=True)


def kept(connection: Connection, kept_at: datetime, scope: Scope) -> pd.DataFrame:
    """The figures told at an instant for the hubs in scope: the whole force alone where the scope has every hub.

    The columns of ``told_figures``, the hub blank for the whole force.
    """
    hub_id = func.coalesce(told_figures.c.hub_id, "").label("hub_id")
    others = (column for column in told_figures.columns if column.name != "hub_id")
    own = told_figures.c.hub_id.is_(None) if scope.hubs is None else scope.of_hubs(told_figures.c.hub_id)
    statement = select(hub_id, *others).where(told_figures.c.kept_at == kept_at, own).order_by(told_figures.c.key, hub_id)
    return pd.read_sql_query(statement, connection).astype(dict.fromkeys(_NUMBERS, float))
