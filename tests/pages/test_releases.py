"""The command team publishes and withdraws what the board sees; a sergeant sees other hubs as they were released."""

import json
import shutil
from datetime import date
from urllib.parse import urlencode

import pytest
from server import opened, serving
from test_board import MEETING, SHOW, texts

from queries.counting.coverage import ask
from queries.counting.tally import tally
from queries.engine import connect, reading
from queries.scope import SYSTEM, Scope
from queries.themes import custody
from release import store
from release.answers import released
from release.answers.questions import OF_MEASURE
from release.grid import HUB, PERIOD

pytestmark = pytest.mark.xdist_group("board")

CHIEF, MEMBER, SERGEANT = "Chief superintendent, command team", "Member of the partnership board", "Sergeant, Eden hub"


@pytest.fixture(scope="module")
def served(demo_url, tmp_path_factory):
    """The force's own process, and the file of the store that it reads and writes."""
    path = tmp_path_factory.mktemp("releases") / "releases.duckdb"
    with serving(demo_url, RELEASE_URL=f"duckdb:///{path}") as address:
        yield address, path


@pytest.fixture
def dashboard(served, released_url):
    """The force's own process with one published release: its address, and that of the store."""
    address, path = served
    shutil.copy(released_url.removeprefix("duckdb:///"), path.with_suffix(".copy"))
    path.with_suffix(".copy").replace(path)
    return address, f"duckdb:///{path}"


def as_reader(who, **link):
    return urlencode({"invented_reader": who, **link})


def test_who_withdraws_a_release_says_why_and_the_board_no_longer_sees_it(dashboard, written):
    address, url = dashboard
    button = "Withdraw: take it away from the board"
    with opened(address, "releases", as_reader(CHIEF)) as tab:
        assert any("Release 1 tells" in text and "attackers were tried" in text for text in texts(tab))
        tab.fill_in({"Why": "  "}, button)
        assert any("Say why you withdraw release 1." in text for text in texts(tab))
        tab.fill_in({"Why": "A wrong table"}, button)
    with store.reading(url) as connection:
        (found,) = store.all_releases(connection)
    assert found.state == "withdrawn"
    assert [(taken.action, taken.by, taken.why) for taken in found.decisions] == [
        ("publish", "the tests", "For the tests"),
        ("withdraw", CHIEF, "A wrong table"),
    ]
    (entry,) = written("withdraw").to_dict("records")
    assert (entry["name"], json.loads(entry["filters"]), entry["reason"]) == (CHIEF, {"release": 1}, "A wrong table")
    with opened(address, "nights", as_reader(MEMBER)) as tab:
        assert any("Release 1 was withdrawn on" in text for text in texts(tab))
        assert not tab.elements("plotly_chart")


def test_an_analyst_sees_releases_and_decides_nothing(dashboard):
    with opened(dashboard[0], "releases", as_reader("Analyst")) as tab:
        assert any("Release 1 tells" in text for text in texts(tab))
        assert not [button for button in tab.elements("button") if "Withdraw" in button.label]


def test_the_board_is_asked_again_when_another_release_is_published(dashboard, demo_url):
    address, url = dashboard
    with opened(address, "nights", as_reader(MEMBER)) as tab:
        tab.fill_in(MEETING, SHOW)
        assert tab.elements("plotly_chart")
        with store.writing(url) as connection:
            (first,) = store.all_releases(connection)
            about = {**first.about, "proof": {**first.about["proof"], "stacked_on": [1]}}
            store.propose(connection, store.sealed_cells_of(connection, 1), about, "the tests")
            store.decide(connection, 2, "publish", "the tests", "Another")
        tab.go("searching", as_reader(MEMBER))
        assert not tab.elements("plotly_chart")
        assert any("Which meeting is this?" in text for text in texts(tab))


def test_a_sergeant_sees_the_own_hub_exactly_and_others_as_released(dashboard, demo_url):
    address, url = dashboard
    with store.reading(url) as connection:
        stored = store.latest_published(connection)
        release = released.of(stored, store.cells_of(connection, 1))
    asked = OF_MEASURE["overnight_share"]
    year = asked.told(release).years[-1]
    with reading(SYSTEM, connect(demo_url)) as connection:
        scope = Scope(SYSTEM).over(*year_of(year))
        question = ask(connection, [custody.OVERNIGHT, custody.TIMED], scope, ("hub",))
        counted = tally(connection, [custody.OVERNIGHT, custody.TIMED], question)
    exact = {
        hub: counted.counts[custody.OVERNIGHT][place] / counted.counts[custody.TIMED][place]
        for place, (hub,) in enumerate(counted.cells)
    }
    with opened(address, "custody", as_reader(SERGEANT)) as tab:
        chart = next(json.loads(chart.spec) for chart in tab.elements("plotly_chart") if "Your own hub is exact" in chart.alt)
    bars = dict(text.split(": ") for (text,) in chart["data"][0]["customdata"])
    assert bars.pop("Eden (exact)").startswith(f"{exact['eden']:.1%} (")
    assert bars == {
        release.hub_name(hub): f"{figure.percent}%" if figure else "too few"
        for hub in asked.told(release).hubs
        if hub not in ("eden", "unknown")
        for figure in [asked.figure(release, **{PERIOD: year, HUB: hub})]
    }


def year_of(year):
    return date(int(year[:4]), 4, 1), date(int(year[:4]) + 1, 4, 1)
