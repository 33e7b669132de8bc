"""Who opened what, when and why; and whether the log is whole."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from metrics import words
from notebook import log
from notebook.database import NotebookUnavailable
from pages.parts import filters, tables
from pages.parts.readers import READS_AS

_EVERYTHING, _SHOWN = "Everything", 500
_ACTIONS: dict[str, log.Action] = {
    "Sign-ins": "sign-in",
    "Pages": "page",
    "Reasons given": "reason",
    "Records": "records",
    "Exports": "export",
    "Refusals": "refusal",
    "Roles given": "grant",
    "Roles taken away": "revoke",
}
_DAYS = {"Last 7 days": 7, "Last 31 days": 31, "All": None}


def whole() -> None:
    """Whether every entry still stands as it was written."""
    found = log.verify()
    if found.fault:
        st.error(f"The log has been changed. {found.fault}", icon=":material/gpp_bad:")
    else:
        st.success(
            f"The log is whole: {found.entries:,} entries, each sealed with the one before. Keep the last seal elsewhere, so "
            "that a shortened log would be noticed too.",
            icon=":material/verified_user:",
        )
        st.code(found.head, language=None)


def entries(action: str, days: int | None) -> None:
    """The latest entries."""
    since = date.today() - timedelta(days=days) if days else None  # noqa: DTZ011 - days as the reader of the log counts them
    found = log.entries(most=_SHOWN, action=_ACTIONS.get(action), since=since)
    if found.empty:
        st.info("There is no such entry.")
        return
    as_role = {str(role): title for role, title in READS_AS.items()}
    named = {name: title for title, name in _ACTIONS.items()}
    shown = pd.DataFrame(
        {
            "When": [words.moment(at) for at in found["at"]],
            "Who": found["name"],
            "Id": found["subject"],
            "As": found["role"].map(lambda role: as_role.get(role, role)),
            "What": found["action"].map(lambda action: named.get(action, action)),
            "Page": found["page"],
            "Of what": found["filters"],
            "Reason": found["reason"],
            "Records": found["records"],
        }
    )
    tables.listing(shown, "access-log")
    if len(found) == _SHOWN:
        st.caption(f"The latest {_SHOWN} are shown; `python -m notebook log` gives all of them.")


reader = st.session_state.reader  # no page without one
st.title("Access log")
st.write(
    "What was opened, by whom, when and why (Data Protection Act 2018, section 62). Records stand under a pseudonym: "
    "`python -m notebook saw RECORD` tells who saw one."
)
try:
    whole()
    left, right = st.columns(2)
    with left:
        action = filters.choice("Show", "action", [_EVERYTHING, *_ACTIONS])
    with right:
        days = filters.choice("Since", "since", list(_DAYS))
    entries(action, _DAYS[days])
except NotebookUnavailable as reason:
    st.error(str(reason), icon=":material/database_off:")
