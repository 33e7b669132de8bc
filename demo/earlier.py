"""The invented force as its records stood a month ago: what had not happened yet, was not entered yet, or was not corrected yet.

Loaded first, and what came since after it, it shows how figures are revised that a meeting has already seen.
"""

from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Date, DateTime, Table

from demo.days import DAY, instants, stream
from demo.frames import Frames, chance
from queries.tables import CONTRACT, metadata

LATE = (0.06, 0.02)  # the share of the last month's rows, and of those of the month before it, that are entered afterwards
NOT_YET_CORRECTED = 0.5  # of the outcomes superseded in those months


def as_it_stood(frames: Frames, seed: int, on: date) -> Frames:
    """The rows that an extract of that day held, up to the end of the month before it; each keeps its place in the index."""
    end = np.datetime64(on, "M").astype("M8[D]") - DAY
    recorded = frames | {"crime_outcomes": _uncorrected(stream(seed, "uncorrected"), frames["crime_outcomes"], end)}
    extract: Frames = {}
    for table in CONTRACT:
        rows = _entered(stream(seed, f"late {table.name}"), table, recorded[table.name], end)
        extract[table.name] = _with_references(table, _known(table, rows, end), extract)
    named = {child for name, rows in extract.items() if name != "children" and "child_id" in rows for child in rows["child_id"]}
    return extract | {"children": extract["children"][extract["children"]["child_id"].isin(named)]}


def since(frames: Frames, earlier: Frames) -> Frames:
    """The rows that are not among the earlier ones, or say something else now."""
    changed = {}
    for name, rows in frames.items():
        before = earlier[name]
        now = rows.loc[before.index]
        unchanged = now.eq(before).fillna(False) | (now.isna() & before.isna())
        changed[name] = rows.drop(index=before.index[unchanged.all(axis="columns")])
    return changed


def _entered(rng: np.random.Generator, table: Table, rows: pd.DataFrame, end: np.datetime64) -> pd.DataFrame:
    """Without what happened later, and without some of what happened lately."""
    if not table.info["dated_by"]:
        return rows
    day = rows[table.info["dated_by"]].to_numpy().astype("M8[D]")
    months_ago = (end.astype("M8[M]") - day.astype("M8[M]")).astype(int)
    share = np.select([months_ago == ago for ago in range(len(LATE))], LATE, 0.0)
    entered: pd.DataFrame = rows[(day <= end) & ~chance(rng, share, len(rows))]
    return entered


def _uncorrected(rng: np.random.Generator, outcomes: pd.DataFrame, end: np.datetime64) -> pd.DataFrame:
    """Some of the corrections of the last months undone: the first outcome stands, the one that replaces it is not there."""
    until = outcomes["superseded_on"].to_numpy().astype("M8[D]")
    lately = (until > (end.astype("M8[M]") - len(LATE) + 1).astype("M8[D]")) & (until <= end)
    undone = lately & chance(rng, NOT_YET_CORRECTED, len(outcomes))
    replaced = pd.MultiIndex.from_frame(outcomes.loc[undone, ["crime_id", "superseded_on"]])
    replacing = pd.MultiIndex.from_frame(outcomes[["crime_id", "outcome_on"]]).isin(replaced)
    return outcomes.assign(superseded_on=outcomes["superseded_on"].mask(undone))[~replacing]


def _known(table: Table, rows: pd.DataFrame, end: np.datetime64) -> pd.DataFrame:
    """What came after the last day is blank, unless it was planned before."""
    close = instants(np.array([end + DAY]), np.array([0]))[0]
    for column in table.columns:
        values = rows[column.name]
        if isinstance(column.type, DateTime):
            rows = rows.assign(**{column.name: values.where(values <= close)})
        elif isinstance(column.type, Date) and not column.info.get("planned"):
            rows = rows.assign(**{column.name: values.where(values <= end)})
    return rows


def _with_references(table: Table, rows: pd.DataFrame, extract: Frames) -> pd.DataFrame:
    """Without the rows that speak of a crime that is not entered yet."""
    targets = {column.name: metadata.tables[column.info["refers"]] for column in table.columns if "refers" in column.info}
    for name, target in targets.items():
        if target.info["dated_by"]:
            (key,) = target.info["key"]
            rows = rows[rows[name].isna() | rows[name].isin(extract[target.name][key])]
    return rows
