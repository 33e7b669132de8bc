"""Emerging trends: one planted cell is found and nothing else, chance is worked out by hand, and too little says so."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from product import answered, database_of
from recount.by_hand import HUBS, child, numbered, row
from recount.test_worked_cases_of_outcomes import CODES
from scipy.stats import nbinom, norm, t

from metrics.reports.emerging import (
    FALSE_DISCOVERIES,
    FEWEST,
    Emerging,
    by_chance,
    emerging,
    false_discovery,
    file,
    name,
    negative_binomial_test,
    sentence,
    summary,
    table,
)
from queries.engine import connect
from queries.periods import Period
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

NAMES = {"EDE": "Eden", "CAR": "Carlisle"}
WINDOW = Period(date(2025, 10, 1), date(2026, 1, 1))
LAST = date(2025, 12, 31)


# Chance by hand


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.05, "1 in 20"), (0.005, "1 in 200"), (0.00487, "1 in 200"), (0.03, "1 in 33"), (0.0009, "less than 1 in 1,000")],
)
def test_how_likely_chance_is(share, said):
    """1 / 0.00487 is 205: said as 1 in 200, which claims no more."""
    assert by_chance(share) == said


def judged(now, *before):
    return negative_binomial_test(pd.Series([now]), pd.DataFrame([before]))


def test_how_unusual_a_count_is_by_hand():
    """1 and 1 before: one expected, with a variance of 1.5, that of a negative binomial of size 2, whose share is 2/3.

    So P(0) = 4/9, P(1) = 2 x 4/9 x 1/3 = 8/27, P(2) = 3 x 4/9 x 1/9 = 4/27, which leaves 1/9 for 3 or more.
    """
    for now, p in ((3, 2 / 9), (2, 2 * 7 / 27), (1, 1), (0, 8 / 9)):
        found = judged(now, 1, 1)
        assert found["expected"].tolist() == [1]
        assert found["p"].tolist() == pytest.approx([p]), now


def test_years_that_varied_more_than_chance_widen_the_prediction_of_all_cells():
    """5 and 15 vary by 50 / 10, two of 10 by nothing: 5 over two degrees of freedom is 2.5 times chance's variance.

    What two degrees of freedom tell of a dispersion is little: Student's tail is the longer one.
    """
    found = negative_binomial_test(pd.Series([20, 20]), pd.DataFrame([[5, 15], [10, 10]]))
    size = 10 / (2.5 * 1.5 - 1)
    tail = nbinom.sf(19, size, size / (size + 10))
    assert found["p"].tolist() == pytest.approx([2 * t.cdf(norm.ppf(tail), 2)] * 2)
    steady = judged(20, 10, 10)["p"].iloc[0]
    assert steady == pytest.approx(2 * nbinom.sf(19, 20, 2 / 3)) and steady < 2 * tail < found["p"].iloc[1]


def test_fewer_than_expected_is_out_of_line_too_and_what_never_was_is_not():
    assert judged(0, 10, 10, 10)["p"].iloc[0] == pytest.approx(2 * 0.75**30)  # none of a size of 30
    assert judged(7, 0, 0, 0)["p"].tolist() == [1]
    assert judged(10, 10, 10, 10)["p"].tolist() == [1]


def test_false_discoveries_by_hand():
    """Of four, the smallest p is times 4, the next times 2, then 4/3 and 1; none more than the one above it."""
    found = false_discovery(pd.Series([0.01, 0.5, 0.02, 0.9], list("abcd")))
    assert found.tolist() == pytest.approx([0.04, 2 / 3, 0.04, 0.9])
    assert found.index.tolist() == list("abcd")


@pytest.mark.parametrize(("clusters", "most"), [(1, 0.05), (2, 0.12)])
def test_where_nothing_changed_seldom_anything_is_found(clusters, most):
    """Of 300 worlds of 40 cells: chance alone, and children who come in pairs, of whom a few more are found."""
    chance, found = np.random.default_rng(8), 0
    for _ in range(300):
        counts = clusters * pd.DataFrame(chance.poisson(chance.uniform(5, 60, (40, 1)) / clusters, (40, 4)))
        cells = negative_binomial_test(counts[3], counts[[0, 1, 2]])
        found += (false_discovery(cells["p"][cells["expected"] >= FEWEST]) <= FALSE_DISCOVERIES).any()
    assert found <= most * 300


# A small force: from October to December of each year, ten theft or burglary and ten of no recorded group a month


def detained(planted=False, years=(2022, 2023, 2024, 2025), first="2022-01-01", last=LAST, months=(10, 11, 12)):
    """Of a month 8 thefts, 2 burglaries and 10 of no group, half in each hub and half of either age; planted: 12 burglaries.

    They take the place of those of no group, so that hubs and ages are as they always were.
    """
    listed = [row(child_id="Z", authorised_on=day) for day in (first, last)]
    for year in years:
        groups = ["theft"] * 8 + ["burglary"] * 2 + ["burglary" if planted and year == 2025 else None] * 10
        for month in months:
            for place, group in enumerate(groups):
                hub, age = ("EDE", "CAR")[place % 2], (12, 15)[place // 2 % 2]
                listed.append(
                    row(child_id=f"{age} in {year}", authorised_on=date(year, month, 10), hub_id=hub, offence_group=group)
                )
    children = [child(f"{age} in {year}", f"{year - age}-01-01") for year in years for age in (12, 15)]
    return {
        "hubs": HUBS,
        "children": [child("Z", "1980-01-01"), *children],
        "detentions": numbered("detention_id", listed),
    }


def found_in(tables, access=None, **narrowed):
    return answered(connect(database_of(tables)), emerging, Scope(access or Access("command"), **narrowed))


def test_the_one_planted_cell_is_found_and_told():
    found = found_in(detained(planted=True))
    assert (found.window, found.years) == (WINDOW, 3)
    assert (found.tested, found.too_few) == (6, 0)  # two groups, two hubs, two ages
    (trend,) = found.trends
    assert (trend.subject, trend.by, trend.cell) == ("detentions", ("offence_group",), ("burglary",))
    assert (trend.now, trend.before, trend.expected) == (36, (6, 6, 6), 6)
    assert 0 < trend.chance < 0.001
    assert name(trend, NAMES) == "Detentions of children, Burglary"
    assert sentence(trend) == (
        "More detentions than usual: 36 in October to December 2025; in the same months of the three years before: 6, 6 and 6 "
        "(oldest first)."
    )
    assert table(found, NAMES).iloc[0].tolist() == ["Detentions of children", "Burglary", 36, "6, 6, 6", "less than 1 in 1,000"]
    numbers = file(found, NAMES).iloc[0].to_dict()
    assert numbers.pop("chance") == trend.chance
    before = {"years_before_3": 6, "years_before_2": 6, "years_before_1": 6}
    assert numbers == {"measure": "Detentions of children", "where": "Burglary", "now": 36, **before}
    assert summary(found).startswith(
        "1 is out of line with the past; of such findings, no more than one in twenty is expected to be there by chance."
    )
    assert summary(found).endswith("October to December 2025 beside the same months of the three years before.")


def test_a_quiet_force_is_told_so():
    found = found_in(detained())
    assert found.trends == () and found.tested == 6
    assert summary(found) == (
        "Nothing is out of line with its own past by more than chance and its usual variation explain. 6 offence groups, places, "
        "ages and kinds were checked: October to December 2025 beside the same months of the three years before."
    )
    assert table(found, NAMES).empty


def test_fewer_than_before_is_found_too():
    """Nothing at all from Carlisle, where there were 30 each year."""
    tables = detained()
    tables["detentions"] = [
        each for each in tables["detentions"] if each.get("hub_id") != "CAR" or each["authorised_on"] < date(2025, 10, 1)
    ]
    found = found_in(tables)
    trend = next(trend for trend in found.trends if trend.by == ("hub",))
    assert name(trend, NAMES) == "Detentions of children, Carlisle"
    assert sentence(trend).startswith("Fewer detentions than usual: 0 in October to December 2025; in the same months")


def test_a_scope_of_one_hub_is_not_divided_by_hub():
    for narrowed in ({"hubs": ("EDE",)}, {"access": Access("hub", ("EDE",))}):
        found = found_in(detained(planted=True), **narrowed)
        assert (found.tested, found.too_few) == (3, 1)  # theft, two ages; of burglary 3 are expected
        assert {trend.by for trend in found.trends} <= {("offence_group",), ("age",)}


def test_what_is_only_divided_by_hub_is_not_tested_in_one():
    """Calls from children's homes alone: in the force by hub, in one hub not at all."""
    days = [date(year, month, 10) for year in (2022, 2023, 2024, 2025) for month in (10, 11, 12) for _ in range(4)]
    calls = [row(created_on=day, category="other", home_id="H", hub_id="EDE") for day in [date(2022, 1, 1), *days, LAST]]
    homes = [row(home_id="H", name="a home", hub_id="EDE")]
    tables = {"hubs": HUBS, "care_homes": homes, "incidents": numbered("incident_id", calls)}
    assert found_in(tables).tested == 1
    assert found_in(tables, hubs=("EDE",)).tested == 0


def test_two_earlier_years_are_enough_and_one_is_not():
    two = found_in(detained(planted=True, years=(2023, 2024, 2025), first="2023-10-01"))
    assert two.years == 2 and [trend.before for trend in two.trends] == [(6, 6)]
    assert "in the same months of the two years before: 6 and 6" in sentence(two.trends[0])
    for years, first in (((2024, 2025), "2024-01-01"), ((2023, 2024, 2025), "2023-10-02")):
        one = found_in(detained(planted=True, years=years, first=first))
        assert one == Emerging(None, 0, 0, 0, ())
        assert summary(one) == "There is not enough history yet: the same months of two earlier years are needed."


def test_nothing_loaded_and_crimes_without_any_outcome_are_no_history():
    """Crimes with a child suspect are counted with their outcomes, and are not available where none is loaded."""
    assert found_in({"hubs": HUBS}).window is None
    days = [date(2022, 1, 1), *(date(year, 10, 10) for year in (2022, 2023, 2024, 2025)), LAST]
    crimes = numbered("crime_id", [row(recorded_on=day, hub_id="EDE", offence_group="theft") for day in days])
    suspects = [row(crime_id=crime["crime_id"], child_id="A") for crime in crimes]
    tables = {"hubs": HUBS, "children": [child("A", "2012-01-01")], "crimes": crimes, "suspects": suspects}
    assert found_in(tables).window is None


def test_crimes_of_one_group_in_one_hub():
    """From Carlisle 20 thefts more and 20 burglaries fewer, from Eden the other way round: neither hubs nor groups show it."""
    listed = []
    for year in (2022, 2023, 2024, 2025):
        shifted = 20 if year == 2025 else 0
        for hub, group, number in (
            *(("CAR", "theft", 20 + shifted), ("CAR", "burglary", 20 + 20 - shifted)),
            *(("EDE", "theft", 40 - shifted), ("EDE", "burglary", 20 + shifted)),
        ):
            listed += [row(recorded_on=date(year, 11, 5), hub_id=hub, offence_group=group, year=year)] * number
    listed += [row(recorded_on=day, year=2022) for day in (date(2022, 1, 1), LAST)]
    crimes = numbered("crime_id", listed)
    tables = {
        "hubs": HUBS,
        "children": [child(f"in {year}", f"{year - 14}-01-01") for year in (2022, 2023, 2024, 2025)],
        "crimes": crimes,
        "suspects": [row(crime_id=crime["crime_id"], child_id=f"in {crime['year']}") for crime in crimes],
        "crime_outcomes": [row(crime_id="000", outcome_code="1", outcome_on=date(2022, 1, 2))],
        "outcome_codes": [row(outcome_code=code, label=code, outcome_group=group) for code, group in CODES],
    }
    found = found_in(tables)
    named = [name(trend, NAMES) for trend in found.trends]
    assert "Crimes recorded with a child suspect, Theft in Carlisle" in named
    assert {trend.by for trend in found.trends} == {("hub", "offence_group")}
    assert [trend.chance for trend in found.trends] == sorted(trend.chance for trend in found.trends)


def test_each_trend_is_told_of_its_own_months():
    """Searches are loaded up to December, detentions only to November: their last three whole months begin in September."""
    tables = detained(planted=True, last=date(2025, 11, 30), months=(9, 10, 11))
    days = [date(2022, 1, 1), *(date(year, 11, 5) for year in (2022, 2023, 2024, 2025) for _ in range(8)), LAST]
    searches = [row(kind="person", age=12, searched_on=day, hub_id="EDE", object_of_search="drugs") for day in days]
    found = found_in(tables | {"stop_searches": numbered("search_id", searches)})
    assert found.window == WINDOW
    (trend,) = found.trends
    assert trend.window == Period(date(2025, 9, 1), date(2025, 12, 1))
    assert (trend.now, trend.before) == (36, (6, 6, 6))
    assert "36 in September to November 2025;" in sentence(trend)


def test_a_month_that_is_not_over_is_left_out():
    found = found_in(detained(planted=True), start=date(2025, 1, 1), end=LAST - timedelta(days=5))
    assert found.window == Period(date(2025, 9, 1), date(2025, 12, 1))
