"""A new notebook for each test: a file of SQLite, or a schema of a real PostgreSQL."""

from collections.abc import Callable
from pathlib import Path

import postgresql
import pytest
from audits import KEY, past_the_notebook, put_refusals_aside
from sqlalchemy import Executable

from audit import database

Tamper = Callable[..., None]


@pytest.fixture(params=["sqlite", "postgresql"])
def notebook(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty notebook under the key KEY, on each engine; this process keeps to it."""
    found: str = request.getfixturevalue(f"on_{request.param}")
    monkeypatch.setenv("NOTEBOOK_KEY", KEY)
    return found


@pytest.fixture
def on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a file that is not there yet, in a folder that is not there yet; without a key."""
    return _kept_to(f"sqlite:///{tmp_path / 'data' / 'notebook.sqlite'}", monkeypatch)


@pytest.fixture
def on_postgresql(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a schema that was made ready by its owner; without a key."""
    url = _kept_to(postgresql.new_schema(), monkeypatch)
    database.prepare()
    return url


def _kept_to(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("NOTEBOOK_URL", url)
    monkeypatch.delenv("NOTEBOOK_KEY", raising=False)
    monkeypatch.delenv("NOTEBOOK_READER_URL", raising=False)
    return url


@pytest.fixture
def tamper(notebook: str) -> Tamper:
    """Runs statements as somebody who owns the database, and so can put its refusals aside."""

    def run(*statements: Executable) -> None:
        with past_the_notebook(notebook) as connection:
            put_refusals_aside(connection)
            for statement in statements:
                connection.execute(statement)

    return run
