"""A new memory for each test: a file of SQLite, or a schema of a real PostgreSQL."""

from pathlib import Path

import postgresql
import pytest

from meetings import database


@pytest.fixture(params=["sqlite", "postgresql"])
def memory_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty memory on each engine; this process keeps to it."""
    url: str = request.getfixturevalue(f"on_{request.param}")
    return url


@pytest.fixture
def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a file that is not there yet, in a folder that is not there yet."""
    return _kept_to(f"sqlite:///{tmp_path / 'data' / 'meetings.sqlite'}", monkeypatch)


@pytest.fixture
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a schema that its owner has prepared."""
    url = _kept_to(postgresql.new_schema(), monkeypatch)
    database.prepare()
    return url


def _kept_to(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MEETINGS_URL", url)
    return url
