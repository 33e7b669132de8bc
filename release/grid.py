"""The tables that are told of one kind of event, and every cell in them: plain categories, without any data.

A cell is named by what it is narrowed to, ``(("hub", "barrow"), ("period", "2025/26"))``, in the order of the grid's dimensions;
one that counts children instead of events begins with `CHILDREN`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any, Literal

PERIOD, HUB = "period", "hub"
CHILDREN = ("counted", "children")

Cell = tuple[tuple[str, str], ...]
Relation = Literal["are", "cover", "within"]
Table = Mapping[str, tuple[str, ...]]  # by dimension, the categories that are told; of the whole where a dimension is not in it


@dataclass(frozen=True)
class Dimension:
    """One way to tell events apart.

    ``parts``    the finest categories; every event is in one of them, or in several where the dimension ``covers``
    ``groups``   categories that several parts make, with these: years, say, or merged hubs
    ``covers``   whether an event can be in several parts, as a crime of two suspects is in two ages: then the whole is at least
                 the largest part, and at most the sum of all
    """

    name: str
    parts: tuple[str, ...]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    covers: bool = False
    of_event: bool = False

    @cached_property
    def meaning(self) -> dict[str, frozenset[str]]:
        """The parts of every category."""
        return {part: frozenset((part,)) for part in self.parts} | dict(self.groups)

    def finest(self, told: tuple[str, ...]) -> tuple[str, ...]:
        """Those of some categories that no other of them is a part of."""
        return tuple(name for name in told if not any(self.meaning[other] < self.meaning[name] for other in told))


@dataclass(frozen=True)
class Grid:
    """All tables of one kind of event.

    ``children``  the years for which it is told how many children they were, by hub and in all
    ``known``     whether every event is of a child who is known; else some may be of nobody who is counted
    """

    dimensions: Mapping[str, Dimension]
    tables: tuple[Table, ...]
    children: tuple[str, ...] = ()
    known: bool = True

    @property
    def of_several(self) -> bool:
        """Whether one event can be of several children, who are then more than their events."""
        return any(dimension.covers for dimension in self.dimensions.values())

    def cells(self) -> dict[Cell, None]:
        """Every cell that is told, once: those of the tables with all their margins, and those of children."""
        return dict.fromkeys(cell for table in self.tables for cell in self.cells_of(table)) | dict.fromkeys(
            self.cells_of_children()
        )

    def cells_of(self, table: Table) -> Iterator[Cell]:
        """The cells of a table and of its margins, each of some period."""
        names = [name for name in self.dimensions if name in table]
        choices = [table[name] if name == PERIOD else (*table[name], None) for name in names]
        for chosen in product(*choices):
            yield tuple((name, category) for name, category in zip(names, chosen, strict=True) if category is not None)

    def untold(self) -> dict[Cell, None]:
        """What is left of the cells that are told, and is told nowhere: events whose outcome is not recorded, say."""
        found: dict[Cell, None] = {}
        for table in self.tables:
            for name in table:
                if name != PERIOD and (parts := self.parts_untold(table, name)):
                    found |= dict.fromkeys(cell for cell in self.cells_of({**table, name: parts}) if name in dict(cell))
        return found

    def parts_untold(self, table: Table, name: str) -> tuple[str, ...]:
        """The parts of a dimension that a table tells nothing of."""
        dimension = self.dimensions[name]
        told = frozenset[str]().union(*(dimension.meaning[category] for category in table.get(name, ())))
        return tuple(part for part in dimension.parts if part not in told)

    def tells(self, table: Table, cell: Cell) -> bool:
        """Whether a cell is of a table, or what is left of it."""
        return all(name in table and category in (*table[name], *self.parts_untold(table, name)) for name, category in cell)

    def cells_of_children(self) -> Iterator[Cell]:
        """Children by year, and by hub and year as hubs by year are told."""
        hubs = self.hubs_by_year()
        for year in self.children:
            yield (CHILDREN, (PERIOD, year))
            for hub in hubs:
                yield self.cell({HUB: hub, PERIOD: year}, children=True)

    def hubs_by_year(self) -> tuple[str, ...]:
        """The hubs, or what they were merged to, that are told by year; none where they are not."""
        told = (t for t in self.tables if HUB in t and set(self.children) <= set(t[PERIOD]))
        table = next(told, None)
        return table[HUB] if table else ()

    def has(self, cell: Cell) -> bool:
        """Whether the categories of a cell are all among its own."""
        own = self.dimensions
        return all(at == CHILDREN or (at[0] in own and at[1] in own[at[0]].meaning) for at in cell)

    def cell(self, narrowed: Mapping[str, str], *, children: bool = False) -> Cell:
        """The name of a cell."""
        at = tuple((name, narrowed[name]) for name in self.dimensions if name in narrowed)
        return (CHILDREN, *at) if children else at

    def sums(self) -> Iterator[tuple[Cell, tuple[Cell, ...], Relation]]:
        """Every cell that others make, with these, and how.

        They ``are`` it, or ``cover`` it (see `Dimension.covers`), or are ``within`` it where some part is not told.
        """
        seen = set()
        for table in self.tables:
            for cell in self.cells_of(table):
                for parent, name, members in self._sums_to(table, dict(cell)):
                    parts = tuple(self.cell({**parent, name: member}) for member in members)
                    if (whole := self.cell(parent), parts) not in seen:
                        seen.add((whole, parts))
                        yield whole, parts, self._relation(name, members, whole)

    def _relation(self, name: str, members: tuple[str, ...], whole: Cell) -> Relation:
        dimension = self.dimensions[name]
        if dimension.covers:
            return "cover"
        parts = frozenset[str]().union(*(dimension.meaning[member] for member in members))
        return "are" if parts == dimension.meaning.get(dict(whole).get(name, ""), frozenset(dimension.parts)) else "within"

    def _sums_to(self, table: Table, cell: Mapping[str, str]) -> Iterator[tuple[dict[str, str], str, tuple[str, ...]]]:
        """What adds up to a cell of a table: the cell, the dimension that its parts differ in, and their categories."""
        for name, told in table.items():
            dimension = self.dimensions[name]
            finest = dimension.finest(told)
            if name not in cell:
                yield dict(cell), name, finest
            elif cell[name] not in finest:
                yield dict(cell), name, tuple(part for part in finest if dimension.meaning[part] < dimension.meaning[cell[name]])

    def with_group(self, name: str, groups: Mapping[str, frozenset[str]]) -> "Grid":
        """The same grid with further categories in one dimension."""
        dimension = self.dimensions[name]
        wider = replace(dimension, groups=dict(dimension.groups) | dict(groups))
        return replace(self, dimensions={**self.dimensions, name: wider})

    def as_plain(self) -> dict[str, Any]:
        """The grid as plain lists and dictionaries, to be stored; `of_plain` makes it again."""
        return {
            "dimensions": [
                {
                    "name": one.name,
                    "parts": list(one.parts),
                    "groups": {name: sorted(parts, key=one.parts.index) for name, parts in one.groups.items()},
                    "covers": one.covers,
                    "of_event": one.of_event,
                }
                for one in self.dimensions.values()
            ],
            "tables": [{name: list(told) for name, told in table.items()} for table in self.tables],
            "children": list(self.children),
            "known": self.known,
        }


def of_plain(plain: Mapping[str, Any]) -> Grid:
    """The grid that `Grid.as_plain` was made of."""
    dimensions = {
        one["name"]: Dimension(
            one["name"],
            tuple(one["parts"]),
            {name: frozenset(parts) for name, parts in one["groups"].items()},
            one["covers"],
            one["of_event"],
        )
        for one in plain["dimensions"]
    }
    tables = tuple({name: tuple(told) for name, told in table.items()} for table in plain["tables"])
    return Grid(dimensions, tables, tuple(plain["children"]), plain["known"])
