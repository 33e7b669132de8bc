"""The records behind a kind of event, and the grid of what is told of them: over how many quarters, and in which categories."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries.clock import add_months
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable, question
from queries.counting.rows import rows
from queries.facts.child import UNKNOWN
from queries.lookups.population import places
from queries.periods import Period, divide, label, quarter_start
from queries.scope import SYSTEM, Scope
from release.counting import Records, digests
from release.grid import HUB, PERIOD, Dimension, Grid, Table
from release.menu import NOT_RECORDED, OF_CHILD, QUARTERS, Kind, Split

OTHER_GROUPS = "all other groups"
OTHER_SEX = "another or not recorded"
# What is told of a child, and the parts that are there even where nobody is in them.
_PARTS = {
    "age_band": ("10-13", "14-15", "16-17"),
    "sex": ("F", "M"),
    "in_care": ("yes", "no"),
    "ethnicity": ("White", OTHER_GROUPS),
}
_YOUNG = "under 10"


@dataclass(frozen=True, eq=False)
class Recorded:
    """The records of a kind of event, the grid of all that the menu tells of them, and the days that it tells of."""

    records: Records
    grid: Grid
    period: Period


def recorded(connection: Connection, kind: Kind, key: bytes, since: date | None = None) -> Recorded | None:
    """The records of a kind, as far back as ``since`` where an earlier release told of more; None where they are not loaded."""
    scope = Scope(SYSTEM)
    parts = [kind.count, *(count for split in kind.splits.values() for count in split.parts.values())]
    asked = ask(connection, parts, scope)
    if isinstance(asked, NotAvailable):
        return None
    told = window(kind, asked.coverage.first, asked.coverage.last)
    if told is None:
        return None
    opens = min(told.opens, since or told.opens)
    dimensions = [name for name in OF_CHILD if name in kind.count.events.splits()]
    over = question(scope.over(opens, told.closes), ("hub", "quarter", *dimensions), Period(opens, told.closes), asked.coverage)
    frame = rows(connection, kind.count, {name: split.parts for name, split in kind.splits.items()}, over)
    grid = _grid(kind, frame, told, Period(opens, told.closes), hub_ids(connection), dimensions)
    return Recorded(_records(frame, grid, key), grid, told)


def window(kind: Kind, first: date, last: date) -> Period | None:
    """The twelve quarters that are told of data from one day to another, or as many as there are; None where there is none."""
    closes = quarter_start(add_months(last + timedelta(days=1), -kind.months_to_wait))
    complete_from = add_months(first, kind.months_before)
    earliest = quarter_start(complete_from)
    earliest = earliest if earliest == complete_from else add_months(earliest, 3)
    opens = max(earliest, add_months(closes, -3 * QUARTERS))
    return Period(opens, closes) if opens < closes else None


def quarters_of(period: Period) -> tuple[str, ...]:
    """The quarters of a period, each by its first day."""
    return tuple(str(quarter.opens) for quarter in divide(period.opens, period.closes, ("quarter",)))


def years_of(period: Period) -> dict[str, tuple[str, ...]]:
    """The financial years wholly in a period, with their quarters."""
    years = divide(period.opens, period.closes, ("year",))
    return {label("year", year.year): quarters_of(year) for year in years if year.months == 12}


def hub_ids(connection: Connection) -> tuple[str, ...]:
    return tuple(places(connection, Scope(SYSTEM))["hub"])


def _grid(kind: Kind, frame: pd.DataFrame, told: Period, held: Period, hubs: Sequence[str], of_child: Sequence[str]) -> Grid:
    years = {} if kind.at_the_end else {name: frozenset(quarters) for name, quarters in years_of(held).items()}
    dimensions = {HUB: Dimension(HUB, _with_unknown(hubs, frame["hub"])), PERIOD: Dimension(PERIOD, quarters_of(held), years)}
    for name in of_child:
        parts = _with_unknown(_PARTS[name], frame[name].map(_TOLD_AS.get(name, _as_it_is)))
        dimensions[name] = Dimension(name, parts, covers=kind.count.events.one_row_per_child)
    for name, split in kind.splits.items():
        parts = (*split.parts, split.rest) if (frame[name] == UNKNOWN).any() else tuple(split.parts)
        groups = {group: frozenset(members) & frozenset(parts) for group, members in split.groups.items()}
        dimensions[name] = Dimension(name, parts, {g: m for g, m in groups.items() if m < frozenset(parts)}, of_event=True)
    years_told = tuple(years_of(told)) if years else ()
    tables = _tables(kind, dimensions, quarters_of(told), years_told)
    known = frame["child"] != ""
    with_children = years_told if kind.with_children and known.any() else ()  # children whom no record names are not counted
    return Grid(dimensions, tables, with_children, bool(known.all()))


def _tables(
    kind: Kind, dimensions: Mapping[str, Dimension], quarters: tuple[str, ...], years: tuple[str, ...]
) -> tuple[Table, ...]:
    both = (*quarters, *years)
    tables: list[Table] = [{PERIOD: both}]
    several_hubs = len(dimensions[HUB].parts) > 1
    if several_hubs:
        tables.append({HUB: dimensions[HUB].parts, PERIOD: both})
    of_child = [name for name in dimensions if name in OF_CHILD]
    for name, split in kind.splits.items():
        all_told = _told(split, dimensions[name])
        coarse = tuple(category for category in split.coarse or all_told if category in all_told)
        tables.append({PERIOD: both, name: all_told})
        if years and split.by_hub and several_hubs:
            tables.append({HUB: dimensions[HUB].parts, PERIOD: years, name: coarse})
        if years and split.of_child:
            tables += [{PERIOD: years, child: dimensions[child].parts, name: coarse} for child in of_child]
    if not any(split.of_child for split in kind.splits.values()):
        over = both if kind.at_the_end else years
        tables += [{PERIOD: over, child: dimensions[child].parts} for child in of_child if over]
    return tuple(tables)


def _told(split: Split, dimension: Dimension) -> tuple[str, ...]:
    return tuple(name for name in dimension.meaning if split.rest_told or name != split.rest)


def _as_it_is(value: str) -> str:
    return NOT_RECORDED if value == UNKNOWN else value


_TOLD_AS: Mapping[str, Callable[[str], str]] = {
    "ethnicity": lambda group: group if group == "White" else NOT_RECORDED if group == UNKNOWN else OTHER_GROUPS,
    "sex": lambda sex: sex if sex in ("F", "M") else OTHER_SEX,
    "in_care": lambda status: {"yes": "yes", UNKNOWN: NOT_RECORDED}.get(status, "no"),
}


def _with_unknown(parts: Sequence[str], values: pd.Series) -> tuple[str, ...]:
    """The parts, and whatever else there is: younger children first, what is not recorded last."""
    others = [value for value in values.unique() if value not in parts]
    first = [value for value in others if value == _YOUNG]
    return (*first, *parts, *(sorted(value for value in others if value not in first)))


def _records(frame: pd.DataFrame, grid: Grid, key: bytes) -> Records:
    event, names = pd.factorize(frame["event"])
    known, _ = pd.factorize(frame["child"].where(frame["child"] != ""))  # -1 where it is not known whose it is
    child = np.where(known >= 0, known, -1 - np.arange(len(frame)))
    parts = {}
    for name, dimension in grid.dimensions.items():
        values = frame["quarter"].astype(str) if name == PERIOD else frame[name]
        if name in OF_CHILD:
            values = values.map(_TOLD_AS.get(name, _as_it_is))
        if dimension.of_event:
            values = values.where(values != UNKNOWN, dimension.parts[-1])
        parts[name] = pd.Categorical(values, dimension.parts).codes.astype(np.int64)
    hashed = digests(list(names), key)
    return Records(event.astype(np.int64), child.astype(np.int64), parts, hashed[event])
