"""What is set aside now: each row and cell that the latest file of it could not give, by a hash of its key and its day."""

from datetime import date

import pytest

from ingest import Terms

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
