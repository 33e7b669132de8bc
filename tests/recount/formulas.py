"""The few ways in which a cell becomes a number: a count, distinct children, a share, a rate, a quantile, a survival median."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

from .cells import NOT_AVAILABLE, PLACES, WHO, Cell, Result, place_of
from .data import UNKNOWN, Person
from .events import Hit
from .residents import person_years

Formula = Callable[[Cell], Result]
Question = Callable[[Any], bool]  # asked of the row of an event

AGE_BANDS = {"under 10": range(10), "10-13": range(10, 14), "14-15": range(14, 16), "16-17": range(16, 18)}


def every(_row: Any) -> bool:
    return True


def plain(number: float) -> Result:
    """A plain count: the numerator is the value."""
    return number, None, number


def part_of(numerator: float, denominator: float) -> Result:
    return numerator, denominator, numerator / denominator if denominator else None


def count(which: Question = every) -> Formula:
    return lambda cell: plain(sum(1 for hit in cell.hits if which(hit.event.row)))


def children(which: Question = every) -> Formula:
    """Distinct children, within the cell."""
    return lambda cell: plain(len({person.child_id for hit in cell.hits if which(hit.event.row) for person in people_known(hit)}))


def share(which: Question, of: Question = every) -> Formula:
    def formula(cell: Cell) -> Result:
        asked = [hit.event.row for hit in cell.hits if of(hit.event.row)]
        return part_of(sum(1 for row in asked if which(row)), len(asked))

    return formula


def share_in_care(of: Question = every) -> Formula:
    """Of the events with a child, those of which a child was in care on the day; a care leaver was not."""

    def formula(cell: Cell) -> Result:
        asked = [people_known(hit) for hit in cell.hits if of(hit.event.row) and people_known(hit)]
        return part_of(sum(1 for people in asked if any(person.in_care == "yes" for person in people)), len(asked))

    return formula


def people_known(hit: Hit) -> list[Person]:
    return [person for person in hit.people if person.child_id is not None]


def is_true(column: str) -> Question:
    return lambda row: row.get(column) is True


def is_recorded(column: str) -> Question:
    return lambda row: row.get(column) is not None


def rate(per: int, ages: range, which: Question = every) -> Formula:
    """Events per so many residents of these ages a year."""

    def formula(cell: Cell) -> Result:
        events = sum(1 for hit in cell.hits if which(hit.event.row))
        residents = residents_of(cell, ages)
        if residents is None:
            return NOT_AVAILABLE
        return events, residents, events / residents * per if residents else None

    return formula


def residents_of(cell: Cell, ages: range) -> float | None:
    """Person-years of the cell's residents; None where they cannot be told.

    That is so of an unknown hub, age, sex or group, by care status, and by what officers saw.
    """
    labels = cell.labels
    who_and_where = [label for dimension, label in labels.items() if dimension in (*PLACES, *WHO)]
    if UNKNOWN in who_and_where or "in_care" in labels or "officer_ethnicity" in labels:
        return None
    hubs = [
        hub
        for hub in cell.data.hubs
        if all(place_of(cell.data, hub, None, dimension) == labels[dimension] for dimension in PLACES if dimension in labels)
    ]
    whole = ages
    if "age_band" in labels:
        ages = common(ages, AGE_BANDS[labels["age_band"]])
    if "age" in labels:
        ages = common(ages, range(labels["age"], labels["age"] + 1))
    return person_years(cell.data, hubs, cell.window, ages, (labels.get("sex"), labels.get("ethnicity")), whole)


def common(one: range, other: range) -> range:
    return range(max(one.start, other.start), min(one.stop, other.stop))


def quantile(measure: Callable[[Any], timedelta | None], at: Fraction) -> Formula:
    """The median (or another quantile) in hours of those that can be measured, by linear interpolation."""

    def formula(cell: Cell) -> Result:
        measured = sorted(found for hit in cell.hits if (found := measure(hit.event.row)) is not None)
        if not measured:
            return None, 0, None
        place = at * (len(measured) - 1)
        below = int(place)
        above = min(below + 1, len(measured) - 1)
        low, high = hours(measured[below]), hours(measured[above])
        return None, len(measured), low + (high - low) * float(place - below)

    return formula


def hours(elapsed: timedelta) -> float:
    return elapsed / timedelta(hours=1)


def survival_median(times: list[tuple[Any, bool]]) -> Any:
    """Kaplan-Meier: the smallest time at which survival is at most a half; None if never reached.

    ``times`` are (time, whether it happened); those it did not happen to are censored then. Events before censorings at a tie.
    """
    at_risk = len(times)
    survival = Fraction(1)
    happened: dict[Any, int] = {}
    left: dict[Any, int] = {}
    for moment, did_happen in times:
        left[moment] = left.get(moment, 0) + 1
        happened[moment] = happened.get(moment, 0) + did_happen
    for moment in sorted(left):
        survival *= 1 - Fraction(happened[moment], at_risk)
        if survival <= Fraction(1, 2):
            return moment
        at_risk -= left[moment]
    return None
