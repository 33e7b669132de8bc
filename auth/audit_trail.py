"""What a reader opens is logged before it is shown: who, when, what, of which hubs and period, and why."""

import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from audit import log
from auth import readers
from auth.readers import Reader
from queries.scope import Access, Scope

_LOGGER = logging.getLogger(__name__)
_OF_RECORDS = ("part",)  # a link to another measure still names a part of the one before, until the page is drawn
_CANNOT_WRITE = (
    "The access log cannot be written at the moment. Figures are still shown; records of children are not, until it works again."
)


def who() -> log.Who:
    """The reader as the log names them."""
    reader: Reader = st.session_state.reader
    access: Access = st.session_state.access
    return log.Who(reader.issuer, reader.subject, reader.name, access.role, access.hubs)


def record_sign_in() -> None:
    """Once for each reader and role of a session."""
    _record_once("sign-in", json.dumps([who().subject, who().role]))


def record_page() -> None:
    """The page with its choices, each time that either changes."""
    page, filters = st.session_state.page, current_filters()
    _record_once("page", json.dumps([page, filters, who().role], sort_keys=True), page=page, filters=filters)


def record_refusal(why: str) -> None:
    """A reader asked for what is not theirs to see."""
    page = st.session_state.page
    _record_once("refusal", json.dumps([page, why]), page=page, filters=current_filters(), reason=why)


def record_access_denied(denied: log.Who, page: str, why: str) -> None:
    """Somebody whom the identity provider knows may not read, or no longer may."""
    _record_once("refusal", json.dumps([page, why]), by=denied, page=page, reason=why)


def current_filters() -> dict[str, Any]:
    """What a page is narrowed to: the hubs and days in scope, and every choice in its link."""
    scope: Scope | None = st.session_state.get("scope")
    choices = {name: value for name, value in st.query_params.items() if name not in _OF_RECORDS}
    if scope is None:
        return choices
    days = {"from": str(scope.start), "until": str(scope.end)}
    return {**choices, **days, "hubs": "all" if scope.hubs is None else list(scope.hubs)}


def record(action: log.Action, *, by: log.Who | None = None, **entry: Any) -> bool:
    """Write an entry, of the reader's by default; whether that worked. What must not be seen without one is shown only then."""
    try:
        log.write(by or who(), action, **entry)
    except log.NotWritten as error:
        _LOGGER.error("The access log was not written: %s", error)
        return False
    return True


def _record_once(action: log.Action, content: str, **entry: Any) -> None:
    """Write an entry unless its content is that of the session's last one of its kind."""
    last: dict[str, str] = st.session_state.setdefault("last_entries", {})
    if last.get(action) == content:
        return
    if record(action, **entry):
        last[action] = content
    else:
        st.warning(_CANNOT_WRITE, icon=":material/edit_off:")


def export(
    text: Callable[[], str], name: str, references: Sequence[str] = (), reason: str = "", **details: str
) -> Callable[[], bytes]:
    """What makes a file when its button is pressed, outside the page's own run: it checks access, logs the export, then writes.

    ``details`` is what else the log is to say of it. It raises where the reader may no longer read and, for a file of records,
    where nothing can be logged: no file then.
    """
    reader: Reader = st.session_state.reader
    user = st.user.to_dict()
    by, page, filters = who(), st.session_state.page, {**current_filters(), "table": name, **details}

    def make() -> bytes:
        if not readers.may_still_read(reader, user):
            raise PermissionError(f"{reader.name} may no longer read.")
        try:
            log.write(by, "export", page=page, filters=filters, reason=reason, records=references)
        except log.NotWritten:
            if references:
                raise
            _LOGGER.exception("An export was not logged.")
        return text().encode()

    return make
