"""Whatever is done to the log in the database itself is found, and said in a sentence."""

import json

import pytest
from audits import as_another_process, direct_connection, disable_triggers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, Text, cast, delete, insert, literal, select, update

from audit import chain, decisions, grants, keys, log
from audit.tables import entries
from audit.tables import grants as grants_table
from auth.readers import INVENTED_READERS

ANN = log.Who("this machine", "0a1b2c", "Ann", "hub", ("CAR",))  # who needs no grant
EXAMPLES = settings().max_examples * 3 // 5
COLUMNS = [name for name in entries.c.keys() if name != "number"]  # noqa: SIM118


@pytest.fixture
def ten(audit_database, tmp_path, monkeypatch):
    """Ten entries, each column of which holds something, and no witness of them. Gives the address of the audit database."""
    monkeypatch.setenv("AUDIT_WITNESS", "none")
    for number in range(10):
        log.write(ANN, "records", page="custody", filters={"n": number}, reason=f"Review {number}", records=[f"D{number}"])
    return audit_database


def changed(number, /, **values):
    return update(entries).where(entries.c.number == number).values(**values)


def renumbered(places):
    """Statements that number the entries anew, by way of numbers that are not taken."""
    yield update(entries).values(number=entries.c.number + 1000)
    for number, place in places.items():
        yield changed(number + 1000, number=place)


def copied(number, /, **otherwise):
    """An entry put in that is like this one, but for some values."""
    values = [literal(otherwise[name]) if name in otherwise else column for name, column in entries.c.items()]
    return insert(entries).from_select(entries.c.keys(), select(*values).where(entries.c.number == number))


def entry(url, number):
    with direct_connection(url) as connection:
        return dict(connection.execute(select(entries).where(entries.c.number == number)).mappings().one())


def problem(**expected):
    return log.verify(**expected).problem or ""


def test_what_was_left_alone_holds(ten):
    found = log.verify()
    assert (found.entries, found.problem) == (10, None)
    assert found.head == log.entries(1)["hash"][0]


def test_more_entries_than_are_read_at_a_time(audit_database, monkeypatch):
    monkeypatch.setattr(log, "BATCH", 3)
    for _ in range(10):
        log.write(ANN, "page")
    assert (log.verify().entries, log.verify().problem) == (10, None)


def test_an_empty_log_is_a_problem(audit_database):
    assert log.verify() == log.Verification(0, "", ("The log is empty: nothing has been logged yet, or all of it was removed.",))


def test_a_changed_entry(ten, tamper):
    tamper(changed(4, name="Bob"))
    assert log.verify().entries == 3
    assert problem().startswith("Entry 4 was changed or added by somebody without the key")


def test_a_removed_entry(ten, tamper):
    tamper(delete(entries).where(entries.c.number == 4))
    assert problem() == "Entry 4 is missing or is there twice: the next entry has the number 5."


def test_the_first_entries_removed(ten, tamper):
    tamper(delete(entries).where(entries.c.number < 4))
    assert problem() == "Entry 1 is missing or is there twice: the next entry has the number 4."


def test_a_removed_entry_whose_gap_was_closed(ten, tamper):
    tamper(delete(entries).where(entries.c.number == 4), *renumbered({n: n - (n > 4) for n in range(1, 11) if n != 4}))
    assert problem() == ("Entry 4 does not follow the one before it: entries were removed, added or put in another order.")


def test_a_removed_entry_whose_neighbours_were_joined(ten, tamper):
    tamper(
        changed(5, previous=entry(ten, 4)["previous"]),
        delete(entries).where(entries.c.number == 4),
        *renumbered({n: n - (n > 4) for n in range(1, 11) if n != 4}),
    )
    assert problem().startswith("Entry 4 was changed")


def test_reordered_entries(ten, tamper):
    tamper(*renumbered({n: {4: 7, 7: 4}.get(n, n) for n in range(1, 11)}))
    assert problem().startswith("Entry 4 does not follow the one before it")


def test_an_entry_put_in(ten, tamper):
    tamper(*renumbered({n: n + (n > 3) for n in range(1, 11)}), copied(5, number=4, name="Bob"))
    assert problem().startswith("Entry 4 was changed or added by somebody without the key")


def test_an_entry_put_at_the_end_by_somebody_without_the_key(ten, tamper):
    tamper(copied(10, number=11, previous=entry(ten, 10)["hash"]))
    assert problem().startswith("Entry 11 was changed or added by somebody without the key")


def test_an_entry_sealed_anew_by_somebody_with_the_key(ten, tamper):
    forged = entry(ten, 4) | {"name": "Bob"}
    tamper(changed(4, name="Bob", hash=chain.seal(forged, keys.key_of("log"))))
    assert problem().startswith("Entry 5 does not follow the one before it")


def test_a_number_left_out(ten, tamper):
    tamper(changed(10, number=12))
    assert problem() == "Entry 10 is missing or is there twice: the next entry has the number 12."


def test_an_end_cut_off_is_found_by_what_was_noted_elsewhere(ten, tamper):
    noted = log.verify()
    tamper(delete(entries).where(entries.c.number > 8))
    assert problem() == "", "what is left is a whole chain"
    assert problem(expected_entries=10) == "The log ends with entry 8, but 10 were noted earlier: its end was cut off."
    assert problem(expected_head=noted.head).startswith("The head that was noted earlier is not in the log")
    as_another_process()
    for _ in range(2):
        log.write(ANN, "page")
    assert problem(expected_entries=10) == "", "as many as there were"
    assert problem(expected_head=noted.head, expected_entries=10).startswith("The head that was noted earlier is not in the log")


def test_what_was_noted_holds_while_the_log_grows(ten):
    noted = log.verify()
    log.write(ANN, "page")
    assert problem(expected_head=noted.head, expected_entries=noted.entries) == problem(expected_head=log.verify().head) == ""
    assert problem(expected_head=noted.head, expected_entries=9).startswith("The head that was noted earlier is not in the log")


def test_under_another_key_nothing_holds(ten, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", "another key, of more than 32 characters")
    assert log.verify().entries == 0
    assert problem().endswith("or AUDIT_KEY is not the key of this log.")


def other(kept, place, value):
    """A text with one character of it another (PostgreSQL holds no other text), or with one more where it is empty."""
    place %= max(len(kept), 1)
    return kept[:place] + value + kept[place + 1 :]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=EXAMPLES)
@given(
    number=st.integers(1, 10),
    column=st.sampled_from(COLUMNS),
    place=st.integers(0, 200),
    value=st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
def test_any_changed_character_is_found(ten, number, column, place, value):
    kept = entry(ten, number)[column]
    found = with_changed(ten, number, column, kept, other(kept, place, value))
    assert (found.entries, found.problem is None) == ((10, True) if kept == other(kept, place, value) else (number - 1, False))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=EXAMPLES)
@given(number=st.integers(1, 10), column=st.sampled_from(COLUMNS), place=st.integers(0, 200), value=st.integers(1, 255))
def test_any_changed_byte_of_a_file_is_found(ten, number, column, place, value):
    """Also one that leaves no text at all, and a text kept as bytes."""
    if not ten.startswith("sqlite"):
        return
    kept = entry(ten, number)[column]
    flipped = bytearray(kept.encode() or b"\0")
    flipped[place % len(flipped)] ^= value
    as_bytes = literal(bytes(flipped), LargeBinary)
    for odd in (cast(as_bytes, Text), as_bytes):
        found = with_changed(ten, number, column, kept, odd)
        assert found.entries == number - 1 and found.problem


def with_changed(url, number, column, kept, value):
    """What is found while a value stands in place of the one that was kept."""
    _put(url, changed(number, **{column: value}))
    found = log.verify()
    _put(url, changed(number, **{column: kept}))
    return found


def _put(url, statement):
    with direct_connection(url) as connection:
        disable_triggers(connection)
        connection.execute(statement)


# Who read in a role that they did not hold, though the list is as it should be again

FORCE = "https://login.force.uk"
BY = {"by": "Supt Bob", "reason": "Runs the hub"}
NOT_HELD = "which no entry before it gives them, or which had ended"
PAST = "somebody changed the list past this program."


def read_at(*hubs, action="records"):
    """Somebody to whom the hub "near" was given reads at these."""
    return log.write(log.Who(FORCE, "reader-2", "Bob", "hub", hubs), action)


def test_a_grant_that_was_changed_and_put_right_again_is_found_by_what_was_read(audit_database, tamper):
    grants.grant(FORCE, "reader-2", "hub", "near", **BY)
    read_at("near", action="page")
    assert problem() == ""
    tamper(update(grants_table).values(hub="far"))
    for action in ("sign-in", "records", "export"):
        read_at("far", action=action)
    tamper(update(grants_table).values(hub="near"))
    assert log.verify().entries == 5
    assert problem() == f"By entry 3 'reader-2' read as 'hub' at 'far', {NOT_HELD}: {PAST}", "once, not three times"


def test_a_grant_that_was_put_in_and_taken_out_again_is_found_by_what_was_read(audit_database, tamper):
    given = vars(grants.grant(FORCE, "reader-2", "hub", "near", **BY))
    tamper(insert(grants_table).values(**given | {"role": "command", "hub": ""}))
    log.write(log.Who(FORCE, "reader-2", "Bob", "command", None), "meeting")
    tamper(delete(grants_table).where(grants_table.c.role == "command"))
    assert problem() == f"By entry 2 'reader-2' read as 'command', {NOT_HELD}: {PAST}"


def test_who_reads_is_followed_in_batches(audit_database, monkeypatch):
    monkeypatch.setattr(log, "BATCH", 2)
    for hub in ("near", "far"):
        grants.grant(FORCE, "reader-2", "hub", hub, **BY)
    read_at("far", "near")
    grants.grant(FORCE, "reader-2", "hub", "far", expires_on=grants.today(), **BY)
    read_at("far", "near")
    assert (log.verify().entries, problem()) == (6, "")


def noted(at, action, subject="ann", **said):
    """An entry: by whom, or of which role given or ended."""
    command_line = {"role": "", "hubs": "[]", "issuer": "command line"}
    decided = {"issuer": FORCE, "subject": subject, "role": "hub", "hub": "near", "expires_on": None} | said
    return {"number": 9, "at": f"2026-{at}+00:00", "action": action, "subject": subject, "filters": json.dumps(decided)} | (
        command_line if action in ("grant", "revoke") else {"issuer": FORCE, "role": "hub", "hubs": '["near"]'} | said
    )


GIVEN = noted("06-30T09:00:00", "grant")
GIVEN_FOR_JUNE = noted("06-30T09:00:00", "grant", expires_on="2026-06-30")  # in London it ends at 23:00 UTC
ENDED = noted("06-30T12:00:00", "revoke")


@pytest.mark.parametrize(
    ("held", "entries"),
    [
        (True, [GIVEN, noted("06-30T09:00:01", "records")]),
        (False, [noted("06-30T09:00:01", "records"), GIVEN]),
        (False, [GIVEN, noted("06-30T09:00:01", "page", role="command", hubs="null")]),
        (False, [GIVEN, noted("06-30T09:00:01", "page", hubs='["far", "near"]')]),
        (False, [GIVEN, noted("06-30T09:00:01", "page", hubs="null")]),
        (False, [GIVEN, noted("06-30T09:00:01", "page", subject="bob")]),
        (False, [GIVEN, noted("06-30T09:00:01", "page", issuer="https://login.council.uk")]),
        (True, [GIVEN, ENDED, noted("06-30T12:00:59", "export")]),
        (False, [GIVEN, ENDED, noted("06-30T12:01:01", "export")]),
        (True, [GIVEN, ENDED, noted("06-30T15:00:00", "sign-out")]),
        (False, [GIVEN, ENDED, noted("07-01T12:00:00", "revoke"), noted("07-01T12:00:01", "page")]),
        (True, [GIVEN, ENDED, noted("07-01T12:00:00", "grant"), noted("07-09T12:00:00", "page")]),
        (
            False,
            [noted("06-30T09:00:00", "grant", subject="bob"), noted("06-30T12:00:00", "revoke"), noted("06-30T12:00:01", "page")],
        ),
        (True, [GIVEN_FOR_JUNE, noted("06-30T23:00:59", "page")]),
        (False, [GIVEN_FOR_JUNE, noted("06-30T23:01:01", "page")]),
        (False, [GIVEN_FOR_JUNE, noted("07-01T09:00:00", "revoke"), noted("07-01T09:00:01", "page")]),
        (True, [noted("06-30T09:00:00", "grant", expires_on="9999-12-31"), noted("07-30T09:00:00", "page")]),
        (
            True,
            [noted("06-30T09:00:00", "grant", role="audit", hub=""), noted("06-30T10:00:00", "page", role="audit", hubs="null")],
        ),
        (True, [noted("06-30T09:00:00", "refusal", role="", hubs="[]")]),
        (True, [noted("06-30T09:00:00", "page", issuer=issuer) for issuer in (INVENTED_READERS, "this machine")]),
    ],
)
def test_which_roles_are_held_when(held, entries):
    readings = decisions.Readings()
    for entry in entries:
        readings.add(entry)
    assert (readings.problems() == []) == held, readings.problems()


def test_a_reason_that_the_log_cuts_is_that_of_the_list(audit_database):
    grants.grant(FORCE, "reader-2", "hub", "near", by="Supt Bob", reason="Why " * 500 + "not")
    grants.revoke(FORCE, "reader-2", by="Supt Bob", reason="Why " * 500 + "not")
    assert problem() == ""
