"""The true number in every cell of a grid, and how many children are behind it: worked out from the records, and never stored."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from release.grid import CHILDREN, Cell, Grid

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Records:
    """The records of one kind of event, a row for each event and child.

    ``event``, ``child``  by number, the same for the same; below 0 for somebody who is not known, who is nobody else
    ``parts``             by dimension of the grid, the part that each row is in, by its place among the parts
    ``digest``            by row, 64 bits of a keyed hash of the event
    """

    event: Codes
    child: Codes
    parts: Mapping[str, Codes]
    digest: npt.NDArray[np.uint64]

    def of(self, rows: Mask) -> "Records":
        """Some of the rows."""
        return Records(
            self.event[rows], self.child[rows], {name: codes[rows] for name, codes in self.parts.items()}, self.digest[rows]
        )

    @cached_property
    def one_row_an_event(self) -> bool:
        return np.unique(self.event).size == self.event.size


@dataclass(frozen=True)
class Counted:
    """What is in a cell: the number that is told of it, its children, and the most events that any one of them has.

    ``preference``  from 0 to 1, by the records behind the cell alone: the same records are rounded the same way wherever they are
    ``seal``        tells whether the records behind this cell are the same as before, and nothing else to whoever has not the key
    """

    number: int
    children: int
    most_of_one: int
    preference: float
    seal: str

    @property
    def tells_of_few(self) -> bool:
        """Whether more than four events are so few children's, or so much one child's, that they tell of them however rounded."""
        return self.number > 4 and (self.children < 5 or 2 * self.most_of_one > self.number)


def digests(events: Sequence[str], key: bytes) -> npt.NDArray[np.uint64]:
    """64 bits of the keyed hash of each event: HMAC with SHA-256 (RFC 2104)."""
    hashed = b"".join(hmac.digest(key, event.encode(), "sha256")[:8] for event in events)
    return np.frombuffer(hashed, dtype=np.uint64)


def count(grid: Grid, records: Records, cells: Sequence[Cell], key: bytes) -> dict[Cell, Counted]:
    """What is in each of these cells."""
    members = {
        (name, category): _members(records.parts[name], [dimension.parts.index(part) for part in parts], len(dimension.parts))
        for name, dimension in grid.dimensions.items()
        for category, parts in dimension.meaning.items()
    }
    everything = np.ones(records.event.size, dtype=bool)
    found = {}
    for cell in cells:
        inside = everything
        for at in cell:
            if at != CHILDREN:
                inside = inside & members[at]
        found[cell] = _counted(records, np.flatnonzero(inside), key, cell)
    return found


def _members(codes: Codes, parts: Sequence[int], number_of_parts: int) -> Mask:
    is_part = np.zeros(number_of_parts, dtype=bool)
    is_part[list(parts)] = True
    return is_part[codes]


def _counted(records: Records, rows: Codes, key: bytes, cell: Cell) -> Counted:
    every = records.event[rows]
    events, first = (every, np.arange(rows.size)) if records.one_row_an_event else np.unique(every, return_index=True)
    children, of_each = np.unique(records.child[rows], return_counts=True)
    # A sum does not depend on the order of the records; the hash of it looks like none of them.
    total = int(records.digest[rows][first].sum(dtype=np.uint64)).to_bytes(8, "big")
    preference = int.from_bytes(hmac.digest(key, total, "sha256")[:8], "big") / 2**64
    seal = hmac.digest(key, repr(cell).encode() + total, "sha256").hex()[:32]
    if CHILDREN in cell:
        known = int((children >= 0).sum())
        return Counted(known, known, 1, preference, seal)
    return Counted(events.size, of_each.size, int(of_each.max(initial=0)), preference, seal)
