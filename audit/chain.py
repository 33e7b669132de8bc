"""Whether the log is as it was written: each entry seals the one before it, so that none can be altered, removed or slipped in.

The seal is an HMAC-SHA256 over an entry and the seal before it (Schneier & Kelsey 1999, "Secure audit logs to support computer
forensics", ACM TISSEC 2(2)).
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.tables import entries

BEFORE_THE_FIRST = ""  # what the first entry has in place of the seal before it
SEALED = tuple(column.name for column in entries.columns if column.name != "hash")


@dataclass(frozen=True)
class Verified:
    """What was found: how many entries hold, the seal of the last of them, and a sentence on what is wrong, or None.

    ``entries`` and ``head`` belong somewhere that whoever runs the database cannot write to.
    """

    entries: int
    head: str
    fault: str | None


def seal(entry: Mapping[str, Any], key: bytes) -> str:
    """64 hexadecimal digits over every column but the seal itself, as a JSON list in the order of the columns."""
    # No two entries share this form: JSON tells text from numbers and ends each text; what is neither stands in a list.
    canonical = json.dumps([entry[name] for name in SEALED], separators=(",", ":"), default=lambda odd: [repr(odd)])
    return hmac.digest(key, canonical.encode("ascii"), "sha256").hex()


def verified(found: Iterable[Mapping[str, Any]], key: bytes, expected_head: str = "", expected_entries: int = 0) -> Verified:
    """All entries in the order of their numbers, held against their seals and against what was noted of them earlier."""
    count, head = 0, BEFORE_THE_FIRST
    noted = not expected_head
    for entry in found:
        fault = _fault(entry, count + 1, head, key)
        if fault:
            return Verified(count, head, fault)
        count, head = count + 1, entry["hash"]
        noted = noted or (head == expected_head and expected_entries in (0, count))
    return Verified(count, head, _end_fault(count, noted, expected_entries))


def _fault(entry: Mapping[str, Any], number: int, head: str, key: bytes) -> str | None:
    if entry["number"] != number:
        return f"Entry {number} is missing, or stands twice: the next that is there has the number {entry['number']}."
    if entry["previous"] != head:
        return f"Entry {number} does not follow the one before it: entries were removed, put in, or put in another order."
    if entry["hash"] != seal(entry, key):
        return f"Entry {number} was changed or put in by somebody without the key, or NOTEBOOK_KEY is not the key of this log."
    return None


def _end_fault(count: int, noted: bool, expected_entries: int) -> str | None:
    if count == 0:
        return "The log is empty: nobody has been seen yet, or all of it was removed."
    if count < expected_entries:
        return f"The log ends with entry {count}, but {expected_entries} were noted earlier: its end was cut off."
    if not noted:
        return "The head that was noted earlier is not in the log: its end was cut off, or it was written anew from there."
    return None
