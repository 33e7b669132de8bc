"""Revised figures: the headline figures as reported after an earlier load, beside what the same period shows now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.measuring.figures import FIGURES
from metrics.measuring.measure import measure
from metrics.metric import Metric
from metrics.reports import revised_figure
from metrics.reports.headline import headlines
from metrics.reports.kept_figures import CELL, FORCE
from metrics.statistics.change import NOT_COMPARABLE, NOT_JUDGED
from metrics.themes import METRICS
from queries.clock import add_months
from queries.counting.origins import tables_of
from queries.lookups import kept_figures
from queries.lookups.quality import withdrawn_since
from queries.periods import Period
from queries.scope import Scope

REVISION = "A change in a figure already reported is a revision, not a trend."
_COLUMNS = ("Measure", "Hub", "Period", "Reported", "Now", "Difference", "Worth mentioning", "In words")
_YEAR, _LATELY = 12, 6  # months of a period that was told, and how long before the one chosen it ended
_WORTH_MENTIONING = Decimal("0.1")  # of itself: a figure that moved further is worth mentioning
_RULE = (
    "A figure is listed if it moved by more than 10%, if its comparison with the year before changed, or if it appeared or "
    "disappeared."
)


class NoEarlierFigures(ValueError):
    """There is no earlier figure to compare with today's; the message says why, and when there will be."""


class Revision(NamedTuple):
    """What became of one figure; ``cause`` is blank where nothing changed."""

    worth_mentioning: bool
    cause: str
    sentence: str


def earlier_load(moments: Sequence[datetime], until: datetime | None = None) -> datetime:
    """The load whose figures a meeting saw: the last by a time, or the one before the latest where no time is given.

    ``moments`` are the instants (naive UTC) at which figures were kept, latest first. Raises NoEarlierFigures.
    """
    if not moments:
        raise NoEarlierFigures("No figures are kept yet: `python -m ingest` keeps them at every load that changes something.")
    if until is None and len(moments) == 1:
        kept = words.moment(moments[0])
        raise NoEarlierFigures(f"Figures were kept once, on {kept}; there is something to compare after the next load.")
    if until is None:
        return moments[1]
    kept_at = next((moment for moment in moments if moment <= until), None)
    if kept_at is None:
        by, first = words.moment(until), words.moment(moments[-1])
        raise NoEarlierFigures(f"No figures were kept by {by}; the first were kept on {first}: give a later day.")
    return kept_at


def revisions(connection: Connection, kept_at: datetime, scope: Scope) -> pd.DataFrame:
    """The figures reported at an instant (naive UTC) for the hubs in scope beside the same periods now, see `compare`.

    A measure that is no longer counted is left out.
    """
    kept = kept_figures.kept(connection, kept_at, scope)
    kept = kept[kept["key"].isin(METRICS)]
    return compare(kept, *_now_and_year_before(connection, kept, scope), withdrawn_since(connection, kept_at))


def last_told(connection: Connection, key: str, scope: Scope) -> str:
    """What the load before the latest told of a measure, and what the same period shows now.

    Blank where no figure was kept of it for just these hubs, or the period is none of those that are told: a year, of late.
    """
    assert scope.start
    assert scope.end
    if Period(scope.start, scope.end).months != _YEAR:
        return ""
    kept = kept_figures.kept_before(connection, key, scope)
    kept = kept[kept["value"].notna() & (kept["closes"] >= add_months(scope.end, -_LATELY)) & (kept["opens"] < scope.end)]
    if len(kept) != 1:
        return ""
    metric, (now, _) = METRICS[key], _now_and_year_before(connection, kept, scope)
    row = kept.iloc[0]
    reported, later = (words.shown(metric, value) for value in (row["value"], now["value"].iloc[0]))
    period = words.period(Period(row["opens"], row["closes"]))
    became = "unchanged since" if reported == later else f"the same months now show {later}"
    return f"Told on {words.day(words.london(row['kept_at']))} for {period}: {reported}; {became}."


def compare(
    kept: pd.DataFrame, now: pd.DataFrame, year_before: pd.DataFrame, withdrawn_from: Collection[str] = ()
) -> pd.DataFrame:
    """Figures reported beside those of now, which are matched by ``key, hub_id, opens, closes``; in the order of the themes.

    ``year_before`` has what the overview compares either with, in the same columns, and no row where it makes no comparison;
    ``withdrawn_from`` are the tables from which rows were withdrawn since.
    Columns ``key, hub, kept_at, opens, closes, told`` (as reported) ``, now, difference``; the same three of ``numerator`` and
    ``denominator``; ``worth_mentioning`` where the figure on screen moved by more than 10%, its comparison with the year before
    changed, or it appeared or disappeared; ``cause``, blank where nothing changed; ``sentence``. Blank where there was or is no
    figure.
    """
    cell = list(CELL)
    both = kept.merge(now[[*cell, *FIGURES]], how="left", on=cell, suffixes=("_told", "_now"))
    both = both.merge(year_before[[*cell, *FIGURES]].rename(columns={name: f"{name}_before" for name in FIGURES}), "left", cell)
    both = both.sort_values(["key", "hub_id"], key=_sort_key, ignore_index=True)
    frame = both[["key", "hub_id", "kept_at", "opens", "closes"]].rename(columns={"hub_id": "hub"})
    for name, prefix in (("value", ""), ("numerator", "numerator_"), ("denominator", "denominator_")):
        reported, later = both[f"{name}_told"], both[f"{name}_now"]
        frame = frame.assign(**{f"{prefix}told": reported, f"{prefix}now": later, f"{prefix}difference": later - reported})
    of_withdrawn = {key for key in set(kept["key"]) if _tables(METRICS[key]) & set(withdrawn_from)}
    revised = [
        _revision(
            METRICS[row["key"]],
            *(_figure(row, when) for when in ("told", "now", "before")),
            months=words.months_of(Period(row["opens"], row["closes"])),
            withdrawn=row["key"] in of_withdrawn,
        )
        for _, row in both.iterrows()
    ]
    columns = pd.DataFrame(revised, columns=Revision._fields)
    return frame.join(columns.astype({"worth_mentioning": bool, "cause": str, "sentence": str}))


def summary(frame: pd.DataFrame) -> str:
    """How many figures of `compare` are worth mentioning at a meeting, by what rule, and what moved most of those that moved."""
    moves = [_relative_change(row) > 0 or row["worth_mentioning"] for _, row in frame.iterrows()]
    moved = frame[pd.Series(moves, frame.index, dtype=bool)]
    mentioned = int(moved["worth_mentioning"].sum())
    if moved.empty:
        return "No figure reported then shows a different value now."
    show, are = "shows" if len(moved) == 1 else "show", "is" if mentioned <= 1 else "are"
    return (
        f"Of {len(frame)} figures reported then, {len(moved)} {show} a different value now, and {mentioned or 'none'} {are} "
        f"worth mentioning. {_RULE}{_main_cause(moved)} {REVISION}"
    )


def listing(frame: pd.DataFrame, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """The figures of `compare` as people read them, one a row, those that are worth mentioning and moved furthest first.

    Without the column of hubs where they are of the whole force.
    """
    table = pd.DataFrame([_in_words(row) for _, row in frame.loc[_order(frame)].iterrows()], columns=_COLUMNS)
    if (table["Hub"] == FORCE).all():
        return table.drop(columns="Hub")
    return table.assign(Hub=[hub_names.get(hub, hub) for hub in table["Hub"]])


def file(frame: pd.DataFrame, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """The figures of `compare` for a spreadsheet, in the order of `listing`: unrounded numbers, of which shares are fractions."""
    numbers = [f"{of}{when}" for of in ("", "numerator_", "denominator_") for when in ("told", "now", "difference")]
    ordered = frame.loc[_order(frame)].reset_index(drop=True)
    return pd.DataFrame(
        {
            "measure": [METRICS[key].name for key in ordered["key"]],
            "unit": [METRICS[key].unit for key in ordered["key"]],
            "hub": ["" if hub == FORCE else hub_names.get(hub, hub) for hub in ordered["hub"]],
            **{name: ordered[name] for name in ("opens", "closes", *numbers)},
            "worth_mentioning": ["yes" if is_worth else "no" for is_worth in ordered["worth_mentioning"]],
            "sentence": ordered["sentence"],
        }
    )


def worth_mentioning(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The figures of a `listing` that are worth mentioning: the measure, its hub and period, and what became of it."""
    mentioned = table[table["Worth mentioning"] == "yes"]
    where = [name for name in ("Hub", "Period") if name in mentioned]
    return [(row["Measure"], ", ".join(row[where]), row["In words"]) for _, row in mentioned.iterrows()]


def _order(frame: pd.DataFrame) -> list[Any]:
    """The labels of the rows, those that are worth mentioning and moved furthest first."""
    return [
        label
        for label, _ in sorted(frame.iterrows(), key=lambda one: (not one[1]["worth_mentioning"], -_relative_change(one[1])))
    ]


def _in_words(row: "pd.Series[Any]") -> tuple[str, ...]:
    metric = METRICS[row["key"]]
    return (
        metric.name,
        row["hub"],
        words.period(Period(row["opens"], row["closes"])),
        words.shown(metric, row["told"]),
        words.shown(metric, row["now"]),
        revised_figure.difference(metric, row["told"], row["now"]),
        "yes" if row["worth_mentioning"] else "no",
        row["sentence"],
    )


def _relative_change(row: "pd.Series[Any]") -> Decimal:
    return revised_figure.relative_change(METRICS[row["key"]], row["told"], row["now"])


def _tables(metric: Metric) -> set[str]:
    return {table.name for part in metric.parts for table in tables_of(part)}


def _revision(
    metric: Metric,
    reported: "pd.Series[float]",
    now: "pd.Series[float]",
    year_before: "pd.Series[float]",
    *,
    months: float,
    withdrawn: bool,
) -> Revision:
    moved = revised_figure.relative_change(metric, reported["value"], now["value"])
    compared = revised_figure.sentence_on_comparison(metric, reported, now, year_before)
    what_became = revised_figure.sentence(metric, reported, now, months, withdrawn=withdrawn)
    sentence = " ".join(filter(None, (what_became, compared)))
    cause = revised_figure.cause(metric, reported, now, withdrawn=withdrawn)
    return Revision(bool(compared) or moved > _WORTH_MENTIONING, cause, sentence)


def _main_cause(moved: pd.DataFrame) -> str:
    """What most of them have in common, said once; nothing where no cause explains more than half."""
    causes = moved["cause"].value_counts()
    cause, number = causes.index[0], int(causes.iloc[0])
    if number == len(moved):
        return f" The cause: {cause}."
    return f" The cause of {number} of {len(moved)}: {cause}." if number > len(moved) / 2 else ""


def _now_and_year_before(connection: Connection, kept: pd.DataFrame, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures reported, counted again today, and what the overview compares each with: no row where it compares none."""
    now, year_before = [], []
    for opens, closes, hub in dict.fromkeys(zip(kept["opens"], kept["closes"], kept["hub_id"], strict=True)):
        period = Period(opens, closes)
        keys = kept["key"][(kept["opens"] == opens) & (kept["closes"] == closes) & (kept["hub_id"] == hub)]
        within = replace(scope.over(opens, closes), hubs=None if hub == FORCE else (hub,))
        for headline in headlines(connection, [METRICS[key] for key in keys], within):
            metric = METRICS[headline.key]
            cell = {"key": metric.key, "hub_id": hub, "opens": opens, "closes": closes}
            same_period = headline.period in (None, period)  # not where the overview would go back to a complete year
            now.append({**cell, **(headline.now if same_period else measure(connection, metric, within).iloc[0])})
            if same_period and headline.change not in (NOT_JUDGED, NOT_COMPARABLE):
                year_before.append({**cell, **headline.before})
    columns = [*CELL, *FIGURES]
    return pd.DataFrame(now, columns=columns), pd.DataFrame(year_before, columns=columns)


def _sort_key(column: "pd.Series[str]") -> "pd.Series[str]":
    """Themes as they are listed; hubs by name."""
    positions = {key: f"{position:04d}" for position, key in enumerate(METRICS)}
    return column.map(lambda value: positions.get(value, value))


def _figure(row: "pd.Series[Any]", when: str) -> "pd.Series[float]":
    """One of the figures of a merged row: as told, now, or a year before."""
    return pd.Series({name: row[f"{name}_{when}"] for name in FIGURES})
