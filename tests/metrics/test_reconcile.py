"""The force's own figures beside the published ones, on a few rows that can be counted by hand."""

from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import residents

from metrics.reports import reconcile
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope

HUBS = [
    {"hub_id": "CAR", "name": "Carlisle", "authority": "Cumberland", "force": "Cumbria Constabulary"},
    {"hub_id": "EDE", "name": "Eden", "authority": "Westmorland and Furness", "force": "Cumbria Constabulary"},
    {"hub_id": "KES", "name": "Kendal", "authority": "Westmorland and Furness", "force": "Cumbria Constabulary"},
]
RATE = METRICS["first_time_entrant_rate"]


def entrant(place, hub, day):
    return {"disposal_id": f"X{place}", "child_id": f"C{place}", "kind": "conviction", "decided_on": day, "residence_hub_id": hub}


@pytest.fixture(scope="module")
def engine(on_each_engine):
    entrants = [
        entrant(0, "CAR", date(2024, 1, 1)),
        entrant(1, "CAR", date(2024, 12, 31)),
        entrant(2, "CAR", date(2025, 1, 1)),  # the next year
        entrant(3, "EDE", date(2024, 6, 1)),
        entrant(4, "KES", date(2022, 1, 1)),
        entrant(5, "KES", date(2025, 3, 1)),
    ]
    rows = {
        "hubs": HUBS,
        "children": [{"child_id": f"C{place}", "date_of_birth": date(2010, 1, 1)} for place in range(6)],
        "disposals": entrants,
        "population": [found for hub in HUBS for found in residents(hub["hub_id"], 2024, 1_000)],
    }
    return connect(database_of(rows))


def told(engine, **narrowed):
    found = answered(engine, reconcile.reconcile, RATE, Scope(Access("command"), **narrowed))
    return {(each.area, each.period.opens.year): each for each in found}


def test_councils_and_the_county_before_them(engine):
    found = told(engine)
    cumberland = found["Cumberland", 2024]
    assert cumberland.published == 184  # for every 100,000
    assert cumberland.row["value"] == pytest.approx(200)  # two of 1,000
    assert cumberland.gap == "9% higher here"
    assert cumberland.is_within
    assert cumberland.regions == {"North West": 168}
    westmorland = found["Westmorland and Furness", 2024]
    assert westmorland.row["value"] == pytest.approx(50)  # one of the 2,000 of both hubs
    assert westmorland.gap == "66% lower here"
    assert found["Cumbria", 2022].row["value"] == pytest.approx(1 / 3_000 * 100_000)


def test_in_words(engine):
    found = list(told(engine).values())
    assert (
        reconcile.summary(found)
        == "Every published figure lies within the range of ours: nothing here says that the two disagree."
    )
    columns = ["Area", "Year", "Published", "Here", "95% range", "Gap", "Within range", "North West, published"]
    table = reconcile.table(found)
    assert list(table) == columns
    assert list(table.iloc[1]) == ["Cumberland", "2024", "184.0", "200.0", "24.2 to 722.5", "9% higher here", "yes", "168.0"]


def test_the_file_holds_numbers(engine):
    file = reconcile.file(list(told(engine).values()))
    row = file.iloc[1]
    assert (row["area"], row["year"], row["within_range"]) == ("Cumberland", "2024", "yes")
    assert (row["published"], row["numerator"], row["North West, published"]) == (184, 2, 168)
    assert (row["value"], row["difference"]) == (pytest.approx(200), pytest.approx(16))
    assert all(file[name].dtype.kind == "f" for name in ("published", "value", "lower", "upper", "difference"))


def test_a_year_that_is_not_wholly_loaded_is_not_available(engine):
    found = told(engine)
    assert found["Cumbria", 2021].gap == "not available here"
    assert told(engine, as_at=date(2024, 11, 30))["Cumberland", 2024].gap == "not available here"


def test_only_areas_that_are_wholly_in_scope(engine):
    assert set(told(engine, hubs=("CAR",))) == {("Cumberland", 2024)}
    assert told(engine, hubs=("EDE",)) == {}
    assert set(told(engine, hubs=("EDE", "KES"))) == {("Westmorland and Furness", 2024)}


def test_a_sergeant_is_not_told_that_one_hub_is_a_council(engine):
    """Carlisle is all that they see of Cumberland, and so is no measure of it."""
    assert answered(engine, reconcile.reconcile, RATE, Scope(Access("hub", ("CAR",)))) == []


def test_what_is_no_rate_is_never_used(engine):
    assert ("Cumbria", 2023) not in told(engine)
    assert any(sentence.startswith("Cumbria 2023: not used, as") for sentence in reconcile.unusable(RATE))
    assert any(sentence.startswith("England 2016") for sentence in reconcile.unusable(RATE))


def test_every_published_series_has_a_measure_and_its_reasons():
    listed = reconcile.published()
    assert set(listed["key"]) == set(reconcile.REASONS) <= set(METRICS)
    assert not listed.duplicated(["key", "area", "opens"]).any()
    shares = listed[listed["key"] != "first_time_entrant_rate"]
    assert shares["value"].between(0, 1).all()
