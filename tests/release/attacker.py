"""An attack written apart from the one that guards a release, and by another method: bounds pushed to and fro until nothing moves.

Buzzigoli and Giusti, "An algorithm to calculate the lower and upper bounds of the elements of an array given its marginals" (the
shuttle algorithm, 1998). It works on the cells alone; it never finds more than there is to be found.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from release.grid import CHILDREN, Cell, Grid


class Shuttle:
    """What somebody can say of each cell who knows these bounds: ``low`` and ``high``, by cell."""

    def __init__(self, grid: Grid, low: Mapping[Cell, float], high: Mapping[Cell, float]) -> None:
        self.grid = grid
        self.low, self.high = dict(low), dict(high)
        self.sums = [(whole, parts, how) for whole, parts, how in grid.sums() if {whole, *parts} <= set(self.low)]
        self.nested = list(self._nested())
        while self._moves():
            pass

    def _nested(self):
        """Cells of which one holds all that another does."""
        meaning = {name: one.meaning for name, one in self.grid.dimensions.items()}
        for inner, outer in product(self.low, repeat=2):
            if inner == outer or (CHILDREN in inner) != (CHILDREN in outer):
                continue
            at = dict(inner)
            if all(name in at and (name == CHILDREN[0] or meaning[name][at[name]] <= meaning[name][c]) for name, c in outer):
                yield inner, outer

    def _moves(self) -> bool:
        before = (sum(self.low.values()), sum(self.high.values()))
        for whole, parts, how in self.sums:
            if how in ("are", "cover"):
                self._at_most(whole, sum(self.high[part] for part in parts))
                for part in parts:
                    others = sum(self.high[other] for other in parts if other != part)
                    self._at_least(part, self.low[whole] - others)
            if how in ("are", "within"):
                self._at_least(whole, sum(self.low[part] for part in parts))
                for part in parts:
                    others = sum(self.low[other] for other in parts if other != part)
                    self._at_most(part, self.high[whole] - others)
        for inner, outer in self.nested:
            self._at_most(inner, self.high[outer])
            self._at_least(outer, self.low[inner])
        for cell in self.low:
            if CHILDREN in cell and (events := cell[1:]) in self.low:
                if not self.grid.of_several:
                    self._at_most(cell, self.high[events])
                    self._at_least(events, self.low[cell])
                self._at_least(events, min(1.0, self.low[cell]))
                self._at_least(cell, min(1.0, self.low[events]))
        return (sum(self.low.values()), sum(self.high.values())) != before

    def _at_most(self, cell: Cell, high: float) -> None:
        self.high[cell] = min(self.high[cell], high)

    def _at_least(self, cell: Cell, low: float) -> None:
        self.low[cell] = max(self.low[cell], low)


def learned(found: Shuttle, true: Mapping[Cell, int], known: Sequence[Cell] = ()) -> list[Cell]:
    """The cells of which it learned what nobody may: a number from 1 to 4 is one of these, or any number exactly."""
    assert all(found.low[cell] <= true[cell] <= found.high[cell] for cell in found.low), "the attack contradicts the truth"
    return [
        cell
        for cell in found.low
        if cell not in known
        and ((1 <= true[cell] <= 4 and found.low[cell] >= 1 and found.high[cell] <= 4) or found.low[cell] == found.high[cell])
    ]


def bounds(shown: Sequence[Mapping[Cell, int]], true: Mapping[Cell, int]) -> tuple[dict[Cell, float], dict[Cell, float]]:
    """What the bands of some releases say together, of those that still hold of what is true now."""
    low: dict[Cell, float] = {}
    high: dict[Cell, float] = {}
    for release in shown:
        for cell, number in release.items():
            if abs(number - true[cell]) <= 4:
                low[cell] = max(low.get(cell, 0.0), number - 4.0)
                high[cell] = min(high.get(cell, np.inf), number + 4.0)
    return low, high
