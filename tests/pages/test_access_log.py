"""The page of whoever answers for the access log: who saw one record, the filters, the summary, the words and the seal."""

import json
import sys
from datetime import datetime

import pytest
import streamlit as st
from planted import NEARBY, database
from sqlalchemy import NullPool, create_engine, text, update
from test_readers import AUDIT, CUSTODY, FAR, LOG, NEAR, REASON, RECORDS, come, give, run, said

from audit import log
from audit.tables import ON_SQLITE
from audit.tables import entries as table
from pages.parts import entries

pytestmark = pytest.mark.xdist_group("readers")
ANN = log.Who("invented readers", "ann", "Ann", "hub", ("near",))
BOB = log.Who("invented readers", "bob", "Bob", "command", None)
OTHER_BOB = log.Who("invented readers", "bobby", "Bob", "command", None)


@pytest.fixture(scope="module")
def two_hubs():
    return database()


@pytest.fixture(autouse=True)
def url(two_hubs, tmp_path, monkeypatch):
    """The invented force, with an audit database of the test's own, at this address."""
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setenv("DATABASE_URL", two_hubs)
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite")
    st.cache_data.clear()
    return f"sqlite:///{tmp_path}/audit.sqlite"


@pytest.fixture
def write(url):
    """Adds an entry as if it had been written on a day at an hour (UTC), and then has the triggers put back."""

    def add(who, action, at="2026-07-01T12", **details):
        number = log.write(who, action, **details)
        with create_engine(url, poolclass=NullPool).begin() as connection:
            connection.execute(text("DROP TRIGGER access_log_unchanged"))
            connection.execute(update(table).where(table.c.number == number).values(at=f"{at}:00:00.000000+00:00"))
            connection.execute(text(next(each for each in ON_SQLITE if "access_log_unchanged" in each)))

    return add


def owner(**link):
    return come(LOG, invented_reader=AUDIT, **{"since": "All", **link})


def ask(app, reference):
    app.text_input[0].input(reference)
    next(button for button in app.button if button.label == "Show who saw it").click()
    return run(app)


def listed(app, *columns):
    """These columns of the entries, the latest first; of those of readers whom the test wrote."""
    shown = app.dataframe[-1].value
    shown = shown[shown["Who"].isin(["Ann", "Bob"])]
    return [row[0] if len(columns) == 1 else tuple(row) for row in shown[list(columns)].to_numpy()]


def labels(app):
    return [button.label for button in app.button]


def test_who_saw_a_record_is_found_by_one_box_with_when_why_and_where():
    give(come(RECORDS, invented_reader=NEAR, measure="Missing episodes"), REASON)
    give(come(RECORDS, invented_reader=NEAR, measure="Detentions of children"), REASON)
    app = ask(owner(), f" {NEARBY}-2 ")
    saw = app.dataframe[0].value
    assert saw[["Who", "What", "Page", "Reason"]].to_numpy().tolist() == [[NEAR, "opened records", "Records", REASON]] * 2
    assert [text.split(", ")[-2] for text in saw["What was seen"]] == [
        "measure: Detentions of children",
        "measure: Missing episodes",
    ]
    assert set(saw["What was seen"].str.split(",").str[0]) == {"Near"}
    assert f"“{NEARBY}-2” was seen by one person; each time, the latest first:" in [text.replace("\\", "") for text in said(app)]


def test_nobody_who_saw_a_record_is_said_plainly(write):
    write(BOB, "export", at=f"{datetime.now(log.LONDON).date()}T00")  # something to sum up, whatever the hour of the test
    app = ask(owner(), "D-1")
    assert any(
        text.startswith("Nothing is found under “D-1”. Either it is not written as the pages show it, letter by")
        for text in said(app)
    )
    assert len(app.dataframe) == 2, "the summary and the entries"
    run(ask(app, "   "))
    assert not any(text.startswith("Nothing is found") for text in said(app))


def test_that_somebody_asked_is_logged_once_and_never_the_reference_itself(url):
    app = ask(owner(), "D-1")
    run(app)
    assert list(app.query_params) == ["invented_reader", "since"]
    ask(app, "D-2")
    asked = log.entries(action="lookup")
    assert list(asked["records"]) == [json.dumps([log.pseudonym(each)]) for each in ("D-2", "D-1")]
    assert set(asked["page"]) == {"Access log"} and "D-1" not in log.entries().to_csv()
    assert log.entries(record="D-1").empty, "who asked has not seen it"


def test_who_saw_a_record_is_not_shown_where_the_asking_cannot_be_logged(monkeypatch):
    log.write(ANN, "records", records=["D-1"])
    app = owner()
    monkeypatch.setenv("AUDIT_MOST_A_MINUTE", "1")
    with create_engine(log.audit_url(), poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'full'); END"))
    ask(app, "D-1")
    assert any(error.value.startswith("Who saw it is not shown, because the access log cannot be written") for error in app.error)
    assert len(app.dataframe) == 2 and not any("was seen by" in text for text in said(app))


def test_entries_are_narrowed_by_reader_hub_days_and_reason(write):
    write(ANN, "reason", "2026-07-01T12", reason="Daily briefing of the hub", filters={"hubs": ["near"]})
    write(BOB, "page", "2026-07-02T12", page="Overview", filters={"hubs": "all"})
    write(OTHER_BOB, "page", "2026-07-03T12", page="Overview", filters={"hubs": ["near"], "hub": "Near"})
    app = owner()
    assert app.selectbox(key="log_reader").options[:4] == ["Everybody", "Ann", "Bob (bob)", "Bob (bobby)"]
    assert app.selectbox(key="log_hub").options == ["All hubs", "near"]
    assert listed(owner(log_reader="Bob (bobby)"), "Id") == ["bobby"]
    assert listed(owner(log_hub="near"), "Id") == ["bobby", "ann"]
    between = owner(since="Between two days", log_from="2026-07-01", log_to="2026-07-02")
    assert listed(between, "Id") == ["bob", "ann"]
    assert between.query_params["log_to"] == "2026-07-02"
    app.text_input[1].input("BRIEFING")
    assert listed(run(app), "Id") == ["ann"]
    assert "reason" not in app.query_params
    app.text_input[1].input("nothing of the kind")
    assert "There are no such entries." in said(run(app))


def test_a_day_that_is_none_gets_a_notice_and_the_last_month_is_shown():
    app = owner(since="Between two days", log_from="yesterday")
    assert any("The link asks for “yesterday” under “From”; give a day from " in warning.value for warning in app.warning)
    assert app.date_input[1].value == datetime.now(log.LONDON).date() and "log_from" not in app.query_params


def test_each_figure_of_the_summary_leads_to_its_entries(write):
    write(ANN, "reason", "2026-07-01T12", reason="briefing")
    write(ANN, "records", "2026-07-01T12", reason="briefing", records=["D1", "D2"])
    write(BOB, "export", "2026-07-01T12")
    write(BOB, "refusal", "2026-07-04T12", reason="Not yours")
    link = {"since": "Between two days", "log_from": "2026-07-01", "log_to": "2026-07-31"}
    app = owner(**link)
    assert labels(app)[1:6] == ["Records opened: 1", "Exports: 1", "Refusals: 1", "Out of hours: 1", "Vague reasons: 1"]
    by_reader = app.dataframe[0].value
    assert by_reader.to_numpy().tolist() == [["Ann", 1, 2, 0, 0, 0, 1], ["Bob", 0, 0, 1, 1, 1, 0]]
    wanted = {
        "Records opened: 1": ("Records", "Ann", "opened records"),
        "Exports: 1": ("Exports", "Bob", "downloaded a file"),
        "Refusals: 1": ("Refusals", "Bob", "was refused"),
        "Out of hours: 1": ("Out of hours", "Bob", "was refused"),
        "Vague reasons: 1": ("Vague reasons", "Ann", "gave a reason"),
    }
    for label, (kind, who, did) in wanted.items():
        app = owner(**link)
        next(button for button in app.button if button.label == label).click()
        assert listed(run(app), "Who", "What") == [(who, did)]
        assert app.selectbox(key="action").value == app.query_params["action"] == kind
        assert json.loads(log.entries(1)["filters"][0])["action"] == kind, "what is shown is in the log at once"
        assert labels(app)[1:6] == list(wanted), "the summary is of the days, whatever is listed"


def test_the_rules_are_named_beside_the_figures(monkeypatch):
    monkeypatch.setenv("AUDIT_WORKING_HOURS", "8-18")
    assert (
        "Out of hours is before 08:00, from 18:00 on, or at a weekend, in London. A reason is vague that has fewer than three "
        "words, or that one reader gave ten times or more in these days, word for word."
    ) in said(owner())


def test_the_seal_lies_behind_a_question_mark():
    give(come(RECORDS, invented_reader=NEAR, measure="Missing episodes"), REASON)
    app = owner()
    (success,) = [element.value for element in app.success]
    assert success.startswith("The log was complete and unchanged when it was last checked, ") and success.endswith(
        ": 6 entries."
    )
    assert [element.value for element in app.code] == [log.entries(1, before=7)["hash"][0]]
    assert any(text.startswith("Each entry is sealed with the one before") for text in said(app))


def test_a_refusal_is_listed_with_the_hub_that_was_asked_for():
    come(CUSTODY, invented_reader=FAR, hub="Near")
    shown = owner(action="Refusals").dataframe[-1].value
    assert list(shown["What was seen"]) == ["Hub: Near"] and list(shown["Who"]) == [FAR]


@pytest.mark.parametrize(
    ("filters", "in_words"),
    [
        ({}, ""),
        (
            {"from": "2025-10-01", "until": "2026-10-01", "hub": "Barrow", "hubs": ["BAR"], "custody-measure": "Strip searches"},
            "Barrow, October 2025 to September 2026, measure: Strip searches",
        ),
        ({"from": "2026-10-01", "until": "2026-11-01", "hubs": "all", "period": "October 2026"}, "All hubs, October 2026"),
        ({"hubs": ["BAR", "CAR"], "missing-split": "Age"}, "Hub BAR and CAR, split by: Age"),
        ({"hub": "Barrow"}, "Hub: Barrow"),
        (
            {"hubs": "all", "as_at": "2026-03-01", "place": "Where the child lives"},
            "All hubs, as at: 1 March 2026, placed by where the child lives",
        ),
        ({"from": "", "until": "", "hubs": ["BAR"], "table": "due-return-interviews"}, "Hub BAR, table: due return interviews"),
        ({"hubs": ["BAR"], "table": "missing-records", "part": "Counted: Episodes"}, "Hub BAR, part: Counted: Episodes"),
        ({"signed_in_at": "2026-07-01 08:05:00"}, "Signed in at: 1 July 2026, 09:05"),
        (
            {"role": "hub", "hub": "BAR", "expires_on": "2027-03-31", "issuer": "", "subject": "0a"},
            "Role: Hub sergeant, hub: BAR, valid until: 31 March 2027, id: 0a",
        ),
        ({"problems": ["One.", "Two."]}, "Problems: One. and Two."),
    ],
)
def test_what_was_seen_is_said_in_whole_words(filters, in_words):
    assert entries.seen(json.dumps(filters)) == in_words


@pytest.mark.parametrize("odd", ["", "no JSON", "[1]", "7", '{"from": "x", "until": "y"}', '{"from": 1, "until": 2}'])
def test_what_cannot_be_read_stays_as_it_was_written(odd):
    assert entries.seen(odd) == odd


@pytest.mark.parametrize("odd", ['{"hubs": 7}', '{"hubs": "CAR"}', '{"hubs": {}}'])
def test_hubs_that_are_no_list_are_left_out(odd):
    assert entries.seen(odd) == ""


def test_every_kind_of_entry_can_be_chosen_and_has_words():
    assert set(entries.KINDS.values()) == set(entries._DID) == set(log.ACTIONS)
