"""Measured frames drawn: trends and bars with their ranges, light enough for any screen."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.metric import Metric

# UK Government Analysis Function palette: dark blue for lines; bars a step lighter, so that their ranges show on them.
BLUE, BAR, GREY, RANGE = "#12436D", "#2073BC", "#505A5F", "rgba(18, 67, 109, 0.15)"
_INK, _GRID = "#0B0C0C", "#DEE0E2"
_FONT = {"family": "Source Sans, sans-serif", "size": 14, "color": _INK}


def trend(metric: Metric, frame: pd.DataFrame, time: str) -> go.Figure:
    """A line over months, quarters or years with its 95% range; gaps where there is no figure."""
    names = [_time_label(time, cell) for cell in frame[time]]
    places = list(range(len(names)))
    figure = go.Figure()
    for run in _runs(frame["lower"].notna() & frame["upper"].notna()):
        upper, lower = frame["upper"].iloc[run], frame["lower"].iloc[run]
        figure.add_scatter(
            x=[*run, *reversed(run)],
            y=_plain([*upper, *reversed(list(lower))]),
            fill="toself",
            fillcolor=RANGE,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=places,
        y=_plain(frame["value"]),
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"size": 6},
        customdata=[[name, text] for name, text in zip(names, _hover(metric, frame), strict=True)],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
    step = max(1, -(-len(names) // 8))
    shown = [place for place in places if (len(names) - 1 - place) % step == 0]
    figure.update_xaxes(tickvals=shown, ticktext=[names[place].replace(" ", "<br>") for place in shown], showgrid=False)
    _axis(figure.update_yaxes, metric, frame)
    return _styled(figure, height=320)


def sparkline(metric: Metric, frame: pd.DataFrame) -> go.Figure:
    """A bare trend line with its latest point, for a glance."""
    values = _plain(frame["value"])
    known = [place for place, value in enumerate(values) if value is not None]
    figure = go.Figure()
    figure.add_scatter(x=list(range(len(values))), y=values, mode="lines", line={"color": BLUE, "width": 2}, hoverinfo="skip")
    if known:
        last = known[-1]
        figure.add_scatter(x=[last], y=[values[last]], mode="markers", marker={"color": BLUE, "size": 8}, hoverinfo="skip")
    figure.update_xaxes(visible=False, range=[-0.5, len(values) - 0.5])
    figure.update_yaxes(visible=False, rangemode="tozero")
    return _styled(figure, height=90).update_layout(margin={"l": 0, "r": 4, "t": 4, "b": 4})


def bars(metric: Metric, frame: pd.DataFrame, names: Sequence[str]) -> go.Figure:
    """Horizontal bars from zero with their 95% ranges, the first at the top."""
    value = frame["value"].astype(float)
    figure = go.Figure()
    figure.add_bar(
        y=list(range(len(names))),
        x=_plain(value),
        orientation="h",
        marker={"color": BAR},
        width=0.7,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": _plain(frame["upper"] - value),
            "arrayminus": _plain(value - frame["lower"]),
            "color": _INK,
            "thickness": 1.5,
            "width": 5,
        },
        customdata=[[name, text] for name, text in zip(names, _hover(metric, frame), strict=True)],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=[_wrapped(name) for name in names], autorange="reversed", showgrid=False
    )
    _axis(figure.update_xaxes, metric, frame)
    return _styled(figure, height=70 + 42 * max(len(names), 1))


def _axis(update: Any, metric: Metric, frame: pd.DataFrame) -> None:
    update(
        rangemode="tozero",
        gridcolor=_GRID,
        zerolinecolor=GREY,
        tickformat=".0%" if metric.is_share else ",",
        nticks=6,
        range=[0, 1] if frame["value"].isna().all() else None,
    )


def _hover(metric: Metric, frame: pd.DataFrame) -> list[str]:
    texts = []
    for _, row in frame.iterrows():
        known = [words.shown(metric, row["value"], with_unit=True), words.fraction(metric, row)]
        between = words.interval(metric, row)
        texts.append("<br>".join([*filter(None, known), *([f"95% range {between}"] if between else [])]))
    return texts


def _runs(known: "pd.Series[bool]") -> list[list[int]]:
    """Stretches of neighbouring places where something is known."""
    runs: list[list[int]] = []
    for place, here in enumerate(known):
        if here and runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        elif here:
            runs.append([place])
    return runs


def _time_label(time: str, cell: str) -> str:
    if time not in ("month", "quarter"):
        return cell
    return f"{date.fromisoformat(cell):%b %Y}"


def _plain(values: Any) -> list[float | None]:
    """Numbers that JSON can carry, six digits of them: a chart needs no more and its page gets lighter."""
    return [None if pd.isna(value) else float(f"{value:.6g}") for value in values]


def _wrapped(name: str, width: int = 22) -> str:
    """Long labels on several lines, so that none is cut on a phone."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def _styled(figure: go.Figure, height: int) -> go.Figure:
    return (
        figure.update_layout(
            height=height,
            margin={"l": 8, "r": 16, "t": 8, "b": 8},
            showlegend=False,
            font=_FONT,
            plot_bgcolor="white",
            paper_bgcolor="white",
            hoverlabel={"bgcolor": "white", "font": _FONT},
            dragmode=False,
            template="none",
        )
        .update_xaxes(automargin=True, fixedrange=True)
        .update_yaxes(automargin=True, fixedrange=True)
    )
