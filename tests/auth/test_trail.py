"""What is logged of who reads what, how much of it, and that nothing leaves unlogged."""

import json
import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import streamlit as st
from sessions_of_readers import reader, reading_as, session, within
from signed import PROVIDER, claims, given, sign_in
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

from audit import database, grants, log, sign_outs
from audit.log import NotWritten, Who
from auth import audit_trail, sessions
from auth.audit_trail import Limit, LimitReached
from auth.readers import AccessDenied, Reader
from queries.scope import Access, Scope

COMMAND, ANALYST, HUBS = Access("command"), Access("analyst"), Access("hub", ("near", "far"))
ANN, BOB = reader("ann", COMMAND), reader("bob", HUBS)
WHO_ANN = Who(PROVIDER, "ann", "Ann", "command", None)
CANNOT_WRITE = (
    "The access log cannot be written at the moment. Figures are still shown; records of children are not, until it works again."
)


def entries(*columns: str) -> list[Any]:
    """These columns of the log, the first entry first."""
    found = log.entries()[::-1].to_dict("records")
    return [entry[columns[0]] if len(columns) == 1 else tuple(entry[name] for name in columns) for entry in found]


def filters() -> list[dict[str, Any]]:
    return [json.loads(text) for text in entries("filters")]


def opened(by: Reader = ANN, page: str = "Police custody", scope: Scope | None = None, **link: str) -> AppTest:
    return reading_as(session(**link), by, page, scope)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, which the test sets."""
    found = [0.0]
    monkeypatch.setattr(audit_trail, "monotonic", lambda: found[0])
    return found


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_MOST_A_MINUTE", "3")


def test_a_reader_is_logged_as_the_provider_names_them_and_as_what_they_read() -> None:
    for who, expected in ((ANN, WHO_ANN), (BOB, Who(PROVIDER, "bob", "Bob", "hub", ("near", "far")))):
        assert within(opened(who), audit_trail.who) == expected
    within(opened(BOB), audit_trail.record_sign_in)
    assert entries("action", "issuer", "subject", "name", "role", "hubs") == [
        ("sign-in", PROVIDER, "bob", "Bob", "hub", '["near", "far"]')
    ]


def test_a_sign_in_is_logged_once_for_each_reader_and_role_of_a_session() -> None:
    app = opened()
    for who in (ANN, ANN, BOB, reader("bob", ANALYST), reader("bob", ANALYST), ANN):
        within(reading_as(app, who), audit_trail.record_sign_in)
    assert entries("subject", "role") == [("ann", "command"), ("bob", "hub"), ("bob", "analyst"), ("ann", "command")]
    within(opened(), audit_trail.record_sign_in)
    assert len(entries("subject")) == 5, "and in another session"
    assert set(entries("page", "filters")) == {("", "{}")}


@pytest.mark.usefixtures("provider")
def test_a_new_page_load_of_one_sign_in_is_no_other_sign_in() -> None:
    """Nor is a role that somebody has taken up in it before; another sign-in of the same reader is one."""
    earlier, later = claims("ann", timedelta(minutes=1)), claims("ann")
    as_analyst = reader("ann", ANALYST)
    for said, who in ((earlier, ANN), (earlier, ANN), (earlier, as_analyst), (earlier, ANN), (later, ANN), (earlier, as_analyst)):
        within(reading_as(session(said), who), audit_trail.record_sign_in)
    assert entries("subject", "role") == [("ann", "command"), ("ann", "analyst"), ("ann", "command")]


@pytest.mark.usefixtures("provider")
def test_another_process_logs_a_sign_in_once_more() -> None:
    for _ in range(2):
        within(reading_as(session(claims("ann", iat=1e9)), ANN), audit_trail.record_sign_in)
        audit_trail._signed_in.clear()  # as in a process that knows of none
    assert entries("action") == ["sign-in"] * 2


@pytest.mark.usefixtures("provider")
def test_a_sign_in_that_could_not_be_logged_is_at_the_next_page_load(
    lose_the_audit_database: Callable[[], None], monkeypatch: pytest.MonkeyPatch, audit_database: str
) -> None:
    lose_the_audit_database()
    said = claims("ann")
    within(reading_as(session(said), ANN), audit_trail.record_sign_in)
    monkeypatch.setenv("AUDIT_URL", audit_database)
    for _ in range(2):
        within(reading_as(session(said), ANN), audit_trail.record_sign_in)
    assert entries("action") == ["sign-in"]


def _masked(token: str) -> str:
    """As Streamlit writes the cookie of its forms: otherwise in each answer."""
    return generate_xsrf_token_string(token.encode(), 1)


@pytest.mark.parametrize(("started", "name", "kept"), [(["--local"], "this_machine", str), ([], "_streamlit_xsrf", _masked)])
def test_where_nobody_signs_in_a_browser_is_known_for_eight_hours_by_what_it_keeps(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], started: list[str], name: str, kept: Callable[[str], str]
) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", *started])
    for browser, seconds, written in (("one", 0, 1), ("one", 28_800, 1), ("two", 28_800, 2), ("one", 28_801, 3)):
        clock[0] = seconds
        monkeypatch.setattr(type(st.context), "cookies", {name: kept(browser)})
        within(opened(), audit_trail.record_sign_in)
        assert len(entries("action")) == written, (browser, seconds)


@pytest.mark.parametrize("odd", ["", "2|zz|zz|1", "2|", "\u00e9", "none"])
def test_where_nothing_tells_one_browser_from_another_each_page_load_is_a_sign_in(
    monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    monkeypatch.setattr(type(st.context), "cookies", {"_streamlit_xsrf": odd})
    for _ in range(2):
        app = opened()
        within(app, audit_trail.record_sign_in)
        within(app, audit_trail.record_sign_in)
    assert entries("action") == ["sign-in"] * 2


def test_a_page_is_logged_each_time_that_it_or_its_choices_change() -> None:
    app = opened(period="2026", hub="near")
    within(app, audit_trail.record_page)
    within(app, audit_trail.record_page)
    app.query_params = {"hub": "near", "period": "2026"}
    within(app, audit_trail.record_page)
    assert entries("action", "page") == [("page", "Police custody")], "the same choices in another order"
    app.query_params["period"] = "2025"
    within(app, audit_trail.record_page)
    within(reading_as(app, ANN, "Missing children"), audit_trail.record_page)
    within(reading_as(app, reader("ann", ANALYST), "Missing children"), audit_trail.record_page)
    assert entries("page", "role") == [
        ("Police custody", "command"),
        ("Police custody", "command"),
        ("Missing children", "command"),
        ("Missing children", "analyst"),
    ]
    assert filters() == [{"hub": "near", "period": period} for period in ("2026", "2025", "2025", "2025")]


def test_a_page_is_logged_anew_beside_what_else_is() -> None:
    """Each kind of entry has its own last one."""
    app = opened()
    for _ in range(2):
        within(app, lambda: (audit_trail.record_page(), audit_trail.record_sign_in(), audit_trail.record_refusal("Why.")))
    assert entries("action") == ["page", "sign-in", "refusal"]


def test_a_refusal_is_logged_with_its_reason_once() -> None:
    app = opened(hub="far")
    for why in ("Far is not yours.", "Far is not yours.", "No page of yours."):
        within(app, lambda why=why: audit_trail.record_refusal(why))
    within(reading_as(app, ANN, "Records"), lambda: audit_trail.record_refusal("No page of yours."))
    assert entries("action", "page", "reason") == [
        ("refusal", "Police custody", "Far is not yours."),
        ("refusal", "Police custody", "No page of yours."),
        ("refusal", "Records", "No page of yours."),
    ]
    assert filters() == [{"hub": "far"}] * 3


def test_whoever_is_not_let_in_is_logged_by_the_name_of_their_provider() -> None:
    app, bob = session(hub="far"), Who(PROVIDER, "bob", "Bob")
    for page, why in (("Overview", "No role."), ("Overview", "No role."), ("Overview", "Ended."), ("Records", "Ended.")):
        within(app, lambda page=page, why=why: audit_trail.record_access_denied(bob, page, why))
    assert entries("action", "subject", "name", "role", "hubs", "page", "reason") == [
        ("refusal", "bob", "Bob", "", "[]", page, why)
        for page, why in (("Overview", "No role."), ("Overview", "Ended."), ("Records", "Ended."))
    ]
    assert filters() == [{}] * 3


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (None, {}),
        (Scope(COMMAND), {"from": "None", "until": "None", "hubs": "all"}),
        (
            Scope(HUBS, hubs=("near",), start=date(2026, 1, 1), end=date(2026, 10, 31)),
            {"hub": "Near", "from": "2026-01-01", "until": "2026-10-31", "hubs": ["near"]},
        ),
        (Scope(HUBS), {"hub": "Near", "from": "None", "until": "None", "hubs": ["near", "far"]}),
    ],
)
def test_a_page_is_narrowed_to_what_is_in_scope_and_to_what_its_link_chooses(scope: Scope | None, said: dict[str, Any]) -> None:
    app = opened(scope=scope, period="2026", part="not logged", junk="not logged either")
    app.session_state.place_name = "Near"
    assert within(app, audit_trail.current_filters) == {"period": "2026", **said}


@pytest.mark.parametrize(
    ("name", "is_logged"),
    [
        *((name, True) for name in sorted(audit_trail.CHOICES)),
        ("custody-measure", True),
        ("custody-time", True),
        ("stop_search-split", True),
        ("custody-part", False),
        ("-measure", False),
        ("time", False),
        ("split", False),
        ("stop search-measure", False),
        ("a-b-measure", False),
        ("t" * 60 + "-measure", True),
        ("t" * 61 + "-measure", False),
    ],
)
def test_the_choices_of_a_page_and_of_a_theme_are_logged(name: str, is_logged: bool) -> None:
    assert within(opened(**{name: "x"}), audit_trail.current_filters) == ({name: "x"} if is_logged else {})


def test_sixty_letters_of_a_choice_are_logged() -> None:
    app = opened(hub="h" * 60, period="p" * 61)
    assert within(app, audit_trail.current_filters) == {"hub": "h" * 60, "period": "p" * 60}


def test_an_entry_is_of_the_reader_or_of_whom_it_names() -> None:
    app = opened()
    assert within(app, lambda: audit_trail.record("reason", page="Records", reason="Briefing", filters={"a": 1})) is True
    assert within(app, lambda: audit_trail.record("publish", by=Who("x", "y"), records=["one"])) is True
    assert entries("action", "issuer", "subject", "page", "reason", "filters") == [
        ("reason", PROVIDER, "ann", "Records", "Briefing", '{"a": 1}'),
        ("publish", "x", "y", "", "", "{}"),
    ]
    assert entries("records") == ["[]", json.dumps([log.pseudonym("one")])]


def test_a_log_that_cannot_be_written_is_tried_once_in_a_run_and_the_page_says_so(
    lose_the_audit_database: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    audit_database: str,
) -> None:
    lose_the_audit_database()
    app = opened()
    with caplog.at_level(logging.ERROR, logger="auth.audit_trail"):
        within(app, audit_trail.record_page)
        assert [(warning.value, warning.icon) for warning in app.warning] == [(CANNOT_WRITE, ":material/edit_off:")]
        monkeypatch.setenv("AUDIT_URL", audit_database)
        assert within(app, lambda: audit_trail.record("reason")) is False
    (said,) = [record.getMessage() for record in caplog.records if record.name == "auth.audit_trail"]
    assert said.startswith("The access log was not written: The audit database at ")
    del app.session_state["log_failed"]
    within(app, audit_trail.record_page)
    assert entries("action") == ["page"], "what was not logged is logged in the next run"
    assert not app.warning


@pytest.mark.usefixtures("three_a_minute")
def test_after_so_many_entries_within_a_minute_nothing_more_is_shown_and_that_is_logged_once(clock: list[float]) -> None:
    app = opened()

    def record() -> bool:
        app.session_state["log_failed"] = False
        return within(app, lambda: audit_trail.record("reason"))

    seen = []
    for second in (0, 1, 2, 3, 59.9):
        clock[0] = second
        seen.append((record(), within(app, audit_trail.is_limit_reached)))
    assert seen == [(True, False), (True, False), (True, True), (False, True), (False, True)]
    clock[0] = 60
    assert not within(app, audit_trail.is_limit_reached), "a minute after the first"
    assert record() and within(app, audit_trail.is_limit_reached)
    clock[0] = 60.9
    assert not record()
    clock[0] = 61
    assert record()
    assert entries("action") == ["reason"] * 3 + ["limit"] + ["reason"] * 2
    (said,) = set(entries("reason")) - {""}
    assert said == "3 entries within a minute: what was asked for after them was not shown."


@pytest.mark.usefixtures("three_a_minute")
def test_that_a_limit_is_reached_is_logged_once_a_minute(clock: list[float]) -> None:
    limit = Limit()
    limit.add(WHO_ANN, "records", records=["a"] * 2000)
    for second, said in ((0, 1), (30, 1), (59.9, 1)):
        clock[0] = second
        with pytest.raises(NotWritten) as refused:
            limit.add(WHO_ANN, "reason")
        assert str(refused.value) == "3 entries were written within a minute."
        assert entries("action").count("limit") == said
    assert entries("action", "subject")[-1] == ("limit", "ann")
    clock[0] = 60
    limit.add(WHO_ANN, "records", records=["a"] * 2000)
    for second, said in ((60, 2), (119.9, 2)):
        clock[0] = second
        with pytest.raises(NotWritten):
            limit.add(WHO_ANN, "reason")
        assert entries("action").count("limit") == said


@pytest.mark.parametrize(("references", "weight"), [(0, 1), (1, 1), (999, 1), (1000, 2), (1999, 2), (2000, 3)])
def test_a_thousand_records_count_as_another_entry(references: int, weight: int) -> None:
    limit = Limit()
    limit.add(WHO_ANN, "records", records=[str(number) for number in range(references)])
    assert len(limit.written) == weight


def test_what_could_not_be_written_counts_for_nothing(lose_the_audit_database: Callable[[], None]) -> None:
    lose_the_audit_database()
    limit = Limit()
    with pytest.raises(NotWritten):
        limit.add(WHO_ANN, "reason")
    assert not limit.written


@pytest.mark.usefixtures("three_a_minute")
def test_where_nobody_signs_in_each_session_has_its_limit() -> None:
    first, second = opened(), opened()
    for _ in range(3):
        within(first, lambda: audit_trail.record("reason"))
    assert [within(app, audit_trail.is_limit_reached) for app in (first, second)] == [True, False]


@pytest.mark.usefixtures("provider", "three_a_minute")
def test_whoever_signs_in_has_one_limit_in_all_sessions() -> None:
    first, second = opened(), opened()
    others = opened(BOB), opened(reader("ann", COMMAND, "https://other.example")), session()
    for app in (first, second, first):
        within(app, lambda: audit_trail.record("reason"))
    assert [within(app, audit_trail.is_limit_reached) for app in (first, second)] == [True, True]
    assert not any(within(app, audit_trail.is_limit_reached) for app in others)


@pytest.mark.usefixtures("three_a_minute")
def test_where_a_limit_is_reached_the_page_does_not_say_that_the_log_cannot_be_written(caplog: pytest.LogCaptureFixture) -> None:
    app = opened()
    within(app, lambda: [audit_trail.record("reason") for _ in range(3)])
    with caplog.at_level(logging.WARNING, logger="auth.audit_trail"):
        within(app, audit_trail.record_page)
    said = "A reader is shown nothing more for now: 3 entries were written within a minute."
    (line,) = [record for record in caplog.records if record.name == "auth.audit_trail"]
    assert (line.levelname, line.getMessage()) == ("WARNING", said), "which is no error"
    assert not app.warning and entries("action") == ["reason"] * 3 + ["limit"]


def test_a_file_is_logged_when_its_button_is_pressed_and_then_made() -> None:
    app = opened(invented_reader="Ann", scope=Scope(COMMAND))
    written: list[str] = []

    def text() -> str:
        written.extend(entries("action"))
        return "Fälle"

    make = within(app, lambda: audit_trail.export(text, "custody", ["one", "two"], "Briefing", part="All"))
    assert not entries("action"), "the page has only drawn its button"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["app.py", "--local"])
        assert make() == "Fälle".encode()
    assert written == ["export"], "before it is made"
    assert entries("subject", "role", "page", "reason") == [("ann", "command", "Police custody", "Briefing")]
    assert filters() == [
        {"invented_reader": "Ann", "from": "None", "until": "None", "hubs": "all", "table": "custody", "part": "All"}
    ]
    assert entries("records") == [json.dumps([log.pseudonym("one"), log.pseudonym("two")])]


def test_a_file_without_records_and_reason_is_logged_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", "--local"])
    assert within(opened(), lambda: audit_trail.export(lambda: "text", "custody"))() == b"text"
    assert entries("action", "reason", "records") == [("export", "", "[]")]


@pytest.mark.usefixtures("three_a_minute")
def test_no_file_is_made_that_cannot_be_logged(
    monkeypatch: pytest.MonkeyPatch, lose_the_audit_database: Callable[[], None]
) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", "--local"])
    app, made = opened(), []
    make = within(app, lambda: audit_trail.export(lambda: str(made.append(1)), "custody"))
    for _ in range(3):
        make()
    with pytest.raises(LimitReached):
        make()
    make = within(opened(), lambda: audit_trail.export(lambda: str(made.append(1)), "custody"))
    lose_the_audit_database()
    with pytest.raises(NotWritten):
        make()
    assert len(made) == 3


@pytest.mark.usefixtures("provider", "some_file")
def test_no_file_is_made_for_who_may_no_longer_read() -> None:
    given("ann", ["command"])
    app = reading_as(session(claims("ann", roles=["command"])), ANN)
    make = within(app, lambda: audit_trail.export(lambda: "text", "custody"))
    assert make() == b"text"
    grants.revoke(PROVIDER, "ann", by="a test", reason="to try it")
    with pytest.raises(AccessDenied, match=r"^Whoever asked may no longer read\.$"):
        make()
    assert entries("action").count("export") == 1


@pytest.mark.usefixtures("provider", "some_file")
def test_no_file_is_made_for_who_signed_out_in_another_process() -> None:
    given("ann", ["command"])
    said = claims("ann", roles=["command"])
    make = within(reading_as(session(said), ANN), lambda: audit_trail.export(lambda: "text", "custody"))
    assert make() == b"text"
    sign_outs.end(Who(PROVIDER, "ann"), sign_in(said).at)
    with pytest.raises(AccessDenied):
        make()


@pytest.mark.usefixtures("provider", "some_file", "three_a_minute")
def test_files_count_for_the_limit_of_whoever_signed_in() -> None:
    given("ann", ["command"])
    app = reading_as(session(claims("ann", roles=["command"])), ANN)
    make = within(app, lambda: audit_trail.export(lambda: "text", "custody"))
    for _ in range(3):
        make()
    assert within(opened(), audit_trail.is_limit_reached)


@pytest.mark.usefixtures("provider")
def test_signing_out_ends_the_sign_in_in_every_tab_and_is_logged_with_the_role() -> None:
    said = claims("ann", timedelta(minutes=1), roles=["command"])
    app = reading_as(session(said), ANN)
    within(app, audit_trail.sign_out)
    assert sessions.has_signed_out(sign_in(said))
    assert entries("action", "issuer", "subject", "name", "role", "hubs") == [
        ("sign-out", PROVIDER, "ann", "Ann", "command", "null")
    ]
    assert app.user == {"is_logged_in": False}, "and its provider is asked to end it too"


@pytest.mark.usefixtures("provider")
def test_whom_the_provider_does_not_name_can_sign_out_too() -> None:
    app = reading_as(session(claims("ann", iat=None)), ANN)
    within(app, audit_trail.sign_out)
    assert app.user == {"is_logged_in": False}
    assert not entries("action")


def test_while_somebody_else_writes_a_page_is_shown_without_its_entry() -> None:
    app = opened()
    with database.writing():
        within(app, audit_trail.record_page)
    assert [warning.value for warning in app.warning] == [CANNOT_WRITE]
