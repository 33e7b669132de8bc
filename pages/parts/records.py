"""Records of children, shown by reference to whoever has given a reason, and never before that is logged."""

from collections.abc import Mapping, Sequence
from time import monotonic

import pandas as pd
import streamlit as st

from auth import audit_trail
from metrics.markdown import escaped
from pages.parts import tables

_ONE_LOOK = 600.0  # seconds in which the same records on the same page are not logged again
_SHORTEST_REASON = 10  # letters: a word is not a reason
_REFUSED = (
    "These records are not shown, because the access log cannot be written at the moment. Figures are shown as before. "
    "Try again in a minute; if it still fails, tell whoever looks after this dashboard."
)


def reason_given(key: str) -> bool:
    """Whether the reader has said why they open records, which is asked once a session; asks it otherwise.

    ``key`` tells the places of a page apart where it is asked.
    """
    reason = _reason()
    if reason:
        st.caption(f":material/visibility: Opened for: {escaped(reason)}. What you open is logged.")
        return True
    with st.form(f"reason-{key}", border=True):
        text = st.text_input(
            "To see these records, say why",
            max_chars=200,
            placeholder="Such as: daily briefing, who needs a return interview today",
            help="Asked once a session. It is logged with what you then open (Data Protection Act 2018, section 62).",
        ).strip()
        submitted = st.form_submit_button("Show records", icon=":material/visibility:")
    if submitted and sum(letter.isalpha() for letter in text) < _SHORTEST_REASON:
        problem = f"“{text}” does not say why" if text else "No reason was given"
        st.error(escaped(f"{problem}: give a reason of {_SHORTEST_REASON} letters or more."))
    elif submitted and audit_trail.record(
        "reason", page=st.session_state.page, filters=audit_trail.current_filters(), reason=text
    ):
        st.session_state.reason = (audit_trail.who(), text)
        st.rerun()
    elif submitted:
        st.error(_REFUSED, icon=":material/edit_off:")
    return False


def listing(table: pd.DataFrame, name: str, references: Sequence[str], **details: str) -> None:
    """The table of records with its CSV, once what is shown has been logged; ``references`` are every id in it.

    ``details`` are what the log is to say of them, besides what the page is narrowed to, or instead.
    """
    reason = _reason()
    if not reason or not _is_logged(name, references, reason, details):
        st.error(_REFUSED, icon=":material/edit_off:")
        return
    tables.show(table.astype(str), name.replace("-", " "))
    tables.download(table, name, references, reason, **details)


def _reason() -> str:
    """Why the reader opens records, as they said in this session, reading as what they read as now; blank before."""
    who, reason = st.session_state.get("reason", (None, ""))
    return reason if who == audit_trail.who() else ""


def _is_logged(name: str, references: Sequence[str], reason: str, details: Mapping[str, str]) -> bool:
    """Whether the log says that the reader saw these records: it is written now, unless it was in this session a while ago."""
    filters = {**audit_trail.current_filters(), "table": name, **details}
    shown = (audit_trail.who(), tuple(references), str(filters))
    logged: dict[object, float] = st.session_state.setdefault("records_logged", {})
    if shown in logged and monotonic() - logged[shown] < _ONE_LOOK:
        return True
    if audit_trail.record("records", page=st.session_state.page, filters=filters, reason=reason, records=references):
        logged[shown] = monotonic()
        return True
    return False
