"""The same load into a real PostgreSQL server."""

from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

CRIMES = "crime_id,recorded_on,hub_id,youth_produced_imagery\n"


def test_new_updated_unchanged_and_rejected(server):
    server.take("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    server.take("crimes-1.csv", CRIMES + "K1,2025-01-01,CAR,yes\nK2,2025-01-02,,\n")
    second = server.file(
        "crimes-2.csv", CRIMES + "K1,2025-01-01,CAR,no\nK2,2025-01-02,,\nK3,2025-01-03,XXX,\nK4,2025-01-04,CAR,\n"
    )
    (rehearsed,) = server.load(second, dry_run=True)
    assert server.rows("crimes", "crime_id") == [("K1",), ("K2",)]
    (report,) = server.load(second)
    assert report == rehearsed
    assert server.counts(report) == (4, 1, 1, 1, 1)
    assert server.rows("crimes", "crime_id", "recorded_on", "youth_produced_imagery") == [
        ("K1", date(2025, 1, 1), False),
        ("K2", date(2025, 1, 2), None),
        ("K4", date(2025, 1, 4), None),
    ]
    assert server.rows("rejected_rows", "line", "column_name") == [(4, "hub_id")]
    (again,) = server.load(second)
    assert not again.changed


def test_blank_parts_of_a_key_are_equal_to_each_other(server):
    server.take("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    header = "hub_id,year,age,sex,residents\n"
    server.take("population-1.csv", header + "CAR,2021,,,90000\nCAR,2021,10,,1200\n")
    report = server.take("population-2.csv", header + "CAR,2021,,,90001\nCAR,2021,10,,1200\n")
    assert server.counts(report) == (2, 0, 1, 1, 0)


def test_each_file_is_one_transaction(server):
    """The hubs are loaded, the crimes cannot be: somebody has made another table of that name."""
    with create_engine(server.url).begin() as connection:
        connection.execute(text("CREATE TABLE crimes (crime_id TEXT)"))
    server.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    server.file("crimes.csv", CRIMES + "K1,2025-01-01,CAR,\n")
    with pytest.raises(SQLAlchemyError):
        server.load()
    assert server.rows("hubs", "hub_id") == [("CAR",)]
    assert server.rows("loads", "table_name") == [("hubs",)]
