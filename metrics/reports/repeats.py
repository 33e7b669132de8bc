"""Children with repeat events in twelve months: how many there are of each kind, and the references behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable, Question
from queries.periods import Period
from queries.reports import repeats as q
from queries.scope import Scope

ELSEWHERE = "also elsewhere"
NAMES: Mapping[str, str] = {
    "missing": "Reported missing",
    "custody": "Detained",
    "stop_search": "Searched",
    "crime": "Suspected of a crime",
    "incident": "Involved in an incident",
}
MEANING = (
    f"A child has repeat events where the same happened two or more times in the {q.MONTHS} months to the end of the period, "
    "here or elsewhere. Shown are children to whom it happened here at least once.",
    f"Only records of this place are listed. “{ELSEWHERE}” means that the child has more in other hubs, which are not shown.",
    "Children are in the order of their references. There is no score: how often something happened does not say why.",
)


@dataclass(frozen=True)
class Repeats:
    """How many children have a repeat of one kind, and one of its events here; None where it is not available."""

    key: str
    children: int | None
    period: Period | None

    @property
    def name(self) -> str:
        return NAMES[self.key]

    @property
    def sentence(self) -> str:
        """What the number says, in words."""
        if self.children is None:
            return f"{self.name} two or more times: {words.NOT_AVAILABLE}."
        return f"{self.name} two or more times: {self.children:,} {'child' if self.children == 1 else 'children'}."


def repeats(connection: Connection, scope: Scope) -> list[Repeats]:
    """How many children have a repeat, of each kind, in the hubs of a scope."""
    counts = []
    for key in q.KINDS:
        months = _ask(connection, key, scope)
        if isinstance(months, NotAvailable):
            counts.append(Repeats(key, None, None))
        else:
            counts.append(Repeats(key, q.children(connection, key, months), months.period))
    return counts


def children(connection: Connection, scope: Scope, kind: str | None = None) -> pd.DataFrame:
    """The records here of children with a repeat of a kind, or of any: ``child, kind, record, day, elsewhere``.

    Of each child those of every kind of which it has a repeat. In the order of the children's references, the kinds as in
    `NAMES`, then by day.
    """
    frames = [_records(connection, key, scope) for key in q.KINDS]
    frame = pd.concat(frames, ignore_index=True).sort_values("child", kind="stable", ignore_index=True)
    return frame[frame["child"].isin(frame["child"][frame["kind"] == kind])].reset_index(drop=True) if kind else frame


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """A row for each child: its reference, then for each kind those of its records; without the kinds of which there are none."""
    rows: dict[str, dict[str, str]] = {}
    for (child, kind), events in frame.groupby(["child", "kind"]):
        more = f"; {ELSEWHERE}" if events["elsewhere"].any() else ""
        rows.setdefault(str(child), {"Child": str(child)})[NAMES[str(kind)]] = ", ".join(events["record"]) + more
    kinds = [name for key, name in NAMES.items() if key in set(frame["kind"])]
    return pd.DataFrame(rows.values(), columns=["Child", *kinds], dtype=object).fillna("")


def references(frame: pd.DataFrame) -> list[str]:
    """The references of the children and of the records, each once, for the log of what was opened."""
    return sorted({*frame["child"], *frame["record"]})


def _records(connection: Connection, key: str, scope: Scope) -> pd.DataFrame:
    months = _ask(connection, key, scope)
    if isinstance(months, NotAvailable):
        return pd.DataFrame(columns=["child", "kind", "record", "day", "elsewhere"], dtype=object)
    events = q.events(connection, key, months)
    return events.assign(kind=key)[["child", "kind", "record", "day", "elsewhere"]].astype(object)


def _ask(connection: Connection, key: str, scope: Scope) -> Question | NotAvailable:
    """The question over the twelve months to the end of the period as far as the data go."""
    question = ask(connection, [q.KINDS[key]], scope)
    return question if isinstance(question, NotAvailable) else q.twelve_months(question)
