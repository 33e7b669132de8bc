"""What falls due: what must be done for a child in time, what was not, and by how much, at the end of the data."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Date, and_, cast

from queries.clock import at_london_hour, days_after, months_after, seconds_between
from queries.counting.counts import Count, Durations
from queries.counting.question import Question
from queries.counting.records import records
from queries.facts.child import ADULT
from queries.facts.known import DATA_END, DATA_END_INSTANT
from queries.facts.outcomes import NOT_YET_ASSIGNED
from queries.themes import incidents, missing, outcomes, plans

# Local rules, to be confirmed with the force.
PLAN_DAYS_AHEAD = 14  # days in which a review is shown as due soon
INCIDENT_HOURS = 20  # after which an incident not reviewed is shown as due soon: it has little left of its 24
OUTCOME_DAYS = 28  # from recording a crime to its being overdue
OUTCOME_MONTHS = 24  # before the end of the data: crimes recorded earlier are counted, not listed
LATELY_DAYS = 7  # before the end of the data: what was missed earlier is counted, not listed


@dataclass(frozen=True, eq=False)
class DeadlineCounts:
    """What is counted of something to be done in time, at the end of the data.

    ``soon``      records whose time is nearly over; None where nothing is shown before it is over
    ``late``      records whose time is over, lately
    ``earlier``   records whose time was over before that; None where ``late`` is all of them
    ``over``      how long the time is over: days, or seconds where ``in_hours``; negative while it runs
    ``left_out``  records whose time is not known
    """

    soon: Count | None
    late: Count
    earlier: Count | None
    over: ColumnElement[Any]
    in_hours: bool = True
    left_out: Count | None = None

    @property
    def parts(self) -> tuple[Count, ...]:
        return tuple(count for count in (self.soon, self.late, self.earlier, self.left_out) if count is not None)


def waiting(connection: Connection, counts: DeadlineCounts, question: Question) -> pd.DataFrame:
    """The records that are due soon or late: the columns of `records`, ``length`` being hours or days over, and ``is_late``."""
    parts = 3600 if counts.in_hours else 1
    frames = []
    for count in (counts.late, counts.soon):
        if count is not None:
            assert count.where is not None
            durations = Durations(count.name, count.events, length=counts.over, where=count.where, parts=parts)
            frames.append(records(connection, durations, question).assign(is_late=count is counts.late))
    return pd.concat(frames, ignore_index=True)


_end = cast(DATA_END, Date)
_lately = at_london_hour(days_after(_end, 1 - LATELY_DAYS))  # the first moment of the last seven days


def _hours_over(start: ColumnElement[Any], hours: int) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """Seconds by which the hours from an instant are over at the end of the data; and that they did not run out before lately."""
    return seconds_between(start, DATA_END_INSTANT) - hours * 3600, seconds_between(start, _lately) <= hours * 3600


_plan = plans.OPEN_AT_END.rows.c
PLANS = DeadlineCounts(
    soon=Count(
        f"Open plans whose review falls due in the {PLAN_DAYS_AHEAD} days after the end of the data",
        plans.OPEN_AT_END,
        where=and_(_plan.review_due_on >= _plan.closes, _plan.review_due_on < days_after(_plan.closes, PLAN_DAYS_AHEAD)),
        needs=plans.OVERDUE.needs,
    ),
    late=plans.OVERDUE,
    earlier=None,
    over=_end - _plan.review_due_on,
    in_hours=False,
    left_out=plans.WITHOUT_REVIEW,
)

_episode = missing.EPISODES.rows.c
_not_interviewed = and_(_episode.age < ADULT, _episode.returned_at.is_not(None), _episode.completed_at.is_(None))
_interview_over, _interview_lately = _hours_over(_episode.returned_at, missing.INTERVIEW_HOURS)
INTERVIEWS = DeadlineCounts(
    soon=Count(
        "Returns still within 72 hours without an interview",
        missing.EPISODES,
        where=and_(_not_interviewed, _interview_over < 0),
        needs=missing.COMPLETED.needs,
    ),
    late=Count(
        "Returns whose 72 hours ran out in the last 7 days without an interview",
        missing.EPISODES,
        where=and_(_not_interviewed, _interview_over >= 0, _interview_lately),
        needs=missing.COMPLETED.needs,
    ),
    earlier=None,
    over=_interview_over,
)

_incident = incidents.INVOLVED.rows.c
_not_reviewed = and_(
    _incident.age < ADULT, _incident.category.in_(incidents.REVIEWED_CATEGORIES), _incident.reviewed_at.is_(None)
)
_review_over, _review_lately = _hours_over(_incident.created_at, incidents.REVIEW_HOURS)
INCIDENTS = DeadlineCounts(
    soon=Count(
        "Incidents over 20 hours old, still within 24, not reviewed",
        incidents.INVOLVED,
        where=and_(_not_reviewed, _review_over <= 0, _review_over > (INCIDENT_HOURS - incidents.REVIEW_HOURS) * 3600),
        needs=incidents.DUE_FOR_REVIEW.needs,
    ),
    late=Count(
        "Incidents whose 24 hours ran out in the last 7 days without a review",
        incidents.INVOLVED,
        where=and_(_not_reviewed, _review_over > 0, _review_lately),
        needs=incidents.DUE_FOR_REVIEW.needs,
    ),
    earlier=Count(
        "Incidents whose 24 hours ran out before without a review",
        incidents.INVOLVED,
        where=and_(_not_reviewed, _review_over > 0, ~_review_lately),
    ),
    over=_review_over,
)

_crime = outcomes.RECORDED.rows.c
_days_over = _end - _crime.recorded_on - OUTCOME_DAYS
_overdue = and_(_crime.age < ADULT, _crime.outcome_group == NOT_YET_ASSIGNED, _days_over > 0)
_recent = _crime.recorded_on >= months_after(days_after(_end, 1), -OUTCOME_MONTHS)
CRIMES = DeadlineCounts(
    soon=None,
    late=Count(
        "Crimes recorded more than 28 days ago, in the last 24 months, without an outcome",
        outcomes.RECORDED,
        where=and_(_overdue, _recent),
        needs=outcomes.OUTCOMES_ARE_LOADED,
    ),
    earlier=Count("Crimes recorded before without an outcome", outcomes.RECORDED, where=and_(_overdue, ~_recent)),
    over=_days_over,
    in_hours=False,
)
