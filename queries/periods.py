"""Months, quarters and years as the cells of a table, and which part of them the data cover."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

from sqlalchemy import Date, Integer, column
from sqlalchemy import table as table_clause

from queries.clock import add_months

# The periods of a question as a table, a row each: for measures "of the twelve months to the end of the period".
PERIODS = table_clause(
    "periods",
    column("opens", Date),
    column("closes", Date),
    column("month", Date),
    column("quarter", Date),
    column("year", Integer),
    column("calendar_year", Integer),
)


@dataclass(frozen=True)
class Period:
    """One cell of time, from the day it opens up to (not including) the day it closes."""

    opens: date
    closes: date

    @property
    def months(self) -> int:
        """The whole months from the day it opens to the day it closes."""
        apart = 12 * (self.closes.year - self.opens.year) + self.closes.month - self.opens.month
        return apart - (self.closes.day < self.opens.day)

    @property
    def month(self) -> date:
        return self.opens.replace(day=1)

    @property
    def quarter(self) -> date:
        return quarter_start(self.opens)

    @property
    def year(self) -> int:
        """The financial year, April to March, by the calendar year in which it starts."""
        return self.opens.year - (self.opens.month < 4)

    @property
    def calendar_year(self) -> int:
        return self.opens.year

    @property
    def row(self) -> dict[str, date | int]:
        """The period as a row of ``PERIODS``."""
        return {column.name: getattr(self, column.name) for column in PERIODS.c}


def quarter_start(day: date) -> date:
    """The first day of the calendar quarter in which a day falls."""
    return add_months(day.replace(day=1), -((day.month - 1) % 3))


@lru_cache(maxsize=512)
def divide(opens: date, closes: date, times: tuple[str, ...]) -> tuple[Period, ...]:
    """The cells of ``times`` (month, quarter, year, calendar_year) between two days; one cell where there is none."""
    months = [Period(max(opens, first), min(closes, add_months(first, 1))) for first in _firsts_of_months(opens, closes)]
    cells = groupby(months, key=lambda month: tuple(getattr(month, name) for name in times))
    return tuple(Period(parts[0].opens, parts[-1].closes) for parts in (list(group) for _, group in cells))


def label(name: str, value: object) -> str:
    """How a cell of time is named: month and quarter 2025-04-01, year 2025/26, calendar_year 2025."""
    if name == "year" and isinstance(value, int):
        return f"{value}/{(value + 1) % 100:02d}"
    return str(value)


def financial_year(named: str) -> Period:
    """The year that `label` names 2025/26. Raises ValueError for what is no such name."""
    opens = date(int(named.partition("/")[0]), 4, 1)
    return Period(opens, add_months(opens, 12))


@lru_cache(maxsize=512)
def share_of_years(period: Period) -> Mapping[int, float]:
    """The share of each calendar year inside the period: months are twelfths, part of a month its share of days."""
    shares: dict[int, float] = {}
    for first in _firsts_of_months(period.opens, period.closes):
        following = add_months(first, 1)
        days = (min(period.closes, following) - max(period.opens, first)).days
        shares[first.year] = shares.get(first.year, 0.0) + days / (following - first).days / 12
    return MappingProxyType(shares)


def last_whole_months(last_day: date, months: int = 12) -> tuple[date, date]:
    """The first day and the end of the last whole months of data that end on this day."""
    closes = (last_day + timedelta(days=1)).replace(day=1)
    return add_months(closes, -months), closes


def latest_period(first_day: date, last_day: date) -> tuple[date, date]:
    """What the overview opens with: the last twelve whole months, or all there is where not one whole month is loaded yet."""
    latest = last_whole_months(last_day)
    return latest if latest[1] > first_day else (first_day.replace(day=1), last_day + timedelta(days=1))


def _firsts_of_months(opens: date, closes: date) -> list[date]:
    firsts = []
    first = opens.replace(day=1)
    while first < closes:
        firsts.append(first)
        first = add_months(first, 1)
    return firsts
