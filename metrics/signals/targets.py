"""What a measure is held against: the target that a board has set, and the days from which its control chart is counted anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from metrics import words
from metrics.metric import Better, Metric, Number
from metrics.themes import METRICS
from queries.engine import reading
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
class Step:
    """A day from which a control chart is counted anew, because something was changed on it that is meant to last."""

    starts_on: date
    reason: str
    recorded_by: str
    recorded_on: date


@dataclass(frozen=True)
class Setting:
    """What a measure of one place is held against; the steps in the order of their days."""

    better: Better
    target: Target | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Settings:
    """The settings of several measures for a scope, by key and hub (None: the force). Ask it by `of`."""

    scope: Scope
    targets: Mapping[tuple[str, str | None], Target]
    steps: Mapping[tuple[str, str | None], tuple[Step, ...]]

    def of(self, metric: Metric, hub: str | None = None) -> Setting:
        """A hub's own target, else the force's, and the steps of both; without a hub, of all in scope together.

        All together is the force, or several hubs, held against what the force has set; where the scope has one hub, that hub.
        """
        if hub is None and self.scope.hubs is not None and len(self.scope.hubs) == 1:
            (hub,) = self.scope.hubs
        places = dict.fromkeys((hub, None))
        own = (self.targets.get((metric.key, place)) for place in places)
        steps = (step for place in places for step in self.steps.get((metric.key, place), ()))
        target = next((target for target in own if target), None)
        return Setting(metric.better, target, tuple(sorted(steps, key=lambda step: step.starts_on)))


def settings(metrics: Sequence[Metric], scope: Scope, on: date, source: Engine | Connection | None = None) -> Settings:
    """The targets that stand on a day, the last of the period shown, and the steps up to it.

    Of several targets of one place the one that applies from the latest day stands. Rows that the importer would refuse, as
    a force's own view may hold, are left out.
    """
    keys = [metric.key for metric in metrics]
    with reading(scope.access, source) as connection:
        targets, steps = (list(_sound(read(connection, scope, keys, on))) for read in (q.targets, q.steps))
    by_place: dict[tuple[str, str | None], tuple[Step, ...]] = {}
    for row in steps:
        place = (row["metric_key"], row["hub_id"])
        by_place[place] = (*by_place.get(place, ()), _step(row))
    return Settings(scope, {(row["metric_key"], row["hub_id"]): _target(row) for row in targets}, by_place)


def objection(key: str, value: float | None = None) -> tuple[str, str] | None:
    """What speaks against a target, or a step, which has no value: the column at fault and why. None where nothing does."""
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


def target_sentence(metric: Metric, target: Target) -> str:
    """Target: at least 80.0%, set by the Child Centred Policing Board on 3 March 2025: ..."""
    value = words.shown(metric, target.value, with_unit=True)
    return (
        f"Target: {_SIDE[metric.better]}{value}, set by {target.set_by} on {words.day(target.set_on)}: "
        f"{target.reason.removesuffix('.')}."
    )


def step_sentence(step: Step) -> str:
    """Counted anew from September 2025: ... (recorded by the performance lead, 20 September 2025)."""
    first = f"{step.starts_on:%B %Y}" if step.starts_on.day == 1 else words.day(step.starts_on)
    reason = step.reason.removesuffix(".")
    return f"Counted anew from {first}: {reason} (recorded by {step.recorded_by}, {words.day(step.recorded_on)})."


def _sound(rows: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if not objection(row["metric_key"], row.get("value")))


def _target(row: Mapping[str, Any]) -> Target:
    return Target(float(row["value"]), row["applies_from_on"], row["set_by"], row["set_on"], row["reason"])


def _step(row: Mapping[str, Any]) -> Step:
    return Step(row["starts_on"], row["reason"], row["recorded_by"], row["recorded_on"])
