"""The calendar: ages, months, periods and London days, as definitions.md sections 0 and 10 settle them."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
TIME = ("month", "quarter", "year", "calendar_year")


class Window(NamedTuple):
    """Days from ``start``, included, to ``end``, excluded."""

    start: date
    end: date


@cache
def clock(day: date, hour: int) -> datetime:
    """The UTC instant, without zone, at which the clock in London shows this full hour of this day."""
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC).replace(tzinfo=None)


def end_of(day: date) -> datetime:
    """The UTC instant at which this London day ends."""
    return clock(day + ONE_DAY, 0)


def london_day(instant: datetime) -> date:
    return instant.replace(tzinfo=UTC).astimezone(LONDON).date()


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or that month's last: 29 February + 12 months = 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(born: date, day: date) -> int | None:
    """Completed years, none before the birth; a birthday counts from the start of its day. Born on 29 February: 1 March."""
    if day < born:
        return None
    years = day.year - born.year
    return years if (born.month, born.day) <= (day.month, day.day) else years - 1


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def first_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def time_label(dimension: str, day: date) -> str:
    """How section 9 prints the period that a day is in."""
    if dimension == "month":
        return first_of_month(day).isoformat()
    if dimension == "quarter":
        return first_of_quarter(day).isoformat()
    if dimension == "calendar_year":
        return str(day.year)
    april = day.year if day.month >= 4 else day.year - 1
    return f"{april}/{(april + 1) % 100:02d}"


def months_of(window: Window) -> Iterator[Window]:
    """The calendar months that overlap the window, each cut to the part inside it."""
    month = first_of_month(window.start)
    while month < window.end:
        following = add_months(month, 1)
        yield Window(max(month, window.start), min(following, window.end))
        month = following


def periods_of(window: Window, dimensions: list[str]) -> dict[tuple[str, ...], Window]:
    """Every period of these time dimensions that overlaps the window, cut to the part inside it.

    All periods are made of whole months, so the months are joined where their labels agree.
    """
    periods: dict[tuple[str, ...], Window] = {}
    for month in months_of(window):
        labels = tuple(time_label(dimension, month.start) for dimension in dimensions)
        start = periods[labels].start if labels in periods else month.start
        periods[labels] = Window(start, month.end)
    return periods
