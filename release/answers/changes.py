"""Whether a released figure differs from an earlier one: only where it still does with both rounded as unluckily as they can be.

The words are those of the rest of the dashboard (`metrics.statistics.change`), and so are the tests.
"""

import numpy as np
import pandas as pd

from metrics.statistics.change import TOO_FEW_EVENTS, difference, rate_ratio
from metrics.statistics.intervals import wilson_limits
from release.answers.released import Number, Share

HIGHER, LOWER, NO_DIFFERENCE, TOO_FEW = "higher", "lower", "no clear difference", "too few to tell"
OPEN = "rounding leaves it open"  # chance alone would not explain the difference, but rounding and chance might
CHANGE_TOLD_FROM = 10  # of less, rounding alone may be the cause: the two numbers may each be 4 off


def of_numbers(now: Number, before: Number) -> str:
    """Whether one number of events is higher or lower than another, of as long a time: in the words above."""
    if now.shown + before.shown < TOO_FEW_EVENTS:
        return TOO_FEW
    if now.shown < before.shown:
        return {HIGHER: LOWER}.get(found := of_numbers(before, now), found)
    as_shown, unluckily = (rate_ratio(k, 1.0, of, 1.0)[1] for k, of in ((now.shown, before.shown), (now.low, before.high)))
    return HIGHER if unluckily > 1 else OPEN if as_shown > 1 else NO_DIFFERENCE


def of_shares(now: Share | None, before: Share | None) -> str:
    """Whether one share is higher or lower than another."""
    if now is None or before is None:
        return TOO_FEW
    if now.part.shown / now.of.shown < before.part.shown / before.of.shown:
        return {HIGHER: LOWER}.get(found := of_shares(before, now), found)
    as_shown = difference(_row(now.part.shown, now.of.shown), _row(before.part.shown, before.of.shown))
    unluckily = difference(_row(now.part.low, now.of.high), _row(before.part.high, before.of.low))
    return HIGHER if unluckily[1] > 0 else OPEN if as_shown[1] > 0 else NO_DIFFERENCE


def _row(k: float, n: float) -> "pd.Series[float]":
    n = max(n, k)
    lower, upper = wilson_limits(np.array([k], dtype=float), np.array([n], dtype=float))
    return pd.Series({"value": k / n, "lower": float(lower[0]), "upper": float(upper[0])})


def in_words(now: Number, before: Number, since: str) -> str:
    """How far a number moved, as it may be said of rounded ones: up by about 10 on 2024/25."""
    moved = now.shown - before.shown
    if abs(moved) < CHANGE_TOLD_FROM:
        return f"about as many as in {since}"
    return f"{'up' if moved > 0 else 'down'} by about {abs(moved):,} on {since}"
