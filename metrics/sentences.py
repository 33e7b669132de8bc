"""One plain sentence for each figure and chart, which claims no more than the data do."""

from collections.abc import Sequence

import pandas as pd

from metrics import words
from metrics.metric import Better, Metric, Number, Proportion, Rate
from metrics.statistics.change import TOO_FEW_FOR_PERCENTAGES, TOO_FEW_IN_SHARE, Change
from metrics.statistics.funnel import Funnel

# Upper 5% of the range of 1, 2, 3 ... groups that do not differ, in standard errors. Source: Tukey (1953), tables of the
# studentized range with infinite degrees of freedom. Two 95% ranges that just meet lie 2 x 1.96 of them apart.
_STUDENTIZED_RANGE = (0.0, 2.772, 3.314, 3.633, 3.858, 4.030, 4.170, 4.286, 4.387, 4.474, 4.552, 4.622)
_TWO_RANGES_APART = 3.920


def comparison(metric: Metric, now: "pd.Series[float]", before: "pd.Series[float]", change: Change) -> str:
    """The latest figure beside the same period a year before."""
    if pd.isna(now["value"]):
        return "Not available for this period."
    if pd.isna(before["value"]):
        return "There is no figure for the year before."
    earlier = words.shown(metric, before["value"], with_unit=True)
    match change.words:
        case "too few to tell":
            return f"Too few to tell whether this differs from the year before ({earlier})."
        case "not comparable":
            return f"Not compared with the year before ({earlier}): {metric.not_comparable}."
        case "no clear difference":
            return f"No clear difference from the year before ({earlier})."
        case "higher" | "lower" as direction:
            amount = _amount(metric, now, before, change)
            return f"{direction.capitalize()} than the year before ({earlier}){amount}{_meaning(metric, direction)}."
        case _:
            return f"The year before it was {earlier}."


def not_compared(metric: Metric, before: "pd.Series[float]", months: int) -> str:
    """That too little came before the year before for the two to be compared: so many months of data should."""
    earlier = words.shown(metric, before["value"], with_unit=True)
    return f"Not compared with the year before ({earlier}): less than {words.duration(months)} of data come before that."


def course(metric: Metric, frame: pd.DataFrame, names: Sequence[str]) -> str:
    """What a trend shows: its latest, lowest and highest point, without judging them."""
    points = [(name, row) for name, (_, row) in zip(names, frame.iterrows(), strict=True) if pd.notna(row["value"])]
    if not points:
        return "There is no figure in these periods."
    latest, last = points[-1]
    text = f"{latest}: {figure(metric, last)}."
    if len(points) < 2:
        return text
    comparable = [(name, row) for name, row in points if _can_be_compared(metric, row)]
    if len(comparable) < 2:
        few = f"Only {comparable[0][0]} is worked out from {TOO_FEW_IN_SHARE} or more" if comparable else ""
        return f"{text} {few or f'Each point is worked out from fewer than {TOO_FEW_IN_SHARE}'}: too few to compare."
    low = min(comparable, key=lambda point: point[1]["value"])
    high = max(comparable, key=lambda point: point[1]["value"])
    if low[1]["value"] == high[1]["value"]:
        return f"{text} It was the same throughout."
    which = f", of those worked out from {TOO_FEW_IN_SHARE} or more" if len(comparable) < len(points) else ""
    return (
        f"{text} Lowest {words.shown(metric, low[1]['value'])} in {low[0]}, "
        f"highest {words.shown(metric, high[1]['value'])} in {high[0]}{which}."
    )


def contrast(metric: Metric, frame: pd.DataFrame, names: Sequence[str]) -> str:
    """What bars show: which is highest and lowest, and whether they differ by more than chance."""
    bars = [(name, row) for name, (_, row) in zip(names, frame.iterrows(), strict=True) if _can_be_compared(metric, row)]
    if not bars:
        return "Too few to compare."
    skipped = sum(frame["value"].notna()) - len(bars)
    which = f" of those worked out from {TOO_FEW_IN_SHARE} or more" if skipped else ""
    if len(bars) == 1:
        return f"{bars[0][0]}: {figure(metric, bars[0][1])}."
    low = min(bars, key=lambda bar: bar[1]["value"])
    high = max(bars, key=lambda bar: bar[1]["value"])
    if low[1]["value"] == high[1]["value"]:
        return f"All are the same: {words.shown(metric, high[1]['value'], with_unit=True)}."
    text = f"Highest{which}: {high[0]}, {figure(metric, high[1])}. Lowest: {low[0]}, {figure(metric, low[1])}."
    if pd.isna(high[1]["lower"]) or pd.isna(low[1]["upper"]):
        return text
    if _are_apart(low[1], high[1], len(bars)):
        return f"{text} The two differ by more than chance would explain."
    return f"{text} There is no clear difference between them."


def _can_be_compared(metric: Metric, row: "pd.Series[float]") -> bool:
    """Whether a figure is known, and not a share or median of too few."""
    has_too_few = not isinstance(metric.formula, Number | Rate) and row["denominator"] < TOO_FEW_IN_SHARE
    return bool(pd.notna(row["value"]) and not has_too_few)


def _are_apart(low: "pd.Series[float]", high: "pd.Series[float]", compared: int) -> bool:
    """Whether the intervals do not meet, widened for the number of bars among which these are the lowest and the highest."""
    widened = max(1.0, _STUDENTIZED_RANGE[min(compared, len(_STUDENTIZED_RANGE)) - 1] / _TWO_RANGES_APART)
    return bool(
        high["value"] - widened * (high["value"] - high["lower"]) > low["value"] + widened * (low["upper"] - low["value"])
    )


def spread(metric: Metric, funnel: Funnel, names: Sequence[str]) -> str:
    """What a funnel shows: which units lie further from all of them together than chance would put one of that size."""
    pooled = words.shown(metric, funnel.centre, with_unit=True)
    by_position: dict[str, list[str]] = {}
    for name, (_, unit) in zip(names, funnel.units.iterrows(), strict=True):
        by_position.setdefault(str(unit["position"]), []).append(f"{name} ({words.shown(metric, unit['value'])})")
    text = [
        f"{words.listed(by_position[position])} {_verb(by_position[position], 'lies', 'lie')} {where} {pooled} of all together, "
        f"{certainty}."
        for position, where, certainty in _POSITIONS
        if position in by_position
    ]
    if "within" in by_position and not text:
        text = [f"None differs from the {pooled} of all together by more than chance explains."]
    if "too few" in by_position:
        text.append(f"Too few to judge: {words.listed(by_position['too few'])}.")
    if funnel.widened:
        text.append("The lines allow for how much they differ beyond chance.")
    elif funnel.differ:
        text.append(
            "Taken together they differ by more than chance explains; there are too few of them for the lines to allow for that."
        )
    return " ".join(text)


_POSITIONS = (
    ("high", "above the", "beyond the outer line, where chance alone puts two in a thousand"),
    ("low", "below the", "beyond the outer line, where chance alone puts two in a thousand"),
    ("watch high", "above the", "between the lines, where chance alone puts about one in twenty"),
    ("watch low", "below the", "between the lines, where chance alone puts about one in twenty"),
)


def _verb(names: Sequence[str], one: str, several: str) -> str:
    return one if len(names) == 1 else several


def figure(metric: Metric, row: "pd.Series[float]") -> str:
    """A value with its unit and what it was worked out from: 26.1% (314 of 1,203)."""
    value, fraction = words.shown(metric, row["value"], with_unit=True), words.fraction(metric, row)
    return f"{value} ({fraction})" if fraction else value


def _amount(metric: Metric, now: "pd.Series[float]", before: "pd.Series[float]", change: Change) -> str:
    """By how much, as the 95% interval of the change; no percentage where either count is under twenty."""
    if pd.isna(change.lower) or pd.isna(change.upper):
        return ""
    if isinstance(metric.formula, Proportion):
        small, large = sorted(abs(limit) * 100 for limit in (change.lower, change.upper))
        return f" by {_from(small, 0.1, 1)} to {max(large, 0.1):.1f} percentage points"
    if min(now["numerator"], before["numerator"]) < TOO_FEW_FOR_PERCENTAGES:
        return ""
    small, large = sorted(abs(limit - 1) * 100 for limit in (change.lower, change.upper))
    return f" by {_from(small, 1, 0)}% to {max(large, 1):.0f}%"


def _from(small: float, least: float, places: int) -> str:
    """The smaller end of the interval, never rounded to zero."""
    return f"under {least}" if small < least else f"{small:.{places}f}"


def _meaning(metric: Metric, direction: str) -> str:
    """Whether a change in this direction is for better or worse; empty where neither is better."""
    if metric.better is Better.NEITHER:
        return ""
    return ", an improvement" if metric.better.value == direction else ", a concern"
