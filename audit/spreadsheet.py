"""Lists of the audit database as plain CSV that no spreadsheet takes for a formula, by the rule of the dashboard's.

This room imports nothing of the dashboard's, so the rule is written here too; a test checks that the two agree.
"""

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv(frame: pd.DataFrame, *, raw: bool = False) -> str:
    """A frame as CSV text; text that a spreadsheet would run has a leading apostrophe (OWASP, CSV injection), unless ``raw``."""
    written = frame if raw else frame.rename(columns=_escaped).map(_escaped)
    return written.to_csv(index=False, lineterminator="\r\n")


def _escaped(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
