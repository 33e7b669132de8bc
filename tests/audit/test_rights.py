"""Who may do what on PostgreSQL: the dashboard adds and never looks back, an auditor looks and never writes."""

import re

import guarded
import pytest
from audits import KEY, direct_connection
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from audit import database, grants, log
from audit.tables import entries

ANN = log.Who("https://login.force.uk", "0a1b2c", "Ann", "hub", ("CAR",))
STATEMENTS = (
    "UPDATE access_log SET name = 'Nobody'",
    "DELETE FROM access_log",
    "TRUNCATE access_log",
    "ALTER TABLE access_log DISABLE TRIGGER ALL",
    "DROP TABLE access_log",
    "INSERT INTO access_grants (issuer, subject, role, hub, granted_by, reason, granted_at, revoked_by) "
    "VALUES ('i', 's', 'command', '', 'b', 'r', now(), '')",
    "UPDATE access_grants SET expires_on = NULL",
    "DELETE FROM access_grants",
    "TRUNCATE access_grants",
)


@pytest.fixture
def login(on_postgresql, monkeypatch):
    """Makes a login that has a role, and gives its address. The audit database has one grant and two entries."""
    monkeypatch.setenv("AUDIT_KEY", KEY)
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", by="Bob", reason="Runs it")
    log.write(ANN, "records", records=["D1"])

    return lambda role: guarded.login(on_postgresql, role, inherits=True)


@pytest.fixture
def dashboard(login, monkeypatch):
    """The audit database as the dashboard has it, signed in to PostgreSQL as a writer and no more."""
    url = login("ccp_audit_writer")
    monkeypatch.setenv("AUDIT_URL", url)
    return url


def may(url, statement):
    with direct_connection(url) as connection:
        try:
            connection.execute(statement)
        except DBAPIError as error:
            connection.rollback()
            return re.search("permission denied|must be owner", str(error)) is None
    return True


def test_the_dashboard_adds_to_the_log_and_knows_who_may_read(dashboard):
    assert log.write(ANN, "page") == 3
    assert [grant.hub for grant in grants.grants_of(ANN.issuer, ANN.subject)] == ["CAR"]


def test_the_dashboard_cannot_read_what_others_saw(dashboard):
    role = "give its login the role that audit/append_only.sql has for this, or use the address of one that has it"
    with pytest.raises(database.AuditUnavailable, match=rf"permission denied.*; {role}\.$"):
        log.entries()
    with pytest.raises(database.AuditUnavailable, match="permission denied"):
        log.verify()
    read = {name for name, column in entries.c.items() if may(dashboard, select(column))}
    assert read == {"number", "hash"}


@pytest.mark.parametrize("role", ["ccp_audit_writer", "ccp_audit_reader"])
def test_neither_changes_or_removes_anything(login, role):
    url = login(role)
    assert [statement for statement in STATEMENTS if may(url, text(statement))] == []


def test_the_dashboard_lets_nobody_in(dashboard):
    with pytest.raises(database.AuditUnavailable, match="permission denied"):
        grants.grant(ANN.issuer, ANN.subject, "command", by="Ann", reason="Why not")
    with pytest.raises(database.AuditUnavailable, match="permission denied"):
        grants.revoke(ANN.issuer, ANN.subject, by="Ann", reason="Why not")


def test_an_auditor_reads_and_adds_nothing(login, monkeypatch):
    monkeypatch.setenv("AUDIT_URL", login("ccp_audit_reader"))
    assert list(log.entries(record="D1")["number"]) == [2]
    assert log.verify().problem is None
    with pytest.raises(log.NotWritten, match="permission denied"):
        log.write(ANN, "page")


def test_one_process_may_add_as_one_login_and_read_as_another(dashboard, login, monkeypatch):
    monkeypatch.setenv("AUDIT_READER_URL", login("ccp_audit_reader"))
    written = log.write(ANN, "page")
    assert list(log.entries(1)["number"]) == [written]
    assert log.verify().problem is None


def test_the_owner_may_prepare_again(on_postgresql, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", KEY)
    log.write(ANN, "page")
    database.prepare()
    assert log.verify().entries == 1


def test_before_it_is_prepared_nothing_is_written(on_postgresql, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", KEY)
    with direct_connection(on_postgresql) as connection:
        connection.execute(text("DROP TABLE access_log"))
    with pytest.raises(log.NotWritten, match=r"does not exist.*; run `python -m audit prepare` as its owner\.$"):
        log.write(ANN, "page")
