"""Whoever reads the dashboard notices nothing of a load but its result, and a load that breaks off leaves no trace."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from queries.engine import DatabaseUnavailable, connect
from queries.tables import crimes, hubs

ROOT = Path(__file__).parents[2]
HUBS = "hub_id,name\nCAR,Carlisle\n"
MANY_CRIMES = "crime_id,recorded_on\n" + "".join(f"K{number},2025-01-01\n" for number in range(30_000))


def start(intake, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ingest", *arguments, "--database", intake.url]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(folder: Path, pattern: str) -> None:
    give_up = time.monotonic() + 30
    while not list(folder.glob(pattern)):
        assert time.monotonic() < give_up, f"no {pattern} in {folder}"
        time.sleep(0.01)


def test_a_reader_keeps_what_it_reads_until_it_asks_anew(intake):
    intake.take("hubs-1.csv", HUBS)
    with connect(intake.url).connect() as reader:
        assert reader.scalar(select(func.count()).select_from(hubs)) == 1
        intake.take("hubs-2.csv", "hub_id,name\nBAR,Barrow\n")
        assert reader.scalar(select(func.count()).select_from(hubs)) == 1
    with connect(intake.url).connect() as reader:
        assert reader.scalar(select(func.count()).select_from(hubs)) == 2


def test_a_load_that_is_killed_leaves_the_database_as_it_was_and_the_next_one_works(intake, tmp_path):
    """The hubs are written, as the log says, and the crimes are not."""
    intake.take("hubs.csv", HUBS)
    before = (tmp_path / "reporting.duckdb").read_bytes()
    load = start(intake, str(intake.file("hubs-2.csv", "hub_id,name\nBAR,Barrow\n")), str(intake.file("crimes.csv", MANY_CRIMES)))
    assert load.stderr.readline().startswith(b"hubs-2.csv: 2 lines, 1 read, 1 new")
    load.send_signal(signal.SIGKILL)
    load.communicate()
    assert list(tmp_path.glob("reporting.duckdb.loading-*"))
    assert (tmp_path / "reporting.duckdb").read_bytes() == before
    report = intake.take("crimes.csv", MANY_CRIMES)
    assert report.new == 30_000
    assert {path.name for path in tmp_path.iterdir()} - {"reporting.duckdb.lock"} == {"extracts", "reporting.duckdb"}


def test_a_load_that_is_told_to_end_clears_away(intake, tmp_path):
    load = start(intake, str(intake.file("hubs.csv", HUBS)), str(intake.file("crimes.csv", MANY_CRIMES)))
    load.stderr.readline()
    load.terminate()
    assert load.communicate()[1].splitlines()[-1] == b"Stopped: the database is as it was, or holds all of it."
    assert load.returncode == 1
    assert {path.name for path in tmp_path.iterdir()} == {"extracts"}


def test_a_load_that_fails_leaves_the_database_as_it_was(intake, tmp_path):
    """Somebody made a table crimes of his own, so that the second file of the run cannot be written."""
    database = tmp_path / "reporting.duckdb"
    with duckdb.connect(str(database)) as mine:
        mine.execute("CREATE TABLE crimes (crime_id TEXT)")
    before = database.read_bytes()
    intake.file("hubs.csv", HUBS)
    intake.file("crimes.csv", "crime_id,recorded_on\nK1,2025-01-01\n")
    with pytest.raises(SQLAlchemyError):
        intake.load()
    assert database.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} - {"reporting.duckdb.lock"} == {"extracts", "reporting.duckdb"}


def test_the_swap_leaves_one_whole_file(intake, tmp_path):
    intake.take("crimes.csv", MANY_CRIMES)
    assert {path.name for path in tmp_path.iterdir()} - {"reporting.duckdb.lock"} == {"extracts", "reporting.duckdb"}
    with connect(intake.url).connect() as reader:
        assert reader.scalar(select(func.count()).select_from(crimes)) == 30_000


def test_two_imports_at_once_do_not_fight(intake, tmp_path):
    with (
        FileLock(tmp_path / "reporting.duckdb.lock"),
        pytest.raises(DatabaseUnavailable, match="Another import is loading into"),
    ):
        intake.take("hubs.csv", HUBS)


def test_the_lock_of_a_process_that_died_stops_nobody(intake, tmp_path):
    lock = str(tmp_path / "reporting.duckdb.lock")
    script = "import sys, time, filelock; l = filelock.FileLock(sys.argv[1]); l.acquire(); open(sys.argv[2], 'w'); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", script, lock, f"{lock}.held"])
    wait_for(tmp_path, "reporting.duckdb.lock.held")
    with pytest.raises(DatabaseUnavailable):
        intake.take("hubs.csv", HUBS)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert intake.take("hubs.csv", HUBS).new == 1


def test_a_database_that_another_program_is_writing_to_is_left_alone(intake, tmp_path):
    intake.take("hubs-1.csv", HUBS)
    (tmp_path / "reporting.duckdb.wal").touch()
    with pytest.raises(DatabaseUnavailable, match="another program is writing to the database"):
        intake.take("hubs-2.csv", "hub_id,name\nBAR,Barrow\n")


def test_the_same_file_again_touches_nothing(with_people, tmp_path):
    database = tmp_path / "reporting.duckdb"
    header = "detention_id,child_id,authorised_on\n"
    january = with_people.file("detentions-2025-01.csv", header + "D1,C1,2025-01-05\nD2,C9,2025-01-05\n")
    with_people.load(january)
    before = (database.stat().st_ino, database.stat().st_mtime_ns)
    (report,) = with_people.load(january)
    assert with_people.counts(report) == (2, 0, 0, 1, 1)
    assert report.loaded_before
    assert (database.stat().st_ino, database.stat().st_mtime_ns) == before


def test_a_dry_run_says_the_same_and_loads_nothing(intake, tmp_path):
    """The crimes need the hub of the file before them: a dry run sees it too."""
    intake.file("hubs.csv", HUBS)
    intake.file("crimes.csv", "crime_id,recorded_on,hub_id\nK1,2025-01-01,CAR\nK2,2025-01-01,XXX\n")
    rehearsed = intake.load(dry_run=True)
    assert not (tmp_path / "reporting.duckdb").exists()
    assert rehearsed == intake.load()
    before = (tmp_path / "reporting.duckdb").read_bytes()
    intake.file("hubs.csv", "hub_id,name\nBAR,Barrow\n")
    intake.load(dry_run=True)
    assert (tmp_path / "reporting.duckdb").read_bytes() == before
