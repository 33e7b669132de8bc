"""Children with repeat events: of each kind two or more in twelve months, wherever they were."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Subquery, and_, case, distinct, func, or_, select

from queries.clock import add_months
from queries.counting.counts import Count
from queries.counting.in_scope import in_scope
from queries.counting.question import Question
from queries.counting.reading import read
from queries.facts.child import ADULT
from queries.periods import Period
from queries.themes import custody, incidents, missing, outcomes, repeat_offending, stop_search

MONTHS = repeat_offending.ROLLING_MONTHS  # to the end of the period


KINDS: Mapping[str, Count] = {
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


def twelve_months(question: Question) -> Question:
    """The question over the months in which repeats are counted: those to the end of its period, whatever the data cover."""
    closes = question.period.closes
    return replace(question, periods=(Period(add_months(closes, -MONTHS), closes),))


def children(connection: Connection, kind: str, months: Question) -> int:
    """How many children with a repeat have one of these events in the hubs of the scope, in `twelve_months`."""
    rows = _repeats_in_hubs(kind, months)
    return int(read(connection, select(func.count(distinct(rows.c.child)).label("children")), months)["children"].iloc[0])


def events(connection: Connection, kind: str, months: Question) -> pd.DataFrame:
    """The events in the hubs of the scope of children with a repeat: ``child, record, day, elsewhere``.

    ``elsewhere`` says that some event of the child was in no hub of the scope, and nothing else of it. By child, then day.
    """
    rows = _repeats_in_hubs(kind, months)
    elsewhere = (func.max(rows.c.next_to_another).over(partition_by=rows.c.child) == 1).label("elsewhere")
    statement = select(rows.c.child, rows.c.record, rows.c.day, elsewhere).order_by(rows.c.child, rows.c.day, rows.c.record)
    return read(connection, statement, months)


def _repeats_in_hubs(kind: str, months: Question) -> Subquery:
    """The events in the hubs of the scope of children who had two or more in every hub together.

    ``next_to_another`` is 1 where the event before or after in the child's life is in these months and in no hub of the scope.
    """
    count = KINDS[kind]
    fact = count.events.rows.c
    assert count.where is not None
    follows, precedes = fact.day_before >= months.period.opens, fact.day_after < months.period.closes
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
            or_(follows, precedes),
            in_scope(count.events, months),
        )
        .subquery("repeats")
    )
