"""Builds a release: every kind of event counted, rounded and attacked; then it is proposed, with its proof, to be published."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.residents import years_lived
from queries.facts import building
from queries.lookups import population
from queries.lookups.quality import span
from queries.periods import Period, financial_year
from queries.scope import SYSTEM, Scope
from release import store, written
from release.grid import CHILDREN, Cell, Grid, Table, of_plain
from release.menu import KINDS, Kind
from release.merging import JOINED
from release.protection import Band, Earlier, Protected, protect
from release.records import Recorded, quarters_of, recorded, years_of
from release.rounding import BAND
from release.store import NOT_AVAILABLE, Stored

# What decides which number is shown: with other code the same data may be another release.
DECIDES = ("menu", "records", "grid", "counting", "merging", "rounding", "variables", "attack", "protection")
AGES_OF_RESIDENTS = {"10-17": (10, 17), "0-17": (0, 17)}


@dataclass(frozen=True, eq=False)
class Built:
    """A release before it is stored: its cells, and what is said of it (see `build`)."""

    cells: pd.DataFrame
    about: Mapping[str, Any]
    protected: Mapping[str, Protected]


def build(connection: Connection, secret: bytes, earlier: Sequence[tuple[Stored, pd.DataFrame]]) -> Built:
    """A release of the data as they are, beside those published earlier (the first first, each with its cells).

    ``about`` says ``force, data_end``, the hubs' names, the residents, of each kind its name, quarters, years, ``grid`` of tables
    and what was made coarser, and the ``proof``: who attacked, what they found, seconds, and hashes of the data and the code.
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
            frames.append(pd.DataFrame([written.not_told(kind, "all", NOT_AVAILABLE)]))
            kinds.append(written.about_kind(kind, None, None))
            continue
        _add_to(digest, kind, found)
        grid, before = earlier_of(kind, found.grid, earlier)
        protected = protect(grid, found.records, secret, regions, before, public_periods(kind, found.period))
        protected_by[kind.key] = protected
        frames.append(written.cells_of(kind, protected))
        kinds.append(written.about_kind(kind, found.period, protected.merged))
        proofs.append(written.proof_of(kind, protected))
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
        if about and about["grid"]:
            tables += [table for table in of_plain(about["grid"]).tables if set(table) <= set(grid.dimensions)]
        seals = dict(zip(shown, told["seal"], strict=True))
        still_there = {cell: number for cell, number in shown.items() if grid.has(cell)}
        last = still_there or last  # a release in which nothing of the kind could be told moves nothing
        for cell, number in still_there.items():
            bands.setdefault(cell, []).append(Band(number - BAND, number + BAND, seals[cell]))
    return grid, Earlier(last, {cell: tuple(of_cell) for cell, of_cell in bands.items()}, tuple(tables))


def with_merged(grid: Grid, cells: Iterable[Cell]) -> Grid:
    """The grid with the categories of some cells that its own parts make."""
    for name, category in {at for cell in cells for at in cell if at != CHILDREN}:
        dimension = grid.dimensions.get(name)
        if dimension and category not in dimension.meaning and set(parts := category.split(JOINED)) <= set(dimension.parts):
            grid = grid.with_group(name, {category: frozenset(parts)})
    return grid


def _residents(connection: Connection, places: pd.DataFrame, kinds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Child-years by ages, then year, then hub (blank for all): the public half of every rate."""
    years = sorted({year for kind in kinds for year in kind["years"]})
    found: dict[str, Any] = {}
    for name, ages in AGES_OF_RESIDENTS.items():
        estimates = population.residents(connection, Scope(SYSTEM), ages, ())
        for year in years:
            lived = years_lived(estimates, places, [financial_year(year)], list(places["hub"]))[:, 0]
            of_hubs = dict(zip(["", *places["hub"]], lived.tolist(), strict=True))
            found.setdefault(name, {})[year] = {hub: people for hub, people in of_hubs.items() if people == people}
    return found
