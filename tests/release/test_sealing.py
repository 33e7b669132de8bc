"""Whatever is changed in a store of releases past the program is found when a release is verified, and said in one sentence."""

import postgresql
import pytest
from hands import KEY, searched, small_release
from sqlalchemy import DateTime, Integer, text

from release import sealing, store
from release.__main__ import main
from release.answers import released

CHANGED = (
    "Release 1 does not hold: what is stored of it, or of a release before it, is not what was sealed with this key; restore the "
    "releases (RELEASE_URL) from a backup.\n"
)
MALFORMED = (
    "Release 1 does not hold: something stored of it is missing, of the wrong type or no JSON; restore the releases "
    "(RELEASE_URL) from a backup.\n"
)
NO_SEAL = (
    "Release 1 does not hold: it has no seal, because an earlier version built it or somebody took the seal away, so nobody can "
    "tell whether it was changed; build another and publish that.\n"
)
HOLDS = "Release 1 holds: nobody outside can narrow down any of its small numbers"
COLUMNS = [
    (table.name, column.name)
    for table in (store.releases, store.cells, store.seals)
    for column in table.columns
    if (table, column.name) != (store.releases, "release")  # release 1 itself is gone then
]


@pytest.fixture(autouse=True)
def without_figures(tmp_path, monkeypatch):
    """There is no reporting database, so nothing but the store tells of what was changed in it."""
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")


@pytest.fixture
def published(demo_store, monkeypatch, tmp_path):
    """The store of the release of the invented force, published."""
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")
    with store.writing() as connection:
        store.decide(connection, 1, "publish", "whoever decides", "It was agreed.")
    return demo_store


@pytest.fixture
def two_releases(empty_store):
    """A store of two small releases, the second built beside the first; both are sealed and published."""
    for number, stacked_on in ((1, []), (2, [1])):
        with store.writing() as connection:
            store.propose(connection, *small_release(15, 0, 20, 5, stacked_on=stacked_on), "whoever builds")
            sealing.add(connection, number, KEY)
            store.decide(connection, number, "publish", "whoever decides", "It was agreed.")
    return empty_store


@pytest.fixture
def run(capsys):
    def of(*arguments):
        status = main(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return of


def change(*statements):
    """Run these past the program, and say how many rows the last one changed."""
    with store.writing() as connection:
        return [connection.execute(text(statement)).rowcount for statement in statements][-1]


def rows(statement):
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_what_nobody_changed_holds(published, run):
    status, out, err = run("verify")
    assert (status, err) == (0, "") and out.startswith(HOLDS)
    assert [len(seal) for (seal,) in rows("SELECT seal FROM release_seals WHERE place = -1")] == [64]


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE release_cells SET hub = CASE hub WHEN 'carlisle' THEN 'eden' WHEN 'eden' THEN 'carlisle' ELSE hub END"],
        ["UPDATE release_cells SET marker = '' WHERE marker = 'low'"],
        ["UPDATE release_cells SET cell = replace(cell, 'carlisle', 'eden') WHERE hub = 'carlisle'"],
        ["UPDATE release_cells SET shown = shown + 5 WHERE place = 0"],
        ["UPDATE releases SET about = replace(about, 'Carlisle', 'Appleby')"],
        ["UPDATE releases SET about = replace(about, '2026-10-31', '2027-10-31')"],
        ["UPDATE releases SET proposed_by = 'somebody else'"],
        ["UPDATE releases SET proposed_at = TIMESTAMP '2020-01-01 00:00:00'"],
        ["UPDATE release_seals SET place = 1 - place WHERE place IN (0, 1)"],
        [
            "UPDATE release_cells SET place = 1 - place WHERE place IN (0, 1)",
            "UPDATE release_seals SET place = 1 - place WHERE place IN (0, 1)",
        ],
        ["DELETE FROM release_cells WHERE marker = 'c'"],
        ["DELETE FROM release_cells WHERE place = 7", "DELETE FROM release_seals WHERE place = 7"],
        ["INSERT INTO release_cells SELECT release, 999999, * EXCLUDE (release, place) FROM release_cells WHERE place = 0"],
        ["INSERT INTO release_cells SELECT release, -1, * EXCLUDE (release, place) FROM release_cells WHERE place = 0"],
        ["INSERT INTO release_seals SELECT * FROM release_seals WHERE place = -1"],
        ["UPDATE release_cells SET shown = NULL WHERE place = 0"],
        ["UPDATE release_cells SET cell = '[' WHERE place = 3"],
        ["ALTER TABLE release_cells ALTER shown TYPE TEXT"],
        ["ALTER TABLE release_cells ALTER hub DROP NOT NULL", "UPDATE release_cells SET hub = NULL WHERE hub = 'eden'"],
    ],
)
def test_what_somebody_changed_is_found(published, run, statements):
    assert change(*statements) != 0
    assert run("verify") == (1, CHANGED, "")


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_of_every_table_is_sealed(two_releases, run, table, column):
    type_ = store.metadata.tables[table].c[column].type
    other = "+ 1" if isinstance(type_, Integer) else "+ INTERVAL 1 SECOND" if isinstance(type_, DateTime) else "|| ' '"
    one = "" if table == "releases" else " AND place = 2"
    assert change(f'UPDATE {table} SET "{column}" = "{column}" {other} WHERE release = 1{one}') == 1  # noqa: S608 (names from above)
    assert run("verify", "--release", "1") == (1, CHANGED, "")
    assert run("verify", "--release", "2") == (1, CHANGED.replace("Release 1", "Release 2"), ""), "it was built beside the first"


def test_what_comes_later_changes_nothing_of_a_seal(two_releases, run):
    change("UPDATE release_cells SET shown = 100 WHERE release = 2")
    assert run("verify", "--release", "1")[0] == 0
    assert run("verify", "--release", "2")[0] == 1


def test_a_release_that_is_copied_under_another_number(published, run):
    change(
        "INSERT INTO releases SELECT 2, * EXCLUDE (release) FROM releases",
        "INSERT INTO release_cells SELECT 2, * EXCLUDE (release) FROM release_cells",
        "INSERT INTO release_seals SELECT 2, * EXCLUDE (release) FROM release_seals",
        "INSERT INTO release_decisions VALUES (2, 2, 'publish', TIMESTAMP '2026-11-30 09:00:00', 'whoever', 'Agreed.')",
    )
    assert run("verify") == (1, CHANGED.replace("Release 1", "Release 2"), "")
    assert run("verify", "--release", "1")[0] == 0


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE releases SET about = '{'"],
        ["UPDATE releases SET about = 'null'"],
        ["UPDATE releases SET about = '[]'"],
        ["UPDATE releases SET about = replace(about, '\"proof\"', '\"proved\"')"],
        ["UPDATE releases SET about = replace(about, '\"Carlisle\"', '7')"],
        ["ALTER TABLE releases ALTER about DROP NOT NULL", "UPDATE releases SET about = NULL"],
        ["ALTER TABLE releases ALTER proposed_at TYPE TEXT"],
        ["UPDATE release_decisions SET action = 'hide'"],
        ["ALTER TABLE release_decisions ALTER why DROP NOT NULL", "UPDATE release_decisions SET why = NULL"],
    ],
)
def test_what_no_release_can_be_is_found(published, run, statements):
    assert change(*statements) != 0
    assert run("verify") == (1, MALFORMED, "")
    for command in (("show",), ("list",), ("withdraw", "--release", "1", "--why", "Wrong.")):
        assert run(*command) == (2, "", MALFORMED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_cells SET shown = NULL WHERE place = 0",
        "UPDATE release_cells SET cell = '[' WHERE place = 3",
        "UPDATE release_cells SET cell = '[[1, 2]]' WHERE place = 3",
        "ALTER TABLE release_cells ALTER shown TYPE TEXT",
    ],
)
def test_cells_that_no_release_can_have_are_shown_to_nobody(published, run, statement):
    change(statement)
    assert run("show") == (2, "", MALFORMED)
    with pytest.raises(store.Malformed):
        released.latest()


def test_kinds_that_no_release_can_tell_of_are_shown_to_nobody(published):
    change("UPDATE releases SET about = replace(about, '\"grid\"', '\"squares\"')")
    with pytest.raises(store.Malformed, match="Release 1 does not hold: something stored of it is missing"):
        released.latest()


def test_the_same_on_postgresql(empty_store, monkeypatch, run):
    monkeypatch.setenv("RELEASE_URL", postgresql.new_schema())
    store.prepare()
    with store.writing() as connection:
        sealing.add(connection, store.propose(connection, *small_release(15, 0, 20, 5), "whoever builds"), KEY)
    assert run("verify", "--release", "1")[0] == 0
    change("ALTER TABLE release_cells DISABLE TRIGGER ALL", "UPDATE release_cells SET marker = '' WHERE place = 1")
    assert run("verify", "--release", "1") == (1, CHANGED, "")


# The key


def test_another_key(published, run, monkeypatch):
    monkeypatch.setenv("RELEASE_KEY", "another key of the tests, of 32 bytes and more")
    assert run("verify") == (1, CHANGED, "")


def test_there_is_no_key(published, run, monkeypatch, tmp_path):
    monkeypatch.delenv("RELEASE_KEY")
    monkeypatch.setenv("RELEASE_KEY_FILE", str(tmp_path / "release.key"))
    assert run("verify") == (
        2,
        "",
        "There is no key to verify with, and without it nobody can tell whether a release was changed: set RELEASE_KEY, or "
        "RELEASE_KEY_FILE to a file, with the key that it was built with.\n",
    )
    assert not (tmp_path / "release.key").exists()


# A release without a seal


def test_a_release_of_an_earlier_version_or_whose_seal_was_taken_away(published, run):
    assert change("DELETE FROM release_seals WHERE place = -1") == 1
    assert run("verify") == (1, NO_SEAL, "")


def test_it_is_followed_by_one_that_seals_both(empty_store, run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", searched({"EDE": (12, 7, 20, 0), "CAR": (3, 30, 8, 11)}))
    assert run("build")[0] == run("publish", "--release", "1", "--why", "Agreed.")[0] == 0
    assert run("build")[1] == "Release 1 tells of these very data already.\n"
    change("DELETE FROM release_seals WHERE place = -1")
    assert run("build")[1].startswith("Release 2 is proposed: ")
    assert run("verify", "--release", "1") == (1, NO_SEAL, "")
    status, out, _ = run("verify", "--release", "2")
    assert status == 0 and out.startswith("Release 2 holds: ")
    change("UPDATE releases SET proposed_by = 'somebody else' WHERE release = 1")
    assert run("verify", "--release", "2") == (1, CHANGED.replace("Release 1", "Release 2"), "")


def test_nothing_is_built_beside_what_was_changed(empty_store, run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", searched({"EDE": (12, 7, 20, 0), "CAR": (3, 30, 8, 11)}))
    assert run("build")[0] == run("publish", "--release", "1", "--why", "Agreed.")[0] == 0
    assert change("UPDATE release_cells SET shown = shown + 5 WHERE shown = 30") > 0
    assert run("build") == (2, "", CHANGED)
    assert rows("SELECT release FROM releases") == [(1,)]
