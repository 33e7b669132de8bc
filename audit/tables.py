"""The tables of the audit database: who may read, who signed out, who saw what. Nothing is ever deleted, nor the log changed.

``*_at`` outside the log is an instant as a naive UTC timestamp, ``expires_on`` a London date. Every column of the log but its
number is text, so that what is hashed is letter by letter what is kept, on every database.
"""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DDL, Column, Date, DateTime, Index, Integer, MetaData, Table, Text, event

LONDON = ZoneInfo("Europe/London")
# Compared letter by letter on every database; PostgreSQL would follow the language of its locale.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, TEXT, nullable=False, default="")


grants = Table(
    "access_grants",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("issuer"),
    _text("subject"),
    _text("role"),
    _text("hub"),  # blank for every role but that of a hub
    _text("granted_by"),
    _text("reason"),
    Column("granted_at", DateTime, nullable=False),
    Column("expires_on", Date),  # the last day on which it is valid
    Column("revoked_at", DateTime),
    _text("revoked_by"),
)
_not_revoked: Any = grants.c.revoked_at.is_(None)
ONE_GRANT = Index(
    "access_grants_once",
    *(grants.c[name] for name in ("issuer", "subject", "role", "hub")),
    unique=True,
    sqlite_where=_not_revoked,
    postgresql_where=_not_revoked,
)

entries = Table(
    "access_log",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("at"),  # 2026-11-20T09:30:00.000000+00:00
    _text("issuer"),
    _text("subject"),
    _text("name"),
    _text("role"),
    _text("hubs"),  # JSON: a list, or null for every hub
    _text("action"),
    _text("page"),
    _text("filters"),  # JSON: an object, its keys sorted
    _text("reason"),
    _text("records"),  # JSON: a list of pseudonyms
    _text("previous"),
    _text("hash"),
)

ended_sign_ins = Table(
    "ended_sign_ins",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("issuer"),
    _text("subject"),
    Column("signed_in_at", DateTime, nullable=False),  # as the identity provider dates it
    Column("ended_at", DateTime, nullable=False),
)
Index("ended_sign_ins_of", *(ended_sign_ins.c[name] for name in ("issuer", "subject", "signed_in_at")))

ENDS_A_GRANT = ("revoked_at", "revoked_by")  # what may change of a grant, once
_KEPT_OF_A_GRANT = [name for name in grants.c.keys() if name not in ENDS_A_GRANT]  # noqa: SIM118
_IS_NO_END = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT_OF_A_GRANT)

# By these SQLite itself refuses whoever writes past this program; what PostgreSQL refuses is in append_only.sql.
# Those of insertion are for INSERT OR REPLACE, which deletes a row without asking any trigger of deletion.
_REFUSALS = (
    "access_log_unchanged BEFORE UPDATE ON access_log",
    "access_log_undeleted BEFORE DELETE ON access_log",
    "access_log_in_order BEFORE INSERT ON access_log WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM access_log)",
    "access_grants_undeleted BEFORE DELETE ON access_grants",
    "access_grants_only_ended BEFORE UPDATE ON access_grants "
    f"WHEN OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR {_IS_NO_END}",
    "access_grants_unreplaced BEFORE INSERT ON access_grants WHEN NEW.number IN (SELECT number FROM access_grants) "
    "OR NEW.revoked_at IS NULL AND (NEW.issuer, NEW.subject, NEW.role, NEW.hub, 1) "
    "IN (SELECT issuer, subject, role, hub, revoked_at IS NULL FROM access_grants)",
    "ended_sign_ins_unchanged BEFORE UPDATE ON ended_sign_ins",
    "ended_sign_ins_undeleted BEFORE DELETE ON ended_sign_ins",
    "ended_sign_ins_unreplaced BEFORE INSERT ON ended_sign_ins WHEN NEW.number IN (SELECT number FROM ended_sign_ins)",
)
_MESSAGE = "entries of the log are never changed, a role is only given and ended, and nothing here is ever deleted"
ON_SQLITE = tuple(f"CREATE TRIGGER IF NOT EXISTS {refusal} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END" for refusal in _REFUSALS)
for _trigger in ON_SQLITE:
    event.listen(metadata, "after_create", DDL(_trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
