"""Attacks again what is stored: whether a release still keeps what it must, in one sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from release import store
from release.attack import Found
from release.building import data_of, earlier_of, public_periods, since_of
from release.counting import count
from release.grid import Cell, Grid, of_plain
from release.menu import KINDS, Kind
from release.protection import attacked, attacked_from_outside
from release.records import Recorded, recorded
from release.rounding import BAND, misfits
from release.store import Stored

Told = tuple[Stored, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Verified:
    """What came of attacking a release again: who tried, what was found, and whether the records were at hand.

    ``misfits``  numbers and sums that no build can have made: tables that do not add up, or are too far from the records
    """

    release: int
    found: tuple[Found, ...]
    with_records: bool
    misfits: int = 0

    @property
    def holds(self) -> bool:
        return not self.exposed and not self.misfits

    @property
    def exposed(self) -> int:
        return sum(int(found.exposed.sum()) for found in self.found)

    @property
    def words(self) -> str:
        """All of it in a sentence."""
        checked = sum(found.checked for found in self.found)
        if self.misfits:
            return (
                f"Release {self.release} does not hold: {self.misfits:,} of its numbers or sums are not as they were built; "
                "withdraw it and build another."
            )
        if self.exposed:
            return (
                f"Release {self.release} does not hold: {self.exposed:,} of {checked:,} numbers can be narrowed down; "
                "withdraw it and build another."
            )
        if self.with_records:
            by_whom, beside = "nobody, whether outside or with all the records of one hub,", ""
        else:
            by_whom = "nobody outside"
            beside = (
                " The data have changed since or cannot be read, so what somebody with the records of a hub could work out was "
                "not tried again."
            )
        return (
            f"Release {self.release} holds: {by_whom} can narrow down any of its small numbers ({checked:,} were tried).{beside}"
        )


def verify(told: Sequence[Told], reporting: Connection | None, secret: bytes | None) -> Verified:
    """Attack the last of some releases, with those before it stacked; with the records, where they are still the same.

    Numbers that no build can have made are not attacked: the release does not hold already.
    """
    stored, frame = told[-1]
    now = _records(told, reporting, secret) if reporting is not None and secret is not None else {}
    kinds = list(_kinds(stored, frame))
    wrong = sum(misfits(grid, shown) + _too_far(now.get(kind.key), grid, shown) for kind, grid, shown in kinds)
    found: list[Found] = []
    for kind, told_grid, shown in kinds if not wrong else ():
        grid, earlier = earlier_of(kind, told_grid, told[:-1])
        found.append(attacked_from_outside(grid, earlier, shown, _seals(kind, frame)))
        if (again := now.get(kind.key)) and secret is not None:
            found += attacked(grid, again.records, secret, earlier, public_periods(kind, again.period), shown)
    return Verified(stored.number, tuple(found), bool(now), wrong)


def _records(told: Sequence[Told], reporting: Connection, secret: bytes) -> dict[str, Recorded]:
    """By kind, the records of a release; none where they have changed since."""
    stored, _ = told[-1]
    if data_of(reporting, secret, told[:-1]) != stored.about["proof"]["data"]:
        return {}
    since = since_of(told[:-1])
    found = {kind.key: recorded(reporting, kind, secret, since.get(kind.key)) for kind in KINDS}
    return {key: records for key, records in found.items() if records is not None}


def _kinds(stored: Stored, frame: pd.DataFrame) -> Iterator[tuple[Kind, Grid, dict[Cell, int]]]:
    """The kinds that a release tells of, with the grid of each and what is shown in it."""
    grids = {about["key"]: about["grid"] for about in stored.about["kinds"]}
    for kind in KINDS:
        if grids.get(kind.key) is not None and (shown := shown_in(kind, frame)):
            yield kind, of_plain(grids[kind.key]), shown


def _too_far(now: Recorded | None, grid: Grid, shown: Mapping[Cell, int]) -> int:
    """How many numbers are further from the true ones than they may be; 0 where these are not known."""
    if now is None:
        return 0
    true = count(grid, now.records, list(shown), b"")
    return sum(abs(number - true[cell].number) > BAND for cell, number in shown.items())


def shown_in(kind: Kind, frame: pd.DataFrame) -> dict[Cell, int]:
    """What a release shows in each cell of a kind."""
    told = frame[(frame["measure"] == kind.key) & (frame["cell"] != "")]
    return {store.named_cell(name): int(np.int64(number)) for name, number in zip(told["cell"], told["shown"], strict=True)}


def _seals(kind: Kind, frame: pd.DataFrame) -> dict[Cell, str]:
    told = frame[(frame["measure"] == kind.key) & (frame["cell"] != "")]
    return {store.named_cell(name): seal for name, seal in zip(told["cell"], told["seal"], strict=True)}
