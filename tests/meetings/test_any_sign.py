"""Whatever somebody writes in a note, a pack is made of it: signs that no font has, half characters, and what steers text."""

from datetime import date, datetime
from io import BytesIO

import pytest
from pptx import Presentation
from pypdf import PdfReader

from meetings import paper, pictures, powerpoint
from meetings.slides import Order, Pack, Slide, Table
from metrics.charts.style import drawn

ORDER = Order("command", date(2026, 10, 1), "", datetime.fromisoformat("2026-11-03T10:00"), "Cy", "https://dashboard.force.uk")
SIGNS = ["🧒 rests", "عُمر", "half \ud800 a sign", "bell \x07 and page \x0c", "\u202eturned", "\ufffe none", "①"]
SIGNS += ["#let x = [1]", '"\\u{41}"']


def pack_of(said):
    table = Table(("Decided", said), ((said, "1"),))
    return Pack(ORDER, f"Title {said}", (said,), "OFFICIAL-SENSITIVE", said, (Slide("Decisions", said, (said,), table=table),))


@pytest.mark.parametrize("said", SIGNS)
def test_a_pack_is_made_in_both_forms(said):
    slides = Presentation(BytesIO(powerpoint.write(pack_of(said)))).slides
    assert [len(slide.shapes) > 0 for slide in slides] == [True, True]
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.write(pack_of(said)))).pages)
    assert text.count("Decided") == 1 and "OFFICIAL-SENSITIVE" in text


def test_a_sign_that_no_font_has_is_a_question_mark_and_all_else_stands():
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.write(pack_of("Rest 🧒 and ① eat")))).pages)
    assert "Rest ? and ① eat" in text and "🧒" not in text


@pytest.mark.parametrize("said", SIGNS)
def test_a_picture_is_made_with_any_title(said):
    figure = drawn([{"type": "scatter", "x": [0, 1], "y": [1.0, 2.0]}], 200, {"xaxis": {}, "yaxis": {}})
    assert pictures.png(figure, said, said, said, said).startswith(b"\x89PNG")
