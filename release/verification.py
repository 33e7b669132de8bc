"""Attacks again what is stored: whether a release still keeps what it must, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from release import store
from release.attack import Found
from release.building import data_of, earlier_of, public_periods
from release.grid import Cell, Grid, of_plain
from release.menu import KINDS, Kind
from release.protection import attacked, attacked_from_outside
from release.records import recorded
from release.store import Stored

Told = tuple[Stored, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Verified:
    """What came of attacking a release again: who tried, what was found, and whether the records were at hand."""

    release: int
    found: tuple[Found, ...]
    with_records: bool

    @property
    def exposed(self) -> int:
        return sum(int(found.exposed.sum()) for found in self.found)

    @property
    def words(self) -> str:
        """All of it in a sentence."""
        checked = sum(found.checked for found in self.found)
        if self.exposed:
            return (
                f"Release {self.release} does not hold: {self.exposed:,} of {checked:,} numbers can be narrowed down; withdraw it "
                "and build another."
            )
        by_whom = "nobody, whether outside or with all the records of one hub," if self.with_records else "nobody outside"
        beside = (
            ""
            if self.with_records
            else (
                " The data have changed since or cannot be read, so what somebody with the records of a hub could work out was not tried "
                "again."
            )
        )
        return (
            f"Release {self.release} holds: {by_whom} can narrow down any of its small numbers ({checked:,} were tried).{beside}"
        )


def verify(told: Sequence[Told], reporting: Connection | None, secret: bytes | None) -> Verified:
    """Attack the last of some releases, with those before it stacked; with the records, where they are still the same."""
    stored, frame = told[-1]
    same = reporting is not None and secret is not None and data_of(reporting, secret) == stored.about["proof"]["data"]
    found: list[Found] = []
    for kind in KINDS:
        of_kind = next((about for about in stored.about["kinds"] if about["key"] == kind.key), None)
        if of_kind is None or of_kind["grid"] is None:
            continue
        shown = shown_in(kind, frame)
        if not shown:
            continue
        grid, earlier = earlier_of(kind, of_plain(of_kind["grid"]), told[:-1])
        found.append(attacked_from_outside(grid, earlier, shown, _seals(kind, frame)))
        if same and reporting is not None and secret is not None:
            found += _with_records(reporting, secret, kind, grid, told, shown)
    return Verified(stored.number, tuple(found), same)


def _with_records(
    reporting: Connection, secret: bytes, kind: Kind, grid: Grid, told: Sequence[Told], shown: dict[Cell, int]
) -> list[Found]:
    since = min((pd.Timestamp(part).date() for part in grid.dimensions["period"].parts), default=None)
    now = recorded(reporting, kind, secret, since)
    if now is None:
        return []
    grid, earlier = earlier_of(kind, grid, told[:-1])
    return attacked(grid, now.records, secret, earlier, public_periods(kind, now.period), shown)


def shown_in(kind: Kind, frame: pd.DataFrame) -> dict[Cell, int]:
    """What a release shows in each cell of a kind."""
    told = frame[(frame["measure"] == kind.key) & (frame["cell"] != "")]
    return {store.named_cell(name): int(np.int64(number)) for name, number in zip(told["cell"], told["shown"], strict=True)}


def _seals(kind: Kind, frame: pd.DataFrame) -> dict[Cell, str]:
    told = frame[(frame["measure"] == kind.key) & (frame["cell"] != "")]
    return {store.named_cell(name): seal for name, seal in zip(told["cell"], told["seal"], strict=True)}
