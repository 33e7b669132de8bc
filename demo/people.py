"""The invented children: when each was born, where each lives, how often each comes to notice, and who was in care and when."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from demo.days import DAY, YEAR, Span, days_within
from demo.frames import blank, chance, frame, pick, where_known
from demo.places import BUSY, RESIDENTS, hub_ids

BORN_A_YEAR = 850  # of those who ever come to notice; gives 8,000-12,000 of them over the eight years
LIABILITY_SPREAD, LIABILITY_MOST = 1.15, 14.0  # lognormal, capped: a few children account for much of everything
ACTIVE_YEARS = 1.3  # coming to notice gathers around one age of each child
YOUNG = 0.10  # share of children who come to notice at primary school age
UNKNOWN_BIRTH = 0.015
SEX = {"M": 0.61, "F": 0.385, "X": 0.005}
# Cumbria is 95% White (Census 2021); the rest is spread as in the census, somewhat raised as nationally among those dealt with.
ETHNICITY = {"W1": 91.6, "W2": 0.3, "W3": 0.5, "W4": 0.1, "W9": 2.3, "M1": 0.6, "M2": 0.3, "M3": 0.5, "M9": 0.5} | {
    "A1": 0.3,
    "A2": 0.2,
    "A3": 0.4,
    "A4": 0.2,
    "A9": 0.5,
    "B1": 0.3,
    "B2": 0.5,
    "B9": 0.2,
    "O2": 0.2,
    "O9": 0.5,
}
OFFICER_SEES = {"W": "IC1", "M": "IC3", "A": "IC4", "B": "IC3", "O": "IC6"}  # IC codes have no Mixed
NOT_STATED, NOT_ASKED, OFFICER_BLANK = 0.05, 0.03, 0.12

QUIET_CARE_A_YEAR = 168  # children entering care who never come to notice
CARE_STAY = 3.3  # years, mean; about 700 in care on any day (DfE: 740 in Cumbria in 2023)
CARE_SHARE = 0.085  # of children of ordinary liability; more of those who come to notice most


@dataclass(frozen=True)
class Pool:
    """One entry per child in every array; `hub` is the number of the home hub, `care_from` is blank for never in care."""

    ids: np.ndarray
    born: np.ndarray
    sex: np.ndarray
    hub: np.ndarray
    liability: np.ndarray
    peak: np.ndarray
    care_from: np.ndarray
    care_to: np.ndarray
    self_defined: np.ndarray
    officer_defined: np.ndarray
    birth_known: np.ndarray


def pool(rng: np.random.Generator, when: Span) -> Pool:
    """Those who come to notice, some of them eighteen when disposals begin, some four when all ends; and the quiet in care."""
    noticed = _born(rng, when.history - int(18 * YEAR), when.end - int(4 * YEAR), BORN_A_YEAR)
    quiet = _born(rng, when.start - int(17 * YEAR), when.end, QUIET_CARE_A_YEAR)
    size = len(noticed) + len(quiet)
    order = rng.permutation(size)  # a reference tells nothing of age or care
    self_defined, officer_defined = _ethnicity(rng, size)
    everyone = Pool(
        ids=np.array([f"C{number:06d}" for number in range(1, size + 1)], dtype=object),
        born=np.concatenate([noticed, quiet])[order],
        sex=pick(rng, SEX, size),
        hub=rng.choice(6, size, p=RESIDENTS * BUSY / (RESIDENTS * BUSY).sum()),
        liability=np.where(order < len(noticed), np.minimum(np.exp(rng.normal(0, LIABILITY_SPREAD, size)), LIABILITY_MOST), 0.0),
        peak=np.where(chance(rng, YOUNG, size), rng.uniform(6, 10, size), np.clip(rng.normal(15.0, 1.5, size), 9, 17.6)),
        care_from=np.full(size, "NaT", "M8[D]"),
        care_to=np.full(size, "NaT", "M8[D]"),
        self_defined=self_defined,
        officer_defined=officer_defined,
        birth_known=~chance(rng, UNKNOWN_BIRTH, size),
    )
    return _with_care(rng, everyone)


def _born(rng: np.random.Generator, first: np.datetime64, last: np.datetime64, a_year: int) -> np.ndarray:
    days = int((last - first) / DAY)
    return first + rng.integers(0, days, int(a_year * days / YEAR))


def _ethnicity(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """What children said, where they were asked and said, and what an officer saw."""
    truth = pick(rng, ETHNICITY, size)
    seen = np.array([OFFICER_SEES[code[0]] for code in truth], dtype=object)
    seen = np.where(truth == "A4", "IC5", seen)
    stated = np.where(chance(rng, NOT_STATED, size), "NS", truth)
    return blank(rng, stated, NOT_ASKED), blank(rng, seen, OFFICER_BLANK)


def _with_care(rng: np.random.Generator, people: Pool) -> Pool:
    """One stretch in care for every quiet child, and for some of the others from about a year before they come to notice most."""
    size = len(people.ids)
    quiet = people.liability == 0
    in_care = quiet | chance(rng, np.clip(CARE_SHARE * people.liability**0.6, 0, 0.5), size)
    age = np.where(quiet, rng.uniform(0, 16, size), np.clip(people.peak - np.abs(rng.normal(1.0, 1.2, size)), 0.5, 17))
    started = people.born + (age * YEAR).astype(int)
    left = started + np.maximum(30, rng.exponential(CARE_STAY * YEAR, size)).astype(int)
    grown = birthday(people.born, 18)
    started = np.where(in_care & (started < grown), started, np.datetime64("NaT"))
    return replace(people, care_from=started, care_to=np.where(np.isnat(started), started, np.minimum(left, grown)))


def birthday(born: np.ndarray, years: int) -> np.ndarray:
    """The day on which that age is reached; those of 29 February reach it on 1 March."""
    month = born.astype("M8[M]")
    return np.asarray((month + 12 * years).astype("M8[D]") + (born - month.astype("M8[D]")))


def ages(born: np.ndarray, on: np.ndarray | np.datetime64) -> np.ndarray:
    """Completed years of age on the day."""
    on = np.broadcast_to(np.asarray(on, "M8[D]"), born.shape)
    months = (on.astype("M8[M]") - born.astype("M8[M]")).astype(int)
    early = (on - on.astype("M8[M]").astype("M8[D]")) < (born - born.astype("M8[M]").astype("M8[D]"))
    return np.asarray((months - early) // 12)


@dataclass(frozen=True)
class Leaning:
    """Which children a kind of event falls upon: `by_age` from 0 to 17, and multipliers for care, girls, and high liability."""

    by_age: tuple[float, ...]
    in_care: float = 1.0
    girls: float = 1.0
    power: float = 1.0


def weights(people: Pool, lean: Leaning, month: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
    """Which children it may be, and how likely each is; nobody who turns 18 by the end of the month (or within a day or two)."""
    last = (month + 1).astype("M8[D]") - DAY
    age = (last - people.born).astype(int) / YEAR
    who = np.flatnonzero((people.liability > 0) & (age >= 0) & (age < 17.995))
    age = age[who]
    near = np.exp(-0.5 * ((age - people.peak[who]) / ACTIVE_YEARS) ** 2)
    cared = (people.care_from[who] <= last) & (last < people.care_to[who])
    leaning = np.where(cared, lean.in_care, 1.0) * np.where(people.sex[who] == "F", lean.girls, 1.0)
    return who, people.liability[who] ** lean.power * np.array(lean.by_age)[age.astype(int)] * near * leaning


def happen(
    rng: np.random.Generator, people: Pool, when: Span, expected: np.ndarray, lean: Leaning
) -> tuple[np.ndarray, np.ndarray]:
    """To whom and when, in order of day; `expected` has a row for each month and a column for each hub (numbers of events)."""
    counts = rng.poisson(expected)
    picked, months = [], []
    for row, month in enumerate(when.months):
        who, weight = weights(people, lean, month)
        for hub in range(6):
            here = people.hub[who] == hub
            heap = np.cumsum(weight[here])
            picked.append(who[here][np.searchsorted(heap, rng.random(counts[row, hub]) * heap[-1], side="right")])
        months.append(np.full(counts[row].sum(), month))
    child, day = np.concatenate(picked), days_within(rng, np.concatenate(months))
    day[-1] = when.end  # the last day of every table has its event, so that the last month is whole
    order = np.argsort(day, kind="stable")
    return child[order], day[order]


def spread_over(a_year: float, rhythm: np.ndarray, tilt: np.ndarray | float = 1.0) -> np.ndarray:
    """Expected events in each month (rows) and hub (columns): busier hubs have more for each resident."""
    share = RESIDENTS * BUSY * tilt
    return np.outer(a_year / 12 * rhythm, share / share.sum())


def children(rng: np.random.Generator, people: Pool, seen: pd.Series, first_disposal: pd.Series) -> pd.DataFrame:
    """The children that some other table speaks of, with the first disposal that the Police National Computer knows."""
    known = pd.Index(people.ids).isin(seen)
    home = np.where(chance(rng, 0.004, len(people.ids)), -1, people.hub)
    return frame(
        "children",
        child_id=people.ids[known],
        date_of_birth=where_known(people.birth_known, people.born)[known],
        sex=blank(rng, people.sex, 0.003)[known],
        ethnicity_self_defined=people.self_defined[known],
        ethnicity_officer_defined=people.officer_defined[known],
        home_hub_id=hub_ids(home)[known],
        pnc_first_disposal_on=first_disposal.reindex(people.ids[known]).to_numpy(),
    )
