"""Rare events by the days between them: where months are mostly empty, whether they come closer together or further apart.

Source: Nelson, A control chart for parts-per-million nonconforming items, J Qual Technol 26 (1994) 88; NHS England, Making Data
Count (t charts). The root makes the days between events nearly normal; the limits are turned back into days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.metric import Better
from metrics.statistics import spc

GAPS = 36  # the latest that are charted
_ROOT = 3.6  # Source: Nelson (1994)
_LINES = ("value", "centre", "lower_limit", "upper_limit")
_LONGER_IS = {Better.HIGHER: Better.LOWER, Better.LOWER: Better.HIGHER, Better.NEITHER: Better.NEITHER}


@dataclass(frozen=True, eq=False)
class Gaps:
    """The days from each event to the next, to be judged: the root of each, the day on which it ended, and whether it has not."""

    roots: spc.Series
    label: npt.NDArray[Any]
    waiting: npt.NDArray[np.bool_]


def t_chart(event_dates: pd.DataFrame, end: date, better: Better, rebases: Sequence[date] = ()) -> pd.DataFrame:
    """A chart of the days from each event to the next: `spc.control_chart` in days, with two columns more.

    ``label`` is the day on which a gap ended, and ``waiting`` is true of a gap that has not ended. ``event_dates`` has ``day``
    and ``events``, in order; ``better`` is of events, so that long gaps are good where fewer events are better. The gap that is
    still open on the last day, that before ``end``, is the last point once it is longer than usual since the last rebase: it can
    only grow. Events of one day lie 0 days apart. Fewer than two events are an empty frame.
    """
    between = gaps(event_dates["day"].to_numpy(), event_dates["events"].to_numpy(int), end, better, rebases)
    return pd.DataFrame(in_days(between, *spc.control_charts([between.roots])))


def gaps(days: npt.NDArray[Any], events: npt.NDArray[np.int_], end: date, better: Better, rebases: Sequence[date] = ()) -> Gaps:
    """The latest gaps between events, see `t_chart`."""
    happened = np.repeat(days.astype("M8[D]"), events)[-(GAPS + 1) :]
    ended, lengths = happened[1:], np.diff(happened).astype(float)
    last_day = np.datetime64(end - timedelta(days=1))
    open_for = float((last_day - happened[-1]).astype(int)) if len(happened) else 0.0
    roots = lengths ** (1 / _ROOT)
    since = roots[ended >= np.datetime64(rebases[-1])] if rebases else roots
    if len(roots) and open_for ** (1 / _ROOT) > np.mean(since if len(since) else roots):
        ended, roots = np.append(ended, last_day), np.append(roots, open_for ** (1 / _ROOT))
    starts = {int((ended < np.datetime64(rebase)).sum()) for rebase in rebases} - {0}
    series = spc.Series(roots, _LONGER_IS[better], rebases=tuple(sorted(start for start in starts if start < len(roots))))
    return Gaps(series, ended.astype(str).astype(object), np.arange(len(roots)) >= len(lengths))


def in_days(gaps: Gaps, chart: spc.Chart) -> Mapping[str, npt.NDArray[Any]]:
    """The chart of the roots, turned back into days, with ``label`` and ``waiting``."""
    lines = {name: np.clip(chart[name], 0, None) ** _ROOT for name in _LINES}
    return {**chart, **lines, "label": gaps.label, "waiting": gaps.waiting}
