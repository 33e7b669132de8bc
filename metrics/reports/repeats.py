"""Repeat contacts: how many children met the police again, of each kind, and the references behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from queries.counting.coverage import ask_each
from queries.counting.question import NotAvailable, Question
from queries.facts.missing import FREQUENT_DAYS, FREQUENT_STARTS
from queries.reports import repeats as q
from queries.scope import Scope

ELSEWHERE = "also elsewhere"
NAMES: Mapping[str, str] = {
    q.OFTEN_MISSING: "Missing",
    "missing": "Reported missing",
    "custody": "Detained",
    "stop_search": "Searched",
    "crime": "Suspected of a crime",
    "incident": "Involved in an incident",
}
TIMES_HERE = "Times here"
MEANING = (
    f"Two or more times: in the {q.MONTHS} months to the end of the period, here or elsewhere, and here at least once.",
    f"Missing {FREQUENT_STARTS} or more times in {FREQUENT_DAYS} days: a time here in the period that is, with it, at least the "
    f"third in {FREQUENT_DAYS} days, wherever the others were.",
    f"Only records of this place are listed and counted as “{TIMES_HERE.lower()}”. “{ELSEWHERE}” means that the child has more "
    "in other hubs, which are not shown.",
    "Children are in the order of their references. There is no score: how often something happened does not say why.",
)


@dataclass(frozen=True)
class Repeats:
    """How many children have a repeat of one kind, and one of its events here; None where it is not available."""

    key: str
    children: int | None

    @property
    def name(self) -> str:
        """What happened to them again: it stands under their number."""
        if self.key == q.OFTEN_MISSING:
            return f"{NAMES[self.key]} {FREQUENT_STARTS} or more times in {FREQUENT_DAYS} days"
        return f"{NAMES[self.key]} 2 or more times"


def repeats(connection: Connection, scope: Scope) -> list[Repeats]:
    """How many children have a repeat, of each kind, in the hubs of a scope."""
    questions = _questions(connection, scope)
    counted = q.children(connection, questions)
    return [Repeats(key, counted.get(key)) for key in q.KINDS]


def children(connection: Connection, scope: Scope, kind: str) -> pd.DataFrame:
    """The records here of children with a repeat of a kind: ``child, kind, record, day, elsewhere``.

    Of each child also those of every other kind of which it has a repeat; times missing once. In the order of the children's
    references, that kind first, then by day.
    """
    missing = (q.OFTEN_MISSING, "missing")
    others = [key for key in q.KINDS if key not in (kind, q.OFTEN_MISSING, *(missing if kind in missing else ()))]
    questions = _questions(connection, scope)
    frames = [_events(connection, key, questions[key]) for key in (kind, *others) if key in questions]
    if not frames:
        return pd.DataFrame(columns=["child", "kind", "record", "day", "elsewhere"], dtype=object)
    frame = pd.concat(frames, ignore_index=True).sort_values("child", kind="stable", ignore_index=True)
    return frame[frame["child"].isin(frame["child"][frame["kind"] == kind])].reset_index(drop=True)


def table(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """A row for each child with a repeat of a kind: its reference, how often that was here, then for each kind its records.

    The kinds of which there are none are left out.
    """
    rows: dict[str, dict[str, object]] = {}
    for (child, of_kind), events in frame.groupby(["child", "kind"]):
        own = rows.setdefault(str(child), {"Child": str(child)})
        own[NAMES[str(of_kind)]] = ", ".join(events["record"]) + (f"; {ELSEWHERE}" if events["elsewhere"].any() else "")
        if of_kind == kind:
            own[TIMES_HERE] = len(events)
    kinds = [NAMES[key] for key in (kind, *NAMES) if key in set(frame["kind"])]
    return pd.DataFrame(rows.values(), columns=["Child", TIMES_HERE, *dict.fromkeys(kinds)], dtype=object).fillna("")


def references(frame: pd.DataFrame) -> list[str]:
    """The references of the children and of the records, each once, for the log of what was opened."""
    return sorted({*frame["child"], *frame["record"]})


def _events(connection: Connection, key: str, question: Question) -> pd.DataFrame:
    events = q.events(connection, key, question)
    return events.assign(kind=key)[["child", "kind", "record", "day", "elsewhere"]].astype(object)


def _questions(connection: Connection, scope: Scope) -> dict[str, Question]:
    """By kind the question over the period as far as the data go; without the kinds that are not available."""
    asked = ask_each(connection, [[count] for count in q.KINDS.values()], scope)
    return {key: question for key, question in zip(q.KINDS, asked, strict=True) if not isinstance(question, NotAvailable)}
