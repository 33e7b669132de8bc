"""Measures of the same tables are counted together: they have the same end of data, and so the same period."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from metrics.metric import Metric
from queries.counting.question import Question, ask
from queries.lookups.quality import span
from queries.periods import latest_period
from queries.scope import Scope


def gather(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...] = ()
) -> Iterator[tuple[Question, list[Metric]]]:
    """One question for each set of tables, with the metrics that it answers."""
    for _, group in groupby(sorted(metrics, key=_table_names), key=_table_names):
        together = list(group)
        yield ask(connection, [part for metric in together for part in metric.parts], scope, by), together


def opened_with(connection: Connection, scope: Scope) -> Scope:
    """The scope over the period that every page opens with, where it has none: the last twelve whole months of all events.

    Measures whose data end at different times then have one period. The scope as it is where there are no events.
    """
    days = span(connection)
    if scope.start or not days or (scope.as_at and scope.as_at < days[0]):
        return scope
    first, last = days
    return scope.over(*latest_period(first, min(last, scope.as_at or last)))


def _table_names(metric: Metric) -> list[str]:
    return sorted({table.name for part in metric.parts for table in part.events.tables})
