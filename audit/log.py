"""The access log: who saw what, when and why, as section 62 of the Data Protection Act 2018 asks of a police force.

It is only ever added to. Records are kept as keyed pseudonyms: who holds the key can ask who saw a record, and nobody can read
from the log which children there are.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from time import sleep
from typing import Any, Literal, TypedDict, Unpack, get_args

import pandas as pd
from sqlalchemy import Connection, Select, func, insert, select

from audit import caps, chain, decisions, lists, witness
from audit.chain import Verification
from audit.database import AuditUnavailable, check_end, file_of, last_of_transaction, reading, witnessed, writing
from audit.keys import key_of, pseudonym, pseudonyms
from audit.protection import unprotected
from audit.selection import Selection, conditions
from audit.settings import audit_url, reader_url
from audit.summary import REFERENCES
from audit.tables import LONDON, ended_sign_ins, grants
from audit.tables import entries as log
from audit.visible import readable
from audit.witness import Seal

__all__ = [
    "ACTIONS",
    "LONDON",
    "Action",
    "NotWritten",
    "Selection",
    "Verification",
    "Who",
    "append",
    "entries",
    "excerpts",
    "pseudonym",
    "verify",
    "write",
]

Action = Literal[
    "sign-in",
    "sign-out",
    "page",
    "reason",
    "records",
    "export",
    "refusal",
    "limit",
    "witness",
    "meeting",
    "publish",
    "withdraw",
    "grant",
    "revoke",
    "acknowledge",
    "lookup",
    "memory",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
_SHORT = ("at", "subject", "name", "role", "action", "page", "filters", "reason")  # what a screen shows of an entry
EVERYTHING = Selection()
_ON_ITS_WAY = 0.5  # seconds in which what was just written is witnessed
BATCH = 2000  # entries that are in memory at a time


class NotWritten(Exception):
    """The log could not be added to, or not its second witness; the message says which, and why.

    Whoever asked for records must not get them.
    """


@dataclass(frozen=True)
class Who:
    """A reader as they signed in: ``issuer`` and ``subject`` tell them apart, the name is only for people to read.

    ``hubs`` None means every hub.
    """

    issuer: str
    subject: str
    name: str = ""
    role: str = ""
    hubs: tuple[str, ...] | None = ()


PROGRAM = Who("this program", "the second witness", "This program")


class Details(TypedDict, total=False):
    """What else an entry says: the page, what it was narrowed to, why, and the ids of the records that are about to be shown."""

    page: str
    filters: Mapping[str, object]
    reason: str
    records: Iterable[str]


def write(who: Who, action: Action, **details: Unpack[Details]) -> int:
    """Add one entry, in a transaction of its own, and give its number.

    Raises NotWritten where nothing was kept or it was not witnessed, and ValueError for an unknown action.
    """
    try:
        with writing() as connection:
            return append(connection, who, action, **details)
    except AuditUnavailable as error:
        raise NotWritten(str(error)) from error


def append(connection: Connection, who: Who, action: Action, **details: Unpack[Details]) -> int:
    """Add one entry to what a transaction of `writing` keeps or drops. Gives its number; errors as `write`.

    It follows the last entry that anybody wrote, or is not added: see `audit.witness`. Long text is cut: see `audit.caps`.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not an action of the log; give one of {', '.join(ACTIONS)}.")
    seal = last_of_transaction(connection) or _end(connection)
    return _add(connection, seal, who, action, **details).number


def _end(connection: Connection) -> Seal:
    """The entry that the log ends with, once it and its witness are what they were."""
    check_end(connection)
    last = connection.execute(select(log.c.number, log.c.hash).order_by(log.c.number.desc()).limit(1)).first()
    seal = Seal(*last) if last else Seal(0, chain.NO_SEAL)
    if witness.catch_up(connection, file_of(audit_url()), seal.number):
        seal = _add(connection, seal, PROGRAM, chain.BEGINS, reason="The second witness of the log begins with this entry.")
    return seal


def _add(connection: Connection, last: Seal, who: Who, action: Action, **details: Unpack[Details]) -> Seal:
    """Add an entry after this one."""
    entry = {
        "number": last.number + 1,
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "issuer": caps.text(who.issuer),
        "subject": caps.text(who.subject),
        "name": caps.text(who.name),
        "role": caps.text(who.role),
        "hubs": _json(who.hubs),
        "action": action,
        "page": caps.text(details.get("page", "")),
        "filters": _json(caps.filters(details.get("filters", {}))),
        "reason": caps.text(details.get("reason", "")),
        "records": _json(pseudonyms(details.get("records", ()))),
        "previous": last.hash,
    }
    seal = Seal(last.number + 1, chain.seal(entry, key_of("log")))
    connection.execute(insert(log), entry | {"hash": seal.hash})
    witnessed(connection, seal)
    return seal


def entries(
    most: int | None = None,
    *,
    before: int | None = None,
    subject: str | None = None,
    action: Action | None = None,
    since: date | datetime | None = None,
    record: str | None = None,
) -> pd.DataFrame:
    """The latest entries first, at most so many (None: all): one row an entry, its columns as the log has them.

    ``at`` is a naive UTC timestamp; ``hubs``, ``filters`` and ``records`` are JSON. ``before`` is the number of the entry that
    the last page ended with; ``since`` an instant (UTC where it has no offset) or a London day, included; ``record`` the id of
    a record that was shown. Raises AuditUnavailable.
    """
    return _latest(select(log), most, before, Selection(subject=subject, action=action, since=since, record=record))


def excerpts(most: int, chosen: Selection = EVERYTHING, *, longest: int, before: int | None = None) -> pd.DataFrame:
    """As `entries`, for a screen: no text is longer than so many letters, and ``references`` is the number of records shown.

    However much an entry holds, the database sends no more of it than this.
    """
    cut = (func.substr(log.c[name], 1, longest).label(name) for name in _SHORT)
    return _latest(select(log.c.number, *cut, REFERENCES.label("references")), most, before, chosen)


def _latest(statement: Select[Any], most: int | None, before: int | None, chosen: Selection) -> pd.DataFrame:
    statement = statement.order_by(log.c.number.desc()).limit(most)
    if before is not None:
        statement = statement.where(log.c.number < before)
    with reading(reader_url()) as connection:
        found = connection.execute(statement.where(*conditions(connection, chosen)))
        frame = pd.DataFrame([[readable(value) for value in row] for row in found], columns=list(found.keys()))
    return frame.assign(at=pd.to_datetime(frame["at"], format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None))


def verify(*, expected_head: str = "", expected_entries: int = 0) -> Verification:
    """Check every entry against its seal and its witness, the list of readers against the entries, and who read against both.

    An empty log is a problem.
    What was changed, removed, added or reordered is found by the seals. They cannot show that the end was cut off, for what is
    left is itself a whole chain: that takes the witness, or the head or the number of entries as they were noted earlier,
    somewhere else; so does a log that somebody who holds the key has rewritten. Raises AuditUnavailable.
    """
    found = _verify(expected_head, expected_entries)
    if found.is_unconfirmed:  # an entry may just be on its way to the witness
        sleep(_ON_ITS_WAY)
        found = _verify(expected_head, expected_entries)
    return found


def _verify(expected_head: str, expected_entries: int) -> Verification:
    key = key_of("log")
    decided = select(log).where(log.c.action.in_(decisions.ACTIONS)).order_by(log.c.number)
    with reading(reader_url()) as connection:
        until = connection.scalar(select(func.max(log.c.number))) or 0
    readings = decisions.Readings()
    with reading(reader_url()) as connection:
        borne = witness.seals(file_of(audit_url()))
        testimony = None if borne is None else chain.Testimony(borne, until)
        rows = connection.execution_options(yield_per=BATCH).execute(select(log).order_by(log.c.number))
        found = chain.verify((row._asdict() for row in rows), key, expected_head, expected_entries, testimony, readings.add)
        if found.problems:
            return found
        noted = [row._asdict() for row in connection.execute(decided)]
        (listed, odd), (ended, odd_ends) = (lists.rows(connection, table) for table in (grants, ended_sign_ins))
        lasting = (*decisions.problems(noted, listed, ended, [*odd, *odd_ends]), *readings.problems())
        problems = (*lasting, *filter(None, [unprotected(connection)]))
        return replace(found, problems=problems, lasting=lasting, acknowledged=len(decisions.acknowledged(noted)))


def _json(value: object) -> str:
    return json.dumps(value)
