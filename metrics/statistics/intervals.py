"""How sure a figure is: the 95% intervals of shares, counts, rates and medians."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import bdtr, gammaincinv, ndtri

CONFIDENCE = 0.95
EXACT_BELOW = 10  # events: exact chi-squared limits below, Byar's from there (OHID, Technical guide, 2018)

_Numbers = npt.NDArray[np.float64]


def wilson(k: "pd.Series[Any]", n: "pd.Series[Any]", confidence: float = CONFIDENCE) -> pd.DataFrame:
    """`wilson_limits` as a frame ``value, lower, upper`` on the index of ``k``."""
    events, of = _as_numbers(k), _as_numbers(n)
    lower, upper = wilson_limits(events, of, confidence)
    return pd.DataFrame({"value": events / _of_some(events, of), "lower": lower, "upper": upper}, k.index)


def wilson_limits(k: _Numbers, n: _Numbers, confidence: float = CONFIDENCE) -> tuple[_Numbers, _Numbers]:
    """Wilson's score interval of a proportion.

    ``k`` of ``n``, as fractions of one. Blank where either is blank or ``n`` is 0. Raises ValueError where k is negative or more
    than n.
    Source: Wilson, J Am Stat Assoc 22 (1927) 209; OHID, Technical guide: confidence intervals (2018).
    """
    of = _of_some(k, n)
    if ((k < 0) | (k > of)).any():
        raise ValueError("A count is negative or more than its denominator; a share needs 0 to all of them: check both counts.")
    z = z_score(confidence)
    share = k / of
    spread = z * np.sqrt(z**2 + 4 * k * (1 - share))
    lower = np.where(share == 0, 0.0, np.maximum((2 * k + z**2 - spread) / (2 * (of + z**2)), 0.0))
    upper = np.where(share == 1, 1.0, np.minimum((2 * k + z**2 + spread) / (2 * (of + z**2)), 1.0))
    return lower, upper


def poisson(k: "pd.Series[Any]", n: "pd.Series[Any]", confidence: float = CONFIDENCE) -> pd.DataFrame:
    """`poisson_limits` as a frame ``value, lower, upper``, in events for one of ``n``, on the index of ``k``."""
    events, of = _as_numbers(k), _as_numbers(n)
    lower, upper = poisson_limits(events, of, confidence)
    return pd.DataFrame({"value": events / _of_some(events, of), "lower": lower, "upper": upper}, k.index)


def poisson_limits(k: _Numbers, n: _Numbers, confidence: float = CONFIDENCE) -> tuple[_Numbers, _Numbers]:
    """The interval of a rate of independent events: exact below ten of them, Byar's approximation from ten.

    ``k`` events in ``n`` (child-years, or 1 for a plain count), in events for one of ``n``. Blank where either is blank or ``n``
    is 0. Raises ValueError where k is negative.
    Source: OHID, Technical guide: confidence intervals (2018); Breslow & Day, IARC Sci Publ 82 (1987).
    """
    if (k < 0).any():
        raise ValueError("A count is negative; a rate needs 0 or more events: check what is counted.")
    of, few = _of_some(k, n), k < EXACT_BELOW
    lower, upper = (np.where(few, *limits) for limits in zip(exact(k, confidence), byar(k, confidence), strict=True))
    return lower / of, upper / of


def _as_numbers(column: "pd.Series[Any]") -> _Numbers:
    return column.to_numpy(float, na_value=np.nan)


def _of_some(k: _Numbers, n: _Numbers) -> _Numbers:
    """What there are some of: nan where it is not above 0, or what it is of is not known."""
    return np.where((n > 0) & ~np.isnan(k), n, np.nan)


def exact(k: npt.ArrayLike, confidence: float = CONFIDENCE) -> tuple[Any, Any]:
    """Exact limits of a Poisson count. Source: Garwood, Biometrika 28 (1936) 437."""
    events = np.asarray(k, dtype=float)
    tail = (1 - confidence) / 2
    lower = np.where(events > 0, gammaincinv(np.where(events > 0, events, 1.0), tail), 0.0)
    return lower, gammaincinv(events + 1, 1 - tail)


def byar(k: npt.ArrayLike, confidence: float = CONFIDENCE) -> tuple[Any, Any]:
    """Byar's limits of a Poisson count; 0 at 0 below. Source: Breslow & Day, IARC Sci Publ 82 (1987) 69."""
    events, z = np.asarray(k, dtype=float), z_score(confidence)
    above, below = events + 1, np.where(events > 0, events, 1.0)
    lower = events * (1 - 1 / (9 * below) - z / (3 * np.sqrt(below))) ** 3
    return np.where(events > 0, np.maximum(lower, 0.0), 0.0), above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3


def order_statistics(n: int, share: float = 0.5, confidence: float = CONFIDENCE) -> tuple[int | None, int | None]:
    """Which of ``n`` sorted values (counted from 1) bound a quantile, whatever their distribution; None where too few.

    Source: David & Nagaraja, Order Statistics (2003) section 7.1.
    """
    tail = (1 - confidence) / 2
    at_most = bdtr(np.arange(n + 1), n, share)
    lower = int(np.searchsorted(at_most, tail))
    upper = int(np.searchsorted(at_most, 1 - tail)) + 1
    return (lower if lower >= 1 else None, upper if upper <= n else None)


def z_score(confidence: float = CONFIDENCE) -> float:
    """How many standard errors hold so much of a normal distribution, exactly: 1.96 rounded, for 95%."""
    return float(ndtri(0.5 + confidence / 2))
