"""Children in police custody: nights, hours, adults beside them, what was asked for them, and the alternative to custody."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

from queries.clock import at_london_hour, days_after, london_day, seconds_between
from queries.counting.dimensions import OFFENCE_GROUP, Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events, any_row, as_known_at, with_child
from queries.counting.tally import Count, Durations, in_care
from queries.tables import detentions, voluntary_interviews

NIGHT_ENDS_AT = 8  # o'clock; a night starts at midnight
OVERNIGHT_HOURS = 4  # in one night: local, to be confirmed with the force

_known = as_known_at(detentions)
_detained = with_child(_known, _known.c.authorised_on).subquery("detained")
_child = _detained.c.age < 18
_authorised, _released, _charged = _detained.c.authorised_at, _detained.c.released_at, _detained.c.charged_at
_timed = and_(_child, _authorised.is_not(None), _released.is_not(None))


def _overnight(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[bool]:
    """At least so many hours of one night. Whoever is not, in the first or second night, was released before a third."""
    first_day = london_day(start)
    return or_(*(_hours_of_night(day, start, end) for day in (first_day, days_after(first_day, 1))))


def _hours_of_night(day: ColumnElement[Any], start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[bool]:
    night_starts, night_ends = at_london_hour(day), at_london_hour(day, NIGHT_ENDS_AT)
    overlap = seconds_between(func.greatest(start, night_starts), func.least(end, night_ends))
    return overlap >= OVERNIGHT_HOURS * 3600


DETAINED = Events(
    name="detentions",
    rows=_detained,
    unit=_detained.c.detention_id,
    date=_detained.c.authorised_on,
    tables=(detentions,),
    age_known=_detained.c.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={
        "offence_group": Dimension(OFFENCE_GROUP, _detained.c.offence_group),
        "suite": Dimension("Custody suite", _detained.c.suite),
        "result": Dimension("Result of the detention", _detained.c.result),
    },
)
DETENTIONS_ARE_LOADED = any_row(detentions)
TIMES_ARE_LOADED = any_row(and_(detentions.c.authorised_at.is_not(None), detentions.c.released_at.is_not(None)))

DETENTIONS = Count("Detentions of children authorised", DETAINED, where=_child, needs=DETENTIONS_ARE_LOADED)
CHILDREN = Count("Children detained", DETAINED, where=_child, distinct=_detained.c.child_id, needs=DETENTIONS_ARE_LOADED)
CHARGED = Count(
    "Detentions of children that ended in charge",
    DETAINED,
    where=and_(_child, _detained.c.result == "charged"),
    needs=any_row(detentions.c.result.is_not(None)),
)
RESULT_BLANK = Count("detentions without a recorded result", DETAINED, where=and_(_child, _detained.c.result.is_(None)))
IN_CARE, OF_KNOWN = in_care(DETENTIONS, "Detentions of children")
TIMED = Count("Detentions with both times recorded", DETAINED, where=_timed, needs=TIMES_ARE_LOADED)
OPEN = Count("detentions not yet ended, or without a recorded time", DETAINED, where=and_(_child, ~_timed))
OVERNIGHT = Count(
    "Detentions of at least 4 hours between midnight and 8 a.m. of one night",
    DETAINED,
    where=and_(_timed, _overnight(_authorised, _released)),
    needs=TIMES_ARE_LOADED,
)
CHARGES_ARE_LOADED = and_(TIMES_ARE_LOADED, any_row(detentions.c.charged_at.is_not(None)))
OVERNIGHT_BEFORE_CHARGE = Count(
    "Detentions of at least 4 hours of one night before charge",
    DETAINED,
    where=and_(_timed, _overnight(_authorised, func.least(func.coalesce(_charged, _released), _released))),
    needs=CHARGES_ARE_LOADED,
)
OVERNIGHT_AFTER_CHARGE = Count(
    "Detentions of at least 4 hours of one night after charge",
    DETAINED,
    where=and_(_timed, _charged.is_not(None), _overnight(func.greatest(_charged, _authorised), _released)),
    needs=CHARGES_ARE_LOADED,
)
HOURS = Durations(
    "Hours from authorisation to release",
    DETAINED,
    length=seconds_between(_authorised, _released),
    where=_timed,
    parts=3600,
    needs=TIMES_ARE_LOADED,
)
_arrived = _detained.c.appropriate_adult_arrived_at
ADULT_WAIT = Durations(
    "Hours from authorisation to the appropriate adult's arrival",
    DETAINED,
    length=func.greatest(seconds_between(_authorised, _arrived), 0),
    where=and_(_child, _authorised.is_not(None), _arrived.is_not(None)),
    parts=3600,
    needs=any_row(and_(detentions.c.authorised_at.is_not(None), detentions.c.appropriate_adult_arrived_at.is_not(None))),
)

_refused = and_(_child, _detained.c.bail_refused)
REFUSED = Count(
    "Detentions in which bail was refused after charge",
    DETAINED,
    where=_refused,
    needs=any_row(detentions.c.bail_refused.is_not(None)),
)
REQUESTED = Count(
    "Those for whom the council was asked for accommodation",
    DETAINED,
    where=and_(_refused, _detained.c.accommodation_requested.is_not(None)),
    needs=any_row(detentions.c.accommodation_requested.is_not(None)),
)
REFUSED_MOVE_RECORDED = Count(
    "Detentions after bail was refused that record whether the child was moved",
    DETAINED,
    where=and_(_refused, _detained.c.accommodation_moved.is_not(None)),
    needs=any_row(detentions.c.bail_refused.is_not(None)),
)
MOVED = Count(
    "Those moved to the council's accommodation",
    DETAINED,
    where=and_(_refused, _detained.c.accommodation_moved),
    needs=any_row(detentions.c.accommodation_moved.is_not(None)),
)

_stripped = and_(_child, _detained.c.strip_search.in_(("strip", "intimate parts exposed")))
STRIPS_ARE_LOADED = any_row(detentions.c.strip_search.is_not(None))
STRIP_SEARCHES = Count("Strip searches of children in custody", DETAINED, where=_stripped, needs=STRIPS_ARE_LOADED)
STRIP_NOT_RECORDED = Count(
    "detentions where it is not recorded whether there was one",
    DETAINED,
    where=and_(_child, _detained.c.strip_search.is_(None)),
)
INTIMATE = Count(
    "Strip searches in custody that exposed intimate parts",
    DETAINED,
    where=and_(_child, _detained.c.strip_search == "intimate parts exposed"),
    needs=STRIPS_ARE_LOADED,
)
STRIPPED_RECORDED = Count(
    "Strip searches with the adult's presence recorded",
    DETAINED,
    where=and_(_stripped, _detained.c.strip_search_with_adult.is_not(None)),
    needs=STRIPS_ARE_LOADED,
)
STRIPPED_WITH_ADULT = Count(
    "Those with an appropriate adult present",
    DETAINED,
    where=and_(_stripped, _detained.c.strip_search_with_adult),
    needs=any_row(detentions.c.strip_search_with_adult.is_not(None)),
)

DIVERSION_RECORDED = Count(
    "Detentions with liaison and diversion recorded",
    DETAINED,
    where=and_(_child, _detained.c.liaison_diversion_seen.is_not(None)),
    needs=any_row(detentions.c.liaison_diversion_seen.is_not(None)),
)
DIVERSION_SEEN = Count("Those seen by liaison and diversion", DETAINED, where=and_(_child, _detained.c.liaison_diversion_seen))
_visit = _detained.c.ccp_visited_at
VISITED = Count(
    "Those visited by the child centred policing team before release",
    DETAINED,
    where=and_(
        _child,
        _visit >= func.coalesce(_authorised, at_london_hour(_detained.c.authorised_on)),
        or_(_released.is_(None), _visit <= _released),
    ),
    needs=any_row(detentions.c.ccp_visited_at.is_not(None)),
)
REVIEWED = Count(
    "Those reviewed by the child centred policing team",
    DETAINED,
    where=and_(_child, _detained.c.ccp_reviewed_on.is_not(None)),
    needs=any_row(detentions.c.ccp_reviewed_on.is_not(None)),
)

_known_interviews = as_known_at(voluntary_interviews)
_interviewed = with_child(_known_interviews, _known_interviews.c.interviewed_on).subquery("interviewed")
INTERVIEWED = Events(
    name="voluntary interviews",
    rows=_interviewed,
    unit=_interviewed.c.interview_id,
    date=_interviewed.c.interviewed_on,
    tables=(voluntary_interviews,),
    age_known=_interviewed.c.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"offence_group": Dimension(OFFENCE_GROUP, _interviewed.c.offence_group)},
)
INTERVIEWS = Count(
    "Children interviewed voluntarily, outside custody",
    INTERVIEWED,
    where=_interviewed.c.age < 18,
    needs=any_row(voluntary_interviews, detentions),
)

# What is left out of a figure because it is not recorded, said beside it.
ADULT_NOT_RECORDED = Count(
    "detentions without a recorded arrival of an appropriate adult",
    DETAINED,
    where=and_(_child, or_(_authorised.is_(None), _arrived.is_(None))),
)
MOVE_BLANK = Count(
    "detentions after bail was refused that do not record whether the child was moved",
    DETAINED,
    where=and_(_refused, _detained.c.accommodation_moved.is_(None)),
)
STRIPPED_BLANK = Count(
    "strip searches where the adult's presence is not recorded",
    DETAINED,
    where=and_(_stripped, _detained.c.strip_search_with_adult.is_(None)),
)
DIVERSION_BLANK = Count(
    "detentions where liaison and diversion is not recorded",
    DETAINED,
    where=and_(_child, _detained.c.liaison_diversion_seen.is_(None)),
)
