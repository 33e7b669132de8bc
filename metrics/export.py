"""Tables that leave: CSV that a spreadsheet opens as it is meant, and plain CSV or JSON for other programs."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence

import pandas as pd

RAW = "CSV with text as it is, also what a spreadsheet would run as a formula"  # the help of --raw
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows that a file is UTF-8
_FORMULA_STARTS = frozenset("=+-@|\t\r\n\v\f")
_UNSEEN = frozenset(
    {"Zs", "Zl", "Zp", "Cf", "Cc", "Mn"}
)  # blanks of all widths, byte order marks, what steers text or adds to it
_BLANK = frozenset("\u2800\u115f\u1160")  # signs and letters that are drawn as nothing: of Braille, and fillers of Hangul
_BAND = re.compile(r"(\d\d?)-(\d\d?)", re.ASCII)
_MONTH, _NAME = r"(0?[1-9]|1[0-2])", r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# 3/4, 12/2024, 2011/12 and MAR1; but neither 2025/26, which has no month, nor 2025-04-01, which is the day it is taken for.
_DATE = re.compile(
    rf"(?!\d{{4}}-\d\d-\d\d$)({_MONTH}[-/]\d{{1,4}}|\d{{1,4}}[-/]{_MONTH})([-/]\d{{1,4}})?"
    rf"|\d\d?[-/]?{_NAME}([-/]?\d{{1,4}})?|{_NAME}[-/]?\d{{1,4}}",
    re.IGNORECASE | re.ASCII,
)


def csv(frame: pd.DataFrame, marking: str = "") -> str:
    """A frame as the CSV text of a file for a spreadsheet, which opens it as UTF-8, runs nothing in it and makes no dates of it.

    Bands are written as "10 to 13"; other text that would be run, or taken for a date, has a leading apostrophe. ``marking``
    becomes the first line, as one cell: what the table is, and how it must be handled.

    Source: OWASP, CSV injection. Lines end as RFC 4180 has it, so that one within a cell is quoted and starts no new row.
    """
    first = pd.DataFrame([[_guarded(marking)]]).to_csv(index=False, header=False, lineterminator="\r\n") if marking else ""
    return BYTE_ORDER_MARK + first + _with_texts(frame, _as_it_is).to_csv(index=False, lineterminator="\r\n")


def plain(frame: pd.DataFrame, form: str, *, raw: bool = False) -> str:
    """A frame as text for another program: ``csv``, else JSON with an object for each row, as it is.

    CSV is opened in spreadsheets all the same: text that one would run has a leading apostrophe, unless it is wanted ``raw``.
    """
    if form == "csv":
        return (frame if raw else _with_texts(frame, _on_one_row)).to_csv(index=False)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return f"{json.dumps(rows, indent=1, default=str)}\n"


def _guarded(text: str) -> str:
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet might run a text: by its first character that is seen, whatever its width (＝ is =, by NFKC)."""
    plain_characters = (plain for character in text for plain in unicodedata.normalize("NFKC", character))
    return next((one for one in plain_characters if not _is_unseen(one)), "") in _FORMULA_STARTS


def _is_unseen(character: str) -> bool:
    return character not in _FORMULA_STARTS and (character in _BLANK or unicodedata.category(character) in _UNSEEN)


def _on_one_row(text: str) -> str:
    """Guarded; with line ends that are always quoted, as a lone carriage return is not, so that none starts a new row."""
    return re.sub("\r\n?", "\n", _guarded(text))


def _as_it_is(text: str) -> str:
    """Guarded, and taken for no date; a band in words."""
    band = _BAND.fullmatch(text)
    if band and int(band[1]) < int(band[2]):
        return f"{band[1]} to {band[2]}"
    return f"'{text}" if _DATE.fullmatch(text) else _guarded(text)


def _with_texts(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """The frame with each of its texts changed, headings too; numbers and all else stay as they are."""
    columns = [name for name in frame if any(isinstance(value, str) for value in frame[name])]
    changed = {name: [change(value) if isinstance(value, str) else value for value in frame[name]] for name in columns}
    texts = {str(name): pd.Series(values, frame.index, dtype=object) for name, values in changed.items()}
    return frame.assign(**texts).rename(columns=lambda name: change(name) if isinstance(name, str) else name)


def whole_numbers(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The frame with whole numbers in these columns without a decimal point, and None where there is no number."""
    return frame.assign(
        **{name: pd.Series([_number(value) for value in frame[name]], frame.index, dtype=object) for name in names}
    )


def _number(value: float) -> int | float | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
