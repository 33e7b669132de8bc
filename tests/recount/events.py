"""What is counted: events with the children in them, on a day of their own or judged for each period."""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from .data import Person
from .days import Window


@dataclass(slots=True, eq=False)
class Event:
    """Something that is counted: its day, its hub, the children in it, and the row (or rows made one) it comes from."""

    day: date
    hub: str | None
    people: tuple[Person, ...]
    row: Any
    labels: Mapping[str, Any] = field(default_factory=dict)  # where the dimensions that are its theme's own are read
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
class Stock:
    """What is judged anew for each period, such as the plans open at its end."""

    judge: Callable[[Window], list[Event]]
    has_no_ages: bool = False
    judged: dict[Window, list[Event]] = field(default_factory=dict)

    def within(self, window: Window) -> list[Event]:
        if window not in self.judged:
            self.judged[window] = self.judge(window)
        return self.judged[window]
