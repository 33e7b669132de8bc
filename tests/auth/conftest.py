"""Each test begins as a server does that has just been started, with an audit database of its own."""

import logging
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import databases
import duckdb
import pandas as pd
import pytest
import streamlit as st
from planted import HUBS
from product import database_of
from signed import SECRETS
from sqlalchemy import NullPool, create_engine, func, insert, select

from auth import audit_trail, files, gate, server_log, sessions, this_machine, wire
from queries.lookups.invented import seal
from release import store


@pytest.fixture(autouse=True)
def audit_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty audit database; nobody is remembered of the test before."""
    url = f"sqlite:///{tmp_path}/audit.sqlite?timeout=0.1"
    monkeypatch.setenv("AUDIT_URL", url)
    monkeypatch.delenv("AUDIENCE", raising=False)
    monkeypatch.setattr(sys, "argv", ["app.py"])
    monkeypatch.setattr(this_machine, "_word", "")
    for known in (audit_trail._limits, files._told, gate._open, server_log._written_at, sessions._last_uses):
        known.clear()  # type: ignore[attr-defined]
    for known in (sessions._signed_out, this_machine._let_in, wire._kinds, audit_trail._signed_in):
        known.clear()  # type: ignore[attr-defined]
    yield url
    for name in server_log.LOGGERS:  # as much is written as before a server was started
        logging.getLogger(name).removeFilter(server_log.is_written)


@pytest.fixture
def lose_the_audit_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """What makes the audit database one that cannot be opened, from then on."""
    (tmp_path / "file").touch()
    return lambda: monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/file/audit.sqlite")


@pytest.fixture
def provider() -> Iterator[None]:
    """Sign-in is set up."""
    st.secrets._reset()
    st.secrets.merge_programmatic_secrets(SECRETS)  # type: ignore[arg-type]
    yield
    st.secrets._programmatic_secrets = None
    st.secrets._reset()


@pytest.fixture(scope="session")
def invented_url() -> str:
    """The address of two hubs of an invented force, sealed as the demo seals its own."""
    with databases.on("duckdb"):
        url = database_of({"hubs": HUBS})
    with create_engine(url, poolclass=NullPool).begin() as connection:
        seal(connection)
    return url


@pytest.fixture(scope="session")
def real_url() -> str:
    """The address of the two hubs of a real force."""
    with databases.on("duckdb"):
        return database_of({"hubs": [{**hub, "force": "Cumbria Constabulary"} for hub in HUBS]})


@pytest.fixture
def invented_force(invented_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard reads the invented force."""
    monkeypatch.setenv("DATABASE_URL", invented_url)


@pytest.fixture
def some_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard has a file of DuckDB, in which there is nothing."""
    duckdb.connect(tmp_path / "reporting.duckdb").close()
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path}/reporting.duckdb")


@pytest.fixture
def real_force(real_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard reads a real force."""
    monkeypatch.setenv("DATABASE_URL", real_url)


@pytest.fixture
def release_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What puts a release into a store of the test's own, and decides on it; there is no store yet. The board is served."""
    monkeypatch.setenv("RELEASE_URL", f"duckdb:///{tmp_path}/releases.duckdb")
    monkeypatch.setenv("AUDIENCE", "board")
    monkeypatch.setenv("DATABASE_URL", "duckdb:////nowhere/at/all.duckdb")

    def keep(*decided: store.Action, force: str = "Cumbria Constabulary", passed: bool = True) -> None:
        about = {"force": force, "data_end": "", "hubs": {}, "kinds": [], "proof": {"passed": passed, "stacked_on": []}}
        row = {**dict.fromkeys(store.COLUMNS, ""), "shown": 10, "cell": "[]", "seal": ""}
        with store.writing() as connection:
            release = store.propose(connection, pd.DataFrame([row]), about, "whoever builds")
            for action in decided:  # directly, since nobody is let to publish what is not proved
                number = (connection.scalar(select(func.max(store.decisions.c.number))) or 0) + 1
                values = {"number": number, "release": release, "action": action, "at": datetime(2026, 11, 20)}  # noqa: DTZ001
                connection.execute(insert(store.decisions).values(**values, by="whoever decides", why="It was agreed."))

    return keep
