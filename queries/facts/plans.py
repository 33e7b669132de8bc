"""Risk management plans: a row for each stretch of a plan through which the child's care status stays the same."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, func, literal, or_, select, union

from queries.facts.child import care_status
from queries.facts.known import FAR_FUTURE, as_known_at
from queries.facts.stored import fact
from queries.tables import care_spells, children, risk_management_plans

_plans = as_known_at(risk_management_plans)
_plan = _plans.c


def _changes(day: ColumnElement[Any]) -> Select[Any]:
    """The days within a plan on which a care spell starts or ends."""
    within = and_(day > _plan.opened_on, or_(_plan.closed_on.is_(None), day <= _plan.closed_on))
    starts = select(_plan.plan_id, day.label("since"))
    return starts.join_from(_plans, care_spells, _plan.child_id == care_spells.c.child_id).where(within)


_starts = union(
    select(_plan.plan_id, _plan.opened_on.label("since")), _changes(care_spells.c.started_on), _changes(care_spells.c.ended_on)
).subquery("starts_of_stretches")
_until = func.coalesce(
    func.lead(_starts.c.since, type_=Date).over(partition_by=_starts.c.plan_id, order_by=_starts.c.since),
    literal(FAR_FUTURE, Date),
)

PLANS = fact(
    "risk_management_plans",
    select(
        _plan.plan_id,
        _plan.hub_id,
        _plan.child_id,
        _plan.opened_on,
        _plan.review_due_on,
        _plan.closed_on,
        children.c.home_hub_id,
        _starts.c.since,
        _until.label("until"),
        care_status(_plan.child_id, _starts.c.since).label("in_care"),
    )
    .select_from(_plans)
    .join(_starts, _starts.c.plan_id == _plan.plan_id)
    .outerjoin(children, children.c.child_id == _plan.child_id),
    of=risk_management_plans,
)
