"""Sign-ins that somebody signed out of, kept so that in no process a tab or a cookie of theirs is worth anything again."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from audit.database import reading_the_latest, writing
from audit.tables import ended_sign_ins as ended


def end(issuer: str, subject: str, signed_in_at: datetime) -> None:
    """End a sign-in for good; ``signed_in_at`` is naive UTC. Raises AuditUnavailable where that was not kept."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with writing() as connection:
        connection.execute(
            insert(ended).values(issuer=issuer, subject=subject, signed_in_at=signed_in_at, ended_at=now),
        )


def has_ended(issuer: str, subject: str, signed_in_at: datetime) -> bool:
    """Whether a sign-in was ended. Raises AuditUnavailable, also where the database was put back to an earlier state."""
    values = {"issuer": issuer, "subject": subject, "signed_in_at": signed_in_at}
    of_sign_in = (ended.c[name] == value for name, value in values.items())
    with reading_the_latest() as connection:
        return connection.execute(select(ended.c.number).where(*of_sign_in).limit(1)).first() is not None
