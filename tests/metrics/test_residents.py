"""A rate needs all of its residents: which years are whole, what stands in their place, and what is said of the others."""

from datetime import date
from itertools import product
from random import Random

import pytest
from product import answered, database_of, figures
from recount import laid_out
from recount.by_hand import child, numbered, row, rows
from recount.residents import GROUPS, SEXES, yearly_estimates

from metrics.measuring.notes import notes, on_residents
from metrics.measuring.wholeness import in_words, lacking
from metrics.themes import METRICS
from queries.engine import connect
from queries.lookups import population
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

YEAR = (date(2024, 1, 1), date(2025, 1, 1))
CHILDREN = range(10, 18)


def of_ages(ages, number=100, hub="EDE", year=2024, sex=None, group=None):
    return [row(hub_id=hub, year=year, age=age, sex=sex, ethnic_group=group, residents=number) for age in ages]


def of_groups(ages, number=20, hub="EDE", year=2024, sex=None, groups=GROUPS):
    return [found for group in groups for found in of_ages(ages, number, hub, year, sex, group)]


def database(*loaded):
    """Twelve detentions and twelve missing episodes of a girl in Eden in 2024, seven of a boy in Carlisle, and these residents.

    An adult's detention says that the data begin in 2023.
    """
    listed = [("A", "EDE", f"2024-{month:02}-01") for month in range(1, 13)]
    listed += [("B", "CAR", f"2024-{month:02}-28") for month in range(1, 13, 2)] + [("B", "CAR", "2024-12-31")]
    detentions = [row(child_id=who, hub_id=hub, authorised_on=on) for who, hub, on in (*listed, ("Z", None, "2023-01-01"))]
    episodes = [row(child_id=who, hub_id=hub, reported_on=on) for who, hub, on in listed]
    return database_of(
        rows(
            children=[child("A", sex="F"), child("B", sex="M"), child("Z", "1980-01-01")],
            detentions=numbered("detention_id", detentions),
            missing_episodes=numbered("episode_id", episodes),
            population=[found for rows_of in loaded for found in rows_of],
        )
    )


def rate(url, hub="EDE", key="detention_rate"):
    """The denominator and the value of a hub in 2024."""
    return figures(url, key, *YEAR, by=("hub",))[hub,][1:]


def said(url, key="detention_rate", hubs=("EDE",), by=()):
    scope = Scope(Access("command"), start=YEAR[0], end=YEAR[1], hubs=hubs)
    return list(answered(connect(url), notes, METRICS[key], scope, by))


NOT_AVAILABLE = "Not available: it needs the number of residents, and no whole year is loaded."
IN_PART = "Residents aged 10 to 17 of Eden in 2024 are loaded in part and not used. Missing: {}."


@pytest.mark.parametrize(
    ("loaded", "missing"),
    [
        ([of_ages([10, 11, 12, 13, 15, 17])], "ages 14 and 16"),
        ([of_ages([10, 11, 12, 16])], "ages 13 to 15 and 17"),
        ([of_ages([11, 12, 13, 14, 15, 16, 17])], "age 10"),
        ([of_ages(CHILDREN, sex="M")], "sex F"),
        ([of_ages(CHILDREN, sex="X")], "ages 10 to 17"),  # which is added to girls and boys, and stands for neither
        ([of_ages(CHILDREN, sex="F"), of_ages(range(10, 16), sex="M")], "sex M at ages 16 and 17"),
        ([of_groups(CHILDREN, groups=["Asian", "Black", "Mixed", "White"])], "ethnic group Other"),
        ([of_groups(CHILDREN, sex="F")], "sex M"),
        ([of_groups(CHILDREN, sex="F"), of_groups(CHILDREN, sex="M", groups=GROUPS[1:])], "sex M of ethnic group Asian"),
        ([of_groups(CHILDREN, sex=sex, groups=GROUPS[:4]) for sex in SEXES], "ethnic group White"),
        ([of_ages([10, 11]), of_ages([12], sex="F"), of_groups([14, 15, 16, 17])], "sex M at age 12; age 13"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_year_that_lacks_something_gives_no_rate_and_says_what(loaded, missing):
    url = database(*loaded)
    assert rate(url) == (None, None)
    assert said(url) == [NOT_AVAILABLE, IN_PART.format(missing)]


@pytest.mark.parametrize(
    ("loaded", "number"),
    [
        ([of_ages(CHILDREN)], 800),
        ([of_ages(range(10, 17)), of_ages([17], 0)], 700),  # nobody is a number too
        ([of_ages(CHILDREN, sex="F"), of_ages(CHILDREN, sex="M")], 1600),
        ([of_groups(CHILDREN)], 800),
        ([of_groups(CHILDREN, sex=sex) for sex in SEXES], 1600),
        ([of_ages(CHILDREN), of_ages(CHILDREN, 45, sex="M")], 800),  # the total is enough
        ([of_ages(CHILDREN, 45, sex="M"), of_groups(CHILDREN)], 800),
        ([of_ages([10, 11]), *(of_ages([12], 45, sex=sex) for sex in SEXES), of_groups(range(13, 18))], 200 + 90 + 500),
        ([of_ages(CHILDREN, 45, sex=sex) for sex in ("F", "M", "X")], 1080),
    ],
)
def test_a_year_is_whole_where_each_age_is_in_one_way_or_another(loaded, number):
    url = database(*loaded)
    assert rate(url) == (pytest.approx(number), pytest.approx(12 / number * 1000))
    assert said(url) == []


def test_what_is_said_of_residents_alone():
    engine = connect(database(of_ages(range(10, 17))))
    scope = Scope(Access("command"), start=YEAR[0], end=YEAR[1], hubs=("EDE",))
    told = answered(engine, on_residents, METRICS["detention_rate"], scope, ("sex",))
    assert told == ("Not available: it needs the number of residents by sex, and none is loaded.",)
    assert answered(engine, on_residents, METRICS["detentions"], scope, ()) == ()
    assert answered(engine, on_residents, METRICS["detention_rate"], scope.over(date(2010, 1, 1), date(2011, 1, 1)), ()) == ()


def test_a_whole_year_is_preferred_to_a_nearer_one_that_is_loaded_in_part():
    url = database(of_ages(CHILDREN, 50, year=2021), of_ages([10], year=2022), of_ages(CHILDREN[1:], year=2024))
    assert rate(url) == (pytest.approx(400), pytest.approx(30))
    assert said(url) == [
        "Residents aged 10 to 17 of Eden in 2022 are loaded in part and not used. Missing: ages 11 to 17.",
        IN_PART.format("age 10"),
        "Residents are those of 2021, the nearest estimate to 2024.",
    ]


def test_a_year_in_part_that_would_not_be_used_anyhow_is_not_spoken_of():
    whole, before = of_ages(CHILDREN), of_ages([10], year=2022)
    assert said(database(whole, before)) == []
    as_near = [of_ages(CHILDREN, 50, year=2023), of_ages([10], year=2025)]  # the earlier of two
    assert said(database(*as_near)) == ["Residents are those of 2023, the nearest estimate to 2024."]
    none_whole = [of_ages([10], year=year) for year in (2019, 2023)]
    assert said(database(*none_whole))[1:] == [IN_PART.replace("2024", "2023").format("ages 11 to 17")]


def test_a_hub_without_a_whole_year_blanks_every_place_that_it_is_in():
    url = database(of_ages(CHILDREN), of_ages(CHILDREN[2:], hub="CAR"))
    assert rate(url) == (800, 15)
    assert rate(url, "CAR") == (None, None)
    assert figures(url, "detention_rate", *YEAR)[()] == (19, None, None)
    of_authorities = figures(url, "detention_rate", *YEAR, by=("authority",))
    assert {name: found[2] for (name,), found in of_authorities.items()} == {"Cumberland": None, "Westmorland and Furness": 15}
    assert said(url, hubs=None) == [
        "Not available where it needs the residents of Carlisle: no whole year of them is loaded.",
        IN_PART.replace("Eden", "Carlisle").format("ages 10 and 11"),
    ]
    assert said(url) == []
    nothing_of_carlisle = database(of_ages(CHILDREN))
    assert said(nothing_of_carlisle, hubs=None) == [
        "Not available where it needs the residents of Carlisle: their number is not loaded."
    ]


def test_hubs_that_lack_the_same_are_named_together():
    years = [of_ages(CHILDREN[1:], hub=hub, year=year) for hub in ("CAR", "EDE") for year in (2023, 2024)]
    both_lack = IN_PART.replace("Eden in 2024", "Carlisle and Eden in {}").format("{}", "age 10")
    assert said(database(*years), hubs=None) == [NOT_AVAILABLE, both_lack.format("2024")]
    over_two_years = Scope(Access("command"), start=date(2023, 7, 1), end=date(2024, 7, 1))
    found = answered(connect(database(*years)), notes, METRICS["detention_rate"], over_two_years)
    assert list(found) == [NOT_AVAILABLE, both_lack.format("2023 and 2024")]


def test_a_force_may_load_those_aged_10_to_17_alone():
    url = database(of_ages(CHILDREN))
    assert rate(url) == (800, 15)
    assert rate(url, key="missing_rate") == (None, None)
    assert said(url, "missing_rate") == [
        NOT_AVAILABLE,
        "Residents aged 0 to 17 of Eden in 2024 are loaded in part and not used. Missing: ages 0 to 9.",
    ]


def test_a_rate_by_sex_needs_both_sexes_of_every_age():
    girls = of_ages(CHILDREN, 60, sex="F")
    by_sex = lambda url: figures(url, "detention_rate", *YEAR, by=("hub", "sex"))["EDE", "F"][1:]  # noqa: E731
    in_part = database(of_ages(CHILDREN), girls, of_ages(range(10, 15), 40, sex="M"))
    assert rate(in_part) == (800, 15)
    assert by_sex(in_part) == (None, None)
    assert said(in_part) == []
    assert said(in_part, by=("sex",)) == [
        "Not available: it needs the number of residents by sex, and no whole year is loaded.",
        "Residents aged 10 to 17 by sex of Eden in 2024 are loaded in part and not used. Missing: sex M at ages 15 to 17.",
    ]
    whole = database(of_ages(CHILDREN), girls, *(of_groups([age], 8, sex="M") for age in CHILDREN))
    assert by_sex(whole) == (pytest.approx(480), pytest.approx(25))
    assert said(whole, by=("hub", "sex")) == []
    totals = database(of_ages(CHILDREN))
    assert said(totals, by=("sex",)) == ["Not available: it needs the number of residents by sex, and none is loaded."]


def test_a_rate_by_age_needs_every_age_of_the_measure():
    url = database(of_ages(CHILDREN[:-1]))
    by_age = figures(url, "detention_rate", *YEAR, by=("hub", "age"))
    assert {found[1:] for (hub, _), found in by_age.items() if hub == "EDE"} == {(None, None)}
    assert said(url, by=("age",)) == [NOT_AVAILABLE, IN_PART.format("age 17")]
    assert figures(database(of_ages(CHILDREN)), "detention_rate", *YEAR, by=("hub", "age"))["EDE", "14"][1:] == (100, 120)


# Some of everything

AGES = (10, 12)
KINDS = [(sex, group) for sex in (None, *SEXES) for group in (None, *GROUPS)]


def at_random(random):
    """Some of the residents of a year: whole in one way or another, or not quite."""
    for age in range(AGES[0], AGES[1] + 1):
        begun = random.choice([[(None, None)], product(SEXES, [None]), product([None], GROUPS), product(SEXES, GROUPS), KINDS])
        yield from ((age, *kind) for kind in begun if random.random() < random.choice([0.9, 1, 1]))


def test_the_statement_the_words_and_the_referee_agree_on_what_is_whole():
    random = Random(6)
    years = {(hub, year): list(at_random(random)) for hub in ("EDE", "CAR") for year in range(1900, 2100)}
    loaded = [
        row(hub_id=hub, year=year, age=age, sex=sex, ethnic_group=group, residents=random.randrange(100))
        for (hub, year), found in years.items()
        for age, sex, group in found
    ]
    data, scope = laid_out(rows(population=loaded), None), Scope(Access("command"))
    engine, ages = connect(database_of(rows(population=loaded))), range(AGES[0], AGES[1] + 1)
    for split, kinds in {
        (): [(None, None)],
        ("sex",): [(sex, None) for sex in SEXES],
        ("ethnicity",): [(None, group) for group in GROUPS],
    }.items():
        found = answered(engine, population.residents, scope, AGES, split)  # type: ignore[arg-type]
        own = {(hub, year, *cell): number for hub, year, *cell, number in found.itertuples(index=False)}
        expected = {
            (hub, year, *filter(None, kind)): number
            for hub in ("EDE", "CAR")
            for kind in kinds
            for year, number in yearly_estimates(data, hub, ages, kind, ages).items()
        }
        assert own == expected and len(own) > 20
        in_part = answered(engine, population.in_part, scope, AGES, split)
        assert not {cell[:2] for cell in own} & set(in_part)
        assert all(in_words(lacking(there, AGES, split), AGES) for there in in_part.values())
        whole = [found for year, found in years.items() if year in {cell[:2] for cell in own}]
        assert {in_words(lacking(there, AGES, split), AGES) for there in whole} == {""}
