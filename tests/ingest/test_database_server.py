"""What a load does on PostgreSQL beyond what it does on every engine: transactions, indexes, and the planner's counts."""

import databases
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

CRIMES = "crime_id,recorded_on,hub_id,youth_produced_imagery\n"
INDEXES = [
    ("care_spells", "child_id"),
    ("hubs", "hub_id"),
]


@pytest.fixture(scope="module", autouse=True)
def _on_postgresql():
    with databases.on("postgresql"):
        yield


def indexes(url):
    found = inspect(create_engine(url))
    return sorted((name, *index["column_names"]) for name in found.get_table_names() for index in found.get_indexes(name))


def test_a_run_is_one_transaction(intake):
    """The hubs are written, the crimes cannot be, since somebody has made another table of that name: neither is kept."""
    with create_engine(intake.url).begin() as connection:
        connection.execute(text("CREATE TABLE crimes (crime_id TEXT)"))
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    intake.file("crimes.csv", CRIMES + "K1,2025-01-01,CAR,\n")
    with pytest.raises(SQLAlchemyError):
        intake.load()
    assert inspect(create_engine(intake.url)).get_table_names() == ["crimes"]


def test_a_dry_run_says_the_same_and_loads_nothing(intake):
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    intake.file("crimes.csv", CRIMES + "K1,2025-01-01,CAR,\nK2,2025-01-01,XXX,\n")
    rehearsed = intake.load(dry_run=True)
    assert inspect(create_engine(intake.url)).get_table_names() == []
    assert rehearsed == intake.load()
    assert intake.rows("crimes", "crime_id", "hub_id") == [("K1", "CAR"), ("K2", None)]


def test_what_is_looked_up_for_each_event_is_indexed(intake):
    intake.take("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    assert indexes(intake.url) == INDEXES


def test_a_database_of_an_earlier_version_gets_its_indexes_with_the_next_load(intake):
    intake.take("hubs-1.csv", "hub_id,name\nCAR,Carlisle\n")
    with create_engine(intake.url).begin() as connection:
        for table, column in INDEXES:
            connection.execute(text(f"DROP INDEX {table}_by_{column}"))
    intake.take("hubs-2.csv", "hub_id,name\nBAR,Barrow\n")
    assert indexes(intake.url) == INDEXES


def test_the_planner_knows_how_many_rows_there_are_when_the_load_ends(intake):
    """The server of the tests counts nothing by itself."""
    counted = text("SELECT reltuples FROM pg_class WHERE oid = 'crimes'::regclass")
    for number in (300, 500):
        intake.take("crimes.csv", CRIMES + "".join(f"K{place},2025-01-01,,\n" for place in range(number)))
        with create_engine(intake.url).connect() as connection:
            assert connection.scalar(counted) == number
