"""Control charts: whether a series has changed or only varies as it always does, by the rules of NHS Making Data Count.

Source: NHS England, Making Data Count; the published series of NHSRplotthedots are reproduced point for point. The rules below
take the points between two rebases, in time order. A gap ends a run, and no moving range is taken across it. Many series are
judged at once: those of as many points are the rows of a matrix.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

_Values = npt.NDArray[Any]
_Signs = npt.NDArray[np.int_]  # 1 high or rising, -1 low or falling, 0 neither
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Series:
    """Values in time order, in any unit, nan where there is none, and what they are judged by.

    ``rebases`` are the positions from which limits and runs are worked out afresh, in order; not 0.
    """

    points: _Values
    better: Better
    target: float | None = None
    rebases: tuple[int, ...] = ()


Chart = Mapping[str, npt.NDArray[Any]]  # the columns of `control_chart`


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
    starts = _positions(values.index, rebases)
    (chart,) = control_charts([Series(values.to_numpy(float, na_value=np.nan), better, target, starts)], screen)
    return pd.DataFrame(chart, values.index)


def control_charts(series: Sequence[Series], screen: bool = True) -> list[Chart]:
    """The chart of each series, see `control_chart`, all of them worked out together."""
    parts = [part for one in series for part in np.split(one.points, one.rebases)]
    judged: list[tuple[npt.NDArray[Any], ...]] = [()] * len(parts)
    for points in {len(part) for part in parts}:
        alike = [position for position, part in enumerate(parts) if len(part) == points]
        columns = _between_rebases(np.array([parts[position] for position in alike]), screen)
        for row, position in enumerate(alike):
            judged[position] = tuple(column[row] for column in columns)
    remaining = iter(judged)
    return [_chart(one, [next(remaining) for _ in range(len(one.rebases) + 1)]) for one in series]


def _chart(series: Series, parts: Sequence[tuple[npt.NDArray[Any], ...]]) -> Chart:
    """The chart of a series whose parts between rebases are judged, with what each point means."""
    centre, lower, upper, signal, direction, run_length = (np.concatenate(column) for column in zip(*parts, strict=True))
    chart = {"value": series.points, "centre": centre, "lower_limit": lower, "upper_limit": upper, "signal": signal}
    chart["variation"] = np.array([variation(sign, series.better) for sign in (-1, 0, 1)], dtype=object)[direction + 1]
    chart |= {"direction": direction, "run_length": run_length}
    if series.target is not None:
        met = [assurance(*limits, series.target, series.better) for limits in zip(lower, upper, strict=True)]
        chart |= {"target": np.full(len(lower), float(series.target)), "assurance": np.array(met, dtype=object)}
    return chart


def variation(direction: int, better: Better) -> Variation:
    """What a signal upwards (1) or downwards (-1) means; 0 is no signal."""
    if direction == 0:
        return "common cause"
    if better is Better.NEITHER:
        return "neutral high" if direction > 0 else "neutral low"
    return "improvement" if (direction > 0) == (better is Better.HIGHER) else "concern"


def assurance(lower_limit: float, upper_limit: float, target: float | None, better: Better) -> Assurance:
    """Whether a process with these limits will meet its target: always, never, or now and then by chance.

    One that never varies and lies on its target, which is of at least or at most that value, meets it.
    """
    if target is None or better is Better.NEITHER or np.isnan(lower_limit) or np.isnan(upper_limit):
        return "no target"
    if all(math.isclose(limit, target, rel_tol=1e-9, abs_tol=1e-12) for limit in (lower_limit, upper_limit)):
        return "meets"
    if lower_limit <= target <= upper_limit:
        return "hit or miss"
    return "meets" if (lower_limit > target) == (better is Better.HIGHER) else "misses"


def limits(values: npt.ArrayLike, screen: bool = True) -> tuple[_Values, _Values]:
    """The centre of the values of each row, and the distance from it to each limit; nan where there are too few."""
    known = np.asarray(values, dtype=float)
    ranges = np.abs(np.diff(known, axis=-1))
    usual = _mean(ranges)
    if screen:
        ordinary = np.where(ranges < SCREEN * usual[..., np.newaxis], ranges, np.nan)
        varies = np.nan_to_num(ordinary).any(axis=-1)  # where nothing else varies, only the jumps say how much is usual
        usual = np.where(varies, _mean(ordinary), usual)
    return _mean(known), LIMIT * usual


def _mean(values: _Values) -> _Values:
    """The mean of what is known in each row; nan where nothing is."""
    number = (~np.isnan(values)).sum(axis=-1)
    mean: _Values = np.nansum(values, axis=-1) / np.where(number > 0, number, np.nan)
    return mean


def shifts(side: npt.ArrayLike) -> _Signs:
    """1 or -1 at each point that ends seven on one side of the centre; ``side`` has 1 above, -1 below, 0 on it."""
    return _ends_of_runs(np.asarray(side), RUN)


def trends(values: npt.ArrayLike) -> _Signs:
    """1 or -1 at each point that ends seven strictly rising or falling."""
    differences = _signs_of_differences(np.asarray(values, dtype=float))
    ends = _ends_of_runs(differences, RUN - 1)
    return np.concatenate([np.zeros_like(ends, shape=(*ends.shape[:-1], min(np.shape(values)[-1], 1))), ends], axis=-1)


def whole_run(ends: npt.ArrayLike) -> _Signs:
    """Where runs of seven end, carried back to the six points before; rising first where two overlap."""
    signs = np.asarray(ends)
    following = _windows(signs, RUN, before=False)
    return np.where((following == 1).any(axis=-1), 1, np.where((following == -1).any(axis=-1), -1, 0))


def two_of_three(close: npt.ArrayLike, side: npt.ArrayLike) -> _Flags:
    """The points of every three in a row on one side of the centre, of which two or more are close to a limit."""
    near, sides = np.asarray(close, dtype=bool), np.asarray(side)
    ends = (_windows(near, 3).sum(axis=-1) >= 2) & (np.abs(_windows(sides, 3).sum(axis=-1)) == 3)
    return np.asarray(_windows(ends, 3, before=False).any(axis=-1))


def lengths_of_runs(signs: npt.ArrayLike) -> _Signs:
    """How many equal signs in a row each sign belongs to; 0 for a sign of 0."""
    sign = np.asarray(signs)
    starts = np.ones(sign.shape, dtype=bool)  # each row begins a run of its own
    starts[..., 1:] = np.diff(sign, axis=-1) != 0
    run = np.cumsum(starts.ravel()).reshape(sign.shape)
    return np.where(sign == 0, 0, np.bincount(run.ravel())[run])


def _positions(index: "pd.Index[Any]", rebases: Sequence[Any]) -> tuple[int, ...]:
    """The positions of the rebases in time order; one at the first point changes nothing and is left out."""
    unknown = [rebase for rebase in rebases if rebase not in index]
    if unknown:
        raise ValueError(f"There is no point at {unknown[0]}, where a rebase is recorded; give one of the chart's own points.")
    return tuple(sorted({int(position) for position in index.get_indexer(pd.Index(rebases))} - {0})) if rebases else ()


def _between_rebases(known: _Values, screen: bool) -> tuple[npt.NDArray[Any], ...]:
    """Rows of points between rebases: centre, lower and upper limit, signal, the direction and run length of the signal."""
    centre, distance = (line[:, np.newaxis] for line in limits(known, screen))
    away = known - centre
    away[np.isclose(known, centre, rtol=1e-9, atol=1e-12)] = 0.0  # a sum of tenths is not quite its mean
    lines = (np.broadcast_to(line, known.shape) for line in (centre, centre - distance, centre + distance))
    side = np.sign(np.nan_to_num(away)).astype(int)
    signal, direction = _signals(known, side, np.nan_to_num(np.abs(away)), distance)
    return (*lines, signal, direction, _run_lengths(known, side, signal, direction))


def _signals(known: _Values, side: _Signs, reach: _Values, distance: _Values) -> tuple[npt.NDArray[np.object_], _Signs]:
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
    none = np.zeros_like(signed, shape=(len(known), min(known.shape[1], 1)))
    # A point at a peak belongs to a rise and to a fall: the length is that of the run in the direction of its signal.
    before, after = np.concatenate([none, signed], axis=1), np.concatenate([signed, none], axis=1)
    trend = 1 + np.maximum(direction * before, direction * after)
    return np.select([signal == "trend", signal == "shift"], [trend, lengths_of_runs(side)], default=0)


def _signs_of_differences(known: _Values) -> _Signs:
    """From each point to the next: 1 up, -1 down, 0 for a tie or a gap."""
    signs: _Signs = np.sign(np.nan_to_num(np.diff(known, axis=-1))).astype(int)
    return signs


def _ends_of_runs(signs: _Signs, length: int) -> _Signs:
    """1 or -1 at each point that ends so many of the same sign."""
    total: _Signs = _windows(signs, length).sum(axis=-1)
    ends: _Signs = np.where(np.abs(total) == length, np.sign(total), 0)
    return ends


def _windows(values: npt.NDArray[Any], length: int, before: bool = True) -> npt.NDArray[Any]:
    """For each point as many, to itself and what comes before it (else after it), 0 beyond the ends: on a new last axis."""
    if not values.shape[-1]:
        return np.zeros_like(values, shape=(*values.shape, length))
    beyond = np.zeros_like(values, shape=(*values.shape[:-1], length - 1))
    padded = np.concatenate([beyond, values] if before else [values, beyond], axis=-1)
    windows: npt.NDArray[Any] = np.lib.stride_tricks.sliding_window_view(padded, length, axis=-1)
    return windows
