"""Months, quarters and years: what they hold, how they are named, and what share of a year's residents they take."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.periods import PERIODS, Period, divide, financial_year, label, last_whole_months, share_of_years

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
SPANS = st.tuples(DAYS, st.integers(1, 900)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))
TIMES = ("month", "quarter", "year", "calendar_year")


def test_names():
    march, april = Period(date(2025, 3, 31), date(2025, 4, 1)), Period(date(2025, 4, 1), date(2025, 4, 2))
    assert [label(name, getattr(march, name)) for name in TIMES] == ["2025-03-01", "2025-01-01", "2024/25", "2025"]
    assert [label(name, getattr(april, name)) for name in TIMES] == ["2025-04-01", "2025-04-01", "2025/26", "2025"]
    assert label("year", 1999) == "1999/00"
    assert label("hub", "EDE") == "EDE"


def test_a_period_as_a_row_of_their_table():
    assert Period(date(2025, 3, 31), date(2025, 4, 1)).row == {
        "opens": date(2025, 3, 31),
        "closes": date(2025, 4, 1),
        "month": date(2025, 3, 1),
        "quarter": date(2025, 1, 1),
        "year": 2024,
        "calendar_year": 2025,
    }
    assert list(Period(date(2025, 3, 31), date(2025, 4, 1)).row) == [column.name for column in PERIODS.c]


@given(SPANS, st.sampled_from([(), ("month",), ("quarter",), ("year",), ("calendar_year",), ("year", "month")]))
def test_cells_of_time_follow_on_from_one_another_and_never_mix_two_names(span, times):
    opens, closes = span
    cells = divide(opens, closes, times)
    assert cells[0].opens == opens
    assert cells[-1].closes == closes
    assert all(before.closes == after.opens for before, after in pairwise(cells))
    named = [tuple(getattr(cell, name) for name in times) for cell in cells]
    assert len(set(named)) == len(cells)
    for cell, names in zip(cells, named, strict=True):
        days = [cell.opens + timedelta(days=i) for i in range((cell.closes - cell.opens).days)]
        assert {tuple(getattr(Period(day, day + timedelta(days=1)), name) for name in times) for day in days} == {names}


def test_cells_are_cut_to_the_days_asked_for():
    assert divide(date(2025, 1, 15), date(2025, 3, 2), ("month",)) == (
        Period(date(2025, 1, 15), date(2025, 2, 1)),
        Period(date(2025, 2, 1), date(2025, 3, 1)),
        Period(date(2025, 3, 1), date(2025, 3, 2)),
    )
    assert divide(date(2025, 1, 15), date(2025, 3, 2), ()) == (Period(date(2025, 1, 15), date(2025, 3, 2)),)


@pytest.mark.parametrize(
    ("opens", "closes", "shares"),
    [
        (date(2025, 1, 1), date(2026, 1, 1), {2025: 1}),
        (date(2025, 4, 1), date(2026, 4, 1), {2025: 9 / 12, 2026: 3 / 12}),
        (date(2025, 2, 1), date(2025, 3, 1), {2025: 1 / 12}),  # February is as much of a year as July
        (date(2025, 1, 1), date(2025, 2, 15), {2025: 1 / 12 + 14 / 28 / 12}),
        (date(2024, 2, 1), date(2024, 2, 2), {2024: 1 / 29 / 12}),
        (date(2025, 12, 31), date(2026, 1, 2), {2025: 1 / 31 / 12, 2026: 1 / 31 / 12}),
    ],
)
def test_shares_of_a_year(opens, closes, shares):
    assert share_of_years(Period(opens, closes)) == pytest.approx(shares)


@given(SPANS)
def test_the_shares_of_the_parts_add_up_to_that_of_the_whole(span):
    whole = share_of_years(Period(*span))
    parts = [share_of_years(part) for part in divide(*span, ("month",))]
    assert {year: sum(part.get(year, 0) for part in parts) for year in whole} == pytest.approx(whole)


@pytest.mark.parametrize(
    ("last", "months"),
    [
        (date(2025, 3, 31), (date(2024, 4, 1), date(2025, 4, 1))),
        (date(2025, 3, 30), (date(2024, 3, 1), date(2025, 3, 1))),
        (date(2024, 2, 29), (date(2023, 3, 1), date(2024, 3, 1))),
        (date(2024, 2, 28), (date(2023, 2, 1), date(2024, 2, 1))),
    ],
)
def test_the_last_twelve_whole_months(last, months):
    assert last_whole_months(last) == months


def test_a_financial_year_by_its_name():
    assert financial_year("2025/26") == Period(date(2025, 4, 1), date(2026, 4, 1))
    assert label("year", financial_year("2025/26").year) == "2025/26"
    with pytest.raises(ValueError, match="invalid literal"):
        financial_year("soon")
