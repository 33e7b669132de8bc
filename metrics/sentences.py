"""One plain sentence for each figure and chart, which claims no more than the data do."""

from collections.abc import Sequence

import pandas as pd

from metrics import words
from metrics.change import Change
from metrics.metric import Better, Metric


def comparison(metric: Metric, now: "pd.Series[float]", before: "pd.Series[float]", found: Change) -> str:
    """The latest figure beside the same period a year before."""
    if pd.isna(now["value"]):
        return "Not available for this period."
    if pd.isna(before["value"]):
        return "There is no figure for the year before."
    earlier = words.shown(metric, before["value"], with_unit=True)
    match found.words:
        case "too few to tell":
            return f"Too few to tell whether this differs from the year before ({earlier})."
        case "no clear difference":
            return f"No clear difference from the year before ({earlier})."
        case "higher" | "lower" as direction:
            return f"{direction.capitalize()} than the year before ({earlier}){_meaning(metric, direction)}."
        case _:
            return f"The year before it was {earlier}."


def course(metric: Metric, frame: pd.DataFrame, names: Sequence[str]) -> str:
    """What a trend shows: its latest, lowest and highest point, without judging them."""
    known = [(name, row) for name, (_, row) in zip(names, frame.iterrows(), strict=True) if pd.notna(row["value"])]
    if not known:
        return "There is no figure in these periods."
    latest, last = known[-1]
    text = f"{latest}: {_figure(metric, last)}."
    if len(known) < 2:
        return text
    low = min(known, key=lambda point: point[1]["value"])
    high = max(known, key=lambda point: point[1]["value"])
    if low[1]["value"] == high[1]["value"]:
        return f"{text} It was the same throughout."
    return (
        f"{text} Lowest {words.shown(metric, low[1]['value'])} in {low[0]}, "
        f"highest {words.shown(metric, high[1]['value'])} in {high[0]}."
    )


def contrast(metric: Metric, frame: pd.DataFrame, names: Sequence[str]) -> str:
    """What bars show: which is highest and lowest, and whether their ranges keep them apart."""
    known = [(name, row) for name, (_, row) in zip(names, frame.iterrows(), strict=True) if pd.notna(row["value"])]
    if not known:
        return "There is no figure to compare."
    if len(known) == 1:
        return f"{known[0][0]}: {_figure(metric, known[0][1])}."
    low = min(known, key=lambda bar: bar[1]["value"])
    high = max(known, key=lambda bar: bar[1]["value"])
    if low[1]["value"] == high[1]["value"]:
        return f"All are the same: {words.shown(metric, high[1]['value'], with_unit=True)}."
    text = f"Highest: {high[0]}, {_figure(metric, high[1])}. Lowest: {low[0]}, {_figure(metric, low[1])}."
    if pd.isna(high[1]["lower"]) or pd.isna(low[1]["upper"]):
        return text
    if high[1]["lower"] > low[1]["upper"]:
        return f"{text} Their ranges do not meet: the two differ by more than chance would explain."
    return f"{text} Their ranges meet, so there is no clear difference between them."


def _figure(metric: Metric, row: "pd.Series[float]") -> str:
    shown, source = words.shown(metric, row["value"], with_unit=True), words.fraction(metric, row)
    return f"{shown} ({source})" if source else shown


def _meaning(metric: Metric, direction: str) -> str:
    if metric.better is Better.NEITHER:
        return ""
    return ", an improvement" if metric.better.value == direction else ", a concern"
