"""How often an interval holds the true value: worked out exactly, by adding up the probabilities of all possible counts."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom, poisson

from metrics.statistics import intervals

SIZES = (5, 10, 20, 50, 100, 200, 500)
SHARES = (0.02, 0.05, 0.1, 0.3, 0.5)
MEANS = (0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0)
_FINE_SHARES = np.arange(1, 199) / 200
_FINE_STEP = 0.01  # of the mean


def of_wilson(n: int, share: float) -> float:
    """The probability that the interval of a share of ``n`` holds the true share."""
    counts = pd.Series(np.arange(n + 1))
    interval = intervals.wilson(counts, pd.Series(n, counts.index))
    return _coverage(interval, share, binom.pmf(counts, n, share))


def of_poisson(mean: float) -> float:
    """The probability that the interval of a count holds its true mean."""
    counts = pd.Series(np.arange(int(mean + 12 * np.sqrt(mean) + 20)))
    interval = intervals.poisson(counts, pd.Series(1, counts.index))
    return _coverage(interval, mean, poisson.pmf(counts, mean))


def of_wilson_on_average(n: int) -> tuple[float, float, float]:
    """The mean, least and most over true shares of 0.5% to 99%, half a per cent apart."""
    return _spread([of_wilson(n, share) for share in _FINE_SHARES])


def of_poisson_on_average(mean: float) -> tuple[float, float, float]:
    """The mean, least and most over true means of four fifths to five quarters of this one: a single one lies on a sawtooth."""
    return _spread([of_poisson(near) for near in np.arange(0.8, 1.25 + _FINE_STEP / 2, _FINE_STEP) * mean])


def _coverage(interval: pd.DataFrame, truth: float, probability: npt.ArrayLike) -> float:
    holds = (interval["lower"] <= truth) & (truth <= interval["upper"])
    return float(np.asarray(probability)[holds.to_numpy()].sum())


def _spread(coverages: list[float]) -> tuple[float, float, float]:
    return float(np.mean(coverages)), min(coverages), max(coverages)
