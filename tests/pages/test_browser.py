"""Every page in a real Chromium, wide and narrow: no error, nothing cut off, nothing that bars a reader with a disability."""

import re
from codecs import BOM_UTF8
from urllib.parse import urlencode

import pytest
import server
from axe_playwright_python.sync_playwright import Axe
from pages_listed import ADDRESSES, BOARD, OF_COMMAND, OF_OTHERS, OWNER, SERGEANT
from playwright.sync_api import Page, expect
from server import AT_REST, serving

# Each database has its server and its browser in a worker of its own.
DEMO, SEARCHES = pytest.mark.xdist_group("browser on the demo"), pytest.mark.xdist_group("browser on searches")
WIDTHS = {"wide": 1440, "narrow": 390}
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# One of each kind of page; all of them are opened on the invented force.
OF_EACH_KIND = ("", "stop_search", "custody", "emerging", "disproportionality", "data_quality", "revisions")
# On a direct link Streamlit's own client looks for its server below the page's address first, then above it.
PROBES = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="module")
def on_demo(demo_url):
    """The invented force, read by the command team where a link names no other reader."""
    # A server that has just started has every chart to judge: its first page is opened, and stays so.
    with serving(demo_url) as address, server.opened(address, ""):
        yield address


@pytest.fixture(scope="module")
def on_searches(searches_url, context):
    with serving(searches_url, local=True) as address:
        context.add_cookies(server.cookies_of(address))
        yield address


@pytest.fixture(scope="module")
def context(browser):
    """What all tabs share, as those of one reader do: what the browser has loaded once it has."""
    found = browser.new_context(viewport={"width": WIDTHS["wide"], "height": 1000})
    yield found
    found.close()


@pytest.fixture
def tab(context):
    """A new tab of either width, which remembers what went wrong in it."""
    page = new_tab(context)
    yield page
    page.close()


@pytest.fixture(scope="module")
def command_team(context, on_demo):
    """A tab in which the command team goes from page to page: a browser takes seconds to read Streamlit anew for each."""
    page = opened(new_tab(context), on_demo)
    yield page
    page.close()


def new_tab(context) -> Page:
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "console", lambda message: page.faults.append(f"{message.text} {message.location['url']}") if _is_fault(message) else 0
    )
    return page


def _is_fault(message) -> bool:
    return message.type == "error" and not message.location["url"].endswith(PROBES)


def opened(tab: Page, address: str, width: str = "wide") -> Page:
    tab.set_viewport_size({"width": WIDTHS[width], "height": 1000})
    tab.goto(address)
    tab.wait_for_selector("h1", timeout=60_000)
    settled(tab)
    return tab


def resized(tab: Page, width: str) -> None:
    """Make the window of a page wide or narrow, as turning a tablet does: what it shows is drawn again, not asked again."""
    tab.set_viewport_size({"width": WIDTHS[width], "height": 1000})
    settled(tab)


def settled(tab: Page) -> None:
    """Wait until the server has had nothing more to say for a while, every chart is drawn, and all stands where it will stay.

    A press on what still moves is lost: it goes down on one thing and comes up on another.
    """
    tab.evaluate("window.restingSince = undefined")
    tab.wait_for_function(AT_REST, timeout=60_000)


def overflow(tab: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(
        tab.evaluate(
            "Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".map(part => part.scrollWidth - part.clientWidth))"
        )
    )


def assert_sound_at_every_width(tab: Page, *, axe_when_wide: bool = True) -> None:
    """As the page was opened, and at the other width, there with axe only where it is said so."""
    assert_sound(tab)
    resized(tab, "wide")
    assert_sound(tab, axe=axe_when_wide)


def assert_sound(tab: Page, *, axe: bool = True) -> None:
    """No error, nothing cut off; and, by axe, nothing that bars a reader with a disability."""
    text = tab.inner_text("body")
    assert not tab.faults, tab.faults
    assert tab.locator('[data-testid="stException"]').count() == 0
    assert "nan" not in text.lower().split()
    assert not [drawn for drawn in tab.locator(".js-plotly-plot svg text").all_text_contents() if re.search(r"</?\w+>", drawn)]
    assert overflow(tab) == 0
    if not axe:
        return
    assert_accessible(tab)


def assert_accessible(tab: Page) -> None:
    found = Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG_2_2_AA}})
    assert not found.response["violations"], found.generate_report()


@DEMO
@pytest.mark.parametrize("page", OF_COMMAND)
def test_every_page_on_the_demo(command_team, page, pytestconfig):
    command_team.faults.clear()
    resized(command_team, "wide")
    command_team.locator(f'[data-testid="stSidebar"] a[href="{page}"]').click()
    command_team.locator("h1", has_text=OF_COMMAND[page]).wait_for()
    settled(command_team)
    assert "Invented data" in command_team.inner_text("body")
    assert_sound(command_team, axe=page in OF_EACH_KIND or pytestconfig.getoption("--long"))
    resized(command_team, "narrow")
    assert_sound(command_team)


def address_for(reader, served, page):
    """A page as an invented reader of the invented force opens it."""
    path, _, query = page.partition("?")
    return f"{served}/{path}?{urlencode({'invented_reader': reader})}&{query}"


@DEMO
@pytest.mark.parametrize("page", ["", *(pytest.param(page, marks=pytest.mark.long) for page in ADDRESSES if page), "custody"])
def test_a_page_in_the_dark(tab, on_demo, page):
    tab.emulate_media(color_scheme="dark")
    opened(tab, f"{on_demo}/{page}", "wide")
    assert drawn(tab, ".stApp", "backgroundColor") == "rgb(11, 12, 12)"
    assert_accessible(tab)
    tab.emulate_media(color_scheme="light")


@DEMO
def test_a_cell_leads_to_its_chart_with_place_and_period_and_loads_nothing_again(tab, on_demo):
    opened(tab, f"{on_demo}/?period=Financial+year+2025%2F26")
    tab.evaluate("window.loadedOnce = true")
    cell = tab.get_by_role("link", name=re.compile("^Detentions that last overnight, Barrow: "))
    cell.focus()
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Police custody", level=1).wait_for()
    settled(tab)
    assert tab.get_by_text("Barrow, April 2025 to March 2026").first.is_visible()
    chart = tab.get_by_test_id("stPlotlyChart").first
    chart.focus()
    assert chart.evaluate("each => each === document.activeElement"), "the keyboard reaches it, and it is read as its sentence"
    assert chart.get_attribute("role") == "figure" and "normal range" in chart.get_attribute("aria-label")
    assert tab.evaluate("window.loadedOnce")
    tab.locator(".chips a", has_text="Detentions of children").click()
    tab.get_by_role("combobox", name="Measure").and_(tab.locator("[value='Detentions of children']")).wait_for()
    for _ in range(2):
        settled(tab)
        tab.go_back()
    tab.get_by_role("heading", name="Overview", level=1).wait_for()
    settled(tab)
    assert tab.get_by_text("All hubs, April 2025 to March 2026").first.is_visible()


@DEMO
@pytest.mark.parametrize(("reader", "page"), OF_OTHERS)
def test_every_page_of_other_readers(tab, on_demo, reader, page):
    opened(tab, address_for(reader, on_demo, page), "narrow")
    assert tab.locator("h1").inner_text() == OF_OTHERS[reader, page]
    assert "Invented data" in tab.inner_text("body")
    assert_sound_at_every_width(tab)
    if reader == BOARD:  # its sidebar is put aside, and leaves no room behind
        assert tab.locator("h1").bounding_box()["x"] < 100


@DEMO
def test_a_sergeant_says_why_and_then_sees_the_records_of_every_list(tab, on_demo):
    opened(tab, address_for(SERGEANT, on_demo, ""), "narrow")
    tab.get_by_role("textbox", name="To see these records, say why").fill("daily briefing, who needs a talk today")
    tab.get_by_role("button", name="Show records").click()
    tab.get_by_text("Opened for: daily briefing").wait_for()
    settled(tab)
    tab.get_by_role("link", name="Interviews late").click()
    settled(tab)
    tab.locator("summary", has_text="Older than a month when the data ended: ").click()
    settled(tab)
    assert tab.locator(".listing, [data-testid=stDataFrame]").count() == 2
    tab.get_by_role("link", name="Missing 3 or more times").click()
    settled(tab)
    (chosen,) = tab.locator("a[aria-current]").all()
    assert "Missing 3 or more times" in chosen.inner_text()
    assert_sound_at_every_width(tab)
    opened(tab, address_for(OWNER, on_demo, ""))
    assert "The log was complete and unchanged" in tab.inner_text("body")


ON_SEARCHES = ("", "stop_search", "data_quality")  # `test_pages` opens each of them there without a browser
SAMPLED = [page if page in ON_SEARCHES else pytest.param(page, marks=pytest.mark.long) for page in ADDRESSES]


@SEARCHES
@pytest.mark.parametrize("page", SAMPLED)
def test_every_page_with_nothing_but_searches(tab, on_searches, page, pytestconfig):
    opened(tab, f"{on_searches}/{page}", "narrow")
    assert "OFFICIAL-SENSITIVE" in tab.inner_text("body")
    assert_sound_at_every_width(tab, axe_when_wide=pytestconfig.getoption("--long"))


@SEARCHES
def test_a_page_is_marked_on_screen_and_on_every_sheet_of_paper(tab, on_searches):
    opened(tab, f"{on_searches}/stop_search")
    tab.locator("summary", has_text="Every measure").click()
    tab.wait_for_selector(".listing")
    banner = "OFFICIAL-SENSITIVE. Exact figures: a small count can identify a child. Not for sharing outside the force."
    assert banner in tab.inner_text("body")
    tab.wait_for_function("getComputedStyle(document.querySelector('.stMain')).backgroundImage !== 'none'")
    behind, foot = drawn(tab, ".stMain", "backgroundImage"), drawn(tab, ".stApp", "content", "::before")
    assert "OFFICIAL-SENSITIVE" in behind and "Analyst%20at%20this%20machine" in behind
    assert foot == "none"
    for opaque in (".listing", "[data-testid=stMetric]"):  # nothing crosses a figure
        assert drawn(tab, opaque, "backgroundColor") == "rgb(255, 255, 255)"
    tab.emulate_media(media="print")
    foot = drawn(tab, ".stApp", "content", "::before")
    assert foot.startswith('"OFFICIAL-SENSITIVE · Analyst at this machine · ')
    assert drawn(tab, ".stApp", "position", "::before") == "fixed"
    assert drawn(tab, ".stMain", "backgroundImage") == behind and drawn(tab, ".stMain", "printColorAdjust") == "exact"
    assert not tab.get_by_test_id("stSidebar").is_visible()


def drawn(tab: Page, part: str, name: str, beside: str | None = None) -> str:
    """A style of a part of the page, or of what is drawn beside it."""
    styles = "([part, name, beside]) => getComputedStyle(document.querySelector(part), beside)[name]"
    return str(tab.evaluate(styles, [part, name, beside]))


@DEMO
def test_filters_open_on_a_narrow_screen(tab, on_demo):
    opened(tab, f"{on_demo}/custody", "narrow")
    tab.get_by_test_id("stExpandSidebarButton").click()
    tab.get_by_role("combobox", name="Hub").wait_for()
    tab.wait_for_timeout(500)  # the sidebar slides in
    assert_sound(tab)


@DEMO
def test_a_choice_goes_into_the_link_and_the_link_opens_the_same_view(tab, context, on_demo):
    opened(tab, f"{on_demo}/custody")
    tab.get_by_role("combobox", name="Hub").click()
    tab.get_by_role("option", name="Carlisle").click()
    tab.get_by_text("Carlisle, November 2025 to October 2026").first.wait_for()
    settled(tab)
    assert "hub=Carlisle" in tab.url
    copied = context.new_page()
    opened(copied, tab.url)
    assert copied.get_by_text("Carlisle, November 2025 to October 2026").first.is_visible()
    copied.locator('[data-testid="stMetricValue"]').first.wait_for()
    assert (
        copied.locator('[data-testid="stMetricValue"]').all_inner_texts()
        == tab.locator('[data-testid="stMetricValue"]').all_inner_texts()
    )
    copied.close()


@DEMO
def test_the_filters_stay_when_the_page_changes(tab, on_demo):
    opened(tab, f"{on_demo}/custody?hub=Barrow&period=Financial+year+2024%2F25")
    tab.get_by_role("link", name="Missing children").click()
    tab.get_by_role("heading", name="Missing children", level=1).wait_for()
    settled(tab)
    assert tab.get_by_text("Barrow, April 2024 to March 2025").first.is_visible()
    assert "hub=Barrow" in tab.url


@DEMO
def test_on_a_phone_the_menu_is_put_aside_once_a_page_is_chosen(tab, on_demo):
    """By the script of the links, which Streamlit would drop without a word if it did not like a letter of it."""
    opened(tab, f"{on_demo}/definitions", "narrow")
    assert tab.evaluate("window.softLinks") == 1
    if (closed := tab.get_by_test_id("stExpandSidebarButton")).is_visible():  # it may still be open from a wide window
        closed.click()
    link = tab.get_by_test_id("stSidebar").get_by_role("link", name="Revised figures")
    link.click()
    tab.get_by_role("heading", name="Revised figures").wait_for()
    expect(link).not_to_be_in_viewport()


@DEMO
def test_a_bad_link_shows_the_page_with_a_notice(tab, on_demo):
    opened(tab, f"{on_demo}/custody?hub=Nowhere")
    assert "asks for “Nowhere” under “Hub, area or council”" in tab.inner_text("body")
    assert "All hubs, November 2025 to October 2026" in tab.inner_text("body")


@DEMO
def test_the_table_behind_a_chart_downloads_as_csv(tab, on_demo):
    opened(tab, f"{on_demo}/custody")
    tab.get_by_text("The table behind this chart").nth(1).click()
    settled(tab)
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download CSV").first.click()
    assert download.value.suggested_filename == "overnight_share-by-hub.csv"
    assert download.value.path().read_bytes().startswith(BOM_UTF8), "by which Excel reads the marking as it is"
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert "INVENTED DATA · Chief superintendent, command team · " in lines[0]
    assert ". overnight_share by hub. 2025-11-01 to 2026-11-01 (not included)." in lines[0]
    assert lines[1] == "hub,numerator,denominator,value,lower,upper"
    assert [line.split(",")[0] for line in lines[2:8]] == [
        "allerdale",
        "barrow",
        "carlisle",
        "copeland",
        "eden",
        "south-lakeland",
    ]


@DEMO
def test_a_table_leaves_the_screen_by_its_marked_csv_alone(tab, on_demo):
    """Streamlit's own download and copy of a table would be neither marked nor written down, and a chart's picture neither."""
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(tab, f"{on_demo}/custody")
    assert tab.locator(".modebar-btn").count() == 0
    tab.locator("summary", has_text="Every measure").click()
    table = tab.locator(".listing").last
    table.click(position={"x": 60, "y": 60})
    assert "450 detentions" in table.inner_text() and "450 detentions" not in copied_from(tab)
    opened(tab, address_for(OWNER, on_demo, ""))
    sheet = tab.get_by_test_id("stDataFrame").last
    sheet.hover()
    buttons = tab.get_by_test_id("stElementToolbarButton").locator("button")
    offered = {label.partition(":")[0] for label in buttons.evaluate_all("all => all.map(each => each.ariaLabel)")}
    assert offered == {"Show/hide columns", "Search", "Fullscreen"}
    sheet.click(position={"x": 60, "y": 60})
    assert copied_from(tab) == "as before"


def copied_from(tab: Page) -> str:
    """What whoever marks all and copies it takes away."""
    tab.evaluate("navigator.clipboard.writeText('as before')")
    tab.keyboard.press("Control+a")
    tab.keyboard.press("Control+c")
    return str(tab.evaluate("navigator.clipboard.readText()"))


@DEMO
def test_a_page_stays_up_when_the_database_goes_and_comes_back(tab, tmp_path, searches_url):
    """The file is taken away and put back under a running server: a banner, then the figures again, by itself."""
    import shutil

    kept, served = searches_url.removeprefix("duckdb:///"), tmp_path / "served.duckdb"
    with serving(f"duckdb:///{served}", local=True) as address:
        tab.context.add_cookies(server.cookies_of(address))
        opened_without_figures(tab, address)
        shutil.copy(kept, served)
        tab.get_by_text("Overview").first.wait_for(timeout=30_000)


def opened_without_figures(tab: Page, address: str) -> None:
    tab.goto(address)
    tab.get_by_text("There is no reporting database").wait_for(timeout=60_000)
    assert tab.locator('[data-testid="stException"]').count() == 0
