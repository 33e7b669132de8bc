"""Child centred risk management plans: open at the end of each period, and overdue for review."""

from sqlalchemy import and_, or_, select, true

from queries.clock import days_after
from queries.counting.counts import Count
from queries.counting.events import Events
from queries.facts.known import any_row
from queries.facts.plans import PLANS as _FACTS
from queries.periods import PERIODS
from queries.tables import risk_management_plans

_plan = _FACTS.c
_last_day = days_after(PERIODS.c.closes, -1)
_opened = select(*_plan).where(_plan.since == _plan.opened_on).subquery("opened_plans")
_open = (
    select(*_plan, *PERIODS.c, _last_day.label("day"))
    .join_from(
        _FACTS,
        PERIODS,
        and_(
            _plan.opened_on < PERIODS.c.closes,
            or_(_plan.closed_on.is_(None), _plan.closed_on >= PERIODS.c.closes),
            _plan.since <= _last_day,
            _plan.until > _last_day,
        ),
    )
    .subquery("open_plans")
)

OPENED = Events(
    name="plans opened",
    rows=_opened,
    unit=_opened.c.plan_id,
    date=_opened.c.opened_on,
    tables=(risk_management_plans,),
    age_known=true(),
    needs=any_row(risk_management_plans),
)
OPEN_AT_END = Events(
    name="open plans",
    rows=_open,
    unit=_open.c.plan_id,
    date=None,
    tables=(risk_management_plans,),
    age_known=true(),
    # Where no plan was ever closed, closing is not recorded, and it is not known which are open.
    needs=any_row(risk_management_plans.c.closed_on.is_not(None)),
    snapshot_of=OPENED,
)
_REVIEWS_ARE_LOADED = any_row(risk_management_plans.c.review_due_on.is_not(None))

OPEN = Count("Plans open at the end of the period", OPEN_AT_END)
WITH_REVIEW = Count(
    "Open plans with a review date",
    OPEN_AT_END,
    where=_open.c.review_due_on.is_not(None),
    needs=_REVIEWS_ARE_LOADED,
)
OVERDUE = Count(
    "Open plans whose review was due before the end of the period",
    OPEN_AT_END,
    where=_open.c.review_due_on < _open.c.closes,
    needs=_REVIEWS_ARE_LOADED,
)
WITHOUT_REVIEW = Count("open plans without a review date", OPEN_AT_END, where=_open.c.review_due_on.is_(None))
