"""Counts of events, and how they are worked out: one SELECT for each kind of event, however many counts are wanted."""

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
from queries.counting.events import Events
from queries.facts.known import any_row, parameters
from queries.facts.stored import live
from queries.periods import PERIODS, Period
from queries.scope import OutOfScope, Scope
from queries.tables import care_spells

AS_AT_IS_OF_THE_FORCE = "Figures as at an earlier day are worked out from the records of the whole force: ask the command team."


@dataclass(frozen=True, eq=False)
class Count:
    """A number of events, of what they have in common, or of what they add up to: in words and in SQL at once.

    ``where``     which of the events; None for all
    ``distinct``  what is counted once however often it comes: a child, say; None for the events themselves
    ``total``     a number to add up instead of counting
    ``needs``     what the database must hold somewhere for the count to be available (see `queries.counting.events.any_row`)
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
    """The events left out because it is not known whether they are of a child."""
    event_and_child = events.unit + "/" + events.rows.c.child_id if events.one_row_per_child else None
    name = f"{events.name} where the age of the person is not known"
    return Count(name, events, where=not_(events.age_known), distinct=event_and_child)


def in_care(count: Count, name: str) -> tuple[Count, Count]:
    """Those of a count whose child was in care on the day; and, under a name of its own, all of them with a known child."""
    rows, where = count.events.rows, true() if count.where is None else count.where
    of_known = Count(
        name, count.events, where=and_(where, rows.c.child_id.is_not(None)), needs=and_(*_needs(count), any_row(care_spells))
    )
    return Count("Those of a child in care on the day", count.events, where=and_(where, rows.c.in_care == "yes")), of_known


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
        of_events = [count for count in counts if count.events is events]
        frame = read(connection, _tally_statement(events, of_events, scope, periods, by), scope.as_at, data_end)
        frames.append(frame.set_axis([*by, *of_events], axis="columns"))
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
    """How many events had which length: the ``by`` columns, then ``length`` (in the unit), ``ended`` and ``events``."""
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
        .where(durations.where, *scope_conditions(events, scope, periods))
    )
    inner = (rows.distinct() if events.one_row_per_child else rows).subquery()
    cells = [inner.c[name] for name in by]
    statement = select(*cells, inner.c.length, inner.c.ended, func.count().label("events")).group_by(
        *cells, inner.c.length, inner.c.ended
    )
    frame = read(connection, statement, scope.as_at, data_end)
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
    by_child = select(*(rows.c[name] for name in by), func.count().label("times")).select_from(rows).group_by(*rows.c).subquery()
    statement = select(*by_child.c, func.count().label("children")).group_by(*by_child.c)
    return read(connection, statement, scope.as_at, data_end)


def event_dates(
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
    return read(connection, statement, scope.as_at, data_end)


def _counted(
    count: Count, scope: Scope, periods: Sequence[Period], by: Sequence[str], *columns: ColumnElement[Any]
) -> Select[Any]:
    """The counted events one by one: the ``by`` columns, then those given."""
    events = count.events
    splits = [events.dimension(name, scope.placed_by).label(name) for name in by]
    wanted = true() if count.where is None else count.where
    return select(*splits, *columns).select_from(events.rows).where(wanted, *scope_conditions(events, scope, periods))


def _tally_statement(
    events: Events, counts: Sequence[Count], scope: Scope, periods: Sequence[Period], by: Sequence[str]
) -> Select[Any]:
    splits = [events.dimension(name, scope.placed_by) for name in by]
    columns = [split.label(name) for split, name in zip(splits, by, strict=True)]
    columns += [_value_where_counted(count, _counted_value(count)).label(f"c{i}") for i, count in enumerate(counts)]
    columns += [
        _value_where_counted(count, literal(1)).label(f"m{i}") for i, count in enumerate(counts) if count.total is not None
    ]
    rows = select(*columns).select_from(events.rows).where(*scope_conditions(events, scope, periods))
    if events.latest_per is None:
        inner = rows.where(or_(*(true() if count.where is None else count.where for count in counts))).subquery()
    else:  # which row is the last of its cell must not depend on what is counted
        inner = rows.add_columns(rank_in_cell(events, splits).label("ranked")).subquery()
    cells = [inner.c[name] for name in by]
    statement = select(*cells, *(_aggregate(count, inner, i) for i, count in enumerate(counts))).group_by(*cells)
    if events.latest_per is not None:
        statement = statement.where(inner.c.ranked == 1)
    return statement.add_cte(periods_cte(periods)) if events.date is None else statement


def _counted_value(count: Count) -> ColumnElement[Any]:
    return next(
        (value for value in (count.distinct, count.total) if value is not None),
        count.events.unit if count.events.one_row_per_child else literal(1),
    )


def _value_where_counted(count: Count, value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value if count.where is None else case((count.where, value))


def rank_in_cell(events: Events, splits: Sequence[ColumnElement[Any]]) -> ColumnElement[int]:
    """1 for the last by ``date`` of the events in a cell that share ``latest_per``."""
    assert events.date is not None and events.latest_per is not None
    return func.row_number().over(partition_by=(*splits, events.latest_per), order_by=events.date.desc())


def _aggregate(count: Count, inner: Subquery, position: int) -> ColumnElement[Any]:
    value = inner.c[f"c{position}"]
    if count.total is not None:  # nothing to add up is 0; something, of which no number was recorded, is not known
        return case((func.count(inner.c[f"m{position}"]) == 0, 0), else_=cast(func.sum(value), BigInteger))
    if count.distinct is not None or count.events.one_row_per_child:
        return func.count(distinct(value))
    return func.count(value)


def scope_conditions(events: Events, scope: Scope, periods: Sequence[Period]) -> tuple[ColumnElement[bool], ...]:
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
    """The periods of a question, under the name by which states at their ends join them."""
    rows = [tuple(period.row.values()) for period in periods]
    return select(values(*PERIODS.c, name="period_rows").data(rows)).cte(PERIODS.name)


def read(connection: Connection, statement: Select[Any], as_at: date | None, data_end: date) -> pd.DataFrame:
    """Run a statement over facts with its data-end parameter; as at a day, over their definitions as they were known then.

    Raises OutOfScope as at a day for a reader who reads facts alone.
    """
    if as_at is not None:
        if row_level_security.is_of_a_hub(connection):
            raise OutOfScope(AS_AT_IS_OF_THE_FORCE)
        statement = live(statement)
    return pd.read_sql_query(statement, connection, params=parameters(as_at, data_end))
