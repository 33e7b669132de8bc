"""`check` finds each number that was changed in a file, or in the database, and nothing else."""

import re
from pathlib import Path

import packed
import pytest
from packed import charts_of, texts_of
from pptx import Presentation
from pptx.util import Inches
from pypdf import PdfWriter

from meetings import checking
from meetings.__main__ import main

pytestmark = pytest.mark.xdist_group("packs")

WHOLE = "search_outcome_rate · All hubs · 2024-01 to 2024-12 · data to 2024-12-31"
BY_HUB = "search_outcome_rate by hub · All hubs · 2024-01 to 2024-12 · data to 2024-12-31"


@pytest.fixture(scope="module")
def few():
    return packed.searches()


@pytest.fixture(scope="module")
def corrected():
    """After a load that says of one search in Near that it led to no arrest: 5 of 20 in December 2024."""
    return packed.searches(near=1)


@pytest.fixture(scope="module", params=[".pptx", ".pdf"])
def made(request, few, tmp_path_factory):
    return packed.small(few, request.param, tmp_path_factory.mktemp("packs") / f"pack{request.param}")


@pytest.fixture
def own(few, tmp_path):
    """A file as slides, to be changed."""
    return packed.small(few, ".pptx", tmp_path / "pack.pptx")


def check(path: Path, database: str, capsys) -> tuple[int, str]:
    status = main(["check", str(path), "--database", database])
    said = capsys.readouterr()
    return status, (said.out or said.err).strip()


def differences(path: Path, database: str) -> list[str]:
    return list(checking.differences(path, database))


def slide_of(found, title):
    return next(slide for slide in found.slides if texts_of(slide)[0].startswith(title))


def changed(path, *changes):
    """The file once somebody has changed it."""
    found = Presentation(path)
    for change in changes:
        change(found)
    found.save(path)
    return path


def in_title(found):
    title = slide_of(found, "Conversion rate, All hubs").shapes.title.text_frame
    title.text = title.text.replace("50.0%", "51.0%")


def in_table(found):
    slide = slide_of(found, "Agenda")
    (table,) = [shape.table for shape in slide.shapes if shape.has_table]
    cell = table.cell(1, 0)
    assert cell.text == "1"
    cell.text = "9"


def in_chart(found):
    (chart,) = charts_of(slide_of(found, "Conversion rate by hub"))
    (highest,) = [value for value in chart._chartSpace.iter("{*}v") if value.text == "0.9"]
    highest.text = "0.91"


def in_range(found):
    """The end of an error bar alone."""
    (chart,) = charts_of(slide_of(found, "Conversion rate by hub"))
    (plus,) = chart._chartSpace.iter("{*}plus")
    next(plus.iter("{*}v")).text = "0.5"


def in_notes(found):
    notes = slide_of(found, "Conversion rate, hubs by size").notes_slide.notes_text_frame
    assert "216 of 240" in notes.text
    notes.text = notes.text.replace("216 of 240", "217 of 240")


def test_an_untouched_file_has_no_difference(made, few, capsys):
    status, said = check(made, few, capsys)
    assert status == 0 and re.fullmatch(rf"{re.escape(str(made))}: all [\d,]+ numbers are those of the database\.", said)
    assert int(re.search(r"all ([\d,]+)", said)[1].replace(",", "")) > 100


def test_the_pack_of_a_hub_is_checked_within_its_hub(few, tmp_path, capsys):
    path = packed.small(few, ".pptx", tmp_path / "pack.pptx", "hub", "near")
    assert check(path, few, capsys)[0] == 0


@pytest.mark.parametrize("form", [".pptx", ".pdf"])
def test_the_boards_pack_is_checked_against_its_release(released_url, tmp_path, monkeypatch, capsys, form):
    path = tmp_path / f"board{form}"
    path.write_bytes(packed.written(packed.of_board(released_url), form))
    monkeypatch.setenv("RELEASE_URL", released_url)
    status, said = check(path, packed.NOWHERE, capsys)
    assert status == 0 and "are those of the database" in said
    if form == ".pptx":
        changed(path, lambda found: swap(slide_of(found, "First-time entrants, over time"), "66 and 74", "66 and 75"))
        (problem,) = differences(path, packed.NOWHERE)
        reference = "First-time entrants, over time · release 1 · data to 2026-10-31"
        assert problem == f"Slide 5, Title 1: 75 should be 74 ({reference})."


def swap(slide, old, new):
    title = slide.shapes.title.text_frame
    assert old in title.text
    title.text = title.text.replace(old, new)


def number_of(found, title):
    return next(place for place, slide in enumerate(found.slides, start=1) if texts_of(slide)[0].startswith(title))


def test_one_changed_number_is_named_with_its_slide_what_it_has_and_should_and_where_it_is_from(own, few, capsys):
    number = number_of(Presentation(own), "Conversion rate, All hubs")
    status, said = check(changed(own, in_title), few, capsys)
    assert status == 1
    assert said == f"Slide {number}, Title 1: 51.0% should be 50.0% ({WHOLE})."


def test_a_changed_number_is_found_in_a_title_a_table_a_chart_its_ranges_and_the_notes(own, few):
    """All in one file, of which each slide names its first."""
    found = differences(changed(own, in_title, in_table, in_chart, in_notes), few)
    said = [re.sub(r"^Slide \d+, ", "", problem) for problem in found]
    assert len(found) == 4
    assert said[0] == f"Title 1: 51.0% should be 50.0% ({WHOLE})."
    assert said[1] == f"Chart 3: 0.91 should be 0.9 ({BY_HUB})."
    assert said[2] == f"the notes: 217 should be 216 ({BY_HUB})."
    assert said[3].startswith("Table 2: 9 should be 1 ("), "a table without a reference follows from the figures"


def test_a_changed_range_is_found(own, few):
    (problem,) = differences(changed(own, in_range), few)
    assert ", Chart 3: 0.5 should be 0." in problem and problem.endswith(f"({BY_HUB}).")


def test_slides_that_somebody_adds_moves_or_words_otherwise_are_no_difference(own, few):
    def added(found):
        slide = found.slides.add_slide(found.slide_layouts[5])
        slide.shapes.title.text = "Our own 99 numbers"

    def moved(found):
        listed = found.slides._sldIdLst
        listed.insert(1, listed[-1])
        listed.append(listed[3])

    def worded(found):
        title = slide_of(found, "Conversion rate, All hubs").shapes.title.text_frame
        title.text = title.text.replace("Conversion rate", "Searches that lead to something")

    def commented(found):
        slide_of(found, "Agenda").shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "Ask about 12 and 13"

    path = changed(own, added, moved, worded, commented)
    assert texts_of(Presentation(path).slides[1])[0] == "Our own 99 numbers"
    assert differences(path, few) == []


def test_a_number_that_was_taken_out_or_put_in_and_a_slide_that_is_gone_are_named(own, few):
    def out(found):
        title = slide_of(found, "Conversion rate, All hubs").shapes.title.text_frame
        title.text = title.text.replace("50.0%", "half")

    def into(found):
        slide_of(found, "Agenda").shapes.title.text = "Agenda 7"

    def gone(found):
        listed = found.slides._sldIdLst
        place = next(place for place, slide in enumerate(found.slides) if texts_of(slide)[0].startswith("Conversion rate by hub"))
        listed.remove(listed[place])

    found = differences(changed(own, out, into, gone), few)
    assert len(found) == 3
    assert f"Title 1: 2 numbers are missing ({WHOLE})." in found[0]
    assert ", Title 1: is missing (" in found[1]
    assert found[2].startswith("Slide 2, Title 1: 1 number too many (")


def test_after_a_load_that_changes_a_figure_it_is_named(made, corrected, capsys):
    """359 of 720 then, where the pack has 360: 49.9% and not 50.0% in the first sentence that says it."""
    status, said = check(made, corrected, capsys)
    found = differences(made, corrected)
    assert status == 1 and said == found[0]
    assert any("50.0% should be 49.9%" in problem and problem.endswith(f"({WHOLE}).") for problem in found)


@pytest.mark.parametrize("name", ["notes.txt", "none.pptx", "none.pdf", "gone.pptx", "others.pptx", "others.pdf", "forged.pptx"])
def test_a_file_that_is_none_of_ours_is_refused_in_one_sentence(few, tmp_path, capsys, name):
    path = tmp_path / name
    if name.startswith(("notes", "none")):
        path.write_bytes(b"nothing of ours")
    if name == "others.pptx":
        Presentation().save(path)
    if name == "others.pdf":
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        writer.write(path)
    if name == "forged.pptx":
        forged = Presentation()
        forged.core_properties.comments = '{"role": "command", "month": "2024-12-01"}'
        forged.save(path)
    assert main(["check", str(path), "--database", few]) == 2
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1 and name in said.err
    says = {"notes.txt": "should end in .pptx or .pdf", "gone.pptx": "cannot be read"}
    assert says.get(name, "is not a pack that was made by this dashboard") in said.err


def test_a_file_that_says_it_is_of_a_hub_that_there_is_not_is_refused(few, tmp_path, capsys):
    path = packed.small(few, ".pptx", tmp_path / "pack.pptx", "hub", "near")
    found = Presentation(path)
    found.core_properties.comments = found.core_properties.comments.replace('"hub": "near"', '"hub": "nowhere"')
    found.save(path)
    assert main(["check", str(path), "--database", few]) == 2
    assert capsys.readouterr().err == "'nowhere' is not a hub of these data.\n"
