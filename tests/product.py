"""The dashboard's own figures of a few rows: a real database is built from them and asked through the public functions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import databases
import pandas as pd
from sqlalchemy import NullPool, create_engine, insert

from metrics.measure import measure
from metrics.outcomes import on_basis
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope
from queries.tables import metadata

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def database_of(rows: Rows) -> str:
    """The address of a new database that holds these rows, of the engine that is asked."""
    url = databases.empty()
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for name, given in rows.items():
            columns = [column.name for column in metadata.tables[name].columns]
            if given:
                connection.execute(insert(metadata.tables[name]), [{c: row.get(c) for c in columns} for row in given])
    return url


def figures(
    url: str,
    key: str,
    start: date | None = None,
    end: date | None = None,
    by: Sequence[str] = (),
    as_at: date | None = None,
    basis: Any = "closed",
    place: str = "event",
    residents_only: bool = False,
) -> dict[tuple[str, ...], tuple[float | None, ...]]:
    """The cells of one key: labels -> numerator, denominator, value."""
    scope = Scope.within(Access("test"), start=start, end=end, as_at=as_at, place=place, residents_only=residents_only)
    frame = measure(on_basis(METRICS[key], basis), scope, by, connect(url))
    return {
        tuple(row[: len(by)]): tuple(_or_none(x) for x in row[len(by) : len(by) + 3]) for row in frame.itertuples(index=False)
    }


def _or_none(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
