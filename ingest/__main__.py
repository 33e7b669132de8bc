"""``python -m ingest PATH...`` loads extracts and prints what became of them; ``python -m ingest facts`` builds the facts."""

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from ingest.facts import build_facts
from ingest.load import load
from ingest.report import report_text
from queries.engine import DatabaseUnavailable, cause, database_url, is_forbidden

FACTS = "facts"  # in place of a path; a folder of that name is ./facts
WHO_BUILDS = (
    "give the address of the login that loads, once the owner of the tables has installed the row-level security of this version "
    "(deploy/README.md)"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every file was taken, rejected rows and all, or the facts are built; 1 when not, or without a database."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Load extracts into the reporting database and print what became of every file and row. "
        "`python -m ingest facts` builds its facts again: after a load of the force's own, or a new version of the dashboard.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="CSV files named after their tables, or folders of them")
    parser.add_argument(
        "--database", metavar="URL", help="the reporting database (default: DATABASE_URL, else data/reporting.duckdb)"
    )
    parser.add_argument("--dry-run", action="store_true", help="check everything, load nothing")
    options = parser.parse_args(arguments)
    is_of_facts = options.paths == [FACTS]
    try:
        return _build(options) if is_of_facts else _load(options)
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)
    except (SQLAlchemyError, OSError) as error:
        lost = "and the facts are what they were" if is_of_facts else "and nothing of the file that it was loading is kept"
        advice = f"; {WHO_BUILDS}" if is_of_facts and is_forbidden(error) else ""
        print(f"The {'build' if is_of_facts else 'load'} failed, {lost}: {cause(error)}{advice}.", file=sys.stderr)
    return 1


def _load(options: argparse.Namespace) -> int:
    reports = load(options.paths, options.database or database_url(), dry_run=options.dry_run)
    print(report_text(reports, dry_run=options.dry_run))
    return int(any(report.refused for report in reports))


def _build(options: argparse.Namespace) -> int:
    if options.dry_run:
        print("Building facts reads no file that could be checked; leave out --dry-run.", file=sys.stderr)
        return 1
    rows = build_facts(options.database or database_url())
    print(f"The facts are built: {sum(rows.values()):,} in {len(rows)} tables.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
