"""Child centred risk management plans: open at the end of each period, and overdue for review."""

from sqlalchemy import and_, or_, select, true

from queries.clock import days_after
from queries.counting.events import Events, any_row, as_known_at
from queries.counting.tally import Count
from queries.periods import PERIODS
from queries.tables import children, risk_management_plans

_plans = as_known_at(risk_management_plans)
_known = (
    select(*_plans.c, children.c.home_hub_id)
    .select_from(_plans.outerjoin(children, children.c.child_id == _plans.c.child_id))
    .subquery("plans")
)
_open = (
    select(*_known.c, *PERIODS.c, days_after(PERIODS.c.closes, -1).label("day"))
    .select_from(_known)
    .join(
        PERIODS,
        and_(_known.c.opened_on < PERIODS.c.closes, or_(_known.c.closed_on.is_(None), _known.c.closed_on >= PERIODS.c.closes)),
    )
    .subquery("open_plans")
)

OPENED = Events(
    name="plans opened",
    rows=_known,
    unit=_known.c.plan_id,
    date=_known.c.opened_on,
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
