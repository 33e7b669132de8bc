"""Measures over time: a line with its range, several on one time axis, and marks where councils changed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from metrics import words
from metrics.charts.councils import CouncilChange, place_on_axis
from metrics.charts.marks import Mark, numbered
from metrics.charts.style import BLUE, FROM_ZERO, GREY, RANGE, SHADE, across, axis, drawn, hover, plain, quiet_line
from metrics.metric import Metric


def trend(
    metric: Metric,
    frame: pd.DataFrame,
    time: str,
    changes: Sequence[CouncilChange] = (),
    waiting: Sequence[str] = (),
    marks: Sequence[Mark] = (),
) -> go.Figure:
    """A line over months, quarters or years with its 95% range; gaps where there is no figure, marks where councils changed.

    The cells ``waiting`` for what is still to come in are shaded.
    """
    names = _names(time, frame[time])
    bands = [
        band(run, frame["lower"].iloc[run], frame["upper"].iloc[run], RANGE)
        for run in runs(frame["lower"].notna() & frame["upper"].notna())
    ]
    lines, notes = mark(frame[time], changes)
    own_lines, numbers = numbered(frame[time], marks)
    shapes = [*shade(frame.index[frame[time].isin(waiting)]), *lines, *own_lines]
    axes = {"xaxis": time_axis(_on_two_lines(names), 8), "yaxis": axis(metric, frame)}
    return drawn([*bands, _line(metric, frame, names, size=6)], 320, axes, shapes=shapes, annotations=[*notes, *numbers])


def aligned(measures: Sequence[tuple[Metric, pd.DataFrame]], changes: Sequence[CouncilChange] = ()) -> go.Figure:
    """Several measures by quarter, one above the other on one time axis, each on its own scale from zero.

    The axis has every quarter of any of them: data of one kind may begin later than those of another.
    """
    quarters = sorted({quarter for _, frame in measures for quarter in frame["quarter"]})
    position = {quarter: number for number, quarter in enumerate(quarters)}
    across_all = {**time_axis(_on_two_lines(_names("quarter", quarters)), 6), "range": [-0.5, len(quarters) - 0.5]}
    rows = make_subplots(rows=len(measures), cols=1, shared_xaxes=True, vertical_spacing=0.35 / len(measures)).layout
    lines, titles, shapes, axes = [], [], [], {}
    for (metric, frame), row in zip(measures, ["", *range(2, len(measures) + 1)], strict=True):
        x, y, as_shown = f"xaxis{row}", f"yaxis{row}", {"tickformat": ".0%" if metric.is_share else ",", "nticks": 4}
        axes[x] = {**rows[x].to_plotly_json(), **across_all}
        axes[y] = {**rows[y].to_plotly_json(), **FROM_ZERO, **as_shown}
        line = _line(metric, frame, _names("quarter", frame["quarter"]), size=5)
        places = [position[quarter] for quarter in frame["quarter"]]
        lines.append({**line, "x": places, "xaxis": f"x{row}", "yaxis": f"y{row}"})
        title = {"text": metric.name, "font": {"weight": "bold"}, "xref": "x domain", "yref": f"y{row} domain", "x": 0, "y": 1.04}
        titles.append({**title, "showarrow": False, "xanchor": "left", "yanchor": "bottom"})
        shapes += mark(pd.Series(quarters), changes, row)[0]
    return drawn(lines, 60 + 130 * len(measures), axes, annotations=titles, shapes=shapes)


def time_axis(names: Sequence[str], most: int) -> dict[str, Any]:
    """An axis of months, quarters or days, of which so many are named: from the last one back."""
    step = max(1, -(-len(names) // most))
    ticks = [position for position in range(len(names)) if (len(names) - 1 - position) % step == 0]
    return {"tickvals": ticks, "ticktext": [names[position] for position in ticks], "showgrid": False, "tickangle": 0}


def _on_two_lines(names: Sequence[str]) -> list[str]:
    return [name.replace(" ", "\n") for name in names]


def _line(metric: Metric, frame: pd.DataFrame, names: Sequence[str], size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": list(range(len(names))),
        "y": plain(frame["value"]),
        "mode": "lines+markers",
        "line": {"color": BLUE, "width": 2},
        "marker": {"size": size},
        "customdata": [[name, text] for name, text in zip(names, hover(metric, frame, words.months_of_each(frame)), strict=True)],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    }


def band(positions: Sequence[int], lower: Iterable[float], upper: Iterable[float], colour: str) -> dict[str, Any]:
    """The area between two lines."""
    outline = quiet_line([*positions, *reversed(positions)], plain([*upper, *reversed(list(lower))]), {"width": 0})
    return {**outline, "fill": "toself", "fillcolor": colour}


def shade(positions: "pd.Index[int]") -> list[dict[str, Any]]:
    """A shade over the points that may not be judged yet."""
    height = {"xref": "x", "yref": "y domain", "y0": 0, "y1": 1}
    look = {"type": "rect", "fillcolor": SHADE, "line": {"width": 0}, "layer": "below"}
    return [{**height, **look, "x0": position - 0.5, "x1": position + 0.5} for position in positions]


def mark(
    labels: "pd.Series[str]", changes: Sequence[CouncilChange], row: str | int = ""
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A dotted line before the first month or quarter that starts on or after each change; and the name of each."""
    places = [(change, place) for change in changes if (place := place_on_axis(change, labels))]
    lines = [across(place, {"color": GREY, "width": 1, "dash": "dot"}, row) for _, place in places]
    names = [
        {
            "x": place,
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": change.mark,
            "showarrow": False,
            "xanchor": "right" if place + 0.5 > len(labels) / 2 else "left",  # never off the edge of a narrow screen
        }
        for change, place in places
    ]
    return lines, names


def runs(known: "pd.Series[bool]") -> list[list[int]]:
    """Runs of neighbouring positions whose value is known."""
    found: list[list[int]] = []
    for position, is_known in enumerate(known):
        if is_known and found and found[-1][-1] == position - 1:
            found[-1].append(position)
        elif is_known:
            found.append([position])
    return found


def _names(time: str, cells: Iterable[str]) -> list[str]:
    """How months and quarters are named on an axis and beside a point; years by themselves."""
    return [f"{date.fromisoformat(cell):%b %Y}" if time in ("month", "quarter") else cell for cell in cells]
