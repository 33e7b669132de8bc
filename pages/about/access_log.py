"""Who opened what, when and why; and whether the log is whole."""

import json
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from audit import log
from audit.database import NotebookUnavailable, reader_url
from metrics import words
from pages.parts import filters, tables
from queries.periods import Period
from queries.scope import ROLES, Access

_EVERYTHING, _SHOWN = "Everything", 500
_TALL = 88  # pixels of a row whose cells need four lines
_SECONDS_BETWEEN_CHECKS = 300
_ACTIONS: dict[str, log.Action] = {
    "Sign-ins": "sign-in",
    "Sign-outs": "sign-out",
    "Pages": "page",
    "Reasons given": "reason",
    "Records": "records",
    "Exports": "export",
    "Refusals": "refusal",
    "Roles given": "grant",
    "Roles taken away": "revoke",
}
_DID: dict[str, str] = {
    "sign-in": "signed in",
    "sign-out": "signed out",
    "page": "opened a page",
    "reason": "gave a reason",
    "records": "saw records",
    "export": "took a file",
    "refusal": "was refused",
    "grant": "gave a role",
    "revoke": "took a role away",
}
# What a link adds that the rest of an entry says already.
_SAID_ALREADY = ("from", "until", "hubs", "hub", "period", "invented_reader")
_NUMBER = "References"  # of records, and of the children in them
_DAYS = {"Last 7 days": 7, "Last 31 days": 31, "All": None}


def whole() -> None:
    """Whether every entry still stands as it was written."""
    found, checked = _checked(st.session_state.access, reader_url())
    if found.fault:
        st.error(f"The log has been changed. {found.fault}", icon=":material/gpp_bad:")
    else:
        st.success(
            f"The log is whole: {found.entries:,} entries, each sealed with the one before, when last checked "
            f"({words.moment(checked)}). Keep the last seal elsewhere, so that a shortened log would be noticed too.",
            icon=":material/verified_user:",
        )
        st.code(found.head, language=None, wrap_lines=True)


@st.cache_data(ttl=_SECONDS_BETWEEN_CHECKS, show_spinner="Checking every entry …")
def _checked(access: Access, at: str) -> tuple[log.Verified, datetime]:
    """The whole log against its seals, and when (UTC): every entry is read, so once for a reader and log in a while."""
    return log.verify(), datetime.now(UTC).replace(tzinfo=None)


def entries(action: str, days: int | None) -> None:
    """The latest entries."""
    since = datetime.now(log.LONDON).date() - timedelta(days=days) if days else None
    found = log.entries(most=_SHOWN, action=_ACTIONS.get(action), since=since)
    if found.empty:
        st.info("There is no such entry.")
        return
    shown = _readable(found)
    widths = {"When": 100, "Who": 115, "As": 95, "What": 85, "Page": 95, "Of what": 265, "Reason": 145, _NUMBER: 80}
    given = {name: st.column_config.Column(width=width) for name, width in widths.items()}
    tables.show(shown.astype(str), "access log", given, row_height=_TALL)
    tables.download(shown.assign(**{_NUMBER: found["records"]}), "access-log")
    if len(found) == _SHOWN:
        st.caption(f"The latest {_SHOWN} are shown; `python -m notebook log` gives all of them.")


def _readable(found: pd.DataFrame) -> pd.DataFrame:
    """Entries in words; of records and children their number, and last the id by which a reader is known."""
    as_role = {str(role): detail.title for role, detail in ROLES.items()}
    return pd.DataFrame(
        {
            "When": [words.moment(at) if pd.notna(at) else "not readable" for at in found["at"]],
            "Who": found["name"],
            "As": found["role"].map(lambda role: as_role.get(role, role)),
            "What": found["action"].map(lambda action: _DID.get(action, action)),
            "Page": found["page"],
            "Of what": found["filters"].map(_of_what),
            "Reason": found["reason"],
            _NUMBER: [text.count('"') // 2 or "" for text in found["records"]],
            "Id": found["subject"],
        }
    )


def _of_what(filters: str) -> str:
    """What an entry was of, in words: period and hubs, then each choice; as it was written where it cannot be read."""
    try:
        said = dict(json.loads(filters))
        days = [date.fromisoformat(said[name]) for name in ("from", "until") if said.get(name)]
        hubs = said.get("hubs") or ()
    except (TypeError, ValueError):
        return filters
    parts = [words.period(Period(*days))] if len(days) == 2 else []
    parts += ["all hubs"] if hubs == "all" else [f"hub {words.listed([str(hub) for hub in hubs])}"] if hubs else []
    already = {*_SAID_ALREADY, "table" if "part" in said else ""} - ({"hub"} if not hubs else set())
    left = {name: value for name, value in said.items() if value and name not in already}
    return "; ".join([*parts, *(f"{name.replace('_', ' ').replace('-', ' ')}: {value}" for name, value in left.items())])


reader = st.session_state.reader  # no page without one
st.title("Access log")
st.write(
    "What was opened, by whom, when and why (Data Protection Act 2018, section 62). Records and children stand under a "
    "pseudonym; whoever looks after the server can tell who saw one (`python -m notebook saw RECORD`)."
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
