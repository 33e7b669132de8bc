"""A chain of entries without any database: what is counted as unchanged and witnessed, also where it ends early."""

import pytest
from audits import KEY

from audit import chain
from audit.chain import NO_SEAL, SEALED, Verification, seal
from audit.witness import Seal

CHANGED = "Entry 3 was changed or added by somebody without the key, or AUDIT_KEY is not the key of this log."
CUT = "The log ends with entry 4, but 5 were noted earlier: its end was cut off."


@pytest.fixture
def log():
    """Four entries, each of which seals the one before it."""
    entries, previous = [], NO_SEAL
    for number in range(1, 5):
        entry = {**dict.fromkeys(SEALED, ""), "number": number, "action": "page", "previous": previous}
        previous = seal(entry, KEY.encode())
        entries.append({**entry, "hash": previous})
    return entries


def seals(log, *numbers):
    return iter([Seal(number, log[number - 1]["hash"]) for number in numbers])


def checked(log, testimony=None, **noted):
    return chain.verify(log, KEY.encode(), testimony=testimony, **noted)


def test_a_whole_chain(log):
    whole = Verification(4, log[3]["hash"], (), 4)
    assert checked(log, chain.Testimony(seals(log, 1, 2, 3, 4), until=4)) == whole
    assert checked(log, expected_head=log[1]["hash"]).problem is None, "of whatever number that was"


def test_what_comes_before_a_changed_entry_is_counted(log):
    log[2]["reason"] = "another"
    found = checked(log, chain.Testimony(seals(log, 1, 2, 3, 4), until=4))
    assert found == Verification(2, log[1]["hash"], (CHANGED,), 2)


def test_an_entry_without_a_witness_may_be_on_its_way(log):
    found = checked(log, chain.Testimony(seals(log, 1, 2, 4), until=4))
    assert (found.entries, found.witnessed, found.is_unconfirmed, len(found.problems)) == (4, 3, True, 1)
    assert found.problem.startswith("Entry 3 is not in the second witness of the log: ")
    assert checked(log, chain.Testimony(seals(log, 1, 2), until=2)).problem is None, "later ones were not asked of"


def test_a_log_that_was_cut_is_not_waited_for(log):
    found = checked(log, chain.Testimony(seals(log, 1, 2, 4), until=4), expected_entries=5)
    assert (found.problems, found.is_unconfirmed) == ((CUT,), False)


def test_values_that_no_text_can_hold_have_seals_of_their_own(log):
    sealed = [seal({**log[0], "reason": value}, KEY.encode()) for value in (None, b"", b"0", "b'0'", 0, "")]
    assert len(set(sealed)) == 6
