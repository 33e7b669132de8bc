"""What a reader opens is written down before it is shown: who, when, what, of which hubs and period, and why."""

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
    "The access log cannot be written at the moment. Figures are shown all the same; records of children are not, until it can."
)


def who() -> log.Who:
    """The reader as the log names them."""
    reader: Reader = st.session_state.reader
    access: Access = st.session_state.access
    return log.Who(reader.issuer, reader.subject, reader.name, access.role, access.hubs)


def signed_in() -> None:
    """Once for each reader and role of a session."""
    _once("sign-in", json.dumps([who().subject, who().role]))


def opened() -> None:
    """The page with its choices, each time that either changes."""
    page = st.session_state.page
    _once("page", json.dumps([page, shown(), who().role], sort_keys=True), page=page, filters=shown())


def refused(why: str) -> None:
    """Somebody asked for what is not theirs to see."""
    page = st.session_state.page
    _once("refusal", json.dumps([page, why]), page=page, filters=shown(), reason=why)


def shown() -> dict[str, Any]:
    """What a page is narrowed to: the hubs and days in scope, and every choice in its link."""
    scope: Scope | None = st.session_state.get("scope")
    chosen = {name: value for name, value in st.query_params.items() if name not in _OF_RECORDS}
    if scope is None:
        return chosen
    days = {"from": str(scope.start), "until": str(scope.end)}
    return {**chosen, **days, "hubs": "all" if scope.hubs is None else list(scope.hubs)}


def turned_away(somebody: log.Who, page: str, why: str) -> None:
    """Somebody who signed in, or could read until now, is not let in."""
    _once("refusal", json.dumps([page, why]), by=somebody, page=page, reason=why)


def written(action: log.Action, *, by: log.Who | None = None, **what: Any) -> bool:
    """Write an entry, of the reader's by default; whether that worked. What must not be seen without one is shown only then."""
    try:
        log.write(by or who(), action, **what)
    except log.NotWritten as reason:
        _LOGGER.error("The access log was not written: %s", reason)
        return False
    return True


def _once(action: log.Action, what: str, **entry: Any) -> None:
    """Write an entry unless it says what the reader's last one of its kind said."""
    last: dict[str, str] = st.session_state.setdefault("last_entries", {})
    if last.get(action) == what:
        return
    if written(action, **entry):
        last[action] = what
    else:
        st.warning(_CANNOT_WRITE, icon=":material/edit_off:")


def export(
    written_out: Callable[[], str], name: str, references: Sequence[str] = (), reason: str = "", **of: str
) -> Callable[[], bytes]:
    """What makes a file when its button is pressed, outside the page's own run: asks again, writes down, then writes it out.

    It raises where the reader may no longer read, and, of records, where nothing can be written down: no file then.
    """
    reader: Reader = st.session_state.reader
    user = st.user.to_dict()
    asks, page, filters = who(), st.session_state.page, {**shown(), "table": name, **of}

    def make() -> bytes:
        if not readers.still_reads(reader, user):
            raise PermissionError(f"{reader.name} may no longer read.")
        try:
            log.write(asks, "export", page=page, filters=filters, reason=reason, records=references)
        except log.NotWritten:
            if references:
                raise
            _LOGGER.exception("An export was not written down.")
        return written_out().encode()

    return make
