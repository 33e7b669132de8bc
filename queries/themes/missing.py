"""Children reported missing: reports that overlap made one episode, repeats, returns, and the talk afterwards."""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select

from queries.clock import at_london_hour, days_after, months_after, seconds_between, seconds_of
from queries.counting.dimensions import Dimension, care_status
from queries.counting.events import BIRTHS_ARE_LOADED, DATA_END_INSTANT, Events, any_row, as_known_at, with_child
from queries.counting.tally import Count, Durations
from queries.permitted_values import RISKS
from queries.tables import care_spells, missing_episodes

REPEAT_MONTHS = 12
FREQUENT_STARTS = 3  # within
FREQUENT_DAYS = 90
INTERVIEW_HOURS = 72
_BEFORE_THIS = (None, -1)


def _merged() -> Subquery:
    """One row an episode: a report before the return so far of the one before joins it, unless that has no return."""
    known = as_known_at(missing_episodes)
    timed = known.c.reported_at.is_not(None)
    starts_at = func.coalesce(known.c.reported_at, at_london_hour(known.c.reported_on))
    of_child = (known.c.child_id, timed)
    in_order = (starts_at, known.c.episode_id)
    # A report without a return ends its episode: nothing later joins, so the returns before it no longer matter.
    unreturned = (
        func.count(case((known.c.returned_at.is_(None), 1)))
        .over(partition_by=of_child, order_by=in_order, rows=_BEFORE_THIS)
        .label("unreturned")
    )
    reports = select(*known.c, timed.label("timed"), starts_at.label("starts_at"), unreturned).subquery("reports")
    return_so_far = (
        func.max(reports.c.returned_at)
        .over(
            partition_by=(reports.c.child_id, reports.c.timed, reports.c.unreturned),
            order_by=(reports.c.starts_at, reports.c.episode_id),
            rows=_BEFORE_THIS,
        )
        .label("return_so_far")
    )
    running = select(*reports.c, return_so_far).subquery("running")
    opens = or_(~running.c.timed, running.c.return_so_far.is_(None), running.c.starts_at >= running.c.return_so_far)
    opened = select(*running.c, opens.label("opens")).subquery("opened")
    number = (
        func.sum(case((opened.c.opens, 1), else_=0))
        .over(partition_by=(opened.c.child_id, opened.c.timed), order_by=(opened.c.starts_at, opened.c.episode_id))
        .label("number")
    )
    numbered = select(*opened.c, number).subquery("numbered")
    return _joined(numbered)


def _joined(parts: Subquery) -> Subquery:
    def first(name: str) -> ColumnElement[Any]:
        return func.max(case((parts.c.opens, parts.c[name]))).label(name)

    grade = func.max(case({risk: grade for grade, risk in enumerate(RISKS)}, value=parts.c.risk_initial))
    return (
        select(
            parts.c.child_id,
            *(first(name) for name in ("episode_id", "reported_on", "hub_id", "home_id")),
            func.min(parts.c.reported_at).label("reported_at"),
            func.min(parts.c.starts_at).label("starts_at"),
            case((func.count(parts.c.returned_at) == func.count(), func.max(parts.c.returned_at))).label("returned_at"),
            case(dict(enumerate(RISKS)), value=grade).label("risk_initial"),
            func.bool_or(parts.c.philomena_form).label("philomena_form"),
            func.min(parts.c.return_interview_offered_on).label("offered_on"),
            func.min(parts.c.return_interview_completed_at).label("completed_at"),
        )
        .group_by(parts.c.child_id, parts.c.timed, parts.c.number)
        .subquery("merged")
    )


def _in_sequence() -> Subquery:
    """Each episode with what came before and after it in the child's life."""
    merged = _merged()
    in_order = (merged.c.starts_at, merged.c.episode_id)
    started = seconds_of(merged.c.starts_at)
    latest_before = func.max(merged.c.reported_on).over(partition_by=merged.c.child_id, order_by=started, range_=(None, -1))
    third_last = func.lag(merged.c.reported_on, FREQUENT_STARTS - 1).over(partition_by=merged.c.child_id, order_by=in_order)
    next_start = func.lead(merged.c.starts_at).over(partition_by=merged.c.child_id, order_by=in_order)
    return select(
        *merged.c,
        (latest_before >= months_after(merged.c.reported_on, -REPEAT_MONTHS)).label("is_repeat"),
        (third_last >= days_after(merged.c.reported_on, 1 - FREQUENT_DAYS)).label("is_frequent"),
        next_start.is_not(None).label("is_followed"),
    ).subquery("in_sequence")


_sequence = _in_sequence()
_episodes = with_child(_sequence, _sequence.c.reported_on).subquery("episodes")
_child = _episodes.c.age < 18
_ended = and_(_child, _episodes.c.returned_at.is_not(None))
is_from_care = and_(_child, care_status(_episodes.c.child_id, _episodes.c.day) == "yes")

EPISODES = Events(
    name="missing episodes",
    rows=_episodes,
    unit=_episodes.c.episode_id,
    date=_episodes.c.reported_on,
    tables=(missing_episodes,),
    age_known=_episodes.c.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"risk": Dimension("Risk when reported", _episodes.c.risk_initial)},
)
EPISODES_ARE_LOADED = any_row(missing_episodes)

ALL = Count("Missing episodes of children", EPISODES, where=_child, needs=EPISODES_ARE_LOADED)
CHILDREN = Count("Children reported missing", EPISODES, where=_child, distinct=_episodes.c.child_id, needs=EPISODES_ARE_LOADED)
REPEATS = Count(
    "Those of a child who was already missing in the 12 months before",
    EPISODES,
    where=and_(_child, _episodes.c.is_repeat),
)
FREQUENT_CHILDREN = Count(
    "Children reported missing three or more times within 90 days",
    EPISODES,
    where=and_(_child, _episodes.c.is_frequent),
    distinct=_episodes.c.child_id,
    needs=EPISODES_ARE_LOADED,
)
HOURS = Durations(
    "Hours from report to return",
    EPISODES,
    length=seconds_between(_episodes.c.reported_at, func.least(_episodes.c.returned_at, DATA_END_INSTANT)),
    where=and_(
        _child,
        _episodes.c.reported_at.is_not(None),
        or_(_episodes.c.returned_at.is_not(None), ~_episodes.c.is_followed),
    ),
    ended=func.coalesce(_episodes.c.returned_at <= DATA_END_INSTANT, False),
    parts=3600,
    needs=any_row(and_(missing_episodes.c.reported_at.is_not(None), missing_episodes.c.returned_at.is_not(None))),
)
UNTIMED = Count(
    "episodes without a time of report, or with an end that is not known",
    EPISODES,
    where=and_(
        _child,
        or_(
            _episodes.c.reported_at.is_(None),
            and_(_episodes.c.returned_at.is_(None), _episodes.c.is_followed),
        ),
    ),
)

_offered = or_(_episodes.c.offered_on.is_not(None), _episodes.c.completed_at.is_not(None))
_completed = _episodes.c.completed_at.is_not(None)
_just_ended = seconds_between(_episodes.c.returned_at, DATA_END_INSTANT) < INTERVIEW_HOURS * 3600
_RETURNS_ARE_LOADED = any_row(missing_episodes.c.returned_at.is_not(None))
_OFFERS_ARE_LOADED = any_row(missing_episodes.c.return_interview_offered_on.is_not(None))
_INTERVIEWS_ARE_LOADED = any_row(missing_episodes.c.return_interview_completed_at.is_not(None))
ENDED = Count(
    "Missing episodes that ended, but for those still within 72 hours",
    EPISODES,
    where=and_(_ended, or_(_offered, ~_just_ended)),
    needs=and_(_RETURNS_ARE_LOADED, _OFFERS_ARE_LOADED),
)
OFFERED = Count("Those after which a return home interview was offered", EPISODES, where=and_(_ended, _offered))
OFFERED_AND_DUE = Count(
    "Return home interviews offered, but for those still within 72 hours",
    EPISODES,
    where=and_(_ended, _offered, or_(_completed, ~_just_ended)),
    needs=and_(_RETURNS_ARE_LOADED, _OFFERS_ARE_LOADED, _INTERVIEWS_ARE_LOADED),
)
COMPLETED = Count(
    "Return home interviews completed",
    EPISODES,
    where=and_(_ended, _completed),
    needs=and_(_RETURNS_ARE_LOADED, _INTERVIEWS_ARE_LOADED),
)
COMPLETED_IN_72_HOURS = Count(
    "Those completed within 72 hours of the return",
    EPISODES,
    where=and_(
        _ended,
        seconds_between(_episodes.c.returned_at, _episodes.c.completed_at) <= INTERVIEW_HOURS * 3600,
    ),
)
ENDED_AND_DUE = Count(
    "Missing episodes that ended, but for those still within 72 hours and not interviewed",
    EPISODES,
    where=and_(_ended, or_(_completed, ~_just_ended)),
    needs=and_(_RETURNS_ARE_LOADED, _INTERVIEWS_ARE_LOADED),
)
FROM_CARE = Count(
    "Those of a child in care on the day", EPISODES, where=is_from_care, needs=and_(EPISODES_ARE_LOADED, any_row(care_spells))
)
FORM_RECORDED = Count(
    "Missing episodes from care that record whether a Philomena form was held",
    EPISODES,
    where=and_(is_from_care, _episodes.c.philomena_form.is_not(None)),
    needs=any_row(care_spells, missing_episodes.c.philomena_form.is_not(None)),
)
FORM_BLANK = Count(
    "episodes from care that do not record whether a Philomena form was held",
    EPISODES,
    where=and_(is_from_care, _episodes.c.philomena_form.is_(None)),
)
WITH_FORM = Count("Those with a Philomena form", EPISODES, where=and_(is_from_care, _episodes.c.philomena_form))
