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

from queries import row_level_security
from queries.clock import end_of_day
from queries.counting.coverage import as_at_parameters
from queries.counting.events import PERIODS, Events, any_row, care_status, of_own_hubs
from queries.periods import Period
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
    each = events.unit + "/" + events.rows.c.child_id if events.one_row_per_child else None
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


def durations_of(
    connection: Connection,
    durations: Durations,
    scope: Scope,
    periods: Sequence[Period],
    by: Sequence[str],
    data_end: date,
) -> pd.DataFrame:
    """How many events lasted how long: the ``by`` columns, then ``length`` (in the unit), ``ended`` and ``events``."""
    events = durations.events
    splits = [events.dimension(name, scope.placed_by).label(name) for name in by]
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
    inner = (rows.distinct() if events.one_row_per_child else rows).subquery()
    cells = [inner.c[name] for name in by]
    statement = select(*cells, inner.c.length, inner.c.ended, func.count().label("events")).group_by(
        *cells, inner.c.length, inner.c.ended
    )
    frame = read(connection, statement, scope.as_at, data_end, periods)
    return frame.assign(length=frame["length"] / durations.parts)


def events_per_child(
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
    assert events.date is not None
    rows = _counted(count, scope, periods, by, events.date.label("day"), events.unit.label("unit"))
    inner = (rows.distinct() if events.one_row_per_child else rows).subquery()
    cells = [inner.c[name] for name in by]
    statement = select(*cells, inner.c.day, func.count().label("events")).group_by(*cells, inner.c.day).order_by(inner.c.day)
    return read(connection, statement, scope.as_at, data_end, periods)


def _counted(
    count: Count, scope: Scope, periods: Sequence[Period], by: Sequence[str], *columns: ColumnElement[Any]
) -> Select[Any]:
    """The counted events one by one: the ``by`` columns, then those given."""
    events = count.events
    splits = [events.dimension(name, scope.placed_by).label(name) for name in by]
    wanted = true() if count.where is None else count.where
    return select(*splits, *columns).select_from(events.rows).where(wanted, *in_scope(events, scope, periods))


def _counting(events: Events, counts: Sequence[Count], scope: Scope, periods: Sequence[Period], by: Sequence[str]) -> Select[Any]:
    splits = [events.dimension(name, scope.placed_by) for name in by]
    named = [split.label(name) for split, name in zip(splits, by, strict=True)]
    things = [_value_where_counted(count, _counted_value(count)).label(f"c{i}") for i, count in enumerate(counts)]
    matches = [
        _value_where_counted(count, literal(1)).label(f"m{i}") for i, count in enumerate(counts) if count.total is not None
    ]
    rows = select(*named, *things, *matches).select_from(events.rows).where(*in_scope(events, scope, periods))
    if events.latest_per is None:
        inner = rows.where(or_(*(true() if count.where is None else count.where for count in counts))).subquery()
    else:  # which row is the last of its cell must not depend on what is counted
        inner = rows.add_columns(rank_in_cell(events, splits).label("ranked")).subquery()
    cells = [inner.c[name] for name in by]
    sums = [_sum(count, inner, i) for i, count in enumerate(counts)]
    statement = select(*cells, *sums).group_by(*cells)
    if events.latest_per is not None:
        statement = statement.where(inner.c.ranked == 1)
    return statement.add_cte(periods_cte(periods)) if events.date is None else statement


def _counted_value(count: Count) -> ColumnElement[Any]:
    return next(
        (what for what in (count.distinct, count.total) if what is not None),
        count.events.unit if count.events.one_row_per_child else literal(1),
    )


def _value_where_counted(count: Count, what: ColumnElement[Any]) -> ColumnElement[Any]:
    return what if count.where is None else case((count.where, what))


def rank_in_cell(events: Events, splits: Sequence[ColumnElement[Any]]) -> ColumnElement[int]:
    """1 for the last by ``on`` of the events in a cell that share ``latest_per``."""
    assert events.date is not None and events.latest_per is not None
    return func.row_number().over(partition_by=(*splits, events.latest_per), order_by=events.date.desc())


def _sum(count: Count, inner: Subquery, place: int) -> ColumnElement[Any]:
    thing = inner.c[f"c{place}"]
    if count.total is not None:  # nothing to add up is 0; something, of which no number was recorded, is not known
        return case((func.count(inner.c[f"m{place}"]) == 0, 0), else_=cast(func.sum(thing), BigInteger))
    if count.distinct is not None or count.events.one_row_per_child:
        return func.count(distinct(thing))
    return func.count(thing)


def in_scope(events: Events, scope: Scope, periods: Sequence[Period]) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an event is of the scope's hubs, and of the periods."""
    return (in_hubs(events, scope), in_periods(events, periods))


def in_hubs(events: Events, scope: Scope) -> ColumnElement[bool]:
    """The condition that an event is of the scope's hubs; not known of an event without a hub, where the scope has some."""
    conditions = [scope.of_hubs(events.hub(scope.placed_by))]
    if scope.residents_only and "home_hub_id" in events.rows.c:
        home = events.rows.c.home_hub_id
        conditions += [home.is_not(None), scope.of_hubs(home)]
    return and_(*conditions)


def in_periods(events: Events, periods: Sequence[Period]) -> ColumnElement[bool]:
    """The condition that an event is of the periods; a state is, by the way it is read."""
    return true() if events.date is None else and_(events.date >= periods[0].opens, events.date < periods[-1].closes)


def periods_cte(periods: Sequence[Period]) -> CTE:
    """The periods asked about, under the name that states join."""
    rows = [(p.opens, p.closes, p.month, p.quarter, p.year, p.calendar_year) for p in periods]
    return select(values(*PERIODS.c, name="given").data(rows)).cte("periods")


def read(
    connection: Connection, statement: Select[Any], as_at: date | None, data_end: date, periods: Sequence[Period]
) -> pd.DataFrame:
    """The rows of a statement that was told how far the data reach, and how much of them is known."""
    told = {"data_end": data_end, "data_end_instant": end_of_day(data_end), **as_at_parameters(as_at)}
    if row_level_security.is_of_a_hub(connection):
        row_level_security.set_parameters(connection, told, periods)
        statement = of_own_hubs(statement)
    return pd.read_sql_query(statement, connection, params=told)
