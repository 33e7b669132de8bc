"""Groups beside White children: worked by hand from rates, intervals, and those whose group is not known."""

import math
from datetime import date

import pandas as pd
import pytest
from product import answered, database_of

from metrics.reports import ethnic_groups
from metrics.reports.disproportionality import GROUPS, REFERENCE, STAGES, compare, relative_rates
from queries.engine import connect
from queries.scope import Access, Scope

Z = 1.959963984540054


def events(**counts):
    return pd.Series({"Asian": 0, "Black": 0, "Mixed": 0, "Other": 0, "White": 0, "unknown": 0} | counts, dtype=float)


RESIDENTS = events(Asian=1_000, Black=500, Mixed=800, Other=200, White=20_000)


def test_the_index_its_interval_and_the_two_extremes():
    found = compare(events(Asian=20, White=100, unknown=10), RESIDENTS)
    asian = found.loc["Asian"]
    assert asian["value"] == pytest.approx(0.02)  # beside 0.005 of White children
    assert asian["index"] == pytest.approx(4.0)
    spread = Z * math.sqrt(1 / 20 + 1 / 100)
    assert asian["lower"] == pytest.approx(4 * math.exp(-spread)) == pytest.approx(2.475, abs=1e-3)
    assert asian["upper"] == pytest.approx(4 * math.exp(spread)) == pytest.approx(6.465, abs=1e-3)
    assert asian["lowest"] == pytest.approx(0.02 / (110 / 20_000))  # 3.636: all ten were White
    assert asian["highest"] == pytest.approx(6.0)  # 30 in 1,000, all ten were Asian
    assert asian["verdict"] == "higher"
    assert found.loc["unknown", "numerator"] == 10
    assert list(found.index) == ["Asian", "Black", "Mixed", "Other", "White", "unknown"]


@pytest.mark.parametrize(
    ("group", "white", "verdict"),
    [
        (9, 100, "too few to tell"),
        (10, 100, "higher"),  # 2.0 times, 1.04 to 3.83
        (10, 110, "no clear difference"),  # 1.8 times, 0.95 to 3.47
        (20, 9, "too few to tell"),
        (5, 1_000, "too few to tell"),
        (15, 1_000, "lower"),  # 0.3 times
    ],
)
def test_a_verdict_needs_ten_on_both_sides_and_an_interval_that_leaves_out_one(group, white, verdict):
    assert compare(events(Asian=group, White=white), RESIDENTS)["verdict"]["Asian"] == verdict


def test_those_not_known_can_make_a_clear_difference_uncertain():
    """Asian 18 of 1,000 beside White 180 of 20,000 is twice; were the 250 not known White, it would be 0.84."""
    found = compare(events(Asian=18, White=180, unknown=250), RESIDENTS).loc["Asian"]
    assert found["index"] == pytest.approx(2.0)
    assert found["lower"] > 1
    assert found["lowest"] == pytest.approx(0.018 / (430 / 20_000))
    assert found["verdict"] == "not certain"


def test_nothing_is_made_up_where_something_is_missing():
    no_residents = compare(events(Asian=20, White=100), pd.Series(dtype=float))
    assert set(no_residents.loc[["Asian", "Other"], "verdict"]) == {"not available"}
    no_events = compare(events() * float("nan"), RESIDENTS)
    assert no_events["numerator"].isna().all()
    no_white = compare(events(Asian=20), RESIDENTS).loc["Asian"]
    assert pd.isna(no_white["index"])
    assert no_white["verdict"] == "too few to tell"


HUBS = [{"hub_id": "EDE", "name": "Eden"}, {"hub_id": "CAR", "name": "Carlisle"}]
PEOPLE = [  # who, self-defined, as an officer saw them, where they live
    ("A1", "A1", "IC1", "EDE"),
    ("A2", "NS", "IC4", None),
    ("W1", "W1", "IC1", "EDE"),
    ("W2", None, None, "CAR"),
]


def the_data():
    return {
        "hubs": HUBS,
        "children": [
            {
                "child_id": child,
                "date_of_birth": date(2010, 1, 1),
                "ethnicity_self_defined": own,
                "ethnicity_officer_defined": seen,
                "home_hub_id": home,
            }
            for child, own, seen, home in PEOPLE
        ],
        "stop_searches": [
            {
                "search_id": f"S{place}",
                "searched_on": date(2025, 5, place + 1),
                "kind": "person",
                "child_id": child,
                "hub_id": "EDE",
            }
            for place, (child, *_) in enumerate(PEOPLE)
        ],
        "detentions": [
            {"detention_id": "D1", "child_id": "A1", "authorised_on": date(2025, 5, 9), "hub_id": "EDE", "result": "charged"},
            {"detention_id": "D2", "child_id": "W1", "authorised_on": date(2025, 5, 31), "hub_id": "EDE", "result": "bailed"},
        ],
        "disposals": [
            {
                "disposal_id": "X1",
                "child_id": "A1",
                "kind": "conviction",
                "decided_on": date(2025, 5, 31),
                "residence_hub_id": "EDE",
            }
        ],
        "population": [
            *residents_of("EDE", 2021, Asian=100, White=900),
            *residents_of("CAR", 2021, White=1_000),
            *residents_of("EDE", 2011, Asian=7),  # too long ago: the nearer estimate stands
            *residents_of("EDE", 2021, range(10, 18), Asian=5, White=10),
        ],
    }


def residents_of(hub, year, ages=(None,), **numbers):
    """Residents of every group, of all ages or each of these: nobody of a group that is not given."""
    return [
        {"hub_id": hub, "year": year, "age": age, "ethnic_group": group, "residents": numbers.get(group, 0), "vintage": "made up"}
        for group in (*GROUPS, REFERENCE)
        for age in ages
    ]


@pytest.fixture(scope="module")
def engine(on_each_engine):
    return connect(database_of(the_data()))


def asked(engine, **more):
    scope = {key: more.pop(key) for key in ("hubs", "residents_only") if key in more}
    scope = Scope(Access("command"), start=date(2025, 5, 1), end=date(2025, 6, 1), **scope)
    frame, people = answered(engine, relative_rates, scope, **more)
    counted = frame.set_index(["stage", "ethnicity"])[["numerator", "denominator"]]
    return {cell: tuple(row) for cell, row in counted.iterrows()}, people


def test_each_stage_is_set_against_the_one_before(engine):
    found, people = asked(engine)
    assert people.of_all_ages  # Carlisle has no single ages, so nobody's are taken
    assert people.vintages == ("made up",)
    assert found["search", "Asian"] == (2, 100)
    assert found["search", "White"] == (1, 1_900)
    assert found["search", "unknown"][0] == 1
    assert found["detention", "Asian"] == (1, 2)
    assert found["charge", "White"] == (0, 1)
    assert found["entry", "Asian"] == (1, 1)
    against, _ = asked(engine, against="residents")
    assert against["entry", "Asian"] == (1, 100)


def test_as_an_officer_saw_them(engine):
    found, _ = asked(engine, officer=True)
    assert found["search", "Asian"] == (1, 100)
    assert found["search", "White"] == (2, 1_900)
    assert found["search", "unknown"][0] == 1


def test_only_those_who_live_here(engine):
    found, _ = asked(engine, residents_only=True)
    assert found["search", "Asian"] == (1, 100)
    assert found["search", "unknown"][0] == 1


def test_residents_of_children_s_ages_where_every_hub_has_them(engine):
    found, people = asked(engine, hubs=("EDE",))
    assert not people.of_all_ages
    assert found["search", "Asian"] == (2, 40)
    assert found["search", "White"] == (1, 80)


def test_in_words(engine):
    frame, people = answered(engine, relative_rates, Scope(Access("command"), start=date(2025, 5, 1), end=date(2025, 6, 1)))
    assert ethnic_groups.summary(frame, "stage before") == (
        "In 16 of 16 comparisons there are too few to tell: a group has fewer than 10 events. That is to be expected where few "
        "children of a group live; it is not a sign that all is well."
    )
    assert ethnic_groups.to_draw(frame, "stage before").empty
    said = " ".join(ethnic_groups.cautions(people, officer=False, against="stage before"))
    assert "Residents are of all ages (made up)" in said
    assert "not by itself a test of bias" in said


def said_of(population, against="stage before"):
    """What is said of Eden and Carlisle with these residents: the summary, and all cautions about residents."""
    engine = connect(database_of(the_data() | {"population": population}))
    scope = Scope(Access("command"), start=date(2025, 5, 1), end=date(2025, 6, 1))
    frame, people = answered(engine, relative_rates, scope)
    said = [caution for caution in ethnic_groups.cautions(people, officer=False, against=against) if "esidents" in caution]
    return ethnic_groups.summary(frame, against), said


def test_residents_without_one_of_the_groups_are_not_available_and_say_why(on_each_engine):
    of_eden = [
        found for found in residents_of("EDE", 2021, Asian=100, White=900) if found["ethnic_group"] not in ("Black", "Other")
    ]
    summary, said = said_of([*of_eden, *residents_of("CAR", 2021, White=1_000)])
    assert summary.endswith("4 are not available, as events or residents of the group are not loaded.")
    assert said == [
        "Not available against residents: no year of them with every ethnic group is loaded for Eden.",
        "Residents of all ages by ethnic group of Eden in 2021 are loaded in part and not used. "
        "Missing: ethnic group Black; ethnic group Other.",
    ]
    _, said = said_of([*of_eden, *residents_of("EDE", 2011, White=1_000), *residents_of("CAR", 2021, White=1_000)])
    assert [sentence.partition(" by ")[0] for sentence in said[1:]] == ["Residents of all ages"]
    assert said[0].startswith("Residents are of all ages (made up)")  # those of 2011, though further away
    assert said_of([])[1] == [
        "Not available against residents: no year of them with every ethnic group is loaded for Carlisle and Eden."
    ]


def test_single_ages_without_one_of_the_groups_give_way_to_all_ages(on_each_engine):
    of_ages = [found for found in residents_of("EDE", 2021, range(10, 18), White=9) if found["age"] != 12]
    of_carlisle = residents_of("CAR", 2021, range(10, 18), White=9)
    _, said = said_of([*of_ages, *of_carlisle, *residents_of("EDE", 2021, White=90), *residents_of("CAR", 2021, White=90)])
    assert said[0].startswith("Residents are of all ages (made up)")
    assert said[1:] == [
        "Residents aged 10 to 17 by ethnic group of Eden in 2021 are loaded in part and not used. Missing: age 12."
    ]


def clear_at_every_stage():
    """Asian children twice as often as White at each stage: 20 of 1,000 beside 200 of 20,000."""
    compared = compare(events(Asian=20, White=200), RESIDENTS).rename_axis("ethnicity").reset_index()
    return pd.concat([compared.assign(stage=stage.key) for stage in STAGES], ignore_index=True)


def test_the_file_of_a_stage_holds_numbers_where_its_table_has_any():
    rates = pd.concat(
        [clear_at_every_stage(), compare(events(Black=3, White=200), RESIDENTS).rename_axis("ethnicity").reset_index()]
    )
    stage = STAGES[0]
    rates["stage"] = stage.key
    file, table = ethnic_groups.file(rates, stage), ethnic_groups.table(rates, stage, "residents")
    asian = next(row for _, row in file.iterrows() if row["ethnic_group"] == "Asian")
    assert (asian["numerator"], asian["denominator"], asian["verdict"]) == (20, 1_000, "more often")
    assert (asian["value"], asian["index"]) == (pytest.approx(0.02), pytest.approx(2))
    assert list(file["ethnic_group"]) == list(table["Ethnic group"])
    assert list(file["index"].isna()) == list(table["Times as often as White"] == "")
    assert list(file["value"].isna()) == list(table["For every 1,000"] == "")


@pytest.mark.parametrize(
    ("against", "for_every"),
    [
        ("stage before", ("resident", "search", "detention", "detention that ended in charge")),
        ("residents", ("resident",) * 4),
    ],
)
def test_the_lead_and_the_chart_say_for_every_one_of_what(against, for_every):
    titles = ("Stopped and searched", "Detained", "Charged", "First caution or conviction")
    stages = [f"{title}, for every {one}" for title, one in zip(titles, for_every, strict=True)]
    said = ethnic_groups.summary(clear_at_every_stage(), against)
    told = [f"{stage.lower()}: Asian children 2.0 times as often as White children" for stage in stages]
    assert [sentence in said for sentence in told] == [True] * 4, said
    assert list(ethnic_groups.to_draw(clear_at_every_stage(), against)["name"]) == [f"{stage}: Asian" for stage in stages]
