"""`--local` is for whoever sits at the machine: the word of its terminal opens it once, and nothing comes through a proxy."""

from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest
from server import COOKIES, cookies_of, serving

pytestmark = pytest.mark.xdist_group("server")

ADDED_BY_PROXIES = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Real-Ip",
    "X-Client-Ip",
    "X-Original-Uri",
    "CF-Connecting-IP",
    "True-Client-IP",
    "Client-Ip",
    "Proxy-Connection",
)


@pytest.fixture(scope="module")
def local(searches_url: str) -> Iterator[str]:
    with serving(searches_url, local=True) as address:
        yield address


def test_nothing_is_served_without_the_word(local: str) -> None:
    asked = httpx.get(local, headers={"Accept": "text/html"})
    assert asked.status_code == HTTPStatus.UNAUTHORIZED
    assert "The terminal in which this dashboard was started shows a word. It works once." in asked.text
    for path in ("/custody", "/static/any.js", "/media/any.csv", "/_stcore/host-config"):
        assert httpx.get(local + path).status_code == HTTPStatus.UNAUTHORIZED
    wrong = httpx.get(local, params={"word": "<b>wrong</b>"}, headers={"Accept": "text/html"})
    assert wrong.status_code == HTTPStatus.UNAUTHORIZED
    assert "“&lt;b&gt;wrong&lt;/b&gt;” is not the word." in wrong.text


def test_whoever_gave_the_word_is_let_in(local: str) -> None:
    assert httpx.get(local, headers={"Cookie": COOKIES[local]}).status_code == HTTPStatus.OK
    assert httpx.get(local, headers={"Cookie": f"{COOKIES[local]}x"}).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("header", ADDED_BY_PROXIES)
def test_what_a_proxy_adds_is_refused(local: str, header: str) -> None:
    answer = httpx.get(local, headers={"Cookie": COOKIES[local], header: "192.0.2.1"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert answer.text.startswith("--local is for one reader at this machine, not behind a proxy")


def test_a_browser_is_let_in_with_all_that_it_sends(local: str, browser) -> None:  # type: ignore[no-untyped-def]
    context = browser.new_context()
    context.add_cookies(cookies_of(local))
    tab = context.new_page()
    refused: list[str] = []
    tab.on("response", lambda answer: refused.append(answer.url) if answer.status >= HTTPStatus.BAD_REQUEST else None)
    tab.goto(local)
    tab.get_by_role("heading", name="Overview", level=1).wait_for(timeout=60_000)
    assert not refused
    context.close()


def test_the_demo_answers_at_this_machine_alone(planted: str) -> None:
    """Whatever listens on every address answers here too."""
    port = planted.rpartition(":")[2]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.2:{port}/_stcore/health")
