"""Lists of the notebook as plain CSV that no spreadsheet takes for a formula, by the same rule as the dashboard's tables.

The notebook knows nothing of the dashboard, so the rule stands here too; a test holds the two together.
"""

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv(frame: pd.DataFrame) -> str:
    """A frame as CSV text; text that a spreadsheet would run is kept from it by a leading apostrophe (OWASP, CSV injection)."""
    return frame.rename(columns=_guarded).map(_guarded).to_csv(index=False, lineterminator="\r\n")


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
