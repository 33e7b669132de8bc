"""Cautions and convictions: who entered the youth justice system, who offended again, and when each offence was dealt with."""

import numpy as np
import pandas as pd

from demo.days import DAY, YEAR, Span, days_within
from demo.frames import chance, frame, numbered, pick, where_known
from demo.people import Leaning, Pool, ages, birthday, weights
from demo.places import RESIDENTS, hub_ids

# First-time entrants per 100,000 residents 10-17 in Cumbria (YJB/DfE, to 2022; 2023 as published is an artefact). Before 2016
# they follow the national fall; from 2023 the level of today.
ENTRANT_RATE = {2008: 1700, 2009: 1350, 2010: 1050, 2011: 860, 2012: 690, 2013: 570, 2014: 500, 2015: 455} | {
    2016: 417,
    2017: 330,
    2018: 291,
    2019: 233,
    2020: 183,
    2021: 139,
    2022: 174,
}
RATE_NOW = 166
NOT_ENTRY = {
    "other prosecutor": 0.04,
    "not resident": 0.03,
    "known elsewhere": 0.035,
    "offence in Scotland": 0.015,
}  # of entrants
ENTRANTS = Leaning(by_age=(0,) * 10 + (0.03, 0.15, 0.4, 0.75, 1.1, 1.4, 1.9, 3.2), in_care=1.4, girls=0.55, power=0.8)
AHEAD = 9  # months beyond the end that are played out, for offences committed but not yet dealt with

FIRST_KIND = {"youth caution": 0.40, "youth conditional caution": 0.24, "conviction": 0.36}
LATER_KIND = {"youth caution": 0.10, "youth conditional caution": 0.20, "conviction": 0.70}
ADULT_KIND = {"adult caution": 0.14, "conviction": 0.86}
WAIT_CAUTION, WAIT_CONVICTION = 60, 130  # days from offence to disposal, median
FURTHER_AT_ONCE = 0.2  # chance of each further offence dealt with at the first disposal

# Proven reoffending (MoJ: about a third of children, about four reoffences each): a few go on, the rest hardly.
GOES_ON, GOING_RATE, GOING_YEARS = 0.195, 7.0, 1.1
GOLDEN, SILVER = 0.6180339887, 0.4142135624  # irrational steps, which fall evenly and not together
SETTLES_RATE, SETTLES_YEARS = 0.14, 2.0
COURT_EVERY = 35  # days: offences that come before the court together share a date
BREACH, NOT_RECORDABLE, CUSTODIAL = 0.06, 0.05, 0.05


def careers(rng: np.random.Generator, people: Pool, when: Span) -> pd.DataFrame:
    """Every offence dealt with, also those dealt with after the end: child, committed, decided, kind, first, why_not."""
    first = _first_disposals(rng, people, when)
    again = _later(rng, first)
    offences = pd.concat([first, _at_once(rng, first), again], ignore_index=True)
    offences = offences.sort_values(["decided", "child", "committed"], ignore_index=True)
    return _reach_the_end(_kinds(rng, offences, people), people, when)


def _first_disposals(rng: np.random.Generator, people: Pool, when: Span) -> pd.DataFrame:
    """One row a child: the entrants of each year, and a few whose first disposal is no entry."""
    months = np.arange(when.history.astype("M8[M]"), when.end.astype("M8[M]") + 1 + AHEAD)
    counts = _entrants_a_month(rng, months)
    taken = np.zeros(len(people.ids), bool)
    chosen = []
    for month, count in zip(months, counts, strict=True):
        candidates, weight = weights(people, ENTRANTS, month)
        weight = np.where(taken[candidates], 0.0, weight)
        who = rng.choice(candidates, count, replace=False, p=weight / weight.sum())
        taken[who] = True
        chosen.append(pd.DataFrame({"child": who, "month": month}))
    first = pd.concat(chosen, ignore_index=True)
    share = sum(NOT_ENTRY.values())
    first["why_not"] = where_known(_evenly(rng, share / (1 + share), len(first), SILVER), pick(rng, NOT_ENTRY, len(first)))
    first["kind"] = pick(rng, FIRST_KIND, len(first))
    first.loc[first["why_not"] == "other prosecutor", "kind"] = "conviction"
    first["decided"] = days_within(rng, first.pop("month").to_numpy().astype("M8[M]"))
    return first.assign(first=True, committed=first["decided"] - _wait(rng, first["kind"].to_numpy()))


def _entrants_a_month(rng: np.random.Generator, months: np.ndarray) -> np.ndarray:
    """The year's entrants dropped into its months, with the first disposals that are no entry on top."""
    years = 1970 + months.astype(int) // 12
    counts = np.zeros(len(months), int)
    for year in np.unique(years):
        inside = years == year
        total = ENTRANT_RATE.get(int(year), RATE_NOW) * RESIDENTS.sum() / 100_000 * (1 + sum(NOT_ENTRY.values()))
        counts[inside] = rng.multinomial(round(total * inside.sum() / 12), np.full(inside.sum(), 1 / inside.sum()))
    return counts


def _evenly(rng: np.random.Generator, share: float, size: int, step: float) -> np.ndarray:
    """True for that share, spread so that no year has many more of them than another by chance."""
    return np.asarray((np.arange(size) * step + rng.random()) % 1 < share)


def _wait(rng: np.random.Generator, kind: np.ndarray) -> np.ndarray:
    median = np.where(kind == "conviction", WAIT_CONVICTION, WAIT_CAUTION)
    return np.minimum(np.exp(rng.normal(np.log(median), 0.6)), 540).astype(int).astype("m8[D]")


def _at_once(rng: np.random.Generator, first: pd.DataFrame) -> pd.DataFrame:
    """Further offences dealt with on the day of the first: still one entry."""
    more = first.loc[first.index.repeat(rng.geometric(1 - FURTHER_AT_ONCE, len(first)) - 1)].copy()
    more["committed"] -= pd.to_timedelta(rng.integers(0, 21, len(more)), unit="D")
    return more


def _later(rng: np.random.Generator, first: pd.DataFrame) -> pd.DataFrame:
    """Offences after the first disposal (some just before it), each dealt with at one of the child's court days."""
    size = len(first)
    goes_on = _evenly(rng, GOES_ON, size, GOLDEN)
    years = np.where(goes_on, rng.gamma(2.0, GOING_YEARS / 2, size), SETTLES_YEARS)
    rate = np.where(goes_on, rng.gamma(4.0, GOING_RATE / 4, size), SETTLES_RATE)
    again = first.loc[first.index.repeat(rng.poisson(rate * years))].assign(first=False, why_not=None)
    span_days = pd.Series(years * YEAR, first.index)[again.index].to_numpy()
    since = (rng.random(len(again)) * (span_days + 20) - 20).astype(int)
    courts = np.ceil((since + _wait(rng, np.full(len(again), "conviction")).astype(int)) / COURT_EVERY).clip(1) * COURT_EVERY
    start = again["decided"].to_numpy()
    return again.assign(committed=start + since.astype("m8[D]"), decided=start + courts.astype(int).astype("m8[D]"))


def _kinds(rng: np.random.Generator, offences: pd.DataFrame, people: Pool) -> pd.DataFrame:
    """One kind for all that is dealt with together; from 18 on, adult disposals."""
    group = offences.groupby(["child", "decided"]).ngroup().to_numpy()
    young, adult = pick(rng, LATER_KIND, group.max() + 1)[group], pick(rng, ADULT_KIND, group.max() + 1)[group]
    grown = ages(people.born[offences["child"]], offences["decided"].to_numpy()) >= 18
    later = np.where(grown, adult, young)
    offences["kind"] = np.where(offences["first"], offences["kind"], later)
    offences["custodial"] = (
        chance(rng, CUSTODIAL, group.max() + 1)[group] & (offences["kind"] == "conviction") & ~offences["first"]
    )
    return offences


def _reach_the_end(offences: pd.DataFrame, people: Pool, when: Span) -> pd.DataFrame:
    """The last disposal of a child is moved to the last day."""
    child = people.born[offences["child"]]
    movable = (offences["decided"] <= pd.Timestamp(when.end)) & (ages(child, when.end) < 18) & offences["why_not"].isna()
    last = offences[movable].iloc[-1]
    together = (offences["child"] == last["child"]) & (offences["decided"] == last["decided"])
    offences.loc[together, "decided"] = pd.Timestamp(when.end)
    return offences


def disposals(rng: np.random.Generator, people: Pool, when: Span, dealt: pd.DataFrame, resolved: pd.DataFrame) -> pd.DataFrame:
    """`disposals`: the careers up to the end, and the community resolutions and penalty notices that crimes were closed with."""
    both = pd.concat([dealt[dealt["decided"] <= pd.Timestamp(when.end)], resolved]).sort_values("decided", ignore_index=True)
    size, child = len(both), both["child"].to_numpy()
    why_not = both["why_not"].to_numpy(dtype=object)
    formal = ~both["kind"].isin(["community resolution", "penalty notice"]).to_numpy()
    again = formal & ~both["first"].to_numpy(bool)
    released = both["decided"].to_numpy().astype("M8[D]") + rng.integers(45, 200, size)
    custodial = both["custodial"].to_numpy(bool)
    away = why_not == "not resident"
    return frame(
        "disposals",
        disposal_id=numbered("X", size),
        child_id=people.ids[child],
        kind=both["kind"].to_numpy(),
        decided_on=both["decided"].to_numpy(),
        committed_on=where_known(~chance(rng, 0.004, size), both["committed"].to_numpy().astype("M8[D]")),
        released_on=where_known(custodial & (released <= when.end), released),
        custodial=custodial,
        recordable=where_known(~chance(rng, 0.02, size), ~(again & chance(rng, NOT_RECORDABLE, size))),
        breach=again & (both["kind"] == "conviction").to_numpy() & chance(rng, BREACH, size),
        offence_group=both["offence_group"].to_numpy(),
        prosecutor=np.where(why_not == "other prosecutor", "other", "police"),
        in_england_and_wales=why_not != "offence in Scotland",
        residence_hub_id=where_known(~away & ~chance(rng, 0.005, size), hub_ids(people.hub[child])),
        resident_in_england_and_wales=where_known(~chance(rng, 0.01, size) | away, ~away),
    )


def first_on_pnc(rng: np.random.Generator, people: Pool, when: Span, dealt: pd.DataFrame) -> pd.Series:
    """The first disposal known to the Police National Computer, by child; of some it lies elsewhere and earlier."""
    first = dealt[dealt["first"]].drop_duplicates("child")
    first = first[first["decided"] <= pd.Timestamp(when.end)]
    elsewhere = (first["why_not"] == "known elsewhere").to_numpy()
    earlier = first["decided"].to_numpy().astype("M8[D]") - rng.integers(60, 500, len(first)) * DAY
    earlier = np.maximum(earlier, birthday(people.born[first["child"]], 10))
    known = elsewhere | chance(rng, 0.75, len(first))
    days = np.where(elsewhere, earlier, first["decided"].to_numpy().astype("M8[D]"))
    return pd.Series(where_known(known, days), index=people.ids[first["child"]])
