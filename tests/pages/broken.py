"""Reads that fail: one statement of a page, chosen by its number, fails as its driver would have it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import psycopg
import streamlit as st
from sqlalchemy import Connection, Engine, event

from queries.facts import building

SECRETS = "host=db.force.police.uk user=reader password=hush"
ERRORS = {"duckdb": duckdb.IOException, "postgresql": psycopg.OperationalError}


@dataclass
class Reads:
    """How many statements were sent to a database that is read, and which of them fails (none where it is 0)."""

    sent: int = 0
    failing: int = 0
    instead: Callable[[], object] | None = None

    def fail(self, number: int, instead: Callable[[], object] | None = None) -> None:
        """Have the statement of this number fail, counted from now, once; nothing is kept of what was read before.

        Or something else happens just before it: ``instead``.
        """
        st.cache_data.clear()
        building._remembered.cache_clear()
        self.sent, self.failing, self.instead = 0, number, instead

    def before(self, connection: Connection, cursor: Any, *_: object) -> None:
        """Every second failure is of a connection that is cut, the others are what the driver says of a file or a server."""
        if connection.dialect.name not in ERRORS:  # the access log has a database of its own
            return
        self.sent += 1
        if self.sent != self.failing:
            return
        if self.instead:
            self.instead()
            return
        if self.sent % 2:
            raise ERRORS[connection.dialect.name](f"could not read block 7 of /srv/reporting ({SECRETS})")
        connection.connection.driver_connection.close()


@contextmanager
def counted() -> Iterator[Reads]:
    """While this lasts every statement is counted, whichever database it is sent to."""
    reads = Reads()
    event.listen(Engine, "before_cursor_execute", reads.before)
    yield reads
    event.remove(Engine, "before_cursor_execute", reads.before)
