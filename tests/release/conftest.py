"""A release of the invented force, built once for all workers, and a place for each test to do with it what it likes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hands import KEY
from sqlalchemy import Connection

from queries.engine import connect, reading
from queries.scope import SYSTEM


@pytest.fixture(scope="session")
def demo(demo_url: str) -> Iterator[Connection]:
    """The invented force, read for no reader."""
    with reading(SYSTEM, connect(demo_url)) as connection:
        yield connection


@pytest.fixture
def empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process would keep releases; there is none yet."""
    path = tmp_path / "releases.duckdb"
    monkeypatch.setenv("RELEASE_URL", f"duckdb:///{path}")
    monkeypatch.setenv("RELEASE_KEY", KEY.decode())
    return path


@pytest.fixture
def demo_store(empty_store: Path, built_url: str, demo_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The release of the invented force in a store of one's own, beside its reporting database."""
    shutil.copy(built_url.removeprefix("duckdb:///"), empty_store)
    monkeypatch.setenv("DATABASE_URL", demo_url)
    return empty_store
