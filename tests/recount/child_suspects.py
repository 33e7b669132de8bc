"""Crimes with a child suspect: at least one suspect under 18 when the crime was committed."""

from .cells import Event, Unit
from .data import ADULT, Data, Person, Row


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
            age = data.age(link["child_id"], day)
            if age is None:
                age = link.get("age_when_committed")
            known += age is not None
            unknown += age is None
            if age is not None and age < ADULT:
                people.append(data.person(link["child_id"], day, age))
        if people:
            events.append(Event(day, crime.get("hub_id"), tuple(people), crime, crime.get("offence_group")))
    return Unit(events, known, unknown)


def has_suspects(data: Data) -> bool:
    return bool(data.database.get("suspects"))
