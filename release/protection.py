"""Tables that can be told: coarser until no cell tells of few children, rounded together, and attacked until nothing is found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from queries.facts.child import UNKNOWN
from release import attack, merging, rounding, variables
from release.attack import Found, Known
from release.counting import Counted, Records, count
from release.grid import CHILDREN, HUB, PERIOD, Cell, Grid, Table
from release.merging import Merged, Regions

_ANY = 1e7  # more events than there are: of what nothing is said
ROUNDS = 30  # of rounding and attack, each with all that was found before ruled out

OUTSIDE = "somebody outside"


@dataclass(frozen=True)
class Band:
    """What an earlier release says of a cell: between which numbers it was, and the seal of the records that were behind it."""

    low: float
    high: float
    seal: str


@dataclass(frozen=True, eq=False)
class Earlier:
    """What earlier releases say: the number that the last one showed in each cell, the bands of all of them, and their tables."""

    last: Mapping[Cell, int] = field(default_factory=dict)
    bands: Mapping[Cell, tuple[Band, ...]] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, eq=False)
class Protected:
    """Tables that can be told, and what was found by attacking them.

    ``shown``     the number in each cell; no cell at all where not even the force's totals could be told
    ``merged``    the grid, and what was made coarser on the way to it
    ``attackers`` who was tried
    ``narrowest`` the least that any small number's lowest and highest are apart, for any attacker
    ``checked``   how many cells were to be kept from somebody
    ``programs``  how many linear programs were solved
    """

    shown: Mapping[Cell, int]
    counted: Mapping[Cell, Counted]
    merged: Merged
    attackers: tuple[str, ...]
    narrowest: float
    checked: int
    programs: int


def protect(
    grid: Grid,
    records: Records,
    key: bytes,
    regions: Regions,
    earlier: Earlier,
    public: Collection[str] = (),
) -> Protected:
    """The finest tables of a grid that no attacker learns a small number from.

    ``public`` are the periods whose number of the whole force everybody knows.
    """
    earlier = replace(earlier, tables=(*grid.tables, *earlier.tables))

    def without_few(merged: Merged) -> Merged:
        return merging.without_few(
            merged, lambda coarser: count(coarser, records, list(coarser.cells() | coarser.untold()), key), regions
        )

    whole, *coarser = merging.tries(without_few(Merged(grid)), regions)
    merged = whole
    # What each of two hubs may tell, both together may not: five events of two children, say.
    for merged in (whole, *map(without_few, coarser)):
        protected = _Try(merged, records, key, earlier, public).protected()
        if protected is not None:
            return protected
    return Protected({}, {}, merged, (), 0.0, 0, 0)


def attacked(
    grid: Grid, records: Records, key: bytes, earlier: Earlier, public: Collection[str], shown: Mapping[Cell, int]
) -> list[Found]:
    """What each attacker finds in what is shown, on these records."""
    return _Try(Merged(grid), records, key, earlier, public).attacked(shown)


def attacked_from_outside(grid: Grid, earlier: Earlier, shown: Mapping[Cell, int], seals: Mapping[Cell, str]) -> Found:
    """What somebody outside finds in what is shown, where the true numbers are not known: each is held for a small one."""
    cells = list(shown)
    bands: list[tuple[float, float]] = [(number - rounding.BAND, number + rounding.BAND) for number in shown.values()]
    for cell, of_cell in earlier.bands.items():
        same = [band for band in of_cell if band.seal == seals.get(cell)]
        cells += [cell] * len(same)
        bands += [(band.low, band.high) for band in same]
    each_once = np.arange(len(cells)) < len(shown)
    lowest, highest = np.array(bands, dtype=float).reshape(-1, 2).T
    unknown = np.full(len(cells), np.nan)
    tables = variables.tables_of(_behind(grid, earlier), cells)
    return attack.attack(Known(OUTSIDE, tables, unknown, lowest, highest, unknown, each_once))


def _behind(grid: Grid, earlier: Earlier) -> Grid:
    """A grid that has all tables that this one or an earlier release tells of: what an attacker reckons with."""
    years = tuple(grid.dimensions[PERIOD].groups) if grid.children or any(CHILDREN in cell for cell in earlier.bands) else ()
    return replace(grid, tables=(*grid.tables, *earlier.tables), children=years)


class _Try:
    """One grid, rounded and attacked."""

    def __init__(self, merged: Merged, records: Records, key: bytes, earlier: Earlier, public: Collection[str]) -> None:
        self.merged, self.grid, self.earlier, self.public = merged, merged.grid, earlier, public
        self.told = list(self.grid.cells())
        self.untold = list(self.grid.untold())
        self.cells = list(dict.fromkeys((*self.told, *self.untold, *earlier.bands)))
        self.counted = count(self.grid, records, self.cells, key)
        self.true = self._numbers(self.counted)
        self.tables = variables.tables_of(_behind(self.grid, earlier), self._names())
        self.of_hubs = []
        for number, hub in enumerate(self._hubs()):
            if hub == UNKNOWN:
                continue
            is_own = records.parts[HUB] == number
            own, rest = (self._numbers(count(self.grid, records.of(rows), self.cells, key)) for rows in (is_own, ~is_own))
            self.of_hubs.append((hub, self._by_row(own), self._by_row(rest)))

    def _hubs(self) -> tuple[str, ...]:
        """The hubs that somebody may know all of, and others not."""
        hubs = self.grid.dimensions[HUB].parts if HUB in self.grid.dimensions else ()
        return hubs if len(hubs) > 1 else ()

    def _numbers(self, counted: Mapping[Cell, Counted]) -> attack.Floats:
        return np.array([counted[cell].number for cell in self.cells], dtype=float)

    def _names(self) -> list[Cell]:
        """A row for each cell that is told, for what is left of them, and another for each of which something else is known."""
        return [*self.told, *self.untold, *self._bands()]

    def _bands(self) -> dict[Cell, tuple[float, float]]:
        """What is known of cells beside what is told now: from earlier releases, and from public totals."""
        bands = {}
        for cell, of_releases in self.earlier.bands.items():
            now = self.counted[cell]
            # Where the records have changed since, what was said of them says nothing of what they are now.
            if same := [band for band in of_releases if band.seal == now.seal and band.low <= now.number <= band.high]:
                bands[cell] = (max(band.low for band in same), min(band.high for band in same))
        public = [cell for cell in self.told if len(cell) == 1 and cell[0][1] in self.public]
        return bands | {cell: (float(self.counted[cell].number),) * 2 for cell in public}

    def _by_row(self, numbers: attack.Floats) -> attack.Floats:
        place = {cell: number for number, cell in enumerate(self.cells)}
        return numbers[[place[cell] for cell in self.tables.names]]

    def attacked(self, shown: Mapping[Cell, int]) -> list[Found]:
        return [attack.attack(known) for known in self._attackers(shown)]

    def protected(self) -> Protected | None:
        cuts: list[rounding.Cut] = []
        for _ in range(ROUNDS):
            shown = rounding.rounded(self.grid, self.counted, self.earlier.last, cuts)
            if shown is None:
                return None
            found = self.attacked(shown)
            more = [cut for of_one in found for cut in of_one.cuts]
            if not any(of_one.exposed.any() for of_one in found):
                return self._told(shown, found)
            if not more:
                return None
            cuts += more
        return None

    def _attackers(self, shown: Mapping[Cell, int]) -> list[Known]:
        everybody = self._everybody(shown)
        return [everybody, *(attack.insider(everybody, hub, own, rest) for hub, own, rest in self.of_hubs)]

    def _everybody(self, shown: Mapping[Cell, int]) -> Known:
        bands = self._bands()
        now = np.array([shown[cell] for cell in self.told], dtype=float)
        also = np.array(list(bands.values()), dtype=float).reshape(-1, 2)
        public = {cell for cell, (low, high) in bands.items() if low == high}
        names = self.tables.names
        return Known(
            OUTSIDE,
            self.tables,
            self._by_row(self.true),
            np.concatenate([now - rounding.BAND, np.zeros(len(self.untold)), also[:, 0]]),
            np.concatenate([now + rounding.BAND, np.full(len(self.untold), _ANY), also[:, 1]]),
            np.concatenate([now, np.full(len(self.untold) + len(also), np.nan)]),
            self._protected(names, public),
        )

    def _protected(self, names: Sequence[Cell], public: set[Cell]) -> npt.NDArray[np.bool_]:
        """Each cell once, but for those that are public."""
        first = {cell: number for number, cell in reversed(list(enumerate(names)))}
        return np.array([first[cell] == number and cell not in public for number, cell in enumerate(names)], dtype=bool)

    def _told(self, shown: Mapping[Cell, int], found: Sequence[Found]) -> Protected:
        return Protected(
            shown,
            {cell: self.counted[cell] for cell in self.told},
            self.merged,
            tuple(of_one.attacker for of_one in found),
            min((of_one.narrowest for of_one in found), default=np.inf),
            sum(of_one.checked for of_one in found),
            sum(of_one.programs for of_one in found),
        )
