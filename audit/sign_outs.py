"""Sign-ins that somebody signed out of, kept so that in no process a tab or a cookie of theirs is worth anything again."""

from datetime import UTC, datetime

from sqlalchemy import Select, exists, insert, select

from audit.database import reading_the_latest, writing
from audit.log import Who, append
from audit.tables import ended_sign_ins as ended


def end(who: Who, signed_in_at: datetime) -> None:
    """End a sign-in for good, and log it, once; ``signed_in_at`` is naive UTC. Raises AuditUnavailable where that is not kept."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with writing() as connection:
        if connection.scalar(_is_kept(who.issuer, who.subject, signed_in_at)):
            return
        values = {"issuer": who.issuer, "subject": who.subject, "signed_in_at": signed_in_at, "ended_at": now}
        connection.execute(insert(ended), values)
        append(connection, who, "sign-out", filters={"signed_in_at": signed_in_at})


def has_ended(issuer: str, subject: str, signed_in_at: datetime) -> bool:
    """Whether a sign-in was ended. Raises AuditUnavailable, also where the database was put back to an earlier state."""
    with reading_the_latest() as connection:
        return bool(connection.scalar(_is_kept(issuer, subject, signed_in_at)))


def _is_kept(issuer: str, subject: str, signed_in_at: datetime) -> Select[tuple[bool]]:
    of_sign_in = ended.c.issuer == issuer, ended.c.subject == subject, ended.c.signed_in_at == signed_in_at
    return select(exists().where(*of_sign_in))
