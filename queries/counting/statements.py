"""The SELECTs that count events: one for each kind of event, however many counts and splits are wanted."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
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
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList

from queries.counting.counts import Count, Durations
from queries.counting.dimensions import DAY, OPENS
from queries.counting.events import Events
from queries.counting.in_scope import in_period, in_scope, periods_cte
from queries.counting.question import Question

_Conditions = tuple[ColumnElement[bool], ...]


def tally_statement(events: Events, counts: Sequence[Count], once: bool, questions: Sequence[Question]) -> Select[Any]:
    """The cell, then a column for each count; see `_grouped` for several questions. ``once``: see `is_once_an_event`."""
    # Which row is the last of its cell must not depend on what is counted.
    shared, further = (
        _conditions(tuple(counts)) if events.latest_per is None else ((), [_conditions_of(count) for count in counts])
    )
    columns = [_where(further[i], _counted_value(count)).label(f"c{i}") for i, count in enumerate(counts)]
    columns += [_where(further[i], literal(1)).label(f"m{i}") for i, count in enumerate(counts) if count.total is not None]
    rows = _rows(events, questions, *columns, *([events.unit.label("unit")] if once else [])).where(*shared)
    if events.latest_per is not None:
        ranked = rows.add_columns(rank_in_cell(events, questions[0]).label("ranked")).subquery()
        rows = select(ranked).where(ranked.c.ranked == 1)
    elif all(further):
        rows = rows.where(or_(*(and_(*conditions) for conditions in further)))
    inner = rows.subquery()
    if once:  # an event of several children is counted once in a cell: that is cheaper than counting distinct ones
        flags = [func.max(inner.c[f"c{i}"]).label(f"c{i}") for i in range(len(counts))]
        inner = _grouped(inner, questions, flags, "unit").subquery()
    statement = _grouped(inner, questions, [_aggregate(count, inner, i) for i, count in enumerate(counts)])
    return statement.add_cte(periods_cte(questions[0].periods)) if events.date is None else statement


def durations_statement(durations: Durations, questions: Sequence[Question]) -> Select[Any]:
    """The cell, then ``length`` (in parts of its unit), ``ended`` and ``events``: how many lasted so long."""
    events = durations.events
    ended = true() if durations.ended is None else durations.ended
    columns = (events.unit.label("unit"), durations.length.label("length"), ended.label("ended"))
    inner = _rows(events, questions, *columns).where(durations.where).subquery()
    if events.one_row_per_child:  # once in a cell
        inner = _grouped(inner, questions, [], "length", "ended", "unit").subquery()
    return _grouped(inner, questions, [func.count().label("events")], "length", "ended")


def per_child_statement(count: Count, question: Question) -> Select[Any]:
    """How many children had how many of the counted events: the columns of the split, then ``times`` and ``children``."""
    child = count.events.rows.c.child_id
    wanted = true() if count.where is None else count.where
    rows = _rows(count.events, [question], child).where(wanted, child.is_not(None)).subquery()
    cells = [rows.c[name] for name in question.by]
    by_child = select(*cells, func.count().label("times")).select_from(rows).group_by(*rows.c).subquery()
    return select(*by_child.c, func.count().label("children")).group_by(*by_child.c)


def names_of(questions: Sequence[Question]) -> list[str]:
    """What any of these is split by."""
    return list(dict.fromkeys(name for question in questions for name in question.by))


def number_of_split(question: Question, names: Sequence[str]) -> int:
    """What SQL's GROUPING makes of the names that a question is not split by: a bit each, the first the highest."""
    return sum(1 << place for place, name in enumerate(reversed(names)) if name not in question.by)


def is_once_an_event(count: Count) -> bool:
    """Whether it counts events that have several rows, each of them once in a cell."""
    return count.events.one_row_per_child and count.distinct is None and count.total is None


def rank_in_cell(events: Events, question: Question) -> ColumnElement[int]:
    """1 for the last by ``date`` of the events in a cell that share ``latest_per``."""
    assert events.date is not None and events.latest_per is not None
    splits = [_split(events, name, question) for name in question.by]
    return func.row_number().over(partition_by=(*splits, events.latest_per), order_by=events.date.desc())


def rows_in_scope(events: Events, question: Question, *columns: ColumnElement[Any]) -> Select[Any]:
    """The events of a question one by one: the columns of its split, then those given."""
    return _rows(events, [question], *columns)


def _rows(events: Events, questions: Sequence[Question], *columns: ColumnElement[Any]) -> Select[Any]:
    """The events of some questions one by one: the columns of their splits, then those given."""
    splits = [_split(events, name, questions[0]).label(name) for name in names_of(questions)]
    return select(*splits, *columns).select_from(events.rows).where(in_scope(events, questions[0]))


def _split(events: Events, name: str, question: Question) -> ColumnElement[Any]:
    if name not in (OPENS, DAY):
        return events.dimension(name, question.scope.placed_by)
    if events.date is None:
        return events.rows.c[name]
    return events.date if name == DAY else case(*((in_period(events.date, p), p.opens) for p in question.periods))


def _grouped(rows: Subquery, questions: Sequence[Question], figures: Sequence[ColumnElement[Any]], *more: str) -> Select[Any]:
    """Some rows grouped by the cells of some questions, and by ``more`` of their columns: these, then the figures.

    Where there are several questions, ``split`` comes first and says of which a row is; what that is not split by is blank in it.
    """
    names = names_of(questions)
    shown: list[ColumnElement[Any]] = [rows.c[name] for name in (*names, *more)]
    if len(questions) == 1:
        return select(*shown, *figures).group_by(*shown)
    if "split" in rows.c:
        return select(rows.c.split, *shown, *figures).group_by(*shown, rows.c.split)
    sets = [tuple_(*(rows.c[name] for name in (*question.by, *more))) for question in questions]
    split = func.grouping(*(rows.c[name] for name in names)).label("split")
    return select(split, *shown, *figures).group_by(func.grouping_sets(*sets))


@lru_cache(maxsize=1024)
def _conditions(counts: tuple[Count, ...]) -> tuple[_Conditions, list[_Conditions]]:
    """What all of some counts ask of an event, which is asked once before it is looked at for each; and what each adds."""
    first, *others = of_each = [_conditions_of(count) for count in counts]
    shared = tuple(condition for condition in first if all(_is_among(condition, other) for other in others))
    return shared, [tuple(condition for condition in own if not _is_among(condition, shared)) for own in of_each]


def _conditions_of(count: Count) -> _Conditions:
    """What must hold of an event that is counted, one by one."""
    where = count.where
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        return tuple(where.clauses)
    return () if where is None else (where,)


def _is_among(condition: ColumnElement[bool], conditions: _Conditions) -> bool:
    return any(condition is other or condition.compare(other) for other in conditions)


def _where(conditions: _Conditions, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The value where all of these hold, else none."""
    return case((and_(*conditions), value)) if conditions else value


def _counted_value(count: Count) -> ColumnElement[Any]:
    return next((value for value in (count.distinct, count.total) if value is not None), literal(1))


def _aggregate(count: Count, inner: Subquery, position: int) -> ColumnElement[Any]:
    value = inner.c[f"c{position}"]
    if count.total is not None:  # nothing to add up is 0; something, of which no number was recorded, is not known
        return case((func.count(inner.c[f"m{position}"]) == 0, 0), else_=cast(func.sum(value), BigInteger))
    if count.distinct is not None:
        return func.count(distinct(value))
    return func.count(value)
