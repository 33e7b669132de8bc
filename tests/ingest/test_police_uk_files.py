"""The stop and search files of data.police.uk are read as they are published."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Date, cast, func, select

from ingest.police_uk import publication_of
from queries.tables import stop_searches

WITHOUT_FACTS = True

EXCERPT = Path(__file__).parent / "fixtures" / "2019-04-north-wales-stop-and-search.csv"
HEADER = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,"
    "Officer-defined ethnicity,Legislation,Object of search,Outcome,Outcome linked to object of search,"
    "Removal of more than just outer clothing\n"
)


NAME = "2019-06-north-wales-stop-and-search.csv"


def search(
    outcome="Arrest",
    kind="Person search",
    stamp="2019-06-30T23:30:00+00:00",
    gender="Male",
    age="10-17",
    self_defined="White - Irish",
    officer="White",
):
    return f"{kind},{stamp},,,53.3,-3.8,{gender},{age},{self_defined},{officer},,Controlled drugs,{outcome},True,False\n"


def number_of(intake, *conditions):
    return intake.connection.scalar(select(func.count()).where(*conditions).select_from(stop_searches))


def test_a_search_in_the_contracts_words(intake):
    intake.take(NAME, HEADER + search())
    ((search_id, *told),) = intake.rows("stop_searches")
    searched_at = told.pop(2)
    assert re.fullmatch("north-wales-2019-06-[0-9a-f]{12}-1", search_id)
    assert f"{searched_at:%Y-%m-%d %H:%M}" == "2019-06-30 23:30"
    assert told == [
        *("North Wales", date(2019, 7, 1), None, None, "person", None, "10-17", "M"),  # half past midnight in London
        *("White - Irish", "White", None, "Controlled drugs", "arrest", None, True, False, None, None, None),
    ]


OUTCOMES = [
    ("A no further action disposal", "no further action"),
    ("Nothing found - no further action", "no further action"),
    ("False", "no further action"),
    ("Arrest", "arrest"),
    ("Suspect arrested", "arrest"),
    ("Community resolution", "community resolution"),
    ("Local resolution", "community resolution"),
    ("Summons / charged by post", "summons"),
    ("Suspect summonsed to court", "summons"),
    ("Khat or Cannabis warning", "cannabis or khat warning"),
    ("Offender given drugs possession warning", "cannabis or khat warning"),
    ("Caution (simple or conditional)", "caution"),
    ("Offender cautioned", "caution"),
    ("Penalty Notice for Disorder", "penalty notice"),
    ("Offender given penalty notice", "penalty notice"),
    ("Article found - Detailed outcome unavailable", "other"),
    ("Suspected psychoactive substances seized - No further action", "seizure"),
    ("Details not available", None),
    ("", None),
]


def in_order(intake, column, printed, name):
    """What is loaded of searches that are a minute apart, in order, from one file."""
    stamps = [f"2019-06-30T10:{minute:02}:00+00:00" for minute in range(len(printed))]
    searches = (search(**{name: text}, stamp=stamp) for text, stamp in zip(printed, stamps, strict=True))
    intake.take(NAME, HEADER + "".join(searches))
    return [value for _, value in intake.rows("stop_searches", "searched_at", column)]


def test_outcomes(intake):
    assert in_order(intake, "outcome", [printed for printed, _ in OUTCOMES], name="outcome") == [meant for _, meant in OUTCOMES]


def test_words_that_nobody_has_mapped_cost_no_search_and_are_counted(intake):
    """Something was done, but not what; of which group somebody is, is not known."""
    searches = (
        search(),
        search("Given a lift home", stamp="2019-06-01T10:00:00+00:00"),
        search("Given a lift home", stamp="2019-06-02T10:00:00+00:00", self_defined="Martian", officer="Green"),
        search("Sent to bed", stamp="2019-06-03T10:00:00+00:00", self_defined="Martian"),
    )
    report = intake.take(NAME, HEADER + "".join(searches))
    assert intake.counts(report) == (4, 4, 0, 0, 0)
    assert report.unread == ()
    assert report.remarks == (
        "Outcome: 3 with words not known here, counted as 'other': 'Given a lift home' 2, 'Sent to bed' 1",
        "Self-defined ethnicity: 2 with words not known here, counted as not recorded: 'Martian' 2",
        "Officer-defined ethnicity: 1 with words not known here, counted as not recorded: 'Green' 1",
    )
    stored = intake.rows("stop_searches", "searched_at", "outcome", "ethnicity_self_defined", "ethnicity_officer_defined")
    assert [cells for _, *cells in stored] == [
        *(["other", "White - Irish", "White"], ["other", None, None], ["other", None, "White"]),
        ["arrest", "White - Irish", "White"],
    ]


def test_of_many_unknown_words_the_most_frequent_are_told(intake):
    minutes = [f"2019-06-30T10:{minute:02}:00+00:00" for minute in range(13)]
    searches = (search(f"Word {number // 2}", stamp=stamp) for number, stamp in enumerate(minutes[:12]))
    many = [search(f"Rare {number}", stamp=stamp) for number, stamp in enumerate(minutes)]
    (remark,) = intake.check(NAME, HEADER + "".join([*searches, *many])).remarks
    assert remark.startswith("Outcome: 25 with words not known here, counted as 'other': 'Word 0' 2, 'Word 1' 2, ")
    assert remark.endswith("'Rare 3' 1 and 9 others")


def test_a_kind_a_sex_or_an_age_that_nobody_has_mapped_is_no_word_of_the_contract(intake):
    searches = search(kind="Boat search") + search(gender="Unknown") + search(age="12 and a half")
    report = intake.check(NAME, HEADER + searches)
    assert [(line, column, value) for line, column, value, _ in intake.reasons(report)] == [(2, "kind", "Boat search")]
    assert [(unread.column, unread.value) for unread in report.unread] == [("age_band", "12 and a half"), ("sex", "Unknown")]


def test_kinds(intake):
    printed = ["Person search", "Person and Vehicle search", "Vehicle search"]
    assert in_order(intake, "kind", printed, name="kind") == ["person", "person and vehicle", "vehicle"]


def test_sexes(intake):
    assert in_order(intake, "sex", ["Male", "Female", "Other", ""], name="gender") == ["M", "F", "X", None]


def test_a_search_without_a_readable_date_is_rejected(intake):
    report = intake.check(NAME, HEADER + search(stamp="June"))
    assert [(line, column) for line, column, _, _ in intake.reasons(report)] == [(2, "searched_on"), (2, "searched_at")]


@pytest.mark.parametrize(
    ("name", "force"),
    [
        ("2019-04-north-wales-stop-and-search.csv", "North Wales"),
        ("2023-06-cumbria-stop-and-search.sample.csv", "Cumbria"),
        ("2024-01-city-of-london-stop-and-search.csv", "City of London"),
        ("2024-01-devon-and-cornwall-stop-and-search.csv", "Devon and Cornwall"),
        ("2024-01-dyfed-powys-stop-and-search.csv", "Dyfed-Powys"),
        ("2024-01-btp-stop-and-search.csv", "BTP"),
        ("2024-13-cumbria-stop-and-search.csv", None),
        ("stop_searches.csv", None),
    ],
)
def test_the_force_is_in_the_files_name(name, force):
    publication = publication_of(name)
    assert (publication and publication.force) == force


def test_identical_rows_are_separate_searches_and_loading_them_again_adds_none(intake):
    """Of one instant a search more takes the place of one that was there: which of them is the new one, nothing tells."""
    report = intake.take(NAME, HEADER + search() * 3 + search(gender="Female"))
    assert intake.counts(report) == (4, 4, 0, 0, 0)
    again = intake.take(NAME, HEADER + search(gender="Female") + search() * 4)
    assert intake.counts(again) == (5, 1, 2, 2, 0)
    assert sorted(sex for _, sex in intake.rows("stop_searches", "search_id", "sex")) == ["F", "M", "M", "M", "M"]


def test_a_missing_column_of_a_published_file(intake):
    report = intake.check(NAME, "Type,Date of search\nPerson search,2019-06-01T10:00Z\n")
    assert report.refused == (
        f"{NAME} lacks the required column Date (nearest header: Date of search); add or rename it, and load the file again."
    )


def test_columns_that_such_files_have_are_named_where_they_are_missing(intake):
    header, row = HEADER.split(","), search().split(",")
    shorter = ",".join(header[:12] + header[13:]) + ",".join(row[:12] + row[13:])
    report = intake.check(NAME, shorter)
    assert (report.new, report.remarks) == (1, ("columns of such files that it lacks: Outcome",))


def test_the_first_200_searches_of_north_wales_in_april_2019(intake):
    """Each number can be had from the file by grep, cut and sort."""
    (report,) = intake.load(EXCERPT)
    assert intake.counts(report) == (200, 200, 0, 0, 0)  # of which only 184 differ
    of_children = stop_searches.c.age_band == "10-17"
    assert number_of(intake, of_children) == 44
    assert number_of(intake, of_children, stop_searches.c.outcome == "no further action") == 39
    assert number_of(intake, of_children, stop_searches.c.outcome == "arrest") == 4
    assert number_of(intake, of_children, stop_searches.c.outcome == "community resolution") == 1
    assert number_of(intake, stop_searches.c.kind == "person and vehicle") == 27
    assert number_of(intake, stop_searches.c.sex == "F") == 20
    assert number_of(intake, stop_searches.c.outcome_linked) == 41
    assert number_of(intake, stop_searches.c.beyond_outer_clothing) == 8
    # 25 searches of 23:00 to 23:59 UTC belong to the next day in London; 1 April 2019 stays the first day.
    assert number_of(intake, cast(stop_searches.c.searched_at, Date) < stop_searches.c.searched_on) == 25
    # The last search is of the 23rd: the file's name says that all of the month is published.
    assert intake.rows("loads", "data_from", "data_to") == [(date(2019, 4, 1), date(2019, 4, 30))]
