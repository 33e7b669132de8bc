"""A pack as a PDF: what a screen reader needs of it (PDF/UA-1), as far as pypdf can see it, and all that the slides say."""

import io
import re
from itertools import pairwise

import packed
import pytest
from packed import slides, texts_of, written
from pypdf import PdfReader

from meetings import typeset

pytestmark = pytest.mark.xdist_group("packs")


@pytest.fixture(scope="module", params=["command", "hub", "board"])
def made(request, demo_url, released_url):
    """A pack and its PDF."""
    hub = "eden" if request.param == "hub" else ""
    pack = packed.of_board(released_url) if request.param == "board" else packed.pack(demo_url, request.param, hub)
    return pack, PdfReader(io.BytesIO(written(pack, ".pdf")))


def elements(reader):
    """Every element of the structure tree, in the order in which it is read."""

    def within(element):
        element = element.get_object()
        if isinstance(element, list):
            for one in element:
                yield from within(one)
        elif isinstance(element, dict):
            if "/S" in element:
                yield element
            if "/K" in element:
                yield from within(element["/K"])

    return list(within(reader.root_object["/StructTreeRoot"]["/K"]))


def test_it_says_that_it_is_tagged_in_which_language_and_what_it_is_called(made):
    pack, reader = made
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"]
    assert str(root["/Lang"]).casefold() == "en-gb"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] and reader.metadata.title == pack.title
    assert re.search(r"pdfuaid:part(>|=\")1", root["/Metadata"].get_object().get_data().decode())


def test_each_chart_is_told_in_words_and_each_table_has_heads(made):
    pack, reader = made
    found = elements(reader)
    figures = [element for element in found if element["/S"] == "/Figure"]
    assert [str(figure["/Alt"]) for figure in figures] == [slide.chart.alt for slide in pack.slides if slide.chart]
    tables = [element for element in found if element["/S"] == "/Table"]
    expected = [slide.table for slide in pack.slides if slide.table]
    expected += {slide.title: slide.behind for slide in pack.slides if slide.behind}.values()
    assert len(tables) == len(expected)
    heads = sum(element["/S"] == "/TH" for element in found)
    assert heads == sum(len(table.heads) for table in expected)


def test_no_level_of_heading_is_skipped(made):
    levels = [int(element["/S"][2:]) for element in elements(made[1]) if re.fullmatch(r"/H\d", element["/S"])]
    assert len(levels) > len(made[0].slides) and levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_every_font_is_in_the_file(made):
    fonts = {}
    for page in made[1].pages:
        fonts |= {name: font.get_object() for name, font in page["/Resources"].get("/Font", {}).items()}
    assert fonts
    for font in fonts.values():
        of_glyphs = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = of_glyphs["/FontDescriptor"].get_object()
        assert any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")), font["/BaseFont"]
        assert "SourceSans" in font["/BaseFont"].replace("-", "").replace(" ", "")
        assert "/ToUnicode" in font, "without it no text can be read aloud or copied"


def test_it_says_all_that_the_slides_say(made):
    """Titles, lines and tables of each slide, its link; the marking on every page."""
    pack, reader = made
    pages = [plain(page.extract_text()) for page in reader.pages]
    whole = "".join(pages)
    assert all(plain(f"{pack.marking}. {pack.handling}") in page for page in pages)
    for told, slide in zip(pack.slides, slides(pack), strict=True):
        tables = [table for table in (told.table, told.behind) if table]
        said = [told.title, *told.lines, told.reference, *(cell for table in tables for row in table.rows for cell in row)]
        missing = [text for text in said if plain(text) not in whole]
        assert not missing, (told.title, missing)
        assert plain(texts_of(slide)[0]) in whole
    leads_to = {
        note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", ()) if "/A" in note.get_object()
    }
    assert {slide.link for slide in pack.slides} <= leads_to


def plain(text):
    """Letters and digits alone: lines are broken, and words with them, where there is room."""
    return re.sub(r"[\W_]+", "", text)


def test_two_tables_behind_charts_of_one_title_are_both_there(made):
    pack, _ = made
    charted = [slide.title for slide in pack.slides if slide.behind]
    assert len(charted) == len(set(charted)), "the appendix goes by title"


HOSTILE = (
    'quote " and \\ and \\" back',
    "#emph[x] *bold* _under_ $x^2$ `raw` <label> @ref // no comment",
    "<script>alert(1)</script> & &lt;",
    "= no heading\n- no list",
    '#read("main.typ") #import "x": *',
)


def test_hostile_texts_are_set_letter_by_letter():
    """As a heading, in a table and beside a picture; nothing of it is read as Typst."""
    strings = [typeset.string(text) for text in HOSTILE]
    source = "\n".join(
        [
            '#set document(title: "x")\n#set text(font: "Source Sans Pro", lang: "en")\n= Texts',
            *(f"#heading(level: 2, {text})\n#par({text})\n#table(columns: 1, table.header([H]), [#{text}])" for text in strings),
        ]
    )
    reader = PdfReader(io.BytesIO(typeset.pdf(source, {}, packed.MADE_AT)))
    letters = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for text in HOSTILE:
        assert letters.count(re.sub(r"\s", "", text)) == 3, text
