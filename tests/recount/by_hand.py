"""Tiny databases for the worked cases: short ways to write a row, a London time and a child."""

from datetime import UTC, date, datetime
from typing import Any

import databases
import pytest
from product import database_of, figures

from metrics.themes import METRICS

from . import recount
from .cells import Labels, Result
from .data import Row, Rows
from .days import LONDON

HUBS: list[Row] = [
    {"hub_id": "EDE", "name": "Eden", "area": "North", "authority": "Westmorland and Furness", "force": "Cumbria"},
    {"hub_id": "CAR", "name": "Carlisle", "area": "North", "authority": "Cumberland", "force": "Cumbria"},
]


def day(text: str) -> date:
    return date.fromisoformat(text)


def london(text: str, fold: int = 0) -> datetime:
    """A London clock time as the naive UTC instant that the database holds."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold).astimezone(UTC).replace(tzinfo=None)


def row(**columns: Any) -> Row:
    """A row, its ``*_on`` texts read as days and its ``*_at`` texts as London times."""
    for column, value in columns.items():
        if isinstance(value, str) and (column.endswith("_on") or column == "date_of_birth"):
            columns[column] = day(value)
        elif isinstance(value, str) and column.endswith("_at"):
            columns[column] = london(value)
    return columns


def child(child_id: str, born: str = "2010-01-01", **more: Any) -> Row:
    return row(child_id=child_id, date_of_birth=born, **more)


def residents(
    hub_id: str, year: int, number: int | dict[int | None, int], sex: str | None = None, ethnic_group: str | None = None
) -> list[Row]:
    """A whole year of a hub: so many residents aged 12, or of each age given, and nobody of any other age under 18."""
    of_ages = {12: number} if isinstance(number, int) else number
    same = {"hub_id": hub_id, "year": year, "sex": sex, "ethnic_group": ethnic_group}
    return [row(**same, age=age, residents=of_ages.get(age, 0)) for age in dict.fromkeys([*range(18), *of_ages])]


def rows(**tables: list[Row]) -> Rows:
    return {"hubs": HUBS, **tables}


def numbered(key: str, listed: list[Row]) -> list[Row]:
    """Rows given their id in the order of the list."""
    return [{key: f"{place:03d}", **found} for place, found in enumerate(listed)]


def counted(database: Rows, key: str, start: date | None = None, end: date | None = None, **more: Any) -> dict[Labels, Result]:
    """The referee's count of a key, once the dashboard's own count of the same rows has agreed with it, cell by cell."""
    found = recount(database, key, start, end, **more)
    if key in METRICS:
        own = figures(address_of(database), key, start, end, **more)
        expected = {tuple(map(str, labels)): result for labels, result in found.items()}
        for labels in own.keys() | expected.keys():
            assert_alike(own.get(labels, NOTHING), expected.get(labels, NOTHING), (key, labels))
    return found


def address_of(database: Rows) -> str:
    """The database of these rows: the last one again, where a case asks several keys of the same rows."""
    rows = (databases.engine(), repr(database))
    if rows not in _last:
        _last.clear()
        _last[rows] = database_of(database)
    return _last[rows]


_last: dict[tuple[str, str], str] = {}
NOTHING: Result = (0, 0, 0)  # a cell in which nothing happened may be listed or not


def assert_alike(own: Result, expected: Result, where: object) -> None:
    """The same value, from the same numerator and denominator; one of them may be known where there is no value."""
    if expected[2] is None or own[2] is None:
        assert not expected[2], (where, own, expected)
        assert not own[2], (where, own, expected)
        return
    for ours, theirs in zip(own, expected, strict=True):
        assert (ours or 0) == pytest.approx(theirs or 0), (where, own, expected)


def whole(database: Rows, key: str, start: str | None = None, end: str | None = None, **more: Any) -> Result:
    """The one cell of a key that is not divided."""
    found = counted(database, key, day(start) if start else None, day(end) if end else None, **more)
    return found[()]
