"""Control charts: the normal range as a band, and only what is not in colour and shape."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.charts.councils import CouncilChange
from metrics.charts.course import band, mark, shade, time_axis
from metrics.charts.style import BAND, GREY, INK, LOOKS, TEAL, axis, drawn, hover, plain, quiet_line
from metrics.metric import Metric
from metrics.signals import sentences
from metrics.signals.judgement import Judgement

_MOST_TICKS = 8
_FAINT = 0.35
_ROOM_FOR_TARGET = 52  # pixels


def control(metric: Metric, judgement: Judgement, changes: Sequence[CouncilChange] = ()) -> go.Figure:
    """A series around its centre, within its normal range as a band; signals stand out, what is not judged is hollow."""
    chart = judgement.chart
    positions, values = list(chart.index), plain(chart["value"])
    bands = [trace for _, points in chart.groupby("rebase_group") for trace in _band(points, 1.0 if metric.is_share else None)]
    line = quiet_line(positions, values, {"color": GREY, "width": 1.5})
    points = {
        "type": "scatter",
        "x": positions,
        "y": values,
        "mode": "markers",
        "marker": _markers(chart, judgement.now_flagged),
        "customdata": _labels(metric, judgement),
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    }
    target, its_name = _target(judgement)
    of_days = {"tickformat": ",", "title": {"text": "Days since the event before"}}
    axes = {
        "xaxis": {**time_axis(_dates(judgement), _MOST_TICKS), "range": [-0.5, len(chart) - 0.5]},
        "yaxis": {**axis(metric, chart), **(of_days if judgement.method == "days between" else {})},
    }
    lines, names = mark(chart["label"], changes)
    return drawn(
        [*bands, line, points, *target],
        340,
        axes,
        margin={"r": _ROOM_FOR_TARGET} if judgement.setting.target else None,
        shapes=[*shade(chart.index[~chart["judged"]]), *lines],
        annotations=[*its_name, *names],
    )


def _band(points: pd.DataFrame, most: float | None) -> list[dict[str, Any]]:
    """The band and centre of the points between two rebases; no count lies below zero, no share above one."""
    low, high = points["lower_limit"].clip(lower=0), points["upper_limit"].clip(upper=most)
    positions = list(points.index)
    return [
        band(positions, low, high, BAND),
        quiet_line(positions, plain(points["centre"]), {"color": GREY, "width": 1, "dash": "dash"}),
    ]


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
        texts = hover(metric, chart.assign(lower=float("nan"), upper=float("nan")), judgement.months_of_point)
    signals = ["" if signal == "none" else f"\n{words.SIGNALS[signal]}" for signal in chart["signal"]]
    return [[name, text + signal] for name, text, signal in zip(names, texts, signals, strict=True)]


def _target(judgement: Judgement) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line at the target from the day on which it applies, and its name in the margin, where no point is."""
    target = judgement.setting.target
    if not target or judgement.method == "days between":
        return [], []
    since = int((judgement.chart["label"] < target.applies_from.isoformat()).sum())
    line = quiet_line([since - 0.5, len(judgement.chart) - 0.5], [target.value] * 2, {"color": TEAL, "width": 2, "dash": "dot"})
    name = {"text": "Target", "font": {"color": INK}, "xref": "paper", "x": 1, "y": target.value}
    return [line], [{**name, "showarrow": False, "xanchor": "left"}]


def _dates(judgement: Judgement) -> list[str]:
    """The name of each point on the axis: its day where gaps between days are drawn, else its month; the year beneath."""
    written = "%d %b\n%Y" if judgement.method == "days between" else "%b\n%Y"
    return list(pd.to_datetime(judgement.chart["label"]).dt.strftime(written))
