"""What is wrong with the log for good is told until somebody has looked into it, and what goes wrong later is told again."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import NullPool, create_engine, delete, insert, text

from audit import caps, chain, grants, log
from audit.acknowledging import acknowledge
from audit.tables import ended_sign_ins
from audit.tables import grants as grants_table

FORCE = "https://login.force.uk"
BY = {"by": "Supt Bob", "reason": "Runs the hub"}
LOOKED_INTO = {"by": "Insp Cy", "reason": "A test of the backup, case 12"}
PAST = "somebody changed the list past this program."


@pytest.fixture
def given(audit_database):
    """A role that was given to somebody: all of it that the list keeps."""
    return vars(grants.grant(FORCE, "reader-2", "hub", "near", **BY))


def slipped_in(given, *subjects, hub="near"):
    return [insert(grants_table).values(**given | {"subject": subject, "hub": hub}) for subject in subjects]


def otherwise(subject, hub="near"):
    role = f"The role 'hub' at '{hub}' of '{subject}'"
    return f"{role} stands in the list of readers otherwise than any entry of the log has it: {PAST}"


def read(subject, number, hub="far"):
    assert log.write(log.Who(FORCE, subject, "", "hub", (hub,)), "records") == number
    held = "which no entry before it gives them, or which had ended"
    return f"By entry {number} '{subject}' read as 'hub' at '{hub}', {held}: {PAST}"


def test_all_that_is_wrong_is_told_at_once(given, tamper, audit_database):
    day = datetime(2026, 10, 31, tzinfo=UTC).replace(tzinfo=None)
    ended = insert(ended_sign_ins).values(issuer=FORCE, subject="ann", signed_in_at=day, ended_at=day)
    tamper(*slipped_in(given, "mallory", "eve"), ended)
    readings = [read("bob", 2), read("cy", 3), read("bob", 4, "west")]
    read("bob", 5)
    assert log.verify().problems == (
        otherwise("eve"),
        otherwise("mallory"),
        "The sign-in of 'ann' at 2026-10-31 00:00:00 is ended in the log or in the list of ended sign-ins, and not in both: "
        + PAST,
        *readings,
    )
    tamper(delete(grants_table))
    gone = f"The role 'hub' at 'near' of 'reader-2' is an entry of the log, and not in the list of readers: {PAST}"
    assert log.verify().problems[0] == gone


def test_what_was_looked_into_is_told_no_more_and_what_comes_later_is(given, tamper):
    tamper(*slipped_in(given, "mallory"))
    first = read("bob", 2)
    assert acknowledge(**LOOKED_INTO) == (otherwise("mallory"), first)
    assert log.verify().problem is None
    assert log.verify().acknowledged == 2
    entry = log.entries(1).iloc[0]
    assert (entry["issuer"], entry["subject"], entry["name"], entry["role"]) == ("command line", "Insp Cy", "Insp Cy", "")
    assert (entry["action"], entry["reason"]) == ("acknowledge", LOOKED_INTO["reason"])
    assert json.loads(entry["filters"]) == {"problems": [otherwise("mallory"), first]}
    tamper(*slipped_in(given, "eve"))
    again = read("bob", 4)
    assert log.verify().problems == (otherwise("eve"), again)
    assert acknowledge(**LOOKED_INTO) == (otherwise("eve"), again)
    assert (log.verify().problem, log.verify().acknowledged) == (None, 4)


def test_an_entry_acknowledges_as_many_as_it_holds(given, tamper):
    tamper(*slipped_in(given, *(f"mallory-{number:02}" for number in range(caps.MOST + 1))))
    assert len(log.verify().problems) == 41
    said = log.verify().problem
    assert said.startswith(otherwise("mallory-00")) and said.endswith(f"{otherwise('mallory-19')} And 21 more.")
    assert len(acknowledge(**LOOKED_INTO)) == 40
    assert log.verify().problems == (otherwise("mallory-40"),)


def test_what_the_log_cuts_is_acknowledged_all_the_same(given, tamper):
    tamper(*slipped_in(given, "m" * 900, hub="h" * 300))
    read("b" * 900, 2, "h" * 300)
    assert len(acknowledge(**LOOKED_INTO)) == 2
    assert log.verify().problem is None


def test_as_many_as_are_told_need_no_count():
    assert chain.Verification(9, "", tuple("abc")).problem == "a b c"
    assert chain.Verification(9, "", tuple("a" * chain.MOST_TOLD)).told == ["a"] * 20
    assert chain.Verification(9, "", tuple("a" * 1_021)).told == [*["a"] * 20, "And 1,001 more."]
    assert chain.Verification(9, "").problem is None


def test_what_can_be_put_right_is_not_acknowledged(given, tamper):
    with pytest.raises(
        ValueError, match=r"^There is nothing to acknowledge; `verify` finds nothing that was not acknowledged already\.$"
    ):
        acknowledge(**LOOKED_INTO)
    tamper(*slipped_in(given, "mallory"), text("UPDATE access_log SET name = 'Bob' WHERE number = 1"))
    broken = "Entry 1 was changed or added by somebody without the key"
    with pytest.raises(ValueError, match=f"^There is nothing to acknowledge; this is to be put right: {broken}"):
        acknowledge(**LOOKED_INTO)
    assert list(log.entries()["action"]) == ["grant"]


def test_triggers_that_are_gone_are_told_until_they_are_there_again(given, tamper, audit_database):
    tamper(*slipped_in(given, "mallory"))
    with create_engine(audit_database, poolclass=NullPool).begin() as connection:
        on = " ON access_log" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER access_log_unchanged{on}"))
    assert acknowledge(**LOOKED_INTO) == (otherwise("mallory"),)
    assert log.verify().problem.startswith(
        "The triggers of the audit database are not those of this version (access_log_unchanged)"
    )


@pytest.mark.parametrize(("by", "reason"), [("", "Why"), ("Cy", " "), (" Cy", "Why"), ("Cy", "Why\n")])
def test_it_is_said_by_whom_and_why(given, tamper, by, reason):
    tamper(*slipped_in(given, "mallory"))
    name = "name of who looked into it" if reason == "Why" else "reason"
    with pytest.raises(ValueError, match=f"^The {name} .* is blank or begins or ends with a space; give it as it is"):
        acknowledge(by, reason)
    assert list(log.entries()["action"]) == ["grant"]
