"""A release as its readers ask it: a number, a sum of them with its wider band, a share or a rate where it can be told.

Nothing here knows a true number. All that can be asked is what stands in the release, or the sum of numbers that do.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import Connection

from release import store
from release.answers.names import named
from release.grid import CHILDREN, HUB, PERIOD, Cell, Grid, of_plain
from release.rounding import BAND
from release.store import WITHHELD, Stored

Answer = TypeVar("Answer")

LEAST_SHOWN = 10  # a share or a rate of fewer is not told
LEAST_OF = 20  # nor one of so few


@dataclass(frozen=True)
class Number:
    """A released number, or the sum of several: what is ``shown``, between which numbers the true one lies, of how many cells."""

    shown: int
    low: int
    high: int
    cells: int = 1

    @property
    def value(self) -> int:
        return self.shown

    @property
    def is_low(self) -> bool:
        """Whether it is 0 to 4, and no more is told."""
        return self.cells == 1 and self.shown == 0

    def __add__(self, other: "Number") -> "Number":
        return Number(self.shown + other.shown, self.low + other.low, self.high + other.high, self.cells + other.cells)


def number(shown: int) -> Number:
    """The number of one released cell."""
    return Number(shown, max(0, shown - BAND), shown + BAND)


@dataclass(frozen=True)
class Share:
    """A share of two released numbers as a whole percentage, with the least and the most that rounding lets it be."""

    percent: int
    low: int
    high: int
    part: Number
    of: Number

    @property
    def value(self) -> int:
        return self.percent


def share(part: Number | None, of: Number | None) -> Share | None:
    """One number of another, which it is part of; None where either is not told, or too small for a percentage."""
    if part is None or of is None or part.shown < LEAST_SHOWN or of.shown < LEAST_OF:
        return None
    low, high = part.low / max(of.high, part.low), part.high / max(of.low, part.high)
    return Share(round(100 * min(1.0, part.shown / of.shown)), int(100 * low), min(100, -int(-100 * high // 1)), part, of)


@dataclass(frozen=True)
class Rate:
    """A released number for every so many residents a year, in whole numbers, with what rounding lets it be."""

    rate: int
    low: int
    high: int
    per: int

    @property
    def value(self) -> int:
        return self.rate


def rate(count: Number | None, residents: float | None, per: int) -> Rate | None:
    """A number for every ``per`` residents; None where it is too small, or nobody knows how many live there."""
    if count is None or not residents or count.shown < LEAST_SHOWN:
        return None
    of = per / residents
    return Rate(round(count.shown * of), int(count.low * of), -int(-count.high * of // 1), per)


@dataclass(frozen=True, eq=False)
class Told:
    """What a release tells of one kind of event. ``marks``: by table and period, how what is not told is marked."""

    key: str
    name: str
    about: Mapping[str, Any]
    grid: Grid | None
    numbers: Mapping[Cell, Number]
    marks: Mapping[tuple[str, str], str]

    @property
    def is_told(self) -> bool:
        return bool(self.numbers)

    @property
    def mark(self) -> str:
        """How the whole of it is marked where nothing is told."""
        return self.marks.get(("all", ""), WITHHELD)

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarters told of, each by its first day."""
        return tuple(self.about["quarters"])

    @property
    def years(self) -> tuple[str, ...]:
        return tuple(self.about["years"])

    @cached_property
    def hubs(self) -> tuple[str, ...]:
        """The hubs that are told apart, or what they were merged to; none where they are not told."""
        told = (dict(cell).get(HUB) for cell in self.numbers)
        return tuple(dict.fromkeys(hub for hub in told if hub))

    def number(self, at: Mapping[str, str], *, children: bool = False) -> Number | None:
        """The number of a cell, narrowed to these categories by dimension; None where it is not told."""
        return self.numbers.get(self.grid.cell(at, children=children)) if self.grid else None

    def categories(self, dimension: str, period: str, split: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """The categories of a dimension that are told of a period (and of what came of the events)."""
        if self.grid is None or dimension not in self.grid.dimensions:
            return ()
        wanted = {PERIOD: period, **(split or {})}
        found = [dict(cell) for cell in self.numbers if CHILDREN not in cell]
        return tuple(
            at[dimension] for at in found if dimension in at and {k: v for k, v in at.items() if k != dimension} == wanted
        )

    def chosen(self, hubs: Collection[str], periods: Sequence[str]) -> Number | None:
        """Some hubs over some periods together: the released margin where there is one, else the sum of as few cells as it takes.

        None where a cell that it takes is not told. No hub is the whole force.
        """
        together: Number | None = None
        for hub, period in product(self._fewest_hubs(hubs), self._fewest_periods(periods)):
            found = self.number({PERIOD: period, **({HUB: hub} if hub else {})})
            if found is None:
                return None
            together = found if together is None else together + found
        return together

    def _fewest_hubs(self, hubs: Collection[str]) -> tuple[str, ...]:
        return tuple(hubs) if hubs and set(hubs) != set(self.hubs) else ("",)

    def _fewest_periods(self, periods: Sequence[str]) -> tuple[str, ...]:
        """The years that are whole among some quarters, then the quarters left over."""
        assert self.grid
        left, years = list(dict.fromkeys(periods)), []
        for year in self.years:
            members = self.grid.dimensions[PERIOD].meaning[year]
            if year in left or members <= set(left):
                years.append(year)
                left = [period for period in left if period != year and period not in members]
        return (*years, *left)


@dataclass(frozen=True, eq=False)
class Release:
    """A release with all that it tells."""

    stored: Stored
    told: Mapping[str, Told]

    @property
    def number(self) -> int:
        return self.stored.number

    @property
    def hubs(self) -> Mapping[str, str]:
        """The name of each hub by its id."""
        names: Mapping[str, str] = self.stored.about["hubs"]
        return names

    @property
    def force(self) -> str:
        return str(self.stored.about["force"])

    @property
    def data_end(self) -> str:
        """The last day of the data it was made of."""
        return str(self.stored.about["data_end"])

    def hub_name(self, hub: str) -> str:
        return named(hub, self.hubs)

    def residents(self, ages: str, year: str, hub: str = "") -> float | None:
        """Child-years of these ages (10-17, 0-17) in a year, in a hub or in all; None where nobody knows."""
        of_hubs = self.stored.about["residents"].get(ages, {}).get(year, {})
        found: float | None = of_hubs.get(hub)
        return found


def latest() -> Release | None:
    """The release that the board sees; None where nothing is published. Raises what reading the store may raise."""
    return _of_store(_latest)


def _latest(connection: Connection) -> Release | None:
    found = store.latest_published(connection)
    return None if found is None else of(found, store.cells_of(connection, found.number))


def last_stored() -> Stored | None:
    """What is said of the last release that there is, whether published or not; None where there is none."""
    return _of_store(lambda connection: next(reversed(store.all_releases(connection)), None))


def _of_store(look: Callable[[Connection], Answer | None]) -> Answer | None:
    """What is found in the store; None where there is no store."""
    try:
        with store.reading() as connection:
            return look(connection)
    except store.StoreMissing:
        return None


def of(stored: Stored, frame: pd.DataFrame) -> Release:
    """A stored release with its cells (see `store.cells_of`). Raises `store.Malformed`."""
    try:
        return Release(stored, {about["key"]: _told(about, frame) for about in stored.about["kinds"]})
    except (AttributeError, LookupError, TypeError, ValueError):
        raise store.Malformed(stored.number) from None


def _told(about: Mapping[str, Any], frame: pd.DataFrame) -> Told:
    own = frame[frame["measure"] == about["key"]]
    cells, marked = own[own["cell"] != ""], own[own["cell"] == ""]
    numbers = {store.named_cell(name): number(int(shown)) for name, shown in zip(cells["cell"], cells["shown"], strict=True)}
    marks = {(row.table, row.period): row.marker for row in marked.itertuples()}
    grid = of_plain(about["grid"]) if about["grid"] else None
    return Told(about["key"], about["name"], about, grid, numbers, marks)
