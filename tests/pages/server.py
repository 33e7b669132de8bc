"""A real server of the dashboard over one database, as a newcomer starts it, and what it says to whoever opens a page."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 60


@contextmanager
def serving(
    url: str, *settings: str, script: str = "app.py", local: bool = False, secrets: Path | None = None, **more: str
) -> Iterator[str]:
    """Serve the dashboard on the database at ``url``, with further settings of `streamlit run`; gives the address to open.

    ``local`` for an analyst at this machine, ``secrets`` the file that sets up sign-in, ``more`` the environment. Where readers
    sign in, the address is of localhost, which is how the provider knows it.
    """
    port = free_port() if secrets is None else int(secrets.with_suffix(".port").read_text())
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}", *settings]
    command += [f"--secrets.files={secrets}"] if secrets else []
    command += ["--", "--local"] if local else []
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url, **more}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://{'localhost' if secrets else '127.0.0.1'}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


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


async def first_messages(address: str, page: str, query: str = "", **how: Any) -> list[ForwardMsg]:
    """What a server sends to whoever first opens a page by a link; ``how`` is more for `websockets` to connect with."""
    at = f"{address.replace('http', 'ws')}/_stcore/stream"
    messages = []
    async with websockets.connect(at, **{"subprotocols": ["streamlit"], "max_size": None, **how}) as socket:
        ask = BackMsg()
        ask.rerun_script.query_string = query
        ask.rerun_script.page_name = page
        await socket.send(ask.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(socket.recv(), timeout=60))
            messages.append(message)
            if message.HasField("script_finished"):
                return messages
