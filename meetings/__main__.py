"""Packs for meetings: `python -m meetings pack`, `check`, `due`, `decisions` and `prepare`."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from getpass import getuser
from pathlib import Path

from meetings import agenda, checking, database, due, memory, packs
from meetings.database import MemoryUnavailable
from meetings.slides import Refused
from queries import clock
from queries.engine import DatabaseUnavailable, reading
from queries.scope import Access, OutOfScope, Scope

ANALYST = Access("analyst")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one thing; 0 if it worked, 1 if a number differs or a pack could not be made, 2 with a sentence on stderr if not."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except MemoryUnavailable as error:
        print(error, file=sys.stderr)
    except (Refused, memory.Refused, DatabaseUnavailable, OutOfScope, OSError) as refusal:
        print(refusal, file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m meetings", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    pack = commands.add_parser("pack", help="write the pack of a month as slides that can be edited, or as a PDF")
    pack.add_argument("--role", choices=packs.ROLES, required=True, help="for whom: the board's is made of its release alone")
    pack.add_argument("--month", type=_month, metavar="2026-10", help="the last of its twelve months (default: the latest)")
    pack.add_argument("--hub", default="", metavar="H", help="only this hub, by id or name")
    pack.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .pptx or .pdf")
    pack.add_argument("--template", type=Path, metavar="FILE.pptx", help="the force's own template for slides")
    pack.add_argument("--database", metavar="URL", help="instead of DATABASE_URL or the one under data/")
    pack.set_defaults(run=_pack)
    check = commands.add_parser("check", help="make a pack again and name the first number that differs")
    check.add_argument("file", type=Path)
    check.add_argument("--database", metavar="URL", help="instead of DATABASE_URL or the one under data/")
    check.set_defaults(run=_check)
    dues = commands.add_parser("due", help="write the packs that are due, and say which figures changed")
    dues.add_argument("--folder", type=Path, required=True, metavar="DIR", help="with packs.csv: who gets what, when")
    dues.add_argument("--database", metavar="URL", help="instead of DATABASE_URL or the one under data/")
    dues.set_defaults(run=_due)
    commands.add_parser("decisions", help="the open decisions, and whether the line moved").set_defaults(run=_decisions)
    prepare = commands.add_parser("prepare", help="make the tables of the memory, as their owner")
    prepare.set_defaults(run=lambda _: database.prepare())
    return parser


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month; write it as 2026-10") from None


def _pack(options: argparse.Namespace) -> None:
    month, hub = packs.month_and_hub(options.role, options.month, options.hub, options.database)
    ordered = packs.order(options.role, month, hub, getuser())
    pack = packs.build(packs.access_of(options.role, hub), ordered, options.database)
    content = packs.write(pack, options.out.suffix.lower(), options.template)
    options.out.write_bytes(content)
    print(f"{options.out}: {len(pack.slides) + 1} slides, {pack.cover[0]}.")


def _check(options: argparse.Namespace) -> int:
    problem = next(checking.differences(options.file, options.database), "")
    print(problem or f"{options.file}: all {checking.count(options.file):,} numbers are those of the database.")
    return 1 if problem else 0


def _due(options: argparse.Namespace) -> int:
    found = due.write(options.folder, clock.now(), getuser(), options.database)
    for line in found.told:
        print(line)
    for line in found.failed:
        print(line, file=sys.stderr)
    return 1 if found.failed else 0


def _decisions(_: argparse.Namespace) -> None:
    scope, today = Scope(ANALYST), clock.today()
    found = agenda.open_decisions(memory.read(ANALYST), scope)
    if not found:
        print("No decision is open.")
        return
    with reading(ANALYST) as connection:
        for entry in found:
            print(f"{entry.said.text}\n  {agenda.followed(connection, entry, scope)}\n  {agenda.when_due(entry, today)}")


if __name__ == "__main__":
    sys.exit(main())
