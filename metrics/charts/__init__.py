"""Measured frames drawn, light enough for any screen."""

from metrics.charts.bars import bars, beside_chance, pairs, relative
from metrics.charts.course import aligned, sparkline, trend

__all__ = ["aligned", "bars", "beside_chance", "pairs", "relative", "sparkline", "trend"]
