"""Tables that leave the screen: plain CSV that no spreadsheet takes for a formula."""

import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv(frame: pd.DataFrame, marking: str = "") -> str:
    """A frame as CSV text; text cells that a spreadsheet would run are kept from it by a leading apostrophe.

    ``marking`` becomes the first line, as one cell: what the table is, and how it must be handled.

    Source: OWASP, CSV injection. Lines end as RFC 4180 has it, so that one within a cell is quoted and starts no new row.
    """
    first = pd.DataFrame([[_guarded(marking)]]).to_csv(index=False, header=False, lineterminator="\r\n") if marking else ""
    return first + frame.rename(columns=_guarded).map(_guarded).to_csv(index=False, lineterminator="\r\n")


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
