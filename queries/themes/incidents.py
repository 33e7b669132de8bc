"""Incidents involving a child, and calls for service from children's homes: antisocial behaviour, and the review within a day."""

from sqlalchemy import and_, or_, select, true

from queries.clock import seconds_between
from queries.counting.counts import Count
from queries.counting.dimensions import Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events
from queries.facts.child import ADULT
from queries.facts.incidents import INCIDENTS
from queries.facts.known import DATA_END_INSTANT, any_row
from queries.tables import ace_assessments, incidents

REVIEW_HOURS = 24
REVIEWED_CATEGORIES = ("crime", "drugs and alcohol", "weapons", "ASB")

_involved = INCIDENTS.c
_child = _involved.age < ADULT
_categories_are_loaded = any_row(incidents.c.category.is_not(None))

INVOLVED = Events(
    name="incidents",
    rows=INCIDENTS,
    unit=_involved.incident_id,
    date=_involved.day,
    tables=(incidents,),
    age_known=_involved.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"category": Dimension("Category", _involved.category)},
)
ASB = Count(
    "Incidents of antisocial behaviour involving a child",
    INVOLVED,
    where=and_(_child, _involved.category == "ASB"),
    needs=_categories_are_loaded,
)
CHILDREN = Count(
    "Children involved in incidents", INVOLVED, where=_child, distinct=_involved.child_id, needs=any_row(ace_assessments)
)
ASSESSED_CHILDREN = Count(
    "Those who have been assessed",
    INVOLVED,
    where=and_(_child, _involved.is_assessed),
    distinct=_involved.child_id,
)

_due = and_(
    _child,
    _involved.category.in_(REVIEWED_CATEGORIES),
    seconds_between(_involved.created_at, DATA_END_INSTANT) > REVIEW_HOURS * 3600,
)
DUE_FOR_REVIEW = Count(
    "Incidents of crime, drugs and alcohol, weapons or antisocial behaviour, but for the last 24 hours of the data",
    INVOLVED,
    where=_due,
    needs=and_(
        _categories_are_loaded, any_row(incidents.c.created_at.is_not(None)), any_row(incidents.c.reviewed_at.is_not(None))
    ),
)
REVIEWED_IN_TIME = Count(
    "Those reviewed within 24 hours",
    INVOLVED,
    where=and_(_due, seconds_between(_involved.created_at, _involved.reviewed_at) <= REVIEW_HOURS * 3600),
)
UNTIMED = Count(
    "incidents of these kinds without a time or category",
    INVOLVED,
    where=and_(
        _child,
        or_(
            _involved.category.is_(None),
            and_(_involved.category.in_(REVIEWED_CATEGORIES), _involved.created_at.is_(None)),
        ),
    ),
)
UNCATEGORISED = Count("incidents without a category", INVOLVED, where=and_(_child, _involved.category.is_(None)))

# Whoever rang, and about whomever: a call is a call, at its own hub.
_calls = (
    select(_involved.incident_id, _involved.day, _involved.hub_id, _involved.category)
    .where(_involved.home_id.is_not(None))
    .subquery("calls")
)
CALLED = Events(
    name="calls from children's homes",
    rows=_calls,
    unit=_calls.c.incident_id,
    date=_calls.c.day,
    tables=(incidents,),
    age_known=true(),
    needs=any_row(incidents.c.home_id.is_not(None)),
    dimensions={"category": Dimension("Category", _calls.c.category)},
)
CALLS = Count("Calls for service from children's homes", CALLED)
