"""What stands in .streamlit/config.toml takes effect, and a server so configured keeps to it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest
import websockets
from server import ROOT, first_messages, serving
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus

from auth.gate import CLOSED

pytestmark = pytest.mark.xdist_group("config")

# Each setting that keeps the server safe, as Streamlit itself understands it.
HARDENED = {
    "server.address": "127.0.0.1",
    "server.allowedHosts": ["localhost", "127.0.0.1"],
    "server.enableCORS": True,
    "server.corsAllowedOrigins": [],
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "lax",
    "server.trustedUserHeaders": {},
    "server.maxUploadSize": 0,
    "server.maxMessageSize": 1,
    "server.maxWidgetStateSize": 1,
    "server.enableWebsocketCompression": False,
    "server.disconnectedSessionTTL": 60,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.disableDataExport": True,
    "client.allowedOrigins": [],
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
    "global.developmentMode": False,
}
TELLS = (
    "import json, sys; from streamlit import config; print(json.dumps({name: config.get_option(name) for name in sys.argv[1:]}))"
)
# Megabytes of what a page may send, of which no page of the invented force needs a tenth.
MARGIN = 10


@pytest.fixture(scope="module")
def server(demo_url: str) -> Iterator[str]:
    with serving(demo_url) as address:
        yield address


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of a page that fails, with the dashboard's settings and nothing else of it."""
    script = tmp_path_factory.mktemp("failing") / "fails.py"
    script.write_text("'written by nobody'\nraise ValueError('the name of a child')\n")
    with serving("duckdb:///none", script=str(script)) as address:
        yield address


def test_every_setting_takes_effect() -> None:
    told = subprocess.run([sys.executable, "-c", TELLS, *HARDENED], cwd=ROOT, check=True, capture_output=True, text=True)
    assert json.loads(told.stdout) == HARDENED


@pytest.mark.parametrize("page", ["balance", "data_quality"])
def test_the_largest_messages_are_far_below_what_may_be_sent(server: str, page: str) -> None:
    messages = asyncio.run(first_messages(server, page))
    assert max(message.ByteSize() for message in messages) * MARGIN < HARDENED["server.maxMessageSize"] * 1_000_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
        {"Host": "elsewhere.example"},
        {"Host": "elsewhere.example", "Origin": "http://elsewhere.example"},
    ],
)
def test_a_page_from_elsewhere_is_refused_the_websocket(server: str, headers: dict[str, str]) -> None:
    port = server.rpartition(":")[2]

    async def opens(**asked: str) -> None:
        host = asked.pop("Host", "127.0.0.1")
        at = f"ws://{host}:{port}/_stcore/stream"
        async with websockets.connect(at, host="127.0.0.1", port=int(port), additional_headers=asked):
            pass

    asyncio.run(opens(Origin=server))
    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(opens(**headers))
    assert refused.value.response.status_code == HTTPStatus.FORBIDDEN


def test_another_name_or_another_site_is_refused_every_path(server: str) -> None:
    for path in ("/", "/_stcore/host-config", "/media/any.csv"):
        assert httpx.get(server + path, headers={"Host": "elsewhere.example"}).status_code == HTTPStatus.MISDIRECTED_REQUEST
        assert httpx.get(server + path, headers={"Origin": "https://elsewhere.example"}).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "path", [*CLOSED, "/_stcore/upload_file/any/any", "/_stcore/agent/interact", "/_stcore/agent/openapi.json"]
)
def test_what_the_product_does_not_use_is_not_there(server: str, path: str) -> None:
    for method in ("GET", "PUT", "POST", "DELETE"):
        assert httpx.request(method, server + path).status_code == HTTPStatus.NOT_FOUND


def test_without_sign_in_set_up_nobody_has_to_sign_in(server: str) -> None:
    assert httpx.get(server).status_code == HTTPStatus.OK
    assert httpx.get(f"{server}/_stcore/health").text == "ok"


def test_an_upload_of_a_single_byte_is_refused(failing: str) -> None:
    """By Streamlit itself: the page that fails has no gate."""
    with httpx.Client(base_url=failing) as client:
        client.get("/_stcore/health")
        token = client.cookies["_streamlit_xsrf"]

        async def sent_while_open() -> int:
            async with websockets.connect(
                f"{failing.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"]
            ) as socket:
                ask = BackMsg()
                ask.rerun_script.query_string = ""
                await socket.send(ask.SerializeToString())
                first = ForwardMsg()
                first.ParseFromString(await socket.recv())
                session = first.new_session.initialize.session_id
                to = f"/_stcore/upload_file/{session}/any"
                return client.put(to, files={"file": b"1"}, headers={"X-Xsrftoken": token}).status_code

        assert asyncio.run(sent_while_open()) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        assert client.put("/_stcore/upload_file/any/any", files={"file": b"1"}).status_code == HTTPStatus.FORBIDDEN


def test_an_error_shows_no_details_and_no_stray_words(failing: str) -> None:
    messages = asyncio.run(first_messages(failing, ""))
    shown = [str(message.delta) for message in messages if message.HasField("delta")]
    assert any("exception" in element for element in shown)
    assert not any(word in element for element in shown for word in ("child", "ValueError", "fails.py", "written by nobody"))
