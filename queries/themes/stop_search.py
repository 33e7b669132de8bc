"""Searches of children: how many, on what grounds, what was found, what came of them, and who looked again afterwards."""

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from queries.clock import age_on
from queries.counting.dimensions import Dimension, ethnicity, officer_group
from queries.counting.events import Events, any_row, as_known_at, of_child
from queries.counting.tally import Count, in_care
from queries.tables import children, stop_searches

NO_FURTHER_ACTION = "no further action"

_known = as_known_at(stop_searches)
_recorded_columns = [column for column in _known.c if column.name not in ("age", "sex")]
_home, _, _ethnicity, _officer_ethnicity = of_child(children, children.c.home_hub_id)
_recorded_ethnicity = ethnicity(_known.c.ethnicity_self_defined, _known.c.ethnicity_officer_defined)
_searched = (
    select(
        *_recorded_columns,
        _known.c.searched_on.label("day"),
        case(
            (children.c.date_of_birth.is_not(None), age_on(children.c.date_of_birth, _known.c.searched_on)),
            else_=_known.c.age,
        ).label("age"),
        _home,
        func.coalesce(_known.c.sex, children.c.sex).label("sex"),
        func.coalesce(_recorded_ethnicity, _ethnicity).label("ethnicity"),
        func.coalesce(officer_group(_known.c.ethnicity_officer_defined), _officer_ethnicity).label("officer_ethnicity"),
    )
    .select_from(_known.outerjoin(children, _known.c.child_id == children.c.child_id))
    .subquery("searched")
)
_of_a_person = _searched.c.kind.in_(("person", "person and vehicle"))
_10_to_17 = or_(_searched.c.age.between(10, 17), and_(_searched.c.age.is_(None), _searched.c.age_band == "10-17"))
_of_a_child = and_(_of_a_person, _10_to_17)

SEARCHED = Events(
    name="searches of people",
    rows=_searched,
    unit=_searched.c.search_id,
    date=_searched.c.searched_on,
    tables=(stop_searches,),
    age_known=or_(~_of_a_person, _searched.c.age.is_not(None), _searched.c.age_band.is_not(None)),
    needs=or_(
        any_row(or_(stop_searches.c.age.is_not(None), stop_searches.c.age_band.is_not(None))),
        any_row(children.c.date_of_birth.is_not(None), stop_searches.c.child_id.is_not(None)),
    ),
    dimensions={
        "legislation": Dimension("Legislation", _searched.c.legislation),
        "object_of_search": Dimension("Object of search", _searched.c.object_of_search),
        "outcome": Dimension("Outcome of the search", _searched.c.outcome),
    },
)
SEARCHES = Count("Searches of children aged 10-17", SEARCHED, where=_of_a_child)
CHILDREN = Count(
    "Children searched",
    SEARCHED,
    where=_of_a_child,
    distinct=_searched.c.child_id,
    needs=any_row(stop_searches.c.child_id.is_not(None)),
)
OF_NOBODY_KNOWN = Count(
    "searches without a person's reference", SEARCHED, where=and_(_of_a_child, _searched.c.child_id.is_(None))
)
OF_KNOWN_CHILDREN = Count(
    "Searches of children with a person's reference",
    SEARCHED,
    where=and_(_of_a_child, _searched.c.child_id.is_not(None)),
    needs=any_row(stop_searches.c.child_id.is_not(None)),
)
IN_CARE, OF_KNOWN = in_care(OF_KNOWN_CHILDREN, OF_KNOWN_CHILDREN.name)
UNDER_10 = Count(
    "Searches of children under 10",
    SEARCHED,
    where=and_(
        _of_a_person,
        or_(_searched.c.age < 10, and_(_searched.c.age.is_(None), _searched.c.age_band == "under 10")),
    ),
)


def _recorded(name: str, *fields: str) -> Count:
    """Searches of children with these fields recorded: the denominator of a share."""
    known = [_searched.c[field].is_not(None) for field in fields]
    needs = any_row(*(stop_searches.c[field].is_not(None) for field in fields))
    return Count(name, SEARCHED, where=and_(_of_a_child, *known), needs=needs)


def _blank(name: str, *fields: str) -> Count:
    unknown = or_(*(_searched.c[field].is_(None) for field in fields))
    return Count(name, SEARCHED, where=and_(_of_a_child, unknown))


def _of_children(name: str, condition: ColumnElement[bool], needs: ColumnElement[bool] | None = None) -> Count:
    return Count(name, SEARCHED, where=and_(_of_a_child, condition), needs=needs)


OUTCOME_RECORDED = _recorded("Searches of children with an outcome recorded", "outcome")
OUTCOME_BLANK = _blank("searches of children without a recorded outcome", "outcome")
ACTIONED = _of_children("Those with an outcome other than no further action", _searched.c.outcome != NO_FURTHER_ACTION)
ARRESTED = _of_children("Those that ended in arrest", _searched.c.outcome == "arrest")
FOUND_RECORDED = _recorded("Searches of children that record whether anything was found", "object_found")
FOUND_BLANK = _blank("searches of children that do not record whether anything was found", "object_found")
FOUND = _of_children("Those in which anything was found", _searched.c.object_found)
LINK_RECORDED = _recorded("Searches of children with outcome and link recorded", "outcome", "outcome_linked")
LINK_BLANK = _blank("searches of children without outcome or link recorded", "outcome", "outcome_linked")
LINKED = _of_children(
    "Those with an outcome linked to what was searched for",
    and_(_searched.c.outcome != NO_FURTHER_ACTION, _searched.c.outcome_linked),
)
FOLLOWED_UP = _of_children(
    "Those whose child was contacted afterwards",
    _searched.c.followed_up_on.is_not(None),
    needs=any_row(stop_searches.c.followed_up_on.is_not(None)),
)
SCRUTINISED = _of_children(
    "Those seen by a scrutiny panel that includes children",
    _searched.c.scrutinised_on.is_not(None),
    needs=any_row(stop_searches.c.scrutinised_on.is_not(None)),
)
CLOTHING_RECORDED = _recorded("Searches of children that record whether clothing was removed", "beyond_outer_clothing")
CLOTHING_BLANK = _blank("searches of children that do not record whether clothing was removed", "beyond_outer_clothing")
BEYOND_OUTER_CLOTHING = _of_children("Those that went beyond outer clothing", _searched.c.beyond_outer_clothing)
INTIMATE_RECORDED = _recorded("Searches of children that record whether intimate parts were exposed", "intimate_parts_exposed")
INTIMATE_BLANK = _blank("searches of children that do not record whether intimate parts were exposed", "intimate_parts_exposed")
INTIMATE = _of_children("Those that exposed intimate parts", _searched.c.intimate_parts_exposed)
SECTION_60 = _of_children(
    "Searches of children without suspicion, under section 60",
    _searched.c.legislation.like("%(section 60)%"),
    needs=any_row(stop_searches.c.legislation.is_not(None)),
)
