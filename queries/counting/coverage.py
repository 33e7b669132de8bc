"""How far the data reach: their first and last day, what of them was known on a day, and what the database lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from queries import row_level_security
from queries.clock import end_of_day
from queries.counting.events import Events
from queries.scope import PlacedBy

FAR = date(9999, 12, 30)


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
    days = [table.c[table.info["dated_by"]] for table in tables]
    bounds = [select(bound(day)).scalar_subquery() for day in days for bound in (func.min, func.max)]
    looked_up = select(*(value.label(f"v{i}") for i, value in enumerate([*bounds, *needs])))
    with row_level_security.ignoring_hub_limits(connection):
        row = connection.execute(looked_up, as_at_parameters(None)).one()
    unmet = frozenset(need for need, met in zip(needs, row[len(bounds) :], strict=True) if not met)
    held = sorted(day for day in row[: len(bounds)] if day)
    if not held or (as_at and held[0] > as_at):
        return Coverage(None, None, unmet)
    return Coverage(held[0], min(held[-1], as_at) if as_at else held[-1], unmet)


def force_spans(connection: Connection, events: Events, placed_by: PlacedBy) -> dict[str, tuple[date, date] | None]:
    """The first and last day of each force with such events; None for a force that supplies no ages."""
    events = events.snapshot_of or events
    if events.date is None:
        return {}
    rows = select(
        events.dimension("force", placed_by).label("force"), events.date.label("day"), case((events.age_known, 1)).label("known")
    ).subquery()
    bounds = select(rows.c.force, func.min(rows.c.day), func.max(rows.c.day), func.count(rows.c.known))
    told = {"data_end": FAR, "data_end_instant": end_of_day(FAR), **as_at_parameters(None)}
    with row_level_security.ignoring_hub_limits(connection):
        found = connection.execute(bounds.group_by(rows.c.force), told).all()
    return {force: (first, last) if first and known else None for force, first, last, known in found}


def as_at_parameters(as_at: date | None) -> Mapping[str, date | datetime]:
    """What the statement is told of the day after which nothing is known; a day far ahead where all of it is."""
    day = min(as_at or FAR, FAR)
    return {"as_at": day, "as_at_instant": end_of_day(day)}
