"""Nobody can blind who reads the log, or fill its disk: what a link holds, how much of it, and how often."""

import json
import logging
import re
import sys
from pathlib import Path

import pytest
from planted import database
from server import ROOT, opened, serving
from sqlalchemy import create_engine
from streamlit.testing.v1 import AppTest
from test_readers import come, run

from audit import database as audit_database
from audit import log
from auth import audit_trail

pytestmark = pytest.mark.xdist_group("readers")

NEAR, OWNER = "Sergeant, Near hub", "Information asset owner"
REASON = "Daily briefing, return interviews"


@pytest.fixture(scope="module")
def two_hubs():
    return database()


@pytest.fixture(autouse=True)
def audit(two_hubs, tmp_path, monkeypatch):
    """The address of an audit database of the test's own."""
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setenv("DATABASE_URL", two_hubs)
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite?timeout=0.2")
    return f"sqlite:///{tmp_path}/audit.sqlite"


def alerts(app):
    return [element.value for kind in (app.info, app.warning, app.error) for element in kind]


def test_only_the_choices_of_a_page_are_logged_and_no_more_of_them_than_anybody_chooses():
    junk = {f"junk{number}": "x" * 100 for number in range(500)}
    come("pages/about/definitions.py", invented_reader="Analyst", **{"custody-measure": "y" * 300_000}, **junk)
    filters = json.loads(log.entries(1)["filters"][0])
    assert set(filters) == {"invented_reader", "custody-measure", "from", "until", "hubs"}
    assert filters["custody-measure"] == "y" * 60


@pytest.mark.parametrize("odd", ["\0", "\ufeff", "\u202e", "\U0010ffff"])
def test_no_link_keeps_a_page_from_the_log(odd):
    come("pages/about/definitions.py", invented_reader="Analyst", period=odd)
    assert list(log.entries()["action"]) == ["page", "sign-in"]


CHOSEN = re.compile(r'filters\.choice\("[^"]*", f?"([^"]+)"|_choice\(\w+, "(\w+)"|query_params\.get\("(\w+)"|_IN_LINK = "(\w+)"')


def test_every_choice_of_every_page_is_logged():
    """Those that stand in a link; what chooses a part of a measure is told with the records."""
    scripts = [*(ROOT / "pages").rglob("*.py"), *(ROOT / "auth").rglob("*.py")]
    found = {"".join(names) for script in scripts for names in CHOSEN.findall(script.read_text())}
    of_themes = {name.replace("{theme.key}-", "") for name in found if "{" in name}
    assert of_themes == set(audit_trail.CHOICES_OF_THEMES)
    assert {name for name in found if "{" not in name} - {"part"} <= audit_trail.CHOICES
    assert len(found) > 15


def test_more_than_anybody_reads_is_not_shown_and_that_is_logged_once(monkeypatch):
    monkeypatch.setenv("AUDIT_MOST_A_MINUTE", "5")
    app = come("pages/performance/custody.py", invented_reader=NEAR)
    for period in ("October 2026", "September 2026", "August 2026", "July 2026"):
        app.selectbox(key="period").select(period)
        run(app)
    assert any(text.startswith("More was opened here within a minute than anybody reads") for text in alerts(app))
    assert not app.metric
    run(app)
    assert list(log.entries()["action"][::-1]) == ["sign-in", *["page"] * 4, "limit"]
    monkeypatch.setattr(audit_trail, "_MINUTE", 0.0)
    assert run(app).metric, "a minute later"


def test_what_is_refused_over_the_limit_is_a_line_in_the_log_of_the_server_and_the_browser_is_told(two_hubs, tmp_path):
    written = tmp_path / "log"
    with (
        serving(two_hubs, log=written, AUDIT_MOST_A_MINUTE="5") as address,
        opened(address, "missing", f"invented_reader={NEAR}") as tab,
    ):
        tab.unfold()
        name = next(iter(tab.files()))
        assert [bool(tab.press(name)) for _ in range(10)] == [True] * 3 + [False] * 7, "a sign-in and a page were logged before"
        for page in ("custody", "stop_search", "custody"):
            tab.go(page, tab.query)
            assert not tab.elements("metric")
    lines = written.read_text().splitlines()
    assert len(lines) == 2, lines
    assert lines[0].endswith("(LimitReached: 5 entries were written within a minute.)")
    assert lines[1] == "A reader is shown nothing more for now: 5 entries were written within a minute."
    assert not any(NEAR in line for line in lines)


def test_who_signs_in_has_one_limit_in_all_sessions(monkeypatch):
    monkeypatch.setenv("AUDIT_MOST_A_MINUTE", "3")
    monkeypatch.setattr(audit_trail, "sign_in_is_configured", lambda: True)
    monkeypatch.setattr(audit_trail, "_limits", {})
    assert come("pages/performance/custody.py", invented_reader=NEAR).metric
    assert not come("pages/performance/missing.py", invented_reader=NEAR).metric
    assert come("pages/performance/missing.py", invented_reader="Analyst").metric, "and another reader has another"


def test_a_locked_log_is_waited_for_once_in_a_run(caplog):
    with audit_database.writing(), caplog.at_level(logging.ERROR, logger="auth.audit_trail"):
        app = come("pages/hubs/records.py", invented_reader=NEAR, measure="Missing episodes")
    assert [record.message for record in caplog.records if "database is locked" in record.message] == [caplog.records[0].message]
    assert any(text.startswith("The access log cannot be written at the moment.") for text in alerts(app))
    assert app.metric
    run(app)
    assert set(log.entries()["action"]) == {"sign-in", "page"}, "and asked again in the next"


def test_the_log_is_read_a_page_at_a_time_whatever_stands_in_it(monkeypatch, audit):
    monkeypatch.setattr("audit.caps.LONGEST", 1_000_000)  # as an earlier version kept whole what a link held
    for number in range(230):
        log.write(
            log.Who("any", "ann", "Ann"), "page", page="x", filters={"period": "z" * 100_000 if number > 200 else str(number)}
        )
    app = come("pages/about/access_log.py", invented_reader=OWNER)
    assert len(app.dataframe[-1].value) == 100
    assert max(len(text) for text in app.dataframe[-1].value["What was seen"]) <= 600
    assert shown(app) == "Entries 232 to 133; `python -m audit log` lists all, whole."
    press(app, "Earlier entries")
    press(app, "Earlier entries")
    assert shown(app).startswith("Entries 32 to 1;")
    assert next(button for button in app.button if button.label == "Earlier entries").disabled
    press(app, "Later entries")
    assert shown(app).startswith("Entries 132 to 33;")
    app.selectbox(key="action").select("Sign-ins")
    assert len(run(app).dataframe[-1].value) == 1, "another choice begins with the latest"


def shown(app):
    return next(caption.value for caption in app.caption if caption.value.startswith("Entries "))


def press(app, label):
    next(button for button in app.button if button.label == label).click()
    return run(app)


def test_a_hostile_link_adds_little_however_often(audit):
    hostile = {f"p{number}": "x" * 1000 for number in range(500)} | {"period": "x" * 200_000}
    for number in range(4):
        come("pages/about/definitions.py", invented_reader="Analyst", hub=f"{number}" * 100_000, **hostile)
    assert sum(len("".join(map(str, entry))) for entry in log.entries().to_numpy().tolist()) < 8 * 2_000
    with create_engine(audit).connect():
        assert Path(audit.removeprefix("sqlite:///")).stat().st_size < 200_000


def press_a_download():
    import streamlit as st

    from auth import audit_trail
    from auth.readers import Reader
    from queries.scope import Access

    st.session_state.reader = Reader("this machine", "ann", "Ann", (Access("analyst"),))
    st.session_state.access, st.session_state.page = Access("analyst"), "Police custody"
    st.write(audit_trail.export(lambda: "every figure", "table")().decode())


@pytest.mark.parametrize("is_kept", [True, False])
def test_no_file_leaves_that_is_not_logged(tmp_path, monkeypatch, is_kept):
    """Figures are shown while the log cannot be written; a file of them would be gone from the force without a trace."""
    (tmp_path / "file").touch()
    if not is_kept:
        monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/file/audit.sqlite")
    app = AppTest.from_function(press_a_download, default_timeout=60).run()
    assert [text.value for text in app.markdown] == (["every figure"] if is_kept else [])
    assert bool(app.exception) != is_kept
