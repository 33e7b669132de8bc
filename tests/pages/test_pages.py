"""Every page run by Streamlit's own tester, on the invented force and on a database with nothing but searches."""

import re
import shutil
import sys
import tempfile
from datetime import date, datetime

import databases
import duckdb
import pytest
import streamlit as st
from pages_listed import BOARD, OWNER, SERGEANT
from product import BUILT_AT, database_of
from recount.by_hand import child, numbered, row, rows
from server import ROOT
from shown import items, links, tables, unfolded
from sqlalchemy import create_engine
from streamlit.testing.v1 import AppTest

from audit import log
from audit.acknowledging import acknowledge
from ingest.load import load
from metrics.reports.due import DEADLINES
from metrics.themes import SIX, THEMES
from pages.parts import records
from queries.facts.building import build
from queries.tables import metadata
from queries.tables.showing import OWN_NAMES

PAGES = {
    "pages/performance/overview.py": "Overview",
    "pages/performance/first_time_entrants.py": "First-time entrants",
    "pages/performance/repeat_offending.py": "Repeat offending",
    "pages/performance/custody.py": "Police custody",
    "pages/performance/stop_search.py": "Stop and search",
    "pages/performance/missing.py": "Missing children",
    "pages/performance/outcomes.py": "Outcomes",
    "pages/wider/crime.py": "Crime and antisocial behaviour",
    "pages/wider/care.py": "Children in care",
    "pages/wider/review.py": "24-hour review",
    "pages/wider/aces.py": "Adverse childhood experiences",
    "pages/wider/plans.py": "Risk management plans",
    "pages/wider/engagement.py": "Engagement",
    "pages/comparisons/emerging.py": "Emerging trends",
    "pages/comparisons/balance.py": "Balance",
    "pages/comparisons/in_care.py": "In care and not in care",
    "pages/comparisons/disproportionality.py": "Ethnic groups",
    "pages/comparisons/concentration.py": "Few children, many events",
    "pages/about/definitions.py": "Definitions",
    "pages/about/data_quality.py": "Data quality",
    "pages/about/revisions.py": "Revised figures",
    "pages/about/releases.py": "Releases for the board",
}
OF_OTHER_PERIODS = [page for page in PAGES if "/about/" not in page and "/wider/" not in page] + ["pages/wider/plans.py"]
OF_A_HUB = ("pages/hubs/hub.py", "pages/hubs/records.py")
FIXTURES = ROOT / "tests" / "ingest" / "fixtures"
WITHOUT_DATA = (
    *("first_time_entrants", "repeat_offending", "custody", "missing", "outcomes"),
    *("crime", "care", "review", "aces", "plans", "engagement"),
)


pytestmark = pytest.mark.xdist_group("pages")  # what a page has once counted, the next one finds


@pytest.fixture(autouse=True)
def at_this_machine(monkeypatch):
    """Whoever reads is the analyst at the machine, as after `streamlit run app.py -- --local`."""
    monkeypatch.setattr(sys, "argv", ["app.py", "--local"])


@pytest.fixture(scope="module")
def apps():
    """One tester for each database: its first run is slow."""
    return {}


@pytest.fixture
def on_demo(apps, demo_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", demo_url)
    return apps.setdefault(demo_url, AppTest.from_file(ROOT / "app.py", default_timeout=120))


@pytest.fixture
def on_searches(apps, searches_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", searches_url)
    return apps.setdefault(searches_url, AppTest.from_file(ROOT / "app.py", default_timeout=120))


def opened(app, page):
    app.switch_page(page).run()
    assert not app.exception, app.exception
    return app


def linked(page, **link):
    """A page as whoever follows a link finds it."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    app.query_params.update(link)
    return opened(app, page)


def shown(theme, measure, **link):
    """The figure of a measure on the page of its theme."""
    (figure,) = linked(f"pages/performance/{theme}.py", **{f"{theme}-measure": measure}, **link).metric
    assert figure.label == measure
    return figure.value


MINUTE = re.compile(r" · \d{1,2} \w+ \d{4}, \d\d:\d\d$")  # of the marking, by which a page differs from itself a minute later


def texts(app):
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error, app.metric)
    return [MINUTE.sub("", str(element.value)) for kind in kinds for element in kind]


@pytest.mark.long  # `test_browser` opens every one of them
@pytest.mark.parametrize(("page", "title"), PAGES.items())
def test_every_page_opens_on_the_demo(on_demo, page, title):
    app = opened(on_demo, page)
    assert [element.value for element in app.title] == [title]
    assert not app.error
    assert not [text for text in texts(app) if "nan" in text.lower().split()]
    assert any(text.startswith("Invented data: no child, crime or event here is real.") for text in texts(app))


@pytest.mark.usefixtures("on_demo")
@pytest.mark.parametrize("page", OF_OTHER_PERIODS)
@pytest.mark.parametrize("period", ["Calendar year 2020", "Calendar year 2012"])
def test_a_page_of_years_in_which_data_of_some_kinds_begin(page, period):
    """Disposals are known from 2010 on, all else from November 2018."""
    app = linked(page, period=period)
    assert not app.error
    assert not [text for text in texts(app) if "nan" in text.lower().split()]


@pytest.mark.usefixtures("on_demo")
def test_a_line_says_from_when_it_has_the_history_it_needs():
    """Disposals from November 2010: entrants from January 2019. Crimes from November 2018: twelve months to December 2019."""
    said = texts(linked("pages/comparisons/balance.py", period="Calendar year 2020"))
    entrants = (
        "First-time entrants for every 100,000 children. Drawn from January 2019 on: each point needs 8 years of data before it."
    )
    assert entrants in said
    assert "Repeat suspects. Drawn from October 2019 on: each point needs 9 months of data before it." in said
    said = texts(linked("pages/performance/missing.py", period="Calendar year 2019"))
    assert "Not drawn over time: each point needs a year of data before it, which there are from January 2020 on." in said


@pytest.mark.parametrize(("page", "title"), PAGES.items())
def test_every_page_opens_kindly_where_five_themes_have_no_data(on_searches, page, title):
    app = opened(on_searches, page)
    assert [element.value for element in app.title] == [title]
    assert not app.error
    assert any(text.startswith("OFFICIAL-SENSITIVE") for text in texts(app))
    if title != "Data quality":  # where whoever loads the data is told of columns as the files name them
        assert not [text for text in texts(app) if OWN_NAMES.search(text)]
    if page.rpartition("/")[2].removesuffix(".py") in WITHOUT_DATA:
        assert any(text.startswith("There is nothing to show here.") for text in texts(app))


@pytest.mark.usefixtures("on_searches")
def test_a_month_of_real_searches():
    """The first 200 records of North Wales in April 2019, counted by hand in tests/ingest/test_police_uk_files.py."""
    assert shown("stop_search", "Searches of children") == "44"
    assert shown("stop_search", "Searches that find something") == "not available"


@pytest.mark.usefixtures("on_demo")
def test_the_filters_narrow_every_figure():
    narrowed = {"hub": "Carlisle", "period": "Financial year 2024/25"}
    assert "Carlisle, April 2024 to March 2025" in texts(linked("pages/performance/custody.py", **narrowed))
    carlisle, everywhere = (int(shown("custody", "Detentions of children", **link)) for link in (narrowed, {}))
    assert 0 < carlisle < everywhere / 2


@pytest.mark.usefixtures("on_demo")
def test_an_area_or_a_council_is_its_hubs_together():
    places = ("Carlisle", "Allerdale", "Copeland", "Cumberland council")
    detentions = {place: int(shown("custody", "Detentions of children", hub=place).replace(",", "")) for place in places}
    assert detentions["Cumberland council"] == detentions["Carlisle"] + detentions["Allerdale"] + detentions["Copeland"]


@pytest.mark.usefixtures("on_demo")
def test_any_page_can_be_shown_as_if_the_data_ended_on_a_day():
    app = linked("pages/performance/custody.py", as_at="2024-03-31")
    assert "All hubs, April 2023 to March 2024" in texts(app)
    assert any(text.startswith("As at 31 March 2024: as if the data ended on that day.") for text in texts(app))
    whole_year = linked("pages/performance/custody.py", period="Financial year 2023/24")
    assert next(metric.value for metric in app.metric) == next(metric.value for metric in whole_year.metric)


@pytest.mark.usefixtures("on_demo")
def test_events_can_be_placed_where_the_child_lives():
    app = linked("pages/performance/custody.py", hub="Barrow", place="Where the child lives")
    assert "Barrow, November 2025 to October 2026, by where the child lives" in texts(app)
    there = linked("pages/performance/custody.py", hub="Barrow")
    assert [metric.value for metric in app.metric] != [metric.value for metric in there.metric]


@pytest.mark.usefixtures("on_demo")
@pytest.mark.parametrize("day", ["yesterday", "2199-01-01", "2024-02-30"])
def test_a_day_that_is_none_shows_all_the_data_with_a_notice(day):
    app = linked("pages/performance/custody.py", as_at=day)
    assert any(f"as at “{day}”" in element.value for element in app.warning)
    assert "All hubs, November 2025 to October 2026" in texts(app)


@pytest.mark.usefixtures("on_demo")
def test_a_bad_link_opens_a_sensible_view_with_a_notice():
    app = linked("pages/performance/overview.py", hub="Nowhere", period="The past")
    notices = [element.value for element in app.warning]
    assert any("asks for “Nowhere” under “Hub, area or council”" in notice for notice in notices)
    assert any("asks for “The past” under “Period”" in notice for notice in notices)
    assert "All hubs, November 2025 to October 2026" in texts(app)


def changes(app):
    """The rows of the table of everything that is judged, by measure and place."""
    (table,) = [table for table in tables(app) if "What the chart says" in table]
    return {(row["Measure"], row["Place"]): row for _, row in table.iterrows()}


@pytest.mark.usefixtures("on_demo")
def test_the_overview_finds_what_was_planted_and_says_how_much_chance_would():
    app = linked("pages/performance/overview.py")
    over = [choices for text, page, choices in links(app) if page == "custody" and text == "52% ✗"]
    assert over == [{"custody-measure": "Detentions that last overnight", "hub": "Barrow"}]
    unfolded(app)
    (budget,) = [text for text in texts(app) if "charts were checked" in text]
    assert "If nothing had changed anywhere, chance alone would flag about" in budget
    rows = changes(app)
    signs = {where: row["Change"] for where, row in rows.items()}
    assert (
        signs["Missing episodes", "Barrow"] == signs["Calls for service from children's homes", "South Lakeland"] == "▼ Concern"
    )
    assert signs["Detentions that last overnight", "Carlisle"] == signs["Conversion rate", "Copeland"] == "▲ Improvement"
    assert any(item.startswith("■ Recorded change. Allerdale: diversion. Its usual level was ") for item in items(app))
    assert any(item.startswith("▼ Concern. South Lakeland: ") for item in items(app)), "what is on no card"
    first = next(item for item in items(app) if item.startswith("1 "))
    assert first.startswith("1 ▼ Missing episodes, Barrow59in October") and "Normal 12 to 41" in first
    assert ("Detentions that last overnight", "custody", {"custody-measure": "Detentions that last overnight"}) in links(app)


@pytest.mark.usefixtures("on_demo")
def test_every_measure_and_place_can_be_seen_by_theme():
    app = linked("pages/performance/overview.py", show="Every measure", theme="Police custody")
    rows = changes(app)
    (custody,) = [theme for theme in THEMES if theme.title == "Police custody"]
    assert {measure for measure, _ in rows} == {metric.name for metric in custody.metrics}
    assert {place for _, place in rows} == {"All hubs", "Allerdale", "Barrow", "Carlisle", "Copeland", "Eden", "South Lakeland"}


@pytest.mark.usefixtures("on_demo")
def test_a_hub_says_of_itself_what_the_force_says_of_it():
    of_force = changes(linked("pages/performance/overview.py", show="Every measure", theme="Missing children"))
    of_hub = changes(linked("pages/performance/overview.py", show="Every measure", theme="Missing children", hub="Barrow"))
    (alone,) = [row for (measure, _), row in of_hub.items() if measure == "Missing episodes"]
    assert alone["What the chart says"] == of_force["Missing episodes", "Barrow"]["What the chart says"]
    page = linked("pages/performance/missing.py", hub="Barrow", **{"missing-measure": "Missing episodes"})
    assert any(f"▼ {alone['What the chart says']}" in text for text in texts(page))


@pytest.mark.usefixtures("on_demo")
def test_a_measure_is_charted_as_its_volume_allows_unless_the_link_says_otherwise():
    by_volume = linked("pages/performance/custody.py", hub="Carlisle")
    assert any("Control chart of 20 quarters: single months have too few to judge." in text for text in texts(by_volume))
    by_month = linked("pages/performance/custody.py", hub="Carlisle", **{"custody-time": "Month"})
    assert "Detentions that last overnight by month" in texts(by_month)
    verdict = next(text for text in texts(by_volume) if "▲ July to September 2026: " in text)
    assert verdict in texts(by_month)


@pytest.mark.usefixtures("on_demo")
def test_months_still_coming_are_shaded_and_not_judged():
    app = linked("pages/performance/outcomes.py", basis="By the date recorded")
    (shaded,) = [text for text in texts(app) if text.startswith("Shaded, and not judged: ")]
    assert shaded.endswith("to October 2026. Outcomes or late reports of that time are still coming in.")


@pytest.mark.usefixtures("on_demo")
def test_months_still_coming_are_shaded_however_they_are_drawn():
    app = linked("pages/performance/outcomes.py", basis="By the date recorded", **{"outcomes-time": "Month"})
    assert any(text.startswith("Shaded, and not judged: ") and "to October 2026. Outcomes or late" in text for text in texts(app))
    (course,) = [text for text in texts(app) if " Lowest " in text and "highest" in text and "of those" not in text][:1]
    assert not course.startswith("October 2026"), course


def test_forces_too_stand_in_a_funnel(once, monkeypatch):
    """Three forces of the same searches: none lies further than chance would put it."""

    def of_three(url):
        with tempfile.TemporaryDirectory() as folder:
            for force in ("north-wales", "cumbria", "dyfed-powys"):
                shutil.copy(FIXTURES / "2019-04-north-wales-stop-and-search.csv", f"{folder}/2019-04-{force}-stop-and-search.csv")
            load([folder], url, progress=False)

    monkeypatch.setenv("DATABASE_URL", once("three forces", of_three))
    app = linked("pages/performance/stop_search.py", **{"stop_search-split": "Force"})
    assert any(text.startswith("From the smallest to the largest. If there were no real differences,") for text in texts(app))
    assert any(text.startswith("None is clearly different from all of them together (") for text in texts(app))


@pytest.mark.usefixtures("on_demo")
def test_what_hubs_come_to_is_not_laid_to_those_without_one_where_a_child_counts_in_several():
    link = {"repeat_offending-measure": "Child suspects who are repeat suspects"}
    (said,) = [text for text in texts(linked("pages/performance/repeat_offending.py", **link)) if "The hubs add up to " in text]
    assert ": a child or event can count in several." in said and "have no hub" not in said


def test_emerging_trends_are_the_two_planted_of_late_and_no_other(on_demo):
    app = opened(on_demo, "pages/comparisons/emerging.py")
    assert any(
        text.startswith("2 are out of line with the past; of such findings, no more than one in twenty") for text in texts(app)
    )
    (table,) = tables(app)
    assert list(zip(table["What"], table["Where"], strict=True)) == [
        ("Missing episodes", "Barrow"),
        ("Calls for service from children's homes", "South Lakeland"),
    ]


def test_themes_without_data_are_one_line_with_what_to_load(on_searches):
    app = opened(on_searches, "pages/performance/overview.py")
    (lacking,) = [part for part in app.expander if part.label.endswith(" no data yet: what to load")]
    assert lacking.label.startswith("11 themes have ")
    (needs,) = [text.value for text in lacking.markdown]
    assert "- First-time entrants: dates of birth and kinds of disposals" in needs and "- Stop and search" not in needs
    assert "No chart has enough points to be judged." in texts(app)


@pytest.mark.usefixtures("on_searches")
@pytest.mark.parametrize(("link", "months"), [({}, "1 month"), ({"as_at": "2019-04-23"}, "0 months")])
def test_a_month_or_part_of_one_is_too_few_to_tell_and_not_unavailable(link, months):
    """The last search is of the 23rd, and the file's name says that all of April is in it."""
    app = linked("pages/performance/stop_search.py", **link)
    assert [text for text in texts(app) if f"– Too few to tell yet: {months} so far, judged from 12." in text]
    assert {metric.value for metric in app.metric if metric.label == "Conversion rate"} == {"11.4%"}


def test_a_month_of_data_has_no_trends(on_searches):
    app = opened(on_searches, "pages/comparisons/emerging.py")
    assert "There is not enough history yet: the same months of two earlier years are needed." in texts(app)
    assert not tables(app)


def test_revised_figures(on_demo):
    app = opened(on_demo, "pages/about/revisions.py")
    assert app.selectbox(key="told").options == ["20 October 2026, 09:30"]
    assert any("A change in a figure already reported is a revision, not a trend." in text for text in texts(app))
    (table,) = tables(app)
    assert sorted(table["Measure"]) == sorted(theme.headline.name for theme in THEMES)
    assert set(table["Worth mentioning"]) == {"no"}
    assert not [text for text in texts(app) if text.startswith("- **")]
    assert any("and none is worth mentioning." in text for text in texts(app))


@pytest.mark.usefixtures("on_demo")
def test_revised_figures_of_a_hub():
    app = linked("pages/about/revisions.py", hub="Carlisle", told="20 October 2026, 09:30")
    (table,) = tables(app)
    assert "Hub" not in table and "Carlisle" in texts(app)
    assert not app.warning
    (changed,) = [text for text in texts(app) if text.startswith("- **")]
    worth_mentioning = list(table["Measure"][table["Worth mentioning"] == "yes"])
    assert (
        worth_mentioning
        == list(table["Measure"][: len(worth_mentioning)])
        == ["Crimes with a child suspect for every 1,000 children"]
    )
    assert changed.count("- **") == changed.count("Reported as ") == 1
    assert "The comparison with the year before was: no clear difference; it is now: higher." in changed


@pytest.mark.usefixtures("on_demo")
def test_a_link_to_a_load_that_never_was_shows_the_latest_with_a_notice():
    app = linked("pages/about/revisions.py", told="1 April 2020, 09:30")
    assert any("asks for “1 April 2020, 09:30” under “Figures as" in element.value for element in app.warning)
    assert tables(app)


def test_revised_figures_after_a_single_load(on_searches):
    app = opened(on_searches, "pages/about/revisions.py")
    assert any(element.value.startswith("There is nothing to compare yet. Figures were kept once, on ") for element in app.info)
    assert not tables(app)


def test_revised_figures_in_a_database_that_others_fill(once, searches_url, monkeypatch):
    def of_others(url):
        shutil.copy(searches_url.removeprefix("duckdb:///"), url.removeprefix("duckdb:///"))
        with duckdb.connect(url.removeprefix("duckdb:///")) as theirs:
            for table in ("kept_figures", "loads", "rejected_rows"):
                theirs.execute(f"DROP TABLE {table}")

    monkeypatch.setenv("DATABASE_URL", once("others", of_others))
    app = linked("pages/about/revisions.py")
    assert any(element.value.startswith("There is nothing to compare yet. No figures are kept yet") for element in app.info)


def read_as(reader, page, monkeypatch, **link):
    """A page of the invented force as one of its invented readers opens it."""
    monkeypatch.setattr(sys, "argv", ["app.py"])
    return linked(page, invented_reader=reader, **link)


def drawn(app, kind):
    """The parts of a list of this class that the dashboard draws itself, each as its words."""
    (shown,) = [element.proto.body for element in app.get("html") if f'class="{kind}"' in element.proto.body]
    return [" ".join(re.sub("<[^>]+>", " ", part).split()) for part in shown.split("<li>")[1:]]


def counts(app):
    """The counts of a hub's page by their names: what falls due, and repeat contacts."""
    bodies = [element.proto.body for element in app.get("html") if 'class="chips counts"' in element.proto.body]
    found = [re.findall(r"<b>(?:<span[^>]*>! </span>)?([\d,]+|–)</b><span>([^<]+)</span>", body) for body in bodies]
    return [{name: None if number == "–" else int(number.replace(",", "")) for number, name in each} for each in found]


@pytest.mark.usefixtures("on_demo")
def test_a_hub_says_what_falls_due_which_children_come_again_and_what_changed(monkeypatch):
    app = read_as(SERGEANT, OF_A_HUB[0], monkeypatch)
    assert [element.value for element in app.title] == ["My hub: Carlisle"]
    assert [element.value for element in app.header] == ["Due", "Repeat contacts", "What changed"]
    due, again = counts(app)
    assert list(due) == [name for deadline in DEADLINES.values() for name in (deadline.late, deadline.soon) if name]
    assert due["Interviews late"] and due["Outcomes late"]
    assert due["Interviews due soon"] is None, "the data ended more than 72 hours ago"
    assert list(again)[:2] == ["Missing 3 or more times in 90 days", "Reported missing 2 or more times"]
    assert again["Missing 3 or more times in 90 days"] and len(again) == 6
    assert any(text.endswith(": what began or was done since is not in them.") for text in texts(app))
    (old,) = [element.label for element in app.expander if element.label.startswith("Older than a month when the data ended: ")]
    assert "24-hour reviews" in old and "crimes without an outcome" in old
    figures = drawn(app, "figures")
    assert [text.startswith(theme.headline.name) for text, theme in zip(figures, SIX, strict=True)] == [True] * 6
    assert all(text.endswith("The records behind it") for text in figures)
    assert not [text for text in texts(app) if {"nan", "none"} & set(text.lower().split())]
    assert not app.error and not tables(app)


@pytest.mark.usefixtures("on_demo")
def test_what_falls_due_is_listed_and_logged_once_the_reader_said_why(monkeypatch):
    app = read_as(SERGEANT, OF_A_HUB[0], monkeypatch)
    due, _ = counts(app)
    app.text_input[0].set_value("who needs an interview today")
    app.button[0].click().run()
    (table,) = tables(app)
    assert len(table) == sum(filter(None, due.values()))
    assert list(table.columns) == ["What", "Record", "Child", "Due", "Late or left", "Risk", "In care", "Since"]
    said = f"Everything due: {len(table)} records, the longest wait first."
    assert said in texts(app)
    newest = log.entries(1)
    assert list(newest["action"]) == ["records"] and '"table": "due"' in newest["filters"][0]
    for reference in (table["Record"].iloc[0], table["Child"].iloc[-1].partition(",")[0]):
        assert newest["number"][0] in set(log.entries(5, record=reference)["number"])
    app.query_params["due"] = "Interviews late"
    app.run()
    (narrowed,) = tables(app)
    assert (len(narrowed), set(narrowed["What"])) == (due["Interviews late"], {"Interview"})
    assert set(narrowed["Record"]) < set(table["Record"])
    newest = log.entries(1)
    assert '"due": "Interviews late"' in newest["filters"][0]
    left_out = next(record for record in table["Record"] if record not in set(narrowed["Record"]))
    assert newest["number"][0] not in set(log.entries(5, record=left_out)["number"])


@pytest.mark.usefixtures("on_demo")
def test_children_often_missing_are_listed_by_reference_with_how_often_here(monkeypatch):
    app = read_as(SERGEANT, OF_A_HUB[0], monkeypatch, again="Missing 3 or more times in 90 days", due="Plans late")
    _, again = counts(app)
    app.text_input[0].set_value("who was missing three times")
    app.button[0].click().run()
    table = tables(app)[-1]
    assert len(table) == again["Missing 3 or more times in 90 days"]
    assert list(table.columns[:3]) == ["Child", "Times here", "Missing"]
    assert list(table["Child"]) == sorted(table["Child"])
    assert any("also elsewhere" in records for records in table["Missing"])


@pytest.mark.usefixtures("on_demo")
def test_a_link_to_a_part_that_is_not_there_shows_all_of_what_falls_due_with_a_notice(monkeypatch):
    app = read_as(SERGEANT, OF_A_HUB[0], monkeypatch, due="Nothing such")
    assert "The link asks for “Nothing such” under “Due”, which is not there; nothing is chosen." in [
        element.value for element in app.warning
    ]
    assert "due" not in app.query_params and sum(filter(None, counts(app)[0].values()))


@pytest.mark.usefixtures("on_demo")
def test_as_at_a_day_the_clock_of_what_falls_due_is_the_end_of_that_day(monkeypatch):
    app = read_as(SERGEANT, OF_A_HUB[0], monkeypatch, as_at="2026-06-15")
    assert "As the data stood on 15 June 2026." in texts(app)
    assert counts(app)[0]["Interviews due soon"] > 0


@pytest.mark.usefixtures("on_demo")
def test_records_are_shown_to_whoever_says_why_and_that_is_in_the_log(monkeypatch):
    app = read_as(SERGEANT, OF_A_HUB[1], monkeypatch, measure="Detentions that last overnight")
    assert not tables(app)
    app.text_input[0].set_value("briefing")
    app.button[0].click().run()
    assert [error.value for error in app.error] == ["“briefing” does not say why: give a reason of 10 letters or more."]
    app.text_input[0].set_value("who was kept overnight")
    app.button[0].click().run()
    (table,) = tables(app)
    counted = next(text for text in texts(app) if text.startswith("Carlisle, November 2025 to October 2026. % of detentions. "))
    assert f" {len(table)} of " in counted
    assert set(table["Hub"]) == {"Carlisle"}
    newest = log.entries(3)
    assert list(newest["action"]) == ["records", "reason", "page"]
    assert list(newest["reason"])[:2] == ["who was kept overnight"] * 2
    assert list(log.entries(1, record=table["Record"].iloc[0])["number"]) == [newest["number"].iloc[0]]
    owner = read_as(OWNER, "pages/about/access_log.py", monkeypatch)
    assert any(
        text.startswith("The log was complete and unchanged when it was last checked, ")
        for text in [element.value for element in owner.success]
    )
    listed = tables(owner)[-1]
    assert "opened records" in set(listed["What"])
    said = next(listed["What was seen"][place] for place in listed.index if listed["What"][place] == "opened records")
    assert said.startswith("Carlisle, November 2025 to October 2026, measure: Detentions that last overnight, ")


@pytest.mark.usefixtures("on_demo")
def test_the_same_records_are_logged_again_after_ten_minutes_and_not_shown_where_that_fails(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(records, "monotonic", lambda: clock[0])
    app = read_as(SERGEANT, OF_A_HUB[1], monkeypatch, measure="Detentions that last overnight")
    app.text_input[0].set_value("who was kept overnight")
    app.button[0].click().run()
    first = log.entries(1)["number"][0]
    for seconds, written in ((0, 0), (599, 0), (600, 1), (1_199, 1), (1_200, 2)):
        clock[0] = seconds
        app.run()
        assert tables(app) and log.entries(1)["number"][0] == first + written
    assert set(log.entries(3)["action"]) == {"records"}
    monkeypatch.setenv("AUDIT_KEY", "too short")
    clock[0] = 1_800
    app.run()
    assert not tables(app)
    assert [error.value[:26] for error in app.error] == ["These records are not show"]


@pytest.mark.usefixtures("on_demo")
def test_what_is_wrong_with_the_log_is_told_until_it_was_looked_into(monkeypatch):
    number = log.write(log.Who("https://login.force.uk", "bob", "Bob", "audit"), "page")
    wrong = f"By entry {number} 'bob' read as 'audit', which no entry before it gives them"
    st.cache_data.clear()
    owner = read_as(OWNER, "pages/about/access_log.py", monkeypatch)
    assert [error.value for error in owner.error] == ["The log is not as it should be."]
    assert any(text.replace("\\", "").startswith(wrong) for text in texts(owner))
    acknowledge("Insp Cy", "A test of the backup, case 12")
    st.cache_data.clear()
    owner.run()
    assert not owner.error and owner.success
    assert "1 found earlier and looked into; the entries below say what, by whom and why." in texts(owner)
    listed = tables(owner)[-1]
    (seen,) = [row for row in listed.to_dict("records") if row["What"] == "looked into a fault of the log"]
    assert (seen["Who"], seen["Reason"]) == ("Insp Cy", "A test of the backup, case 12") and wrong in seen["What was seen"]


@pytest.mark.usefixtures("on_demo")
def test_the_board_is_shown_no_exact_figure(monkeypatch):
    app = read_as(BOARD, "pages/partnership/glance.py", monkeypatch)
    assert [element.value for element in app.title] == ["Released figures"]
    assert not app.metric and not tables(app)


@pytest.mark.parametrize("page", [*PAGES, *OF_A_HUB])
def test_a_page_without_a_reader_shows_nothing(demo_url, monkeypatch, page):
    """Run alone, past app.py, a page has no scope: it stops before any figure."""
    monkeypatch.setenv("DATABASE_URL", demo_url)
    app = AppTest.from_file(ROOT / page, default_timeout=120).run()
    assert not app.metric
    assert not tables(app)
    assert not app.title


def test_a_lost_database_shows_a_banner_and_comes_back(demo_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "duckdb:////nowhere/at/all.duckdb")
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120).run()
    assert not app.exception
    assert not app.metric
    assert "There is no reporting database" in app.error[0].value
    assert "tries again by itself" in app.error[0].value
    monkeypatch.setenv("DATABASE_URL", demo_url)
    app.run()
    assert not app.error
    assert "Overview" in texts(app)


def test_a_change_that_refused_rows_may_explain_says_so(monkeypatch):
    """Twenty searches of a child a month, and in the last month three: seventeen of it were refused."""
    months = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
    days = [f"{month}-{day:02d}" for month in months for day in (range(1, 21) if month != months[-1] else (1, 2, 31))]
    searches = [row(child_id="A", searched_on=day, kind="person", hub_id="EDE") for day in days]
    lost = [row(table_name="stop_searches", load_id="1", line=line, day=date(2024, 12, 15)) for line in range(17)]

    def sentence(set_aside):
        with databases.on("duckdb"):
            url = database_of(rows(children=[child("A")], stop_searches=numbered("search_id", searches), set_aside=set_aside))
        monkeypatch.setenv("DATABASE_URL", url)
        app = AppTest.from_file(ROOT / "app.py", default_timeout=120).run()
        return next(item for item in items(app) if item.startswith("1 "))

    assert "Searches of children, All hubs3in December" in sentence([]) and "taken in" not in sentence([])
    assert "Not all that was sent of that time was taken in: the analyst sees why under Data quality." in sentence(lost)


def test_each_refused_row_is_listed_with_its_reasons_and_what_to_do_next(monkeypatch):
    """In London time, half an hour past midnight there; and without what may be a name."""
    loaded = {"sha256": "0", "rows_read": 9, "rows_loaded": 8, "rows_rejected": 1, "loaded_at": datetime(2025, 7, 3, 23, 30)}  # noqa: DTZ001
    load = row(load_id="1", table_name="crimes", source_file="crimes.csv", **loaded)
    wrong = [
        ("crime_id", "K9", "comes more than once in this file with different content"),
        ("recorded_on", "Jane Smith", "is not a date such as 2025-06-01"),
    ]
    refused = [row(load_id="1", line=4, column_name=name, value=value, reason=why, row="{}") for name, value, why in wrong]
    search = row(search_id="1", child_id="A", searched_on="2025-05-01", kind="person")
    with databases.on("duckdb"):
        url = database_of(rows(children=[child("A")], stop_searches=[search], loads=[load], rejected_rows=refused))
    monkeypatch.setenv("DATABASE_URL", url)
    app = unfolded(opened(AppTest.from_file(ROOT / "app.py", default_timeout=120), "pages/about/data_quality.py"))
    (listed,) = [table for table in tables(app) if "What to do next" in table and "Line" in table]
    assert list(listed.iloc[0]) == [
        *("crimes.csv", "4", "crime_id (references of crimes); recorded_on (dates when crimes were recorded)", "K9; not shown"),
        "crime_id comes more than once in this file with different content; recorded_on is not a date such as 2025-06-01",
        "Keep the one row of this key that is right, or say in the mapping which of them stands. "
        "Export this column as 2025-06-01 or 01/06/2025, or name its format in the mapping.",
        *("Crimes", "no", "4 July 2025, 00:30"),
    ]
    times = [name for table in tables(app) for name in table if name.startswith("Loaded")]
    assert set(times) == {"Loaded (London time)"}
    assert "Jane" not in str([table.to_csv() for table in tables(app)])


def test_an_empty_database_says_what_to_do(once, monkeypatch):
    def without_a_row(url):
        engine = create_engine(url)
        with engine.begin() as connection:
            metadata.create_all(connection)
            build(connection, BUILT_AT)
        engine.dispose()  # DuckDB opens no file twice

    monkeypatch.setenv("DATABASE_URL", once("empty", without_a_row))
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120).run()
    assert not app.exception
    assert "holds no events yet" in app.info[0].value
