"""What a release promises, in plain words: what was done, who attacked it and what they found, what was left out and why."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from metrics import words
from release.answers import views
from release.answers.released import Release
from release.merging import JOINED

PROMISES = (
    "[low] is 0 to 4; which of these is not told. It is never drawn as a height.",
    "[c] is withheld: in that table some number of more than four had fewer than five children behind it, or one child for over "
    "half, or a small number could be narrowed down. A table is left out whole, since a single missing number can be worked out "
    "from the others.",
    "[x] is not available: the data for it are not loaded, or do not reach back far enough.",
    "Every number is a multiple of five and at most four away from the true one. All tables add up, in every direction; only a "
    "crime of several suspects counts in each of their groups, so those come to more than all.",
    "Higher, lower and clear are said only where chance and rounding together do not explain a difference. Where chance alone "
    "would not, but rounding might, rounding is said to leave it open.",
    "Rounding is decided once, from the records and a secret key: the same children are rounded the same way everywhere, and "
    "asking again or adding up in another way tells nothing new.",
    "Before it is published, a release is attacked: as somebody outside, and as somebody who has all the records of one hub, "
    "each with all earlier releases and all public figures at hand. It passes only if every number from 1 to 4 could as well be "
    "none, or five and more, within a range of at least three, and every 0 could be 1.",
    "It does not prevent a guess, only certainty: somebody who knows a child may guess rightly that the child is in a number. "
    "Nor does it hold against somebody who has the records of two hubs together.",
    "Percentages are worked out from rounded numbers, in whole numbers, only where at least 10 are shown of at least 20. Ranges "
    "say what rounding leaves open, not what chance does.",
    "A person decides: the force's command team publishes a release, or withdraws it, and both are written down.",
)


def of(release: Release) -> str:
    """What was found when a release was attacked, in a few sentences."""
    proof = release.stored.about["proof"]
    kinds = [kind for kind in proof["kinds"] if kind["passed"]]
    cells = sum(kind["cells"] for kind in kinds)
    attackers = max((len(kind["attackers"]) for kind in kinds), default=0)
    narrowest = min((kind["narrowest"] for kind in kinds if kind["narrowest"] is not None), default=None)
    least = (
        f" The narrowest range that any of them was left with for a number from 1 to 4 is {narrowest:.0f} wide."
        if narrowest
        else ""
    )
    before = proof["stacked_on"]
    beside = f", beside {words.number(len(before))} earlier {'release' if len(before) == 1 else 'releases'}" if before else ""
    kinds_told = f"{words.number(len(kinds))} {'kind' if len(kinds) == 1 else 'kinds'} of events"
    return (
        f"Release {release.number} tells {cells:,} numbers of {kinds_told}, of data to "
        f"{words.day(date.fromisoformat(release.data_end))}. {words.capitalised(words.number(attackers))} attackers were tried "
        f"on each{beside}, and none could narrow down a small number.{least}"
    )


def coarser(release: Release, *, with_reason: bool = False) -> pd.DataFrame:
    """What is told together or left out: ``Of, Table, What``; and ``Why``, for who may know where a few children stand out."""
    rows = [
        {"Of": kind["name"], "Table": step["name"], "What": _what(release, kind, step), "Why": step["why"]}
        for kind in release.stored.about["kinds"]
        for step in kind["steps"]
        if not _is_on_the_way(step, kind["steps"])
    ]
    return pd.DataFrame(rows, columns=["Of", "Table", "What", *(["Why"] if with_reason else [])])


def _is_on_the_way(step: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> bool:
    """Whether what was merged was merged with more afterwards."""
    members = {part for name in step["merged"] for part in name.split(JOINED)}
    return any(step is not other and members < {p for n in other["merged"] for p in n.split(JOINED)} for other in steps)


def _what(release: Release, kind: Mapping[str, Any], step: Mapping[str, Any]) -> str:
    if step["merged"]:
        (dimension,) = step["table"]
        parts = [part for name in step["merged"] for part in name.split(JOINED)]
        return f"{words.listed([views.category(release, dimension, part) for part in parts])} are told together"
    quarters = set(kind["quarters"])
    if set(step["periods"]) <= quarters:
        return "quarters are left out"
    years = [one for one in step["periods"] if one not in quarters]
    return f"{words.listed(years)} {'is' if len(years) == 1 else 'are'} left out"
