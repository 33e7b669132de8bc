"""Whether a figure differs from the same period a year before: the interval of the difference, and plain words for it."""

import math
from dataclasses import dataclass

import pandas as pd
from scipy.special import betaincinv

from metrics.metric import Metric, Number, Proportion, Rate
from metrics.statistics.intervals import CONFIDENCE

TOO_FEW_EVENTS = 10  # in both periods together: of fewer, a doubling may be chance
TOO_FEW_FOR_PERCENTAGES = 20  # in either period: a percentage of fewer claims too much
TOO_FEW_IN_SHARE = 10  # in the smaller denominator


@dataclass(frozen=True)
class Change:
    """From an earlier figure to a later one: ``words`` says which is higher, or why that is not known.

    ``estimate`` with its interval is a ratio for counts and rates, a difference for shares, nan where there is none.
    """

    words: str
    estimate: float = math.nan
    lower: float = math.nan
    upper: float = math.nan


NOT_KNOWN = Change("not available")
TOO_FEW = Change("too few to tell")
NOT_JUDGED = Change("not judged")
NOT_COMPARABLE = Change("not comparable")


def is_of_few(metric: Metric, row: "pd.Series[float]") -> bool:
    """Whether one event more or less would move the figure of a row of `measure` much, so that nothing is to be read from it."""
    match metric.formula:
        case Proportion():
            return bool(row["denominator"] < TOO_FEW_FOR_PERCENTAGES)
        case Number() | Rate():
            return bool(row["numerator"] < TOO_FEW_EVENTS)
        case _:
            return bool(row["denominator"] < TOO_FEW_IN_SHARE)


def change(metric: Metric, now: "pd.Series[float]", before: "pd.Series[float]") -> Change:
    """Compare two rows of `measure` for one metric. Words: higher, lower, no clear difference, too few to tell, not available."""
    if pd.isna(now["value"]) or pd.isna(before["value"]):
        return NOT_KNOWN
    match metric.formula:
        case Proportion():
            if min(now["denominator"], before["denominator"]) < TOO_FEW_IN_SHARE:
                return TOO_FEW
            return _in_words(0, *difference(now, before))
        case Number(count) | Rate(count) if count.total is None:
            if now["numerator"] + before["numerator"] < TOO_FEW_EVENTS:
                return TOO_FEW
            years = (now["denominator"], before["denominator"]) if isinstance(metric.formula, Rate) else (1.0, 1.0)
            return _in_words(1, *rate_ratio(now["numerator"], years[0], before["numerator"], years[1]))
        case _:
            return _compare_intervals(now, before)


def difference(now: "pd.Series[float]", before: "pd.Series[float]") -> tuple[float, float, float]:
    """The difference of two proportions, later minus earlier, with its 95% interval, from their Wilson limits.

    Source: Newcombe, Stat Med 17 (1998) 873, method 10.
    """
    estimate = now["value"] - before["value"]
    down = math.hypot(now["value"] - now["lower"], before["upper"] - before["value"])
    up = math.hypot(now["upper"] - now["value"], before["value"] - before["lower"])
    return estimate, estimate - down, estimate + up


def rate_ratio(
    k: float, n: float, k_before: float, n_before: float, confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """The ratio of two Poisson rates with its exact conditional interval; infinite where there were none before.

    Source: Przyborowski & Wilenski, Biometrika 31 (1940) 313; Clopper-Pearson limits of the share of all events.
    """
    tail, scale = (1 - confidence) / 2, n_before / n
    low = float(betaincinv(k, k_before + 1, tail)) if k else 0.0
    high = float(betaincinv(k + 1, k_before, 1 - tail)) if k_before else 1.0
    estimate = k / k_before * scale if k_before else math.inf
    return estimate, low / (1 - low) * scale, high / (1 - high) * scale if high < 1 else math.inf


def _in_words(no_change: float, estimate: float, lower: float, upper: float) -> Change:
    words = "higher" if lower > no_change else "lower" if upper < no_change else "no clear difference"
    return Change(words, estimate, lower, upper)


def _compare_intervals(now: "pd.Series[float]", before: "pd.Series[float]") -> Change:
    """Medians have no simple interval of their difference: they differ where their own intervals do not meet."""
    if pd.isna(now[["lower", "upper"]]).any() or pd.isna(before[["lower", "upper"]]).any():
        return NOT_JUDGED
    words = "higher" if now["lower"] > before["upper"] else "lower" if now["upper"] < before["lower"] else "no clear difference"
    return Change(words)
