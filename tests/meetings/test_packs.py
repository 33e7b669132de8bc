"""What a pack says is what the pages and the command line say of the same cut; what cannot be made is refused in one sentence."""

import csv
import io
import math
import shutil
import sys
import zipfile
from datetime import date
from urllib.parse import parse_qs, urlsplit

import packed
import pytest
from packed import REFERENCE, charts_of, deck, every_text, link_of, notes_of, series_of, slides, texts_of, written
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches
from product import RELEASE_KEY
from server import ROOT
from streamlit.testing.v1 import AppTest
from test_board import assert_released, numbers_released

from meetings import packs
from meetings.__main__ import main
from meetings.slides import Refused
from metrics import words
from metrics.__main__ import main as metrics_main
from metrics.measuring.measure import measure
from metrics.metric import Rate
from metrics.reports.headline import headlines, main_figure
from metrics.signals import sentences
from metrics.signals.judgement import judge
from metrics.statistics.funnel import funnel
from metrics.themes import METRICS, SIX, theme_of
from queries.clock import add_months
from queries.engine import connect, reading
from queries.lookups.population import hub_names, places
from queries.scope import Access, Scope
from release import store
from release.answers import released, views
from release.answers.questions import SIX as SIX_OF_BOARD

pytestmark = pytest.mark.xdist_group("packs")  # whose packs one worker makes

CASES = [("command", ""), ("command", "barrow"), ("hub", "eden")]
OPENS, CLOSES = date(2025, 11, 1), date(2026, 11, 1)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(filter(None, case)))
def made(request, demo_url):
    """A pack of exact figures with a connection of its reader."""
    role, hub = request.param
    access = Access(role, (hub,) if role == "hub" else None)
    with reading(access, connect(demo_url)) as connection:
        yield packed.pack(demo_url, role, hub), connection, access, hub


@pytest.fixture(scope="module")
def board(released_url):
    return packed.of_board(released_url)


def referred(slide):
    """What the reference of a slide says: key, whether by hub, place, first month and the month after the last."""
    found = next(match for line in notes_of(slide) if (match := REFERENCE.fullmatch(line)))
    opens, last = (date.fromisoformat(f"{found[name]}-01") for name in ("first", "last"))
    assert found["end"] == "2026-10-31"
    return METRICS[found["key"]], bool(found["by"]), found["place"], opens, add_months(last, 1)


def drawn(pack, kind):
    """The slides with a chart of a kind, as told and as written."""
    return [
        (told, slide) for told, slide in zip(pack.slides, slides(pack), strict=True) if told.chart and told.chart.kind == kind
    ]


def assert_alike(found, expected):
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        missing = theirs is None or math.isnan(theirs)
        assert (ours is None) == missing and (missing or ours == pytest.approx(theirs, rel=1e-9))


def test_the_sections_of_a_pack(made):
    pack, _, _, hub = made
    sections = list(dict.fromkeys(slide.section for slide in pack.slides))
    assert sections == ["Agenda", "Decisions", "Six themes", "Flagged today", "Revised figures", "Definitions"]
    main = [slide for slide in pack.slides if slide.section == "Six themes" and " by hub" not in slide.reference]
    assert [slide.reference.partition(" · ")[0] for slide in main] == [theme.headline.key for theme in SIX]
    cover = [shape.text_frame.text for shape in deck(written(pack, ".pptx")).slides[0].shapes]
    said = "\n".join(cover)
    place = {"": "All hubs", "barrow": "Barrow", "eden": "Eden"}[hub]
    assert f"{place}, November 2025 to October 2026" in said and "Data to 31 October 2026; last load " in said
    assert "INVENTED DATA" in said and "no other filter" in said
    definitions = [row[4] for slide in pack.slides if slide.section == "Definitions" for row in slide.table.rows]
    shown = {slide.reference.partition(" ")[0] for slide in pack.slides if slide.chart}
    assert shown <= set(definitions) and len(definitions) == len(set(definitions))


def test_the_titles_of_the_themes_are_the_sentences_of_the_pages(made):
    pack, connection, access, hub = made
    scope = Scope(access, start=OPENS, end=CLOSES, hubs=(hub,) if hub else None)
    told = {slide.reference.partition(" · ")[0]: slide.title for slide in pack.slides if slide.section == "Six themes"}
    for headline in headlines(connection, [theme.headline for theme in SIX], scope):
        metric = METRICS[headline.key]
        place = {"": "All hubs", "barrow": "Barrow", "eden": "Eden"}[hub]
        assert told[metric.key] == f"{metric.name}, {place}: {main_figure(metric, headline)}. {headline.sentence}"
        assert words.shown(metric, headline.now["value"]) in told[metric.key]


def test_control_charts_hold_the_points_and_limits_of_the_page(made):
    """Judged anew of one measure each; the points besides as `measure` counts them by month or quarter."""
    pack, connection, access, hub = made
    names = hub_names(places(connection, Scope(access)))
    of_name = {name: hub_id for hub_id, name in names.items()}
    scope = Scope(access, start=OPENS, end=CLOSES, hubs=(hub,) if hub else None)
    several = scope.hubs is None
    recounted = 0
    for told, slide in drawn(pack, "lines"):
        series = series_of(charts_of(slide)[0])
        if "Range from" in series:
            continue
        metric, _, place, _, _ = referred(slide)
        of = of_name.get(place) if several else None
        (judged,) = [one for one in judge(connection, [metric], scope, hubs=several) if one.hub == of]
        points, *_ = series.values()
        assert_alike(points, judged.chart["value"])
        assert_alike(series["Usual level"], judged.chart["centre"])
        assert_alike(series["Lower limit"], judged.chart["lower_limit"].clip(lower=0))
        assert_alike(series["Upper limit"], judged.chart["upper_limit"].clip(upper=1.0 if metric.is_share else None))
        assert (judged.verdict == "concern") == ("a concern" in sentences.verdict(metric, judged))
        if told.section == "Flagged today":
            assert told.title == f"{place}: {words.uncapitalised(metric.name)}. {sentences.verdict(metric, judged)}"
            flagged = series[
                "Concern"
                if judged.verdict == "concern"
                else "Improvement"
                if judged.verdict == "improvement"
                else "A change that is neither"
            ]
            assert [points[number] for number, value in enumerate(flagged) if value is not None] == [
                value for value in flagged if value is not None
            ]
        if judged.method in ("months", "quarters"):
            by = judged.method.removesuffix("s")
            first, many = date.fromisoformat(judged.chart["label"].iloc[0]), len(judged.chart) * judged.months_of_point
            within = Scope(access, start=first, end=add_months(first, many), hubs=(of,) if of else scope.hubs)
            frame = measure(connection, metric, within, (by,)).set_index(by)["value"]
            assert_alike(points, frame.reindex(judged.chart["label"]))
            recounted += 1
    assert recounted >= 2


def test_what_has_no_control_chart_is_drawn_by_quarter_with_its_range(made):
    pack, connection, access, hub = made
    for _, slide in drawn(pack, "lines"):
        series = series_of(charts_of(slide)[0])
        if "Range from" not in series:
            continue
        metric, _, _, _, closes = referred(slide)
        quarter_ends = add_months(closes, -((closes.month - 1) % 3))
        within = Scope(access, start=add_months(quarter_ends, -60), end=quarter_ends, hubs=(hub,) if hub else None)
        frame = measure(connection, metric, within, ("quarter",))
        points, *_ = series.values()
        assert len(points) == 20
        assert_alike(points, frame["value"])
        assert_alike(series["Range from"], frame["lower"])
        assert_alike(series["Range to"], frame["upper"])
        return
    assert hub != "eden", "a small hub has measures that have no control chart"


def test_bars_of_hubs_hold_measured_values_and_ranges(demo_url):
    pack = packed.pack(demo_url, "command")
    with reading(Access("command"), connect(demo_url)) as connection:
        names = hub_names(places(connection, Scope(Access("command"))))
        found = drawn(pack, "bars")
        assert [referred(slide)[0].key for _, slide in found] == [theme.headline.key for theme in SIX]
        for _, slide in found:
            metric, by_hub, place, opens, closes = referred(slide)
            assert by_hub and place == "All hubs"
            frame = measure(connection, metric, Scope(Access("command"), start=opens, end=closes), ("hub",)).set_index("hub")
            (chart,) = charts_of(slide)
            categories = [label.partition(" (own target")[0] for label in chart.plots[0].categories]
            assert sorted(categories) == sorted(names.values())
            expected = [frame.loc[next(hub for hub, name in names.items() if name == one)] for one in categories]
            (values,) = series_of(chart).values()
            assert_alike(values, [row["value"] for row in expected])
            assert list(values) == sorted(values, reverse=True)
            plus, minus = error_bars(chart)
            assert_alike(plus, [row["upper"] - row["value"] for row in expected])
            assert_alike(minus, [row["value"] - row["lower"] for row in expected])


def error_bars(chart):
    (bars,) = chart._chartSpace.iter("{*}errBars")
    assert bars.find("{*}errValType").get("val") == "cust" and bars.find("{*}errBarType").get("val") == "both"
    return [[float(v.text) for v in bars.find(f"{{*}}{side}").iter("{*}v")] for side in ("plus", "minus")]


def test_funnels_are_scatters_of_size_and_value_between_recomputed_limits(demo_url):
    found = drawn(packed.pack(demo_url, "command"), "scatter")
    assert found
    with reading(Access("command"), connect(demo_url)) as connection:
        for _, slide in found:
            metric, _, _, opens, closes = referred(slide)
            frame = measure(connection, metric, Scope(Access("command"), start=opens, end=closes), ("hub",))
            frame = frame[frame["hub"] != "unknown"]
            is_rate = isinstance(metric.formula, Rate)
            kind, per = ("rate", metric.formula.per) if is_rate else ("proportion", 1)
            plot = funnel(frame["numerator"], frame["denominator"], kind, per)
            (chart,) = charts_of(slide)
            assert "XY_SCATTER" in str(chart.chart_type)
            by_name = {series.name: series for series in chart.plots[0].series}
            points = sorted(zip(xs(by_name[metric.name]), by_name[metric.name].values, strict=True))
            expected = sorted(zip(plot.units["size"].astype(float), plot.units["value"], strict=True))
            for place in (0, 1):
                assert_alike([one[place] for one in points], [one[place] for one in expected])
            for confidence, name in ((0.998, "998 in 1,000"), (0.95, "95 in 100")):
                for place, side in enumerate(("from", "to")):
                    drawn_limit = by_name[f"{name}, {side}"]
                    assert_alike(list(drawn_limit.values), list(plot.limits(xs(drawn_limit), confidence)[place]))
            assert_alike(by_name["All together"].values, [plot.centre] * 2)


def xs(series):
    return [float(v.text) for v in series._element.find("{*}xVal").iter("{*}v")]


@pytest.mark.parametrize("key", ["overnight_share", "first_time_entrant_rate", "missing_repeat_share"])
def test_the_command_line_gives_the_same_numbers(demo_url, capsys, key):
    slide = next(slide for _, slide in drawn(packed.pack(demo_url, "command"), "bars") if referred(slide)[0].key == key)
    _, _, _, opens, closes = referred(slide)
    asked = ("--by", "hub", "--from", str(opens), "--to", str(closes), "--database", demo_url, "--format", "csv", "--raw")
    assert metrics_main(["show", key, *asked]) == 0
    rows = [row for row in csv.DictReader(io.StringIO(capsys.readouterr().out)) if row["hub"] != "unknown"]
    (values,) = series_of(charts_of(slide)[0]).values()
    assert sorted(values) == pytest.approx(sorted(float(row["value"]) for row in rows))


def test_each_slide_has_its_reference_and_its_link(made):
    pack = made[0]
    for told, slide in zip(pack.slides, slides(pack), strict=True):
        said = "\n".join(texts_of(slide))
        assert slide.shapes.title.text_frame.text == told.title and told.title in notes_of(slide)
        assert pack.marking in said and pack.handling in said
        assert link_of(slide) == told.link and told.link.startswith("http://127.0.0.1:8501/")
        assert not told.chart or (told.reference in said and REFERENCE.fullmatch(told.reference)), (
            "every number says where it is from"
        )


def test_every_chart_can_be_edited_is_told_in_words_and_has_its_table_in_the_notes(made, board):
    for pack in (made[0], board):
        for told, slide in zip(pack.slides, slides(pack), strict=True):
            assert not [shape for shape in slide.shapes if shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.MEDIA)]
            for shape in (shape for shape in slide.shapes if shape.has_chart):
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr") == told.chart.alt != ""
                assert shape.chart.part.chart_workbook.xlsx_part is not None
                notes = notes_of(slide)
                assert len(told.behind.rows) > 1
                assert all("\t".join(row) in notes for row in (told.behind.heads, *told.behind.rows))


@pytest.mark.usefixtures("at_this_machine")
@pytest.mark.parametrize(("key", "hub"), [("overnight_share", ""), ("missing_repeat_share", "barrow")])
def test_the_link_of_a_slide_opens_the_page_with_the_same_figure(demo_url, monkeypatch, key, hub):
    pack = packed.pack(demo_url, "command", hub)
    told = next(slide for slide in pack.slides if slide.reference.startswith(f"{key} · "))
    address = urlsplit(told.link)
    monkeypatch.setenv("DATABASE_URL", demo_url)
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    app.query_params.update({name: values[0] for name, values in parse_qs(address.query).items()})
    app.switch_page(f"pages/performance{address.path}.py").run()
    assert not app.exception and not app.warning
    (figure,) = app.metric
    assert f": {figure.value}" in told.title and theme_of(METRICS[key]).title == app.title[0].value
    sentence = told.title.partition(f": {figure.value}. ")[2] or told.title.rpartition(". ")[2]
    page = " ".join(str(element.value) for element in (*app.markdown, *app.caption))
    assert sentence.replace("\\", "") in page.replace("\\", "")


@pytest.fixture
def at_this_machine(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", "--local"])


def test_the_pack_of_a_hub_holds_nothing_of_another_hub_or_of_the_force(demo_url):
    """Its name is nowhere in the file, and neither is what any figure of the force is worked out from."""
    pack = packed.pack(demo_url, "hub", "eden")
    content = every_text(written(pack, ".pptx"))
    assert "Eden" in content, "the search finds what there is"
    with reading(Access("command"), connect(demo_url)) as connection:
        names = hub_names(places(connection, Scope(Access("command"))))
        for hub, name in names.items():
            if hub != "eden":
                assert name not in content and f">{hub}<" not in content and f'"{hub}"' not in content, name
        scope = Scope(Access("command"), start=OPENS, end=CLOSES)
        tried = 0
        for found in headlines(connection, list(METRICS.values()), scope):
            fraction = words.fraction(METRICS[found.key], found.now, 12)
            if fraction and found.now["numerator"] > 100:
                tried += 1
                assert fraction not in content, found.key
        assert tried > 20
    whole = every_text(written(packed.pack(demo_url, "command"), ".pptx"))
    assert "Carlisle" in whole and "Barrow" in whole, "the search would find them"
    assert "All hubs" not in content


def test_the_pack_of_the_board_holds_released_numbers_alone(board, released_url):
    """Read as its pages are: titles, lines, tables, notes and charts. No reporting database was there when it was made."""
    with store.reading(released_url) as connection:
        found = store.latest_published(connection)
        release = released.of(found, store.cells_of(connection, found.number))
    allowed = numbers_released(release)
    told = [(told, slide) for told, slide in zip(board.slides, slides(board), strict=True)]
    charted = 0
    for slide, shown in told:
        if slide.section in ("Agenda", "Marks"):
            continue
        tables = [table for table in (slide.table, slide.behind) if table]
        said = [
            slide.title.removeprefix("The six measures"),
            *slide.lines,
            *(cell for table in tables for cell in (*table.heads, *(c for row in table.rows for c in row))),
        ]
        assert_released(said, allowed, slide.title)
        for chart in charts_of(shown):
            charted += 1
            values = [value for values in series_of(chart).values() for value in values if value is not None]
            assert values and set(values) <= allowed[0] | allowed[1], slide.title
        assert any("Release 1 · " in text for text in texts_of(shown))
    assert charted == 2 * len(SIX_OF_BOARD)
    with pytest.raises(AssertionError, match="is not released"):
        assert_released(
            [f"about {next(n for n in range(11, 9999) if n not in allowed[0] | allowed[1])} children"], allowed, "a slide"
        )


def test_the_numbers_of_the_boards_charts_are_those_of_its_pages(board, released_url):
    with store.reading(released_url) as connection:
        found = store.latest_published(connection)
        release = released.of(found, store.cells_of(connection, found.number))
    by_reference = {told.reference: (told, slide) for told, slide in zip(board.slides, slides(board), strict=True)}
    for question in SIX_OF_BOARD:
        for key in ("time", "hub"):
            view = views.of_question(release, question, key)
            named = f"{question.title}, {words.uncapitalised(views.TITLES[key])} · release 1 · data to 2026-10-31"
            told, slide = by_reference[named]
            shown, *_ = series_of(charts_of(slide)[0]).values()
            expected = [None if one is None or getattr(one, "is_low", False) else one.value for one in view.figures]
            assert [None if value is None else int(value) for value in shown] == expected
            assert told.title.endswith(view.sentence.partition(". ")[0].rstrip(".") + ".") or view.sentence in told.title
            chosen = parse_qs(urlsplit(told.link).query)
            assert chosen.get("view") == [views.TITLES[key]], "the link opens the same view"


def test_a_release_that_is_withdrawn_or_was_never_published_is_refused(built_url, released_url, tmp_path, capsys, monkeypatch):
    out = tmp_path / "board.pptx"
    monkeypatch.setenv("RELEASE_KEY", RELEASE_KEY.decode())
    monkeypatch.setenv("RELEASE_URL", built_url)
    assert main(["pack", "--role", "board", "--out", str(out)]) == 2
    assert one_sentence(capsys) == "No release is published, so there is nothing for the board's pack: publish one first."
    own = tmp_path / "releases.duckdb"
    shutil.copy(released_url.removeprefix("duckdb:///"), own)
    monkeypatch.setenv("RELEASE_URL", f"duckdb:///{own}")
    with store.writing() as connection:
        store.decide(connection, 1, "withdraw", "the tests", "A hub was left out.")
    assert main(["pack", "--role", "board", "--out", str(out)]) == 2
    assert one_sentence(capsys).startswith("No release is published")
    with pytest.raises(Refused, match="Release 1 is not published"):
        packs.build(packs.access_of("board", ""), packed.of_board(released_url).order)
    assert not out.exists()


def one_sentence(capsys):
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1 and "Traceback" not in said.err
    return said.err.strip()


@pytest.fixture(scope="module")
def few():
    """The searches of `packed.searches`."""
    return packed.searches()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--month", "2025-01"), "The data run from 1 January 2022 to 31 December 2024; give a month that ended by then"),
        (("--month", "2021-11"), "The data run from 1 January 2022"),
        (("--hub", "nowhere"), "nowhere is not a hub; the hubs are far (Far), mid (Mid) and near (Near)."),
        (("--out", "pack.docx"), "A pack is written as .pptx or .pdf, not as .docx."),
        (("--out", "pack"), "A pack is written as .pptx or .pdf, not as a file without an ending."),
        (("--out", "/nowhere/pack.pptx"), "[Errno 2] No such file or directory: '/nowhere/pack.pptx'"),
        (("--template", "notes.txt"), "is not a PowerPoint template (.pptx); give the force's own, or none."),
        (("--template", "torn.pptx"), "is not a PowerPoint template (.pptx); give the force's own, or none."),
        (("--template", "broken.pptx"), "is not a PowerPoint template (.pptx); give the force's own, or none."),
        (("--template", "none.pptx"), "is not a PowerPoint template (.pptx); give the force's own, or none."),
        (("--role", "hub"), "A pack for a hub needs to know which: give --hub."),
        (("--role", "board", "--hub", "near"), "The board's pack is of the whole release, not of a hub; leave out --hub."),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_sentence(few, tmp_path, monkeypatch, capsys, asked, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("no template")
    (tmp_path / "torn.pptx").write_bytes(b"PK\x03\x04 and no more")
    for name, part in (("none", "read me.txt"), ("broken", "[Content_Types].xml")):
        with zipfile.ZipFile(tmp_path / f"{name}.pptx", "w") as archive:
            archive.writestr(part, "<Types>")
    given = {"--role": "command", "--out": "pack.pptx", "--database": few, **dict(zip(asked[::2], asked[1::2], strict=True))}
    assert main(["pack", *(part for pair in given.items() for part in pair)]) == 2
    assert said in one_sentence(capsys)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("pack")]


def test_words_that_are_no_month_and_no_role_are_refused(few, capsys):
    for asked in (("--role", "command", "--month", "2024-13"), ("--role", "audit")):
        with pytest.raises(SystemExit) as ended:
            main(["pack", *asked, "--out", "pack.pptx", "--database", few])
        assert ended.value.code == 2
        assert ("is not a month; write it as 2026-10" if "--month" in asked else "invalid choice") in capsys.readouterr().err


def test_the_template_of_a_force_is_kept_without_its_slides(few, tmp_path):
    """Of another size, with other layouts, none of them with a title, and a slide of its own."""
    own = Presentation()
    own.slide_width, own.slide_height = Inches(10), Inches(5.625)
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "A slide of the template"
    for layout in list(own.slide_layouts)[1:]:
        if layout.name != "Blank":
            own.slide_layouts.remove(layout)
    own.save(tmp_path / "own.pptx")
    out = tmp_path / "pack.pptx"
    asked = ("--role", "command", "--out", str(out), "--database", few, "--template", str(tmp_path / "own.pptx"))
    assert main(["pack", *asked]) == 0
    found = Presentation(out)
    assert (found.slide_width, found.slide_height) == (Inches(10), Inches(5.625))
    assert {layout.name for layout in found.slide_layouts} == {"Title Slide", "Blank"}
    assert "A slide of the template" not in every_text(out.read_bytes())
    assert {slide.slide_layout.name for slide in found.slides} == {"Blank"}
    said = ["\n".join(texts_of(slide)) for slide in found.slides]
    assert any("Conversion rate, All hubs: 50.0%." in text for text in said)
    for slide in found.slides:
        assert all(shape.left >= 0 and shape.left + shape.width <= found.slide_width for shape in slide.shapes)


def test_a_few_searches_counted_on_paper(few, tmp_path):
    """30 of 60 a month in all; 6, 6 and 18 of 20 in Near, Far and Mid, so 72, 72 and 216 of 240 a year."""
    found = Presentation(packed.small(few, ".pptx", tmp_path / "pack.pptx"))
    by_title = {texts_of(slide)[0]: slide for slide in found.slides}
    whole = next(slide for title, slide in by_title.items() if title.startswith("Conversion rate, All hubs: 50.0%"))
    assert "360 of 720" in "\n".join(texts_of(whole))
    series = series_of(charts_of(whole)[0])
    assert series["Conversion rate"] == (0.5,) * 36 == series["Usual level"]
    bars = next(slide for title, slide in by_title.items() if title.startswith("Conversion rate by hub"))
    (chart,) = charts_of(bars)
    assert (next(iter(chart.plots[0].categories)), series_of(chart)["Conversion rate"]) == ("Mid", (0.9, 0.3, 0.3))
    scatter = next(slide for title, slide in by_title.items() if title.startswith("Conversion rate, hubs by size"))
    assert series_of(charts_of(scatter)[0])["All together"] == (0.5, 0.5)
    assert "Mid (90.0%) is clearly above the force (50.0%)" in "\n".join(texts_of(scatter))
