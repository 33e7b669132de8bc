"""A page shown to a room in a real Chromium of 1280 x 720; and the button that makes a picture of a chart."""

import json
import re

import pytest
from playwright.sync_api import expect
from server import AT_REST, opened, serving

from audit import log

MOST_PRESSES = 12  # to the end of a tall screen
_COUNTED = re.compile(r"(\d+) of (\d+)")
pytestmark = pytest.mark.xdist_group("present")

# Letters that are seen: of every text node, and in drawings as tall as they are drawn.
SMALL = """() => {
    const seen = e => {
        const box = e.getBoundingClientRect(), style = getComputedStyle(e);
        return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && +style.opacity > 0.05
            && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    for (let node; node = walker.nextNode();) {
        const parent = node.parentElement;
        if (!node.data.trim() || parent.closest("style,script,noscript,[data-testid=stIconMaterial]") || !seen(parent)) continue;
        const size = parseFloat(getComputedStyle(parent).fontSize);
        if (size < 22) found.push(`${size.toFixed(1)} px: ${node.data.trim().slice(0, 60)}`);
    }
    return found;
}"""
OVERFLOW = """Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]
    .map(part => part.scrollWidth - part.clientWidth))"""


@pytest.fixture(scope="module")
def served(demo_url):
    with serving(demo_url) as address:
        yield address


@pytest.fixture(scope="module")
def room(browser, served):
    """The screen of a meeting room, at which the command team shows its pages."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(f"{served}/custody?present=1")
    page.wait_for_selector("h1", timeout=60_000)
    yield page
    context.close()


def settled(room):
    room.evaluate("window.restingSince = undefined")
    room.wait_for_function(AT_REST, timeout=60_000)


def shown(room, page, title):
    """A page as its link opens it, once it stands still."""
    room.goto(page)
    room.get_by_role("heading", name=title, level=1).wait_for(timeout=60_000)
    settled(room)
    room.wait_for_timeout(300)  # screens are made of it a moment later


def place(room):
    counter = room.locator(".presenting .place")
    expect(counter).to_have_text(_COUNTED)  # it is blank until the screens are made
    at, of = _COUNTED.fullmatch(counter.inner_text()).groups()
    return int(at), int(of)


def assert_reads_across_the_room(room):
    assert not room.faults and room.locator("[data-testid=stException]").count() == 0
    assert not room.get_by_test_id("stSidebar").is_visible() and not room.get_by_test_id("stHeader").is_visible()
    assert room.evaluate(SMALL) == []
    assert room.evaluate(OVERFLOW) == 0
    marking = room.locator(".st-key-marking")
    expect(marking).to_be_in_viewport()
    assert "Invented data: no child, crime or event here is real." in marking.inner_text()


@pytest.mark.parametrize(
    ("page", "title"), [("custody", "Police custody"), ("meeting", "Meeting"), ("", "Overview"), ("balance", "Balance")]
)
def test_each_screen_of_a_page_can_be_read_across_the_room(room, served, page, title):
    shown(room, f"{served}/{page}?present=1", title)
    at, of = place(room)
    assert at == 1 and of > 1
    seen = []
    for number in range(1, of + 1):
        assert place(room) == (number, of)
        assert_reads_across_the_room(room)
        seen.append(room.locator(".st-key-body").inner_text())
        if number < of:
            go_on(room)
    assert len(set(seen)) == of, "each screen shows something of its own"
    room.keyboard.press("ArrowLeft")
    room.wait_for_timeout(250)
    assert place(room) == (of - 1, of) and room.locator(".st-key-body").inner_text() == seen[-2]


def go_on(room):
    """To the next screen: down this one first, where it is taller than the room's."""
    at = place(room)[0]
    for _ in range(MOST_PRESSES):
        room.keyboard.press("ArrowRight")
        room.wait_for_timeout(250)
        if place(room)[0] > at:
            return
    raise AssertionError(f"screen {at} has no end")


def test_after_the_last_screen_comes_the_next_page_and_esc_ends(room, served):
    shown(room, f"{served}/custody?present=1&hub=Barrow", "Police custody")
    while place(room)[0] < place(room)[1]:
        go_on(room)
    for _ in range(MOST_PRESSES):  # down the last screen, and on
        if "/custody" in room.url:
            room.keyboard.press("PageDown")
            room.wait_for_timeout(250)
    room.get_by_role("heading", name="Stop and search", level=1).wait_for(timeout=60_000)
    settled(room)
    room.wait_for_timeout(300)
    assert "present=1" in room.url and place(room)[0] == 1 and room.locator(".presenting").is_visible()
    room.keyboard.press("Escape")
    room.get_by_test_id("stSidebar").wait_for(timeout=60_000)
    settled(room)
    assert "present=1" not in room.url and room.locator(".presenting").count() == 0
    assert room.locator("h1").inner_text() == "Stop and search"
    assert float(room.locator("html").evaluate("e => getComputedStyle(e).fontSize").removesuffix("px")) < 20


def test_the_link_of_a_page_shows_it_to_a_room_with_its_place(room, served):
    shown(room, f"{served}/custody?hub=Barrow", "Police custody")
    room.get_by_role("link", name="Present").click()
    room.locator(".presenting").wait_for()
    settled(room)
    assert "present=1" in room.url and "hub=Barrow" in room.url
    assert room.get_by_text(re.compile("Barrow, November 2025 to October 2026")).first.is_visible()


def test_a_chart_is_downloaded_as_a_picture_and_logged(room, served):
    before = set(log.entries()["number"])
    shown(room, f"{served}/custody?hub=Barrow", "Police custody")
    with room.expect_download() as download:
        room.get_by_role("button", name="PNG").first.click()
    assert download.value.suggested_filename.endswith(".png")
    assert download.value.path().read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    found = log.entries(action="export")
    (entry,) = found[~found["number"].isin(before)].to_dict("records")
    about = json.loads(entry["filters"])
    assert about["table"].endswith("as a picture") and "Barrow" in json.dumps(about)


def test_where_an_export_cannot_be_logged_no_picture_is_made(demo_url):
    """Over the wire: the button of the chart gets no file."""
    with serving(demo_url, AUDIT_URL="sqlite:////dev/null/audit.sqlite") as address, opened(address, "custody") as tab:
        pictures = tab.files("png")
        assert pictures
        assert tab.press(next(iter(pictures)), "png") == ""
