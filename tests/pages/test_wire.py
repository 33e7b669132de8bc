"""Over the websocket nothing passes that no reader has a use for, and what is not of its kind ends no session."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from pages_listed import ADDRESSES
from planted import READERS, database
from server import ROOT, Tab, _stream, asking_for, opened, serving
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from auth.wire import KINDS

pytestmark = pytest.mark.xdist_group("server")

KINDS_OF_VALUE = [field.name for field in WidgetState.DESCRIPTOR.oneofs_by_name["value"].fields]
OF_READERS = {  # pages on which each kind of widget is drawn, and who reads them
    "records": "Sergeant, Near hub",
    "custody": "Chief superintendent, command team",
    "": "Member of the partnership board",
    "access_log": "Information asset owner",
    "releases": "Analyst",
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server has written down."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="module")
def server(log: Path) -> Iterator[str]:
    with serving(database(), log=log) as address:
        yield address


def test_no_answer_comes_to_what_is_not_heard(server: str) -> None:
    with opened(server, "definitions") as tab:
        tab.socket.send(BackMsg(load_git_info=True).SerializeToString())
        tab.socket.send(asking_for("definitions"))
        tab.drawn()
        assert not any(message.HasField("git_info_changed") for message in tab.messages)


def test_nothing_is_told_of_the_machine(server: str) -> None:
    with opened(server, "definitions") as tab:
        told = tab.messages[0].new_session
    machine = told.initialize.environment_info
    assert (told.main_script_path, machine.python_version, machine.server_os) == ("", "", "")
    assert told.initialize.HasField("user_info") and not told.initialize.user_info.ListFields()
    assert machine.streamlit_version, "without it a browser would begin again and again"


def test_a_file_is_there_however_many_pages_of_others_were_drawn_since_it_was_made(server: str) -> None:
    with opened(server, "custody") as tab, opened(server, "missing") as other:
        tab.unfold()
        file = tab.press(next(iter(tab.files())))
        for hub in ("Near", "Quaygate", "Near", "Quaygate"):
            other.go("missing", f"hub={hub}")
        assert httpx.get(server + file).status_code == HTTPStatus.OK


def asking_for_file(tab: Tab, request_id: str, session_id: str) -> None:
    """Have a browser ask for a file of its page, by these names."""
    ask = BackMsg()
    ask.backend_operation_request.request_id, ask.backend_operation_request.session_id = request_id, session_id
    ask.backend_operation_request.deferred_file.file_id = next(iter(tab.files().values()))
    tab.socket.send(ask.SerializeToString())


def test_nothing_that_a_browser_says_is_written_down(server: str, log: Path) -> None:
    """Neither what it gives for a name, however long and often, nor a link, which draws its page all the same."""
    before = log.stat().st_size
    with opened(server, "missing") as tab:
        for text in ["A" * 990_000] * 40 + ["forged\n\x1b[31m", "0123456789abcdef" * 2] * 100:
            ask = BackMsg()
            ask.rerun_script.fragment_id = text
            tab.socket.send(ask.SerializeToString())
        tab.unfold()
        for text in ["A" * 990_000, *["forged\n\x1b[31m", "of no session"] * 100]:
            asking_for_file(tab, text, "any")
        asking_for_file(tab, "the last", tab.messages[0].new_session.initialize.session_id)
        while tab.until("backend_operation_response").backend_operation_response.request_id != "the last":
            pass
    with opened(server, "definitions", "&".join(f"p{number}={'y' * 1000}" for number in range(450))) as tab:
        assert tab.elements("heading")
    written = log.read_text()[before:]
    assert len(written) < 2000
    assert not any(text in written for text in ("AAAA", "yyyy", "forged\n", "\x1b"))


def filled(widget_id: str, kind: str) -> WidgetState:
    """A choice of any kind, for a widget of any other."""
    state = WidgetState(id=widget_id)
    field = WidgetState.DESCRIPTOR.fields_by_name[kind]
    if field.message_type:
        getattr(state, kind).SetInParent()
    else:
        setattr(
            state, kind, {"bytes_value": b"x", "json_value": "{", "json_trigger_value": "{", "string_value": "x"}.get(kind, 1)
        )
    return state


def widgets(tab: Tab) -> dict[str, str]:
    """The kind of value of every widget that was drawn, by its id."""
    return {each.id: KINDS[kind] for kind in KINDS if kind != "expandable" for each in tab.elements(kind) if each.id}


@pytest.mark.parametrize(("page", "reader"), OF_READERS.items())
def test_a_choice_of_the_wrong_kind_is_not_heard_and_the_session_lives_on(server: str, log: Path, page: str, reader: str) -> None:
    with opened(server, page, f"invented_reader={reader}") as tab:
        there = widgets(tab)
        assert there
        for kind in KINDS_OF_VALUE:
            ask = BackMsg()
            ask.ParseFromString(asking_for(tab.page, tab.query))
            wrong = [filled(widget, kind) for widget, own in there.items() if own != kind]
            ask.rerun_script.widget_states.widgets.extend(wrong)
            tab.messages = tab.messages[:1]
            tab.socket.send(ask.SerializeToString())
            tab.drawn()
            assert not tab.elements("exception"), kind
            assert tab.elements("heading"), kind
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("said", ["text", b"\xff\xff\xff"])
def test_what_is_no_message_ends_the_connection_and_nothing_else(server: str, log: Path, said: str | bytes) -> None:
    with connect(_stream(server), subprotocols=["streamlit"]) as socket:  # type: ignore[list-item]
        socket.send(said)
        with suppress(ConnectionClosed):
            while socket.recv(timeout=10):
                pass
        assert socket.close_code
    with opened(server, "definitions"):
        pass
    assert "Traceback" not in log.read_text()


def test_every_widget_of_every_page_is_of_a_known_kind(server: str, sampled: Callable[..., list[str]]) -> None:
    """Else what is chosen in it would not be heard."""
    for reader in READERS:
        for page in sampled(ADDRESSES, 4) if reader == "Analyst" else ["", "records"]:
            with opened(server, page, f"invented_reader={reader}") as tab:
                assert set(_stateful(tab.messages)) <= set(KINDS), page


def _stateful(messages: list[ForwardMsg]) -> Iterator[str]:
    """The kinds of what was drawn and remembers what is chosen in it; charts and tables are not set up to."""
    for message in messages:
        for drawn in (message.delta.new_element, message.delta.add_block) if message.HasField("delta") else ():
            kind = drawn.WhichOneof("type")
            one = getattr(drawn, kind) if kind else None
            if getattr(one, "id", "") and getattr(one, "selection_mode", "any"):
                yield kind


@pytest.mark.parametrize("page", ["", "records", "data_quality", "no_such_page"])
def test_no_place_on_the_server_is_told(server: str, page: str) -> None:
    with opened(server, page) as tab:
        sent = tab.sent()
    assert "app.py" not in sent
    assert str(ROOT) not in sent and "site-packages" not in sent
