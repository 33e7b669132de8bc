"""Control charts: whether a series has changed or only varies as it always does, by the rules of NHS Making Data Count.

Source: NHS England, Making Data Count; the published series of NHSRplotthedots are reproduced point for point. Each step
below takes the points of one stretch in time order. A gap breaks a run, and no moving range is taken across it.
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
FIRM_FROM = 12  # points; limits from fewer are on trial. Source: NHS England, Making Data Count

_Values = npt.NDArray[np.float64]
_Signs = npt.NDArray[np.int_]  # 1 high or rising, -1 low or falling, 0 neither
_Flags = npt.NDArray[np.bool_]


def control_chart(
    values: "pd.Series[Any]",
    better: Better,
    target: float | None = None,
    screen: bool = True,
    steps: Sequence[Any] = (),
) -> pd.DataFrame:
    """An individuals and moving range (XmR) chart of values in time order, in any unit.

    A frame on the same index: ``value, centre, lower_limit, upper_limit, signal`` (on every point of a run) and ``variation``
    (what the signal means, given which way is better); with a target also ``target`` and ``assurance`` (whether the limits
    meet it). ``screen`` leaves extreme jumps out of the mean moving range, once. ``steps`` are labels of the index at which a
    new stretch begins, with limits and runs of its own. A gap (nan) is no signal; a single value has no limits.
    Raises ValueError where a step is not in the index.
    """
    known = values.to_numpy(float, na_value=np.nan)
    stretches = [_stretch(part, screen) for part in np.split(known, _begins(values.index, steps))]
    centre, lower, upper, signal, direction = (np.concatenate(line) for line in zip(*stretches, strict=True))
    chart = {"value": known, "centre": centre, "lower_limit": lower, "upper_limit": upper, "signal": signal}
    chart["variation"] = np.array([variation(sign, better) for sign in direction], dtype=object)
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
        ranges = (
            ordinary if ordinary.any() else ranges
        )  # where nothing else varies, the jumps are all that tells how much is usual
    return float(np.nanmean(known)), float(LIMIT * ranges.mean())


def shifts(side: npt.ArrayLike) -> _Signs:
    """1 or -1 at each point that ends seven on one side of the centre."""
    return np.asarray([_alike(np.asarray(side)[max(0, place - RUN + 1) : place + 1], RUN) for place in range(len(side))], int)  # type: ignore[arg-type]


def trends(values: npt.ArrayLike) -> _Signs:
    """1 or -1 at each point that ends seven strictly rising or falling."""
    known = np.asarray(values, dtype=float)
    steps = np.sign(np.nan_to_num(np.diff(known)))
    return np.asarray([_alike(steps[max(0, place - RUN + 1) : place], RUN - 1) for place in range(len(known))], int)


def whole_run(ends: npt.ArrayLike) -> _Signs:
    """Where runs of seven end, carried back to the six points before; rising first where two overlap."""
    ends = np.asarray(ends)
    ahead = [ends[place : place + RUN] for place in range(len(ends))]
    return np.asarray([1 if (run == 1).any() else -1 if (run == -1).any() else 0 for run in ahead], int)


def two_of_three(close: npt.ArrayLike, side: npt.ArrayLike) -> _Flags:
    """The points of every three in a row on one side of the centre, of which two or more are close to a limit."""
    near, sides = np.asarray(close, dtype=bool), np.asarray(side)
    found = np.zeros(len(near), dtype=bool)
    for first in range(len(near) - 2):
        three = slice(first, first + 3)
        if near[three].sum() >= 2 and abs(sides[three].sum()) == 3:
            found[three] = True
    return found


def _begins(index: "pd.Index[Any]", steps: Sequence[Any]) -> list[int]:
    """Where the stretches between recorded steps begin; one that nothing precedes begins nothing new."""
    unknown = [step for step in steps if step not in index]
    if unknown:
        raise ValueError(f"There is no point at {unknown[0]}, where a step is recorded; give one of the chart's own points.")
    return sorted({int(place) for place in index.get_indexer(pd.Index(steps))} - {0}) if steps else []


def _stretch(known: _Values, screen: bool) -> tuple[_Values, _Values, _Values, npt.NDArray[np.object_], _Signs]:
    """One stretch: centre, lower limit, upper limit, signal, and the direction of the signal."""
    centre, distance = limits(known, screen)
    away = known - centre
    away[np.isclose(known, centre, rtol=1e-9, atol=1e-12)] = 0.0  # a sum of tenths is not quite its mean
    lines = (np.full(len(known), line) for line in (centre, centre - distance, centre + distance))
    return (*lines, *_signals(known, away, distance))  # type: ignore[return-value]


def _signals(known: npt.NDArray[Any], away: npt.NDArray[Any], distance: float) -> tuple[npt.NDArray[np.object_], _Signs]:
    """The first rule that each point is part of, and whether it points up or down."""
    side = np.sign(np.nan_to_num(away)).astype(int)
    reach = np.nan_to_num(np.abs(away))
    outside = reach > distance * (1 + 1e-9)
    close = (reach > distance * OUTER_THIRD / LIMIT) & ~outside
    rules: tuple[tuple[Signal, _Signs], ...] = (
        ("outside limits", side * outside),
        ("trend", whole_run(trends(known))),
        ("two of three", side * (two_of_three(close, side) & close)),
        ("shift", whole_run(shifts(side))),
    )
    found = [direction != 0 for _, direction in rules]
    names = np.array([name for name, _ in rules], dtype=object)
    signal = np.select(found, list(names), default="none")
    return signal.astype(object), np.select(found, [direction for _, direction in rules], default=0)


def _alike(run: npt.NDArray[Any], length: int) -> int:
    """1 or -1 where so many points all say so."""
    return int(np.sign(run[0])) if len(run) == length and abs(run.sum()) == length else 0
