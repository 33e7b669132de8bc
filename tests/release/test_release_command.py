"""What `python -m release` prints, and how it ends: 0 for done, 1 where a release does not hold, 2 where it could not be done."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import postgresql
import pytest
from hands import KEY, searched, small_release

from release import key, sealing, store
from release.__main__ import main

COLUMNS = ["release", "measure", "table", "period", "hub", "age_band", "sex", "ethnicity", "in_care", "split", "shown", "marker"]
SEARCHES = {"EDE": (12, 7, 20, 0), "CAR": (3, 30, 8, 11)}


@pytest.fixture
def run(capsys):
    """What a command prints, and how it ends."""

    def of(*arguments):
        status = main(arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return of


@pytest.fixture
def stored(empty_store):
    """A store with a small release that is proposed."""
    with store.writing() as connection:
        store.propose(connection, *small_release(15, 0, 20, 5), "whoever builds")
    return empty_store


@pytest.fixture
def on_paper(empty_store, monkeypatch):
    """The searches of test_build, of a force that is not invented."""
    monkeypatch.setenv("DATABASE_URL", searched(SEARCHES))
    return empty_store


def test_from_the_data_to_the_board(on_paper, run):
    status, out, err = run("build")
    assert (status, err) == (0, "")
    first, second = out.splitlines()
    assert first.startswith("Release 1 is proposed: ") and " numbers of 1 kind of events, in " in first
    assert second == "Publish it with `python -m release publish --release 1 --why ...`, or on the page “Releases for the board”."
    assert run("build") == (0, "Release 1 tells of these very data already.\n", "")
    status, out, _ = run("verify", "--release", "1")
    assert status == 0 and out.startswith("Release 1 holds: nobody, whether outside or with all the records of one hub,")
    assert run("show") == (2, "", "No release is published; `python -m release list` says which there are.\n")
    assert run("publish", "--release", "1", "--why", "Agreed on Monday.") == (
        0,
        "Release 1 is published: it is what the board sees.\n",
        "",
    )
    status, out, _ = run("list")
    assert status == 0 and out.split()[:6] == ["release", "data", "to", "proposed", "by", "state"]
    assert "2025-03-31" in out and "published" in out and "Agreed on Monday." in out
    assert run("verify")[0] == 0
    assert run("withdraw", "--release", "1", "--why", "Wrong.") == (
        0,
        "Release 1 is withdrawn: the board no longer sees it.\n",
        "",
    )
    assert run("show")[0] == 2
    # The same data once more, beside what was published and withdrawn: another release, as a withdrawn one stays withdrawn.
    assert run("build")[1].startswith("Release 2 is proposed: ")
    assert run("publish", "--release", "2", "--why", "As before.")[0] == 0


def test_what_is_told_of_before_a_window_that_moved_on_is_attacked_again_with_its_records(empty_store, run, monkeypatch):
    """Of thirteen quarters the last twelve are told; the release before told of the first, whose records are still read."""
    of_twelve = {"EDE": (12, 7, 20, 1) * 3, "CAR": (3, 30, 8, 11) * 3}
    monkeypatch.setenv("DATABASE_URL", searched(of_twelve))
    assert run("build")[0] == run("publish", "--release", "1", "--why", "Yes.")[0] == 0
    monkeypatch.setenv("DATABASE_URL", searched({hub: (*numbers, 9) for hub, numbers in of_twelve.items()}))
    assert run("build")[1].startswith("Release 2 is proposed")
    of_quarters = [
        line.split(",")[3]
        for line in run("show", "--release", "2", "--format", "csv")[1].splitlines()
        if "force by quarter,2" in line
    ]
    assert of_quarters[0] == "2024-07-01" and of_quarters[-1] == "2027-04-01"
    status, out, _ = run("verify", "--release", "2")
    assert status == 0 and out.startswith("Release 2 holds: nobody, whether outside or with all the records of one hub,")
    status, out, _ = run("verify", "--release", "1")
    assert status == 0 and "The data have changed since" in out


def test_a_release_as_csv(demo_store, run):
    status, out, _ = run("show", "--release", "1", "--format", "csv")
    frame = pd.read_csv(io.StringIO(out), keep_default_na=False)
    assert status == 0 and out.splitlines()[0] == ",".join(COLUMNS)
    assert list(frame.columns) == COLUMNS and len(frame) > 2000 and set(frame["release"]) == {1}
    assert set(frame["marker"]) == {"", "low", "c"}
    assert set(frame.loc[frame["marker"] == "low", "shown"]) == {"0"}
    assert set(frame.loc[frame["marker"] == "c", "shown"]) == {""}
    assert all(int(number) % 5 == 0 for number in frame.loc[frame["marker"] == "", "shown"])
    assert "South Lakeland" in set(frame["hub"]) and "south-lakeland" not in set(frame["hub"])
    of_force = frame[frame["table"] == "force by year"]
    assert (of_force[["hub", "age_band", "sex", "ethnicity", "in_care", "split"]] == "").all(axis=None) and len(of_force) > 10


def test_a_small_release_in_each_form(stored, run):
    status, out, _ = run("show", "--release", "1", "--format", "csv")
    assert status == 0
    assert out.splitlines() == [
        ",".join(COLUMNS),
        "1,searches,force by quarter,2025-04-01,,,,,,,15,",
        "1,searches,force by quarter,2025-07-01,,,,,,,0,low",
        "1,searches,force by quarter,2025-10-01,,,,,,,20,",
        "1,searches,force by quarter,2026-01-01,,,,,,,5,",
    ]
    rows = json.loads(run("show", "--release", "1", "--format", "json")[1])
    assert [list(row) for row in rows] == [COLUMNS] * 4
    assert [(row["shown"], row["marker"]) for row in rows] == [(15, ""), (0, "low"), (20, ""), (5, "")]
    lines = run("show", "--release", "1")[1].splitlines()
    assert (
        lines[0].split() == COLUMNS
        and len(lines) == 5
        and lines[2].split() == ["1", "searches", "force", "by", "quarter", "2025-07-01", "0", "low"]
    )


def test_a_hub_called_like_a_formula_is_guarded_unless_it_is_wanted_raw(empty_store, run):
    frame, about = small_release(15, 20)
    with store.writing() as connection:
        store.propose(connection, frame.assign(hub="A"), {**about, "hubs": {"A": "=Appleby"}}, "whoever builds")
    for more, name in (((), "'=Appleby"), (("--raw",), "=Appleby")):
        status, out, _ = run("show", "--release", "1", "--format", "csv", *more)
        assert status == 0 and [line.split(",")[4] for line in out.splitlines()] == ["hub", name, name]
    assert json.loads(run("show", "--release", "1", "--format", "json")[1])[0]["hub"] == "=Appleby"


@pytest.mark.parametrize("command", [("show",), ("verify",), ("publish", "--why", "Yes."), ("withdraw", "--why", "No.")])
def test_a_number_that_there_is_not(stored, run, command):
    assert run(*command, "--release", "7") == (2, "", "There is no release 7; `python -m release list` says which there are.\n")


def test_what_cannot_be_decided(stored, run):
    assert run("publish", "--release", "1", "--why", "") == (2, "", "Say why release 1 is to be published.\n")
    assert run("withdraw", "--release", "1", "--why", "No.") == (
        2,
        "",
        "Release 1 is not published, so it cannot be withdrawn.\n",
    )
    assert run("publish", "--release", "1", "--why", "Yes.")[0] == 0
    status, _, err = run("publish", "--release", "1", "--why", "Again.")
    assert (status, err) == (2, "Release 1 has been published already; build another.\n")


@pytest.mark.parametrize("command", [("list",), ("show",), ("verify",)])
def test_where_there_is_no_store(empty_store, run, command):
    assert run(*command) == (2, "", "Nothing has been released yet: `python -m release build` proposes a release.\n")
    assert not empty_store.exists()


def test_an_empty_store_is_prepared(empty_store, run):
    assert run("prepare") == (0, "", "") == run("prepare")
    assert run("list") == (0, "There is no release yet: `python -m release build` proposes one.\n", "")


def test_a_server_is_prepared(monkeypatch, run):
    monkeypatch.setenv("RELEASE_URL", postgresql.new_schema())
    assert run("list")[0] == 2
    assert run("prepare") == (0, "", "")
    assert run("list") == (0, "There is no release yet: `python -m release build` proposes one.\n", "")


def test_a_release_that_does_not_hold(demo_store, run, tmp_path, monkeypatch):
    """One searched child more in a quarter than in its year, in what is stored."""
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")
    with store.reading() as connection:
        about = store.all_releases(connection)[0].about
        frame = store.sealed_cells_of(connection, 1)
    frame.loc[0, "shown"] += 5
    with store.writing() as connection:
        sealing.add(connection, store.propose(connection, frame, about, "somebody else"), KEY)
    status, out, err = run("verify", "--release", "2")
    assert (status, err) == (1, "")
    assert out.startswith("Release 2 does not hold: ") and out.endswith("withdraw it and build another.\n")


def test_there_is_no_reporting_database(empty_store, run, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")
    status, out, err = run("build")
    assert (status, out) == (2, "") and err.startswith("There is no reporting database at ")


# The key


def test_a_force_that_is_not_invented_gives_a_key(on_paper, run, tmp_path, monkeypatch):
    monkeypatch.delenv("RELEASE_KEY")
    path = tmp_path / "release.key"
    monkeypatch.setenv("RELEASE_KEY_FILE", str(path))
    status, out, err = run("build")
    assert (status, out) == (2, "")
    assert err.startswith("There is no key to round with: set RELEASE_KEY, or RELEASE_KEY_FILE to a file, with a secret of 32 ")
    assert not path.exists()
    path.write_bytes(KEY)
    assert run("build")[0] == 0


def test_a_key_that_is_too_short(on_paper, run, monkeypatch):
    monkeypatch.setenv("RELEASE_KEY", "short")
    assert run("build") == (2, "", "The key to round with is of 5 bytes; give one of 32 random bytes or more.\n")


def test_the_invented_force_makes_its_own_key_once(tmp_path, monkeypatch):
    monkeypatch.delenv("RELEASE_KEY", raising=False)
    path = tmp_path / "data" / "release.key"
    monkeypatch.setenv("RELEASE_KEY_FILE", str(path))
    made = key.key(invented=True)
    assert len(made) == 32 and path.stat().st_mode & 0o777 == 0o600
    assert key.key(invented=True) == key.key(invented=False) == made


# The program


def test_what_is_wrongly_asked():
    with pytest.raises(SystemExit) as ended:
        main(["publish", "--release", "1"])
    assert ended.value.code == 2


def test_it_runs_as_a_program(stored):
    asked = [sys.executable, "-m", "release", "show", "--release", "1", "--format", "csv"]
    root = Path(__file__).parent.parent.parent
    ended = subprocess.run(asked, cwd=root, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "") and ended.stdout.splitlines()[0] == ",".join(COLUMNS)
    asked[-3:] = ["9"]
    ended = subprocess.run(asked, cwd=root, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert ended.returncode == 2 and ended.stderr.startswith("There is no release 9; ")
