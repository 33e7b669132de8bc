"""One way to the database: it says what is wrong in a sentence, and sees a replaced file at once."""

import os
import shutil

import databases
import pytest
from product import database_of
from recount.by_hand import row, rows
from sqlalchemy import func, select, text

from queries.engine import DEFAULT_URL, DatabaseUnavailable, connect, database_url, version
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


@pytest.mark.parametrize("url", ["nonsense", "", "postgresql://host:port/name", "://", "duckdb"])
def test_what_is_no_address_is_said_so(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "also nonsense")
    with pytest.raises(DatabaseUnavailable, match=r"is not a database address; give one such as duckdb:///"):
        connect(url)


def test_an_address_without_a_file_or_a_driver():
    with pytest.raises(DatabaseUnavailable, match="There is no reporting database at an address without a file"):
        connect("duckdb://")
    with pytest.raises(DatabaseUnavailable, match="A mysql database needs MySQLdb, which is not installed") as refusal:
        connect("mysql://reader:secret@host/name")
    assert "secret" not in str(refusal.value)
    with pytest.raises(DatabaseUnavailable, match="A sqlite database cannot be read; give a duckdb or postgresql address"):
        connect("sqlite:///figures.sqlite")


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
