"""The recipe for a force's own server holds: a real nginx before two real processes, and readers who sign in."""

import os
import re
import socket
import ssl
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus

import httpx
import pytest
from deployed import HOST, READER, Deployed
from playwright.sync_api import sync_playwright
from prepare import chromium
from test_browser import _is_fault, settled
from websockets.exceptions import InvalidStatus

from auth.gate import LINK_COOKIE

pytestmark = pytest.mark.xdist_group("proxy")

# One of each kind that Streamlit serves.
PATHS = (
    "/",
    "/custody",
    "/media/any.csv",
    "/static/any.js",
    "/favicon.png",
    "/component/any",
    "/_stcore/host-config",
    "/_stcore/health",
)
CHARTED = "custody?hub=Near&custody-measure=Detentions+of+children"  # few as its events are, the hubs stand side by side
HEADERS = {
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_served_before_signing_in(visitor: httpx.Client, path: str) -> None:
    assert visitor.get(path).status_code == HTTPStatus.UNAUTHORIZED
    visitor.cookies.set("_streamlit_user", "forged")
    assert visitor.get(path).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("page", ["/", "/custody?hub=Near"])
def test_whoever_opens_a_page_is_sent_to_sign_in_and_sees_nothing_before(visitor: httpx.Client, page: str) -> None:
    answer = visitor.get(page, headers={"Accept": "text/html"})
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["location"].startswith("/auth/login?provider=")
    assert answer.content == b""


def test_the_websocket_is_refused_before_signing_in_and_to_pages_from_elsewhere(
    force: Deployed, visitor: httpx.Client, reader: httpx.Client
) -> None:
    with pytest.raises(InvalidStatus) as refused, force.page(visitor):
        pass
    assert refused.value.response.status_code == HTTPStatus.UNAUTHORIZED
    with pytest.raises(InvalidStatus) as refused, force.page(reader, Origin="https://elsewhere.example"):
        pass
    assert refused.value.response.status_code == HTTPStatus.FORBIDDEN


def test_after_signing_in_pages_are_served_and_the_websocket_speaks(force: Deployed, reader: httpx.Client) -> None:
    assert "<title>Streamlit</title>" in reader.get("/custody").text
    assert reader.get("/_stcore/host-config").status_code == HTTPStatus.OK
    with force.page(reader, "missing") as tab:
        tab.unfold()
        assert tab.files()


def test_the_link_that_was_asked_for_opens_after_signing_in(force: Deployed) -> None:
    with force.visitor(headers={"Accept": "text/html"}, follow_redirects=True) as client:
        form = client.get("/custody?hub=Near&period=Financial+year+2024%2F25")
        came_to = client.post(form.url, data={"sub": READER.sub})
        assert str(came_to.url) == f"{force.address}/custody?hub=Near&period=Financial+year+2024%2F25"
        assert str(client.get("/").url) == f"{force.address}/", "only once"


def test_a_link_never_leads_to_another_site(force: Deployed, reader: httpx.Client) -> None:
    for asked in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"):
        with force.visitor(cookies=dict(reader.cookies) | {LINK_COOKIE: asked}) as client:
            location = client.get("/").headers["location"]
            assert httpx.URL(force.address).join(location).netloc == httpx.URL(force.address).netloc


def test_after_signing_out_nothing_is_served(force: Deployed) -> None:
    with closing(force.reader()) as client:
        assert client.get("/").status_code == HTTPStatus.OK
        client.get("/auth/logout")
        assert client.get("/favicon.png", headers={"Accept": "image/*"}).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/upload_file/any/any", "/_stcore/agent/interact", "/auth/check"])
def test_what_is_not_for_readers_is_closed_to_them_too(reader: httpx.Client, path: str) -> None:
    assert reader.get(path).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", [*PATHS, "/_stcore/metrics", "/oauth2callback"])
def test_every_answer_carries_the_headers(visitor: httpx.Client, path: str) -> None:
    headers = visitor.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["server"] == "nginx"


def test_what_carries_its_version_is_kept_and_compressed(reader: httpx.Client) -> None:
    script = re.findall(r"static/js/index\.[\w-]+\.js", reader.get("/").text)[0]
    answer = reader.get(f"/{script}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert reader.get("/").headers["cache-control"] == "no-store"


def test_every_cookie_travels_over_tls_only(force: Deployed) -> None:
    with closing(force.reader()) as client:
        client.get("/_stcore/health")
        names = {cookie.name for cookie in client.cookies.jar}
        assert {"process", "_streamlit_user", "_streamlit_xsrf"} <= names
        assert all(cookie.secure for cookie in client.cookies.jar if cookie.name != "session")


def test_without_tls_there_is_only_the_way_to_it(force: Deployed) -> None:
    answer = httpx.get(f"http://localhost:{force.http}/custody?hub=Near")
    assert answer.status_code == HTTPStatus.MOVED_PERMANENTLY
    assert answer.headers["location"] == "https://localhost/custody?hub=Near"


def test_another_name_gets_nothing(force: Deployed, reader: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
        httpx.get(f"http://localhost:{force.http}/", headers={"Host": "elsewhere.example"})
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
        reader.get("/", headers={"Host": "elsewhere.example"})
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://127.0.0.1:{force.https}/", verify=force.trusted)


def test_old_versions_of_tls_are_refused(force: Deployed) -> None:
    old = force.trusted
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("localhost", force.https)) as plain,
        pytest.raises(OSError, match=r"(?i)protocol|alert|version"),
    ):
        old.wrap_socket(plain, server_hostname="localhost")


def test_nothing_is_sent_in_large_or_otherwise(reader: httpx.Client) -> None:
    assert reader.request("GET", "/", content=b"1" * 2_000).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert reader.request(method, "/").status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_reader_stays_with_one_process_and_readers_are_spread(force: Deployed) -> None:
    """A file that was asked for lies in the memory of the process that drew the page: only there can it be had.

    Gone astray to the other process there is none, until a reader of that one has asked for the same.
    """
    readers = _one_of_each_process(force)
    assert set(readers) == {f"127.0.0.1:{port}" for port in force.processes}
    first, second = readers.values()
    with (
        force.page(first, "missing") as tab,
        force.visitor(cookies=dict(first.cookies) | {"process": second.cookies["process"]}) as astray,
        force.visitor() as visitor,
    ):
        tab.unfold()
        file = tab.press(next(iter(tab.files())))
        assert astray.get(file).status_code == HTTPStatus.NOT_FOUND
        assert visitor.get(file).status_code == HTTPStatus.UNAUTHORIZED
    for process, client in readers.items():
        with force.page(client, "missing") as tab:
            tab.unfold()
            answer, came_from = force.got_from(client, tab.press(next(iter(tab.files()))))
            assert (answer.status_code, answer.headers["cache-control"], came_from) == (HTTPStatus.OK, "no-store", process)
            assert answer.headers["content-disposition"].startswith("attachment")


def _one_of_each_process(force: Deployed) -> dict[str, httpx.Client]:
    """A reader whom the proxy has given each process, found by signing in until there are both."""
    found: dict[str, httpx.Client] = {}
    for _ in range(10):
        client = force.reader()
        found.setdefault(force.got_from(client, "/favicon.png")[1], client)
        if len(found) == len(force.processes):
            break
    return found


def test_a_page_through_the_proxy_in_a_browser(force: Deployed) -> None:
    """Signed in by hand, drawn whole, downloaded from, and not a word from the browser about what the headers forbid."""
    path = chromium()
    if not path:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and on CI the browser tests must run; tests/prepare.py installs one.")
        pytest.skip("skipped: there is no Chromium on this machine; run make test, or set CHROMIUM to the path of one")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]) as browser:
        tab = browser.new_page(viewport={"width": 1440, "height": 1000}, ignore_https_errors=True)
        tab.goto(f"{force.address}/{CHARTED}")
        tab.locator("input[name=sub]").fill(READER.sub)
        faults: list[str] = []
        ours = force.address  # what the provider's own page lacks, an icon, may be said while ours is opened
        tab.on("console", lambda said: faults.append(said.text) if _is_fault(said) and ours in said.location["url"] else None)
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.get_by_role("button", name="Authorize").click()
        tab.wait_for_selector(".main-svg", timeout=60_000)
        settled(tab)
        assert tab.url.startswith(f"{force.address}/{CHARTED}")
        assert tab.locator("h1").inner_text() == "Police custody"
        tab.get_by_text("The table behind this chart").nth(1).click()
        settled(tab)
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Download CSV").first.click()
        marking, header, *_ = download.value.path().read_text().splitlines()
        assert "INVENTED DATA · A Reader · Command team · " in marking
        assert header == "hub,numerator,denominator,value,lower,upper"
        assert not faults, faults


def test_a_whole_station_signs_in_at_once(force: Deployed) -> None:
    def sign_in(_: int) -> int:
        with closing(force.reader()) as client:
            return client.get("/_stcore/host-config").status_code

    with ThreadPoolExecutor(30) as many:
        assert Counter(many.map(sign_in, range(30))) == {HTTPStatus.OK: 30}


def test_what_anybody_asks_for_is_one_short_line_of_the_log(force: Deployed) -> None:
    """Nor does any of it stand in the log of errors: a code of signing in, a length that is none, or another name."""
    log, errors = force.folder / "dashboard.log", force.folder / "dashboard.error.log"
    before = log.stat().st_size
    with force.visitor() as client:
        for number in range(150):
            client.get(f"/oauth2callback?code=SECRET{number}&pad={'x' * 1500}")
        assert client.get(f"/{'x' * 15_000}").status_code == HTTPStatus.UNAUTHORIZED
        large = client.request("GET", "/auth/logout", content=b"x" * 2_000)
        assert large.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    asked = f"GET {force.address}/custody HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n"
    with socket.create_connection((HOST, force.https)) as plain, force.trusted.wrap_socket(plain, server_hostname=HOST) as sent:
        sent.sendall(asked.encode())
        assert sent.recv(1_000).startswith(b"HTTP/1.1 403 ")
    assert max(map(len, log.read_text()[before:].splitlines())) < 400
    assert "SECRET" not in log.read_text() and errors.read_text() == ""


def test_signing_in_is_limited_and_signing_out_is_not(force: Deployed) -> None:
    """Last of all, since for a while nobody from this address can sign in."""
    with force.visitor() as client, ThreadPoolExecutor(20) as many:
        answers = Counter(many.map(lambda _: client.get("/auth/login").status_code, range(800)))
        assert client.get("/auth/logout").status_code == HTTPStatus.FOUND, "others behind this address get out"
    assert answers[HTTPStatus.TOO_MANY_REQUESTS] > 0
    assert answers[HTTPStatus.FOUND] > 0
