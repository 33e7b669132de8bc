"""Invented series of events where it is known whether anything changed, judged as the dashboard would judge them.

Events are drawn by day over eight years, and over two more where something changes after the eight. A series is judged at the
end of a month by the events before it, with the dashboard's own charts, numbers of points and minimum counts.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.metric import Better
from metrics.signals.judgement import Method
from metrics.signals.series import MONTHLY, QUARTERLY
from metrics.signals.volume import ENOUGH
from metrics.statistics import spc
from metrics.statistics.season import YEARS, season
from metrics.statistics.t_chart import t_chart
from queries.clock import add_months

FIRST = date(2017, 1, 1)
HISTORY = 8 * 12  # months
AHEAD = 24  # months over which a change may be noticed
SUMMER = (0.75, 0.75, 0.9, 1.0, 1.1, 1.15, 1.3, 1.4, 1.05, 1.1, 0.85, 0.65)  # as in demo/days.py
_DAYS_A_MONTH = 365.25 / 12
_FIRSTS = [add_months(FIRST, month) for month in range(HISTORY + AHEAD + 1)]
_LABELS = [first.isoformat() for first in _FIRSTS]
_DAYS = np.arange(np.datetime64(_FIRSTS[0]), np.datetime64(_FIRSTS[-1]))
_STARTS = np.array([(first - FIRST).days for first in _FIRSTS])
_MONTH_OF = np.repeat(np.arange(HISTORY + AHEAD), np.diff(_STARTS))


@dataclass(frozen=True)
class Kind:
    """How many events a month, how much more their variance is than chance alone would give, and the summer if they have one."""

    mean: float
    dispersion: float = 1.0
    months: tuple[float, ...] = (1.0,) * 12


@dataclass(frozen=True)
class World:
    """One series: the events of each day."""

    daily: npt.NDArray[np.int_]

    @cached_property
    def monthly(self) -> npt.NDArray[np.float64]:
        return np.add.reduceat(self.daily, _STARTS[:-1]).astype(float)

    def latest(self, months: int, end: int) -> "pd.Series[float]":
        """The counts of the last months before month number ``end``, by the first day of each."""
        return pd.Series(self.monthly[end - months : end], _LABELS[end - months : end])

    def event_dates(self, end: int) -> pd.DataFrame:
        """The days before month number ``end`` on which anything happened."""
        daily = self.daily[: _STARTS[end]]
        with_events = np.flatnonzero(daily)
        return pd.DataFrame({"day": _DAYS[with_events], "events": daily[with_events]})


def world(kind: Kind, chance: np.random.Generator, change: float = 1.0) -> World:
    """A series of this kind, with so many times the events from the end of the eight years on."""
    rate = np.array([kind.months[first.month - 1] for first in _FIRSTS[:-1]]) * kind.mean
    rate[HISTORY:] *= change
    if kind.dispersion > 1:
        rate = chance.gamma(rate / (kind.dispersion - 1), kind.dispersion - 1)
    return World(chance.poisson(rate[_MONTH_OF] / _DAYS_A_MONTH))


def judged(series: World, end: int = HISTORY) -> tuple[Method, int]:
    """The method that the dashboard chooses at the end of these months, and 1 if it flags a rise, -1 a fall, 0 neither."""
    if series.monthly[end - MONTHLY.points : end].mean() >= ENOUGH:
        return "months", by_month(series, end)
    quarters = series.latest(3 * QUARTERLY.points, end - end % 3).to_numpy().reshape(-1, 3).sum(axis=1)
    if quarters.mean() >= ENOUGH:
        return "quarters", _last(spc.control_chart(pd.Series(quarters), Better.HIGHER))
    gaps = t_chart(series.event_dates(end), _FIRSTS[end], Better.HIGHER)
    return ("days between", _last(gaps)) if len(gaps) >= spc.FIRM_FROM else ("too few", 0)


def by_month(series: World, end: int = HISTORY, seasonal: bool = False) -> int:
    """1 or -1 if a chart by month flags the last one, however few the events; with the time of year taken out if asked."""
    counts = series.latest(MONTHLY.points, end)
    factors = season(series.latest(12 * YEARS, end)) if seasonal else None
    if factors is not None:
        counts /= [factors[int(label[5:7])] for label in counts.index]
    return _last(spc.control_chart(counts, Better.HIGHER))


def noticed(series: World, direction: int) -> int | None:
    """After how many months a change that way (0: either way) is first flagged; None if not within two years."""
    wanted = {direction} if direction else {1, -1}
    return next((after for after in range(1, AHEAD + 1) if judged(series, HISTORY + after)[1] in wanted), None)


def _last(chart: pd.DataFrame) -> int:
    """The direction of the signal of the last point, 0 where there is none."""
    return {"improvement": 1, "concern": -1}.get(chart["variation"].iloc[-1], 0) if len(chart) else 0
