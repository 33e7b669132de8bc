"""Counting: named counts of events, turned into one SELECT for each kind of event, however many counts are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    values,
)

from queries.clock import end_of_day
from queries.events import PERIODS, Events
from queries.periods import Period
from queries.scope import Scope

_FAR = date(9999, 12, 30)


@dataclass(frozen=True, eq=False)
class Count:
    """A number of things, in words and in SQL at once.

    ``where``     which of the events; None for all
    ``distinct``  what is counted once however often it comes: a child, say; None for the events themselves
    ``total``     a number to add up instead of counting
    ``needs``     what the database must hold somewhere for the count to be available (see ``queries.events.any_row``)
    """

    name: str
    events: Events
    where: ColumnElement[bool] | None = None
    distinct: ColumnElement[Any] | None = None
    total: ColumnElement[Any] | None = None
    needs: ColumnElement[bool] | None = None


@dataclass(frozen=True, eq=False)
class Durations:
    """How long something lasted, event by event; ``ended`` is false where it was still going on when last seen.

    ``length`` is a whole number of ``unit`` parts: seconds where ``parts`` is 3600 and the unit hours.
    """

    name: str
    events: Events
    length: ColumnElement[Any]
    where: ColumnElement[bool]
    ended: ColumnElement[bool] | None = None
    parts: int = 1
    needs: ColumnElement[bool] | None = None


@cache
def of_unknown_age(events: Events) -> Count:
    """The events left out because nobody can tell whether they are of a child."""
    each = events.unit + "/" + events.rows.c.child_id if events.repeats else None
    return Count(f"{events.name} whose age is not known", events, where=not_(events.age_known), distinct=each)


@dataclass(frozen=True)
class Known:
    """How far the data of some tables reach (first and last day, None where they are empty), and which needs are not met."""

    first: date | None
    last: date | None
    unmet: frozenset[ColumnElement[bool]]


def known(connection: Connection, tables: Sequence[Table], needs: Sequence[ColumnElement[bool]], as_at: date | None) -> Known:
    """Look once at what the database holds; with ``as_at``, as if it ended on that day."""
    days = [table.c[table.info["dated_by"]] for table in tables]
    bounds = [select(bound(day)).scalar_subquery() for day in days for bound in (func.min, func.max)]
    looked_up = select(*(value.label(f"v{i}") for i, value in enumerate([*bounds, *needs])))
    row = connection.execute(looked_up, _seen_to(None)).one()
    unmet = frozenset(need for need, met in zip(needs, row[len(bounds) :], strict=True) if not met)
    held = sorted(day for day in row[: len(bounds)] if day)
    if not held or (as_at and held[0] > as_at):
        return Known(None, None, unmet)
    return Known(held[0], min(held[-1], as_at) if as_at else held[-1], unmet)


def force_spans(connection: Connection, events: Events) -> dict[str, tuple[date, date] | None]:
    """The first and last day of each force with such events; None for a force that supplies no ages."""
    events = events.stock_of or events
    if events.on is None:
        return {}
    rows = select(
        events.split("force").label("force"), events.on.label("day"), case((events.age_known, 1)).label("known")
    ).subquery()
    bounds = select(rows.c.force, func.min(rows.c.day), func.max(rows.c.day), func.count(rows.c.known))
    told = {"data_end": _FAR, "data_end_instant": end_of_day(_FAR), **_seen_to(None)}
    found = connection.execute(bounds.group_by(rows.c.force), told)
    return {force: (first, last) if first and known else None for force, first, last, known in found}


def tally(
    connection: Connection,
    counts: Sequence[Count],
    scope: Scope,
    periods: Sequence[Period],
    by: Sequence[str],
    data_end: date,
) -> pd.DataFrame:
    """The counts in each cell: the ``by`` columns, then one column for each Count (the Count itself is its label).

    Only cells in which something was counted have a row.
    """
    frames = []
    for events in dict.fromkeys(count.events for count in counts):
        own = [count for count in counts if count.events is events]
        frame = _read(connection, _counting(events, own, scope, periods, by), scope.as_at, data_end)
        frames.append(frame.set_axis([*by, *own], axis="columns"))
    if not by:
        return pd.concat(frames, axis="columns")
    return pd.concat([frame.set_index(list(by)) for frame in frames], axis="columns").reset_index()


def lengths(
    connection: Connection,
    durations: Durations,
    scope: Scope,
    periods: Sequence[Period],
    by: Sequence[str],
    data_end: date,
) -> pd.DataFrame:
    """How many events lasted how long: the ``by`` columns, then ``length`` (in the unit), ``ended`` and ``events``."""
    events = durations.events
    splits = [events.split(name).label(name) for name in by]
    rows = select(
        *splits,
        events.unit.label("unit"),
        durations.length.label("length"),
        (true() if durations.ended is None else durations.ended).label("ended"),
    ).where(durations.where, *_in_scope(events, scope, periods))
    inner = (rows.distinct() if events.repeats else rows).subquery()
    cells = [inner.c[name] for name in by]
    statement = select(*cells, inner.c.length, inner.c.ended, func.count().label("events")).group_by(
        *cells, inner.c.length, inner.c.ended
    )
    frame = _read(connection, statement, scope.as_at, data_end)
    return frame.assign(length=frame["length"] / durations.parts)


def _counting(events: Events, counts: Sequence[Count], scope: Scope, periods: Sequence[Period], by: Sequence[str]) -> Select[Any]:
    splits = [events.split(name).label(name) for name in by]
    things = [_thing(count).label(f"c{i}") for i, count in enumerate(counts)]
    wanted = [true() if count.where is None else count.where for count in counts]
    inner = select(*splits, *things).where(or_(*wanted), *_in_scope(events, scope, periods)).subquery()
    cells = [inner.c[name] for name in by]
    sums = [_sum(count, inner.c[f"c{i}"]) for i, count in enumerate(counts)]
    statement = select(*cells, *sums).group_by(*cells)
    return statement.add_cte(_periods(periods)) if events.on is None else statement


def _thing(count: Count) -> ColumnElement[Any]:
    what = next(
        (thing for thing in (count.distinct, count.total) if thing is not None),
        count.events.unit if count.events.repeats else literal(1),
    )
    return what if count.where is None else case((count.where, what))


def _sum(count: Count, thing: ColumnElement[Any]) -> ColumnElement[Any]:
    if count.total is not None:
        return cast(func.coalesce(func.sum(thing), 0), BigInteger)
    if count.distinct is not None or count.events.repeats:
        return func.count(distinct(thing))
    return func.count(thing)


def _in_scope(events: Events, scope: Scope, periods: Sequence[Period]) -> tuple[ColumnElement[bool], ...]:
    in_hubs = scope.of_hubs(events.rows.c.hub_id)
    if events.on is None:
        return (in_hubs,)
    return (in_hubs, and_(events.on >= periods[0].opens, events.on < periods[-1].closes))


def _periods(periods: Sequence[Period]) -> Any:
    rows = [(p.opens, p.closes, p.month, p.quarter, p.year, p.calendar_year) for p in periods]
    return select(values(*PERIODS.c, name="given").data(rows)).cte("periods")


def _read(connection: Connection, statement: Select[Any], as_at: date | None, data_end: date) -> pd.DataFrame:
    told = {"data_end": data_end, "data_end_instant": end_of_day(data_end), **_seen_to(as_at)}
    return pd.read_sql_query(statement, connection, params=told)


def _seen_to(as_at: date | None) -> Mapping[str, date | datetime]:
    day = min(as_at or _FAR, _FAR)
    return {"seen_to": day, "seen_to_instant": end_of_day(day)}
