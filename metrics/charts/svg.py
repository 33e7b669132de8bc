"""The strokes of a picture as SVG: lines, symbols, bars of a range, text of several lines."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape
from typing import Any

DARK = "#444444"  # Plotly's own, where a figure names none
LINE_HEIGHT = 1.25  # in sizes of type
_DASHES: Mapping[str, str] = {"dash": "8 5", "dot": "2 4", "dashdot": "8 4 2 4"}
_ANCHORS = {"left": "start", "right": "end", "center": "middle"}

Point = tuple[float, float]
HATCH = (
    '<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="8" height="8" fill="#FFFFFF"/><line x1="0" y1="0" x2="0" y2="8" stroke="#505A5F" stroke-width="3"/>'
    "</pattern></defs>"
)


def lines_of(text: object) -> list[str]:
    """The lines of what a figure says, as they are read."""
    return [unescape(line) for line in str(text or "").replace("\n", "<br>").split("<br>")]


def runs(points: Sequence[Point | None]) -> Iterable[list[Point]]:
    """The points between gaps."""
    run: list[Point] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []


def line(points: Sequence[Point], look: Mapping[str, Any]) -> str:
    """A line through these pixels, in the colour, width and dash that a figure gives it."""
    width, dash = look.get("width"), _DASHES.get(look.get("dash") or "")
    stroke = f'stroke="{look.get("color") or DARK}" stroke-width="{2 if width is None else width}"'
    stroke += f' stroke-dasharray="{dash}"' if dash else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" {stroke}/>'


def whisker(error: Mapping[str, Any], low: float, high: float, y: float) -> Iterable[str]:
    """A range from one pixel to another, with a stroke at each end."""
    half, look = error.get("width") or 4, {"color": error.get("color"), "width": error.get("thickness") or 1.5}
    for ends in ([(low, y), (high, y)], [(low, y - half), (low, y + half)], [(high, y - half), (high, y + half)]):
        yield line(ends, look)


def markers(marker: Mapping[str, Any], points: Sequence[Point | None]) -> Iterable[str]:
    """A symbol at each point, each in its own colour, size and shape where they differ."""

    def of(name: str, number: int, default: Any) -> Any:
        given = marker.get(name)
        if given is None:
            return default
        return given if isinstance(given, str | int | float) else given[number]

    edge = marker.get("line") or {}
    for number, point in enumerate(points):
        if point is None:
            continue
        colour, opacity = of("color", number, DARK), of("opacity", number, 1)
        rim = edge.get("color")
        stroke = rim if isinstance(rim, str) or rim is None else rim[number]
        look = f'fill="{colour}" fill-opacity="{opacity}"'
        look += f' stroke="{stroke}" stroke-width="{edge.get("width") or 1}" stroke-opacity="{opacity}"' if stroke else ""
        yield _symbol(of("symbol", number, "circle"), point, of("size", number, 6) / 2, look)


def _symbol(name: str, at: Point, half: float, look: str) -> str:
    x, y = at
    corners = {
        "triangle-up": ((0, -1.1), (1, 0.8), (-1, 0.8)),
        "triangle-down": ((0, 1.1), (1, -0.8), (-1, -0.8)),
        "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    }.get(name)
    if name == "line-ns":
        return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - half:.1f}" y2="{y + half:.1f}" {look}/>'
    if corners is None:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{half:.1f}" {look}/>'
    around = " ".join(f"{x + dx * half:.1f},{y + dy * half:.1f}" for dx, dy in corners)
    return f'<polygon points="{around}" {look}/>'


def box(low: Point, high: Point, marker: Mapping[str, Any], number: int) -> str:
    """A bar between two corners, in the colour that its trace gives it, hatched where it says so."""
    colour, edge = marker.get("color") or DARK, marker.get("line") or {}
    look = 'fill="url(#hatch)"' if marker.get("pattern") else fill(colour if isinstance(colour, str) else colour[number])
    look += f' stroke="{edge["color"]}" stroke-width="{edge.get("width") or 1}"' if edge.get("color") else ""
    x, y, wide, tall = min(low[0], high[0]), min(low[1], high[1]), abs(high[0] - low[0]), abs(high[1] - low[1])
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" {look}/>'


def fill(colour: str) -> str:
    """How something is filled; a colour that lets through as SVG has it."""
    if colour.startswith("rgba("):
        *channels, opacity = colour.removeprefix("rgba(").removesuffix(")").split(",")
        return f'fill="rgb({",".join(channels)})" fill-opacity="{float(opacity)}"'
    return f'fill="{colour}"'


def text(
    said: str, at: Point, across: str, along: str, *, size: float, colour: str, bold: bool = False, turned: bool = False
) -> str:
    """Text of one line or several, of which the whole has this place; ``turned`` reads upwards."""
    lines, (x, y), tall = lines_of(said), at, size * LINE_HEIGHT
    above = {"top": -0.8, "bottom": len(lines) - 0.75, "middle": len(lines) / 2 - 0.8}[along]
    style = f'fill="{colour}" font-size="{size:.1f}" text-anchor="{_ANCHORS[across]}"'
    style += ' font-weight="bold"' if bold else ""
    style += f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    places = (y + (number - above) * tall for number in range(len(lines)))
    return "".join(
        f'<text x="{x:.1f}" y="{place:.1f}" {style}>{escape(row)}</text>' for place, row in zip(places, lines, strict=True)
    )
