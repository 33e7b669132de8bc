"""The access log: who saw what, when and why, as section 62 of the Data Protection Act 2018 asks of a police force.

It is only ever added to. Records are kept as keyed pseudonyms: who holds the key can ask who saw a record, and nobody can read
from the log which children there are.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, insert, select

from audit import chain
from audit.chain import Verification
from audit.database import AuditUnavailable, reading, writing
from audit.keys import key_of, pseudonym, pseudonyms
from audit.settings import reader_url
from audit.tables import entries as log

__all__ = ["ACTIONS", "Action", "NotWritten", "Verification", "Who", "append", "entries", "pseudonym", "verify", "write"]

Action = Literal[
    "sign-in", "sign-out", "page", "reason", "records", "export", "refusal", "meeting", "publish", "withdraw", "grant", "revoke"
]
ACTIONS: tuple[Action, ...] = get_args(Action)
LONDON = ZoneInfo("Europe/London")
BATCH = 2000  # entries that are in memory at a time


class NotWritten(Exception):
    """The log could not be added to; the message says why. Whoever asked for records must not get them."""


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


def write(
    who: Who,
    action: Action,
    *,
    page: str = "",
    filters: Mapping[str, object] | None = None,
    reason: str = "",
    records: Iterable[str] = (),
) -> int:
    """Add one entry, in a transaction of its own, and give its number.

    ``records`` are the ids of the records that are about to be shown. Raises NotWritten where nothing was kept, and ValueError
    for an unknown action.
    """
    try:
        with writing() as connection:
            return append(connection, who, action, page=page, filters=filters, reason=reason, records=records)
    except AuditUnavailable as error:
        raise NotWritten(str(error)) from error


def append(
    connection: Connection,
    who: Who,
    action: Action,
    *,
    page: str = "",
    filters: Mapping[str, object] | None = None,
    reason: str = "",
    records: Iterable[str] = (),
) -> int:
    """Add one entry to what a transaction of `writing` keeps or drops. Gives its number; errors as `write`."""
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not an action of the log; give one of {', '.join(ACTIONS)}.")
    last = connection.execute(select(log.c.number, log.c.hash).order_by(log.c.number.desc()).limit(1)).first()
    number, previous = last or (0, chain.NO_SEAL)
    entry = {
        "number": number + 1,
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "issuer": who.issuer,
        "subject": who.subject,
        "name": who.name,
        "role": who.role,
        "hubs": _json(who.hubs),
        "action": action,
        "page": page,
        "filters": _json(filters or {}),
        "reason": reason,
        "records": _json(pseudonyms(records)),
        "previous": previous,
    }
    connection.execute(insert(log), entry | {"hash": chain.seal(entry, key_of("log"))})
    return number + 1


def entries(
    most: int | None = 200,
    *,
    before: int | None = None,
    subject: str | None = None,
    action: Action | None = None,
    since: date | datetime | None = None,
    record: str | None = None,
) -> pd.DataFrame:
    """The latest entries first, at most so many: one row an entry, its columns as the log has them.

    ``at`` is a naive UTC timestamp; ``hubs``, ``filters`` and ``records`` are JSON. ``before`` is the number of the entry that
    the last page ended with; ``since`` an instant (UTC where it has no offset) or a London day, included; ``record`` the id of
    a record that was shown. Raises AuditUnavailable.
    """
    statement = select(log).order_by(log.c.number.desc()).limit(most)
    if before is not None:
        statement = statement.where(log.c.number < before)
    if subject is not None:
        statement = statement.where(log.c.subject == subject)
    if action is not None:
        statement = statement.where(log.c.action == action)
    if since is not None:
        statement = statement.where(log.c.at >= _as_written(since))
    if record is not None:
        statement = statement.where(log.c.records.contains(pseudonym(record)))
    with reading(reader_url()) as connection:
        frame = pd.DataFrame(connection.execute(statement).all(), columns=log.c.keys())
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True, errors="coerce").dt.tz_localize(None))


def verify(*, expected_head: str = "", expected_entries: int = 0) -> Verification:
    """Check every entry against its seal: what was changed, removed, added or reordered is found, and an empty log is.

    A chain alone cannot show that its end was cut off: what is left is itself a whole chain, as if the rest had never been
    written. That takes the head or the number of entries as they were noted earlier, somewhere else; so does a log that
    somebody who holds the key has rewritten. Raises AuditUnavailable.
    """
    key = key_of("log")
    with reading(reader_url()) as connection:
        rows = connection.execution_options(yield_per=BATCH).execute(select(log).order_by(log.c.number))
        return chain.verify((row._asdict() for row in rows), key, expected_head, expected_entries)


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _as_written(since: date | datetime) -> str:
    instant = since if isinstance(since, datetime) else datetime.combine(since, time(), LONDON)
    instant = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    return instant.isoformat(timespec="microseconds")
