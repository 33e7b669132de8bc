"""What every reader is promised: who they may read as, and that no record of a child is shown that is not logged."""

import json
import re
import sys

import pytest
from planted import CANARY, NEARBY, SAYS_NO, database
from server import ROOT
from shown import tables
from streamlit.testing.v1 import AppTest

from audit import log

pytestmark = pytest.mark.xdist_group("readers")

NEAR, FAR, AUDIT = "Sergeant, Near hub", "Sergeant, Quaygate hub", "Information asset owner"
CUSTODY, RECORDS, LOG = "pages/performance/custody.py", "pages/hubs/records.py", "pages/about/access_log.py"
REASON = "Daily briefing, return interviews"
REPEATS = "Counted: Those of a child who was already missing in the 12 months before"


@pytest.fixture(scope="module")
def two_hubs():
    return database()


@pytest.fixture(autouse=True)
def invented(two_hubs, tmp_path, monkeypatch):
    """The invented force, with an audit database of the test's own."""
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setenv("DATABASE_URL", two_hubs)
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite")


@pytest.fixture
def lose_the_log(tmp_path, monkeypatch):
    """What makes the log one that cannot be written, from then on."""
    no_folder = tmp_path / "file"
    no_folder.touch()
    return lambda: monkeypatch.setenv("AUDIT_URL", f"sqlite:///{no_folder}/audit.sqlite")


def come(page=None, **link):
    """A new tab in which somebody follows a link."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    app.query_params.update(link)
    return run(app.switch_page(page) if page else app)


def run(app):
    app.run()
    assert not app.exception, app.exception
    return app


def titles(app):
    return [element.value for element in app.title]


def said(app):
    return [element.value for kind in (app.info, app.warning, app.error, app.caption, app.markdown) for element in kind]


def figures(app):
    return {figure.label: figure.value for figure in app.metric}


def give(app, reason):
    app.text_input[0].input(reason)
    next(button for button in app.button if button.label == "Show records").click()
    return run(app)


def records(app):
    """Every cell of the tables of a page, as text."""
    return " ".join(str(cell) for table in tables(app) for cell in table.to_numpy().ravel())


def read_as(app, who):
    app.selectbox(key="reads_as_chosen").select(who)
    return run(app)


def test_the_invented_force_can_be_read_as_anybody():
    options = come("pages/about/definitions.py").selectbox(key="reads_as_chosen").options
    others = ["Member of the partnership board", "Analyst", AUDIT]
    assert options == ["Chief superintendent, command team", NEAR, FAR, *others]


def test_another_reader_gets_a_hub_of_their_own_or_is_refused_the_page():
    app = come(CUSTODY, invented_reader=NEAR, hub="Near", **{"custody-measure": "Detentions of children"})
    assert figures(app)["Detentions of children"] == "3"
    read_as(app, FAR)
    assert titles(app) == ["Police custody"]
    assert figures(app)["Detentions of children"] == "5"
    read_as(app, AUDIT)
    assert titles(app) == [SAYS_NO] and not app.metric
    assert app.query_params["invented_reader"] == AUDIT


def test_a_link_that_names_no_reader_is_read_as_the_first():
    app = come(CUSTODY, invented_reader="Chief constable")
    assert app.selectbox(key="reads_as_chosen").value == "Chief superintendent, command team"
    assert any(text.startswith("The link asks for the reader “Chief constable”, but there is no such") for text in said(app))


def test_records_come_after_a_reason():
    app = come(RECORDS, invented_reader=NEAR, measure="Missing episodes")
    assert not tables(app)
    assert "“because” does not say why: give a reason of 10 letters or more." in said(give(app, "because"))
    assert not tables(app)
    give(app, REASON)
    assert f"{NEARBY}-2" in records(app) and CANARY not in records(app)
    assert f":material/visibility: Opened for: {REASON}. What you open is logged." in said(app)


def test_the_log_is_told_which_part_of_a_measure_was_opened():
    """Not the part of the measure before, which a link to another measure still names."""
    give(come(RECORDS, invented_reader=NEAR, measure="Detentions of children"), REASON)
    give(come(RECORDS, invented_reader=NEAR, measure="Repeat missing episodes", part="Counted: Detentions"), REASON)
    opened = [json.loads(filters) for filters in log.entries(action="records")["filters"]]
    assert [each["part"] for each in opened] == [REPEATS, "Counted: Detentions of children authorised"]
    assert not any("part" in json.loads(filters) for filters in log.entries(action="page")["filters"])


def test_what_is_shown_again_is_written_down_once():
    app = give(come(RECORDS, invented_reader=NEAR, measure="Missing episodes"), REASON)
    run(run(app))
    assert list(log.entries()["action"][::-1]) == ["sign-in", "page", "reason", "records"]
    assert list(log.entries(record=f"{NEARBY}-2")["reason"]) == [REASON]


def test_without_a_log_records_are_refused_and_figures_go_on(lose_the_log):
    lose_the_log()
    app = come(RECORDS, invented_reader=NEAR, measure="Missing episodes")
    assert figures(app) == {"Missing episodes": "3 episodes"}
    assert any(text.startswith("The access log cannot be written at the moment.") for text in said(app))
    give(app, REASON)
    assert any(text.startswith("These records are not shown, because the access log cannot be written") for text in said(app))
    assert not tables(app)


def test_a_log_that_is_lost_later_takes_the_records_with_it(lose_the_log):
    app = give(come(RECORDS, invented_reader=NEAR, measure="Missing episodes"), REASON)
    assert tables(app)
    lose_the_log()
    app.selectbox(key="measure").select("Detentions of children")
    run(app)
    assert figures(app) == {"Detentions of children": "3 detentions"}
    assert not tables(app)
    assert any(text.startswith("These records are not shown") for text in said(app))


def test_the_log_shows_who_did_what_to_its_reader():
    give(come(RECORDS, invented_reader=NEAR, measure="Missing episodes"), REASON)
    come(CUSTODY, invented_reader=NEAR, hub="Quaygate")
    app = come(LOG, invented_reader=AUDIT)
    table = tables(app)[-1]
    latest = list(zip(table["Who"], table["Role"], table["What"], table["Page"], strict=True))
    assert latest[::-1] == [
        (NEAR, "Hub sergeant", "signed in", ""),
        (NEAR, "Hub sergeant", "opened a page", "Records"),
        (NEAR, "Hub sergeant", "gave a reason", "Records"),
        (NEAR, "Hub sergeant", "opened records", "Records"),
        (NEAR, "Hub sergeant", "signed in", ""),
        (NEAR, "Hub sergeant", "was refused", "Police custody"),
        (AUDIT, "Reader of the access log", "signed in", ""),
        (AUDIT, "Reader of the access log", "opened a page", "Access log"),
    ]
    assert NEARBY not in records(app), "pseudonyms, never ids"
    assert any(
        re.match(r"The log was complete and unchanged when it was last checked, .*: 8 entries", element.value)
        for element in app.success
    )


def test_the_boards_own_process_needs_no_database_and_shows_no_exact_figure(monkeypatch):
    monkeypatch.setenv("AUDIENCE", "board")
    monkeypatch.setenv("DATABASE_URL", "duckdb:////nowhere/at/all.duckdb")
    monkeypatch.setattr(sys, "argv", ["app.py", "--local"])
    app = come()
    assert titles(app) == ["Released figures"]
    assert not app.metric and not tables(app)


def test_the_boards_own_process_lets_nobody_in_where_no_invented_force_is_released(monkeypatch):
    monkeypatch.setenv("AUDIENCE", "board")
    app = come(invented_reader="Analyst")
    assert titles(app) == ["Child centred policing"]
    assert any(text.startswith("Sign-in is not set up, and these data are not the invented force's") for text in said(app))
    assert not app.metric
