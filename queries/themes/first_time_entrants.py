"""Children given a caution or conviction for the first time in their lives: who entered the youth justice system, and when."""

from sqlalchemy import and_, func, or_, select

from queries.counting.dimensions import KIND, OFFENCE_GROUP, Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events, any_row, as_known_at, with_child
from queries.counting.tally import Count, in_care
from queries.tables import children, disposals

ENTRY_KINDS = ("youth caution", "youth conditional caution", "conviction")
BARRING_KINDS = (*ENTRY_KINDS, "adult caution")

_known = as_known_at(disposals)
_first = (
    select(_known.c.child_id, func.min(_known.c.decided_on).label("decided_on"))
    .where(_known.c.kind.in_(BARRING_KINDS))
    .group_by(_known.c.child_id)
    .subquery("first_disposals")
)
_aged = (
    with_child(_known, _known.c.decided_on, home=_known.c.residence_hub_id)
    .add_columns(children.c.pnc_first_disposal_on)
    .subquery("disposals_of_children")
)
_eligible = and_(
    _aged.c.kind.in_(ENTRY_KINDS),
    or_(_aged.c.age.is_(None), _aged.c.age.between(10, 17)),
    func.coalesce(_aged.c.resident_in_england_and_wales, True),
    func.coalesce(_aged.c.in_england_and_wales, True),
    func.coalesce(_aged.c.prosecutor, "police") == "police",
    or_(_aged.c.pnc_first_disposal_on.is_(None), _aged.c.pnc_first_disposal_on >= _aged.c.decided_on),
)
_firsts = (
    select(*_aged.c, func.row_number().over(partition_by=_aged.c.child_id, order_by=_aged.c.disposal_id).label("place"))
    .join(_first, and_(_first.c.child_id == _aged.c.child_id, _first.c.decided_on == _aged.c.decided_on))
    .where(_eligible)
    .subquery("eligible_first_disposals")
)
_entries = select(*_firsts.c, _firsts.c.residence_hub_id.label("hub_id")).where(_firsts.c.place == 1).subquery("entries")

ENTRIES = Events(
    name="first disposals",
    rows=_entries,
    unit=_entries.c.disposal_id,
    date=_entries.c.decided_on,
    tables=(disposals,),
    age_known=_entries.c.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"kind": Dimension(KIND, _entries.c.kind), "offence_group": Dimension(OFFENCE_GROUP, _entries.c.offence_group)},
)

CONVICTIONS_ARE_LOADED = any_row(disposals.c.kind == "conviction")

ENTRANTS = Count(
    "Children aged 10-17 given their first caution or conviction",
    ENTRIES,
    where=_entries.c.age.is_not(None),
    needs=CONVICTIONS_ARE_LOADED,
)
ENTRANTS_IN_CARE, ENTRANTS_KNOWN = in_care(ENTRANTS, "First-time entrants")
