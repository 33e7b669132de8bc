"""How what is told is written down: its cells as rows, and what is to be said of each kind of event."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from queries.periods import Period
from release import store
from release.grid import CHILDREN, HUB, PERIOD, Cell, Grid
from release.menu import OF_CHILD, Kind
from release.merging import Coarser, Merged
from release.protection import Protected
from release.records import quarters_of, years_of
from release.store import COLUMNS, LOW, WITHHELD


def cells_of(kind: Kind, protected: Protected) -> pd.DataFrame:
    """The cells of a kind as rows of `COLUMNS`, ``cell`` and ``seal``; then the tables that are left out, each with its mark."""
    grid = protected.merged.grid
    rows = [
        {
            **_row(kind, grid, cell),
            "shown": shown,
            "marker": LOW if shown == 0 else "",
            "cell": store.cell_name(cell),
            "seal": protected.counted[cell].seal,
        }
        for cell, shown in protected.shown.items()
    ]
    for step in protected.merged.steps:
        periods = ("",) if _by(step.periods, grid) == "quarter" else step.periods  # of quarters all are left out
        rows += [not_told(kind, _name(step, grid), WITHHELD, period) for period in periods]
    if not protected.shown:
        rows.append(not_told(kind, "all", WITHHELD))
    return pd.DataFrame(rows, columns=[*COLUMNS, "cell", "seal"]).astype({"shown": "Int64"})


def _row(kind: Kind, grid: Grid, cell: Cell) -> dict[str, str]:
    at = {name: category for name, category in cell if (name, category) != CHILDREN}
    split = next((at[name] for name in at if grid.dimensions[name].of_event), "children" if CHILDREN in cell else "")
    table = table_name(tuple(name for name, _ in cell), grid, _by((at[PERIOD],), grid))
    return {**not_told(kind, table, ""), PERIOD: at[PERIOD], HUB: at.get(HUB, ""), "split": split} | {
        name: at.get(name, "") for name in OF_CHILD
    }


def not_told(kind: Kind, table: str, marker: str, period: str = "") -> dict[str, Any]:
    """A row that says of a table, or of a period of it, how it is marked."""
    blank = dict.fromkeys([*COLUMNS, "cell", "seal"], "")
    return {**blank, "measure": kind.key, "table": table, PERIOD: period, "shown": None, "marker": marker}


def table_name(dimensions: Sequence[str], grid: Grid, by: str) -> str:
    """What a table is called: force by quarter; hub by year, outcome; hub by year, children."""
    of_event = [name for name in dimensions if name in grid.dimensions and grid.dimensions[name].of_event]
    whose = next((name for name in dimensions if name in (HUB, *OF_CHILD)), "force").replace("_", " ")
    split = of_event or (["children"] if CHILDREN[0] in dimensions else [])
    return f"{whose} by {by}" + "".join(f", {name}" for name in split)


def _name(step: Coarser, grid: Grid) -> str:
    """What the table is called that was made coarser; of a merger, all tables."""
    return "all" if step.merged else table_name(step.table, grid, _by(step.periods, grid))


def _by(periods: Sequence[str], grid: Grid) -> str:
    return "quarter" if set(periods) & set(grid.dimensions[PERIOD].parts) else "year"


def about_kind(kind: Kind, period: Period | None, merged: Merged | None) -> dict[str, Any]:
    """What is said of a kind: over which periods it is told, in which tables, and what was made coarser."""
    return {
        "key": kind.key,
        "name": kind.name,
        "quarters": list(quarters_of(period)) if period else [],
        "years": list(years_of(period)) if period and not kind.at_the_end else [],
        "at_the_end": kind.at_the_end,
        "published": kind.published,
        "grid": merged.grid.as_plain() if merged else None,
        "steps": [{**asdict(step), "name": _name(step, merged.grid)} for step in merged.steps] if merged else [],
    }


def proof_of(kind: Kind, protected: Protected) -> dict[str, Any]:
    """What was found by attacking a kind. The board can read it: it may tell no more of true numbers than the cells do."""
    return {
        "key": kind.key,
        "passed": bool(protected.shown),
        "attackers": list(protected.attackers),
        "narrowest": None if np.isinf(protected.narrowest) else protected.narrowest,
        "checked": protected.checked,
        "programs": protected.programs,
        "cells": len(protected.shown),
    }
