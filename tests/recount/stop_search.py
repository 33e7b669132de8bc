"""Stop and search: definitions.md section 4, and 'Searches' in section 10."""

from typing import Any

from .cells import EVERYBODY, Rule
from .data import UNKNOWN, Data, Row, ethnic_group, officer_group
from .events import Event, Unit
from .formulas import Formula, children, count, is_recorded, is_true, rate, share

OF_A_PERSON = ("person", "person and vehicle")
NO_FURTHER_ACTION = "no further action"


def searches(data: Data) -> Unit:
    """Searches of a person aged 10-17, by the date of birth, else the recorded age, else the recorded band."""
    return data.once("searches", lambda: gather(data, range(10, 18), "10-17"))


def searches_under_10(data: Data) -> Unit:
    return data.once("searches_under_10", lambda: gather(data, range(10), "under 10"))


def gather(data: Data, ages: range, band: str) -> Unit:
    events = []
    known = unknown = 0
    for row in data.rows("stop_searches"):
        if row["kind"] not in OF_A_PERSON:
            continue
        age = data.age(row.get("child_id"), row["searched_on"], row.get("age"))
        recorded_band = row.get("age_band") if data.born_on(row.get("child_id")) is None else None
        is_known = age is not None or recorded_band is not None
        known += is_known
        unknown += not is_known
        if age in ages if age is not None else recorded_band == band:
            events.append(as_event(data, row, age))
    return Unit(events, known, unknown)


def as_event(data: Data, row: Row, age: int | None) -> Event:
    """Sex and ethnicity are the search's own, else the child's."""
    person = data.person(row.get("child_id"), row["searched_on"], age)
    own, own_of_officer = ethnic_group(row), officer_group(row)
    person = person._replace(
        sex=row.get("sex") or person.sex,
        ethnicity=person.ethnicity if own == UNKNOWN else own,
        officer_ethnicity=person.officer_ethnicity if own_of_officer == UNKNOWN else own_of_officer,
    )
    return Event(row["searched_on"], row.get("hub_id"), (person,), row, labels=row, force=row.get("force"))


def led_somewhere(row: Row) -> bool:
    return is_recorded("outcome")(row) and row["outcome"] != NO_FURTHER_ACTION


def led_to_arrest(row: Row) -> bool:
    return bool(row["outcome"] == "arrest")


def has_outcome_and_link(row: Row) -> bool:
    return is_recorded("outcome")(row) and is_recorded("outcome_linked")(row)


def led_to_linked_outcome(row: Row) -> bool:
    """The linked flag alone is wrong: sources set it on no further action too."""
    return led_somewhere(row) and is_true("outcome_linked")(row)


def is_under_section_60(row: Row) -> bool:
    return "(section 60)" in (row.get("legislation") or "")


TABLES = ("stop_searches",)
DIMENSIONS = (*EVERYBODY, "legislation", "object_of_search", "outcome")


def about_searches(formula: Formula, *columns: str, **more: Any) -> Rule:
    needs = tuple(("stop_searches", column) for column in columns)
    return Rule(searches, TABLES, formula, DIMENSIONS, needs=needs, **more)


RULES = {
    "searches": about_searches(count()),
    "children_searched": about_searches(children(), "child_id"),
    "search_rate": about_searches(rate(1_000, range(10, 18))),
    "search_outcome_rate": about_searches(share(led_somewhere, of=is_recorded("outcome")), "outcome"),
    "search_arrest_rate": about_searches(share(led_to_arrest, of=is_recorded("outcome")), "outcome"),
    "search_find_rate": about_searches(share(is_true("object_found"), of=is_recorded("object_found")), "object_found"),
    "search_linked_outcome_rate": about_searches(
        share(led_to_linked_outcome, of=has_outcome_and_link), "outcome", "outcome_linked"
    ),
    "search_follow_up_share": about_searches(share(is_recorded("followed_up_on")), "followed_up_on"),
    "search_scrutiny_share": about_searches(share(is_recorded("scrutinised_on")), "scrutinised_on"),
    "beyond_outer_clothing_share": about_searches(
        share(is_true("beyond_outer_clothing"), of=is_recorded("beyond_outer_clothing")), "beyond_outer_clothing"
    ),
    "search_intimate_parts_share": about_searches(
        share(is_true("intimate_parts_exposed"), of=is_recorded("intimate_parts_exposed")), "intimate_parts_exposed"
    ),
    "section_60_searches": about_searches(count(is_under_section_60), "legislation"),
    "searches_under_10": Rule(searches_under_10, TABLES, count(), DIMENSIONS),
}
