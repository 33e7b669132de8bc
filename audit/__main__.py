"""The notebook on the command line: `python -m notebook grant`, `revoke`, `readers`, `log`, `saw`, `verify` and `prepare`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

import pandas as pd

from audit import database, grants, log, spreadsheet
from queries.scope import ROLES

LISTED = ["number", "at", "name", "subject", "role", "action", "page", "filters", "reason"]


class Refused(Exception):
    """What cannot be done; the message says what was given, what is allowed and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it was done, 1 when the log is not as it was written, 2 with a sentence on stderr when it could not be done."""
    try:
        given = _parser().parse_args(arguments)
        ended: int = given.do(given) or 0
    except BrokenPipeError:  # whoever reads our output has seen enough
        sys.stderr.close()
        return 0
    except (Refused, database.NotebookUnavailable, ValueError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return ended


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m notebook", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    person, deed, printed = _person(), _deed(), _printed()
    grant = commands.add_parser("grant", parents=[person, deed], help="let somebody read, in a role")
    grant.add_argument("--role", required=True, choices=ROLES)
    grant.add_argument("--hub", nargs="+", default=[""], metavar="H", help="the ids of the hubs, with the role hub")
    grant.add_argument("--expires", type=_day, metavar="DATE", help="the last day on which it stands (default: no end)")
    revoke = commands.add_parser("revoke", parents=[person, deed], help="end what somebody may read")
    revoke.add_argument("--role", choices=ROLES, help="this role alone")
    revoke.add_argument("--hub", metavar="H", help="this hub alone")
    readers = commands.add_parser("readers", parents=[printed], help="everyone who was ever let in, and until when")
    listed = commands.add_parser("log", parents=[printed], help="who did what, the latest first")
    listed.add_argument("--since", type=_since, metavar="DATE", help="from this London day on")
    listed.add_argument("--subject", help="of this person alone")
    listed.add_argument("--action", choices=log.ACTIONS, help="of this kind alone")
    saw = commands.add_parser("saw", parents=[printed], help="who was shown a record")
    saw.add_argument("record", metavar="RECORD_ID", help="its id, as the dashboard shows it")
    verify = commands.add_parser("verify", help="whether the log is as it was written")
    verify.add_argument("--expect", default="", metavar="HEAD", help="the head that an earlier run printed")
    prepare = commands.add_parser("prepare", help="make the tables; on PostgreSQL as their owner, with roles and refusals")
    doing = {grant: _grant, revoke: _revoke, readers: _readers, listed: _log, saw: _saw, verify: _verify, prepare: _prepare}
    for command, do in doing.items():
        command.set_defaults(do=do)
    return parser


def _person() -> argparse.ArgumentParser:
    person = argparse.ArgumentParser(add_help=False)
    person.add_argument("--issuer", required=True, metavar="URL", help="who vouches for them: `iss` of their sign-in")
    person.add_argument("--subject", required=True, metavar="ID", help="their unchanging id there, never an e-mail address")
    return person


def _deed() -> argparse.ArgumentParser:
    deed = argparse.ArgumentParser(add_help=False)
    deed.add_argument("--by", required=True, metavar="WHO", help="who decides this; it is kept in the log")
    deed.add_argument("--reason", required=True, metavar="TEXT", help="why; it is kept in the log")
    return deed


def _printed() -> argparse.ArgumentParser:
    printed = argparse.ArgumentParser(add_help=False)
    printed.add_argument("--format", choices=("table", "csv"), default="table")
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


def _grant(given: argparse.Namespace) -> None:
    for hub in given.hub:
        made = grants.grant(
            given.issuer, given.subject, given.role, hub, by=given.by, reason=given.reason, expires_on=given.expires
        )
        print(f"{made.subject} may read as {_role(made)}{f' until {made.expires_on}' if made.expires_on else ''}.")


def _revoke(given: argparse.Namespace) -> None:
    ended = grants.revoke(given.issuer, given.subject, given.role, given.hub, by=given.by, reason=given.reason)
    if not ended:
        raise Refused(f"{given.subject!r} holds nothing of the kind at {given.issuer!r}; `python -m notebook readers` lists all.")
    for grant in ended:
        print(f"{grant.subject} may no longer read as {_role(grant)}.")


def _role(grant: grants.Grant) -> str:
    return f"{grant.role} of {grant.hub}" if grant.hub else grant.role


def _readers(given: argparse.Namespace) -> None:
    today = grants.today()
    rows = [{"state": _state(grant, today), **asdict(grant)} for grant in grants.all_grants()]
    columns = ["state", *grants.Grant.__dataclass_fields__]
    _print(pd.DataFrame(rows, columns=columns, dtype=object), given.format, columns[:9])


def _state(grant: grants.Grant, today: date) -> str:
    return "stands" if grant.stands(today) else "revoked" if grant.revoked_at else "expired"


def _log(given: argparse.Namespace) -> None:
    _print(log.entries(None, since=given.since, subject=given.subject, action=given.action), given.format, LISTED)


def _saw(given: argparse.Namespace) -> None:
    _print(log.entries(None, record=given.record), given.format, LISTED)


def _print(frame: pd.DataFrame, form: str, listed: Sequence[str]) -> None:
    """All columns as CSV, or those that fit a screen; instants are in UTC."""
    if form == "csv":
        print(spreadsheet.csv(frame), end="")
    else:
        print("Nothing to show." if frame.empty else frame[list(listed)].to_string(index=False, na_rep=""))


def _verify(given: argparse.Namespace) -> int:
    found = log.verify(expected_head=given.expect)
    whole = "1 entry is as it was" if found.entries == 1 else f"{found.entries} entries are as they were"
    print(f"{whole} written; {f'the head is {found.head}' if found.head else 'there is no head'}.")
    if found.fault:
        print(found.fault, file=sys.stderr)
        return 1
    print("Keep the head where whoever runs the database cannot write, and give it to the next `verify --expect`.")
    return 0


def _prepare(_: argparse.Namespace) -> None:
    database.prepare()
    print("The notebook is ready.")


if __name__ == "__main__":
    sys.exit(main())
