"""How far the data reach: their first and last day, and whether they hold what a figure needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from queries import row_level_security
from queries.counting.events import Events
from queries.facts.known import parameters
from queries.scope import PlacedBy


@dataclass(frozen=True)
class Coverage:
    """How far the data of some tables reach (first and last day, None where they are empty), and which needs are not met."""

    first: date | None
    last: date | None
    unmet: frozenset[ColumnElement[bool]]


def coverage(
    connection: Connection, tables: Sequence[Table], needs: Sequence[ColumnElement[bool]], as_at: date | None
) -> Coverage:
    """Look once at what the database holds; with ``as_at``, as if it ended on that day."""
    dates = [table.c[table.info["dated_by"]] for table in tables]
    bounds = [select(bound(column)).scalar_subquery() for column in dates for bound in (func.min, func.max)]
    statement = select(*(value.label(f"v{i}") for i, value in enumerate([*bounds, *needs])))
    with row_level_security.ignoring_hub_limits(connection):
        row = connection.execute(statement, parameters()).one()
    unmet = frozenset(need for need, met in zip(needs, row[len(bounds) :], strict=True) if not met)
    days = sorted(day for day in row[: len(bounds)] if day)
    if not days or (as_at and days[0] > as_at):
        return Coverage(None, None, unmet)
    return Coverage(days[0], min(days[-1], as_at) if as_at else days[-1], unmet)


def force_spans(connection: Connection, events: Events, placed_by: PlacedBy) -> dict[str, tuple[date, date] | None]:
    """The first and last day of each force with such events; None for a force that supplies no ages."""
    events = events.snapshot_of or events
    if events.date is None:
        return {}
    rows = select(
        events.dimension("force", placed_by).label("force"), events.date.label("day"), case((events.age_known, 1)).label("known")
    ).subquery()
    bounds = select(rows.c.force, func.min(rows.c.day), func.max(rows.c.day), func.count(rows.c.known))
    with row_level_security.ignoring_hub_limits(connection):
        spans = connection.execute(bounds.group_by(rows.c.force), parameters()).all()
    return {force: (first, last) if first and known else None for force, first, last, known in spans}
