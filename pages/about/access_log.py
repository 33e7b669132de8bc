"""Who opened what, when and why; and whether the log is complete."""

import json
import logging
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from audit import log
from audit.database import AuditUnavailable
from audit.settings import reader_url
from metrics import words
from metrics.markdown import escaped
from pages.parts import filters, tables
from queries.periods import Period
from queries.scope import ROLES, Access

_EVERYTHING, _SHOWN = "Everything", 100
_LONGEST = 600  # letters of a cell
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
    "Limits reached": "limit",
    "Second witness begun": "witness",
    "Meetings of the board": "meeting",
    "Releases published": "publish",
    "Releases withdrawn": "withdraw",
    "Roles given": "grant",
    "Roles taken away": "revoke",
    "Faults looked into": "acknowledge",
}
_DID: dict[str, str] = {
    "sign-in": "signed in",
    "sign-out": "signed out",
    "page": "opened a page",
    "reason": "gave a reason",
    "records": "opened records",
    "export": "downloaded a file",
    "refusal": "was refused",
    "limit": "asked for too much",
    "witness": "began the second witness",
    "meeting": "showed a release at a meeting",
    "publish": "published a release",
    "withdraw": "withdrew a release",
    "grant": "gave a role",
    "revoke": "took a role away",
    "acknowledge": "looked into a fault of the log",
}
# What a link adds that the rest of an entry says already.
_REDUNDANT = ("from", "until", "hubs", "hub", "period", "invented_reader")
_NUMBER = "References"  # of records, and of the children in them
_DAYS = {"Last 7 days": 7, "Last 31 days": 31, "All": None}


def show_verification() -> None:
    """Whether every entry is as it was written."""
    verification, checked_at = _verification(st.session_state.access, reader_url())
    if verification.problem:
        st.error("The log is not as it should be.", icon=":material/gpp_bad:")
        for problem in verification.told:
            st.write(escaped(problem))
    else:
        confirmed = f"{verification.witnessed:,}" if verification.witnessed else "none"
        st.success(
            escaped(
                f"The log was complete and unchanged when it was last checked, {words.moment(checked_at)}: "
                f"{verification.entries:,} entries, {confirmed} of them confirmed by its second witness. Keep a copy of this "
                "seal of the last of them elsewhere: it shows later whether the end of the log was cut off."
            ),
            icon=":material/verified_user:",
        )
        st.code(verification.head, language=None, wrap_lines=True)
    if verification.acknowledged:
        st.caption(f"{verification.acknowledged:,} found earlier and looked into; the entries below say what, by whom and why.")


@st.cache_data(ttl=_SECONDS_BETWEEN_CHECKS, show_spinner="Checking every entry …")
def _verification(access: Access, url: str) -> tuple[log.Verification, datetime]:
    """The whole log against its seals, and when (UTC): every entry is read, so once for a reader and log in a while."""
    return log.verify(), datetime.now(UTC).replace(tzinfo=None)


def show_entries(action: str, days: int | None) -> None:
    """A page of the entries, the latest first, with the ways to those before and after them."""
    since = datetime.now(log.LONDON).date() - timedelta(days=days) if days else None
    begins = _beginnings((action, days))
    found = log.excerpts(_SHOWN + 1, longest=_LONGEST, before=begins[-1], action=_ACTIONS.get(action), since=since)
    shown, has_earlier = found.head(_SHOWN), len(found) > _SHOWN
    if shown.empty:
        st.info("There are no such entries.")
        return
    widths = {"When": 100, "Who": 115, "Role": 95, "What": 85, "Page": 95, "Filters": 265, "Reason": 145, _NUMBER: 80}
    columns = {name: st.column_config.Column(width=width) for name, width in widths.items()}
    listed = _in_words(shown)
    tables.show(listed.astype(str), "access log", columns, row_height=_TALL)
    tables.download(listed, "access-log")
    if has_earlier or len(begins) > 1:
        st.caption(
            f"Entries {shown['number'].iloc[0]:,} to {shown['number'].iloc[-1]:,}; `python -m audit log` lists all, whole."
        )
        with st.container(horizontal=True):
            later, earlier = (
                st.button("Later entries", disabled=len(begins) == 1),
                st.button("Earlier entries", disabled=not has_earlier),
            )
        if later or earlier:
            st.session_state.log_begins = ((action, days), [*begins, int(shown["number"].iloc[-1])] if earlier else begins[:-1])
            st.rerun()


def _beginnings(chosen: tuple[str, int | None]) -> list[int | None]:
    """The number before which each page up to this one begins: None of the latest, where other entries are chosen now."""
    kept_for, begins = st.session_state.get("log_begins", (chosen, [None]))
    return begins if kept_for == chosen else [None]


def _in_words(log_entries: pd.DataFrame) -> pd.DataFrame:
    """Entries in words; of records and children their number, and last the id by which a reader is known."""
    titles = {str(role): detail.title for role, detail in ROLES.items()}
    return pd.DataFrame(
        {
            "When": [words.moment(at) if pd.notna(at) else "not readable" for at in log_entries["at"]],
            "Who": log_entries["name"],
            "Role": log_entries["role"].map(lambda role: titles.get(role, role)),
            "What": log_entries["action"].map(lambda action: _DID.get(action, action)),
            "Page": log_entries["page"],
            "Filters": log_entries["filters"].map(_filters_in_words),
            "Reason": log_entries["reason"],
            _NUMBER: [int(number) or "" for number in log_entries["references"]],
            "Id": log_entries["subject"],
        }
    )


def _filters_in_words(text: str) -> str:
    """What a page was narrowed to: period and hubs, then each choice; as it was written where it cannot be read."""
    try:
        choices = dict(json.loads(text))
        days = [date.fromisoformat(choices[name]) for name in ("from", "until") if choices.get(name)]
        hubs = choices.get("hubs") or ()
    except (TypeError, ValueError):
        return text
    parts = [words.period(Period(*days))] if len(days) == 2 else []
    parts += ["all hubs"] if hubs == "all" else [f"hub {words.listed([str(hub) for hub in hubs])}"] if hubs else []
    redundant = {*_REDUNDANT, "table" if "part" in choices else ""} - ({"hub"} if not hubs else set())
    others = {name: value for name, value in choices.items() if value and name not in redundant}
    return "; ".join([*parts, *(f"{name.replace('_', ' ').replace('-', ' ')}: {value}" for name, value in others.items())])


reader = st.session_state.reader  # no page without one
st.title("Access log")
st.write(
    "Who opened what, when and why (Data Protection Act 2018, section 62). Records and children are listed under pseudonyms; "
    "whoever looks after the server can look up who saw one (`python -m audit saw RECORD`)."
)
try:
    show_verification()
    left, right = st.columns(2)
    with left:
        action = filters.choice("Show", "action", [_EVERYTHING, *_ACTIONS])
    with right:
        days = filters.choice("Since", "since", list(_DAYS))
    show_entries(action, _DAYS[days])
except AuditUnavailable as problem:
    logging.getLogger(__name__).error("The log could not be shown: %s", problem)
    st.error(
        "The access log cannot be read at the moment; what it was is in the log of the server.", icon=":material/database_off:"
    )
