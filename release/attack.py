"""What somebody could work out from rounded tables: the lowest and the highest that each true number may be, by linear programs.

An attacker knows every band of every table, that all numbers are whole and none negative, and how all tables hang together (see
`release.variables`). A cell is safe only where tables of whole numbers were found, as good as the true ones for all that the
attacker knows, in which it is low and in which it is high.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array, vstack

from release.grid import CHILDREN, Cell
from release.rounding import BASE, Cut
from release.variables import Tables

SMALL = range(1, BASE)  # a number of these is to be kept from everybody
WIDTH = 3  # how far apart the lowest and the highest must be that such a number may be
_MIXES = 4  # of all doubtful cells at once, which settle most of them
_NEAR = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Known:
    """What an attacker knows of each cell, or of what others than their own hub have in it.

    ``true``            the number itself, which decides how it must be protected; nan where it is not known, as to who verifies
    ``lowest, highest`` what was shown says of it
    ``shown``           what is shown in the cell now, where that is what says so: not an earlier release, nor public figures
    ``protected``       whether it is to be kept from this attacker: not what is public, nor what their own hub has
    """

    attacker: str
    tables: Tables
    true: Floats
    lowest: Floats
    highest: Floats
    shown: Floats
    protected: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Found:
    """What an attack found.

    ``low, high``  how low and how high each cell can be, at least
    ``exposed``    the cells that are not kept from this attacker
    ``cuts``       what would have to be shown to keep them
    ``checked``    how many cells were to be kept
    ``narrowest``  the least that low and high are apart of a cell with a small number; infinite where there is none
    ``programs``   how many linear programs were solved
    """

    attacker: str
    low: Floats
    high: Floats
    exposed: npt.NDArray[np.bool_]
    cuts: tuple[Cut, ...]
    checked: int
    narrowest: float
    programs: int


def insider(everybody: Known, hub: str, own: Floats, rest: Floats) -> Known:
    """What somebody knows who has all the records of one hub, of what the others have.

    ``own`` is the number of that hub in each cell, ``rest`` that of all others.
    """
    tables, others = everybody.tables, everybody.tables.hub != hub
    narrowed = replace(
        tables,
        equal=tables.equal[:, others],
        at_most=tables.at_most[:, others],
        cells=tables.cells[:, others],
        hub=tables.hub[others],
    )
    # The same child may be of several hubs: there may be as many others as there are in all.
    may_be_of_both = np.array([CHILDREN in cell for cell in tables.names])
    highest = np.where(may_be_of_both, everybody.highest, everybody.highest - own)
    left = np.diff(narrowed.cells.indptr) > 0
    return Known(
        f"somebody who knows all of {hub}",
        narrowed,
        rest,
        everybody.lowest - own,
        highest,
        everybody.shown,
        everybody.protected & left,
    )


def attack(known: Known) -> Found:
    """Find for each protected cell how low and how high it can be, as far as is needed to say that it is safe."""
    return _Attack(known).found()


def bounds(known: Known) -> tuple[Floats, Floats]:
    """How low and how high each cell can be, however safe that is: two linear programs a cell. Nan where no table is possible."""
    attacker = _Attack(replace(known, true=np.full(len(known.true), np.nan)))
    for cell in range(len(known.true)):
        for sign in (1.0, -1.0):
            attacker.drive(np.array([cell]), np.array([sign]))
    possible = attacker.low <= attacker.high
    return np.where(possible, attacker.low, np.nan), np.where(possible, attacker.high, np.nan)


class _Attack:
    def __init__(self, known: Known) -> None:
        self.known = known
        tables = known.tables
        self.rows = np.flatnonzero(np.diff(tables.cells.indptr) > 0)
        bands = tables.cells[self.rows]
        self.matrix = vstack([tables.at_most, bands, -bands]).tocsr()
        zeros = np.zeros(tables.at_most.shape[0])
        self.limits = np.concatenate([zeros, known.highest[self.rows], -known.lowest[self.rows]])
        self.low = np.where(np.isnan(known.true), np.inf, known.true)
        self.high = np.where(np.isnan(known.true), -np.inf, known.true)
        self.programs = 0

    def found(self) -> Found:
        """Drive mixes of all doubtful cells up and down; then every cell that is doubtful still, by itself."""
        random = np.random.default_rng(len(self.known.true))  # any mix will do
        for _ in range(_MIXES):
            for sign in (1.0, -1.0):
                doubtful = self._doubtful(sign)
                if doubtful.size > 1:
                    self.drive(doubtful, sign * random.uniform(0.5, 1.5, doubtful.size))
        cuts = [cut for cell in self._exposed() if not self._known_before(cell) for cut in self._settle(cell)]
        exposed = np.zeros(len(self.low), dtype=bool)
        exposed[[cell for cell in self._exposed() if not self._known_before(cell)]] = True
        small = self.known.protected & np.isin(self.known.true, SMALL)
        narrowest = (self.high - self.low)[small].min(initial=np.inf)
        checked = int(self.known.protected.sum())
        return Found(self.known.attacker, self.low, self.high, exposed, tuple(cuts), checked, float(narrowest), self.programs)

    def _exposed(self) -> npt.NDArray[np.intp]:
        return np.flatnonzero(self.known.protected & ~is_safe(self.known.true, self.low, self.high))

    def _known_before(self, cell: int) -> bool:
        """Whether the attacker knew the number of a cell without any release: what is public less what their own hub has."""
        known, public = self.known, self.known.lowest == self.known.highest
        if not public.any():
            return False
        rows, costs = known.tables.cells[public], known.tables.cells[[cell]].toarray()[0]
        equal = vstack([known.tables.equal, rows])
        levels = np.concatenate([np.zeros(known.tables.equal.shape[0]), known.lowest[public]])
        limits = (known.tables.at_most, np.zeros(known.tables.at_most.shape[0]))
        most, least = _least(-costs, *limits, equal, levels), _least(costs, *limits, equal, levels)
        return most.x is not None and least.x is not None and bool(-most.fun - least.fun < _NEAR)

    def _doubtful(self, sign: float) -> npt.NDArray[np.intp]:
        """Cells that are not known to be able to go far enough, up or down."""
        true = self.known.true
        small = (true >= SMALL.start) & (true < SMALL.stop)
        enough = self.high >= np.where(small, true + WIDTH, true + 1) if sign > 0 else (self.low <= true - 1) | (true == 0)
        return np.flatnonzero(self.known.protected & ~is_safe(true, self.low, self.high) & ~enough)

    def _settle(self, cell: int) -> Iterator[Cut]:
        """How far one cell can go either way; where that is not far enough, what shown numbers would have to hold."""
        cells = np.array([cell])
        if self._safe(cell):
            return
        up = self.drive(cells, np.array([1.0]))
        if self._safe(cell):
            return
        down = self.drive(cells, np.array([-1.0]))
        if not self._safe(cell):
            yield from self._cuts(cell, up, down)

    def _safe(self, cell: int) -> bool:
        at = slice(cell, cell + 1)
        return bool(is_safe(self.known.true[at], self.low[at], self.high[at])[0])

    def drive(self, cells: npt.NDArray[np.intp], weights: Floats) -> Floats | None:
        """Drive a mix of cells up; what is found widens what is known of all. Gives the worth of each limit."""
        tables = self.known.tables
        costs = -(weights @ tables.cells[cells])
        self.programs += 1
        solved = _least(costs, self.matrix, self.limits, tables.equal, np.zeros(tables.equal.shape[0]))
        if solved.x is None:
            return None
        numbers = solved.x
        if np.abs(numbers - numbers.round()).max(initial=0) > _NEAR:
            numbers = self._in_whole_numbers(costs)
        if numbers is not None:
            values = (tables.cells @ numbers.round()).round()
            self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)
        worth: Floats = -solved.ineqlin.marginals
        return worth

    def _in_whole_numbers(self, costs: Floats) -> Floats | None:
        tables = self.known.tables
        limits = [LinearConstraint(self.matrix, -np.inf, self.limits)]
        if tables.equal.shape[0]:
            limits.append(LinearConstraint(tables.equal, 0, 0))
        solved = milp(
            costs,
            integrality=np.ones(len(costs), dtype=np.int64),
            bounds=Bounds(0, np.inf),
            constraints=limits,
            options={"time_limit": 10.0},
        )
        return solved.x

    def _cuts(self, cell: int, up: Floats | None, down: Floats | None) -> Iterator[Cut]:
        """By duality: the best that a cell can reach is a sum of limits, and so of what is shown (Benders, 1962)."""
        true = self.known.true[cell]
        name = self.known.tables.names[cell]
        if true == 0:
            yield from self._cut(((up, 1.0),), 1.0)
        elif true in SMALL:
            yield from self._cut(((up, 1.0),), float(WIDTH), {name: -2.0 / BASE} if not np.isnan(self.known.shown[cell]) else {})
            yield from self._cut(((up, 1.0), (down, 1.0)), float(WIDTH))
        else:
            yield from self._cut(((up, 1.0), (down, 1.0)), 1.0)

    def _cut(
        self, worths: Sequence[tuple[Floats | None, float]], least: float, more: Mapping[Cell, float] | None = None
    ) -> Iterator[Cut]:
        """That a sum of limits is at least so much: those of what is shown now go to the left, all others to the right."""
        names, shown = self.known.tables.names, self.known.shown
        weights: dict[Cell, float] = dict(more or {})
        first = self.known.tables.at_most.shape[0]
        for worth, times in worths:
            if worth is None:
                return
            least -= times * float(worth @ self.limits)
            net = worth[first : first + len(self.rows)] - worth[first + len(self.rows) :]
            for number in np.flatnonzero(np.abs(net) > _NEAR):
                row = self.rows[number]
                if not np.isnan(shown[row]):
                    weights[names[row]] = weights.get(names[row], 0.0) + times * net[number]
                    least += times * net[number] * shown[row]
        if weights:
            yield Cut(tuple(weights), tuple(BASE * weight for weight in weights.values()), least - _NEAR)


def _least(costs: Floats, matrix: csr_array, limits: Floats, equal: csr_array, levels: Floats) -> OptimizeResult:
    """The tables in which the costs are least, by the simplex method: rows at most their limits, others equal to their levels."""
    how: dict[str, Any] = {"bounds": (0, None), "method": "highs-ds"}
    return linprog(costs, matrix, limits, equal, levels, **how)  # type: ignore[call-overload,no-any-return]  # none for sparse


def is_safe(true: Floats, low: Floats, high: Floats) -> npt.NDArray[np.bool_]:
    """Whether numbers that can be so low and so high are protected as they must be; those not known as if they were small."""
    small = np.isnan(true) | ((true >= SMALL.start) & (true < SMALL.stop))
    hidden = (high - low >= WIDTH) & ((low < SMALL.start) | (high >= SMALL.stop))
    return np.where(small, hidden, np.where(true == 0, high >= 1, high > low))
