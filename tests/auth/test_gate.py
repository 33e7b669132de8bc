"""The gate before the server: who gets what of it, by their cookie, and what nobody gets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from http.cookies import SimpleCookie
from os import urandom
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from signed import OWN, PROVIDER, claims, cookies, given, sign_in
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit import config
from streamlit.auth_util import decode_provider_token
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from audit import grants, log, sign_outs
from audit.log import Who
from auth import files, gate
from auth.gate import Gate

HTML = {"accept": "text/html,application/xhtml+xml"}
LINK = "link_before_sign_in"
ANN, BOB = claims("ann", roles=["audit"]), claims("bob")
PICTURE = "/media/picture.svg"
started: list[str] = []


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(b"the dashboard" + await request.body())


async def stream(socket: WebSocket) -> None:
    """Says back what it was asked, and shows a picture."""
    await socket.accept()
    asked = BackMsg.FromString(await socket.receive_bytes())
    said = ForwardMsg()
    said.delta.new_element.imgs.imgs.add(url=PICTURE)
    said.delta.new_element.imgs.imgs.add(url=asked.WhichOneof("type"))
    await socket.send_bytes(said.SerializeToString())


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    started.append("the dashboard")
    yield


METHODS = ["GET", "POST", "PUT"]
ROUTES = [WebSocketRoute("/{path:path}", stream), Route("/{path:path}", page, methods=METHODS)]
DASHBOARD = Starlette(routes=ROUTES, lifespan=lifespan)


def ask(path: str, cookie: str = "", **headers: str) -> httpx.Response:
    """What is answered to a browser that has these cookies and sends these headers besides, and another method than GET."""

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Gate(DASHBOARD)), base_url=OWN) as client:
            del client.headers["accept"]
            sent = {
                name: value.encode("latin-1") for name, value in {**headers, "cookie": cookie}.items() if value or name == "host"
            }
            return await client.request(str(sent.pop("method", b"GET"), "ascii"), path, headers=sent)

    return asyncio.run(asked())


def is_served(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.text) == (HTTPStatus.OK, "the dashboard")


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.text


def websocket(cookie: str = "", **headers: str) -> dict[str, Any]:
    """What a server says of a websocket that somebody with these cookies opens."""
    pairs = {"host": "localhost", "cookie": cookie, **headers}.items()
    return {
        "type": "websocket",
        "path": "/_stcore/stream",
        "query_string": b"",
        "subprotocols": [],
        "headers": [(name.encode(), value.encode()) for name, value in pairs],
    }


def talk(cookie: str = "", *messages: BackMsg, **headers: str) -> list[dict[str, Any]]:
    """All that a websocket of somebody with these cookies gets."""
    scope = websocket(cookie, **headers)
    said: list[dict[str, Any]] = [{"type": "websocket.connect"}]
    said += [{"type": "websocket.receive", "bytes": message.SerializeToString()} for message in messages]
    got: list[dict[str, Any]] = []

    async def receive() -> Any:
        return said.pop(0) if said else {"type": "websocket.disconnect", "code": 1001}

    async def send(event: Any) -> None:
        got.append(event)

    asyncio.run(Gate(DASHBOARD)(scope, receive, send))
    return got


def test_what_is_neither_a_request_nor_a_websocket_goes_to_the_dashboard() -> None:
    """A server that starts says so to it."""
    events = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    got = []

    async def receive() -> Any:
        return events.pop(0)

    async def send(event: Any) -> None:
        got.append(event["type"])

    started.clear()
    asyncio.run(Gate(DASHBOARD)({"type": "lifespan"}, receive, send))
    assert started == ["the dashboard"]
    assert got == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_what_a_browser_sends_gets_to_the_dashboard() -> None:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Gate(DASHBOARD)), base_url=OWN) as client:
            return await client.post("/custody", content=b" was told")

    assert asyncio.run(send()).text == "the dashboard was told"


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", ""])
def test_no_other_name_is_answered(host: str) -> None:
    assert refused(ask("/", host=host)) == (421, "This server does not answer to that name.")
    assert refused(ask("/auth/check", host=host)) == (403, "This server does not answer to that name."), "as a proxy is told no"


def test_pages_of_other_sites_are_not_answered() -> None:
    for origin in ("http://elsewhere.example", "http://localhost:9999", "null", "http://localhost"):
        assert refused(ask("/", origin=origin)) == (403, "Pages of other sites may not use this one.")
    assert is_served(ask("/", origin=OWN)) and is_served(ask("/"))


def test_a_page_of_a_site_that_the_settings_name_is_answered(request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: config.set_option("server.corsAllowedOrigins", []))
    config.set_option("server.corsAllowedOrigins", ["https://portal.example"])
    assert is_served(ask("/", origin="https://portal.example"))


CLOSED = ["/_stcore/metrics", "/_stcore/upload_file/1/2", "/_stcore/agent", "/_stcore/script-health-check"]


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("path", CLOSED)
def test_what_this_product_has_no_use_for_is_served_to_nobody(path: str) -> None:
    for cookie in ("", cookies(ANN)):
        assert refused(ask(path, cookie)) == (404, "Not found.")


@pytest.mark.usefixtures("provider")
def test_what_it_takes_to_sign_in_is_served_to_anybody() -> None:
    for path in ("/_stcore/health", "/auth/login", "/auth/logout", "/oauth2callback"):
        assert is_served(ask(path)), path
    assert not is_served(ask("/_stcore/host-config"))


@pytest.mark.usefixtures("provider")
def test_whoever_could_not_sign_in_comes_back_to_the_first_page() -> None:
    answer = ask("/oauth2callback?error=x&error_description=y")
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert is_served(ask("/custody?error=x", cookies(ANN)))


@pytest.mark.usefixtures("provider")
def test_the_proxy_is_told_who_has_signed_in() -> None:
    answers = [ask("/auth/check", cookie) for cookie in (cookies(ANN), "", "_streamlit_user=made-up")]
    assert [refused(answer) for answer in answers] == [(204, ""), (401, ""), (401, "")]


def test_the_proxy_is_told_that_nobody_can_sign_in() -> None:
    assert refused(ask("/auth/check", cookies(ANN))) == (403, "")


def test_where_nobody_can_sign_in_nobody_has_to() -> None:
    assert is_served(ask("/")) and is_served(ask("/custody", **HTML))


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", None),
        ("/?hub=Near", "/%3Fhub%3DNear"),
        ("/custody", "/custody"),
        ("/custody?hub=Near%20Town&period=2026", "/custody%3Fhub%3DNear%2520Town%26period%3D2026"),
        ("/custody;a=b", "/custody%3Ba%3Db"),
    ],
)
def test_who_opens_a_page_is_sent_to_sign_in_and_their_link_is_kept(path: str, kept: str | None) -> None:
    answer = ask(path, **HTML)
    assert answer.status_code == HTTPStatus.FOUND
    to = urlsplit(answer.headers["location"])
    assert to.path == "/auth/login"
    assert decode_provider_token(parse_qs(to.query)["provider"][0])["provider"] == "default"
    if kept is None:
        assert "set-cookie" not in answer.headers
    else:
        cookie = SimpleCookie(answer.headers["set-cookie"])[LINK]
        assert (cookie.value, cookie["max-age"], cookie["path"], cookie["samesite"]) == (kept, "600", "/", "lax")
        assert cookie["httponly"]


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("accept", [None, "*/*", "text/css"])
def test_who_asks_for_no_page_is_refused(accept: str | None) -> None:
    assert refused(ask("/custody", **({"accept": accept} if accept else {}))) == (401, "Sign in first.")


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    ("kept", "to"),
    [
        ("/custody%3Fhub%3DNear%2520Town", "/custody?hub=Near%20Town"),
        ("//elsewhere.example", "/elsewhere.example"),
        ("https%3A//elsewhere.example", "/https://elsewhere.example"),
        ("/%5Celsewhere.example", "/"),
        ("%5C%5Celsewhere.example", "/"),
    ],
)
def test_who_comes_back_from_signing_in_comes_to_their_link_and_nowhere_else(kept: str, to: str) -> None:
    answer = ask("/", f"{cookies(ANN)}; {LINK}={kept}")
    assert (answer.status_code, answer.headers["location"]) == (302, to)
    forgotten = SimpleCookie(answer.headers["set-cookie"])[LINK]
    assert (forgotten.value, forgotten["max-age"], forgotten["path"]) == ("", "0", "/")
    assert forgotten["httponly"] and forgotten["samesite"] == "lax"


@pytest.mark.usefixtures("provider")
def test_who_has_signed_in_is_served() -> None:
    assert is_served(ask("/", cookies(ANN)))
    assert is_served(ask("/custody?hub=Near", f"{cookies(ANN)}; {LINK}=/records", **HTML)), "they chose another link since"


@pytest.mark.usefixtures("provider")
def test_claims_that_take_several_cookies_are_read_whole() -> None:
    long = cookies({**ANN, "groups": [urandom(16).hex() for _ in range(400)]})
    assert long.count("_streamlit_user") > 2
    assert is_served(ask("/", long))
    assert not is_served(ask("/", long.rpartition("; ")[0]))


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    "said",
    [
        {**ANN, "is_logged_in": False},
        {**ANN, "is_logged_in": "true"},
        {**ANN, "is_logged_in": 1},
        {**ANN, "origin": "http://elsewhere.example"},
        claims("ann", is_logged_in=None),
        claims("ann", origin=None),
        {},
    ],
)
def test_a_cookie_of_another_address_or_of_nobody_lets_nobody_in(said: dict[str, Any]) -> None:
    assert refused(ask("/", cookies(said))) == (401, "Sign in first.")


@pytest.mark.usefixtures("provider")
def test_a_cookie_that_this_server_has_not_signed_lets_nobody_in() -> None:
    for made_up in (cookies(ANN, secret="another" * 9), cookies(ANN)[:-1], "_streamlit_user=", "_streamlit_user=\xff\xfe"):
        assert refused(ask("/", made_up)) == (401, "Sign in first.")


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(("seconds", "lasts"), [(0, True), (8 * 3600, True), (8 * 3600 + 1, False), (24 * 3600, False)])
def test_a_cookie_is_worth_nothing_after_eight_hours(monkeypatch: pytest.MonkeyPatch, seconds: int, lasts: bool) -> None:
    signed_at = 1_800_000_000
    monkeypatch.setattr("time.time", lambda: signed_at)
    cookie = cookies(ANN)
    monkeypatch.setattr("time.time", lambda: signed_at + seconds)
    assert is_served(ask("/", cookie)) == lasts


@pytest.mark.usefixtures("provider")
def test_whoever_the_provider_does_not_name_gets_to_the_page_that_says_so() -> None:
    nameless = cookies(claims("ann", sub=None))
    assert is_served(ask("/", nameless))
    assert refused(ask(PICTURE, nameless)) == (404, "Not found.")


@pytest.mark.usefixtures("provider")
def test_signing_out_ends_a_sign_in_for_whoever_has_its_cookie_and_is_logged() -> None:
    ann, bob = cookies(ANN), cookies(BOB)
    assert is_served(ask("/", ann))
    assert is_served(ask("/auth/logout", ann)), "Streamlit then forgets the cookie"
    assert not is_served(ask("/", ann)) and is_served(ask("/", bob))
    assert refused(ask("/auth/check", ann)) == (401, "")
    (entry,) = log.entries().to_dict("records")
    assert [entry[name] for name in ("action", "issuer", "subject", "name")] == ["sign-out", PROVIDER, "ann", "Ann"]
    ask("/auth/logout")
    assert len(log.entries()) == 1, "nobody signed out the second time"


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    ("site", "ends"), [(None, True), ("none", True), ("same-origin", True), ("same-site", False), ("cross-site", False)]
)
def test_nobody_signs_out_by_a_link_of_another_site(site: str | None, ends: bool) -> None:
    answer = ask("/auth/logout", cookies(ANN), **({"sec-fetch-site": site} if site else {}))
    assert is_served(answer) == ends
    assert (answer.status_code, answer.headers.get("location")) == ((200, None) if ends else (302, "/"))
    assert is_served(ask("/", cookies(ANN), **{"sec-fetch-site": "cross-site"})) != ends


LOOKING_AHEAD = [
    {"sec-purpose": "prefetch"},
    {"sec-purpose": "prefetch;prerender"},
    {"purpose": "prefetch"},
    {"x-purpose": "preview"},
    {"x-moz": "prefetch"},
    {"method": "HEAD"},
]


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("ahead", LOOKING_AHEAD)
def test_nobody_signs_out_by_a_browser_that_only_looks_ahead(ahead: dict[str, str]) -> None:
    answer = ask("/auth/logout", cookies(ANN), **{"sec-fetch-site": "same-origin", **ahead})
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert is_served(ask("/", cookies(ANN)))
    assert log.entries().empty


@pytest.mark.usefixtures("provider")
def test_nobody_signs_out_by_a_websocket() -> None:
    scope = websocket(cookies(ANN)) | {"path": "/auth/logout"}
    tab = Tab(Gate(open_page), scope)
    tab.said.put_nowait({"type": "websocket.disconnect", "code": 1001})
    assert asyncio.run(tab.ends()) == [1008]
    assert is_served(ask("/", cookies(ANN)))


@pytest.mark.usefixtures("provider")
def test_who_signed_out_in_another_process_gets_nothing_but_scripts_and_styles_from_then_on() -> None:
    given("ann", ["audit"])
    files.tell(sign_in(ANN), PICTURE)
    paths = ("/", "/custody", PICTURE, "/static/js/index.js", "/auth/check")
    ann = cookies(ANN)
    assert [ask(path, ann).status_code for path in paths] == [200, 200, 200, 200, 204]
    assert talk(ann, back(stop_script=True))[0]["type"] == "websocket.accept"
    sign_outs.end(Who(PROVIDER, "ann"), sign_in(ANN).at)
    remembered = [ask(path, ann).status_code for path in ("/static/js/index.js", "/auth/check")]
    assert remembered == [200, 204], "for two seconds, as nothing of anybody's is in them"
    assert talk(ann, back(stop_script=True)) == [{"type": "websocket.close", "code": 1008, "reason": ""}]
    assert [ask(path, ann).status_code for path in paths] == [401] * 5, "now this process knows"


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize("path", ["/", "/custody", PICTURE, "/_stcore/host-config"])
def test_for_whatever_may_be_somebodys_it_is_asked_anew_who_signed_out(path: str) -> None:
    given("ann", ["audit"])
    files.tell(sign_in(ANN), PICTURE)
    assert is_served(ask(path, cookies(ANN)))
    sign_outs.end(Who(PROVIDER, "ann"), sign_in(ANN).at)
    assert refused(ask(path, cookies(ANN))) == (401, "Sign in first.")


@pytest.mark.usefixtures("provider")
def test_who_signed_out_in_another_process_is_sent_to_sign_in() -> None:
    sign_outs.end(Who(PROVIDER, "ann"), sign_in(ANN).at)
    assert not is_served(ask("/", cookies(ANN)))
    assert is_served(ask("/", cookies({**ANN, "iat": ANN["iat"] - 60}))), "it was another sign-in of theirs"


@pytest.mark.usefixtures("provider")
def test_while_nobody_knows_who_signed_out_pages_say_so_and_no_file_is_given(lose_the_audit_database: Any) -> None:
    files.tell(sign_in(ANN), PICTURE)
    lose_the_audit_database()
    assert is_served(ask("/custody", cookies(ANN)))
    assert refused(ask(PICTURE, cookies(ANN))) == (401, "Sign in first.")


@pytest.mark.usefixtures("provider")
def test_a_file_is_for_whom_it_was_made() -> None:
    given("ann", ["audit"])
    files.tell(sign_in(ANN), PICTURE)
    assert is_served(ask(PICTURE, cookies(ANN)))
    assert refused(ask(PICTURE, cookies(BOB))) == (404, "Not found.")
    assert refused(ask(PICTURE)) == (401, "Sign in first.")
    assert is_served(ask("/pages/media/picture.svg", cookies(BOB))), "no file of anybody"


@pytest.mark.usefixtures("provider")
def test_a_file_is_for_nobody_who_may_read_no_more() -> None:
    given("ann", ["audit"])
    files.tell(sign_in(ANN), PICTURE)
    assert is_served(ask(PICTURE, cookies(ANN)))
    grants.revoke(PROVIDER, "ann", by="a test", reason="to try it")
    assert refused(ask(PICTURE, cookies(ANN))) == (404, "Not found.")


def test_where_nobody_signs_in_a_file_is_for_anybody_to_whom_it_was_told() -> None:
    assert refused(ask(PICTURE)) == (404, "Not found.")
    files.tell(None, PICTURE)
    assert is_served(ask(PICTURE))
    files.tell(sign_in(ANN), "/media/hers.svg")
    assert refused(ask("/media/hers.svg", cookies(ANN))) == (404, "Not found."), "cookies of a provider are worth nothing here"


def test_whoever_has_not_given_the_word_of_this_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", "--local"])
    assert refused(ask("/custody")) == (401, "Open the address that the terminal shows.")
    assert is_served(ask("/_stcore/health"))
    assert talk() == [{"type": "websocket.close", "code": 1008, "reason": ""}]


@pytest.mark.usefixtures("provider")
def test_the_word_of_this_machine_is_asked_of_nobody_who_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", "--local"])
    assert is_served(ask("/custody", cookies(ANN)))


def back(**kind: Any) -> BackMsg:
    return BackMsg(**kind)


@pytest.mark.usefixtures("provider")
def test_a_websocket_is_opened_to_who_has_signed_in_alone() -> None:
    for cookie, headers in (("", {}), (cookies(ANN), {"origin": "http://elsewhere.example"}), (cookies(ANN), {"host": "other"})):
        assert talk(cookie, back(stop_script=True), **headers) == [{"type": "websocket.close", "code": 1008, "reason": ""}]
    assert [event["type"] for event in talk(cookies(ANN), back(stop_script=True))] == ["websocket.accept", "websocket.send"]


@pytest.mark.usefixtures("provider")
def test_what_is_said_over_the_websocket_passes_what_no_reader_has_a_use_for_not() -> None:
    """What clears the caches of all is not heard, and the picture that was shown is for who had it shown."""
    given("ann", ["audit"])
    _, said = talk(cookies(ANN), back(clear_cache=True), back(stop_script=True))
    heard = ForwardMsg.FromString(said["bytes"]).delta.new_element.imgs.imgs[1].url
    assert heard == "stop_script"
    assert is_served(ask(PICTURE, cookies(ANN))) and not is_served(ask(PICTURE, cookies(BOB)))


async def open_page(scope: Any, receive: Any, send: Any) -> None:
    """Stays open until its browser leaves, or something goes wrong."""
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] != "websocket.disconnect":
        if event["type"] == "websocket.fault":
            raise RuntimeError("a fault")


class Tab:
    """A websocket that stays open until it is ended."""

    def __init__(self, gate: Gate, scope: dict[str, Any]) -> None:
        self.got: list[dict[str, Any]] = []
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.run = gate(scope, self.said.get, self._get)

    async def _get(self, event: Any) -> None:
        self.got.append(event)

    async def ends(self) -> list[int]:
        """With which code it is refused; none where it ends otherwise."""
        await self.run
        return [event["code"] for event in self.got if event["type"] == "websocket.close"]


def opening(*cookies_of: str, app: Any = open_page) -> list[bool]:
    """Whether each of these websockets, opened one after the other, is let in; then all are ended, each in another way."""

    async def opened() -> list[bool]:
        tabs = [Tab(Gate(app), websocket(cookie)) for cookie in cookies_of]
        tasks = []
        for tab in tabs:
            tasks.append(asyncio.ensure_future(tab.run))
            while not tab.got:
                await asyncio.sleep(0.001)
        for number, (tab, task) in enumerate(zip(tabs, tasks, strict=True)):
            if number % 3 == 0:
                tab.said.put_nowait({"type": "websocket.disconnect", "code": 1001})
            elif number % 3 == 1:
                tab.said.put_nowait({"type": "websocket.fault"})
            else:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert {event.get("code") for tab in tabs for event in tab.got} <= {None, 1013}
        return [tab.got[0]["type"] == "websocket.accept" for tab in tabs]

    return asyncio.run(opened())


@pytest.mark.usefixtures("provider")
def test_a_reader_has_thirty_websockets_open_at_once_however_the_others_ended() -> None:
    ann, again, bob = cookies(ANN), cookies({**ANN, "iat": ANN["iat"] - 60}), cookies(BOB)
    for _ in range(2):
        assert opening(*[ann] * 29, again, ann, again, bob) == [True] * 30 + [False, False, True]
    assert not gate._open, "nothing is kept of who has none"


@pytest.mark.usefixtures("provider")
def test_whom_the_provider_does_not_name_have_thirty_together() -> None:
    assert opening(*[cookies(claims("ann", sub=None))] * 31) == [True] * 30 + [False]


def test_where_nobody_signs_in_any_number_of_websockets_is_open() -> None:
    assert opening(*[""] * 40) == [True] * 40
