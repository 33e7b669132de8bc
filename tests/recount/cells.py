"""The cells of a table, and the events that fall into each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from .data import UNKNOWN, Data, Person
from .days import TIME, Window, periods_of
from .events import Event, Hit, Stock, Unit

PLACES = ("hub", "area", "authority", "force")
WHO = ("age", "age_band", "sex", "ethnicity", "officer_ethnicity", "in_care")
EVERYBODY = (*TIME, *PLACES, *WHO)
NOBODY = (*TIME, *PLACES)  # dimensions of what is not about one child

Labels = tuple[Any, ...]
Result = tuple[float | None, float | None, float | None]  # numerator, denominator, value
NOT_AVAILABLE: Result = (None, None, None)


@dataclass(frozen=True)
class Ask:
    """How a key is asked for: the dimensions, where events are placed ('event' or 'residence'), and whether of residents only."""

    by: tuple[str, ...] = ()
    placed_by: str = "event"
    residents_only: bool = False

    @cached_property
    def times(self) -> list[str]:
        return [dimension for dimension in self.by if dimension in TIME]

    @cached_property
    def places(self) -> list[str]:
        return [dimension for dimension in self.by if dimension in PLACES]

    @cached_property
    def others(self) -> list[str]:
        return [dimension for dimension in self.by if dimension not in (*TIME, *PLACES)]


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

    unit: Callable[[Data], Unit | Stock]
    tables: tuple[str, ...]  # the event tables: they give the loaded period and the data end
    formula: Callable[[Cell], Result]
    dimensions: tuple[str, ...] = EVERYBODY
    needs: tuple[tuple[str, str], ...] = ()  # columns without which it is not available
    supported: Callable[[Data], bool] = always  # what else must be in the database
    span: Callable[[Window], Window] = itself  # the days whose events belong to a period
    look_up: Callable[[list[Event]], Any] = nothing
    if_recorded: Callable[[Data], Unit] | None = None  # the unit on the other basis
    homes: tuple[str, str] | None = ("children", "home_hub_id")  # the column that says where each child lives; None = of no child


def is_available(rule: Rule, data: Data, unit: Unit | Stock, ask: Ask) -> bool:
    needs = [*rule.needs, rule.homes] if ask.residents_only and rule.homes else rule.needs
    return (
        all(data.database.get(table) for table in rule.tables)
        and all(data.supplied(table, column) for table, column in needs)
        and rule.supported(data)
        and not unit.has_no_ages
    )


def count_cells(rule: Rule, data: Data, unit: Unit | Stock, loaded: Window | None, ask: Ask) -> dict[Labels, Result]:
    """The result in every cell: periods x places x the other labels that occur."""
    data_end = data.last_day(rule.tables)
    if loaded is None or data_end is None:
        return {} if ask.times or ask.others else dict.fromkeys(all_places(data, ask.places), NOT_AVAILABLE)
    available = is_available(rule, data, unit, ask)
    periods = periods_of(loaded, ask.times)
    sorted_in = data.once_for(  # keys of one theme are asked about one after the other
        unit,
        (rule.span, loaded, ask),
        lambda: {period: sort_into(data, unit.within(rule.span(window)), ask) for period, window in periods.items()},
    )
    where, what = axes(data, ask, sorted_in)
    results: dict[Labels, Result] = {}
    for period, window in periods.items():
        looked_up = rule.look_up(unit.within(rule.span(window)))
        for place in where:
            for other in what:
                labels = dict(zip((*ask.times, *ask.places, *ask.others), (*period, *place, *other), strict=True))
                cell = Cell(data, labels, window, data_end, sorted_in[period].get((place, other), []), looked_up)
                results[tuple(labels[dimension] for dimension in ask.by)] = rule.formula(cell) if available else NOT_AVAILABLE
    return results


def axes(data: Data, ask: Ask, sorted_in: dict[Labels, Any]) -> tuple[list[Labels], list[Labels]]:
    """Every place of ``hubs`` and any other that rows fall in; of the other dimensions, the values that occur."""
    where = dict.fromkeys(all_places(data, ask.places))
    what: dict[Labels, None] = {} if ask.others else {(): None}
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


def sort_into(data: Data, events: list[Event], ask: Ask) -> dict[tuple[Labels, Labels], list[Hit]]:
    """The events by (place, other labels). An event of several people is, once, in each cell that one of them is in."""
    groups: dict[tuple[Labels, Labels], list[Hit]] = {}
    for event in events:
        people_in: dict[tuple[Labels, Labels], tuple[Person, ...]] = {}
        for person in event.people:
            if person.home is not None or not ask.residents_only:
                cell = cell_of(data, event, person, ask)
                people_in[cell] = (*people_in.get(cell, ()), person)
        if not event.people:
            people_in[cell_of(data, event, None, ask)] = ()
        for cell, people in people_in.items():
            groups.setdefault(cell, []).append(Hit(event, people))
    return groups


def cell_of(data: Data, event: Event, person: Person | None, ask: Ask) -> tuple[Labels, Labels]:
    """The place and the other labels of one of an event's people; of no child's event, the same whichever way it is asked for."""
    if person is not None and ask.placed_by == "residence":
        hub, force = person.home, None
    else:
        hub, force = event.hub, event.force
    place = tuple([place_of(data, hub, force, dimension) for dimension in ask.places])
    return place, tuple([label_of(event, person, dimension) for dimension in ask.others])


def label_of(event: Event, person: Person | None, dimension: str) -> Any:
    found = getattr(person, dimension) if dimension in WHO else event.labels.get(dimension)
    return UNKNOWN if found is None else found
