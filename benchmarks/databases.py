"""The invented force made larger: so many copies of every child, with all that happened to it."""

import shutil
import sys
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path

from sqlalchemy import Column, ColumnElement, MetaData, String, Table, cast, create_engine, func, insert, literal, select, text

from demo.__main__ import main as build_demo
from queries.facts.building import build
from queries.tables import CONTRACT, care_homes, chart_steps, hubs, metadata, outcome_codes, population, targets

TODAY = "2026-11-20"
BUILT_AT = datetime(2026, 11, 20)  # noqa: DTZ001 (naive UTC)
AS_THEY_ARE = (hubs, population, care_homes, outcome_codes, targets, chart_steps)  # more children, in the same places
_ROOM = 3  # times the expected size, as DuckDB writes before it packs


class NoRoom(Exception):
    """The disk is too small for a database of this size; the message says how small."""


def url(path: Path) -> str:
    return f"duckdb:///{path}"


def at_scale(folder: Path, scale: int) -> Path:
    """The path of the demo repeated ``scale`` times, built if it is not there yet. Raises NoRoom, or RuntimeError."""
    demo, path = folder / "1x.duckdb", folder / f"{scale}x.duckdb"
    if not demo.exists():
        _build(demo)
    if path.exists():
        return path
    needed, free = _ROOM * scale * demo.stat().st_size, shutil.disk_usage(folder).free
    if needed > free:
        raise NoRoom(f"{scale}x is left out: it may need {needed / 1e9:.1f} GB and {folder} has {free / 1e9:.1f} GB free.")
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    _repeat(demo, unfinished, scale)
    return unfinished.rename(path)


def _build(demo: Path) -> None:
    with redirect_stdout(sys.stderr):
        failed = build_demo(["--database", url(demo), "--today", TODAY])
    if failed:
        raise RuntimeError("The demo could not be built, as said above; without it there is nothing to time.")


def _repeat(demo: Path, path: Path, scale: int) -> None:
    """One INSERT a table. Copies of a row lie side by side, so that rows stay in the order of the demo's extracts."""
    engine = create_engine(url(path))
    metadata.create_all(engine)
    with engine.connect() as connection:
        quoted = str(demo).replace("'", "''")
        connection.execute(text(f"ATTACH '{quoted}' AS demo (READ_ONLY)"))
        connection.commit()
        for table in CONTRACT:
            original = table.to_metadata(MetaData(), schema="demo.main")
            copies = func.range(1 if table in AS_THEY_ARE else scale).table_valued("range")
            columns = [_of_copy(table, column, copies.c.range) for column in original.c]
            rows = select(*columns).select_from(original.join(copies, literal(True)))
            connection.execute(insert(table).from_select([column.name for column in table.c], rows))
        build(connection, BUILT_AT)
        connection.commit()
    engine.dispose()


def _of_copy(table: Table, column: Column[object], copy: ColumnElement[int]) -> ColumnElement[object]:
    """An id with the number of its copy behind it, unless it names something that is not copied."""
    unchanged = {table.name for table in AS_THEY_ARE}
    is_copied = column.name.endswith("_id") and column.info.get("refers") not in unchanged and table not in AS_THEY_ARE
    return (column + "-" + cast(copy, String)).label(column.name) if is_copied else column
