"""What is most worth discussing: signals in order, and how many of them chance alone would give."""

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
    """The false-alarm budget of some charts; counts beside their own rate are not counted again."""
    checked = [judgement for judgement in once(judgements) if judgement.is_judged]
    by_chance = sum(FALSE_FLAGS[judgement.method] for judgement in checked)
    return Budget(len(checked), by_chance, sum(judgement.verdict in SIGNALS for judgement in checked))


def budget_sentence(found: Budget) -> str:
    """How many charts were checked, how many flags chance would give, how many there are."""
    if not found.checked:
        return "No chart has enough behind it to be judged."
    about = f"about {found.by_chance:.0f}" if found.by_chance >= 1 else "fewer than one"
    charts = "1 chart was checked" if found.checked == 1 else f"{found.checked:,} charts were checked"
    are = "1 is" if found.flagged == 1 else f"{found.flagged or 'none'} {'are' if found.flagged else 'is'}"
    said = f"{charts}. If nothing had changed anywhere, chance alone would flag {about} of them; {are} flagged."
    if 0 < found.flagged <= found.by_chance:
        said += " That is no more than chance alone would give."
    return said


def listing(judgements: Iterable[Judgement]) -> pd.DataFrame:
    """A row a judgement: key and hub, method, the last point that can be judged, signal, verdict, and target."""
    rows = []
    for judgement in judgements:
        last: Mapping[str, object] = dict(judgement.stretch.iloc[-1]) if len(judgement.stretch) else {}
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
    flagged = [each for each in in_order(once(judgements)) if each.verdict in SIGNALS]
    by_subject: dict[tuple[str, str | None], list[Judgement]] = {}
    for judgement in flagged:
        by_subject.setdefault((theme_of(METRICS[judgement.key]).key, judgement.hub), []).append(judgement)
    return sorted(by_subject.values(), key=lambda alike: (_rank(alike[0]), -len(alike)))


def once(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Without the counts whose rate is judged too, at the same place: they say the same twice."""
    judgements = list(judgements)
    rated = {
        (METRICS[each.key].measured, each.hub)
        for each in judgements
        if each.is_judged and isinstance(METRICS[each.key].formula, Rate)
    }
    return [
        each
        for each in judgements
        if not (isinstance(METRICS[each.key].formula, Number) and (METRICS[each.key].measured, each.hub) in rated)
    ]


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
    last = judgement.stretch.iloc[-1]
    up = last["value"] > last["centre"]
    distance = last["upper_limit"] - last["centre"] if up else last["centre"] - last["lower_limit"]
    strength = abs(last["value"] - last["centre"]) / distance if distance else 0.0
    return float(strength) if pd.notna(strength) else 0.0
