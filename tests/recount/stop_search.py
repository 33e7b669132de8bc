"""Stop and search: definitions.md section 4, and 'Searches' in section 10."""

from .cells import Event, Rule, Unit
from .data import UNKNOWN, Data, Row, ethnic_group
from .formulas import Formula, children, count, is_recorded, is_true, rate, share

OF_A_PERSON = ("person", "person and vehicle")
NO_FURTHER_ACTION = "no further action"


def searches(data: Data) -> Unit:
    """Searches of a person aged 10-17, by the date of birth, else the recorded age, else the recorded band."""
    return data.once("searches", lambda: gather(data))


def gather(data: Data) -> Unit:
    events = []
    known = unknown = 0
    for row in data.rows("stop_searches"):
        if row["kind"] not in OF_A_PERSON:
            continue
        age = data.age(row.get("child_id"), row["searched_on"])
        if age is None:
            age = row.get("age")
        is_known = age is not None or row.get("age_band") is not None
        known += is_known
        unknown += not is_known
        if 10 <= age <= 17 if age is not None else row.get("age_band") == "10-17":
            events.append(as_event(data, row, age))
    return Unit(events, known, unknown)


def as_event(data: Data, row: Row, age: int | None) -> Event:
    """Sex and ethnicity are the search's own, else the child's."""
    person = data.person(row.get("child_id"), row["searched_on"], age)
    own_ethnicity = ethnic_group(row)
    person = person._replace(
        sex=row.get("sex") or person.sex, ethnicity=person.ethnicity if own_ethnicity == UNKNOWN else own_ethnicity
    )
    return Event(row["searched_on"], row.get("hub_id"), (person,), row, force=row.get("force"))


def led_somewhere(row: Row) -> bool:
    return is_recorded("outcome")(row) and row["outcome"] != NO_FURTHER_ACTION


def led_to_arrest(row: Row) -> bool:
    return bool(row["outcome"] == "arrest")


def has_outcome_and_link(row: Row) -> bool:
    return is_recorded("outcome")(row) and is_recorded("outcome_linked")(row)


def led_to_linked_outcome(row: Row) -> bool:
    """The linked flag alone is wrong: sources set it on no further action too."""
    return led_somewhere(row) and is_true("outcome_linked")(row)


def about_searches(formula: Formula, *columns: str) -> Rule:
    return Rule(searches, ("stop_searches",), formula, needs=tuple(("stop_searches", column) for column in columns))


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
}
