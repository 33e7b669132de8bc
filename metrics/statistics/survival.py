"""How long until half of the episodes had ended, when some are still going on: those last "at least so long"."""

import math
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from metrics.statistics.intervals import CONFIDENCE

_HALF = 0.5 + 1e-12  # a survival of exactly one half, reached by multiplying fractions


def median(
    lengths: npt.NDArray[np.float64], ended: npt.NDArray[np.bool_], confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """The Kaplan-Meier median with its interval, in the unit of ``lengths``, one an episode; nan where it is not reached.

    ``ended`` is false where an episode is still going on. The median is the smallest time at which half or fewer remain; endings
    come before unfinished ones at a tie. The interval is where the log-log band of the curve holds one half.
    Source: Kaplan & Meier, J Am Stat Assoc 53 (1958) 457; Brookmeyer & Crowley, Biometrics 38 (1982) 29.
    """
    curve = _curve(lengths, ended)
    if curve is None:
        return math.nan, math.nan, math.nan
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # where all remain, or none, the band is undefined
        band: Any = curve.confidence_interval(confidence, method="log-log")
    return (
        _first_time(curve.quantiles, curve.probabilities),
        _first_time(curve.quantiles, band.low.probabilities),
        _first_time(curve.quantiles, band.high.probabilities),
    )


def median_alone(lengths: npt.NDArray[np.float64], ended: npt.NDArray[np.bool_]) -> float:
    """The median of `median` without its interval: one value an episode. Where all have ended, a value of half of them."""
    if ended.all():
        return float(np.sort(lengths)[(len(lengths) + 1) // 2 - 1])
    curve = _curve(lengths, ended)
    return math.nan if curve is None else _first_time(curve.quantiles, curve.probabilities)


def _curve(lengths: npt.NDArray[np.float64], ended: npt.NDArray[np.bool_]) -> Any:
    """The share that has lasted longer than each time; None where none has ended."""
    from scipy.stats import CensoredData, ecdf  # imported here, as it takes a second and few pages need it

    return ecdf(CensoredData(uncensored=lengths[ended], right=lengths[~ended])).sf if ended.any() else None


def _first_time(times: npt.NDArray[np.float64], remaining: npt.NDArray[np.float64]) -> float:
    reached = np.flatnonzero(np.nan_to_num(remaining, nan=1.0) <= _HALF)
    return float(times[reached[0]]) if reached.size else math.nan
