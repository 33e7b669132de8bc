"""Where the audit database and its key are: what the environment says, or else a file under ``data/``.

Earlier versions called it a notebook: their settings and files still work, in place, so that no log is ever split in two.
"""

import logging
import os
import re
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
FILE, FORMER_FILE = "audit.sqlite", "notebook.sqlite"
KEY_FILE, FORMER_KEY_FILE = "audit.key", "notebook.key"
WITNESS_SUFFIX = ".witness"
MOST_A_MINUTE = 120
WORKING_HOURS = (7, 19)  # of London; Saturdays and Sundays have none
FORMER_NAMES = {"AUDIT_URL": "NOTEBOOK_URL", "AUDIT_READER_URL": "NOTEBOOK_READER_URL", "AUDIT_KEY": "NOTEBOOK_KEY"}


def audit_url() -> str:
    """The address of the audit database: ``AUDIT_URL``, or a SQLite file under ``data/``."""
    return _setting("AUDIT_URL") or f"sqlite:///{_default_file()}"


def reader_url() -> str:
    """Where the log is read: on PostgreSQL the dashboard's own login may not, and ``AUDIT_READER_URL`` names one that may."""
    return _setting("AUDIT_READER_URL") or audit_url()


def audit_key() -> str:
    """The secret that ``AUDIT_KEY`` holds; blank where it is not set."""
    return _setting("AUDIT_KEY")


def key_file(database: Path) -> Path:
    """The file beside a SQLite database that holds its secret, or will: under its former name where there is one already."""
    names = (KEY_FILE, FORMER_KEY_FILE) if database.name != FORMER_FILE else (FORMER_KEY_FILE, KEY_FILE)
    existing = [file for name in names if (file := database.with_name(name)).exists()]
    return existing[0] if existing else database.with_name(KEY_FILE)


def most_entries_a_minute() -> int:
    """How many entries one session may have written within a minute: ``AUDIT_MOST_A_MINUTE``, or more than anybody reads."""
    named = os.environ.get("AUDIT_MOST_A_MINUTE", "").strip()
    return int(named) if named.isdecimal() and int(named) else MOST_A_MINUTE


def working_hours() -> tuple[int, int]:
    """The hour at which working hours begin in London and that at which they end: ``AUDIT_WORKING_HOURS``, such as 7-19.

    What is no two hours of one day from 1 to 24 counts for nothing.
    """
    named = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", os.environ.get("AUDIT_WORKING_HOURS", "").strip())
    opens, closes = map(int, named.groups()) if named else WORKING_HOURS
    return (opens, closes) if 1 <= opens < closes <= 24 else WORKING_HOURS


def witness_file(database: Path | None) -> Path | None:
    """Where the seals of the log are kept besides: ``AUDIT_WITNESS``, or else beside a SQLite database; None on PostgreSQL.

    ``AUDIT_WITNESS=none`` goes without.
    """
    if named := os.environ.get("AUDIT_WITNESS", "").strip():
        return None if named == "none" else Path(named)
    return database and database.with_suffix(WITNESS_SUFFIX)


def _default_file() -> Path:
    file, former = DATA / FILE, DATA / FORMER_FILE
    return former if former.exists() and not file.exists() else file


def _setting(name: str) -> str:
    """A setting of the environment, blank where it is not set. Under its former name it counts too, and that is said once."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    former = os.environ.get(FORMER_NAMES[name], "").strip()
    if former:
        _report_former_names()
    return former


@cache
def _report_former_names() -> None:
    renamed = [f"{former} is now {name}" for name, former in FORMER_NAMES.items() if os.environ.get(former)]
    logging.getLogger(__name__).warning("%s; the old names still work.", ", ".join(renamed))
