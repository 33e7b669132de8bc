"""What a measure is: a question, a formula over counts, a unit, and which way is better."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cached_property

from sqlalchemy import ColumnElement

from queries.clock import add_months
from queries.counting.counts import Count, Durations, needs_of
from queries.periods import Period

LOCAL_RULE = "Local rule, to be confirmed with the force"  # the source of a measure that no national rule defines
COUNTED_AGAIN = "each month counts again much of the month before"  # why a measure is not charted


class Better(Enum):
    """Which direction is an improvement for children."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True)
class Number:
    """A plain count; its interval is Poisson. A total, such as attendances at sessions, has none: they come in groups."""

    count: Count


@dataclass(frozen=True)
class Rate:
    """Events for every ``per`` residents of these ages (both included) a year; its interval is Poisson."""

    count: Count
    per: int
    ages: tuple[int, int] = (10, 17)


@dataclass(frozen=True)
class Proportion:
    """The share of one count in another; its interval is Wilson's. Where ``of`` has several counts, it is of their sum."""

    count: Count
    of: Count | tuple[Count, ...]


@dataclass(frozen=True)
class Ratio:
    """Several events of one child for each child: no interval, as they do not come independently."""

    count: Count
    of: Count


@dataclass(frozen=True)
class TopTenth:
    """The share of the counted events that the tenth of children with most of them account for.

    No interval: events of one child do not come independently. Blank where there are few children (see `concentration`).
    """

    count: Count


@dataclass(frozen=True)
class Quantile:
    """The length that this share of events did not exceed; its interval is of order statistics."""

    durations: Durations
    share: float = 0.5


@dataclass(frozen=True)
class SurvivalMedian:
    """The time by which half had ended, those still going on included (Kaplan-Meier)."""

    durations: Durations


Formula = Number | Rate | Proportion | Ratio | TopTenth | Quantile | SurvivalMedian


@dataclass(frozen=True)
class Metric:
    """One measure, from question to caveats.

    ``left_out``          what could not be counted, said beside the figure
    ``shared``            what another figure counts as well, said beside the figure
    ``months_to_mature``  after the end of its quarter until a figure is complete; before, it is not shown
    ``months_of_history`` that must be loaded before the period for the figure to be trusted
    ``rolling_months``    to the end of the period that it counts, where these are not the period's own
    ``small_below``       a denominator under which a warning of small numbers is given
    ``not_comparable``    why it is not compared with the year before; blank where it is
    ``not_charted``       why it has no control chart; blank where it may have one
    ``open_share``        the key of the share of its events that have no outcome yet: where that is high, no point is judged
    """

    key: str
    name: str
    question: str
    formula: Formula
    unit: str
    better: Better
    source: str
    caveats: tuple[str, ...] = ()
    left_out: tuple[Count, ...] = ()
    shared: tuple[Count, ...] = ()
    months_to_mature: int = 0
    months_of_history: int = 0
    rolling_months: int = 0
    small_below: int = 0
    not_comparable: str = ""
    not_charted: str = ""
    open_share: str = ""

    @property
    def counts(self) -> tuple[Count, ...]:
        """The counts in its formula, the numerator first; empty where the formula needs each length or each child."""
        match self.formula:
            case Number(count) | Rate(count):
                return (count,)
            case Proportion(count, of) | Ratio(count, of):
                return (count, *(of if isinstance(of, tuple) else (of,)))
            case _:
                return ()

    @property
    def measured(self) -> Count | Durations:
        """What the numerator or the duration is of."""
        match self.formula:
            case Quantile(durations) | SurvivalMedian(durations):
                return durations
            case formula:
                return formula.count

    @property
    def parts(self) -> tuple[Count | Durations, ...]:
        """All that is counted for it: the numerator, or the durations, first."""
        return self.counts or (self.measured,)

    @property
    def is_share(self) -> bool:
        return isinstance(self.formula, Proportion | TopTenth)

    @property
    def needs(self) -> list[ColumnElement[bool]]:
        """What the database must hold somewhere for it to be available."""
        return needs_of(self.parts)

    @cached_property
    def splits(self) -> tuple[str, ...]:
        """The dimensions it can be split by: those of all its parts; a rate only by what is known of residents."""
        not_of_residents = ("ethnicity", "officer_ethnicity", "in_care") if isinstance(self.formula, Rate) else ()
        shared = (name for name in self.measured.events.splits() if all(name in part.events.splits() for part in self.parts))
        return tuple(name for name in shared if name not in not_of_residents)

    def history_before(self, months: int) -> int:
        """The months of data that must come before a period of so many months for its figure to be trusted."""
        return max(self.months_of_history, self.rolling_months - months)

    def history_missed(self, period: Period, data_begin_on: date) -> int:
        """The months of data that should come before a period, where they do not; 0 where they do."""
        needed = self.history_before(period.months)
        return needed if needed and data_begin_on > add_months(period.opens, -needed) else 0

    def matures_on(self, period: Period) -> date:
        """The last day of follow-up of the last quarter that a period touches."""
        last_quarter = Period(period.closes - timedelta(days=1), period.closes).quarter
        return add_months(last_quarter, 3 + self.months_to_mature) - timedelta(days=1)
