"""What the partnership board is shown, crawled over the wire: every number is a released one, and nothing else can be asked."""

import csv
import json
import re
from urllib.parse import quote, unquote, urlencode
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import expect
from server import AT_REST, opened, serving
from test_browser import assert_accessible, assert_sound, resized

from auth import sign_in
from metrics import words
from queries.engine import DatabaseUnavailable, connect
from release import store
from release.answers import released, summary, views
from release.answers.questions import CRIME, IN_CARE, OWED, QUESTIONS, SIX
from release.grid import HUB, PERIOD

pytestmark = pytest.mark.xdist_group("board")

MEETING = {"Meeting": "The board, quarter 3", "Who is present": "Police, both councils, health"}
SHOW = "Show the figures"
PAGES = {
    "": [{}],
    **{question.key: [{"view": views.TITLES[key]} for key in question.views] for question in SIX},
    "owed": [{"question": question.title, "view": views.TITLES[key]} for question in OWED for key in question.views],
    "crimes": [{"question": question.title, "view": views.TITLES[key]} for question in CRIME for key in question.views],
    "children_in_care": [
        *({"question": IN_CARE.title, "view": views.TITLES[key]} for key in IN_CARE.views),
        {"question": "What share of all else is of children in care?"},
    ],
    **{page: [{}] for page in ("groups", "rose_and_fell", "sheet")},
}
# Numbers that are no figures: in names of periods and places, in what a question asks, and in what the marks say.
NAMES = re.compile(
    r"\d{4}/\d{2}|(January|April|July|October) to (March|June|September|December) \d{4}|"
    r"(end of )?\d* ?(January|March|June|September|December|October|November) \d{4}(, \d\d:\d\d)?|"
    r"72 hours|12 months|aged \d+-\d+|every 100,000|\d+ to \d+(?= \()|outcome 21|\d+ of \d+ ·|Release \d+|0 to 4|"
    r"Too few: fewer than 10, or of fewer than 20|North West \d+ \(\d{4}\)"
)
# How many measures or hubs a sentence is of.
SAYS_HOW_MANY = re.compile(
    r"\w+ of \d+ cannot be shown|difference in \w+ others?|None of the \w+ that|Rounding leaves \w+ open|multiple of five|"
    r"at most four|up to four away"
)
IN_WORDS = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.I)
NUMBER = re.compile(r"(?<![\w.#-])(\d[\d,]*)(%?)")


@pytest.fixture(scope="module")
def release(released_url):
    with store.reading(released_url) as connection:
        found = store.latest_published(connection)
        return released.of(found, store.cells_of(connection, found.number))


@pytest.fixture(scope="module")
def board(released_url, demo_url):
    """The process of the board; it is given the address of a reporting database, which it must not open."""
    with serving(demo_url, AUDIENCE="board", RELEASE_URL=released_url) as address:
        yield address


@pytest.fixture(scope="module")
def tab(board):
    with opened(board, "") as tab:
        tab.fill_in(MEETING, SHOW)
        yield tab


@pytest.fixture(scope="module")
def allowed(release):
    return numbers_released(release)


def numbers_released(release):
    """Every number that may be on a page: those shown with their bands, and the percentages and rates of them."""
    plain = {end for told in release.told.values() for number in told.numbers.values() for end in ends(number)}
    plain |= {of_those_known(told, year, name) for told in release.told.values() for year in told.years for name in OF_WHOM}
    figures = [figure for question in QUESTIONS.values() for figure in figures_of(question, release)]
    plain |= {end for figure in figures if isinstance(figure, released.Rate) for end in (figure.low, figure.high)}
    percent = {end for figure in figures if isinstance(figure, released.Share) for end in ends(figure)}
    for frame in (summary.in_care(release), summary.other_groups(release)):
        percent |= {int(one) for cell in (*frame["Share"], *frame["Share between"]) for one in re.findall(r"(\d+)%", cell)}
    return plain, percent


def test_what_rounding_leaves_open_is_not_among_what_is_level(release):
    """Of the six, outcome 21 is lower, and of the searches that lead to action rounding leaves it open."""
    lower = "Clearly lower than the year before: “Crimes that end in outcome 21”. No clear difference in four others."
    assert summary.moved(release, SIX) == f"{lower} Rounding leaves one open."
    others = [question for question in SIX if summary.glanced_at(question) != "Crimes that end in outcome 21"]
    none = "None of the four that can be compared is clearly higher or lower than the year before."
    assert summary.moved(release, others) == f"{none} Rounding leaves one open."
    assert summary.moved(release, []) == "Nothing can be compared with the year before."


OF_WHOM = ("in_care", "ethnicity")


def ends(figure):
    return figure.value, figure.low, figure.high


def figures_of(question, release):
    """Every share and rate of a question that a release has the numbers for."""
    told = question.told(release)
    for cell in told.numbers:
        yield question.figure(release, **{name: one for name, one in cell if name not in ("counted", question.split)})
    yield from (question.rate(release, year) for year in told.years)


def of_those_known(told, year, name):
    """The sum of the categories that say what is known of the child."""
    categories = [one for one in told.categories(name, year) if one != "not recorded"]
    return sum(told.number({PERIOD: year, name: one}).shown for one in categories)


def texts(tab):
    """All that a page says: text, tables, what a reading voice says of charts, what they draw and what hovers over them."""
    found = [element.body for kind in ("markdown", "html", "heading", "alert") for element in tab.elements(kind)]
    found = [re.sub(r"<style>.*?</style>", " ", body, flags=re.S) for body in found]
    for chart in tab.elements("plotly_chart"):
        found += [chart.alt, *(text for trace in json.loads(chart.spec)["data"] for text in drawn(trace))]
    return [re.sub(r"<[^>]+>", " ", text.replace("<br>", " ")) for text in found]


def drawn(trace):
    """The numbers that a chart draws, and its texts; not where on the other axis they stand."""
    yield from trace.get("text", ())
    yield from (text for (text,) in trace.get("customdata", ()))
    if trace.get("mode") != "text":
        values = trace["x"] if trace.get("orientation") == "h" else trace["y"]
        yield from (f"{value:g}" for value in values if value is not None)


def cells_of(head, rows):
    """The cells of a file, with shares, which are fractions there, as a page says them."""
    for row in rows:
        yield from (
            f"{float(cell):.0%}" if name.startswith("share") and cell else cell for name, cell in zip(head, row, strict=True)
        )


def assert_released(found, allowed, where):
    plain, percent = allowed
    for text in found:
        rest = SAYS_HOW_MANY.sub(" ", NAMES.sub(" ", text.replace("\\", "")))
        for number, unit in NUMBER.findall(rest):
            value = int(number.replace(",", ""))
            assert value in (percent if unit else plain | percent), f"{number}{unit} in “{text}” on {where} is not released"
        assert not IN_WORDS.search(rest), f"a number in words in “{text}” on {where}"


@pytest.mark.parametrize("page", PAGES)
def test_every_number_on_every_page_and_in_every_file_is_released(tab, board, allowed, page):
    for query in PAGES[page]:
        tab.go(page, urlencode(query))
        found = texts(tab)
        assert len(found) > 3, page
        assert not tab.elements("exception") and not any("Traceback" in text for text in found)
        assert_released(found, allowed, f"{page} {query}")
        for name in tab.files():
            _, head, *rows = csv.reader(tab.file(board, name).splitlines())
            assert len(head) >= 3 and rows
            assert_released(cells_of(head, rows), allowed, f"the file {name}")


def test_the_crawler_would_find_a_number_that_is_not_released(allowed):
    plain, percent = allowed
    exact = next(number for number in range(1, 10_000) if number not in plain | percent)
    for text in (f"Barrow: {exact:,}", f"about {exact} of 450", "three children in Barrow"):
        with pytest.raises(AssertionError, match=r"Barrow|450"):
            assert_released([text], allowed, "a page")


def test_a_thousand_random_states_tell_nothing_but_what_is_released(tab, release, allowed, sampled):
    """Any page in any view, or any kind of event over any hubs and quarters: the sum of released cells, with a band for each."""
    random = np.random.default_rng(13)
    kinds = [told for told in release.told.values() if told.is_told and not told.about["at_the_end"]]
    states = [(page, query) for page, queries in PAGES.items() for query in queries]
    for _ in sampled(range(1000), 25):
        if random.random() < 0.3:
            page, query = states[random.integers(len(states))]
            tab.go(page, urlencode(query))
            assert_released(texts(tab), allowed, f"{page} {query}")
            continue
        told = kinds[random.integers(len(kinds))]
        hubs = list(random.choice(told.hubs, random.integers(0, len(told.hubs)), replace=False))
        quarters = sorted(random.choice(told.quarters, random.integers(1, 13), replace=False))
        tab.go("choosing")
        tab.go("choosing", of={"Of": told.name})
        tab.go(
            "choosing",
            of={"Of": told.name},
            **{
                f"hubs-{told.key}": [views.category(release, HUB, hub) for hub in hubs],
                f"quarters-{told.key}": [words.cell("quarter", quarter, {}) for quarter in quarters],
            },
        )
        (said,) = (text for text in texts(tab) if text.replace("\\", "").startswith(f"{told.name} in "))
        assert_is_a_sum(said.replace("\\", ""), told, hubs, quarters)


def assert_is_a_sum(said, told, hubs, quarters):
    """Whole years are told as years, all hubs as the force; all else is added up, at most four away for each number added."""
    years = [year for year in told.years if told.grid.dimensions[PERIOD].meaning[year] <= set(quarters)]
    left = [quarter for quarter in quarters if not any(quarter in told.grid.dimensions[PERIOD].meaning[year] for year in years)]
    cells = [told.number({PERIOD: one, **({HUB: hub} if hub else {})}) for one in (*years, *left) for hub in hubs or [""]]
    assert all(cell is not None for cell in cells)
    shown, low, high = (sum(getattr(cell, name) for cell in cells) for name in ("shown", "low", "high"))
    if len(cells) == 1:
        assert (
            ": 0 to 4 (as released)" if shown == 0 else f": about {shown:,}, between {low:,} and {high:,} (as released)"
        ) in said
    else:
        assert f": between {low:,} and {high:,}, as {len(cells)} released numbers add up, each up to four away" in said
    assert ("Too rough to use" in said) == (len(cells) > 1 and high - low > shown)
    assert high - shown == 4 * len(cells)


def test_the_axis_names_every_other_quarter_by_its_last_month_over_its_year(tab):
    tab.go("nights", urlencode({"view": views.TITLES["time"]}))
    (chart,) = tab.elements("plotly_chart")
    named = json.loads(chart.spec)["layout"]["xaxis"]["ticktext"]
    assert named[:2] == ["Sep<br>2026", "Mar<br>2026"] and all(re.fullmatch(r"(Mar|Sep)<br>\d{4}", one) for one in named)


def test_a_file_holds_what_the_page_shows_and_is_marked(tab, board, allowed):
    tab.go("nights", urlencode({"view": "By hub"}))
    (marking,), head, *rows = csv.reader(tab.file(board, "police-custody-by-hub").splitlines())
    assert marking.startswith("INVENTED DATA · Member of the partnership board · Release 1 · The board, quarter 3 · ")
    assert head == ["By hub", "number", "lowest", "highest", "of", "share", "share_lowest", "share_highest", "mark"]
    assert len(rows) > 5
    assert_released(cells_of(head, rows), allowed, "a file")
    for name, number, lowest, highest, of, share, *_, mark in rows:
        assert name and int(lowest) <= int(number or 0) <= int(highest), "numbers, and no words"
        assert bool(number) != bool(mark) or (mark.startswith("[") and not share)
        assert not share or float(share) == round(100 * int(number) / int(of)) / 100


def test_the_meeting_is_logged_with_the_release_before_the_first_figure(board, written):
    with opened(board, "nights") as tab:
        assert not tab.elements("plotly_chart") and not any("%" in text for text in texts(tab))
        tab.fill_in({"Meeting": "The board", "Who is present": " "}, SHOW)
        assert any("Say both" in text for text in texts(tab)) and not tab.elements("plotly_chart")
        tab.fill_in(MEETING, SHOW)
        assert tab.elements("plotly_chart")
        assert quote("Release 1 · The board, quarter 3 · ") in tab.sent(), "the watermark names release and meeting"
    (entry,) = written("meeting").to_dict("records")
    assert json.loads(entry["filters"]) == {
        "meeting": "The board, quarter 3",
        "present": "Police, both councils, health",
        "release": 1,
    }


@pytest.mark.parametrize("name", ["The monthly meeting of all partners " * 27, "\ufffe\x0b\uffff\ud7ff & <svg/>"])
def test_no_name_of_a_meeting_puts_the_watermark_out_of_sight(board, name):
    with opened(board, "nights") as tab:
        tab.fill_in({**MEETING, "Meeting": name}, SHOW)
        drawn = re.findall(r'data:image/svg\+xml,([^"]+)', tab.sent())[-1]
    picture = ElementTree.fromstring(unquote(drawn))
    assert max(int(picture.attrib[side]) for side in ("width", "height")) < 1440
    assert picture[0].text.startswith("INVENTED DATA · Member of the partnership board · Release 1 · ")


def test_where_the_meeting_cannot_be_logged_no_figure_is_shown(released_url, demo_url):
    nowhere = {"AUDIENCE": "board", "RELEASE_URL": released_url, "AUDIT_URL": "sqlite:////dev/null/audit.sqlite"}
    with serving(demo_url, **nowhere) as address, opened(address, "nights") as tab:
        tab.fill_in(MEETING, SHOW)
        assert any("cannot be written down" in text for text in texts(tab))
        assert not tab.elements("plotly_chart")


def test_the_process_of_the_board_opens_no_reporting_database_and_has_no_other_page(board, monkeypatch, demo_url):
    for page in ("custody", "records", "data_quality", "releases", "access_log"):
        with opened(board, page) as tab:
            assert any(message.HasField("page_not_found") for message in tab.messages), page
    monkeypatch.setenv("AUDIENCE", "board")
    with pytest.raises(DatabaseUnavailable, match="opens no reporting database"):
        connect(demo_url)


def test_the_process_of_the_board_refuses_to_start_without_a_proved_release(monkeypatch, tmp_path, released_url):
    monkeypatch.setenv("AUDIENCE", "board")
    monkeypatch.setenv("RELEASE_URL", f"duckdb:///{tmp_path / 'releases.duckdb'}")
    with pytest.raises(SystemExit, match="No proved release is published"):
        sign_in.check()
    monkeypatch.setenv("RELEASE_URL", released_url)
    sign_in.check()


def test_the_board_reads_the_same_in_the_forces_own_process(released_url, demo_url, tab):
    link = urlencode({"invented_reader": "Member of the partnership board"})
    with serving(demo_url, RELEASE_URL=released_url) as address, opened(address, "nights", link) as own:
        own.fill_in(MEETING, SHOW)
        charts = [chart.spec for chart in own.elements("plotly_chart")]
    tab.go("nights")
    assert charts and charts == [chart.spec for chart in tab.elements("plotly_chart")]


@pytest.fixture(scope="module")
def room(browser, board):
    """A screen in a meeting room, at which the meeting has been named."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{board}/entering?view=By+hub")
    page.get_by_test_id("stTextInputField").fill(MEETING["Meeting"])
    page.get_by_label("Who is present").fill(MEETING["Who is present"])
    page.get_by_role("button", name=SHOW).click()
    page.locator(".js-plotly-plot").wait_for(timeout=60_000)
    yield page
    context.close()


def heading(room, text):
    expect(room.get_by_role("heading", name=text)).to_be_visible(timeout=60_000)


def test_its_pages_can_be_read_in_the_dark(room):
    room.emulate_media(color_scheme="dark")
    room.wait_for_function(AT_REST, timeout=60_000)
    assert_accessible(room)
    room.emulate_media(color_scheme="light")


def test_arrow_keys_turn_the_pages_also_after_another_view_was_chosen(room):
    heading(room, "How many children enter the youth justice system?")
    room.get_by_role("button", name="By age").click()
    expect(room).to_have_url(re.compile("view=By(\\+|%20)age"), timeout=60_000)
    room.wait_for_function(AT_REST, timeout=60_000)
    room.keyboard.press("ArrowRight")
    heading(room, "How many children reoffend within a year?")
    room.wait_for_function(AT_REST, timeout=60_000)
    room.keyboard.press("ArrowLeft")
    heading(room, "How many children enter the youth justice system?")


def test_a_page_reads_across_the_room_without_scrolling(room):
    """At 1280 x 720: letters of 22 pixels and more, the answer and its chart on the screen, and no sidebar."""
    room.wait_for_function(AT_REST, timeout=60_000)  # a press on what still moves is lost
    room.get_by_role("button", name="Over time").click()  # where it was not chosen already
    answer = room.locator("[data-testid=stMarkdownContainer] p", has_text=re.compile(r"first-time entrants in \d{4}/\d{2}"))
    expect(answer).to_be_visible(timeout=60_000)
    room.wait_for_function(AT_REST, timeout=60_000)
    assert float(answer.evaluate("element => getComputedStyle(element).fontSize").removesuffix("px")) >= 22
    foot = room.locator(".st-key-turn").bounding_box()
    chart = room.locator("[data-testid=stPlotlyChart]").bounding_box()
    assert answer.bounding_box()["y"] < chart["y"] and chart["y"] + chart["height"] <= foot["y"] < 720
    assert not room.get_by_test_id("stSidebar").is_visible()


def test_the_last_page_prints_as_one_sheet(room):
    room.wait_for_function(AT_REST, timeout=60_000)
    for _ in range(20):
        if room.get_by_role("heading", name="Children first").count():
            break
        room.keyboard.press("ArrowRight")
        room.wait_for_timeout(300)
        room.wait_for_function(AT_REST, timeout=60_000)
    heading(room, "Children first")
    printed = room.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_the_pages_bar_nobody_and_nothing_is_cut_off(room, sampled):
    """In the session in which the meeting was named, page by page; on a phone too. Axe and widths as of every other page."""
    room.faults = []
    for turned in range(16):
        room.wait_for_function(AT_REST, timeout=60_000)
        if turned in sampled(range(16), 8, 1):
            for width in ("narrow", "wide"):
                resized(room, width)
                assert_sound(room, axe=width == "narrow")
            room.set_viewport_size({"width": 1280, "height": 720})
        room.keyboard.press("ArrowRight")
        room.wait_for_timeout(300)
