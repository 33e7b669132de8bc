"""A file of data.police.uk is all that a force has published of a month: it replaces that month, and nothing else."""

import pytest
from sqlalchemy import insert

from ingest.taking import Terms
from queries.tables import stop_searches

WITHOUT_FACTS = True

on_both = pytest.mark.usefixtures("each_engine")  # what hangs on SQL

HEADER = "Type,Date,Latitude,Longitude,Gender,Outcome\n"
OWN = "search_id,force,searched_on,kind,child_id,hub_id\n"
JUNE, JULY = "2019-06-north-wales-stop-and-search.csv", "2019-07-north-wales-stop-and-search.csv"


def search(day, outcome="Arrest", hour=10, gender="Male", latitude="53.3"):
    return f"Person search,2019-{day}T{hour:02}:00:00+00:00,{latitude},-3.8,{gender},{outcome}\n"


def outcomes(intake):
    """Day and outcome of each search."""
    found = intake.rows("stop_searches", "searched_on", "outcome")
    return [(f"{day:%m-%d}", outcome) for day, outcome in found]


def counts(report):
    return report.read, report.new, report.updated, report.unchanged, report.superseded, report.withdrawn


def replaced(intake, first, second, name=JUNE):
    """What becomes of the second publication of a month."""
    intake.take(name, HEADER + first)
    return counts(intake.take(name, HEADER + second))


@on_both
def test_outcomes_that_were_filled_in_meanwhile(intake):
    first = search("06-01", outcome="") + search("06-02")
    assert replaced(intake, first, search("06-01", outcome="Local resolution") + search("06-02")) == (2, 0, 1, 1, 0, 0)
    assert outcomes(intake) == [("06-01", "community resolution"), ("06-02", "arrest")]


def test_coordinates_that_moved_change_nothing_that_is_read(intake):
    assert replaced(intake, search("06-01"), search("06-01", latitude="53.301")) == (1, 0, 0, 1, 0, 0)


@on_both
def test_a_search_that_was_dropped_and_one_that_was_added(intake):
    first = search("06-01") + search("06-02") + search("06-03")
    assert replaced(intake, first, search("06-01") + search("06-04") + search("06-03")) == (3, 1, 0, 2, 0, 1)
    assert [day for day, _ in outcomes(intake)] == ["06-01", "06-03", "06-04"]
    assert [table for (table,) in intake.rows("withdrawn_rows", "table_name")] == ["stop_searches"]
    assert intake.rows("loads", "rows_read", "rows_withdrawn")[-1] == (3, 1)


def test_a_search_of_the_same_instant_that_was_dropped(intake):
    twins = search("06-01", gender="Male") + search("06-01", gender="Female")
    assert replaced(intake, twins, search("06-01", gender="Female")) == (1, 0, 1, 0, 0, 1)
    assert intake.rows("stop_searches", "sex") == [("F",)]


def test_columns_that_the_second_publication_lacks_or_has_anew(intake):
    """The same searches, whatever else is told of them."""
    intake.take(JUNE, HEADER + search("06-01") + search("06-02"))
    without = (
        "Type,Date,Age range\nPerson search,2019-06-01T10:00:00+00:00,10-17\nPerson search,2019-06-02T10:00:00+00:00,10-17\n"
    )
    assert counts(intake.take(JUNE, without)) == (2, 0, 2, 0, 0, 0)
    assert intake.rows("stop_searches", "age_band", "outcome") == [("10-17", None)] * 2


@on_both
def test_other_months_other_forces_and_the_forces_own_searches_stay(with_people):
    own = "S1,North Wales,2019-06-05,person,C1,\nS2,North Wales,2019-06-06,person,,CAR\n"
    with_people.take("stop_searches.csv", OWN + own)
    with_people.take(JULY, HEADER + search("07-01"))
    with_people.take("2019-06-wales-stop-and-search.csv", HEADER + search("06-01"))
    with_people.take("2019-06-south-wales-stop-and-search.csv", HEADER + search("06-01"))
    before = with_people.rows("stop_searches", "search_id")
    with_people.take(JUNE, HEADER + search("06-01") + search("06-02"))
    assert with_people.take(JUNE, HEADER).withdrawn == 2
    assert with_people.rows("stop_searches", "search_id") == before and len(before) == 5


def test_a_month_twice_in_one_run_is_the_last_file_of_it(intake):
    """However often the folder is loaded."""
    intake.file(JUNE, HEADER + search("06-01") + search("06-02"))
    intake.file("2019-06-north-wales-stop-and-search (1).csv", HEADER + search("06-02", outcome="") + search("06-03"))
    first, last = intake.load()
    assert (counts(first), counts(last)) == ((2, 0, 0, 0, 2, 0), (2, 2, 0, 0, 0, 0))
    assert outcomes(intake) == [("06-02", None), ("06-03", "arrest")]
    for _ in range(2):
        first, last = intake.load()
        assert (counts(first), counts(last)) == ((2, 0, 0, 0, 2, 0), (2, 0, 0, 2, 0, 0))
        assert not first.changed and not last.changed
    assert intake.rows("withdrawn_rows") == []


def test_a_publication_that_is_refused_takes_no_place(intake):
    intake.take(JUNE, HEADER + search("06-01"))
    bad = intake.file(
        "2019-06-north-wales-stop-and-search (1).csv", HEADER + search("06-02") + search("06-03").replace("T", " at ")
    )
    report = intake.run(bad, terms=Terms()).files[0]
    assert report.refused and report.withdrawn == 0
    assert outcomes(intake) == [("06-01", "arrest")]


def test_a_file_with_less_than_half_of_the_month_is_taken_only_where_it_is_wanted(intake):
    """A download that broke off looks just so."""
    month = [search(f"06-0{day}") for day in range(1, 6)]
    intake.take(JUNE, HEADER + "".join(month))
    for left in (0, 2):
        (report,) = intake.run(intake.file(JUNE, HEADER + "".join(month[:left])), terms=Terms()).files
        assert report.refused == (
            f"{JUNE} has {left} searches of a month of which 5 are known, as if it had been cut; download it again, or give "
            "--yes if it is whole."
        )
    assert len(outcomes(intake)) == 5
    (report,) = intake.run(intake.file(JUNE, HEADER + "".join(month[:3])), terms=Terms()).files
    assert (report.refused, report.withdrawn) == (None, 2)
    assert intake.take(JUNE, HEADER + month[0]).withdrawn == 2


@on_both
def test_searches_that_an_earlier_version_loaded_are_replaced_with_their_month(intake):
    """Their ids told nothing: 32 letters. Half past midnight of 1 July in London is still June where it is published."""
    intake.take(JULY, HEADER + search("07-05"))
    row = {"force": "North Wales", "kind": "person", "outcome": "arrest", "searched_at": None}
    earlier = [
        row | {"search_id": "a" * 32, "searched_on": "2019-06-01", "searched_at": "2019-06-01 10:00:00"},
        row | {"search_id": "b" * 32, "searched_on": "2019-07-01", "searched_at": "2019-06-30 23:30:00"},
        row | {"search_id": "c" * 32, "searched_on": "2019-06-30"},
        row | {"search_id": "d" * 32, "searched_on": "2019-07-02", "searched_at": "2019-07-02 10:00:00"},
        row | {"search_id": "e" * 32, "searched_on": "2019-06-01", "force": "South Wales"},
        row | {"search_id": "f" * 31, "searched_on": "2019-06-01"},
    ]
    intake.connection.execute(insert(stop_searches), earlier)
    report = intake.take(JUNE, HEADER + search("06-01"))
    assert counts(report) == (1, 1, 0, 0, 0, 3)
    kept = [search_id[:1] for (search_id,) in intake.rows("stop_searches", "search_id")]
    assert kept == ["d", "e", "f", "n", "n"]


def test_the_forces_own_full_extract_withdraws_no_published_search(with_people):
    with_people.take(JUNE, HEADER + search("06-01") + search("06-02"))
    own = "search_id,searched_on,kind,hub_id\n"
    with_people.take("stop_searches.csv", own + "S1,2019-06-05,person,CAR\nS2,2019-06-06,person,CAR\n")
    full = with_people.file("stop_searches.csv", own + "S2,2019-06-06,person,CAR\n")
    report = with_people.run(full, terms=Terms(full=True, yes=True)).files[0]
    assert counts(report) == (1, 0, 0, 1, 0, 1)
    assert len(with_people.rows("stop_searches")) == 3


def test_own_ids_that_begin_as_published_ones_do_are_the_forces_own(with_people):
    with_people.take("stop_searches.csv", OWN + "north-wales-2019-06-0001,North Wales,2019-06-05,person,C1,CAR\n")
    assert with_people.take(JUNE, HEADER + search("06-01")).withdrawn == 0
    assert len(with_people.rows("stop_searches")) == 2
