"""What was said before: the headline figures as told after an earlier load, beside what the same period shows now."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from metrics import words
from metrics.asked import ask_all
from metrics.measure import FIGURES, measure_all
from metrics.metric import Metric, Rate
from metrics.notes import latest_complete
from metrics.sentences import figure
from metrics.themes import METRICS, THEMES
from queries import told
from queries.engine import reading
from queries.periods import Period, latest_period
from queries.quality import span
from queries.scope import Access, Scope

FORCE = ""  # where a hub is named: the whole force
UNCHANGED = "Unchanged."
NO_FIGURE = "There was no figure then, and there is none now."
REVISION = "A change in a figure already told is a revision, not a trend."
_CELL = ["key", "hub_id", "opens", "closes"]
_LISTED = ["Measure", "Hub", "Period", "Told", "Now", "Difference", "Worth mentioning", "In words"]
_RECORDS = "records were entered, completed or corrected since"


def latest(connection: Connection) -> pd.DataFrame:
    """Every theme's headline as the overview opens with it, for the force and each hub.

    Columns ``key, hub_id, opens, closes``, then those of `measure`, then ``data_end``. No row for a measure without any data.
    """
    found = span(connection)
    opens, closes = latest_period(*found) if found else (None, None)
    scope = Scope.within(Access("importer"), start=opens, end=closes)
    headlines = [theme.headline for theme in THEMES]
    scopes = {metric.key: latest_complete(metric, scope, connection) for metric in headlines}
    frames = []
    for own in dict.fromkeys(scopes.values()):
        for asked, alike in ask_all(connection, [metric for metric in headlines if scopes[metric.key] == own], own):
            if asked.period:
                frame = pd.concat(_counted(connection, alike, own, by) for by in ((), ("hub",)))
                frames.append(frame.assign(opens=asked.period.opens, closes=asked.period.closes, data_end=asked.known.last))
    return _together(frames, [*_CELL, *FIGURES, "data_end"])


class NothingTold(ValueError):
    """There is no earlier figure to set beside today's; the message says why, and when there will be."""


def earlier(moments: Sequence[datetime], until: datetime | None = None) -> datetime:
    """Which figures a meeting was told: the last that were kept by then, or before the latest load where no time is given.

    ``moments`` are the instants at which figures were kept, latest first. Raises NothingTold.
    """
    if not moments:
        raise NothingTold("No figures are kept yet: `python -m ingest` keeps them at every load that changes something.")
    if until is None and len(moments) == 1:
        kept = words.moment(moments[0])
        raise NothingTold(f"Figures were kept once, on {kept}; there is something to compare after the next load.")
    found = moments[1] if until is None else next((moment for moment in moments if moment <= until), None)
    if found is None:
        raise NothingTold(f"No figures were kept by then; the first were kept on {words.moment(moments[-1])}. Give a later day.")
    return found


def revisions(kept_at: datetime, scope: Scope, engine: Engine | None = None) -> pd.DataFrame:
    """What was told at an instant (naive UTC) for the hubs in scope beside what the same periods show now, see `compare`.

    A measure that is no longer counted is left out.
    """
    with reading(engine) as connection:
        kept = told.kept(connection, kept_at, scope)
        kept = kept[kept["key"].isin(METRICS)]
        return compare(kept, _now(connection, kept, scope))


def compare(kept: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Figures told beside those of now, which are found by ``key, hub_id, opens, closes``; in the order of the themes.

    Columns ``key, hub, kept_at, opens, closes, told, now, difference``; the same three of ``numerator`` and ``denominator``;
    ``worth_mentioning`` where the figure on screen is another one; ``sentence``. Blank where there was or is no figure.
    """
    both = kept.merge(now[[*_CELL, *FIGURES]], how="left", on=_CELL, suffixes=("_told", "_now"))
    both = both.sort_values(["key", "hub_id"], key=_in_order, ignore_index=True)
    figures = both[["key", "hub_id", "kept_at", "opens", "closes"]].rename(columns={"hub_id": "hub"})
    for name, prefix in (("value", ""), ("numerator", "numerator_"), ("denominator", "denominator_")):
        before, after = both[f"{name}_told"], both[f"{name}_now"]
        figures = figures.assign(**{f"{prefix}told": before, f"{prefix}now": after, f"{prefix}difference": after - before})
    pairs = [(METRICS[str(row["key"])], _side(row, "told"), _side(row, "now")) for _, row in both.iterrows()]
    mentioned = [words.shown(metric, before["value"]) != words.shown(metric, after["value"]) for metric, before, after in pairs]
    said = [sentence(*pair) for pair in pairs]
    return figures.assign(worth_mentioning=pd.Series(mentioned, dtype=bool), sentence=pd.Series(said, dtype=str))


def sentence(metric: Metric, before: "pd.Series[float]", now: "pd.Series[float]") -> str:
    """What became of a figure told before, without alarm: two rows of `measure` for the same period."""
    earlier, later = figure(metric, before), figure(metric, now)
    if pd.isna(before["value"]) and pd.isna(now["value"]):
        return NO_FIGURE
    if pd.isna(before["value"]):
        return f"There was no figure then; the same period now shows {later}: its data were loaded since."
    if pd.isna(now["value"]):
        return f"Told {earlier}; the same period now has no figure: {_RECORDS}."
    if all(_same(before[name], now[name]) for name in ("numerator", "denominator", "value")):
        return UNCHANGED
    text = f"Told {earlier}; the same period now shows {later}: {_why(metric, before, now)}"
    if words.shown(metric, before["value"]) == words.shown(metric, now["value"]):
        return f"{text}, which does not show in the figure."
    return f"{text}."


def difference(metric: Metric, before: float, now: float) -> str:
    """The difference of two values as they stand on screen, so that a reader's own subtraction agrees; blank without both."""
    if pd.isna(before) or pd.isna(now):
        return ""
    apart = _on_screen(metric, now) - _on_screen(metric, before)
    if not apart:
        return "none"
    return f"{'up' if apart > 0 else 'down'} {abs(apart):,}{' points' if metric.is_share else ''}"


def summary(found: pd.DataFrame) -> str:
    """How many figures of `compare` are worth mentioning at a meeting."""
    mentioned = int(found["worth_mentioning"].sum())
    if not mentioned:
        return "No figure told then shows another value now."
    return f"Figures told then that show another value now, which is worth mentioning: {mentioned} of {len(found)}. {REVISION}"


def listing(found: pd.DataFrame, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """The figures of `compare` as people read them, one a row; without the column of hubs where they are of the whole force."""
    table = pd.DataFrame([_listed(row) for _, row in found.iterrows()], columns=_LISTED)
    if (table["Hub"] == FORCE).all():
        return table.drop(columns="Hub")
    return table.assign(Hub=[hub_names.get(hub, hub) for hub in table["Hub"]])


def changes(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The figures of a `listing` that are not what they were: the measure, its hub and period, and what became of it."""
    changed = table[~table["In words"].isin((UNCHANGED, NO_FIGURE))]
    where = [name for name in ("Hub", "Period") if name in changed]
    return [(row["Measure"], ", ".join(row[where]), row["In words"]) for _, row in changed.iterrows()]


def _listed(row: "pd.Series[Any]") -> tuple[str, ...]:
    metric = METRICS[row["key"]]
    return (
        metric.name,
        row["hub"],
        words.period(Period(row["opens"], row["closes"])),
        words.shown(metric, row["told"]),
        words.shown(metric, row["now"]),
        difference(metric, row["told"], row["now"]),
        "yes" if row["worth_mentioning"] else "no",
        row["sentence"],
    )


def _counted(connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...]) -> pd.DataFrame:
    """Figures of the whole scope or of each hub; rows without a hub are in the whole alone, as on every page."""
    frames = measure_all(metrics, scope, by, connection)
    together = pd.concat([frame.assign(key=key) for key, frame in frames.items()], ignore_index=True)
    if not by:
        return together.assign(hub_id=FORCE)
    return together[together["hub"] != "unknown"].rename(columns={"hub": "hub_id"})


def _now(connection: Connection, kept: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The figures told, counted again from today's data."""
    by = () if scope.hubs is None else ("hub",)
    frames = []
    for opens, closes in dict.fromkeys(zip(kept["opens"], kept["closes"], strict=True)):
        alike = kept[(kept["opens"] == opens) & (kept["closes"] == closes)]
        metrics = [METRICS[key] for key in dict.fromkeys(alike["key"])]
        counted = _counted(connection, metrics, scope.over(opens, closes), by)
        frames.append(counted.assign(opens=opens, closes=closes))
    return _together(frames, [*_CELL, *FIGURES])


def _together(frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _in_order(column: "pd.Series[str]") -> "pd.Series[str]":
    """Themes as they are listed; hubs by name."""
    places = {key: f"{place:04d}" for place, key in enumerate(METRICS)}
    return column.map(lambda value: places.get(value, value))


def _side(row: "pd.Series[float]", side: str) -> "pd.Series[float]":
    return pd.Series({name: row[f"{name}_{side}"] for name in FIGURES})


def _why(metric: Metric, before: "pd.Series[float]", now: "pd.Series[float]") -> str:
    if isinstance(metric.formula, Rate) and _same(before["numerator"], now["numerator"]):
        return "the number of residents was updated since"
    return _RECORDS


def _same(before: float, now: float) -> bool:
    return bool(pd.isna(before) and pd.isna(now)) or math.isclose(before, now, rel_tol=1e-9)


def _on_screen(metric: Metric, value: float) -> Decimal:
    return Decimal(words.shown(metric, value).removesuffix("%").replace(",", ""))
