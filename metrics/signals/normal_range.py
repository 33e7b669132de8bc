"""What is normal for the last point of a chart, in figures as people read them: the range, the usual level, and how exact."""

import math
from dataclasses import replace

import pandas as pd

from metrics import words
from metrics.metric import Metric, Number, Rate

_MOST_DECIMALS = 4
_WIDE = 0.1  # of a share: a range of ten points or more is given in whole percentages
_IN_FIGURES = ["value", "centre", "lower_limit", "upper_limit"]


def events_of(metric: Metric) -> Metric:
    """The count behind a rate, in its own unit; any other measure as it is."""
    if not isinstance(metric.formula, Rate):
        return metric
    return replace(metric, formula=Number(metric.formula.count), unit=metric.unit.partition(" for every ")[0])


def as_events(metric: Metric, point: "pd.Series[float]") -> "pd.Series[float]":
    """A point of a rate as the events of its month or quarter, its centre and limits with it; any other point as it is."""
    if not isinstance(metric.formula, Rate):
        return point
    point = point.copy()
    point[_IN_FIGURES] = point[_IN_FIGURES].astype(float) * (point["denominator"] / metric.formula.per)
    point["value"] = point["numerator"]
    return point


def normal_range(metric: Metric, point: "pd.Series[float]", places: int) -> str:
    """The limits, rounded inwards, so that whatever reads as within them is within them, but not past a value that is."""
    low, high, value = point["lower_limit"], point["upper_limit"], float(point["value"])
    is_outside = str(point["signal"]) == "outside limits"
    if metric.is_share and places == 1 and min(high, 1) - max(low, 0) >= _WIDE:
        least, most = inwards(low, high, 2)
        if is_outside or least <= round(value, 3) <= most:
            return _in_words(metric, point, least, most, 0)
    exact = 0 if isinstance(metric.formula, Number) else places + 2 if metric.is_share else places
    least, most = inwards(low, high, exact)
    if not is_outside:
        rounded = round(value, exact)
        least, most = min(least, rounded), max(most, rounded)
    elif value > high:  # limits between two such units
        least = min(least, most)
    else:
        most = max(least, most)
    return _in_words(metric, point, least, most, places)


def normal_days(point: "pd.Series[float]") -> str:
    """The limits of the days between two events, in whole days."""
    low, high = math.ceil(point["lower_limit"]), math.floor(point["upper_limit"])
    if low > high:  # limits within one day
        low = high = low if point["value"] < point["lower_limit"] else high
    return f"up to {days(high)}" if low < 1 else f"{low} to {days(high)}"


def days(number: float) -> str:
    """1 day, 30 days"""
    return f"{number:,.0f} {'day' if round(number) == 1 else 'days'}"


def level(metric: Metric, point: "pd.Series[float]", places: int) -> str:
    """The centre; of whole numbers with decimals where it would else read the same as the value."""
    if not isinstance(metric.formula, Number) or words.shown(metric, point["centre"]) != words.shown(metric, point["value"]):
        return words.shown(metric, point["centre"], places=places)
    with_decimals = (f"{point['centre']:,.{more}f}" for more in range(1, _MOST_DECIMALS))
    different = (text for text in with_decimals if float(text.replace(",", "")) != point["value"])
    return next(different, words.shown(metric, point["centre"]))


def decimals(metric: Metric, point: "pd.Series[float]") -> int:
    """Decimals enough that a value outside the limits does not read as one of them."""
    limits = () if str(point["signal"]) == "none" else ("lower_limit", "upper_limit", "centre")
    for places in range(1, _MOST_DECIMALS):
        value = words.shown(metric, point["value"], places=places)
        if value not in (words.shown(metric, point[limit], places=places) for limit in limits):
            return places
    return 1


def inwards(low: float, high: float, decimals: int) -> tuple[float, float]:
    """Two limits to so many decimals, the lower one up and the upper one down."""
    unit = 10.0**-decimals
    least, most = math.ceil(low / unit - 1e-9), math.floor(high / unit + 1e-9)
    return round(least * unit, decimals), round(most * unit, decimals)


def _in_words(metric: Metric, point: "pd.Series[float]", least: float, most: float, places: int) -> str:
    bottom, top = (words.shown(metric, limit, places=places) for limit in (least, most))
    if metric.is_share and point["upper_limit"] >= 1:
        return "any share" if point["lower_limit"] <= 0 else f"{bottom} or more"
    if point["lower_limit"] <= 0:
        return f"up to {top}"
    return words.between(bottom, top) if bottom != top else f"about {top}"
