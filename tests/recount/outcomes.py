"""Outcomes of crimes with a child suspect: definitions.md section 6, and 'Outcomes' in section 10."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from .cells import EVERYBODY, Cell, Result, Rule
from .child_suspects import crimes_with_child_suspects, has_suspects
from .data import UNKNOWN, Data, Row
from .events import Event, Unit
from .formulas import Formula, Question, count, share, survival_median

TABLES = ("crimes", "crime_outcomes")
DIMENSIONS = (*EVERYBODY, "offence_group", "at_home", "outcome_group", "outcome_code")
NO_FURTHER_ACTION = ("public interest", "evidential", "prevented")
NOT_YET_ASSIGNED = "not yet assigned"
NO_SUSPECT = "no suspect"


@dataclass(frozen=True)
class Case:
    """A crime with its standing outcome."""

    crime: Row
    code: str | None  # as text; none = no outcome given yet
    group: str
    outcome_on: date | None

    @property
    def is_assigned(self) -> bool:
        return self.group != NOT_YET_ASSIGNED

    @property
    def has_outcome(self) -> bool:
        """In the denominator of the shares: an outcome, and a suspect after all."""
        return self.is_assigned and self.group != NO_SUSPECT


def standing_outcomes(data: Data) -> dict[str, Row]:
    """By crime: the row with the latest date not superseded by the data end; on a tie the larger code as text."""
    data_end = data.last_day(TABLES)
    standing: dict[str, Row] = {}
    for row in data.rows("crime_outcomes"):
        superseded_on = row.get("superseded_on")
        if superseded_on is not None and data_end is not None and superseded_on <= data_end:
            continue
        best = standing.get(row["crime_id"])
        if best is None or rank(row) > rank(best):
            standing[row["crime_id"]] = row
    return standing


def rank(outcome: Row) -> tuple[date, str]:
    return outcome["outcome_on"], str(outcome["outcome_code"])


def cases(data: Data) -> list[tuple[Case, Event]]:
    def work() -> list[tuple[Case, Event]]:
        standing = standing_outcomes(data)
        group_of = {row["outcome_code"]: row["outcome_group"] for row in data.rows("outcome_codes")}
        found = []
        for event in crimes_with_child_suspects(data).events:
            outcome = standing.get(event.row["crime_id"])
            if outcome is not None and outcome["outcome_on"] < event.row["recorded_on"]:
                outcome = None  # nothing ends before it is recorded
            code = None if outcome is None else str(outcome["outcome_code"])
            group = NOT_YET_ASSIGNED if code in (None, "0") else group_of.get(code, UNKNOWN)
            given_on = outcome["outcome_on"] if outcome is not None and group != NOT_YET_ASSIGNED else None
            found.append((Case(event.row, code, group, given_on), event))
        return found

    return data.once("cases", work)


def recorded(data: Data) -> Unit:
    """Every crime with a child suspect, on the day it was recorded."""
    crimes = crimes_with_child_suspects(data)
    events = [dated(case, event, case.crime["recorded_on"]) for case, event in cases(data)]
    return Unit(events, crimes.of_known_age, crimes.of_unknown_age)


def closed(data: Data) -> Unit:
    """Those with an outcome, once, on the day of the standing one."""
    crimes = crimes_with_child_suspects(data)
    events = [dated(case, event, case.outcome_on) for case, event in cases(data) if case.outcome_on is not None]
    return Unit(events, crimes.of_known_age, crimes.of_unknown_age)


def dated(case: Case, event: Event, day: date) -> Event:
    labels = {**event.labels, "outcome_group": case.group, "outcome_code": case.code}
    return Event(day, event.hub, event.people, case, labels)


def has_outcome(case: Case) -> bool:
    return case.has_outcome


def is_not_yet_assigned(case: Case) -> bool:
    return not case.is_assigned


def is_outcome_21(case: Case) -> bool:
    return case.code == "21"


def is_outcome_10(case: Case) -> bool:
    return case.code == "10"


def is_imagery_with_outcome(case: Case) -> bool:
    return case.has_outcome and case.crime.get("youth_produced_imagery") is True


def is_in(*groups: str) -> Question:
    return lambda case: case.group in groups


def days_to_outcome(cell: Cell) -> Result:
    """Kaplan-Meier median of the whole days from recording to the outcome, those not yet assigned censored at the data end."""
    times = []
    for hit in cell.hits:
        case: Case = hit.event.row
        until = case.outcome_on or cell.data_end
        times.append(((until - case.crime["recorded_on"]).days, case.is_assigned))
    return None, len(times), survival_median(times)


def has_suspects_and_codes(data: Data) -> bool:
    return has_suspects(data) and bool(data.database.get("outcome_codes"))


def on_both_bases(formula: Formula, supported: Callable[[Data], bool] = has_suspects_and_codes, **more: Any) -> Rule:
    return Rule(closed, TABLES, formula, DIMENSIONS, supported=supported, if_recorded=recorded, **more)


def always_recorded(formula: Formula) -> Rule:
    return Rule(recorded, TABLES, formula, DIMENSIONS, supported=has_suspects_and_codes)


def share_in(*groups: str) -> Rule:
    return on_both_bases(share(is_in(*groups), of=has_outcome))


IMAGERY = (("crimes", "youth_produced_imagery"),)

RULES = {
    "crimes_with_outcome": on_both_bases(count(has_outcome)),
    "outcome_21_share": on_both_bases(share(is_outcome_21, of=has_outcome)),
    "outcome_10_share": on_both_bases(share(is_outcome_10, of=has_outcome)),
    "outcome_21_imagery_share": on_both_bases(share(is_outcome_21, of=is_imagery_with_outcome), needs=IMAGERY),
    "nfa_share": share_in(*NO_FURTHER_ACTION),
    "nfa_public_interest_share": share_in("public interest"),
    "nfa_evidential_share": share_in("evidential"),
    "nfa_prevented_share": share_in("prevented"),
    "charged_share": share_in("charged"),
    "out_of_court_share": share_in("formal out of court"),
    "community_resolution_share": share_in("community resolution"),
    "diversion_share": share_in("diversion"),
    "not_yet_assigned_share": always_recorded(share(is_not_yet_assigned)),
    "days_to_outcome": always_recorded(days_to_outcome),
}
