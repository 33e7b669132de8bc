"""Whatever is put into the lists of readers and of ended sign-ins is found, and hides nothing else; nobody is let in by it."""

from datetime import UTC, datetime

import pytest
from audits import direct_connection, disable_triggers
from sqlalchemy import NullPool, create_engine, text

from audit import database, grants, log, settings, sign_outs
from audit.__main__ import main

FORCE = "https://login.force.uk"
ANN = log.Who(FORCE, "ann", "Ann", "hub", ("near",))
CY = log.Who("this machine", "cy")  # who needs no grant
BY = {"by": "Supt Bob", "reason": "Runs the hub"}
SIGNED_IN = datetime(2026, 11, 30, 9, tzinfo=UTC).replace(tzinfo=None)
PAST = "somebody changed the list past this program."
READERS, ENDS = "the list of readers", "the list of ended sign-ins"


def give(url):
    """A role that was given and one that was ended, and a sign-in that was; gives a way to run SQL past the program."""
    grants.grant(FORCE, "ann", "hub", "near", **BY)
    grants.grant(FORCE, "bob", "audit", **BY)
    grants.revoke(FORCE, "bob", **BY)
    sign_outs.end(ANN, SIGNED_IN)
    assert log.verify().problem is None

    def run(statement):
        with direct_connection(url) as connection:
            disable_triggers(connection)
            connection.execute(text(statement))

    return run


@pytest.fixture
def on_file(on_sqlite):
    return give(on_sqlite)


@pytest.fixture
def on_server(on_postgresql, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", "0123456789abcdef0123456789abcdef")
    return give(on_postgresql)


def given(subject="'s'", given_at="'2026-01-01'", expires_on="NULL"):
    columns = "number, issuer, subject, role, hub, granted_by, reason, granted_at, expires_on, revoked_by"
    values = f"VALUES (7, 'i', {subject}, 'audit', '', 'b', 'r', {given_at}, {expires_on}, '')"
    return f"INSERT INTO access_grants ({columns}) {values}"


def assert_told(row, of, what, capsys):
    """What does not belong there is told first, then that a row which did is missing, and what is found besides."""
    log.write(log.Who(FORCE, "eve", "", "audit"), "page")
    first, *others, last = log.verify().problems
    assert first == f"Row {row} of {of} holds what this program never writes ({what}): somebody changed the list past it."
    assert len(others) == (row == 1)
    assert "'eve' read as 'audit'" in last
    capsys.readouterr()
    assert main(["verify"]) == 1
    assert main(["readers"]) in (0, 2)
    assert "Traceback" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("statement", "row", "of", "what"),
    [
        (given(subject="x'72'"), 7, READERS, "subject: b'r'"),
        (given(given_at="5"), 7, READERS, "granted_at: 5"),
        (given(given_at="'garbage'"), 7, READERS, "granted_at: 'garbage'"),
        (given(expires_on="'never'"), 7, READERS, "expires_on: 'never'"),
        (
            "UPDATE access_grants SET revoked_at = 3.5, issuer = x'00' WHERE number = 1",
            1,
            READERS,
            "issuer: b'\\x00', revoked_at: 3.5",
        ),
        ("UPDATE ended_sign_ins SET ended_at = 'x' || hex(zeroblob(90))", 1, ENDS, f"ended_at: 'x{'0' * 38}"),
        ("UPDATE ended_sign_ins SET signed_in_at = ''", 1, ENDS, "signed_in_at: ''"),
    ],
)
def test_what_this_program_never_writes_into_a_file_is_told(on_file, statement, row, of, what, capsys):
    on_file(statement)
    assert_told(row, of, what, capsys)


@pytest.mark.parametrize(
    ("statement", "row", "of", "what"),
    [
        (given(given_at="'infinity'"), 7, READERS, "granted_at: 'infinity'"),
        (given(expires_on="'4000-01-01 BC'"), 7, READERS, "expires_on: '4000-01-01 BC'"),
        ("UPDATE access_grants SET expires_on = '200000-01-01' WHERE number = 1", 1, READERS, "expires_on: '200000-01-01'"),
        ("UPDATE ended_sign_ins SET ended_at = '-infinity'", 1, ENDS, "ended_at: '-infinity'"),
    ],
)
def test_what_this_program_never_writes_to_a_server_is_told(on_server, statement, row, of, what, capsys):
    on_server(statement)
    assert_told(row, of, what, capsys)


def test_rows_are_told_in_the_order_of_their_numbers(on_server):
    on_server(given(given_at="'infinity'"))
    on_server("UPDATE access_grants SET granted_at = 'infinity' WHERE number = 1")
    assert [problem.partition(" of ")[0] for problem in log.verify().problems[:2]] == ["Row 1", "Row 7"]


def test_a_list_that_is_gone_lets_nobody_in_and_the_error_says_nothing_of_who_asked(audit_database):
    give(audit_database)("DROP TABLE access_grants")
    with pytest.raises(database.AuditUnavailable, match=r"; run `python -m audit prepare` as its owner\.$") as told:
        grants.grants_of(FORCE, "0a1b2c")
    assert "access_grants" in str(told.value.__cause__) and "0a1b2c" not in str(told.value.__cause__)


def test_nobody_is_let_in_by_what_is_no_day_of_a_file(on_file):
    on_file("UPDATE access_grants SET granted_at = 5 WHERE number = 1")
    with pytest.raises(database.AuditUnavailable, match=r"^The list of readers holds what this program never writes \(.*verify"):
        grants.grants_of(FORCE, "ann")


def test_nobody_is_let_in_by_what_is_no_day_of_a_server(on_server):
    on_server("UPDATE access_grants SET granted_at = 'infinity' WHERE number = 1")
    with pytest.raises(database.AuditUnavailable, match=r"could not be read .*timestamp too large"):
        grants.grants_of(FORCE, "ann")


def test_a_server_that_writes_days_otherwise_is_read_all_the_same(on_server, monkeypatch):
    monkeypatch.setenv("AUDIT_URL", f"{settings.audit_url()}%20-cdatestyle%3DSQL,DMY")
    with database.reading() as connection:
        assert connection.scalar(text("SELECT CAST(CAST('2026-11-30' AS date) AS text)")) == "30/11/2026"
    assert log.verify().problem is None


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "access_grants SET granted_at = '2020-01-01 00:00:00' WHERE number = 1",
            "The role 'hub' at 'near' of 'ann' was",
        ),
        ("access_grants SET granted_at = '2099-01-01 00:00:00' WHERE number = 2", "The role 'audit' of 'bob' was"),
        ("access_grants SET revoked_at = '2099-01-01 00:00:00' WHERE number = 2", "The role 'audit' of 'bob' was"),
        ("ended_sign_ins SET ended_at = '2020-01-01 00:00:00'", "The sign-in of 'ann' at 2026-11-30 09:00:00 was"),
    ],
)
def test_another_time_is_found(audit_database, statement, told):
    give(audit_database)(f"UPDATE {statement}")
    how = "ended" if "sign-in" in told else "given or ended"
    assert log.verify().problem == f"{told} {how} at another time than {ENDS if 'sign-in' in told else READERS} says: {PAST}"


def test_a_role_that_was_given_again_has_its_own_times(audit_database):
    run = give(audit_database)
    for _ in range(2):
        grants.revoke(FORCE, "ann", **BY)
        grants.grant(FORCE, "ann", "hub", "near", **BY)
    assert log.verify().problem is None
    run("UPDATE access_grants SET granted_at = '2020-01-01 00:00:00' WHERE number = (SELECT max(number) FROM access_grants)")
    assert "'ann' was given or ended at another time" in log.verify().problem


# What refuses changes


def as_owner(url, *statements):
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def differing(*names):
    return f"The triggers of the audit database are not those of this version ({', '.join(sorted(names))}): "


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("access_log_unchanged", "BEFORE UPDATE ON access_log BEGIN SELECT 1; END"),
        ("access_log_undeleted", "BEFORE DELETE ON access_log WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END"),
        ("access_log_in_order", "BEFORE INSERT ON access_log WHEN NEW.page = 'x' BEGIN SELECT RAISE(IGNORE); END"),
    ],
)
def test_a_trigger_of_a_file_that_refuses_something_else_is_found(on_sqlite, name, instead):
    log.write(CY, "page")
    as_owner(on_sqlite, f"DROP TRIGGER {name}", f"CREATE TRIGGER {name} {instead}")
    assert log.verify().problem.startswith(differing(name))
    database.prepare()
    assert log.verify().problem is None


HOLLOW = "CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
STATEMENTS = ("access_log_unchanged", "access_grants_undeleted", "ended_sign_ins_unchanged")
ONLY_ENDED = "access_grants_only_ended"
ALWAYS = f"CREATE TRIGGER {ONLY_ENDED} BEFORE UPDATE ON access_grants FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"


@pytest.mark.parametrize(
    ("statements", "names"),
    [
        (["ALTER TABLE access_log ENABLE REPLICA TRIGGER access_log_unchanged"], ["access_log_unchanged"]),
        (["ALTER TABLE access_log DISABLE TRIGGER access_log_unchanged"], ["access_log_unchanged"]),
        ([f"DROP TRIGGER {ONLY_ENDED} ON access_grants", ALWAYS], [ONLY_ENDED]),
        ([HOLLOW], [*STATEMENTS, ONLY_ENDED]),
        (["CREATE RULE nothing AS ON INSERT TO ended_sign_ins DO INSTEAD NOTHING"], ["nothing"]),
        (["ALTER TABLE access_log ENABLE ROW LEVEL SECURITY"], ["row level security of access_log"]),
    ],
)
def test_a_server_that_refuses_something_else_is_found(on_postgresql, monkeypatch, statements, names):
    monkeypatch.setenv("AUDIT_KEY", "0123456789abcdef0123456789abcdef")
    log.write(CY, "page")
    assert log.verify().problem is None
    as_owner(on_postgresql, *statements)
    assert log.verify().problem.startswith(differing(*names))
    database.prepare()
    is_ours = set(names) <= {*STATEMENTS, ONLY_ENDED}
    assert (log.verify().problem is None) == is_ours, "what is not ours somebody must remove"


def test_that_a_role_may_be_given_twice_at_a_time_is_found(audit_database):
    log.write(CY, "page")
    as_owner(audit_database, "DROP INDEX access_grants_once")
    assert log.verify().problem.startswith(differing("access_grants_once"))
    database.prepare()
    assert log.verify().problem is None


def test_the_words_of_another_version_are_no_difference(on_sqlite):
    log.write(CY, "page")
    refuses = "BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'nothing here is ever deleted'); END"
    as_owner(on_sqlite, "DROP TRIGGER access_log_undeleted", f"CREATE TRIGGER access_log_undeleted {refuses}")
    assert log.verify().problem is None
