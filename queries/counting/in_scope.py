"""Which events belong to a question: those of its hubs, and of its periods."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, or_, select, true, values

from queries.counting.events import Events
from queries.counting.question import Question
from queries.periods import PERIODS, Period
from queries.scope import Scope


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
    return or_(*(in_period(events.date, span) for span in spans))


def in_period(day: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    """The condition that a day lies in a period."""
    return and_(day >= period.opens, day < period.closes)


def periods_cte(periods: Sequence[Period]) -> CTE:
    """The periods of a question, under the name by which states at their ends join them."""
    rows = [tuple(period.row.values()) for period in periods]
    return select(values(*PERIODS.c, name="period_rows").data(rows)).cte(PERIODS.name)
