"""Cells and grids: what is zero, what is blank, what is listed, and how many residents stand behind a rate."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from product import answered, database_of, figures
from recount.by_hand import HUBS, child, numbered, residents, row, rows

from metrics.measuring.figures import FIGURES
from metrics.measuring.gather import opened_with
from metrics.measuring.measure import NotSplittable, measure
from metrics.metric import Rate
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

BLANK = (None, None, None)
ADULT, A, B = child("Z", "1980-01-01"), child("A"), child("B")


def detained(*days_and_hubs, first="2024-01-01", last="2024-12-31", population=(), children=(ADULT, A, B)):
    """A database of detentions; an adult's on the first and last day say how far the data reach and are never counted."""
    listed = [row(child_id="Z", authorised_on=on) for on in (first, last)]
    listed += [row(child_id=who, authorised_on=on, hub_id=hub) for on, hub, who in days_and_hubs]
    return database_of(rows(children=[*children], detentions=numbered("detention_id", listed), population=[*population]))


# Zero and blank


def test_a_month_without_rows_is_nought_inside_the_data_and_not_shown_outside():
    url = detained(("2024-02-10", "EDE", "A"), first="2024-01-20", last="2024-03-05")
    by_month = figures(url, "detentions", date(2023, 1, 1), date(2025, 1, 1), by=("month",))
    assert by_month == {("2024-01-01",): (0, None, 0), ("2024-02-01",): (1, None, 1), ("2024-03-01",): (0, None, 0)}
    assert figures(url, "overnight_share", date(2023, 1, 1), date(2025, 1, 1), by=("month",)) == dict.fromkeys(by_month, BLANK)
    assert figures(url, "detentions", date(2025, 1, 1), date(2026, 1, 1), by=("month",)) == {}
    assert figures(url, "detentions", date(2025, 1, 1), date(2026, 1, 1)) == {(): BLANK}


def test_the_default_is_the_last_twelve_whole_months():
    url = detained(
        ("2023-12-31", "EDE", "A"), ("2024-01-01", "EDE", "A"), ("2025-01-05", "EDE", "A"), first="2023-01-01", last="2025-01-30"
    )
    by_month = figures(url, "detentions", by=("month",))
    assert list(by_month) == [(f"2024-{month:02}-01",) for month in range(1, 13)]
    assert sum(found[0] for found in by_month.values()) == 1


def test_every_hub_is_listed_and_unknown_is_in_the_whole_but_in_no_hub():
    url = detained(("2024-05-01", "EDE", "A"), ("2024-05-01", None, "A"))
    assert figures(url, "detentions") == {(): (2, None, 2)}
    by_hub = figures(url, "detentions", by=("hub",))
    assert by_hub == {("CAR",): (0, None, 0), ("EDE",): (1, None, 1), ("unknown",): (1, None, 1)}


def test_each_time_is_crossed_with_each_place_and_whatever_else_occurs():
    url = detained(("2024-01-05", "EDE", "A"), ("2024-03-05", "CAR", "Z"), ("2024-03-06", "CAR", "B"), last="2024-03-31")
    found = figures(url, "detentions", date(2024, 1, 1), date(2024, 4, 1), by=("quarter", "hub", "age"))
    assert found == {("2024-01-01", hub, "14"): (number, None, number) for hub, number in (("CAR", 1), ("EDE", 1))}
    assert list(figures(url, "detentions", date(2024, 1, 1), date(2024, 4, 1), by=("hub", "month"))) == [
        (hub, f"2024-0{month}-01") for hub in ("CAR", "EDE") for month in (1, 2, 3)
    ]


def test_cells_are_in_order_of_size_with_unknown_last():
    hubs = [*HUBS, {"hub_id": "A1", "name": "Somewhere"}]
    listed = [row(child_id="A", authorised_on="2024-01-01", hub_id="A1"), row(child_id="A", authorised_on="2024-12-31")]
    url = database_of({"hubs": hubs, "children": [A], "detentions": numbered("detention_id", listed)})
    assert list(figures(url, "detentions", by=("area",))) == [("North",), ("unknown",)]
    assert list(figures(url, "detentions", by=("hub",))) == [("A1",), ("CAR",), ("EDE",), ("unknown",)]


def test_distinct_children_of_a_wider_cell_are_counted_again_and_not_added():
    url = detained(("2024-01-05", "EDE", "A"), ("2024-01-06", "CAR", "A"), ("2024-02-05", "EDE", "A"), ("2024-02-05", "EDE", "B"))
    parts = figures(url, "children_detained", by=("hub", "month"))
    assert sum(found[0] for found in parts.values()) == 4
    assert figures(url, "children_detained", by=("hub",)) == {("CAR",): (1, None, 1), ("EDE",): (2, None, 2)}
    assert figures(url, "children_detained", by=("area",))["North",][0] == 2
    assert figures(url, "children_detained") == {(): (2, None, 2)}


def test_a_median_of_a_wider_cell_is_of_its_rows():
    listed = [
        row(
            child_id="A",
            hub_id=hub,
            authorised_on="2024-01-05",
            authorised_at="2024-01-05 08:00",
            released_at=f"2024-01-05 {until}:00",
        )
        for hub, until in (("EDE", "09"), ("EDE", 10), ("EDE", 11), ("CAR", 18), ("CAR", 20))
    ]
    anchors = [row(child_id="Z", authorised_on=on) for on in ("2024-01-01", "2024-12-31")]
    url = database_of(rows(children=[A, ADULT], detentions=numbered("detention_id", [*listed, *anchors])))
    by_hub = figures(url, "hours_detained", by=("hub",))
    assert by_hub == {("CAR",): (None, 2, 11.0), ("EDE",): (None, 3, 2.0)}
    assert figures(url, "hours_detained", by=("area",)) == {("North",): (None, 5, 3.0)}
    assert figures(url, "hours_detained_p90")[()] == (None, 5, pytest.approx(11.2))  # of 1 2 3 10 12: 10 + 0.6 x 2


def test_shares_keep_their_nought_and_their_blank_apart():
    url = database_of(
        rows(
            children=[A],
            stop_searches=numbered(
                "search_id",
                [
                    row(kind="person", age=15, hub_id="EDE", searched_on="2024-01-01", outcome="no further action"),
                    row(kind="person", age=15, hub_id="CAR", searched_on="2024-12-31"),
                ],
            ),
        )
    )
    assert figures(url, "search_outcome_rate", by=("hub",)) == {("CAR",): (0, 0, None), ("EDE",): (0, 1, 0.0)}
    assert figures(url, "search_find_rate", by=("hub",)) == {("CAR",): BLANK, ("EDE",): BLANK}


# Two forces in one database

TWO_FORCES = [*HUBS, {"hub_id": "ELS", "name": "Elsewhere", "area": "Far", "authority": "Far", "force": "Elsewhere"}]


def searched(*found):
    listed = [row(kind="person", force=force, searched_on=on, age=age, hub_id=hub) for force, on, age, hub in found]
    return database_of({"hubs": TWO_FORCES, "stop_searches": numbered("search_id", listed)})


def test_a_force_that_supplies_no_ages_is_blank_and_not_nought():
    url = searched(
        ("Cumbria", "2024-01-01", 15, "EDE"), ("Cumbria", "2024-12-31", 30, "EDE"), ("Elsewhere", "2024-06-01", None, "ELS")
    )
    assert figures(url, "searches", by=("force",)) == {("Cumbria",): (1, None, 1), ("Elsewhere",): BLANK}


def test_a_month_that_a_forces_data_do_not_cover_is_blank_and_not_nought():
    url = searched(
        *[("Cumbria", on, 15, "EDE") for on in ("2024-01-01", "2024-03-31")],
        *[("South Wales", on, 15, None) for on in ("2024-01-05", "2024-02-01")],
        ("Elsewhere", "2024-02-10", 40, "ELS"),  # an adult: a true zero of children
    )
    found = figures(url, "searches", date(2024, 1, 1), date(2024, 4, 1), by=("force", "month"))
    values = {
        force: [found[force, f"2024-0{month}-01"][2] for month in (1, 2, 3)] for force in ("Cumbria", "South Wales", "Elsewhere")
    }
    assert values == {"Cumbria": [1, 0, 1], "South Wales": [1, 1, None], "Elsewhere": [None, 0, None]}


def test_repeat_suspects_of_a_force():
    crimes = [
        row(recorded_on=on, hub_id=hub) for on, hub in (("2024-01-01", "EDE"), ("2024-12-31", "EDE"), ("2024-06-01", "ELS"))
    ]
    links = [row(crime_id="000", child_id="A"), row(crime_id="001", child_id="A"), row(crime_id="002", child_id="N")]
    world = {"hubs": TWO_FORCES, "children": [A, child("N", None)], "crimes": numbered("crime_id", crimes), "suspects": links}
    assert figures(database_of(world), "repeat_suspects", by=("force",)) == {("Cumbria",): (1, None, 1), ("Elsewhere",): BLANK}


# Residents

YEAR = (date(2024, 1, 1), date(2025, 1, 1))
EDEN, CARLISLE = ("2024-05-01", "EDE", "A"), ("2024-05-01", "CAR", "A")


def years_lived(url, start=YEAR[0], end=YEAR[1], by=("hub",), key="detention_rate"):
    return {labels: found[1] for labels, found in figures(url, key, start, end, by).items()}


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(2024, 1, 1), date(2025, 1, 1), 1200),
        (date(2024, 2, 1), date(2024, 3, 1), 100),  # February is a twelfth like any month
        (date(2024, 2, 1), date(2024, 2, 8), 100 * 7 / 29),
        (date(2024, 1, 15), date(2024, 3, 2), 100 * (17 / 31 + 1 + 1 / 31)),
        (date(2024, 7, 1), date(2024, 10, 1), 300),
    ],
)
def test_months_are_twelfths_and_a_part_of_a_month_its_share_of_days(start, end, years):
    url = detained(EDEN, population=[*residents("EDE", 2024, 1200), *residents("CAR", 2024, 0)])
    assert years_lived(url, start, end)["EDE",] == pytest.approx(years)


def test_a_period_beyond_the_data_takes_the_residents_of_the_part_that_is_covered():
    url = detained(EDEN, first="2024-04-01", last="2024-06-30", population=residents("EDE", 2024, 1200))
    found = figures(url, "detention_rate", *YEAR, by=("hub",))["EDE",]
    assert found == (1, pytest.approx(300), pytest.approx(1000 / 300))


@pytest.mark.parametrize(
    ("estimated", "years"),
    [
        ({2024: 1200}, 1200),
        ({2020: 600, 2023: 900}, 900),
        ({2022: 600, 2026: 900}, 600),  # as near: the earlier
        ({2021: 600, 2026: 900}, 900),
        ({2030: 480}, 480),
    ],
)
def test_a_year_without_an_estimate_takes_the_nearest(estimated, years):
    population = [found for year, number in estimated.items() for found in residents("EDE", year, number)]
    assert years_lived(detained(EDEN, population=population))["EDE",] == pytest.approx(years)


def test_a_period_over_two_years_takes_the_residents_of_each():
    population = [*residents("EDE", 2023, 1200), *residents("EDE", 2024, 2400)]
    url = detained(EDEN, first="2023-01-01", population=population)
    assert years_lived(url, date(2023, 4, 1), date(2024, 4, 1))["EDE",] == pytest.approx(1200 * 9 / 12 + 2400 * 3 / 12)


def test_a_place_with_a_hub_without_an_estimate_is_blank_and_so_is_an_unknown_place():
    url = detained(EDEN, CARLISLE, ("2024-05-01", None, "A"), population=residents("EDE", 2024, 1200))
    by_hub = figures(url, "detention_rate", *YEAR, by=("hub",))
    assert by_hub == {
        ("CAR",): (1, None, None),
        ("EDE",): (1, pytest.approx(1200), pytest.approx(1 / 1.2)),
        ("unknown",): (1, None, None),
    }
    assert figures(url, "detention_rate", *YEAR, by=("area",))["North",] == (2, None, None)
    assert figures(url, "detention_rate", *YEAR) == {(): (3, None, None)}
    assert figures(url, "detention_rate", *YEAR, by=("quarter",))["2024-04-01",] == (3, None, None)


def test_rows_without_a_hub_are_in_the_rate_of_the_whole():
    population = [*residents("EDE", 2024, 1200), *residents("CAR", 2024, 800)]
    url = detained(EDEN, ("2024-05-01", None, "A"), population=population)
    assert figures(url, "detention_rate", *YEAR) == {(): (2, pytest.approx(2000), pytest.approx(1.0))}


def test_without_any_residents_a_rate_is_blank():
    url = detained(EDEN)
    assert figures(url, "detention_rate", *YEAR) == {(): (1, None, None)}
    assert figures(url, "detention_rate", *YEAR, by=("hub", "month"))["EDE", "2024-05-01"] == (1, None, None)


GROUPS = ("Asian", "Black", "Mixed", "White", "Other")
SEXES = [*residents("EDE", 2024, 700, sex="F"), *residents("EDE", 2024, 500, sex="M")]
TOTAL = residents("EDE", 2024, 1200)
OF_GROUPS = [
    found
    for group, number in zip(GROUPS, (100, 0, 50, 1000, 50), strict=True)
    for found in residents("EDE", 2024, number, None, group)
]
OF_BOTH = [
    found
    for sex, numbers in (("F", (50, 0, 30, 600, 20)), ("M", (50, 0, 20, 400, 30)))
    for group, number in zip(GROUPS, numbers, strict=True)
    for found in residents("EDE", 2024, number, sex, group)
]


@pytest.mark.parametrize(
    "population",
    [SEXES, TOTAL, SEXES + TOTAL, OF_GROUPS, OF_GROUPS + TOTAL, OF_BOTH, OF_BOTH + SEXES, OF_BOTH + OF_GROUPS + SEXES + TOTAL],
    ids=["sexes", "total", "sexes and total", "groups", "groups and total", "both", "both and sexes", "all"],
)
def test_residents_given_in_parts_or_in_total_are_never_counted_twice(population):
    assert years_lived(detained(EDEN, population=population))["EDE",] == pytest.approx(1200)


@pytest.mark.parametrize("population", [SEXES, SEXES + TOTAL, OF_BOTH, OF_BOTH + SEXES + TOTAL])
def test_residents_of_a_sex(population):
    known = [ADULT, child("A", sex="F"), child("B", sex="M")]
    url = detained(EDEN, population=population, children=known)
    assert years_lived(url, by=("hub", "sex"))["EDE", "F"] == pytest.approx(700)


def test_a_sex_takes_the_nearest_year_that_has_the_sexes():
    of_2020 = [found | {"year": 2020} for found in SEXES]
    url = detained(EDEN, population=[*of_2020, *TOTAL], children=[ADULT, child("A", sex="F")])
    assert years_lived(url, by=("hub", "sex"))["EDE", "F"] == pytest.approx(700)
    assert years_lived(url)["EDE",] == pytest.approx(1200)


def test_only_residents_of_the_ages_of_the_measure():
    population = residents("EDE", 2024, {9: 900, 10: 1000, 17: 1700, 18: 1800, None: 9})
    assert years_lived(detained(EDEN, population=population))["EDE",] == pytest.approx(2700)
    report = [row(episode_id=on, child_id="A", reported_on=on) for on in ("2024-01-01", "2024-12-31")]
    url = database_of(rows(children=[A], missing_episodes=report, population=population))
    assert years_lived(url, key="missing_rate")["EDE",] == pytest.approx(3600)


def test_a_rate_by_age_is_of_the_residents_of_that_age():
    url = detained(EDEN, population=residents("EDE", 2024, {14: 300, 15: 100, 10: 50}))
    assert years_lived(url, by=("hub", "age"))["EDE", "14"] == pytest.approx(300)
    assert years_lived(url, by=("hub", "age_band"))["EDE", "14-15"] == pytest.approx(400)


def test_the_tenth_of_children_with_most_in_each_cell():
    """In Eden 45 children once and 5 five times, all in May; in Carlisle 3 of them, too few to tell."""
    who = [f"C{number}" for number in range(50)]
    happened = [("2024-05-01", "EDE", one) for one in who] + [("2024-05-02", "EDE", one) for one in who[:5]] * 4
    happened += [("2024-06-01", "CAR", one) for one in who[:3]]
    url = detained(*happened, children=[ADULT, *map(child, who)])
    key = "detentions_top_tenth_share"
    assert figures(url, key) == {(): (28, 73, pytest.approx(28 / 73))}
    few, many = (None, 3, None), (25, 70, pytest.approx(25 / 70))
    assert figures(url, key, by=("hub",)) == {("CAR",): few, ("EDE",): many}
    by_both = figures(url, key, date(2024, 5, 1), date(2024, 7, 1), by=("month", "hub"))
    assert {cell: row for cell, row in by_both.items() if row[1]} == {("2024-05-01", "EDE"): many, ("2024-06-01", "CAR"): few}


@pytest.mark.parametrize(
    ("narrowed", "opens"),
    [
        ({}, (date(2024, 1, 1), date(2025, 1, 1))),
        ({"as_at": date(2024, 3, 10)}, (date(2023, 3, 1), date(2024, 3, 1))),
        ({"as_at": date(2030, 1, 1)}, (date(2024, 1, 1), date(2025, 1, 1))),
        ({"as_at": date(2022, 12, 31)}, (None, None)),
        ({"as_at": date(2023, 1, 1)}, (date(2023, 1, 1), date(2023, 1, 2))),  # there is not one whole month
        ({"start": date(2024, 2, 1), "end": date(2024, 3, 1)}, (date(2024, 2, 1), date(2024, 3, 1))),
    ],
)
def test_the_period_that_pages_open_with(narrowed, opens):
    engine = connect(detained(first="2023-01-01", last="2025-01-10"))
    found = answered(engine, opened_with, Scope(Access("command"), **narrowed))
    assert (found.start, found.end) == opens
    assert found.as_at == narrowed.get("as_at")


# The frame


def test_the_columns_are_the_splits_and_then_the_figures():
    engine = connect(detained(EDEN))
    frame = answered(engine, measure, METRICS["detentions"], Scope(Access("command")), ("month", "hub"))
    assert (
        list(frame.columns)
        == ["month", "hub", *FIGURES]
        == ["month", "hub", "numerator", "denominator", "value", "lower", "upper"]
    )
    assert all(pd.api.types.is_float_dtype(frame[name]) for name in FIGURES)
    assert frame["denominator"].isna().all()
    assert np.array_equal(frame["value"], frame["numerator"])
    assert (frame["lower"] <= frame["value"]).all() and (frame["value"] <= frame["upper"]).all()


def test_a_split_that_a_measure_has_not_is_refused_with_those_it_has():
    engine = connect(detained(EDEN))
    with pytest.raises(NotSplittable, match=r"^detention_rate cannot be split by ethnicity; it can by hub, area, "):
        answered(engine, measure, METRICS["detention_rate"], Scope(Access("command")), ("hub", "ethnicity"))


def test_what_is_not_known_of_residents_splits_no_rate():
    for metric in METRICS.values():
        assert {"hub", "area", "authority", "force", "month", "quarter", "year", "calendar_year"} <= set(metric.splits), (
            metric.key
        )
        if isinstance(metric.formula, Rate):
            assert not {"ethnicity", "in_care"} & set(metric.splits), metric.key
