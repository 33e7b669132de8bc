"""Children in care beside others, on a few rows that can be counted by hand."""

import math
from datetime import date

import pandas as pd
import pytest
from product import answered, database_of
from recount.by_hand import residents

from metrics.reports import in_care
from metrics.reports.in_care import CARE_COMPARISONS, Compared
from metrics.statistics.change import NOT_KNOWN, TOO_FEW, Change
from queries.engine import connect
from queries.scope import Access, Scope

YEAR = Scope(Access("command"), start=date(2025, 1, 1), end=date(2026, 1, 1))


def the_data():
    """C0-C2 are in care all year, C3 leaves on the last day, C4-C9 never were; C2 is 9."""
    born = {2: date(2016, 2, 1)}
    detentions = [("C0", 1), ("C0", 2), ("C1", 3), ("C3", 12), ("C5", 4), ("C6", 5), ("C7", 6), ("C8", 7)]
    return {
        "hubs": [{"hub_id": "CAR", "name": "Carlisle"}],
        "children": [
            {"child_id": f"C{n}", "date_of_birth": born.get(n, date(2010, 1, 1)), "home_hub_id": "CAR"} for n in range(10)
        ],
        "care_spells": [
            {
                "child_id": f"C{n}",
                "started_on": date(2024, 1, 1),
                "ended_on": date(2025, 12, 31) if n == 3 else None,
                "status": "in care",
            }
            for n in range(4)
        ]
        + [{"child_id": "C9", "started_on": date(2025, 12, 31), "status": "care leaver"}],
        "detentions": [
            {"detention_id": f"D{n}", "child_id": child, "authorised_on": date(2025, month, 15), "hub_id": "CAR"}
            for n, (child, month) in enumerate(detentions)
        ]
        + [{"detention_id": "D9", "child_id": "C9", "authorised_on": date(2025, 12, 31), "hub_id": "CAR"}],
        "crimes": [
            {"crime_id": f"K{n}", "recorded_on": date(2025, 3, 1), "hub_id": "CAR", "home_id": "H1" if n < 10 else None}
            for n in range(30)
        ],
        "suspects": [{"crime_id": f"K{n}", "child_id": "C5"} for n in range(30)],
        "outcome_codes": [
            {"outcome_code": "1", "label": "Charged", "outcome_group": "charged"},
            {"outcome_code": "8", "label": "Community resolution", "outcome_group": "community resolution"},
        ],
        "crime_outcomes": [
            {"crime_id": f"K{n}", "outcome_code": "8" if n < 9 or n > 28 else "1", "outcome_on": date(2025, 12, 31)}
            for n in range(30)
        ],
        "population": residents("CAR", 2025, dict.fromkeys((9, 12, 15), 50)),
    }


@pytest.fixture(scope="module")
def engine(on_each_engine):
    return connect(database_of(the_data()))


def test_the_share_of_residents_in_care_on_the_last_day(engine):
    """Care ends on the day it ends: C3 is out on 31 December; C2 is 9. Two of 100 aged 10 to 17, three of all 150."""
    year = Scope(Access("command"), start=date(2025, 1, 1), end=date(2026, 1, 1))
    assert answered(engine, in_care.share_of_residents, year, (10, 17)) == (2, pytest.approx(100))
    assert answered(engine, in_care.share_of_residents, year, (0, 17)) == (3, pytest.approx(150))


def test_residents_that_are_loaded_in_part_leave_the_share_blank_and_say_why(engine):
    year = Scope(Access("command"), start=date(2025, 1, 1), end=date(2026, 1, 1))
    assert answered(engine, in_care.notes_on_residents, year, in_care.ALL_AGES) == ()
    rows = the_data() | {"population": [found for found in residents("CAR", 2025, 50) if found["age"] not in (9, 12)]}
    in_part = connect(database_of(rows))
    assert answered(in_part, in_care.share_of_residents, year, (10, 17)) == (2, pytest.approx(math.nan, nan_ok=True))
    assert answered(in_part, in_care.notes_on_residents, year, in_care.ALL_AGES) == (
        "Not available: it needs the number of residents, and no whole year is loaded.",
        "Residents aged 10 to 17 of Carlisle in 2025 are loaded in part and not used. Missing: age 12.",
        "Residents aged 0 to 17 of Carlisle in 2025 are loaded in part and not used. Missing: ages 9 and 12.",
    )


def test_detentions_of_children_in_care_against_their_share(engine):
    compared = {theme.comparison.title: theme for theme in answered(engine, in_care.compare, YEAR)}
    custody = compared["Police custody"]
    assert tuple(custody.share[["numerator", "denominator"]]) == (4, 9)  # C3 on the 15th was still in care; a leaver is not
    assert custody.times == pytest.approx((4 / 9) / (2 / 100))
    assert not custody.enough
    assert pd.isna(compared["Missing children"].share["value"])


def test_how_crimes_at_homes_end(engine):
    from metrics.measuring.measure import measure
    from metrics.themes import METRICS

    counted = answered(engine, measure, METRICS["crimes_with_outcome"], YEAR, ("at_home", "outcome_group"))
    shares = in_care.shares_of_outcomes(counted)
    found = {(row["at_home"], row["outcome_group"]): tuple(row[["numerator", "denominator"]]) for _, row in shares.iterrows()}
    assert found == {
        ("yes", "community resolution"): (9, 10),
        ("yes", "charged"): (1, 10),
        ("no", "community resolution"): (1, 20),
        ("no", "charged"): (19, 20),
    }
    assert in_care.outcomes_sentence(shares) == (
        "10 crimes at children's homes have an outcome. Clear differences: Charged 10% at homes, 95% elsewhere; Community "
        "resolution 90% at homes, 5% elsewhere."
    )


def test_the_files_hold_numbers(engine):
    crimes = pd.DataFrame(
        {"at_home": ["yes", "yes", "no"], "outcome_group": ["charged", "diversion", "charged"], "numerator": [9, 3, 5]}
    )
    shares = in_care.shares_of_outcomes(crimes.astype({"numerator": float}))
    assert in_care.file_of_shares(shares)["Share"].tolist() == shares["value"].tolist()
    assert 0.75 in shares["value"].tolist(), "9 of 12, and no 75.0%"
    told = {row["theme"]: row for _, row in in_care.file(answered(engine, in_care.compare, YEAR)).iterrows()}
    assert told["Police custody"]["value"] == told["Police custody"]["numerator"] / told["Police custody"]["denominator"]
    assert pd.isna(told["Missing children"]["times"]), "not available is blank"


def test_too_few_at_homes_and_none_recorded():
    few = pd.DataFrame({"at_home": ["yes", "no"], "outcome_group": ["charged"] * 2, "numerator": [3.0, 40.0]})
    assert "too few to tell" in in_care.outcomes_sentence(in_care.shares_of_outcomes(few))
    assert in_care.shares_of_outcomes(few[1:]).empty


def test_a_theme_in_words():
    """Of events, which are not the children: the words do not say that half of all children in care were kept overnight."""
    yes, no = (pd.Series({"numerator": k, "denominator": n, "value": k / n}) for k, n in ((10, 20), (10, 100)))
    custody = next(comparison for comparison in CARE_COMPARISONS if comparison.title == "Police custody")
    said = "Detentions that last overnight: 50.0% (10 of 20) for children in care, 10.0% (10 of 100) for others"
    for difference, verdict in (
        (Change("higher"), ". It is higher for children in care, by more than chance would explain."),
        (Change("no clear difference"), ": no clear difference."),
    ):
        compared = Compared(custody, yes, 0.02, yes, no, difference)
        assert in_care.comparison_sentence(compared) == f"{said}{verdict}"
    too_few = Compared(custody, yes, 0.02, yes, no, TOO_FEW)
    assert in_care.comparison_sentence(too_few) == "Detentions that last overnight: too few to tell."
    assert in_care.comparison_sentence(Compared(custody, yes, 0.02, None, no, NOT_KNOWN)) == ""


def test_the_multiple_is_of_the_two_shares_shown():
    """16.76% of searches over 0.8549% of residents are 19.6 times; 16.8% over 0.85%, as shown, are 19.8: both are 20 times."""
    searches = next(comparison for comparison in CARE_COMPARISONS if comparison.title == "Stop and search")

    def compared(k, n, of_residents):
        return Compared(
            searches, pd.Series({"numerator": k, "denominator": n, "value": k / n}), of_residents, None, None, NOT_KNOWN
        )

    found = compared(157, 937, 0.008549)
    assert (found.counted_in_words, found.residents_in_words) == ("157 of 937 searches with a person's reference", "0.85%")
    assert (found.times_in_words, round(found.times, 1)) == ("20", 19.6)
    apart = compared(170, 1000, 0.01354)  # shown as 1.35%: 17.0% over that are 12.59 times, where all decimals give 12.56
    assert (apart.residents_in_words, apart.times_in_words, round(apart.times, 2)) == ("1.35%", "13", 12.56)
    small = compared(170, 1000, 0.00136)  # shown as 0.14%: 17.0% over that are 121 times, where all decimals give 125
    assert (small.residents_in_words, small.times_in_words, round(small.times)) == ("0.14%", "121", 125)
    assert compared(5, 937, 0.01).times_in_words == "too few to tell"
    assert compared(157, 937, math.nan).times_in_words == compared(157, 937, 0.0).times_in_words == "not available"


def test_in_words():
    assert (
        in_care.share_sentence(2, 100, (10, 17))
        == "2 of about 100 residents aged 10 to 17 are in care on the last day of the period: 2.00%, or one in 50."
    )
    assert in_care.share_sentence(0, 100, (10, 17)).startswith("None of about 100 residents")
    assert "not known" in in_care.share_sentence(float("nan"), 100, (10, 17))
