"""Who may read, and the access log: what `python -m audit` can be asked to do, and to say."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from io import TextIOWrapper

import pandas as pd

from audit import database, grants, log, spreadsheet
from audit.acknowledging import acknowledge
from audit.visible import visible
from queries.scope import ROLES

COLUMNS = ["number", "at", "name", "subject", "role", "action", "page", "filters", "reason"]


class Refused(Exception):
    """What cannot be done; the message says what was given, what is allowed and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it was done, 1 when the log is not as it was written, 2 with a sentence on stderr when it could not be done."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what its encoding does not have is written out, and no reason to print nothing
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(arguments)
        status: int = options.run(options) or 0
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads our output has seen enough
        sys.stderr.close()
        return 0
    except OSError as error:
        _say(f"This ended early ({error}); see that where it prints to has room.")
        _drop_what_is_unwritten()
        return 2
    except (Refused, database.AuditUnavailable, ValueError) as refusal:
        _say(str(refusal))
        return 2
    return status


def _say(sentence: str) -> None:
    print(visible(sentence), file=sys.stderr)


def _drop_what_is_unwritten() -> None:
    """Python would try once more to write it as it ends, and say so in its own words."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    person, decision, printed = _person(), _decision(), _printed()
    grant = commands.add_parser("grant", parents=[person, decision], help="give somebody a role to read in")
    grant.add_argument("--role", required=True, choices=ROLES)
    grant.add_argument("--hub", nargs="+", default=[""], metavar="H", help="the ids of the hubs, with the role hub")
    grant.add_argument("--expires", type=_day, metavar="DATE", help="the last day on which it is valid (default: no end)")
    revoke = commands.add_parser("revoke", parents=[person, decision], help="end what somebody may read")
    revoke.add_argument("--role", choices=ROLES, help="this role alone")
    revoke.add_argument("--hub", metavar="H", help="this hub alone")
    readers = commands.add_parser("readers", parents=[printed], help="everyone who was ever given a role, and until when")
    listed = commands.add_parser("log", parents=[printed], help="who did what, the latest first")
    listed.add_argument("--since", type=_since, metavar="DATE", help="from this London day on")
    listed.add_argument("--subject", help="of this person alone")
    listed.add_argument("--action", choices=log.ACTIONS, help="of this kind alone")
    saw = commands.add_parser("saw", parents=[printed], help="who was shown a record")
    saw.add_argument("record", metavar="RECORD_ID", help="its id, as the dashboard shows it")
    verify = commands.add_parser("verify", help="whether the log is complete and unchanged")
    verify.add_argument("--expect", default="", metavar="HEAD", help="the head that an earlier run printed")
    seen = commands.add_parser("acknowledge", parents=[decision], help="what verify finds and nothing puts right was looked into")
    prepare = commands.add_parser("prepare", help="make the tables; on PostgreSQL, as their owner, also the roles and triggers")
    lists = {readers: _readers, listed: _log, saw: _saw}
    functions = {grant: _grant, revoke: _revoke, **lists, verify: _verify, seen: _acknowledge, prepare: _prepare}
    for command, function in functions.items():
        command.set_defaults(run=function)
    return parser


def _person() -> argparse.ArgumentParser:
    person = argparse.ArgumentParser(add_help=False)
    person.add_argument("--issuer", required=True, metavar="URL", help="who vouches for them: `iss` of their sign-in")
    person.add_argument("--subject", required=True, metavar="ID", help="their unchanging id there, never an e-mail address")
    return person


def _decision() -> argparse.ArgumentParser:
    decision = argparse.ArgumentParser(add_help=False)
    decision.add_argument("--by", required=True, metavar="WHO", help="who decides this; it is kept in the log")
    decision.add_argument("--reason", required=True, metavar="TEXT", help="why; it is kept in the log")
    return decision


def _printed() -> argparse.ArgumentParser:
    printed = argparse.ArgumentParser(add_help=False)
    printed.add_argument("--format", choices=("table", "csv"), default="table")
    printed.add_argument(
        "--raw", action="store_true", help="CSV with text as it is, also where a spreadsheet would run it as a formula"
    )
    return printed


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text!r} is not a date; write it as 2025-04-01.") from None


def _since(text: str) -> date | datetime:
    if len(text) == len("2025-04-01"):
        return _day(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text!r} is not a date; write it as 2025-04-01, or an instant as 2025-04-01T09:30:00.") from None


def _grant(options: argparse.Namespace) -> None:
    decided = {"by": options.by, "reason": options.reason}
    for number, hub in enumerate(options.hub, start=1):
        try:
            grant = grants.grant(options.issuer, options.subject, options.role, hub, expires_on=options.expires, **decided)
        except database.NotWitnessed as problem:
            raise Refused(" ".join([str(problem), *_not_tried(options.hub[number:])])) from problem
        _print_line(f"{grant.subject} may read as {_role(grant)}{f' until {grant.expires_on}' if grant.expires_on else ''}.")


def _not_tried(hubs: Sequence[str]) -> list[str]:
    """What a grant at several hubs did not come to, in a sentence; none where it came to all."""
    return [f"What was not given for that reason: {', '.join(hubs)}."] if hubs else []


def _revoke(options: argparse.Namespace) -> None:
    revoked = grants.revoke(options.issuer, options.subject, options.role, options.hub, by=options.by, reason=options.reason)
    if not revoked:
        raise Refused(f"{options.subject!r} has no such role at {options.issuer!r}; `python -m audit readers` lists all.")
    for grant in revoked:
        _print_line(f"{grant.subject} may no longer read as {_role(grant)}.")


def _print_line(sentence: str) -> None:
    print(visible(sentence))


def _role(grant: grants.Grant) -> str:
    return f"{grant.role} of {grant.hub}" if grant.hub else grant.role


def _readers(options: argparse.Namespace) -> None:
    today = grants.today()
    rows = [{"state": _state(grant, today), **asdict(grant)} for grant in grants.all_grants()]
    columns = ["state", *grants.Grant.__dataclass_fields__]
    _print(pd.DataFrame(rows, columns=columns, dtype=object), options, columns[:9])


def _state(grant: grants.Grant, today: date) -> str:
    return "active" if grant.is_active(today) else "revoked" if grant.revoked_at else "expired"


def _log(options: argparse.Namespace) -> None:
    _print(log.entries(since=options.since, subject=options.subject, action=options.action), options, COLUMNS)


def _saw(options: argparse.Namespace) -> None:
    _print(log.entries(record=options.record), options, COLUMNS)


def _print(frame: pd.DataFrame, options: argparse.Namespace, columns: Sequence[str]) -> None:
    """All columns as CSV, or those that fit a screen; instants are in UTC.

    What would steer the terminal is written out, in a table also line ends within a text, unless the CSV is to be raw.
    """
    if options.format == "csv":
        print(spreadsheet.csv(frame if options.raw else frame.map(partial(_visible, but="\n")), raw=options.raw), end="")
        return
    shown = frame[list(columns)].astype(object).fillna("").map(_visible)
    print("Nothing to show." if shown.empty else shown.to_string(index=False))


def _visible(value: object, but: str = "") -> object:
    return visible(value, but) if isinstance(value, str) else value


def _verify(options: argparse.Namespace) -> int:
    verification = log.verify(expected_head=options.expect)
    unchanged = "1 entry is unchanged" if verification.entries == 1 else f"{verification.entries} entries are unchanged"
    print(f"{unchanged}; {f'the head is {verification.head}' if verification.head else 'there is no head'}.")
    if verification.acknowledged:
        print(f"Looked into earlier: {verification.acknowledged}; `python -m audit log --action acknowledge` says what and why.")
    for problem in verification.told:
        _say(problem)
    if verification.problems:
        return 1
    print(f"The second witness of the log confirms {verification.witnessed or 'none'} of them.")
    print("Keep the head where whoever runs the database cannot write, and give it to the next `verify --expect`.")
    return 0


def _acknowledge(options: argparse.Namespace) -> None:
    for problem in acknowledge(options.by, options.reason):
        _print_line(f"Looked into by {options.by}: {problem}")


def _prepare(_: argparse.Namespace) -> None:
    database.prepare()
    print("The audit database is ready.")


if __name__ == "__main__":
    sys.exit(main())
