"""First-time entrants: definitions.md section 1, and 'Entrants' in section 10."""

from collections.abc import Callable
from datetime import date

from .cells import EVERYBODY, Rule
from .data import Data, Row
from .events import Event, Unit
from .formulas import Formula, count, rate

TABLES = ("disposals",)
DIMENSIONS = (*EVERYBODY, "kind", "offence_group")
HOMES = ("disposals", "residence_hub_id")  # where they lived then, whichever way they are placed
ENTERING = ("youth caution", "youth conditional caution", "conviction")
BARRING = (*ENTERING, "adult caution")


def disposals_of_each_child(data: Data) -> dict[str, list[Row]]:
    def work() -> dict[str, list[Row]]:
        each: dict[str, list[Row]] = {}
        for row in data.rows("disposals"):
            each.setdefault(row["child_id"], []).append(row)
        return each

    return data.once("disposals_of_each_child", work)


def entrants(data: Data) -> Unit:
    unit = Unit([])
    for child_id, disposals in disposals_of_each_child(data).items():
        barring = [row for row in disposals if row["kind"] in BARRING]
        if not barring:
            continue
        first_day = min(row["decided_on"] for row in barring)
        age = data.age(child_id, first_day)
        if age is None:
            unit.of_unknown_age += 1
            continue
        unit.of_known_age += 1
        eligible = sorted((row for row in barring if row["decided_on"] == first_day and is_entry(row)), key=by_id)
        if eligible and 10 <= age <= 17 and not known_before(data, child_id, first_day):
            first = eligible[0]
            hub = first.get("residence_hub_id")
            person = data.person(child_id, first_day, age)._replace(home=hub)
            unit.events.append(Event(first_day, hub, (person,), first, labels=first))
    return Unit(unit.events, unit.of_known_age, unit.of_unknown_age)


def by_id(disposal: Row) -> str:
    return str(disposal["disposal_id"])


def is_entry(disposal: Row) -> bool:
    """Blank residence, place and prosecutor are read as yes, yes and police; recordable and breach play no part."""
    return (
        disposal["kind"] in ENTERING
        and disposal.get("resident_in_england_and_wales") is not False
        and disposal.get("in_england_and_wales") is not False
        and disposal.get("prosecutor") in (None, "police")
    )


def known_before(data: Data, child_id: str, day: date) -> bool:
    pnc_first = data.children.get(child_id, {}).get("pnc_first_disposal_on")
    return pnc_first is not None and pnc_first < day


def has_convictions(data: Data) -> bool:
    return any(row["kind"] == "conviction" for row in data.database.get("disposals", ()))


def about_entrants(formula: Formula, supported: Callable[[Data], bool] = has_convictions) -> Rule:
    return Rule(entrants, TABLES, formula, DIMENSIONS, supported=supported, homes=HOMES)


RULES = {
    "first_time_entrants": about_entrants(count()),
    "first_time_entrant_rate": about_entrants(rate(100_000, range(10, 18))),
}
