"""Counts of events, and how they are worked out: one SELECT for each kind of event, however many counts are wanted."""

from collections.abc import Sequence
from itertools import pairwise
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
    or_,
    select,
    true,
    values,
)

from queries import row_level_security
from queries.counting.counts import Count, Durations
from queries.counting.dimensions import OPENS
from queries.counting.events import Events
from queries.counting.question import Question
from queries.facts.known import parameters
from queries.facts.stored import live
from queries.periods import PERIODS, Period
from queries.scope import OutOfScope, Scope

AS_AT_IS_OF_THE_FORCE = "Figures as at an earlier day are worked out from the records of the whole force: ask the command team."


def tally(connection: Connection, counts: Sequence[Count], question: Question) -> pd.DataFrame:
    """The counts in each cell: the columns of the split, then one column for each Count (the Count itself is its label).

    Only cells in which something was counted have a row. A total of numbers none of which was recorded is blank, not 0.
    """
    frames = []
    for events in dict.fromkeys(count.events for count in counts):
        of_events = [count for count in counts if count.events is events]
        frame = read(connection, _tally_statement(events, of_events, question), question)
        frames.append(frame.set_axis([*question.by, *of_events], axis="columns"))
    if not question.by:
        return pd.concat(frames, axis="columns")
    by_cell = [frame.set_index(list(question.by)) for frame in frames]
    cells = by_cell[0].index
    for frame in by_cell[1:]:
        cells = cells.union(frame.index)
    return pd.concat([frame.reindex(cells, fill_value=0) for frame in by_cell], axis="columns").reset_index()


def durations_of(connection: Connection, durations: Durations, question: Question) -> pd.DataFrame:
    """How many events had which length: the columns of the split, then ``length`` (in the unit), ``ended`` and ``events``."""
    events = durations.events
    ended = true() if durations.ended is None else durations.ended
    columns = (events.unit.label("unit"), durations.length.label("length"), ended.label("ended"))
    rows = select(*_splits(events, question), *columns).select_from(events.rows)
    rows = rows.where(durations.where, in_scope(events, question))
    inner = (rows.distinct() if events.one_row_per_child else rows).subquery()
    cells = [inner.c[name] for name in (*question.by, "length", "ended")]
    statement = select(*cells, func.count().label("events")).group_by(*cells)
    frame = read(connection, statement, question)
    return frame.assign(length=frame["length"] / durations.parts)


def events_per_child(connection: Connection, count: Count, question: Question) -> pd.DataFrame:
    """How many children had how many of the counted events: the columns of the split, then ``times`` and ``children``."""
    child = count.events.rows.c.child_id
    rows = _counted(count, question, child).where(child.is_not(None)).subquery()
    cells = [rows.c[name] for name in question.by]
    by_child = select(*cells, func.count().label("times")).select_from(rows).group_by(*rows.c).subquery()
    statement = select(*by_child.c, func.count().label("children")).group_by(*by_child.c)
    return read(connection, statement, question)


def event_dates(connection: Connection, count: Count, question: Question) -> pd.DataFrame:
    """The days on which the counted events fell: the columns of the split, then ``day`` and ``events``, in order of the day.

    Raises ValueError for a state, which is of no day.
    """
    events = count.events
    if events.date is None:
        raise ValueError(f"{count.name} is a state at the end of a period; only events that have a day can be dated.")
    rows = _counted(count, question, events.date.label("day"), events.unit.label("unit"))
    inner = (rows.distinct() if events.one_row_per_child else rows).subquery()
    cells = [inner.c[name] for name in (*question.by, "day")]
    statement = select(*cells, func.count().label("events")).group_by(*cells).order_by(inner.c.day)
    return read(connection, statement, question)


def _splits(events: Events, question: Question) -> list[ColumnElement[Any]]:
    """The columns by which the question is divided, each under its name."""
    return [_split(events, name, question).label(name) for name in question.by]


def _split(events: Events, name: str, question: Question) -> ColumnElement[Any]:
    if name != OPENS:
        return events.dimension(name, question.scope.placed_by)
    if events.date is None:
        return events.rows.c.opens
    return case(*((_in_period(events.date, period), period.opens) for period in question.periods))


def _counted(count: Count, question: Question, *columns: ColumnElement[Any]) -> Select[Any]:
    """The counted events one by one: the columns of the split, then those given."""
    wanted = true() if count.where is None else count.where
    rows = select(*_splits(count.events, question), *columns).select_from(count.events.rows)
    return rows.where(wanted, in_scope(count.events, question))


def _tally_statement(events: Events, counts: Sequence[Count], question: Question) -> Select[Any]:
    columns = _splits(events, question)
    columns += [_value_where_counted(count, _counted_value(count)).label(f"c{i}") for i, count in enumerate(counts)]
    columns += [
        _value_where_counted(count, literal(1)).label(f"m{i}") for i, count in enumerate(counts) if count.total is not None
    ]
    rows = select(*columns).select_from(events.rows).where(in_scope(events, question))
    if events.latest_per is None:
        inner = rows.where(or_(*(true() if count.where is None else count.where for count in counts))).subquery()
    else:  # which row is the last of its cell must not depend on what is counted
        inner = rows.add_columns(rank_in_cell(events, question).label("ranked")).subquery()
    cells = [inner.c[name] for name in question.by]
    statement = select(*cells, *(_aggregate(count, inner, i) for i, count in enumerate(counts))).group_by(*cells)
    if events.latest_per is not None:
        statement = statement.where(inner.c.ranked == 1)
    return statement.add_cte(periods_cte(question.periods)) if events.date is None else statement


def _counted_value(count: Count) -> ColumnElement[Any]:
    return next(
        (value for value in (count.distinct, count.total) if value is not None),
        count.events.unit if count.events.one_row_per_child else literal(1),
    )


def _value_where_counted(count: Count, value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value if count.where is None else case((count.where, value))


def rank_in_cell(events: Events, question: Question) -> ColumnElement[int]:
    """1 for the last by ``date`` of the events in a cell that share ``latest_per``."""
    assert events.date is not None and events.latest_per is not None
    splits = [_split(events, name, question) for name in question.by]
    return func.row_number().over(partition_by=(*splits, events.latest_per), order_by=events.date.desc())


def _aggregate(count: Count, inner: Subquery, position: int) -> ColumnElement[Any]:
    value = inner.c[f"c{position}"]
    if count.total is not None:  # nothing to add up is 0; something, of which no number was recorded, is not known
        return case((func.count(inner.c[f"m{position}"]) == 0, 0), else_=cast(func.sum(value), BigInteger))
    if count.distinct is not None or count.events.one_row_per_child:
        return func.count(distinct(value))
    return func.count(value)


def in_scope(events: Events, question: Question) -> ColumnElement[bool]:
    """The condition that an event is of the hubs of a question, and of its periods."""
    return and_(_in_hubs(events, question.scope), _in_periods(events, question.periods))


def _in_hubs(events: Events, scope: Scope) -> ColumnElement[bool]:
    """The condition that an event is of the scope's hubs; not known of an event without a hub, where the scope has some."""
    conditions = [scope.of_hubs(events.hub(scope.placed_by))]
    if scope.residents_only and "home_hub_id" in events.rows.c:
        home = events.rows.c.home_hub_id
        conditions += [home.is_not(None), scope.of_hubs(home)]
    return and_(*conditions)


def _in_periods(events: Events, periods: Sequence[Period]) -> ColumnElement[bool]:
    """The condition that an event is of the periods; a state is, by the way it is read."""
    if events.date is None:
        return true()
    gaps = any(before.closes != after.opens for before, after in pairwise(periods))
    spans = periods if gaps else [Period(periods[0].opens, periods[-1].closes)]
    return or_(*(_in_period(events.date, span) for span in spans))


def _in_period(day: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return and_(day >= period.opens, day < period.closes)


def periods_cte(periods: Sequence[Period]) -> CTE:
    """The periods of a question, under the name by which states at their ends join them."""
    rows = [tuple(period.row.values()) for period in periods]
    return select(values(*PERIODS.c, name="period_rows").data(rows)).cte(PERIODS.name)


def read(connection: Connection, statement: Select[Any], question: Question) -> pd.DataFrame:
    """Run a statement over facts with its data-end parameter; as at a day, over their definitions as they were known then.

    Raises OutOfScope as at a day for a reader who reads facts alone.
    """
    as_at = question.scope.as_at
    if as_at is not None:
        if row_level_security.is_of_a_hub(connection):
            raise OutOfScope(AS_AT_IS_OF_THE_FORCE)
        statement = live(statement)
    return pd.read_sql_query(statement, connection, params=parameters(as_at, question.coverage.last))
