"""Control charts: whether a series has changed or only varies as it always does, by the rules of NHS Making Data Count.

Source: NHS England, Making Data Count; the published series of NHSRplotthedots are reproduced point for point. The rules below
take the points between two rebases, in time order. A gap ends a run, and no moving range is taken across it.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.metric import Better

Signal = Literal["none", "outside limits", "trend", "two of three", "shift"]
Variation = Literal["common cause", "improvement", "concern", "neutral high", "neutral low"]
Assurance = Literal["meets", "misses", "hit or miss", "no target"]

LIMIT = 2.66  # mean moving ranges from the centre: three standard deviations. Source: Shewhart's d2 of pairs, 3 / 1.128
OUTER_THIRD = LIMIT * 2 / 3
SCREEN = 3.267  # mean moving ranges at which a jump is no ordinary one. Source: Shewhart's D4 of pairs
RUN = 7  # points rising, falling or on one side. Source: NHS England, Making Data Count
FIRM_FROM = 12  # points; limits from fewer are provisional. Source: NHS England, Making Data Count

_Values = npt.NDArray[np.float64]
_Signs = npt.NDArray[np.int_]  # 1 high or rising, -1 low or falling, 0 neither
_Flags = npt.NDArray[np.bool_]


def control_chart(
    values: "pd.Series[Any]",
    better: Better,
    target: float | None = None,
    screen: bool = True,
    rebases: Sequence[Any] = (),
) -> pd.DataFrame:
    """An individuals and moving range (XmR) chart of values in time order, in any unit.

    A frame on the same index: ``value, centre, lower_limit, upper_limit, signal`` (on every point of a run), ``variation`` (what
    the signal means, given which way is better), ``direction`` of the signal (1 high or rising, -1 low or falling, 0 none) and
    ``run_length``, the points of the whole trend or shift that a point is part of (0 for other signals and for none); with a
    target also ``target`` and ``assurance`` (whether the limits meet it). ``screen`` leaves extreme jumps out of the mean moving
    range, once. ``rebases`` are labels of the index from which limits and runs are worked out afresh. A gap (nan) is no signal;
    a single value has no limits. Raises ValueError where a rebase is not in the index.
    """
    known = values.to_numpy(float, na_value=np.nan)
    parts = [_between_rebases(part, screen) for part in np.split(known, _starts(values.index, rebases))]
    centre, lower, upper, signal, direction, run_length = (np.concatenate(column) for column in zip(*parts, strict=True))
    chart = {"value": known, "centre": centre, "lower_limit": lower, "upper_limit": upper, "signal": signal}
    chart["variation"] = np.array([variation(sign, better) for sign in direction], dtype=object)
    chart |= {"direction": direction, "run_length": run_length}
    if target is not None:
        verdicts = [assurance(low, high, target, better) for low, high in zip(lower, upper, strict=True)]
        chart |= {"target": np.full(len(known), float(target)), "assurance": np.array(verdicts, dtype=object)}
    return pd.DataFrame(chart, values.index)


def variation(direction: int, better: Better) -> Variation:
    """What a signal upwards (1) or downwards (-1) means; 0 is no signal."""
    if direction == 0:
        return "common cause"
    if better is Better.NEITHER:
        return "neutral high" if direction > 0 else "neutral low"
    return "improvement" if (direction > 0) == (better is Better.HIGHER) else "concern"


def assurance(lower_limit: float, upper_limit: float, target: float | None, better: Better) -> Assurance:
    """Whether a process with these limits will meet its target: always, never, or now and then by chance."""
    if target is None or better is Better.NEITHER or np.isnan(lower_limit) or np.isnan(upper_limit):
        return "no target"
    if lower_limit <= target <= upper_limit:
        return "hit or miss"
    return "meets" if (lower_limit > target) == (better is Better.HIGHER) else "misses"


def limits(values: npt.ArrayLike, screen: bool = True) -> tuple[float, float]:
    """The centre of the values, and the distance from it to each limit; nan where there are too few."""
    known = np.asarray(values, dtype=float)
    if np.isnan(known).all():
        return np.nan, np.nan
    ranges = np.abs(np.diff(known))
    ranges = ranges[~np.isnan(ranges)]
    if not len(ranges):
        return float(np.nanmean(known)), np.nan
    if screen and ranges.mean() > 0:
        ordinary = ranges[ranges < SCREEN * ranges.mean()]
        ranges = ordinary if ordinary.any() else ranges  # where nothing else varies, only the jumps say how much is usual
    return float(np.nanmean(known)), float(LIMIT * ranges.mean())


def shifts(side: npt.ArrayLike) -> _Signs:
    """1 or -1 at each point that ends seven on one side of the centre; ``side`` has 1 above, -1 below, 0 on it."""
    sides = np.asarray(side)
    windows = (sides[max(0, end - RUN) : end] for end in range(1, len(sides) + 1))
    return np.asarray([_direction_of_run(window, RUN) for window in windows], int)


def trends(values: npt.ArrayLike) -> _Signs:
    """1 or -1 at each point that ends seven strictly rising or falling."""
    differences = _signs_of_differences(np.asarray(values, dtype=float))
    windows = (differences[max(0, end - RUN + 1) : end] for end in range(np.size(values)))
    return np.asarray([_direction_of_run(window, RUN - 1) for window in windows], int)


def whole_run(ends: npt.ArrayLike) -> _Signs:
    """Where runs of seven end, carried back to the six points before; rising first where two overlap."""
    signs = np.asarray(ends)
    windows = [signs[position : position + RUN] for position in range(len(signs))]
    return np.asarray([1 if (window == 1).any() else -1 if (window == -1).any() else 0 for window in windows], int)


def two_of_three(close: npt.ArrayLike, side: npt.ArrayLike) -> _Flags:
    """The points of every three in a row on one side of the centre, of which two or more are close to a limit."""
    near, sides = np.asarray(close, dtype=bool), np.asarray(side)
    flags = np.zeros(len(near), dtype=bool)
    for first in range(len(near) - 2):
        three = slice(first, first + 3)
        if near[three].sum() >= 2 and abs(sides[three].sum()) == 3:
            flags[three] = True
    return flags


def lengths_of_runs(signs: npt.ArrayLike) -> _Signs:
    """How many equal signs in a row each sign belongs to; 0 for a sign of 0."""
    sign = np.asarray(signs)
    run = np.cumsum(np.diff(sign, prepend=sign[:1]) != 0)
    return np.where(sign == 0, 0, np.bincount(run)[run])


def _starts(index: "pd.Index[Any]", rebases: Sequence[Any]) -> list[int]:
    """The positions of the rebases in time order; one at the first point changes nothing and is left out."""
    unknown = [rebase for rebase in rebases if rebase not in index]
    if unknown:
        raise ValueError(f"There is no point at {unknown[0]}, where a rebase is recorded; give one of the chart's own points.")
    return sorted({int(position) for position in index.get_indexer(pd.Index(rebases))} - {0}) if rebases else []


def _between_rebases(known: _Values, screen: bool) -> tuple[npt.NDArray[Any], ...]:
    """The points between two rebases: centre, lower and upper limit, signal, and the direction and run length of the signal."""
    centre, distance = limits(known, screen)
    away = known - centre
    away[np.isclose(known, centre, rtol=1e-9, atol=1e-12)] = 0.0  # a sum of tenths is not quite its mean
    lines = (np.full(len(known), line) for line in (centre, centre - distance, centre + distance))
    side = np.sign(np.nan_to_num(away)).astype(int)
    signal, direction = _signals(known, side, np.nan_to_num(np.abs(away)), distance)
    return (*lines, signal, direction, _run_lengths(known, side, signal, direction))


def _signals(known: _Values, side: _Signs, reach: _Values, distance: float) -> tuple[npt.NDArray[np.object_], _Signs]:
    """The first rule that each point is part of, and its direction; ``reach`` is how far the point lies from the centre."""
    outside = reach > distance * (1 + 1e-9)
    close = (reach > distance * OUTER_THIRD / LIMIT) & ~outside
    rules: tuple[tuple[Signal, _Signs], ...] = (
        ("outside limits", side * outside),
        ("trend", whole_run(trends(known))),
        ("two of three", side * (two_of_three(close, side) & close)),
        ("shift", whole_run(shifts(side))),
    )
    holds = [direction != 0 for _, direction in rules]
    names = np.array([name for name, _ in rules], dtype=object)
    signal = np.select(holds, list(names), default="none")
    return signal.astype(object), np.select(holds, [direction for _, direction in rules], default=0)


def _run_lengths(known: _Values, side: _Signs, signal: npt.NDArray[np.object_], direction: _Signs) -> _Signs:
    """The points of the whole trend or shift that each point is part of; 0 where its signal is neither."""
    differences = _signs_of_differences(known)
    signed = differences * lengths_of_runs(differences)
    # A point at a peak belongs to a rise and to a fall: the length is that of the run in the direction of its signal.
    trend = 1 + np.maximum(direction * np.append(0, signed), direction * np.append(signed, 0))
    return np.select([signal == "trend", signal == "shift"], [trend, lengths_of_runs(side)], default=0)


def _signs_of_differences(known: _Values) -> _Signs:
    """From each point to the next: 1 up, -1 down, 0 for a tie or a gap."""
    return np.sign(np.nan_to_num(np.diff(known))).astype(int)


def _direction_of_run(signs: npt.NDArray[Any], length: int) -> int:
    """1 or -1 where these are as many signs as a run needs, and all the same; else 0."""
    return int(np.sign(signs[0])) if len(signs) == length and abs(signs.sum()) == length else 0
