"""A load builds the facts with its last file: nobody reads rows without what was judged of them."""

import guarded
import pytest
from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from queries.engine import connect
from queries.facts.stored import facts
from queries.tables import detentions

HUBS, CHILDREN = "hub_id,name\nCAR,Carlisle\n", "child_id,date_of_birth\nC1,2010-05-04\n"
HELD = "detention_id,child_id,authorised_on,hub_id\n"
FIRST, SECOND = HELD + "D1,C1,2025-01-10,CAR\n", HELD + "D2,C1,2025-02-10,CAR\n"


def load_first(place):
    place.load(place.file("hubs.csv", HUBS), place.file("children.csv", CHILDREN), place.file("detentions-1.csv", FIRST))


def facts_of(place):
    table = facts.tables["fact_detentions"]
    with connect(place.url).connect() as connection:
        return [tuple(row) for row in connection.execute(select(table.c.detention_id, table.c.ordinal).order_by("detention_id"))]


def test_each_load_that_changes_something_builds_them(place):
    load_first(place)
    assert facts_of(place) == [("D1", 1)]
    place.load(place.file("detentions-2.csv", SECOND))
    assert facts_of(place) == [("D1", 1), ("D2", 2)]
    place.load(place.file("detentions-3.csv", HELD + "D2,C1,2025-01-05,CAR\n"))
    assert facts_of(place) == [("D1", 2), ("D2", 1)], "corrected, it comes first"


def test_a_dry_run_builds_none(place):
    load_first(place)
    place.load(place.file("detentions-2.csv", SECOND), dry_run=True)
    assert facts_of(place) == [("D1", 1)]


def test_on_a_server_a_load_that_breaks_off_leaves_the_facts_of_the_one_before(server):
    """The second file cannot be written, so that nothing of the first is kept either, row or fact."""
    load_first(server)
    guarded.run(server.url, "ALTER TABLE incidents RENAME COLUMN category TO kind")
    with pytest.raises(SQLAlchemyError):
        server.load(
            server.file("detentions-2.csv", SECOND),
            server.file("incidents.csv", "incident_id,created_on,category\nI1,2025-01-01,ASB\n"),
        )
    with create_engine(server.url, poolclass=NullPool).connect() as connection:
        assert connection.scalar(select(func.count()).select_from(detentions)) == 1
    assert facts_of(server) == [("D1", 1)]
    guarded.run(server.url, "ALTER TABLE incidents RENAME COLUMN kind TO category")
    server.load()
    assert facts_of(server) == [("D1", 1), ("D2", 2)]
