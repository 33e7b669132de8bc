"""Adverse childhood experiences of the children assessed, and how many were. Section 7, and 'Wider' in section 10."""

from .cells import EVERYBODY, Cell, Result, Rule
from .data import ADULT, Data, Row
from .events import Event, Unit
from .formulas import children, part_of
from .incidents import incidents_with_a_child

HIGH_ACES = 4


def assessments(data: Data) -> Unit:
    """At the hub where the child lives."""
    events = []
    known = unknown = 0
    for row in data.rows("ace_assessments"):
        age = data.age(row["child_id"], row["assessed_on"])
        known += age is not None
        unknown += age is None
        if age is not None and age < ADULT:
            person = data.person(row["child_id"], row["assessed_on"], age)
            events.append(Event(row["assessed_on"], person.home, (person,), row))
    return Unit(events, known, unknown)


def high_aces(cell: Cell) -> Result:
    """Of the children assessed, those whose latest assessment in the cell counts four or more."""
    latest: dict[str, Row] = {}
    for hit in cell.hits:
        row = hit.event.row
        before = latest.get(row["child_id"])
        if before is None or before["assessed_on"] < row["assessed_on"]:
            latest[row["child_id"]] = row
    return part_of(sum(1 for row in latest.values() if row["aces"] >= HIGH_ACES), len(latest))


def has_assessments(data: Data) -> bool:
    return bool(data.database.get("ace_assessments"))


def assessed(cell: Cell) -> Result:
    """Of the distinct children in the cell's incidents, those with an assessment, whenever it was."""
    involved = {person.child_id for hit in cell.hits for person in hit.people}
    return part_of(len(involved & {row["child_id"] for row in cell.data.rows("ace_assessments")}), len(involved))


TABLES = ("ace_assessments",)

RULES = {
    "high_ace_share": Rule(assessments, TABLES, high_aces),
    "ace_assessed_children": Rule(assessments, TABLES, children()),
    "ace_assessed_share": Rule(
        incidents_with_a_child, ("incidents",), assessed, (*EVERYBODY, "category"), supported=has_assessments
    ),
}
