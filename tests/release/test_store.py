"""The store of releases is only ever added to: on a file, and on a PostgreSQL that refuses whoever tries otherwise."""

import threading
import time
from datetime import date

import databases
import guarded
import postgresql
import pytest
from hands import QUARTERS, small_release
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from queries.engine import DatabaseUnavailable
from release import notes, publishing, store
from release.notes import Note
from release.store import Refused, StoreUnavailable


@pytest.fixture(params=databases.ENGINES)
def own_store(request, empty_store, monkeypatch):
    """An empty store that this process keeps to, on each engine."""
    if request.param == "postgresql":
        monkeypatch.setenv("RELEASE_URL", postgresql.new_schema())
        store.prepare()
    return request.param


def proposed(*numbers, **more):
    frame, about = small_release(*numbers, **more)
    with store.writing() as connection:
        return store.propose(connection, frame, about, "whoever builds")


def decided(number, action="publish", why="It was agreed."):
    with store.writing() as connection:
        store.decide(connection, number, action, "whoever decides", why)


def states():
    with store.reading() as connection:
        return {found.number: found.state for found in store.all_releases(connection)}


def seen():
    with store.reading() as connection:
        latest = store.latest_published(connection)
    return latest.number if latest else None


def test_what_is_proposed_is_stored_as_it_was_and_nobody_sees_it(own_store):
    assert proposed(15, 0, 20, 5) == 1
    frame, about = small_release(15, 0, 20, 5)
    with store.reading() as connection:
        stored, cells = publishing.one(connection, 1)
        assert store.latest_published(connection) is None
        without_seals = store.cells_of(connection, 1)
    assert cells.to_dict() == frame.to_dict()
    assert "seal" not in without_seals and without_seals["shown"].tolist() == [15, 0, 20, 5]
    assert stored.about == about and stored.state == "proposed" and stored.proposed_by == "whoever builds"
    assert [store.named_cell(name) for name in cells["cell"]] == [(("period", quarter),) for quarter in QUARTERS]
    assert publishing.told() == []


def test_publishing_following_and_withdrawing(own_store):
    proposed(15, 20)
    decided(1)
    assert seen() == 1 and states() == {1: "published"}
    proposed(15, 25, stacked_on=[1])
    decided(2)
    assert seen() == 2
    decided(2, "withdraw", "A hub was left out.")
    assert seen() == 1 and states() == {1: "published", 2: "withdrawn"}
    decided(1, "withdraw")
    assert seen() is None
    with store.reading() as connection:
        second = store.all_releases(connection)[1]
    assert [(taken.action, taken.by, taken.why) for taken in second.decisions] == [
        ("publish", "whoever decides", "It was agreed."),
        ("withdraw", "whoever decides", "A hub was left out."),
    ]
    assert second.published_at == second.decisions[0].at
    # Somebody may have seen what was withdrawn: whatever is built later is attacked beside it.
    assert [stored.number for stored, _ in publishing.told()] == [1, 2]
    assert [stored.number for stored, _ in publishing.told(before=2)] == [1]


@pytest.mark.parametrize(
    ("number", "action", "why", "message"),
    [
        (9, "publish", "Yes.", "There is no release 9; `python -m release list` says which there are."),
        (2, "publish", " ", "Say why release 2 is to be published."),
        (1, "withdraw", "", "Say why release 1 is to be withdrawn."),
        (1, "publish", "Again.", "Release 1 has been published already; build another."),
        (2, "withdraw", "No.", "Release 2 is not published, so it cannot be withdrawn."),
        (2, "publish", "Yes.", "Release 2 was checked beside other releases than those published since; build another"),
        (3, "publish", "Yes.", "Release 3 is not proved, so it cannot be published; build another."),
    ],
)
def test_what_is_refused(own_store, number, action, why, message):
    proposed(15)
    proposed(20)  # beside none, like the first, which is then published
    proposed(25, stacked_on=[1], passed=False)
    decided(1)
    with pytest.raises(Refused) as refused:
        decided(number, action, why)
    assert str(refused.value).startswith(message)
    assert states() == {1: "published", 2: "proposed", 3: "proposed"}


def test_what_was_withdrawn_is_not_published_again(own_store):
    proposed(15)
    decided(1)
    decided(1, "withdraw")
    with pytest.raises(Refused, match="Release 1 has been withdrawn already; build another"):
        decided(1)
    with pytest.raises(Refused, match="is not published"):
        decided(1, "withdraw")


def test_where_nothing_was_released(empty_store):
    with (
        pytest.raises(StoreUnavailable, match="Nothing has been released yet: `python -m release build` proposes a release"),
        store.reading(),
    ):
        pass
    assert publishing.told() == []
    assert not empty_store.exists()


def test_an_address_that_is_none(monkeypatch):
    monkeypatch.setenv("RELEASE_URL", "releases.duckdb")
    with pytest.raises(DatabaseUnavailable, match="is not a database address"), store.reading():
        pass


# A file


def test_what_fails_half_way_leaves_the_file_as_it_was(empty_store):
    proposed(15, 20)
    before = empty_store.read_bytes()
    frame, about = small_release(10)

    def until_the_disk_is_full():
        with store.writing() as connection:
            store.propose(connection, frame, about, "whoever builds")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        until_the_disk_is_full()
    assert empty_store.read_bytes() == before
    assert sorted(path.name for path in empty_store.parent.iterdir()) == ["releases.duckdb", "releases.duckdb.lock"]
    assert proposed(10) == 2


def test_the_first_that_fails_leaves_no_file(empty_store):
    with pytest.raises(OSError, match="disk full"), store.writing():
        raise OSError("disk full")
    assert not empty_store.exists()


def test_what_a_killed_process_left_is_no_part_of_the_next(empty_store):
    """It had written all of its release, and died before its copy took the place of the file."""
    proposed(15)
    path = empty_store.with_suffix(".new")
    path.write_bytes(empty_store.read_bytes())
    engine = create_engine(f"duckdb:///{path}")
    frame, about = small_release(99)
    connection = engine.connect()
    store.propose(connection, frame, about, "a process that is killed")
    connection.commit()  # into its log, as nobody closes it
    log = path.with_name(f"{path.name}.wal").read_bytes()
    connection.close()
    engine.dispose()
    path.with_name(f"{path.name}.wal").write_bytes(log)
    assert proposed(20) == 2
    assert states() == {1: "proposed", 2: "proposed"}
    with store.reading() as connection:
        assert store.cells_of(connection, 2)["shown"].tolist() == [20]


def test_whoever_reads_is_not_in_the_way_of_who_writes(empty_store):
    proposed(15)
    with store.reading() as connection:
        decided(1)
        assert store.latest_published(connection) is None  # of the file as it was
    assert seen() == 1


def test_two_who_write_at_once_follow_each_other(own_store):
    proposed(5)
    inside, numbers = threading.Event(), []

    def first():
        with store.writing() as connection:
            inside.set()
            time.sleep(0.3)
            numbers.append(store.propose(connection, *small_release(10), "the first"))

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait()
    numbers.append(proposed(15))
    thread.join()
    assert numbers == [2, 3]


# PostgreSQL


@pytest.fixture(scope="module")
def server():
    """A database with the dashboard's tables and the store's in it, prepared twice by their owner; and a release."""
    with pytest.MonkeyPatch.context() as patch, databases.on("postgresql"):
        url = guarded.install(databases.empty())
        patch.setenv("RELEASE_URL", url)
        store.prepare()
        store.prepare()
        proposed(15, 0)
        decided(1)
        with store.writing() as connection:
            notes.add(connection, 1, [Note("note", "Searches", "The panel sits again", "", None, date(2026, 11, 3), "")])
    return url


def ask(url, *statements):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [connection.execute(text(statement)) for statement in statements][-1]
        rows = found.fetchall() if found.returns_rows else []
        connection.commit()
    engine.dispose()
    return rows


RELEASES = ("releases", "release_cells", "release_decisions", "release_notes", "release_seals")
READ_BY_THE_BOARD = RELEASES[:4]


@pytest.mark.parametrize("table", RELEASES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET release = 7", "DELETE FROM {}", "TRUNCATE {}"])
def test_even_their_owner_changes_nothing_by_mistake(server, table, statement):
    with pytest.raises(DBAPIError, match="a release is never changed and never deleted, only followed or withdrawn"):
        ask(server, statement.format(table))
    assert ask(server, f"SELECT count(*) FROM {table}")[0][0] > 0  # noqa: S608 (a name from above)


def test_the_board_reads_releases_and_nothing_else(server):
    board = guarded.login(server, "ccp_board", inherits=True)
    every = inspect(create_engine(server)).get_table_names()
    assert {"stop_searches", "children", *RELEASES} <= set(every)
    for table in READ_BY_THE_BOARD:
        assert ask(board, f"SELECT count(*) FROM {table}")[0][0] > 0  # noqa: S608 (a name from above)
    for table in set(every) - set(READ_BY_THE_BOARD):
        with pytest.raises(DBAPIError, match="permission denied"):
            ask(board, f'SELECT count(*) FROM "{table}"')  # noqa: S608 (a name of the server's)
    for table in RELEASES:
        for statement in (f"INSERT INTO {table} DEFAULT VALUES", f"DELETE FROM {table}"):  # noqa: S608 (a name from above)
            with pytest.raises(DBAPIError, match="permission denied"):
                ask(board, statement)


def test_the_board_is_shown_a_release_by_its_own_login(server, monkeypatch):
    monkeypatch.setenv("RELEASE_URL", guarded.login(server, "ccp_board", inherits=True))
    with store.reading() as connection:
        assert store.latest_published(connection).number == 1
        assert store.cells_of(connection, 1)["shown"].tolist() == [15, 0]
        with pytest.raises(DBAPIError, match="permission denied"):
            store.sealed_cells_of(connection, 1)


def test_who_builds_adds_and_changes_nothing(server, monkeypatch):
    builder = guarded.login(server, "ccp_releaser", inherits=True)
    monkeypatch.setenv("RELEASE_URL", builder)
    number = proposed(20, stacked_on=[1])
    decided(number)
    assert states()[number] == "published"
    assert [len(cells) for _, cells in publishing.told()][:1] == [2]
    for table in RELEASES:
        with pytest.raises(DBAPIError, match="permission denied"):
            ask(builder, f"DELETE FROM {table}")  # noqa: S608 (a name from above)


def test_a_server_without_the_tables_says_what_to_do(monkeypatch):
    monkeypatch.setenv("RELEASE_URL", postgresql.new_schema())
    with pytest.raises(StoreUnavailable, match="has no tables for them: run `python -m release prepare`"), store.reading():
        pass


def test_another_file_of_as_many_releases_is_another_store(empty_store):
    """Pages keep what they read by this: of a store that was replaced, nothing old may be shown."""
    with store.writing() as connection:
        store.propose(connection, *small_release(15, 20), "whoever builds")
    before = store.version()
    empty_store.unlink()
    with store.writing() as connection:
        store.propose(connection, *small_release(25, 30), "whoever builds")
    assert store.version() != before
