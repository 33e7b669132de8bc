"""An attack written apart from the one that guards a release, by another method: bounds pushed to and fro until nothing moves.

Buzzigoli and Giusti, "An algorithm to calculate the lower and upper bounds of the elements of an array given its marginals" (the
shuttle algorithm, 1998). It works on the cells alone; it never finds more than there is to be found.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from release.counting import Records, count
from release.grid import CHILDREN, HUB, Cell, Grid

MOST = 100_000.0  # more than there is of anything


@dataclass(frozen=True)
class Statements:
    """What releases ``said``, and what was ``public`` without them: cells, each with the lowest and highest that it can be."""

    said: list[tuple[Cell, float, float]] = field(default_factory=list)
    public: list[tuple[Cell, float, float]] = field(default_factory=list)


class Attacker:
    """Works out what can be said of each cell of a grid; the cells are those of its tables, and any others."""

    def __init__(self, grid: Grid, cells: Collection[Cell] = ()) -> None:
        self.grid = grid
        self.cells = list(dict.fromkeys([*grid.cells(), *cells]))
        self.place = {cell: number for number, cell in enumerate(self.cells)}
        known = ((whole, parts, how) for whole, parts, how in grid.sums() if {whole, *parts} <= set(self.place))
        self.sums = [(self.place[whole], np.array([self.place[part] for part in parts]), how) for whole, parts, how in known]
        self.inner, self.outer = np.array(list(self._nested()), dtype=int).reshape(-1, 2).T
        of_children = [(self.place[cell], self.place[cell[1:]]) for cell in self.cells if CHILDREN in cell]
        self.children, self.events = np.array(of_children, dtype=int).reshape(-1, 2).T

    def _nested(self) -> Iterator[tuple[int, int]]:
        """Cells of which one holds all that another does."""
        meaning = {name: one.meaning for name, one in self.grid.dimensions.items()}
        for inner in self.cells:
            at = dict(inner)
            for outer in self.cells:
                if inner != outer and (CHILDREN in inner) == (CHILDREN in outer):
                    narrower = (
                        name in at and (name == CHILDREN[0] or meaning[name][at[name]] <= meaning[name][c]) for name, c in outer
                    )
                    if all(narrower):
                        yield self.place[inner], self.place[outer]

    def bounds(self, said: Sequence[tuple[Cell, float, float]]) -> tuple[np.ndarray, np.ndarray]:
        """How low and how high each cell can be."""
        low, high = np.zeros(len(self.cells)), np.full(len(self.cells), MOST)
        for cell, lowest, highest in said:
            place = self.place[cell]
            low[place], high[place] = max(low[place], lowest), min(high[place], highest)
        before = None
        while before != (before := (low.sum(), high.sum())):
            self._shuttle(low, high)
        return low, high

    def _shuttle(self, low: np.ndarray, high: np.ndarray) -> None:
        for whole, parts, how in self.sums:
            if how in ("are", "cover"):
                high[whole] = min(high[whole], high[parts].sum())
                low[parts] = np.maximum(low[parts], low[whole] - (high[parts].sum() - high[parts]))
            if how in ("are", "within"):
                low[whole] = max(low[whole], low[parts].sum())
                high[parts] = np.minimum(high[parts], high[whole] - (low[parts].sum() - low[parts]))
        np.minimum.at(high, self.inner, high[self.outer])
        np.maximum.at(low, self.outer, low[self.inner])
        if not self.grid.of_several:
            np.minimum.at(high, self.children, high[self.events])
            np.maximum.at(low, self.events, low[self.children])
        np.maximum.at(low, self.events, np.minimum(1, low[self.children]))
        if self.grid.known:
            np.maximum.at(low, self.children, np.minimum(1, low[self.events]))

    def learned(self, true: Mapping[Cell, int], statements: Statements) -> list[Cell]:
        """The cells of which it learned what nobody may: a number from 1 to 4 is one of these, or any number exactly.

        What follows from what is public alone is not learned.
        """
        low, high = self.bounds([*statements.said, *statements.public])
        numbers = np.array([true[cell] for cell in self.cells])
        assert (low <= numbers).all() and (numbers <= high).all(), "the attack contradicts the truth"
        before = np.equal(*self.bounds(statements.public))
        small = (numbers >= 1) & (numbers <= 4)
        told = (small & (low >= 1) & (high <= 4)) | (low == high)
        return [self.cells[place] for place in np.flatnonzero(told & ~before)]


@dataclass(frozen=True, eq=False)
class Told:
    """What a release showed of a kind of event, and the seal of each cell: what it says holds while the records are the same."""

    shown: Mapping[Cell, int]
    seals: Mapping[Cell, str]
    band: int = 4


def learned_by_anybody(
    grid: Grid, records: Records, key: bytes, releases: Sequence[Told], public: Collection[str]
) -> dict[str, list[Cell]]:
    """What somebody outside learns (under a blank), and what somebody who has all the records of a hub learns of the others."""
    attacker = Attacker(grid, [cell for told in releases for cell in told.shown])
    now = count(grid, records, attacker.cells, key)
    true = {cell: found.number for cell, found in now.items()}
    of_all = Statements()
    for told in releases:
        same = [cell for cell in told.shown if told.seals[cell] == now[cell].seal]
        of_all.said.extend((cell, told.shown[cell] - told.band, told.shown[cell] + told.band) for cell in same)
    latest = releases[-1].shown
    of_all.public.extend((cell, true[cell], true[cell]) for cell in latest if len(cell) == 1 and cell[0][1] in public)
    found = {"": attacker.learned(true, of_all)}
    hubs = grid.dimensions[HUB].parts if HUB in grid.dimensions else ()
    for number, hub in enumerate(hubs if len(hubs) > 1 else ()):
        is_own = records.parts[HUB] == number
        own, rest = (
            {cell: of_part.number for cell, of_part in count(grid, records.of(rows), attacker.cells, key).items()}
            for rows in (is_own, ~is_own)
        )
        found[hub] = attacker.learned(rest, _less(of_all, own, [cell for cell in attacker.cells if dict(cell).get(HUB) == hub]))
    return found


def _less(of_all: Statements, own: Mapping[Cell, int], only_own: Sequence[Cell]) -> Statements:
    """What is said of the others than one hub, by who knows how many it has. The others may be the very same children."""

    def rest(cell: Cell, low: float, high: float) -> tuple[Cell, float, float]:
        return cell, low - own[cell], high if CHILDREN in cell else high - own[cell]

    nobody = [(cell, 0.0, 0.0) for cell in only_own]  # of the others none is in their own hub
    return Statements([rest(*said) for said in of_all.said], [*(rest(*said) for said in of_all.public), *nobody])
