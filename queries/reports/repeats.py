"""Repeat contacts: children to whom the same came two or more times in twelve months, or who were often missing, wherever."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Subquery, and_, case, distinct, func, or_, select

from queries.clock import add_months
from queries.counting.counts import Count
from queries.counting.in_scope import in_scope
from queries.counting.question import Question
from queries.counting.reading import fetch, read
from queries.facts.child import ADULT
from queries.facts.missing import FREQUENT_DAYS
from queries.periods import Period
from queries.themes import custody, incidents, missing, outcomes, repeat_offending, stop_search

MONTHS = repeat_offending.ROLLING_MONTHS  # to the end of the period


OFTEN_MISSING = "often_missing"  # three times within 90 days; of all other kinds, twice in the months

KINDS: Mapping[str, Count] = {
    OFTEN_MISSING: missing.ALL,
    "missing": missing.ALL,
    "custody": custody.DETENTIONS,
    "stop_search": stop_search.OF_KNOWN_CHILDREN,
    "crime": Count(
        "Crimes that a child is suspected of",
        outcomes.SUSPECTED,
        where=outcomes.SUSPECTED.rows.c.age < ADULT,
        needs=repeat_offending.SUSPECTS_ARE_LOADED,
    ),
    "incident": Count(
        "Incidents that involve a child",
        incidents.INVOLVED,
        where=incidents.INVOLVED.rows.c.age < ADULT,
        needs=incidents.INVOLVED.needs,
    ),
}


def days_looked_at(kind: str, question: Question) -> Question:
    """The question over the days in which events of a kind are repeats of each other, whatever the data cover.

    They are the twelve months to the end of its period; of children often missing the period, and the days before in which their
    first times can have been.
    """
    opens, closes = question.period.opens, question.period.closes
    first = opens - timedelta(days=FREQUENT_DAYS - 1) if kind == OFTEN_MISSING else add_months(closes, -MONTHS)
    return replace(question, periods=(Period(first, closes),))


def children(connection: Connection, questions: Mapping[str, Question]) -> dict[str, int]:
    """How many children with a repeat have one of its events in the hubs of the scope, of each kind that is asked; in one go."""
    if not questions:
        return {}
    counts = []
    for kind, question in questions.items():
        rows = _repeats(kind, question)
        counts.append(select(func.count(distinct(rows.c.child))).scalar_subquery().label(kind))
    row = fetch(connection, select(*counts), next(iter(questions.values())))[0]
    return {kind: int(number) for kind, number in zip(questions, row, strict=True)}


def events(connection: Connection, kind: str, question: Question) -> pd.DataFrame:
    """The events in the hubs of the scope of children with a repeat: ``child, record, day, elsewhere``.

    ``elsewhere`` says that some event of the child was in no hub of the scope, and nothing else of it. By child, then day.
    """
    rows = _repeats(kind, question)
    elsewhere = (func.max(rows.c.next_to_another).over(partition_by=rows.c.child) == 1).label("elsewhere")
    statement = select(rows.c.child, rows.c.record, rows.c.day, elsewhere).order_by(rows.c.child, rows.c.day, rows.c.record)
    return read(connection, statement, question)


def _repeats(kind: str, question: Question) -> Subquery:
    """The events of one kind in the hubs of the scope of children with a repeat, over the days that are looked at.

    ``next_to_another`` is 1 where the event before or after in the child's life is on these days and in no hub of the scope.
    """
    count = KINDS[kind]
    fact = count.events.rows.c
    assert count.where is not None
    looked_at = days_looked_at(kind, question)
    follows, precedes = fact.day_before >= looked_at.period.opens, fact.day_after < looked_at.period.closes
    of_child: dict[str, Any] = {"partition_by": fact.child_id, "order_by": fact.ordinal}
    ordinal_before = func.coalesce(func.lag(fact.ordinal).over(**of_child), 0)
    ordinal_after = func.coalesce(func.lead(fact.ordinal).over(**of_child), 0)
    another = or_(and_(follows, ordinal_before != fact.ordinal - 1), and_(precedes, ordinal_after != fact.ordinal + 1))
    return (
        select(
            fact.child_id.label("child"),
            count.events.unit.label("record"),
            fact.day,
            case((another, 1), else_=0).label("next_to_another"),
        )
        .where(
            count.where,
            fact.ordinal.is_not(None),
            fact.child_id.in_(_often_missing(question)) if kind == OFTEN_MISSING else or_(follows, precedes),
            in_scope(count.events, looked_at),
        )
        .subquery(f"repeats_{kind}")
    )


def _often_missing(question: Question) -> Select[Any]:
    """The children whose third time missing within 90 days is in the period and in the hubs of the scope."""
    often = missing.FREQUENT_CHILDREN
    assert often.where is not None
    return select(often.events.rows.c.child_id).where(often.where, in_scope(often.events, question))
