"""Tables that leave the screen: CSV that no spreadsheet takes for a formula, and plain CSV or JSON for other programs."""

import json
from collections.abc import Sequence

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


def plain(frame: pd.DataFrame, form: str) -> str:
    """A frame as text for another program, as it is: ``csv``, else JSON with an object for each row."""
    if form == "csv":
        return frame.to_csv(index=False)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return f"{json.dumps(rows, indent=1, default=str)}\n"


def whole_numbers(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The frame with whole numbers in these columns without a decimal point, and None where there is no number."""
    return frame.assign(**{name: pd.Series([_number(value) for value in frame[name]], dtype=object) for name in names})


def _number(value: float) -> int | float | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
