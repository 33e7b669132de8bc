"""Children to whom the same happens again: of each kind of event two or more in twelve months, wherever they were."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
from sqlalchemy import Connection, Subquery, distinct, false, func, select

from queries import custody, incidents, missing, outcomes, repeat_offending, stop_search
from queries.clock import add_months
from queries.periods import Period
from queries.scope import Scope
from queries.tally import Count, in_hubs, in_periods, read

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


def twelve_months(closes: date) -> Period:
    """The months in which repeats are counted."""
    return Period(add_months(closes, -MONTHS), closes)


def children(connection: Connection, count: Count, scope: Scope, within: Period, data_end: date) -> int:
    """How many children with a repeat have one of these events in the hubs of the scope."""
    rows = _again(count, scope, within)
    statement = select(func.count(distinct(rows.c.child)).label("children")).where(rows.c.is_here)
    return int(read(connection, statement, scope.as_at, data_end)["children"].iloc[0])


def events(connection: Connection, count: Count, scope: Scope, within: Period, data_end: date) -> pd.DataFrame:
    """The events in the hubs of the scope of children with a repeat: ``child, record, day, elsewhere``.

    ``elsewhere`` says that some event of the child was in no hub of the scope, and nothing else of it. By child, then day.
    """
    rows = _again(count, scope, within)
    shown = select(rows.c.child, rows.c.record, rows.c.day, rows.c.elsewhere).where(rows.c.is_here)
    return read(connection, shown.order_by(rows.c.child, rows.c.day, rows.c.record), scope.as_at, data_end)


def _again(count: Count, scope: Scope, within: Period) -> Subquery:
    """The events of children who had two or more, in every hub, and whether each was in the hubs of the scope."""
    what = count.events
    assert what.on is not None and count.where is not None
    child = what.rows.c.child_id
    found = (
        select(
            child.label("child"),
            what.unit.label("record"),
            what.on.label("day"),
            func.coalesce(in_hubs(what, scope), false()).label("is_here"),
        )
        .where(count.where, child.is_not(None), in_periods(what, [within]))
        .subquery("found")
    )
    judged = select(
        *found.c,
        func.count().over(partition_by=found.c.child).label("times"),
        func.bool_or(~found.c.is_here).over(partition_by=found.c.child).label("elsewhere"),
    ).subquery("judged")
    return select(*judged.c).where(judged.c.times >= REPEAT).subquery("again")
