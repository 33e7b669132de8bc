"""Rare events by the days between them: where months are mostly empty, whether they come closer together or further apart.

Source: Nelson, A control chart for parts-per-million nonconforming items, J Qual Technol 26 (1994) 88; NHS England, Making Data
Count (t charts). The root makes the days between events nearly normal; the limits are turned back into days.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.metric import Better
from metrics.statistics import spc

GAPS = 36  # the latest that are charted
_ROOT = 3.6  # Source: Nelson (1994)
_LINES = ["value", "centre", "lower_limit", "upper_limit"]
_LONGER_IS = {Better.HIGHER: Better.LOWER, Better.LOWER: Better.HIGHER, Better.NEITHER: Better.NEITHER}


def t_chart(event_dates: pd.DataFrame, end: date, better: Better, rebases: Sequence[date] = ()) -> pd.DataFrame:
    """A chart of the days from each event to the next: `spc.control_chart` in days, with two columns more.

    ``label`` is the day on which a gap ended, and ``waiting`` is true of a gap that has not ended. ``event_dates`` has ``day``
    and ``events``, in order; ``better`` is of events, so that long gaps are good where fewer events are better. The gap that is
    still open on the last day, that before ``end``, is the last point once it is longer than usual since the last rebase: it can
    only grow. Events of one day lie 0 days apart. Fewer than two events are an empty frame.
    """
    days = np.repeat(pd.to_datetime(event_dates["day"]).to_numpy("M8[D]"), event_dates["events"].to_numpy(int))[-(GAPS + 1) :]
    ended, gaps = list(days[1:]), list(np.diff(days).astype(float))
    last_day = np.datetime64(end - timedelta(days=1))
    waiting = float((last_day - days[-1]).astype(int)) if len(days) else 0.0
    roots = np.asarray(gaps) ** (1 / _ROOT)
    since = [root for root, day in zip(roots, ended, strict=True) if not rebases or day >= np.datetime64(rebases[-1])]
    if len(roots) and waiting ** (1 / _ROOT) > np.mean(since or list(roots)):
        ended.append(last_day)
        roots = np.append(roots, waiting ** (1 / _ROOT))
    labels = pd.Series([str(day) for day in ended], dtype=object)
    starts = [int((labels < rebase.isoformat()).sum()) for rebase in rebases]
    chart = spc.control_chart(pd.Series(roots), _LONGER_IS[better], rebases=[start for start in starts if start < len(roots)])
    still_open = np.arange(len(roots)) >= len(gaps)
    return chart.assign(label=labels, waiting=still_open, **(chart[_LINES].clip(lower=0) ** _ROOT))
