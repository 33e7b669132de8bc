"""What is said over one websocket: what passes the gate of what a browser says, and what the server says is known of."""

import asyncio
import logging
from typing import Any

import pytest
from signed import claims, sign_in
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from auth import files, wire
from auth.wire import ASKED, Conversation

ANN = sign_in(claims("ann"))
BOB = sign_in(claims("bob"))
KINDS_OF_MESSAGE = [field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields]
NOT_OFFERED = "A browser asked for what no page offers it, and was not heard: "
NOT_OF_ITS_KIND = "A browser chose what no widget of its page can send, and was not heard: a choice."


class Browser:
    """One that says these things one after the other, then is gone."""

    def __init__(self, *said: BackMsg | dict[str, Any], reader: Any = None) -> None:
        self.said = list(said)
        self.shown: list[dict[str, Any]] = []
        self.conversation = Conversation(reader, self._receive, self._send)

    async def _receive(self) -> Any:
        if not self.said:
            return {"type": "websocket.disconnect", "code": 1001}
        first = self.said.pop(0)
        return first if isinstance(first, dict) else {"type": "websocket.receive", "bytes": first.SerializeToString(), "more": 1}

    async def _send(self, event: Any) -> None:
        self.shown.append(event)

    def heard(self) -> list[BackMsg]:
        """All that the server hears of it."""
        found = []
        while (event := self.next())["type"] == "websocket.receive":
            found.append(BackMsg.FromString(event["bytes"]))
        return found

    def next(self) -> Any:
        return asyncio.run(self.conversation.receive())

    def is_shown(self, message: ForwardMsg) -> None:
        asyncio.run(self.conversation.send({"type": "websocket.send", "bytes": message.SerializeToString()}))


def drawn(kind: str, widget_id: str, **more: str) -> ForwardMsg:
    """What the server says to draw a widget."""
    said = ForwardMsg()
    added = said.delta.add_block if kind == "expandable" else said.delta.new_element
    widget = getattr(added, kind)
    widget.id = widget_id
    for name, value in more.items():
        setattr(widget, name, value)
    return said


def choosing(**values: object) -> BackMsg:
    """What a browser says of its widgets: a value of a kind each, or none."""
    said = BackMsg()
    said.rerun_script.query_string = "hub=Near"
    for widget_id, value in values.items():
        state = said.rerun_script.widget_states.widgets.add(id=widget_id)
        if isinstance(value, bool):
            state.bool_value = value
        elif isinstance(value, str):
            state.string_value = value
        elif isinstance(value, list):
            state.string_array_value.data.extend(value)
    return said


def choices(message: BackMsg) -> list[str]:
    return [each.id for each in message.rerun_script.widget_states.widgets]


def asking_for_file(file_id: str) -> BackMsg:
    said = BackMsg()
    said.backend_operation_request.deferred_file.file_id = file_id
    return said


def of_kind(name: str) -> BackMsg:
    """A message of a kind, with nothing in it but the kind."""
    message = BackMsg()
    if BackMsg.DESCRIPTOR.fields_by_name[name].message_type:
        getattr(message, name).SetInParent()
    else:
        setattr(message, name, True)
    return message


@pytest.mark.parametrize("name", KINDS_OF_MESSAGE)
def test_only_what_readers_have_a_use_for_is_heard(name: str) -> None:
    """Among the rest: to empty every cache, to follow changes of the program, to end it, and to ask about its repository."""
    assert {"clear_cache", "set_run_on_save", "load_git_info", "debug_shutdown_runtime"} <= set(KINDS_OF_MESSAGE) - ASKED
    assert bool(Browser(of_kind(name)).heard()) == (name in {"rerun_script", "stop_script", "app_heartbeat"})


def test_what_may_pass_is_heard_as_it_was_said() -> None:
    said = {"type": "websocket.receive", "bytes": BackMsg(stop_script=True).SerializeToString()}
    assert Browser(said).next() is said


def test_what_is_not_offered_is_passed_over_and_written_down_once_for_each_kind(caplog: pytest.LogCaptureFixture) -> None:
    browser = Browser(
        BackMsg(clear_cache=True), BackMsg(clear_cache=True), BackMsg(set_run_on_save=True), BackMsg(), BackMsg(stop_script=True)
    )
    with caplog.at_level(logging.WARNING, logger="auth.wire"):
        assert [message.WhichOneof("type") for message in browser.heard()] == ["stop_script"]
    assert caplog.messages == [f"{NOT_OFFERED}{kind}." for kind in ("clear_cache", "set_run_on_save", None)]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"type": "websocket.receive", "text": "no bytes"}, 1003),
        ({"type": "websocket.receive", "bytes": None, "text": "no bytes"}, 1003),
        ({"type": "websocket.receive", "bytes": b"\xff\xff\xff"}, 1002),
    ],
)
def test_what_is_no_message_ends_the_connection(event: dict[str, Any], code: int) -> None:
    assert Browser(event, BackMsg(stop_script=True)).next() == {"type": "websocket.disconnect", "code": code}


def test_what_else_happens_on_a_websocket_is_told_as_it_is() -> None:
    for event in ({"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1001}):
        assert Browser(event).next() is event


def test_only_files_that_this_page_has_drawn_are_heard() -> None:
    browser = Browser(asking_for_file("drawn"), asking_for_file("of another"), asking_for_file(""))
    browser.is_shown(drawn("download_button", "of a file", deferred_file_id="drawn"))
    Browser().is_shown(drawn("download_button", "of another", deferred_file_id="of another"))
    assert [message.backend_operation_request.deferred_file.file_id for message in browser.heard()] == ["drawn"]


@pytest.mark.parametrize("payload", ["deferred_file", "install_skills", "dismiss_skills_nudge", "dataframe_chunk"])
def test_of_operations_nothing_but_files_is_heard(payload: str) -> None:
    """Streamlit would also install files beside the program for whoever asks."""
    asked = BackMsg()
    getattr(asked.backend_operation_request, payload).SetInParent()
    assert Browser(asked).heard() == []


def test_a_choice_passes_in_a_widget_that_was_drawn_and_of_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    said = choosing(hub="Near", name="Ann", groups=["White"], hidden=True, never="drawn", said_nothing=None)
    browser = Browser(said, said)
    browser.is_shown(drawn("selectbox", "hub"))
    browser.is_shown(drawn("multiselect", "groups"))
    browser.is_shown(drawn("expandable", "hidden"))
    browser.is_shown(drawn("button", "name"))
    browser.is_shown(drawn("selectbox", "said_nothing"))
    with caplog.at_level(logging.WARNING, logger="auth.wire"):
        event = browser.next()
    told = BackMsg.FromString(event["bytes"])
    assert choices(told) == ["hub", "groups", "hidden", "said_nothing"]
    assert told.rerun_script.query_string == "hub=Near", "and all else is heard"
    assert (event["type"], event["more"]) == ("websocket.receive", 1)
    assert len(browser.heard()) == 1
    assert caplog.messages == [NOT_OF_ITS_KIND], "and written down once"


def test_choices_of_the_right_kind_pass_as_they_were_said() -> None:
    said = {"type": "websocket.receive", "bytes": choosing(hub="Near", said_nothing=None).SerializeToString()}
    browser = Browser(said)
    browser.is_shown(drawn("selectbox", "hub"))
    browser.is_shown(drawn("selectbox", "said_nothing"))
    assert browser.next() is said


def test_a_widget_that_was_not_drawn_is_not_heard_even_without_a_choice() -> None:
    (told,) = Browser(choosing(**{"never drawn\n\x1b[31m": None})).heard()
    assert choices(told) == []


A_HASH, A_SESSION = "0123456789abcdef" * 2, "1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


def naming(field: str, text: str) -> BackMsg:
    """A message that gives this text for the name that a field is of, and opens a link."""
    said = BackMsg()
    if field in ("request_id", "session_id"):
        setattr(said.backend_operation_request, field, text)
        said.backend_operation_request.deferred_file.file_id = "drawn"
        return said
    said.rerun_script.query_string = "hub=Near"
    if field == "cached_message_hashes":
        said.rerun_script.cached_message_hashes.extend([A_HASH, text])
    else:
        on_page = field in ("fragment_id", "page_script_hash", "page_name")
        setattr(said.rerun_script if on_page else said.rerun_script.context_info, field, text)
    return said


def named(message: BackMsg) -> list[str]:
    """What a message names, beside its link and the file that it asks for."""
    rerun, operation = message.rerun_script, message.backend_operation_request
    texts = [rerun.fragment_id, rerun.page_script_hash, rerun.page_name, *rerun.cached_message_hashes]
    texts += [rerun.context_info.timezone, rerun.context_info.locale, rerun.context_info.color_scheme]
    return [text for text in (*texts, operation.request_id, operation.session_id) if text]


HASHES = ("fragment_id", "page_script_hash", "cached_message_hashes")
NAMES = ("page_name", "timezone", "locale", "color_scheme", "request_id", "session_id")
ODD = [*((field, text) for field in HASHES for text in (A_HASH.upper(), A_HASH[1:], f"{A_HASH}\n", "A" * 990_000))]
ODD += [(field, text) for field in NAMES for text in ("a\nb", "\x1b[31m", "a" * 201)]


@pytest.mark.parametrize(("field", "text"), ODD)
def test_a_name_that_the_server_cannot_have_given_is_not_heard(field: str, text: str, caplog: pytest.LogCaptureFixture) -> None:
    """Streamlit writes some of them down, whole and each time."""
    browser = Browser(naming(field, text), naming(field, text))
    browser.is_shown(drawn("download_button", "of a file", deferred_file_id="drawn"))
    with caplog.at_level(logging.WARNING, logger="auth.wire"):
        heard = browser.heard()
    assert [named(message) for message in heard] == [[], []]
    assert all(message.rerun_script.query_string == "hub=Near" for message in heard if message.HasField("rerun_script"))
    assert caplog.messages == [f"A browser gave for a name what can be none, and that was not heard: {field}."]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *((field, A_HASH) for field in HASHES),
        ("page_name", "stop_search"),
        ("page_name", "Straße/näher " + "a" * 187),
        ("timezone", "Europe/London"),
        ("request_id", A_SESSION),
        ("session_id", A_SESSION),
        ("url", "http://localhost:8501/custody?hub=" + "x" * 450_000),
    ],
)
def test_names_as_the_server_gives_them_and_links_of_any_length_are_heard_as_they_are(field: str, text: str) -> None:
    said = {"type": "websocket.receive", "bytes": naming(field, text).SerializeToString()}
    browser = Browser(said)
    browser.is_shown(drawn("download_button", "of a file", deferred_file_id="drawn"))
    assert browser.next() is said


def test_a_link_of_any_length_is_heard() -> None:
    said = BackMsg()
    said.rerun_script.query_string = "hub=" + "x\n" * 225_000
    (told,) = Browser(said).heard()
    assert told == said


def test_a_widget_is_known_in_every_session_that_this_server_has() -> None:
    Browser().is_shown(drawn("text_input", "reason"))
    (told,) = Browser(choosing(reason="Briefing")).heard()
    assert choices(told) == ["reason"]


def test_what_is_drawn_of_no_kind_with_choices_is_no_widget() -> None:
    for said in (drawn("number_input", "number"), drawn("selectbox", "")):
        Browser().is_shown(said)
    (told,) = Browser(choosing(number="x")).heard()
    assert choices(told) == []
    assert dict(wire._kinds) == {}


def test_the_latest_widgets_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_MOST", 2)
    for widget_id in ("first", "second", "third"):
        Browser().is_shown(drawn("selectbox", widget_id))
    (told,) = Browser(choosing(first="1", second="2", third="3")).heard()
    assert choices(told) == ["second", "third"]


def test_nothing_is_told_of_the_machine_that_the_server_runs_on() -> None:
    said = ForwardMsg()
    said.new_session.main_script_path = "/srv/dashboard/app.py"
    said.new_session.page_script_hash = "which page"
    said.new_session.initialize.session_id = "which session"
    said.new_session.initialize.user_info.installation_id = "which machine"
    said.new_session.initialize.environment_info.streamlit_version = "1.60"
    said.new_session.initialize.environment_info.python_version = "3.11"
    said.new_session.initialize.environment_info.server_os = "linux"
    browser = Browser()
    browser.is_shown(said)
    (event,) = browser.shown
    told = ForwardMsg.FromString(event["bytes"]).new_session
    assert event["type"] == "websocket.send"
    assert (told.main_script_path, told.page_script_hash) == ("", "which page")
    assert (told.initialize.session_id, told.initialize.user_info.installation_id) == ("which session", "")
    environment = told.initialize.environment_info
    assert (environment.streamlit_version, environment.python_version, environment.server_os) == ("1.60", "", "")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "websocket.accept", "subprotocol": "streamlit"},
        {"type": "websocket.close", "code": 1000},
        {"type": "websocket.send", "text": "no bytes"},
        {"type": "websocket.send", "bytes": b""},
        {"type": "websocket.send", "bytes": drawn("selectbox", "hub").SerializeToString()},
    ],
)
def test_all_else_that_the_server_says_is_passed_on_as_it_is(event: dict[str, Any]) -> None:
    browser = Browser()
    asyncio.run(browser.conversation.send(event))
    assert browser.shown == [event] and browser.shown[0] is event


def test_pictures_and_files_are_for_the_reader_to_whom_they_are_told() -> None:
    picture, file, nothing = ForwardMsg(), ForwardMsg(), ForwardMsg()
    picture.delta.new_element.imgs.imgs.add(url="/media/one.svg")
    picture.delta.new_element.imgs.imgs.add(url="/media/two.svg")
    file.backend_operation_response.deferred_file.url = "/media/custody.csv"
    nothing.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    browser = Browser(reader=ANN)
    for said in (picture, file, nothing):
        browser.is_shown(said)
    for address in ("/media/one.svg", "/media/two.svg", "/media/custody.csv"):
        assert [files.is_for(who, address) for who in (ANN, BOB, None)] == [True, False, False]
    assert not files.is_for(ANN, "")
