"""What a reader opens is logged before it is shown: who, when, what, of which hubs and period, and why."""

import json
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from time import monotonic
from typing import Any

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from audit import log
from audit.settings import most_entries_a_minute
from auth import readers, sessions, this_machine
from auth.readers import Reader
from auth.sessions import ABSOLUTE, SignIn
from auth.sign_in import sign_in_is_configured
from queries.scope import Access, Scope

_LOGGER = logging.getLogger(__name__)
# What a link can choose, besides the measure, the course and the split of a theme ("custody-measure"). Nothing else of a link is
# logged, nor the part of a measure: a link to another measure still names a part of the one before, until the page is drawn.
CHOICES = frozenset(
    {"action", "again", "against", "as_at", "basis", "due", "group", "hub", "invented_reader", "measure", "period", "place"}
    | {"log_from", "log_hub", "log_reader", "log_to", "present", "question", "show", "since", "theme", "told", "view", "who"}
)
CHOICES_OF_THEMES = ("measure", "time", "split")
_LONGEST_CHOICE = 60  # letters
_WEIGHS_AS_ONE = 1000  # references to records: as long as this they count as another entry
_MINUTE = 60.0  # seconds
_CANNOT_WRITE = (
    "The access log cannot be written at the moment. Figures are still shown; records of children are not, until it works again."
)


class LimitReached(log.NotWritten):
    """So much was written of a reader within a minute that nothing more is, nor shown."""


@dataclass
class Limit:
    """How many entries a reader has had written within the last minute."""

    written: deque[float] = field(default_factory=lambda: deque(maxlen=most_entries_a_minute()))
    said_at: float = -_MINUTE

    def is_reached(self) -> bool:
        """Whether nothing more may be written now, and so nothing be shown."""
        return len(self.written) == self.written.maxlen and monotonic() - self.written[0] < _MINUTE

    def add(self, by: log.Who, action: log.Action, **entry: Any) -> None:
        """Write an entry; the first of a minute that is too many says so in its place. Raises NotWritten, and LimitReached."""
        if not self.is_reached():
            log.write(by, action, **entry)
            self.written.extend([monotonic()] * (1 + len(entry.get("records", ())) // _WEIGHS_AS_ONE))
            return
        if monotonic() - self.said_at >= _MINUTE:
            log.write(
                by, "limit", reason=f"{len(self.written)} entries within a minute: what was asked for after them was not shown."
            )
            self.said_at = monotonic()
        raise LimitReached(f"{len(self.written)} entries were written within a minute.")


_limits: dict[tuple[str, str], Limit] = {}  # of this process, by issuer and subject
_signed_in: dict[tuple[SignIn | str, log.Who], float] = {}  # of this process: when each sign-in was logged, as what it reads


def who() -> log.Who:
    """The reader as the log names them."""
    reader: Reader = st.session_state.reader
    access: Access = st.session_state.access
    return log.Who(reader.issuer, reader.subject, reader.name, access.role, access.hubs)


def sign_out() -> None:
    """End the sign-in of this session in every tab, log it, and take the browser to where its provider ends it too."""
    if sign_in := sessions.of_claims(st.user.to_dict()):
        sessions.sign_out(sign_in, who())
    st.logout()


def is_limit_reached() -> bool:
    """Whether the session has had so much logged within a minute that nothing more is shown to it for now."""
    return _limit().is_reached()


def _limit() -> Limit:
    """That of whoever signed in, however many sessions they open; of the session where nobody signs in."""
    reader: Reader | None = st.session_state.get("reader")
    if reader and sign_in_is_configured():
        return _limits.setdefault((reader.issuer, reader.subject), Limit())
    limit: Limit = st.session_state.setdefault("limit_of_entries", Limit())
    return limit


def record_sign_in() -> None:
    """Once for what a reader reads as in a sign-in, however many pages are loaded in it.

    Each process remembers its own, and what it wrote alone: at worst the log has an entry more, never one fewer.
    """
    sign_in, by, now = _sign_in(), who(), monotonic()
    for known in tuple(_signed_in):
        if now - _signed_in.get(known, now) > ABSOLUTE.total_seconds():
            _signed_in.pop(known, None)
    if sign_in is None:
        _record_once("sign-in", json.dumps([by.subject, by.role]))
    elif (sign_in, by) not in _signed_in and _record_once("sign-in", repr((sign_in, by))):
        _signed_in[sign_in, by] = now


def _sign_in() -> SignIn | str | None:
    """What the page loads of one sign-in have in common; None where nothing tells that, and each counts as one.

    Where nobody signs in it is a digest of what their browser keeps until it is closed: the cookie for which the word was given,
    or on the invented force that by which Streamlit knows a form of its own, which it masks otherwise in each answer.
    """
    if sign_in_is_configured():
        return sessions.of_claims(st.user.to_dict())
    name = this_machine.COOKIE if this_machine.is_asked_for() else XSRF_COOKIE_NAME
    cookie = st.context.cookies.get(name)
    if not isinstance(cookie, str):  # as in a run without a browser
        return None
    token = decode_xsrf_token_string(cookie)[0] if name == XSRF_COOKIE_NAME else cookie.encode()
    return sha256(token).hexdigest() if token else None


def record_page() -> None:
    """The page with its choices, each time that either changes."""
    page, filters = st.session_state.page, current_filters()
    _record_once("page", json.dumps([page, filters, who().role], sort_keys=True), page=page, filters=filters)


def record_refusal(why: str) -> None:
    """A reader asked for what is not theirs to see."""
    page = st.session_state.page
    _record_once("refusal", json.dumps([page, why]), page=page, filters=current_filters(), reason=why)


def record_lookup(reference: str) -> bool:
    """A reader asks who saw a record or child: whether the log says so, which is written once until they ask for another.

    The log keeps its pseudonym, and a session no more of it than the page itself does.
    """
    content = json.dumps([reference, who().subject, who().role])
    last: dict[str, str] = st.session_state.setdefault("last_entries", {})
    if last.get("lookup") != content and record("lookup", page=st.session_state.page, records=[reference]):
        last["lookup"] = content
    return last.get("lookup") == content


def record_access_denied(denied: log.Who, page: str, why: str) -> None:
    """Somebody whom the identity provider knows may not read, or no longer may."""
    _record_once("refusal", json.dumps([page, why]), by=denied, page=page, reason=why)


def current_filters() -> dict[str, Any]:
    """What a page is narrowed to: the hubs and days in scope, and what its link chooses."""
    scope: Scope | None = st.session_state.get("scope")
    choices = {name: value[:_LONGEST_CHOICE] for name, value in st.query_params.items() if _is_choice(name)}
    if scope is None:
        return choices
    days = {"from": str(scope.start), "until": str(scope.end)}
    if scope.hubs is None:
        return {**choices, **days, "hubs": "all"}
    return {"hub": st.session_state.place_name, **choices, **days, "hubs": list(scope.hubs)}  # whoever reads the log knows no id


def _is_choice(name: str) -> bool:
    theme, _, choice = name.rpartition("-")
    return name in CHOICES or (choice in CHOICES_OF_THEMES and len(theme) <= _LONGEST_CHOICE and theme.isidentifier())


def record(action: log.Action, *, by: log.Who | None = None, **entry: Any) -> bool:
    """Write an entry, of the reader's by default; whether that worked. What must not be seen without one is shown only then.

    A log that is locked is waited for once in a run, not at every entry.
    """
    if st.session_state.get("log_failed"):
        return False
    try:
        _limit().add(by or who(), action, **entry)
    except LimitReached as error:
        _LOGGER.warning("A reader is shown nothing more for now: %s", error)
    except log.NotWritten as error:
        _LOGGER.error("The access log was not written: %s", error)
    else:
        return True
    st.session_state.log_failed = True
    return False


def _record_once(action: log.Action, content: str, **entry: Any) -> bool:
    """Write an entry unless its content is that of the session's last one of its kind: whether it was written now."""
    last: dict[str, str] = st.session_state.setdefault("last_entries", {})
    if last.get(action) == content:
        return False
    if record(action, **entry):
        last[action] = content
        return True
    if not is_limit_reached():
        st.warning(_CANNOT_WRITE, icon=":material/edit_off:")
    return False


def export(
    content: Callable[[], str | bytes], name: str, references: Sequence[str] = (), reason: str = "", **details: str
) -> Callable[[], bytes]:
    """What makes a file when its button is pressed, outside the page's own run: it checks access, logs the export, then writes.

    ``details`` is what else the log is to say of it. It raises AccessDenied where the reader may no longer read, and NotWritten
    where nothing can be logged: then no file is made, and the server's log has a line (`auth.server_log`).
    """
    reader: Reader = st.session_state.reader
    access: Access = st.session_state.access
    user = st.user.to_dict()
    by, page, limit = who(), st.session_state.page, _limit()
    filters = {**current_filters(), "table": name, **details}

    def make() -> bytes:
        if not readers.may_still_read(reader, access, user):
            raise readers.AccessDenied("Whoever asked may no longer read.")
        limit.add(by, "export", page=page, filters=filters, reason=reason, records=references)
        made = content()
        return made.encode() if isinstance(made, str) else made

    return make
