"""Who may read: by issuer and subject alone, until it expires or is revoked, and every step of it in the log."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from audits import direct_connection
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from audit import grants, log, sign_outs, tables

pytestmark = pytest.mark.usefixtures("audit_database")

FORCE = "https://login.force.uk/v2.0"
COUNCIL = "https://login.council.uk/v2.0"
ANN = (FORCE, "0a1b2c")
WHY = {"by": "Supt Bob", "reason": "Runs the hub"}


def held(*person, **when):
    return [(grant.role, grant.hub) for grant in grants.grants_of(*person, **when)]


def changes():
    """The log, the earliest first: what was done, to whom at which hub, until when, by whom and why."""
    for entry in log.entries()[::-1].itertuples():
        what = json.loads(entry.filters)
        yield entry.action, what["subject"], what["role"], what["hub"], what["expires_on"], entry.subject, entry.reason


def test_who_was_given_nothing_reads_nothing():
    assert held(*ANN) == held("", "") == held("%", "%") == held(FORCE, "x' OR '1'='1") == []


def test_a_role_at_several_hubs():
    grants.grant(*ANN, "hub", "CAR", **WHY)
    grants.grant(*ANN, "hub", "BAR", **WHY)
    grants.grant(*ANN, "audit", **WHY)
    assert held(*ANN) == [("hub", "CAR"), ("hub", "BAR"), ("audit", "")]


def test_a_grant_says_by_whom_and_why():
    grants.grant(*ANN, "command", **WHY)
    (found,) = grants.grants_of(*ANN)
    assert (found.granted_by, found.reason, found.expires_on, found.revoked_at, found.revoked_by) == (
        *WHY.values(),
        None,
        None,
        "",
    )


def test_the_same_subject_of_another_issuer_is_somebody_else():
    grants.grant(*ANN, "command", **WHY)
    assert held(COUNCIL, ANN[1]) == held(FORCE + "/", ANN[1]) == held(FORCE.upper(), ANN[1]) == []
    assert held(FORCE, ANN[1].upper()) == held(FORCE, ANN[1] + " ") == []


def test_an_email_address_never_lets_anybody_in():
    grants.grant(*ANN, "command", **WHY)
    log.write(log.Who(*ANN, name="ann@force.uk"), "sign-in")
    assert held(FORCE, "ann@force.uk") == []
    with pytest.raises(ValueError, match=r"'ann@force\.uk' is an e-mail address.*give the subject of the sign-in"):
        grants.grant(FORCE, "ann@force.uk", "command", **WHY)


def test_a_grant_is_active_on_its_last_day_and_not_the_day_after():
    last = grants.today() + timedelta(days=30)
    grants.grant(*ANN, "board", expires_on=last, **WHY)
    assert held(*ANN) == held(*ANN, on=last) == [("board", "")]
    assert held(*ANN, on=last + timedelta(days=1)) == []


def test_what_has_expired_can_be_granted_again(tamper):
    grants.grant(*ANN, "board", expires_on=grants.today(), **WHY)
    tamper(update(tables.grants).values(expires_on=grants.today() - timedelta(days=1)))
    assert held(*ANN) == []
    grants.grant(*ANN, "board", **WHY)
    assert held(*ANN) == [("board", "")]


def test_granting_the_same_twice_is_no_second_row():
    first = grants.grant(*ANN, "hub", "CAR", **WHY)
    assert grants.grant(*ANN, "hub", "CAR", by="Somebody else", reason="Again") == first
    assert grants.all_grants() == (first,)
    assert len(list(changes())) == 1


def test_another_last_day_takes_the_place_of_the_old_one():
    today = grants.today()
    grants.grant(*ANN, "board", expires_on=today + timedelta(days=9), **WHY)
    grants.grant(*ANN, "board", expires_on=today + timedelta(days=2), **WHY)
    assert [grant.expires_on for grant in grants.grants_of(*ANN)] == [today + timedelta(days=2)]
    assert [change[0] for change in changes()] == ["grant", "revoke", "grant"]


def test_what_is_revoked_is_stamped_and_stays():
    grants.grant(*ANN, "hub", "CAR", **WHY)
    grants.grant(*ANN, "hub", "BAR", **WHY)
    grants.grant(COUNCIL, ANN[1], "hub", "CAR", **WHY)
    grants.grant(FORCE, "3d4e5f", "hub", "CAR", **WHY)
    (ended,) = grants.revoke(*ANN, "hub", "CAR", by="Insp Cy", reason="Moved")
    assert (ended.role, ended.hub) == ("hub", "CAR")
    assert held(*ANN) == [("hub", "BAR")]
    assert [(grant.hub, grant.revoked_by, grant.revoked_at is None) for grant in grants.all_grants()] == [
        ("CAR", "Insp Cy", False),
        ("BAR", "", True),
        ("CAR", "", True),
        ("CAR", "", True),
    ]


def test_what_was_revoked_before_stays_as_it_was_stamped():
    for by in ("Insp Cy", "Supt Bob"):
        grants.grant(*ANN, "audit", **WHY)
        grants.revoke(*ANN, by=by, reason="Moved")
    assert [grant.revoked_by for grant in grants.all_grants()] == ["Insp Cy", "Supt Bob"]


def test_days_are_those_of_london_and_instants_utc_whatever_the_machine_keeps():
    before = datetime.now(UTC).replace(tzinfo=None)
    (granted, _) = grants.grant(*ANN, "audit", **WHY), grants.revoke(*ANN, **WHY)
    (revoked,) = grants.all_grants()
    assert before <= granted.granted_at <= revoked.revoked_at <= datetime.now(UTC).replace(tzinfo=None)
    assert grants.today() == datetime.now(ZoneInfo("Europe/London")).date()


def test_a_person_can_be_shut_out_at_once_and_let_in_again():
    for role in ("command", "audit"):
        grants.grant(*ANN, role, **WHY)
    assert [grant.role for grant in grants.revoke(*ANN, **WHY)] == ["command", "audit"]
    assert held(*ANN) == []
    assert grants.revoke(*ANN, **WHY) == ()
    grants.grant(*ANN, "audit", **WHY)
    assert held(*ANN) == [("audit", "")]


def test_every_step_is_in_the_log():
    grants.grant(*ANN, "hub", "CAR", expires_on=date(2999, 12, 31), **WHY)
    grants.revoke(*ANN, by="Insp Cy", reason="Moved")
    assert list(changes()) == [
        ("grant", "0a1b2c", "hub", "CAR", "2999-12-31", "Supt Bob", "Runs the hub"),
        ("revoke", "0a1b2c", "hub", "CAR", "2999-12-31", "Insp Cy", "Moved"),
    ]
    assert log.verify().problem is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"role": "king"}, "'king' is not a role; give one of command, hub, board, analyst, audit."),
        ({"role": "hub"}, "give a hub with the role 'hub', and with no other"),
        ({"hub": "CAR"}, "give a hub with the role 'hub', and with no other"),
        ({"role": "hub", "hub": " "}, "begins or ends with a space"),
        ({"issuer": ""}, "The issuer '' is blank"),
        ({"subject": "0a1b2c "}, "The subject '0a1b2c ' is blank or begins or ends with a space"),
        ({"by": ""}, "The name of who decides '' is blank"),
        ({"reason": " "}, "The reason ' ' is blank"),
        ({"expires_on": date(2020, 1, 1)}, "2020-01-01 is in the past"),
    ],
)
def test_what_cannot_be_granted(given, sentence):
    asked = {"issuer": FORCE, "subject": "0a1b2c", "role": "command", **WHY, **given}
    with pytest.raises(ValueError, match=sentence.replace(".", r"\.")):
        grants.grant(**asked)
    assert grants.all_grants() == ()
    assert log.verify().entries == 0


@pytest.mark.parametrize(
    ("given", "what"), [("issuer", "issuer"), ("subject", "subject"), ("by", "name of who decides"), ("reason", "reason")]
)
def test_what_is_ended_is_said_whole(given, what):
    asked = {"issuer": FORCE, "subject": "0a1b2c", **WHY}
    grants.grant(**asked, role="command")
    with pytest.raises(ValueError, match=f"^The {what} ' ' is blank or begins or ends with a space"):
        grants.revoke(**asked | {given: " "})
    assert held(FORCE, "0a1b2c") == [("command", "")]


def test_the_database_itself_deletes_no_grant(audit_database):
    grants.grant(*ANN, "command", **WHY)
    with pytest.raises(DBAPIError, match="never changed"), direct_connection(audit_database) as connection:
        connection.execute(text("DELETE FROM access_grants"))
    assert held(*ANN) == [("command", "")]


CHANGES = ("number = 9", "issuer = 'x'", "subject = 'x'", "role = 'x'", "hub = 'x'", "granted_by = 'x'", "reason = 'x'")
MORE_CHANGES = ("granted_at = '2020-01-01 00:00:00'", "expires_on = '2999-12-31'", "expires_on = NULL", "revoked_by = 'x'")
AN_END = "revoked_at = '2026-01-01 00:00:00', revoked_by = 'x'"
REPLACED = """REPLACE INTO access_grants SELECT {number}, issuer, subject, role, hub, granted_by, 'x', granted_at, expires_on,
revoked_at, revoked_by FROM access_grants WHERE number = 1"""


def changed(change, number):
    return f"UPDATE access_grants SET {change} WHERE number = {number}"  # noqa: S608


def refuses(url, statement):
    """Whether the database refuses it and is left as it was."""
    before = grants.all_grants()
    with pytest.raises(DBAPIError, match="a role is only given and ended"), direct_connection(url) as connection:
        connection.execute(text(statement))
    return grants.all_grants() == before


def test_the_database_itself_lets_nothing_of_a_grant_be_changed_but_its_end_and_that_once(audit_database):
    grants.grant(*ANN, "hub", "CAR", expires_on=date(2030, 1, 1), **WHY)
    (_, ended) = grants.grant(*ANN, "audit", **WHY), grants.revoke(*ANN, "audit", **WHY)
    assert len(ended) == 1, "as the program does it"
    for change in (*CHANGES, *MORE_CHANGES, f"hub = 'x', {AN_END}"):
        assert refuses(audit_database, changed(change, 1))
    for change in (AN_END, "revoked_at = NULL, revoked_by = ''", "revoked_by = 'x'", "hub = 'x'"):
        assert refuses(audit_database, changed(change, 2))
    with direct_connection(audit_database) as connection:
        connection.execute(text(changed(AN_END, 1)))
    assert held(*ANN) == []


def test_sqlite_replaces_no_row_either(audit_database):
    """By which a row is deleted without any trigger of deletion being asked."""
    if not audit_database.startswith("sqlite"):
        return
    grants.grant(*ANN, "hub", "CAR", **WHY)
    for number in (1, "NULL", 7):
        assert refuses(audit_database, REPLACED.format(number=number))
    sign_outs.end(log.Who(*ANN), datetime(2026, 11, 30, 9))  # noqa: DTZ001
    assert refuses(
        audit_database, "REPLACE INTO ended_sign_ins SELECT 1, issuer, 'x', signed_in_at, ended_at FROM ended_sign_ins"
    )
