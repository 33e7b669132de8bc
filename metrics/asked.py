"""What was asked of a measure and what there is to answer it: its splits, its period, the data it needs, when it is complete."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Connection

from metrics.metric import Metric, Rate
from queries.clock import add_months
from queries.events import TIMES
from queries.periods import Period, divide, last_whole_months, latest_period
from queries.quality import span
from queries.reach import Known, known
from queries.scope import Scope
from queries.tally import Count, Durations


@dataclass(frozen=True)
class Asked:
    """What was asked of one kind of data: the scope, how far the data reach, and the cells of time that they cover."""

    scope: Scope
    by: tuple[str, ...]
    known: Known
    period: Period | None

    @property
    def periods(self) -> list[Period]:
        """The cells of time, one for the whole where there is no split by time."""
        times = [name for name in self.by if name in TIMES]
        return divide(self.period.opens, self.period.closes, times) if self.period else []


def splits(metric: Metric) -> tuple[str, ...]:
    """What a metric can be split by. A rate cannot by what is not known of residents."""
    shared = [name for name in metric.measured.events.splits() if all(name in part.events.splits() for part in metric.parts)]
    if isinstance(metric.formula, Rate):
        shared = [name for name in shared if name not in ("ethnicity", "officer_ethnicity", "in_care")]
    return tuple(shared)


def ask(connection: Connection, metric: Metric, scope: Scope) -> Asked:
    """The period that a metric is measured over within a scope, and what is known of its data."""
    return next(ask_all(connection, [metric], scope))[0]


def ask_all(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...] = ()
) -> Iterator[tuple[Asked, list[Metric]]]:
    """Metrics over the same tables have the same data end, and so the same period."""
    in_order = sorted(metrics, key=_table_names)
    for _, group in groupby(in_order, key=_table_names):
        alike = list(group)
        tables = {table.name: table for metric in alike for part in metric.parts for table in part.events.tables}
        needs = dict.fromkeys(need for metric in alike for need in needs_of(metric))
        held = known(connection, list(tables.values()), list(needs), scope.as_at)
        yield Asked(scope, by, held, _covered(scope, held)), alike


def ask_of(connection: Connection, parts: Sequence[Count | Durations], scope: Scope) -> Asked:
    """What is asked of counts that are no measure's own: their period, and what is known of their data."""
    tables = {table.name: table for part in parts for table in part.events.tables}
    needs = dict.fromkeys(need for part in parts for need in (part.events.needs, part.needs) if need is not None)
    held = known(connection, list(tables.values()), list(needs), scope.as_at)
    return Asked(scope, (), held, _covered(scope, held))


def opened_with(connection: Connection, scope: Scope) -> Scope:
    """The scope over the period that every page opens with, where it has none: the last twelve whole months of all events.

    Measures that end at different times are then of one period. The scope as it is where there are no events.
    """
    found = span(connection)
    if scope.start or not found or (scope.as_at and scope.as_at < found[0]):
        return scope
    first, last = found
    return scope.over(*latest_period(first, min(last, scope.as_at or last)))


def is_available(metric: Metric, asked: Asked) -> bool:
    """Whether the database holds what a metric needs, anywhere."""
    return asked.known.last is not None and not any(need in asked.known.unmet for need in needs_of(metric))


def needs_of(metric: Metric) -> list[ColumnElement[bool]]:
    """What the database must hold somewhere for a metric to be available."""
    needs = [need for part in metric.parts for need in (part.events.needs, part.needs) if need is not None]
    return list(dict.fromkeys(needs))


def _table_names(metric: Metric) -> list[str]:
    return sorted({table.name for part in metric.parts for table in part.events.tables})


def _covered(scope: Scope, held: Known) -> Period | None:
    """The part of the period asked for that the data cover."""
    if held.first is None or held.last is None:
        return None
    opens, closes = (scope.start, scope.end) if scope.start and scope.end else last_whole_months(held.last)
    opens, closes = max(opens, held.first), min(closes, held.last + timedelta(days=1))
    return Period(opens, closes) if opens < closes else None


def matures_on(metric: Metric, period: Period) -> date:
    """The last day of follow-up of the last quarter that a period touches."""
    last_quarter = Period(period.closes - timedelta(days=1), period.closes).quarter
    return add_months(last_quarter, 3 + metric.months_to_mature) - timedelta(days=1)
