"""Which words of a text are the reference of a child, within the hubs of whoever wrote it."""

import databases
import guarded
import pytest
from product import answered, database_of
from recount.by_hand import child, row, rows
from recount.test_worked_cases import disposal
from sqlalchemy import NullPool, create_engine

from queries.engine import connect
from queries.lookups.children import references_among
from queries.scope import Access, Scope

COMMAND, EDEN = Access("command"), Access("hub", ("EDE",))
WORDS = ["A1", "B2", "C3", "D4", "E5", "a1", "A", "2026", "%", "' OR 1=1 --"]
WORLD = rows(
    children=[child(each) for each in ("A1", "B2", "C3", "D4")],
    detentions=[row(detention_id="1", child_id="A1", authorised_on="2025-01-31", hub_id="EDE")],
    missing_episodes=[row(episode_id="1", child_id="B2", reported_on="2025-01-31", hub_id="CAR")],
    disposals=[{"disposal_id": "1", **disposal("C3", "youth caution", "2025-01-31", residence_hub_id="EDE")}],
)


@pytest.fixture(scope="module")
def engine(on_each_engine):
    return connect(database_of(WORLD))


def found(engine, access, words=WORDS, **narrowed):
    return answered(engine, references_among, Scope(access, **narrowed), words)


def test_whoever_was_met_in_any_way_is_found_by_the_very_reference(engine):
    """D4 is known and was never met, E5 is not known at all."""
    assert found(engine, COMMAND) == {"A1", "B2", "C3"}


def test_a_sergeant_is_told_of_children_of_their_hub_alone(engine):
    assert found(engine, EDEN) == {"A1", "C3"}
    assert found(engine, COMMAND, hubs=("CAR",)) == {"B2"}
    assert found(engine, Access("hub", ("CAR", "EDE"))) == {"A1", "B2", "C3"}


def test_of_no_words_none_is_found(engine):
    assert found(engine, COMMAND, []) == set()


def test_a_database_without_any_fact_has_no_child(on_each_engine):
    with create_engine(databases.vacant(), poolclass=NullPool).connect() as connection:
        assert references_among(connection, Scope(COMMAND), ["A1"]) == set()


def test_so_it_is_where_the_database_itself_shows_no_more():
    """As the login of the dashboard, under row-level security."""
    with databases.on("postgresql"):
        engine = connect(guarded.dashboard(guarded.install(database_of(WORLD))))
    assert found(engine, EDEN) == {"A1", "C3"}
    assert found(engine, COMMAND) == {"A1", "B2", "C3"}
