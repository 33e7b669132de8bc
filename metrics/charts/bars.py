"""Figures side by side: bars with their ranges, pairs of bars, shares beside chance, and how many times as often."""

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.charts.style import (
    BAR,
    BLUE,
    FROM_ZERO,
    GREY,
    GRID,
    INK,
    TEAL,
    across,
    axis,
    drawn,
    hover,
    names_axis,
    plain,
    range_of,
    rows_height,
)
from metrics.metric import Metric
from metrics.reports.few_children import Concentration

_BAR = {"type": "bar", "orientation": "h"}


def bars(metric: Metric, frame: pd.DataFrame, names: Sequence[str], months: float = 12) -> go.Figure:
    """Horizontal bars from zero with their 95% ranges, of so many months, the first at the top."""
    value = frame["value"].astype(float)
    trace = {
        **_BAR,
        "y": list(range(len(names))),
        "x": plain(value),
        "marker": {"color": BAR},
        "width": 0.7,
        "error_x": range_of(value, frame, INK, thickness=1.5, width=5),
        "customdata": [[name, text] for name, text in zip(names, hover(metric, frame, months), strict=True)],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    }
    return drawn([trace], 70 + rows_height(names, 42), {"xaxis": axis(metric, frame), "yaxis": names_axis(names)})


def beside_chance(concentrations: Sequence[Concentration]) -> go.Figure:
    """What the tenth of children with most events account for, as bars, and across them what chance alone would give."""
    positions = list(range(len(concentrations)))
    names = [words.capitalised(concentration.subject.events) for concentration in concentrations]
    shares = {
        **_BAR,
        "y": positions,
        "x": plain([concentration.share for concentration in concentrations]),
        "marker": {"color": BAR},
        "width": 0.6,
        "text": [f"{concentration.share:.0%}" for concentration in concentrations],
        "textposition": "outside",
        "customdata": [[concentration.sentence] for concentration in concentrations],
        "hovertemplate": "%{x:.0%}<extra></extra>",
    }
    by_chance = {
        "type": "scatter",
        "y": positions,
        "x": plain([concentration.by_chance for concentration in concentrations]),
        "mode": "markers",
        "marker": {"symbol": "line-ns", "size": 28, "line": {"color": INK, "width": 3}},
        "hovertemplate": "By chance alone %{x:.0%}<extra></extra>",
    }
    most = max(concentration.share for concentration in concentrations)
    x = {**FROM_ZERO, "tickformat": ".0%", "range": [0, min(1.0, most * 1.2)]}
    return drawn([shares, by_chance], 70 + rows_height(names, 50), {"xaxis": x, "yaxis": names_axis(names)})


def pairs(shares: pd.DataFrame) -> go.Figure:
    """Shares of outcomes of crimes at children's homes and elsewhere, two bars for each outcome group."""
    groups = list(dict.fromkeys(shares.sort_values("value", ascending=False)["outcome_group"]))
    traces = []
    for home, colour in (("yes", BLUE), ("no", TEAL)):
        of_home = shares[shares["at_home"] == home].set_index("outcome_group")["value"].reindex(groups, fill_value=0.0)
        traces.append(
            {
                **_BAR,
                "y": list(range(len(groups))),
                "x": plain(of_home),
                "name": words.cell("at_home", home, {}),
                "marker": {"color": colour},
                "hovertemplate": "%{x:.1%}<extra>%{fullData.name}</extra>",
            }
        )
    axes = {
        "xaxis": {**FROM_ZERO, "tickformat": ".0%"},
        "yaxis": names_axis([words.cell("outcome_group", group, {}) for group in groups]),
    }
    legend = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0.0}
    height, margin = 110 + 44 * len(groups), {"t": 36}
    return drawn(traces, height, axes, margin, showlegend=True, legend=legend, barmode="group")


def relative(rows: pd.DataFrame) -> go.Figure:
    """How many times as often as White children, with the 95% range, on a scale on which twice and half are equally far from one.

    ``rows`` has ``name`` and ``index, lower, upper``.
    """
    index = rows["index"].astype(float)
    points = {
        "type": "scatter",
        "y": list(range(len(rows))),
        "x": plain(index),
        "mode": "markers",
        "marker": {"color": BLUE, "size": 10},
        "error_x": range_of(index, rows, BLUE, thickness=2, width=6),
        "customdata": [[name] for name in rows["name"]],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{x:.1f} times as often as White children<extra></extra>",
    }
    low, high = min(0.5, float(rows["lower"].min())), max(2.0, float(rows["upper"].max()))
    x = {
        "type": "log",
        "tickvals": [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16],
        "ticktext": ["1/16", "1/8", "1/4", "half", "same", "2 times", "4 times", "8 times", "16 times"],
        "gridcolor": GRID,
        "range": [math.log10(low * 0.9), math.log10(high * 1.1)],
    }
    y = names_axis(list(rows["name"]), autorange=None, range=[len(rows) - 0.5, -0.5], zeroline=False)
    same = across(1, {"color": GREY, "width": 1})
    return drawn([points], 70 + rows_height(list(rows["name"]), 44), {"xaxis": x, "yaxis": y}, shapes=[same])
