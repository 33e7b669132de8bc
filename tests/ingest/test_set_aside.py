"""What is set aside now: each row and cell that the latest file of it could not give, by a hash of its key and its day."""

from datetime import date

import pytest
from sqlalchemy import NullPool, create_engine, update

from ingest.taking import Terms
from queries.tables import set_aside

WITHOUT_FACTS = True

on_both = pytest.mark.usefixtures("each_engine")  # what hangs on SQL

HEADER = "crime_id,recorded_on,committed_on,offence\n"
FIRST = HEADER + "K1,2025-01-01,lately,theft\nK2,soon,,theft\nK3,2025-01-03,,theft\n"


def crimes(intake, content, terms=None, name="crimes.csv"):
    (report,) = intake.run(intake.file(name, content), terms=terms or Terms(yes=True)).files
    return report


def aside(intake):
    """(line, column, day) of what is set aside."""
    return intake.rows("set_aside", "line", "column_name", "day")


A_CELL, A_ROW = (2, "committed_on", date(2025, 1, 1)), (3, None, None)


@on_both
def test_a_corrected_file_clears_it(intake):
    crimes(intake, FIRST)
    assert aside(intake) == [A_CELL, A_ROW]
    crimes(intake, HEADER + "K1,2025-01-01,2024-12-31,theft\n")
    assert aside(intake) == [A_ROW]
    crimes(intake, HEADER + "K2,2025-01-02,,theft\n", name="crimes-2.csv")
    assert aside(intake) == []


def test_a_correction_to_blank_clears_it_too(intake):
    crimes(intake, FIRST)
    report = crimes(intake, HEADER + "K1,2025-01-01,,theft\n")
    assert report.unchanged == 1
    assert aside(intake) == [A_ROW]


@on_both
def test_the_same_content_again_doubles_nothing(intake):
    for name in ("crimes.csv", "crimes.csv", "crimes-2.csv"):
        crimes(intake, FIRST, name=name)
    assert aside(intake) == [A_CELL, A_ROW]
    assert len(intake.rows("loads")) == 1


def test_it_is_told_anew_where_a_file_brings_a_row_back(intake):
    """0.80, 0.95, 0.80: the file of the first load changes something at its second, and what is wrong with it is so again."""
    crimes(intake, FIRST)
    crimes(intake, HEADER + "K1,2025-01-01,2024-12-31,robbery\nK2,2025-01-02,,theft\n")
    assert aside(intake) == []
    crimes(intake, FIRST)
    assert aside(intake) == [A_CELL, A_ROW]
    assert len(intake.rows("rejected_rows")) == 1


def test_it_is_told_anew_also_where_the_file_changes_no_row(intake):
    crimes(intake, FIRST)
    crimes(intake, HEADER + "K1,2025-01-01,,theft\nK2,2025-01-02,,theft\n")
    crimes(intake, FIRST)
    assert aside(intake) == [A_CELL, A_ROW]


def test_another_refusal_of_the_row_takes_the_place_of_the_first(intake):
    crimes(intake, FIRST)
    crimes(intake, HEADER + "K2,later,,theft\nK1,2025-01-01,once,theft\n")
    assert aside(intake) == [(2, None, None), (3, "committed_on", date(2025, 1, 1))]


@on_both
def test_withdrawn_rows_leave_it(intake):
    crimes(intake, FIRST)
    crimes(intake, HEADER + "K3,2025-01-03,,theft\n", Terms(full=True, yes=True))
    assert A_CELL not in aside(intake)


def test_a_full_extract_without_a_row_that_was_refused_before_clears_it(intake):
    crimes(intake, FIRST)
    crimes(intake, HEADER + "K1,2025-01-01,,theft\nK3,2025-01-03,,theft\n", Terms(full=True))
    assert aside(intake) == []


def test_rows_without_a_key_are_cleared_by_the_same_file_alone(intake):
    """Which row it was, nothing tells."""
    nameless = HEADER + ',2025-01-01,,theft\nK2,2025-01-02,,"theft\n'
    crimes(intake, nameless)
    assert aside(intake) == [(2, None, date(2025, 1, 1)), (3, None, None)]
    crimes(intake, nameless)
    assert len(aside(intake)) == 2


def test_rows_without_a_key_are_cleared_by_a_corrected_file(intake):
    crimes(intake, HEADER + ',2025-01-01,,theft\nK2,2025-01-02,,"theft\n')
    crimes(intake, HEADER + "K1,2025-01-01,,theft\nK2,2025-01-02,,theft\n", Terms(full=True))
    assert aside(intake) == []


def test_a_file_that_is_refused_whole_sets_nothing_aside(intake):
    assert crimes(intake, FIRST, Terms()).refused
    crimes(intake, HEADER + "K3,2025-01-03,,theft\n")
    assert aside(intake) == []


def test_a_row_that_a_later_file_of_the_run_overtook_is_set_aside_as_that_says(intake):
    intake.file("crimes-1.csv", HEADER + "K1,2025-01-01,lately,theft\nK2,soon,,theft\n")
    intake.file("crimes-2.csv", HEADER + "K1,2025-01-01,,theft\nK2,2025-01-02,lately,theft\n")
    intake.load()
    assert aside(intake) == [(3, "committed_on", date(2025, 1, 2))]


def test_a_check_sets_nothing_aside(intake):
    crimes(intake, HEADER + "K3,2025-01-03,,theft\n")
    intake.run(intake.file("crimes.csv", FIRST), dry_run=True)
    assert aside(intake) == []


def test_no_id_is_kept(intake):
    """But for whom it may be, two rows of one key are one: the hash says so."""
    crimes(intake, HEADER + "K77,2025-01-01,lately,theft\nK78,2025-01-01,lately,theft\nK77,2025-01-01,lately,theft\n")
    keys = [key for (key,) in intake.rows("set_aside", "row_key")]
    assert len(set(keys)) == len(keys) == 2
    assert not any("K7" in key for key in keys)


@on_both
def test_a_row_that_ends_before_it_begins_may_be_of_either_day(with_people):
    """Half an hour past midnight in London is of that day, though not yet in UTC."""
    header = "detention_id,child_id,authorised_on,released_at\n"
    rows = "D1,C1,2025-06-05,2025-06-03T23:30Z\nD2,C1,2025-06-05,2025-06-06T10:00\nD3,C9,2025-06-05,2025-06-06T10:00\n"
    with_people.run(with_people.file("detentions.csv", header + rows), terms=Terms(yes=True))
    june = date(2025, 6, 5)
    assert with_people.rows("set_aside", "line", "day", "other_day") == [(2, june, date(2025, 6, 4)), (4, june, None)]


OUTCOMES = "crime_id,outcome_code,outcome_on,superseded_on\n"


@on_both
def test_so_may_an_outcome_before_its_crime(intake):
    crimes(intake, "crime_id,recorded_on\nK1,2025-03-01\n")
    intake.run(intake.file("outcome_codes.csv", "outcome_code,label,outcome_group\n1,Charged,charged\n"))
    rows = "K1,1,2020-01-01,\nK1,1,2025-03-05,2025-03-04\n"
    intake.run(intake.file("crime_outcomes.csv", OUTCOMES + rows), terms=Terms(yes=True))
    assert intake.rows("set_aside", "line", "day", "other_day") == [
        (2, date(2020, 1, 1), date(2025, 3, 1)),
        (3, date(2025, 3, 5), date(2025, 3, 4)),
    ]


@on_both
def test_outcomes_that_a_corrected_crime_comes_after_are_set_aside_until_one_is_corrected_again(intake):
    first = "crime_id,recorded_on\nK1,2025-03-01\nK2,2025-03-01\n"
    moved = "crime_id,recorded_on\nK1,2025-03-06\nK2,2025-03-05\n"
    given = OUTCOMES + "K1,1,2025-03-05,\nK2,1,2025-03-05,\n"
    crimes(intake, first)
    intake.run(intake.file("outcome_codes.csv", "outcome_code,label,outcome_group\n1,Charged,charged\n"))
    intake.run(intake.file("crime_outcomes.csv", given))
    told = [("crime_outcomes", 2, date(2025, 3, 5), date(2025, 3, 6))]
    columns = "table_name", "line", "day", "other_day"
    for content, expected in ((moved, told), (moved, told), (first, []), (moved, told)):
        remarks = crimes(intake, content).remarks
        assert intake.rows("set_aside", *columns) == expected
    assert remarks == ("outcomes known that are dated before recorded_on of these crimes, and count no more: 1",)
    intake.run(intake.file("crime_outcomes.csv", OUTCOMES + "K1,1,2025-03-06,\n"))
    assert intake.rows("set_aside", *columns) == told, "another row of the key stands beside the first"
    intake.run(
        intake.file("crime_outcomes.csv", OUTCOMES + "K1,1,2025-03-06,\nK2,1,2025-03-05,\n"), terms=Terms(full=True, yes=True)
    )
    assert intake.rows("set_aside", *columns) == []


@on_both
def test_what_an_earlier_version_set_aside_under_one_day_is_told_of_both_when_the_file_comes_again(intake):
    crimes(intake, "crime_id,recorded_on\nK1,2025-03-01\n")
    intake.run(intake.file("outcome_codes.csv", "outcome_code,label,outcome_group\n1,Charged,charged\n"))
    given = intake.file("crime_outcomes.csv", OUTCOMES + "K1,1,2020-01-01,\n")
    intake.run(given, terms=Terms(yes=True))
    with create_engine(intake.url, poolclass=NullPool).begin() as connection:
        connection.execute(update(set_aside).values(other_day=None))
    intake.run(given, terms=Terms(yes=True))
    assert intake.rows("set_aside", "day", "other_day") == [(date(2020, 1, 1), date(2025, 3, 1))]
