"""A memory that is read-only, full, gone, replaced or out of reach: nothing is lost, and one sentence says so."""

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import postgresql
import pytest
from filelock import FileLock
from people import CHIEF, COMMAND, change, decided, entry_of, noted, pin, texts
from sqlalchemy import NullPool, create_engine, make_url, text

from meetings import database, memory
from meetings.database import SECONDS_BETWEEN_TRIES, MemoryUnavailable
from meetings.entries import Said

ROOT = Path(__file__).parents[2]
NOT_READ = (
    "The memory of meetings cannot be read at the moment: notes, decisions, events and restarts that were recorded on a page are "
    "missing. Figures are shown as before; tell whoever looks after this dashboard."
)
NOT_WRITTEN = (
    "The memory of meetings cannot be written at the moment: nothing was kept, and what you wrote still stands in the form. "
    "Figures are shown as before; tell whoever looks after this dashboard."
)


def why_not_read():
    with pytest.raises(MemoryUnavailable) as lost:
        memory.read(COMMAND)
    assert lost.value.on_screen == NOT_READ
    return str(lost.value)


def why_not_written(write=noted):
    with pytest.raises(MemoryUnavailable) as lost:
        write()
    assert lost.value.on_screen == NOT_WRITTEN
    return str(lost.value)


def later(monkeypatch, seconds=SECONDS_BETWEEN_TRIES + 1):
    """So many seconds go by."""
    now = time.monotonic() + seconds
    monkeypatch.setattr(database, "monotonic", lambda: now)


def begin_anew():
    """As in a process that begins now: nothing is open."""
    database._engine.cache_clear()
    gc.collect()


def file_at(url):
    return Path(url.removeprefix("sqlite:///"))


# A file


@pytest.fixture
def kept(on_sqlite):
    """A file in which one note was kept; it is open, and all of it is in the file itself."""
    noted("Kept before")
    begin_anew()
    assert texts(COMMAND) == ["Kept before"]
    return file_at(on_sqlite)


@contextmanager
def as_nobody():
    """While this lasts, this process may do no more than anybody: as root it would be refused no file."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_is_only_read_is_not_written(monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "meetings.sqlite"
        monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{file}")
        noted("Kept before")
        begin_anew()
        file.chmod(0o444)
        Path(folder).chmod(0o555)
        with as_nobody():
            assert "meetings.sqlite could not be written: attempt to write a readonly database." in why_not_written()
        begin_anew()
        file.chmod(0o644)
        Path(folder).chmod(0o755)
        noted("Kept after")
        assert texts(COMMAND) == ["Kept before", "Kept after"]


@contextmanager
def no_room_beyond(size):
    """While this lasts, this process can have no file grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 100, 5000])
def test_a_full_disk_keeps_nothing_of_what_was_being_written_and_all_that_was(kept, room):
    number = decided()
    with no_room_beyond(kept.with_name("meetings.sqlite-wal").stat().st_size + room):
        assert "meetings.sqlite could not be written: " in why_not_written(lambda: noted("x" * 900))
        assert "could not be written" in why_not_written(lambda: change(number, "closed", entry_of(number).said, "y" * 900))
        assert texts(COMMAND) == ["Kept before", "Open the bail desk at night"], "and it is still read"
    assert entry_of(number).is_open
    noted("Kept after")
    begin_anew()
    assert texts(COMMAND) == ["Kept before", "Open the bail desk at night", "Kept after"]


def test_a_disk_without_room_for_the_file_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path}/meetings.sqlite")
    with no_room_beyond(1000):
        why_not_written()
        why_not_read()
    later(monkeypatch)
    noted("Once there is room")
    assert texts(COMMAND) == ["Once there is room"]


def test_a_file_that_is_gone_is_missed_and_no_empty_one_made_in_its_place(kept, monkeypatch):
    aside = kept.rename(kept.with_name("aside"))
    assert why_not_read() == f"The memory of meetings at sqlite:///{kept} could not be read: unable to open database file."
    assert "unable to open database file" in why_not_written()
    assert not kept.exists()
    aside.rename(kept)
    later(monkeypatch)
    assert texts(COMMAND) == ["Kept before"]


@pytest.mark.parametrize(
    ("content", "cause"),
    [(b"Dear Sir or Madam" * 1000, "file is not a database"), (b"", "no such table: meeting_entries")],
    ids=["no database", "empty"],
)
def test_what_lies_in_its_place_and_is_none_is_not_read_and_left_as_it_is(kept, monkeypatch, content, cause):
    aside = kept.rename(kept.with_name("aside"))
    kept.write_bytes(content)
    assert why_not_read() == f"The memory of meetings at sqlite:///{kept} could not be read: {cause}."
    assert cause in why_not_written()
    os.replace(aside, kept)
    later(monkeypatch)
    assert texts(COMMAND) == ["Kept before"]


def test_garbage_is_not_read_by_a_process_that_begins_now(tmp_path, monkeypatch):
    file = tmp_path / "meetings.sqlite"
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{file}")
    file.write_bytes(b"Dear Sir or Madam" * 1000)
    assert "file is not a database" in why_not_written()
    assert "file is not a database" in why_not_read()
    assert file.read_bytes() == b"Dear Sir or Madam" * 1000


def test_a_folder_in_its_place(tmp_path, monkeypatch):
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path}")
    assert "could not be read: " in why_not_read()
    assert "could not be written: " in why_not_written()


def test_a_file_that_was_replaced_is_the_one_that_is_read_and_written(kept, tmp_path, monkeypatch):
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path}/other.sqlite")
    noted("Of the copy")
    begin_anew()
    os.replace(tmp_path / "other.sqlite", kept)
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{kept}")
    assert texts(COMMAND) == ["Of the copy"]
    noted("Since")
    begin_anew()
    assert texts(COMMAND) == ["Of the copy", "Since"]


def test_whoever_finds_it_held_waits_as_long_as_its_address_says(on_sqlite, monkeypatch):
    noted("Kept before")
    monkeypatch.setenv("MEETINGS_URL", f"{on_sqlite}?timeout=0.1")
    with database.writing():
        assert "database is locked" in why_not_written()
    noted("Kept after")
    assert texts(COMMAND) == ["Kept before", "Kept after"]


def test_whoever_finds_it_being_made_does_not_wait_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    monkeypatch.setenv("MEETINGS_URL", f"sqlite:///{tmp_path}/meetings.sqlite")
    with FileLock(tmp_path / "meetings.sqlite.lock"):
        assert "could not be acquired" in why_not_written()
    noted("Once it is made")


BROKEN_OFF = """
import os
from people import *
from meetings import database, memory
from sqlalchemy import insert
with database.writing() as connection:
    connection.execute(insert(memory.held).values(held_on=MEETING.date(), written_at=MEETING))
    os._exit(9)
"""


def test_a_process_that_ends_in_the_middle_keeps_nothing_and_holds_up_nobody(memory_url):
    noted("Kept before")
    here = {**os.environ, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"}
    assert subprocess.run([sys.executable, "-c", BROKEN_OFF], env=here).returncode == 9
    assert memory.last_held() is None
    noted("Kept after")
    assert texts(COMMAND) == ["Kept before", "Kept after"]


# A server


OUT_OF_REACH = "postgresql://dashboard:open%2Fsesame@127.0.0.1:1/force?connect_timeout=2"


def test_a_server_out_of_reach_is_told_of_without_its_password(monkeypatch):
    monkeypatch.setenv("MEETINGS_URL", OUT_OF_REACH)
    for why in (why_not_read(), why_not_written()):
        assert why.startswith("The memory of meetings at postgresql://dashboard:***@127.0.0.1:1/force could not be ")
        assert "sesame" not in why


def test_a_login_that_is_shut_out_is_told_of_without_its_password(on_postgresql, monkeypatch):
    known = make_url(on_postgresql)
    monkeypatch.setenv(
        "MEETINGS_URL", known.set(username="nobody_known", password="sesame").render_as_string(hide_password=False)
    )
    for why in (why_not_read(), why_not_written()):
        assert 'role "nobody_known" does not exist' in why
        assert "sesame" not in why


def test_a_server_without_the_tables(monkeypatch):
    monkeypatch.setenv("MEETINGS_URL", postgresql.new_schema())
    assert 'could not be read: relation "meeting_entries" does not exist' in why_not_read()
    assert 'could not be written: relation "meeting_entries" does not exist' in why_not_written()
    database.prepare()
    noted("Once its owner has made them")
    assert texts(COMMAND) == ["Once its owner has made them"]


def end_every_other_session(url):
    """What a server that is stopped does to whoever is connected to it."""
    schema = make_url(url).query["options"].rpartition("=")[2]
    found = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
        "JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = :schema AND pid <> pg_backend_pid()"
    )
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.scalar(found, {"schema": schema})


def test_a_server_that_stops_in_the_middle_of_a_write_keeps_nothing_of_it(on_postgresql):
    noted("Kept before")

    def broken_off():
        with database.writing() as connection:
            connection.execute(text("INSERT INTO meetings_held SELECT 1, '2026-11-03', '2026-11-03', '', '', '', ''"))
            assert end_every_other_session(on_postgresql) >= 1
            connection.execute(text("SELECT 1"))

    assert "terminating connection due to administrator command" in why_not_written(broken_off)
    assert memory.last_held() is None
    noted("Kept after")
    assert texts(COMMAND) == ["Kept before", "Kept after"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [("postgresq:me:sesame@host", "postgresq"), ("n" * 30, "n" * 20), ("sqlite://", "sqlite"), ("duckdb:///x", "duckdb")],
)
def test_of_what_is_no_address_no_more_is_repeated_than_its_kind(monkeypatch, address, kind):
    monkeypatch.setenv("MEETINGS_URL", address)
    for why in (why_not_read(), why_not_written()):
        assert why == (
            f"The text that begins with '{kind}' is not an address for the memory of meetings; set MEETINGS_URL to one such as "
            "sqlite:////srv/meetings.sqlite or postgresql://host/name."
        )


# Reading again


def test_what_could_not_be_read_is_asked_again_after_twenty_seconds_and_not_before(kept, monkeypatch):
    began = time.monotonic()

    def after(seconds):
        monkeypatch.setattr(database, "monotonic", lambda: began + seconds)

    aside = kept.rename(kept.with_name("aside"))
    after(0)
    assert "unable to open" in why_not_read()
    aside.rename(kept)
    for seconds in (0, 19.9):
        after(seconds)
        assert why_not_read() == "The memory of meetings could not be read a moment ago."
    after(20)
    assert texts(COMMAND) == ["Kept before"]


def test_of_a_server_out_of_reach_nobody_waits_at_every_page(monkeypatch):
    monkeypatch.setenv("MEETINGS_URL", f"{OUT_OF_REACH}&application_name=waiting")
    why_not_read()
    for ask in (memory.restarts, memory.last_held, lambda: memory.read(COMMAND)):
        with pytest.raises(MemoryUnavailable, match="a moment ago"):
            ask()


@pytest.mark.usefixtures("kept")
def test_one_memory_that_cannot_be_read_says_nothing_of_another(on_sqlite, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("MEETINGS_URL", OUT_OF_REACH)
        why_not_read()
    assert os.environ["MEETINGS_URL"] == on_sqlite
    assert texts(COMMAND) == ["Kept before"]


def test_what_can_be_written_again_is_read_at_once(kept):
    aside = kept.rename(kept.with_name("aside"))
    why_not_read()
    aside.rename(kept)
    memory.write(CHIEF, COMMAND, "note", pin("near"), Said("Kept after"))
    assert texts(COMMAND) == ["Kept before", "Kept after"]
