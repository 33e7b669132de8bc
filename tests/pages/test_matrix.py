"""Roles x pages over the raw websocket, with planted children: no page of one reader holds a word of what is another's."""

import csv
import re
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from planted import ADDRESSES, CANARY, NEARBY, READERS, SAYS_NO, address_of
from pypdf import PdfReader
from server import opened

from pages.parts.navigation import FORMER_ADDRESSES

pytestmark = pytest.mark.xdist_group("server")
OF_FAR = {"far", "Quaygate", "South", "Westmorland"}  # cells of a table that name the other hub, or where it lies


def asked(planted, page, reader, **link):
    """All that a server sends to a reader who follows a link, as one text of its bytes."""
    with opened(planted, page, urlencode({"invented_reader": reader, **link})) as tab:
        assert_sound(tab)
        return tab.sent()


def assert_sound(tab):
    assert not any(message.HasField("page_not_found") for message in tab.messages)
    assert not tab.elements("exception") and "Traceback" not in tab.sent()


# The analyst reads the same pages of the same hubs as the command team, and Data quality.
@pytest.mark.parametrize("reader", [pytest.param(name, marks=pytest.mark.long if name == "Analyst" else ()) for name in READERS])
def test_every_page_is_open_to_its_roles_and_to_no_other(planted, written, reader):
    """And each of its files, whose button is pressed: sums, marked and written down, and of a sergeant's none of another hub."""
    role, taken, others = READERS[reader], {}, {}
    for page, (_, roles) in ADDRESSES.items():
        with opened(planted, address_of(page, role), urlencode({"invented_reader": reader})) as tab:
            assert_sound(tab)
            assert (SAYS_NO in tab.sent()) == (role not in roles), page
            tab.unfold()
            assert_sound(tab)
            assert CANARY not in tab.sent() and NEARBY not in tab.sent(), page
            if role == "hub":
                assert_of_near_alone(tab.sent(), page, roles)
            for name in tab.files():
                assert role in roles, page
                taken[page, name] = tab.file(planted, name)
            for kind, name in [("png", name) for name in tab.files("png")] + [("pack", name) for name in tab.files("pack")]:
                assert role in roles, page
                others[page, name] = tab.content(planted, name, kind)
    names = {name for _, name in taken}
    assert (len(names) > 25) == (role in ("command", "hub", "analyst"))
    assert bool(names) == (role != "board")
    for (_, name), text in taken.items():
        assert_numbers(text, name)
        assert text.startswith(f'"INVENTED DATA · {reader} · ')
        assert CANARY not in text and NEARBY not in text
        assert role != "hub" or not OF_FAR & set(re.split(r"[,\r\n]+", text))
    assert list(written("export")["name"]) == [reader] * (len(taken) + len(others))
    assert_pictures_and_packs(others, role)
    by_hub = [text for (_, name), text in taken.items() if name.endswith("-by-hub")]
    assert bool(by_hub) == (role in ("command", "analyst")), "a hub alone has no table of hubs"
    assert all("\r\nnear," in text and "\r\nfar," in text for text in by_hub)


def test_a_file_is_as_a_spreadsheet_should_show_it(planted):
    """Of eight detentions of children of 16: a band in words, as 10-13 would be a month to it."""
    link = {
        "invented_reader": "Chief superintendent, command team",
        "custody-measure": "Detentions of children",
        "custody-split": "Age",
    }
    with opened(planted, "custody", urlencode(link)) as tab:
        tab.unfold()
        _, head, row = tab.file(planted, "detentions-by-age_band").splitlines()
    assert (head, row.split(",")[:2]) == ("age_band,numerator,denominator,value,lower,upper", ["16 to 17", "8"])


# A figure in words: 38.6%, 409 to 494, 1,234, 450 detentions, up 14.
IN_WORDS = re.compile(
    r"(up|down)? ?-?[\d,.]+%|[\d,.]+%? to [\d,.]+%?|\d{1,3}(,\d{3})+(\.\d+)?|\d+ of \d+|(up|down) [\d,.]+|[\d,.]+ [a-z ]+"
)
AGES = ("age_band", "age")


def assert_pictures_and_packs(found, role):
    """Every chart as a picture, and the packs of whoever has a meeting: of a sergeant's none says a word of the other hub."""
    packs = {name: content for (page, name), content in found.items() if page == "meeting"}
    assert set(packs) == ({".pptx", ".pdf"} if role in ("command", "hub", "analyst") else set())
    pictures = [content for (page, _), content in found.items() if page != "meeting"]
    assert all(content.startswith(b"\x89PNG") for content in pictures)
    assert (len(pictures) > 2) == (role in ("command", "hub", "analyst"))
    for name, content in packs.items():
        told = words_of(name, content)
        assert "INVENTED DATA" in told and CANARY not in told and NEARBY not in told
        assert role != "hub" or not OF_FAR & set(re.findall(r"\w+", told.replace("so far", "")))


def words_of(name, content):
    """All that a pack says: every part of its file, or every page."""
    if name == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    with ZipFile(BytesIO(content)) as parts:
        return "\n".join(parts.read(part).decode("utf-8", errors="replace") for part in parts.namelist())


def assert_numbers(text, name):
    """A file has its figures as numbers: words are in the columns of words alone."""
    _, head, *rows = csv.reader(text.splitlines())
    wordy = {
        cell for row in rows for column, cell in zip(head, row, strict=True) if column not in AGES and IN_WORDS.fullmatch(cell)
    }
    assert not wordy, f"{name}: {sorted(wordy)[:5]}"


def assert_of_near_alone(sent, page, roles):
    """A sergeant never hears of another hub."""
    if "hub" in roles and page != "definitions":
        assert "Near" in sent, page
    assert "Quaygate" not in sent.replace("Sergeant, Quaygate hub", ""), page


@pytest.mark.parametrize("hub", ["Quaygate", "All hubs", "South area", "Westmorland council", "Nowhere", "' OR 1=1 --"])
def test_a_link_to_another_place_is_refused(planted, hub):
    for page in ("custody", "records", "revisions", "told"):
        sent = asked(planted, page, "Sergeant, Near hub", hub=hub)
        assert SAYS_NO in sent and "is not yours to see; you may open Near." in sent
        assert CANARY not in sent


@pytest.mark.parametrize("reader", READERS)
def test_a_former_address_opens_the_same_page_to_the_same_roles(planted, written, reader):
    for page, formers in FORMER_ADDRESSES.items():
        title, roles = ADDRESSES[page]
        for former in formers:
            sent = asked(planted, former, reader)
            assert title in sent, former
            assert (SAYS_NO in sent) == (READERS[reader] not in roles), former
    assert set(written("page")["page"]) | set(written("refusal")["page"]) == {ADDRESSES[page][0] for page in FORMER_ADDRESSES}


def test_a_link_to_a_former_address_keeps_its_choices(planted):
    sent = asked(planted, "told", "Analyst", hub="Nowhere", told="1 April 2020, 09:30")
    assert "asks for “Nowhere” under “Hub, area or council”" in sent and "Revised figures" in sent


def test_the_check_can_fail(planted):
    """The command team may open the far hub, and then its name is there."""
    assert "Quaygate" in asked(planted, "custody", "Chief superintendent, command team", hub="Quaygate")
