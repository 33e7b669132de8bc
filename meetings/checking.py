"""Whether the numbers of a pack are still those of the database: it is made again from its own order, and read side by side."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx import Presentation
from pypdf import PdfReader

from meetings import packs
from meetings.powerpoint import OWN
from meetings.slides import Order, Refused

_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?%?")
_PAGE = re.compile(r"\s\d+ of \d+\s*$")  # at the foot of a page: it tells nothing of any figure
_SOURCE = " · "  # in a line that says where numbers are from
_DIGITS = 6  # of a number of a chart: what is edited by hand is far from it


@dataclass(frozen=True)
class Found:
    """What a part of a file says: on which slide or page, in which part of it, its numbers in order, and where they are from.

    ``known_by`` is what a page is found again by, where others came before it; blank of a slide, which keeps its name.
    """

    where: str
    part: str
    numbers: tuple[str, ...]
    source: str
    known_by: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.known_by or self.where, self.part


def differences(path: Path, database: str | None = None) -> Iterator[str]:
    """Of each slide or page the first number that differs from what the database says now, in a sentence: those that say where
    their numbers are from before agenda and tables, which follow from them. Raises Refused.

    The cover says when a pack was made, which tells nothing of its figures; slides that somebody added are theirs.
    """
    content, form = _read(path), path.suffix.lower()
    order = _order(path, content)
    again = packs.build(packs.access_of(order.role, order.hub if order.role == "hub" else ""), order, database)
    told: dict[tuple[str, str], Found] = {found.key: found for found in _parts(form, content)}
    different: set[str] = set()
    for expected in sorted(_parts(form, packs.write(again, form)), key=lambda part: _SOURCE not in part.source):
        found = told.get(expected.key)
        if expected.where not in different and (problem := _difference(found, expected)):
            different.add(expected.where)
            yield f"{(found or expected).where}, {expected.part}: {problem} ({expected.source})."


def _difference(found: Found | None, expected: Found) -> str:
    """In what a part of a file is not what it should be; blank where it is."""
    if found is None:
        return "is missing"
    for has, should in zip(found.numbers, expected.numbers, strict=False):
        if has != should:
            return f"{has} should be {should}"
    apart = len(found.numbers) - len(expected.numbers)
    many = f"{abs(apart)} {'number' if abs(apart) == 1 else 'numbers'}"
    return "" if not apart else f"{many} too many" if apart > 0 else f"{many} {'is' if apart == -1 else 'are'} missing"


def count(path: Path) -> int:
    """How many numbers a pack has."""
    return sum(len(found.numbers) for found in _parts(path.suffix.lower(), _read(path)))


def _read(path: Path) -> bytes:
    if path.suffix.lower() not in packs.FORMS:
        raise Refused(f"{path.name} is no pack: it should end in {' or '.join(packs.FORMS)}.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def _order(path: Path, content: bytes) -> Order:
    """The order that a pack was made by, as the file says. Raises Refused for a file that is none of ours."""
    try:
        if path.suffix.lower() == ".pptx":
            said = Presentation(BytesIO(content)).core_properties.comments
        else:
            about: Any = PdfReader(BytesIO(content)).metadata or {}
            said = str(about.get("/Keywords", ""))
        found = json.loads(said)
        made_at = datetime.fromisoformat(found["made_at"])
        return Order(**{**found, "month": date.fromisoformat(found["month"]), "made_at": made_at})
    except Exception as error:
        raise Refused(f"{path.name} is not a pack that was made by this dashboard, or what it was made by is lost.") from error


def _parts(form: str, content: bytes) -> Iterator[Found]:
    return _of_slides(content) if form == ".pptx" else _of_pages(content)


def _of_slides(content: bytes) -> Iterator[Found]:
    """Title, text, table, chart and notes of each slide."""
    for slide in Presentation(BytesIO(content)).slides:
        where = slide.name
        if not where.startswith(OWN):
            continue
        notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
        source = next((line for line in notes.splitlines() if _SOURCE in line), where)
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield Found(where, shape.name, tuple(_NUMBER.findall(shape.text_frame.text)), source)
            elif shape.has_table:
                cells = (cell.text for row in shape.table.rows for cell in row.cells)
                yield Found(where, shape.name, tuple(_NUMBER.findall(" ".join(cells))), source)
            elif shape.has_chart:
                yield Found(where, shape.name, tuple(_values(shape.chart)), source)
        if notes:
            yield Found(where, "the notes", tuple(_NUMBER.findall(notes)), source)


def _values(chart: Any) -> Iterator[str]:
    """Every number of a chart: of a scatter both coordinates."""
    for element in chart._chartSpace.iter("{*}v"):
        try:
            yield f"{float(element.text):.{_DIGITS}g}"
        except ValueError:  # the name of a row or of a series
            yield from _NUMBER.findall(element.text)


def _of_pages(content: bytes) -> Iterator[Found]:
    """The text of each page but the cover, known by its first line without its numbers, and how many such came before."""
    seen: Counter[str] = Counter()
    for number, page in enumerate(PdfReader(BytesIO(content)).pages, start=1):
        text = _PAGE.sub("", page.extract_text())
        lines = text.splitlines() or [""]
        source = next((line.removesuffix(" Open this view") for line in lines if _SOURCE in line), f"page {number}")
        title = _NUMBER.sub("", lines[0])
        seen[title] += 1
        if number > 1:
            yield Found(f"Page {number}", "the text", tuple(_NUMBER.findall(text)), source, f"{title} {seen[title]}")
