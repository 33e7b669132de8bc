"""What leaves the building: `python -m release build`, `verify`, `list`, `show`, `publish`, `withdraw` and `prepare`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from getpass import getuser

import pandas as pd
from sqlalchemy import Connection

from meetings import for_board
from meetings.database import MemoryUnavailable
from metrics import export, words
from queries.engine import DatabaseUnavailable, cause, reading
from queries.lookups.invented import is_invented
from queries.scope import SYSTEM
from release import building, key, notes, publishing, sealing, store, verification
from release.answers.names import named
from release.key import NoKey
from release.notes import Note
from release.store import COLUMNS, Refused, Stored


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it was done, 1 where a release does not hold, 2 with a sentence on stderr when it could not be done."""
    try:
        options = _parser().parse_args(arguments)
        status: int = options.run(options) or 0
    except BrokenPipeError:  # whoever reads our output has seen enough
        sys.stderr.close()
        return 0
    except (Refused, NoKey, DatabaseUnavailable, ValueError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The release could not be read or written: {cause(error)}. Check RELEASE_URL and try again.", file=sys.stderr)
        return 2
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="count, round and attack: proposes a release, and publishes nothing").set_defaults(
        run=_build
    )
    commands.add_parser("list", help="every release: when, by whom, and whether it is published").set_defaults(run=_list)
    show = commands.add_parser("show", help="print a release")
    show.add_argument("--format", choices=("table", "csv", "json"), default="table")
    show.add_argument("--raw", action="store_true", help=export.RAW)
    verify = commands.add_parser("verify", help="check the seal of what is stored, and attack it again")
    for command, function in ((show, _show), (verify, _verify)):
        command.add_argument("--release", type=int, metavar="N", help="its number (default: the one that the board sees)")
        command.set_defaults(run=function)
    for name, help_ in (("publish", "make a release the board's"), ("withdraw", "take it away from the board")):
        command = commands.add_parser(name, help=help_)
        command.add_argument("--release", type=int, required=True, metavar="N")
        command.add_argument("--why", required=True, help="in a sentence, kept with the release")
        command.set_defaults(run=_decide)
    prepare = commands.add_parser("prepare", help="make the tables; on PostgreSQL, as their owner, also the roles and triggers")
    prepare.set_defaults(run=lambda _: store.prepare())
    return parser


def _build(_: argparse.Namespace) -> None:
    with reading(SYSTEM) as connection:
        secret = key.key(invented=is_invented(connection))
        publishing.check_sealed(secret)
        built = building.build(connection, secret, publishing.told())
    number, is_new = publishing.propose(built, getuser(), secret)
    proof = built.about["proof"]
    of_kinds = [of_kind for of_kind in proof["kinds"] if of_kind["passed"]]
    cells = sum(of_kind["cells"] for of_kind in of_kinds)
    if not is_new:
        print(f"Release {number} tells of these very data already.")
        return
    kinds = f"{len(of_kinds)} {'kind' if len(of_kinds) == 1 else 'kinds'} of events"
    print(f"Release {number} is proposed: {cells:,} numbers of {kinds}, in {proof['seconds']:.0f} seconds.")
    print(f"Publish it with `python -m release publish --release {number} --why ...`, or on the page “Releases for the board”.")


def _list(_: argparse.Namespace) -> None:
    with store.reading() as connection:
        found = store.all_releases(connection)
    rows = [
        {
            "release": stored.number,
            "data to": stored.about["data_end"],
            "proposed": words.moment(stored.proposed_at),
            "by": stored.proposed_by,
            "state": stored.state,
            "decided": "; ".join(
                f"{taken.action} by {taken.by}, {words.moment(taken.at)}: {taken.why}" for taken in stored.decisions
            ),
        }
        for stored in found
    ]
    print(
        pd.DataFrame(rows).to_string(index=False) if rows else "There is no release yet: `python -m release build` proposes one."
    )


def _show(options: argparse.Namespace) -> None:
    with store.reading() as connection:
        stored = _chosen(connection, options.release)
        frame = store.cells_of(connection, stored.number)[COLUMNS]
    frame = frame.assign(hub=[named(hub, stored.about["hubs"]) for hub in frame["hub"]])
    frame.insert(0, "release", stored.number)
    if options.format == "table":
        print(frame.astype({"shown": object}).fillna("").to_string(index=False))
    else:
        print(export.plain(frame, options.format, raw=options.raw), end="")


def _verify(options: argparse.Namespace) -> int:
    with _reporting() as reporting:
        try:
            with store.reading() as connection:
                number = _chosen(connection, options.release).number
                secret = key.to_verify(invented=reporting is None or is_invented(reporting))
                if problem := sealing.problem(connection, number, secret):
                    print(problem)
                    return 1
                told = [*publishing.told(before=number), publishing.one(connection, number)]
        except store.Malformed as malformed:
            print(malformed)
            return 1
        verified = verification.verify(told, reporting, secret)
    print(verified.words)
    return 0 if verified.holds else 1


def _decide(options: argparse.Namespace) -> None:
    marked = _marked() if options.command == "publish" else []
    with store.writing() as connection:
        store.decide(connection, options.release, options.command, getuser(), options.why)
        notes.add(connection, options.release, marked)
    done = "published: it is what the board sees" if options.command == "publish" else "withdrawn: the board no longer sees it"
    print(f"Release {options.release} is {done}.")


def _marked() -> list[Note]:
    """What was marked for the board, and goes out with the release; nothing where the memory of meetings cannot be read."""
    try:
        return for_board.marked()
    except MemoryUnavailable as error:
        print(f"Nothing that was marked for the board goes out with this release: {error}", file=sys.stderr)
        return []


@contextmanager
def _reporting() -> Iterator[Connection | None]:
    """The reporting database, where it can be read."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(reading(SYSTEM))
        except DatabaseUnavailable:
            connection = None
        yield connection


def _chosen(connection: Connection, number: int | None) -> Stored:
    """The release of a number, or the one that the board sees. Raises Refused."""
    stored = {found.number: found for found in store.all_releases(connection)}
    chosen = store.latest_published(connection) if number is None else stored.get(number)
    if chosen is None:
        which = "No release is published" if number is None else f"There is no release {number}"
        raise Refused(f"{which}; `python -m release list` says which there are.")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
