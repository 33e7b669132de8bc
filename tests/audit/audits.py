"""The notebook from outside: its key, and the way past it to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, NullPool, create_engine, text

KEY = "0123456789abcdef0123456789abcdef"


@contextmanager
def past_the_notebook(url: str) -> Iterator[Connection]:
    """A transaction of somebody who goes to the database itself."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection


def put_refusals_aside(connection: Connection) -> None:
    """As somebody can who owns the database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))
