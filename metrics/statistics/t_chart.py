"""Rare events by the days between them: where months are mostly empty, whether they come closer together or further apart.

Source: Nelson, A control chart for parts-per-million nonconforming items, J Qual Technol 26 (1994) 88; NHS England, Making Data
Count (t charts). The root makes waiting times nearly normal, and the limits are turned back into days.
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


def t_chart(fell: pd.DataFrame, end: date, better: Better, steps: Sequence[date] = ()) -> pd.DataFrame:
    """A chart of the days from each event to the next: ``label`` (the day on which the wait ended), then `spc.control_chart`,
    and ``waiting``, true of a wait that has not ended.

    ``fell`` has ``day`` and ``events``, in order; ``better`` is of events, so that long waits are good where fewer are better.
    The wait that has not ended on the last day, that before ``end``, is the last point once it is longer than usual since the
    last step: what it will become can only be more. Events of one day lie 0 days apart. Fewer than two events are an empty frame.
    """
    days = np.repeat(pd.to_datetime(fell["day"]).to_numpy("M8[D]"), fell["events"].to_numpy(int))[-(GAPS + 1) :]
    ended, waits = list(days[1:]), list(np.diff(days).astype(float))
    last_day = np.datetime64(end - timedelta(days=1))
    waiting = float((last_day - days[-1]).astype(int)) if len(days) else 0.0
    roots = np.asarray(waits) ** (1 / _ROOT)
    since = [root for root, day in zip(roots, ended, strict=True) if not steps or day >= np.datetime64(steps[-1])]
    if len(roots) and waiting ** (1 / _ROOT) > np.mean(since or list(roots)):
        ended.append(last_day)
        roots = np.append(roots, waiting ** (1 / _ROOT))
    labels = pd.Series([str(day) for day in ended], dtype=object)
    begins = [int((labels < step.isoformat()).sum()) for step in steps]
    chart = spc.control_chart(pd.Series(roots), _LONGER_IS[better], steps=[begin for begin in begins if begin < len(roots)])
    still = np.arange(len(roots)) >= len(waits)
    return chart.assign(label=labels, waiting=still, **(chart[_LINES].clip(lower=0) ** _ROOT))
