"""``python -m ingest PATH...`` loads extracts into the reporting database and prints what became of them."""

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from ingest.load import load
from ingest.report import report_text
from queries.engine import DatabaseUnavailable, cause, database_url


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every file was taken, rejected rows and all; 1 when a file was refused or the database could not be had."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Load extracts into the reporting database and print what became of every file and row.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="CSV files named after their tables, or folders of them")
    parser.add_argument(
        "--database", metavar="URL", help="the reporting database (default: DATABASE_URL, else data/reporting.duckdb)"
    )
    parser.add_argument("--dry-run", action="store_true", help="check everything, load nothing")
    options = parser.parse_args(arguments)
    try:
        reports = load(options.paths, options.database or database_url(), dry_run=options.dry_run)
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    except (SQLAlchemyError, OSError) as error:
        print(f"The load failed, and nothing of the file that it was loading is kept: {cause(error)}.", file=sys.stderr)
        return 1
    print(report_text(reports, dry_run=options.dry_run))
    return int(any(report.refused for report in reports))


if __name__ == "__main__":
    sys.exit(main())
