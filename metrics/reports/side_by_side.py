"""A measure in each hub beside the others: in what order, with which lines, by size where that says more, and in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from metrics import sentences, words
from metrics.metric import Metric, Number, Proportion, Rate
from metrics.reports.headline import Headline
from metrics.sentences import Whole
from metrics.signals.targets import Settings, Target, target_in_words
from metrics.statistics.funnel import Funnel, funnel
from queries.facts.child import UNKNOWN
from queries.scope import Scope


@dataclass(frozen=True, eq=False)
class SideBySide:
    """``known`` are the rows of `measure` by hub that have a figure, the highest first, and ``names`` those of their hubs, with
    their own target in ``labels``; ``lines`` a name and a value each: the whole, the target. ``funnel`` is of a share or rate
    alone, its units by the position of their names.
    """

    known: pd.DataFrame
    names: tuple[str, ...]
    labels: tuple[str, ...]
    lines: tuple[tuple[str, float], ...]
    funnel: Funnel | None
    sentence: str
    months: float

    @property
    def names_of_units(self) -> list[str]:
        """The names of the hubs that a funnel has, in its order."""
        return [] if self.funnel is None else [self.names[position] for position in self.funnel.units.index]


def side_by_side(
    metric: Metric, frame: pd.DataFrame, whole: Headline, held: Settings, scope: Scope, hub_names: Mapping[str, str]
) -> SideBySide | None:
    """The hubs of ``frame`` (of `measure` by hub), beside the ``whole`` of the scope; None where no hub has a figure."""
    known = frame[(frame["hub"] != UNKNOWN) & frame["value"].notna()].sort_values("value", ascending=False, ignore_index=True)
    if known.empty:
        return None
    names = [hub_names.get(hub, hub) for hub in known["hub"]]
    own = [held.targets.get((metric.key, hub)) for hub in known["hub"]]
    labels = [_with_own_target(metric, name, target) for name, target in zip(names, own, strict=True)]
    plot, months = funnel_of(metric, known), words.months_of(whole.period)
    if plot:
        units = [names[position] for position in plot.units.index]
        said = sentences.spread(metric, plot, units, whole_beside(metric, frame, "hub", scope, whole))
    else:
        said = sentences.contrast(metric, known, names, months)
    return SideBySide(known, tuple(names), tuple(labels), tuple(_lines(metric, whole, held)), plot, said, months)


def _with_own_target(metric: Metric, name: str, target: Target | None) -> str:
    """A hub's name, with what it has set itself where it has a target of its own."""
    return f"{name} (own target {target_in_words(metric, target)})" if target else name


def _lines(metric: Metric, whole: Headline, held: Settings) -> list[tuple[str, float]]:
    """The whole, and what the force has set itself where it has: a name and a value each."""
    is_total = isinstance(metric.formula, Number)  # of which no hub can be near
    lines = [] if is_total or pd.isna(whole.now["value"]) else [("All hubs", float(whole.now["value"]))]
    target = held.targets.get((metric.key, None))
    return [*lines, *([("Target", target.value)] if target else [])]


def whole_beside(metric: Metric, frame: pd.DataFrame, dimension: str, scope: Scope, whole: Headline) -> Whole:
    """All units together, those of no unit with them: the force, where its hubs are compared."""
    counted = "numerator" if isinstance(metric.formula, Rate) else "denominator"
    # Else a child or event is in several units, and what has none explains little.
    counts_once = frame[counted].sum() <= whole.now[counted]
    unknown = frame.loc[(frame[dimension] == UNKNOWN) & counts_once, counted]
    name = "all of them together" if dimension == "force" else "the force" if scope.hubs is None else "these hubs together"
    return Whole(name, f"{dimension}s", whole.now, int(unknown.sum()))


def funnel_of(metric: Metric, frame: pd.DataFrame) -> Funnel | None:
    """The units of a share or rate around the value of all together."""
    k, n = frame["numerator"], frame["denominator"]
    match metric.formula:
        case Proportion():
            return funnel(k, n, "proportion")
        case Rate(_, per):
            return funnel(k, n, "rate", per)
        case _:
            return None
