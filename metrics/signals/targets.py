"""What a measure is held against: its target, and the days from which its control chart is restarted."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.metric import Better, Metric, Number
from metrics.statistics.change import is_of_few
from metrics.themes import METRICS
from queries.lookups import targets as q
from queries.scope import Scope

_SIDE = {Better.HIGHER: "at least ", Better.LOWER: "at most ", Better.NEITHER: ""}


@dataclass(frozen=True)
class Target:
    """A value to be reached, a share as a fraction; ``set_by`` is a role or a board."""

    value: float
    applies_from: date
    set_by: str
    set_on: date
    reason: str


@dataclass(frozen=True)
class Standing:
    """A figure against its target: whether it is met, and whether all of its 95% range lies on the same side."""

    is_met: bool
    is_sure: bool


@dataclass(frozen=True)
class Rebase:
    """A day from which a control chart is restarted, its limits recalculated, because of a change that is meant to last."""

    starts_on: date
    reason: str
    recorded_by: str
    recorded_on: date


@dataclass(frozen=True)
class RecordedRebase:
    """A rebase of a measure that is not in the database of figures; of all hubs where ``hub`` is None."""

    metric_key: str
    hub: str | None
    rebase: Rebase


@dataclass(frozen=True)
class Setting:
    """What a measure of one place is held against; the rebases in the order of their days."""

    better: Better
    target: Target | None = None
    rebases: tuple[Rebase, ...] = ()


@dataclass(frozen=True)
class Settings:
    """The settings of several measures for a scope, by key and hub (None: the force). Use `of` to look one up."""

    scope: Scope
    targets: Mapping[tuple[str, str | None], Target]
    rebases: Mapping[tuple[str, str | None], tuple[Rebase, ...]]

    def of(self, metric: Metric, hub: str | None = None) -> Setting:
        """A hub's own target, else the force's, and the rebases of both; without a hub, of all in scope together.

        All in scope together are held against what the force has set; a scope of one hub against what that hub has.
        """
        if hub is None and self.scope.hubs is not None and len(self.scope.hubs) == 1:
            (hub,) = self.scope.hubs
        places = dict.fromkeys((hub, None))
        targets = (self.targets.get((metric.key, place)) for place in places)
        rebases = (rebase for place in places for rebase in self.rebases.get((metric.key, place), ()))
        target = next((target for target in targets if target), None)
        return Setting(metric.better, target, tuple(sorted(rebases, key=lambda rebase: rebase.starts_on)))


def settings(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, on: date, recorded: Sequence[RecordedRebase] = ()
) -> Settings:
    """The targets that apply on a day, the last of the period shown, and the rebases up to it, also those ``recorded`` elsewhere.

    Of several targets of one place the one that applies from the latest day holds. Rows that the importer would refuse, as
    a force's own view may have, are left out.
    """
    keys = [metric.key for metric in metrics]
    targets, rebases = (list(_valid(read(connection, scope, keys, on))) for read in (q.targets, q.rebases))
    by_place: dict[tuple[str, str | None], tuple[Rebase, ...]] = {}
    loaded = [((row["metric_key"], row["hub_id"]), _rebase(row)) for row in rebases]
    others = [((each.metric_key, each.hub), each.rebase) for each in recorded if _applies(each, keys, scope, on)]
    for place, rebase in sorted([*loaded, *others], key=lambda each: each[1].starts_on):
        by_place[place] = (*by_place.get(place, ()), rebase)
    return Settings(scope, {(row["metric_key"], row["hub_id"]): _target(row) for row in targets}, by_place)


def _applies(recorded: RecordedRebase, keys: Sequence[str], scope: Scope, on: date) -> bool:
    """Whether a rebase that was recorded elsewhere is of these measures and this scope, and was known by its day."""
    is_there = recorded.hub is None or scope.hubs is None or recorded.hub in scope.hubs
    is_known = recorded.rebase.recorded_on <= (scope.as_at or date.max)
    return recorded.metric_key in keys and is_there and recorded.rebase.starts_on <= on and is_known


def objection(key: str, value: float | None = None) -> tuple[str, str] | None:
    """Why a target, or a rebase, which has no value, is not valid: the column at fault and the reason. None where it is."""
    metric = METRICS.get(key)
    if metric is None:
        return "metric_key", "is not a measure: `python -m metrics list` names them"
    if value is None:
        return None
    if isinstance(metric.formula, Number):
        reason = "is a plain count, which grows with the length of the period: set the target for its rate or share"
        return "metric_key", reason
    if metric.is_share and not 0 <= value <= 1:
        return "value", "is the target of a share: give a fraction from 0 to 1, such as 0.8 for 80%"
    return None if value >= 0 else ("value", "is below 0, where no figure can be")


def standing(metric: Metric, row: "pd.Series[float]", target: Target | None) -> Standing | None:
    """How a row of `measure` stands against a target; None without either, of too few to tell, or where no way is better."""
    if target is None or pd.isna(row["value"]) or metric.better is Better.NEITHER or is_of_few(metric, row):
        return None

    def is_met(value: float) -> bool:
        # Floating point: 27 of 100 is 0.27, and meets a target of 27%.
        return math.isclose(value, target.value) or (value > target.value) == (metric.better is Better.HIGHER)

    ends = [limit for limit in (row["lower"], row["upper"]) if pd.notna(limit)]
    return Standing(is_met(row["value"]), all(is_met(limit) == is_met(row["value"]) for limit in ends))


def of_period(
    metric: Metric,
    place: str,
    whole: tuple["pd.Series[float]", Target | None],
    hubs: Sequence[tuple["pd.Series[float]", Target | None]],
) -> str:
    """How the figures of a period stand against their targets, the place first, then how many of its hubs.

    "Target 40% or less: met by the force, within the margin; missed by 4 of 6 hubs, 3 of them within the margin." Blank without
    a target of the place, or a figure.
    """
    row, target = whole
    if target is None or pd.isna(row["value"]) or metric.better is Better.NEITHER:
        return ""
    stands = standing(metric, row, target)
    if stands is None:
        stood = f"too few to tell for {place}"
    else:
        stood = f"{'met' if stands.is_met else 'missed'} by {place}{'' if stands.is_sure else ', within the margin'}"
    with_figure = [(each, own) for each, own in hubs if own and pd.notna(each["value"])]
    of_hubs = _of_hubs([standing(metric, *each) for each in with_figure]) if len(with_figure) > 1 else ""
    return f"Target {target_in_words(metric, target)}: {stood}{of_hubs}."


def _of_hubs(standings: Sequence[Standing | None]) -> str:
    """How many hubs miss their targets, how many of these within the margin, and of how many too little is known."""
    known = [each for each in standings if each]
    missed, unsure = [each for each in known if not each.is_met], sum(not each.is_met and not each.is_sure for each in known)
    few = f", too few to tell in {len(standings) - len(known)}" if len(known) < len(standings) else ""
    if not known:
        return "; too few to tell in every hub"
    if not missed:
        return f"; met by {f'{len(known)} of' if few else 'all'} {len(standings)} hubs{few}"
    within = "" if not unsure else ", within the margin" if len(missed) == unsure else f", {unsure} of them within the margin"
    return f"; missed by {len(missed)} of {len(standings)} hubs{within}{few}"


def target_in_words(metric: Metric, target: Target) -> str:
    """40% or less, 80% or more; 2.8 hours or less."""
    side = {Better.HIGHER: " or more", Better.LOWER: " or less"}.get(metric.better, "")
    places = 0 if metric.is_share and math.isclose(target.value * 100, round(target.value * 100)) else 1
    return f"{words.shown(metric, target.value, with_unit=True, places=places).replace('.0 ', ' ')}{side}"


def target_sentence(metric: Metric, target: Target) -> str:
    """Target: at least 80.0%, set by the Child Centred Policing Board on 3 March 2025: ..."""
    value = words.shown(metric, target.value, with_unit=True)
    return (
        f"Target: {_SIDE[metric.better]}{value}, set by {target.set_by} on {words.day(target.set_on)}: "
        f"{target.reason.removesuffix('.')}."
    )


def rebase_sentence(rebase: Rebase) -> str:
    """Chart restarted from September 2025: ... (recorded by the performance lead, 20 September 2025)."""
    first = f"{rebase.starts_on:%B %Y}" if rebase.starts_on.day == 1 else words.day(rebase.starts_on)
    reason = rebase.reason.removesuffix(".")
    return f"Chart restarted from {first}: {reason} (recorded by {rebase.recorded_by}, {words.day(rebase.recorded_on)})."


def _valid(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if not objection(row["metric_key"], row.get("value")))


def _target(row: Mapping[str, Any]) -> Target:
    return Target(float(row["value"]), row["applies_from_on"], row["set_by"], row["set_on"], row["reason"])


def _rebase(row: Mapping[str, Any]) -> Rebase:
    return Rebase(row["starts_on"], row["reason"], row["recorded_by"], row["recorded_on"])
