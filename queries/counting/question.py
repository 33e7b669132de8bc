"""A question to one kind of data: whose, over which days, divided by what; and how far the data reach to answer it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection

from queries.counting.coverage import Coverage, coverage
from queries.counting.dimensions import TIMES
from queries.counting.tally import Count, Durations
from queries.periods import Period, divide, last_whole_months
from queries.scope import Scope


@dataclass(frozen=True)
class Question:
    """A scope, what its figures are divided by, how far the data reach, and the part of the period that they cover.

    ``period`` is None where the data do not reach it.
    """

    scope: Scope
    by: tuple[str, ...]
    coverage: Coverage
    period: Period | None

    @property
    def periods(self) -> list[Period]:
        """The cells of time, one for the whole where there is no split by time."""
        times = [name for name in self.by if name in TIMES]
        return divide(self.period.opens, self.period.closes, times) if self.period else []

    def has(self, needs: Iterable[ColumnElement[bool]]) -> bool:
        """Whether there are any data, and the database holds all of this somewhere."""
        return self.coverage.last is not None and self.coverage.unmet.isdisjoint(needs)


def ask(connection: Connection, parts: Sequence[Count | Durations], scope: Scope, by: tuple[str, ...] = ()) -> Question:
    """The period over which these are counted together within a scope, and how far their data reach."""
    tables = {table.name: table for part in parts for table in part.events.tables}
    reach = coverage(connection, list(tables.values()), needs_of(parts), scope.as_at)
    return Question(scope, by, reach, _covered_period(scope, reach))


def needs_of(parts: Iterable[Count | Durations]) -> list[ColumnElement[bool]]:
    """What the database must hold somewhere for all of these to be available, each once."""
    return list(dict.fromkeys(need for part in parts for need in (part.events.needs, part.needs) if need is not None))


def _covered_period(scope: Scope, reach: Coverage) -> Period | None:
    """The part of the scope's period that the data cover."""
    if reach.first is None or reach.last is None:
        return None
    opens, closes = (scope.start, scope.end) if scope.start and scope.end else last_whole_months(reach.last)
    opens, closes = max(opens, reach.first), min(closes, reach.last + timedelta(days=1))
    return Period(opens, closes) if opens < closes else None
