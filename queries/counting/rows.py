"""The events behind a count one by one, with the cell of each: for tables that are rounded by the records behind them."""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, String, case, cast, func, literal, select, true

from queries.counting.counts import Count
from queries.counting.in_scope import periods_cte
from queries.counting.question import Question
from queries.counting.reading import read
from queries.counting.statements import rows_in_scope
from queries.facts.child import UNKNOWN


def rows(connection: Connection, count: Count, splits: Mapping[str, Mapping[str, Count]], question: Question) -> pd.DataFrame:
    """What `tally` counts of this: a row for each event, or for each event and child where it is of several children.

    Columns ``event`` (what is counted once), ``child`` (blank where it is not known), those that the question is divided by, and
    one for each of ``splits``: the name of the first of its counts that counts the event, else "unknown". In the order of event,
    then child, then all else.
    """
    events = count.events
    child = next(events.rows.c[name] for name in ("child_id", "looked_after") if name in events.rows.c)
    told = [
        case(
            *((true() if c.where is None else c.where, literal(name)) for name, c in counts.items()), else_=literal(UNKNOWN)
        ).label(split)
        for split, counts in splits.items()
    ]
    event = events.unit if count.distinct is None else count.distinct
    statement = rows_in_scope(
        events, question, cast(event, String).label("event"), func.coalesce(child, "").label("child"), *told
    ).where(*(() if count.where is None else (count.where,)))
    statement = statement.add_cte(periods_cte(question.periods)) if events.date is None else statement
    inner = statement.distinct().subquery()
    return read(connection, select(inner).order_by(inner.c.event, inner.c.child, *inner.c), question)
