"""The other objectives of the strategy: definitions.md section 7, and 'Wider' in section 10."""

from datetime import date, timedelta

from .cells import EVERYBODY, NOT_AVAILABLE, PLACES, Cell, Event, Result, Rule, Unit
from .child_suspects import crimes_with_child_suspects, has_suspects
from .data import ADULT, Data, Row
from .days import TIME, Window, end_of
from .formulas import children, count, part_of, plain, rate
from .repeat_offending import is_open

NOBODY = (*TIME, *PLACES)  # dimensions of what is not about one child
REVIEWED = ("crime", "drugs and alcohol", "weapons", "ASB")
ONE_DAY_LONG = timedelta(hours=24)
HIGH_ACES = 4


def incidents_with_a_child(data: Data) -> Unit:
    """Without a child the age is unknown, and the incident is left out."""
    events = []
    known = unknown = 0
    for row in data.rows("incidents"):
        age = data.age(row.get("child_id"), row["created_on"])
        known += age is not None
        unknown += age is None
        if age is not None and age < ADULT:
            person = data.person(row["child_id"], row["created_on"], age)
            events.append(Event(row["created_on"], row.get("hub_id"), (person,), row))
    return Unit(events, known, unknown)


def calls_from_homes(data: Data) -> Unit:
    rows = [row for row in data.rows("incidents") if row.get("home_id") is not None]
    return Unit([Event(row["created_on"], row.get("hub_id"), (), row) for row in rows])


def assessments(data: Data) -> Unit:
    events = []
    known = unknown = 0
    for row in data.rows("ace_assessments"):
        age = data.age(row["child_id"], row["assessed_on"])
        known += age is not None
        unknown += age is None
        if age is not None and age < ADULT:
            hub = data.children[row["child_id"]].get("home_hub_id")
            events.append(Event(row["assessed_on"], hub, (data.person(row["child_id"], row["assessed_on"], age),), row))
    return Unit(events, known, unknown)


def plans(data: Data) -> Unit:
    return Unit([Event(row["opened_on"], row.get("hub_id"), (), row) for row in data.rows("risk_management_plans")])


def sessions(data: Data) -> Unit:
    return Unit([Event(row["held_on"], row.get("hub_id"), (), row) for row in data.rows("engagements")])


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


def high_aces(cell: Cell) -> Result:
    """Of the children assessed, those whose latest assessment in the cell counts four or more."""
    latest: dict[str, Row] = {}
    for hit in cell.hits:
        row = hit.event.row
        before = latest.get(row["child_id"])
        if before is None or before["assessed_on"] < row["assessed_on"]:
            latest[row["child_id"]] = row
    return part_of(sum(1 for row in latest.values() if row["aces"] >= HIGH_ACES), len(latest))


def everything_before_the_end(window: Window) -> Window:
    return Window(date.min, window.end)


def open_plans(cell: Cell) -> Result:
    return plain(sum(1 for hit in cell.hits if is_open(hit.event.row, cell.window.end)))


def plans_overdue(cell: Cell) -> Result:
    overdue = 0
    for hit in cell.hits:
        due = hit.event.row.get("review_due_on")
        overdue += is_open(hit.event.row, cell.window.end) and due is not None and due < cell.window.end
    return plain(overdue)


def attendances(cell: Cell) -> Result:
    """Their sum; sessions none of which has its attendances recorded have no sum."""
    recorded = [hit.event.row["attendances"] for hit in cell.hits if hit.event.row.get("attendances") is not None]
    return NOT_AVAILABLE if cell.hits and not recorded else plain(sum(recorded))


CRIMES, INCIDENTS, ACES, PLANS, SESSIONS = (
    *(("crimes",), ("incidents",), ("ace_assessments",)),
    *(("risk_management_plans",), ("engagements",)),
)
OF_CRIMES = (*EVERYBODY, "offence_group")
CLOSED = ("risk_management_plans", "closed_on")
REVIEW = (("incidents", "category"), ("incidents", "created_at"), ("incidents", "reviewed_at"))

RULES = {
    "child_suspect_crimes": Rule(crimes_with_child_suspects, CRIMES, count(), OF_CRIMES, supported=has_suspects),
    "child_suspect_crime_rate": Rule(
        crimes_with_child_suspects, CRIMES, rate(1_000, range(10, 18)), OF_CRIMES, supported=has_suspects
    ),
    "asb_incidents": Rule(incidents_with_a_child, INCIDENTS, count(is_asb), needs=(("incidents", "category"),)),
    "care_home_calls": Rule(calls_from_homes, INCIDENTS, count(), NOBODY, needs=(("incidents", "home_id"),)),
    "high_ace_share": Rule(assessments, ACES, high_aces),
    "ace_assessed_children": Rule(assessments, ACES, children()),
    "reviewed_24h_share": Rule(incidents_with_a_child, INCIDENTS, reviewed_in_24_hours, needs=REVIEW),
    "open_plans": Rule(plans, PLANS, open_plans, NOBODY, needs=(CLOSED,), span=everything_before_the_end),
    "plans_overdue": Rule(
        plans,
        PLANS,
        plans_overdue,
        NOBODY,
        needs=(CLOSED, ("risk_management_plans", "review_due_on")),
        span=everything_before_the_end,
    ),
    "engagement_sessions": Rule(sessions, SESSIONS, count(), NOBODY),
    "engagement_attendances": Rule(sessions, SESSIONS, attendances, NOBODY, needs=(("engagements", "attendances"),)),
}
