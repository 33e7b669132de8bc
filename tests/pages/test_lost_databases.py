"""A database that is gone, broken or of another version: one banner that gives nothing away, and the page again once mended."""

import os
import shutil
import sys
from pathlib import Path

import broken
import databases
import duckdb
import guarded
import planted
import pytest
import streamlit as st
from server import ROOT
from sqlalchemy import make_url
from streamlit.testing.v1 import AppTest
from test_pages import texts

pytestmark = pytest.mark.xdist_group("lost databases")

PAGE = "pages/performance/custody.py"
READS = "fact_detentions"  # a table that the page reads
AGAIN = "Until it can be read, no figures are shown; this page tries again by itself."
NOW, NOWHERE = (
    "The reporting database cannot be read at the moment.",
    "There is no reporting database where the dashboard looks for it.",
)
UNBUILT = "The facts of this database have not been built: run `python -m ingest facts`."
OF_ANOTHER = "The facts of this database are of another version of the dashboard: run `python -m ingest facts`."


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
    assert [error.value for error in app.error] == [f"{sentence} {AGAIN}"]
    assert texts(app) == [f"{sentence} {AGAIN}"]
    everything = f"{app.main!r} {app.sidebar!r}"
    assert not [secret for secret in secrets if secret in everything]


def assert_whole(app, whole):
    app.run()
    assert not app.exception and not app.error
    assert texts(app) == whole


def changed(statement):
    """A fault of a file: what somebody else's SQL did to a copy of it, which was then put in its place."""

    def change(file):
        copy = file.with_name("copy.duckdb")
        shutil.copy(file, copy)
        with duckdb.connect(str(copy)) as connection:
            connection.execute(statement)
        os.replace(copy, file)

    return change


def overwritten(content):
    """A fault of a file: other bytes in it, under the same name and in the same place on the disk."""
    return lambda file: file.write_bytes(content)


def without_any_table(file):
    duckdb.connect(str(file.with_name("empty.duckdb"))).close()
    os.replace(file.with_name("empty.duckdb"), file)


def a_folder(file):
    file.unlink()
    file.mkdir()


def a_link_to_itself(file):
    file.unlink()
    file.symlink_to(file)


FILES = {
    "gone": (Path.unlink, NOWHERE),
    "its folder gone": (lambda file: file.parent.rename(file.parent.with_name("moved")), NOWHERE),
    "empty": (overwritten(b""), NOW),
    "no database": (overwritten(b"Dear Sir or Madam" * 1000), NOW),
    "cut short": (lambda file: os.truncate(file, file.stat().st_size // 3), NOW),
    "cut to its first block": (lambda file: os.truncate(file, 4096), NOW),
    "a folder": (a_folder, NOW),
    "a link to itself": (a_link_to_itself, NOW),
    "without any table": (without_any_table, UNBUILT),
    "a table gone": (changed(f"DROP TABLE {READS}"), NOW),
    "a column gone": (changed(f"ALTER TABLE {READS} DROP COLUMN hub_id"), NOW),
    "a column renamed": (changed(f"ALTER TABLE {READS} RENAME COLUMN day TO gone"), NOW),
    "facts of a later version": (changed("UPDATE fact_builds SET version = 'later'"), OF_ANOTHER),
    "facts never finished": (changed("DELETE FROM fact_builds"), UNBUILT),
}


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


CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{login}'"
SERVERS = {
    "a table gone": (f"ALTER TABLE {READS} RENAME TO gone", f"ALTER TABLE gone RENAME TO {READS}", NOW),
    "a column gone": (f"ALTER TABLE {READS} RENAME day TO gone", f"ALTER TABLE {READS} RENAME gone TO day", NOW),
    "no facts": ("ALTER TABLE fact_builds RENAME TO gone", "ALTER TABLE gone RENAME TO fact_builds", NOW),
    "facts of a later version": (
        "ALTER TABLE fact_builds RENAME version TO own; ALTER TABLE fact_builds ADD version TEXT DEFAULT 'later'",
        "ALTER TABLE fact_builds DROP version; ALTER TABLE fact_builds RENAME own TO version",
        OF_ANOTHER,
    ),
    "its login shut out": (f"ALTER ROLE {{login}} NOLOGIN; {CUT}", "ALTER ROLE {login} LOGIN", NOW),
    "too many connections": (f"ALTER ROLE {{login}} CONNECTION LIMIT 0; {CUT}", "ALTER ROLE {login} CONNECTION LIMIT -1", NOW),
    "no right to a table": (
        "REVOKE SELECT ON fact_detentions FROM ccp_analyst",
        "GRANT SELECT ON fact_detentions TO ccp_analyst",
        NOW,
    ),
    "row-level security gone": (
        f"ALTER FUNCTION ccp_row_level_security RENAME TO gone; {CUT}",
        "ALTER FUNCTION gone RENAME TO ccp_row_level_security",
        NOW,
    ),
}


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
