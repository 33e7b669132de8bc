"""The memory of meetings: what an entry keeps, that every version of it is kept, who sees it and who may change it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import isnan, nan
from pathlib import Path
from threading import Barrier

import pytest
from people import (
    ANALYST,
    ANN,
    AUDIT,
    BAIL_DESK,
    BOARD,
    BOB,
    BOTH,
    CHIEF,
    COMMAND,
    DEE,
    FAR,
    MEETING,
    NEAR,
    change,
    decided,
    entry_of,
    noted,
    pin,
    texts,
)
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from meetings import database, memory
from meetings.entries import Author, Entry, Said, Version
from meetings.memory import LONGEST, LONGEST_OWNER, Refused
from metrics.signals.targets import Rebase, RecordedRebase
from queries.scope import Access

ROOT = Path(__file__).parents[2]


def raw(url, table):
    """The rows of a table as they lie in the database."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY number")).mappings()]  # noqa: S608


def here():
    """The environment of another process of this test."""
    return {**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"}


def everything(url):
    return [raw(url, table) for table in ("meeting_entries", "meeting_versions", "meetings_held")]


# What is kept


def test_an_entry_keeps_what_it_is_pinned_to_who_wrote_it_and_when(memory_url):
    began = datetime.now(UTC).replace(tzinfo=None)
    number = memory.write(CHIEF, COMMAND, "decision", pin("near"), BAIL_DESK)
    (found,) = memory.read(COMMAND)
    (version,) = found.history
    assert began <= version.written_at <= datetime.now(UTC).replace(tzinfo=None)
    written = Version(version.number, version.written_at, CHIEF, "written", BAIL_DESK, "")
    assert found == Entry(number, "decision", pin("near"), None, (written,))
    assert (found.said, found.author, found.is_open, found.pin.hub) == (BAIL_DESK, CHIEF, True, "near")


def test_a_figure_that_there_was_not_is_none(memory_url):
    without = replace(pin(), numerator=nan, denominator=nan, value=nan, lower=nan, upper=nan, verdict="not judged")
    memory.write(CHIEF, COMMAND, "note", without, Said("Nothing was loaded"))
    (found,) = memory.read(COMMAND)
    assert all(isnan(getattr(found.pin, name)) for name in ("numerator", "denominator", "value", "lower", "upper"))
    assert raw(memory_url, "meeting_entries")[0]["value"] is None
    assert (found.pin.hubs, found.pin.hub, found.pin.verdict) == (None, "", "not judged")


def test_a_wider_place_keeps_each_of_its_hubs(memory_url):
    memory.write(CHIEF, COMMAND, "note", pin("near", "far"), Said("Of the area"))
    (found,) = memory.read(COMMAND)
    assert (found.pin.hubs, found.pin.hub, found.pin.place) == (("near", "far"), "", "near and far")


def test_text_of_every_kind_comes_back_as_it_was(memory_url):
    odd = "two\nlines, a 'quote', \\u00e9, é, e\u0301, 👮, %s, :name and <b>"
    memory.write(replace(CHIEF, name=odd), COMMAND, "note", pin("near", place=odd, sentence=odd), Said(odd))
    (found,) = memory.read(COMMAND)
    assert {found.said.text, found.author.name, found.pin.place, found.pin.sentence} == {odd}


def test_the_blanks_around_a_text_are_none_of_it(memory_url):
    memory.write(CHIEF, COMMAND, "decision", pin(), replace(BAIL_DESK, text="  Open it \n", owner=" Custody inspector "))
    assert (entry_of(1).said.text, entry_of(1).said.owner) == ("Open it", "Custody inspector")


def test_the_place_on_a_chart_is_the_end_of_the_period_and_of_an_event_its_day(memory_url):
    noted()
    memory.write(CHIEF, COMMAND, "event", pin("near"), Said("A new form"), happened_on=date(2026, 9, 14))
    assert [(entry.day, entry.happened_on) for entry in memory.read(COMMAND)] == [
        (date(2026, 10, 31), None),
        (date(2026, 9, 14), date(2026, 9, 14)),
    ]


def test_an_entry_keeps_the_scope_that_it_was_pinned_in(memory_url):
    memory.write(CHIEF, COMMAND, "note", pin("near", placed_by="residence"), Said("By home"))
    (found,) = memory.read(COMMAND)
    assert (found.pin.opens, found.pin.closes) == (date(2025, 11, 1), date(2026, 11, 1))
    assert (found.pin.hubs, found.pin.placed_by) == (("near",), "residence")


# How it is read


def test_what_was_said_of_a_measure_of_a_theme_and_of_a_kind(memory_url):
    memory.write(CHIEF, COMMAND, "note", pin(), Said("Of the share"))
    memory.write(CHIEF, COMMAND, "event", pin(key=""), Said("Of the theme"), happened_on=date(2026, 9, 1))
    memory.write(CHIEF, COMMAND, "note", pin(key="missing_episodes", theme="missing"), Said("Of another"))
    assert texts(COMMAND) == ["Of the share", "Of the theme", "Of another"]
    assert texts(COMMAND, keys=["overnight_share"]) == ["Of the share"]
    assert texts(COMMAND, keys=["overnight_share"], themes=["custody"]) == ["Of the share", "Of the theme"]
    assert texts(COMMAND, themes=["missing"]) == [], "what is of one measure is not of its whole theme"
    assert texts(COMMAND, kinds=["event"]) == ["Of the theme"]
    assert texts(COMMAND, keys=["overnight_share"], kinds=["event"]) == []
    assert texts(COMMAND, keys=["nothing"]) == []


def test_a_process_that_begins_now_sees_what_was_written_and_goes_on_from_there(memory_url):
    decided()
    program = (
        "from people import *; from meetings import memory; from meetings.entries import Said\n"
        "(found,) = memory.read(NEAR); print(found.said, found.history[0].written_at)\n"
        "memory.change(CHIEF, COMMAND, found.number, found.now.number, 'closed', found.said, 'Done')"
    )
    told = subprocess.run([sys.executable, "-c", program], env=here(), capture_output=True, text=True, check=True)
    assert told.stdout == f"{BAIL_DESK} 2026-11-03 10:00:00\n"
    assert [version.action for version in entry_of(1).history] == ["written", "closed"]


def test_a_file_is_made_in_folders_that_are_made_for_it_and_is_its_owners_alone(tmp_path, monkeypatch):
    file = tmp_path / "of the force" / "memory" / "meetings.sqlite"
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{file}")
    assert memory.read(COMMAND) == []
    assert file.stat().st_mode & 0o777 == 0o600


def test_making_the_tables_again_leaves_what_they_hold(memory_url):
    noted("Before")
    database.prepare()
    assert texts(COMMAND) == ["Before"]


# Every version is kept


def test_an_edit_keeps_what_was_said_before_with_who_said_it_and_when(memory_url):
    number = decided()
    later, new = MEETING + timedelta(days=1), replace(BAIL_DESK, text="Open two bail desks at night")
    change(number, "edited", new, by=DEE, access=ANALYST, at=later)
    found = entry_of(number)
    said = [(version.written_at, version.by, version.action, version.said, version.reason) for version in found.history]
    assert said == [(MEETING, CHIEF, "written", BAIL_DESK, ""), (later, DEE, "edited", new, "")]
    assert (found.said, found.author, found.pin) == (new, CHIEF, pin("near")), "the figure stays as it stood"
    assert found.is_open


def test_what_is_withdrawn_is_no_longer_told_and_still_there_with_its_reason(memory_url):
    number = noted("A child of the hub")
    change(number, "withdrawn", Said("A child of the hub"), " It says too much ")
    assert memory.read(COMMAND) == []
    rows = [(row["text"], row["action"], row["reason"]) for row in raw(memory_url, "meeting_versions")]
    assert rows == [("A child of the hub", "written", ""), ("A child of the hub", "withdrawn", "It says too much")]


def test_a_decision_is_extended_and_closed_with_a_reason_each_time(memory_url):
    number = decided()
    later = replace(BAIL_DESK, due_on=date(2027, 3, 31))
    change(number, "extended", later, "No builder was found")
    assert (entry_of(number).is_open, entry_of(number).said.due_on) == (True, date(2027, 3, 31))
    change(number, "closed", later, "It is open")
    found = entry_of(number)
    assert not found.is_open and not found.is_withdrawn
    assert [(version.action, version.reason) for version in found.history] == [
        ("written", ""),
        ("extended", "No builder was found"),
        ("closed", "It is open"),
    ]


def test_a_decision_that_is_closed_stays_closed_when_its_words_are_mended(memory_url):
    number = decided()
    change(number, "closed", BAIL_DESK, "It is open")
    change(number, "edited", replace(BAIL_DESK, text="Open the bail desk every night"))
    found = entry_of(number)
    assert not found.is_open
    assert found.said.text == "Open the bail desk every night"
    change(number, "opened again", BAIL_DESK, "It closed again")
    assert entry_of(number).is_open


def test_what_was_withdrawn_is_not_changed_any_more(memory_url):
    number = noted("A child of the hub")
    seen = entry_of(number).now.number
    change(number, "withdrawn", Said("A child of the hub"), "It says too much", at=MEETING)
    for written in (seen, seen + 1):
        with pytest.raises(Refused) as refused:
            change(number, "edited", Said("Once more"), seen=written)
        said = "Cy withdrew this on 3 November 2026, 10:00: “It says too much”. Write a new entry instead."
        assert str(refused.value) == said
    assert memory.read(COMMAND) == []


@pytest.mark.parametrize("action", ["closed", "extended", "opened again"])
def test_what_is_no_decision_is_neither_closed_nor_extended(memory_url, action):
    number = noted()
    with pytest.raises(Refused, match=r"^Only a decision is closed, extended or opened again\.$"):
        change(number, action, Said("A note", due_on=date(2027, 1, 1)), "For no reason")
    assert len(entry_of(number).history) == 1


def raises_on(url, statement):
    before = everything(url)
    with (
        pytest.raises(DBAPIError, match="never changed and never deleted"),
        create_engine(url, poolclass=NullPool).begin() as connection,
    ):
        connection.execute(text(statement))
    return everything(url) == before


@pytest.mark.parametrize(
    ("table", "column"), [("meeting_entries", "place"), ("meeting_versions", "text"), ("meetings_held", "name")]
)
def test_the_database_itself_refuses_to_change_or_remove_what_was_written(memory_url, table, column):
    noted("One")
    noted("Two")
    memory.hold(CHIEF, COMMAND, date(2026, 11, 3))
    statements = [f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table} WHERE number = 1", f"DELETE FROM {table}"]  # noqa: S608
    if memory_url.startswith("sqlite"):
        statements.append(f"REPLACE INTO {table} SELECT * FROM {table} WHERE number = 1")  # noqa: S608
    else:
        statements.append(f"TRUNCATE {table} CASCADE")
    assert all(raises_on(memory_url, statement) for statement in statements)


# Two who write at once


def test_the_second_who_saw_the_version_before_is_told_what_the_first_wrote(memory_url):
    number = decided()
    seen = entry_of(number).now.number
    first, second = replace(BAIL_DESK, text="Open two desks"), replace(BAIL_DESK, text="Open three desks")
    change(number, "edited", first, seen=seen, at=MEETING)
    with pytest.raises(Refused) as refused:
        change(number, "edited", second, by=DEE, access=ANALYST, seen=seen)
    assert str(refused.value) == (
        "Cy changed this meanwhile, on 3 November 2026, 10:00: “Open two desks”. Read it, then say again what you want to keep."
    )
    assert [version.said.text for version in entry_of(number).history] == [BAIL_DESK.text, "Open two desks"]
    change(number, "edited", second, by=DEE, access=ANALYST)
    assert entry_of(number).said == second


def at_once(works):
    """Have each done in a thread of its own, all begun at the same moment; what each gave or raised."""
    gate = Barrier(len(works))

    def do(work):
        gate.wait()
        try:
            return work()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as many:
        return list(many.map(do, works))


def test_of_eight_who_change_one_version_at_the_same_moment_one_is_kept(memory_url):
    number = decided()
    seen = entry_of(number).now.number

    def edit(name):
        return lambda: change(number, "edited", replace(BAIL_DESK, text=name), seen=seen, by=replace(CHIEF, name=name))

    ended = at_once([edit(f"Writer {each}") for each in range(8)])
    kept = [f"Writer {each}" for each, end in enumerate(ended) if end is None]
    assert [version.said.text for version in entry_of(number).history] == [BAIL_DESK.text, *kept]
    assert len(kept) == 1
    assert all(str(end).startswith(f"{kept[0]} changed this meanwhile, on ") for end in ended if end is not None)


def test_what_eight_write_at_the_same_moment_is_all_kept(memory_url):
    def five(name):
        return lambda: [noted(f"{name} {each}") for each in range(5)]

    numbers = [number for found in at_once([five(f"Writer {each}") for each in range(8)]) for number in found]
    assert sorted(numbers) == list(range(1, 41))
    assert sorted(texts(COMMAND)) == sorted(f"Writer {each} {again}" for each in range(8) for again in range(5))


@pytest.mark.usefixtures("on_sqlite")
def test_what_processes_write_at_once_is_all_kept_and_one_makes_the_file():
    program = "from people import noted; import sys; [noted(f'{sys.argv[1]} {each}') for each in range(10)]"
    writers = [subprocess.Popen([sys.executable, "-c", program, name], env=here()) for name in "ab"]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    assert sorted(texts(COMMAND)) == sorted(f"{name} {each}" for name in "ab" for each in range(10))


def test_who_reads_does_not_wait_for_one_who_writes(memory_url):
    noted("Before")
    with database.writing():
        began = datetime.now(UTC)
        assert texts(COMMAND) == ["Before"]
        assert datetime.now(UTC) - began < timedelta(seconds=database.PATIENCE / 2)


# Who may see, write and change what

EVERYBODY = {"command": COMMAND, "analyst": ANALYST, "near": NEAR, "far": FAR, "both": BOTH, "board": BOARD, "audit": AUDIT}


def test_who_sees_which_entries(memory_url):
    """Whoever reads every hub sees all; a sergeant those of each hub of their own alone, and what was changed in all of them."""
    for kind, day in (("note", None), ("event", date(2026, 9, 1)), ("restart", date(2026, 9, 1))):
        for place in ((), ("near",), ("far",), *([] if kind == "restart" else [("near", "far")])):
            said = Said(f"{kind} of {' and '.join(place) or 'all'}")
            memory.write(DEE, ANALYST, kind, pin(*place), said, happened_on=day)
    everywhere = texts(ANALYST)
    assert len(everywhere) == 11
    of_all = ["event of all", "restart of all"]
    assert {name: sorted(texts(access)) for name, access in EVERYBODY.items()} == {
        "command": sorted(everywhere),
        "analyst": sorted(everywhere),
        "near": sorted([*of_all, *(f"{kind} of near" for kind in ("note", "event", "restart"))]),
        "far": sorted([*of_all, *(f"{kind} of far" for kind in ("note", "event", "restart"))]),
        "both": sorted([*of_all, *(f"{kind} of {hub}" for kind in ("note", "event", "restart") for hub in ("near", "far"))]),
        "board": [],
        "audit": [],
    }


PLACES = {"all": (), "near": ("near",), "far": ("far",), "near and far": ("near", "far")}
OF_ONE = ("note", "explanation", "decision")
MAY = {  # which kinds each may write, by the place that they are pinned to
    "command": dict.fromkeys(PLACES, (*OF_ONE, "event")),
    "analyst": {
        **dict.fromkeys(("all", "near", "far"), (*OF_ONE, "event", "restart")),
        "near and far": (*OF_ONE, "event"),  # a chart is restarted in one hub or in all of them
    },
    "near": {"near": OF_ONE},
    "far": {"far": OF_ONE},
    "both": {"near": OF_ONE, "far": OF_ONE},
    "board": {},
    "audit": {},
}


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("reader", EVERYBODY)
def test_who_may_write_what_and_where(reader):
    for place, hubs in PLACES.items():
        for kind in (*OF_ONE, "event", "restart"):
            before = len(memory.read(ANALYST))
            try:
                memory.write(CHIEF, EVERYBODY[reader], kind, pin(*hubs), BAIL_DESK, happened_on=date(2026, 9, 1))
                refusal = ""
            except Refused as refused:
                refusal = str(refused)
            is_kept = len(memory.read(ANALYST)) - before
            assert is_kept == (kind in MAY[reader].get(place, ())), (reader, place, kind)
            article = "An" if kind in ("explanation", "event") else "A"
            where = "All hubs" if place == "all" else place
            assert refusal == ("" if is_kept else f"{article} {kind} of {where} is not yours to write.")


@pytest.mark.parametrize(
    ("reader", "by", "may"),
    [
        ("command", CHIEF, {"of near by Ann", "of near by Cy", "of far by Bob", "of all by Cy"}),
        ("analyst", DEE, {"of near by Ann", "of near by Cy", "of far by Bob", "of all by Cy"}),
        ("near", ANN, {"of near by Ann"}),
        ("near", BOB, set()),
        ("far", ANN, set()),
        ("far", BOB, {"of far by Bob"}),
        ("both", ANN, {"of near by Ann"}),
        ("board", CHIEF, set()),
        ("audit", CHIEF, set()),
    ],
)
@pytest.mark.usefixtures("on_sqlite")
def test_who_may_change_what(reader, by, may):
    """A sergeant what they wrote themselves of a hub that is still theirs; who may write of every hub, all of it."""
    noted("of near by Ann", ANN, NEAR, "near")
    noted("of near by Cy", CHIEF, COMMAND, "near")
    noted("of far by Bob", BOB, FAR, "far")
    memory.write(CHIEF, COMMAND, "note", pin(), Said("of all by Cy"))
    changed, refusals = set(), set()
    for entry in memory.read(ANALYST):
        try:
            memory.change(by, EVERYBODY[reader], entry.number, entry.now.number, "edited", Said(f"{entry.said.text}!"))
            changed.add(entry.said.text)
        except Refused as refused:
            refusals.add(str(refused))
    assert changed == may
    assert refusals == ({"This entry is not yours to change."} if len(may) < 4 else set())
    assert {said.removesuffix("!") for said in texts(ANALYST) if said.endswith("!")} == may


@pytest.mark.usefixtures("on_sqlite")
def test_a_person_is_known_by_issuer_and_subject_and_not_by_name_or_role():
    noted("By Ann", ANN, NEAR)
    for other in (replace(ANN, subject="0x"), replace(ANN, issuer="https://login.elsewhere")):
        with pytest.raises(Refused, match="not yours to change"):
            change(1, "edited", Said("By another"), by=other, access=NEAR)
    change(1, "edited", Said("By Ann, who married"), by=replace(ANN, name="Ann Other"), access=NEAR)
    assert texts(NEAR) == ["By Ann, who married"]


@pytest.mark.usefixtures("on_sqlite")
def test_the_command_team_does_not_change_a_restart():
    number = memory.write(DEE, ANALYST, "restart", pin(), Said("A new form"), happened_on=date(2026, 9, 1))
    with pytest.raises(Refused, match="not yours to change"):
        change(number, "withdrawn", Said("A new form"), "We do not like it")
    change(number, "withdrawn", Said("A new form"), "It was not used", by=DEE, access=ANALYST)
    assert memory.restarts() == ()


@pytest.mark.usefixtures("on_sqlite")
def test_another_hubs_entry_and_none_are_refused_in_the_same_words():
    """So that nobody learns from the refusal that there is one."""
    noted("Of far", BOB, FAR, "far")
    for number in (1, 99):
        with pytest.raises(Refused, match=r"^This entry is not yours to change\.$"):
            memory.change(ANN, NEAR, number, 1, "edited", Said("Found it"))


# What is refused


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        ("note", Said("  \n "), "A note needs words: write what it is."),
        ("explanation", Said(""), "An explanation needs words: write what it is."),
        ("note", Said("x" * (LONGEST + 1)), "Write up to 1,000 letters, and up to 80 for whose it is."),
        (
            "decision",
            replace(BAIL_DESK, owner="x" * (LONGEST_OWNER + 1)),
            "Write up to 1,000 letters, and up to 80 for whose it is.",
        ),
        ("decision", Said("Open it"), "A decision needs an owner, as a role, and a day by which it is due."),
        ("decision", replace(BAIL_DESK, owner=" "), "A decision needs an owner, as a role, and a day by which it is due."),
        ("decision", replace(BAIL_DESK, due_on=None), "A decision needs an owner, as a role, and a day by which it is due."),
        ("event", Said("A new form"), "An event needs its day."),
        ("restart", Said("A new form"), "A restart needs its day."),
    ],
)
def test_what_is_incomplete_or_too_long_is_not_kept(kind, said, sentence):
    with pytest.raises(Refused) as refused:
        memory.write(DEE, ANALYST, kind, pin(), said)
    assert str(refused.value) == sentence
    assert memory.read(ANALYST) == []
    longest = memory.write(DEE, ANALYST, "note", pin(), Said("x" * LONGEST))
    assert entry_of(longest).said.text == "x" * LONGEST


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("action", ["withdrawn", "closed", "extended", "opened again"])
def test_whoever_ends_or_moves_an_entry_says_why(action):
    number = decided()
    with pytest.raises(Refused, match=r"^Say why: it stands beside the entry for whoever reads it later\.$"):
        change(number, action, BAIL_DESK, "  ")
    assert len(entry_of(number).history) == 1


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("due_on", [None, date(2027, 1, 30), date(2027, 1, 31)])
def test_a_decision_is_extended_to_a_later_day(due_on):
    number = decided()
    with pytest.raises(Refused, match=r"^Give a later day than the one that it is due on now\.$"):
        change(number, "extended", replace(BAIL_DESK, due_on=due_on), "No builder was found")
    assert entry_of(number).said.due_on == date(2027, 1, 31)


@pytest.mark.usefixtures("on_sqlite")
def test_an_edit_is_checked_as_what_is_new():
    number = decided()
    with pytest.raises(Refused, match="A decision needs an owner"):
        change(number, "edited", Said("Somebody does something"))
    assert entry_of(number).said == BAIL_DESK


# Restarts and meetings


def test_a_sergeant_marks_nothing_for_the_board_and_leaves_the_mark_of_others(memory_url):
    marked = Said("A note", for_board=True)
    with pytest.raises(Refused, match="mark what is for the partnership board"):
        memory.write(ANN, NEAR, "note", pin("near"), marked)
    number = noted(by=ANN, access=NEAR)
    with pytest.raises(Refused, match="mark what is for the partnership board"):
        change(number, "edited", marked, by=ANN, access=NEAR)
    change(number, "edited", marked)
    change(number, "edited", replace(marked, text="In other words"), by=ANN, access=NEAR)
    assert entry_of(number).said == Said("In other words", for_board=True)


def test_restarts_are_those_that_hold_of_whichever_hub(memory_url):
    at = datetime.fromisoformat("2026-06-30T23:30")  # in London it is July
    memory.write(DEE, ANALYST, "restart", pin(), Said("A new form"), happened_on=date(2026, 4, 1), at=at)
    memory.write(DEE, ANALYST, "restart", pin("near"), Said("A bail desk"), happened_on=date(2026, 5, 1), at=at)
    gone = memory.write(DEE, ANALYST, "restart", pin("far"), Said("A mistake"), happened_on=date(2026, 6, 1), at=at)
    memory.write(DEE, ANALYST, "event", pin(), Said("No restart"), happened_on=date(2026, 6, 1), at=at)
    change(gone, "withdrawn", Said("A mistake"), "It was one", by=DEE, access=ANALYST)
    change(2, "edited", Said("A bail desk at night"), by=DEE, access=ANALYST, at=at + timedelta(days=40))
    july = date(2026, 7, 1)
    assert memory.restarts() == (
        RecordedRebase("overnight_share", None, Rebase(date(2026, 4, 1), "A new form", "Dee", july)),
        RecordedRebase("overnight_share", "near", Rebase(date(2026, 5, 1), "A bail desk at night", "Dee", july)),
    )


def test_the_last_meeting_is_the_one_that_was_written_down_last(memory_url):
    assert memory.last_held() is None
    memory.hold(CHIEF, COMMAND, date(2026, 11, 3))
    between = datetime.now(UTC).replace(tzinfo=None)
    memory.hold(DEE, ANALYST, date(2026, 10, 6))  # the one before, which was forgotten
    held_on, written_at = memory.last_held()
    assert held_on == date(2026, 10, 6)
    assert between <= written_at <= datetime.now(UTC).replace(tzinfo=None)
    assert memory.last_held(before=between)[0] == date(2026, 11, 3)
    kept = [(row["name"], row["role"]) for row in raw(memory_url, "meetings_held")]
    assert kept == [("Cy", "command"), ("Dee", "analyst")]


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("access", [NEAR, BOTH, BOARD, AUDIT, Access("command", ("near",))], ids=str)
def test_nobody_else_writes_down_that_a_meeting_was_held(access):
    sentence = r"^Only the command team and the analyst write down that the meeting was held\.$"
    with pytest.raises(Refused, match=sentence):
        memory.hold(Author("https://login.force.uk", "0x", "X", access.role), access, date(2026, 11, 3))
    assert memory.last_held() is None
