"""Hubs beside each other: a dot each with its 95% range, from the highest to the lowest, the target and the whole as lines."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from metrics import words
from metrics.charts.style import BLUE, GREY, TEAL, across, axis, drawn, hover, names_axis, plain, range_of, rows_height
from metrics.metric import Metric, Rate

_ROOM_FOR_DOT = {"ticks": "outside", "ticklen": 8, "tickcolor": "rgba(0,0,0,0)"}  # between a name and a dot at zero
_ROOM_FOR_VALUE = 1.18  # of the highest value or limit, so that the last value is not cut


def dots(
    metric: Metric, frame: pd.DataFrame, names: Sequence[str], lines: Sequence[tuple[str, float]], months: float = 12
) -> go.Figure:
    """A dot a row, in the order given, with its value; ``lines`` are a name and a value each: the target, the whole.

    ``frame`` has the columns of `measure`, without what was not recorded.
    """
    value = frame["value"].astype(float)
    points = {
        "type": "scatter",
        "x": plain(value),
        "y": list(range(len(names))),
        "mode": "markers",
        "marker": {"color": BLUE, "size": 11},
        "error_x": range_of(value, frame, GREY, thickness=1.5, width=5),
        "customdata": [[name, text] for name, text in zip(names, hover(metric, frame, months), strict=True)],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
        "cliponaxis": False,
    }
    values = [words.shown(metric, each) for each in value]
    if isinstance(metric.formula, Rate) and words.is_less_than_a_year(months):  # how many there were says more
        values = [f"{number:,.0f} ({shown} a year)" for number, shown in zip(frame["numerator"], values, strict=True)]
    names_with_values = [f"{name} {shown}" for name, shown in zip(names, values, strict=True)]
    highest = max([*frame["upper"].dropna(), *value.dropna(), *(line for _, line in lines)], default=1.0)
    x = {**axis(metric, frame), "range": [0, highest * _ROOM_FOR_VALUE or 1]}
    y = names_axis(names_with_values, autorange=None, range=[len(names) - 0.5, -0.5], zeroline=False, **_ROOM_FOR_DOT)
    shapes = [across(line, _look(place)) for place, (_, line) in enumerate(lines)]
    height = 70 + rows_height(names_with_values, 36)
    return drawn([points], height, {"xaxis": x, "yaxis": y}, {"t": 44}, shapes=shapes, annotations=_names_of(metric, lines))


def _look(place: int) -> dict[str, Any]:
    return {"color": TEAL, "width": 2, "dash": "dot"} if place else {"color": GREY, "width": 1.5}


def _names_of(metric: Metric, lines: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """The name and value of each line above it, each on a row of its own, so that none covers another."""
    return [
        {
            "text": f"{name} {words.shown(metric, line)}",
            "x": line,
            "y": 1,
            "yref": "paper",
            "yshift": 18 * place,
            "yanchor": "bottom",
            "xanchor": "center",
            "showarrow": False,
        }
        for place, (name, line) in enumerate(lines)
    ]
