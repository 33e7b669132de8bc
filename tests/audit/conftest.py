"""A new audit database for each test: a file of SQLite, or a schema of a real PostgreSQL."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import postgresql
import pytest
from audits import KEY, direct_connection, disable_triggers
from sqlalchemy import Executable

from audit import database

Tamper = Callable[..., None]


@pytest.fixture(autouse=True)
def _of_another_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine keeps a time that is neither London's nor UTC: for ten hours of each day it is tomorrow there."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(params=["sqlite", "postgresql"])
def audit_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty audit database under the key KEY, on each engine; this process keeps to it."""
    url: str = request.getfixturevalue(f"on_{request.param}")
    monkeypatch.setenv("AUDIT_KEY", KEY)
    return url


@pytest.fixture
def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a file that is not there yet, in a folder that is not there yet; without a key."""
    return _kept_to(f"sqlite:///{tmp_path / 'data' / 'audit.sqlite'}", monkeypatch)


@pytest.fixture
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a schema that its owner has prepared; without a key."""
    url = _kept_to(postgresql.new_schema(), monkeypatch)
    database.prepare()
    return url


def _kept_to(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AUDIT_URL", url)
    monkeypatch.delenv("AUDIT_KEY", raising=False)
    monkeypatch.delenv("AUDIT_READER_URL", raising=False)
    return url


@pytest.fixture
def tamper(audit_database: str) -> Tamper:
    """Runs statements as somebody who owns the database, and so can disable its triggers."""

    def run(*statements: Executable) -> None:
        with direct_connection(audit_database) as connection:
            disable_triggers(connection)
            for statement in statements:
                connection.execute(statement)

    return run
