"""Detentions and voluntary interviews of children: how long, through which night, and who came."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, or_, select

from queries.clock import at_london_hour, days_after, london_day, seconds_between
from queries.facts.child import ADULT, neighbours, with_child
from queries.facts.known import as_known_at
from queries.facts.stored import fact
from queries.tables import detentions, voluntary_interviews

NIGHT_ENDS_AT = 8  # o'clock; a night starts at midnight
OVERNIGHT_HOURS = 4  # in one night: local, to be confirmed with the force


def _overnight(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[bool]:
    """At least so many hours of one night. Whoever is not, in the first or second night, was released before a third."""
    first_day = london_day(start)
    return or_(*(_hours_of_night(day, start, end) for day in (first_day, days_after(first_day, 1))))


def _hours_of_night(day: ColumnElement[Any], start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[bool]:
    night_starts, night_ends = at_london_hour(day), at_london_hour(day, NIGHT_ENDS_AT)
    overlap = seconds_between(func.greatest(start, night_starts), func.least(end, night_ends))
    return overlap >= OVERNIGHT_HOURS * 3600


_known = as_known_at(detentions)
_detention = _known.c
_authorised, _released, _charged = _detention.authorised_at, _detention.released_at, _detention.charged_at
_arrived, _visited = _detention.appropriate_adult_arrived_at, _detention.ccp_visited_at
_timed = and_(_authorised.is_not(None), _released.is_not(None))
_columns = (
    _detention.detention_id,
    _detention.hub_id,
    _detention.child_id,
    _detention.offence_group,
    _detention.suite,
    _detention.result,
    seconds_between(_authorised, _released).label("seconds_held"),
    case(
        (
            and_(_authorised.is_not(None), _arrived.is_not(None)),
            func.greatest(seconds_between(_authorised, _arrived), 0, type_=BigInteger),
        )
    ).label("seconds_to_adult"),
    and_(_timed, _overnight(_authorised, _released)).label("is_overnight"),
    and_(_timed, _overnight(_authorised, func.least(func.coalesce(_charged, _released), _released))).label(
        "is_overnight_before_charge"
    ),
    and_(_timed, _charged.is_not(None), _overnight(func.greatest(_charged, _authorised), _released)).label(
        "is_overnight_after_charge"
    ),
    _detention.bail_refused,
    _detention.accommodation_requested,
    _detention.accommodation_moved,
    _detention.strip_search,
    _detention.strip_search_with_adult,
    _detention.liaison_diversion_seen,
    and_(
        _visited >= func.coalesce(_authorised, at_london_hour(_detention.authorised_on)),
        or_(_released.is_(None), _visited <= _released),
    ).label("was_visited"),
    _detention.ccp_reviewed_on,
)
_detained = with_child(_known, _columns, _detention.authorised_on).subquery("detained")

DETENTIONS = fact(
    "detentions", select(*_detained.c, *neighbours(_detained, _detained.c.age < ADULT, _detained.c.detention_id)), of=detentions
)

_known_interviews = as_known_at(voluntary_interviews)
_interview = _known_interviews.c

INTERVIEWS = fact(
    "voluntary_interviews",
    with_child(
        _known_interviews,
        (_interview.interview_id, _interview.hub_id, _interview.child_id, _interview.offence_group),
        _interview.interviewed_on,
    ),
    of=voluntary_interviews,
)
