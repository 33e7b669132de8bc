"""A full extract holds all rows of its table: those that are absent are withdrawn, kept aside, and back when they come again."""

import json
from datetime import date

import pytest

from ingest.taking import Terms

WITHOUT_FACTS = True

on_both = pytest.mark.usefixtures("each_engine")  # what hangs on SQL

FULL = Terms(full=True)
HEADER = "crime_id,recorded_on,offence\n"
ALL = [f"K{number},2025-01-{number:02},theft\n" for number in range(1, 11)]  # ten, of 1 to 10 January


def crimes(intake, rows, terms):
    (report,) = intake.run(intake.file("crimes.csv", HEADER + "".join(rows)), terms=terms).files
    return report


@pytest.fixture
def ten(with_people):
    crimes(with_people, ALL, Terms())
    return with_people


def ids(intake):
    return sorted(int(crime_id[1:]) for (crime_id,) in intake.rows("crimes", "crime_id"))


@on_both
def test_absent_rows_are_withdrawn_counted_and_kept_with_their_load(ten):
    report = crimes(ten, ALL[2:], FULL)
    assert ten.counts(report) == (8, 0, 0, 8, 0)
    assert report.withdrawn == 2
    assert ids(ten) == list(range(3, 11))
    withdrawn = ten.rows("withdrawn_rows", "table_name", "row", "load_id")
    assert [(table, json.loads(row)) for table, row, _ in withdrawn] == [
        ("crimes", {"crime_id": f"K{n}", "recorded_on": f"2025-01-{n:02}", "offence": "theft"}) for n in (1, 2)
    ]
    loads = ten.rows("loads", "load_id", "rows_withdrawn", "rows_unchanged")
    assert [load for load in loads if load[1]] == [(withdrawn[0][2], 2, 8)]


def test_they_are_back_at_the_next_load_that_brings_them(ten):
    crimes(ten, ALL[2:], FULL)
    report = crimes(ten, ALL[:2], Terms())
    assert (report.new, report.withdrawn) == (2, 0)
    assert ids(ten) == list(range(1, 11))


def test_without_it_nothing_goes_and_a_remark_gives_their_number(ten):
    report = crimes(ten, ALL[2:], Terms())
    assert (report.withdrawn, len(ids(ten))) == (0, 10)
    assert report.remarks == (
        "rows known in crimes that are not in what was given: 2 of 10; if that holds all of its rows, load it with --full, "
        "which withdraws the others",
    )
    assert crimes(ten, ALL[8:], Terms()).remarks == (), "a fifth of what is known is not meant to be all"


def test_a_check_counts_what_would_go_and_nothing_goes(ten):
    file = ten.file("crimes.csv", HEADER + "".join(ALL[2:]))
    (report,) = ten.run(file, terms=FULL, dry_run=True).files
    assert (report.withdrawn, len(ids(ten)), ten.rows("withdrawn_rows")) == (2, 10, [])


def test_more_than_a_fifth_goes_only_where_it_is_wanted(ten):
    report = crimes(ten, ALL[3:], FULL)
    assert report.refused == (
        "crimes.csv: 3 of the 10 rows known in crimes would be withdrawn (30%; 20% is allowed); give all of its rows, or "
        "--yes if they are all."
    )
    assert (report.withdrawn, len(ids(ten)), len(ten.rows("loads"))) == (0, 10, 3)
    assert crimes(ten, ALL[3:], Terms(full=True, most_withdrawn=0.3)).withdrawn == 3
    assert crimes(ten, ALL[:0], Terms(full=True, yes=True)).withdrawn == 7


@on_both
def test_all_rows_from_a_day_on(ten):
    """The 5th and the 9th are absent, and so are those before the 5th, of which the file says nothing."""
    report = crimes(ten, [*ALL[5:8], *ALL[9:]], Terms(full_from=date(2025, 1, 5), most_withdrawn=0.4))
    assert report.withdrawn == 2
    assert ids(ten) == [1, 2, 3, 4, 6, 7, 8, 10]


def test_a_corrected_key_takes_the_old_row_with_it(with_people):
    """The care spell began a day later than was said at first."""
    header = "child_id,started_on,status\n"
    with_people.take("care_spells.csv", header + "C1,2025-01-01,in care\nC2,2025-01-01,in care\n")
    corrected = with_people.file("care_spells.csv", header + "C1,2025-01-02,in care\nC2,2025-01-01,in care\n")
    (report,) = with_people.run(corrected, terms=Terms(full=True, yes=True)).files
    assert (report.new, report.unchanged, report.withdrawn) == (1, 1, 1)
    assert with_people.rows("care_spells", "child_id", "started_on") == [("C1", date(2025, 1, 2)), ("C2", date(2025, 1, 1))]


@on_both
def test_blank_parts_of_a_key_are_known_again(with_people):
    header = "hub_id,year,age,sex,residents\n"
    rows = "CAR,2021,,,90000\nCAR,2021,10,,600\nCAR,2021,10,F,300\nCAR,2021,11,F,300\nCAR,2021,12,F,300\n"
    with_people.take("population.csv", header + rows)
    file = with_people.file("population.csv", header + rows.replace("CAR,2021,10,,600\n", ""))
    (report,) = with_people.run(file, terms=FULL).files
    assert (report.unchanged, report.withdrawn) == (4, 1)
    assert (10, None) not in with_people.rows("population", "age", "sex")


def test_a_refused_row_of_a_known_key_is_not_withdrawn(ten):
    """It is there, though what it says now cannot be read: what it said before stands."""
    report = crimes(ten, ["K1,soon,robbery\n", *ALL[1:]], FULL)
    assert (report.rejected, report.withdrawn) == (1, 0)
    assert ("K1", "theft") in ten.rows("crimes", "crime_id", "offence")


def test_nothing_is_withdrawn_where_a_file_of_the_table_was_refused(ten):
    """Though what the others hold is loaded, where that is wanted."""
    good = ten.file("crimes-1.csv", HEADER + "".join(ALL[1:5]) + "K11,2025-01-11,theft\n")
    for content in ("a shopping list\n", "crime,recorded_on\nK6,2025-01-06\n"):
        bad = ten.file("crimes-2.csv", content)
        taken, refused = ten.run(good, bad, terms=Terms(full=True, yes=True)).files
        assert refused.refused and not taken.refused
        assert taken.withdrawn == refused.withdrawn == 0
    assert ids(ten) == list(range(1, 12))


def test_several_files_of_a_table_hold_all_of_it_together(ten):
    one = ten.file("crimes-1.csv", HEADER + "".join(ALL[:4]))
    other = ten.file("crimes-2.csv", HEADER + "".join(ALL[5:]))
    first, second = ten.run(one, other, terms=FULL).files
    assert (first.withdrawn, second.withdrawn) == (0, 1)
    assert ids(ten) == [1, 2, 3, 4, 6, 7, 8, 9, 10]


def test_tables_that_no_file_is_of_stay_as_they_are(ten):
    hubs = ten.file("hubs.csv", "hub_id,name\nCAR,Carlisle\nBAR,Barrow\n")
    assert ten.run(hubs, terms=FULL).files[0].withdrawn == 0
    assert len(ids(ten)) == 10 and len(ten.rows("children")) == 2


SUSPECTS = "crime_id,child_id\n"


@pytest.fixture
def suspected(with_people):
    """Crimes of 1 January, 1 February and 1 March, each with two suspects."""
    with_people.file("crimes.csv", "crime_id,recorded_on\nK1,2025-01-01\nK2,2025-02-01\nK3,2025-03-01\n")
    with_people.file("suspects.csv", SUSPECTS + "".join(f"K{crime},C{child}\n" for crime in (1, 2, 3) for child in (1, 2)))
    with_people.load()
    return with_people


@on_both
def test_suspects_are_of_the_day_of_their_crime(suspected):
    file = suspected.file("suspects.csv", SUSPECTS + "K2,C1\nK3,C1\nK3,C2\n")
    (report,) = suspected.run(file, terms=Terms(full_from=date(2025, 2, 1), yes=True)).files
    assert (report.unchanged, report.withdrawn) == (3, 1)
    assert suspected.rows("suspects", "crime_id", "child_id") == [
        *(("K1", "C1"), ("K1", "C2"), ("K2", "C1"), ("K3", "C1"), ("K3", "C2")),
    ]


def test_suspects_of_a_crime_that_is_gone_have_no_day_and_go_with_any(suspected):
    """Of those that the file lacks the second crime's are of February, and the first's of no day any more."""
    crimes = suspected.file("crimes.csv", "crime_id,recorded_on\nK2,2025-02-01\nK3,2025-03-01\n")
    suspected.run(crimes, terms=Terms(full=True, yes=True))
    suspects = suspected.file("suspects.csv", SUSPECTS + "K3,C1\nK3,C2\n")
    (report,) = suspected.run(suspects, terms=Terms(full_from=date(2025, 3, 1), yes=True)).files
    assert report.withdrawn == 2
    assert suspected.rows("suspects", "crime_id") == [("K2",), ("K2",), ("K3",), ("K3",)]


def test_children_have_no_day_so_that_none_is_withdrawn_from_a_day_on(ten):
    file = ten.file("children.csv", "child_id,date_of_birth\nC1,2010-05-04\n")
    (report,) = ten.run(file, terms=Terms(full_from=date(2025, 1, 1), yes=True)).files
    assert report.withdrawn == 0
    assert report.remarks == ("nothing is withdrawn, since children has no dates; without a day, --full is of all its rows",)
    (report,) = ten.run(file, terms=Terms(full=True, yes=True)).files
    assert report.withdrawn == 1


@pytest.mark.parametrize("row", ['K1,2025-01-01,"theft\n', ",2025-01-01,theft\n", "K1\n"], ids=["a mark", "no id", "too short"])
def test_a_row_without_a_key_may_be_of_any_row_that_is_known(ten, row):
    report = crimes(ten, [*ALL[1:], row], Terms(full=True, most_refused=0.5))
    assert (report.rejected, report.withdrawn) == (1, 0)
    assert report.remarks[0].startswith("nothing is withdrawn, as 1 refused row")
    assert crimes(ten, [*ALL[1:], row], Terms(full=True, yes=True)).withdrawn == 1


@on_both
def test_many_rows(with_people):
    """More than are kept aside at once."""
    header = "crime_id,recorded_on\n"
    with_people.take("crimes.csv", header + "".join(f"K{number},2025-01-01\n" for number in range(45_000)))
    file = with_people.file("crimes.csv", header + "K1,2025-01-01\n")
    (report,) = with_people.run(file, terms=Terms(full=True, yes=True)).files
    assert report.withdrawn == len({row for (row,) in with_people.rows("withdrawn_rows", "row")}) == 44_999
