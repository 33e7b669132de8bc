"""Whether the log is as it was written: each entry seals the one before it, so that none can be changed, removed or added.

The seal is an HMAC-SHA256 over an entry and the seal before it (Schneier & Kelsey 1999, "Secure audit logs to support computer
forensics", ACM TISSEC 2(2)).
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.tables import entries
from audit.witness import Seal

NO_SEAL = ""  # what the first entry has in place of the seal before it
SEALED = tuple(column.name for column in entries.columns if column.name != "hash")


@dataclass(frozen=True)
class Verification:
    """How many entries are unchanged, the seal of the last of them (the head), and a sentence on what is wrong, or None.

    ``entries`` and ``head`` belong somewhere that whoever runs the database cannot write to. ``witnessed`` is how many entries
    the second witness confirms.
    """

    entries: int
    head: str
    problem: str | None
    witnessed: int = 0


def seal(entry: Mapping[str, Any], key: bytes) -> str:
    """64 hexadecimal digits over every column but the seal itself, as a JSON list in the order of the columns."""
    # No two entries share this form: JSON tells text from numbers and ends each text; what is neither is put in a list.
    canonical = json.dumps([entry[name] for name in SEALED], separators=(",", ":"), default=lambda value: [repr(value)])
    return hmac.digest(key, canonical.encode("ascii"), "sha256").hex()


def verify(
    log: Iterable[Mapping[str, Any]],
    key: bytes,
    expected_head: str = "",
    expected_entries: int = 0,
    witnessed: Iterable[Seal] = (),
) -> Verification:
    """All entries in the order of their numbers, held against their seals, their witness and what was noted of them earlier."""
    count, head, confirmed = 0, NO_SEAL, 0
    has_expected_head = not expected_head
    testimony = iter(witnessed)
    expected = next(testimony, None)
    for entry in log:
        problem = _problem(entry, count + 1, head, key)
        while expected and expected.number == entry["number"] and not problem:
            confirmed, problem = confirmed + 1, _problem_of_witness(entry, expected)
            expected = next(testimony, None)
        if problem:
            return Verification(count, head, problem, confirmed)
        count, head = count + 1, entry["hash"]
        has_expected_head = has_expected_head or (head == expected_head and expected_entries in (0, count))
    missing = [expected, *testimony] if expected else []
    last_expected = max([expected_entries, *(seal.number for seal in missing)])
    return Verification(count, head, _problem_of_end(count, has_expected_head, last_expected), confirmed)


def _problem(entry: Mapping[str, Any], number: int, head: str, key: bytes) -> str | None:
    if entry["number"] != number:
        return f"Entry {number} is missing or is there twice: the next entry has the number {entry['number']}."
    if entry["previous"] != head:
        return f"Entry {number} does not follow the one before it: entries were removed, added or put in another order."
    if entry["hash"] != seal(entry, key):
        return f"Entry {number} was changed or added by somebody without the key, or AUDIT_KEY is not the key of this log."
    return None


def _problem_of_witness(entry: Mapping[str, Any], seal: Seal) -> str | None:
    if entry["hash"] != seal.hash:
        return f"Entry {seal.number} is not the one that was witnessed: the log was rewritten from there on, or before."
    return None


def _problem_of_end(count: int, has_expected_head: bool, expected_entries: int) -> str | None:
    if count == 0:
        return "The log is empty: nothing has been logged yet, or all of it was removed."
    if count < expected_entries:
        return f"The log ends with entry {count}, but {expected_entries} were noted earlier: its end was cut off."
    if not has_expected_head:
        return "The head that was noted earlier is not in the log: its end was cut off, or it was rewritten from there on."
    return None
