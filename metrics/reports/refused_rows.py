"""Each row that was kept out at loading: where it stands, all that is wrong with it at once, and what to do next.

A value is shown only where it cannot name somebody: never of free text, nor where a reference or a date has words in it.
"""

import re
from collections.abc import Hashable
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd

from metrics import words
from queries.tables.showing import OWN_NAMES, names_nobody
from queries.tables.wording import COLUMNS as COLUMNS_OF
from queries.tables.wording import TABLES, in_words

NOT_SHOWN = "not shown"
LOADED = "Loaded (London time)"
COLUMNS = ("File", "Line", "Column", "Value", "What is wrong", "What to do next", "Table", "Still refused", LOADED)
AS_IT_COMES = "Correct the row where it comes from, and load the file again."
_QUOTES = "Look on this line for a quotation mark too many or too few, correct it where the text was entered, and export again."
_WHICH = "Find out which of the two is wrong, and correct it where it was entered."
# What to do next, by what a reason says: the first that fits stands.
NEXT_STEPS = {
    r"is required and blank": "Fill the cell in where the row comes from; it cannot be loaded without.",
    r"is an error of a spreadsheet": "Look in the spreadsheet for what the cell should be, correct it there, and export again.",
    r"is not a date such as": "Export this column as 2025-06-01 or 01/06/2025, or name its format in the mapping.",
    r"is not a time such as": "Export this column as 2025-06-01T23:30, or name its format in the mapping.",
    r"is a time that did not exist": "Find out the true time: the clocks went forward over the one that is written.",
    r"is what a system writes": "Enter the true date of birth, or leave the cell blank.",
    r"is after the day of loading": "Check the day and year, which lie ahead, and correct them where they were entered.",
    r"is before \d{4}$": "Check the year, which is too early to be right, and correct it where it was entered.",
    r"is not a whole number": "Write the number in digits alone, such as 12.",
    r"is outside": "Check the number, which cannot be right, and correct it where it was entered.",
    r"is not a decimal number": "Write the number as 0.8 or 12.5; 80% is 0.8.",
    r"is not one of": "Use one of these words, or say in the mapping which of them yours stands for.",
    r"is longer than an id": "Check that the right column was exported: no reference is as long as this.",
    r"is a number that a spreadsheet": "Export the column as text, straight from the records system.",
    r"is not of the London day of": "Find out which of the date and the time is wrong, and correct it where it was entered.",
    r"is before recorded_on of its crime": "Find out which is wrong, the day of the outcome or of its crime, and correct it.",
    r"is before the child's date of birth": "Find out which is wrong, this date or the date of birth, and correct it.",
    r"is (before|after) \w+$": _WHICH,
    r"comes more than once": "Keep the one row of this key that is right, or say in the mapping which of them stands.",
    r"is not known in ": "Load {table} with this reference first, or correct the reference.",
    r"has too \w+ fields": "Look on this line for a comma in a text without quotation marks, and export again.",
    r"has quotation marks|opens a quotation mark|breaks the line": _QUOTES,
    r"is not a measure": "Use a key that `python -m metrics list` names.",
    r"is a plain count": "Set the target for the rate or the share of it instead.",
    r"is the target of a share": "Write the target as a fraction from 0 to 1; 80% is 0.8.",
    r"is below 0": "Set a target of 0 or more.",
}
_INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\d)Z")


class _Why(NamedTuple):
    """One reason for which a row is refused: in which column, what stands there, what is wrong, what to do."""

    column: str
    value: str
    wrong: str
    next_step: str


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of `quality.refused_rows` (one for each reason) as people read them, one for each refused row: `COLUMNS`."""
    together = rows.groupby(["table", "file", "loaded_at", "line"], sort=False, dropna=False)
    listed = [_row(key, reasons.to_dict("records")) for key, reasons in together]
    return pd.DataFrame(listed, columns=list(COLUMNS))


def next_step(reason: str) -> str:
    """What whoever loads should do about a reason, in one sentence."""
    step = next((step for says, step in NEXT_STEPS.items() if re.match(says, reason)), AS_IT_COMES)
    known = re.match(r"is not known in (\w+)", reason)
    return step.format(table=TABLES.get(known[1], known[1])) if known else step


def value_shown(table: str, column: str, value: str) -> str:
    """A value, if its column is of a kind that holds no name; its hours as London clocks show them. Blank where it is blank."""
    if not value:
        return ""
    columns, values = column.split(", "), value.split(", ")
    if len(columns) > 1:  # of a key of several columns
        pairs = zip(columns, values, strict=True) if len(columns) == len(values) else ()
        shown = [value_shown(table, one, part) for one, part in pairs]
        return ", ".join(shown) if shown and NOT_SHOWN not in shown else NOT_SHOWN
    if not names_nobody(table, column, value):
        return NOT_SHOWN
    return _INSTANT.sub(_in_london, value) if OWN_NAMES.search(value) else value


def named(table: str, column: str) -> str:
    """A column as the file names it, and in words: recorded_on (dates when crimes were recorded)."""
    names = [name for name in column.split(", ") if name]
    return ", ".join(f"{name} ({in_words(f'{table}.{name}')})" if name in COLUMNS_OF.get(table, ()) else name for name in names)


def _in_london(found: "re.Match[str]") -> str:
    return words.london(datetime.fromisoformat(found[1])).isoformat(" ", "minutes")


def _row(key: Any, reasons: list[dict[Hashable, Any]]) -> tuple[Any, ...]:
    table, file, loaded_at, line = key
    why = [_why(table, one) for one in reasons]
    several = len(why) > 1
    return (
        file,
        int(line),
        "; ".join(filter(None, (named(table, one.column) for one in why))),
        "; ".join(one.value for one in why) if any(one.value for one in why) else "",
        "; ".join(f"{one.column} {one.wrong}" if several and one.column else one.wrong for one in why),
        " ".join(dict.fromkeys(one.next_step for one in why)),
        words.capitalised(TABLES.get(table, table)),
        "yes" if reasons[0]["still"] else "no",
        words.london(pd.Timestamp(loaded_at).to_pydatetime()),
    )


def _why(table: str, reason: dict[Hashable, Any]) -> _Why:
    column, value = (text if isinstance(text, str) else "" for text in (reason["column"], reason["value"]))
    return _Why(column, value_shown(table, column, value) if column else "", reason["reason"], next_step(reason["reason"]))
