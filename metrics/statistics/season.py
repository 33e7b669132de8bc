"""The time of year: how much more or less than usual each month brings every year, so that no summer is taken for a change."""

import numpy as np
import pandas as pd

YEARS = 5  # looked back on
_FEWEST_YEARS = 4
_FEWEST_EVENTS = 5  # a month: the seasons of less are mostly chance
_CERTAIN = 0.01  # the chance of months as unequal without a season


def season(monthly: "pd.Series[float]") -> "pd.Series[float] | None":
    """How many times an ordinary month each month of the year is, by its number (1 to 12); their mean is 1.

    ``monthly`` are counts in time order, labelled 2025-04-01. None where there are fewer than four whole years, too few events,
    or no season beyond chance: then months are comparable as they are. Each month is divided by the mean of its year and by
    the median growth within a year, so that growth is no season. The mean over the years is taken, of which one unusual month
    is a fifth; their median is so uncertain that it raises false alarms (measured in benchmarks/).
    Source: Friedman's test for stable seasonality, as in X-12-ARIMA; Ladiray & Quenneville, Seasonal Adjustment with X-11 (2001).
    """
    from scipy.stats import friedmanchisquare  # imported here, as it takes a second

    years = min(len(monthly) // 12, YEARS)
    latest = monthly.iloc[len(monthly) - 12 * years :]
    if years < _FEWEST_YEARS or latest.isna().any() or latest.mean() < _FEWEST_EVENTS:
        return None
    counts = latest.to_numpy(float).reshape(years, 12)
    means = counts.mean(axis=1, keepdims=True)
    if (means == 0).any():
        return None
    yearly = np.diff(np.log(means[:, 0]))
    growth = min(np.quantile(yearly, 0.5, method="lower"), np.quantile(yearly, 0.5, method="higher"), key=abs)
    months_apart = counts / (means * np.exp(growth * (np.arange(12) - 5.5) / 12))
    if np.isclose(months_apart, 1).all() or friedmanchisquare(*months_apart.T).pvalue >= _CERTAIN:
        return None
    usual = months_apart.mean(axis=0)
    if (usual == 0).any():
        return None
    months = [int(label[5:7]) for label in latest.index[:12]]
    return pd.Series(usual / usual.mean(), index=months, dtype=float).sort_index()
