"""Searches of people: by what the search itself recorded, and where that is blank by what is known of the child."""

from sqlalchemy import and_, case, func, or_, select

from queries.clock import age_on
from queries.facts.child import ethnicity, neighbours, officer_group, with_child
from queries.facts.known import as_known_at
from queries.facts.stored import fact
from queries.tables import children, stop_searches

_known = as_known_at(stop_searches)
_search = _known.c
_age = case(
    (children.c.date_of_birth.is_not(None), age_on(children.c.date_of_birth, _search.searched_on)),
    else_=_search.age,
)
_columns = (
    _search.search_id,
    _search.force,
    _search.hub_id,
    _search.child_id,
    case((children.c.date_of_birth.is_(None), _search.age_band)).label("recorded_age_band"),
    _search.kind.in_(("person", "person and vehicle")).label("of_a_person"),
    _search.sex.label("recorded_sex"),
    ethnicity(_search.ethnicity_self_defined, _search.ethnicity_officer_defined).label("recorded_ethnicity"),
    officer_group(_search.ethnicity_officer_defined).label("recorded_officer_ethnicity"),
    _search.legislation,
    _search.object_of_search,
    _search.outcome,
    _search.object_found,
    _search.outcome_linked,
    _search.beyond_outer_clothing,
    _search.intimate_parts_exposed,
    _search.followed_up_on,
    _search.scrutinised_on,
)
_searched = with_child(_known, _columns, _search.searched_on, age=_age).subquery("searched")
_of_10_to_17 = or_(_searched.c.age.between(10, 17), and_(_searched.c.age.is_(None), _searched.c.recorded_age_band == "10-17"))
_of_a_child = and_(_searched.c.of_a_person, func.coalesce(_of_10_to_17, False))
_OF_BOTH = ("sex", "ethnicity", "officer_ethnicity")

SEARCHES = fact(
    "stop_searches",
    select(
        *(column for column in _searched.c if not column.name.endswith(_OF_BOTH)),
        *(func.coalesce(_searched.c[f"recorded_{name}"], _searched.c[name]).label(name) for name in _OF_BOTH),
        _of_a_child.label("of_a_child"),
        *neighbours(_searched, _of_a_child, _searched.c.search_id),
    ),
    of=stop_searches,
)
