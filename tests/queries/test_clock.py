"""The London clock in SQL against plain Python: the calendar and zoneinfo, over random days and the awkward ones."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import databases
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, DateTime, column, literal, select, values

from queries import clock
from queries.engine import connect

pytestmark = pytest.mark.usefixtures("on_each_engine")

LONDON = ZoneInfo("Europe/London")

# The last Sundays of March and October, the days around them, and the ends of February.
AWKWARD = [date(2025, 3, 29), date(2025, 3, 30), date(2025, 10, 25), date(2025, 10, 26), date(2024, 2, 28), date(2024, 2, 29)]
AWKWARD += [date(2025, 2, 28), date(2025, 3, 1), date(2025, 1, 31), date(2024, 12, 31)]
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31)) | st.sampled_from(AWKWARD)
INSTANTS = st.builds(datetime.combine, DAYS, st.times().map(lambda clock_time: clock_time.replace(microsecond=0)))


@cache
def a_database(_engine):
    return databases.empty()


def asked(kind, given_values, *expressions):
    """What the database makes of each value: one row a value, one column an expression."""
    table = values(column("place", Date), column("value", kind), name="given")
    rows = [(date(2000, 1, 1) + timedelta(days=place), value) for place, value in enumerate(given_values)]
    table = table.data(rows)
    with connect(a_database(databases.engine())).connect() as connection:
        statement = select(*(expression(table.c.value) for expression in expressions)).order_by(table.c.place)
        return [tuple(row) for row in connection.execute(statement)]


def months_later(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def utc(local):
    return local.replace(tzinfo=LONDON).astimezone(UTC).replace(tzinfo=None)


@settings(deadline=None, max_examples=25)
@given(st.lists(DAYS, min_size=1, max_size=50), st.integers(-30, 30))
@example(AWKWARD, 12)
@example(AWKWARD, -12)
@example(AWKWARD, 18)
def test_adding_months(days, months):
    expected = [months_later(day, months) for day in days]
    assert [clock.add_months(day, months) for day in days] == expected
    assert asked(Date, days, lambda day: clock.months_after(day, months)) == [(day,) for day in expected]


def test_a_leap_day_and_twelve_months_is_the_28th():
    assert clock.add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert clock.add_months(date(2024, 2, 29), 48) == date(2028, 2, 29)


@settings(deadline=None, max_examples=25)
@given(st.lists(DAYS, min_size=1, max_size=50), st.integers(-400, 400))
def test_adding_days(days, more):
    assert asked(Date, days, lambda day: clock.days_after(day, more)) == [(day + timedelta(days=more),) for day in days]


@settings(deadline=None, max_examples=25)
@given(st.lists(DAYS, min_size=1, max_size=50))
@example(AWKWARD)
def test_the_instants_of_midnight_and_eight_oclock(days):
    found = asked(Date, days, clock.at_london_hour, lambda day: clock.at_london_hour(day, 8))
    assert found == [tuple(utc(datetime.combine(day, time(hour))) for hour in (0, 8)) for day in days]
    assert [clock.end_of_day(day) for day in days] == [utc(datetime.combine(day + timedelta(days=1), time())) for day in days]


@settings(deadline=None, max_examples=25)
@given(st.lists(INSTANTS, min_size=1, max_size=50))
@example([datetime.fromisoformat(text) for text in ("2025-06-30T22:59:59", "2025-06-30T23:00", "2025-01-31T23:59", "2025-02-01")])
@example(
    [datetime.fromisoformat(text) for text in ("2025-03-30T00:59", "2025-03-30T01:00", "2025-10-25T23:00", "2025-10-25T22:59")]
)
def test_the_london_day_of_an_instant(instants):
    expected = [(instant.replace(tzinfo=UTC).astimezone(LONDON).date(),) for instant in instants]
    assert asked(DateTime, instants, clock.london_day) == expected


@settings(deadline=None, max_examples=25)
@given(st.lists(INSTANTS, min_size=1, max_size=20), INSTANTS)
def test_elapsed_seconds(instants, later):
    found = asked(DateTime, instants, lambda start: clock.seconds_between(start, later))
    assert found == [((later - start) // timedelta(seconds=1),) for start in instants]


@pytest.mark.parametrize(("seconds", "whole"), [(0.5, 0), (1.5, 1), (2.5, 2), (14399.999999, 14399), (14400, 14400)])
def test_a_part_of_a_second_is_not_a_second(seconds, whole):
    """Engines round a half differently; four hours are over when they are over."""
    start = datetime.fromisoformat("2025-06-01 22:00")
    end = start + timedelta(seconds=seconds)
    assert asked(DateTime, [start], lambda instant: clock.seconds_between(instant, end)) == [(whole,)]
    assert asked(DateTime, [end], clock.seconds_of) == [(int(start.replace(tzinfo=UTC).timestamp()) + whole,)]


@pytest.mark.parametrize(("evening", "morning", "hours"), [("2025-03-29", "2025-03-30", 7), ("2025-10-25", "2025-10-26", 9)])
def test_a_night_when_the_clocks_change_is_as_long_as_it_was(evening, morning, hours):
    start, end = (utc(datetime.fromisoformat(text)) for text in (f"{evening} 23:30", f"{morning} 07:30"))
    assert asked(DateTime, [start], lambda instant: clock.seconds_between(instant, end)) == [(hours * 3600,)]


def birthday(born, year):
    """The day of birth; in years without a 29 February, 1 March for a child born on it."""
    leap_child = (born.month, born.day) == (2, 29)
    return date(year, 3, 1) if leap_child and not calendar.isleap(year) else born.replace(year=year)


def age(born, day):
    return None if day < born else sum(birthday(born, year) <= day for year in range(born.year + 1, day.year + 1))


@settings(deadline=None, max_examples=40)
@given(st.dates(date(1990, 1, 1), date(2026, 12, 31)) | st.just(date(2008, 2, 29)), st.lists(DAYS, min_size=1, max_size=30))
@example(date(2008, 2, 29), AWKWARD)
def test_ages(born, days):
    assert asked(Date, days, lambda day: clock.age_on(literal(born, Date), day)) == [(age(born, day),) for day in days]


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2007, 6, 15), date(2025, 6, 14), 17),
        (date(2007, 6, 15), date(2025, 6, 15), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 2, 29), date(2008, 2, 29), 0),
        (date(2008, 2, 29), date(2008, 2, 28), None),  # before the birth
        (date(2008, 2, 29), date(2007, 3, 1), None),
    ],
)
def test_birthdays(born, day, years):
    assert asked(Date, [day], lambda on: clock.age_on(literal(born, Date), on)) == [(years,)]
