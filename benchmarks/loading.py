"""``python -m benchmarks.loading`` times loads: the invented force's tables, ten copies of them, and a million crimes.

The crimes come in one file, and in a file of each month.

Each load runs in a process of its own, so that its peak memory can be read, and beside it DuckDB reads the same files into text
columns, which checks nothing: the ratio of the two tells what reading, checking and counting cost.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TextIO

import duckdb

from benchmarks.counting import scales
from benchmarks.databases import at_scale
from benchmarks.markdown import print_headings, print_row
from queries.tables import CONTRACT, crimes

HEADINGS = ("what", "rows", "load, s", "rows a second", "of it facts and figures, s", "peak memory, MB", "times DuckDB alone")
FIRST = date(2010, 1, 1)
YEARS = 15

# What the process of one load does: it prints its seconds, those of them that facts and figures took, and its peak memory.
_LOAD = """
import importlib, pathlib, sys, time
from ingest.taking import Terms
from ingest.load import load
module, spent = importlib.import_module("ingest.load"), [0.0]
def timed(work):
    def run(*args):
        began = time.perf_counter()
        result = work(*args)
        spent[0] += time.perf_counter() - began
        return result
    return run
for name in ("build_and_make_ready", "figures_to_keep", "keep"):
    setattr(module, name, timed(getattr(module, name)))
began = time.perf_counter()
load([sys.argv[1]], sys.argv[2], terms=Terms(yes=True, into_invented=True), progress=False)
peak = pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(time.perf_counter() - began, spent[0], int(peak) / 1024)
"""
_ALONE = """
import pathlib, sys, time, duckdb
connection = duckdb.connect(sys.argv[2])
connection.execute("SET enable_progress_bar = false")
began = time.perf_counter()
for number, path in enumerate(sorted(pathlib.Path(sys.argv[1]).glob("*.csv"))):
    connection.execute(f"CREATE TABLE t{number} AS SELECT * FROM read_csv(?, all_varchar = true, parallel = false)", [str(path)])
print(time.perf_counter() - began)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all was timed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loading", description="Time what a load takes.")
    parser.add_argument("--crimes", type=int, default=1_000_000, metavar="N", help="how many crimes (default a million)")
    parser.add_argument("--scales", type=scales, default=(1, 10), metavar="N,N", help="times the demo (default 1,10)")
    options = parser.parse_args(arguments)
    print_headings(*HEADINGS)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as spare:
        for scale in sorted(set(options.scales)):
            _time(f"the invented force {scale}x", _extracts(at_scale(Path(spare), scale), Path(spare) / f"extracts-{scale}"))
        _time("crimes alone", _crimes(Path(spare) / "crimes", options.crimes))
        _time("the same, a file a month", _by_month(Path(spare) / "months", options.crimes))
    return 0


def _time(what: str, folder: Path) -> None:
    rows = sum(path.read_bytes().count(b"\n") - 1 for path in folder.glob("*.csv"))
    with tempfile.TemporaryDirectory(prefix="benchmark-") as spare:
        seconds, facts, memory = _run(_LOAD, folder, f"duckdb:///{spare}/loaded.duckdb")
        (alone,) = _run(_ALONE, folder, f"{spare}/alone.duckdb")
    of_rows = seconds - facts
    figures = f"{rows / of_rows:,.0f}", f"{facts:.1f}", f"{memory:,.0f}", f"{of_rows / alone:.1f}"
    print_row(what, f"{rows:,}", f"{seconds:.1f}", *figures)


def _run(script: str, folder: Path, database: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", script, str(folder), database], check=True, capture_output=True, text=True)
    return [float(text) for text in done.stdout.split()]


def _extracts(database: Path, folder: Path) -> Path:
    """The tables of a database as one would send them: a file each, instants in UTC."""
    folder.mkdir()
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in CONTRACT:
            target = str(folder / f"{table.name}.csv").replace("'", "''")
            connection.execute(f"COPY {table.name} TO '{target}' (HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')")
    return folder


def _crimes(folder: Path, number: int) -> Path:
    """All in one file."""
    _hubs(folder)
    with (folder / "crimes.csv").open("w", newline="") as file:
        _write(file, (_crime(place, number) for place in range(number)))
    return folder


def _by_month(folder: Path, number: int) -> Path:
    """A file of each month in which they were recorded."""
    _hubs(folder)
    made = (_crime(place, number) for place in range(number))
    for month, rows in groupby(made, key=lambda row: row[1][:7]):
        with (folder / f"crimes-{month}.csv").open("w", newline="") as file:
            _write(file, rows)
    return folder


def _hubs(folder: Path) -> None:
    folder.mkdir()
    (folder / "hubs.csv").write_text("hub_id,name\n" + "".join(f"H{hub},Hub {hub}\n" for hub in range(6)))


def _write(file: TextIO, rows: Iterable[Sequence[str]]) -> None:
    writer = csv.writer(file)
    writer.writerow(crimes.c.keys())
    writer.writerows(rows)


def _crime(place: int, of: int) -> tuple[str, ...]:
    recorded = FIRST + timedelta(days=place * YEARS * 365 // of)
    told = f"K{place:08d}", recorded.isoformat(), (recorded - timedelta(days=place % 5)).isoformat(), f"H{place % 6}"
    return (*told, "Violence against the person", f"Common assault {place % 40}", "true" if place % 50 == 0 else "false", "")


if __name__ == "__main__":
    sys.exit(main())
