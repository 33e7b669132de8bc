"""The dashboard's own figures of a few rows: a real database is built from them and asked through the public functions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import databases
import pandas as pd
from sqlalchemy import Engine, NullPool, create_engine, insert

from metrics.measuring.measure import measure_all
from metrics.themes import METRICS
from metrics.themes.outcomes import on_basis
from queries.engine import connect, reading
from queries.facts.building import build
from queries.scope import Access, Scope
from queries.tables import metadata

Answer = TypeVar("Answer")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
RELEASE_KEY = b"a key of the tests, of 32 bytes and more"
BUILT_AT = datetime(2025, 1, 1)  # noqa: DTZ001 (naive UTC)
Cells = dict[tuple[str, ...], tuple[float | None, ...]]


def database_of(rows: Rows) -> str:
    """The address of a new database that holds these rows, of the engine that is asked."""
    url = databases.empty()
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for name, given in rows.items():
            columns = [column.name for column in metadata.tables[name].columns]
            if given:
                connection.execute(insert(metadata.tables[name]), [{c: row.get(c) for c in columns} for row in given])
        build(connection, BUILT_AT)
    return url


def answered(engine: Engine, question: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
    """What a question answers to the reader of its scope."""
    scope = next(value for value in args if isinstance(value, Scope))
    with reading(scope.access, engine) as connection:
        return question(connection, *args, **kwargs)


def figures(url: str, key: str, start: date | None = None, end: date | None = None, by: Sequence[str] = (), **how: Any) -> Cells:
    """The cells of one key: labels -> numerator, denominator, value."""
    return figures_of(url, [key], start, end, by, **how)[key]


def figures_of(
    url: str,
    keys: Sequence[str],
    start: date | None = None,
    end: date | None = None,
    by: Sequence[str] = (),
    basis: Any = "closed",
    **narrowed: Any,
) -> dict[str, Cells]:
    """The cells of several keys, measured together."""
    scope = Scope(Access("command"), start=start, end=end, **narrowed)
    frames = answered(connect(url), measure_all, [on_basis(METRICS[key], basis) for key in keys], scope, by)
    return {key: _cells(frame, len(by)) for key, frame in frames.items()}


def _cells(frame: pd.DataFrame, splits: int) -> Cells:
    rows = frame.itertuples(index=False)
    return {tuple(row[:splits]): tuple(_or_none(figure) for figure in row[splits : splits + 3]) for row in rows}


def _or_none(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
