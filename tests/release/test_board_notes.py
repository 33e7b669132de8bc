"""What was marked for the board goes out with a release, in words, and is read on its page and in its pack: actions first."""

import shutil
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime

import databases
import guarded
import postgresql
import pytest
from hands import small_release
from server import opened, serving
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from test_board import MEETING, SHOW

from meetings import for_board, memory, packs
from meetings.entries import Author, Pin, Said
from queries.scope import Access
from release import notes, store
from release.__main__ import main
from release.notes import Note

LATER = Note("decision", "Conversion rate, Eden", "Look at grounds", "Search lead", date(2025, 6, 1), date(2025, 1, 3), "open")
SOON = Note("decision", "", "Open the bail desk", "Custody lead", date(2025, 2, 1), date(2025, 1, 2), "closed: it is open")
SAID = Note("note", "Detentions", "“Fewer” <b>nights</b> & *more*", "", None, date(2025, 1, 1), "")
CHIEF, ANALYST = Author("https://login.force.uk", "0c", "Cy", "command"), Access("analyst")


@pytest.fixture(params=databases.ENGINES)
def own_store(request, empty_store, monkeypatch):
    """An empty store on each engine."""
    if request.param == "postgresql":
        monkeypatch.setenv("RELEASE_URL", postgresql.new_schema())
        store.prepare()
    with store.writing() as connection:
        store.propose(connection, *small_release(15), "whoever builds")
        store.propose(connection, *small_release(20), "whoever builds")
    return store.release_url()


def read(release):
    with store.reading() as connection:
        return notes.of(connection, release)


def test_notes_go_out_with_their_release_actions_first_and_what_is_due_first(own_store):
    with store.writing() as connection:
        notes.add(connection, 1, [SAID, LATER, SOON])
    with store.writing() as connection:
        notes.add(connection, 2, [])
    assert read(1) == [SOON, LATER, SAID]
    assert read(2) == [] == read(9)


def test_what_fails_half_way_keeps_no_note(own_store):
    def until_the_disk_is_full():
        with store.writing() as connection:
            notes.add(connection, 1, [SAID])
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        until_the_disk_is_full()
    assert read(1) == []


def test_a_store_of_before_there_were_notes_gives_none(own_store):
    """Written to by its driver alone: our own way of writing makes what a file lacks."""
    engine = create_engine(own_store)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE release_notes"))
    engine.dispose()
    assert read(1) == []


def test_in_words():
    assert notes.in_words(SOON) == "Custody lead, due 1 February 2025; closed: it is open; of 2 January 2025"
    assert notes.in_words(LATER) == "Conversion rate, Eden; Search lead, due 1 June 2025; open; of 3 January 2025"
    assert notes.in_words(SAID) == "Detentions; of 1 January 2025"


@pytest.fixture
def on_postgresql(monkeypatch):
    url = postgresql.new_schema()
    monkeypatch.setenv("RELEASE_URL", url)
    store.prepare()
    with store.writing() as connection:
        store.propose(connection, *small_release(15), "whoever builds")
        notes.add(connection, 1, [SAID])
    return url


def test_the_board_reads_notes_and_nobody_changes_one(on_postgresql, monkeypatch):
    owner = on_postgresql
    for role, may_add in (("ccp_board", False), ("ccp_releaser", True)):
        url = guarded.login(owner, role, inherits=True)
        monkeypatch.setenv("RELEASE_URL", url)
        assert read(1)[:1] == [SAID]
        engine = create_engine(url)
        statements = {
            "INSERT INTO release_notes (release, place, said_on, kind, about, text, owner, state) "
            "VALUES (1, 9, '2025-01-01', 'note', '', 'x', '', '')": may_add,
            "UPDATE release_notes SET text = 'other'": False,
            "DELETE FROM release_notes": False,
            "TRUNCATE release_notes": False,
        }
        for statement, allowed in statements.items():
            refused = nullcontext() if allowed else pytest.raises(DBAPIError, match="permission denied")
            with refused, engine.begin() as connection:
                connection.execute(text(statement))
        engine.dispose()
    engine = create_engine(owner)
    with pytest.raises(DBAPIError, match="never changed and never deleted"), engine.begin() as connection:
        connection.execute(text("DELETE FROM release_notes"))
    engine.dispose()


def pin(**more):
    kept = {"metric_key": "overnight_share", "theme": "custody", "hubs": None, "place": "All hubs"}
    days = {"opens": date(2024, 1, 1), "closes": date(2025, 1, 1), "data_end": date(2024, 12, 31)}
    return Pin(**kept, **days, **more)


@pytest.fixture
def memory_of_its_own(tmp_path, monkeypatch):
    """The address of an empty memory."""
    url = f"sqlite:///{tmp_path / 'meetings.sqlite'}"
    monkeypatch.setenv("MEETINGS_URL", url)
    return url


def test_publishing_takes_along_what_is_marked_and_nothing_else(own_store, memory_of_its_own, capsys):
    """A decision and a note that are marked; not one that is not, nor one that was withdrawn, nor the figure of their pin."""
    at = datetime.fromisoformat("2025-01-05T10:00")
    due = date(2025, 3, 1)
    memory.write(CHIEF, ANALYST, "note", pin(value=0.4711), Said("For the board", for_board=True), at=at)
    memory.write(CHIEF, ANALYST, "note", pin(), Said("Not for the board"), at=at)
    memory.write(CHIEF, ANALYST, "decision", pin(), Said("Bail desk", "Custody lead", due, for_board=True), at=at)
    gone = memory.write(CHIEF, ANALYST, "note", pin(), Said("Withdrawn", for_board=True), at=at)
    seen = next(one for one in memory.read(ANALYST) if one.number == gone).now.number
    memory.change(CHIEF, ANALYST, gone, seen, "withdrawn", Said("Withdrawn", for_board=True), "It was wrong.")
    assert main(["publish", "--release", "1", "--why", "Agreed."]) == 0
    about = "Detentions that last overnight, All hubs"
    assert read(1) == [
        Note("decision", about, "Bail desk", "Custody lead", due, date(2025, 1, 5), "open"),
        Note("note", about, "For the board", "", None, date(2025, 1, 5), ""),
    ]
    assert "4711" not in repr(read(1)) and not capsys.readouterr().err


def test_a_closed_decision_keeps_its_reason_where_its_words_were_mended_later(memory_of_its_own):
    """The last version has no reason of its own: that of the step by which it was closed holds."""
    said = Said("Bail desk", "Custody lead", date(2025, 3, 1), for_board=True)
    number = memory.write(CHIEF, ANALYST, "decision", pin(), said)
    for action, now, reason in (("closed", said, "It is open."), ("edited", replace(said, text="The bail desk"), "")):
        (entry,) = memory.read(ANALYST)
        memory.change(CHIEF, ANALYST, number, entry.now.number, action, now, reason)
    (note,) = for_board.marked()
    assert (note.text, note.state) == ("The bail desk", "closed: It is open.")


def test_a_release_is_published_without_notes_where_the_memory_cannot_be_read(own_store, monkeypatch, capsys):
    monkeypatch.setenv("MEETINGS_URL", "sqlite:////dev/null/meetings.sqlite")
    assert main(["publish", "--release", "1", "--why", "Agreed."]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("Nothing that was marked for the board goes out with this release: ") and "published" in said.out
    assert read(1) == []


@pytest.fixture
def noted_store(released_url, tmp_path):
    """The published release of the invented force with two actions and a note."""
    path = tmp_path / "releases.duckdb"
    shutil.copy(released_url.removeprefix("duckdb:///"), path)
    with store.writing(f"duckdb:///{path}") as connection:
        notes.add(connection, 1, [SAID, LATER, SOON])
    return f"duckdb:///{path}"


def test_the_boards_pack_begins_with_its_actions_and_ends_with_what_is_noted(noted_store, monkeypatch):
    monkeypatch.setenv("RELEASE_URL", noted_store)
    pack = packs.build(packs.access_of("board", ""), packs.order("board", None, "", "the tests"))
    agenda, actions, *_ = pack.slides
    assert actions.title == "Actions of the last meeting: one of two still open"
    assert [row[:1] + row[2:] for row in actions.table.rows] == [
        ("Open the bail desk", "Custody lead", "1 February 2025", "closed: it is open"),
        ("Look at grounds", "Search lead", "1 June 2025", "open"),
    ]
    assert agenda.table.rows[0][1] == "Actions"
    (noted,) = [slide for slide in pack.slides if slide.section == "Notes"]
    assert noted.table.rows == ((SAID.text, "Detentions; of 1 January 2025"),)
    for form in packs.FORMS:
        assert packs.write(pack, form)


@pytest.mark.xdist_group("board")
def test_the_page_at_a_glance_shows_actions_first_letter_by_letter(noted_store, demo_url):
    with serving(demo_url, AUDIENCE="board", RELEASE_URL=noted_store) as address, opened(address, "glance") as tab:
        tab.fill_in(MEETING, SHOW)
        said = [element.body for kind in ("heading", "markdown") for element in tab.elements(kind)]
        ours = ["Actions of the last meeting", "Noted"]
        assert [element.body for element in tab.elements("heading") if element.body in ours] == ours
        (actions,) = (one for one in said if "Look at grounds" in one)
        assert actions.index("Open the bail desk") < actions.index("Look at grounds") and "due 1 February 2025" in actions
        (noted,) = (one for one in said if "nights" in one)
        assert "<b>" not in noted.replace("\\<", "") and "\\*more\\*" in noted
