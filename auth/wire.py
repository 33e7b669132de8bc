"""What a browser and the server say to each other while a page is open: what no reader has a use for does not pass the gate.

Streamlit lets any browser empty the caches of all, install files beside the program and ask for another reader's file; it ends a
session with a traceback where a choice is not of the kind that its list sends, writes down whatever is given for the name of a
part of a page, and it tells everybody where its program lies and on what it runs.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from google.protobuf.message import DecodeError
from google.protobuf.message import Message as Said
from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession, UserInfo

from auth import files
from auth.sessions import SignIn

_LOGGER = logging.getLogger(__name__)
# What a browser may ask: to run the page, to stop that, to be kept connected, and for a file.
ASKED = frozenset({"rerun_script", "stop_script", "app_heartbeat", "backend_operation_request"})
# The kind of value that each kind of widget sends; whatever sends none is not here.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "button": "trigger_value",
        "download_button": "trigger_value",
        "text_input": "string_value",
        "text_area": "string_value",
        "selectbox": "string_value",
        "multiselect": "string_array_value",
        "date_input": "string_array_value",
        "expandable": "bool_value",
        "checkbox": "bool_value",
    }
)
# What the server itself has named is 32 hexadecimal digits: parts of pages, pages, and messages that a browser has kept.
_HASH = re.compile("[0-9a-f]{32}")
_HASHES = frozenset({"fragment_id", "page_script_hash", "cached_message_hashes"})
_LINKS = frozenset({"query_string", "url"})  # of any length and letters: Streamlit and the pages write down neither
_LONGEST_NAME = 200  # letters
_NOT_OF_ITS_KIND = "A browser chose what no widget of its page can send, and was not heard: %s."
_NOT_A_NAME = "A browser gave for a name what can be none, and that was not heard: %s."
_MOST = 100_000  # widgets that are remembered, the latest
_NOT_BYTES, _NOT_READABLE = 1003, 1002  # codes with which a websocket is closed

_kinds: dict[str, str] = {}  # of value, by the id of every widget that this process has drawn; it is the same in every session


class Conversation:
    """What is said over one websocket. Only what the server has drawn on it can be asked for."""

    def __init__(self, sign_in: SignIn | None, receive: Receive, send: Send) -> None:
        self._sign_in, self._receive, self._send = sign_in, receive, send
        self._files: set[str] = set()
        self._warned: set[str | None] = set()

    async def receive(self) -> Message:
        """The next message of the browser that may pass; what is none at all ends the connection."""
        while True:
            event = await self._receive()
            if event["type"] != "websocket.receive":
                return event
            if event.get("bytes") is None:
                return {"type": "websocket.disconnect", "code": _NOT_BYTES}
            try:
                asked = BackMsg.FromString(event["bytes"])
            except DecodeError:
                return {"type": "websocket.disconnect", "code": _NOT_READABLE}
            if not self._may_ask(asked):
                continue
            if not self._take_out(asked):
                return event
            return {**event, "bytes": asked.SerializeToString()}

    async def send(self, event: Message) -> None:
        """Pass on what the server says, but nothing of the machine it runs on, and note what can be asked for now."""
        if event["type"] == "websocket.send" and event.get("bytes"):
            said = ForwardMsg.FromString(event["bytes"])
            self._note(said)
            if said.HasField("new_session"):
                _keep_machine_back(said.new_session)
                event = {**event, "bytes": said.SerializeToString()}
        await self._send(event)

    def _may_ask(self, asked: BackMsg) -> bool:
        kind = asked.WhichOneof("type")
        if kind == "backend_operation_request":
            operation = asked.backend_operation_request
            if operation.WhichOneof("payload") == "deferred_file" and operation.deferred_file.file_id in self._files:
                return True
        elif kind in ASKED:
            return True
        self._warn("A browser asked for what no page offers it, and was not heard: %s.", kind)
        return False

    def _take_out(self, asked: BackMsg) -> bool:
        """Take out of a message what is not of its kind; whether there was any."""
        wrong = _drop_wrong_kinds(asked)
        odd = [name for part in _parts(asked) for name in _blank_odd_names(part)]
        if wrong:
            self._warn(_NOT_OF_ITS_KIND, "a choice")
        for name in odd:
            self._warn(_NOT_A_NAME, name)
        return wrong or bool(odd)

    def _warn(self, sentence: str, what: str | None) -> None:
        """Once for each connection and thing: nobody can fill the log of the server."""
        if what not in self._warned:
            self._warned.add(what)
            _LOGGER.warning(sentence, what)

    def _note(self, said: ForwardMsg) -> None:
        for kind, element in _drawn(said):
            if kind == "download_button":
                self._files.add(element.deferred_file_id)
            if kind in KINDS and element.id:
                _kinds[element.id] = KINDS[kind]
                if len(_kinds) > _MOST:
                    del _kinds[next(iter(_kinds))]
        for address in _addresses(said):
            files.tell(self._sign_in, address)


def _keep_machine_back(session: NewSession) -> None:
    """Where the program lies, and what tells this machine from others. The version of Streamlit is in its own scripts anyhow."""
    session.main_script_path = ""
    session.initialize.user_info.CopyFrom(UserInfo())
    for name in ("python_version", "server_os"):
        session.initialize.environment_info.ClearField(name)


def _drawn(said: ForwardMsg) -> Iterator[tuple[str, Any]]:
    """The element or the block that a message draws, by its kind."""
    for drawn in (said.delta.new_element, said.delta.add_block) if said.HasField("delta") else ():
        if kind := drawn.WhichOneof("type"):
            yield kind, getattr(drawn, kind)


def _addresses(said: ForwardMsg) -> Iterator[str]:
    """The addresses of files in a message: of pictures, and of the file that was asked for."""
    yield from (picture.url for picture in said.delta.new_element.imgs.imgs)
    yield from filter(None, [said.backend_operation_response.deferred_file.url])


def _drop_wrong_kinds(asked: BackMsg) -> bool:
    """Take out what is of no widget that was drawn, or not of its kind: then the page is as if it had not been said."""
    widgets = asked.rerun_script.widget_states.widgets
    kept = [each for each in widgets if each.id in _kinds and each.WhichOneof("value") in (None, _kinds[each.id])]
    if len(kept) == len(widgets):
        return False
    del widgets[:]
    widgets.extend(kept)
    return True


def _parts(asked: BackMsg) -> Iterator[Said]:
    """The parts of a message in which names stand."""
    yield from (asked.rerun_script, asked.rerun_script.context_info, asked.backend_operation_request)


def _blank_odd_names(part: Said) -> list[str]:
    """Blank every text of a part that the server can never have named so: what these texts are of."""
    odd = [
        field.name
        for field, value in part.ListFields()
        if field.type == field.TYPE_STRING and field.name not in _LINKS and not _are_names(field.name, value)
    ]
    for name in odd:
        part.ClearField(name)
    return odd


def _are_names(field: str, value: str | Sequence[str]) -> bool:
    """Whether a text, or each of several, could be the name of what this field is of."""
    texts = [value] if isinstance(value, str) else value
    if field in _HASHES:
        return all(_HASH.fullmatch(text) for text in texts)
    return all(len(text) <= _LONGEST_NAME and text.isprintable() for text in texts)
