"""Crimes with a child suspect, and the outcome that stands for each of them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from sqlalchemy import ColumnElement, and_, func, or_

from queries.counting.counts import Count, Durations, in_care
from queries.counting.dimensions import OFFENCE_GROUP, Dimension
from queries.counting.events import Events
from queries.facts.child import ADULT
from queries.facts.known import DATA_END, any_row
from queries.facts.outcomes import NOT_YET_ASSIGNED, SUSPECTS
from queries.tables import children, crime_outcomes, crimes, outcome_codes, suspects

NO_SUSPECT = "no suspect"
NO_FURTHER_ACTION = ("public interest", "evidential", "prevented")

_suspected = SUSPECTS.c
_of_a_child = _suspected.age < ADULT
_with_outcome = and_(_of_a_child, _suspected.outcome_group.not_in((NOT_YET_ASSIGNED, NO_SUSPECT)))

AGES_ARE_LOADED = or_(any_row(children.c.date_of_birth.is_not(None)), any_row(suspects.c.age_when_committed.is_not(None)))

# One row a crime and child suspected of it, so that a crime is in the cell of each of its suspects.
SUSPECTED = Events(
    name="suspects of crimes",
    rows=SUSPECTS,
    unit=_suspected.crime_id,
    date=_suspected.day,
    tables=(crimes,),
    age_known=_suspected.age.is_not(None),
    needs=AGES_ARE_LOADED,
    dimensions={
        "offence_group": Dimension(OFFENCE_GROUP, _suspected.offence_group),
        "outcome_group": Dimension("Outcome group", _suspected.outcome_group),
        "outcome_code": Dimension("Outcome code", _suspected.outcome_code),
        "at_home": Dimension("Place of the crime", _suspected.at_home),
    },
    one_row_per_child=True,
    months_to_report=2,
)
CLOSED = replace(SUSPECTED, date=_suspected.outcome_on, tables=(crimes, crime_outcomes), months_to_report=0)
RECORDED = replace(CLOSED, date=_suspected.recorded_on)

OUTCOMES_ARE_LOADED = any_row(suspects, crime_outcomes, outcome_codes)
ALL_RECORDED = Count("Crimes recorded with a child suspect", RECORDED, where=_of_a_child, needs=OUTCOMES_ARE_LOADED)
UNASSIGNED = Count(
    "Those without an outcome yet", RECORDED, where=and_(_of_a_child, _suspected.outcome_group == NOT_YET_ASSIGNED)
)
TO_OUTCOME = Durations(
    "Days from recording to the outcome that stands",
    RECORDED,
    length=func.coalesce(_suspected.outcome_on, DATA_END) - _suspected.recorded_on,
    where=_of_a_child,
    ended=_suspected.outcome_on.is_not(None),
    needs=OUTCOMES_ARE_LOADED,
)


@cache
def with_outcome(events: Events) -> Count:
    """Crimes with an outcome, of either basis: the denominator of every share of outcomes."""
    return Count("Crimes with a child suspect and an outcome", events, where=_with_outcome, needs=OUTCOMES_ARE_LOADED)


@cache
def with_outcome_in_care(events: Events) -> tuple[Count, Count]:
    """Those of a child in care on the day, and all of them."""
    return in_care(with_outcome(events), "Crimes with a child suspect and an outcome")


def with_imagery(events: Events) -> Count:
    return Count(
        "Those of youth-produced sexual imagery",
        events,
        where=and_(_with_outcome, _suspected.youth_produced_imagery),
        needs=and_(OUTCOMES_ARE_LOADED, any_row(crimes.c.youth_produced_imagery.is_not(None))),
    )


def in_groups(events: Events, name: str, groups: Sequence[str]) -> Count:
    return Count(name, events, where=and_(_with_outcome, _suspected.outcome_group.in_(groups)))


def of_code(events: Events, code: str, among: ColumnElement[bool] | None = None) -> Count:
    """Crimes that ended in one Home Office outcome."""
    ended = and_(_with_outcome, _suspected.outcome_code == code)
    return Count(f"Those that ended in outcome {code}", events, where=ended if among is None else and_(ended, among))


OF_IMAGERY = _suspected.youth_produced_imagery
