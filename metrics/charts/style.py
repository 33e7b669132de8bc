"""How every chart looks: colour and shape of a verdict, axes from zero, labels whole on a phone, figures that are light."""

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import fill
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.metric import Metric

# UK Government Analysis Function palette: dark blue for lines; bars a step lighter, so that their ranges show on them.
BLUE, TEAL, BAR, GREY, RANGE = "#12436D", "#28A197", "#2073BC", "#505A5F", "rgba(18, 67, 109, 0.15)"
PURPLE, ORANGE, BAND, SHADE = "#801650", "#F46A25", "rgba(80, 90, 95, 0.18)", "rgba(40, 161, 151, 0.16)"
INK, GRID = "#0B0C0C", "#DEE0E2"
FROM_ZERO: Mapping[str, Any] = {"rangemode": "tozero", "gridcolor": GRID, "nticks": 6}
# Colour and shape of a point, by what its signal means: never colour alone.
LOOKS: Mapping[str, tuple[str, str]] = {
    "common cause": (GREY, "circle"),
    "improvement": (BLUE, "triangle-up"),
    "concern": (ORANGE, "triangle-down"),
    "neutral high": (PURPLE, "diamond"),
    "neutral low": (PURPLE, "diamond"),
}
_MOST_LINES, _LONGEST = 5, 120  # lines of a label, letters of a line
_LINE = 20  # pixels
_TEXTS = frozenset({"text", "ticktext", "customdata", "name"})  # what a figure says, beside numbers and looks
_TIMES, _TALLER = 1.6, 1.35  # of a page, for a room
_IN_PIXELS = frozenset({"size", "l", "r", "t", "b", "xshift", "yshift", "ticklen"})
_FONT = {"family": "Source Sans, sans-serif", "size": 14, "color": GREY}


def axis(metric: Metric, frame: pd.DataFrame) -> dict[str, Any]:
    """An axis of values from zero, shares as percentages."""
    return {
        **FROM_ZERO,
        "zerolinecolor": GREY,
        "tickformat": ".0%" if metric.is_share else ",",
        "range": [0, 1] if frame["value"].isna().all() else None,
    }


def hover(metric: Metric, frame: pd.DataFrame, months: float) -> list[str]:
    """The label of each point, of so many months: the figure, what it is worked out from, and its range."""
    texts = []
    for _, row in frame.iterrows():
        interval = words.interval(metric, row)
        lines = [words.shown(metric, row["value"], with_unit=True), words.fraction(metric, row, months)]
        texts.append("\n".join(filter(None, [*lines, f"95% range {interval}" if interval else ""])))
    return texts


def plain(values: Any) -> list[float | None]:
    """Numbers that JSON can carry, six digits of them: a chart needs no more and its page gets lighter."""
    return [None if pd.isna(value) else float(f"{value:.6g}") for value in values]


def range_of(value: "pd.Series[float]", frame: pd.DataFrame, colour: str, *, thickness: float, width: int) -> dict[str, Any]:
    """The 95% range of each value, as a line across its end."""
    ends = {"array": plain(frame["upper"] - value), "arrayminus": plain(value - frame["lower"])}
    return {"type": "data", "symmetric": False, **ends, "color": colour, "thickness": thickness, "width": width}


def wrapped(name: str, width: int = 22) -> str:
    """Long labels on several lines, so that none is cut on a phone; but no more of them than a chart has room for."""
    return fill(name, width, max_lines=_MOST_LINES, placeholder=" …", break_on_hyphens=False)


def names_axis(names: Sequence[str], **more: Any) -> dict[str, Any]:
    """An axis of names beside bars or points, the first at the top."""
    ticks = {"tickvals": list(range(len(names))), "ticktext": [wrapped(name) for name in names]}
    return {**ticks, "autorange": "reversed", "showgrid": False, **more}


def rows_height(names: Sequence[str], least: int) -> int:
    """Pixels of all rows with these labels, of ``least`` so many each, so that no label runs into the next."""
    lines = max((wrapped(name).count("\n") + 1 for name in names), default=1)
    return max(len(names), 1) * max(least, _LINE * lines)


def quiet_line(x: Sequence[float | None], y: Sequence[float | None], line: dict[str, Any]) -> dict[str, Any]:
    """A line that says nothing of its own when it is pointed at."""
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip"}


def across(x: float, line: dict[str, Any], row: str | int = "") -> dict[str, Any]:
    """A line from the bottom to the top of a chart, or of a row of it."""
    ends = {"x0": x, "x1": x, "xref": f"x{row}", "y0": 0, "y1": 1, "yref": f"y{row} domain"}
    return {"type": "line", **ends, "line": line}


def drawn(
    traces: Sequence[dict[str, Any]],
    height: int,
    axes: dict[str, dict[str, Any]],
    margin: dict[str, int] | None = None,
    **layout: Any,
) -> go.Figure:
    """The figure of these traces on these axes (``xaxis``, ``yaxis`` ...), with the layout that all charts share; pixels.

    All of it is handed over at once: Plotly takes ten times as long to change a figure. What it says is plain text, of several
    lines where it has line ends: Plotly reads tags, and makes a link of one, so this is the only place that writes any.
    """
    of_axes = {name: {"automargin": True, "fixedrange": True, **of_axis} for name, of_axis in axes.items()}
    shared = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 24 if layout.get("annotations") else 8, "b": 8, **(margin or {})},
        "showlegend": False,
        "font": _FONT,
        "plot_bgcolor": "white",
        "paper_bgcolor": "white",
        "hoverlabel": {"bgcolor": "white", "font": _FONT},
        "dragmode": False,
        "template": "none",
    }
    return go.Figure(data=_escaped(list(traces)), layout=_escaped({**shared, **of_axes, **layout}))


def for_a_room(figure: go.Figure) -> go.Figure:
    """The figure with all that is measured in pixels as much larger as type of 22 pixels is than that of a page."""
    drawn_as = figure.to_plotly_json()
    layout = _larger(drawn_as["layout"])
    layout["height"] = drawn_as["layout"]["height"] * _TALLER
    return go.Figure(data=[_larger(trace) for trace in drawn_as["data"]], layout=layout)


def _larger(part: Any, *, in_pixels: bool = False) -> Any:
    match part:
        case bool() | None:
            return part
        case int() | float() if in_pixels:
            return part * _TIMES
        case dict():
            return {key: _larger(value, in_pixels=key in _IN_PIXELS) for key, value in part.items()}
        case list() | tuple():
            return [_larger(value, in_pixels=in_pixels) for value in part]
    return part


def _escaped(part: Any, *, is_text: bool = False) -> Any:
    """A part of a figure with every text in it as Plotly shows it letter by letter."""
    match part:
        case str() if is_text:
            return "<br>".join(escape(words.cut(line, _LONGEST), quote=False) for line in words.visible(part).split("\n"))
        case dict():
            return {key: _escaped(value, is_text=key in _TEXTS) for key, value in part.items()}
        case list() | tuple():
            return [_escaped(value, is_text=is_text) for value in part]
    return part
