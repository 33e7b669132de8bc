"""Events, and the cells of a table that they fall into."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from .data import UNKNOWN, Data, Person
from .days import TIME, Window, periods_of

PLACES = ("hub", "area", "authority", "force")
WHO = ("age", "age_band", "sex", "ethnicity", "in_care")
EVERYBODY = (*TIME, *PLACES, *WHO)

Labels = tuple[Any, ...]
Result = tuple[float | None, float | None, float | None]  # numerator, denominator, value
NOT_AVAILABLE: Result = (None, None, None)


@dataclass(slots=True, eq=False)
class Event:
    """Something that is counted: its day, its hub, the children in it, and the row (or rows made one) it comes from."""

    day: date
    hub: str | None
    people: tuple[Person, ...]
    row: Any
    offence_group: str | None = None
    outcome_group: str | None = None
    force: str | None = None


class Hit(NamedTuple):
    """An event in a cell, with those of its people who make it fall there."""

    event: Event
    people: tuple[Person, ...]


@dataclass(eq=False)
class Unit:
    """The events of a theme in order of day, and how many rows had a knowable age and how many had not."""

    events: list[Event]
    of_known_age: int = 0
    of_unknown_age: int = 0
    days: list[date] = field(init=False)

    def __post_init__(self) -> None:
        self.events.sort(key=lambda event: event.day)
        self.days = [event.day for event in self.events]

    def within(self, window: Window) -> list[Event]:
        return self.events[bisect_left(self.days, window.start) : bisect_left(self.days, window.end)]

    @property
    def has_no_ages(self) -> bool:
        return self.of_unknown_age > 0 and self.of_known_age == 0


@dataclass(eq=False)
class Cell:
    """One cell: its labels, the loaded days it covers, and what fell into it."""

    data: Data
    labels: dict[str, Any]
    window: Window
    data_end: date
    hits: list[Hit]
    looked_up: Any  # what the rule worked out from all events of the window, in every hub


def itself(window: Window) -> Window:
    return window


def nothing(_events: list[Event]) -> None:
    return None


def always(_data: Data) -> bool:
    return True


@dataclass(frozen=True)
class Rule:
    """How one key is counted."""

    unit: Callable[[Data], Unit]
    tables: tuple[str, ...]  # the event tables: they give the loaded period and the data end
    formula: Callable[[Cell], Result]
    dimensions: tuple[str, ...] = EVERYBODY
    needs: tuple[tuple[str, str], ...] = ()  # columns without which it is not available
    supported: Callable[[Data], bool] = always  # what else must be in the database
    span: Callable[[Window], Window] = itself  # the days whose events belong to a period
    look_up: Callable[[list[Event]], Any] = nothing
    if_recorded: Callable[[Data], Unit] | None = None  # the unit on the other basis


def is_available(rule: Rule, data: Data, unit: Unit) -> bool:
    return (
        all(data.database.get(table) for table in rule.tables)
        and all(data.supplied(table, column) for table, column in rule.needs)
        and rule.supported(data)
        and not unit.has_no_ages
    )


def count_cells(rule: Rule, data: Data, unit: Unit, loaded: Window | None, by: tuple[str, ...]) -> dict[Labels, Result]:
    """The result in every cell: periods x places x the other labels that occur."""
    times = [dimension for dimension in by if dimension in TIME]
    places = [dimension for dimension in by if dimension in PLACES]
    others = [dimension for dimension in by if dimension not in (*TIME, *PLACES)]
    data_end = data.last_day(rule.tables)
    if loaded is None or data_end is None:
        return {} if times or others else dict.fromkeys(all_places(data, places), NOT_AVAILABLE)
    available = is_available(rule, data, unit)
    periods = periods_of(loaded, times)
    sorted_in = {period: sort_into(data, unit, rule.span(window), places, others) for period, window in periods.items()}
    where, what = axes(data, places, others, sorted_in)
    results: dict[Labels, Result] = {}
    for period, window in periods.items():
        looked_up = rule.look_up(unit.within(rule.span(window)))
        for place in where:
            for other in what:
                labels = dict(zip((*times, *places, *others), (*period, *place, *other), strict=True))
                cell = Cell(data, labels, window, data_end, sorted_in[period].get((place, other), []), looked_up)
                results[tuple(labels[dimension] for dimension in by)] = rule.formula(cell) if available else NOT_AVAILABLE
    return results


def axes(data: Data, places: list[str], others: list[str], sorted_in: dict[Labels, Any]) -> tuple[list[Labels], list[Labels]]:
    """Every place of ``hubs`` and any other that rows fall in; of the other dimensions, the values that occur."""
    where = dict.fromkeys(all_places(data, places))
    what: dict[Labels, None] = {} if others else {(): None}
    for groups in sorted_in.values():
        for place, other in groups:
            where[place] = None
            what[other] = None
    return list(where), list(what)


def all_places(data: Data, places: list[str]) -> list[Labels]:
    if not places:
        return [()]
    return list(dict.fromkeys(tuple(place_of(data, hub, None, dimension) for dimension in places) for hub in data.hubs))


def place_of(data: Data, hub: str | None, force: str | None, dimension: str) -> str:
    """A hub, or what it belongs to. Only searches name a force of their own, used where their hub gives none."""
    if hub is None:
        return (force if dimension == "force" else None) or UNKNOWN
    if dimension == "hub":
        return hub
    found: str | None = data.hubs.get(hub, {}).get(dimension)
    return found or (force if dimension == "force" else None) or UNKNOWN


def sort_into(
    data: Data, unit: Unit, window: Window, places: list[str], others: list[str]
) -> dict[tuple[Labels, Labels], list[Hit]]:
    """The events of the window by (place, other labels). An event of several people is in each cell that one of them is in."""
    groups: dict[tuple[Labels, Labels], list[Hit]] = {}
    by_person = any(dimension in WHO for dimension in others)
    for event in unit.within(window):
        place = tuple(place_of(data, event.hub, event.force, dimension) for dimension in places)
        people_by_label: dict[Labels, tuple[Person, ...]] = {}
        for people in [(person,) for person in event.people] if by_person else [event.people]:
            label = tuple(other_label(event, people, dimension) for dimension in others)
            people_by_label[label] = people_by_label.get(label, ()) + people
        for label, people in people_by_label.items():
            groups.setdefault((place, label), []).append(Hit(event, people))
    return groups


def other_label(event: Event, people: tuple[Person, ...], dimension: str) -> Any:
    found = getattr(people[0] if dimension in WHO else event, dimension)
    return UNKNOWN if found is None else found
