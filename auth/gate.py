"""The gate before the whole server: once sign-in is set up, nothing is served to anybody who has not signed in.

Streamlit looks up who somebody is only on its websocket, and leaves it to the page to refuse; files for download, its own
metrics and the websocket itself it serves to anybody. So every request is checked here first, and what is said over the websocket
goes through `auth.wire`. Where sign-in is not set up (the dashboard on one's own machine) nobody has to sign in, but the rest
holds: hosts, origins, and what this product never serves.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.server_util import get_cookie_secret, is_allowed_origin
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from audit.database import AuditUnavailable
from audit.log import Who
from auth import files, readers, server_log, sessions, this_machine
from auth.sessions import ABSOLUTE, SignIn
from auth.wire import Conversation

# What has to be reachable to sign in at all, and whether the server is up, which gives nothing away.
CALLBACK = "/oauth2callback"  # where the identity provider sends whoever has signed in, or could not
LOGOUT = "/auth/logout"
OPEN = frozenset({"/_stcore/health", "/auth/login", LOGOUT, CALLBACK})
# What Streamlit offers and this product has no use for: its metrics, uploads, the interface for programs, a run of the page.
CLOSED = ("/_stcore/metrics", "/_stcore/upload_file", "/_stcore/agent", "/_stcore/script-health-check")
# Where the proxy asks whether a reader has signed in: 204 yes, 401 no, 403 nobody can, since sign-in is not set up.
CHECK = "/auth/check"
# The cookie that keeps the link opened before signing in, since Streamlit always comes back to the first page.
LINK_COOKIE, SECONDS_TO_SIGN_IN = "link_before_sign_in", 600
# Asked for by the dozen with each page, and nobody's: only for these is it remembered for a moment that nobody has signed out.
BY_THE_DOZEN = ("/static/", CHECK)
# By which browsers say that they only look ahead, and their reader has not asked.
_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
MOST_OPEN = 30  # websockets of one reader in one process: each is a tab, and may be a thread, of which the service has 256
_REFUSED, _TRY_LATER = 1008, 1013  # codes with which a websocket is closed

_open: Counter[tuple[str, str] | None] = Counter()  # websockets, by issuer and subject; None for whom the provider does not name


class Gate:
    """Answers what is refused, and leaves everything else to Streamlit: ``st.App(__file__, middleware=[Middleware(Gate)])``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            server_log.keep_short()  # the server starts, or ends
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        response = await run_in_threadpool(_response, request)  # it may ask the audit database
        if scope["type"] == "websocket":
            await self._converse(request, _REFUSED if response else None, receive, send)
        else:
            await (response or self._app)(scope, receive, send)

    async def _converse(self, request: HTTPConnection, refused: int | None, receive: Receive, send: Send) -> None:
        """Have a websocket answered, unless it is refused with this code or its reader has too many open."""
        sign_in = sign_in_of(request)
        code = refused or (_TRY_LATER if _has_too_many(sign_in) else None)
        if code:
            await WebSocketClose(code=code)(request.scope, receive, send)
            return
        conversation = Conversation(sign_in, receive, send)
        with _counted(sign_in):
            await self._app(request.scope, conversation.receive, conversation.send)


def _has_too_many(sign_in: SignIn | None) -> bool:
    """Whether a reader has as many websockets open as one may; where nobody signs in there is no bound."""
    return _sign_in_is_set_up() and _open[_reader_of(sign_in)] >= MOST_OPEN


@contextmanager
def _counted(sign_in: SignIn | None) -> Iterator[None]:
    """Count a websocket as open while this lasts, however it ends."""
    reader = _reader_of(sign_in)
    _open[reader] += 1
    try:
        yield
    finally:
        _open[reader] -= 1
        if not _open[reader]:
            del _open[reader]


def _reader_of(sign_in: SignIn | None) -> tuple[str, str] | None:
    return (sign_in.issuer, sign_in.subject) if sign_in else None


def _response(request: HTTPConnection) -> Response | None:
    """What the gate itself answers, or None where Streamlit may."""
    path = request.scope["path"]
    if not is_host_allowed(request.headers.get("host")):  # of the proxy's question nothing but 401 and 403 is no fault to it
        return PlainTextResponse("This server does not answer to that name.", 403 if path == CHECK else 421)
    if not _is_of_own_page(request):
        return PlainTextResponse("Pages of other sites may not use this one.", 403)
    if path.startswith(CLOSED):
        return PlainTextResponse("Not found.", 404)
    if path == CALLBACK and "error" in request.query_params:
        return RedirectResponse("/", 302)  # Streamlit would write down whatever anybody says there
    if path == LOGOUT and not _is_asked_by_hand(request):
        return RedirectResponse("/", 302)  # nobody signs out by a link of another site, nor by looking ahead
    if path == LOGOUT and (sign_in := sign_in_of(request)):
        sessions.sign_out(sign_in, Who(sign_in.issuer, sign_in.subject, sessions.name_of(_claims(request))))
    if path == CHECK:
        return Response(status_code=204 if is_signed_in(request) else 401 if _sign_in_is_set_up() else 403)
    if path in OPEN:
        return None
    return _of_reader(request) or _of_file(request)


def _is_asked_by_hand(request: HTTPConnection) -> bool:
    """Whether somebody opened this address here, and no other site or program of theirs has asked for it."""
    if request.scope.get("method") != "GET" or any(name in request.headers for name in _AHEAD):
        return False
    return request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _of_reader(request: HTTPConnection) -> Response | None:
    """What the gate answers to whoever may not read here, or not yet."""
    if _sign_in_is_set_up():
        return _back_to_link(request) if is_signed_in(request) else _redirect_to_sign_in(request)
    return this_machine.answer(request) if this_machine.is_asked_for() else None


def _of_file(request: HTTPConnection) -> Response | None:
    """What the gate answers to whoever asks for a file that was not made for them, or who may read nothing any more."""
    path = request.scope["path"]
    if not path.startswith(files.PATH):
        return None
    is_theirs = files.is_for(sign_in_of(request), path) and (not _sign_in_is_set_up() or readers.may_read(_claims(request)))
    return None if is_theirs else PlainTextResponse("Not found.", 404)


def _is_of_own_page(request: HTTPConnection) -> bool:
    """Streamlit would also let in any page of this machine, and ask a server on the internet for the address of this one."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host") or is_allowed_origin(origin)


def _sign_in_is_set_up() -> bool:
    return bool(get_secrets_auth_section())


def is_signed_in(request: HTTPConnection) -> bool:
    """Whether a request carries the cookie that Streamlit signed, for this address, of a sign-in that lasts."""
    claims = _claims(request)
    if not claims:
        return False
    sign_in, path = sessions.of_claims(claims), request.scope["path"]
    try:
        return not (sign_in and sessions.has_signed_out(sign_in, anew=not path.startswith(BY_THE_DOZEN)))
    except AuditUnavailable:  # the page says so to its reader; a file is not given
        return not path.startswith(files.PATH)


def sign_in_of(request: HTTPConnection) -> SignIn | None:
    """The sign-in whose cookie a request carries; None where nobody signs in."""
    return sessions.of_claims(_claims(request))


def _claims(request: HTTPConnection) -> dict[str, Any]:
    """What the identity provider said of whoever has this cookie, within the time that a sign-in lasts; nothing of nobody."""

    def signed(name: str) -> bytes | None:
        value = request.cookies.get(name, "").encode("latin-1", errors="replace")
        return decode_signed_value(get_cookie_secret(), name, value, max_age_days=ABSOLUTE / timedelta(days=1))

    cookie = get_cookie_with_chunks(signed, USER_COOKIE_NAME) if _sign_in_is_set_up() else None
    claims: dict[str, Any] = json.loads(cookie) if cookie else {}
    holds = claims.get("is_logged_in") is True and claims.get("origin") == get_origin_from_redirect_uri()
    return claims if holds else {}


def _redirect_to_sign_in(request: HTTPConnection) -> Response:
    """To whoever opens a page, the way to sign in, so that not even an empty page is served before; to all else, a refusal."""
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse("Sign in first.", 401)
    response = RedirectResponse(generate_login_redirect_url("default"), 302)
    link = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
    if link != "/":
        response.set_cookie(LINK_COOKIE, quote(link), max_age=SECONDS_TO_SIGN_IN, httponly=True, samesite="lax")
    return response


def _back_to_link(request: HTTPConnection) -> Response | None:
    """To whoever comes back from signing in, the link that they had opened."""
    link = unquote(request.cookies.get(LINK_COOKIE, ""))
    if request.scope["path"] != "/" or not link:
        return None
    # Never to another site, whoever wrote the cookie.
    response = RedirectResponse(f"/{link.lstrip('/')}" if "\\" not in link else "/", 302)
    response.delete_cookie(LINK_COOKIE, httponly=True, samesite="lax")
    return response
