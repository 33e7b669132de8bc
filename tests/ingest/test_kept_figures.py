"""What the overview shows after a load is kept with it: in the same transaction, once, and for the force and each hub."""

from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import guarded
import pytest
from product import answered
from sqlalchemy import NullPool, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from ingest.working_copy import put_in_place, working_copy
from metrics.reports.revisions import earlier_load, revisions
from queries.engine import connect, reading, version
from queries.lookups.kept_figures import FORMER, moments
from queries.scope import Access, Scope

HUBS = "hub_id,name\nCAR,Carlisle\nBAR,Barrow\n"
HEADER = "search_id,searched_on,kind,age,hub_id,outcome\n"
# Four searches of children in 2025, one with an outcome; an adult's on the first and on the last day of the data.
FIRST = HEADER + (
    "S0,2025-01-01,person,40,CAR,arrest\n"
    "S1,2025-03-01,person,15,CAR,no further action\n"
    "S2,2025-04-01,person,15,CAR,no further action\n"
    "S3,2025-05-01,person,15,CAR,arrest\n"
    "S4,2025-06-01,person,15,BAR,no further action\n"
    "S9,2025-12-31,person,40,CAR,arrest\n"
)
# S2 is corrected, S5 was entered late, S6 is of the month after.
SECOND = HEADER + (
    "S2,2025-04-01,person,15,CAR,arrest\nS5,2025-07-01,person,15,CAR,caution\nS6,2026-01-31,person,15,BAR,arrest\n"
)
YEAR = (date(2025, 1, 1), date(2026, 1, 1))
YEAR_AFTER = (date(2025, 2, 1), date(2026, 2, 1))
FIGURES = ("key", "hub_id", "opens", "closes", "numerator", "denominator", "value", "data_end")


def revisions_of(place, kept_at=None, hubs=None):
    """The figures reported before the latest load, revised."""
    engine = connect(place.url)
    with engine.connect() as connection:
        kept_at = kept_at or earlier_load(moments(connection))
    return answered(engine, revisions, kept_at, Scope(Access("command"), hubs=hubs))


def loaded_twice(place):
    place.load(place.file("hubs.csv", HUBS), place.file("stop_searches-1.csv", FIRST))
    place.load(place.file("stop_searches-2.csv", SECOND))


def test_what_the_overview_shows_is_kept(place):
    place.load(place.file("hubs.csv", HUBS), place.file("stop_searches-1.csv", FIRST))
    assert place.rows("kept_figures", *FIGURES) == [
        ("search_outcome_rate", None, *YEAR, 1, 4, 0.25, date(2025, 12, 31)),
        ("search_outcome_rate", "BAR", *YEAR, 0, 1, 0, date(2025, 12, 31)),
        ("search_outcome_rate", "CAR", *YEAR, 1, 3, pytest.approx(1 / 3), date(2025, 12, 31)),
    ]


def test_a_figure_whose_data_lack_what_it_needs_is_kept_blank(place):
    """No outcome is recorded of any search. Once there is one, the figure will have appeared."""
    without = "\n".join(line.rpartition(",")[0] + "," for line in FIRST.splitlines()[1:])
    place.load(place.file("hubs.csv", HUBS), place.file("stop_searches-1.csv", HEADER + without + "\n"))
    nothing = (None, None, None, date(2025, 12, 31))
    assert place.rows("kept_figures", *FIGURES) == [("search_outcome_rate", hub, *YEAR, *nothing) for hub in (None, "BAR", "CAR")]


def test_a_later_load_keeps_its_own_beside_them(place):
    loaded_twice(place)
    of_the_force = [row for row in place.rows("kept_figures", *FIGURES) if row[1] is None]
    assert of_the_force == [
        ("search_outcome_rate", None, *YEAR, 1, 4, 0.25, date(2025, 12, 31)),
        ("search_outcome_rate", None, *YEAR_AFTER, 4, 6, pytest.approx(2 / 3), date(2026, 1, 31)),
    ]


def test_reported_beside_now(place):
    """2025 as reported: 1 of 4. Now S2 has an outcome, and S5 is there: 3 of 5. S6 is of another period."""
    loaded_twice(place)
    (force,) = revisions_of(place).to_dict("records")
    assert (force["told"], force["now"]) == (0.25, 0.6)
    assert force["difference"] == pytest.approx(0.35)
    assert (force["numerator_told"], force["numerator_now"], force["numerator_difference"]) == (1, 3, 2)
    assert (force["denominator_told"], force["denominator_now"], force["denominator_difference"]) == (4, 5, 1)
    assert (force["opens"], force["closes"]) == YEAR
    assert force["worth_mentioning"]
    assert force["sentence"] == ("Reported as 25.0% (1 of 4); the same period now shows 60.0% (3 of 5).")


def test_reported_beside_now_in_each_hub(place):
    loaded_twice(place)
    barrow, carlisle = revisions_of(place, hubs=("BAR", "CAR")).to_dict("records")
    assert (barrow["hub"], barrow["told"], barrow["now"], barrow["sentence"]) == ("BAR", 0, 0, "Unchanged.")
    assert not barrow["worth_mentioning"]
    assert carlisle["sentence"] == ("Reported as 33.3% (1 of 3); the same period now shows 75.0% (3 of 4).")


def test_the_same_file_again_keeps_nothing_new(place):
    loaded_twice(place)
    before = place.rows("kept_figures")
    place.load()
    assert place.rows("kept_figures") == before


def test_a_dry_run_keeps_nothing(intake):
    intake.load(intake.file("hubs.csv", HUBS), intake.file("stop_searches-1.csv", FIRST))
    before = intake.rows("kept_figures")
    intake.load(intake.file("stop_searches-2.csv", SECOND), dry_run=True)
    assert intake.rows("kept_figures") == before


def test_without_events_there_is_nothing_to_keep(intake):
    intake.load(intake.file("hubs.csv", HUBS))
    assert intake.rows("kept_figures") == []


def test_a_refused_file_at_the_end_does_not_stop_the_figures_of_the_others_from_being_kept(place):
    place.file("hubs.csv", HUBS)
    place.file("stop_searches.csv", FIRST)
    place.file("engagements.csv", "a shopping list\n")
    assert [bool(report.refused) for report in place.load()] == [False, False, True]
    assert place.rows("kept_figures", "hub_id") == [(None,), ("BAR",), ("CAR",)]


def test_a_load_that_fails_leaves_no_figure(intake, tmp_path):
    intake.load(intake.file("hubs.csv", HUBS), intake.file("stop_searches-1.csv", FIRST))
    with duckdb.connect(str(tmp_path / "reporting.duckdb")) as mine:
        mine.execute("DROP TABLE engagements")
        mine.execute("CREATE TABLE engagements (engagement_id TEXT)")
    before = intake.rows("kept_figures")
    more = intake.file("stop_searches-2.csv", SECOND)
    with pytest.raises(SQLAlchemyError):
        intake.load(more, intake.file("engagements.csv", "engagement_id,held_on,kind\nE1,2025-01-01,PSHE\n"))
    assert intake.rows("kept_figures") == before


def test_on_a_server_all_files_of_a_run_and_what_they_make_the_overview_show_come_together_or_not_at_all(server):
    """The sessions cannot be written, so the searches are not kept; once they can, one load keeps what both have changed."""
    server.load(server.file("hubs.csv", HUBS), server.file("stop_searches-1.csv", FIRST))
    before = server.rows("kept_figures")
    engine = create_engine(server.url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE engagements RENAME TO mended"))
        connection.execute(text("CREATE TABLE engagements (engagement_id TEXT)"))
    server.file("stop_searches-2.csv", SECOND)
    server.file("engagements.csv", "engagement_id,held_on,kind\nE1,2026-01-31,PSHE\n")
    with pytest.raises(SQLAlchemyError):
        server.load()
    assert len(server.rows("stop_searches")) == 6
    assert server.rows("kept_figures") == before
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE engagements"))
        connection.execute(text("ALTER TABLE mended RENAME TO engagements"))
    engine.dispose()
    server.load()
    assert len({row[0] for row in server.rows("kept_figures", "kept_at")}) == 2


def test_a_server_tells_its_readers_that_figures_were_kept(server):
    server.load(server.file("hubs.csv", HUBS), server.file("stop_searches-1.csv", FIRST))
    (kept_at,) = {row[0] for row in server.rows("kept_figures", "kept_at")}
    assert version(server.url).endswith(f"{kept_at}")


def test_when_they_were_kept(intake):
    before = datetime.now(UTC).replace(tzinfo=None)
    intake.load(intake.file("hubs.csv", HUBS), intake.file("stop_searches-1.csv", FIRST))
    (kept_at,) = {row[0] for row in intake.rows("kept_figures", "kept_at")}
    assert before <= kept_at <= datetime.now(UTC).replace(tzinfo=None)
    morning = datetime.fromisoformat("2026-06-01T09:30:00+01:00")
    intake.load(intake.file("stop_searches-2.csv", SECOND), now=morning)
    in_utc = datetime.fromisoformat("2026-06-01T08:30:00")
    assert (in_utc,) in intake.rows("kept_figures", "kept_at")
    assert (in_utc,) in intake.rows("loads", "loaded_at")


# A database that an earlier version filled: its table is called told_figures


def name_as_before(place):
    """Give the table the name that earlier versions gave it."""
    with working_copy(place.url) as copy:
        with create_engine(copy, poolclass=NullPool).begin() as connection:
            connection.execute(text("ALTER TABLE kept_figures RENAME TO told_figures"))
        put_in_place(copy, place.url)


def names_in(place):
    """By which of the two names a database has kept figures."""
    with connect(place.url).connect() as connection:
        return {"kept_figures", "told_figures"} & set(inspect(connection).get_table_names())


def rows_before(place):
    """What is in the table under its earlier name."""
    with connect(place.url).connect() as connection:
        return sorted(connection.execute(FORMER.select()).all(), key=str)


def test_figures_of_an_earlier_version_are_read(place):
    loaded_twice(place)
    revised, of_hubs = revisions_of(place), revisions_of(place, hubs=("BAR", "CAR"))
    name_as_before(place)
    assert names_in(place) == {"told_figures"}
    assert revisions_of(place).equals(revised) and not revised.empty
    assert revisions_of(place, hubs=("BAR", "CAR")).equals(of_hubs)


def test_the_version_of_a_server_is_that_of_the_figures_of_an_earlier_version(server):
    server.load(server.file("hubs.csv", HUBS), server.file("stop_searches-1.csv", FIRST))
    before = version(server.url)
    name_as_before(server)
    assert version(server.url) == before


def test_a_load_keeps_its_figures_beside_those_of_an_earlier_version_under_the_present_name(place):
    place.load(place.file("hubs.csv", HUBS), place.file("stop_searches-1.csv", FIRST))
    before = place.rows("kept_figures")
    name_as_before(place)
    place.load(place.file("stop_searches-2.csv", SECOND))
    assert names_in(place) == {"kept_figures"}
    after = place.rows("kept_figures")
    assert [row for row in after if row in before] == before
    assert len(after) == 2 * len(before) == 6
    (force,) = revisions_of(place).to_dict("records")
    assert (force["told"], force["now"]) == (0.25, 0.6)


def test_a_load_that_keeps_nothing_leaves_figures_of_an_earlier_version_as_they_are(place):
    place.load(place.file("hubs.csv", HUBS), place.file("stop_searches-1.csv", FIRST))
    name_as_before(place)
    before = rows_before(place)
    place.load()
    place.load(place.file("stop_searches-2.csv", SECOND), dry_run=True)
    assert names_in(place) == {"told_figures"}
    assert rows_before(place) == before and len(before) == 3


def test_a_load_that_fails_leaves_figures_of_an_earlier_version_as_they_are(intake, tmp_path):
    intake.load(intake.file("hubs.csv", HUBS), intake.file("stop_searches-1.csv", FIRST))
    name_as_before(intake)
    with duckdb.connect(str(tmp_path / "reporting.duckdb")) as mine:
        mine.execute("DROP TABLE engagements")
        mine.execute("CREATE TABLE engagements (engagement_id TEXT)")
    before = rows_before(intake)
    more = intake.file("stop_searches-2.csv", SECOND)
    with pytest.raises(SQLAlchemyError):
        intake.load(more, intake.file("engagements.csv", "engagement_id,held_on,kind\nE1,2025-01-01,PSHE\n"))
    assert names_in(intake) == {"told_figures"}
    assert rows_before(intake) == before


def test_whoever_may_only_load_keeps_figures_under_the_earlier_name_until_the_owner_renames_it(server):
    """On a server the importer's login need not own the tables. Row-level security stays on the table, under either name."""
    server.load(server.file("hubs.csv", HUBS), server.file("stop_searches-1.csv", FIRST))
    guarded.install(server.url)
    name_as_before(server)
    loader = replace(server, url=guarded.login(server.url, "ccp_loader", inherits=True))
    loader.load(server.file("stop_searches-2.csv", SECOND))
    assert names_in(server) == {"told_figures"}
    figures = rows_before(server)
    assert len(figures) == 6 and len({row.kept_at for row in figures}) == 2
    guarded.install(server.url)
    assert names_in(server) == {"kept_figures"}
    assert sorted(server.rows("kept_figures"), key=str) == figures
    with reading(Access("hub", ("BAR",)), connect(guarded.dashboard(server.url))) as connection:
        assert set(connection.execute(text("SELECT hub_id FROM kept_figures")).scalars()) == {"BAR"}
