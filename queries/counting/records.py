"""The records behind a number: one by one what was counted or measured, for those who may open them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, literal, select, true

from queries.counting.events import Events
from queries.counting.tally import Count, Durations, in_scope, periods_cte, rank_in_cell, read
from queries.periods import Period
from queries.scope import Scope

WHAT = ["record", "child", "day", "hub", "home_hub"]


def records(
    connection: Connection, part: Count | Durations, scope: Scope, periods: Sequence[Period], data_end: date
) -> pd.DataFrame:
    """Exactly what `tally` counts, or `lengths` measures: a row a record, and where it is of several children a row for each.

    Columns ``record, child, day, hub, home_hub`` (blank text where there is none), then ``thing``: what is counted once however
    often it comes, and ``number`` (of a total), or ``length`` (in the unit) and ``ended`` (of a duration). By day, then record:
    never by how many a child has. A record that adds nothing to a total is not behind it.
    """
    events = part.events
    wanted = (true() if part.where is None else part.where).label("wanted")
    rows = select(*_counted_value(events), *_own(part), wanted).select_from(events.rows).where(*in_scope(events, scope, periods))
    if events.latest_per is not None:  # which assessment is a child's last must not depend on what is counted
        rows = rows.add_columns(rank_in_cell(events, ()).label("place"))
    found = rows.subquery()
    shown = [column for column in found.c if column.name not in ("wanted", "place")]
    statement = select(*shown).where(found.c.wanted, found.c.thing.is_not(None))
    if "number" in found.c:
        statement = statement.where(found.c.number != 0)
    if events.latest_per is not None:
        statement = statement.where(found.c.place == 1)
    statement = statement.order_by(found.c.day, found.c.record, found.c.child)
    statement = statement.add_cte(periods_cte(periods)) if events.date is None else statement
    frame = read(connection, statement, scope.as_at, data_end, periods)
    return frame.assign(length=frame["length"] / part.parts) if isinstance(part, Durations) else frame


def number_of(found: pd.DataFrame) -> int:
    """How many things these records are: the number that was counted, added up, or measured."""
    return int(found["number"].sum()) if "number" in found else found["thing"].nunique()


def _counted_value(events: Events) -> tuple[ColumnElement[Any], ...]:
    return (
        events.unit.label("record"),
        _text(events, "child_id", "looked_after").label("child"),
        (events.rows.c.day if events.date is None else events.date).label("day"),
        _text(events, "hub_id").label("hub"),
        _text(events, "home_hub_id").label("home_hub"),
    )


def _text(events: Events, *names: str) -> ColumnElement[Any]:
    """The first of these columns that the events have; blank where it is not recorded, or they have none."""
    return next((func.coalesce(events.rows.c[name], "") for name in names if name in events.rows.c), literal(""))


def _own(part: Count | Durations) -> tuple[ColumnElement[Any], ...]:
    if isinstance(part, Durations):
        ended = true() if part.ended is None else part.ended
        return (part.events.unit.label("thing"), part.length.label("length"), ended.label("ended"))
    thing = part.events.unit if part.distinct is None else part.distinct
    return (thing.label("thing"), *(() if part.total is None else (part.total.label("number"),)))
