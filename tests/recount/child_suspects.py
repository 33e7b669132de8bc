"""Crimes with a child suspect: at least one suspect under 18 when the crime was committed. Sections 7 and 10 ('Wider')."""

from .cells import EVERYBODY, Cell, Result, Rule
from .data import ADULT, Data, Person, Row
from .events import Event, Unit
from .formulas import count, part_of, rate


def crimes_with_child_suspects(data: Data) -> Unit:
    """The crimes, each on the day it was committed (blank: recorded), with its child suspects."""
    return data.once("crimes_with_child_suspects", lambda: gather(data))


def gather(data: Data) -> Unit:
    linked: dict[str, list[Row]] = {}
    for link in data.rows("suspects"):
        linked.setdefault(link["crime_id"], []).append(link)
    events = []
    known = unknown = 0
    for crime in data.rows("crimes"):
        day = crime.get("committed_on") or crime["recorded_on"]
        people: list[Person] = []
        for link in linked.get(crime["crime_id"], ()):
            age = data.age(link["child_id"], day, link.get("age_when_committed"))
            known += age is not None
            unknown += age is None
            if age is not None and age < ADULT:
                people.append(data.person(link["child_id"], day, age))
        if people:
            labels = {"offence_group": crime.get("offence_group"), "at_home": at_home(data, crime)}
            events.append(Event(day, crime.get("hub_id"), tuple(people), crime, labels))
    return Unit(events, known, unknown)


def at_home(data: Data, crime: Row) -> str | None:
    """Whether the scene was a children's home; not known where no crime of the database says."""
    if not data.supplied("crimes", "home_id"):
        return None
    return "no" if crime.get("home_id") is None else "yes"


def has_suspects(data: Data) -> bool:
    return bool(data.database.get("suspects"))


def crimes_per_child(cell: Cell) -> Result:
    """Crimes and suspects in pairs, for each distinct child suspected."""
    pairs = [person.child_id for hit in cell.hits for person in hit.people]
    return part_of(len(pairs), len(set(pairs)))


TABLES = ("crimes",)
DIMENSIONS = (*EVERYBODY, "offence_group")

RULES = {
    "child_suspect_crimes": Rule(crimes_with_child_suspects, TABLES, count(), (*DIMENSIONS, "at_home"), supported=has_suspects),
    "child_suspect_crime_rate": Rule(
        crimes_with_child_suspects, TABLES, rate(1_000, range(10, 18)), DIMENSIONS, supported=has_suspects
    ),
    "crimes_per_child_suspect": Rule(crimes_with_child_suspects, TABLES, crimes_per_child, DIMENSIONS, supported=has_suspects),
}
