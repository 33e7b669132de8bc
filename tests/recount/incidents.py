"""Incidents: antisocial behaviour, calls from homes and the 24-hour review. Section 7, and 'Wider' in section 10."""

from datetime import timedelta

from .cells import EVERYBODY, NOBODY, Cell, Result, Rule
from .data import ADULT, Data, Row
from .days import end_of
from .events import Event, Unit
from .formulas import count, part_of, rate

REVIEWED = ("crime", "drugs and alcohol", "weapons", "ASB")
ONE_DAY_LONG = timedelta(hours=24)


def incidents_with_a_child(data: Data) -> Unit:
    """Without a child the age is unknown, and the incident is left out."""
    return data.once("incidents_with_a_child", lambda: gather(data))


def gather(data: Data) -> Unit:
    events = []
    known = unknown = 0
    for row in data.rows("incidents"):
        age = data.age(row.get("child_id"), row["created_on"])
        known += age is not None
        unknown += age is None
        if age is not None and age < ADULT:
            person = data.person(row["child_id"], row["created_on"], age)
            events.append(Event(row["created_on"], row.get("hub_id"), (person,), row, labels=row))
    return Unit(events, known, unknown)


def calls_from_homes(data: Data) -> Unit:
    """Any incident at a home, whoever is in it, at its own hub."""
    rows = [row for row in data.rows("incidents") if row.get("home_id") is not None]
    return Unit([Event(row["created_on"], row.get("hub_id"), (), row, labels=row) for row in rows])


def is_asb(row: Row) -> bool:
    return row.get("category") == "ASB"


def reviewed_in_24_hours(cell: Cell) -> Result:
    """Of incidents created over 24 hours before the data end. Unreviewed is a failure, not a blank."""
    due_before = end_of(cell.data_end) - ONE_DAY_LONG
    asked = in_time = 0
    for hit in cell.hits:
        row = hit.event.row
        if row.get("category") in REVIEWED and row.get("created_at") is not None and row["created_at"] < due_before:
            asked += 1
            reviewed = row.get("reviewed_at")
            in_time += reviewed is not None and reviewed - row["created_at"] <= ONE_DAY_LONG
    return part_of(in_time, asked)


TABLES = ("incidents",)
DIMENSIONS = (*EVERYBODY, "category")
CATEGORY = (("incidents", "category"),)
REVIEW = (*CATEGORY, ("incidents", "created_at"), ("incidents", "reviewed_at"))
HOME = (("incidents", "home_id"),)

RULES = {
    "asb_incidents": Rule(incidents_with_a_child, TABLES, count(is_asb), DIMENSIONS, needs=CATEGORY),
    "asb_incident_rate": Rule(
        incidents_with_a_child, TABLES, rate(1_000, range(10, 18), which=is_asb), DIMENSIONS, needs=CATEGORY
    ),
    "care_home_calls": Rule(calls_from_homes, TABLES, count(), (*NOBODY, "category"), needs=HOME, homes=None),
    "reviewed_24h_share": Rule(incidents_with_a_child, TABLES, reviewed_in_24_hours, DIMENSIONS, needs=REVIEW),
}
