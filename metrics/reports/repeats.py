"""Children with repeat events in twelve months: how many there are of each kind, and the references behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection, Engine

from metrics import words
from queries.counting.question import ask
from queries.engine import reading
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


def repeats(scope: Scope, source: Engine | Connection | None = None) -> list[Repeats]:
    """How many children have a repeat, of each kind, in the hubs of a scope."""
    with reading(scope.access, source) as connection:
        counts = []
        for key in q.KINDS:
            months, last = _coverage(connection, key, scope)
            number = q.children(connection, key, scope, months, last) if months and last else None
            counts.append(Repeats(key, number, months))
    return counts


def children(scope: Scope, kind: str | None = None, source: Engine | Connection | None = None) -> pd.DataFrame:
    """The records here of children with a repeat of a kind, or of any: ``child, kind, record, day, elsewhere``.

    Of each child those of every kind of which it has a repeat. In the order of the children's references, the kinds as in
    `NAMES`, then by day.
    """
    with reading(scope.access, source) as connection:
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
    months, last = _coverage(connection, key, scope)
    if not months or not last:
        return pd.DataFrame(columns=["child", "kind", "record", "day", "elsewhere"], dtype=object)
    events = q.events(connection, key, scope, months, last)
    return events.assign(kind=key)[["child", "kind", "record", "day", "elsewhere"]].astype(object)


def _coverage(connection: Connection, key: str, scope: Scope) -> tuple[Period | None, date | None]:
    """The twelve months to the end of the period as far as the data go, and their last day; none where not available."""
    question = ask(connection, [q.KINDS[key]], scope)
    if not question.period or question.coverage.unmet:
        return None, None
    return q.twelve_months(question.period.closes), question.coverage.last
