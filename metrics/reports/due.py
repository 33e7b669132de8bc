"""What falls due in a hub as the data end: plans to review, return home interviews, 24-hour reviews and outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.metric import LOCAL_RULE
from metrics.reports import records
from metrics.themes import METRICS
from queries.clock import end_of_day
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable, Question
from queries.counting.tally import tally
from queries.reports import due as q
from queries.scope import Scope


@dataclass(frozen=True)
class Deadline:
    """Something that falls due, in words: ``soon`` and ``late`` follow a number; ``soon`` is blank where none is shown before.

    ``metric_key`` is that of the measure which says how often it is done in time.
    """

    metric_key: str
    counts: q.DeadlineCounts
    name: str
    rule: str
    source: str
    soon: str
    late: str
    earlier: str = ""
    left_out: str = ""
    caveat: str = ""


DEADLINES: Mapping[str, Deadline] = {
    "plans": Deadline(
        metric_key="plans_overdue_share",
        counts=q.PLANS,
        name="Plans to review",
        rule="An open risk management plan is to be reviewed on its review date at the latest.",
        source=METRICS["plans_overdue"].source,
        soon=f"due in the next {q.PLAN_DAYS_AHEAD} days",
        late="overdue",
        left_out="without a review date, left out",
    ),
    "interviews": Deadline(
        metric_key="return_interview_72h_of_ended_share",
        counts=q.INTERVIEWS,
        name="Return home interviews",
        rule="A child who comes back is offered a talk with someone independent, held within 72 hours of the return.",
        source=METRICS["return_interview_72h_share"].source,
        soon="within 72 hours of the return, and not held yet",
        late=f"still not held, and the 72 hours ran out in the last {q.LATELY_DAYS} days",
        caveat="Declined interviews count as not held: the data do not tell them apart.",
    ),
    "incidents": Deadline(
        metric_key="reviewed_24h_share",
        counts=q.INCIDENTS,
        name="24-hour reviews",
        rule="An incident of crime, drugs, weapons or antisocial behaviour that involves a child is reviewed within 24 hours.",
        source=METRICS["reviewed_24h_share"].source,
        soon=f"over {q.INCIDENT_HOURS} hours old, and less than 24",
        late=f"still not reviewed, and the 24 hours ran out in the last {q.LATELY_DAYS} days",
        earlier="from before that, still not reviewed",
    ),
    "crimes": Deadline(
        metric_key="days_to_outcome",
        counts=q.CRIMES,
        name="Crimes without an outcome",
        rule=f"A crime with a child suspect that has no outcome {q.OUTCOME_DAYS} days after it was recorded is looked at again.",
        source=f"{METRICS['not_yet_assigned_share'].source}; the {q.OUTCOME_DAYS} days: {words.uncapitalised(LOCAL_RULE)}",
        soon="",
        late=f"over {q.OUTCOME_DAYS} days old, recorded in the last {q.OUTCOME_MONTHS} months",
        earlier="recorded before that",
    ),
}


@dataclass(frozen=True)
class DeadlineStatus:
    """How much falls due of one of `DEADLINES`: numbers of records, None where a number is not shown, or is not available.

    ``data_end`` is the last day of its data; None where there are none.
    """

    key: str
    data_end: date | None
    soon: int | None = None
    late: int | None = None
    earlier: int | None = None
    left_out: int | None = None

    @property
    def deadline(self) -> Deadline:
        return DEADLINES[self.key]

    @property
    def is_available(self) -> bool:
        return self.late is not None

    @property
    def as_the_data_stood(self) -> str:
        """The day at whose end it was judged, in words."""
        return f"As the data stood on {words.day(self.data_end)}" if self.data_end else "There are no data"

    @property
    def also_counted(self) -> str:
        """What is counted beside the two numbers: older ones, and those whose time is not known; blank where there are none."""
        others = ((self.earlier, self.deadline.earlier), (self.left_out, self.deadline.left_out))
        phrases = [f"{words.number(count)} {phrase}" for count, phrase in others if count]
        return f"{words.capitalised(words.listed(phrases))}." if phrases else ""


def due(connection: Connection, scope: Scope) -> list[DeadlineStatus]:
    """What falls due in the hubs of a scope, one of each of `DEADLINES`, judged at the end of its data, whatever the period."""
    return [_status(connection, key, deadline.counts, scope) for key, deadline in DEADLINES.items()]


def waiting(connection: Connection, key: str, scope: Scope) -> pd.DataFrame:
    """The records of one of `DEADLINES` that are late or due soon, the longest overdue first.

    A row for each child where a record is of several. Columns ``record, child`` (blank where not known), ``day, hub, home_hub,
    is_late, due`` (when, in words) and ``left`` (how late, or how long is left, in words). Empty where it is not available.
    """
    counts = DEADLINES[key].counts
    question = _ask(connection, counts, scope)
    if isinstance(question, NotAvailable):
        return pd.DataFrame(columns=["record", "child", "day", "hub", "home_hub", "is_late", "due", "left"])
    last, frame = question.coverage.last, q.waiting(connection, counts, question)
    frame = frame.sort_values(["length", "record", "child"], ascending=[False, True, True], ignore_index=True)
    when = partial(_instant if counts.in_hours else _day, last)
    left = _hours if counts.in_hours else _days
    frame = frame.assign(
        due=[when(length) for length in frame["length"]],
        left=[left(length, late) for length, late in zip(frame["length"], frame["is_late"], strict=True)],
    )
    return frame.drop(columns=["counted", "length", "ended"])


def table(frame: pd.DataFrame, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """What is `waiting` as people read it."""
    rows = records.one_row_per_record(frame)
    return pd.DataFrame(
        {
            "Record": rows["record"],
            "Child": rows["child"],
            "Over or left": rows["left"],
            "Due by": rows["due"],
            "Hub": [records.hub_name(hub, hub_names) for hub in rows["hub"]],
        }
    )


def _ask(connection: Connection, counts: q.DeadlineCounts, scope: Scope) -> Question | NotAvailable:
    """The question over all days of the data, whatever the period of the scope; of a state, over the last day."""
    question = ask(connection, counts.parts, scope.over(date.min, date.max))
    if isinstance(question, NotAvailable):
        return question
    days = question.coverage.period
    return replace(question, periods=(replace(days, opens=question.coverage.last) if counts.late.events.date is None else days,))


def _status(connection: Connection, key: str, counts: q.DeadlineCounts, scope: Scope) -> DeadlineStatus:
    question = _ask(connection, counts, scope)
    last = question.coverage.last if question.coverage else None
    if isinstance(question, NotAvailable):
        return DeadlineStatus(key, last)
    tallied = tally(connection, counts.parts, question).counts
    numbers = {
        name: int(tallied[count][0])
        for name in ("soon", "late", "earlier", "left_out")
        if (count := getattr(counts, name)) is not None
    }
    return DeadlineStatus(key, last, **numbers)


def whatever_the_period(scope: Scope) -> Scope:
    """The scope without its period: what falls due is the same whichever is chosen."""
    return replace(scope, start=None, end=None)


def _instant(last: date, over: float) -> str:
    return words.moment(end_of_day(last) - timedelta(hours=over))


def _day(last: date, over: float) -> str:
    return words.day(last - timedelta(days=int(over)))


def _hours(over: float, late: bool) -> str:
    """5 hours left, 3 days over; the part of an hour or day that is not over is not counted."""
    hours = int(abs(over))
    number, unit = (hours // 24, "day") if over >= 48 else (hours, "hour")
    amount = f"{number} {unit}{'' if number == 1 else 's'}" if number else "under an hour"
    return f"{amount} {'over' if late else 'left'}"


def _days(over: float, late: bool) -> str:
    days = int(abs(over))
    amount = f"{days} day{'' if days == 1 else 's'}"
    return f"{amount} {'over' if late else 'left'}" if days else "due on the last day"
