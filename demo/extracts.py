"""Writes the invented force as a records system would send it: one CSV file for each table, a few faulty rows among them."""

from pathlib import Path

import pandas as pd
from sqlalchemy import Boolean, Date, DateTime

from demo.flaws import faulty_rows, with_faulty_cells
from demo.frames import Frames
from queries.tables import metadata


def write(frames: Frames, folder: Path, month: str, *, faulty: bool = False) -> list[Path]:
    """The files written, in loading order, with the contract's headers; instants in UTC, marked Z.

    ``month`` (2026-09) is the one that they reach to, and part of their names. A table without rows has no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, rows in frames.items():
        if len(rows):
            paths.append(folder / f"{name}-{month}.csv")
            cells = as_text(name, rows)
            (_with_faulty_rows(name, cells) if faulty else cells).to_csv(paths[-1], index=False)
    return paths


def _with_faulty_rows(name: str, cells: pd.DataFrame) -> pd.DataFrame:
    sound = dict(zip(cells.columns, cells.iloc[0], strict=True))
    rows = pd.DataFrame(faulty_rows(name, sound), columns=cells.columns)
    return pd.concat([with_faulty_cells(name, cells), rows])


def as_text(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Every cell as it stands in the file; blank where not recorded."""
    cells = pd.DataFrame(index=rows.index)
    for column in metadata.tables[name].columns:
        values = rows[column.name]
        if isinstance(column.type, Date):
            values = values.dt.strftime("%Y-%m-%d")
        elif isinstance(column.type, DateTime):
            values = values.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        elif isinstance(column.type, Boolean):
            values = values.map({True: "true", False: "false"})
        cells[column.name] = values.astype("str").fillna("")
    return cells
