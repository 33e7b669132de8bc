"""One plain sentence for each figure and chart, which claims no more than the data do."""

from collections.abc import Sequence
from dataclasses import dataclass

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
            how_far = words.capitalised(_moved(metric, now, before, change, direction))
            return f"{how_far} than the year before ({earlier}){_meaning(metric, direction)}."
        case _:
            return f"The year before it was {earlier}."


def moved(metric: Metric, now: "pd.Series[float]", before: "pd.Series[float]", change: Change) -> str:
    """How far a figure moved, and whether for better or worse, as the end of a sentence; or why nothing can be said of that."""
    match change.words:
        case "higher" | "lower" as direction:
            return f"{_moved(metric, now, before, change, direction)}{_meaning(metric, direction)}"
        case "not comparable":
            return f"not compared, as {metric.not_comparable}"
        case "not judged":
            return "not compared, as too little is known of the time before"
        case "no clear difference" if pd.notna(change.lower) and pd.notna(change.upper):
            return f"no clear difference ({_range_of_change(metric, change)})"
    return change.words


def _range_of_change(metric: Metric, change: Change) -> str:
    """What fits the figures, where neither direction is ruled out: from 12.6 points lower to 0.3 higher."""
    if isinstance(metric.formula, Proportion):
        return f"anything from {-change.lower * 100:.1f} points lower to {change.upper * 100:.1f} higher fits"
    return f"anything from {(1 - change.lower) * 100:.0f}% lower to {(change.upper - 1) * 100:.0f}% higher fits"


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
    text = f"{latest}: {figure(metric, last, words.months_of_each(frame))}."
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


def contrast(metric: Metric, frame: pd.DataFrame, names: Sequence[str], months: float = 12) -> str:
    """What bars of so many months show: which is highest and lowest, and whether they differ by more than chance."""
    bars = [(name, row) for name, (_, row) in zip(names, frame.iterrows(), strict=True) if _can_be_compared(metric, row)]
    if not bars:
        return "Too few to compare."
    skipped = sum(frame["value"].notna()) - len(bars)
    which = f" of those worked out from {TOO_FEW_IN_SHARE} or more" if skipped else ""
    if len(bars) == 1:
        return f"{bars[0][0]}: {figure(metric, bars[0][1], months)}."
    low = min(bars, key=lambda bar: bar[1]["value"])
    high = max(bars, key=lambda bar: bar[1]["value"])
    if low[1]["value"] == high[1]["value"]:
        return f"All are the same: {words.shown(metric, high[1]['value'], with_unit=True)}."
    highest, lowest = (f"{name}, {figure(metric, row, months)}" for name, row in (high, low))
    text = f"Highest{which}: {highest}. Lowest: {lowest}."
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


@dataclass(frozen=True)
class Whole:
    """What units of a funnel are set beside.

    ``name``     all of them together: the force
    ``units``    what they are called, several of them: hubs
    ``row``      of `measure`, of the whole, with what has no unit
    ``without``  how many of what it is worked out from have none; of a rate, how many events
    """

    name: str
    units: str
    row: "pd.Series[float]"
    without: int


def spread(metric: Metric, funnel: Funnel, names: Sequence[str], whole: Whole) -> str:
    """What a funnel shows: which units lie further from all of them together than chance would put one of that size."""
    by_position: dict[str, list[str]] = {}
    for name, (_, unit) in zip(names, funnel.units.iterrows(), strict=True):
        by_position.setdefault(str(unit["position"]), []).append(f"{name} ({words.shown(metric, unit['value'])})")
    beside, difference = _beside(metric, funnel, whole)
    text: list[str] = []
    for position, where in _POSITIONS.items():
        if position in by_position:
            is_are = "is" if len(by_position[position]) == 1 else "are"
            text.append(f"{words.listed(by_position[position])} {is_are} {where.format('it' if text else beside)}.")
    if "within" in by_position and not text:
        text = [f"None is clearly different from {beside}."]
    text += [difference] if text and difference else []
    if "too few" in by_position:
        text.append(f"Too few to judge: {words.listed(by_position['too few'])}.")
    if funnel.widened:
        text.append("The lines allow for how much they differ beyond chance.")
    elif funnel.differ:
        units = f"{words.number(len(funnel.units))} {whole.units}"
        text.append(f"Together they differ by more than chance; with {units}, treat it as a prompt.")
    return " ".join(text)


_POSITIONS = {
    "high": "clearly above {}",
    "low": "clearly below {}",
    "watch high": "above {}, perhaps by chance (1 in 20)",
    "watch low": "below {}, perhaps by chance (1 in 20)",
}


def _beside(metric: Metric, funnel: Funnel, whole: Whole) -> tuple[str, str]:
    """The whole with its figure, and where the units by themselves come to another one, why so.

    The units by themselves where the whole is not known, or is not on the side of a unit on which these are.
    """
    shown, pooled = (words.shown(metric, value, with_unit=True) for value in (whole.row["value"], funnel.centre))
    if shown == pooled:
        return f"{whole.name} ({shown})", ""
    value, position = funnel.units["value"], funnel.units["position"]
    above, below = (value[position.isin(sides)] for sides in (("high", "watch high"), ("low", "watch low")))
    if pd.isna(whole.row["value"]) or (above <= whole.row["value"]).any() or (below >= whole.row["value"]).any():
        return f"the {whole.units} together ({pooled})", ""
    if not whole.without:
        return f"{whole.name} ({shown})", f"The {whole.units} add up to {pooled}: a child or event can count in several."
    counted = whole.row["numerator" if isinstance(metric.formula, Rate) else "denominator"]
    none = f"{whole.without:,} of {counted:,.0f} {'has' if whole.without == 1 else 'have'} no {whole.units.removesuffix('s')}"
    return f"{whole.name} ({shown})", f"{none}; the {whole.units} alone come to {pooled}."


def figure(metric: Metric, row: "pd.Series[float]", months: float = 12) -> str:
    """A value of so many months with its unit and what it was worked out from: 26.1% (314 of 1,203)."""
    value, fraction = words.shown(metric, row["value"], with_unit=True), words.fraction(metric, row, months)
    return f"{value} ({fraction})" if fraction else value


def _moved(metric: Metric, now: "pd.Series[float]", before: "pd.Series[float]", change: Change, direction: str) -> str:
    """How far it moved, with the 95% interval of that; no percentage where either count is under twenty."""
    if pd.isna(change.lower) or pd.isna(change.upper):
        return direction
    if isinstance(metric.formula, Proportion):
        small, large = sorted(abs(limit) * 100 for limit in (change.lower, change.upper))
        points = abs(_percent_shown(metric, now) - _percent_shown(metric, before))  # so that a reader's own subtraction agrees
        return f"{_from(points, 0.1, 1)} points {direction} (likely {_from(small, 0.1, 1)} to {max(large, 0.1):.1f})"
    if min(now["numerator"], before["numerator"]) < TOO_FEW_FOR_PERCENTAGES:
        return direction
    small, large = sorted(abs(limit - 1) * 100 for limit in (change.lower, change.upper))
    percent = _from(abs(change.estimate - 1) * 100, 1, 0)
    return f"{percent}% {direction} (likely {_from(small, 1, 0)} to {max(large, 1):.0f}%)"


def _percent_shown(metric: Metric, row: "pd.Series[float]") -> float:
    return float(words.shown(metric, row["value"]).removesuffix("%"))


def _from(small: float, least: float, places: int) -> str:
    """An amount, or the smaller end of its interval, never rounded to zero."""
    return f"under {least}" if small < least - 1e-9 else f"{small:.{places}f}"


def _meaning(metric: Metric, direction: str) -> str:
    """Whether a change in this direction is for better or worse; empty where neither is better."""
    if metric.better is Better.NEITHER:
        return ""
    return ", an improvement" if metric.better.value == direction else ", a concern"
