"""Children to whom the same happens again: of each kind of event two or more in twelve months, wherever they were."""

from collections.abc import Mapping
from datetime import date

import pandas as pd
from sqlalchemy import Connection, Subquery, and_, distinct, func, select

from queries.clock import add_months
from queries.counting.events import PERIODS, Events
from queries.counting.tally import Count, in_hubs, periods_cte, read
from queries.periods import Period
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


def _counted_over(kind: str, count: Count) -> Events:
    """The events of a kind in each period, with how many its child has there in every hub."""
    what = count.events
    assert what.date is not None and count.where is not None
    child = what.rows.c.child_id
    rows = (
        select(
            child,
            what.unit.label("record"),
            what.date.label("day"),
            what.rows.c.hub_id,
            what.rows.c.home_hub_id,
            PERIODS.c.closes,
            func.count().over(partition_by=(PERIODS.c.closes, child)).label("times"),
        )
        .select_from(what.rows)
        .join(PERIODS, and_(what.date >= PERIODS.c.opens, what.date < PERIODS.c.closes))
        .where(count.where, child.is_not(None))
        .subquery(f"{kind}_of_each_child")
    )
    return Events(what.name, rows, rows.c.record, None, what.tables, what.age_known, what.needs, snapshot_of=what)


EACH = {kind: _counted_over(kind, count) for kind, count in KINDS.items()}


def twelve_months(closes: date) -> Period:
    """The months in which repeats are counted."""
    return Period(add_months(closes, -MONTHS), closes)


def children(connection: Connection, kind: str, scope: Scope, within: Period, data_end: date) -> int:
    """How many children with a repeat have one of these events in the hubs of the scope."""
    rows = _again(kind, scope)
    statement = select(func.count(distinct(rows.c.child)).label("children")).add_cte(periods_cte([within]))
    return int(read(connection, statement, scope.as_at, data_end, [within])["children"].iloc[0])


def events(connection: Connection, kind: str, scope: Scope, within: Period, data_end: date) -> pd.DataFrame:
    """The events in the hubs of the scope of children with a repeat: ``child, record, day, elsewhere``.

    ``elsewhere`` says that some event of the child was in no hub of the scope, and nothing else of it. By child, then day.
    """
    rows = _again(kind, scope)
    statement = select(*rows.c).order_by(rows.c.child, rows.c.day, rows.c.record).add_cte(periods_cte([within]))
    return read(connection, statement, scope.as_at, data_end, [within])


def _again(kind: str, scope: Scope) -> Subquery:
    """The events in the hubs of the scope of children who had two or more in every hub together."""
    each = EACH[kind]
    own = each.rows.c
    in_all = func.count().over(partition_by=own.child_id)
    here = (
        select(own.child_id.label("child"), own.record, own.day, own.times, in_all.label("here"))
        .where(own.times >= REPEAT, in_hubs(each, scope))
        .subquery("here")
    )
    return select(here.c.child, here.c.record, here.c.day, (here.c.times > here.c.here).label("elsewhere")).subquery("again")
