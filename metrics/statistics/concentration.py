"""How far a few children account for many events: the share of the tenth of children with most, and what chance would give."""

import math

import numpy as np
import pandas as pd
from scipy.optimize import brentq

TENTH = 0.1
FEWEST_CHILDREN = 50  # a tenth is then five children: of fewer, one child could be recognised


def top_tenth(times: pd.DataFrame) -> tuple[float, int]:
    """The events of the tenth of children with most (rounded up to a whole child), and the events of all.

    ``times`` has a row for each number of ``times`` that an event happened to a child, with the number of ``children``. The first
    is nan where there are fewer than `FEWEST_CHILDREN` children.
    Source: Lorenz, Publ Am Stat Assoc 9 (1905) 209, read at one tenth.
    """
    counts = np.sort(np.repeat(times["times"].to_numpy(int), times["children"].to_numpy(int)))[::-1]  # one a child
    if len(counts) < FEWEST_CHILDREN:
        return math.nan, int(counts.sum())
    return float(counts[: math.ceil(len(counts) / 10)].sum()), int(counts.sum())


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
