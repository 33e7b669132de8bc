"""Entries of the access log in words: who did what, what they saw, of which hubs and days, and why."""

import json
from collections.abc import Mapping
from datetime import date, datetime

import pandas as pd
import streamlit as st

from audit import log
from metrics import words
from pages.parts import tables
from queries.periods import Period
from queries.scope import ROLES

SHOWN = 100  # on a page
_LONGEST = 600  # letters of a cell
_ROW, _ROWS = 28, 18  # pixels of a row, and rows without scrolling
# Pixels, by which what matters most stands on a wide screen; a cell that has more is shown whole when it is pressed.
_WIDTHS = {"When": 155, "Who": 130, "What": 125, "Page": 105, "What was seen": 235, "Reason": 245}
KINDS: Mapping[str, log.Action] = {
    "Sign-ins": "sign-in",
    "Sign-outs": "sign-out",
    "Pages": "page",
    "Reasons given": "reason",
    "Records": "records",
    "Exports": "export",
    "Refusals": "refusal",
    "Limits reached": "limit",
    "Asked who saw a record": "lookup",
    "Second witness begun": "witness",
    "Meetings of the board": "meeting",
    "Releases published": "publish",
    "Releases withdrawn": "withdraw",
    "Roles given": "grant",
    "Roles taken away": "revoke",
    "Faults looked into": "acknowledge",
    "Notes and decisions": "memory",
}
_DID: Mapping[str, str] = {
    "sign-in": "signed in",
    "sign-out": "signed out",
    "page": "opened a page",
    "reason": "gave a reason",
    "records": "opened records",
    "export": "downloaded a file",
    "refusal": "was refused",
    "limit": "asked for too much",
    "lookup": "asked who saw a record",
    "witness": "began the second witness",
    "meeting": "showed a release at a meeting",
    "publish": "published a release",
    "withdraw": "withdrew a release",
    "grant": "gave a role",
    "revoke": "took a role away",
    "acknowledge": "looked into a fault of the log",
    "memory": "wrote of a figure",
}
# What the choices of a page are called; those of a theme have its name before a dash.
_CALLED: Mapping[str, str] = {
    "action": "entries",
    "again": "children with",
    "against": "compared with",
    "as_at": "as at",
    "basis": "crimes counted",
    "expires_on": "valid until",
    "group": "ethnic group",
    "invented_reader": "read as",
    "issuer": "vouched for by",
    "log_from": "from",
    "log_hub": "entries of hub",
    "log_reader": "entries of",
    "log_to": "to",
    "place": "placed by",
    "signed_in_at": "signed in at",
    "since": "days",
    "split": "split by",
    "subject": "id",
    "time": "over time by",
    "told": "figures as they stood after the load of",
    "who": "children",
}
# What a choice adds that the rest of an entry says already.
_REDUNDANT = ("from", "until", "hubs", "hub", "period", "invented_reader")
_TITLES = {str(role): detail.title for role, detail in ROLES.items()}
_NUMBER = "References"  # of records, and of the children in them


def latest(chosen: log.Selection, before: int | None = None) -> pd.DataFrame:
    """The latest entries of a selection, one more than are shown: then there are earlier ones. Raises AuditUnavailable."""
    return log.excerpts(SHOWN + 1, chosen, longest=_LONGEST, before=before)


def show(found: pd.DataFrame, name: str, most_rows: int = _ROWS) -> None:
    """A table of entries in words, with its CSV; ``most_rows`` are shown without scrolling."""
    listed = _in_words(found.head(SHOWN))
    columns = {column: st.column_config.Column(width=width) for column, width in _WIDTHS.items()}
    tables.sheet(listed.astype(str), name.replace("-", " "), columns, _ROW, most_rows)
    tables.download(listed, name)


def _in_words(log_entries: pd.DataFrame) -> pd.DataFrame:
    """Entries in words; of records and children their number, and last the id by which a reader is known."""
    return pd.DataFrame(
        {
            "When": [words.moment(at) if pd.notna(at) else "not readable" for at in log_entries["at"]],
            "Who": log_entries["name"],
            "What": log_entries["action"].map(lambda action: _DID.get(action, action)),
            "Page": log_entries["page"],
            "What was seen": log_entries["filters"].map(seen),
            "Reason": log_entries["reason"],
            _NUMBER: [int(number) or "" for number in log_entries["references"]],
            "Role": log_entries["role"].map(lambda role: _TITLES.get(role, role)),
            "Id": log_entries["subject"],
        }
    )


def seen(text: str) -> str:
    """What a page was narrowed to: the hubs, the days, then each choice; as it was written where it cannot be read.

    The audit role reads no database of figures: a hub has the name by which it was chosen, or else its id.
    """
    try:
        choices = dict(json.loads(text))
        days = [date.fromisoformat(choices[name]) for name in ("from", "until") if choices.get(name)]
        span = [words.period(Period(*days))] if len(days) == 2 else []
    except (TypeError, ValueError, OverflowError):
        return text
    hubs = choices.get("hubs")
    redundant = {*_REDUNDANT, "table" if "part" in choices else ""} - ({"hub"} if not hubs else set())
    others = [_choice(name.rpartition("-")[2], value) for name, value in choices.items() if value and name not in redundant]
    return words.capitalised(", ".join([*_places(hubs, choices.get("hub")), *span, *others]))


def _places(hubs: object, chosen: object) -> list[str]:
    if hubs == "all":
        return ["All hubs"]
    if not isinstance(hubs, list) or not hubs:
        return []
    return [str(chosen or f"hub {words.listed([str(hub) for hub in hubs])}")]


def _choice(name: str, value: object) -> str:
    """One choice of a page in words: "measure: Detentions of children"."""
    called = _CALLED.get(name, name.replace("_", " "))
    if isinstance(value, list):
        return f"{called}: {words.listed([str(each) for each in value])}"
    text = str(value)
    if name == "place":
        return f"{called} {words.uncapitalised(text)}"
    if name == "role":
        return f"{called}: {_TITLES.get(text, text)}"
    return f"{called}: {text.replace('-', ' ') if name == 'table' else _day_or_text(text)}"


def _day_or_text(text: str) -> str:
    """A text, a day or an instant (UTC) as a person writes it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return words.day(at) if len(text) == len("2026-11-30") else words.moment(at.replace(tzinfo=None))
