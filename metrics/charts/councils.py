"""The days on which councils changed: a series over such a day is marked, so that nobody compares across it unawares."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd


@dataclass(frozen=True)
class CouncilChange:
    """From ``on``, the ``authorities`` took the place of another; ``mark`` is short enough to stand in a chart."""

    on: date
    authorities: frozenset[str]
    mark: str
    words: str


CHANGES = (
    CouncilChange(
        date(2023, 4, 1),
        frozenset({"Cumberland", "Westmorland and Furness"}),
        "New councils",
        "The dotted line marks 1 April 2023, when Cumberland and Westmorland and Furness took over from Cumbria County Council. "
        "Hubs stayed as they were; figures of earlier dates are of the hubs that make up each council now.",
    ),  # The Cumbria (Structural Changes) Order 2022
)


def changes_between(first: date, last: date, authorities: Collection[str]) -> list[CouncilChange]:
    """The changes after the first day, up to the last, that concern one of these authorities."""
    return [change for change in CHANGES if first < change.on <= last and change.authorities & set(authorities)]


def place_on_axis(change: CouncilChange, labels: "pd.Series[str]") -> float | None:
    """Half before the first of these months or quarters that starts on or after a change; None where it is off their axis."""
    position = int((labels < change.on.isoformat()).sum())
    return position - 0.5 if 0 < position < len(labels) else None
