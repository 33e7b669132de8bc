"""What falls due: what must be done for a child in time, what was not, and since when it waits, by the clock that is given."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Date, DateTime, and_, case, cast, func, literal, not_, or_

from queries.clock import at_london_hour, days_after, seconds_between
from queries.counting.counts import Count
from queries.counting.events import Events
from queries.counting.question import Question
from queries.counting.records import records
from queries.facts.child import ADULT
from queries.facts.known import CLOCK, DATA_END, TODAY
from queries.facts.outcomes import NOT_YET_ASSIGNED
from queries.themes import incidents, missing, outcomes, plans

# Local rules, to be confirmed with the force.
PLAN_DAYS_AHEAD = 14  # days in which a review is shown as due soon
INCIDENT_HOURS = 20  # after which an incident not reviewed is shown as due soon: it has little left of its 24
OUTCOME_DAYS = 28  # from recording a crime to its being late
BACKLOG_DAYS = 31  # before the end of the data: what ran out earlier is backlog, and listed by itself

State = Literal["late", "soon", "backlog"]


@dataclass(frozen=True, eq=False)
class DeadlineCounts:
    """What is counted of something to be done in time, by the clock.

    ``late``      records whose time is over, but for the backlog
    ``soon``      records whose time is nearly over; None where nothing is shown before it is over
    ``backlog``   records whose time ran out before the last `BACKLOG_DAYS` of the data
    ``left_out``  records whose time is not known
    ``start``     when their time begins, and ``allowed`` how much of it there is: hours from an instant, or whole days
    ``since``     when the child came back, or the record was made: an instant or a day
    ``kind``      what more is known of a record, and ``risk`` how great it was; None where its facts do not say
    """

    late: Count
    soon: Count | None
    backlog: Count
    start: ColumnElement[Any]
    allowed: timedelta
    since: ColumnElement[Any]
    kind: ColumnElement[Any] | None = None
    risk: ColumnElement[Any] | None = None
    left_out: Count | None = None

    @property
    def states(self) -> Mapping[State, Count]:
        """What is counted in each state."""
        soon: dict[State, Count] = {} if self.soon is None else {"soon": self.soon}
        return {"late": self.late, **soon, "backlog": self.backlog}

    @property
    def to_the_minute(self) -> bool:
        """Whether their time runs from an instant, not from a day."""
        return isinstance(self.start.type, DateTime)

    @property
    def parts(self) -> tuple[Count, ...]:
        return (*self.states.values(), *(() if self.left_out is None else (self.left_out,)))


def waiting(connection: Connection, counts: DeadlineCounts, states: Collection[State], question: Question) -> pd.DataFrame:
    """The records in some of the `DeadlineCounts.states`: those of `records`, then ``state`` and what else is known.

    That is ``start, since``, and as text, blank where not known, ``kind, risk, in_care``.
    """
    events = counts.late.events
    conditions = {state: count.where for state, count in counts.states.items() if state in states and count.where is not None}
    chosen = Count(counts.late.name, events, where=or_(*conditions.values()))
    also = (
        case(*((where, literal(state)) for state, where in conditions.items())).label("state"),
        counts.start.label("start"),
        counts.since.label("since"),
        _text(counts.kind).label("kind"),
        _text(counts.risk).label("risk"),
        _text(events.rows.c.in_care).label("in_care"),
    )
    return records(connection, chosen, question, also)


def _text(column: ColumnElement[Any] | None) -> ColumnElement[str]:
    return literal("") if column is None else func.coalesce(column, "")


_today = cast(TODAY, Date)
_end = cast(DATA_END, Date)
# The first moment of the last days of the data, and the day that ends with it: it is the first that is not old.
_lately = at_london_hour(days_after(_end, 1 - BACKLOG_DAYS))
_first_day = days_after(_end, -BACKLOG_DAYS)


def _late_and_backlog(
    name: str,
    events: Events,
    needs: ColumnElement[bool] | None,
    *,
    where: ColumnElement[bool],
    is_over: ColumnElement[bool],
    is_old: ColumnElement[bool],
) -> tuple[Count, Count]:
    """Those whose time is over: what ran out lately, and what is old."""
    return (
        Count(f"{name}: late", events, where=and_(where, is_over, not_(is_old)), needs=needs),
        Count(
            f"{name}: late, and older than the last {BACKLOG_DAYS} days of the data", events, where=and_(where, is_over, is_old)
        ),
    )


_plan = plans.OPEN_AT_END.rows.c
_review_day = _plan.review_due_on
_plans_late, _plans_backlog = _late_and_backlog(
    "Open plans to review",
    plans.OPEN_AT_END,
    plans.OVERDUE.needs,
    where=_review_day.is_not(None),
    is_over=_review_day < _today,
    is_old=_review_day < _first_day,
)
PLANS = DeadlineCounts(
    late=_plans_late,
    soon=Count(
        f"Open plans whose review falls due today or in the next {PLAN_DAYS_AHEAD} days",
        plans.OPEN_AT_END,
        where=and_(_review_day >= _today, _review_day <= days_after(_today, PLAN_DAYS_AHEAD)),
        needs=plans.OVERDUE.needs,
    ),
    backlog=_plans_backlog,
    start=_review_day,
    allowed=timedelta(),
    since=_plan.opened_on,
    left_out=plans.WITHOUT_REVIEW,
)

_episode = missing.EPISODES.rows.c
_not_interviewed = and_(_episode.age < ADULT, _episode.returned_at.is_not(None), _episode.completed_at.is_(None))
_since_return = seconds_between(_episode.returned_at, CLOCK)
_interview_seconds = missing.INTERVIEW_HOURS * 3600
_interviews_late, _interviews_backlog = _late_and_backlog(
    "Returns without an interview",
    missing.EPISODES,
    missing.COMPLETED.needs,
    where=_not_interviewed,
    is_over=_since_return >= _interview_seconds,
    is_old=seconds_between(_episode.returned_at, _lately) > _interview_seconds,
)
INTERVIEWS = DeadlineCounts(
    late=_interviews_late,
    soon=Count(
        "Returns still within 72 hours without an interview",
        missing.EPISODES,
        where=and_(_not_interviewed, _since_return < _interview_seconds),
        needs=missing.COMPLETED.needs,
    ),
    backlog=_interviews_backlog,
    start=_episode.returned_at,
    allowed=timedelta(hours=missing.INTERVIEW_HOURS),
    since=_episode.returned_at,
    risk=_episode.risk_initial,
)

_incident = incidents.INVOLVED.rows.c
_not_reviewed = and_(
    _incident.age < ADULT, _incident.category.in_(incidents.REVIEWED_CATEGORIES), _incident.reviewed_at.is_(None)
)
_since_creation = seconds_between(_incident.created_at, CLOCK)
_review_seconds = incidents.REVIEW_HOURS * 3600
_incidents_late, _incidents_backlog = _late_and_backlog(
    "Incidents without a review",
    incidents.INVOLVED,
    incidents.DUE_FOR_REVIEW.needs,
    where=_not_reviewed,
    is_over=_since_creation > _review_seconds,
    is_old=seconds_between(_incident.created_at, _lately) > _review_seconds,
)
INCIDENTS = DeadlineCounts(
    late=_incidents_late,
    soon=Count(
        "Incidents over 20 hours old, still within 24, not reviewed",
        incidents.INVOLVED,
        where=and_(_not_reviewed, _since_creation <= _review_seconds, _since_creation > INCIDENT_HOURS * 3600),
        needs=incidents.DUE_FOR_REVIEW.needs,
    ),
    backlog=_incidents_backlog,
    start=_incident.created_at,
    allowed=timedelta(hours=incidents.REVIEW_HOURS),
    since=_incident.created_at,
    kind=_incident.category,
)

_crime = outcomes.RECORDED.rows.c
_outcome_day = days_after(_crime.recorded_on, OUTCOME_DAYS)
_crimes_late, _crimes_backlog = _late_and_backlog(
    "Crimes without an outcome",
    outcomes.RECORDED,
    outcomes.OUTCOMES_ARE_LOADED,
    where=and_(_crime.age < ADULT, _crime.outcome_group == NOT_YET_ASSIGNED),
    is_over=_outcome_day < _today,
    is_old=_outcome_day < _first_day,
)
CRIMES = DeadlineCounts(
    late=_crimes_late,
    soon=None,
    backlog=_crimes_backlog,
    start=_crime.recorded_on,
    allowed=timedelta(days=OUTCOME_DAYS),
    since=_crime.recorded_on,
    kind=_crime.offence_group,
)
