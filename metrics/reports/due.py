"""What falls due in a hub as the data end: plans to review, return home interviews, 24-hour reviews and outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
from sqlalchemy import Connection, Engine

from metrics import words
from metrics.reports import records
from metrics.themes import METRICS
from queries.clock import end_of_day
from queries.counting.question import ask
from queries.counting.tally import tally
from queries.engine import reading
from queries.periods import Period
from queries.reports import due as q
from queries.scope import Scope

_LOCAL = "Local rule, to be confirmed with the force"


@dataclass(frozen=True)
class Duty:
    """Something that falls due, in words: ``soon`` and ``late`` follow a number; ``soon`` is blank where nothing is told before.

    ``key`` is that of the measure which says how often it is done in time.
    """

    key: str
    name: str
    rule: str
    source: str
    soon: str
    late: str
    earlier: str = ""
    left_out: str = ""
    caveat: str = ""


DUTIES: Mapping[str, Duty] = {
    "plans": Duty(
        key="plans_overdue_share",
        name="Plans to review",
        rule="An open risk management plan is reviewed by the day of review that it names.",
        source=METRICS["plans_overdue"].source,
        soon=f"due in the next {q.PLAN_DAYS_AHEAD} days",
        late="overdue",
        left_out="without a day of review, left out",
    ),
    "interviews": Duty(
        key="return_interview_72h_of_ended_share",
        name="Return home interviews",
        rule="A child who comes back is offered a talk with someone independent, held within 72 hours of the return.",
        source=METRICS["return_interview_72h_share"].source,
        soon="within 72 hours of the return, and not held yet",
        late=f"still not held, and the 72 hours ran out in the last {q.LATELY_DAYS} days",
        caveat="An interview that a child declined is not told from one that was not held.",
    ),
    "incidents": Duty(
        key="reviewed_24h_share",
        name="24-hour reviews",
        rule="An incident of crime, drugs, weapons or antisocial behaviour that involves a child is reviewed within 24 hours.",
        source=METRICS["reviewed_24h_share"].source,
        soon=f"over {q.INCIDENT_HOURS} hours old and still within 24",
        late=f"still not reviewed, and the 24 hours ran out in the last {q.LATELY_DAYS} days",
        earlier="not reviewed from before that",
    ),
    "crimes": Duty(
        key="days_to_outcome",
        name="Crimes without an outcome",
        rule=f"A crime with a child suspect that has no outcome {q.OUTCOME_DAYS} days after it was recorded is looked at again.",
        source=f"{METRICS['not_yet_assigned_share'].source}; the {q.OUTCOME_DAYS} days: {_LOCAL[0].lower()}{_LOCAL[1:]}",
        soon="",
        late=f"over {q.OUTCOME_DAYS} days old, recorded in the last {q.OUTCOME_MONTHS} months",
        earlier="recorded before that",
    ),
}
_DEADLINES: Mapping[str, q.Deadline] = {
    "plans": q.PLANS,
    "interviews": q.INTERVIEWS,
    "incidents": q.INCIDENTS,
    "crimes": q.CRIMES,
}


@dataclass(frozen=True)
class Due:
    """How much falls due of one duty: numbers of records, None where nothing is told of it, or it is not available.

    ``stood_on`` is the last day of its data; None where there are none.
    """

    key: str
    stood_on: date | None
    soon: int | None = None
    late: int | None = None
    earlier: int | None = None
    left_out: int | None = None

    @property
    def duty(self) -> Duty:
        return DUTIES[self.key]

    @property
    def is_available(self) -> bool:
        return self.late is not None

    @property
    def stood(self) -> str:
        """The day at whose end it was judged, in words."""
        return f"As the data stood on {words.day(self.stood_on)}" if self.stood_on else "There are no data"

    @property
    def besides(self) -> str:
        """What is counted beside the two numbers: older ones, and those of which the time is not known; blank where none are."""
        told = ((self.earlier, self.duty.earlier), (self.left_out, self.duty.left_out))
        said = [f"{words.number(count)} {what}" for count, what in told if count]
        return f"{words.listed(said)[0].upper()}{words.listed(said)[1:]}." if said else ""


def due(scope: Scope, source: Engine | Connection | None = None) -> list[Due]:
    """What falls due in the hubs of a scope, one of each of `DUTIES`, judged at the end of its data, whatever the period."""
    with reading(scope.access, source) as connection:
        return [_due(connection, key, deadline, scope) for key, deadline in _DEADLINES.items()]


def waiting(key: str, scope: Scope, source: Engine | Connection | None = None) -> pd.DataFrame:
    """The records of one of `DUTIES` that are late or due soon, the longest overdue first.

    A row for each child where a record is of several. Columns ``record, child`` (blank where not known), ``day, hub, home_hub,
    is_late, due`` (when, in words) and ``left`` (how late, or how long is left, in words). Empty where it is not available.
    """
    deadline = _DEADLINES[key]
    with reading(scope.access, source) as connection:
        last, periods = _reach(connection, deadline, scope)
        if not last or not periods:
            return pd.DataFrame(columns=["record", "child", "day", "hub", "home_hub", "is_late", "due", "left"])
        found = q.waiting(connection, deadline, scope, periods, last)
    found = found.sort_values(["length", "record", "child"], ascending=[False, True, True], ignore_index=True)
    when = partial(_instant if deadline.in_hours else _day, last)
    left = _hours if deadline.in_hours else _days
    told = found.assign(
        due=[when(length) for length in found["length"]],
        left=[left(length, late) for length, late in zip(found["length"], found["is_late"], strict=True)],
    )
    return told.drop(columns=["thing", "length", "ended"])


def table(found: pd.DataFrame, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """What is `waiting` as people read it."""
    each = records.one_row_each(found)
    return pd.DataFrame(
        {
            "Record": each["record"],
            "Child": each["child"],
            "Over or left": each["left"],
            "Due by": each["due"],
            "Hub": [records.hub_name(hub, hub_names) for hub in each["hub"]],
        }
    )


def _reach(connection: Connection, deadline: q.Deadline, scope: Scope) -> tuple[date | None, list[Period]]:
    """The last day of the data, and all of their days; none where they lack what is needed. A state is that of the last day."""
    held = ask(connection, deadline.counts, scope).coverage
    if not held.first or not held.last or held.unmet:
        return held.last, []
    first = held.last if deadline.late.events.date is None else held.first
    return held.last, [Period(first, held.last + timedelta(days=1))]


def _due(connection: Connection, key: str, deadline: q.Deadline, scope: Scope) -> Due:
    last, periods = _reach(connection, deadline, scope)
    if not last or not periods:
        return Due(key, last)
    counted = tally(connection, deadline.counts, scope, periods, (), last).iloc[0]
    numbers = {
        name: int(counted[count])
        for name in ("soon", "late", "earlier", "left_out")
        if (count := getattr(deadline, name)) is not None
    }
    return Due(key, last, **numbers)


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
