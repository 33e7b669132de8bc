"""One way to the database: it says what is wrong in a sentence, and sees a replaced file at once."""

import os
import shutil
import signal
import tempfile
import threading

import databases
import duckdb
import pandas as pd
import psycopg
import pytest
from product import database_of
from recount.by_hand import row, rows
from sqlalchemy import func, select, text
from sqlalchemy.exc import InvalidRequestError, NoSuchTableError

from queries import patience
from queries.engine import DEFAULT_URL, DatabaseUnavailable, connect, database_url, is_readable, opened, reading, version
from queries.scope import SYSTEM
from queries.tables import children


def children_in(connection):
    return connection.scalar(select(func.count()).select_from(children))


def database(tmp_path, name, number):
    """A file with so many children."""
    made = database_of(rows(children=[row(child_id=str(place)) for place in range(number)]))
    path = tmp_path / name
    shutil.move(made.removeprefix("duckdb:///"), path)
    return path


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(DatabaseUnavailable, match=r"There is no reporting database at .*none\.duckdb; run `python -m demo`"):
        connect(f"duckdb:///{tmp_path}/none.duckdb")
    with pytest.raises(DatabaseUnavailable):
        version(f"duckdb:///{tmp_path}/none.duckdb")


@pytest.mark.parametrize(
    "url", ["nonsense", "", "postgresql://me:hush@host:port/name", "://", "duckdb:hush", "duckdb:///hush%00b", "pg://\udce9"]
)
def test_what_is_no_address_is_said_so(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "also nonsense")
    with pytest.raises(DatabaseUnavailable, match=r"is not a database address; give one such as duckdb:///") as refusal:
        connect(url)
    assert "hush" not in str(refusal.value)


def test_an_address_without_a_file_or_a_driver():
    with pytest.raises(DatabaseUnavailable, match="There is no reporting database at an address without a file"):
        connect("duckdb://")
    with pytest.raises(DatabaseUnavailable, match="A mysql database needs MySQLdb, which is not installed") as refusal:
        connect("mysql://reader:secret@host/name")
    assert "secret" not in str(refusal.value)
    with pytest.raises(DatabaseUnavailable, match="A sqlite database cannot be read; give a duckdb or postgresql address"):
        connect("sqlite:///figures.sqlite")


@pytest.mark.parametrize(
    "url",
    ["postgresql://reader:hush@hush2/hush3@host/name", "postgresql://reader:hush@hush2@host/name", "mysql://r:hush@hush2@h/n"],
)
def test_a_password_that_would_be_taken_for_the_host_is_refused(url):
    """Else the rest of it would be looked up as a name, and said in each sentence about the host."""
    with pytest.raises(DatabaseUnavailable, match="holds an @ or a / as it is; write them as %40 and %2F") as refusal:
        connect(url)
    assert "hush" not in str(refusal.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="skipped: only root can read as somebody else")
def test_a_file_that_may_not_be_read(tmp_path):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = shutil.move(database(tmp_path, "reporting.duckdb", 1), folder)
        os.chmod(path, 0)
        os.seteuid(65534)  # root may read anything
        try:
            with pytest.raises(DatabaseUnavailable, match="Permission denied"), reading(SYSTEM, connect(f"duckdb:///{path}")):
                pass
        finally:
            os.seteuid(0)
        assert is_readable(f"duckdb:///{path}")


def test_a_file_that_is_overwritten_while_it_is_open_keeps_nobody_waiting(tmp_path):
    """DuckDB's own ATTACH IF NOT EXISTS waits for one that has failed, and so for ever."""
    path = database(tmp_path, "reporting.duckdb", 1)
    url, failed = f"duckdb:///{path}", []

    def ask():
        failed.extend(not is_readable(url) for _ in range(5))

    with connect(url).connect():
        path.write_bytes(b"")
        askers = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join(timeout=20)
    assert failed == [True] * 20


def test_after_a_fault_the_file_is_opened_anew():
    """After some faults DuckDB answers nothing more in a process, until all that is open is closed."""
    url = database_of(rows())
    before = connect(url)
    with pytest.raises(DatabaseUnavailable), reading(SYSTEM, before):
        raise duckdb.FatalException("FATAL Error: the database has been invalidated")
    assert connect(url) is not before
    with reading(SYSTEM, connect(url)) as connection:
        assert children_in(connection) == 0


@pytest.mark.parametrize(
    "error",
    [
        pd.errors.DatabaseError("Execution failed on sql 'SELECT 1'"),
        NoSuchTableError("fact_crimes"),
        InvalidRequestError("closed"),
        duckdb.IOException("IO Error: block 7"),
        psycopg.OperationalError("the connection is closed"),
    ],
)
def test_whatever_a_driver_raises_is_one_error(error):
    with pytest.raises(DatabaseUnavailable, match=r"The reporting database could not be read: .*\. Check its address") as raised:  # noqa: SIM117
        with reading(SYSTEM, connect(database_of(rows()))):
            raise error
    assert raised.value.on_screen == "The reporting database cannot be read at the moment."


def ask_one_that_stops(engine, stopped):
    """Ask twice, and in between the process of the server that answers stands still: its number is put on the list."""
    with opened(engine) as connection:
        stopped.append(connection.scalar(text("SELECT pg_backend_pid()")))
        os.kill(stopped[0], signal.SIGSTOP)
        connection.scalar(text("SELECT 1"))


def test_a_server_that_stands_still_is_given_up_and_read_again_once_it_goes_on(monkeypatch):
    monkeypatch.setattr(patience, "MOST_SECONDS", 0.2)
    with databases.on("postgresql"):
        found = connect(database_of(rows()))
    stopped = []
    with pytest.raises(DatabaseUnavailable, match=r"it has not answered for 0\.2 seconds"):
        ask_one_that_stops(found, stopped)
    os.kill(stopped[0], signal.SIGCONT)
    with opened(found) as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) not in stopped


@pytest.mark.parametrize("mistake", [TypeError, KeyError, ValueError, ZeroDivisionError])
def test_a_mistake_of_our_own_is_not_taken_for_an_outage(mistake):
    with pytest.raises(mistake), reading(SYSTEM, connect(database_of(rows()))):
        raise mistake("of our own")


def test_the_address_is_the_environments_or_the_default(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert database_url() == DEFAULT_URL
    monkeypatch.setenv("DATABASE_URL", "duckdb:///elsewhere.duckdb")
    assert database_url() == "duckdb:///elsewhere.duckdb"


def test_a_replaced_file_is_read_anew_while_an_open_connection_still_reads_the_old(tmp_path):
    path = database(tmp_path, "reporting.duckdb", 1)
    url = f"duckdb:///{path}"
    before = version(url)
    assert version(url) == before
    with connect(url).connect() as old:
        assert children_in(old) == 1
        os.replace(database(tmp_path, "new.duckdb", 3), path)
        with connect(url).connect() as new:
            assert children_in(new) == 3
        assert children_in(old) == 1
    assert version(url) != before
    assert connect(url) is connect(url)


def test_a_path_with_a_quote_and_a_space(tmp_path):
    folder = tmp_path / "the force's own"
    folder.mkdir()
    path = database(folder, "reporting.duckdb", 4)
    with connect(f"duckdb:///{path}").connect() as connection:
        assert children_in(connection) == 4


def test_a_question_may_be_held_to_some_threads(monkeypatch):
    monkeypatch.setenv("DUCKDB_THREADS", "2")
    with connect(databases.empty()).connect() as connection:
        assert connection.scalar(text("SELECT current_setting('threads')")) == 2


@pytest.mark.parametrize("threads", ["many", "0", "-1", "1.5"])
def test_what_is_no_number_of_threads_is_refused_in_a_sentence(monkeypatch, threads):
    monkeypatch.setenv("DUCKDB_THREADS", threads)
    with pytest.raises(DatabaseUnavailable, match=r"set it to a whole number from 1, or not at all\."):
        connect(databases.empty()).connect()


def test_what_is_no_file_is_no_database(tmp_path):
    """Nobody waits for somebody to write into a pipe."""
    os.mkfifo(tmp_path / "pipe.duckdb")
    with pytest.raises(DatabaseUnavailable, match="is no file, and so no database"):
        connect(f"duckdb:///{tmp_path}/pipe.duckdb")
