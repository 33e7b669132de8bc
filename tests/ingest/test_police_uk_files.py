"""The stop and search files of data.police.uk are read as they are published."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Date, and_, cast, func, select

from ingest.police_uk import force_of
from queries.engine import connect
from queries.tables import stop_searches

pytestmark = pytest.mark.usefixtures("on_each_engine")

PUBLISHED = Path(__file__).parents[1] / "police_uk" / "stop-and-search.zip"
EXCERPT = Path(__file__).parent / "fixtures" / "2019-04-north-wales-stop-and-search.csv"
HEADER = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,"
    "Officer-defined ethnicity,Legislation,Object of search,Outcome,Outcome linked to object of search,"
    "Removal of more than just outer clothing\n"
)


def search(outcome="Arrest", kind="Person search", stamp="2019-06-30T23:30:00+00:00", gender="Male", age="10-17"):
    return f"{kind},{stamp},,,53.3,-3.8,{gender},{age},White - Irish,White,,Controlled drugs,{outcome},True,False\n"


def number_of(intake, *conditions):
    with connect(intake.url).connect() as connection:
        return connection.scalar(select(func.count()).where(*conditions).select_from(stop_searches))


def test_a_search_in_the_contracts_words(intake):
    intake.take("2019-06-north-wales-stop-and-search.csv", HEADER + search())
    ((search_id, *told),) = intake.rows("stop_searches")
    searched_at = told.pop(2)
    assert len(search_id) == 32
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
    intake.take("2019-06-north-wales-stop-and-search.csv", HEADER + "".join(searches))
    return [value for _, value in intake.rows("stop_searches", "searched_at", column)]


def test_outcomes(intake):
    assert in_order(intake, "outcome", [printed for printed, _ in OUTCOMES], name="outcome") == [meant for _, meant in OUTCOMES]


def test_an_outcome_that_nobody_has_mapped_is_rejected(intake):
    report = intake.take("2019-06-north-wales-stop-and-search.csv", HEADER + search() + search(outcome="Given a lift home"))
    ((line, column, value, reason),) = intake.reasons(report)
    assert (line, column, value) == (3, "outcome", "Given a lift home")
    assert reason.startswith("is not one of no further action, arrest, ")


def test_kinds(intake):
    printed = ["Person search", "Person and Vehicle search", "Vehicle search"]
    assert in_order(intake, "kind", printed, name="kind") == ["person", "person and vehicle", "vehicle"]


def test_sexes(intake):
    assert in_order(intake, "sex", ["Male", "Female", "Other", ""], name="gender") == ["M", "F", "X", None]


def test_a_search_without_a_readable_date_is_rejected(intake):
    report = intake.take("2019-06-north-wales-stop-and-search.csv", HEADER + search(stamp="June"))
    assert [(line, column) for line, column, _, _ in intake.reasons(report)] == [(2, "searched_on")]


@pytest.mark.parametrize(
    ("name", "force"),
    [
        ("2019-04-north-wales-stop-and-search.csv", "North Wales"),
        ("2023-06-cumbria-stop-and-search.sample.csv", "Cumbria"),
        ("2024-01-city-of-london-stop-and-search.csv", "City of London"),
        ("2024-01-devon-and-cornwall-stop-and-search.csv", "Devon and Cornwall"),
        ("2024-01-dyfed-powys-stop-and-search.csv", "Dyfed-Powys"),
        ("2024-01-btp-stop-and-search.csv", "BTP"),
        ("stop_searches.csv", None),
    ],
)
def test_the_force_is_in_the_files_name(name, force):
    assert force_of(name) == force


def test_identical_rows_are_separate_searches_and_loading_them_again_adds_none(intake):
    report = intake.take("2019-06-north-wales-stop-and-search.csv", HEADER + search() * 3 + search(gender="Female"))
    assert intake.counts(report) == (4, 4, 0, 0, 0)
    again = intake.take("2019-06-north-wales-stop-and-search.csv", HEADER + search(gender="Female") + search() * 4)
    assert intake.counts(again) == (5, 1, 0, 4, 0)


def test_a_missing_column_of_a_published_file(intake):
    report = intake.take("2019-06-north-wales-stop-and-search.csv", "Type,Date of search\nPerson search,2019-06-01T10:00Z\n")
    assert report.refused == (
        "2019-06-north-wales-stop-and-search.csv lacks the required column Date (nearest header: Date of search); "
        "add or rename it, and load the file again."
    )


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
    assert intake.rows("loads", "data_from", "data_to") == [(date(2019, 4, 1), date(2019, 4, 23))]


def test_north_wales_april_2019_to_march_2022(intake):
    with zipfile.ZipFile(PUBLISHED) as archive:
        names = [name for name in archive.namelist() if "north-wales" in name]
        archive.extractall(intake.folder, names)
    assert len(names) == 36
    reports = intake.load()
    assert sum(report.new for report in reports) == sum(report.read for report in reports) == 14_457
    with_outcome = and_(
        stop_searches.c.age_band == "10-17", stop_searches.c.kind != "vehicle", stop_searches.c.outcome.is_not(None)
    )
    assert number_of(intake, with_outcome) == 2_420
    assert number_of(intake, with_outcome, stop_searches.c.outcome != "no further action") == 314
