"""Measures over time: a line with its range, several on one time axis, and marks where councils changed."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from metrics.charts.councils import CouncilChange, place_on_axis
from metrics.charts.style import BLUE, GREY, GRID, RANGE, SHADE, axis, hover, plain, styled
from metrics.metric import Metric


def trend(
    metric: Metric, frame: pd.DataFrame, time: str, changes: Sequence[CouncilChange] = (), waiting: Sequence[str] = ()
) -> go.Figure:
    """A line over months, quarters or years with its 95% range; gaps where there is no figure, marks where councils changed.

    The cells ``waiting`` for what is still to come in are shaded.
    """
    names = [_time_label(time, cell) for cell in frame[time]]
    positions = list(range(len(names)))
    figure = go.Figure()
    for run in runs(frame["lower"].notna() & frame["upper"].notna()):
        upper, lower = frame["upper"].iloc[run], frame["lower"].iloc[run]
        figure.add_scatter(
            x=[*run, *reversed(run)],
            y=plain([*upper, *reversed(list(lower))]),
            fill="toself",
            fillcolor=RANGE,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=positions,
        y=plain(frame["value"]),
        mode="lines+markers",
        line={"color": BLUE, "width": 2},
        marker={"size": 6},
        customdata=[[name, text] for name, text in zip(names, hover(metric, frame), strict=True)],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )
    step = max(1, -(-len(names) // 8))
    ticks = [position for position in positions if (len(names) - 1 - position) % step == 0]
    figure.update_xaxes(tickvals=ticks, ticktext=[names[position].replace(" ", "<br>") for position in ticks], showgrid=False)
    axis(figure.update_yaxes, metric, frame)
    shade(figure, frame.index[frame[time].isin(waiting)])
    mark(figure, frame[time], changes, named=True)
    return styled(figure, height=320)


def aligned(measures: Sequence[tuple[Metric, pd.DataFrame]], changes: Sequence[CouncilChange] = ()) -> go.Figure:
    """Several measures by quarter, one above the other on one time axis, each on its own scale from zero."""
    figure = make_subplots(rows=len(measures), cols=1, shared_xaxes=True, vertical_spacing=0.35 / len(measures))
    labels = measures[0][1]["quarter"]
    for row, (metric, frame) in enumerate(measures, start=1):
        names = [_time_label("quarter", cell) for cell in frame["quarter"]]
        figure.add_scatter(
            x=list(range(len(names))),
            y=plain(frame["value"]),
            mode="lines+markers",
            line={"color": BLUE, "width": 2},
            marker={"size": 5},
            customdata=[[name, text] for name, text in zip(names, hover(metric, frame), strict=True)],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
            row=row,
            col=1,
        )
        figure.add_annotation(
            x=0,
            xref="x domain",
            y=1.04,
            yref=f"y{row if row > 1 else ''} domain",
            text=f"<b>{metric.name}</b>",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
        )
        figure.update_yaxes(
            rangemode="tozero", gridcolor=GRID, tickformat=".0%" if metric.is_share else ",", nticks=4, row=row, col=1
        )
    mark(figure, labels, changes, named=False)
    step = max(1, -(-len(labels) // 6))
    ticks = [position for position in range(len(labels)) if (len(labels) - 1 - position) % step == 0]
    texts = [_time_label("quarter", labels.iloc[position]).replace(" ", "<br>") for position in ticks]
    figure.update_xaxes(tickvals=ticks, ticktext=texts, showgrid=False, range=[-0.5, len(labels) - 0.5])
    return styled(figure, height=60 + 130 * len(measures))


def shade(figure: go.Figure, positions: "pd.Index[int]") -> None:
    """A shade over the points that may not be judged yet."""
    for position in positions:
        figure.add_vrect(x0=position - 0.5, x1=position + 0.5, fillcolor=SHADE, line_width=0, layer="below")


def mark(figure: go.Figure, labels: "pd.Series[str]", changes: Sequence[CouncilChange], *, named: bool) -> None:
    """A dotted line before the first month or quarter that starts on or after each change."""
    for change in changes:
        place = place_on_axis(change, labels)
        if place:
            figure.add_vline(x=place, line={"color": GREY, "width": 1, "dash": "dot"})
            if named:
                side = "right" if place + 0.5 > len(labels) / 2 else "left"  # never off the edge of a narrow screen
                figure.add_annotation(
                    x=place, y=1, yref="paper", yanchor="bottom", text=change.mark, showarrow=False, xanchor=side
                )


def runs(known: "pd.Series[bool]") -> list[list[int]]:
    """Runs of neighbouring positions whose value is known."""
    found: list[list[int]] = []
    for position, is_known in enumerate(known):
        if is_known and found and found[-1][-1] == position - 1:
            found[-1].append(position)
        elif is_known:
            found.append([position])
    return found


def _time_label(time: str, cell: str) -> str:
    if time not in ("month", "quarter"):
        return cell
    return f"{date.fromisoformat(cell):%b %Y}"
