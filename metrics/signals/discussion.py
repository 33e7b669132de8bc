"""What is most worth discussing: the signals in order, and how many signals chance alone would give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from metrics.metric import Number, Rate
from metrics.signals.judgement import Judgement, Method
from metrics.themes import METRICS, theme_of

# How often the last point is flagged where nothing changes, at the worst volume: measured in benchmarks/signals.py.
FALSE_FLAGS: Mapping[Method, float] = {"months": 0.03, "quarters": 0.025, "days between": 0.025}
SIGNALS = ("concern", "neutral high", "neutral low", "improvement")
_POINT = ("label", "value", "centre", "lower_limit", "upper_limit", "signal")


@dataclass(frozen=True)
class Budget:
    """How many charts were checked, how many of them chance alone would flag, and how many are flagged."""

    checked: int
    by_chance: float
    flagged: int


def budget(judgements: Iterable[Judgement]) -> Budget:
    """The false-alarm budget of some charts; a count beside its own rate is not counted again."""
    checked = [judgement for judgement in once(judgements) if judgement.is_checked]
    by_chance = sum(FALSE_FLAGS[judgement.method] for judgement in checked)
    return Budget(len(checked), by_chance, sum(judgement.verdict in SIGNALS for judgement in checked))


def budget_sentence(budget: Budget) -> str:
    """How many charts were checked, how many flags chance would give, how many there are."""
    if not budget.checked:
        return "No chart has enough points to be judged."
    about = f"about {budget.by_chance:.0f}" if budget.by_chance >= 1 else "fewer than one"
    charts = "1 chart was checked" if budget.checked == 1 else f"{budget.checked:,} charts were checked"
    are = "1 is" if budget.flagged == 1 else f"{budget.flagged or 'none'} {'are' if budget.flagged else 'is'}"
    sentence = f"{charts}. If nothing had changed anywhere, chance alone would flag {about} of them; {are} flagged."
    if 0 < budget.flagged <= budget.by_chance:
        sentence += " That is no more than chance alone would give."
    return sentence


def listing(judgements: Iterable[Judgement]) -> pd.DataFrame:
    """A row a judgement: key and hub, method, the last point that can be judged, signal, verdict, and target."""
    rows = []
    for judgement in judgements:
        last = judgement.last_point
        target = judgement.setting.target
        rows.append(
            {
                "key": judgement.key,
                "hub": judgement.hub or "",
                "method": judgement.method,
                **{name: last.get(name) for name in _POINT},
                "verdict": judgement.verdict,
                "target": target.value if target else None,
                "assurance": judgement.assurance,
            }
        )
    return pd.DataFrame(rows, columns=["key", "hub", "method", *_POINT, "verdict", "target", "assurance"])


def in_order(judgements: Iterable[Judgement]) -> list[Judgement]:
    """The most worth discussing first: concerns, missed targets, changes of no direction, improvements; the clearest first."""
    return sorted(judgements, key=lambda judgement: (_rank(judgement), -_strength(judgement)))


def worth_discussing(judgements: Iterable[Judgement]) -> list[list[Judgement]]:
    """The signals of each theme and place together, the clearest of them first.

    In the order of that one's verdict; within it those that several measures bear out come first.
    """
    flagged = [judgement for judgement in in_order(once(judgements)) if judgement.verdict in SIGNALS]
    by_subject: dict[tuple[str, str | None], list[Judgement]] = {}
    for judgement in flagged:
        by_subject.setdefault((theme_of(METRICS[judgement.key]).key, judgement.hub), []).append(judgement)
    return sorted(by_subject.values(), key=lambda signals: (_rank(signals[0]), -len(signals)))


def subjects(judgements: Iterable[Judgement]) -> list[list[Judgement]]:
    """What is worth discussing, all concerns before all other changes."""
    return sorted(worth_discussing(judgements), key=lambda signals: signals[0].verdict != "concern")


def once(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Without the counts whose rate is judged too, at the same place: they would say the same twice."""
    judgements = list(judgements)

    def is_a(judgement: Judgement, formula: type) -> bool:
        return isinstance(METRICS[judgement.key].formula, formula)

    def count_and_hub(judgement: Judgement) -> tuple[object, str | None]:
        return METRICS[judgement.key].measured, judgement.hub

    rated = {count_and_hub(judgement) for judgement in judgements if judgement.is_judged and is_a(judgement, Rate)}
    return [judgement for judgement in judgements if not (is_a(judgement, Number) and count_and_hub(judgement) in rated)]


def _rank(judgement: Judgement) -> int:
    """0 is most worth discussing."""
    verdict, misses = judgement.verdict, judgement.assurance == "misses"
    order: Sequence[bool] = (
        verdict == "concern",
        misses,
        verdict in ("neutral high", "neutral low"),
        verdict == "improvement",
        judgement.assurance == "hit or miss",
        judgement.is_judged,
        judgement.method != "not available",
    )
    return order.index(True) if any(order) else len(order)


def _strength(judgement: Judgement) -> float:
    """How far the last point lies from the centre, in distances to the limit."""
    if not judgement.is_judged:
        return 0.0
    last = judgement.last_point
    up = last["value"] > last["centre"]
    distance = last["upper_limit"] - last["centre"] if up else last["centre"] - last["lower_limit"]
    strength = abs(last["value"] - last["centre"]) / distance if distance else 0.0
    return float(strength) if pd.notna(strength) else 0.0
