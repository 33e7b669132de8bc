"""What an earlier version called a notebook still works: its files, its key, its settings, its command and its PostgreSQL.

``fixtures/notebook.sql`` is a log as that version wrote it under the key KEY: a grant, a sign-in, and records D1 and D2 of Ann's.
"""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from audits import KEY, direct_connection
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from audit import database, grants, log, settings

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
FORCE = "https://login.force.uk"
ANN = log.Who(FORCE, "0a1b2c", "Ann Åse", "hub", ("CAR",))
HEAD = "0e1920cdf8dd04a1ed226c7263f9b9f269a007f5e39a5175f81dacdbc9b9cd93"
SAID = "NOTEBOOK_URL is now AUDIT_URL, NOTEBOOK_KEY is now AUDIT_KEY; the old names still work.\n"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty folder in the place of data/, and none of the settings."""
    for name, former in settings.FORMER_NAMES.items():
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(former, raising=False)
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path


@pytest.fixture
def notebook(data):
    """The file of an earlier version, in the folder of the default one, with its key beside it."""
    file = data / "notebook.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript((FIXTURES / "notebook.sql").read_text(encoding="utf-8"))
    connection.close()
    (data / "notebook.key").write_text(KEY)
    return file


def assert_goes_on(folder):
    """The log is read, verified and added to where it is, under its own key: nothing else is made."""
    assert list(log.entries()["action"]) == ["records", "sign-in", "grant"]
    found = log.verify()
    assert (found.entries, found.head, found.witnessed) == (3, HEAD, 0)
    assert found.problem.endswith("or the log is of a version that kept none, and the next entry begins it.")
    assert list(log.entries(record="D1")["number"]) == list(log.entries(record="D2")["number"]) == [3]
    assert [(grant.role, grant.hub) for grant in grants.grants_of(FORCE, "0a1b2c")] == [("hub", "CAR")]
    assert log.write(ANN, "sign-out") == 5
    assert list(log.entries(2)["action"]) == ["sign-out", "witness"]
    grants.revoke(FORCE, "0a1b2c", by="Insp Cy", reason="Moved")
    assert (log.verify(expected_head=HEAD).entries, log.verify(expected_head=HEAD).problem) == (6, None)
    assert {file.name for file in folder.iterdir() if file.suffix in (".sqlite", ".key")} == {"notebook.sqlite", "notebook.key"}
    assert (folder / "notebook.key").read_text() == KEY


def test_the_former_default_file_goes_on(notebook, data):
    assert_goes_on(data)


def test_a_former_file_by_its_address_goes_on(notebook, data, monkeypatch):
    monkeypatch.setattr(settings, "DATA", data / "elsewhere")
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{notebook}")
    assert_goes_on(data)


def test_the_former_settings_go_on(notebook, data, monkeypatch):
    monkeypatch.setattr(settings, "DATA", data / "elsewhere")
    monkeypatch.setenv("NOTEBOOK_URL", f"sqlite:///{notebook}")
    assert_goes_on(data)
    monkeypatch.setenv("NOTEBOOK_KEY", "another key, of more than 32 characters")
    assert log.verify().entries == 0
    monkeypatch.setenv("AUDIT_KEY", KEY)
    assert log.verify().entries == 6, "of both names the new one counts"
    monkeypatch.setenv("NOTEBOOK_READER_URL", f"sqlite:///{data}/reader.sqlite")
    assert log.verify().entries == 0
    monkeypatch.setenv("AUDIT_READER_URL", f"sqlite:///{notebook}")
    assert log.verify().entries == 6


def test_a_renamed_file_keeps_its_key_under_either_name(notebook, data):
    notebook.rename(data / "audit.sqlite")
    assert log.verify().entries == 3
    (data / "notebook.key").rename(data / "audit.key")
    assert log.verify().entries == 3


@pytest.mark.parametrize(("name", "holds"), [("notebook.sqlite", 3), ("audit.sqlite", 0)])
def test_each_file_has_the_key_of_its_own_version_where_both_are_there(notebook, data, name, holds):
    (data / "audit.key").write_text("another key, of more than 32 characters")
    notebook.rename(data / name)
    assert log.verify().entries == holds


def test_a_former_file_whose_key_is_gone_gets_no_new_one(notebook, data):
    (data / "notebook.key").unlink()
    with pytest.raises(log.NotWritten, match=r"notebook\.key, of an earlier version\) is gone from .*put it back"):
        log.write(ANN, "page")
    assert not list(data.glob("*.key"))


def test_without_a_former_file_the_new_names_are_made(data):
    log.write(ANN, "page")
    assert {file.name for file in data.iterdir() if file.suffix in (".sqlite", ".key")} == {"audit.sqlite", "audit.key"}


def test_a_new_file_is_not_left_for_a_former_one(data, request):
    log.write(ANN, "page")
    request.getfixturevalue("notebook")
    assert log.verify().entries == 1


def run(module, *arguments, **environment):
    """A command in a process of its own: (how it ended, what it printed, what it said on stderr)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AUDIT_", "NOTEBOOK_"))}
    command = [sys.executable, "-m", module, *arguments]
    kept["AUDIT_WITNESS"] = "none"
    done = subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_former_settings_are_said_once_in_one_line(notebook):
    former = {"NOTEBOOK_URL": f"sqlite:///{notebook}", "NOTEBOOK_KEY": KEY}
    code, printed, said = run("audit", "verify", "--expect", HEAD, **former)
    assert (code, said) == (0, SAID)
    assert printed.startswith(f"3 entries are unchanged; the head is {HEAD}.\n")
    by = ("--issuer", FORCE, "--subject", "3d4e5f", "--role", "audit", "--by", "Supt Bob", "--reason", "Audits")
    assert run("audit", "grant", *by, **former) == (0, "3d4e5f may read as audit.\n", SAID)


def test_the_former_command_says_the_new_one_and_does_the_same(notebook):
    url = f"sqlite:///{notebook}"
    code, printed, said = run("audit", "verify", AUDIT_URL=url)
    assert (code, said) == (0, "")
    sentence = "`python -m notebook` is now `python -m audit`; the old name still works.\n"
    assert run("notebook", "verify", AUDIT_URL=url) == (0, printed, sentence)
    code, printed, said = run("notebook", "verify", "--expect", "0" * 64, AUDIT_URL=url)
    assert code == 1 and said.startswith(sentence + "The head that was noted earlier is not in the log")


def triggers(url):
    """The triggers of the two tables in a schema, and its functions."""
    with direct_connection(url) as connection:
        named = text(
            """SELECT trigger.tgname, function.proname FROM pg_trigger trigger JOIN pg_proc function ON function.oid = tgfoid
            WHERE tgrelid IN (to_regclass('access_log'), to_regclass('access_grants')) AND NOT tgisinternal ORDER BY 1"""
        )
        functions = text("SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace")
        return [tuple(row) for row in connection.execute(named)], list(connection.scalars(functions))


def test_preparing_again_renames_what_postgresql_calls(on_postgresql, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", KEY)
    with direct_connection(on_postgresql) as connection:  # as the earlier version left it
        connection.exec_driver_sql("DROP FUNCTION audit_is_append_only() CASCADE")
        with connection.connection.cursor() as cursor:
            cursor.execute((FIXTURES / "notebook_append_only.sql").read_text(encoding="utf-8"))
    log.write(ANN, "page")
    assert triggers(on_postgresql)[1] == ["notebook_is_only_added_to"]
    for _ in range(2):
        database.prepare()
        assert triggers(on_postgresql) == (
            [
                ("access_grants_only_ended", "audit_is_append_only"),
                ("access_grants_undeleted", "audit_is_append_only"),
                ("access_log_unchanged", "audit_is_append_only"),
            ],
            ["audit_is_append_only"],
        )
    log.write(ANN, "page")
    assert log.verify().entries == 2
    for statement in ("DELETE FROM access_log", "UPDATE access_log SET name = ''", "TRUNCATE access_grants"):
        with pytest.raises(DBAPIError, match="never changed"), direct_connection(on_postgresql) as connection:
            connection.execute(text(statement))
