"""Writes the invented force as a records system would send it: one CSV file for each table, a few faulty rows among them."""

from pathlib import Path

import pandas as pd
from sqlalchemy import Boolean, Date, DateTime

from demo.flaws import faulty_rows
from demo.frames import Frames
from queries.tables import metadata


def write(frames: Frames, folder: Path) -> list[Path]:
    """The files written, in loading order, with the contract's headers; instants in UTC, marked Z."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, rows in frames.items():
        cells = as_text(name, rows)
        faulty = pd.DataFrame(faulty_rows(name, dict(zip(cells.columns, cells.iloc[0], strict=True))), columns=cells.columns)
        paths.append(folder / f"{name}.csv")
        pd.concat([cells, faulty]).to_csv(paths[-1], index=False)
    return paths


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
