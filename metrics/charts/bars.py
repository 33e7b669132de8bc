"""Figures side by side: bars with their ranges, pairs of bars, shares beside chance, and how many times as often."""

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.charts.style import BAR, BLUE, GREY, GRID, INK, TEAL, axis, hover, plain, styled, wrapped
from metrics.metric import Metric
from metrics.reports.few_children import Concentration


def bars(metric: Metric, frame: pd.DataFrame, names: Sequence[str]) -> go.Figure:
    """Horizontal bars from zero with their 95% ranges, the first at the top."""
    value = frame["value"].astype(float)
    figure = go.Figure()
    figure.add_bar(
        y=list(range(len(names))),
        x=plain(value),
        orientation="h",
        marker={"color": BAR},
        width=0.7,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": plain(frame["upper"] - value),
            "arrayminus": plain(value - frame["lower"]),
            "color": INK,
            "thickness": 1.5,
            "width": 5,
        },
        customdata=[[name, text] for name, text in zip(names, hover(metric, frame), strict=True)],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=[wrapped(name) for name in names], autorange="reversed", showgrid=False
    )
    axis(figure.update_xaxes, metric, frame)
    return styled(figure, height=70 + 42 * max(len(names), 1))


def beside_chance(concentrations: Sequence[Concentration]) -> go.Figure:
    """What the tenth of children with most events account for, as bars, and across them what chance alone would give."""
    positions = list(range(len(concentrations)))
    names = [words.capitalised(concentration.subject.events) for concentration in concentrations]
    figure = go.Figure()
    figure.add_bar(
        y=positions,
        x=plain([concentration.share for concentration in concentrations]),
        orientation="h",
        marker={"color": BAR},
        width=0.6,
        text=[f"{concentration.share:.0%}" for concentration in concentrations],
        textposition="outside",
        customdata=[[concentration.sentence] for concentration in concentrations],
        hovertemplate="%{x:.0%}<extra></extra>",
    )
    figure.add_scatter(
        y=positions,
        x=plain([concentration.by_chance for concentration in concentrations]),
        mode="markers",
        marker={"symbol": "line-ns", "size": 28, "line": {"color": INK, "width": 3}},
        hovertemplate="By chance alone %{x:.0%}<extra></extra>",
    )
    figure.update_yaxes(tickvals=positions, ticktext=[wrapped(name) for name in names], autorange="reversed", showgrid=False)
    most = max(concentration.share for concentration in concentrations)
    figure.update_xaxes(rangemode="tozero", gridcolor=GRID, tickformat=".0%", range=[0, min(1.0, most * 1.2)], nticks=6)
    return styled(figure, height=70 + 50 * len(concentrations))


def pairs(shares: pd.DataFrame) -> go.Figure:
    """Shares of outcomes of crimes at children's homes and elsewhere, two bars for each outcome group."""
    groups = list(dict.fromkeys(shares.sort_values("value", ascending=False)["outcome_group"]))
    figure = go.Figure()
    for home, colour in (("yes", BLUE), ("no", TEAL)):
        of_home = shares[shares["at_home"] == home].set_index("outcome_group")["value"].reindex(groups, fill_value=0.0)
        figure.add_bar(
            y=list(range(len(groups))),
            x=plain(of_home),
            orientation="h",
            name=words.cell("at_home", home, {}),
            marker={"color": colour},
            hovertemplate="%{x:.1%}<extra>%{fullData.name}</extra>",
        )
    figure.update_yaxes(
        tickvals=list(range(len(groups))),
        ticktext=[wrapped(words.cell("outcome_group", group, {})) for group in groups],
        autorange="reversed",
        showgrid=False,
    )
    figure.update_xaxes(rangemode="tozero", gridcolor=GRID, tickformat=".0%", nticks=6)
    legend = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0.0}
    return styled(figure, height=110 + 44 * len(groups)).update_layout(
        showlegend=True, legend=legend, barmode="group", margin={"t": 36}
    )


def relative(rows: pd.DataFrame) -> go.Figure:
    """How many times as often as White children, with the 95% range, on a scale on which twice and half are equally far from one.

    ``rows`` has ``name`` and ``index, lower, upper``.
    """
    positions = list(range(len(rows)))
    index = rows["index"].astype(float)
    figure = go.Figure()
    figure.add_scatter(
        y=positions,
        x=plain(index),
        mode="markers",
        marker={"color": BLUE, "size": 10},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": plain(rows["upper"] - index),
            "arrayminus": plain(index - rows["lower"]),
            "color": BLUE,
            "thickness": 2,
            "width": 6,
        },
        customdata=[[name] for name in rows["name"]],
        hovertemplate="<b>%{customdata[0]}</b><br>%{x:.1f} times as often as White children<extra></extra>",
    )
    figure.add_vline(x=1, line={"color": GREY, "width": 1})
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[wrapped(name) for name in rows["name"]],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    ticks = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16]
    texts = ["1/16", "1/8", "1/4", "half", "same", "2 times", "4 times", "8 times", "16 times"]
    low, high = min(0.5, float(rows["lower"].min())), max(2.0, float(rows["upper"].max()))
    figure.update_xaxes(
        type="log", tickvals=ticks, ticktext=texts, gridcolor=GRID, range=[math.log10(low * 0.9), math.log10(high * 1.1)]
    )
    return styled(figure, height=70 + 44 * len(rows))
