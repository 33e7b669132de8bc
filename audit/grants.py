"""Who may read: each grant of a role to a person, by whom and why, until when. Who has none reads nothing.

A person is known by who vouches for them (the ``issuer`` of their sign-in) and the unchanging ``subject`` there, never by an
e-mail address, which can pass to somebody else.
"""

import re
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from audit import log
from audit.database import AuditUnavailable, reading, reading_the_latest, writing
from audit.tables import grants
from queries.scope import ROLES

COMMAND_LINE = "command line"  # the issuer of whoever grants and revokes there
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Grant:
    """A role that a person was given, at a hub where the role is that of a hub (blank otherwise).

    ``*_at`` are naive UTC; ``expires_on`` is the last day on which it is valid, None where it has no end.
    """

    issuer: str
    subject: str
    role: str
    hub: str
    granted_by: str
    reason: str
    granted_at: datetime
    expires_on: date | None = None
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def is_active(self, on: date) -> bool:
        """Whether it was neither revoked nor has expired by this day."""
        return self.revoked_at is None and (self.expires_on is None or on <= self.expires_on)


def grants_of(issuer: str, subject: str, on: date | None = None) -> tuple[Grant, ...]:
    """What a person may read today in London, or on another day as far as is known now; none means nothing at all.

    Raises AuditUnavailable, also where the database was put back to an earlier state: what was revoked since would hold again.
    """
    with reading_the_latest() as connection:
        return tuple(grant for grant in _matching(connection, issuer=issuer, subject=subject) if grant.is_active(on or today()))


def all_grants() -> tuple[Grant, ...]:
    """Every grant there ever was, in the order they were given. Raises AuditUnavailable."""
    with reading() as connection:
        return _matching(connection)


def grant(issuer: str, subject: str, role: str, hub: str = "", *, by: str, reason: str, expires_on: date | None = None) -> Grant:
    """Give a role, and note it in the log; an active grant is left alone. Another last day takes the place of the old one.

    Raises ValueError for what cannot be granted, AuditUnavailable where nothing was kept, NotWitnessed where all was.
    """
    _check(issuer, subject, role, hub, by, reason, expires_on)
    key: dict[str, Any] = {"issuer": issuer, "subject": subject, "role": role, "hub": hub}
    with writing() as connection:
        for earlier in _matching(connection, **key, revoked_at=None):
            if earlier.expires_on == expires_on:
                return earlier
            _revoke(connection, earlier, by, reason)
        new = Grant(**key, granted_by=by, reason=reason, granted_at=_now(), expires_on=expires_on)
        connection.execute(insert(grants), vars(new))
        _log(connection, "grant", new, by, reason)
    return new


def revoke(
    issuer: str, subject: str, role: str | None = None, hub: str | None = None, *, by: str, reason: str
) -> tuple[Grant, ...]:
    """End all that a person was given, or that role or hub of theirs alone, and note it in the log. Gives what was ended.

    Raises ValueError where it is not said by whom or why, AuditUnavailable where nothing was kept, NotWitnessed where all was.
    """
    check_words(issuer=issuer, subject=subject, name_of_who_decides=by, reason=reason)
    narrowed = {name: value for name, value in (("role", role), ("hub", hub)) if value is not None}
    with writing() as connection:
        revoked = _matching(connection, issuer=issuer, subject=subject, **narrowed, revoked_at=None)
        for earlier in revoked:
            _revoke(connection, earlier, by, reason)
    return revoked


def _revoke(connection: Connection, earlier: Grant, by: str, reason: str) -> None:
    key = [grants.c[name] == getattr(earlier, name) for name in ("issuer", "subject", "role", "hub")]
    connection.execute(update(grants).where(*key, grants.c.revoked_at.is_(None)).values(revoked_at=_now(), revoked_by=by))
    _log(connection, "revoke", earlier, by, reason)


def _log(connection: Connection, action: log.Action, changed: Grant, by: str, reason: str) -> None:
    details = {name: getattr(changed, name) for name in ("issuer", "subject", "role", "hub", "expires_on")}
    log.append(connection, log.Who(COMMAND_LINE, by, by), action, filters=details, reason=reason)


def _matching(connection: Connection, **values: Any) -> tuple[Grant, ...]:
    """The grants with these values, in the order they were given."""
    statement: Select[Any] = select(*(grants.c[field.name] for field in fields(Grant))).order_by(grants.c.number)
    statement = statement.where(*(grants.c[name].is_not_distinct_from(value) for name, value in values.items()))
    try:
        return tuple(Grant(**row) for row in connection.execute(statement).mappings())
    except (ValueError, TypeError) as error:  # of a driver that makes no day or instant of what somebody put there
        raise AuditUnavailable(
            f"The list of readers holds what this program never writes ({error}); `python -m audit verify` says where."
        ) from error


def _check(issuer: str, subject: str, role: str, hub: str, by: str, reason: str, expires_on: date | None) -> None:
    check_words(issuer=issuer, subject=subject, name_of_who_decides=by, reason=reason)
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; give one of {', '.join(ROLES)}.")
    if _EMAIL.fullmatch(subject):
        raise ValueError(f"{subject!r} is an e-mail address, which can pass to somebody else; give the subject of the sign-in.")
    if (role == "hub") != bool(hub):
        raise ValueError(f"The role {role!r} cannot go with the hub {hub!r}; give a hub with the role 'hub', and with no other.")
    if hub != hub.strip():
        raise ValueError(f"The hub {hub!r} begins or ends with a space; give its id alone.")
    if expires_on and expires_on < today():
        raise ValueError(f"{expires_on} is in the past; give the last day on which the role is to be valid, or none.")


def check_words(**words: str) -> None:
    """Raise ValueError for one that is blank or does not begin and end with what can be seen."""
    for name, word in words.items():
        if not word.strip() or word != word.strip():
            raise ValueError(f"The {name.replace('_', ' ')} {word!r} is blank or begins or ends with a space; give it as it is.")


def today() -> date:
    """The date in London."""
    return datetime.now(log.LONDON).date()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
