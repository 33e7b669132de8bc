"""`--local`: one reader at this machine, who shows that by a word that its terminal alone has shown.

Whoever else has an account on the machine can open its addresses too, so the address alone is not enough; notebooks do the same.
"""

import hmac
import secrets
import sys
from collections.abc import Iterator
from html import escape
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

OPTION = "--local"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WORD, COOKIE = "word", "this_machine"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read for another
_LONG = 12
# All that browsers send of themselves. Whatever else stands in a request, a proxy has added for somebody at another machine.
_OF_BROWSERS = frozenset(
    {
        "accept",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "dnt",
        "host",
        "if-modified-since",
        "if-none-match",
        "origin",
        "pragma",
        "priority",
        "range",
        "referer",
        "save-data",
        "te",
        "upgrade",
        "upgrade-insecure-requests",
        "user-agent",
    }
)
_OF_BROWSERS_TOO = ("accept-", "sec-")
_ASKS = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Child centred policing</title><body style="font:1.2rem sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem">
<h1>Child centred policing</h1><p>{said}</p><p>The terminal in which this dashboard was started shows a word. It works once.</p>
<form><label>The word <input name="word" autocomplete="off" autofocus required style="font:inherit"></label>
<button style="font:inherit">Open</button></form></body></html>"""

_word = ""  # that opens the dashboard next
_let_in: set[str] = set()  # the cookies of browsers that gave one


def is_asked_for() -> bool:
    """Whether the dashboard was started for whoever sits at this machine."""
    return OPTION in sys.argv[1:]


def announce() -> None:
    """Think of a new word, and show it in the terminal."""
    global _word
    _word = "".join(secrets.choice(_LETTERS) for _ in range(_LONG))
    print(
        f"To read at this machine, open http://127.0.0.1:{st.get_option('server.port')}/?{_WORD}={_word} (it works once).",
        flush=True,
    )


def answer(request: HTTPConnection) -> Response | None:
    """What whoever asks gets instead of the dashboard; None for the browser that gave the word."""
    if added := next(_added_by_a_proxy(request), None):
        return PlainTextResponse(
            f"{OPTION} is for one reader at this machine, not behind a proxy (which adds {added!r}): set up sign-in.", 403
        )
    given = request.query_params.get(_WORD)
    if given is not None and _word and hmac.compare_digest(given.encode(), _word.encode()):
        return _let_in_now(request)
    if any(hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), cookie.encode()) for cookie in _let_in):
        return None
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse("Open the address that the terminal shows.", 401)
    said = f"“{escape(given[:60])}” is not the word." if given else "This dashboard is for whoever started it."
    return HTMLResponse(_ASKS.format(said=said), 401)


def _added_by_a_proxy(request: HTTPConnection) -> Iterator[str]:
    return (name for name in request.headers if name not in _OF_BROWSERS and not name.startswith(_OF_BROWSERS_TOO))


def _let_in_now(request: HTTPConnection) -> Response:
    """The page that was asked for, without the word, to a browser that is known from now on; the next needs another word."""
    announce()
    cookie = secrets.token_urlsafe(32)
    _let_in.add(cookie)
    others = [(name, value) for name, value in parse_qsl(request.url.query, keep_blank_values=True) if name != _WORD]
    path = f"/{request.scope['path'].lstrip('/')}"
    response = RedirectResponse(f"{path}?{urlencode(others)}" if others else path, 302)
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict")
    return response
