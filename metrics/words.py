"""Figures as people read them: numbers with their unit, periods, ranges, and one true sentence for each measure."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from metrics.change import Change
from metrics.metric import Better, Metric, Number, Proportion, Rate
from queries.periods import Period

NOT_AVAILABLE = "not available"


def shown(metric: Metric, value: float, *, with_unit: bool = False, places: int = 1) -> str:
    """A value of the metric, rounded for reading: 1,234 or 26.1% or 6.4 hours."""
    if pd.isna(value):
        return NOT_AVAILABLE
    if metric.is_share:
        return f"{value:.{places}%}"
    text = f"{value:,.0f}" if isinstance(metric.formula, Number) else f"{value:,.{places}f}"
    return f"{text} {short_unit(metric)}" if with_unit else text


def short_unit(metric: Metric) -> str:
    """The unit without what it is for every ...: searches, hours, %."""
    return "%" if metric.is_share else metric.unit.partition(" (")[0].partition(" for every")[0]


def interval(metric: Metric, row: "pd.Series[float]", *, places: int = 1) -> str:
    """The 95% interval in brackets-free words; empty where there is none."""
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return ""
    return f"{shown(metric, row['lower'], places=places)} to {shown(metric, row['upper'], places=places)}"


def fraction(metric: Metric, row: "pd.Series[float]") -> str:
    """What the value was worked out from: 314 of 2,420; 72 among 43,059 residents."""
    if pd.isna(row["value"]):
        return ""
    match metric.formula:
        case Proportion():
            return f"{row['numerator']:,.0f} of {row['denominator']:,.0f}"
        case Rate():
            return f"{row['numerator']:,.0f} among {row['denominator']:,.0f} child-years"
        case Number():
            return ""
        case _ if pd.isna(row["numerator"]):
            return f"{row['denominator']:,.0f} measured"
        case _:
            return f"{row['numerator']:,.0f} for {row['denominator']:,.0f}"


def period(given: Period) -> str:
    """April 2019 to March 2022, or with days where months are not whole."""
    last = given.closes - timedelta(days=1)
    whole = given.opens.day == 1 and given.closes.day == 1
    if not whole:
        return f"{day(given.opens)} to {day(last)}"
    first_month, last_month = f"{given.opens:%B %Y}", f"{last:%B %Y}"
    return first_month if first_month == last_month else f"{first_month} to {last_month}"


def day(given: date) -> str:
    return f"{given.day} {given:%B %Y}"


def listed(items: Sequence[str]) -> str:
    """a, b and c"""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def comparison(metric: Metric, now: "pd.Series[float]", before: "pd.Series[float]", found: Change) -> str:
    """One plain sentence that sets the latest figure beside the year before and claims no more than the data do."""
    if pd.isna(now["value"]):
        return "Not available for this period."
    if pd.isna(before["value"]):
        return "There is no figure for the year before."
    earlier = shown(metric, before["value"], with_unit=True)
    match found.words:
        case "too few to tell":
            return f"Too few to tell whether this differs from the year before ({earlier})."
        case "no clear difference":
            return f"No clear difference from the year before ({earlier})."
        case "higher" | "lower" as direction:
            return f"{direction.capitalize()} than the year before ({earlier}){_meaning(metric, direction)}."
        case _:
            return f"The year before it was {earlier}."


def _meaning(metric: Metric, direction: str) -> str:
    if metric.better is Better.NEITHER:
        return ""
    return ": an improvement" if metric.better.value == direction else ": a concern"
