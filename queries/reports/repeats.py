"""Children with repeat events: of each kind two or more in twelve months, wherever they were."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
from sqlalchemy import Connection, Subquery, and_, distinct, func, select

from queries.clock import add_months
from queries.counting.events import Events
from queries.counting.tally import Count, in_hubs, periods_cte, read
from queries.periods import PERIODS, Period
from queries.scope import Scope
from queries.themes import custody, incidents, missing, outcomes, repeat_offending, stop_search

REPEAT = repeat_offending.REPEAT_CRIMES  # of one kind
MONTHS = repeat_offending.ROLLING_MONTHS  # to the end of the period


KINDS: Mapping[str, Count] = {
    "missing": missing.ALL,
    "custody": custody.DETENTIONS,
    "stop_search": stop_search.OF_KNOWN_CHILDREN,
    "crime": Count(
        "Crimes that a child is suspected of",
        outcomes.SUSPECTED,
        where=outcomes.SUSPECTED.rows.c.age < 18,
        needs=repeat_offending.SUSPECTS_ARE_LOADED,
    ),
    "incident": Count(
        "Incidents that involve a child",
        incidents.INVOLVED,
        where=incidents.INVOLVED.rows.c.age < 18,
        needs=incidents.INVOLVED.needs,
    ),
}


def _with_times(kind: str, count: Count) -> Events:
    """The counted events in each period, with ``times``: how many of them their child has there, in every hub."""
    events = count.events
    assert events.date is not None and count.where is not None
    child = events.rows.c.child_id
    rows = (
        select(
            child,
            events.unit.label("record"),
            events.date.label("day"),
            events.rows.c.hub_id,
            events.rows.c.home_hub_id,
            PERIODS.c.closes,
            func.count().over(partition_by=(PERIODS.c.closes, child)).label("times"),
        )
        .select_from(events.rows)
        .join(PERIODS, and_(events.date >= PERIODS.c.opens, events.date < PERIODS.c.closes))
        .where(count.where, child.is_not(None))
        .subquery(f"{kind}_of_each_child")
    )
    return Events(events.name, rows, rows.c.record, None, events.tables, events.age_known, events.needs, snapshot_of=events)


_EVENTS = {kind: _with_times(kind, count) for kind, count in KINDS.items()}


def twelve_months(closes: date) -> Period:
    """The months in which repeats are counted."""
    return Period(add_months(closes, -MONTHS), closes)


def children(connection: Connection, kind: str, scope: Scope, months: Period, data_end: date) -> int:
    """How many children with a repeat have one of these events in the hubs of the scope."""
    rows = _repeats_in_hubs(kind, scope)
    statement = select(func.count(distinct(rows.c.child)).label("children")).add_cte(periods_cte([months]))
    return int(read(connection, statement, scope.as_at, data_end, [months])["children"].iloc[0])


def events(connection: Connection, kind: str, scope: Scope, months: Period, data_end: date) -> pd.DataFrame:
    """The events in the hubs of the scope of children with a repeat: ``child, record, day, elsewhere``.

    ``elsewhere`` says that some event of the child was in no hub of the scope, and nothing else of it. By child, then day.
    """
    rows = _repeats_in_hubs(kind, scope)
    statement = select(*rows.c).order_by(rows.c.child, rows.c.day, rows.c.record).add_cte(periods_cte([months]))
    return read(connection, statement, scope.as_at, data_end, [months])


def _repeats_in_hubs(kind: str, scope: Scope) -> Subquery:
    """The events in the hubs of the scope of children who had two or more in every hub together."""
    events = _EVENTS[kind]
    rows = events.rows.c
    times_in_hubs = func.count().over(partition_by=rows.child_id).label("times_in_hubs")
    in_scope = (
        select(rows.child_id.label("child"), rows.record, rows.day, rows.times, times_in_hubs)
        .where(rows.times >= REPEAT, in_hubs(events, scope))
        .subquery("in_scope")
    )
    columns = in_scope.c
    elsewhere = (columns.times > columns.times_in_hubs).label("elsewhere")
    return select(columns.child, columns.record, columns.day, elsewhere).subquery("repeats")
