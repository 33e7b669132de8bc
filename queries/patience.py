"""How long a PostgreSQL is waited for: to connect, until a lost one is noticed, and for one that stands still."""

from typing import Any

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import URL

# How long a server may be silent, unless its address says otherwise: seconds to connect, then until a lost one is noticed.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,  # milliseconds
}
MOST_SECONDS = 60  # for the answer to one statement


def patience(url: URL) -> dict[str, Any]:
    """`PATIENCE` where the driver knows it, but for what the address itself says."""
    is_known = url.drivername in ("postgresql", "postgresql+psycopg", "postgresql+psycopg2")
    return {name: value for name, value in PATIENCE.items() if is_known and name not in url.query}


class Impatient(psycopg.Connection[Any]):
    """A connection that a server can keep waiting for `MOST_SECONDS` at each statement; then it is closed, with an error.

    The system notices a server that is gone (`PATIENCE`), but not one that stands still.
    """

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """What a statement gives. Raises psycopg.OperationalError."""
        try:
            return super().wait(gen, interval, timeout or MOST_SECONDS)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"it has not answered for {MOST_SECONDS} seconds") from None
