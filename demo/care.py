"""Children in care: where each was placed and when, and the young people who have left."""

import numpy as np
import pandas as pd

from demo.days import Span
from demo.frames import chance, frame, pick, where_known
from demo.people import Pool, ages, birthday
from demo.places import AUTHORITIES, NEW_HOME, home_hubs, home_ids, opened

YEARS_BEFORE = 1096  # days: stays that ended longer before the events are left out
MOVES = 0.55  # chance that a stay has a change of placement, and again that the second part has
PLACEMENTS = {"foster": 0.74, "home": 0.11, "other": 0.15}
PLACEMENTS_OF_TEENS = {"foster": 0.66, "home": 0.23, "other": 0.11}
PLACEMENTS_FROM_16 = {"foster": 0.27, "home": 0.12, "other": 0.06, "semi-independent": 0.55}
COUNCIL_ENDED = np.datetime64("2023-04-01")  # Cumbria County Council gave way to Cumberland and Westmorland and Furness
FROM_ELSEWHERE = {"Lancashire": 0.6, "Northumberland": 0.4}
ELSEWHERE_SHARE = 0.07


def spells(rng: np.random.Generator, people: Pool, when: Span) -> pd.DataFrame:
    """`care_spells`: each stay cut at the changes of placement, then `care leaver` to the 21st birthday."""
    who = np.flatnonzero((people.care_from <= when.end) & (people.care_to > when.start - YEARS_BEFORE))
    stays = pd.DataFrame({"child": who, "start": people.care_from[who], "end": people.care_to[who]})
    parts = _cut(rng, _cut(rng, stays)).sort_values(["child", "start"], ignore_index=True)
    parts["age"] = ages(people.born[parts["child"]], parts["start"].to_numpy())
    placed = _placed(rng, parts, people, when)
    everything = pd.concat([placed, _leavers(people, stays)])
    everything = everything[everything["start"] <= pd.Timestamp(when.end)].sort_values(["start", "child"])
    ended = everything["end"].to_numpy().astype("M8[D]")
    return frame(
        "care_spells",
        child_id=people.ids[everything["child"]],
        started_on=everything["start"].to_numpy(),
        ended_on=where_known(ended <= when.end, ended),
        status=everything["status"].to_numpy(),
        placement=everything["placement"].to_numpy(),
        responsible_authority=_authority(rng, people.hub[everything["child"]], ended),
        home_id=everything["home_id"].to_numpy(),
    )


def _cut(rng: np.random.Generator, stays: pd.DataFrame) -> pd.DataFrame:
    """Some stays become two that touch: `[start, move)` and `[move, end)`."""
    length = (stays["end"] - stays["start"]).dt.days.to_numpy()
    moved = chance(rng, MOVES, len(stays)) & (length > 60)
    at = stays["start"] + pd.to_timedelta((length * rng.uniform(0.1, 0.9, len(stays))).astype(int), unit="D")
    first, second = stays.assign(end=stays["end"].where(~moved, at)), stays.assign(start=at)[moved]
    return pd.concat([first, second], ignore_index=True)


def _placed(rng: np.random.Generator, parts: pd.DataFrame, people: Pool, when: Span) -> pd.DataFrame:
    size = len(parts)
    age = parts["age"].to_numpy()
    placement = np.where(age < 13, pick(rng, PLACEMENTS, size), pick(rng, PLACEMENTS_OF_TEENS, size))
    placement = np.where(age >= 16, pick(rng, PLACEMENTS_FROM_16, size), placement)
    placement = np.where((placement == "home") & (age < 8), "foster", placement)
    homes = _home(rng, people.hub[parts["child"]], parts["start"].to_numpy().astype("M8[D]"), when)
    return parts.assign(status="in care", placement=placement, home_id=where_known(placement == "home", homes))


def _home(rng: np.random.Generator, hub: np.ndarray, start: np.ndarray, when: Span) -> np.ndarray:
    """Mostly a home in the child's own hub; the new one only from the day it opened, and then it fills."""
    where = home_hubs()[:NEW_HOME]
    near = np.array([rng.choice(np.flatnonzero(where == number)) for number in hub])
    home = np.where(chance(rng, 0.6, len(hub)), near, rng.integers(0, NEW_HOME, len(hub)))
    fills = (start >= opened(when)) & chance(rng, 0.3, len(hub))
    return home_ids()[np.where(fills, NEW_HOME, home)]


def _leavers(people: Pool, stays: pd.DataFrame) -> pd.DataFrame:
    """Those who stayed until 18 are care leavers until 21."""
    born = people.born[stays["child"]]
    stayed = stays["end"].to_numpy().astype("M8[D]") >= birthday(born, 18)
    left = stays[stayed]
    return pd.DataFrame(
        {
            "child": left["child"],
            "start": left["end"],
            "end": birthday(born, 21)[stayed],
            "status": "care leaver",
            "placement": None,
        }
    )


def _authority(rng: np.random.Generator, hub: np.ndarray, ended: np.ndarray) -> np.ndarray:
    """The council of the child's hub, the county council where the spell ended before it was abolished, or one from elsewhere."""
    council = np.where(ended < COUNCIL_ENDED, "Cumbria", np.array(AUTHORITIES, dtype=object)[hub])
    return np.where(chance(rng, ELSEWHERE_SHARE, len(hub)), pick(rng, FROM_ELSEWHERE, len(hub)), council)


def home_on(care_spells: pd.DataFrame, child_ids: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The home in which each child lived on the day, blank for the others."""
    lived = care_spells.loc[care_spells["home_id"].notna(), ["child_id", "started_on", "ended_on", "home_id"]]
    lookups = pd.DataFrame({"child_id": pd.Series(child_ids, dtype="str"), "day": pd.Series(days).astype("datetime64[s]")})
    lookups["row"] = np.arange(len(lookups))
    joined = pd.merge_asof(
        lookups.sort_values("day"), lived.sort_values("started_on"), left_on="day", right_on="started_on", by="child_id"
    ).sort_values("row")
    there = joined["ended_on"].isna() | (joined["day"] < joined["ended_on"])
    return where_known((there & joined["home_id"].notna()).to_numpy(), joined["home_id"].to_numpy(dtype=object))


def resident_on(rng: np.random.Generator, care_spells: pd.DataFrame, homes: np.ndarray, days: np.ndarray) -> np.ndarray:
    """One of the children living in each home on the day, blank where none did."""
    residents = np.full(len(homes), None, dtype=object)
    lived = care_spells[care_spells["home_id"].notna()]
    for home, stays in lived.groupby("home_id"):
        at = np.flatnonzero(homes == home)
        start, end = stays["started_on"].to_numpy(), stays["ended_on"].fillna(pd.Timestamp.max.floor("s")).to_numpy()
        there = (start <= days[at, None]) & (days[at, None] < end)
        draw = np.where(there, rng.random(there.shape), -1.0)
        best = draw.argmax(axis=1)
        residents[at] = np.where(there.any(axis=1), stays["child_id"].to_numpy(dtype=object)[best], None)
    return residents
