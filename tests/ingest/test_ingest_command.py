"""The command says what became of every file, asks for its database, and its exit code says whether all were taken."""

import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from ingest.__main__ import main

ROOT = Path(__file__).parents[2]
HUBS = "hub_id,name\nCAR,Carlisle\n"
CRIMES = "crime_id,recorded_on,hub_id\nK1,2025-01-01,CAR\nK2,tomorrow,CAR\nK3,2025-01-01,XXX\nK4,soon,CAR\n"


@pytest.fixture(autouse=True)
def _no_database_is_set(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def run(intake, capsys):
    """The exit code and what is printed, to both, for these arguments and the intake's database."""

    def command(*arguments, database=True):
        code = main([*map(str, arguments), *(["--database", intake.url] if database else [])])
        return code, *capsys.readouterr()

    return command


def shown_on(terminal):
    """All that was written to a terminal, of which one end is closed: Linux then reports an error of input."""
    try:
        while written := os.read(terminal, 1000):
            yield written.decode()
    except OSError:
        pass
    finally:
        os.close(terminal)


def test_every_file_taken_rejected_rows_and_all(intake):
    """As it is called on a server, where nobody looks on: a line a file, and then the report."""
    intake.file("hubs.csv", "hub_id,name,colour\nCAR,Carlisle,red\n")
    intake.file("crimes.csv", CRIMES)
    command = [sys.executable, "-m", "ingest", str(intake.folder), "--yes", "--database", intake.url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout == (
        "file        table   lines  read  new  updated  unchanged  rejected\n"
        "hubs.csv    hubs        2     1    1        0          0         0\n"
        "crimes.csv  crimes      5     4    2        0          0         2\n"
        "all files               7     5    3        0          0         2\n"
        "\n"
        "Rejected rows (kept out, with every reason; the data quality page lists them)\n"
        "  crimes.csv: 2 rows, recorded_on: is not a date such as 2025-06-01 (first: line 3 'tomorrow')\n"
        "\n"
        "Cells not read (their rows stay, the cells count as not recorded)\n"
        "  crimes.csv: 1 cell, hub_id: is not known in hubs: load it there first, or correct it (first: line 4 'XXX')\n"
        "\n"
        "Worth knowing\n"
        "  hubs.csv: columns not known and not read: colour\n"
    )
    assert done.stderr == (
        "hubs.csv: 2 lines, 1 read, 1 new, 0 updated, 0 unchanged, 0 rejected\n"
        "crimes.csv: 5 lines, 4 read, 2 new, 0 updated, 0 unchanged, 2 rejected\n"
    )


def test_a_command_that_is_stopped_while_its_modules_are_loading(intake):
    """Python tells of each module that it has loaded: of many, this is one of the first."""
    command = [sys.executable, "-X", "importtime", "-m", "ingest", str(intake.file("hubs.csv", HUBS)), "--dry-run"]
    stopped = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert any(line.endswith(" _duckdb\n") for line in stopped.stderr)
    stopped.send_signal(signal.SIGINT)
    said, problems = stopped.communicate()
    assert said == ""
    assert "Traceback" not in problems
    assert [line for line in problems.splitlines() if not line.startswith("import time:")] == [
        "Stopped: the database is as it was, or holds all of it."
    ]


def test_a_command_whose_modules_cannot_be_loaded():
    """As where nothing of requirements.lock is installed."""
    command = [sys.executable, "-S", "-m", "ingest", "hubs.csv", "--dry-run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The importer cannot start: No module named 'duckdb'; install requirements.lock, and see that memory is left.\n"
    )


def test_at_a_terminal_there_is_a_bar_instead(intake):
    intake.file("hubs.csv", HUBS)
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, (24, 80))
    command = [sys.executable, "-m", "ingest", str(intake.folder), "--dry-run"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=its, text=True, check=False)
    os.close(its)
    assert done.returncode == 0
    shown = "".join(shown_on(ours))
    assert "1/1" in shown and "1 read" not in shown


NOTHING = (
    "NOTHING IS LOADED, since a file is refused (below), and what the others say could mislead without it. Correct it, or give "
    "--yes to load what can be loaded.\n"
)


def test_a_file_with_too_many_refused_rows_is_refused_whole_and_with_it_the_run_unless_it_is_wanted(intake, run):
    """Two of four: what is wrong with its rows is told all the same."""
    intake.take("care_homes.csv", "home_id,name\nH1,Home\n")
    intake.file("hubs.csv", HUBS)
    intake.file("crimes.csv", CRIMES)
    code, said, line = run(intake.folder)
    assert code == 1
    assert said.startswith(NOTHING)
    assert "crimes.csv: 2 rows, recorded_on: is not a date such as 2025-06-01 (first: line 3 'tomorrow')\n" in said
    refusal = (
        "crimes.csv: 2 of 4 rows would be refused (50%; 10% is allowed), and what is left would mislead; correct the file, or "
        "give --yes to take the rest of it.\n"
    )
    assert said.endswith(f"REFUSED FILES\n  {refusal}")
    assert f"refused: {refusal}" in line
    assert intake.rows("hubs") == intake.rows("crimes") == intake.rows("rejected_rows") == []
    assert run(intake.folder, "--most-refused", "0.5", "--dry-run")[0] == 0
    assert run(intake.folder, "--yes")[0] == 0
    assert intake.rows("crimes", "crime_id") == [("K1",), ("K3",)]


def test_a_share_of_rows_that_is_just_allowed(intake):
    """One of ten is a tenth, and no more than that."""
    rows = "".join(f"K{number},{'soon' if number == 5 else '2025-01-01'}\n" for number in range(10))
    assert intake.check("crimes.csv", f"crime_id,recorded_on\n{rows}", terms=None).refused is None
    assert intake.check("crimes.csv", f"crime_id,recorded_on\n{rows[:-14]}", terms=None).refused.startswith("crimes.csv: 1 of 9 ")


def test_a_refused_file(intake, run):
    """The others load only where it is wanted, and the exit code says that one was refused."""
    intake.file("hubs.csv", HUBS)
    intake.file("crimes.csv", "crime,recorded_on\nK1,2025-01-01\n")
    code, said, _ = run(intake.folder)
    refusal = (
        "REFUSED FILES\n"
        "  crimes.csv lacks the required column crime_id (nearest header: crime); add or rename it, and load the file again.\n"
    )
    assert (code, said.startswith(NOTHING), said.endswith(refusal)) == (1, True, True)
    code, said, _ = run(intake.folder, "--yes")
    assert (code, NOTHING in said, said.endswith(refusal)) == (1, False, True)
    assert intake.rows("hubs", "hub_id") == [("CAR",)]


def test_a_full_extract(intake, run):
    """Of ten crimes, on as many days, two are gone at first, and then all but one of those from the 6th on."""
    rows = [f"K{number},2025-01-{number:02}\n" for number in range(1, 11)]

    def crimes(*rows):
        return intake.file("crimes.csv", "crime_id,recorded_on\n" + "".join(rows))

    run(crimes(*rows))
    code, said, line = run(crimes(*rows[2:]), "--full")
    assert code == 0
    assert said == (
        "file        table   lines  read  new  updated  unchanged  withdrawn  rejected\n"
        "crimes.csv  crimes      9     8    0        0          8          2         0\n"
    )
    assert line == "crimes.csv: 9 lines, 8 read, 0 new, 0 updated, 8 unchanged, 2 withdrawn, 0 rejected\n"
    code, said, _ = run(crimes(rows[9]), "--full-from", "2025-01-06")
    assert code == 1
    assert said.endswith(
        "crimes.csv: 4 of the 5 rows known in crimes would be withdrawn (80%; 20% is allowed); give all of its rows, or --yes if "
        "they are all.\n"
    )
    assert run(crimes(rows[9]), "--full-from", "2025-01-06", "--most-withdrawn", "0.8")[0] == 0
    assert intake.rows("crimes", "crime_id") == [("K10",), ("K3",), ("K4",), ("K5",)]


def test_without_a_database_nothing_is_loaded_anywhere(intake, run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    intake.file("hubs.csv", HUBS)
    code, said, problem = run(intake.folder, database=False)
    assert (code, said) == (1, "")
    assert problem == (
        "Into which database? Give --database URL, such as duckdb:///data/force.duckdb, or set DATABASE_URL; with --dry-run "
        "alone, files are checked against an empty one.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["extracts"]


def test_the_database_that_is_set(intake, run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", intake.url)
    intake.file("hubs.csv", HUBS)
    assert run(intake.folder, database=False)[0] == 0
    assert intake.rows("hubs", "hub_id") == [("CAR",)]


def test_a_check_without_a_database_says_so_and_gives_the_verdict_of_a_load_into_an_empty_one(intake, run, tmp_path):
    files = intake.file("hubs.csv", HUBS), intake.file("crimes.csv", CRIMES)
    for arguments in (files, (*files, "--yes"), files[:1], files[1:]):
        code, said, lines = run(*arguments, "--dry-run", database=False)
        opening, _, checked = said.partition("\n\n")
        assert opening == (
            "Dry run against an empty database: everything was checked, nothing was loaded. A hub or a child that is in none of "
            "these files is not known there; give --database to check against what is loaded."
        )
        assert not (tmp_path / "reporting.duckdb").exists()
        assert (code, checked, lines) == run(*arguments)
        (tmp_path / "reporting.duckdb").unlink(missing_ok=True)


def test_a_check_against_a_database_says_so_too(intake, run, tmp_path):
    intake.file("hubs.csv", HUBS)
    code, said, _ = run(intake.folder, "--dry-run")
    assert code == 0
    assert said.startswith("Dry run: everything was checked, nothing was loaded.\n")
    assert not (tmp_path / "reporting.duckdb").exists()


def test_what_is_worth_knowing(intake, run):
    rows = 'I1,2025-10-26,2025-10-26T01:30,café\n\nI2,03/04/2025,,"closed,\nlater"\n,,,\n'
    file = intake.file("incidents.csv", f"incident_id,created_on,created_at,action\n{rows}".encode("cp1252"))
    worth_knowing = (
        "its 6 lines are the header, 2 rows, 2 blank and 1 more of rows and headers that run over several",
        "1 date read as day/month/year, such as 03/04/2025 for 3 April: check that the month does not come first",
        "1 time in the hour that comes twice when the clocks go back, taken as the first (summer time)",
        "read as Windows-1252",
    )
    _, said, _ = run(file)
    assert said.endswith("".join(["Worth knowing\n", *(f"  incidents.csv: {remark}\n" for remark in worth_knowing)]))
    _, again, _ = run(file)
    assert (
        "Worth knowing\n  incidents.csv: nothing has changed: the same was loaded before, or comes twice in this run\n" in again
    )


def test_a_file_that_is_no_database(intake, run, tmp_path):
    (tmp_path / "reporting.duckdb").write_text("a shopping list")
    code, said, problem = run(intake.file("hubs.csv", HUBS))
    assert (code, said) == (1, "")
    assert problem.splitlines()[-1].startswith("The load failed, and nothing of what it was loading is kept: ")


@pytest.mark.parametrize("arguments", [["--most-refused", "10%"], ["--most-withdrawn", "1.5"], ["--full-from", "soon"]])
def test_terms_that_cannot_be(intake, capsys, arguments):
    with pytest.raises(SystemExit):
        main([str(intake.folder), *arguments])
    assert f"{arguments[1]!r} is not a " in capsys.readouterr().err
