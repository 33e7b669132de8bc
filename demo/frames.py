"""One frame for each table of the contract, with the contract's columns in the contract's order."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Boolean, Date, DateTime, Double, Integer
from sqlalchemy.types import TypeEngine

from queries.tables import metadata

Frames = dict[str, pd.DataFrame]


def frame(name: str, /, **columns: Any) -> pd.DataFrame:
    """A frame of the table, typed as the contract says; a column not given is blank."""
    size = max(len(values) for values in columns.values())
    table = metadata.tables[name]
    values = {column.name: columns.pop(column.name, [None] * size) for column in table.columns}
    if columns:
        raise ValueError(f"The table {name} has no column {', '.join(columns)}; the contract names its columns.")
    return pd.DataFrame({column.name: typed(values[column.name], column.type) for column in table.columns})


def typed(values: Any, kind: TypeEngine[Any]) -> pd.Series:
    """Dates and UTC instants as datetime64[s], numbers and booleans with room for blanks, text as str."""
    series = pd.Series(np.asarray(values) if isinstance(values, np.ndarray) else values).reset_index(drop=True)
    if isinstance(kind, Date | DateTime):
        return pd.to_datetime(series).astype("datetime64[s]")
    if isinstance(kind, Boolean):
        return series.astype("boolean")
    if isinstance(kind, Double):
        return series.astype("Float64")
    return series.astype("Int64" if isinstance(kind, Integer) else "str")


def numbered(prefix: str, size: int) -> np.ndarray:
    """References such as D0000017: no two alike, and nothing to be read from them."""
    return np.array([f"{prefix}{number:07d}" for number in range(1, size + 1)], dtype=object)


def pick(rng: np.random.Generator, weights: Mapping[Any, float], size: int) -> np.ndarray:
    """One of the values for each row, by weight."""
    shares = np.array(list(weights.values()))
    values = np.array(list(weights), dtype=object)
    return values[rng.choice(len(values), size, p=shares / shares.sum())]


def chance(rng: np.random.Generator, share: Any, size: int) -> np.ndarray:
    """True for about that share of the rows; the share may differ from row to row."""
    return np.asarray(rng.random(size) < share)


def blank(rng: np.random.Generator, values: np.ndarray, share: float) -> np.ndarray:
    """The same, not recorded for about that share of the rows."""
    return where_known(~chance(rng, share, len(values)), values)


def where_known(condition: np.ndarray, values: Any) -> np.ndarray:
    """The values where the condition holds, blank elsewhere."""
    values = np.asarray(values)
    if values.dtype.kind == "M":
        return np.where(condition, values, np.datetime64("NaT"))
    kept: np.ndarray = values.astype(object)
    kept[~np.asarray(condition, bool)] = None
    return kept
