"""Open data as published, from the files to the figure on the command line: North Wales, and South Wales without ages."""

import zipfile
from pathlib import Path

import databases
import pytest
from sqlalchemy import select

from ingest.__main__ import main as take_in
from metrics.__main__ import main as ask
from queries.engine import connect
from queries.tables import CONTRACT, loads

pytestmark = [pytest.mark.usefixtures("on_each_engine"), pytest.mark.xdist_group("open data")]  # loaded once

PUBLISHED = Path(__file__).parent / "police_uk" / "stop-and-search.zip"
THREE_YEARS = ["--from", "2019-04-01", "--to", "2022-04-01"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    with zipfile.ZipFile(PUBLISHED) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def north_wales(files, on_each_engine):
    url = databases.vacant()
    assert take_in([*map(str, sorted(files.glob("*north-wales*"))), "--database", url]) == 0
    return url


def shown(capsys, *arguments):
    capsys.readouterr()
    assert ask(["show", *arguments, "--format", "csv"]) == 0
    return capsys.readouterr().out.splitlines()


def everything_in(url):
    with connect(url).connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in (*CONTRACT, loads)}


def test_the_conversion_rate_of_three_years(north_wales, capsys):
    assert ask(["show", "search_outcome_rate", *THREE_YEARS, "--database", north_wales]) == 0
    said = capsys.readouterr().out
    assert len(everything_in(north_wales)["stop_searches"]) == 14_457
    assert "12.98% 11.69 to 14.37% 314 of 2,420" in said
    header, row = shown(capsys, "search_outcome_rate", *THREE_YEARS, "--database", north_wales)
    assert header == "numerator,denominator,value,lower,upper"
    assert row.startswith("314,2420,0.12975206611570247,")


def test_the_same_files_again_change_nothing(files, north_wales, capsys):
    before = everything_in(north_wales)
    assert take_in([*map(str, sorted(files.glob("*north-wales*"))), "--database", north_wales]) == 0
    assert everything_in(north_wales) == before


def test_searches_of_unknown_age_are_not_available_never_nought(files, capsys):
    url = databases.vacant()
    assert take_in([*map(str, files.glob("*south-wales*")), "--database", url]) == 0
    month = ["--from", "2019-04-01", "--to", "2019-05-01", "--database", url]
    assert shown(capsys, "searches", "search_outcome_rate", *month)[1:] == ["searches,,,,,", "search_outcome_rate,,,,,"]


def test_a_force_without_ages_stays_not_available_beside_one_with(files, capsys):
    url = databases.vacant()
    assert take_in([*map(str, files.glob("2019-0[45]*")), "--database", url]) == 0
    rows = shown(capsys, "searches", "--by", "force,month", "--from", "2019-04-01", "--to", "2019-06-01", "--database", url)
    assert [row.split(",")[:3] for row in rows[1:]] == [
        ["North Wales", "2019-04-01", "53"],
        ["North Wales", "2019-05-01", "80"],
        ["South Wales", "2019-04-01", ""],
        ["South Wales", "2019-05-01", ""],
    ]
