"""Coarser tables, where finer ones would tell too much: ages and hubs merged, quarters made years, tables left out whole.

Nothing is withheld cell by cell: a single cell that is missing from tables that add up can be worked out from the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from queries.facts.child import UNKNOWN
from release.counting import Counted
from release.grid import CHILDREN, HUB, PERIOD, Cell, Grid, Table

AGES = "age_band"
JOINED = "+"  # between the parts of a merged category, in its name

Count = Callable[[Grid], Mapping[Cell, Counted]]
Regions = Mapping[str, tuple[str, ...]]  # by hub, the area and the authority that it is in

TOO_FEW_CHILDREN = "fewer than five children, or one child for over half, were behind some number"
ATTACKED = "a small number in it could have been narrowed down"


@dataclass(frozen=True)
class Coarser:
    """Something that was merged or left out, and why.

    ``table``   the dimensions of the table that it is of; of a merger, the one dimension
    ``merged``  the two categories that were made one; none where a table was left out
    ``periods`` of which the table is left out
    """

    table: tuple[str, ...]
    why: str
    merged: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Merged:
    """A grid, and all that was made coarser on the way to it."""

    grid: Grid
    steps: tuple[Coarser, ...] = ()

    def step(self, grid: Grid, *steps: Coarser) -> "Merged":
        return Merged(grid, (*self.steps, *steps))


def without_few(merged: Merged, count: Count, regions: Regions) -> Merged:
    """With as much more merged or left out as it takes for no cell to tell of few children (see `Counted.tells_of_few`)."""
    while True:
        counted = count(merged.grid)
        cells = (cell for cell in (merged.grid.cells() | merged.grid.untold()) if CHILDREN not in cell)
        cell = next((cell for cell in cells if counted[cell].tells_of_few), None)
        if cell is None:
            return merged
        merged = _coarser(merged, cell, counted, regions)


def _coarser(merged: Merged, cell: Cell, counted: Mapping[Cell, Counted], regions: Regions) -> Merged:
    """The next coarser grid without this cell, or with more in it."""
    at = dict(cell)
    for name in (AGES, HUB):
        if name in at and (other := _other(merged.grid, name, at[name], counted, regions)):
            return _merge(merged, name, at[name], other, TOO_FEW_CHILDREN)
    return _without_period(merged, cell)


def _other(grid: Grid, name: str, category: str, counted: Mapping[Cell, Counted], regions: Regions) -> str | None:
    """What to merge a category with: the age next to it, or the nearest hub; of several the one with fewest events."""
    told = next(table[name] for table in grid.tables if name in table)
    others = [other for other in told if other != category and UNKNOWN not in (other, category)]
    if name == AGES:
        place = told.index(category)
        others = [other for other in told[max(0, place - 1) : place + 2] if other in others and other[0].isdigit()]
        others = others if category[0].isdigit() else list(told[place + 1 : place + 2])
    if not others or (name == HUB and len(told) <= 2):
        return None
    meaning = grid.dimensions[name].meaning

    def events(other: str) -> int:
        return sum(counted[cell].number for cell in counted if dict(cell).get(name) == other and len(cell) == 2)

    return min(others, key=lambda other: (-_shared(regions, meaning[category], meaning[other]), events(other), other))


def _shared(regions: Regions, some: frozenset[str], others: frozenset[str]) -> int:
    """How many areas and authorities some hubs share with others; 0 of anything else."""
    of_some, of_others = ({region for one in group for region in enumerate(regions.get(one, ()))} for group in (some, others))
    return len(of_some & of_others)


def _merge(merged: Merged, name: str, first: str, second: str, why: str) -> Merged:
    """The grid with two categories made one, in every table."""
    grid = merged.grid
    dimension = grid.dimensions[name]
    members = dimension.meaning[first] | dimension.meaning[second]
    together = JOINED.join(part for part in dimension.parts if part in members)
    tables = []
    for table in grid.tables:
        told = table.get(name, ())
        if first in told or second in told:
            at = min(told.index(category) for category in (first, second) if category in told)
            kept = [category for category in told if category not in (first, second)]
            table = {**table, name: (*kept[:at], together, *kept[at:])}
        tables.append(table)
    coarser = replace(grid.with_group(name, {together: members}), tables=tuple(tables))
    return merged.step(coarser, Coarser((name,), why, merged=(first, second)))


def _without_period(merged: Merged, cell: Cell, why: str = TOO_FEW_CHILDREN) -> Merged:
    """The grid whose tables with this cell do not tell of its period: of no quarter, where it is one; of this year otherwise."""
    grid, period = merged.grid, dict(cell)[PERIOD]
    quarters = grid.dimensions[PERIOD].parts
    gone = frozenset(quarters) if period in quarters else frozenset((period,))
    tables, steps = [], []
    for table in grid.tables:
        if grid.tells(table, cell):
            steps.append(Coarser(tuple(table), why, periods=tuple(told for told in table[PERIOD] if told in gone)))
            table = {**table, PERIOD: tuple(told for told in table[PERIOD] if told not in gone)}
        if table[PERIOD]:
            tables.append(table)
    return merged.step(replace(grid, tables=tuple(tables)), *steps)


def tries(merged: Merged, regions: Regions) -> tuple[Merged, ...]:
    """What to try in turn, until no attack finds anything: all; no ages; hubs by area too; the force's totals alone."""
    ages = _left_out(merged, lambda table: AGES in table)
    hubs = _by_area(ages, regions)
    totals = _left_out(hubs, lambda table: set(table) != {PERIOD})
    totals = Merged(replace(totals.grid, children=()), totals.steps)
    return tuple({id(tried.grid): tried for tried in (merged, ages, hubs, totals)}.values())


def _left_out(merged: Merged, is_out: Callable[[Table], bool]) -> Merged:
    out = [table for table in merged.grid.tables if is_out(table)]
    if not out:
        return merged
    kept = tuple(table for table in merged.grid.tables if not is_out(table))
    steps = (Coarser(tuple(table), ATTACKED, periods=table[PERIOD]) for table in out)
    return merged.step(replace(merged.grid, tables=kept), *steps)


def _by_area(merged: Merged, regions: Regions) -> Merged:
    """The grid with the hubs of an area told together; without hubs, where they all are of one."""
    while (two := _of_one_area(merged.grid, regions)) is not None:
        merged = _merge(merged, HUB, *two, ATTACKED)
    told = _hubs(merged.grid)
    return merged if len(told) > 1 else _left_out(merged, lambda table: HUB in table)


def _of_one_area(grid: Grid, regions: Regions) -> tuple[str, str] | None:
    """Two hubs of the same area that are told apart."""
    meaning = grid.dimensions[HUB].meaning if HUB in grid.dimensions else {}
    areas = {hub: {regions[part][0] for part in meaning[hub] if part in regions} for hub in _hubs(grid)}
    return next((two for two in combinations(areas, 2) if areas[two[0]] & areas[two[1]]), None)


def _hubs(grid: Grid) -> tuple[str, ...]:
    return next((table[HUB] for table in grid.tables if HUB in table), ())
