"""What readers who have signed in may try: to stay after signing out, and to get what was made for others."""

import time
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus

import httpx
import pytest
from deployed import LEAVER, SERGEANT, Deployed
from server import Tab, asking_for
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

pytestmark = pytest.mark.xdist_group("proxy")

REMEMBERED = 2.0  # seconds in which a process does not ask again, for scripts and styles, whether somebody has signed out


@pytest.fixture(scope="module")
def sergeant(force: Deployed) -> Iterator[httpx.Client]:
    with closing(force.reader(SERGEANT)) as client:
        yield client


def said(tab: Tab) -> str:
    return " ".join(alert.body for alert in tab.elements("alert"))


def with_cookies_of(force: Deployed, client: httpx.Client) -> httpx.Client:
    """Another browser into which somebody copied all cookies of this one."""
    copy = force.visitor()
    for cookie in client.cookies.jar:
        copy.cookies.set(cookie.name, cookie.value or "", domain=cookie.domain, path=cookie.path)
    return copy


def test_signing_out_in_one_tab_ends_the_other_and_the_cookie_in_every_process(force: Deployed) -> None:
    with closing(force.reader(LEAVER)) as client, closing(with_cookies_of(force, client)) as thief:
        assert thief.get("/").status_code == HTTPStatus.OK
        with force.page(client, "missing") as one, force.page(client, "definitions") as other:
            one.unfold()
            file = one.press(next(iter(one.files())))
            assert thief.get(file).status_code == HTTPStatus.OK
            one.press_button("Sign out")
            other.messages = other.messages[:1]
            other.socket.send(asking_for("definitions"))
            other.drawn()
            assert "You have signed out. Sign in again to go on." in said(other)
            assert not other.elements("heading")[1:]
        refused = thief.get("/", headers={"Accept": "text/html"})
        assert (refused.status_code, refused.headers["location"][:12]) == (HTTPStatus.FOUND, "/auth/login?")
        assert thief.get(file).status_code == HTTPStatus.UNAUTHORIZED
        with pytest.raises(InvalidStatus), force.page(thief, "missing"):
            pass
        for port in force.processes:
            at_process = httpx.get(f"http://127.0.0.1:{port}/", headers={"Cookie": _cookies(thief), "Host": "localhost"})
            assert at_process.status_code == HTTPStatus.UNAUTHORIZED


def at_the_other_process(force: Deployed, client: httpx.Client) -> httpx.Client:
    """Another browser with these cookies, which the proxy gives the other process."""
    copy = with_cookies_of(force, client)
    _, own = force.got_from(client, "/")
    domain = next(cookie.domain for cookie in client.cookies.jar if cookie.name == "process")
    for number in range(100):
        copy.cookies.set("process", str(number), domain=domain, path="/")
        if force.got_from(copy, "/")[1] != own:
            return copy
    raise AssertionError("The proxy gave everybody the same process.")


def test_who_signed_out_gets_nothing_more_of_a_page_that_is_open_at_the_other_process(force: Deployed) -> None:
    """Not even within the seconds for which that process remembers, for scripts and styles, that they had not."""
    with closing(force.reader(LEAVER)) as client, closing(at_the_other_process(force, client)) as thief:
        with force.page(thief, "missing") as tab:
            tab.unfold()
            name = next(iter(tab.files()))
            file = tab.press(name)
            time.sleep(REMEMBERED)
            assert thief.get(file).status_code == HTTPStatus.OK, "which is remembered from now"
            client.get("/auth/logout", headers={"Sec-Fetch-Site": "same-origin"})
            assert tab.press(name) == "", "no file"
            with pytest.raises(InvalidStatus), force.page(thief, "missing"):
                pass
            tab.go("records")
            assert "You have signed out. Sign in again to go on." in said(tab)
        assert thief.get(file).status_code == HTTPStatus.UNAUTHORIZED


def _cookies(client: httpx.Client) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)


def test_the_address_that_signs_out_ends_the_sign_in_too(force: Deployed) -> None:
    with closing(force.reader(LEAVER)) as client, closing(with_cookies_of(force, client)) as thief:
        client.get("/auth/logout", headers={"Sec-Fetch-Site": "same-origin"})
        assert thief.get("/").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Sec-Fetch-Site": "cross-site"}),
        ("GET", {"Sec-Fetch-Site": "same-site"}),
        ("GET", {"Sec-Purpose": "prefetch"}),
        ("GET", {"Purpose": "prefetch"}),
        ("GET", {"X-Moz": "prefetch"}),
        ("HEAD", {}),
    ],
)
def test_no_link_of_another_site_and_no_looking_ahead_signs_anybody_out(
    force: Deployed, reader: httpx.Client, method: str, headers: dict[str, str]
) -> None:
    sent_back = reader.request(method, "/auth/logout", headers=headers)
    assert (sent_back.status_code, sent_back.headers["location"]) == (HTTPStatus.FOUND, "/")
    assert reader.get("/").status_code == HTTPStatus.OK


def test_a_file_is_for_who_made_it(force: Deployed, reader: httpx.Client, sergeant: httpx.Client) -> None:
    """Both at one process, where it lies: neither by the id that its button has, nor by the address once it is made."""
    sergeant.cookies.set("process", reader.cookies["process"])
    with force.page(reader, "missing") as theirs, force.page(sergeant, "definitions") as own:
        theirs.unfold()
        ask = BackMsg()
        ask.backend_operation_request.request_id = "any"
        ask.backend_operation_request.deferred_file.file_id = next(iter(theirs.files().values()))
        own.socket.send(ask.SerializeToString())
        own.socket.send(asking_for("definitions"))
        own.drawn()
        assert not any(message.HasField("backend_operation_response") for message in own.messages)
        made = theirs.press(next(iter(theirs.files())))
        assert sergeant.get(made).status_code == HTTPStatus.NOT_FOUND
        assert reader.get(made).status_code == HTTPStatus.OK


def test_what_anybody_says_where_signing_in_ends_goes_no_further(force: Deployed) -> None:
    """Streamlit would write it down, however long it is and whoever says it."""
    with force.visitor() as visitor:
        answer = visitor.get("/oauth2callback", params={"error": "forged\x1b[31m", "state": "any"})
        assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.FOUND, "/")
