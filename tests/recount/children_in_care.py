"""Children in care: how many, how many of them go missing or offend, and their share of what the police do."""

from collections.abc import Callable
from datetime import date

from .cells import EVERYBODY, Rule
from .custody import about_detentions
from .data import ADULT, Data, Row
from .days import ONE_DAY, Window, add_months
from .events import Event, Stock
from .first_time_entrants import about_entrants, disposals_of_each_child, has_convictions
from .formulas import count, is_true, share, share_in_care
from .missing_episodes import missing_episodes
from .outcomes import has_outcome, has_suspects_and_codes, on_both_bases
from .repeat_offending import Entry, reoffending
from .stop_search import about_searches

DIMENSIONS = tuple(dimension for dimension in EVERYBODY if dimension != "in_care")
DEALT_WITH = ("youth caution", "youth conditional caution", "conviction")


def stays(spells: list[Row]) -> list[Window]:
    """Spells in care, joined where they touch or overlap; one without an end goes on."""
    joined: list[Window] = []
    in_care = [spell for spell in spells if spell["status"] == "in care"]
    for start, end in sorted((spell["started_on"], spell.get("ended_on") or date.max) for spell in in_care):
        if joined and start <= joined[-1].end:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, end))
        else:
            joined.append(Window(start, end))
    return joined


def snapshot_of(data: Data, judge: Callable[[str, list[Window], Window], Event | None]) -> Stock:
    """The children who belong to a period, each judged by its stays in care."""
    stays_of = {child_id: stays(spells) for child_id, spells in data.spells.items()}
    ages_known = any(data.age(child_id, date.max) is not None for child_id in stays_of)

    def within(window: Window) -> list[Event]:
        found = (judge(child_id, stays, window) for child_id, stays in stays_of.items())
        return [event for event in found if event is not None]

    return Stock(within, has_no_ages=bool(stays_of) and not ages_known)


def event_of(data: Data, child_id: str, day: date, ages: range, row: Row) -> Event | None:
    """A child, where it lives, as it was on a day; none if its age then is unknown or another."""
    age = data.age(child_id, day)
    if age is None or age not in ages:
        return None
    person = data.person(child_id, day, age)
    return Event(day, person.home, (person,), row)


def in_care_at_the_end(data: Data) -> Stock:
    """On the last day of the period, under 18 on it."""

    def judge(child_id: str, stays: list[Window], window: Window) -> Event | None:
        last_day = window.end - ONE_DAY
        if not any(stay.start <= last_day < stay.end for stay in stays):
            return None
        return event_of(data, child_id, last_day, range(ADULT), {})

    return snapshot_of(data, judge)


def in_care_for_a_day(data: Data) -> Stock:
    """On any day of the period while under 18, as they were on the first; were they missing from care in the period?"""
    missed: dict[str | None, list[date]] = {}
    for event in missing_episodes(data).events:
        if event.row.is_from_care:
            missed.setdefault(event.row.child_id, []).append(event.day)

    def judge(child_id: str, stays: list[Window], window: Window) -> Event | None:
        days = [max(stay.start, window.start) for stay in stays if max(stay.start, window.start) < min(stay.end, window.end)]
        if not days:
            return None
        was_missing = any(window.start <= day < window.end for day in missed.get(child_id, ()))
        return event_of(data, child_id, min(days), range(ADULT), {"was_missing": was_missing})

    return snapshot_of(data, judge)


def in_care_for_a_year(data: Data) -> Stock:
    """Without a break for the 12 months to the period's end, 10-17 on its last day; were they dealt with in those months?"""

    def judge(child_id: str, stays: list[Window], window: Window) -> Event | None:
        year = Window(add_months(window.end, -12), window.end)
        if not any(stay.start <= year.start and year.end <= stay.end for stay in stays):
            return None
        disposals = disposals_of_each_child(data).get(child_id, ())
        proven = [row for row in disposals if row["kind"] in DEALT_WITH and year.start <= row["decided_on"] < year.end]
        return event_of(data, child_id, window.end - ONE_DAY, range(10, ADULT), {"was_dealt_with": bool(proven)})

    return snapshot_of(data, judge)


def reoffends(entry: Entry) -> bool:
    return entry.reoffences > 0


def has_convictions_and_spells(data: Data) -> bool:
    return has_convictions(data) and data.has_care_spells()


def has_outcomes_and_spells(data: Data) -> bool:
    return has_suspects_and_codes(data) and data.has_care_spells()


RULES = {
    "children_in_care": Rule(in_care_at_the_end, ("care_spells",), count(), DIMENSIONS),
    "care_missing_share": Rule(
        in_care_for_a_day, ("missing_episodes",), share(is_true("was_missing")), DIMENSIONS, supported=Data.has_care_spells
    ),
    "care_offending_share": Rule(
        in_care_for_a_year, ("disposals",), share(is_true("was_dealt_with")), DIMENSIONS, supported=Data.has_care_spells
    ),
    "entrants_in_care_share": about_entrants(share_in_care(), supported=has_convictions_and_spells),
    "reoffenders_in_care_share": reoffending(share_in_care(of=reoffends), supported=Data.has_care_spells),
    "detentions_in_care_share": about_detentions(share_in_care(), supported=Data.has_care_spells),
    "searches_in_care_share": about_searches(share_in_care(), "child_id", supported=Data.has_care_spells),
    "outcomes_in_care_share": on_both_bases(share_in_care(of=has_outcome), supported=has_outcomes_and_spells),
}
