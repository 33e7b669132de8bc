"""Control charts: the normal range as a band, and only what is not in colour and shape."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.charts.councils import CouncilChange
from metrics.charts.course import band, mark, shade, time_axis
from metrics.charts.marks import Mark, numbered
from metrics.charts.style import BAND, GREY, INK, LOOKS, TEAL, axis, drawn, hover, plain, quiet_line
from metrics.metric import Metric, Number
from metrics.signals import sentences
from metrics.signals.judgement import Judgement
from metrics.signals.normal_range import inwards

_MOST_TICKS = 5
_FAINT = 0.35
_ROOM_FOR_NAMES = 118  # pixels beside the last point
_HEIGHT, _LINE = 270, 0.085  # pixels, and the least distance of two names, as a share of the axis


def control(metric: Metric, judgement: Judgement, changes: Sequence[CouncilChange] = (), marks: Sequence[Mark] = ()) -> go.Figure:
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
    target = _target(judgement)
    of_days = {"tickformat": ",", "title": {"text": "Days since the event before"}}
    axes = {
        "xaxis": {**time_axis(_dates(judgement), _MOST_TICKS), "range": [-0.5, len(chart) - 0.5]},
        "yaxis": {**axis(metric, chart), **(of_days if judgement.method == "days between" else {})},
    }
    lines, names = mark(chart["label"], changes)
    own_lines, numbers = numbered(chart["label"], marks)
    return drawn(
        [*bands, line, points, *target],
        _HEIGHT,
        axes,
        margin={"r": _ROOM_FOR_NAMES, "t": 24 if names or numbers else 6},
        shapes=[*shade(chart.index[~chart["judged"]]), *lines, *own_lines],
        annotations=[*_names_of_lines(metric, judgement), *names, *numbers],
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


def _target(judgement: Judgement) -> list[dict[str, Any]]:
    """A line at the target from the day on which it applies."""
    target = judgement.setting.target
    if not target or judgement.method == "days between":
        return []
    since = int((judgement.chart["label"] < target.applies_from.isoformat()).sum())
    positions = [since - 0.5, len(judgement.chart) - 0.5]
    return [quiet_line(positions, [target.value] * 2, {"color": TEAL, "width": 2, "dash": "dot"})]


def _names_of_lines(metric: Metric, judgement: Judgement) -> list[dict[str, Any]]:
    """The name and value of each line and of the last point in the margin, where no point is, none on top of another."""
    last = judgement.last_point
    if not last:
        return []
    lower, upper = limits(metric, judgement, last)
    named = [("Upper", upper), ("Usual", last["centre"]), ("Lower", lower)]
    if _target(judgement):
        assert judgement.setting.target
        named.append(("Target", judgement.setting.target.value))
    latest = sentences.point_name(judgement, last["label"], brief=True)
    named.append((latest, float(last["value"])))
    named = sorted((each for each in named if pd.notna(each[1])), key=lambda each: each[1])
    chart = judgement.chart
    highest = max(chart["value"].max(), *(value for _, value in named)) if named else 1.0
    places = _apart([value for _, value in named], float(highest) * _LINE)
    shown = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "showarrow": False}
    strong = {"font": {"color": INK, "weight": "bold"}}
    return [
        {**shown, **(strong if name == latest else {}), "text": f"{name} {in_words(metric, judgement, value)}", "y": place}
        for (name, value), place in zip(named, places, strict=True)
    ]


def limits(metric: Metric, judgement: Judgement, point: "Mapping[str, Any] | pd.Series[Any]") -> tuple[float, float]:
    """The limits of a point to the digits that are shown, rounded inwards as in words: what reads as within them is."""
    low, high = max(point["lower_limit"], 0.0), min(point["upper_limit"], 1.0) if metric.is_share else point["upper_limit"]
    if pd.isna(low) or pd.isna(high):
        return low, high
    if judgement.method == "days between" or isinstance(metric.formula, Number):
        return inwards(low, high, 0)
    return inwards(low, high, 3 if metric.is_share else 1)


def _apart(values: Sequence[float], least: float) -> list[float]:
    """The values, from the lowest up, moved up where one is nearer to the one below than ``least``."""
    places: list[float] = []
    for value in values:
        places.append(max(value, places[-1] + least) if places else value)
    return places


def in_words(metric: Metric, judgement: Judgement, value: float) -> str:
    """A value of a chart: in days where it shows the time between events, else in the unit of the measure."""
    return f"{value:,.0f} days" if judgement.method == "days between" else words.shown(metric, value)


def _dates(judgement: Judgement) -> list[str]:
    """The name of each point on the axis: its day where gaps between days are drawn, else its month; the year beneath."""
    written = "%d %b\n%Y" if judgement.method == "days between" else "%b\n%Y"
    return list(pd.to_datetime(judgement.chart["label"]).dt.strftime(written))
