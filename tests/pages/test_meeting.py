"""What is said of a figure on its page, kept and followed on the page Meeting: by whom, where, and what is asked first.

Two hubs over three years to the end of October 2026. In each month five to eight detentions of each, but twenty in Near in the
last: 90 in its last twelve months, 76 in the twelve before, and a chart that flags October. Quaygate had 73 and 76.
"""

import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import databases
import pytest
from planted import HUBS, SAYS_NO
from product import database_of
from recount.by_hand import child, numbered, row
from server import ROOT
from shown import items
from sqlalchemy import NullPool, create_engine
from streamlit.testing.v1 import AppTest
from test_readers import run, said, titles

from audit import log
from ingest.load import load
from meetings import memory
from meetings.entries import Author, Pin, Said
from queries.clock import LONDON, add_months
from queries.lookups.invented import seal
from queries.scope import Access

pytestmark = pytest.mark.xdist_group("meeting")

CHIEF, NEAR, FAR, ANALYST = "Chief superintendent, command team", "Sergeant, Near hub", "Sergeant, Quaygate hub", "Analyst"
CUSTODY, MEETING = "pages/performance/custody.py", "pages/performance/meeting.py"
COUNT = {"custody-measure": "Detentions of children"}
TODAY = datetime.now(LONDON).date()
DUE = TODAY + timedelta(days=30)
BY_TURNS = [6, 8, 5, 7, 6]
FIRST = date(2023, 11, 1)


@pytest.fixture(scope="module")
def force():
    """The invented force of the two hubs."""
    listed = [row(child_id="Z", authorised_on=on) for on in (FIRST, "2026-10-31")]
    for place in range(36):
        on = add_months(FIRST, place) + timedelta(days=9)
        for hub, number in (("near", 20 if place == 35 else BY_TURNS[place % 5]), ("far", BY_TURNS[place % 5])):
            listed += [row(child_id="C-00123", authorised_on=on, hub_id=hub)] * number
    children = [child("C-00123"), child("Z", "1980-01-01")]
    with databases.on("duckdb"):
        url = database_of({"hubs": HUBS, "children": children, "detentions": numbered("detention_id", listed)})
    with create_engine(url, poolclass=NullPool).begin() as connection:
        seal(connection)
    return url


@pytest.fixture(autouse=True)
def kept_apart(force, tmp_path, monkeypatch):
    """A log and a memory of the test's own."""
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setenv("DATABASE_URL", force)
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite")
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path}/meetings.sqlite")


def opened(page, *folded, **link):
    """A new tab in which somebody follows a link, with these parts open."""
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    app.query_params.update(link)
    for key in folded:
        app.session_state[f"folded-{key}"] = True
    return run(app.switch_page(page))


def of_count(*folded, reader=CHIEF, hub="Near", **link):
    """The page of the detentions of a hub."""
    return opened(CUSTODY, *folded, invented_reader=reader, **({"hub": hub} if hub else {}), **COUNT, **link)


def meeting(*folded, reader=CHIEF):
    return opened(MEETING, *folded, invented_reader=reader)


def field(kind, label):
    """The one field of a label."""
    (found,) = [each for each in kind if each.label == label]
    return found


def press(app, label):
    field(app.button, label).click()
    return run(app)


def fill(app, kind, words, **more):
    """The form for a new entry of a kind, filled in but not kept."""
    if field(app.selectbox, "What it is").value != kind:
        field(app.selectbox, "What it is").select(kind)
        run(app)
    field(app.text_area, "In words").input(words)
    if more.get("owner"):
        field(app.text_input, "Whose it is, as a role").input(more["owner"])
    for label, day in (("Due on", more.get("due")), ("Its day", more.get("day"))):
        if day:
            field(app.date_input, label).set_value(day)
    return app


def write(kind, words, *, due=None, owner="", day=None, **where):
    """The page on which somebody has just written this."""
    return press(fill(of_count("write", **where), kind, words, due=due, owner=owner, day=day), "Keep it")


def entries():
    """All that the memory holds, as somebody who may read all of it."""
    return memory.read(Access("analyst"))


def texts_kept():
    return [entry.said.text for entry in entries()]


def notes(app):
    """What the numbered list below a chart says."""
    return [item for item in items(app) if item[:1] in "①②③④⑤⑥⑦⑧⑨"]


def drawn(app):
    """All that the page draws itself, as one text."""
    return "\n".join(element.proto.body for element in app.get("html"))


def chart(app):
    """The lines and the numbers that the control chart has by its marks, from left to right."""
    (figure,) = [json.loads(each.proto.spec) for each in app.get("plotly_chart") if "judged" in each.proto.id]
    named = [note for note in figure["layout"]["annotations"] if note["text"] and note["text"][0] in "①②③④⑤⑥"]
    lines = [shape["x0"] for shape in figure["layout"].get("shapes", []) if shape.get("line", {}).get("dash") == "dashdot"]
    return sorted(lines), [(note["x"], note["text"]) for note in sorted(named, key=lambda note: note["x"])]


# A decision, from the form to its end


def test_a_decision_is_written_below_its_chart_and_followed_on_the_agenda_until_it_is_closed():
    app = write("Decision", "Open the bail desk at night", owner="Custody inspector", due=DUE)
    assert [element.value for element in app.success] == ["Decision kept."]
    (entry,) = entries()
    assert (entry.kind, entry.said) == ("decision", Said("Open the bail desk at night", "Custody inspector", DUE))
    assert (entry.author.name, entry.author.role) == (CHIEF, "command")
    pin = entry.pin
    assert (pin.metric_key, pin.theme, pin.hubs, pin.place) == ("detentions", "custody", ("near",), "Near")
    assert (pin.opens, pin.closes, pin.data_end) == (date(2025, 11, 1), date(2026, 11, 1), date(2026, 10, 31))
    assert (pin.value, round(pin.lower, 1), round(pin.upper, 1), pin.verdict) == (90, 72.4, 110.6, "concern")
    assert pin.sentence == "No clear difference from the year before (76 detentions)."
    (logged,) = log.entries(action="memory").to_dict("records")
    filters = json.loads(logged["filters"])
    assert (logged["name"], logged["role"], logged["page"]) == (CHIEF, "command", "Police custody")
    assert (filters["entry"], filters["hub"], filters["hubs"]) == ("decision", "Near", ["near"])
    assert "bail" not in str(logged), "of what it is, and not what it says"
    due = f"{DUE.day} {DUE:%B %Y}"
    (listed,) = notes(app)
    assert listed.startswith("① Open the bail desk at night Decision by Chief superintendent, command team, ")
    assert listed.endswith(f"; Custody inspector, due {due} (90 then).")
    assert chart(app) == ([], [(35, "①")]), "above October 2026, the last of 36 months"

    app = meeting("decision-1")
    assert "Detentions of children, Near: 90 detentions when decided. No whole month has been counted since." in drawn(app)
    assert f"Custody inspector, due {due}. Decided {TODAY.day} {TODAY:%B %Y} by {CHIEF}." in drawn(app)

    later = DUE + timedelta(days=60)
    field(app.text_input, "Why").input("No builder was found")
    field(app.date_input, "Extend to").set_value(later)
    press(app, "Extend it")
    assert [element.value for element in app.success] == ["The decision is extended."]
    today = f"{TODAY.day} {TODAY:%B %Y}"
    moved = f"due {later.day} {later:%B %Y}, extended on {today} from {due}: No builder was found. Decided {today}"
    assert f"Custody inspector, {moved}" in drawn(app)

    field(app.text_input, "Why").input("It is open every night")
    press(app, "Close it")
    assert [element.value for element in app.success] == ["The decision is closed."]
    assert "No decision is open. One is written on the page of a theme, below its chart." in said(app)
    (closed,) = [text for text in said(app) if "It is open every night" in text]
    assert closed.startswith("- Detentions of children, Near: Open the bail desk at night (Decision by Chief")
    (entry,) = entries()
    assert [(version.action, version.reason) for version in entry.history] == [
        ("written", ""),
        ("extended", "No builder was found"),
        ("closed", "It is open every night"),
    ]
    assert notes(of_count())[0].endswith("; Custody inspector, closed: It is open every night (90 then).")


def test_an_extension_without_a_reason_or_a_day_is_asked_for():
    pinned("decision", Said("Open it", "Custody inspector", DUE))
    app = meeting("decision-1")
    press(app, "Close it")
    assert [element.value for element in app.error] == ["Say why: it stands beside the entry for whoever reads it later."]
    field(app.text_input, "Why").input("No builder was found")
    press(app, "Extend it")
    assert [element.value for element in app.error] == ["Give a later day than the one that it is due on now."]
    assert len(entries()[0].history) == 1


def test_what_is_overdue_comes_first_and_says_for_how_long():
    pinned("decision", Said("Not due yet", "Custody inspector", DUE))
    pinned("decision", Said("Long overdue", "Custody inspector", TODAY - timedelta(days=1000)))
    pinned("decision", Said("Overdue", "Custody inspector", TODAY - timedelta(days=1)))
    body = drawn(meeting())
    assert body.index("Long overdue") < body.index(">Overdue<") < body.index("Not due yet")
    assert "Custody inspector, overdue by 1,000 days. " in body and "Custody inspector, overdue by 1 day. " in body


HEADER = "detention_id,child_id,authorised_on,authorised_at,released_at,hub_id"
EXTRACTS = {
    "hubs.csv": "hub_id,name\nEDE,Eden\n",
    "children.csv": "child_id,date_of_birth\nC1,2010-05-04\n",
}


def detained(year, overnight, number, first=()):
    """An extract of a year: so many detentions of Eden in June, the first so many of them until the next morning."""
    lines = [HEADER, *first]
    for place in range(number):
        released = f"{year}-06-11 08:00" if place < overnight else f"{year}-06-10 12:00"
        lines.append(f"D{year}-{place},C1,{year}-06-10,{year}-06-10 10:00,{released},EDE")
    lines.append(f"E{year},C1,{year}-12-31,{year}-12-31 10:00,{year}-12-31 12:00,EDE")
    return "\n".join(lines) + "\n"


def test_a_decision_is_followed_through_three_loads_and_closed(tmp_path, monkeypatch):
    """56 of 70 stayed overnight in 2023. January 2024 had none of one; all of 2024 48 of 80: 20 points lower (Newcombe, 1998)."""
    url = f"duckdb:///{tmp_path}/reporting.duckdb"

    def take_in(name, content):
        folder = tmp_path / name
        folder.mkdir()
        for file, text in content.items():
            (folder / file).write_text(text)
        load([folder], url, today=date(2025, 6, 1), progress=False)

    first = [
        "A,C1,2021-01-01,2021-01-01 10:00,2021-01-01 12:00,EDE",
        "B,C1,2023-02-01,2023-02-01 10:00,2023-02-02 08:00,EDE",
    ]
    take_in("first", {**EXTRACTS, "detentions.csv": detained(2023, 55, 68, first)})
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setattr(sys, "argv", ["app.py", "--local"])
    app = opened(CUSTODY, "write")
    assert [figure.value for figure in app.metric] == ["80.0%"]
    press(fill(app, "Decision", "Open the bail desk at night", owner="Custody inspector", due=DUE), "Keep it")
    told = "Detentions that last overnight, All hubs: 80.0% when decided"
    assert f"{told}. No whole month has been counted since." in drawn(opened(MEETING))

    january = f"{HEADER}\nJ,C1,2024-01-31,2024-01-31 10:00,2024-01-31 12:00,EDE\n"
    take_in("second", {"detentions-2024-01.csv": january})
    app = opened(MEETING)
    assert f"{told}, 0.0% in the month since: not available." in drawn(app)

    take_in("third", {"detentions-2024.csv": detained(2024, 48, 78)})
    app = opened(MEETING, "decision-1")
    moved = f"{told}, 60.0% in the 12 months since: 20.0 points lower (likely 5.2 to 33.4), an improvement."
    assert moved in drawn(app)
    field(app.text_input, "Why").input("The line moved: the bail desk is open at night")
    press(app, "Close it")
    assert "No decision is open. One is written on the page of a theme, below its chart." in said(app)
    (closed,) = entries()
    assert (closed.pin.value, closed.pin.numerator, closed.pin.denominator) == (0.8, 56, 70), "the figure stays as it stood"
    assert [version.action for version in closed.history] == ["written", "closed"]


# What is asked, and what is logged, before anything is kept


def test_what_looks_like_a_child_is_asked_about_once_and_then_kept():
    app = write("Note", "Speak to Jayden, C-00123, born 12/03/2012")
    (asked,) = [element.value for element in app.warning]
    assert asked.startswith("Nobody may be able to tell from this who a child is:\n\n- ")
    for doubt in (
        "“C\\-00123” is the reference of a child in the data\\.",
        "“12/03/2012” looks like a date of birth\\.",
        "“born” looks like a date of birth\\.",
        "“Jayden” looks like a name\\.",
    ):
        assert doubt.replace("\\", "") in asked.replace("\\", "")
    assert asked.count("\n- ") == 4
    assert entries() == [] and log.entries(action="memory").empty
    assert field(app.text_area, "In words").value == "Speak to Jayden, C-00123, born 12/03/2012"
    press(app, "Keep it")
    assert not app.warning and texts_kept() == ["Speak to Jayden, C-00123, born 12/03/2012"]


def test_another_text_is_asked_about_anew():
    app = write("Note", "Speak to Jayden")
    field(app.text_area, "In words").input("Speak to Ryan")
    press(app, "Keep it")
    assert "“Ryan” looks like a name" in app.warning[0].value.replace("\\", "") and entries() == []
    field(app.text_area, "In words").input("Speak to the custody inspector")
    press(app, "Keep it")
    assert not app.warning and texts_kept() == ["Speak to the custody inspector"]


def test_a_reason_is_asked_about_as_well():
    pinned("note", Said("A note"))
    app = of_count("change")
    field(app.text_input, "Why it is withdrawn").input("It is about Jayden")
    press(app, "Withdraw it")
    assert "“Jayden” looks like a name" in app.warning[0].value.replace("\\", "") and texts_kept() == ["A note"]
    press(app, "Withdraw it")
    assert entries() == [] and [element.value for element in app.success] == ["Withdrawn; what it said is kept."]


def test_without_a_log_nothing_is_kept_and_what_was_written_still_stands(tmp_path, monkeypatch):
    app = fill(of_count("write"), "Note", "More children were searched")
    (tmp_path / "file").touch()
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/file/audit.sqlite")
    press(app, "Keep it")
    assert [element.value for element in app.error] == [
        "This cannot be written down in the access log at the moment, so it is not kept. What you wrote still stands here."
    ]
    assert entries() == []
    assert field(app.text_area, "In words").value == "More children were searched"


def test_what_is_incomplete_is_refused_in_words():
    app = write("Decision", "Open it", owner="Custody inspector")
    assert [element.value for element in app.error] == ["A decision needs an owner, as a role, and a day by which it is due."]
    assert entries() == [] and field(app.text_area, "In words").value == "Open it"


# Who reads and writes what


def pinned(kind="note", words=None, *hubs, key="detentions", place="", on=None, at=None, **more):
    """Something that Dee, an analyst, said of the year to October 2026 in these hubs, or in Near."""
    hubs = hubs or ("near",)
    of = None if hubs == ("all",) else hubs
    kept = {"opens": date(2025, 11, 1), "closes": date(2026, 11, 1), "data_end": date(2026, 10, 31), "value": 90.0, **more}
    dee = Author("https://login.force.uk", "0d", "Dee", "analyst")
    where = Pin(key, "custody", of, place or {None: "All hubs"}.get(of) or {"near": "Near", "far": "Quaygate"}[hubs[0]], **kept)
    return memory.write(dee, Access("analyst"), kind, where, words or Said("Some words"), happened_on=on, at=at)


KINDS = ["Note", "Explanation", "Decision"]
EVENT = "Event: something that may move these figures"
RESTART = "Restart of this chart: a change that is meant to last"


@pytest.mark.parametrize(("reader", "kinds"), [(CHIEF, [*KINDS, EVENT]), (ANALYST, [*KINDS, EVENT, RESTART]), (NEAR, KINDS)])
def test_each_may_write_what_is_theirs(reader, kinds):
    app = of_count("write", reader=reader, hub="" if "Sergeant" in reader else "Near")
    assert field(app.selectbox, "What it is").options == kinds


def test_a_sergeant_writes_of_the_own_hub_and_the_command_team_reads_it():
    write("Explanation", "A fair was in town", reader=NEAR, hub="")
    (entry,) = entries()
    assert (entry.pin.hubs, entry.author.role, entry.author.name) == (("near",), "hub", NEAR)
    assert "① A fair was in town" in notes(of_count())[0]
    assert notes(of_count(hub="Quaygate")) == [] and notes(of_count(reader=FAR, hub="")) == []


def test_a_sergeant_neither_sees_nor_finds_what_is_said_of_another_hub():
    pinned("note", Said("Said of Quaygate alone"), "far")
    pinned("decision", Said("Decided of Quaygate alone", "Custody inspector", DUE), "far")
    pinned("note", Said("Said of both together"), "near", "far", place="North area")
    pinned("note", Said("Said of all hubs"), "all")
    pinned("decision", Said("Decided of all hubs", "Custody inspector", DUE), "all")
    pinned("event", Said("A new form in all hubs"), "all", on=date(2026, 3, 2))
    pinned("note", Said("Said of Near"))
    for app in (
        of_count(reader=NEAR, hub=""),
        meeting(reader=NEAR),
        of_count(reader=NEAR),
        of_count(reader=NEAR, hub="Quaygate"),
    ):
        everything = f"{app.main!r} {app.sidebar!r} {drawn(app)}"
        for hidden in ("Quaygate alone", "both together", "Said of all hubs", "Decided of all hubs"):
            assert hidden not in everything, (titles(app), hidden)
    assert titles(app) == [SAYS_NO]
    assert [note.partition(" Event ")[0].partition(" Note ")[0] for note in notes(of_count(reader=NEAR, hub=""))] == [
        "① A new form in all hubs",
        "② Said of Near",
    ]
    everywhere = drawn(meeting())
    assert "Decided of Quaygate alone" in everywhere and "Decided of all hubs" in everywhere, "the check can fail"
    assert "Decided of Quaygate alone" in drawn(meeting(reader=FAR))


def test_a_sergeant_changes_what_they_wrote_and_closes_no_decision_of_others():
    pinned("decision", Said("Decided by Dee", "Custody inspector", DUE))
    write("Note", "Written by Near", reader=NEAR, hub="")
    app = of_count("change", reader=NEAR, hub="")
    assert [option[:29] for option in field(app.selectbox, "Which").options] == [f"② Note by {NEAR}, "[:29]]
    agenda = meeting(reader=NEAR)
    assert "Decided by Dee" in drawn(agenda)
    assert not [part.label for part in agenda.expander if part.label == "Close or extend"]
    assert not [part.label for part in agenda.expander if "held" in part.label]
    assert [part.label for part in meeting().expander if part.label == "Close or extend"] == ["Close or extend"]


@pytest.mark.parametrize("reader", ["Member of the partnership board", "Information asset owner"])
def test_neither_the_board_nor_who_reads_the_log_sees_any_of_it(reader):
    pinned("note", Said("Said of Near"))
    app = meeting(reader=reader)
    assert titles(app) == [SAYS_NO] and "Said of Near" not in f"{app.main!r} {drawn(app)}"


def test_an_edit_and_a_withdrawal_keep_what_was_said():
    pinned("note", Said("Fewer forms were used"))
    app = of_count("change")
    field(app.text_area, "In words").input("Fewer forms were filled in")
    press(app, "Keep the change")
    assert [element.value for element in app.success] == ["Changed; what it said before is kept."]
    (listed,) = notes(app)
    assert listed.startswith("① Fewer forms were filled in Note by Dee, ") and f"Changed {TODAY.day} {TODAY:%B %Y}." in listed
    history = field(app.text_area, "In words").help
    assert "Dee: written. Fewer forms were used\n" in history and f"{CHIEF}: edited. Fewer forms were filled in" in history
    field(app.text_input, "Why it is withdrawn").input("It was another hub")
    press(app, "Withdraw it")
    assert notes(app) == [] and entries() == []


def test_the_second_of_two_is_told_what_the_first_wrote_and_keeps_what_they_wrote_themselves():
    pinned("decision", Said("Open the desk", "Custody inspector", DUE))
    first, second = (of_count("change") for _ in range(2))
    field(first.text_area, "In words").input("Open two desks")
    press(first, "Keep the change")
    field(second.text_area, "In words").input("Open three desks")
    press(second, "Keep the change")
    (refusal,) = [element.value.replace("\\", "") for element in second.error]
    assert refusal.startswith(f"{CHIEF} changed this meanwhile, on ") and "“Open two desks”." in refusal
    assert texts_kept() == ["Open two desks"]
    assert field(second.text_area, "In words").value == "Open three desks"
    assert notes(second)[0].startswith("① Open two desks ")
    press(second, "Keep the change")
    assert not second.error and texts_kept() == ["Open three desks"]
    assert [version.said.text for version in entries()[0].history] == ["Open the desk", "Open two desks", "Open three desks"]


def test_of_two_who_close_and_extend_a_decision_the_second_is_told():
    pinned("decision", Said("Open the desk", "Custody inspector", DUE))
    first, second = (meeting("decision-1") for _ in range(2))
    for app, reason, days in ((first, "No builder was found", 10), (second, "It rains", 20)):
        field(app.text_input, "Why").input(reason)
        field(app.date_input, "Extend to").set_value(DUE + timedelta(days=days))
    press(first, "Extend it")
    press(second, "Extend it")
    (refusal,) = [element.value.replace("\\", "") for element in second.error]
    assert refusal.startswith(f"{CHIEF} changed this meanwhile, on ")
    assert field(second.text_input, "Why").value == "It rains"
    assert [version.said.due_on for version in entries()[0].history] == [DUE, DUE + timedelta(days=10)]


# On the chart


def test_an_event_of_a_theme_stands_on_each_of_its_charts():
    """Of 36 months from November 2023 March 2026 is the 29th: the line is before April, which it can have moved whole."""
    app = fill(of_count("write"), EVENT, "A new form", day=date(2026, 3, 14))
    field(app.checkbox, "It concerns every measure under “Police custody”").check()
    press(app, "Keep it")
    assert chart(app) == ([28.5], [(28.5, "①")])
    assert notes(app)[0].startswith(f"① A new form Event of 14 March 2026, recorded by {CHIEF}.")
    other = opened(CUSTODY, invented_reader=CHIEF, hub="Near", **{"custody-measure": "Overnight detentions"})
    assert len(notes(other)) == 1
    assert notes(of_count(hub="Quaygate")) == []


def test_what_was_said_of_where_children_live_stands_there_alone():
    pinned("note", Said("Of where it happened"))
    pinned("note", Said("Of where they live"), placed_by="residence")
    of_each = [notes(of_count(**link)) for link in ({}, {"place": "Where the child lives"})]
    assert [[note.partition(" Note by ")[0] for note in found] for found in of_each] == [
        ["① Of where it happened"],
        ["① Of where they live"],
    ]


def test_what_was_said_later_has_no_place_on_the_chart_of_an_earlier_period():
    pinned("note", Said("Of the year to October 2026"))
    pinned("event", Said("A new form"), on=date(2026, 3, 14))
    app = of_count(period="Financial year 2024/25")
    assert len(notes(app)) == 2 and chart(app) == ([], [])


def test_a_restart_is_drawn_and_judged_by_at_once_and_can_be_withdrawn():
    before = of_count(reader=ANALYST)
    assert any(text.lstrip().startswith("▼") or "▼ October 2026" in text for text in said(before))
    app = write(RESTART, "Reporting became stricter", day=date(2026, 1, 1), reader=ANALYST)
    assert any(
        text.startswith("Chart restarted from January 2026: Reporting became stricter (recorded by Analyst,")
        for text in said(app)
    )
    assert chart(app)[0] == [25.5]
    assert entries()[0].day == date(2026, 1, 1)
    assert not any("Chart restarted" in text for text in said(of_count(hub="Quaygate")))
    app.session_state["folded-change"] = True
    run(app)
    field(app.text_input, "Why it is withdrawn").input("It was not stricter after all")
    press(app, "Withdraw it")
    assert not any("Chart restarted" in text for text in said(app))
    assert any("▼ October 2026" in text for text in said(app))


def test_an_explanation_is_offered_again_when_the_same_measure_and_place_is_flagged_again():
    """October is flagged; what was said of the year to June was of an earlier flag, what is said of October is of this one."""
    june = {"opens": date(2025, 7, 1), "closes": date(2026, 7, 1)}
    pinned("explanation", Said("A fair was in town"), at=datetime.fromisoformat("2026-07-14T09:00"), **june)
    app = of_count("write")
    offered = "Flagged before, and explained 14 July 2026: “A fair was in town”"
    assert [element.value.replace("\\", "") for element in app.info] == [offered]
    field(app.selectbox, "What it is").select("Explanation")
    run(app)
    assert field(app.text_area, "In words").value == "A fair was in town"
    for other in (of_count(hub="Quaygate"), of_count(hub="")):
        assert not other.info
    pinned("explanation", Said("A party was in town"))
    assert [element.value.replace("\\", "") for element in of_count().info] == [offered], "that of this flag is none of before"


def test_where_nothing_is_flagged_no_explanation_is_offered():
    june = {"opens": date(2025, 7, 1), "closes": date(2026, 7, 1)}
    pinned("explanation", Said("A fair was in town"), "far", **june)
    app = of_count(hub="Quaygate")
    assert not app.info and len(notes(app)) == 1


# The meeting itself


def test_what_was_written_since_the_last_meeting_is_told():
    pinned("note", Said("Said before"))
    app = meeting("held")
    assert any(text.startswith("- Detentions of children, Near: Said before (Note by Dee, ") for text in said(app))
    field(app.date_input, "This meeting was held on").set_value(date(2026, 11, 3))
    press(app, "Write it down")
    assert [element.value for element in app.success] == ["The meeting of 3 November 2026 is written down."]
    assert "The last meeting that was written down: 3 November 2026." in said(app)
    assert not any("Said before" in text for text in said(app))
    pinned("note", Said("Said since"))
    app = meeting()
    assert "Written since the last meeting" in [element.value for element in app.header]
    assert any("Said since" in text for text in said(app)) and not any("Said before" in text for text in said(app))
    (logged,) = [json.loads(filters) for filters in log.entries(action="memory")["filters"]]
    assert logged["meeting"] == "2026-11-03"


def test_a_decision_of_a_measure_that_is_counted_no_more_breaks_nothing():
    pinned("decision", Said("Of what was counted once", "Custody inspector", DUE), key="of_a_former_version")
    app = meeting()
    assert titles(app) == ["Meeting"]
    body = drawn(app)
    assert "Of what was counted once" in body
    assert "Its measure is no longer counted, so nothing can be said of its line." in body


# Without the memory


LOST = (
    "The memory of meetings cannot be read at the moment: notes, decisions, events and restarts that were recorded on a page are "
    "missing. Figures are shown as before; tell whoever looks after this dashboard."
)


@pytest.mark.parametrize("page", [CUSTODY, MEETING, "pages/performance/overview.py"])
def test_without_the_memory_figures_go_on_and_one_sentence_says_what_is_missing(page, tmp_path, monkeypatch):
    pinned("note", Said("Kept before"))
    link = {"invented_reader": CHIEF, "hub": "Near", **COUNT}
    whole = opened(page, **link)
    monkeypatch.setenv("MEETINGS_URL", f"postgresql://me:sesame@127.0.0.1:1/{tmp_path.name}")
    app = opened(page, **link)
    warnings = [element.value.replace("\\", "") for element in app.warning]
    assert warnings == [LOST] and not app.error
    assert "sesame" not in f"{app.main!r}"
    assert [figure.value for figure in app.metric] == [figure.value for figure in whole.metric]
    assert [element.value for element in app.title] == [element.value for element in whole.title]
    assert notes(app) == []
    if page == CUSTODY:
        assert [figure.value for figure in app.metric] == ["90"]
    if page == MEETING:
        told = [element.value for element in (*app.markdown, *app.caption)]
        assert "What was decided cannot be read at the moment." in told
        assert not any(text.startswith(("No decision is open", "No meeting was written down")) for text in told)


def test_what_cannot_be_kept_still_stands_in_the_form(tmp_path, monkeypatch):
    app = fill(of_count("write"), "Note", "More children were searched")
    kept = Path(f"{tmp_path}/meetings.sqlite")
    aside = kept.rename(kept.with_name("aside"))
    press(app, "Keep it")
    assert [element.value.replace("\\", "") for element in app.error] == [
        "The memory of meetings cannot be written at the moment: nothing was kept, and what you wrote still stands in the form. "
        "Figures are shown as before; tell whoever looks after this dashboard."
    ]
    assert field(app.text_area, "In words").value == "More children were searched"
    assert [figure.value for figure in app.metric] == ["90"]
    assert len(log.entries(action="memory")) == 1, "it is logged before it is kept"
    aside.rename(kept)
    press(app, "Keep it")
    assert [element.value for element in app.success] == ["Note kept."] and texts_kept() == ["More children were searched"]


def test_a_text_is_text():
    odd = "<b>bold</b> *starred* [a link](https://elsewhere) :material/home: $x$"
    pinned("note", Said(odd))
    pinned("decision", Said(odd, odd[:40], DUE))
    app = of_count("change")
    body = drawn(app)
    assert "&lt;b&gt;bold&lt;/b&gt; *starred*" in body and "<b>bold" not in body
    agenda = meeting()
    assert "&lt;b&gt;bold&lt;/b&gt;" in drawn(agenda) and "<b>bold" not in drawn(agenda)
    assert not any("*starred*" in text.replace("\\*starred\\*", "") for text in said(agenda))
