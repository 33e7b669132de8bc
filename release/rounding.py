"""Rounds every table of a kind of event together, so that all of them add up: one integer program.

Controlled rounding (Cox, "A constructive procedure for unbiased controlled rounding", JASA 82, 1987): each number goes to one of
the two multiples of the base next to it, and one that is a multiple stays. Which of the two is preferred hangs on the records
behind it (see `release.counting`); what an earlier release showed is kept where it can be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from release.counting import Counted
from release.grid import CHILDREN, HUB, PERIOD, Cell, Grid

BASE = 5
BAND = BASE - 1  # how far a shown number may be from the true one
MOVED = 20.0  # what it costs to show another number than the last release did; 1 to go against the preference of a cell
_MANY = 10_000  # times as many events as children


@dataclass(frozen=True)
class Cut:
    """A condition on what is shown: the sum of ``weights`` times these numbers, in fives, is at least ``least``."""

    cells: tuple[Cell, ...]
    weights: tuple[float, ...]
    least: float


def rounded(
    grid: Grid, counted: Mapping[Cell, Counted], last: Mapping[Cell, int], cuts: Sequence[Cut] = ()
) -> dict[Cell, int] | None:
    """The number to show in each cell, a multiple of five; None where the tables cannot be rounded so that all holds."""
    cells = list(grid.cells())
    place = {cell: number for number, cell in enumerate(cells)}
    true = np.array([counted[cell].number for cell in cells])
    lower, spare = true // BASE, true % BASE
    constraints = [*_additive(grid, place), *(_cut(cut, place) for cut in cuts)]
    if not cells:
        return {}
    matrix = _matrix([row for row, _, _ in constraints], len(cells))
    solved = milp(
        _costs(cells, true, counted, last),
        integrality=np.ones(len(cells), dtype=np.int64),
        bounds=Bounds(lower, lower + (spare > 0)),
        constraints=LinearConstraint(matrix, [low for _, low, _ in constraints], [high for _, _, high in constraints])
        if constraints
        else (),
        options={"mip_rel_gap": 0.0},
    )
    if solved.x is None:
        return None
    return {cell: BASE * round(fives) for cell, fives in zip(cells, solved.x, strict=True)}


def misfits(grid: Grid, shown: Mapping[Cell, int]) -> int:
    """How many cells of a grid are not shown or no multiple of five, and how many sums of shown numbers do not hold."""
    cells = list(grid.cells())
    wrong = sum(shown.get(cell, -1) < 0 or shown[cell] % BASE > 0 for cell in cells)
    if wrong:
        return wrong
    rows, lowest, highest = zip(*_additive(grid, {cell: number for number, cell in enumerate(cells)}), strict=True)
    sums = _matrix(rows, len(cells)) @ np.array([shown[cell] / BASE for cell in cells])
    return int(((sums < np.array(lowest)) | (sums > np.array(highest))).sum())


def _costs(
    cells: Sequence[Cell], true: npt.NDArray[np.int64], counted: Mapping[Cell, Counted], last: Mapping[Cell, int]
) -> npt.NDArray[np.float64]:
    """What it costs to round each cell up: less than nothing where that is preferred."""
    spare = true % BASE
    preference = np.array([counted[cell].preference for cell in cells])
    # Up with a chance of as many fifths as there are spare events; no two cells cost the same, so one rounding is the best.
    costs = np.where(preference < spare / BASE, -1.0, 1.0) * (1 + preference / 100)
    for number, cell in enumerate(cells):
        if cell in last and spare[number]:
            before = last[cell] - (true[number] - spare[number])
            costs[number] += MOVED if before == 0 else -MOVED if before == BASE else 0.0
    return costs


_Row = tuple[dict[int, float], float, float]


def _additive(grid: Grid, place: Mapping[Cell, int]) -> list[_Row]:
    """That every whole is the sum of its parts, or covered by them, or more than they are, in fives."""
    rows: list[_Row] = []
    for whole, parts, relation in grid.sums():
        total, members = place[whole], [place[part] for part in parts]
        summed = {total: -1.0} | dict.fromkeys(members, 1.0)
        rows.append((summed, -np.inf if relation == "within" else 0.0, np.inf if relation == "cover" else 0.0))
        if relation == "cover":
            rows += [({total: 1.0, member: -1.0}, 0.0, np.inf) for member in members]
    return rows + _of_children(grid, place)


def _of_children(grid: Grid, place: Mapping[Cell, int]) -> list[_Row]:
    """That children are no more than their events, and none only where there are none; and in all, what their hubs allow.

    Of an event of several children there are some, and no more is known; of events that may be of nobody known, not even that.
    """
    rows: list[_Row] = []
    for cell in grid.cells_of_children():
        children, events = place[cell], place[tuple(at for at in cell if at != CHILDREN)]
        most = 1.0 if not grid.of_several else float(_MANY)
        rows.append(({events: most, children: -1.0}, 0.0, np.inf))
        rows += [({children: float(_MANY), events: -1.0}, 0.0, np.inf)] if grid.known else []
    hubs = grid.hubs_by_year()
    for year in grid.children if hubs else ():
        in_all = place[(CHILDREN, (PERIOD, year))]
        of_hubs = [place[grid.cell({HUB: hub, PERIOD: year}, children=True)] for hub in hubs]
        rows += [({in_all: 1.0, of_hub: -1.0}, 0.0, np.inf) for of_hub in of_hubs]
        rows.append(({in_all: -1.0} | dict.fromkeys(of_hubs, 1.0), 0.0, np.inf))
    return rows


def _cut(cut: Cut, place: Mapping[Cell, int]) -> _Row:
    row: dict[int, float] = {}
    for cell, weight in zip(cut.cells, cut.weights, strict=True):
        row[place[cell]] = row.get(place[cell], 0.0) + weight
    return row, cut.least, np.inf


def _matrix(rows: Sequence[Mapping[int, float]], columns: int) -> csr_array:
    numbers = [value for row in rows for value in row.values()]
    where = [column for row in rows for column in row]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return csr_array((numbers, where, starts), shape=(len(rows), columns))
