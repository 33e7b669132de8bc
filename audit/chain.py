"""Whether the log is as it was written: each entry seals the one before it, so that none can be changed, removed or added.

The seal is an HMAC-SHA256 over an entry and the seal before it (Schneier & Kelsey 1999, "Secure audit logs to support computer
forensics", ACM TISSEC 2(2)).
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from audit.tables import entries
from audit.witness import Seal

BEGINS: Literal["witness"] = "witness"  # the action of an entry with which the second witness of the log begins anew
MOST_TOLD = 20  # problems
NO_SEAL = ""  # what the first entry has in place of the seal before it
SEALED = tuple(column.name for column in entries.columns if column.name != "hash")


@dataclass(frozen=True)
class Verification:
    """How many entries are unchanged, the seal of the last of them (the head), and a sentence on each thing that is wrong.

    ``entries`` and ``head`` belong somewhere that whoever runs the database cannot write to. ``witnessed`` is how many entries
    the second witness confirms, ``is_unconfirmed`` whether the problem is that it does not confirm one which it should.
    ``lasting`` are those of the problems that nothing puts right and that can be acknowledged, ``acknowledged`` how many were.
    """

    entries: int
    head: str
    problems: tuple[str, ...] = ()
    witnessed: int = 0
    is_unconfirmed: bool = False
    lasting: tuple[str, ...] = ()
    acknowledged: int = 0

    @property
    def told(self) -> list[str]:
        """The problems, as many as anybody reads."""
        more = len(self.problems) - MOST_TOLD
        return [*self.problems[:MOST_TOLD], *([f"And {more:,} more."] if more > 0 else [])]

    @property
    def problem(self) -> str | None:
        """What is wrong; None where nothing is."""
        return " ".join(self.told) or None


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
    testimony: "Testimony | None" = None,
    unchanged: Callable[[Mapping[str, Any]], None] = lambda entry: None,
) -> Verification:
    """All entries in the order of their numbers, held against their seals, their witness and what was noted of them earlier.

    ``unchanged`` is called with each that holds.
    """
    count, head = 0, NO_SEAL
    has_expected_head = not expected_head
    witness = testimony or Testimony(iter(()), 0)
    for entry in log:
        problem = _problem(entry, count + 1, head, key) or witness.problem_of(entry)
        if problem:
            return Verification(count, head, (problem,), witness.confirmed)
        count, head = count + 1, entry["hash"]
        unchanged(entry)
        has_expected_head = has_expected_head or (head == expected_head and expected_entries in (0, count))
    problem = _problem_of_end(count, has_expected_head, max(expected_entries, witness.last()))
    gap = None if problem else witness.gap()
    problems = tuple(filter(None, (problem, gap)))
    return Verification(count, head, problems, witness.confirmed, is_unconfirmed=gap is not None)


class Testimony:
    """What the second witness says of entries, as they come in the order of their numbers.

    It is asked of the first ``until`` entries: later ones may have been added while it was read. An entry of the action `BEGINS`
    says that the witness was begun with it.
    """

    def __init__(self, seals: Iterator[Seal], until: int) -> None:
        self._seals, self._until = seals, until
        self._next = next(seals, None)
        self._unconfirmed: int | None = None
        self.confirmed = 0

    def problem_of(self, entry: Mapping[str, Any]) -> str | None:
        """Why an entry is not the one that was witnessed; None where it is, or was not."""
        number = entry["number"]
        if entry["action"] == BEGINS:
            self._unconfirmed = None
        is_confirmed = False
        while self._next and self._next.number <= number:
            if self._next.number == number and self._next.hash != entry["hash"]:
                return f"Entry {number} is not the one that was witnessed: the log was rewritten from there on, or before."
            is_confirmed = self._next.number == number
            self._next = next(self._seals, None)
        self.confirmed += is_confirmed
        if not is_confirmed and self._unconfirmed is None and number <= self._until:
            self._unconfirmed = number
        return None

    def last(self) -> int:
        """The number of the last entry that was witnessed and has not come; 0 where all have."""
        return max((seal.number for seal in [self._next, *self._seals] if seal), default=0)

    def gap(self) -> str | None:
        """From where on entries are not confirmed that should be, in a sentence; None where all are."""
        if self._unconfirmed is None:
            return None
        return (
            f"Entry {self._unconfirmed} is not in the second witness of the log: the witness was removed or cut short, could "
            "not be written, or the log is of a version that kept none, and the next entry begins it."
        )


def _problem(entry: Mapping[str, Any], number: int, head: str, key: bytes) -> str | None:
    if entry["number"] != number:
        return f"Entry {number} is missing or is there twice: the next entry has the number {entry['number']}."
    if entry["previous"] != head:
        return f"Entry {number} does not follow the one before it: entries were removed, added or put in another order."
    if entry["hash"] != seal(entry, key):
        return f"Entry {number} was changed or added by somebody without the key, or AUDIT_KEY is not the key of this log."
    return None


def _problem_of_end(count: int, has_expected_head: bool, expected_entries: int) -> str | None:
    if count == 0:
        return "The log is empty: nothing has been logged yet, or all of it was removed."
    if count < expected_entries:
        return f"The log ends with entry {count}, but {expected_entries} were noted earlier: its end was cut off."
    if not has_expected_head:
        return "The head that was noted earlier is not in the log: its end was cut off, or it was rewritten from there on."
    return None
