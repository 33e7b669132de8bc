"""Each read of each page fails once, on both engines: a banner alone, no traceback, and the page again at its next run."""

import sys

import broken
import databases
import guarded
import planted
import pytest
from broken import SECRETS
from server import ROOT
from shown import tables
from streamlit.testing.v1 import AppTest
from test_board import MEETING, SHOW
from test_pages import OF_A_HUB, PAGES, texts

from pages.parts import outage

pytestmark = pytest.mark.xdist_group("reads that fail")

READ_OFTEN = 7  # on PostgreSQL, which is asked for the access of its reader before each question, one statement of so many fails
SAMPLED = ("pages/performance/custody.py", "pages/about/data_quality.py", "pages/about/releases.py")
SERGEANT = "Sergeant, Near hub"
BANNER = "cannot be read at the moment. Until it can be read, no figures are shown; this page tries again by itself."


@pytest.fixture(scope="module")
def served():
    """Two hubs on each engine, the PostgreSQL by a login with no more than the dashboard is given."""
    with databases.on("duckdb"):
        served = {"duckdb": planted.database()}
    with databases.on("postgresql"):
        served["postgresql"] = guarded.dashboard(guarded.install(planted.database()))
    return served


@pytest.fixture(scope="module")
def reads():
    with broken.counted() as reads:
        yield reads


def app_for(monkeypatch, url, page):
    monkeypatch.setenv("DATABASE_URL", url)
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    if page in OF_A_HUB:
        app.query_params["invented_reader"] = SERGEANT
    else:
        monkeypatch.setattr(sys, "argv", ["app.py", "--local"])
    return app.switch_page(page).run()


def assert_banner(app, database):
    assert not app.exception, app.exception
    (banner,) = [error.value for error in app.error]
    assert banner == f"{database} {BANNER}"
    assert not app.title and not app.metric and not tables(app) and not app.markdown
    assert not any(word in banner for word in ("db.force", "hush", "reader", "/srv", "block"))


def assert_each_read_may_fail(app, reads, numbers, database="The reporting database"):
    """The page is whole before; then its reads of these numbers fail, each in a run of its own."""
    whole, title = texts(app), [one.value for one in app.title]
    assert whole and title and not app.error
    reads.fail(0)
    app.run()
    for number in numbers(range(1, reads.sent + 1)):
        reads.fail(number)
        assert_banner(app.run(), database)
        app.run()
        assert not app.exception and not app.error, number
        assert texts(app) == whole, number


@pytest.mark.parametrize("page", SAMPLED)
def test_a_read_that_fails_ends_at_the_banner(monkeypatch, served, reads, page, caplog):
    monkeypatch.setattr(outage, "SECONDS_BETWEEN_DETAILS", 0)  # or a fault of the test before has been written down just now
    app = app_for(monkeypatch, served["duckdb"], page)
    assert_each_read_may_fail(app, reads, lambda all_of_them: [all_of_them[at * len(all_of_them) // 4] for at in range(4)])
    assert (
        "could not read block 7 of /srv/reporting" in caplog.text
    )  # whoever looks after the server is told all but the password
    assert SECRETS not in caplog.text and "hush" not in caplog.text


def test_a_read_that_fails_on_a_server_ends_at_the_banner(monkeypatch, served, reads):
    app = app_for(monkeypatch, served["postgresql"], SAMPLED[0])
    assert_each_read_may_fail(app, reads, lambda all_of_them: all_of_them[1 :: len(all_of_them) // 4])


@pytest.mark.long
@pytest.mark.parametrize("page", [*PAGES, *OF_A_HUB])
def test_each_read_of_each_page_may_fail(monkeypatch, served, reads, page):
    app = app_for(monkeypatch, served["duckdb"], page)
    assert_each_read_may_fail(app, reads, list)


@pytest.mark.long
@pytest.mark.parametrize("page", [*PAGES, *OF_A_HUB])
def test_each_read_of_each_page_may_fail_on_a_server(monkeypatch, served, reads, page):
    app = app_for(monkeypatch, served["postgresql"], page)
    start = [*PAGES, *OF_A_HUB].index(page) % READ_OFTEN
    assert_each_read_may_fail(app, reads, lambda all_of_them: all_of_them[start::READ_OFTEN])


def test_a_read_of_the_store_that_fails_ends_at_the_banner_of_the_board(monkeypatch, reads, released_url):
    """The page of the meeting comes back with its figures: nothing is asked again."""
    monkeypatch.setenv("AUDIENCE", "board")
    monkeypatch.setenv("RELEASE_URL", released_url)
    monkeypatch.setattr(sys, "argv", ["app.py", "--local"])
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120).run()
    for asked in (*app.text_input, *app.text_area):
        asked.input(MEETING[asked.label])
    next(one for one in app.button if one.label == SHOW).click()
    app.run()
    assert_each_read_may_fail(app, reads, list, "The store of releases")
