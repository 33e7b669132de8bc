"""The first caution or conviction in a child's life, where that makes them an entrant to the youth justice system."""

from sqlalchemy import and_, func, or_, select

from queries.facts.child import with_child
from queries.facts.known import as_known_at
from queries.facts.stored import fact
from queries.tables import children, disposals

ENTRY_KINDS = ("youth caution", "youth conditional caution", "conviction")
BARRING_KINDS = (*ENTRY_KINDS, "adult caution")

_known = as_known_at(disposals)
_disposal = _known.c
_first = (
    select(_disposal.child_id, func.min(_disposal.decided_on).label("decided_on"))
    .where(_disposal.kind.in_(BARRING_KINDS))
    .group_by(_disposal.child_id)
    .subquery("first_disposals")
)
_home = _disposal.residence_hub_id
_columns = (_disposal.disposal_id, _home.label("hub_id"), _disposal.child_id, _disposal.kind, _disposal.offence_group)
_is_eligible = and_(
    _disposal.kind.in_(ENTRY_KINDS),
    func.coalesce(_disposal.resident_in_england_and_wales, True),
    func.coalesce(_disposal.in_england_and_wales, True),
    func.coalesce(_disposal.prosecutor, "police") == "police",
    or_(children.c.pnc_first_disposal_on.is_(None), children.c.pnc_first_disposal_on >= _disposal.decided_on),
)
_eligible = with_child(_known, _columns, _disposal.decided_on, home=_home).where(_is_eligible).subquery("eligible_disposals")
_firsts = (
    select(
        *_eligible.c,
        func.row_number().over(partition_by=_eligible.c.child_id, order_by=_eligible.c.disposal_id).label("rank"),
    )
    .join(_first, and_(_first.c.child_id == _eligible.c.child_id, _first.c.decided_on == _eligible.c.day))
    .where(or_(_eligible.c.age.is_(None), _eligible.c.age.between(10, 17)))
    .subquery("eligible_first_disposals")
)

ENTRIES = fact(
    "first_disposals", select(*(column for column in _firsts.c if column.name != "rank")).where(_firsts.c.rank == 1), of=disposals
)
