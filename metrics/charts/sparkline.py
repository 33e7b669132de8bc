"""A bare line for a glance, as a small picture: a page of these alone never loads Plotly, the heaviest part of a page."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from metrics.charts.councils import CouncilChange, place_on_axis
from metrics.charts.course import runs
from metrics.charts.style import BLUE, GREY

WIDTH, HEIGHT = 320, 90  # in units of the picture, which is drawn as wide as its place
_MARGIN = 6


def sparkline(frame: pd.DataFrame, time: str, changes: Sequence[CouncilChange] = ()) -> str:
    """A line from zero with its latest point, as SVG; gaps where there is no figure, dots where there is one alone.

    A dotted line stands before the first month or quarter after each change of councils.
    """
    values = frame["value"].to_numpy(float)
    highest = np.nanmax(values, initial=0) or 1
    across = (WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)

    def at(position: float, value: float = 0) -> str:
        return f"{_MARGIN + position * across:.0f} {HEIGHT - _MARGIN - value / highest * (HEIGHT - 2 * _MARGIN):.0f}"

    known = runs(frame["value"].notna())
    line = " ".join(f"M{at(run[0], values[run[0]])} L{' '.join(at(each, values[each]) for each in run)}" for run in known)
    dots = " ".join(f"M{at(place)} L{at(place, highest)}" for change in changes if (place := place_on_axis(change, frame[time])))
    last = f"M{at(known[-1][-1], values[known[-1][-1]])} l0 0" if known else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke-linecap="round">'
        f'<path d="{dots}" stroke="{GREY}" stroke-dasharray="0.1 4" stroke-width="1.5"/>'
        f'<path d="{line}" stroke="{BLUE}" stroke-width="2" stroke-linejoin="round"/>'
        f'<path d="{last}" stroke="{BLUE}" stroke-width="8"/></svg>'
    )
