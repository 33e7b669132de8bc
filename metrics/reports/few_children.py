"""Few children, many events: whether a few children account for many events, and whether for more than chance would give."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.metric import Metric, TopTenth
from metrics.statistics import concentration
from metrics.statistics.concentration import FEWEST_CHILDREN
from metrics.themes import METRICS
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable
from queries.counting.tally import events_per_child
from queries.scope import Scope

STEPS = (1, 2, 3, 5, 10, 20)  # events of a child: where the rows of the table start
FEWEST_IN_ROW = 5  # children: a row of fewer is joined with the next, so that none of them can be picked out


@dataclass(frozen=True)
class Subject:
    """A kind of event that children have repeatedly, in words, and the key of the measure of how concentrated it is.

    ``known`` says which of these events can be counted by child, where some cannot.
    """

    events: str
    happened: str
    key: str
    known: str = ""

    @property
    def metric(self) -> Metric:
        """The measure itself: too large to be cached with every answer."""
        return METRICS[self.key]


SUBJECTS = (
    Subject("missing episodes", "reported missing", "missing_top_tenth_share"),
    Subject("detentions", "detained", "detentions_top_tenth_share"),
    Subject("searches", "searched", "searches_top_tenth_share", "with a person's reference"),
    Subject("suspected crimes", "suspected of a crime", "crimes_top_tenth_share"),
)


@dataclass(frozen=True)
class Concentration:
    """How events fall on children: ``share`` of the tenth with most (nan: too few to tell), and what chance alone would give.

    ``rows`` has ``times`` (in words), ``children`` and ``events``; children with most events are put together.
    """

    subject: Subject
    children: int
    events: int
    share: float
    by_chance: float
    rows: pd.DataFrame

    @property
    def sentence(self) -> str:
        """What may be said of it, in one or two plain sentences."""
        if not self.children:
            return f"There are no {self.subject.events} of a known child in this period."
        events = words.singular(self.subject.events) if self.events == 1 else self.subject.events
        each = f"{self.children:,} children, an average of {self.events / self.children:.2f} each"
        events = f"{events} {self.subject.known}," if self.subject.known else events
        counted = f"{self.events:,} {events} of {each if self.children > 1 else '1 child'}."
        if pd.isna(self.share):
            return f"{counted} Too few to tell how concentrated they are: that needs {FEWEST_CHILDREN} children."
        top = -(-self.children // 10)
        return (
            f"{counted} The {top:,} children {self.subject.happened} most, a tenth, account for {self.share:.0%} of them; "
            f"chance alone would give about {self.by_chance:.0%}."
        )


def concentrations(connection: Connection, scope: Scope) -> list[Concentration | None]:
    """Each of `SUBJECTS` in a scope; None where the data for it are not available."""
    return [_concentration(connection, subject, scope) for subject in SUBJECTS]


def _concentration(connection: Connection, subject: Subject, scope: Scope) -> Concentration | None:
    question = ask(connection, subject.metric.parts, scope)
    if isinstance(question, NotAvailable):
        return None
    assert isinstance(subject.metric.formula, TopTenth)
    return concentrated(subject, events_per_child(connection, subject.metric.formula.count, question))


def concentrated(subject: Subject, times: pd.DataFrame) -> Concentration:
    """From how many children (``children``) had how many events (``times``) to what may be said of it."""
    numerator, events = concentration.top_tenth(times)
    children = int(times["children"].sum())
    return Concentration(
        subject,
        children,
        events,
        numerator / events if events else float("nan"),
        concentration.by_chance(children, events),
        _pooled(times),
    )


def _pooled(times: pd.DataFrame) -> pd.DataFrame:
    """A row for each step of `STEPS`; one of too few children is joined with the step below."""
    steps = pd.Series([max(step for step in STEPS if step <= number) for number in times["times"]], times.index, dtype=int)
    children = times["children"].groupby(steps).sum()
    events = (times["times"] * times["children"]).groupby(steps).sum()
    rows: list[list[int]] = []
    pooled = [0, 0]  # children and events that are not in a row yet
    for step in reversed(STEPS):
        pooled = [pooled[0] + int(children.get(step, 0)), pooled[1] + int(events.get(step, 0))]
        is_last = step == STEPS[0]
        if is_last and rows and 0 < pooled[0] < FEWEST_IN_ROW:
            rows[-1] = [step, rows[-1][1] + pooled[0], rows[-1][2] + pooled[1]]
        elif pooled[0] >= FEWEST_IN_ROW or (is_last and pooled[0]):
            rows.append([step, *pooled])
            pooled = [0, 0]
    upper = [None, *(first - 1 for first, *_ in rows)]
    named = [(_times(first, last), *counted) for (first, *counted), last in zip(rows, upper, strict=False)]
    return pd.DataFrame(list(reversed(named)), columns=["times", "children", "events"])


def _times(first: int, last: int | None) -> str:
    if last is None:
        return f"{words.times(first)} or more"
    return words.times(first) if first == last else f"{first} to {last} times"
