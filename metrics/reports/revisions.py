"""What was said before: the headline figures as told after an earlier load, beside what the same period shows now."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from metrics import words
from metrics.measuring.gather import gather, opened_with
from metrics.measuring.measure import FIGURES, measure, measure_all
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric, Rate
from metrics.reports.headline import headlines
from metrics.sentences import figure
from metrics.statistics.change import NOT_COMPARABLE, NOT_JUDGED, change
from metrics.themes import METRICS, THEMES
from queries.engine import connect, reading
from queries.lookups import kept_figures
from queries.periods import Period
from queries.scope import SYSTEM, Scope

FORCE = ""  # where a hub is named: the whole force
UNCHANGED = "Unchanged."
NO_FIGURE = "There was no figure then, and there is none now."
REVISION = "A change in a figure already told is a revision, not a trend."
_CELL = ["key", "hub_id", "opens", "closes"]
_LISTED = ["Measure", "Hub", "Period", "Told", "Now", "Difference", "Worth mentioning", "In words"]
_FAR = Decimal("0.1")  # of itself: a figure that moved further is worth mentioning
_RECORDS = "records were entered, completed or corrected since"
_RESIDENTS = "the number of residents was updated since"
_LOADED = "data were loaded since"
_RULE = "A figure is if it moved by more than a tenth of itself, reads differently beside the year before, or came or went."


def latest(connection: Connection) -> pd.DataFrame:
    """Every theme's headline as the overview opens with it, for the force and each hub.

    Columns ``key, hub_id, opens, closes``, then those of `measure`, then ``data_end``. No row for a measure without any data.
    """
    scope = opened_with(connection, Scope(SYSTEM))
    headlines = [theme.headline for theme in THEMES]
    scopes = {metric.key: latest_complete(metric, scope, connection) for metric in headlines}
    frames = []
    for own in dict.fromkeys(scopes.values()):
        for question, alike in gather(connection, [metric for metric in headlines if scopes[metric.key] == own], own):
            if question.period:
                frame = pd.concat(_counted(connection, alike, own, by) for by in ((), ("hub",)))
                frames.append(
                    frame.assign(opens=question.period.opens, closes=question.period.closes, data_end=question.coverage.last)
                )
    return _together(frames, [*_CELL, *FIGURES, "data_end"])


class NoEarlierFigures(ValueError):
    """There is no earlier figure to set beside today's; the message says why, and when there will be."""


def earlier(moments: Sequence[datetime], until: datetime | None = None) -> datetime:
    """Which figures a meeting was told: the last that were kept by then, or before the latest load where no time is given.

    ``moments`` are the instants at which figures were kept, latest first. Raises NoEarlierFigures.
    """
    if not moments:
        raise NoEarlierFigures("No figures are kept yet: `python -m ingest` keeps them at every load that changes something.")
    if until is None and len(moments) == 1:
        kept = words.moment(moments[0])
        raise NoEarlierFigures(f"Figures were kept once, on {kept}; there is something to compare after the next load.")
    found = moments[1] if until is None else next((moment for moment in moments if moment <= until), None)
    if found is None:
        raise NoEarlierFigures(
            f"No figures were kept by then; the first were kept on {words.moment(moments[-1])}. Give a later day."
        )
    return found


def revisions(kept_at: datetime, scope: Scope, engine: Engine | None = None) -> pd.DataFrame:
    """What was told at an instant (naive UTC) for the hubs in scope beside what the same periods show now, see `compare`.

    A measure that is no longer counted is left out.
    """
    engine = engine or connect()
    with reading(scope.access, engine) as connection:
        kept = kept_figures.kept(connection, kept_at, scope)
        kept = kept[kept["key"].isin(METRICS)]
    return compare(kept, *_now_and_year_before(kept, scope, engine))


def compare(kept: pd.DataFrame, now: pd.DataFrame, year_before: pd.DataFrame) -> pd.DataFrame:
    """Figures told beside those of now, which are found by ``key, hub_id, opens, closes``; in the order of the themes.

    ``year_before`` has what the overview compares either with, in the same columns, and no row where it makes no comparison.
    Columns ``key, hub, kept_at, opens, closes, told, now, difference``; the same three of ``numerator`` and ``denominator``;
    ``worth_mentioning`` where the figure on screen moved by more than a tenth of itself, would read differently beside the year
    before, or came or went; ``cause``, blank where nothing changed; ``sentence``. Blank where there was or is no figure.
    """
    both = kept.merge(now[[*_CELL, *FIGURES]], how="left", on=_CELL, suffixes=("_told", "_now"))
    both = both.merge(year_before[[*_CELL, *FIGURES]].rename(columns={name: f"{name}_before" for name in FIGURES}), "left", _CELL)
    both = both.sort_values(["key", "hub_id"], key=_in_order, ignore_index=True)
    figures = both[["key", "hub_id", "kept_at", "opens", "closes"]].rename(columns={"hub_id": "hub"})
    for name, prefix in (("value", ""), ("numerator", "numerator_"), ("denominator", "denominator_")):
        before, after = both[f"{name}_told"], both[f"{name}_now"]
        figures = figures.assign(**{f"{prefix}told": before, f"{prefix}now": after, f"{prefix}difference": after - before})
    found = [
        _became(METRICS[str(row["key"])], *(_side(row, side) for side in ("told", "now", "before"))) for _, row in both.iterrows()
    ]
    return figures.assign(
        worth_mentioning=pd.Series([worth for worth, _, _ in found], dtype=bool),
        cause=pd.Series([cause for _, cause, _ in found], dtype=str),
        sentence=pd.Series([said for _, _, said in found], dtype=str),
    )


def sentence(metric: Metric, before: "pd.Series[float]", now: "pd.Series[float]") -> str:
    """What became of a figure told before, without alarm: two rows of `measure` for the same period.

    The usual cause, that records were entered late, is not said each time: see `summary`.
    """
    earlier, later = figure(metric, before), figure(metric, now)
    cause = _cause(metric, before, now)
    if not cause:
        return NO_FIGURE if pd.isna(now["value"]) else UNCHANGED
    if pd.isna(before["value"]):
        return f"There was no figure then; the same period now shows {later}: its {cause}."
    if pd.isna(now["value"]):
        return f"Told {earlier}; the same period now has no figure."
    unusual = f": {cause}" if cause != _RECORDS else ""
    same = ", which reads the same" if not _size(metric, before["value"], now["value"]) else ""
    return f"Told {earlier}; the same period now shows {later}{same}{unusual}."


def difference(metric: Metric, before: float, now: float) -> str:
    """The difference of two values as they stand on screen, so that a reader's own subtraction agrees; blank without both."""
    if pd.isna(before) or pd.isna(now):
        return ""
    apart = _on_screen(metric, now) - _on_screen(metric, before)
    if not apart:
        return "none"
    return f"{'up' if apart > 0 else 'down'} {abs(apart):,}{' points' if metric.is_share else ''}"


def summary(found: pd.DataFrame) -> str:
    """How many figures of `compare` are worth mentioning at a meeting, by what rule, and what moved most of those that moved."""
    shows = [_size(METRICS[row["key"]], row["told"], row["now"]) > 0 or row["worth_mentioning"] for _, row in found.iterrows()]
    moved = found[pd.Series(shows, found.index, dtype=bool)]
    mentioned = int(moved["worth_mentioning"].sum())
    if moved.empty:
        return "No figure told then shows another value now."
    return (
        f"Of {len(found)} figures told then {len(moved)} show another value now, and {mentioned or 'none'} "
        f"{'is' if mentioned <= 1 else 'are'} worth mentioning. {_RULE}{_main_cause(moved)} {REVISION}"
    )


def listing(found: pd.DataFrame, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """The figures of `compare` as people read them, one a row, those that are worth mentioning and moved furthest first.

    Without the column of hubs where they are of the whole force.
    """
    in_order = sorted((row for _, row in found.iterrows()), key=_place)
    table = pd.DataFrame([_listed(row) for row in in_order], columns=_LISTED)
    if (table["Hub"] == FORCE).all():
        return table.drop(columns="Hub")
    return table.assign(Hub=[hub_names.get(hub, hub) for hub in table["Hub"]])


def changes(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The figures of a `listing` that are worth mentioning: the measure, its hub and period, and what became of it."""
    changed = table[table["Worth mentioning"] == "yes"]
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


def _place(row: "pd.Series[Any]") -> tuple[bool, Decimal]:
    return not row["worth_mentioning"], -_size(METRICS[row["key"]], row["told"], row["now"])


def _became(metric: Metric, *rows: "pd.Series[float]") -> tuple[bool, str, str]:
    """Whether a figure told is worth mentioning, why it changed and the words for it: of it, today's, and the year before's."""
    before, now, year_before = rows
    earlier, later = (change(metric, row, year_before).words for row in (before, now))
    said, far = sentence(metric, before, now), _size(metric, before["value"], now["value"]) > _FAR
    if earlier == later or pd.isna(before["value"]) or pd.isna(now["value"]):
        return far, _cause(metric, before, now), said
    return True, _cause(metric, before, now), f"{said} Beside the year before it read: {earlier}; it now reads: {later}."


def _size(metric: Metric, before: float, now: float) -> Decimal:
    """How far a figure moved on screen, as a share of itself as told; without end where it was 0, came or went."""
    if pd.isna(before) and pd.isna(now):
        return Decimal(0)
    if pd.isna(before) or pd.isna(now):
        return Decimal("inf")
    earlier, apart = _on_screen(metric, before), abs(_on_screen(metric, now) - _on_screen(metric, before))
    return apart / abs(earlier) if earlier else Decimal("inf") if apart else Decimal(0)


def _main_cause(moved: pd.DataFrame) -> str:
    """What most of them have in common, said once; nothing where no cause explains more than half."""
    causes = moved["cause"].value_counts()
    cause, number = causes.index[0], int(causes.iloc[0])
    if number == len(moved):
        return f" The cause: {cause}."
    return f" The cause of {number} of {len(moved)}: {cause}." if number > len(moved) / 2 else ""


def _counted(connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...]) -> pd.DataFrame:
    """Figures of the whole scope or of each hub; rows without a hub are in the whole alone, as on every page."""
    frames = measure_all(metrics, scope, by, connection)
    together = pd.concat([frame.assign(key=key) for key, frame in frames.items()], ignore_index=True)
    if not by:
        return together.assign(hub_id=FORCE)
    return together[together["hub"] != "unknown"].rename(columns={"hub": "hub_id"})


def _now_and_year_before(kept: pd.DataFrame, scope: Scope, engine: Engine) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures told, counted again today, and what the overview sets beside each: no row where it compares none."""
    now, year_before = [], []
    for opens, closes, hub in dict.fromkeys(zip(kept["opens"], kept["closes"], kept["hub_id"], strict=True)):
        alike = kept[(kept["opens"] == opens) & (kept["closes"] == closes) & (kept["hub_id"] == hub)]
        own = replace(scope.over(opens, closes), hubs=None if hub == FORCE else (hub,))
        for found in headlines([METRICS[key] for key in alike["key"]], own, engine):
            cell = {"key": found.key, "hub_id": hub, "opens": opens, "closes": closes}
            as_told = found.period in (None, Period(opens, closes))  # not where the overview would go back to a complete year
            now.append({**cell, **(found.now if as_told else measure(METRICS[found.key], own, (), engine).iloc[0])})
            if as_told and found.change not in (NOT_JUDGED, NOT_COMPARABLE):
                year_before.append({**cell, **found.before})
    return pd.DataFrame(now, columns=[*_CELL, *FIGURES]), pd.DataFrame(year_before, columns=[*_CELL, *FIGURES])


def _together(frames: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _in_order(column: "pd.Series[str]") -> "pd.Series[str]":
    """Themes as they are listed; hubs by name."""
    places = {key: f"{place:04d}" for place, key in enumerate(METRICS)}
    return column.map(lambda value: places.get(value, value))


def _side(row: "pd.Series[float]", side: str) -> "pd.Series[float]":
    return pd.Series({name: row[f"{name}_{side}"] for name in FIGURES})


def _cause(metric: Metric, before: "pd.Series[float]", now: "pd.Series[float]") -> str:
    """Why a figure is not what it was; blank where it is, or where there is none."""
    if pd.isna(before["value"]):
        return "" if pd.isna(now["value"]) else _LOADED
    if all(_same(before[name], now[name]) for name in ("numerator", "denominator", "value")):
        return ""
    if isinstance(metric.formula, Rate) and _same(before["numerator"], now["numerator"]):
        return _RESIDENTS
    return _RECORDS


def _same(before: float, now: float) -> bool:
    return bool(pd.isna(before) and pd.isna(now)) or math.isclose(before, now, rel_tol=1e-9)


def _on_screen(metric: Metric, value: float) -> Decimal:
    return Decimal(words.shown(metric, value).removesuffix("%").replace(",", ""))
