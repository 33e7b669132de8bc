"""Numbered marks on a chart over time, where somebody said something of a point, or something happened; a list says what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from metrics.charts.style import GREY, INK, across

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class Mark:
    """A number at a day, and what it stands for; ``is_event`` where something happened then that may have moved what follows: it
    gets a line.
    """

    on: date
    number: int
    is_event: bool = False
    words: str = ""


def circled(number: int) -> str:
    """The number as it stands on a chart and before its words in the list: ①; (21) where there is no such sign."""
    return _CIRCLED[number - 1] if number <= len(_CIRCLED) else f"({number})"


def numbered(labels: "pd.Series[str]", marks: Sequence[Mark]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines and numbers above the points of an axis; ``labels`` are the first days of months or quarters, or single days.

    What came before the first of them has no place there.
    """
    by_place: dict[float, list[Mark]] = {}
    for mark in marks:
        place = _place(labels, mark)
        if place is not None:
            by_place.setdefault(place, []).append(mark)
    lines = [
        across(place, {"color": INK, "width": 1, "dash": "dashdot"})
        for place, found in by_place.items()
        if any(mark.is_event for mark in found)
    ]
    names = [
        {
            "x": place,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": "".join(circled(mark.number) for mark in found),
            "font": {"size": 16, "color": INK if any(mark.is_event for mark in found) else GREY},
            "showarrow": False,
        }
        for place, found in by_place.items()
    ]
    return lines, names


def _place(labels: "pd.Series[str]", mark: Mark) -> float | None:
    """An event stands before the first point that begins on or after it, anything else above the point of its day."""
    if labels.empty or mark.on.isoformat() < labels.iloc[0]:
        return None
    if mark.is_event:
        return float((labels < mark.on.isoformat()).sum()) - 0.5
    return float((labels <= mark.on.isoformat()).sum()) - 1
