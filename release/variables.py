"""The one table of events whose margins all released cells are, as variables: what an attacker reckons with.

Hubs, quarters and what came of an event are one block of variables, every dimension of the child with years another; blocks share
the margins that they have in common, and no more is known of how they go together (decomposable margins: Dobra and Fienberg,
"Bounds for cell entries in contingency tables given marginal totals and decomposable graphs", PNAS 97, 2000).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from release.grid import CHILDREN, HUB, PERIOD, Cell, Grid

_MANY = 10_000.0  # children of an event, or events of a child: more than there are

_Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Tables:
    """The one table whose margins all cells are: a column for each of its ``variables``.

    ``equal``    rows that are 0 in every table there can be
    ``at_most``  rows that are 0 or less
    ``cells``    a row for each cell: which variables it adds up
    ``hub``      by column, the hub that it is of; blank where it is of all
    """

    names: tuple[Cell, ...]
    equal: csr_array
    at_most: csr_array
    cells: csr_array
    hub: npt.NDArray[np.str_]


def tables_of(grid: Grid, names: Sequence[Cell]) -> Tables:
    """The variables behind a grid, and these cells in them."""
    return _Variables(grid).tables(names)


class _Variables:
    """Numbers the variables: of hubs, quarters and each split together, and of every other dimension with years and a split."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.column: dict[tuple[str, _Key], int] = {}
        self.blocks: dict[str, dict[str, tuple[str, ...]]] = {}
        self.core = tuple(d.name for d in grid.dimensions.values() if d.name in (HUB, PERIOD) or d.of_event)
        for name, dimensions in self._blocks():
            self.blocks[name] = dimensions
            for chosen in product(*dimensions.values()):
                self.column[name, tuple(zip(dimensions, chosen, strict=True))] = len(self.column)
        for year in grid.children:
            for hub in ("", *self._hubs()):
                self.column["children", ((HUB, hub), (PERIOD, year))] = len(self.column)

    def _parts(self, name: str) -> tuple[str, ...]:
        return self.grid.dimensions[name].parts if name in self.grid.dimensions else ()

    def _hubs(self) -> dict[str, frozenset[str]]:
        """Every hub, and all that hubs were merged to."""
        return self.grid.dimensions[HUB].meaning if HUB in self.grid.dimensions else {}

    def _blocks(self) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
        quarters = {name: self._parts(name) for name in self.grid.dimensions if name in (HUB, PERIOD)}
        splits = [name for name in self.core if name not in (HUB, PERIOD)]
        for split in splits or [""]:
            yield split, quarters | ({split: self._parts(split)} if split else {})
        years = tuple(self.grid.dimensions[PERIOD].groups)
        by_quarter: dict[tuple[str, ...], bool] = {}
        for table in self.grid.tables:
            names = tuple(name for name in self.grid.dimensions if name in table and name != PERIOD)
            if set(names) - set(self.core):
                by_quarter[names] = by_quarter.get(names, False) or bool(set(table[PERIOD]) & set(self._parts(PERIOD)))
        for names, is_by_quarter in by_quarter.items():
            period = self._parts(PERIOD) if is_by_quarter else years
            yield "/".join(names), {PERIOD: period} | {name: self._parts(name) for name in names}

    def row(self, cell: Cell) -> list[int]:
        """The variables that a cell adds up."""
        if CHILDREN in cell:
            at = dict(cell)
            return [self.column["children", ((HUB, at.get(HUB, "")), (PERIOD, at[PERIOD]))]]
        names = [name for name, _ in cell]
        block = next(
            name for name, dimensions in self.blocks.items() if set(names) <= set(dimensions) and self._tells(name, cell)
        )
        return self._within(block, cell)

    def _tells(self, block: str, cell: Cell) -> bool:
        """Whether a block is divided finely enough by time."""
        period = dict(cell)[PERIOD]
        return self.blocks[block][PERIOD] == self._parts(PERIOD) or period in self.blocks[block][PERIOD]

    def _within(self, block: str, cell: Cell) -> list[int]:
        dimensions, at = self.blocks[block], dict(cell)
        choices = []
        for name, parts in dimensions.items():
            meaning = self.grid.dimensions[name].meaning
            choices.append([p for p in parts if name not in at or meaning[p] <= meaning[at[name]]])
        return [self.column[block, tuple(zip(dimensions, chosen, strict=True))] for chosen in product(*choices)]

    def tables(self, names: Sequence[Cell]) -> Tables:
        equal, at_most = self._ties()
        of_hub = [dict(key).get(HUB, "") for _, key in self.column]
        hub = np.array([hub if hub in self._parts(HUB) else "" for hub in of_hub])
        rows = [dict.fromkeys(self.row(cell), 1.0) for cell in names]
        return Tables(tuple(names), self._matrix(equal), self._matrix(at_most), self._matrix(rows), hub)

    def _matrix(self, rows: Sequence[Mapping[int, float]]) -> csr_array:
        numbers = [value for row in rows for value in row.values()]
        where = [column for row in rows for column in row]
        starts = np.cumsum([0, *(len(row) for row in rows)])
        return csr_array((numbers, where, starts), shape=(len(rows), len(self.column)))

    def _ties(self) -> tuple[list[dict[int, float]], list[dict[int, float]]]:
        """How the blocks hang together: what they share is the same in each."""
        equal: list[dict[int, float]] = []
        at_most: list[dict[int, float]] = []
        first, *others = self.blocks
        for block in others:
            dimensions = self.blocks[block]
            with_it = next((name for name in self.blocks if name != block and name in dimensions and name in self.core), first)
            shared = [name for name in dimensions if name in self.blocks[with_it]]
            own = [name for name in dimensions if name not in shared]
            for chosen in product(*(dimensions[name] for name in shared)):
                at = tuple(zip(shared, chosen, strict=True))
                whole = dict.fromkeys(self._within(with_it, at), -1.0)
                if not own or not self.grid.dimensions[own[0]].covers:
                    equal.append(whole | dict.fromkeys(self._within(block, at), 1.0))
                    continue
                at_most.append({column: -value for column, value in whole.items()} | dict.fromkeys(self._within(block, at), -1.0))
                parts = (self._within(block, (*at, (own[0], part))) for part in dimensions[own[0]])
                at_most += [whole | dict.fromkeys(of_part, 1.0) for of_part in parts]
        return equal, at_most + self._ties_of_children()

    def _ties_of_children(self) -> list[dict[int, float]]:
        """Children are no more than events, and none only where there are none; of several hubs they may be the same."""
        rows: list[dict[int, float]] = []
        first = next(iter(self.blocks))
        for year in self.grid.children:
            column = {hub: self.column["children", ((HUB, hub), (PERIOD, year))] for hub in ("", *self._hubs())}
            for hub, children in column.items():
                at: Cell = ((HUB, hub), (PERIOD, year)) if hub else ((PERIOD, year),)
                events, most = self._within(first, at), _MANY if self.grid.of_several else 1.0
                rows += [dict.fromkeys(events, 1.0) | {children: -_MANY}] if self.grid.known else []
                rows.append(dict.fromkeys(events, -most) | {children: 1.0})
            wholes = {hub: members for hub, members in self._hubs().items() if len(members) > 1}
            for whole, members in (wholes | ({"": self._parts(HUB)} if self._parts(HUB) else {})).items():
                rows.append({column[whole]: 1.0} | {column[part]: -1.0 for part in members})
                rows += [{column[part]: 1.0, column[whole]: -1.0} for part in members]
                rows += [{column[whole]: 1.0, column[""]: -1.0}] if whole else []
        return rows
