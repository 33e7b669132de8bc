"""Charts: tables of figures and control charts as Plotly figures, light enough for any screen; a bare line as SVG."""

from metrics.charts.bars import bars, beside_chance, pairs, relative
from metrics.charts.behind import table_of_figures, table_of_points
from metrics.charts.control import control, in_words, limits
from metrics.charts.course import aligned, trend
from metrics.charts.dots import dots
from metrics.charts.parts import parts
from metrics.charts.released import released_bars, released_line
from metrics.charts.sparkline import sparkline
from metrics.charts.spread import funnel
from metrics.charts.style import for_a_room

__all__ = [
    "aligned",
    "bars",
    "beside_chance",
    "control",
    "dots",
    "for_a_room",
    "funnel",
    "in_words",
    "limits",
    "pairs",
    "parts",
    "relative",
    "released_bars",
    "released_line",
    "sparkline",
    "table_of_figures",
    "table_of_points",
    "trend",
]
