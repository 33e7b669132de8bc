"""Days and hours as a London clock shows them: birthdays, nights, months and elapsed time, in SQL that every engine reads alike.

Instants are naive UTC timestamps, days are London dates.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, Integer, and_, case, cast, extract, func, literal_column, or_

LONDON = ZoneInfo("Europe/London")
_LONDON_NAME: ColumnElement[str] = literal_column("'Europe/London'")
_UTC_NAME: ColumnElement[str] = literal_column("'UTC'")


def now() -> datetime:
    """This instant, as naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The day that it is in London."""
    return datetime.now(UTC).astimezone(LONDON).date()


def end_of_day(day: date) -> datetime:
    """The instant a London day ends, as naive UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), LONDON)
    return midnight.astimezone(UTC).replace(tzinfo=None)


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the month's last: 29 February + 12 months = 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def months_after(day: ColumnElement[Any], months: int) -> ColumnElement[date]:
    """`add_months` in SQL."""
    return cast(day + literal_column(f"INTERVAL '{months} months'"), Date)


def days_after(day: ColumnElement[Any], days: int) -> ColumnElement[date]:
    return cast(day + literal_column(f"INTERVAL '{days} days'"), Date)


def at_london_hour(day: ColumnElement[Any], hour: int = 0) -> ColumnElement[datetime]:
    """The instant at which a clock in London shows this hour on this day."""
    local = cast(day, DateTime) + literal_column(f"INTERVAL '{hour} hours'")
    return func.timezone(_UTC_NAME, func.timezone(_LONDON_NAME, local), type_=DateTime)


def london_day(instant: ColumnElement[Any]) -> ColumnElement[date]:
    return cast(func.timezone(_LONDON_NAME, func.timezone(_UTC_NAME, instant)), Date)


def seconds_between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Whole seconds elapsed, whatever the clock showed."""
    return _whole_seconds(end - start)


def seconds_of(instant: ColumnElement[Any]) -> ColumnElement[int]:
    """An instant as a whole number of seconds, to be put in order."""
    return _whole_seconds(instant)


def _whole_seconds(time_or_interval: ColumnElement[Any]) -> ColumnElement[int]:
    # Cut, not rounded: half a second is rounded up by some engines and to the even number by others.
    return cast(func.floor(extract("epoch", time_or_interval)), BigInteger)


def age_on(born: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[int]:
    """Completed years, unknown (NULL) of a day before the birth; a birthday counts from its first moment.

    One of 29 February falls on 1 March in common years, by the practice of GOV.UK.
    """
    had_birthday = or_(
        extract("month", day) > extract("month", born),
        and_(extract("month", day) == extract("month", born), extract("day", day) >= extract("day", born)),
    )
    years = extract("year", day) - extract("year", born)
    return case((day >= born, cast(years - case((had_birthday, 0), else_=1), Integer)))
