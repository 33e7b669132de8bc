"""The list of what falls due in a hub: each record with all that a sergeant needs to act, what has waited longest first."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.reports import records
from metrics.reports.due import DEADLINES, questions
from queries.clock import end_of_day
from queries.counting.question import NotAvailable, Question
from queries.reports import due as q
from queries.scope import Scope

_COLUMNS = [
    *("key", "record", "child", "day", "hub", "home_hub", "state", "ends"),
    *("due", "left", "since", "kind", "risk", "in_care"),
]
_DAYS_AFTER = timedelta(hours=48)  # from which hours are said as days


@dataclass(frozen=True)
class Part:
    """Some of what falls due: which of `DEADLINES`, in which states."""

    keys: tuple[str, ...] = tuple(DEADLINES)
    states: tuple[q.State, ...] = ("late", "soon")


EVERYTHING, BACKLOG = Part(), Part(states=("backlog",))


def waiting(connection: Connection, scope: Scope, part: Part = EVERYTHING, now: datetime | None = None) -> pd.DataFrame:
    """The records of a part: late before soon, and what has waited longest first.

    A row for each child where a record is of several. Columns ``key, record, child`` (blank where not known), ``day, hub,
    home_hub, state``, when its time ends as ``ends`` (naive UTC), and in words ``due``, ``left`` (how late, or how long is left)
    and ``since``; ``kind, risk, in_care`` (blank where not known). Empty where nothing is available. ``now`` as in `due.due`.
    """
    found = [
        _records(connection, key, question, part.states)
        for key, question in questions(connection, scope, now).items()
        if key in part.keys and not isinstance(question, NotAvailable) and set(part.states) & set(DEADLINES[key].counts.states)
    ]
    kept = [frame for frame in found if len(frame)]
    if not kept:
        return pd.DataFrame(columns=_COLUMNS)
    together = pd.concat(kept, ignore_index=True)
    in_order = together.assign(is_soon=together["state"] == "soon").sort_values(["is_soon", "ends", "record", "child"])
    return in_order[_COLUMNS].reset_index(drop=True)


def table(frame: pd.DataFrame, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """What is `waiting` as people read it, a row a record; without the columns in which nothing is known."""
    numbered = frame.assign(position=range(len(frame)))
    by_kind = [records.one_row_per_record(rows) for _, rows in numbered.groupby("key")]
    rows = pd.concat(by_kind).sort_values("position", ignore_index=True) if by_kind else frame
    shown = pd.DataFrame(
        {
            "What": [_what(key, kind) for key, kind in zip(rows["key"], rows["kind"], strict=True)],
            "Record": rows["record"],
            "Child": rows["child"],
            "Due": rows["due"],
            "Late or left": rows["left"],
            "Risk": rows["risk"],
            "In care": rows["in_care"],
            "Since": rows["since"],
            "Hub": [records.hub_name(hub, hub_names) for hub in rows["hub"]],
        }
    )
    return shown.drop(columns=[name for name in shown if not any(shown[name] != "")])


def _what(key: str, kind: str) -> str:
    """What is to be done; of which kind, where that is known: Review, weapons."""
    detail = words.uncapitalised(words.cell("category", kind, {})) if kind else ""
    return f"{DEADLINES[key].what}{', ' if detail else ''}{detail}"


def _records(connection: Connection, key: str, question: Question, states: Collection[q.State]) -> pd.DataFrame:
    """The records of one kind, with all that is said of them in words."""
    deadline, now = DEADLINES[key], question.clock
    assert now
    counts = deadline.counts
    frame = q.waiting(connection, counts, states, question)
    ends = [pd.Timestamp(start).to_pydatetime() + counts.allowed for start in frame["start"]]
    since = [pd.Timestamp(instant_or_day).to_pydatetime() for instant_or_day in frame["since"]]
    in_words: Callable[[datetime], str] = words.moment if counts.to_the_minute else words.day
    if counts.to_the_minute:
        left = [_hours_left(end, now, state) for end, state in zip(ends, frame["state"], strict=True)]
    else:
        left = [_days_left((end.date() - words.london(now).date()).days) for end in ends]
    return frame.assign(
        key=key,
        ends=ends if counts.to_the_minute else [end_of_day(end.date()) for end in ends],
        due=[in_words(end) for end in ends],
        left=left,
        since=[f"{deadline.done} {in_words(opened)}" for opened in since],
        in_care=frame["in_care"].replace("unknown", ""),
    )


def _hours_left(end: datetime, now: datetime, state: str) -> str:
    """5 hours left, 3 days late: the part of an hour that is not over is not counted, days are those of the calendar."""
    span = abs(end - now)
    days = (words.london(now).date() - words.london(end).date()).days
    number, unit = (days, "day") if state != "soon" and span >= _DAYS_AFTER else (span // timedelta(hours=1), "hour")
    amount = f"{number:,} {unit}{'' if number == 1 else 's'}" if number else "under an hour"
    return f"{amount} {'left' if state == 'soon' else 'late'}"


def _days_left(days: int) -> str:
    """14 days left, due today, 3 days late."""
    amount = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return f"{amount} {'left' if days > 0 else 'late'}" if days else "due today"
