"""Crimes with a child suspect, and the outcome that stands for each of them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from queries.clock import age_on
from queries.counting.dimensions import OFFENCE_GROUP, UNKNOWN, Dimension
from queries.counting.events import DATA_END, Events, any_row, as_known_at, of_child
from queries.counting.tally import Count, Durations, in_care
from queries.tables import children, crime_outcomes, crimes, outcome_codes, suspects

NOT_YET_ASSIGNED = "not yet assigned"
NO_SUSPECT = "no suspect"
NO_FURTHER_ACTION = ("public interest", "evidential", "prevented")

_outcomes = as_known_at(crime_outcomes)
_ranked = (
    select(
        _outcomes.c.crime_id,
        _outcomes.c.outcome_code,
        _outcomes.c.outcome_on,
        func.row_number()
        .over(partition_by=_outcomes.c.crime_id, order_by=(_outcomes.c.outcome_on.desc(), _outcomes.c.outcome_code.desc()))
        .label("place"),
    )
    .where(or_(_outcomes.c.superseded_on.is_(None), _outcomes.c.superseded_on > DATA_END))
    .subquery("ranked_outcomes")
)
_crimes = as_known_at(crimes)
_day = func.coalesce(_crimes.c.committed_on, _crimes.c.recorded_on)
_group = case((_ranked.c.outcome_code.is_(None), NOT_YET_ASSIGNED), else_=func.coalesce(outcome_codes.c.outcome_group, UNKNOWN))
_suspected = (
    select(
        *_crimes.c,
        suspects.c.child_id,
        _day.label("day"),
        case(
            (children.c.date_of_birth.is_not(None), age_on(children.c.date_of_birth, _day)),
            else_=suspects.c.age_when_committed,
        ).label("age"),
        *of_child(children, children.c.home_hub_id),
        case((_crimes.c.home_id.is_not(None), "yes"), (any_row(crimes.c.home_id.is_not(None)), "no")).label("at_home"),
        _ranked.c.outcome_code,
        _group.label("outcome_group"),
        case((_group != NOT_YET_ASSIGNED, _ranked.c.outcome_on)).label("outcome_on"),
    )
    .select_from(_crimes)
    .join(suspects, suspects.c.crime_id == _crimes.c.crime_id)
    .outerjoin(children, children.c.child_id == suspects.c.child_id)
    .outerjoin(_ranked, and_(_ranked.c.crime_id == _crimes.c.crime_id, _ranked.c.place == 1))
    .outerjoin(outcome_codes, outcome_codes.c.outcome_code == _ranked.c.outcome_code)
    .subquery("suspected")
)
_of_a_child = _suspected.c.age < 18
_with_outcome = and_(_of_a_child, _suspected.c.outcome_group.not_in((NOT_YET_ASSIGNED, NO_SUSPECT)))

AGES_ARE_LOADED = or_(any_row(children.c.date_of_birth.is_not(None)), any_row(suspects.c.age_when_committed.is_not(None)))

# One row a crime and child suspected of it, so that a crime is in the cell of each of its suspects.
SUSPECTED = Events(
    name="suspects of crimes",
    rows=_suspected,
    unit=_suspected.c.crime_id,
    date=_suspected.c.day,
    tables=(crimes,),
    age_known=_suspected.c.age.is_not(None),
    needs=AGES_ARE_LOADED,
    dimensions={
        "offence_group": Dimension(OFFENCE_GROUP, _suspected.c.offence_group),
        "outcome_group": Dimension("Outcome group", _suspected.c.outcome_group),
        "outcome_code": Dimension("Outcome code", _suspected.c.outcome_code),
        "at_home": Dimension("Place of the crime", _suspected.c.at_home),
    },
    one_row_per_child=True,
    months_to_report=2,
)
CLOSED = replace(SUSPECTED, date=_suspected.c.outcome_on, tables=(crimes, crime_outcomes), months_to_report=0)
RECORDED = replace(CLOSED, date=_suspected.c.recorded_on)

OUTCOMES_ARE_LOADED = any_row(suspects, crime_outcomes, outcome_codes)
ALL_RECORDED = Count("Crimes recorded with a child suspect", RECORDED, where=_of_a_child, needs=OUTCOMES_ARE_LOADED)
UNASSIGNED = Count(
    "Those without an outcome yet", RECORDED, where=and_(_of_a_child, _suspected.c.outcome_group == NOT_YET_ASSIGNED)
)
TO_OUTCOME = Durations(
    "Days from recording to the outcome that stands",
    RECORDED,
    length=func.coalesce(_suspected.c.outcome_on, DATA_END) - _suspected.c.recorded_on,
    where=_of_a_child,
    ended=_suspected.c.outcome_on.is_not(None),
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
        where=and_(_with_outcome, _suspected.c.youth_produced_imagery),
        needs=and_(OUTCOMES_ARE_LOADED, any_row(crimes.c.youth_produced_imagery.is_not(None))),
    )


def in_groups(events: Events, name: str, groups: Sequence[str]) -> Count:
    return Count(name, events, where=and_(_with_outcome, _suspected.c.outcome_group.in_(groups)))


def of_code(events: Events, code: str, among: ColumnElement[bool] | None = None) -> Count:
    """Crimes that ended in one Home Office outcome."""
    ended = and_(_with_outcome, _suspected.c.outcome_code == code)
    return Count(f"Those that ended in outcome {code}", events, where=ended if among is None else and_(ended, among))


OF_IMAGERY = _suspected.c.youth_produced_imagery
