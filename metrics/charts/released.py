"""Released figures, to be read across a room: each with the band that rounding leaves; 0 to 4 hatched, never as a height."""

from collections.abc import Collection, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import plotly.graph_objects as go

from metrics import words
from metrics.charts.style import BAR, BLUE, FROM_ZERO, GREY, INK, RANGE, drawn, names_axis, wrapped

_SIZE = 20  # pixels
_TYPE = {"family": "Source Sans, sans-serif", "size": _SIZE, "color": INK}
_HATCH = {
    "color": "white",
    "pattern": {"shape": "/", "size": 8, "fgcolor": GREY, "solidity": 0.3},
    "line": {"color": GREY, "width": 1},
}
_HEIGHT = 290
_NAME = 60  # letters

Values = Sequence[float | None]


def released_line(
    ticks: Sequence[str],
    values: Values,
    low: Values,
    high: Values,
    is_low: Sequence[bool],
    texts: Sequence[str],
    *,
    percent: bool,
) -> go.Figure:
    """A line over time in its band; a gap where nothing is told. Percentages are whole numbers."""
    position = list(range(len(ticks)))
    told = _drawn(values, is_low)
    band = [_band(run, low, high) for run in _runs(values)]
    line = {
        "type": "scatter",
        "x": position,
        "y": told,
        "mode": "lines+markers",
        "line": {"color": BLUE, "width": 4},
        "marker": {"size": 11, "color": BLUE},
        "customdata": [[text] for text in texts],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
    }
    step = 2 if len(ticks) > 8 else 1
    named = {"tickvals": position[::-1][::step], "ticktext": ticks[::-1][::step], "tickangle": 0}
    axes = {"xaxis": {"showgrid": False, "zeroline": False, **named}, "yaxis": _values(percent)}
    return drawn(
        [*band, line, *_hatched(position, is_low, high, texts, upright=True)], _HEIGHT, axes, font=_TYPE, barmode="overlay"
    )


def released_bars(
    names: Sequence[str],
    values: Values,
    low: Values,
    high: Values,
    is_low: Sequence[bool],
    texts: Sequence[str],
    *,
    percent: bool,
    size: int = _SIZE,
    strong: Collection[int] = (),
) -> go.Figure:
    """A bar for each name with the range that rounding leaves; none where nothing is told.

    Letters are of ``size`` pixels; the bars at the places in ``strong`` stand out.
    """
    position = list(range(len(names)))
    told = _drawn(values, is_low)
    ends = {
        "array": [h - v if h is not None and v is not None else None for h, v in zip(high, told, strict=True)],
        "arrayminus": [v - lo if lo is not None and v is not None else None for lo, v in zip(low, told, strict=True)],
    }
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": position,
        "x": told,
        "width": 0.7,
        "marker": {"color": [BLUE if place in strong else BAR for place in position]},
        "error_x": {"type": "data", "symmetric": False, **ends, "color": INK, "thickness": 2, "width": 8},
        "customdata": [[text] for text in texts],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
    }
    most = max((value for value in high if value is not None), default=1)
    # The figure stands beside its name: at the end of a bar it would be taken for the end of the range.
    named = [f"{words.cut(name, _NAME)}: {text.removeprefix(f'{name}: ')}" for name, text in zip(names, texts, strict=True)]
    lines = 3 if any("\n" in wrapped(name) for name in named) else 2
    axes = {"xaxis": {**_values(percent), "range": [0, most * 1.05]}, "yaxis": names_axis(named, tickfont={"size": size})}
    traces = [bars, *_hatched(position, is_low, high, texts, upright=False)]
    return drawn(traces, 50 + lines * size * max(len(names), 1), axes, font={**_TYPE, "size": size}, barmode="overlay")


def _runs(values: Values) -> list[list[int]]:
    """The places of the values that follow one another without a gap."""
    told = [place for place, value in enumerate(values) if value is not None]
    numbered = [(place - count, place) for count, place in enumerate(told)]  # the first is the same throughout a run
    return [[place for _, place in run] for _, run in groupby(numbered, key=itemgetter(0))]


def _band(run: Sequence[int], low: Values, high: Values) -> dict[str, Any]:
    """The band of a run of values; of a single one, a line from its low to its high."""
    there_and_back = [*run, *reversed(run)]
    ends = [*(high[place] for place in run), *(low[place] for place in reversed(run))]
    line = {"width": 0} if len(run) > 1 else {"width": 10, "color": RANGE}
    shape = {"type": "scatter", "x": there_and_back, "y": ends, "mode": "lines", "line": line, "hoverinfo": "skip"}
    return {**shape, **({"fill": "toself", "fillcolor": RANGE} if len(run) > 1 else {})}


def _drawn(values: Values, is_low: Sequence[bool]) -> list[float | None]:
    """The values that have a height of their own: not those of 0 to 4."""
    return [None if hatched else value for value, hatched in zip(values, is_low, strict=True)]


def _hatched(
    position: Sequence[int], is_low: Sequence[bool], high: Values, texts: Sequence[str], *, upright: bool
) -> list[dict[str, Any]]:
    """Where a number is 0 to 4: a hatched bar of that whole range."""
    at = [place for place, hatched in zip(position, is_low, strict=True) if hatched]
    if not at:
        return []
    lengths = [high[place] for place in at]
    ends = {"x": at, "y": lengths} if upright else {"y": at, "x": lengths, "orientation": "h"}
    shown = {"customdata": [[texts[place]] for place in at], "hovertemplate": "%{customdata[0]}<extra></extra>"}
    return [{"type": "bar", **ends, "width": 0.7, "marker": _HATCH, **shown}]


def _values(percent: bool) -> dict[str, Any]:
    return {**FROM_ZERO, "nticks": 5, "ticksuffix": "%" if percent else "", "tickformat": ",d", "tickangle": 0}
