"""Children reported missing: reports that overlap made one episode, repeats, returns, and the talk afterwards."""

from sqlalchemy import and_, func, or_

from queries.clock import seconds_between
from queries.counting.counts import Count, Durations
from queries.counting.dimensions import Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events
from queries.facts import missing as facts
from queries.facts.child import ADULT
from queries.facts.known import DATA_END_INSTANT, any_row
from queries.tables import care_spells, missing_episodes

INTERVIEW_HOURS = 72

_episodes = facts.EPISODES.c
_child = _episodes.age < ADULT
_ended = and_(_child, _episodes.returned_at.is_not(None))
is_from_care = and_(_child, _episodes.in_care == "yes")

EPISODES = Events(
    name="missing episodes",
    rows=facts.EPISODES,
    unit=_episodes.episode_id,
    date=_episodes.day,
    tables=(missing_episodes,),
    age_known=_episodes.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"risk": Dimension("Risk when reported", _episodes.risk_initial)},
)
EPISODES_ARE_LOADED = any_row(missing_episodes)

ALL = Count("Missing episodes of children", EPISODES, where=_child, needs=EPISODES_ARE_LOADED)
CHILDREN = Count("Children reported missing", EPISODES, where=_child, distinct=_episodes.child_id, needs=EPISODES_ARE_LOADED)
REPEATS = Count(
    "Those of a child who was already missing in the 12 months before",
    EPISODES,
    where=and_(_child, _episodes.is_repeat),
)
FREQUENT_CHILDREN = Count(
    "Children reported missing three or more times within 90 days",
    EPISODES,
    where=and_(_child, _episodes.is_frequent),
    distinct=_episodes.child_id,
    needs=EPISODES_ARE_LOADED,
)
HOURS = Durations(
    "Hours from report to return",
    EPISODES,
    length=seconds_between(_episodes.reported_at, func.least(_episodes.returned_at, DATA_END_INSTANT)),
    where=and_(
        _child,
        _episodes.reported_at.is_not(None),
        or_(_episodes.returned_at.is_not(None), ~_episodes.is_followed),
    ),
    ended=func.coalesce(_episodes.returned_at <= DATA_END_INSTANT, False),
    parts=3600,
    needs=any_row(and_(missing_episodes.c.reported_at.is_not(None), missing_episodes.c.returned_at.is_not(None))),
)
UNTIMED = Count(
    "episodes without a time of report, or with an end that is not known",
    EPISODES,
    where=and_(
        _child,
        or_(
            _episodes.reported_at.is_(None),
            and_(_episodes.returned_at.is_(None), _episodes.is_followed),
        ),
    ),
)

_offered = or_(_episodes.offered_on.is_not(None), _episodes.completed_at.is_not(None))
_completed = _episodes.completed_at.is_not(None)
_just_ended = seconds_between(_episodes.returned_at, DATA_END_INSTANT) < INTERVIEW_HOURS * 3600
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
        seconds_between(_episodes.returned_at, _episodes.completed_at) <= INTERVIEW_HOURS * 3600,
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
    where=and_(is_from_care, _episodes.philomena_form.is_not(None)),
    needs=any_row(care_spells, missing_episodes.c.philomena_form.is_not(None)),
)
FORM_BLANK = Count(
    "episodes from care that do not record whether a Philomena form was held",
    EPISODES,
    where=and_(is_from_care, _episodes.philomena_form.is_(None)),
)
WITH_FORM = Count("Those with a Philomena form", EPISODES, where=and_(is_from_care, _episodes.philomena_form))
