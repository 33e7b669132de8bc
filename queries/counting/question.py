"""A question to one kind of data: whose, over which days, divided by what; and how far the data reach to answer it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from queries.counting.dimensions import TIMES
from queries.periods import Period, divide
from queries.scope import Scope


@dataclass(frozen=True)
class Coverage:
    """How far the data reach: their first and last day."""

    first: date
    last: date

    @property
    def period(self) -> Period:
        """All of these days."""
        return Period(self.first, self.last + timedelta(days=1))


@dataclass(frozen=True)
class Question:
    """A scope, what its figures are divided by, the cells of time (one where they are not divided by it), and the coverage.

    ``clock`` is an instant (naive UTC) by which it is judged what is late; None for the one at which the data end.
    """

    scope: Scope
    by: tuple[str, ...]
    periods: tuple[Period, ...]
    coverage: Coverage
    clock: datetime | None = None

    @property
    def period(self) -> Period:
        """From the first day of the first cell of time to the end of the last."""
        return Period(self.periods[0].opens, self.periods[-1].closes)

    def divided(self, *by: str) -> "Question":
        """The same question, divided by this."""
        return question(self.scope, by, self.period, self.coverage)


def question(scope: Scope, by: tuple[str, ...], period: Period, coverage: Coverage) -> Question:
    """The question over the part of a period that the data cover, which must be some of it."""
    covered = coverage.period
    opens, closes = max(period.opens, covered.opens), min(period.closes, covered.closes)
    times = tuple(name for name in by if name in TIMES)
    return Question(scope, by, divide(opens, closes, times), coverage)


@dataclass(frozen=True)
class NotAvailable:
    """A question that has no answer, and why.

    ``periods``   the cells of time that the data cover; none where they do not reach the period, and that is the reason
    ``lacking``   the tables and columns that it needs, and of which the database holds nothing
    ``coverage``  how far the data reach; None where there are none
    """

    scope: Scope
    by: tuple[str, ...]
    periods: tuple[Period, ...]
    lacking: tuple[str, ...]
    coverage: Coverage | None

    @property
    def period(self) -> Period | None:
        """What of the period the data cover; None where they do not reach it."""
        return Period(self.periods[0].opens, self.periods[-1].closes) if self.periods else None
