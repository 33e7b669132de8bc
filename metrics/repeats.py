"""Children to whom the same happens again in twelve months: how many there are of each kind, and the references behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

import pandas as pd
from sqlalchemy import Connection, Engine

from metrics import words
from metrics.asked import ask_of
from queries import repeats as q
from queries.engine import reading
from queries.periods import Period
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
    with reading(source) as connection:
        found = []
        for key in q.KINDS:
            months, last = _reach(connection, key, scope)
            number = q.children(connection, q.KINDS[key], scope, months, last) if months and last else None
            found.append(Repeats(key, number, months))
    return found


def children(scope: Scope, source: Engine | Connection | None = None) -> pd.DataFrame:
    """A row for each child with a repeat of any kind: ``child``, then for each kind the references of its records here, as text.

    In the order of the children's references; blank where the child has no repeat of a kind, or it is not available.
    """
    with reading(source) as connection:
        each = [_references(connection, key, scope) for key in q.KINDS]
    joined = reduce(lambda left, right: left.merge(right, how="outer", on="child"), each)
    return joined.fillna("").sort_values("child", ignore_index=True)[["child", *q.KINDS]]


def table(found: pd.DataFrame) -> pd.DataFrame:
    """The children as people read them; without the kinds of which there are none."""
    shown = found[["child", *(key for key in q.KINDS if any(found[key] != ""))]]
    return shown.rename(columns={"child": "Child", **NAMES})


def _references(connection: Connection, key: str, scope: Scope) -> pd.DataFrame:
    months, last = _reach(connection, key, scope)
    if not months or not last:
        return pd.DataFrame(columns=["child", key], dtype=object)
    found = q.events(connection, q.KINDS[key], scope, months, last)
    rows = [
        (child, ", ".join(own["record"]) + (f"; {ELSEWHERE}" if own["elsewhere"].any() else ""))
        for child, own in found.groupby("child")
    ]
    return pd.DataFrame(rows, columns=["child", key], dtype=object)


def _reach(connection: Connection, key: str, scope: Scope) -> tuple[Period | None, date | None]:
    """The twelve months to the end of the period as far as the data go, and their last day; none where not available."""
    asked = ask_of(connection, [q.KINDS[key]], scope)
    if not asked.period or asked.known.unmet:
        return None, None
    return q.twelve_months(asked.period.closes), asked.known.last
