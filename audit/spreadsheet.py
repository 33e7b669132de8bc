"""Lists of the audit database as plain CSV that no spreadsheet takes for a formula, by the rule of the dashboard's.

This room imports nothing of the dashboard's, so the rule is written here too; a test checks that the two agree.
"""

import unicodedata

import pandas as pd

_FORMULA_STARTS = frozenset("=+-@|\t\r\n\v\f")
_UNSEEN = frozenset(
    {"Zs", "Zl", "Zp", "Cf", "Cc", "Mn"}
)  # blanks of all widths, byte order marks, what steers text or adds to it
_BLANK = frozenset("\u2800\u115f\u1160")  # signs and letters that are drawn as nothing: of Braille, and fillers of Hangul


def csv(frame: pd.DataFrame, *, raw: bool = False) -> str:
    """A frame as CSV text; text that a spreadsheet would run has a leading apostrophe (OWASP, CSV injection), unless ``raw``."""
    written = frame if raw else frame.rename(columns=_escaped).map(_escaped)
    return written.to_csv(index=False, lineterminator="\r\n")


def _escaped(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet might run a text: by its first character that is seen, whatever its width (＝ is =, by NFKC)."""
    plain_characters = (plain for character in text for plain in unicodedata.normalize("NFKC", character))
    return next((one for one in plain_characters if not _is_unseen(one)), "") in _FORMULA_STARTS


def _is_unseen(character: str) -> bool:
    return character not in _FORMULA_STARTS and (character in _BLANK or unicodedata.category(character) in _UNSEEN)
