"""The time of year: how much more or less than usual each month brings every year, so that no summer is taken for a change."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

YEARS = 5  # looked back on
_FEWEST_YEARS = 4
_FEWEST_EVENTS = 5  # a month: the seasons of less are mostly chance
_CERTAIN = 0.01  # the chance of months as unequal without a season


def season(monthly: "pd.Series[Any]") -> "pd.Series[float] | None":
    """How many times an ordinary month each month of the year is, by its number (1 to 12); their mean is 1.

    ``monthly`` are counts in time order, labelled 2025-04-01. None where there are fewer than four whole years, too few events,
    or no season beyond chance: then months are comparable as they are. Each month is divided by the mean of its year and by
    the median growth within a year, so that growth is no season. The mean over the years is taken, of which one unusual month
    is a fifth; their median is so uncertain that it raises false alarms (measured in benchmarks/).
    Source: Friedman's test for stable seasonality, as in X-12-ARIMA; Ladiray & Quenneville, Seasonal Adjustment with X-11 (2001).
    """
    (factors,) = seasons(monthly.to_numpy(float, na_value=np.nan)[np.newaxis])
    if np.isnan(factors).any():
        return None
    return pd.Series(factors, index=[int(label[5:7]) for label in monthly.index[-12:]], dtype=float).sort_index()


def seasons(monthly: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """`season` of many series at once: for each row of months the factors of its last twelve, nan where it has no season."""
    from scipy.stats import friedmanchisquare  # imported here, as it takes a second

    factors = np.full((len(monthly), 12), np.nan)
    years = min(monthly.shape[1] // 12, YEARS)
    if years < _FEWEST_YEARS:
        return factors
    counts = monthly[:, monthly.shape[1] - 12 * years :].reshape(-1, years, 12)
    means = counts.mean(axis=2, keepdims=True)
    (rows,) = np.nonzero((means > 0).all(axis=(1, 2)) & (counts.mean(axis=(1, 2)) >= _FEWEST_EVENTS))  # nan is neither
    if not len(rows):
        return factors
    yearly = np.diff(np.log(means[rows, :, 0]), axis=1)
    middle = np.quantile(yearly, 0.5, axis=1, method="lower"), np.quantile(yearly, 0.5, axis=1, method="higher")
    growth = np.where(np.abs(middle[0]) <= np.abs(middle[1]), *middle)[:, np.newaxis, np.newaxis]
    apart = counts[rows] / (means[rows] * np.exp(growth * (np.arange(12) - 5.5) / 12))
    usual = apart.mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # months that are all alike
        chance = friedmanchisquare(*np.moveaxis(apart, 2, 0), axis=1).pvalue
    alike = np.isclose(apart, apart.mean(axis=2, keepdims=True)).all(axis=(1, 2))  # but for roundings, which may recur each year
    certain = ~alike & (chance < _CERTAIN) & (usual > 0).all(axis=1)
    factors[rows[certain]] = usual[certain] / usual[certain].mean(axis=1, keepdims=True)
    return factors
