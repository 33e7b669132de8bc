"""Funnels: whether a hub, or a force, lies further from all of them together than chance would put one of its size.

Source: Spiegelhalter, Funnel plots for comparing institutional performance, Stat Med 24 (2005) 1185; OHID, Technical guide:
funnel plots. Its published limits of proportions are reproduced.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc, ndtr, pdtrik

from metrics.statistics.intervals import z_score

WATCH, ACT = 0.95, 0.998
ADJUSTED_FROM = 10  # units: with fewer, how much they differ beyond chance cannot be estimated well enough to adjust for it
FEWEST = 3  # units
ENOUGH = 5  # events expected of a unit, and of a share those without it too; fewer are not judged
_WINSORISED = 0.1  # of the units at either end, before dispersion is estimated. Source: Spiegelhalter (2005)
_CERTAIN = 0.05

Kind = Literal["proportion", "rate"]
Position = Literal["within", "watch high", "watch low", "high", "low", "too few"]


@dataclass(frozen=True)
class Funnel:
    """Units around their pooled value.

    ``units``       on the index given: ``size, value, lower_95, upper_95, lower_998, upper_998, position``
    ``centre``      the pooled value; like the values, for ``per`` of the size
    ``dispersion``  how many times chance's own variance the units vary by
    ``differ``      whether all taken together they differ by more than chance
    ``widened``     whether the limits allow for that (from ten units)
    """

    units: pd.DataFrame
    centre: float
    per: float
    kind: Kind
    dispersion: float
    differ: bool
    widened: bool

    def limits(self, size: npt.ArrayLike, confidence: float) -> tuple[Any, Any]:
        """The limits of the values of units of these sizes, where widened so many times further from the centre."""
        times = float(np.sqrt(self.dispersion)) if self.widened else 1.0
        z, centre = float(z_score(confidence)), self.centre / self.per
        if self.kind == "proportion":
            low, high = limits(centre, size, z * times, self.kind)
        else:  # an exact tail of so many standard errors is too small a number for floating point
            low, high = (centre + times * (limit - centre) for limit in limits(centre, size, z, self.kind))
        return np.clip(low, 0, None) * self.per, high * self.per


def funnel(k: "pd.Series[float]", n: "pd.Series[float]", kind: Kind, per: float = 1) -> Funnel | None:
    """The funnel of some units: ``k`` events of a size ``n`` (cases, or child-years), with values for ``per`` of the size.

    None where fewer than three units have both. Units of which fewer than five events are expected are drawn, but not judged.
    """
    has_both = k.notna() & (n > 0)
    k, n = k[has_both].astype(float), n[has_both].astype(float)
    if len(k) < FEWEST:
        return None
    centre = float(k.sum() / n.sum())
    variance = centre * (1 - centre) / n if kind == "proportion" else centre / n
    scores = (k / n - centre) / variance.where(variance > 0) ** 0.5
    differ = bool(chdtrc(len(scores) - 1, (scores**2).sum()) < _CERTAIN)
    dispersion = _dispersion(scores.to_numpy(float))
    widened = differ and len(k) >= ADJUSTED_FROM and dispersion > 1
    around = Funnel(pd.DataFrame(), centre * per, per, kind, dispersion, differ, widened)
    units = pd.DataFrame({"size": n, "value": k / n * per})
    for name, share in (("95", WATCH), ("998", ACT)):
        units[f"lower_{name}"], units[f"upper_{name}"] = around.limits(n.to_numpy(), share)
    expected = n * (min(k.sum(), n.sum() - k.sum()) if kind == "proportion" else k.sum()) / n.sum()
    return replace(around, units=units.assign(position=np.where(expected < ENOUGH, "too few", positions(units))))


def limits(centre: float, n: npt.ArrayLike, z: float, kind: Kind) -> tuple[Any, Any]:
    """The limits of a value from ``n``: of proportions by the score, of rates exactly (Poisson)."""
    size = np.asarray(n, dtype=float)
    if kind == "proportion":
        distance = z * np.sqrt(centre * (1 - centre) / size)
        return np.clip(centre - distance, 0, 1), np.clip(centre + distance, 0, 1)
    expected, tail = centre * size, float(ndtr(-z))
    low = np.where(np.exp(-expected) < tail, pdtrik(tail, expected), 0.0)
    return np.clip(low, 0, None) / size, (pdtrik(1 - tail, expected) + 1) / size


def positions(units: pd.DataFrame) -> npt.NDArray[Any]:
    """Where each value lies: beyond the outer limits, beyond the inner, or within."""
    value = units["value"]
    beyond = [value > units["upper_998"], value < units["lower_998"], value > units["upper_95"], value < units["lower_95"]]
    return np.select(beyond, ["high", "low", "watch high", "watch low"], default="within")


def _dispersion(scores: npt.NDArray[Any]) -> float:
    low, high = np.quantile(scores, [_WINSORISED, 1 - _WINSORISED])
    return float(np.mean(np.clip(scores, low, high) ** 2))
