"""Records of children, shown by reference to whoever has said why, and never before that is written down."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from auth import audit_trail
from pages.parts import tables

_SHORTEST_REASON = 10  # letters: a word is not a reason
_REFUSED = (
    "These records are not shown, because what is opened cannot be written down at the moment. Figures are shown as before. "
    "Try again in a minute, and tell whoever looks after this dashboard."
)


def opened(key: str) -> bool:
    """Whether the reader has said why they open records, which is asked once a session; asks it otherwise.

    ``key`` tells the places of a page apart where it is asked.
    """
    reason = _reason()
    if reason:
        st.caption(f":material/visibility: Opened for: {reason}. What you see is written down.")
        return True
    with st.form(f"reason-{key}", border=True):
        given = st.text_input(
            "To see these records, say why",
            max_chars=200,
            placeholder="Such as: daily briefing, who needs a return interview today",
            help="Question once a session. It is kept with what you then open (Data Protection Act 2018, section 62).",
        ).strip()
        asked = st.form_submit_button("Show records", icon=":material/visibility:")
    if asked and len(given) < _SHORTEST_REASON:
        said = f"“{given}” does not say why" if given else "No reason was given"
        st.error(f"{said}: give a reason of {_SHORTEST_REASON} letters or more.")
    elif asked and audit_trail.written("reason", page=st.session_state.page, filters=audit_trail.shown(), reason=given):
        st.session_state.reason = (audit_trail.who(), given)
        st.rerun()
    elif asked:
        st.error(_REFUSED, icon=":material/edit_off:")
    return False


def listing(table: pd.DataFrame, name: str, references: Sequence[str], **of: str) -> None:
    """The table of records with its CSV, once what is shown has been written down; ``references`` are every id in it.

    ``of`` is what the log is to say of them, besides what the page is narrowed to, or instead.
    """
    reason = _reason()
    if not reason or not _written(name, references, reason, of):
        st.error(_REFUSED, icon=":material/edit_off:")
        return
    tables.show(table.astype(str), name.replace("-", " "))
    tables.download(table, name, references, reason, **of)


def _reason() -> str:
    """Why the reader opens records, as they said in this session, reading as what they read as now; blank before."""
    who, reason = st.session_state.get("reason", (None, ""))
    return reason if who == audit_trail.who() else ""


def _written(name: str, references: Sequence[str], reason: str, of: Mapping[str, str]) -> bool:
    filters = {**audit_trail.shown(), "table": name, **of}
    what = (audit_trail.who(), tuple(references), str(filters))
    seen: set[object] = st.session_state.setdefault("records_written", set())
    if what not in seen and audit_trail.written(
        "records", page=st.session_state.page, filters=filters, reason=reason, records=references
    ):
        seen.add(what)
    return what in seen
