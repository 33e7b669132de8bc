"""What a force has set itself: targets of measures, and the days from which a control chart is counted anew."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, inspect, or_, select

from queries import tables
from queries.counting.coverage import FAR
from queries.scope import Scope


def targets(connection: Connection, scope: Scope, keys: Sequence[str], on: date) -> list[dict[str, Any]]:
    """The targets of these measures that apply by that day, the later ones last: rows of ``targets``.

    Those of the force (``hub_id`` None) and of the hubs in scope; with ``as_at``, those that were set by then. None where the
    database has no such table.
    """
    return _written(connection, tables.targets.c.applies_from_on, tables.targets.c.set_on, scope, keys, on)


def steps(connection: Connection, scope: Scope, keys: Sequence[str], on: date) -> list[dict[str, Any]]:
    """The steps of these measures' charts that start by that day, the later ones last: rows of ``chart_steps``, as `targets`."""
    return _written(connection, tables.chart_steps.c.starts_on, tables.chart_steps.c.recorded_on, scope, keys, on)


def _written(
    connection: Connection, holds_from: Column[Any], written_on: Column[Any], scope: Scope, keys: Sequence[str], on: date
) -> list[dict[str, Any]]:
    table = holds_from.table
    if not inspect(connection).has_table(table.name):
        return []
    own = or_(table.c.hub_id.is_(None), scope.of_hubs(table.c.hub_id))
    known = written_on <= (scope.as_at or FAR)
    statement = select(table).where(table.c.metric_key.in_(keys), holds_from <= on, known, own)
    rows = connection.execute(statement.order_by(holds_from, table.c.hub_id.nulls_first())).mappings()
    return [dict(row) for row in rows]
