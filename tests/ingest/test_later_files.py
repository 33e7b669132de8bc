"""A later file replaces what it says something else about, adds what is new, and leaves the rest alone."""

import hashlib
from datetime import UTC, date, datetime

import pytest

from ingest.taking import Terms

WITHOUT_FACTS = True

pytestmark = pytest.mark.usefixtures("on_each_engine")

DETENTIONS = "detention_id,child_id,authorised_on,result\n"


def test_new_updated_unchanged_and_rejected(with_people):
    with_people.take("detentions-2025-01.csv", DETENTIONS + "D1,C1,2025-01-05,\nD2,C2,2025-01-06,bailed\n")
    later = DETENTIONS + "D1,C1,2025-01-05,charged\nD2,C2,2025-01-06,Bailed\nD3,C1,2025-02-01,\nD4,C9,2025-02-01,\n"
    report = with_people.take("detentions-2025-02.csv", later)
    assert with_people.counts(report) == (4, 1, 1, 1, 1)
    assert with_people.rows("detentions", "detention_id", "result") == [("D1", "charged"), ("D2", "bailed"), ("D3", None)]


def test_a_row_is_replaced_whole(with_people):
    """A column that the later file lacks is blank afterwards: the row is what its latest file says."""
    with_people.take("detentions-2025-01.csv", "detention_id,child_id,authorised_on,suite\nD1,C1,2025-01-05,Kendal\n")
    with_people.take("detentions-2025-02.csv", DETENTIONS + "D1,C1,2025-01-05,charged\n")
    assert with_people.rows("detentions", "detention_id", "suite", "result") == [("D1", None, "charged")]


def test_blank_parts_of_a_key_are_equal_to_each_other(with_people):
    header = "hub_id,year,age,sex,ethnic_group,residents\n"
    with_people.take("population-1.csv", header + "CAR,2021,,,White,90000\nCAR,2021,10,F,,600\nCAR,2021,10,,,1200\n")
    report = with_people.take("population-2.csv", header + "CAR,2021,,,White,90001\nCAR,2021,10,F,,600\nCAR,2021,10,M,,610\n")
    assert with_people.counts(report) == (3, 1, 1, 1, 0)
    assert with_people.rows("population", "age", "sex", "residents") == [
        (None, None, 90001),
        (10, None, 1200),
        (10, "F", 600),
        (10, "M", 610),
    ]


def test_a_value_that_goes_there_and_back_is_loaded_again(with_people):
    """The file of the first load is known, and still the latest word."""
    header = "metric_key,hub_id,value,applies_from_on,set_by,set_on,reason\n"
    first, second = (
        with_people.file(f"targets-{number}.csv", f"{header}overnight_share,,{value},2026-07-01,the board,2026-06-30,agreed\n")
        for number, value in enumerate((0.8, 0.95))
    )
    for file, value in ((first, 0.8), (second, 0.95), (first, 0.8)):
        (report,) = with_people.load(file)
        assert report.new + report.updated == 1
        assert with_people.rows("targets", "value") == [(value,)]
    assert report.loaded_before
    (report,) = with_people.load(first)
    assert with_people.counts(report) == (1, 0, 0, 1, 0)
    assert len(with_people.rows("loads", "load_id")) == 5, "of the people two, and of each time that something changed"


def test_a_folder_of_overlapping_months_loaded_again_changes_nothing(with_people):
    """What an earlier file says of a row is overtaken by what a later one does, at the first load and at each other."""
    with_people.file("detentions-2025-01.csv", DETENTIONS + "D1,C1,2025-01-05,\nD2,C2,2025-01-06,bailed\n")
    with_people.file("detentions-2025-02.csv", DETENTIONS + "D1,C1,2025-01-05,bailed\nD3,C2,2025-02-06,\n")
    with_people.file("detentions-2025-03.csv", DETENTIONS + "D1,C1,2025-01-05,charged\nD3,C2,2025-02-06,\nD4,C9,2025-02-06,\n")
    for times in range(3):
        *_, first, second, third = with_people.load()
        assert [report.superseded for report in (first, second, third)] == [1, 2, 0]
        assert [report.changed for report in (first, second, third)] == [times == 0] * 3
        assert with_people.rows("detentions", "detention_id", "result") == [("D1", "charged"), ("D2", "bailed"), ("D3", None)]


def test_a_refused_row_or_file_overtakes_nothing(with_people):
    """Where most of a file is refused, what is sound in it takes nobody's place either."""
    good = with_people.file("detentions-1.csv", DETENTIONS + "D1,C1,2025-01-05,bailed\nD2,C2,2025-01-06,bailed\n")
    poor = with_people.file("detentions-2.csv", DETENTIONS + "D1,C1,2025-01-05,charged\nD2,C2,soon,charged\n")
    taken, refused = with_people.run(good, poor, terms=Terms(), dry_run=True).files
    assert (taken.new, taken.superseded, bool(refused.refused)) == (2, 0, True)
    taken, partly = with_people.load(good, poor)
    assert (taken.new, taken.superseded, partly.new, partly.rejected) == (1, 1, 1, 1)
    assert with_people.rows("detentions", "detention_id", "result") == [("D1", "charged"), ("D2", "bailed")]


def test_a_folder_loads_in_the_order_of_its_references_and_then_of_its_months(intake):
    intake.file("crime_outcomes.csv", "crime_id,outcome_code,outcome_on\nK1,21,2025-03-01\n")
    intake.file("crimes_2025-10.csv", "crime_id,recorded_on,hub_id,offence\nK1,2025-01-05,CAR,from October\n")
    intake.file("crimes-2025-9.csv", "crime_id,recorded_on,hub_id,offence\nK1,2025-01-05,CAR,from September\n")
    intake.file("Crimes.CSV", "crime_id,recorded_on,hub_id,offence\nK1,2025-01-05,CAR,from the first extract\n")
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    intake.file("outcome_codes.csv", "outcome_code,label,outcome_group\n21,Not in the public interest,public interest\n")
    reports = intake.load()
    assert [report.name for report in reports] == [
        *("hubs.csv", "Crimes.CSV", "crimes-2025-9.csv", "crimes_2025-10.csv", "outcome_codes.csv", "crime_outcomes.csv"),
    ]
    assert sum(report.rejected for report in reports) == 0
    assert intake.rows("crimes", "offence") == [("from October",)]


def test_files_in_folders_below_are_found_and_a_file_named_twice_is_loaded_once(intake):
    (intake.folder / "2025-06").mkdir()
    hubs = intake.file("2025-06/hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    (report,) = intake.load(intake.folder, hubs)
    assert intake.counts(report) == (1, 1, 0, 0, 0)


def test_what_is_noted_about_a_load(with_people):
    before = datetime.now(UTC).replace(tzinfo=None)
    with_people.take("crimes.csv", "recorded_on,crime_id\n2025-03-01,K1\n2024-12-31,K2\n2019-01-01,\n")
    noted = (
        "table_name",
        "source_file",
        "rows_read",
        "rows_loaded",
        "rows_rejected",
        "data_from",
        "data_to",
        "sha256",
        "loaded_at",
    )
    (crimes,) = [load for load in with_people.rows("loads", *noted) if load[0] == "crimes"]
    assert crimes[:7] == ("crimes", "crimes.csv", 3, 2, 1, date(2024, 12, 31), date(2025, 3, 1))
    assert crimes[7] == hashlib.sha256((with_people.folder / "crimes.csv").read_bytes()).hexdigest()
    assert before <= crimes[8] <= datetime.now(UTC).replace(tzinfo=None)


@pytest.mark.parametrize("name", ["hubs.csv", "children.csv"])
def test_tables_that_are_not_of_events_have_no_dates(with_people, name):
    loads = with_people.rows("loads", "source_file", "data_from", "data_to")
    assert (name, None, None) in loads
