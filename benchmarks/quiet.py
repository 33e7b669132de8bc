"""Invented counts of many cells in the same months of four years, where it is known whether any cell changed.

Six subjects, split by hub, kind and age, and the first of them by hub and kind together: about as many cells, as large, as in the
invented force. Every split adds up the same events, as on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.reports.emerging import FALSE_DISCOVERIES, FEWEST, YEARS, false_discovery, negative_binomial_test

HUBS = (0.28, 0.2, 0.17, 0.15, 0.12, 0.08)
KINDS = (0.3, 0.2, 0.14, 0.1, 0.08, 0.06, 0.05, 0.03, 0.025, 0.015)
AGES = (0.05, 0.07, 0.1, 0.13, 0.16, 0.18, 0.17, 0.14)
ALONE: tuple[float, ...] = (1.0,)
CELL = (2, 3)  # the hub and kind of the first subject that is doubled
DOUBLED = (0, 3, CELL[0] * len(KINDS) + CELL[1])  # the subject, the split and the position of that cell


@dataclass(frozen=True)
class Subject:
    """How many events a window, how they spread over hubs, kinds and ages, and the axes of each of its splits."""

    mean: float
    shares: tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
    splits: tuple[tuple[int, ...], ...]

    @property
    def means(self) -> npt.NDArray[np.float64]:
        hubs, kinds, ages = (np.asarray(share) / sum(share) for share in self.shares)
        return self.mean * hubs[:, None, None] * kinds[:, None] * ages


SUBJECTS = (
    Subject(1300, (HUBS, KINDS, AGES), ((1,), (0,), (2,), (0, 1))),
    Subject(350, (HUBS, ALONE, AGES), ((0,), (2,))),
    Subject(140, (HUBS, KINDS[:6], AGES[2:]), ((1,), (0,), (2,))),
    Subject(370, (HUBS, KINDS[:6], AGES[2:]), ((1,), (0,), (2,))),
    Subject(350, (HUBS, KINDS[:4], AGES[2:]), ((1,), (0,), (2,))),
    Subject(100, (HUBS, ALONE, ALONE), ((0,),)),
)


def counts(means: npt.NDArray[np.float64], dispersion: npt.ArrayLike, chance: np.random.Generator) -> npt.NDArray[np.int_]:
    """Counts with so many times the variance of chance alone; sums of such counts have it too."""
    more = np.broadcast_to(np.asarray(dispersion, dtype=float), means.shape)
    clustered = chance.negative_binomial(means / np.maximum(more - 1, 1e-9), 1 / more)
    return np.where(more > 1, clustered, chance.poisson(means))


def clustering(kind: str, subject: Subject) -> npt.ArrayLike:
    """How many times the variance of chance alone: the same in all cells, or 1 and 3 in turn in cells of one subject."""
    if kind != "uneven":
        return {"chance alone": 1.0, "twice its variance": 2.0, "three times": 3.0}[kind]
    kinds = len(subject.shares[1])
    return np.where(np.arange(kinds) % 2, 3.0, 1.0)[:, None] if kinds > 1 else 2.0


def world(kind: str, chance: np.random.Generator, doubled: float = 0.0) -> "pd.Series[float]":
    """One world as the page judges it: for each cell the false discovery rate (see `chances`).

    ``doubled`` is how many are expected in the one cell of hub and kind that has twice as many in the last year; 0 for none.
    """
    yearly = []
    for number, subject in enumerate(SUBJECTS):
        means = np.repeat(subject.means[None], YEARS + 1, axis=0)
        if doubled and number == 0:
            means[:, *CELL] *= doubled / means[0, *CELL].sum()
            means[-1, *CELL] *= 2
        yearly.append(counts(means, clustering(kind, subject), chance))
    return chances(yearly)


def chances(yearly: Sequence[npt.NDArray[np.int_]]) -> "pd.Series[float]":
    """The false discovery rate of each cell, by `metrics.reports.emerging`; nan where too few events are expected.

    Indexed by subject, split and cell.
    """
    tables = [_cells(subject, counted) for subject, counted in zip(SUBJECTS, yearly, strict=True)]
    judged = pd.concat(
        [negative_binomial_test(table[YEARS], table[list(range(YEARS))]) for table in tables], keys=range(len(tables))
    )
    enough = judged["expected"] >= FEWEST
    return false_discovery(judged["p"][enough]).reindex(judged.index)


def is_found(chance: "pd.Series[float]") -> "pd.Series[bool]":
    """Which cells the page shows."""
    return chance <= FALSE_DISCOVERIES


def _cells(subject: Subject, yearly: npt.NDArray[np.int_]) -> pd.DataFrame:
    """A row for each cell of each split, a column for each year; ``yearly`` has years first, then hubs, kinds and ages."""
    parts = []
    for split in subject.splits:
        sums = yearly.sum(axis=tuple(axis + 1 for axis in range(3) if axis not in split)).reshape(len(yearly), -1)
        parts.append(pd.DataFrame(sums.T))
    return pd.concat(parts, keys=range(len(parts)))
