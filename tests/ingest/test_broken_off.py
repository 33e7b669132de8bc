"""A load that is killed, finds the disk full, or meets another leaves all of the old or all of the new, and nothing beside it."""

import os
import random
import resource
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import databases
import pytest
from sqlalchemy import NullPool, create_engine, delete, func, select

from ingest import database
from ingest.load import load
from ingest.working_copy import DRY_RUN, spare_database
from queries.engine import DatabaseUnavailable, connect
from queries.tables import crimes, hubs, loads

ROOT = Path(__file__).parents[2]
HUBS = "hub_id,name\nCAR,Carlisle\n"
ROWS = 30_000
RANDOM = random.Random(1)
CRIMES = "crime_id,recorded_on,offence\n" + "".join(f"K{number},2025-01-01,{RANDOM.random()}\n" for number in range(ROWS))
OLD, NEW = (1, 0, 1), (2, ROWS, 3)  # hubs, crimes, loads
KILLS = 30


@pytest.fixture
def loaded(intake):
    """An intake with one hub loaded, and a second one and many crimes to load."""
    intake.take("hubs-1.csv", HUBS)
    intake.file("hubs-2.csv", "hub_id,name\nBAR,Barrow\n")
    intake.file("crimes.csv", CRIMES)
    return intake


def start(intake, *files, **how):
    names = files or ("hubs-2.csv", "crimes.csv")
    command = [sys.executable, "-m", "ingest", *(str(intake.folder / name) for name in names), "--database", intake.url]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **how)


def held(url):
    """How many hubs, crimes and loads a reader finds."""
    with connect(url).connect() as connection:
        return tuple(connection.scalar(select(func.count()).select_from(table)) for table in (hubs, crimes, loads))


def beside(intake):
    """What stands in the folder of the database, other than the lock by which imports know of one another."""
    return {path.name for path in intake.folder.parent.iterdir()} - {"extracts", "reporting.duckdb.lock"}


def no_larger(most):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def size(intake):
    return Path(intake.url.removeprefix("duckdb:///")).stat().st_size


def test_a_disk_that_is_full_when_all_is_to_be_written_down(loaded):
    """All rows fit into the log of the copy, and not into the copy: said as it closes the file, this went unheard."""
    failed = start(loaded, preexec_fn=no_larger(size(loaded) + 300_000))
    said = failed.communicate()[1]
    assert (failed.returncode, "Traceback" in said, held(loaded.url), beside(loaded)) == (1, False, OLD, {"reporting.duckdb"})
    assert said.splitlines()[-1].startswith("The load failed, and nothing of what it was loading is kept: ")


@pytest.mark.long
def test_a_disk_that_is_full_at_any_time(loaded):
    """At each limit the command says what is so."""
    before = size(loaded)
    for most in (1_000, before // 2, *range(before, 4 * before, before // 10)):
        ended = start(loaded, preexec_fn=no_larger(most))
        said = ended.communicate()[1]
        assert (held(loaded.url), "Traceback" in said) == (NEW if ended.returncode == 0 else OLD, False), f"{most}: {said}"
        assert beside(loaded) == {"reporting.duckdb"}
        if ended.returncode == 0:
            return
    raise AssertionError("it never had room enough")


def undo(intake, old):
    """Take out again what the second load brought; of a file ``old`` is what it held before."""
    if "postgresql" not in intake.url:
        (intake.folder / "old").write_bytes(old)
        os.replace(intake.folder / "old", intake.url.removeprefix("duckdb:///"))
        return
    with create_engine(intake.url, poolclass=NullPool).begin() as connection:
        connection.execute(delete(crimes))
        connection.execute(delete(hubs).where(hubs.c.hub_id == "BAR"))
        connection.execute(delete(loads).where(loads.c.source_file != "hubs-1.csv"))


@pytest.mark.long
def test_loads_killed_at_random_moments(place):
    """Each is killed somewhere between its beginning and its end; the next one works as if it had not been."""
    place.take("hubs-1.csv", HUBS)
    place.file("hubs-2.csv", "hub_id,name\nBAR,Barrow\n")
    place.file("crimes.csv", CRIMES)
    old = b"" if "postgresql" in place.url else Path(place.url.removeprefix("duckdb:///")).read_bytes()
    began = time.monotonic()
    start(place).communicate()
    whole, moments, broken_off = time.monotonic() - began, random.Random(2), 0
    for number in range(KILLS):
        undo(place, old)
        killed = start(place)
        if number % 2:
            killed.stderr.readline()  # the hubs are written, the crimes are not
        time.sleep(whole * moments.uniform(0, 0.3 if number % 2 else 0.9))
        killed.kill()
        killed.communicate()
        broken_off += killed.returncode != 0
        assert held(place.url) in (OLD, NEW)
    print(f"{broken_off} of {KILLS} loads were killed before they ended.")
    assert broken_off > KILLS * 0.8
    undo(place, old)
    last = start(place)
    assert (last.communicate()[1].count("Traceback"), last.returncode, held(place.url)) == (0, 0, NEW)
    if "postgresql" not in place.url:
        assert beside(place) == {"reporting.duckdb"}


@pytest.mark.long
def test_two_loads_at_once(place):
    """On a server the second waits; of a file it says that there is another. Whichever came first, all is there in the end."""
    place.take("hubs-1.csv", HUBS)
    place.file("hubs-2.csv", "hub_id,name\nBAR,Barrow\n")
    place.file("crimes.csv", CRIMES)
    both = [start(place, "hubs-2.csv"), start(place, "crimes.csv")]
    said = [one.communicate()[1] for one in both]
    for one, text in zip(both, said, strict=True):
        assert one.returncode == 0 or ("Another import is loading into" in text and "postgresql" not in place.url), text
    assert held(place.url)[:2] in ((2, ROWS), (2, 0), (1, ROWS))
    again = start(place)
    assert (again.communicate()[1].count("Traceback"), again.returncode, held(place.url)) == (0, 0, NEW)


def test_a_load_does_not_wait_for_ever_for_another_that_hangs(intake, monkeypatch):
    monkeypatch.setattr(database, "MOST_SECONDS", 1)
    file = intake.file("hubs.csv", HUBS)
    with databases.on("postgresql"):
        url = databases.vacant()
    with closing(create_engine(url, poolclass=NullPool).connect()) as hanging:
        database.wait_for_turn(hanging)
        with pytest.raises(DatabaseUnavailable, match=r"Another import is loading into this database; wait until it has ended"):
            load([file], url, progress=False)
    assert load([file], url, progress=False).is_whole


def test_what_a_dry_run_that_was_killed_left_is_cleared_away_by_the_next(tmp_path, monkeypatch):
    """Its rows are of children. What one holds that is running is left."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"{DRY_RUN}killed"
    left.mkdir()
    (left / "empty.duckdb").touch()
    os.utime(left, (0, 0))
    with spare_database() as first, spare_database() as second:
        assert not left.exists()
        assert {path.name for path in tmp_path.iterdir()} == {Path(url).parent.name for url in (first, second)}
    assert not list(tmp_path.iterdir())
