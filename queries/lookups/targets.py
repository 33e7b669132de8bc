"""What a force has set itself: targets of measures, and the days from which the limits of a control chart are recalculated."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, or_, select

from queries import tables
from queries.facts.known import FAR_FUTURE
from queries.scope import Scope
from queries.tables.presence import is_there


def targets(connection: Connection, scope: Scope, keys: Sequence[str], on: date) -> list[dict[str, Any]]:
    """The targets of these measures that apply by that day, the later ones last: rows of ``targets``.

    Those of the force (``hub_id`` None) and of the hubs in scope; with ``as_at``, those that were set by then. None where the
    database has no such table.
    """
    return _rows_in_force(connection, tables.targets.c.applies_from_on, tables.targets.c.set_on, scope, keys, on)


def rebases(connection: Connection, scope: Scope, keys: Sequence[str], on: date) -> list[dict[str, Any]]:
    """The rebases of these measures' charts that start by that day, the later last: rows of ``chart_steps``, as `targets`."""
    return _rows_in_force(connection, tables.chart_steps.c.starts_on, tables.chart_steps.c.recorded_on, scope, keys, on)


def _rows_in_force(
    connection: Connection, starts_on: Column[Any], recorded_on: Column[Any], scope: Scope, keys: Sequence[str], on: date
) -> list[dict[str, Any]]:
    table = starts_on.table
    if not is_there(connection, table):
        return []
    in_hubs = or_(table.c.hub_id.is_(None), scope.of_hubs(table.c.hub_id))
    is_known = recorded_on <= (scope.as_at or FAR_FUTURE)
    statement = select(table).where(table.c.metric_key.in_(keys), starts_on <= on, is_known, in_hubs)
    rows = connection.execute(statement.order_by(starts_on, table.c.hub_id.nulls_first())).mappings()
    return [dict(row) for row in rows]
