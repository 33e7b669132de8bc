"""Children in police custody: nights, hours, adults beside them, what was asked for them, and the alternative to custody."""

from sqlalchemy import and_

from queries.counting.counts import Count, Durations, in_care
from queries.counting.dimensions import OFFENCE_GROUP, Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events
from queries.facts import custody as facts
from queries.facts.child import ADULT
from queries.facts.known import any_row
from queries.tables import detentions, voluntary_interviews

_detained = facts.DETENTIONS.c
_child = _detained.age < ADULT
_timed = and_(_child, _detained.seconds_held.is_not(None))

DETAINED = Events(
    name="detentions",
    rows=facts.DETENTIONS,
    unit=_detained.detention_id,
    date=_detained.day,
    tables=(detentions,),
    age_known=_detained.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={
        "offence_group": Dimension(OFFENCE_GROUP, _detained.offence_group),
        "suite": Dimension("Custody suite", _detained.suite),
        "result": Dimension("Result of the detention", _detained.result),
    },
)
DETENTIONS_ARE_LOADED = any_row(detentions)
TIMES_ARE_LOADED = any_row(and_(detentions.c.authorised_at.is_not(None), detentions.c.released_at.is_not(None)))

DETENTIONS = Count("Detentions of children authorised", DETAINED, where=_child, needs=DETENTIONS_ARE_LOADED)
CHILDREN = Count("Children detained", DETAINED, where=_child, distinct=_detained.child_id, needs=DETENTIONS_ARE_LOADED)
CHARGED = Count(
    "Detentions of children that ended in charge",
    DETAINED,
    where=and_(_child, _detained.result == "charged"),
    needs=any_row(detentions.c.result.is_not(None)),
)
RESULT_BLANK = Count("detentions without a recorded result", DETAINED, where=and_(_child, _detained.result.is_(None)))
IN_CARE, OF_KNOWN = in_care(DETENTIONS, "Detentions of children")
TIMED = Count("Detentions with both times recorded", DETAINED, where=_timed, needs=TIMES_ARE_LOADED)
OPEN = Count("detentions not yet ended, or without a recorded time", DETAINED, where=and_(_child, ~_timed))
OVERNIGHT = Count(
    "Detentions of at least 4 hours between midnight and 8 a.m. of one night",
    DETAINED,
    where=and_(_timed, _detained.is_overnight),
    needs=TIMES_ARE_LOADED,
)
CHARGES_ARE_LOADED = and_(TIMES_ARE_LOADED, any_row(detentions.c.charged_at.is_not(None)))
OVERNIGHT_BEFORE_CHARGE = Count(
    "Detentions of at least 4 hours of one night before charge",
    DETAINED,
    where=and_(_timed, _detained.is_overnight_before_charge),
    needs=CHARGES_ARE_LOADED,
)
OVERNIGHT_AFTER_CHARGE = Count(
    "Detentions of at least 4 hours of one night after charge",
    DETAINED,
    where=and_(_timed, _detained.is_overnight_after_charge),
    needs=CHARGES_ARE_LOADED,
)
OVERNIGHT_IN_BOTH = Count(
    "counted both before and after charge, with 4 hours of a night in each",
    DETAINED,
    where=and_(_timed, _detained.is_overnight_before_charge, _detained.is_overnight_after_charge),
)
OVERNIGHT_IN_NEITHER = Count(
    "overnight only with the hours before and after charge added up",
    DETAINED,
    where=and_(_timed, _detained.is_overnight, ~_detained.is_overnight_before_charge, ~_detained.is_overnight_after_charge),
)
HOURS = Durations(
    "Hours from authorisation to release",
    DETAINED,
    length=_detained.seconds_held,
    where=_timed,
    parts=3600,
    needs=TIMES_ARE_LOADED,
)
ADULT_WAIT = Durations(
    "Hours from authorisation to the appropriate adult's arrival",
    DETAINED,
    length=_detained.seconds_to_adult,
    where=and_(_child, _detained.seconds_to_adult.is_not(None)),
    parts=3600,
    needs=any_row(and_(detentions.c.authorised_at.is_not(None), detentions.c.appropriate_adult_arrived_at.is_not(None))),
)

_refused = and_(_child, _detained.bail_refused)
REFUSED = Count(
    "Detentions in which bail was refused after charge",
    DETAINED,
    where=_refused,
    needs=any_row(detentions.c.bail_refused.is_not(None)),
)
REQUESTED = Count(
    "Those for whom the council was asked for accommodation",
    DETAINED,
    where=and_(_refused, _detained.accommodation_requested.is_not(None)),
    needs=any_row(detentions.c.accommodation_requested.is_not(None)),
)
REFUSED_MOVE_RECORDED = Count(
    "Detentions after bail was refused that record whether the child was moved",
    DETAINED,
    where=and_(_refused, _detained.accommodation_moved.is_not(None)),
    needs=any_row(detentions.c.bail_refused.is_not(None)),
)
MOVED = Count(
    "Those moved to the council's accommodation",
    DETAINED,
    where=and_(_refused, _detained.accommodation_moved),
    needs=any_row(detentions.c.accommodation_moved.is_not(None)),
)

_stripped = and_(_child, _detained.strip_search.in_(("strip", "intimate parts exposed")))
STRIPS_ARE_LOADED = any_row(detentions.c.strip_search.is_not(None))
STRIP_SEARCHES = Count("Strip searches of children in custody", DETAINED, where=_stripped, needs=STRIPS_ARE_LOADED)
STRIP_NOT_RECORDED = Count(
    "detentions where it is not recorded whether there was one",
    DETAINED,
    where=and_(_child, _detained.strip_search.is_(None)),
)
INTIMATE = Count(
    "Strip searches in custody that exposed intimate parts",
    DETAINED,
    where=and_(_child, _detained.strip_search == "intimate parts exposed"),
    needs=STRIPS_ARE_LOADED,
)
STRIPPED_RECORDED = Count(
    "Strip searches with the adult's presence recorded",
    DETAINED,
    where=and_(_stripped, _detained.strip_search_with_adult.is_not(None)),
    needs=STRIPS_ARE_LOADED,
)
STRIPPED_WITH_ADULT = Count(
    "Those with an appropriate adult present",
    DETAINED,
    where=and_(_stripped, _detained.strip_search_with_adult),
    needs=any_row(detentions.c.strip_search_with_adult.is_not(None)),
)

DIVERSION_RECORDED = Count(
    "Detentions with liaison and diversion recorded",
    DETAINED,
    where=and_(_child, _detained.liaison_diversion_seen.is_not(None)),
    needs=any_row(detentions.c.liaison_diversion_seen.is_not(None)),
)
DIVERSION_SEEN = Count("Those seen by liaison and diversion", DETAINED, where=and_(_child, _detained.liaison_diversion_seen))
VISITED = Count(
    "Those visited by the child centred policing team before release",
    DETAINED,
    where=and_(_child, _detained.was_visited),
    needs=any_row(detentions.c.ccp_visited_at.is_not(None)),
)
REVIEWED = Count(
    "Those reviewed by the child centred policing team",
    DETAINED,
    where=and_(_child, _detained.ccp_reviewed_on.is_not(None)),
    needs=any_row(detentions.c.ccp_reviewed_on.is_not(None)),
)

_interviewed = facts.INTERVIEWS.c
INTERVIEWED = Events(
    name="voluntary interviews",
    rows=facts.INTERVIEWS,
    unit=_interviewed.interview_id,
    date=_interviewed.day,
    tables=(voluntary_interviews,),
    age_known=_interviewed.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"offence_group": Dimension(OFFENCE_GROUP, _interviewed.offence_group)},
)
INTERVIEWS = Count(
    "Children interviewed voluntarily, outside custody",
    INTERVIEWED,
    where=_interviewed.age < ADULT,
    needs=any_row(voluntary_interviews, detentions),
)

# What is left out of a figure because it is not recorded, said beside it.
ADULT_NOT_RECORDED = Count(
    "detentions without a recorded arrival of an appropriate adult",
    DETAINED,
    where=and_(_child, _detained.seconds_to_adult.is_(None)),
)
MOVE_BLANK = Count(
    "detentions after bail was refused that do not record whether the child was moved",
    DETAINED,
    where=and_(_refused, _detained.accommodation_moved.is_(None)),
)
STRIPPED_BLANK = Count(
    "strip searches where the adult's presence is not recorded",
    DETAINED,
    where=and_(_stripped, _detained.strip_search_with_adult.is_(None)),
)
DIVERSION_BLANK = Count(
    "detentions where liaison and diversion is not recorded",
    DETAINED,
    where=and_(_child, _detained.liaison_diversion_seen.is_(None)),
)
