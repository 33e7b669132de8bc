"""A key, and a direct connection to the audit database that passes the product's own functions by."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, NullPool, create_engine, text

from audit import database, witness
from audit.tables import ON_SQLITE

WHOLE = "SELECT count(*) = 3 FROM sqlite_master WHERE name IN ('access_log', 'access_grants', 'ended_sign_ins')"
KEY = "0123456789abcdef0123456789abcdef"


@contextmanager
def direct_connection(url: str) -> Iterator[Connection]:
    """A transaction of somebody who goes to the database directly, and leaves its triggers as they were."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection
        if connection.dialect.name == "sqlite" and connection.scalar(text(WHOLE)):
            for trigger in ON_SQLITE:
                connection.execute(text(trigger))


def disable_triggers(connection: Connection) -> None:
    """As somebody can who owns the database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def as_another_process() -> None:
    """Forget what a process knows by itself of the log: which file it opened, and what it wrote last."""
    database._engine.cache_clear()
    witness._last_written.clear()
