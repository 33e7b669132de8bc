"""A chart as a picture (SVG) drawn without a browser, for a file or a page on paper: what the screen shows.

It reads the figure that the page shows, and knows of Plotly no more than our charts use.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from metrics.charts import svg
from metrics.charts.svg import DARK, LINE_HEIGHT, Point, fill, line, lines_of, markers, runs, text, whisker

FONT = "Source Sans Pro"  # which whoever sets the picture must have
_LETTER = 0.5  # width of a letter, in sizes of type
_LIGHT = "#EEEEEE"  # Plotly's own, where a figure names none
NO_FONT: Mapping[str, Any] = MappingProxyType({})
_PAD = 0.05  # of an axis beyond its data


@dataclass
class _Axis:
    """One axis of a figure, from pixel ``begins`` to ``ends``; values beyond ``low`` and ``high`` lie outside."""

    layout: Mapping[str, Any]
    begins: float
    ends: float
    low: float
    high: float
    is_log: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_log = self.layout.get("type") == "log"

    def at(self, value: float) -> float:
        """The pixel of a value."""
        shown = math.log10(value) if self.is_log and value > 0 else value
        return self.begins + (shown - self.low) / ((self.high - self.low) or 1) * (self.ends - self.begins)

    def ticks(self) -> list[tuple[float, str]]:
        """Each value that is named, with its name."""
        given = self.layout.get("tickvals")
        if given is not None:
            named = zip(given, self.layout.get("ticktext") or map(self._named, given), strict=False)
            return [(float(value), str(text)) for value, text in named if self._is_inside(float(value))]
        return [(value, self._named(value)) for value in _round_values(self.low, self.high, self.layout.get("nticks") or 6)]

    def reaches(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return not (self.is_log and value <= 0) and self._is_inside(value)

    def _is_inside(self, value: float) -> bool:
        shown = math.log10(value) if self.is_log else value
        return min(self.low, self.high) - 1e-9 <= shown <= max(self.low, self.high) + 1e-9

    def _named(self, value: float) -> str:
        if self.layout.get("tickformat") == ".0%":
            return f"{value:.0%}"
        return f"{value:,.10g}{self.layout.get('ticksuffix') or ''}"


def picture(figure: go.Figure, width: int, height: int | None = None, *, size: int = 14) -> str:
    """The figure as SVG of so many pixels, its own height by default, in type of ``size`` pixels."""
    drawn = figure.to_plotly_json()
    placed = _Picture(drawn, width, height or int(drawn["layout"].get("height") or 320), size)
    inside = "".join(placed.parts())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{placed.height}" '
        f'viewBox="0 0 {width} {placed.height}" font-family="{FONT}" font-size="{size}">{inside}</svg>'
    )


class _Picture:
    """The parts of a figure, placed."""

    def __init__(self, drawn: Mapping[str, Any], width: int, height: int, size: int) -> None:
        self.traces: Sequence[Mapping[str, Any]] = drawn["data"]
        layout = self.layout = drawn["layout"]
        self.width, self.height, self.size = width, height, size
        self.colour = (layout.get("font") or {}).get("color") or DARK
        names = [name for name in layout if name.startswith(("xaxis", "yaxis"))] or ["xaxis", "yaxis"]
        self.x = {f"x{name[5:]}": layout.get(name) or {} for name in names if name.startswith("x")}
        self.y = {f"y{name[5:]}": layout.get(name) or {} for name in names if name.startswith("y")}
        self.left, self.right, self.top, self.bottom = self._margins()
        self.axes = {name: self._axis(name, of) for name, of in [*self.x.items(), *self.y.items()]}

    def _margins(self) -> tuple[float, float, float, float]:
        """The pixels of the plot within the picture: room for names of ticks, titles and what stands beside it."""
        given = {"l": 8, "r": 16, "t": 8, "b": 8, **(self.layout.get("margin") or {})}
        left = max((self._room_beside(name) for name in self.y), default=0)
        below = max((self._room_below(name) for name in self.x), default=0)
        legend = 1.6 * self.size if self.layout.get("showlegend") else 0
        return given["l"] + left, self.width - given["r"], given["t"] + legend, self.height - given["b"] - below

    def _room_beside(self, name: str) -> float:
        of = self.y[name]
        texts = of.get("ticktext") or [text for _, text in self._axis(name, of, measured=False).ticks()]
        widest = max((len(line) for text in texts for line in lines_of(text)), default=0)
        title = 1.6 * self.size if (of.get("title") or {}).get("text") else 0
        size = (of.get("tickfont") or {}).get("size") or self.size
        return widest * size * _LETTER + 10 + (of.get("ticklen") or 0) + title

    def _room_below(self, name: str) -> float:
        of = self.x[name]
        texts = of.get("ticktext") or [""]
        lines = max((len(lines_of(text)) for text in texts), default=1)
        title = (of.get("title") or {}).get("text")
        return (lines + (len(lines_of(title)) + 0.3 if title else 0)) * self.size * LINE_HEIGHT + 6

    def _axis(self, name: str, of: Mapping[str, Any], *, measured: bool = True) -> _Axis:
        is_x = name.startswith("x")
        first, last = of.get("domain") or (0, 1)
        begins, ends = 0.0, 1.0
        if measured:
            long = (self.right - self.left) if is_x else (self.bottom - self.top)
            begins = self.left + first * long if is_x else self.bottom - first * long
            ends = self.left + last * long if is_x else self.bottom - last * long
        low, high = of.get("range") or self._range(name, of)
        return _Axis(of, begins, ends, float(low), float(high))

    def _range(self, name: str, of: Mapping[str, Any]) -> tuple[float, float]:
        """What the traces on an axis span, from zero where it begins there, turned round where it runs down."""
        values = [value for trace in self.traces if _axis_of(trace, name[0]) == name for value in _spanned(trace, name[0])]
        if not values:
            return 0.0, 1.0
        low, high = min(values), max(values)
        if of.get("tickvals") is not None and len(set(values)) == len(of["tickvals"]):  # a row each
            low, high = low - 0.5, high + 0.5
        elif of.get("rangemode") == "tozero":
            low, high = min(0.0, low), max(0.0, high) + (max(0.0, high) - min(0.0, low)) * _PAD
        else:
            pad = (high - low) * _PAD or 0.5
            low, high = low - pad, high + pad
        return (high, low) if of.get("autorange") == "reversed" else (low, high)

    def parts(self) -> Iterable[str]:
        """The background, axes, traces, shapes, names."""
        yield f'{svg.HATCH}<rect width="{self.width}" height="{self.height}" fill="#FFFFFF"/>'
        shapes = list(self.layout.get("shapes") or ())
        yield from (self._shape(shape) for shape in shapes if shape.get("layer") == "below")
        for x, y in self._pairs():
            yield from self._grid(x, y)
        for place, trace in enumerate(self.traces):
            yield from self._trace(trace, place)
        yield from (self._shape(shape) for shape in shapes if shape.get("layer") != "below")
        for note in self.layout.get("annotations") or ():
            yield self._note(note)
        if self.layout.get("showlegend"):
            yield from self._legend()

    def _pairs(self) -> list[tuple[_Axis, _Axis]]:
        return [(self.axes[x], self.axes[y if y in self.axes else "y"]) for x, y in ((name, f"y{name[1:]}") for name in self.x)]

    def _grid(self, x: _Axis, y: _Axis) -> Iterable[str]:
        for axis, across, is_x in ((x, y, True), (y, x, False)):
            for value, named in axis.ticks():
                if axis.layout.get("showgrid") is not False:
                    yield self._stroke(axis, across, value, axis.layout.get("gridcolor") or _LIGHT, is_x=is_x)
                yield self._tick(named, axis.at(value), axis, across, is_x=is_x)
            is_of_names = not is_x and axis.layout.get("tickvals") is not None
            if axis.layout.get("zeroline") is not False and not is_of_names and axis.reaches(0):
                yield self._stroke(axis, across, 0, axis.layout.get("zerolinecolor") or DARK, is_x=is_x)
            yield self._title(axis, is_x=is_x)

    def _stroke(self, axis: _Axis, across: _Axis, value: float, colour: str, *, is_x: bool) -> str:
        """A line across the plot at a value of an axis."""
        at = axis.at(value)
        ends = [(at, across.begins), (at, across.ends)] if is_x else [(across.begins, at), (across.ends, at)]
        return line(ends, {"color": colour, "width": 1})

    def _title(self, axis: _Axis, *, is_x: bool) -> str:
        said, middle = (axis.layout.get("title") or {}).get("text"), (axis.begins + axis.ends) / 2
        if not said:
            return ""
        if is_x:
            top = self.height - len(lines_of(said)) * self.size * LINE_HEIGHT
            return self._text(said, (middle, top), "center", "top")
        return text(said, (self.size, middle), "center", "middle", size=self.size, colour=self.colour, turned=True)

    def _tick(self, named: str, at: float, axis: _Axis, across: _Axis, *, is_x: bool) -> str:
        font = axis.layout.get("tickfont") or NO_FONT
        if is_x:
            return self._text(named, (at, across.begins + 5), "center", "top", font)
        return self._text(named, (across.begins - 6 - (axis.layout.get("ticklen") or 0), at), "right", "middle", font)

    def _trace(self, trace: Mapping[str, Any], place: int) -> Iterable[str]:
        x, y = self.axes[_axis_of(trace, "x")], self.axes[_axis_of(trace, "y")]
        if trace.get("type") == "bar":
            yield from self._bars(trace, x, y, place)
            return
        pairs = zip(trace["x"], trace["y"], strict=True)
        points = [None if one is None or other is None else (x.at(one), y.at(other)) for one, other in pairs]
        mode, look = trace.get("mode") or "lines", trace.get("line") or {}
        if trace.get("fill") == "toself":
            around = " ".join(f"{px:.1f},{py:.1f}" for px, py in filter(None, points))
            yield f'<polygon points="{around}" {fill(trace["fillcolor"])}/>'
        if "lines" in mode and look.get("width") != 0:
            yield from (line(run, look) for run in runs(points))
        yield from _whiskers(trace, x, [None if point is None else point[1] for point in points])
        if "markers" in mode:
            yield from markers(trace.get("marker") or {}, points)
        if "text" in mode:
            yield from self._names_of(trace, points)

    def _names_of(self, trace: Mapping[str, Any], points: Sequence[Point | None]) -> Iterable[str]:
        places = trace.get("textposition") or "top center"
        for number, point in enumerate(points):
            if point is not None:
                yield self._beside(str(trace["text"][number]), point, places if isinstance(places, str) else places[number])

    def _bars(self, trace: Mapping[str, Any], x: _Axis, y: _Axis, place: int) -> Iterable[str]:
        """Bars, lying unless the trace says otherwise: beside each other, one after the other, or one over the other."""
        lying = trace.get("orientation") == "h"
        along, across = (x, y) if lying else (y, x)
        values, rows = (trace["x"], trace["y"]) if lying else (trace["y"], trace["x"])
        bars = [number for number, other in enumerate(self.traces) if other.get("type") == "bar"]
        beside = len(bars) if self.layout.get("barmode") in (None, "group") else 1
        wide = float(trace.get("width") or 0.8) / beside
        shift = (bars.index(place) - (beside - 1) / 2) * wide if beside > 1 else 0.0
        middles, thick = [across.at(row + shift) for row in rows], abs(across.at(wide) - across.at(0))
        begins = self._begins(place, rows)
        for number, (value, middle) in enumerate(zip(values, middles, strict=True)):
            if value is None:
                continue
            low, high = sorted((along.at(begins[number]), along.at(begins[number] + value)))
            ends = ((low, middle - thick / 2), (high, middle + thick / 2))
            box = ends if lying else tuple((end[1], end[0]) for end in ends)
            yield svg.box(box[0], box[1], trace.get("marker") or {}, number)
            yield self._in_bar(trace, number, (low, high), middle)
        if lying:
            yield from _whiskers(trace, x, middles)

    def _begins(self, place: int, rows: Sequence[float]) -> list[float]:
        """Where each bar of a trace begins: of stacked ones after those before it in its row."""
        if self.layout.get("barmode") != "stack":
            return [0.0] * len(rows)
        before = [trace for trace in self.traces[:place] if trace.get("type") == "bar"]
        return [sum(trace["x"][trace["y"].index(row)] or 0.0 for trace in before if row in trace["y"]) for row in rows]

    def _in_bar(self, trace: Mapping[str, Any], number: int, ends: Point, middle: float) -> str:
        """What stands beside the end of a lying bar, or in it."""
        where = trace.get("textposition")
        if where == "outside":
            return self._text(str(trace["text"][number]), (ends[1] + 5, middle), "left", "middle")
        if where == "inside":
            font = trace.get("textfont") or NO_FONT
            return self._text(str(trace["text"][number]), (sum(ends) / 2, middle), "center", "middle", font)
        return ""

    def _shape(self, shape: Mapping[str, Any]) -> str:
        x0, x1 = (self._along(shape[end], shape.get("xref") or "x", is_x=True) for end in ("x0", "x1"))
        y0, y1 = (self._along(shape[end], shape.get("yref") or "y", is_x=False) for end in ("y0", "y1"))
        if shape.get("type") == "rect":
            box = f'x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}" width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}"'
            return f"<rect {box} {fill(shape.get('fillcolor') or 'none')}/>"
        return line([(x0, y0), (x1, y1)], shape.get("line") or {})

    def _note(self, note: Mapping[str, Any]) -> str:
        x = self._along(note["x"], note.get("xref") or "x", is_x=True) + (note.get("xshift") or 0)
        y = self._along(note["y"], note.get("yref") or "y", is_x=False) - (note.get("yshift") or 0)
        across, along = note.get("xanchor") or "center", note.get("yanchor") or "middle"
        return self._text(note["text"], (x, y), across, along, note.get("font") or NO_FONT)

    def _along(self, value: float, ref: str, *, is_x: bool) -> float:
        """The pixel of a place in a figure: of an axis, of its length, or of the whole plot."""
        if ref == "paper":
            return self.left + value * (self.right - self.left) if is_x else self.bottom - value * (self.bottom - self.top)
        name, _, of_length = ref.partition(" ")
        axis = self.axes[name]
        return axis.begins + value * (axis.ends - axis.begins) if of_length else axis.at(value)

    def _text(self, said: str, at: Point, across: str, along: str, font: Mapping[str, Any] = NO_FONT) -> str:
        size = (font.get("size") or 14) * self.size / 14
        colour, bold = font.get("color") or self.colour, font.get("weight") == "bold"
        return text(said, at, across, along, size=size, colour=colour, bold=bold)

    def _beside(self, said: str, point: Point, where: str) -> str:
        along, across = where.split()
        at = (point[0] + {"left": -9, "right": 9}.get(across, 0), point[1] + {"top": -8, "bottom": 8}.get(along, 0))
        anchor = {"left": "right", "right": "left"}.get(across, "center")
        return self._text(said, at, anchor, {"top": "bottom", "bottom": "top"}.get(along, "middle"))

    def _legend(self) -> Iterable[str]:
        x = self.left
        for trace in (trace for trace in self.traces if trace.get("name")):
            name = str(trace["name"])
            colour = (trace.get("marker") or {}).get("color") or (trace.get("line") or {}).get("color") or DARK
            yield f'<rect x="{x:.1f}" y="4" width="{self.size}" height="{self.size}" {fill(str(colour))}/>'
            yield self._text(name, (x + self.size + 5, 4 + self.size / 2), "left", "middle")
            x += self.size * 2 + 10 + len(name) * self.size * _LETTER


def _axis_of(trace: Mapping[str, Any], direction: str) -> str:
    return str(trace.get(f"{direction}axis") or direction)


def _whiskers(trace: Mapping[str, Any], x: _Axis, rows: Sequence[float | None]) -> Iterable[str]:
    """The range of each value that has one, at the pixel of its row."""
    error = trace.get("error_x")
    if not error:
        return
    for value, up, down, row in zip(trace["x"], error["array"], error["arrayminus"], rows, strict=True):
        if value is not None and up is not None and down is not None and row is not None:
            yield from whisker(error, x.at(value - down), x.at(value + up), row)


def _spanned(trace: Mapping[str, Any], direction: str) -> list[float]:
    """The values of a trace along an axis, with the ends of its ranges; of bars also where they begin."""
    values = [value for value in trace[direction] if value is not None]
    error = trace.get("error_x") if direction == "x" else None
    for sign, name in ((1, "array"), (-1, "arrayminus")):
        ends = zip(trace[direction], (error or {}).get(name) or (), strict=False)
        values += [value + sign * by for value, by in ends if value is not None and by is not None]
    return [*values, 0.0] if trace.get("type") == "bar" and direction == "x" else values


def _round_values(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two, at most so many."""
    low, high = min(low, high), max(low, high)
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    step = next(step for factor in (1, 2, 5, 10) if (step := factor * power) >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]
