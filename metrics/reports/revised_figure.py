"""One figure as it was reported, beside the same figure now: how far it moved, why, and the words for it.

A figure is a row of `measure`; the two are of one measure and one period.
"""

import math
from decimal import Decimal

import pandas as pd

from metrics import words
from metrics.metric import Metric, Rate
from metrics.sentences import figure
from metrics.statistics.change import change

UNCHANGED = "Unchanged."
NO_FIGURE = "There was no figure then, and there is none now."
RECORDS_CHANGED = "records were entered, completed or corrected since"
RECORDS_WITHDRAWN = "records were withdrawn since, and others entered, completed or corrected"
_RESIDENTS_UPDATED = "the number of residents was updated since"
_DATA_LOADED = "data were loaded since"


def sentence(
    metric: Metric, reported: "pd.Series[float]", now: "pd.Series[float]", months: float = 12, *, withdrawn: bool = False
) -> str:
    """What became of a figure of so many months, without alarm.

    The usual cause, that records were entered late, is not said each time: see `metrics.reports.revisions.summary`.
    """
    earlier, later = (figure(metric, row, months) for row in (reported, now))
    reason = cause(metric, reported, now, withdrawn=withdrawn)
    if not reason:
        return NO_FIGURE if pd.isna(now["value"]) else UNCHANGED
    if pd.isna(reported["value"]):
        return f"There was no figure then; the same period now shows {later}: its {reason}."
    if pd.isna(now["value"]):
        return f"Reported as {earlier}; the same period now has no figure."
    unusual = f": {reason}" if reason != RECORDS_CHANGED else ""
    same = "" if relative_change(metric, reported["value"], now["value"]) else ", the same when rounded"
    return f"Reported as {earlier}; the same period now shows {later}{same}{unusual}."


def sentence_on_comparison(
    metric: Metric, reported: "pd.Series[float]", now: "pd.Series[float]", year_before: "pd.Series[float]"
) -> str:
    """How the comparison with the year before has changed; blank where it has not, or where a figure is missing."""
    if pd.isna(reported["value"]) or pd.isna(now["value"]):
        return ""
    earlier, later = (change(metric, row, year_before).words for row in (reported, now))
    return f"The comparison with the year before was: {earlier}; it is now: {later}." if earlier != later else ""


def cause(metric: Metric, reported: "pd.Series[float]", now: "pd.Series[float]", *, withdrawn: bool = False) -> str:
    """Why a figure is not what it was; blank where it is, or where there is none. ``withdrawn``: records that it counts were."""
    if pd.isna(reported["value"]):
        return "" if pd.isna(now["value"]) else _DATA_LOADED
    if all(_equal(reported[name], now[name]) for name in ("numerator", "denominator", "value")):
        return ""
    if isinstance(metric.formula, Rate) and _equal(reported["numerator"], now["numerator"]):
        return _RESIDENTS_UPDATED
    return RECORDS_WITHDRAWN if withdrawn else RECORDS_CHANGED


def difference(metric: Metric, reported: float, now: float) -> str:
    """The difference of two values as they stand on screen, so that a reader's own subtraction agrees; blank without both."""
    if pd.isna(reported) or pd.isna(now):
        return ""
    amount = _on_screen(metric, now) - _on_screen(metric, reported)
    if not amount:
        return "none"
    return f"{'up' if amount > 0 else 'down'} {abs(amount):,}{' points' if metric.is_share else ''}"


def relative_change(metric: Metric, reported: float, now: float) -> Decimal:
    """How far a value moved on screen, as a share of the one reported; infinite where that was 0, or where one is missing."""
    if pd.isna(reported) and pd.isna(now):
        return Decimal(0)
    if pd.isna(reported) or pd.isna(now):
        return Decimal("inf")
    earlier, amount = _on_screen(metric, reported), abs(_on_screen(metric, now) - _on_screen(metric, reported))
    if not amount:
        return Decimal(0)
    return amount / abs(earlier) if earlier else Decimal("inf")


def _equal(reported: float, now: float) -> bool:
    return bool(pd.isna(reported) and pd.isna(now)) or math.isclose(reported, now, rel_tol=1e-9)


def _on_screen(metric: Metric, value: float) -> Decimal:
    return Decimal(words.shown(metric, value).removesuffix("%").replace(",", ""))
