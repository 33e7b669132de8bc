"""The records behind a number: one by one what was counted or measured, for those who may open them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, literal, select, true

from queries.counting.counts import Count, Durations
from queries.counting.events import Events
from queries.counting.in_scope import in_scope, periods_cte
from queries.counting.question import Question
from queries.counting.reading import read
from queries.counting.statements import rank_in_cell

REFERENCES = ["record", "child", "day", "hub", "home_hub"]  # the columns that say which record it is


def records(
    connection: Connection, part: Count | Durations, question: Question, also: Sequence[ColumnElement[Any]] = ()
) -> pd.DataFrame:
    """Exactly what `tally` counts, or a duration measures: a row a record; where it is of several children, a row for each.

    Columns ``record, child, day, hub, home_hub`` (blank text where there is none), then ``counted``: the value that is counted
    once however often it comes, and ``number`` (of a total), or ``length`` (in the unit) and ``ended`` (of a duration); then
    those of ``also``. By day, then record: never by how many a child has. A record that adds nothing to a total is not behind it.
    The question is not split.
    """
    events = part.events
    is_counted = (true() if part.where is None else part.where).label("is_counted")
    columns = (*_references(events), *_values(part), *also, is_counted)
    all_in_scope = select(*columns).select_from(events.rows).where(in_scope(events, question))
    if events.latest_per is not None:  # which assessment is a child's last must not depend on what is counted
        all_in_scope = all_in_scope.add_columns(rank_in_cell(events, question).label("rank"))
    rows = all_in_scope.subquery()
    shown = [column for column in rows.c if column.name not in ("is_counted", "rank")]
    statement = select(*shown).where(rows.c.is_counted, rows.c.counted.is_not(None))
    if "number" in rows.c:
        statement = statement.where(rows.c.number != 0)
    if events.latest_per is not None:
        statement = statement.where(rows.c.rank == 1)
    statement = statement.order_by(rows.c.day, rows.c.record, rows.c.child)
    statement = statement.add_cte(periods_cte(question.periods)) if events.date is None else statement
    frame = read(connection, statement, question)
    return frame.assign(length=frame["length"] / part.parts) if isinstance(part, Durations) else frame


def number_of(frame: pd.DataFrame) -> int:
    """What the rows of `records` come to: the number that was counted, added up, or measured."""
    return int(frame["number"].sum()) if "number" in frame else frame["counted"].nunique()


def _references(events: Events) -> tuple[ColumnElement[Any], ...]:
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


def _values(part: Count | Durations) -> tuple[ColumnElement[Any], ...]:
    if isinstance(part, Durations):
        ended = true() if part.ended is None else part.ended
        return (part.events.unit.label("counted"), part.length.label("length"), ended.label("ended"))
    counted = part.events.unit if part.distinct is None else part.distinct
    return (counted.label("counted"), *(() if part.total is None else (part.total.label("number"),)))
