"""Custody: definitions.md section 3, and 'Custody' in section 10."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from .cells import EVERYBODY, Cell, Result, Rule
from .data import ADULT, Data, Row
from .days import ONE_DAY, clock, london_day
from .events import Event, Unit
from .formulas import Formula, children, count, is_recorded, is_true, part_of, quantile, rate, share

OF_BOTH = (*EVERYBODY, "offence_group")  # detentions and voluntary interviews
DIMENSIONS = (*OF_BOTH, "suite", "result")
NIGHT_FROM, NIGHT_TO = 0, 8  # on the clock in London
OVERNIGHT = timedelta(hours=4)


def detentions(data: Data) -> Unit:
    return data.once("detentions", lambda: of_children(data, "detentions", "authorised_on"))


def detentions_and_interviews(data: Data) -> Unit:
    interviews = of_children(data, "voluntary_interviews", "interviewed_on")
    held = detentions(data)
    known = held.of_known_age + interviews.of_known_age
    return Unit(held.events + interviews.events, known, held.of_unknown_age + interviews.of_unknown_age)


def of_children(data: Data, table: str, own_date: str) -> Unit:
    """The rows of a table whose child was under 18 on their date."""
    events = []
    known = unknown = 0
    for row in data.rows(table):
        day = row[own_date]
        age = data.age(row["child_id"], day)
        known += age is not None
        unknown += age is None
        if age is not None and age < ADULT:
            person = data.person(row["child_id"], day, age)
            events.append(Event(day, row.get("hub_id"), (person,), row, labels=row))
    return Unit(events, known, unknown)


def has_both_times(row: Row) -> bool:
    return row.get("authorised_at") is not None and row.get("released_at") is not None


def lasts_overnight(start: datetime, end: datetime) -> bool:
    """At least 4 elapsed hours between 00:00 and 08:00 on the clock of any one night."""
    night = london_day(start)
    while clock(night, NIGHT_FROM) < end:
        if min(end, clock(night, NIGHT_TO)) - max(start, clock(night, NIGHT_FROM)) >= OVERNIGHT:
            return True
        night += ONE_DAY
    return False


def is_overnight(row: Row) -> bool:
    return has_both_times(row) and lasts_overnight(row["authorised_at"], row["released_at"])


def is_overnight_before_charge(row: Row) -> bool:
    """Judged alone: from authorisation to charge, or else release."""
    if not has_both_times(row):
        return False
    return lasts_overnight(row["authorised_at"], min(row.get("charged_at") or row["released_at"], row["released_at"]))


def is_overnight_after_charge(row: Row) -> bool:
    """Judged alone: from charge to release."""
    if not has_both_times(row) or row.get("charged_at") is None:
        return False
    return lasts_overnight(max(row["charged_at"], row["authorised_at"]), row["released_at"])


def detained_for(row: Row) -> timedelta | None:
    elapsed: timedelta | None = row["released_at"] - row["authorised_at"] if has_both_times(row) else None
    return elapsed


def waited_for_adult(row: Row) -> timedelta | None:
    """From authorisation until the adult arrived; one already there waits 0; not recorded is not 0."""
    if row.get("authorised_at") is None or row.get("appropriate_adult_arrived_at") is None:
        return None
    return max(timedelta(0), row["appropriate_adult_arrived_at"] - row["authorised_at"])


def is_strip_search(row: Row) -> bool:
    return row.get("strip_search") in ("strip", "intimate parts exposed")


def exposed_intimate_parts(row: Row) -> bool:
    return row.get("strip_search") == "intimate parts exposed"


def is_strip_search_with_adult_recorded(row: Row) -> bool:
    return is_strip_search(row) and is_recorded("strip_search_with_adult")(row)


def is_move_recorded(row: Row) -> bool:
    return is_true("bail_refused")(row) and is_recorded("accommodation_moved")(row)


def ended_in_charge(row: Row) -> bool:
    return row.get("result") == "charged"


def was_visited(row: Row) -> bool:
    """Visited from authorisation (its instant, or else its day) to release, or still open."""
    visited = row.get("ccp_visited_at")
    if visited is None:
        return False
    authorised = row.get("authorised_at") or clock(row["authorised_on"], 0)
    return bool(authorised <= visited and (row.get("released_at") is None or visited <= row["released_at"]))


def voluntary_share(cell: Cell) -> Result:
    voluntary = sum(1 for hit in cell.hits if "interview_id" in hit.event.row)
    return part_of(voluntary, len(cell.hits))


def about_detentions(formula: Formula, *columns: str, **more: Any) -> Rule:
    needs = tuple(("detentions", column) for column in columns)
    return Rule(detentions, ("detentions",), formula, DIMENSIONS, needs=needs, **more)


TIMES = ("authorised_at", "released_at")
MEDIAN, NINTH_DECILE = Fraction(1, 2), Fraction(9, 10)

RULES = {
    "detentions": about_detentions(count()),
    "children_detained": about_detentions(children()),
    "detention_rate": about_detentions(rate(1_000, range(10, 18))),
    "detentions_charged": about_detentions(count(ended_in_charge), "result"),
    "overnight_detentions": about_detentions(count(is_overnight), *TIMES),
    "overnight_share": about_detentions(share(is_overnight, of=has_both_times), *TIMES),
    "overnight_before_charge": about_detentions(count(is_overnight_before_charge), *TIMES, "charged_at"),
    "overnight_after_charge": about_detentions(count(is_overnight_after_charge), *TIMES, "charged_at"),
    "hours_detained": about_detentions(quantile(detained_for, MEDIAN), *TIMES),
    "hours_detained_p90": about_detentions(quantile(detained_for, NINTH_DECILE), *TIMES),
    "appropriate_adult_wait": about_detentions(
        quantile(waited_for_adult, MEDIAN), "authorised_at", "appropriate_adult_arrived_at"
    ),
    "accommodation_requested_share": about_detentions(
        share(is_recorded("accommodation_requested"), of=is_true("bail_refused")), "bail_refused", "accommodation_requested"
    ),
    "accommodation_moved_share": about_detentions(
        share(is_true("accommodation_moved"), of=is_move_recorded), "bail_refused", "accommodation_moved"
    ),
    "strip_searches": about_detentions(count(is_strip_search), "strip_search"),
    "strip_searches_intimate": about_detentions(count(exposed_intimate_parts), "strip_search"),
    "strip_search_with_adult_share": about_detentions(
        share(is_true("strip_search_with_adult"), of=is_strip_search_with_adult_recorded),
        *("strip_search", "strip_search_with_adult"),
    ),
    "liaison_diversion_share": about_detentions(
        share(is_true("liaison_diversion_seen"), of=is_recorded("liaison_diversion_seen")), "liaison_diversion_seen"
    ),
    "ccp_visit_share": about_detentions(share(was_visited), "ccp_visited_at"),
    "ccp_review_share": about_detentions(share(is_recorded("ccp_reviewed_on")), "ccp_reviewed_on"),
    "voluntary_share": Rule(detentions_and_interviews, ("detentions", "voluntary_interviews"), voluntary_share, OF_BOTH),
}
