"""Control charts: what is usual as a band, and only what is not in colour and shape."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.charts.councils import CouncilChange
from metrics.charts.course import mark, shade
from metrics.charts.style import BAND, GREY, INK, LOOKS, TEAL, axis, hover, plain, styled
from metrics.metric import Metric
from metrics.signals import sentences
from metrics.signals.judgement import Judgement

_MOST_TICKS = 8
_FAINT = 0.35
_ROOM_FOR_TARGET = 52  # pixels


def control(metric: Metric, judgement: Judgement, changes: Sequence[CouncilChange] = ()) -> go.Figure:
    """A series around its centre, with the band of what is usual; signals stand out, what is not judged is hollow and shaded."""
    chart = judgement.chart
    figure = go.Figure()
    for _, points in chart.groupby("rebase_group"):
        _add_band(figure, points, 1.0 if metric.is_share else None)
    positions, values = list(chart.index), plain(chart["value"])
    figure.add_scatter(x=positions, y=values, mode="lines", line={"color": GREY, "width": 1.5}, hoverinfo="skip")
    figure.add_scatter(
        x=positions,
        y=values,
        mode="markers",
        marker=_markers(chart, judgement.now_flagged),
        customdata=_labels(metric, judgement),
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
    shade(figure, chart.index[~chart["judged"]])
    axis(figure.update_yaxes, metric, chart)
    if judgement.method == "days between":
        figure.update_yaxes(tickformat=",", title={"text": "Days since the event before"})
    _add_target(figure, judgement)
    _name_ticks(figure, judgement)
    mark(figure, chart["label"], changes, named=True)
    styled(figure, height=340)
    return figure.update_layout(margin={"r": _ROOM_FOR_TARGET}) if judgement.setting.target else figure


def _add_band(figure: go.Figure, points: pd.DataFrame, most: float | None) -> None:
    """The band and centre of the points between two rebases; no count lies below zero, no share above one."""
    low, high = points["lower_limit"].clip(lower=0), points["upper_limit"].clip(upper=most)
    positions = list(points.index)
    figure.add_scatter(
        x=[*positions, *reversed(positions)],
        y=plain([*high, *reversed(list(low))]),
        fill="toself",
        fillcolor=BAND,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
    line = {"color": GREY, "width": 1, "dash": "dash"}
    figure.add_scatter(x=positions, y=plain(points["centre"]), mode="lines", line=line, hoverinfo="skip")


def _markers(chart: pd.DataFrame, now: "pd.Index[int]") -> dict[str, Any]:
    """Signals that reach the last point in full colour; earlier ones faint, as they are over."""
    looks = [LOOKS[variation] for variation in chart["variation"]]
    return {
        "color": [colour if judged else "white" for (colour, _), judged in zip(looks, chart["judged"], strict=True)],
        "symbol": [symbol for _, symbol in looks],
        "size": [6 if symbol == "circle" else 11 for _, symbol in looks],
        "line": {"color": [colour for colour, _ in looks], "width": 1.5},
        "opacity": [
            1.0 if signal == "none" or position in now else _FAINT
            for position, signal in zip(chart.index, chart["signal"], strict=True)
        ],
    }


def _labels(metric: Metric, judgement: Judgement) -> list[list[str]]:
    """The name of each point, and its figure and signal."""
    chart = judgement.chart
    names = [sentences.point_name(judgement, label) for label in chart["label"]]
    if judgement.method == "days between":
        texts = [f"{value:,.0f} days" for value in chart["value"]]
    else:
        texts = hover(metric, chart.assign(lower=float("nan"), upper=float("nan")))
    signals = ["" if signal == "none" else f"<br>{words.SIGNALS[signal]}" for signal in chart["signal"]]
    return [[name, text + signal] for name, text, signal in zip(names, texts, signals, strict=True)]


def _add_target(figure: go.Figure, judgement: Judgement) -> None:
    """A line at the target from the day on which it applies, named in the margin, where no point is."""
    target = judgement.setting.target
    if target and judgement.method != "days between":
        since = int((judgement.chart["label"] < target.applies_from.isoformat()).sum())
        positions = [since - 0.5, len(judgement.chart) - 0.5]
        line = {"color": TEAL, "width": 2, "dash": "dot"}
        figure.add_scatter(x=positions, y=[target.value] * 2, mode="lines", line=line, hoverinfo="skip")
        figure.add_annotation(
            xref="paper", x=1, y=target.value, text="Target", font={"color": INK}, showarrow=False, xanchor="left"
        )


def _name_ticks(figure: go.Figure, judgement: Judgement) -> None:
    labels = pd.to_datetime(judgement.chart["label"])
    date_format = "%d %b<br>%Y" if judgement.method == "days between" else "%b<br>%Y"
    step = max(1, -(-len(labels) // _MOST_TICKS))
    ticks = [position for position in range(len(labels)) if (len(labels) - 1 - position) % step == 0]
    texts = [labels.iloc[position].strftime(date_format) for position in ticks]
    figure.update_xaxes(tickvals=ticks, ticktext=texts, showgrid=False, range=[-0.5, len(labels) - 0.5])
