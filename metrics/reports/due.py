"""What falls due in a hub by the clock: return home interviews, 24-hour reviews, plans to review and outcomes of crimes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from metrics import words
from metrics.metric import LOCAL_RULE
from metrics.themes import METRICS
from queries.clock import end_of_day
from queries.counting.coverage import ask_each
from queries.counting.question import NotAvailable, Question
from queries.counting.tally import tally
from queries.reports import due as q
from queries.scope import Scope


@dataclass(frozen=True)
class Deadline:
    """Something that falls due, in words.

    ``metric_key`` is that of the measure which says how often it is done in time. In the list of single records ``what`` says
    what is wanted, ``done`` what was done at first; ``one`` of them stands in a sentence, as ``name`` does of several. ``late``
    and ``soon`` stand under a number; ``soon`` is blank where none is shown before it is late.
    """

    metric_key: str
    counts: q.DeadlineCounts
    name: str
    one: str
    what: str
    done: str
    rule: str
    source: str
    late: str
    soon: str = ""
    left_out: str = ""
    caveat: str = ""

    @property
    def about(self) -> str:
        """By which rule it falls due, whose that is, and what to keep in mind."""
        return " ".join(filter(None, (f"{self.name}: {words.uncapitalised(self.rule)}", self.caveat, f"Source: {self.source}.")))


DEADLINES: Mapping[str, Deadline] = {
    "interviews": Deadline(
        metric_key="return_interview_72h_of_ended_share",
        counts=q.INTERVIEWS,
        name="Return home interviews",
        one="return home interview",
        what="Interview",
        done="Returned",
        rule="A child who comes back is offered a talk with someone independent, held within 72 hours of the return.",
        source=METRICS["return_interview_72h_share"].source,
        late="Interviews late",
        soon="Interviews due soon",
        caveat="Declined interviews count as not held.",
    ),
    "incidents": Deadline(
        metric_key="reviewed_24h_share",
        counts=q.INCIDENTS,
        name="24-hour reviews",
        one="24-hour review",
        what="Review",
        done="Created",
        rule="An incident of crime, drugs, weapons or antisocial behaviour that involves a child is reviewed within 24 hours.",
        source=METRICS["reviewed_24h_share"].source,
        late="Reviews late",
        soon="Reviews due soon",
        caveat=f"Due soon are those over {q.INCIDENT_HOURS} hours old.",
    ),
    "plans": Deadline(
        metric_key="plans_overdue_share",
        counts=q.PLANS,
        name="Plans to review",
        one="plan to review",
        what="Plan",
        done="Opened",
        rule="An open risk management plan is to be reviewed on its review date at the latest.",
        source=METRICS["plans_overdue"].source,
        late="Plans late",
        soon=f"Plans due in {q.PLAN_DAYS_AHEAD} days",
        left_out="Open plans without a review date",
    ),
    "crimes": Deadline(
        metric_key="days_to_outcome",
        counts=q.CRIMES,
        name="Crimes without an outcome",
        one="crime without an outcome",
        what="Outcome",
        done="Recorded",
        rule=f"A crime with a child suspect that has no outcome {q.OUTCOME_DAYS} days after it was recorded is looked at again.",
        source=f"{METRICS['not_yet_assigned_share'].source}; the {q.OUTCOME_DAYS} days: {words.uncapitalised(LOCAL_RULE)}",
        late="Outcomes late",
    ),
}
OLD = f"Older than a month when the data ended: the time ran out more than {q.BACKLOG_DAYS} days before the data end."


@dataclass(frozen=True)
class DeadlineStatus:
    """How much falls due of one of `DEADLINES`: numbers of records, None where a number is not shown, or is not known.

    ``data_end`` is the last day of its data; None where there are none.
    """

    key: str
    data_end: date | None
    late: int | None = None
    soon: int | None = None
    backlog: int | None = None
    left_out: int | None = None

    @property
    def deadline(self) -> Deadline:
        return DEADLINES[self.key]

    @property
    def is_available(self) -> bool:
        return self.late is not None


def clock(scope: Scope, now: datetime) -> datetime:
    """The instant by which a page judges what is late (naive UTC): now, to the minute; as at a day, the end of that day."""
    return end_of_day(scope.as_at) if scope.as_at else now.replace(second=0, microsecond=0)


def whatever_the_period(scope: Scope) -> Scope:
    """The scope without its period: what falls due is the same whichever is chosen."""
    return replace(scope, start=None, end=None)


def due(connection: Connection, scope: Scope, now: datetime | None = None) -> list[DeadlineStatus]:
    """What falls due in the hubs of a scope, one of each of `DEADLINES`, whatever the period.

    It is judged at the instant ``now`` (naive UTC), by default the end of the data: what the clock has passed is late.
    """
    return [_status(connection, key, question) for key, question in questions(connection, scope, now).items()]


def backlog_sentence(statuses: Sequence[DeadlineStatus]) -> str:
    """What is late for longer than a month, of each kind; blank where nothing is."""
    counted = [(status.backlog, status.deadline) for status in statuses if status.backlog]
    phrases = [f"{n:,} {deadline.one if n == 1 else words.uncapitalised(deadline.name)}" for n, deadline in counted]
    return f"Older than a month when the data ended: {', '.join(phrases)}" if phrases else ""


def gaps(statuses: Sequence[DeadlineStatus]) -> str:
    """What is not among the numbers: those whose time is not known, and kinds of which nothing says when they were done."""
    left_out = [f"{status.deadline.left_out}: {status.left_out:,}, not listed." for status in statuses if status.left_out]
    lacking = [words.uncapitalised(status.deadline.name) for status in statuses if not status.is_available]
    unavailable = f"Not available: {words.listed(lacking)}; nothing in the data says when they were done." if lacking else ""
    return " ".join(filter(None, (*left_out, unavailable)))


def data_end_sentence(statuses: Sequence[DeadlineStatus], now: datetime) -> str:
    """How far the data reach that were judged at an instant, and what they cannot know; blank where there are none."""
    of_day: dict[date, list[str]] = {}
    for status in statuses:
        if status.is_available and status.data_end:
            of_day.setdefault(status.data_end, []).append(words.uncapitalised(status.deadline.name))
    if not of_day:
        return ""
    if all(end_of_day(last) == now for last in of_day):
        return f"As the data stood on {words.day(next(iter(of_day)))}."
    named = [words.day(last) + (f" ({words.listed(of_day[last])})" if len(of_day) > 1 else "") for last in sorted(of_day)]
    return f"The data end on {words.listed(named)}: what began or was done since is not in them."


def questions(connection: Connection, scope: Scope, now: datetime | None) -> dict[str, Question | NotAvailable]:
    """By kind the question over all days of the data, whatever the period of the scope; of a state, over the last day."""
    asked = ask_each(connection, [deadline.counts.parts for deadline in DEADLINES.values()], scope.over(date.min, date.max))
    found: dict[str, Question | NotAvailable] = {}
    for (key, deadline), question in zip(DEADLINES.items(), asked, strict=True):
        if isinstance(question, Question):
            days = question.coverage.period
            is_state = deadline.counts.late.events.date is None
            period = replace(days, opens=question.coverage.last) if is_state else days
            found[key] = replace(question, periods=(period,), clock=now or end_of_day(question.coverage.last))
        else:
            found[key] = question
    return found


def _status(connection: Connection, key: str, question: Question | NotAvailable) -> DeadlineStatus:
    last = question.coverage.last if question.coverage else None
    if isinstance(question, NotAvailable):
        return DeadlineStatus(key, last)
    counts = DEADLINES[key].counts
    tallied = tally(connection, counts.parts, question).counts
    assert last and question.clock
    # Of what has hours alone, nothing can still be in time that is in data that end longer ago: how much is, is not known.
    is_too_old = counts.to_the_minute and end_of_day(last) + counts.allowed <= question.clock
    states = counts.states.keys() - ({"soon"} if is_too_old else set())
    numbers = {str(state): int(tallied[counts.states[state]][0]) for state in states}
    left_out = None if counts.left_out is None else int(tallied[counts.left_out][0])
    return DeadlineStatus(key, last, left_out=left_out, **numbers)
