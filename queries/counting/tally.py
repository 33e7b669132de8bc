"""Counts of events, and how they are worked out: one SELECT for each kind of event, however many counts are wanted."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
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
    tuple_,
    values,
)

from queries import row_level_security
from queries.counting.counts import Count, Durations
from queries.counting.dimensions import DAY, OPENS
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
    frames = [frame for _, (frame,) in tallies(connection, counts, [question])]
    if not frames:
        return pd.DataFrame(columns=list(question.by))
    if not question.by:
        return pd.concat(frames, axis="columns")
    by_cell = [frame.set_index(list(question.by)) for frame in frames]
    cells = by_cell[0].index
    for frame in by_cell[1:]:
        cells = cells.union(frame.index)
    return pd.concat([frame.reindex(cells, fill_value=0) for frame in by_cell], axis="columns").reset_index()


def tallies(
    connection: Connection, counts: Sequence[Count], questions: Sequence[Question]
) -> Iterator[tuple[list[Count], list[pd.DataFrame]]]:
    """`tally` of each kind of event by itself: its counts, and a frame for each question; the kind is read once for all of them.

    The questions differ in their split alone; each is split, where there are several.
    """
    together: dict[tuple[Events, bool], list[Count]] = {}
    for count in counts:
        together.setdefault((count.events, _is_once_an_event(count)), []).append(count)
    for (events, once), alike in together.items():
        frames = _ask_each(connection, questions, partial(_tally_statement, events, alike, once), events)
        named = [frame.set_axis([*one.by, *alike], axis="columns") for frame, one in zip(frames, questions, strict=True)]
        yield alike, named


def durations_of_each(connection: Connection, durations: Durations, questions: Sequence[Question]) -> list[pd.DataFrame]:
    """How many events had which length: the columns of the split, then ``length`` (in the unit), ``ended`` and ``events``.

    A frame for each of some questions, see `tallies`.
    """
    frames = _ask_each(connection, questions, partial(_durations_statement, durations), durations.events)
    return [frame.assign(length=frame["length"] / durations.parts) for frame in frames]


def _ask_each(
    connection: Connection, questions: Sequence[Question], statement: Callable[[Sequence[Question]], Select[Any]], events: Events
) -> list[pd.DataFrame]:
    """The answer to each question, all in one statement where it may be."""
    if len(questions) == 1 or events.date is None or events.latest_per is not None:
        return [read(connection, statement([question]), question) for question in questions]
    rows = read(connection, statement(questions), questions[0])
    names, split = _names(questions), rows["split"].to_numpy()
    figures = [name for name in rows.columns if name not in (*names, "split")]
    return [rows.loc[split == _number_of_split(one, names), [*one.by, *figures]].reset_index(drop=True) for one in questions]


def events_per_child(connection: Connection, count: Count, question: Question) -> pd.DataFrame:
    """How many children had how many of the counted events: the columns of the split, then ``times`` and ``children``."""
    child = count.events.rows.c.child_id
    wanted = true() if count.where is None else count.where
    rows = _rows(count.events, [question], child).where(wanted, child.is_not(None)).subquery()
    cells = [rows.c[name] for name in question.by]
    by_child = select(*cells, func.count().label("times")).select_from(rows).group_by(*rows.c).subquery()
    statement = select(*by_child.c, func.count().label("children")).group_by(*by_child.c)
    return read(connection, statement, question)


def _names(questions: Sequence[Question]) -> list[str]:
    """What any of these is split by."""
    return list(dict.fromkeys(name for question in questions for name in question.by))


def _split(events: Events, name: str, question: Question) -> ColumnElement[Any]:
    if name not in (OPENS, DAY):
        return events.dimension(name, question.scope.placed_by)
    if events.date is None:
        return events.rows.c[name]
    return events.date if name == DAY else case(*((_in_period(events.date, p), p.opens) for p in question.periods))


def _rows(events: Events, questions: Sequence[Question], *columns: ColumnElement[Any]) -> Select[Any]:
    """The events of some questions one by one: the columns of their splits, then those given."""
    splits = [_split(events, name, questions[0]).label(name) for name in _names(questions)]
    return select(*splits, *columns).select_from(events.rows).where(in_scope(events, questions[0]))


def _grouped(rows: Subquery, questions: Sequence[Question], figures: Sequence[ColumnElement[Any]], *more: str) -> Select[Any]:
    """Some rows grouped by the cells of some questions, and by ``more`` of their columns: these, then the figures.

    Where there are several questions, ``split`` says of which a row is; what that is not split by is blank in it.
    """
    names = _names(questions)
    shown: list[ColumnElement[Any]] = [rows.c[name] for name in (*names, *more)]
    if len(questions) == 1:
        return select(*shown, *figures).group_by(*shown)
    if "split" in rows.c:
        return select(*shown, rows.c.split, *figures).group_by(*shown, rows.c.split)
    sets = [tuple_(*(rows.c[name] for name in (*question.by, *more))) for question in questions]
    split = func.grouping(*(rows.c[name] for name in names)).label("split")
    return select(*shown, split, *figures).group_by(func.grouping_sets(*sets))


def _number_of_split(question: Question, names: Sequence[str]) -> int:
    """What SQL's GROUPING makes of the names that a question is not split by: a bit each, the first the highest."""
    return sum(1 << place for place, name in enumerate(reversed(names)) if name not in question.by)


def _tally_statement(events: Events, counts: Sequence[Count], once: bool, questions: Sequence[Question]) -> Select[Any]:
    columns = [_value_where_counted(count, _counted_value(count)).label(f"c{i}") for i, count in enumerate(counts)]
    columns += [
        _value_where_counted(count, literal(1)).label(f"m{i}") for i, count in enumerate(counts) if count.total is not None
    ]
    rows = _rows(events, questions, *columns, *([events.unit.label("unit")] if once else []))
    if events.latest_per is not None:  # which row is the last of its cell must not depend on what is counted
        ranked = rows.add_columns(rank_in_cell(events, questions[0]).label("ranked")).subquery()
        rows = select(ranked).where(ranked.c.ranked == 1)
    else:
        rows = rows.where(or_(*(true() if count.where is None else count.where for count in counts)))
    inner = rows.subquery()
    if once:  # an event of several children is counted once in a cell: that is cheaper than counting distinct ones
        flags = [func.max(inner.c[f"c{i}"]).label(f"c{i}") for i in range(len(counts))]
        inner = _grouped(inner, questions, flags, "unit").subquery()
    statement = _grouped(inner, questions, [_aggregate(count, inner, i) for i, count in enumerate(counts)])
    return statement.add_cte(periods_cte(questions[0].periods)) if events.date is None else statement


def _durations_statement(durations: Durations, questions: Sequence[Question]) -> Select[Any]:
    events = durations.events
    ended = true() if durations.ended is None else durations.ended
    columns = (events.unit.label("unit"), durations.length.label("length"), ended.label("ended"))
    inner = _rows(events, questions, *columns).where(durations.where).subquery()
    if events.one_row_per_child:  # once in a cell
        inner = _grouped(inner, questions, [], "length", "ended", "unit").subquery()
    return _grouped(inner, questions, [func.count().label("events")], "length", "ended")


def _is_once_an_event(count: Count) -> bool:
    """Whether it counts events that have several rows, each of them once in a cell."""
    return count.events.one_row_per_child and count.distinct is None and count.total is None


def _counted_value(count: Count) -> ColumnElement[Any]:
    return next((value for value in (count.distinct, count.total) if value is not None), literal(1))


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
    if count.distinct is not None:
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
