"""Tables that leave the screen: plain CSV that no spreadsheet takes for a formula."""

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv(frame: pd.DataFrame) -> str:
    """A frame as CSV text; text cells that a spreadsheet would run are kept from it by a leading apostrophe.

    Source: OWASP, CSV injection. Lines end as RFC 4180 has it, so that one within a cell is quoted and starts no new row.
    """
    guarded = frame.map(lambda value: f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value)
    return guarded.to_csv(index=False, lineterminator="\r\n")
