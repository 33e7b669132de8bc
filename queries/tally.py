"""Counting: named counts of events, turned into one SELECT for each kind of event, however many counts are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Subquery,
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

from queries import wall
from queries.clock import end_of_day
from queries.events import PERIODS, Events, any_row, care_status, of_own_hubs
from queries.periods import Period
from queries.reach import seen_to
from queries.scope import Scope
from queries.tables import care_spells


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


def in_care(count: Count, things: str) -> tuple[Count, Count]:
    """Those of a count whose child was in care on the day, and all of them with a known child to look up."""
    rows, where = count.events.rows, true() if count.where is None else count.where
    of_known = Count(
        things, count.events, where=and_(where, rows.c.child_id.is_not(None)), needs=and_(*_needs(count), any_row(care_spells))
    )
    status = care_status(rows.c.child_id, rows.c.day)
    return Count("Those of a child in care on the day", count.events, where=and_(where, status == "yes")), of_known


def _needs(count: Count) -> tuple[ColumnElement[bool], ...]:
    return () if count.needs is None else (count.needs,)


def tally(
    connection: Connection,
    counts: Sequence[Count],
    scope: Scope,
    periods: Sequence[Period],
    by: Sequence[str],
    data_end: date,
) -> pd.DataFrame:
    """The counts in each cell: the ``by`` columns, then one column for each Count (the Count itself is its label).

    Only cells in which something was counted have a row. A total of numbers none of which was recorded is blank, not 0.
    """
    frames = []
    for events in dict.fromkeys(count.events for count in counts):
        own = [count for count in counts if count.events is events]
        frame = read(connection, _counting(events, own, scope, periods, by), scope.as_at, data_end, periods)
        frames.append(frame.set_axis([*by, *own], axis="columns"))
    if not by:
        return pd.concat(frames, axis="columns")
    by_cell = [frame.set_index(list(by)) for frame in frames]
    cells = by_cell[0].index
    for frame in by_cell[1:]:
        cells = cells.union(frame.index)
    return pd.concat([frame.reindex(cells, fill_value=0) for frame in by_cell], axis="columns").reset_index()


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
    splits = [events.split(name, scope.place).label(name) for name in by]
    rows = (
        select(
            *splits,
            events.unit.label("unit"),
            durations.length.label("length"),
            (true() if durations.ended is None else durations.ended).label("ended"),
        )
        .select_from(events.rows)
        .where(durations.where, *in_scope(events, scope, periods))
    )
    inner = (rows.distinct() if events.repeats else rows).subquery()
    cells = [inner.c[name] for name in by]
    statement = select(*cells, inner.c.length, inner.c.ended, func.count().label("events")).group_by(
        *cells, inner.c.length, inner.c.ended
    )
    frame = read(connection, statement, scope.as_at, data_end, periods)
    return frame.assign(length=frame["length"] / durations.parts)


def times_each(
    connection: Connection,
    count: Count,
    scope: Scope,
    periods: Sequence[Period],
    by: Sequence[str],
    data_end: date,
) -> pd.DataFrame:
    """How many children had how many of the counted events: the ``by`` columns, then ``times`` and ``children``."""
    child = count.events.rows.c.child_id
    rows = _counted(count, scope, periods, by, child).where(child.is_not(None)).subquery()
    each = select(*(rows.c[name] for name in by), func.count().label("times")).select_from(rows).group_by(*rows.c).subquery()
    statement = select(*each.c, func.count().label("children")).group_by(*each.c)
    return read(connection, statement, scope.as_at, data_end, periods)


def days(
    connection: Connection,
    count: Count,
    scope: Scope,
    periods: Sequence[Period],
    by: Sequence[str],
    data_end: date,
) -> pd.DataFrame:
    """The days on which the counted events fell: the ``by`` columns, then ``day`` and ``events``, in order of the day."""
    events = count.events
    assert events.on is not None
    rows = _counted(count, scope, periods, by, events.on.label("day"), events.unit.label("unit"))
    inner = (rows.distinct() if events.repeats else rows).subquery()
    cells = [inner.c[name] for name in by]
    statement = select(*cells, inner.c.day, func.count().label("events")).group_by(*cells, inner.c.day).order_by(inner.c.day)
    return read(connection, statement, scope.as_at, data_end, periods)


def _counted(
    count: Count, scope: Scope, periods: Sequence[Period], by: Sequence[str], *columns: ColumnElement[Any]
) -> Select[Any]:
    """The counted events one by one: the ``by`` columns, then those given."""
    events = count.events
    splits = [events.split(name, scope.place).label(name) for name in by]
    wanted = true() if count.where is None else count.where
    return select(*splits, *columns).select_from(events.rows).where(wanted, *in_scope(events, scope, periods))


def _counting(events: Events, counts: Sequence[Count], scope: Scope, periods: Sequence[Period], by: Sequence[str]) -> Select[Any]:
    splits = [events.split(name, scope.place) for name in by]
    named = [split.label(name) for split, name in zip(splits, by, strict=True)]
    things = [_thing(count, _what(count)).label(f"c{i}") for i, count in enumerate(counts)]
    matches = [_thing(count, literal(1)).label(f"m{i}") for i, count in enumerate(counts) if count.total is not None]
    rows = select(*named, *things, *matches).select_from(events.rows).where(*in_scope(events, scope, periods))
    if events.last_of is None:
        inner = rows.where(or_(*(true() if count.where is None else count.where for count in counts))).subquery()
    else:  # which row is the last of its cell must not depend on what is counted
        inner = rows.add_columns(place_in_cell(events, splits).label("ranked")).subquery()
    cells = [inner.c[name] for name in by]
    sums = [_sum(count, inner, i) for i, count in enumerate(counts)]
    statement = select(*cells, *sums).group_by(*cells)
    if events.last_of is not None:
        statement = statement.where(inner.c.ranked == 1)
    return statement.add_cte(as_table(periods)) if events.on is None else statement


def _what(count: Count) -> ColumnElement[Any]:
    return next(
        (what for what in (count.distinct, count.total) if what is not None),
        count.events.unit if count.events.repeats else literal(1),
    )


def _thing(count: Count, what: ColumnElement[Any]) -> ColumnElement[Any]:
    return what if count.where is None else case((count.where, what))


def place_in_cell(events: Events, splits: Sequence[ColumnElement[Any]]) -> ColumnElement[int]:
    """1 for the last by ``on`` of the events in a cell that share ``last_of``."""
    assert events.on is not None and events.last_of is not None
    return func.row_number().over(partition_by=(*splits, events.last_of), order_by=events.on.desc())


def _sum(count: Count, inner: Subquery, place: int) -> ColumnElement[Any]:
    thing = inner.c[f"c{place}"]
    if count.total is not None:  # nothing to add up is 0; something, of which no number was recorded, is not known
        return case((func.count(inner.c[f"m{place}"]) == 0, 0), else_=cast(func.sum(thing), BigInteger))
    if count.distinct is not None or count.events.repeats:
        return func.count(distinct(thing))
    return func.count(thing)


def in_scope(events: Events, scope: Scope, periods: Sequence[Period]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an event is of the scope's hubs, and of the periods."""
    return (in_hubs(events, scope), in_periods(events, periods))


def in_hubs(events: Events, scope: Scope) -> ColumnElement[bool]:
    """The condition that an event is of the scope's hubs; not known of an event without a hub, where the scope has some."""
    conditions = [scope.of_hubs(events.hub(scope.place))]
    if scope.residents_only and "home_hub_id" in events.rows.c:
        home = events.rows.c.home_hub_id
        conditions += [home.is_not(None), scope.of_hubs(home)]
    return and_(*conditions)


def in_periods(events: Events, periods: Sequence[Period]) -> ColumnElement[bool]:
    """The condition that an event is of the periods; a state is, by the way it is read."""
    return true() if events.on is None else and_(events.on >= periods[0].opens, events.on < periods[-1].closes)


def as_table(periods: Sequence[Period]) -> CTE:
    """The periods asked about, under the name that states join."""
    rows = [(p.opens, p.closes, p.month, p.quarter, p.year, p.calendar_year) for p in periods]
    return select(values(*PERIODS.c, name="given").data(rows)).cte("periods")


def read(
    connection: Connection, statement: Select[Any], as_at: date | None, data_end: date, periods: Sequence[Period]
) -> pd.DataFrame:
    """The rows of a statement that was told how far the data reach, and how much of them is known."""
    told = {"data_end": data_end, "data_end_instant": end_of_day(data_end), **seen_to(as_at)}
    if wall.is_of_a_hub(connection):
        wall.tell(connection, told, periods)
        statement = of_own_hubs(statement)
    return pd.read_sql_query(statement, connection, params=told)
