"""Which values of a row may be shown to whoever is to mend it: none that might be the name of a child or an officer.

What stands in a cell that could not be read may be anything, also what belongs into another column.
"""

import re
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Column

from queries.tables.contract import CONTRACT, care_homes, hubs, outcome_codes

_COLUMNS: dict[tuple[str, str], Column[Any]] = {
    (table.name, column.name): column for table in CONTRACT for column in table.columns
}
OWN_NAMES = re.compile("|".join(rf"\b{name}\b" for name in sorted({name for _, name in _COLUMNS if "_" in name})))
_PLACES_AND_CODES = (hubs.name, care_homes.name, outcome_codes.name)  # whose ids are no person's
_TRUTHS = ("true", "false", "yes", "no")
_LIKE = 0.7  # how much a word must be like one of the permitted ones to be a slip for it, and nobody's name
_MONTHS = re.compile(r"january|february|march|april|may|june|july|august|september|october|november|december", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")


def names_nobody(table: str, column: str, value: str) -> bool:
    """Whether what stands in a column, by its kind, can be no name.

    Free text never is. Where words are listed it must be like one of them, or a letter; ids of places and codes are one word;
    dates, numbers and references have a digit, and no word but a month or, beside a date, the name of the column that it is of.
    """
    of = _COLUMNS.get((table, column))
    if of is None:
        return False
    listed = _TRUTHS if of.type.python_type is bool else of.info.get("values")
    if listed:
        return len(value) == 1 or bool(get_close_matches(value.casefold(), [word.casefold() for word in listed], 1, _LIKE))
    is_own_id, refers = column in of.table.info["key"], of.info.get("refers")
    if (refers or (is_own_id and table)) in _PLACES_AND_CODES:
        return len(value.split()) == 1
    if of.type.python_type is str and not (is_own_id or refers):
        return False
    plain = _MONTHS.sub("", OWN_NAMES.sub("", value))
    return any(map(str.isdigit, plain)) and not _WORD.search(plain)
