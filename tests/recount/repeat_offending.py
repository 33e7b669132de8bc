"""Reoffending and repeat suspects: definitions.md section 2, and the same names in section 10."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from .cells import EVERYBODY, NOT_AVAILABLE, Cell, Result, Rule
from .child_suspects import crimes_with_child_suspects, has_suspects
from .data import Data, Row
from .days import ONE_DAY, Window, add_months, first_of_quarter, months_of
from .events import Event, Unit
from .first_time_entrants import HOMES, by_id, disposals_of_each_child
from .formulas import Formula, part_of, plain
from .plans import is_open

DIMENSIONS = (*EVERYBODY, "offence_group")
INDEX_KINDS = ("youth caution", "youth conditional caution", "conviction")
PROOF_KINDS = (*INDEX_KINDS, "adult caution")


@dataclass(frozen=True)
class Entry:
    """A child in a quarterly cohort."""

    child_id: str
    index: date
    reoffences: int


def cohort_entries(data: Data) -> Unit:
    """One entry per child per calendar quarter: its first disposal of the quarter that qualifies."""
    return data.once("cohort_entries", lambda: gather(data))


def gather(data: Data) -> Unit:
    unit = Unit([])
    for child_id, disposals in disposals_of_each_child(data).items():
        first_of: dict[date, tuple[date, str, Row]] = {}
        for row in disposals:
            day = index_day(row)
            if day is None:
                continue
            age = data.age(child_id, day)
            unit.of_known_age += age is not None
            unit.of_unknown_age += age is None
            if age is not None and 10 <= age <= 17:
                quarter = first_of_quarter(day)
                candidate = (day, by_id(row), row)
                first_of[quarter] = min(first_of.get(quarter, candidate), candidate, key=lambda found: found[:2])
        for index, _, row in first_of.values():
            entry = Entry(child_id, index, reoffences(disposals, index))
            hub = row.get("residence_hub_id")
            person = data.person(child_id, index, data.age(child_id, index))._replace(home=hub)
            unit.events.append(Event(index, hub, (person,), entry, labels=row))
    return Unit(unit.events, unit.of_known_age, unit.of_unknown_age)


def counts_at_all(disposal: Row) -> bool:
    """Breaches and non-recordable offences never count; blank = recordable, not a breach."""
    return disposal.get("recordable") is not False and disposal.get("breach") is not True


def index_day(disposal: Row) -> date | None:
    """The day on which a disposal can be an index: a custodial one counts on release."""
    if disposal["kind"] not in INDEX_KINDS or not counts_at_all(disposal):
        return None
    day: date | None = disposal.get("released_on") if disposal.get("custodial") is True else disposal["decided_on"]
    return day


def reoffences(disposals: list[Row], index: date) -> int:
    """Offences committed in the 12 months from the index and proven after it, within 18 months."""
    found = 0
    for row in disposals:
        if row["kind"] in PROOF_KINDS and counts_at_all(row) and row.get("committed_on") is not None:
            committed_in_time = index <= row["committed_on"] < add_months(index, 12)
            proven_in_time = index < row["decided_on"] < add_months(index, 18)
            found += committed_in_time and proven_in_time
    return found


def is_mature(quarter: date, data_end: date) -> bool:
    """When the data reach the last day of the quarter's 18th following month."""
    return data_end >= add_months(quarter, 3 + 18) - ONE_DAY


def of_mature_quarters(formula: Formula) -> Formula:
    """Blank throughout where the cell's period contains an immature quarter."""

    def checked(cell: Cell) -> Result:
        quarters = {first_of_quarter(month.start) for month in months_of(cell.window)}
        return formula(cell) if all(is_mature(quarter, cell.data_end) for quarter in quarters) else NOT_AVAILABLE

    return checked


def entries_in(cell: Cell) -> list[Entry]:
    return [hit.event.row for hit in cell.hits]


def reoffending_rate(cell: Cell) -> Result:
    entries = entries_in(cell)
    return part_of(sum(1 for entry in entries if entry.reoffences), len(entries))


def reoffences_per_reoffender(cell: Cell) -> Result:
    entries = entries_in(cell)
    return part_of(sum(entry.reoffences for entry in entries), sum(1 for entry in entries if entry.reoffences))


def reoffences_per_child(cell: Cell) -> Result:
    entries = entries_in(cell)
    return part_of(sum(entry.reoffences for entry in entries), len(entries))


def twelve_months_to_the_end(window: Window) -> Window:
    return Window(add_months(window.end, -12), window.end)


def suspected_twice(events: list[Event]) -> set[str | None]:
    """Children suspected, anywhere, of two or more of these crimes."""
    crimes: dict[str | None, int] = {}
    for event in events:
        for person in event.people:
            crimes[person.child_id] = crimes.get(person.child_id, 0) + 1
    return {child_id for child_id, number in crimes.items() if number >= 2}


def suspects_in(cell: Cell) -> set[str | None]:
    return {person.child_id for hit in cell.hits for person in hit.people}


def repeat_suspects(cell: Cell) -> Result:
    return plain(len(suspects_in(cell) & cell.looked_up))


def repeat_suspect_share(cell: Cell) -> Result:
    suspects = suspects_in(cell)
    return part_of(len(suspects & cell.looked_up), len(suspects))


def repeat_suspect_crime_share(cell: Cell) -> Result:
    with_repeat = [hit for hit in cell.hits if any(person.child_id in cell.looked_up for person in hit.people)]
    return part_of(len(with_repeat), len(cell.hits))


def repeat_suspects_with_plan_share(cell: Cell) -> Result:
    repeat = suspects_in(cell) & cell.looked_up
    plans = [row for row in cell.data.rows("risk_management_plans") if is_open(row, cell.window.end)]
    return part_of(len(repeat & {row["child_id"] for row in plans}), len(repeat))


def reoffending(formula: Formula, **more: Any) -> Rule:
    return Rule(cohort_entries, ("disposals",), of_mature_quarters(formula), (*DIMENSIONS, "kind"), homes=HOMES, **more)


def about_suspects(formula: Formula, *tables: str, **more: Any) -> Rule:
    return Rule(
        crimes_with_child_suspects,
        ("crimes", *tables),
        formula,
        DIMENSIONS,
        supported=has_suspects,
        span=twelve_months_to_the_end,
        look_up=suspected_twice,
        **more,
    )


RULES = {
    "reoffending_rate": reoffending(reoffending_rate),
    "reoffences_per_reoffender": reoffending(reoffences_per_reoffender),
    "reoffences_per_child": reoffending(reoffences_per_child),
    "repeat_suspects": about_suspects(repeat_suspects),
    "repeat_suspect_share": about_suspects(repeat_suspect_share),
    "repeat_suspect_crime_share": about_suspects(repeat_suspect_crime_share),
    "repeat_suspects_with_plan_share": about_suspects(
        repeat_suspects_with_plan_share, "risk_management_plans", needs=(("risk_management_plans", "closed_on"),)
    ),
}
