"""What `python -m ingest` is asked: it loads extracts and prints what became of them, builds facts or drafts a mapping."""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ingest.database import FAILURES
from ingest.facts import build_facts
from ingest.load import load
from ingest.mapping import MappingRefused
from ingest.mapping.file import read_mapping
from ingest.mapping.suggest import suggestion
from ingest.reading import FileRefusedError
from ingest.report import report_text
from ingest.taking import MOST_REFUSED, MOST_WITHDRAWN, Terms
from queries.engine import DatabaseUnavailable, cause, database_url, is_forbidden

FACTS, SUGGEST = "facts", "suggest"  # in place of a path; a folder of that name is ./facts
WHICH_FILES = "Which files? Give extracts or folders of them, or --source URL with --map FILE, to ask a warehouse."
WHICH_QUERIES = "What is --source to be asked? Give the mapping that holds the queries, with --map FILE."
WHO_BUILDS = (
    "give the address of the login that loads, once the owner of the tables has installed the row-level security of this version "
    "(deploy/README.md)"
)
WHICH_DATABASE = (
    "Into which database? Give --database URL, such as duckdb:///data/force.duckdb, or set DATABASE_URL; "
    "with --dry-run alone, files are checked against an empty one."
)
INTERRUPTED = ("Query interrupted", "INTERRUPT Error: Interrupted!")  # what DuckDB makes of Ctrl-C within a statement
CHECKED = "Dry run: everything was checked, nothing was loaded."
CHECKED_AGAINST_NOTHING = (
    "Dry run against an empty database: everything was checked, nothing was loaded. A hub or a child that is in none of these "
    "files is not known there; give --database to check against what is loaded."
)


def run(arguments: Sequence[str] | None = None) -> int:
    """0 when every file was taken, rejected rows and all, or the facts are built; 1 when not, or without a database.

    Raises KeyboardInterrupt where it is stopped, by which nothing of the load is kept.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not know every letter of a name
    options = _parser().parse_intermixed_args(arguments)
    try:
        said, code = _asked(options)
    except Exception as error:
        if cause(error) in INTERRUPTED:
            raise KeyboardInterrupt from error
        print(_sentence(error, options), file=sys.stderr)
        return 1
    return _say(said) or code


def _sentence(error: Exception, options: argparse.Namespace) -> str:
    """What went wrong. What nobody has foreseen may speak of a child: only where it was is told."""
    if isinstance(error, DatabaseUnavailable | MappingRefused | FileRefusedError):
        return str(error)
    if isinstance(error, FAILURES):
        advice = f"; {WHO_BUILDS}" if options.paths == [FACTS] and is_forbidden(error) else ""
        why = cause(error, options.database or database_url(), options.source or "") or type(error).__name__
        return f"{_lost(options)}: {why}{advice}."
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    return f"{_lost(options)}: {place}; tell whoever keeps the dashboard."


def _asked(options: argparse.Namespace) -> tuple[str, int]:
    """What is to be printed of what was done, and how the command ends."""
    if options.paths[:1] == [SUGGEST]:
        return _suggest(options.paths[1:]), 0
    return (_build(options), 0) if options.paths == [FACTS] else _load(options)


def _lost(options: argparse.Namespace) -> str:
    if options.paths == [FACTS]:
        return "The build failed, and the facts are what they were"
    if options.paths[:1] == [SUGGEST]:
        return "No mapping can be drafted"
    return "The load failed, and nothing of what it was loading is kept"


def _say(text: str) -> int:
    """Print what was done. That nobody reads it, or the disk is full, changes nothing of it."""
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"All was done, but the report could not be written: {error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Load extracts into the reporting database and print what became of every file, line, row and cell. "
        "`python -m ingest facts` builds its facts again: after a load of the force's own, or a new version of the dashboard. "
        "`python -m ingest suggest PATH...` drafts a mapping of extracts in a force's own words (docs/mapping.example.toml).",
    )
    paths = "CSV files named after their tables, as they come from data.police.uk, or folders and zip archives of them"
    parser.add_argument("paths", nargs="*", metavar="PATH", help=f"{paths}; with --map, whatever files that names")
    parser.add_argument("--map", metavar="FILE", help="the mapping by which extracts in a force's own words are read")
    parser.add_argument("--source", metavar="URL", help="a database, only read, that the mapping's queries are asked of")
    parser.add_argument("--database", metavar="URL", help="the reporting database (default: DATABASE_URL)")
    parser.add_argument("--dry-run", action="store_true", help="check everything, load nothing; needs no database")
    full = "the files hold all rows of their tables: rows that are absent are withdrawn"
    parser.add_argument("--full", action="store_true", help=full)
    parser.add_argument("--full-from", type=_day, metavar="DATE", help="the same, of the rows from that day on")
    complete = "the files hold all events to that day, which may be after the last of them: what follows it is zero"
    parser.add_argument("--data-to", type=_day, metavar="DATE", help=complete)
    parser.add_argument("--yes", action="store_true", help="also where more rows are refused or withdrawn than is allowed")
    for name, default, what in (
        ("--most-refused", MOST_REFUSED, "of a file's rows that may be refused"),
        ("--most-withdrawn", MOST_WITHDRAWN, "of a table's rows that may be withdrawn"),
    ):
        parser.add_argument(
            name, type=_share, default=default, metavar="SHARE", help=f"{what} without --yes (default {default:g})"
        )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2025-04-01.") from None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share; write a number from 0 to 1, such as 0.1 for a tenth.")
    return share


def _load(options: argparse.Namespace) -> tuple[str, int]:
    if options.source and not options.map:
        raise MappingRefused(WHICH_QUERIES)
    if not options.paths and not options.source:
        raise MappingRefused(WHICH_FILES)
    url = options.database or os.environ.get("DATABASE_URL") or None
    if url is None and not options.dry_run:
        raise DatabaseUnavailable(WHICH_DATABASE)
    mapping = read_mapping(options.map) if options.map else None
    terms = Terms(
        full=options.full,
        full_from=options.full_from,
        data_to=options.data_to,
        yes=options.yes,
        most_refused=options.most_refused,
        most_withdrawn=options.most_withdrawn,
    )
    report = load(options.paths, url, dry_run=options.dry_run, terms=terms, mapping=mapping, warehouse=options.source)
    opening = (CHECKED if url else CHECKED_AGAINST_NOTHING) if options.dry_run else ""
    return report_text(report, opening=opening), int(not report.is_whole)


def _suggest(paths: Sequence[str]) -> str:
    if not paths:
        raise MappingRefused("A mapping of what? Give extracts or folders: python -m ingest suggest FOLDER > mapping.toml.")
    return suggestion(paths).removesuffix("\n")


def _build(options: argparse.Namespace) -> str:
    if options.dry_run:
        raise DatabaseUnavailable("Building facts reads no file that could be checked; leave out --dry-run.")
    if options.data_to:
        raise DatabaseUnavailable("Building facts reads no file that could be complete to a day; give --data-to with the files.")
    rows = build_facts(options.database or database_url())
    return f"The facts are built: {sum(rows.values()):,} in {len(rows)} tables."
