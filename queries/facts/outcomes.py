"""Crimes with a suspect, a row for each of them, and the outcome that stands for the crime."""

from sqlalchemy import and_, case, func, or_, select

from queries.clock import age_on
from queries.facts.child import ADULT, UNKNOWN, care_status, neighbours, of_child
from queries.facts.known import AS_AT, any_row, as_known_at, last_day_of
from queries.facts.stored import fact
from queries.tables import children, crime_outcomes, crimes, outcome_codes, suspects

NOT_YET_ASSIGNED = "not yet assigned"

_last_day = func.least(AS_AT, func.greatest(last_day_of(crimes), last_day_of(crime_outcomes)))
_outcomes = as_known_at(crime_outcomes)
_ranked = (
    select(
        _outcomes.c.crime_id,
        _outcomes.c.outcome_code,
        _outcomes.c.outcome_on,
        func.row_number()
        .over(partition_by=_outcomes.c.crime_id, order_by=(_outcomes.c.outcome_on.desc(), _outcomes.c.outcome_code.desc()))
        .label("rank"),
    )
    .where(or_(_outcomes.c.superseded_on.is_(None), _outcomes.c.superseded_on > _last_day))
    .subquery("ranked_outcomes")
)
_crimes = as_known_at(crimes)
_day = func.coalesce(_crimes.c.committed_on, _crimes.c.recorded_on)
_group = case((_ranked.c.outcome_code.is_(None), NOT_YET_ASSIGNED), else_=func.coalesce(outcome_codes.c.outcome_group, UNKNOWN))
_suspected = (
    select(
        _crimes.c.crime_id,
        _crimes.c.hub_id,
        suspects.c.child_id,
        _crimes.c.recorded_on,
        _day.label("day"),
        case(
            (children.c.date_of_birth.is_not(None), age_on(children.c.date_of_birth, _day)),
            else_=suspects.c.age_when_committed,
        ).label("age"),
        care_status(suspects.c.child_id, _day).label("in_care"),
        *of_child(),
        _crimes.c.offence_group,
        _crimes.c.youth_produced_imagery,
        case((_crimes.c.home_id.is_not(None), "yes"), (any_row(crimes.c.home_id.is_not(None)), "no")).label("at_home"),
        _ranked.c.outcome_code,
        _group.label("outcome_group"),
        case((_group != NOT_YET_ASSIGNED, _ranked.c.outcome_on)).label("outcome_on"),
    )
    .select_from(_crimes)
    .join(suspects, suspects.c.crime_id == _crimes.c.crime_id)
    .outerjoin(children, children.c.child_id == suspects.c.child_id)
    .outerjoin(
        _ranked,
        and_(_ranked.c.crime_id == _crimes.c.crime_id, _ranked.c.rank == 1, _ranked.c.outcome_on >= _crimes.c.recorded_on),
    )
    .outerjoin(outcome_codes, outcome_codes.c.outcome_code == _ranked.c.outcome_code)
    .subquery("suspected")
)

SUSPECTS = fact(
    "suspects", select(*_suspected.c, *neighbours(_suspected, _suspected.c.age < ADULT, _suspected.c.crime_id)), of=suspects
)
