"""``python tests/cases.py FOLDER`` loads small cases of extracts and prints what each should give beside what it gives.

A case is a folder with a README, which says in words what is expected, and extracts in it or in folders below it. These are
loaded one after the other into one database in the order in which a README that begins with "Load" names them, else each into a
database of its own. Then come the rows of the tables, where they are few, and the figures whose keys the README names.
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pandas as pd
from sqlalchemy import select

from ingest.load import load
from ingest.report import report_text
from ingest.taking import Terms
from metrics.__main__ import main as measure
from metrics.themes import METRICS
from queries.engine import connect
from queries.tables import CONTRACT, rejected_rows, withdrawn_rows

FEW = 40
FOLDER = re.compile(r"\b([\w-]+)/")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when there were cases; whether they give what they should is for the reader to judge."""
    folders = sys.argv[1:] if arguments is None else list(arguments)
    cases = sorted(readme.parent for folder in folders for readme in Path(folder).glob("*/README"))
    for case in cases:
        expected = (case / "README").read_text(encoding="utf-8").strip()
        print(f"\n{'=' * 100}\n{case.name}\n\nEXPECTED\n{expected}\n\nGOT", flush=True)
        for steps in _databases(case, expected):
            _run(steps, [key for key in METRICS if re.search(rf"\b{key}\b", expected)])
    if not cases:
        print("There is no case here; give a folder that holds folders with a README.", file=sys.stderr)
    return 0 if cases else 1


def _databases(case: Path, expected: str) -> Iterator[list[Path]]:
    """What is loaded into one database, step by step."""
    below = sorted(path for path in case.iterdir() if path.is_dir())
    if not below:
        yield [case]
    elif expected.startswith("Load"):
        yield [case / name for name in FOLDER.findall(expected.partition(". ")[0]) if case / name in below]
    else:
        yield from ([path] for path in below)


def _run(steps: Sequence[Path], keys: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"duckdb:///{folder}/case.duckdb"
        for step in steps:
            print(f"-- {step.name}")
            print(report_text(load([step], url, terms=Terms(yes=True), progress=False)), flush=True)
        _show_tables(url)
        if keys:
            measure(["show", *keys, "--from", "1950-01-01", "--database", url])
            sys.stdout.flush()


def _show_tables(url: str) -> None:
    """The columns of each table in which anything is recorded."""
    with connect(url).connect() as connection:
        for table in (*CONTRACT, rejected_rows, withdrawn_rows):
            rows = pd.read_sql_query(select(table), connection).dropna(axis="columns", how="all")
            if 0 < len(rows) <= FEW:
                text = rows.drop(columns="load_id", errors="ignore").to_string(index=False, na_rep="")
                print(f"\n{table.name}\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
