"""A real server of the dashboard over one database, as a newcomer starts it, and what it says to whoever opens a page."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 60
# In a browser: how long after the page was asked for (``window.askedAt``, else by its link) it stood still, with all charts drawn
# and nothing moving; false until it has been so for half a second.
AT_REST = """() => {
    const height = document.querySelector('[data-testid=stMain]')?.scrollHeight;
    const busy = !document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
        || document.querySelector('[data-testid=stPlotlyChart]:not(:has(.main-svg))')
        || height !== window.heightAtRest;
    window.heightAtRest = height;
    if (busy) window.restingSince = undefined; else window.restingSince ??= performance.now();
    return !busy && performance.now() - window.restingSince > 500 && window.restingSince - (window.askedAt ?? 0);
}"""
NOTHING: Mapping[str, str] = {}
COOKIES: dict[str, str] = {}  # by address, of whoever has given the word there
CONTAINERS = (0, 1, 0), (0, 1, 1)


@contextmanager
def serving(
    url: str,
    *settings: str,
    script: str = "app.py",
    local: bool = False,
    secrets: Path | None = None,
    log: Path = Path(os.devnull),
    **more: str,
) -> Iterator[str]:
    """Serve the dashboard on the database at ``url``, with further settings of `streamlit run`; gives the address to open.

    ``local`` for an analyst at this machine, who has given the word that the terminal shows (`COOKIES`), ``secrets`` the file
    that sets up sign-in, ``log`` where the server's goes, ``more`` the environment. Where readers sign in, the address is of
    localhost, which is how the provider knows it.
    """
    port = free_port() if secrets is None else int(secrets.with_suffix(".port").read_text())
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}", *settings]
    command += [f"--secrets.files={secrets}"] if secrets else []
    command += ["--", "--local"] if local else []
    address = f"http://{'localhost' if secrets else '127.0.0.1'}:{port}"
    environment = {**os.environ, "DATABASE_URL": url, **more}
    with TemporaryFile("w+") as shown, log.open("a") as logged:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=shown, stderr=logged)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health")
            if local:
                COOKIES[address] = _let_in(address, word_in(shown))
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


def word_in(shown: IO[str]) -> str:
    """The last word that a server has shown in its terminal."""
    shown.seek(0)
    return re.findall(r"\?word=(\w+)", shown.read())[-1]


def _let_in(address: str, word: str) -> str:
    """The cookie of a browser that has given the word, as it says it."""
    given = httpx.get(address, params={"word": word})
    return f"this_machine={given.cookies['this_machine']}"


def cookies_of(address: str) -> list[Any]:
    """The same for a browser of Playwright."""
    name, _, value = COOKIES[address].partition("=")
    return [{"name": name, "value": value, "url": address}]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(address: str) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"The server did not answer at {address} within {SECONDS_TO_START} seconds.")


def asking_for(page: str, query: str = "") -> bytes:
    """What a browser sends that opens a page by a link."""
    ask = BackMsg()
    ask.rerun_script.query_string = query
    ask.rerun_script.page_name = page
    return ask.SerializeToString()


def _stream(address: str) -> str:
    return f"{address.replace('http', 'ws')}/_stcore/stream"


def _how(address: str, how: Mapping[str, Any]) -> dict[str, Any]:
    """How to connect: with the cookie of whoever has given the word, and what else is asked for."""
    known = {"Cookie": COOKIES[address]} if address in COOKIES else {}
    return {"subprotocols": ["streamlit"], "max_size": None, "additional_headers": known, **how}


def understood(received: Any) -> ForwardMsg:
    message = ForwardMsg()
    message.ParseFromString(received)
    return message


async def first_messages(address: str, page: str, query: str = "", **how: Any) -> list[ForwardMsg]:
    """What a server sends to whoever first opens a page by a link; ``how`` is more for `websockets` to connect with."""
    messages = []
    async with websockets.connect(_stream(address), **_how(address, how)) as socket:
        await socket.send(asking_for(page, query))
        while True:
            messages.append(understood(await asyncio.wait_for(socket.recv(), timeout=60)))
            if messages[-1].HasField("script_finished"):
                return messages


@dataclass
class Tab:
    """A page that stands open without a browser: all that the server has sent to it, and its buttons for files."""

    socket: ClientConnection
    page: str
    query: str
    messages: list[ForwardMsg] = field(default_factory=list)

    def sent(self) -> str:
        """All that the server has sent, as one text of its bytes."""
        return "\n".join(message.SerializeToString().decode("utf-8", errors="replace") for message in self.messages)

    def elements(self, kind: str) -> list[Any]:
        """Everything of a kind that was drawn, each time that it was."""
        elements = [message.delta.new_element for message in self.messages if message.HasField("delta")]
        return [getattr(element, kind) for element in elements if element.HasField(kind)]

    def until(self, kind: str) -> ForwardMsg:
        while True:
            self.messages.append(understood(self.socket.recv(timeout=60)))
            if self.messages[-1].HasField(kind):
                return self.messages[-1]

    def drawn(self) -> None:
        """Wait until the page is whole, however often it begins anew."""
        while self.until("script_finished").script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            pass

    def fill_in(self, texts: Mapping[str, str], button: str) -> None:
        """Write into the fields of a form, by their labels, and press its button."""
        ask = BackMsg()
        ask.ParseFromString(asking_for(self.page, self.query))
        fields = {each.label: each.id for kind in ("text_input", "text_area") for each in self.elements(kind)}
        button_id = next(each.id for each in self.elements("button") if each.label == button)
        for label, text in texts.items():
            ask.rerun_script.widget_states.widgets.add(id=fields[label], string_value=text)
        ask.rerun_script.widget_states.widgets.add(id=button_id, trigger_value=True)
        self.socket.send(ask.SerializeToString())
        self.drawn()

    def go(self, page: str, query: str = "", of: Mapping[str, str] = NOTHING, **chosen: Sequence[str]) -> None:
        """Open another page in the same session.

        ``of`` is chosen in single lists, by label; of ``chosen`` lists of several these options, by the key of the list.
        """
        lists = {each.id.rpartition("-choose-")[2]: each.id for each in self.elements("multiselect")}
        self.page, self.query = page, query
        ask = BackMsg()
        ask.ParseFromString(asking_for(page, query))
        singles = {each.label: each.id for each in self.elements("selectbox")}
        for label, option in of.items():
            ask.rerun_script.widget_states.widgets.add(id=singles[label], string_value=option)
        for key, options in chosen.items():
            ask.rerun_script.widget_states.widgets.add(id=lists[key]).string_array_value.data.extend(options)
        self.messages = self.messages[:1]
        self.socket.send(ask.SerializeToString())
        self.drawn()

    def press_button(self, label: str) -> None:
        """Press a button, and wait for what the server makes of it."""
        ask = BackMsg()
        ask.ParseFromString(asking_for(self.page, self.query))
        button_id = next(each.id for each in self.elements("button") if each.label == label)
        ask.rerun_script.widget_states.widgets.add(id=button_id, trigger_value=True)
        self.messages = self.messages[:1]
        self.socket.send(ask.SerializeToString())
        self.until("script_finished")

    def unfold(self) -> None:
        """Open all that is folded away, and what is folded away within it."""
        opened: set[str] = set()
        while found := {each.id for each in self._foldable()} - opened:
            opened |= found
            ask = BackMsg()
            ask.ParseFromString(asking_for(self.page, self.query))
            for part in sorted(opened):
                ask.rerun_script.widget_states.widgets.add(id=part, bool_value=True)
            self.socket.send(ask.SerializeToString())
            self.drawn()

    def _foldable(self) -> list[Any]:
        blocks = [message.delta.add_block for message in self.messages if message.HasField("delta")]
        return [block.expandable for block in blocks if block.HasField("expandable") and block.expandable.id]

    def run_again(self, seconds: float) -> None:
        """Let a part of the page run again, as a browser does: the last that asked to be run every so many seconds."""
        ask = BackMsg()
        ask.ParseFromString(asking_for("", self.query))
        last = list(reversed(self.messages))
        ask.rerun_script.page_script_hash = next(
            message.navigation.page_script_hash for message in last if message.HasField("navigation")
        )
        parts = [message.auto_rerun for message in last if message.HasField("auto_rerun")]
        ask.rerun_script.fragment_id = next(part.fragment_id for part in parts if part.interval == seconds)
        self.socket.send(ask.SerializeToString())
        self.drawn()

    def choose(self, label: str, option: str) -> bytes:
        """What a browser sends when an option of a list is chosen."""
        ask = BackMsg()
        ask.ParseFromString(asking_for(self.page, self.query))
        chosen = next(each.id for each in self.elements("selectbox") if each.label == label)
        ask.rerun_script.widget_states.widgets.add(id=chosen, string_value=option)
        return ask.SerializeToString()

    def containers(self) -> list[str]:
        """What the page, as it last began, did with each of the two containers in which pages are drawn."""
        begins = max(place for place, message in enumerate(self.messages) if message.HasField("new_session"))
        deltas = [message for message in self.messages[begins:] if message.HasField("delta")]
        done = {tuple(each.metadata.delta_path): each.delta for each in deltas}
        return ["drawn in" if done[container].HasField("add_block") else "emptied" for container in CONTAINERS]

    def files(self, kind: str = "csv") -> dict[str, str]:
        """What can be downloaded of a kind (csv, png, pack), by its name: what the server calls it."""
        named = ((button.id.partition(f"-{kind}-")[2], button.deferred_file_id) for button in self.elements("download_button"))
        return {name: file for name, file in named if name}

    def press(self, name: str, kind: str = "csv") -> str:
        """Ask for a file as its button does; gives its path, blank where the server would not make it."""
        ask = BackMsg()
        ask.backend_operation_request.request_id = name
        ask.backend_operation_request.session_id = self.messages[0].new_session.initialize.session_id
        ask.backend_operation_request.deferred_file.file_id = self.files(kind)[name]
        self.socket.send(ask.SerializeToString())
        return self.until("backend_operation_response").backend_operation_response.deferred_file.url

    def file(self, address: str, name: str) -> str:
        """The text of a file, once its button is pressed, without the mark by which Excel knows how to read it."""
        content = self.content(address, name)
        assert content.startswith(BOM_UTF8), name
        return content.decode("utf-8-sig")

    def content(self, address: str, name: str, kind: str = "csv") -> bytes:
        """A file, once its button is pressed."""
        return httpx.get(address + self.press(name, kind), timeout=60).content


@contextmanager
def opened(address: str, page: str, query: str = "", **how: Any) -> Iterator[Tab]:
    """Open a page by a link and keep it open; ``how`` is more for `websockets` to connect with."""
    with connect(_stream(address), **_how(address, how)) as socket:
        socket.send(asking_for(page, query))
        tab = Tab(socket, page, query)
        tab.drawn()
        yield tab
