"""A force whose every text is hostile, in a real browser: each page shows it letter by letter, and reads none of it as markup."""

import csv
import re
from urllib.parse import urlencode

import pytest
from hostile import EVIL, HONEST, HUBS, TEXTS, database, text_of
from planted import ADDRESSES, address_of
from playwright.sync_api import expect
from random_force import NAMES
from server import opened, serving
from test_browser import settled

from release import store

pytestmark = pytest.mark.xdist_group("hostile")

CHIEF, ANALYST, OWNER = "Chief superintendent, command team", "Analyst", "Information asset owner"
BOARD = "Member of the partnership board"
FAR = HUBS["H1"]
SERGEANT = f"Sergeant, {FAR} hub"
# What figures can be split by that is free text.
SPLITS = (
    *(("custody", split) for split in ("Offence group", "Custody suite", "Area", "Authority")),
    *(("stop_search", split) for split in ("Object of search", "Legislation", "Force")),
)
READERS = {CHIEF: "command", ANALYST: "analyst", OWNER: "audit"}  # all others are of a hub
REASON = f"Daily briefing {TEXTS[0]} :red[r] $x^2$"
# Whatever a page holds that can only come from a text that was read as markup. Our own pictures are SVG within the page.
DRAWN = f"""() => [
    ...[...document.querySelectorAll('a[href], a')].filter(each => !each.href.baseVal && each.origin !== location.origin),
    ...document.querySelectorAll('svg a'),
    ...[...document.querySelectorAll('img, iframe, object, embed, video, audio')]
        .filter(each => !/^data:image.svg/.test(each.getAttribute('src'))),
    ...[...document.querySelectorAll('script')].filter(each => /hostile/.test(each.text)),
    ...[...document.querySelectorAll('*')].filter(each => ['src', 'srcset', 'action', 'data', 'style']
        .some(name => each.getAttribute(name)?.includes('{EVIL}'))),
    ...document.querySelectorAll('.katex, [class*=stMarkdownColored], [class*=stMarkdownBadge], [aria-label="skull icon"]'),
    ...document.querySelectorAll('[data-testid=stMarkdownContainer] :is(del, em, table, blockquote, pre, hr, h4, img, sup)'),
].map(each => each.outerHTML.slice(0, 300))"""
_PLOTLY_HOVERS_AFTER = 60  # milliseconds in which it looks once where the mouse is
SAID = "() => document.body.innerText.replaceAll('\\u2060', '').replace(/\\s+/g, ' ')"


@pytest.fixture(scope="module")
def address():
    with serving(database()) as found:
        yield found


@pytest.fixture(scope="module")
def tab(browser):
    """A tab that remembers whatever was asked of another server, and every dialog and fault."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.strange = []
    page.on("request", lambda request: page.strange.append(request.url) if EVIL in request.url.partition("?")[0] else None)
    page.on("dialog", lambda dialog: (page.strange.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: page.strange.append(str(error)))
    yield page
    page.context.close()


def follow(tab, address, page, reader, **link):
    """Open a page by a link, with all that is folded away, and look whether anything in it was read as markup."""
    tab.strange.clear()
    tab.goto(f"{address}/{page}?{urlencode({'invented_reader': reader, **link})}")
    tab.wait_for_selector("h1", timeout=60_000)
    return look(tab)


def look(tab):
    """All that a page says: its notices, which go when something is pressed, and once nothing of it is folded away."""
    settled(tab)
    before = tab.evaluate(SAID)
    for closed in tab.locator("details:not([open]) > summary").all()[::-1]:
        closed.click()
    settled(tab)
    assert_plain(tab)
    return before + tab.evaluate(SAID)


def assert_plain(tab):
    assert tab.evaluate(DRAWN) == []
    assert tab.evaluate("window.hostile === undefined")
    assert tab.strange == []
    assert tab.locator("[data-testid=stException]").count() == 0
    assert "🍕" not in tab.evaluate(SAID)


def as_shown(text):
    """A text as a page shows it: on one line, with a mark for what would turn it round."""
    return re.sub(r"\s+", " ", re.sub("[\u202a-\u202e]", "\ufffd", text)).strip()


def hover_texts(tab):
    """What the charts say of each bar and point under the mouse."""
    found = []
    for chart in tab.locator("[data-testid=stPlotlyChart]").all():
        chart.scroll_into_view_if_needed()
        for point in chart.locator(".barlayer .point path, .scatterlayer .point").all()[:12]:
            box = point.bounding_box()
            tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=2)
            tab.wait_for_timeout(_PLOTLY_HOVERS_AFTER)
            found += chart.locator(".hoverlayer .hovertext").all_text_contents()
        assert_plain(tab)
    return found


def names_in_charts(tab):
    """The names beside the bars, of several lines each."""
    return [label.replace(" ", "") for label in tab.locator(".ytick text").all_text_contents()]


def cells(tab):
    """The cells of all tables, of sheets those that a reading voice is given beside the drawn ones."""
    return {as_shown(cell) for cell in tab.locator("[role=gridcell], .listing td").all_inner_texts()}


def test_the_page_of_a_theme_and_its_charts_show_names_as_they_are(tab, address):
    """Of hubs, offences and whoever set a target: under a title, beside bars, at the mouse; and what a hostile link asks for."""
    hostile = dict(zip(("period", "place", "as_at", "custody-measure", "custody-time"), TEXTS, strict=False))
    said = follow(tab, address, "custody", CHIEF, hub=HONEST, **hostile, **{"custody-split": "Offence group"})
    assert f"{HONEST}, July 2024 to June 2025" in said
    for text in list(hostile.values())[:4]:
        assert f"“{as_shown(text[:59])}…”" in said, text
    assert as_shown(f"set by {text_of('set_by', 'board')} on 1 April 2024: {text_of('reason', 'target')}.") in said
    drawn, hovered = names_in_charts(tab), hover_texts(tab)
    assert any(label.startswith(HONEST.replace(" ", "")) for label in drawn), drawn
    for name in (*HUBS.values(), *(text_of("offence_group", group) for group in ("theft", "violence"))):
        start = as_shown(name).replace(" ", "")[:15]
        assert any(label.startswith(start) for label in drawn), (name, drawn)
        assert any(label.startswith(as_shown(name)[:60]) for label in hovered), (name, hovered)


def test_records_are_shown_under_a_hostile_reason_and_the_log_shows_it_as_it_is(tab, address):
    said = follow(tab, address, "records", SERGEANT, measure="Detentions of children")
    assert f"{FAR}, July 2024 to June 2025" in said
    tab.get_by_role("textbox", name="To see these records, say why").fill(REASON)
    tab.get_by_role("button", name="Show records").click()
    expect(tab.get_by_text("What you open is logged.")).to_be_visible(timeout=60_000)
    settled(tab)
    assert_plain(tab)
    assert f"Opened for: {REASON}. What you open is logged." in tab.evaluate(SAID)
    children = {text_of("child_id", f"{name}{n}") for name in NAMES for n in range(10)}
    assert cells(tab) & {as_shown(child) for child in children}

    follow(tab, address, "", OWNER)
    assert {as_shown(SERGEANT), REASON} <= cells(tab)


def test_what_loads_say_is_shown_as_it_is(tab, address):
    follow(tab, address, "data_quality", ANALYST)
    said = {text_of("source_file", "file"), text_of("reason", "reason"), text_of("column_name", "column")}
    assert {as_shown(text) for text in said} <= cells(tab)


def test_a_file_holds_texts_as_they_are_but_runs_none(address):
    """Text that a spreadsheet would run has an apostrophe before it, and nothing else is changed."""
    with opened(address, "custody", urlencode({"invented_reader": CHIEF, "custody-split": "Offence group"})) as page:
        page.unfold()
        _, _, *rows = csv.reader(page.file(address, "overnight_share-by-offence_group").splitlines())
    groups = {text_of("offence_group", group) for group in ("theft", "violence")}
    assert groups == {group[1:] if group.startswith("'=") else group for group, *_ in rows} - {"unknown"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.long
@pytest.mark.parametrize("reader", [CHIEF, *(f"Sergeant, {HUBS[hub]} hub" for hub in ("H0", "H1", "H2")), ANALYST, OWNER])
def test_every_page_of_every_role_is_plain(tab, address, reader):
    role = READERS.get(reader, "hub")
    for page, (_, roles) in ADDRESSES.items():
        if role in roles:
            follow(tab, address, address_of(page, role), reader)
            hover_texts(tab)


@pytest.mark.long
@pytest.mark.parametrize(("theme", "split"), SPLITS)
def test_figures_by_any_free_text_are_plain(tab, address, theme, split):
    follow(tab, address, theme, CHIEF, **{f"{theme}-split": split})
    assert f"by {split.lower()}" in tab.evaluate(SAID)
    assert any(as_shown(text)[:10] in label for text in TEXTS for label in hover_texts(tab))


@pytest.mark.long
def test_every_place_that_can_be_chosen_is_named_as_it_is(tab, address):
    for place in (*HUBS.values(), f"{text_of('area', 'area')} area", f"{text_of('authority', 'authority')} council"):
        assert as_shown(place) in follow(tab, address, "missing", CHIEF, hub=place)


@pytest.fixture(scope="module")
def hostile_release(built_url, tmp_path_factory):
    """The release of the invented force with other names: what the board is shown of hubs, the force and who decided."""
    url = f"duckdb:///{tmp_path_factory.mktemp('hostile')}/releases.duckdb"
    with store.reading(built_url) as connection:
        (stored,) = store.all_releases(connection)
        frame = store.sealed_cells_of(connection, stored.number)
    names = dict(zip(stored.about["hubs"], (*TEXTS[:5], HONEST), strict=True))
    with store.writing(url) as connection:
        store.propose(connection, frame, {**stored.about, "hubs": names, "force": f"invented demo {TEXTS[1]}"}, TEXTS[0])
        store.decide(connection, 1, "publish", TEXTS[0], TEXTS[2])
    return url


@pytest.mark.xdist_group("board")
def test_the_board_is_shown_names_as_they_are(tab, demo_url, hostile_release, pytestconfig):
    """After a meeting of a hostile name."""
    shown = {}
    every = [page for page, (_, roles) in ADDRESSES.items() if roles == ("board",)]
    pages = {page: {} for page in every if page == "sheet" or pytestconfig.getoption("--long")}
    pages["nights"] = {"view": "By hub"}
    if "owed" in pages:
        pages["owed"] = {"question": TEXTS[2]}
    with serving(demo_url, AUDIENCE="board", RELEASE_URL=hostile_release) as address:
        for page, link in pages.items():
            tab.strange.clear()
            tab.goto(f"{address}/{address_of(page, 'board')}?{urlencode(link)}")
            for label, text in (("Meeting", TEXTS[0]), ("Who is present", TEXTS[1])):
                tab.get_by_role("textbox", name=label).fill(text, timeout=60_000)
            tab.get_by_role("button", name="Show the figures").click()
            tab.get_by_role("button", name="Next").wait_for(timeout=60_000)
            shown[page] = look(tab)
            if page == "nights":
                drawn, hovered = names_in_charts(tab), hover_texts(tab)
    assert f"Children first: {as_shown(f'invented demo {TEXTS[1]}')}" in shown["sheet"]
    assert all(as_shown(name) in shown["sheet"] for name in (*TEXTS[:5], HONEST))
    assert "owed" not in shown or f"“{as_shown(TEXTS[2][:59])}…”" in shown["owed"]
    assert any(label.startswith(HONEST.replace(" ", "")) for label in drawn), drawn
    assert any(as_shown(TEXTS[1])[:60] in label for label in hovered), hovered
