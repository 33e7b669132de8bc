"""The command prints what became of every file, and its exit code says whether all were taken."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(intake, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ingest", *map(str, arguments), "--database", intake.url]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_file_taken_rejected_rows_and_all(intake):
    intake.file("hubs.csv", "hub_id,name,colour\nCAR,Carlisle,red\n")
    intake.file("crimes.csv", "crime_id,recorded_on,hub_id\nK1,2025-01-01,CAR\nK2,tomorrow,CAR\nK3,2025-01-01,XXX\nK4,soon,CAR\n")
    done = run(intake, intake.folder)
    assert done.returncode == 0
    assert done.stdout == (
        "file        table   read  new  updated  unchanged  rejected\n"
        "hubs.csv    hubs       1    1        0          0         0\n"
        "crimes.csv  crimes     4    1        0          0         3\n"
        "all files              5    2        0          0         3\n"
        "\n"
        "Rejected rows (set aside whole in the table rejected_rows)\n"
        "  crimes.csv: 2 rows, recorded_on: is not a date such as 2025-06-01 (first: line 3 'tomorrow')\n"
        "  crimes.csv: 1 row, hub_id: is not known in hubs: load it there first, or correct it (first: line 4 'XXX')\n"
        "\n"
        "Worth knowing\n"
        "  hubs.csv: columns not known and not read: colour\n"
    )
    assert "2/2" in done.stderr  # the progress bar


def test_a_refused_file(intake):
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    intake.file("crimes.csv", "crime,recorded_on\nK1,2025-01-01\n")
    done = run(intake, intake.folder)
    assert done.returncode == 1
    assert done.stdout.endswith(
        "REFUSED FILES (nothing of them was loaded)\n"
        "  crimes.csv lacks the required column crime_id (nearest header: crime); add or rename it, and load the file again.\n"
    )
    assert intake.rows("hubs", "hub_id") == [("CAR",)]


def test_a_dry_run_says_so(intake, tmp_path):
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    done = run(intake, intake.folder, "--dry-run")
    assert done.returncode == 0
    assert done.stdout.startswith("Dry run: everything was checked, nothing was loaded.\n")
    assert not (tmp_path / "reporting.duckdb").exists()


def test_what_is_worth_knowing(intake):
    latin = "incident_id,created_on,created_at,action\nI1,2025-10-26,2025-10-26T01:30,café\n".encode("cp1252")
    file = intake.file("incidents.csv", latin)
    assert "read as Windows-1252" in run(intake, file).stdout
    again = run(intake, file).stdout
    assert "this file was loaded before; nothing has changed" in again
    assert "1 time in the hour that comes twice when the clocks go back, taken as the first (summer time)" in again


def test_a_file_that_is_no_database(intake, tmp_path):
    (tmp_path / "reporting.duckdb").write_text("a shopping list")
    done = run(intake, intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("The load failed, and nothing of the file that it was loading is kept: ")
