"""Builds a release: every kind of event counted, rounded and attacked; then it is proposed, with its proof, to be published."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.residents import years_lived
from queries.clock import add_months
from queries.facts import building
from queries.lookups import population
from queries.lookups.quality import span
from queries.periods import Period, divide
from queries.scope import SYSTEM, Scope
from release import store
from release.grid import CHILDREN, HUB, PERIOD, Cell, Grid, Table, of_plain
from release.menu import KINDS, OF_CHILD, Kind
from release.merging import JOINED, Coarser, Merged
from release.protection import Band, Earlier, Protected, protect
from release.records import Recorded, quarters_of, recorded, years_of
from release.rounding import BAND
from release.store import COLUMNS, LOW, NOT_AVAILABLE, WITHHELD, Stored

KEY_FILE = Path(__file__).parent.parent / "data" / "release.key"
# What decides which number is shown: with other code the same data may be another release.
DECIDES = ("menu", "records", "grid", "counting", "merging", "rounding", "variables", "attack", "protection", "building")
KEY_BYTES = 32
AGES_OF_RESIDENTS = {"10-17": (10, 17), "0-17": (0, 17)}


class NoKey(Exception):
    """There is no key to round with; the message says what to set."""


@dataclass(frozen=True, eq=False)
class Built:
    """A release before it is stored: its cells, and what is said of it (see `build`)."""

    cells: pd.DataFrame
    about: Mapping[str, Any]
    protected: Mapping[str, Protected]


def key_if_any() -> bytes | None:
    """The key that decides how records are rounded: of ``RELEASE_KEY``, or of the file that ``RELEASE_KEY_FILE`` names.

    Whoever builds has it, and no process that serves.
    """
    if text := os.environ.get("RELEASE_KEY", ""):
        return text.encode()
    path = _key_file()
    return path.read_bytes() if path.exists() else None


def _key_file() -> Path:
    return Path(os.environ.get("RELEASE_KEY_FILE") or KEY_FILE)


def key(*, may_make_one: bool) -> bytes:
    """The key; made on first use where that is allowed, as for the invented force. Raises NoKey."""
    if (secret := key_if_any()) is not None:
        if len(secret) < KEY_BYTES:
            raise NoKey(f"The key to round with is of {len(secret)} bytes; give one of {KEY_BYTES} random bytes or more.")
        return secret
    path = _key_file()
    if not may_make_one:
        raise NoKey(
            f"There is no key to round with: set RELEASE_KEY, or RELEASE_KEY_FILE to a file (now {path}) with a secret of 32 "
            "random bytes or more, kept for good and away from the process that serves. With another key, figures would be "
            "rounded again."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def build(connection: Connection, secret: bytes, earlier: Sequence[tuple[Stored, pd.DataFrame]]) -> Built:
    """A release of the data as they are, beside those published earlier (the first first, each with its cells).

    ``about`` says ``force, data_end, invented``, the hubs' names, the residents, of each kind its name, quarters, years and what
    was made coarser, and the ``proof``: who attacked, what they found, seconds, and hashes of the data, the code and the menu.
    """
    started = perf_counter()
    places = population.places(connection, Scope(SYSTEM))
    regions = dict(zip(places["hub"], zip(places["area"], places["authority"], strict=True), strict=True))
    since = since_of(earlier)
    digest = hmac.new(secret, digestmod=hashlib.sha256)
    frames, kinds, proofs, protected_by = [], [], [], {}
    for kind in KINDS:
        found = recorded(connection, kind, secret, since.get(kind.key))
        if found is None:
            frames.append(pd.DataFrame([_blank(kind, "all", NOT_AVAILABLE)]))
            kinds.append(_of_kind(kind, None, None))
            continue
        _add_to(digest, kind, found)
        grid, before = earlier_of(kind, found.grid, earlier)
        protected = protect(grid, found.records, secret, regions, before, public_periods(kind, found.period))
        protected_by[kind.key] = protected
        frames.append(_frame(kind, protected))
        kinds.append(_of_kind(kind, found.period, protected.merged))
        proofs.append(_proof(kind, protected))
    days = span(connection)
    about = {
        "force": " and ".join(sorted(set(places["force"]))),
        "data_end": str(days[1]) if days else "",
        "hubs": dict(zip(places["hub"], places["name"], strict=True)),
        "residents": _residents(connection, places, kinds),
        "kinds": kinds,
        "proof": {
            "passed": any(protected.shown for protected in protected_by.values()),
            "kinds": proofs,
            "stacked_on": [stored.number for stored, _ in earlier],
            "seconds": round(perf_counter() - started, 1),
            "data": digest.hexdigest(),
            "code": code_version(),
        },
    }
    return Built(pd.concat(frames, ignore_index=True), about, protected_by)


def public_periods(kind: Kind, period: Period) -> tuple[str, ...]:
    """The periods of which the number of the whole force is published by somebody else."""
    if not kind.published:
        return ()
    ends_of_year = tuple(quarter for quarter in quarters_of(period) if quarter[5:7] == "01")
    return ends_of_year if kind.at_the_end else tuple(years_of(period))


def data_of(connection: Connection, secret: bytes, earlier: Sequence[tuple[Stored, pd.DataFrame]] = ()) -> str:
    """A keyed hash of all records that a release beside these is made of: the same for the same records."""
    digest = hmac.new(secret, digestmod=hashlib.sha256)
    since = since_of(earlier)
    for kind in KINDS:
        if found := recorded(connection, kind, secret, since.get(kind.key)):
            _add_to(digest, kind, found)
    return digest.hexdigest()


def code_version() -> str:
    """What tells this version of the facts and of the release from others: a hash of their definitions and their code."""
    code = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in DECIDES)
    return hashlib.sha256(building.version().encode() + code).hexdigest()[:16]


def _add_to(digest: hmac.HMAC, kind: Kind, found: Recorded) -> None:
    records = found.records
    rows = np.column_stack(
        [
            records.digest.astype(np.uint64),
            records.child.astype(np.uint64),
            *(codes.astype(np.uint64) for codes in records.parts.values()),
        ]
    )
    digest.update(f"{kind.key} {found.period} {sorted(found.grid.dimensions)}".encode() + rows.tobytes())


def since_of(earlier: Sequence[tuple[Stored, pd.DataFrame]]) -> dict[str, date]:
    """By kind, the first day that an earlier release told of."""
    since: dict[str, date] = {}
    for stored, _ in earlier:
        for kind in stored.about["kinds"]:
            for quarter in kind["quarters"]:
                day = date.fromisoformat(quarter)
                since[kind["key"]] = min(day, since.get(kind["key"], day))
    return since


def earlier_of(kind: Kind, grid: Grid, earlier: Sequence[tuple[Stored, pd.DataFrame]]) -> tuple[Grid, Earlier]:
    """What the earlier releases showed of a kind, cell by cell; and the grid with the categories that they had merged."""
    last: dict[Cell, int] = {}
    bands: dict[Cell, list[Band]] = {}
    tables: list[Table] = []
    for stored, frame in earlier:
        about = next((one for one in stored.about["kinds"] if one["key"] == kind.key), None)
        told = frame[(frame["measure"] == kind.key) & (frame["cell"] != "")]
        shown = {store.named_cell(name): int(number) for name, number in zip(told["cell"], told["shown"], strict=True)}
        grid = with_merged(grid, shown)
        tables += (
            [table for table in of_plain(about["grid"]).tables if set(table) <= set(grid.dimensions)]
            if about and about["grid"]
            else []
        )
        seals = dict(zip(shown, told["seal"], strict=True))
        last = {cell: number for cell, number in shown.items() if grid.has(cell)}
        for cell, number in last.items():
            bands.setdefault(cell, []).append(Band(number - BAND, number + BAND, seals[cell]))
    return grid, Earlier(last, {cell: tuple(of_cell) for cell, of_cell in bands.items()}, tuple(tables))


def with_merged(grid: Grid, cells: Iterable[Cell]) -> Grid:
    """The grid with the categories of some cells that its own parts make."""
    for name, category in {at for cell in cells for at in cell if at != CHILDREN}:
        dimension = grid.dimensions.get(name)
        if dimension and category not in dimension.meaning and set(parts := category.split(JOINED)) <= set(dimension.parts):
            grid = grid.with_group(name, {category: frozenset(parts)})
    return grid


def _frame(kind: Kind, protected: Protected) -> pd.DataFrame:
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
        quarters = grid.dimensions[PERIOD].parts
        for period in step.periods if not set(step.periods) & set(quarters) else ("",):
            by = "quarter" if set(step.periods) & set(quarters) else "year"
            rows.append(_blank(kind, table_name(step.table, grid, by), WITHHELD, period))
    if not protected.shown:
        rows.append(_blank(kind, "all", WITHHELD))
    return pd.DataFrame(rows, columns=[*COLUMNS, "cell", "seal"]).astype({"shown": "Int64"})


def _row(kind: Kind, grid: Grid, cell: Cell) -> dict[str, str]:
    at = {name: category for name, category in cell if (name, category) != CHILDREN}
    by = "quarter" if at[PERIOD] in grid.dimensions[PERIOD].parts else "year"
    split = next((at[name] for name in at if grid.dimensions[name].of_event), "children" if CHILDREN in cell else "")
    table = table_name(tuple(name for name, _ in cell), grid, by)
    return {**_blank(kind, table, ""), PERIOD: at[PERIOD], HUB: at.get(HUB, ""), "split": split} | {
        name: at.get(name, "") for name in OF_CHILD
    }


def _blank(kind: Kind, table: str, marker: str, period: str = "") -> dict[str, Any]:
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


def _of_kind(kind: Kind, period: Period | None, merged: Merged | None) -> dict[str, Any]:
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


def _proof(kind: Kind, protected: Protected) -> dict[str, Any]:
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


def _residents(connection: Connection, places: pd.DataFrame, kinds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Child-years by ages, then year, then hub (blank for all): the public half of every rate."""
    years = sorted({year for kind in kinds for year in kind["years"]})
    found: dict[str, Any] = {}
    for name, ages in AGES_OF_RESIDENTS.items():
        estimates = population.residents(connection, Scope(SYSTEM), ages, ())
        for year in years:
            opens = date(int(year[:4]), 4, 1)
            period = divide(opens, add_months(opens, 12), ("year",))
            lived = years_lived(estimates, places, period, list(places["hub"]))[:, 0]
            of_hubs = dict(zip(["", *places["hub"]], lived.tolist(), strict=True))
            found.setdefault(name, {})[year] = {hub: people for hub, people in of_hubs.items() if people == people}
    return found
