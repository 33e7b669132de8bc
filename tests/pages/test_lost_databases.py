"""A database that is gone, broken or of another version: one banner that gives nothing away, and the page again once mended."""

import os
import shutil
import sys
import time
from pathlib import Path

import broken
import databases
import guarded
import planted
import pytest
import streamlit as st
from faults import AGAIN, CUT, FILES, NOW, READS, SERVERS, changed
from server import ROOT, opened, serving
from sqlalchemy import make_url
from streamlit.testing.v1 import AppTest
from test_pages import texts

from auth.readers import SECONDS_BETWEEN_ACCESS_CHECKS
from metrics.markdown import escaped
from pages.parts import outage

pytestmark = pytest.mark.xdist_group("lost databases")

LINK = "invented_reader=Analyst&hub=Quaygate"
PAGE = "pages/performance/custody.py"


def sampled(faults, *always):
    """All of them with --long, and these without it too."""
    return [pytest.param(fault, marks=() if fault in always else pytest.mark.long) for fault in faults]


@pytest.fixture(autouse=True)
def at_this_machine(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", "--local"])


@pytest.fixture(scope="module")
def kept():
    """A whole file of two hubs, of which each test breaks a copy."""
    with databases.on("duckdb"):
        return Path(planted.database().removeprefix("duckdb:///"))


@pytest.fixture
def served(kept, tmp_path, monkeypatch):
    """The file that the dashboard reads, and a page of it that stands open."""
    file = tmp_path / "secret_place.duckdb"
    shutil.copy(kept, file)
    return file, page_on(f"duckdb:///{file}", monkeypatch)


def page_on(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    app.switch_page(PAGE).run()
    assert [title.value for title in app.title] == ["Police custody"]
    return app


def assert_banner(app, sentence, *secrets):
    st.cache_data.clear()
    app.run()
    assert not app.exception, app.exception
    banner = escaped(f"{sentence} {AGAIN}")
    assert [error.value for error in app.error] == [banner]
    assert texts(app) == [banner]
    everything = f"{app.main!r} {app.sidebar!r}"
    assert not [secret for secret in secrets if secret in everything]


def assert_whole(app, whole):
    app.run()
    assert not app.exception and not app.error
    assert texts(app) == whole


@pytest.mark.parametrize("fault", sampled(FILES, "gone", "no database", "cut short", "a column gone", "facts of a later version"))
def test_a_file_that_cannot_be_read(served, kept, fault):
    file, app = served
    whole = texts(app)
    make, sentence = FILES[fault]
    make(file)
    assert_banner(app, sentence, str(file.parent), file.stem, "/tmp", "duckdb")
    if file.is_dir():
        file.rmdir()
    file.unlink(missing_ok=True)
    file.parent.mkdir(exist_ok=True)
    shutil.copy(kept, file)
    assert_whole(app, whole)


def test_a_file_with_more_columns_and_tables_is_read_as_before(served):
    file, app = served
    whole = texts(app)
    changed(f"ALTER TABLE {READS} ADD COLUMN more INTEGER; CREATE TABLE fact_of_tomorrow (a INTEGER)")(file)
    app.run()
    assert not app.exception and not app.error
    assert len(set(whole) - set(texts(app))) == 1, "it is no longer marked as invented"


def test_a_file_put_back_as_it_was_is_read_again(served):
    """A disk that came back: the same file with the same time of change, though what was open has failed."""
    file, app = served
    whole, content, status = texts(app), file.read_bytes(), file.stat()
    broken_now = bytearray(content)
    broken_now[len(content) // 3 :] = bytes(len(content) - len(content) // 3)
    file.write_bytes(broken_now)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert_banner(app, NOW, file.stem)
    file.write_bytes(content)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert_whole(app, whole)


def test_a_file_replaced_in_the_middle_of_a_run(served, kept, tmp_path):
    """The rest of the page reads the new file; nothing fails."""
    file, app = served
    whole, other = texts(app), tmp_path / "other.duckdb"
    shutil.copy(kept, other)
    changed("DELETE FROM fact_detentions")(other)
    with broken.counted() as reads:
        reads.fail(20, lambda: os.replace(other, file))
        app.run()
        assert not other.exists(), "it was replaced while the page was read"
    assert not app.exception and not app.error
    app.run()
    assert not app.exception and not app.error and texts(app) != whole
    shutil.copy(kept, other)
    os.replace(other, file)
    assert_whole(app, whole)


@pytest.fixture(scope="module")
def server():
    """The address of two hubs on PostgreSQL by their owner, and by a login with no more than the dashboard is given."""
    with databases.on("postgresql"):
        owner = guarded.install(planted.database())
    return owner, guarded.dashboard(owner)


@pytest.mark.parametrize("fault", sampled(SERVERS, "a column gone", "its login shut out"))
def test_a_server_that_cannot_be_read(server, monkeypatch, fault):
    owner, url = server
    login = make_url(url).username
    app = page_on(url, monkeypatch)
    whole = texts(app)
    breaks, mends, sentence = SERVERS[fault]
    guarded.run(owner, breaks.format(login=login))
    try:
        assert_banner(app, sentence, login, make_url(url).query["options"], "/tmp/pg")
    finally:
        guarded.run(owner, mends.format(login=login))
    assert_whole(app, whole)


def test_connections_that_are_cut_between_two_runs_are_made_again(server, monkeypatch):
    owner, url = server
    app = page_on(url, monkeypatch)
    whole = texts(app)
    guarded.run(owner, CUT.format(login=make_url(url).username))
    assert_whole(app, whole)


def test_a_server_that_is_gone(server, monkeypatch):
    app = page_on(server[1], monkeypatch)
    whole = texts(app)
    monkeypatch.setenv("DATABASE_URL", "postgresql://a_reader:hush-hush@127.0.0.1:1/of_the_force")
    assert_banner(app, NOW, "a_reader", "hush", "127.0.0.1", "of_the_force")
    monkeypatch.setenv("DATABASE_URL", server[1])
    assert_whole(app, whole)


@pytest.mark.parametrize("wait", [0, pytest.param(SECONDS_BETWEEN_ACCESS_CHECKS, marks=pytest.mark.long)])
def test_a_page_that_stands_open_shows_the_banner_and_comes_back_as_it_was(kept, tmp_path, wait):
    """By itself, at the next check of its reader's access (--long), or when the reader chooses something."""
    file = tmp_path / "secret_place.duckdb"
    shutil.copy(kept, file)
    with serving(f"duckdb:///{file}") as address, opened(address, "custody", LINK) as tab:
        tab.unfold()
        (name, *_) = tab.files()
        title = tab.elements("heading")[0].body
        os.truncate(file, 5000)
        assert tab.press(name) == "", "no file is made while nobody can say who may have it"
        if wait:
            time.sleep(wait)
            tab.run_again(SECONDS_BETWEEN_ACCESS_CHECKS)
        else:
            tab.go("custody", LINK)
        tab.messages = [message for message in tab.messages if not message.HasField("delta") or "alert" in str(message)]
        assert [one.body for one in tab.elements("alert")][-1] == f"{NOW} {AGAIN}"
        shutil.copy(kept, file)
        tab.run_again(outage.SECONDS_BETWEEN_TRIES)
        assert title in [one.body for one in tab.elements("heading")]
        assert "Quaygate" in [box.raw_value for box in tab.elements("selectbox")], "the hub of the link"
        assert not tab.elements("exception")
        assert not [place for place in (str(tmp_path), file.stem, str(ROOT / "pages")) if place in tab.sent()]
