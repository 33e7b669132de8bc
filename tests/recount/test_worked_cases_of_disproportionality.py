"""Relative rates of groups of children, worked by hand: stages, intervals, the unknown, residents."""

from dataclasses import astuple

import pandas as pd
import pytest
from product import answered, database_of

from metrics.reports.disproportionality import relative_rates as product_rates
from queries.engine import connect
from queries.scope import Access, Scope

from .by_hand import child, day, numbered, row, rows
from .disproportionality import GROUPS, relative_rates

A_YEAR = (day("2025-04-01"), day("2026-04-01"))  # its middle is 30 September 2025
CODES = {"white": "W1", "black": "B1", "unknown": None}
ON = {"hub_id": "EDE"}


def asked(database, *period, **how):
    """The referee's relative rates, once the dashboard's own of the same rows have agreed with them."""
    found = relative_rates(database, *period, **how)
    assert_agrees(found, connect(database_of(database)), *period, **how)
    return found


def assert_agrees(found, engine, start, end, *, against="stage before", officer=False, hubs=None, **more):
    hubs = sorted(hubs) if hubs else None
    scope = Scope(Access("command"), start=start, end=end, hubs=hubs, **more)
    own, _ = answered(engine, product_rates, scope, officer=officer, against=against)
    for (stage, group), expected in found.items():
        row = own[(own["stage"] == stage) & (own["ethnicity"] == group)].iloc[0]
        ours = [None if pd.isna(value) else value for value in row[FIGURES]]
        theirs = [getattr(expected, name) for name in AS_THE_REFEREE_SAYS]
        if group == "White":
            ours[3:], theirs[3:] = [], []  # the reference has an index of one with itself in a table
        assert ours == pytest.approx(theirs), (stage, group)
        told = {"not certain": ("higher", "lower"), "not available": (None, "too few to tell")}.get(row["verdict"])
        assert expected.verdict in (told or (row["verdict"] or None,)), (stage, group, row["verdict"])


FIGURES = ["numerator", "denominator", "value", "index", "lower", "upper", "lowest", "highest"]
AS_THE_REFEREE_SAYS = ["events", "denominator", "rate", "index", "lower", "upper", "best", "worst"]


def of_group(hub_id, group, residents, year=2025, age=None, sex=None):
    return row(hub_id=hub_id, year=year, age=age, sex=sex, ethnic_group=group, residents=residents)


def of_every_group(hub_id, year=2025, ages=(None,), sex=None, **numbers):
    """Residents of every broad group, of all ages or each of these: nobody of a group that is not given."""
    return [of_group(hub_id, group, numbers.get(group, 0), year, age, sex) for group in GROUPS for age in ages]


POPULATION = [*of_every_group("EDE", White=6000, Black=500), *of_every_group("CAR", White=2000, Black=500)]


def times(number, **columns):
    return [row(**columns) for _ in range(number)]


def stages(searched, detained, charged, entrants, population=POPULATION, children=()):
    """Numbers of events of 'white', 'black' and 'unknown' children at each stage, all of them in Eden."""
    new = [child(f"{who} {number}", ethnicity_self_defined=CODES[who]) for who in CODES for number in range(entrants.get(who, 0))]
    known = [child(who, ethnicity_self_defined=code, home_hub_id="CAR") for who, code in CODES.items()]
    searches, detentions = [], []
    for who in CODES:
        searches += times(searched.get(who, 0), kind="person", searched_on="2025-06-01", child_id=who, **ON)
        detentions += times(charged.get(who, 0), child_id=who, authorised_on="2025-06-01", result="charged", **ON)
        released = detained.get(who, 0) - charged.get(who, 0)
        detentions += times(released, child_id=who, authorised_on="2025-06-01", result="no further action", **ON)
    old = row(child_id="white", kind="conviction", decided_on="2020-01-01")
    disposals = [row(child_id=one["child_id"], kind="youth caution", decided_on="2025-06-01") for one in new]
    return rows(
        children=[*(children or known), *new],
        population=population,
        stop_searches=numbered("search_id", searches),
        detentions=numbered("detention_id", detentions),
        disposals=numbered("disposal_id", [old, *disposals]),
    )


THE_CASE = stages(
    searched={"white": 40, "black": 20, "unknown": 4},
    detained={"white": 10, "black": 10, "unknown": 5},
    charged={"white": 5, "black": 9},
    entrants={"white": 2, "unknown": 1},
)


def about(value):
    return pytest.approx(value, abs=0.00005)


def test_each_stage_against_the_one_before():
    found = asked(THE_CASE, *A_YEAR)
    # 20 of 1,000 against 40 of 8,000: 0.02 / 0.005; exp(1.95996 x root of (1/20 + 1/40)) = 1.7105
    # best 0.02 / (44/8,000), worst (24/1,000) / 0.005
    assert astuple(found["search", "Black"]) == (20, 1000, 0.02, 4.0, about(2.3386), about(6.8418), about(3.6364), 4.8, "higher")
    # 10 of 20 against 10 of 40; exp(1.95996 x root of (1/10 + 1/10)) = 2.4025; best 0.5 / (15/40), worst (15/20) / 0.25
    assert astuple(found["detention", "Black"]) == (
        *(10, 20, 0.5, 2.0, about(0.8325), about(4.8051)),
        *(about(1.3333), 3.0, "no clear difference"),
    )
    # 9 of 10 against 5 of 10; exp(1.95996 x root of (1/9 + 1/5)) = 2.9839; nobody charged is of unknown ethnicity
    assert astuple(found["charge", "Black"]) == (
        *(9, 10, 0.9, 1.8, about(0.6032), about(5.3709)),
        *(1.8, 1.8, "too few to tell"),
    )
    # none of 9 against 2 of 5: no interval; the one of unknown ethnicity would be (1/9) / (2/5)
    assert astuple(found["entry", "Black"]) == (0, 9, 0.0, 0.0, None, None, 0.0, about(0.2778), "too few to tell")


def test_white_children_are_what_others_are_compared_with():
    found = asked(THE_CASE, *A_YEAR)
    assert astuple(found["detention", "White"]) == (10, 40, 0.25, None, None, None, None, None, None)


def test_each_stage_against_residents():
    found = asked(THE_CASE, *A_YEAR, against="residents")
    assert found["search", "Black"] == asked(THE_CASE, *A_YEAR)["search", "Black"]
    assert astuple(found["detention", "Black"])[:4] == (10, 1000, 0.01, 8.0)  # against 10 of 8,000
    assert found["detention", "Black"].verdict == "higher"  # 8 / 2.4025 is above 1
    assert (found["charge", "White"].denominator, found["entry", "White"].denominator) == (8000, 8000)


def test_where_a_denominator_or_the_white_childrens_events_are_nought_there_is_no_index():
    found = asked(stages({"black": 20, "unknown": 2}, {}, {}, {}), *A_YEAR)
    # were the two of unknown ethnicity White children's: (20/1,000) / (2/8,000)
    assert astuple(found["search", "Black"]) == (20, 1000, 0.02, None, None, None, 80.0, None, "too few to tell")
    assert astuple(found["search", "Asian"])[:3] == (0, 0, None)  # no Asian residents
    assert found["search", "Asian"].index is None
    without_results = stages({"white": 1}, {"white": 1}, {}, {})
    without_results["detentions"][0]["result"] = None
    assert asked(without_results, *A_YEAR)["charge", "White"].events is None  # missing is not zero


def test_lower_is_said_from_ten_events_on():
    low = asked(stages({"white": 800, "black": 10}, {}, {}, {}), *A_YEAR)["search", "Black"]
    assert (low.index, low.upper) == (about(0.1), about(0.1866))  # 0.01 / 0.1; exp(1.95996 x root of (1/10 + 1/800)) = 1.8657
    assert low.verdict == "lower"
    assert asked(stages({"white": 800, "black": 9}, {}, {}, {}), *A_YEAR)["search", "Black"].verdict == "too few to tell"
    assert asked(stages({"white": 9, "black": 10}, {}, {}, {}), *A_YEAR)["search", "Black"].verdict == "too few to tell"


def test_groups_as_officers_saw_them():
    seen = [
        child("white", ethnicity_self_defined="W1", ethnicity_officer_defined="IC1"),
        child("black", ethnicity_self_defined="W1", ethnicity_officer_defined="IC3"),
    ]
    database = stages({"white": 40, "black": 20}, {}, {}, {}, children=seen)
    assert asked(database, *A_YEAR)["search", "Black"].events == 0
    as_seen = asked(database, *A_YEAR, officer=True)["search", "Black"]
    assert (as_seen.events, as_seen.index) == (20, 4.0)


def test_one_hub_and_where_children_live():
    eden = asked(THE_CASE, *A_YEAR, hubs={"EDE"})["search", "Black"]
    assert astuple(eden)[:4] == (20, 500, 0.04, about(6.0))  # against 40 of 6,000
    assert asked(THE_CASE, *A_YEAR, hubs={"CAR"})["search", "Black"].events == 0
    carlisle = asked(THE_CASE, *A_YEAR, hubs={"CAR"}, placed_by="residence")["search", "Black"]
    assert astuple(carlisle)[:4] == (20, 500, 0.04, about(2.0))  # against 40 of 2,000


def test_residents_only():
    visiting = [child("white", ethnicity_self_defined="W1"), child("black", ethnicity_self_defined="B1", home_hub_id="CAR")]
    database = stages({"white": 40, "black": 20, "unknown": 4}, {}, {}, {}, children=visiting)
    found = asked(database, *A_YEAR, residents_only=True)
    assert [found["search", group].events for group in ("Black", "White")] == [20, 0]
    assert found["search", "Black"].best is None  # nor are there any of unknown ethnicity


def denominator(*more, hubs=None, period=A_YEAR):
    database = stages({"white": 1}, {}, {}, {}, population=[*POPULATION, *more])
    return asked(database, *period, hubs=hubs)["search", "Black"].denominator


def test_residents_are_aged_10_to_17_only_where_every_hub_has_its_groups_by_age():
    in_eden = [*of_every_group("EDE", ages=range(10, 18), Black=10), of_group("EDE", "Black", 9, age=18)]
    assert denominator(*in_eden) == 1000  # Carlisle has none
    assert denominator(*in_eden, hubs={"EDE"}) == 80
    girls, boys = (of_every_group("CAR", ages=range(10, 18), sex=sex, Black=number) for sex, number in (("F", 1), ("M", 2)))
    assert denominator(*in_eden, *girls, *boys) == 104
    assert denominator(*in_eden, *girls) == 1000  # girls alone are not all
    assert denominator(of_group("EDE", "Black", 9, sex="F")) == 1000  # all ages of one sex serve nobody


@pytest.mark.parametrize(("missing", "in_their_place"), [("Other", 1000), ("Black", 1000)])
def test_a_year_without_one_of_the_groups_at_one_age_is_none(missing, in_their_place):
    of_ages = [
        found
        for hub in ("EDE", "CAR")
        for found in of_every_group(hub, ages=range(10, 18), Black=10, White=50)
        if (hub, found["age"], found["ethnic_group"]) != ("CAR", 13, missing)
    ]
    assert denominator(*of_ages) == in_their_place  # of all ages
    assert denominator(*of_ages, hubs={"EDE"}) == 80


def test_a_year_of_all_ages_without_one_of_the_groups_is_none():
    two_groups = [of_group("EDE", "Black", 400, year=2026), of_group("EDE", "White", 7000, year=2026)]
    later = (day("2026-04-01"), day("2027-04-01"))
    assert denominator(*two_groups, hubs={"EDE"}, period=later) == 500  # of 2025, which is whole
    database = stages({"white": 1}, {}, {}, {}, population=[*two_groups, *POPULATION[5:]])
    assert asked(database, *later, hubs={"CAR"})["search", "Black"].denominator == 500
    assert asked(database, *later)["search", "Black"].denominator is None  # Eden has no whole year


@pytest.mark.parametrize(
    ("years", "period", "expected"),
    [
        ({2023: 1, 2027: 2}, A_YEAR, 1),  # the middle is in 2025: a tie, the earlier
        ({2024: 1, 2027: 2}, A_YEAR, 1),
        ({2022: 1, 2027: 2}, A_YEAR, 2),
        ({2025: 1, 2026: 2}, (day("2025-04-01"), day("2027-04-01")), 2),  # the middle is 1 April 2026
    ],
)
def test_residents_are_of_the_year_nearest_to_the_middle_of_the_period(years, period, expected):
    population = [found for year, number in years.items() for found in of_every_group("EDE", year, Black=number)]
    database = stages({"white": 1}, {}, {}, {}, population=population)
    assert asked(database, *period, hubs={"EDE"})["search", "Black"].denominator == expected
