"""Who may see what, in a real browser: pages, links to another hub, files and records, and what the log then says."""

import json
from urllib.parse import urlencode

import pytest
from planted import ADDRESSES, CANARY, NEARBY, READERS, SAYS_NO, address_of
from playwright.sync_api import expect
from test_browser import settled

pytestmark = pytest.mark.xdist_group("server")

SERGEANT, CHIEF = "Sergeant, Near hub", "Chief superintendent, command team"
SOON = 20_000  # milliseconds in which a page of a busy machine is there
SOME_OF_ITS_OWN = {
    "command": ("custody", "concentration"),
    "hub": ("records", "missing"),
    "board": ("nights", "definitions"),
    "analyst": ("data_quality", "custody"),
    "audit": ("access_log", "definitions"),
}
# Charted, set beside published figures, listed; a measure that needs no year of data before the first point of its line.
WITH_FILES = {"missing": {"missing-measure": "Missing episodes", "missing-split": "Age"}, "concentration": {}}
DRAWN = (
    """() => document.querySelector('h1') && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')"""
)
REASON = "Daily briefing: who needs a return interview"


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield context.new_page()
    context.close()


def follow(tab, planted, page, reader, **link):
    """Open a page by a link, as a reader who has just come; gives all that the browser then holds."""
    tab.goto(f"{planted}/{address_of(page, READERS[reader])}?{urlencode({'invented_reader': reader, **link})}")
    tab.wait_for_function(DRAWN, timeout=60_000)
    return tab.content()


def title(tab):
    return tab.locator("h1").inner_text()


@pytest.mark.parametrize("reader", READERS)
def test_a_role_gets_its_own_pages_and_is_refused_every_other(tab, planted, written, sampled, reader):
    """Of the others every eighth: `test_matrix` asks for each without a browser."""
    role = READERS[reader]
    for page in SOME_OF_ITS_OWN[role]:
        held = follow(tab, planted, page, reader)
        assert title(tab) != SAYS_NO, page
        assert CANARY not in held and NEARBY not in held, page
    closed = sampled([page for page, (_, roles) in ADDRESSES.items() if role not in roles], 8)
    for page in closed:
        held = follow(tab, planted, page, reader)
        assert title(tab) == SAYS_NO, page
        assert CANARY not in held and "Quaygate" not in held.replace("Sergeant, Quaygate hub", ""), page
    assert sorted(written("refusal")["page"]) == sorted(ADDRESSES[page][0] for page in closed)


def test_a_link_into_another_hub_is_refused_and_written_down(tab, planted, written):
    for page, link in (("custody", {}), ("records", {"measure": "Missing episodes"}), ("revisions", {}), ("hub", {})):
        held = follow(tab, planted, page, SERGEANT, hub="Quaygate", **link)
        assert title(tab) == SAYS_NO, page
        assert "“Quaygate” is not yours to see; you may open Near." in held
        assert CANARY not in held
    refusals = written("refusal")
    assert list(refusals["page"][::-1]) == ["Police custody", "Records", "Revised figures", "My hub"]
    assert set(refusals["reason"]) == {"“Quaygate” is not yours to see; you may open Near."}
    assert {json.loads(filters)["hub"] for filters in refusals["filters"]} == {"Quaygate"}


def downloads(tab):
    """Every file that a page offers, by name."""
    while (closed := tab.locator("details:not([open]) > summary")).count():
        closed.first.click()
    settled(tab)
    buttons = tab.get_by_role("button", name="Download CSV")
    expect(buttons.last).to_be_visible(timeout=SOON)
    files = {}
    for button in buttons.all():
        with tab.expect_download() as download:
            button.click()
        files[download.value.suggested_filename] = download.value.path().read_text(encoding="utf-8-sig")
    return files


@pytest.mark.parametrize("reader", [SERGEANT, pytest.param(CHIEF, marks=pytest.mark.long)])
def test_what_is_downloaded_is_marked_and_written_down(tab, planted, written, reader):
    files = {}
    for page, link in WITH_FILES.items():
        follow(tab, planted, page, reader, **link)
        settled(tab)
        files |= downloads(tab)
    assert len(files) == (7 if reader == SERGEANT else 9)  # no published figure is of a hub, and a hub alone has no table of hubs
    for name, text in files.items():
        assert text.startswith(f'"INVENTED DATA · {reader} · '), name
        assert CANARY not in text and NEARBY not in text, name
    exports = written("export")
    assert set(exports["name"]) == {reader}
    assert sorted(f"{json.loads(filters)['table']}.csv" for filters in exports["filters"]) == sorted(files)
    assert not exports["records"].str.contains('"').any(), "sums, and no record"


def test_records_are_shown_for_a_reason_and_never_another_hubs(tab, planted, written):
    follow(tab, planted, "records", SERGEANT, measure="Missing episodes")
    assert NEARBY not in tab.content()
    why = tab.get_by_role("textbox", name="To see these records, say why")
    why.fill("to see")
    tab.get_by_role("button", name="Show records").click()
    expect(tab.get_by_text("“to see” does not say why")).to_be_visible(timeout=SOON)
    assert written("records").empty and NEARBY not in tab.content()

    why.fill(REASON)
    tab.get_by_role("button", name="Show records").click()
    expect(tab.get_by_text(f"Opened for: {REASON}.")).to_be_visible(timeout=SOON)
    settled(tab)
    assert shown_in(tab) == {f"{NEARBY}-child", *(f"{NEARBY}-{n}" for n in range(3))}
    (text,) = downloads(tab).values()
    assert text.startswith(f'"INVENTED DATA · {SERGEANT} · ')
    assert [text.count(f"{NEARBY}-{n}") for n in range(3)] == [1, 1, 1]
    assert CANARY not in text

    tab.get_by_role("combobox", name="Measure").click()
    tab.keyboard.type("Detentions of children")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Detentions of children").first).to_be_visible(timeout=SOON)
    settled(tab)
    expect(why).to_have_count(0)  # asked once
    assert CANARY not in tab.content()

    (reason,) = written("reason")["reason"]
    assert reason == REASON
    seen = written("records")
    assert list(seen["reason"]) == [REASON, REASON]
    assert {json.loads(filters)["table"] for filters in seen["filters"]} == {"missing_episodes-records", "detentions-records"}
    assert len(written("export")) == 1
    assert set(written(record=f"{NEARBY}-1")["action"]) == {"records", "export"}
    assert written(record=f"{CANARY}-1").empty


def test_nothing_of_a_reader_stays_for_the_next_at_the_same_screen(tab, planted):
    """Records and reason go at once, the hub that was chosen with them, and back with the reader the reason is asked again."""
    follow(tab, planted, "records", SERGEANT, measure="Missing episodes")
    tab.get_by_role("textbox", name="To see these records, say why").fill(REASON)
    tab.get_by_role("button", name="Show records").click()
    expect(tab.get_by_text(f"Opened for: {REASON}.")).to_be_visible(timeout=SOON)
    read_as(tab, CHIEF)
    expect(tab.get_by_role("heading", name=SAYS_NO)).to_be_visible(timeout=SOON)
    held = tab.content()
    assert NEARBY not in held and REASON not in held
    read_as(tab, SERGEANT)
    expect(tab.get_by_role("textbox", name="To see these records, say why")).to_be_visible(timeout=SOON)

    follow(tab, planted, "custody", CHIEF, hub="Quaygate")
    read_as(tab, SERGEANT)
    expect(tab.get_by_text("Near, November 2025 to October 2026").first).to_be_visible(timeout=SOON)
    assert "Quaygate" not in tab.locator("[data-testid=stMain]").inner_text()


def read_as(tab, reader):
    tab.get_by_role("combobox", name="Read the invented force as").click()
    tab.get_by_role("option", name=reader).click()


def shown_in(tab):
    """The ids of records in the table on screen."""
    cells = tab.locator(".listing td").all_inner_texts()
    return {cell for cell in cells if cell.startswith((NEARBY, CANARY))}
