"""Searches of children: how many, on what grounds, what was found, what came of them, and who looked again afterwards."""

from sqlalchemy import ColumnElement, and_, or_

from queries.counting.counts import Count, in_care
from queries.counting.dimensions import Dimension
from queries.counting.events import Events
from queries.facts import stop_search as facts
from queries.facts.known import any_row
from queries.tables import children, stop_searches

NO_FURTHER_ACTION = "no further action"

_searched = facts.SEARCHES.c
_of_a_person, _of_a_child = _searched.of_a_person, _searched.of_a_child

SEARCHED = Events(
    name="searches of people",
    rows=facts.SEARCHES,
    unit=_searched.search_id,
    date=_searched.day,
    tables=(stop_searches,),
    age_known=or_(~_of_a_person, _searched.age.is_not(None), _searched.recorded_age_band.is_not(None)),
    needs=or_(
        any_row(or_(stop_searches.c.age.is_not(None), stop_searches.c.age_band.is_not(None))),
        any_row(children.c.date_of_birth.is_not(None), stop_searches.c.child_id.is_not(None)),
    ),
    dimensions={
        "legislation": Dimension("Legislation", _searched.legislation),
        "object_of_search": Dimension("Object of search", _searched.object_of_search),
        "outcome": Dimension("Outcome of the search", _searched.outcome),
    },
)
SEARCHES = Count("Searches of children aged 10-17", SEARCHED, where=_of_a_child)
CHILDREN = Count(
    "Children searched",
    SEARCHED,
    where=_of_a_child,
    distinct=_searched.child_id,
    needs=any_row(stop_searches.c.child_id.is_not(None)),
)
OF_NOBODY_KNOWN = Count("searches without a person's reference", SEARCHED, where=and_(_of_a_child, _searched.child_id.is_(None)))
OF_KNOWN_CHILDREN = Count(
    "Searches of children with a person's reference",
    SEARCHED,
    where=and_(_of_a_child, _searched.child_id.is_not(None)),
    needs=any_row(stop_searches.c.child_id.is_not(None)),
)
IN_CARE, OF_KNOWN = in_care(OF_KNOWN_CHILDREN, OF_KNOWN_CHILDREN.name)
UNDER_10 = Count(
    "Searches of children under 10",
    SEARCHED,
    where=and_(
        _of_a_person,
        or_(_searched.age < 10, and_(_searched.age.is_(None), _searched.recorded_age_band == "under 10")),
    ),
)


def _recorded(name: str, *fields: str) -> Count:
    """Searches of children with these fields recorded: the denominator of a share."""
    known = [_searched[field].is_not(None) for field in fields]
    needs = any_row(*(stop_searches.c[field].is_not(None) for field in fields))
    return Count(name, SEARCHED, where=and_(_of_a_child, *known), needs=needs)


def _blank(name: str, *fields: str) -> Count:
    unknown = or_(*(_searched[field].is_(None) for field in fields))
    return Count(name, SEARCHED, where=and_(_of_a_child, unknown))


def _of_children(name: str, condition: ColumnElement[bool], needs: ColumnElement[bool] | None = None) -> Count:
    return Count(name, SEARCHED, where=and_(_of_a_child, condition), needs=needs)


OUTCOME_RECORDED = _recorded("Searches of children with an outcome recorded", "outcome")
OUTCOME_BLANK = _blank("searches of children without a recorded outcome", "outcome")
ACTIONED = _of_children("Those with an outcome other than no further action", _searched.outcome != NO_FURTHER_ACTION)
ARRESTED = _of_children("Those that ended in arrest", _searched.outcome == "arrest")
FOUND_RECORDED = _recorded("Searches of children that record whether anything was found", "object_found")
FOUND_BLANK = _blank("searches of children that do not record whether anything was found", "object_found")
FOUND = _of_children("Those in which anything was found", _searched.object_found)
LINK_RECORDED = _recorded("Searches of children with outcome and link recorded", "outcome", "outcome_linked")
LINK_BLANK = _blank("searches of children without outcome or link recorded", "outcome", "outcome_linked")
LINKED = _of_children(
    "Those with an outcome linked to what was searched for",
    and_(_searched.outcome != NO_FURTHER_ACTION, _searched.outcome_linked),
)
FOLLOWED_UP = _of_children(
    "Those whose child was contacted afterwards",
    _searched.followed_up_on.is_not(None),
    needs=any_row(stop_searches.c.followed_up_on.is_not(None)),
)
SCRUTINISED = _of_children(
    "Those seen by a scrutiny panel that includes children",
    _searched.scrutinised_on.is_not(None),
    needs=any_row(stop_searches.c.scrutinised_on.is_not(None)),
)
CLOTHING_RECORDED = _recorded("Searches of children that record whether clothing was removed", "beyond_outer_clothing")
CLOTHING_BLANK = _blank("searches of children that do not record whether clothing was removed", "beyond_outer_clothing")
BEYOND_OUTER_CLOTHING = _of_children("Those that went beyond outer clothing", _searched.beyond_outer_clothing)
INTIMATE_RECORDED = _recorded("Searches of children that record whether intimate parts were exposed", "intimate_parts_exposed")
INTIMATE_BLANK = _blank("searches of children that do not record whether intimate parts were exposed", "intimate_parts_exposed")
INTIMATE = _of_children("Those that exposed intimate parts", _searched.intimate_parts_exposed)
SECTION_60 = _of_children(
    "Searches of children without suspicion, under section 60",
    _searched.legislation.like("%(section 60)%"),
    needs=any_row(stop_searches.c.legislation.is_not(None)),
)
