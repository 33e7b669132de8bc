"""The demo's frames keep every rule of the data contract, are whole to the last day, and are the same whenever built again."""

import re
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Boolean, Date, DateTime, Double, Integer

import demo
from demo import days
from queries.tables import CONTRACT, metadata
from tests.demo.counting import TODAY, london

pytestmark = pytest.mark.xdist_group("demo")  # what they build, they build once

TYPES = {Date: "datetime64[s]", DateTime: "datetime64[s]", Boolean: "boolean", Integer: "Int64", Double: "Float64"}
TABLES = pytest.mark.parametrize("table", CONTRACT, ids=lambda table: table.name)
END = pd.Timestamp("2026-06-30")


def test_one_frame_for_each_table_of_the_contract_and_none_is_empty(frames):
    assert list(frames) == [table.name for table in CONTRACT]
    assert all(len(rows) for rows in frames.values())


@TABLES
def test_columns_and_types(frames, table):
    rows = frames[table.name]
    assert list(rows) == [column.name for column in table.columns]
    for column in table.columns:
        assert str(rows[column.name].dtype) == TYPES.get(type(column.type), "str"), column.name
        assert column.nullable or rows[column.name].notna().all(), column.name


@TABLES
def test_every_column_holds_something(frames, table):
    never_told = {("population", "sex"), ("outcome_codes", "valid_to")}
    empty = {(table.name, name) for name, values in frames[table.name].items() if values.isna().all()}
    assert empty <= never_told


@TABLES
def test_permitted_values_bounds_and_references(frames, table):
    for column in table.columns:
        given = frames[table.name][column.name].dropna()
        if "values" in column.info:
            assert set(given) <= set(column.info["values"]), column.name
        if "bounds" in column.info:
            assert given.between(*column.info["bounds"]).all(), column.name
        if "refers" in column.info:
            (key,) = metadata.tables[column.info["refers"]].info["key"]
            assert set(given) <= set(frames[column.info["refers"]][key]), column.name


@TABLES
def test_keys_are_unique(frames, table):
    assert not frames[table.name].duplicated(list(table.info["key"])).any()


@TABLES
def test_nothing_ends_before_it_starts_or_lies_in_the_future(frames, table):
    rows, close = frames[table.name], days.span(TODAY).close
    for column in table.columns:
        values = rows[column.name]
        if "not_before" in column.info:
            assert not (values < rows[column.info["not_before"]]).any(), column.name
        if isinstance(column.type, DateTime):
            assert not (values > close).any(), column.name
        elif isinstance(column.type, Date) and not column.info.get("planned") and table.name != "outcome_codes":
            assert not (values > END).any(), column.name
            assert not (values < pd.Timestamp("1990-01-01")).any(), column.name


@TABLES
def test_every_table_of_events_reaches_the_last_day(frames, table):
    if table.info["dated_by"] and table.name != "care_spells":
        assert frames[table.name][table.info["dated_by"]].max() == END


def test_events_span_eight_years_and_disposals_sixteen(frames):
    assert frames["crimes"]["recorded_on"].min() <= pd.Timestamp("2018-07-03")
    assert frames["crimes"]["recorded_on"].min() >= pd.Timestamp("2018-07-01")
    assert pd.Timestamp("2010-07-01") <= frames["disposals"]["decided_on"].min() <= pd.Timestamp("2010-07-10")


@pytest.mark.parametrize(
    ("name", "at", "on"),
    [
        ("detentions", "authorised_at", "authorised_on"),
        ("missing_episodes", "reported_at", "reported_on"),
        ("incidents", "created_at", "created_on"),
        ("stop_searches", "searched_at", "searched_on"),
    ],
)
def test_the_day_is_the_london_day_of_the_instant(frames, name, at, on):
    rows = frames[name][frames[name][at].notna()]
    assert (london(rows[at]).dt.tz_localize(None).dt.normalize() == rows[on]).all()


def test_outcomes_are_only_given_while_their_code_is_in_force(frames):
    given = frames["crime_outcomes"].merge(frames["outcome_codes"], on="outcome_code")
    assert (given["outcome_on"] >= given["valid_from"]).all()


def test_nothing_names_or_places_a_child(frames):
    words = re.compile(r"surname|forename|first_?name|last_?name|address|postcode|street|latitude|longitude|phone", re.IGNORECASE)
    assert not [column for rows in frames.values() for column in rows if words.search(column)]
    assert frames["children"]["child_id"].str.fullmatch(r"C\d{6}").all()
    assert set(frames["hubs"]["force"]) == {"Cumbria (invented demo)"}


def test_the_residents_are_the_published_ones(frames):
    rows = frames["population"]
    by_hub = rows[rows["age"].between(10, 17)].groupby("hub_id")["residents"].sum()
    published = {"allerdale": 8473, "barrow": 5839, "carlisle": 9619, "copeland": 5821, "eden": 4399, "south-lakeland": 8908}
    assert by_hub.to_dict() == published
    assert rows["year"].unique().tolist() == [2020, 2021]


def test_the_same_seed_and_day_give_the_same_force_and_another_seed_another(frames):
    again, other = demo.build(today=TODAY), demo.build(seed=1, today=TODAY)
    for name, rows in frames.items():
        pd.testing.assert_frame_equal(rows, again[name])
    assert not frames["crimes"].equals(other["crimes"])


def test_a_day_too_early_is_refused_in_words():
    with pytest.raises(ValueError, match="cannot be set on 2019-01-01"):
        demo.build(today=date(2019, 1, 1))
