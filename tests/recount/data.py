"""The rows as somebody counting by hand would lay them out: what is seen as at a date, who each child is, who is in care."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from .days import age_on, end_of

T = TypeVar("T")
Row = dict[str, Any]
Rows = dict[str, list[Row]]
UNKNOWN = "unknown"

OWN_DATE = {  # the bold date of each table in data-contract.md
    "crimes": "recorded_on",
    "crime_outcomes": "outcome_on",
    "disposals": "decided_on",
    "detentions": "authorised_on",
    "voluntary_interviews": "interviewed_on",
    "stop_searches": "searched_on",
    "missing_episodes": "reported_on",
    "incidents": "created_on",
    "ace_assessments": "assessed_on",
    "risk_management_plans": "opened_on",
    "engagements": "held_on",
    "care_spells": "started_on",
}
PLANNED = ("review_due_on", "ended_on")  # may lie in the future without anything having happened
ADULT = 18

SELF_DEFINED = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "O": "Other"}  # by the first letter of the 18+1 code
OFFICER_CODES = {"IC1": "White", "IC2": "White", "IC3": "Black", "IC4": "Asian", "IC5": "Asian", "IC6": "Other"}
OFFICER_WORDS = ("White", "Black", "Asian", "Other")


class Person(NamedTuple):
    """Somebody in an event, with the labels that hold on its date. What is not known: age and home None, labels 'unknown'."""

    child_id: str | None
    age: int | None
    sex: str
    ethnicity: str
    officer_ethnicity: str
    in_care: str
    home: str | None  # the hub where the child lives

    @property
    def age_band(self) -> str:
        if self.age is None:
            return UNKNOWN
        for band, oldest in (("under 10", 9), ("10-13", 13), ("14-15", 15), ("16-17", 17)):
            if self.age <= oldest:
                return band
        return "18 and over"


class Data:
    """The tables as seen on one date (or as they stand), indexed once and then only read."""

    def __init__(self, rows: Rows, as_at: date | None) -> None:
        self.database = rows
        self.as_at = as_at
        self._kept: dict[Any, Any] = {}
        self._kept_for: tuple[Any, dict[Any, Any]] = (None, {})
        self.hubs = {hub["hub_id"]: hub for hub in rows.get("hubs", ())}
        self.children = {child["child_id"]: child for child in rows.get("children", ())}
        self.spells: dict[str, list[Row]] = {}
        for spell in self.rows("care_spells"):
            self.spells.setdefault(spell["child_id"], []).append(spell)

    def once(self, key: Any, work: Callable[[], T]) -> T:
        """Do a piece of work the first time it is asked for, and remember it."""
        if key not in self._kept:
            self._kept[key] = work()
        found: T = self._kept[key]
        return found

    def once_for(self, whose: Any, key: Any, work: Callable[[], T]) -> T:
        """As ``once``, but forgotten when it is asked for another's: what is large is not kept for ever."""
        if self._kept_for[0] is not whose:
            self._kept_for = (whose, {})
        kept = self._kept_for[1]
        if key not in kept:
            kept[key] = work()
        found: T = kept[key]
        return found

    def rows(self, table: str) -> list[Row]:
        """The rows of a table, as at the date: later rows unseen, later dates in earlier rows blank."""
        if self.as_at is None or table not in OWN_DATE:
            return self.database.get(table, [])
        return self.once(("rows", table), lambda: seen(self.database.get(table, []), OWN_DATE[table], self.as_at))

    def supplied(self, table: str, column: str) -> bool:
        """Whether the source gives the column at all: at least one row of the whole table has it."""
        rows = self.database.get(table, ())
        return self.once((table, column), lambda: any(row.get(column) is not None for row in rows))

    def first_day(self, tables: tuple[str, ...]) -> date | None:
        """The earliest of the tables' own dates: where the loaded period begins."""
        return min(self.days_of(tables), default=None)

    def last_day(self, tables: tuple[str, ...]) -> date | None:
        """The data end: the latest of the tables' own dates, or a later day to which one that has rows was declared complete.

        The as-at date where that comes before it.
        """
        ends = set(self.days_of(tables))
        for load in self.database.get("loads", ()):
            if load.get("is_declared") and load["table_name"] in tables and self.database.get(load["table_name"]):
                ends.add(load["data_to"])
        if ends and self.as_at:
            return min(max(ends), self.as_at)
        return max(ends, default=None)

    def days_of(self, tables: tuple[str, ...]) -> set[date]:
        """The days on which something happened, over all the rows of the tables."""
        return self.once(
            ("days", tables), lambda: {row[OWN_DATE[table]] for table in tables for row in self.database.get(table, ())}
        )

    def born_on(self, child_id: str | None) -> date | None:
        born: date | None = self.children.get(child_id, {}).get("date_of_birth")
        return born

    def age(self, child_id: str | None, day: date, recorded: int | None = None) -> int | None:
        """By the date of birth, and then none before it; by what was recorded where that date is not known."""
        born = self.born_on(child_id)
        return recorded if born is None else age_on(born, day)

    def person(self, child_id: str | None, day: date, age: int | None) -> Person:
        child = self.children.get(child_id, {})
        groups = ethnic_group(child), officer_group(child)
        return Person(child_id, age, child.get("sex") or UNKNOWN, *groups, self.care(child_id, day), child.get("home_hub_id"))

    def has_care_spells(self) -> bool:
        return bool(self.database.get("care_spells"))

    def care(self, child_id: str | None, day: date) -> str:
        """Care status on a day. [started_on, ended_on); in care beats care leaver; no spell is 'no'."""
        if child_id is None or not self.has_care_spells():
            return UNKNOWN
        found = set()
        for spell in self.spells.get(child_id, ()):
            if spell["started_on"] <= day and (spell.get("ended_on") is None or day < spell["ended_on"]):
                found.add(spell["status"])
        if "in care" in found:
            return "yes"
        return "care leaver" if "care leaver" in found else "no"


def seen(rows: list[Row], own_date: str, as_at: date) -> list[Row]:
    """A table as if the data ended on ``as_at``."""
    return [
        {column: None if is_later(column, value, as_at) else value for column, value in row.items()}
        for row in rows
        if row[own_date] <= as_at
    ]


def is_later(column: str, value: Any, as_at: date) -> bool:
    if column in PLANNED:
        return False
    if isinstance(value, datetime):
        return column.endswith("_at") and value >= end_of(as_at)
    return isinstance(value, date) and column.endswith("_on") and value > as_at


def ethnic_group(row: Row) -> str:
    """Broad group: self-defined, else officer-defined, else unknown (never White)."""
    stated = row.get("ethnicity_self_defined")
    if stated is not None and stated != "NS" and not stated.endswith("Not stated"):
        return SELF_DEFINED[stated[0]]  # the Census wording begins with the same letters as the codes
    return officer_group(row)


def officer_group(row: Row) -> str:
    """Broad group by what an officer saw, alone."""
    seen_as = row.get("ethnicity_officer_defined")
    return seen_as if seen_as in OFFICER_WORDS else OFFICER_CODES.get(seen_as, UNKNOWN)
