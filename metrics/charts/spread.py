"""Funnel plots: hubs by size and value, between the lines that chance alone seldom crosses."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from metrics.charts.style import BLUE, GREY, GRID, INK, PURPLE, axis, drawn, plain, quiet_line, wrapped
from metrics.metric import Metric, Rate
from metrics.statistics.funnel import ACT, WATCH, Funnel


def funnel(metric: Metric, spread: Funnel, names: Sequence[str]) -> go.Figure:
    """Units by size and value around the pooled value; beyond the outer lines in colour and shape."""
    sizes = spread.units["size"]
    grid = np.linspace(sizes.min() * 0.6, sizes.max() * 1.15, 60)
    beyond = [position in ("high", "low") for position in spread.units["position"]]
    lines = [
        quiet_line(plain(grid), plain(limit), {"color": GREY, "width": 1, "dash": dash})
        for confidence, dash in ((ACT, "solid"), (WATCH, "dash"))
        for limit in spread.limits(grid, confidence)
    ]
    points = {
        "type": "scatter",
        "x": plain(sizes),
        "y": plain(spread.units["value"]),
        "mode": "markers+text",
        "text": list(names),
        "textposition": _apart(sizes),
        "marker": {
            "color": [PURPLE if far else BLUE for far in beyond],
            "symbol": ["diamond" if far else "circle" for far in beyond],
            "size": [13 if far else 9 for far in beyond],
        },
        "hovertemplate": "<b>%{text}</b><extra></extra>",
        "cliponaxis": False,
    }
    centre = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": spread.centre, "y1": spread.centre}
    title = {"text": wrapped(_size_of(metric), width=44)}
    return drawn(
        [*lines, points],
        360,
        {
            "xaxis": {"gridcolor": GRID, "nticks": 5, "title": title, "range": [grid[0], grid[-1]]},
            "yaxis": axis(metric, spread.units),
        },
        shapes=[{**centre, "line": {"color": INK, "width": 1}}],
    )


def _size_of(metric: Metric) -> str:
    """The title of the axis of sizes."""
    if isinstance(metric.formula, Rate):
        youngest, oldest = metric.formula.ages
        return f"Child-years of residents aged {youngest} to {oldest}"
    return metric.parts[1].name if len(metric.parts) == 2 else "The total that it is a share of"


def _apart(sizes: "pd.Series[float]") -> list[str]:
    """Names above, below and beside in turn, from the smallest unit up, so that neighbours do not cover each other."""
    turns = ("top center", "bottom center", "middle left", "middle right")
    return [turns[int(rank - 1) % len(turns)] for rank in sizes.rank(method="first")]
