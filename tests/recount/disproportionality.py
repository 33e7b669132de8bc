"""Relative rate index: how often something is done to children of a group, for each one done to White children. Section 7.

Each stage is measured against residents of the group or against the stage before it, which it follows from.
"""

from dataclasses import dataclass
from datetime import date
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any

from . import laid_out, recount
from .data import UNKNOWN, Rows
from .residents import nearest, yearly_estimates

GROUPS = ("Asian", "Black", "Mixed", "Other", "White")
WHITE = "White"
STAGES = ("search", "detention", "charge", "entry")  # each follows from the one before
KEYS = {"search": "searches", "detention": "detentions", "charge": "detentions", "entry": "first_time_entrants"}
AGES = range(10, 18)
FEWEST_EVENTS = 10  # under which it is too few to tell
Z = NormalDist().inv_cdf(0.975)  # 95%, exactly

Numbers = dict[str, Any]  # by group; None = not available


@dataclass(frozen=True)
class Index:
    """One group at one stage. What cannot be worked out is None; White children are not compared with themselves."""

    events: float | None
    denominator: float | None
    rate: float | None
    index: float | None = None
    lower: float | None = None
    upper: float | None = None
    best: float | None = None  # were all events of unknown ethnicity White children's
    worst: float | None = None  # were they all this group's
    verdict: str | None = None  # 'higher', 'lower', 'no clear difference' or 'too few to tell'


def relative_rates(
    rows: Rows,
    start: date,
    end: date,
    against: str = "stage before",
    officer: bool = False,
    hubs: set[str] | None = None,
    **more: Any,
) -> dict[tuple[str, str], Index]:
    """(stage, broad group) -> its index against White children, of events from ``start`` to the day before ``end``.

    ``against``: 'stage before' or 'residents'. ``officer``: groups by what officers saw, alone. ``hubs``: events and residents
    of those hubs only. ``more``: residents_only, placed_by and as_at, as of ``recount``.
    """
    events = {stage: events_of(rows, stage, start, end, officer, hubs, more) for stage in STAGES}
    residents = residents_of(rows, start + (end - start) // 2, hubs)
    found = {}
    for number, stage in enumerate(STAGES):
        denominators = residents if against == "residents" or number == 0 else events[STAGES[number - 1]]
        for group in GROUPS:
            found[stage, group] = compare(events[stage], denominators, group)
    return found


def events_of(
    rows: Rows, stage: str, start: date, end: date, officer: bool, hubs: set[str] | None, more: dict[str, Any]
) -> Numbers:
    """Events of each group and of the unknown; all None where the stage is not available."""
    events: Numbers = dict.fromkeys((*GROUPS, UNKNOWN), None)
    has_result = any(row.get("result") is not None for row in rows.get("detentions", ()))
    if recount(rows, KEYS[stage], start, end, **more)[()][2] is None or (stage == "charge" and not has_result):
        return events
    by = ("hub", "officer_ethnicity" if officer else "ethnicity", *(["result"] if stage == "charge" else []))
    events = dict.fromkeys(events, 0)
    for (hub, group, *result), (number, _, _) in recount(rows, KEYS[stage], start, end, by=by, **more).items():
        if (hubs is None or hub in hubs) and result in ([], ["charged"]):
            events[group] += number
    return events


def residents_of(rows: Rows, middle: date, hubs: set[str] | None) -> Numbers:
    """Residents of each group: aged 10-17 where every hub has groups by single year of age, else of all ages."""
    asked = [hub["hub_id"] for hub in rows.get("hubs", ()) if hubs is None or hub["hub_id"] in hubs]
    estimates_of = young_residents if all(young_residents(rows, hub, WHITE) for hub in asked) else all_ages
    totals: Numbers = dict.fromkeys(GROUPS, None)
    for group in GROUPS:
        estimates = [estimates_of(rows, hub, group) for hub in asked]
        if asked and all(estimates):
            totals[group] = sum(nearest(years, middle.year) for years in estimates)
    return totals


def young_residents(rows: Rows, hub: str, group: str) -> dict[int, int]:
    return yearly_estimates(laid_out(rows, None), hub, AGES, (None, group), AGES)


def all_ages(rows: Rows, hub: str, group: str) -> dict[int, int]:
    """By year, from the rows that give neither age nor sex: of the years in which every group has one."""
    asked = {"hub_id": hub, "age": None, "sex": None}
    found = [row for row in rows.get("population", ()) if all(row.get(column) == value for column, value in asked.items())]
    of_group = {(row["year"], row["ethnic_group"]): row["residents"] for row in found}
    whole = {year for year, _ in of_group if all((year, one) in of_group for one in GROUPS)}
    return {year: of_group[year, group] for year in whole}


def compare(events: Numbers, denominators: Numbers, group: str) -> Index:
    """The unknown of a stage are added to its events only: in a denominator they stay out."""
    own, white, unknown = events[group], events[WHITE], events[UNKNOWN]
    of_own, of_white = denominators[group], denominators[WHITE]
    rate = None if own is None or not of_own else own / of_own
    if group == WHITE or own is None or white is None or unknown is None:
        return Index(own, of_own, rate)
    index = ratio(own, of_own, white, of_white)
    lower, upper = interval(index, own, white)
    best, worst = ratio(own, of_own, white + unknown, of_white), ratio(own + unknown, of_own, white, of_white)
    return Index(own, of_own, rate, index, lower, upper, best, worst, verdict(lower, upper, own, white))


def ratio(own: float, of_own: float | None, white: float, of_white: float | None) -> float | None:
    """Blank where a denominator, or the events of White children, is 0 or not available."""
    if not of_own or not of_white or not white:
        return None
    return (own / of_own) / (white / of_white)


def interval(index: float | None, own: float, white: float) -> tuple[float | None, float | None]:
    """95%, on the scale of logarithms; blank where either has no events."""
    if index is None or not own or not white:
        return None, None
    spread = Z * sqrt(1 / own + 1 / white)
    return exp(log(index) - spread), exp(log(index) + spread)


def verdict(lower: float | None, upper: float | None, own: float, white: float) -> str | None:
    if own < FEWEST_EVENTS or white < FEWEST_EVENTS:
        return "too few to tell"
    if lower is None or upper is None:
        return None
    return "higher" if lower > 1 else "lower" if upper < 1 else "no clear difference"
