"""Whatever is done to the log in the database itself is found, and said in a sentence."""

import pytest
from audits import as_another_process, direct_connection, disable_triggers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, Text, cast, delete, insert, literal, select, update

from audit import chain, keys, log
from audit.tables import entries

ANN = log.Who("https://login.force.uk", "0a1b2c", "Ann", "hub", ("CAR",))
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
    assert log.verify() == log.Verification(0, "", "The log is empty: nothing has been logged yet, or all of it was removed.")


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
