"""Children to whom the same happens again in twelve months: how many there are of each kind, and the references behind them."""

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
    f"The same happened to a child two or more times in the {q.MONTHS} months to the end of the period, wherever it was; shown "
    "are children to whom it happened here at least once.",
    f"Only records of this place are listed: “{ELSEWHERE}” says that there are more, and nothing of them.",
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
            return f"{self.name} again: {words.NOT_AVAILABLE}."
        return f"{self.name} two or more times: {self.children:,} {'child' if self.children == 1 else 'children'}."


def repeats(scope: Scope, source: Engine | Connection | None = None) -> list[Repeats]:
    """How many children have a repeat, of each kind, in the hubs of a scope."""
    with reading(scope.access, source) as connection:
        found = []
        for key in q.KINDS:
            months, last = _reach(connection, key, scope)
            number = q.children(connection, key, scope, months, last) if months and last else None
            found.append(Repeats(key, number, months))
    return found


def children(scope: Scope, kind: str | None = None, source: Engine | Connection | None = None) -> pd.DataFrame:
    """The records here of children with a repeat of a kind, or of any: ``child, kind, record, day, elsewhere``.

    Of each child those of every kind of which it has a repeat. In the order of the children's references, the kinds as in
    `NAMES`, then by day.
    """
    with reading(scope.access, source) as connection:
        each = [_records(connection, key, scope) for key in q.KINDS]
    found = pd.concat(each, ignore_index=True).sort_values("child", kind="stable", ignore_index=True)
    return found[found["child"].isin(found["child"][found["kind"] == kind])].reset_index(drop=True) if kind else found


def table(found: pd.DataFrame) -> pd.DataFrame:
    """A row for each child: its reference, then for each kind those of its records; without the kinds of which there are none."""
    rows: dict[str, dict[str, str]] = {}
    for (child, kind), own in found.groupby(["child", "kind"]):
        more = f"; {ELSEWHERE}" if own["elsewhere"].any() else ""
        rows.setdefault(str(child), {"Child": str(child)})[NAMES[str(kind)]] = ", ".join(own["record"]) + more
    kinds = [name for key, name in NAMES.items() if key in set(found["kind"])]
    return pd.DataFrame(rows.values(), columns=["Child", *kinds], dtype=object).fillna("")


def references(found: pd.DataFrame) -> list[str]:
    """The references of the children and of the records, each once, for the log of what was opened."""
    return sorted({*found["child"], *found["record"]})


def _records(connection: Connection, key: str, scope: Scope) -> pd.DataFrame:
    months, last = _reach(connection, key, scope)
    if not months or not last:
        return pd.DataFrame(columns=["child", "kind", "record", "day", "elsewhere"], dtype=object)
    found = q.events(connection, key, scope, months, last)
    return found.assign(kind=key)[["child", "kind", "record", "day", "elsewhere"]].astype(object)


def _reach(connection: Connection, key: str, scope: Scope) -> tuple[Period | None, date | None]:
    """The twelve months to the end of the period as far as the data go, and their last day; none where not available."""
    question = ask(connection, [q.KINDS[key]], scope)
    if not question.period or question.coverage.unmet:
        return None, None
    return q.twelve_months(question.period.closes), question.coverage.last
