"""A load builds the facts with its last file: nobody reads rows without what was judged of them."""

import guarded
import pytest
from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from ingest.taking import Terms
from ingest.working_copy import put_in_place, working_copy
from queries.engine import connect
from queries.facts.stored import facts
from queries.tables import detentions, set_aside, targets

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


def test_rows_that_name_what_a_load_withdrew_are_told(intake):
    """Two of the three suspects are of the crime that is gone."""
    crimes = "crime_id,recorded_on\nK1,2025-01-01\nK2,2025-02-01\n"
    intake.file("children.csv", "child_id\nC1\nC2\n")
    intake.file("crimes.csv", crimes)
    intake.file("suspects.csv", "crime_id,child_id\nK1,C1\nK1,C2\nK2,C1\n")
    intake.load()
    gone = intake.file("crimes.csv", crimes.replace("K1,2025-01-01\n", ""))
    (report,) = intake.run(gone, terms=Terms(full=True, yes=True)).files
    assert report.remarks == ("rows that name what is no longer in crimes, and are counted nowhere with it: 2 of suspects",)


def test_a_database_of_an_earlier_contract_is_given_the_tables(place):
    place.take("hubs.csv", HUBS)
    with working_copy(place.url) as copy:
        with create_engine(copy, poolclass=NullPool).begin() as connection:
            targets.drop(connection)
            set_aside.drop(connection)
        put_in_place(copy, place.url)
    target = "metric_key,hub_id,value,applies_from_on,set_by,set_on,reason\novernight_share,XXX,0.4,2026-01-01,b,2026-01-01,r\n"
    report = place.take("targets.csv", f"{target}overnight_share,CAR,0.4,2026-01-01,a board,2026-01-01,agreed\n")
    assert (report.new, report.rejected) == (1, 1)
    assert place.rows("set_aside", "table_name", "line") == [("targets", 2)]
