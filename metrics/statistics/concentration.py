"""How far a few children account for many events: children beside episodes, and the share of the tenth who have most."""

import math

import numpy as np
import pandas as pd
from scipy.optimize import brentq

TENTH = 0.1
FEWEST_CHILDREN = 50  # a tenth is five children: of fewer, each could be told apart


def top_tenth(times: pd.DataFrame) -> tuple[float, int]:
    """The events of the tenth of children with most (rounded up to a whole child), and the events of all.

    ``times`` has a row for each number of ``times`` that an event happened to a child, with the number of ``children``. The first
    is nan where there are fewer than `FEWEST_CHILDREN`: too few to tell.
    Source: Lorenz, Publ Am Stat Assoc 9 (1905) 209, read at one tenth.
    """
    each = np.sort(np.repeat(times["times"].to_numpy(int), times["children"].to_numpy(int)))[::-1]
    if len(each) < FEWEST_CHILDREN:
        return math.nan, int(each.sum())
    return float(each[: math.ceil(len(each) / 10)].sum()), int(each.sum())


def by_chance(children: int, events: int) -> float:
    """The share that the top tenth would have if each event fell on a child by chance alone: nothing would be concentrated.

    A fraction of one; every child has at least one event (a zero-truncated Poisson distribution of the same mean). nan where
    there are no children.
    Source: Bernasco & Steenbeek, J Quant Criminol 33 (2017) 451, on why few events for many always look concentrated.
    """
    if not children:
        return math.nan
    mean = events / children
    if mean <= 1:
        return TENTH
    rate = brentq(lambda r: r / -math.expm1(-r) - mean, 1e-9, mean)
    times = np.arange(1, int(mean + 20 * math.sqrt(mean) + 20))
    log_share = times * math.log(rate) - rate - np.array([math.lgamma(n + 1) for n in times]) - math.log(-math.expm1(-rate))
    share = np.exp(log_share)[::-1]  # of children, those with most events first
    left = np.clip(TENTH - np.concatenate([[0.0], np.cumsum(share)[:-1]]), 0.0, share)
    return float((left * times[::-1]).sum() / mean)
