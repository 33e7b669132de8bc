"""Parts of one whole over some years: a bar of 100% a year, its parts labelled in it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from metrics.charts.style import BAR, BLUE, GREY, PURPLE, drawn, names_axis, plain

# Of each part in turn, all dark enough for white letters, as they are and turned for a dark screen; teal and orange are darker.
_FILLS = (BLUE, "#17706A", PURPLE, "#A8480F", BAR, GREY)
_READABLE = 0.035  # of the whole: a narrower part has no label in it


def parts(shares: pd.DataFrame, spans: Sequence[str], order: Sequence[str]) -> go.Figure:
    """A bar for each of ``spans``, the latest at the top; ``shares`` has ``part, numerator, value``, span by span."""
    traces = [_part(shares[shares["part"] == part], part, fill) for part, fill in zip(order, _FILLS, strict=False)]
    axes = {
        "xaxis": {"range": [0, 1], "tickformat": ".0%", "showgrid": False, "nticks": 6},
        "yaxis": {**names_axis(list(spans)), "autorange": True},
    }
    above: Mapping[str, object] = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0.0, "traceorder": "normal"}
    legend = {**above, "maxheight": 1}  # on a phone too, where each name is a line, none is out of sight
    readable = {"uniformtext": {"minsize": 12, "mode": "hide"}, "legend": legend, "showlegend": True, "barmode": "stack"}
    return drawn(traces, 100 + 38 * len(spans), axes, {"t": 40}, **readable)


def _part(shares: pd.DataFrame, name: str, fill: str) -> dict[str, object]:
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(shares))),
        "x": plain(shares["value"]),
        "name": name,
        "marker": {"color": fill, "line": {"color": "white", "width": 1}},
        "text": [f"{value:.1%}" if value >= _READABLE else "" for value in shares["value"]],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": "white"},
        "customdata": [[f"{number:,.0f} crimes"] for number in shares["numerator"]],
        "hovertemplate": "%{fullData.name}: %{x:.1%}, %{customdata[0]}<extra></extra>",
    }
