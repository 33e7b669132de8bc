"""Text as a terminal or a table may be given it: what would steer the terminal, or is no text, is written out."""

import unicodedata
from typing import Any

_STEERS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # controls, formats and directions, half characters, line ends of Unicode


def visible(text: str, but: str = "") -> str:
    """The text with every character that steers written as Python does (``\\x1b``, ``\\u202e``), except those in ``but``."""
    return "".join(_written_out(one) if one not in but and unicodedata.category(one) in _STEERS else one for one in text)


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def readable(value: Any) -> Any:
    """A text that a frame can hold, also where somebody put bytes into a file that are none: they are written out."""
    if not isinstance(value, str) or value.isascii():
        return value
    return value.encode(errors="backslashreplace").decode()
