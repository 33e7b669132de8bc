"""`--local`: who has given the word of the terminal, and nobody else, is let in to this machine; no proxy ever is."""

import re
import string
from http.cookies import SimpleCookie
from io import BytesIO, TextIOWrapper
from urllib.parse import urlsplit

import pytest
import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import Response

from auth import this_machine

SENT_BY_BROWSERS = {
    "accept": "text/html",
    "accept-encoding": "gzip",
    "accept-language": "en",
    "cache-control": "no-cache",
    "connection": "keep-alive",
    "content-length": "0",
    "content-type": "text/plain",
    "dnt": "1",
    "host": "localhost",
    "if-modified-since": "now",
    "if-none-match": "x",
    "origin": "http://localhost",
    "pragma": "no-cache",
    "priority": "u=0",
    "range": "bytes=0-",
    "referer": "http://localhost",
    "save-data": "on",
    "sec-fetch-mode": "navigate",
    "sec-websocket-key": "x",
    "te": "trailers",
    "upgrade": "websocket",
    "upgrade-insecure-requests": "1",
    "user-agent": "x",
}
FOR_WHOM = "This dashboard is for whoever started it."
HOW = "The terminal in which this dashboard was started shows a word. It works once."


@pytest.fixture
def word(capsys: pytest.CaptureFixture[str]) -> str:
    """The word that the terminal shows."""
    this_machine.announce()
    return shown(capsys)


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    return re.findall(r"\?word=(\S+)", capsys.readouterr().out)[-1]


def ask(link: str = "/", **headers: str) -> Response | None:
    """What a browser gets that asks for a link."""
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    path, _, query = link.partition("?")
    return this_machine.answer(HTTPConnection({"type": "http", "path": path, "query_string": query.encode(), "headers": pairs}))


def refused(answer: Response | None) -> tuple[int, str]:
    assert answer is not None
    return answer.status_code, bytes(answer.body).decode()


def let_in(word: str, link: str = "/?word=") -> Response:
    answer = ask(f"{link}{word}", accept="text/html")
    assert answer is not None and answer.status_code == 302
    return answer


def cookie_of(answer: Response) -> str:
    return SimpleCookie(answer.headers["set-cookie"])["this_machine"].value


@pytest.mark.parametrize(
    ("argv", "asked"),
    [(["app.py", "--local"], True), (["app.py"], False), (["--local"], False), (["app.py", "--locally"], False)],
)
def test_it_is_asked_for_by_its_option(monkeypatch: pytest.MonkeyPatch, argv: list[str], asked: bool) -> None:
    monkeypatch.setattr("sys.argv", argv)
    assert this_machine.is_asked_for() == asked


def test_the_terminal_shows_the_address_with_the_word(capsys: pytest.CaptureFixture[str]) -> None:
    words = set()
    for _ in range(20):
        this_machine.announce()
        (line,) = capsys.readouterr().out.splitlines()
        found = re.fullmatch(r"To read at this machine, open (\S+) \(it works once\)\.", line)
        assert found
        address = urlsplit(found[1])
        assert (address.scheme, address.netloc, address.path) == ("http", f"127.0.0.1:{st.get_option('server.port')}", "/")
        assert address.query.startswith("word=")
        words.add(address.query.removeprefix("word="))
    assert len(words) == 20, "another each time"
    assert {len(word) for word in words} == {12}
    letters = set("".join(words))
    assert letters <= set(string.ascii_lowercase + string.digits) - set("ilo01"), "none that is read for another"
    assert len(letters) > 20


def test_the_terminal_shows_the_word_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where what a server says goes through a pipe, which keeps it back until there is more."""
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(written, encoding="utf-8"))
    this_machine.announce()
    assert b"?word=" in written.getvalue()


def test_nobody_is_let_in_before_a_word_was_shown() -> None:
    for link in ("/", "/?word=", "/?word=None"):
        assert refused(ask(link)) == (401, "Open the address that the terminal shows.")


def test_the_word_opens_the_page_that_was_asked_for_and_the_browser_is_known_from_then_on(word: str) -> None:
    answer = let_in(word, "/custody?hub=Near%20Town&empty=&hub=Far&word=")
    assert answer.headers["location"] == "/custody?hub=Near+Town&empty=&hub=Far"
    cookie = SimpleCookie(answer.headers["set-cookie"])["this_machine"]
    assert cookie["httponly"] and cookie["samesite"] == "strict"
    assert (cookie["path"], cookie["max-age"], cookie["expires"]) == ("/", "", ""), "until the browser is closed"
    assert len(cookie.value) >= 43, "32 bytes that nobody guesses"
    assert ask("/", cookie=f"this_machine={cookie.value}") is None
    assert ask("/custody?word=wrong", cookie=f"other=1; this_machine={cookie.value}") is None


@pytest.mark.parametrize(
    ("path", "to"), [("/", "/"), ("/custody", "/custody"), ("//elsewhere.example", "/elsewhere.example"), ("", "/"), ("///", "/")]
)
def test_the_word_leads_to_no_other_site(word: str, path: str, to: str) -> None:
    assert let_in(word, f"{path}?word=").headers["location"] == to


def test_the_word_works_once_and_the_terminal_shows_the_next(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = cookie_of(let_in(word))
    following = shown(capsys)
    assert following != word
    assert refused(ask(f"/?word={word}"))[0] == 401
    second = cookie_of(let_in(following))
    assert first != second
    for cookie in (first, second):
        assert ask("/", cookie=f"this_machine={cookie}") is None, "both browsers are let in"


@pytest.mark.parametrize("cookie", ["", "this_machine=", "this_machine=made-up", "this_machine=\xff"])
def test_no_other_cookie_lets_anybody_in(word: str, cookie: str) -> None:
    let_in(word)
    assert refused(ask("/", **({"cookie": cookie} if cookie else {}))) == (401, "Open the address that the terminal shows.")


def test_the_cookie_has_to_be_whole(word: str) -> None:
    cookie = cookie_of(let_in(word))
    for other in (cookie[:-1], f"{cookie}x", cookie.swapcase()):
        assert refused(ask("/", cookie=f"this_machine={other}"))[0] == 401


def test_who_opens_a_page_without_the_word_is_asked_for_it(word: str) -> None:
    status, text = refused(ask("/custody", accept="text/html,application/xhtml+xml"))
    assert status == 401
    assert f"<p>{FOR_WHOM}</p><p>{HOW}</p>" in text
    assert '<input name="word"' in text and word not in text
    assert f"<p>{FOR_WHOM}</p>" in refused(ask("/?word=", accept="text/html"))[1]


def test_who_gives_a_wrong_word_is_told_so_and_what_they_wrote_is_no_markup(word: str) -> None:
    status, text = refused(ask("/?word=%3Cb%3Ewrong%3C/b%3E", accept="text/html"))
    assert status == 401
    assert f"<p>“&lt;b&gt;wrong&lt;/b&gt;” is not the word.</p><p>{HOW}</p>" in text
    assert f"“{'x' * 60}” is not the word." in refused(ask(f"/?word={'x' * 60}", accept="text/html"))[1]
    assert f"“{'x' * 60}” is not the word." in refused(ask(f"/?word={'x' * 61}", accept="text/html"))[1]
    for wrong in (word[:-1], f"{word}x", word.upper(), "%FF"):
        assert refused(ask(f"/?word={wrong}"))[0] == 401


def test_all_that_a_browser_sends_of_itself_may_come_with_the_cookie(word: str) -> None:
    cookie = f"this_machine={cookie_of(let_in(word))}"
    assert ask("/", cookie=cookie, **SENT_BY_BROWSERS) is None


@pytest.mark.parametrize(
    "header", ["x-forwarded-for", "forwarded", "via", "x-real-ip", "xaccept", "second", "acceptable", "x-sec-a"]
)
def test_nothing_comes_through_a_proxy_not_even_with_the_word(word: str, header: str) -> None:
    cookie = f"this_machine={cookie_of(let_in(word))}"
    said = f"--local is for one reader at this machine, not behind a proxy (which adds '{header}'): set up sign-in."
    assert refused(ask("/", cookie=cookie, **{header: "192.0.2.1"})) == (403, said)
    assert refused(ask(f"/?word={word}", **{header: "192.0.2.1"})) == (403, said)
