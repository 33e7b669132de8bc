"""Pages set by Typst, with the dashboard's own type: a PDF that every reader's software can read aloud, or a picture."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import typst

from metrics import words

_FONTS = Path(__file__).with_name("fonts")
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_DOTS_AN_INCH = 144  # of a picture: twice what a screen shows, for paper and slides


def pdf(source: str, files: Mapping[str, str], written_at: datetime) -> bytes:
    """The PDF of a Typst source and the files that it names, tagged as PDF/UA-1 asks: Typst refuses what is not.

    ``written_at`` is naive UTC. A sign that no font here has, such as an emoji in a note, becomes a question mark: nobody could
    have it read aloud.
    """
    written = written_at.replace(microsecond=0, tzinfo=UTC)
    while True:
        try:
            return _compiled(source, files, "pdf", pdf_standards=["ua-1"], timestamp=written)
        except typst.TypstError as error:
            lacking = _LACKING.search(str(error))
            if not lacking:
                raise
            for sign in set(lacking[1]):
                source, files = source.replace(sign, "?"), {name: text.replace(sign, "?") for name, text in files.items()}


def png(source: str, files: Mapping[str, str]) -> bytes:
    """The picture of a Typst source of one page."""
    return _compiled(source, files, "png", ppi=_DOTS_AN_INCH)


def string(text: str) -> str:
    """A text as a literal of Typst, which reads nothing in it as markup."""
    return json.dumps(words.visible(text), ensure_ascii=False)


def _compiled(source: str, files: Mapping[str, str], form: Literal["pdf", "png"], **how: object) -> bytes:
    given = {"main.typ": source.encode(), **{name: text.encode() for name, text in files.items()}}
    made = typst.compile(given, format=form, font_paths=[_FONTS], ignore_system_fonts=True, **how)  # type: ignore[call-overload]
    return bytes(made[0] if isinstance(made, list) else made)
