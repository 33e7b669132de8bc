"""Figures, periods and names as people read them."""

import math
from datetime import date

import pandas as pd
import pytest

from metrics import words
from metrics.measuring.figures import FIGURES
from metrics.themes import METRICS
from queries.periods import Period

NAN = math.nan


@pytest.mark.parametrize(
    ("key", "value", "plain", "with_unit"),
    [
        ("overnight_share", 0.26149, "26.1%", "26.1%"),
        ("overnight_share", 0.0, "0.0%", "0.0%"),
        ("overnight_share", 1.0, "100.0%", "100.0%"),
        ("detentions", 1234.0, "1,234", "1,234 detentions"),
        ("first_time_entrant_rate", 174.16, "174.2", "174.2 for every 100,000"),
        ("search_rate", 1234.56, "1,234.6", "1,234.6 for every 1,000"),
        ("hours_detained", 6.44, "6.4", "6.4 hours"),
        ("days_to_outcome", 30.0, "30.0", "30.0 days"),
        ("reoffences_per_reoffender", 5 / 3, "1.7", "1.7 reoffences"),
        *[(key, NAN, "not available", "not available") for key in ("overnight_share", "detentions", "hours_detained")],
    ],
)
def test_values(key, value, plain, with_unit):
    assert words.shown(METRICS[key], value) == plain
    assert words.shown(METRICS[key], value, with_unit=True) == with_unit


def test_more_places():
    assert words.shown(METRICS["overnight_share"], 0.26149, places=2) == "26.15%"
    assert words.shown(METRICS["hours_detained"], 6.444, places=2) == "6.44"
    assert words.shown(METRICS["detentions"], 12.0, places=2) == "12"


@pytest.mark.parametrize(
    ("key", "row", "interval", "of"),
    [
        ("overnight_share", (314, 2420, 314 / 2420, 0.1169, 0.1437), "11.7 to 14.4%", "314 of 2,420"),
        ("detentions", (72, NAN, 72, 56.3, 90.7), "56 to 91", ""),
        ("detention_rate", (72, 43059, 1.672, 1.308, 2.106), "1.3 to 2.1", "72 among 43,059 residents aged 10-17"),
        ("missing_rate", (72, 92373, 0.779, 0.61, 0.982), "0.6 to 1.0", "72 among 92,373 residents aged 0-17"),
        ("hours_detained", (NAN, 45, 6.4, 5.0, 9.25), "5.0 to 9.2", "45 measured"),
        ("hours_missing", (NAN, 45, 6.4, 5.0, NAN), "", "45 measured"),
        ("reoffences_per_child", (5, 5, 1.0, NAN, NAN), "", "5 for 5"),
        *[(key, (NAN,) * 5, "", "") for key in ("overnight_share", "detentions", "detention_rate", "hours_detained")],
    ],
)
def test_intervals_and_what_a_figure_is_of(key, row, interval, of):
    figures = pd.Series(row, index=FIGURES, dtype=float)
    assert words.interval(METRICS[key], figures) == interval
    assert words.fraction(METRICS[key], figures) == of


@pytest.mark.parametrize(
    ("opens", "closes", "text"),
    [
        (date(2019, 4, 1), date(2022, 4, 1), "April 2019 to March 2022"),
        (date(2025, 4, 1), date(2025, 5, 1), "April 2025"),
        (date(2025, 4, 1), date(2025, 5, 6), "1 April 2025 to 5 May 2025"),
        (date(2025, 4, 3), date(2025, 5, 1), "3 April 2025 to 30 April 2025"),
        (date(2024, 12, 1), date(2025, 1, 1), "December 2024"),
    ],
)
def test_periods(opens, closes, text):
    assert words.period(Period(opens, closes)) == text


def test_lists():
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b"]) == "a and b"
    assert words.listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("name", "label", "text"),
    [
        ("hub", "EDE", "Eden"),
        ("hub", "XYZ", "XYZ"),
        ("hub", "unknown", "Not recorded"),
        ("month", "2025-04-01", "April 2025"),
        ("quarter", "2025-01-01", "January to March 2025"),
        ("year", "2025/26", "2025/26"),
        ("age_band", "10-13", "10 to 13"),
        ("age_band", "under 10", "Under 10"),
        ("sex", "F", "Girls"),
        ("in_care", "care leaver", "Care leaver"),
        ("in_care", "no", "Not in care"),
        ("offence_group", "theft", "Theft"),
    ],
)
def test_cells(name, label, text):
    assert words.cell(name, label, {"EDE": "Eden"}) == text


def test_every_split_has_a_name():
    for metric in METRICS.values():
        assert all(words.dimension(name) for name in metric.splits), metric.key


@pytest.mark.parametrize(
    ("word", "explained"),
    [
        ("cohort", "The cohort of a quarter is every child cautioned, convicted or released"),
        ("conversion", "A search is said to convert if something comes of it"),
        ("open plans", "Every plan is counted"),
    ],
)
def test_what_nobody_says_at_home_is_explained_beside_the_figure(word, explained):
    """A plan is open or is not: where a range stands beside such a number, it needs a word as well."""
    said = {key: " ".join((metric.name, metric.unit, metric.question)).lower() for key, metric in METRICS.items()}
    using = [key for key, text in said.items() if word in text and not (word == "open plans" and METRICS[key].is_share)]
    assert using
    assert [key for key in using if not any(caveat.startswith(explained) for caveat in METRICS[key].caveats)] == []


@pytest.mark.parametrize(
    ("opens", "closes", "months"),
    [
        (date(2025, 4, 1), date(2026, 4, 1), 12),
        (date(2025, 1, 1), date(2025, 4, 1), 3),
        (date(2025, 4, 1), date(2025, 5, 1), 1),
        (date(2025, 4, 1), date(2025, 4, 16), 0.5),  # 15 of 30 days
    ],
)
def test_residents_are_named_whatever_the_period(opens, closes, months):
    """12,000 children who live here are 12,000 child-years in a year, 3,000 in a quarter and 1,000 in a month."""
    assert words.months_of(Period(opens, closes)) == pytest.approx(months)
    row = pd.Series((6, 1000 * months, NAN, NAN, NAN), index=FIGURES).fillna(1.0)
    said = words.fraction(METRICS["detention_rate"], row, words.months_of(Period(opens, closes)))
    assert said == "6 among 12,000 residents aged 10-17"


def test_the_months_of_rows_are_read_off_what_they_are_split_by():
    split = {time: words.months_of_each(pd.DataFrame({time: [], "value": []})) for time in ("month", "quarter", "hub")}
    assert split == {"month": 1, "quarter": 3, "hub": 12} and words.months_of(None) == 12


def test_one_of_what_is_counted_reads_as_one():
    name = "Children in the cohorts who were proven to have reoffended"
    assert words.counted(18, name) == "18 children in the cohorts who were proven to have reoffended"
    assert words.counted(1, name) == "1 child in the cohorts who was proven to have reoffended"
    assert words.counted(1, "Searches of children") == "1 search of children"


def test_a_range_has_its_unit_once():
    assert words.between("21%", "63%") == "21 to 63%"
    assert words.between("5.0", "9.2") == "5.0 to 9.2"


@pytest.mark.parametrize(
    ("text", "large", "small"),
    [
        ("children in care", "Children in care", "children in care"),
        ("A child", "A child", "a child"),
        ("ASB incidents", "ASB incidents", "ASB incidents"),
        ("Philomena form held", "Philomena form held", "Philomena form held"),
        ("", "", ""),
    ],
)
def test_only_the_first_letter_is_made_large_or_small(text, large, small):
    assert (words.capitalised(text), words.uncapitalised(text)) == (large, small)
