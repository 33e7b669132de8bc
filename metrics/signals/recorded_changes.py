"""What was changed on purpose, said beside every measure that it moves: where one part of a whole grows, the others shrink."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from metrics import words
from metrics.metric import Metric, Proportion
from metrics.signals.targets import Rebase, Settings


def counterparts(metric: Metric, among: Sequence[Metric]) -> list[Metric]:
    """The measure first, then the other shares of the same whole."""
    if not isinstance(metric.formula, Proportion):
        return [metric]
    whole = metric.formula.of
    others = (other for other in among if isinstance(other.formula, Proportion) and other.formula.of == whole)
    return [metric, *(other for other in others if other.key != metric.key)]


def sentences(metric: Metric, moved_by: Sequence[Metric], held: Settings, since: date, hub_names: Mapping[str, str]) -> list[str]:
    """A sentence for each change since a day that the measure's own chart in this scope does not say.

    Those of single hubs where more are shown, and those recorded for its counterparts (``moved_by``).
    """
    own = held.of(metric).rebases
    found = {
        (rebase, hub): other
        for other in moved_by
        for rebase, hub in _of(other, held)
        if rebase.starts_on >= since and rebase not in own
    }
    return [
        _sentence(rebase, hub_names.get(hub or "", ""), "" if other is metric else other.name)
        for (rebase, hub), other in found.items()
    ]


def _of(metric: Metric, held: Settings) -> Iterator[tuple[Rebase, str | None]]:
    return ((rebase, hub) for (key, hub), rebases in held.rebases.items() if key == metric.key for rebase in rebases)


def _sentence(rebase: Rebase, hub: str, counterpart: str) -> str:
    where = f" in {hub}" if hub else ""
    of_what = f" to “{words.uncapitalised(counterpart)}”, a part of the same whole" if counterpart else ""
    recorded = f"recorded by {rebase.recorded_by}, {words.day(rebase.recorded_on)}"
    return f"Recorded change{where}{of_what}, from {rebase.starts_on:%B %Y}: {rebase.reason.removesuffix('.')} ({recorded})."
