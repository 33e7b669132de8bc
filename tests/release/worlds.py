"""Invented events for releases: any number of hubs, any menu, any size; and what changes in them from month to month."""

from dataclasses import dataclass, replace

import numpy as np

from release.counting import Records, digests
from release.grid import HUB, PERIOD, Dimension, Grid, Table

KEY = b"a key of the tests, of 32 bytes and more"
QUARTERS = tuple(f"{2023 + (n + 2) // 4}-{(n * 3 + 6) % 12 + 1:02}-01" for n in range(12))  # July 2023 to April 2026
YEARS = {"2024/25": frozenset(QUARTERS[3:7]), "2025/26": frozenset(QUARTERS[7:11])}
_OF_CHILD = {
    "age_band": (("10-13", "14-15", "16-17"), (0.3, 0.3, 0.4)),
    "sex": (("F", "M"), (0.35, 0.65)),
    "in_care": (("yes", "no", "not recorded"), (0.2, 0.75, 0.05)),
    "ethnicity": (("White", "all other groups", "not recorded"), (0.88, 0.07, 0.05)),
}
_OUTCOME = (("yes", "no", "not recorded"), (0.3, 0.65, 0.05))


@dataclass(frozen=True, eq=False)
class World:
    """A grid, the records of it, the regions of its hubs, and the years whose total is public."""

    grid: Grid
    records: Records
    regions: dict[str, tuple[str, str]]
    public: tuple[str, ...]


def world(seed: int) -> World:
    """Any world: from 50 to 5,000 events a year, one to six hubs, some of the dimensions, with a split or without."""
    random = np.random.default_rng(seed)
    a_year = int(50 * 100 ** random.random())
    hubs = tuple(f"hub{number}" for number in range(random.integers(1, 7)))
    told = {name: parts for name, parts in _OF_CHILD.items() if random.random() < 0.7}
    covers = random.random() < 0.25
    split = _OUTCOME if random.random() < 0.7 else None
    chances = {HUB: random.dirichlet(np.full(len(hubs), 4.0)), PERIOD: np.full(12, 1 / 12)}
    dimensions = {HUB: Dimension(HUB, hubs), PERIOD: Dimension(PERIOD, QUARTERS, YEARS)}
    for name, (parts, chance) in told.items():
        dimensions[name], chances[name] = Dimension(name, parts, covers=covers), np.array(chance)
    if split:
        dimensions["outcome"] = Dimension("outcome", split[0], {"recorded": frozenset(("yes", "no"))}, of_event=True)
        chances["outcome"] = np.array(split[1])
    grid = Grid(dimensions, _tables(dimensions), tuple(YEARS) if random.random() < 0.5 else ())
    events = 3 * a_year
    of_children = random.geometric(1 / max(1.0, random.uniform(0.3, 1) * events), events)  # some children have many
    rows = np.arange(events)
    parts = {name: random.choice(len(chance), events, p=chance) for name, chance in chances.items()}
    if covers:  # a fifth of the events are of two children
        twice = random.random(events) < 0.2
        rows = np.concatenate([rows, rows[twice]])
        of_children = np.concatenate([of_children, of_children[twice] + events * 10])
        again = {name: codes[twice] for name, codes in parts.items()}
        for name in told:
            again[name] = random.choice(len(chances[name]), int(twice.sum()), p=chances[name])
        parts = {name: np.concatenate([codes, again[name]]) for name, codes in parts.items()}
    if seed % 4 == 1:  # of a tenth of the rows it is not known whose they are
        nobody = random.random(len(rows)) < 0.1
        of_children[nobody] = -1 - np.flatnonzero(nobody)
        grid = replace(grid, known=False)
    regions = {hub: (f"area{number // 2}", f"authority{number // 3}") for number, hub in enumerate(hubs)}
    public = tuple(YEARS) if random.random() < 0.5 else ()
    return World(grid, records(rows, of_children, parts), regions, public)


def _tables(dimensions: dict[str, Dimension]) -> tuple[Table, ...]:
    both, hubs = (*QUARTERS, *YEARS), dimensions[HUB].parts
    of_child = [name for name in dimensions if name in _OF_CHILD]
    tables: list[Table] = [{PERIOD: both}, *([{HUB: hubs, PERIOD: both}] if len(hubs) > 1 else [])]
    if "outcome" in dimensions:
        told = ("yes", "no", "recorded")
        tables.append({PERIOD: both, "outcome": told})
        tables += [{HUB: hubs, PERIOD: tuple(YEARS), "outcome": told}] if len(hubs) > 1 else []
        tables += [{PERIOD: tuple(YEARS), name: dimensions[name].parts, "outcome": told} for name in of_child]
    else:
        tables += [{PERIOD: tuple(YEARS), name: dimensions[name].parts} for name in of_child]
    return tuple(tables)


def records(rows: np.ndarray, children: np.ndarray, parts: dict[str, np.ndarray]) -> Records:
    """Records of these events, with the digests of their numbers."""
    events, position = np.unique(rows, return_inverse=True)
    return Records(rows.astype(np.int64), children.astype(np.int64), parts, digests([str(e) for e in events], KEY)[position])


def a_month_later(before: World, seed: int) -> World:
    """The world with some events recorded late, some corrected and some deleted: about two in a hundred of each."""
    random = np.random.default_rng(seed)
    now = before.records
    events = np.unique(now.event)
    deleted = np.isin(now.event, events[random.random(events.size) < 0.02])
    kept = now.of(~deleted)
    parts = {name: codes.copy() for name, codes in kept.parts.items()}
    corrected = np.isin(kept.event, events[random.random(events.size) < 0.02])
    changed = list(parts)[random.integers(0, len(parts))]
    if changed in _OF_CHILD:
        parts[changed][corrected] = random.permutation(parts[changed][corrected])
    else:  # what belongs to an event is the same for all its children
        _, first, row = np.unique(kept.event[corrected], return_index=True, return_inverse=True)
        parts[changed][corrected] = random.permutation(parts[changed][corrected][first])[row]
    late = now.of(np.isin(now.event, events[random.random(events.size) < 0.03]))
    rows = np.concatenate([kept.event, late.event + (seed + 1) * 1_000_000])
    children = np.concatenate([kept.child, late.child])
    together = {name: np.concatenate([codes, late.parts[name]]) for name, codes in parts.items()}
    return replace(before, records=records(rows, children, together))


def thinned(whole: World, events: int, seed: int) -> World:
    """A world of so few of its events."""
    every = np.unique(whole.records.event)
    kept = np.random.default_rng(seed).choice(every, min(events, every.size), replace=False)
    return replace(whole, records=whole.records.of(np.isin(whole.records.event, kept)))
