"""Small tables that can be counted on paper: hubs, quarters and ages of some events that are written down one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from product import RELEASE_KEY as KEY
from product import database_of

from release import store
from release.counting import Counted, Records, digests
from release.grid import HUB, PERIOD, Cell, Dimension, Grid, Table

QUARTERS = ("2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01")
YEAR = "2025/26"
AGES = ("10-13", "14-15", "16-17")


def grid_of(*tables: Table, hubs: Iterable[str] = "ABC", covers: bool = False, children: bool = False) -> Grid:
    """A grid of these tables over hubs, the quarters of a year, ages and sexes."""
    dimensions = (
        Dimension(HUB, tuple(hubs)),
        Dimension(PERIOD, QUARTERS, {YEAR: frozenset(QUARTERS)}),
        Dimension("age_band", AGES, covers=covers),
        Dimension("sex", ("F", "M"), covers=covers),
    )
    told = {PERIOD, *(name for table in tables for name in table)}
    return Grid({one.name: one for one in dimensions if one.name in told}, tables, (YEAR,) if children else ())


def counted(numbers: Mapping[Cell, int], preference: float = 0.5) -> dict[Cell, Counted]:
    """These numbers, each of as many children; with one preference for all, each is rather rounded to the nearest multiple."""
    return {cell: Counted(number, number, 1, preference, "") for cell, number in numbers.items()}


def preferring(of_all: Mapping[Cell, Counted], cell: Cell, preference: float) -> dict[Cell, Counted]:
    return {**of_all, cell: replace(of_all[cell], preference=preference)}


def records_of(grid: Grid, rows: Iterable[tuple[int, str, str]]) -> Records:
    """Records from ``(how many events, of whom, where)``: one child, ``4 others`` or the like; the parts by name.

    ``(6, "Ann", "A 2025-04-01 14-15")`` are six events of one child, ``(6, "", ...)`` six of a child each.
    """
    events, children, places = [], [], []
    for number, child, where in rows:
        for _ in range(number):
            events.append(len(events))
            children.append(child or f"another {len(events)}")
            places.append(where.split())
    _, codes = np.unique(children, return_inverse=True)
    parts = {
        name: np.array([next(dimension.parts.index(part) for part in place if part in dimension.parts) for place in places])
        for name, dimension in grid.dimensions.items()
    }
    return Records(np.array(events), codes.astype(np.int64), parts, digests([str(event) for event in events], KEY))


FORCE = "Cumbria Constabulary"
HUBS = (
    {"hub_id": "EDE", "name": "Eden", "area": "North", "authority": "Westmorland and Furness", "force": FORCE},
    {"hub_id": "CAR", "name": "Carlisle", "area": "North", "authority": "Cumberland", "force": FORCE},
)


def searched(by_hub: Mapping[str, tuple[int, ...]]) -> str:
    """The address of a database with nothing but so many searches of children, by hub and quarter from April 2024.

    None is known to be of the same child as another. Of every second the outcome is recorded. One before and one after stand
    for data that begin and end with these quarters.
    """
    last = max(len(of_quarters) for of_quarters in by_hub.values())
    listed = [{"search_id": "first", "searched_on": opens(0), "age": 40}]
    listed.append({"search_id": "last", "searched_on": opens(last) - timedelta(days=1), "age": 40})
    for hub, of_quarters in by_hub.items():
        for quarter, number in enumerate(of_quarters):
            for one in range(number):
                event = {"search_id": f"{hub} {quarter} {one}", "searched_on": opens(quarter) + timedelta(days=one)}
                listed.append({**event, "age": 15, "hub_id": hub, "outcome": "no further action" if one % 2 else None})
    return database_of({"hubs": HUBS, "stop_searches": [{"kind": "person", "force": FORCE, **search} for search in listed]})


def opens(quarter: int) -> date:
    """The first day of the quarter so many after that of April 2024."""
    return date(2024 + (quarter + 1) // 4, 1 + (3 * quarter + 3) % 12, 1)


def small_release(*numbers: int, stacked_on: Iterable[int] = (), passed: bool = True) -> tuple[pd.DataFrame, dict[str, Any]]:
    """What is stored of a release of nothing but searches by quarter, and what is said of it."""
    rows = [
        {
            **dict.fromkeys(store.COLUMNS, ""),
            "measure": "searches",
            "table": "force by quarter",
            "period": quarter,
            "shown": number,
            "marker": "" if number else "low",
            "cell": store.cell_name(((PERIOD, quarter),)),
            "seal": f"seal of {number}",
        }
        for quarter, number in zip(QUARTERS, numbers, strict=False)
    ]
    frame = pd.DataFrame(rows, columns=[*store.COLUMNS, "cell", "seal"]).astype({"shown": "Int64"})
    proof = {"passed": passed, "stacked_on": list(stacked_on), "data": "", "code": "", "seconds": 1.0, "kinds": []}
    return frame, {"data_end": "2026-03-31", "hubs": {"A": "Appleby"}, "kinds": [], "proof": proof}
