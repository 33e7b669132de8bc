"""Crimes with a child suspect: what was recorded, who was linked to it, and what became of it."""

import numpy as np
import pandas as pd

from demo import codes
from demo.care import home_on
from demo.days import DAY, TERM, Span, known_by, rhythm
from demo.frames import chance, frame, numbered, pick, where_known
from demo.people import Leaning, Pool, ages, happen, spread_over
from demo.places import ALLERDALE, hub_ids, scene

CRIMES_A_YEAR = 5430  # besides those behind a caution or conviction; about 5,500 with them
TREND = (0.84, 1.0)
SUSPECTS = Leaning(  # a tenth and more of child-suspect crime is by children in care; criminal responsibility begins at ten
    by_age=(0, 0, 0, 0, 0, 0.1, 0.25, 0.57, 0.95, 1.1, 0.7, 0.95, 1.25, 1.5, 1.6, 1.5, 1.5, 1.5),
    in_care=2.2,
    girls=0.75,
    power=0.6,
)
COMPANIONS = {0: 0.83, 1: 0.12, 2: 0.05}  # further suspects of a crime
UNKNOWN_AGE = 0.3  # of those without a date of birth, no age written down either

# Home Office crime tree, plain headings; shares of crimes with a child suspect
GROUPS = {
    "Violence against the person": 47.5,
    "Criminal damage and arson": 15.5,
    "Public order": 13.0,
    "Theft": 9.5,
    "Sexual offences": 4.5,
} | {"Miscellaneous crimes": 4.2, "Drugs": 3.4, "Possession of weapons": 1.6, "Burglary": 1.5, "Robbery": 0.6}
OFFENCES = {
    "Violence against the person": {
        "Common assault": 46,
        "Assault occasioning actual bodily harm": 14,
        "Harassment and malicious communications": 28,
        "Assault on an emergency worker": 7,
        "Threats to kill": 5,
    },
    "Criminal damage and arson": {"Criminal damage": 92, "Arson": 8},
    "Public order": {
        "Causing harassment, alarm or distress": 70,
        "Affray": 12,
        "Racially or religiously aggravated public order": 18,
    },
    "Theft": {"Shoplifting": 58, "Other theft": 22, "Theft of a pedal cycle": 8, "Vehicle taking without consent": 12},
    "Sexual offences": {"Sexual assault": 52, "Rape": 26, "Sexual activity with a child": 22},
    "Drugs": {"Possession of cannabis": 66, "Possession of other drugs": 16, "Possession with intent to supply": 18},
    "Possession of weapons": {"Possession of a bladed article": 72, "Possession of an offensive weapon": 28},
    "Burglary": {"Residential burglary": 45, "Business and community burglary": 55},
    "Robbery": {"Robbery of personal property": 100},
    "Miscellaneous crimes": {"Dangerous driving": 40, "Perverting the course of justice": 35, "Other notifiable offence": 25},
}
IMAGERY_SHARE = 0.68  # of miscellaneous crimes: about 3% of all are youth-produced sexual imagery
IMAGERY_OFFENCE = "Indecent images of children"
AT_THE_HOME = 0.4  # of the crimes of a child living in a home
NO_COMMITTED = 0.008

OUTCOME_OF = {"conviction": "1", "youth caution": "2", "youth conditional caution": "2", "adult caution": "3"}
KIND_OF = {"8": "community resolution", "6": "penalty notice"}
CORRECTED, REOPENED, ZERO_ROW = 0.045, 0.004, 0.03
FIRST_GIVEN = {"16": 45, "15": 30, "21": 15, "10": 10}  # what a corrected outcome had been


def offence_groups(rng: np.random.Generator, size: int) -> np.ndarray:
    return pick(rng, GROUPS, size)


def recorded(rng: np.random.Generator, people: Pool, when: Span, dealt: pd.DataFrame) -> pd.DataFrame:
    """One row a crime: child (first suspect), committed, recorded, offence_group; `code` and `on` where a disposal settled it."""
    child, day = happen(rng, people, when, spread_over(CRIMES_A_YEAR, rhythm(when, TERM, TREND)), SUSPECTS)
    lag = np.where(chance(rng, 0.72, len(day)), rng.integers(0, 2, len(day)), rng.exponential(24, len(day)).astype(int))
    others = pd.DataFrame({"child": child, "committed": day - lag.astype("m8[D]"), "recorded": day})
    others["offence_group"] = offence_groups(rng, len(others))
    everything = pd.concat([others, _behind_disposals(rng, people, when, dealt)]).sort_values("recorded", ignore_index=True)
    everything["imagery"] = (everything["offence_group"] == "Miscellaneous crimes") & chance(rng, IMAGERY_SHARE, len(everything))
    everything["imagery"] &= everything["code"].isna()
    everything["hub"] = scene(rng, people.hub[everything["child"]])
    everything["age"] = ages(people.born[everything["child"]], everything["committed"].to_numpy())
    return everything


def _behind_disposals(rng: np.random.Generator, people: Pool, when: Span, dealt: pd.DataFrame) -> pd.DataFrame:
    """The crimes whose cautions and convictions are among the disposals, or will be after the end."""
    ours = dealt[dealt["why_not"].isna() | (dealt["why_not"] == "known elsewhere")]
    ours = ours[ages(people.born[ours["child"]], ours["committed"].to_numpy()) < 18]
    days = ours["committed"].to_numpy().astype("M8[D]") + rng.integers(0, 4, len(ours))
    decided = ours["decided"].to_numpy().astype("M8[D]")
    days = np.minimum(days, decided)
    charged = np.maximum(days, decided - rng.integers(25, 80, len(ours)) * DAY)
    code = ours["kind"].map(OUTCOME_OF).to_numpy(dtype=object)
    crimes: pd.DataFrame = ours[["child", "committed", "offence_group"]].assign(
        recorded=days, code=code, on=np.where(code == "1", charged, decided)
    )
    inside: pd.DataFrame = crimes[(days >= when.start) & (days <= when.end)]
    return inside


def crimes(rng: np.random.Generator, people: Pool, cases: pd.DataFrame, care_spells: pd.DataFrame) -> pd.DataFrame:
    size, group = len(cases), cases["offence_group"].to_numpy(dtype=object)
    offence = np.full(size, None, dtype=object)
    for name, weights in OFFENCES.items():
        offence[group == name] = pick(rng, weights, (group == name).sum())
    committed = cases["committed"].to_numpy().astype("M8[D]")
    homes = home_on(care_spells, people.ids[cases["child"]], committed)
    return frame(
        "crimes",
        crime_id=numbered("K", size),
        recorded_on=cases["recorded"].to_numpy(),
        committed_on=where_known(~chance(rng, NO_COMMITTED, size), committed),
        hub_id=hub_ids(cases["hub"].to_numpy()),
        offence_group=group,
        offence=np.where(cases["imagery"], IMAGERY_OFFENCE, offence),
        youth_produced_imagery=cases["imagery"].to_numpy(bool),
        home_id=where_known(chance(rng, AT_THE_HOME, size), homes),
    )


def suspects(rng: np.random.Generator, people: Pool, cases: pd.DataFrame) -> pd.DataFrame:
    """The first suspect, and companions: children of the same hub and about the same age."""
    more = pick(rng, COMPANIONS, len(cases)).astype(int)
    more = np.where(cases["imagery"] | cases["code"].notna(), 0, more)
    rows = np.repeat(np.arange(len(cases)), more)
    friends = _friends(rng, people, cases["child"].to_numpy()[rows])
    linked = pd.DataFrame({"row": [*range(len(cases)), *rows], "child": [*cases["child"], *friends]})
    linked = linked.drop_duplicates().sort_values(["row", "child"], ignore_index=True)
    age = ages(people.born[linked["child"]], cases["committed"].to_numpy()[linked["row"]])
    linked, age = linked[(age >= 0) & (age < 18)], age[(age >= 0) & (age < 18)]
    written = ~people.birth_known[linked["child"]] & ~chance(rng, UNKNOWN_AGE, len(linked))
    return frame(
        "suspects",
        crime_id=numbered("K", len(cases))[linked["row"]],
        child_id=people.ids[linked["child"]],
        age_when_committed=where_known(written, age),
    )


def _friends(rng: np.random.Generator, people: Pool, child: np.ndarray) -> np.ndarray:
    """Someone who comes to notice too, next in age within the hub."""
    noticed = np.flatnonzero(people.liability > 0.3)
    circle = noticed[np.lexsort([people.born[noticed], people.hub[noticed]])]
    order = {who: at for at, who in enumerate(circle)}
    at = np.array([order.get(who, -1) for who in child])
    step = rng.integers(1, 12, len(child)) * rng.choice([-1, 1], len(child))
    return np.where(at < 0, child, circle[(at + step) % len(circle)])


def settled(rng: np.random.Generator, cases: pd.DataFrame, when: Span) -> pd.DataFrame:
    """The crimes with `code` and `on` filled in for every one, also where the day of the outcome lies beyond the end."""
    size, is_decided = len(cases), cases["code"].notna().to_numpy()
    drawn = codes.decide(
        rng, cases["offence_group"].to_numpy(dtype=object), cases["imagery"].to_numpy(bool), cases["age"].to_numpy() < 10
    )
    days = np.exp(rng.normal(np.log(codes.MEDIAN_DAYS), codes.DAYS_SPREAD, size))
    days = np.minimum(days * np.array([codes.PACE.get(code, 1.0) for code in drawn]), 900).astype(int)
    on = cases["recorded"].to_numpy().astype("M8[D]") + days
    on[_last_open(on, is_decided, when)] = when.end
    drawn = codes.fit_to_date(rng, drawn, on, cases["hub"].to_numpy() == ALLERDALE, when)
    code = np.where(is_decided, cases["code"].to_numpy(dtype=object), drawn)
    return cases.assign(code=code, on=np.where(is_decided, cases["on"].to_numpy().astype("M8[D]"), on))


def _last_open(on: np.ndarray, is_decided: np.ndarray, when: Span) -> int:
    """The crime that would be closed first after the end: it is closed on the last day, so that the month is whole."""
    return int(np.argmin(np.where((on > when.end) & ~is_decided, on, np.datetime64("2999-01-01"))))


def crime_outcomes(rng: np.random.Generator, closed: pd.DataFrame, when: Span) -> pd.DataFrame:
    """The outcome that stands, and before some of them one that was corrected; a few reopened, some said to be unassigned."""
    size, ids = len(closed), numbered("K", len(closed))
    recorded_on, on = closed["recorded"].to_numpy().astype("M8[D]"), closed["on"].to_numpy().astype("M8[D]")
    code = closed["code"].to_numpy(dtype=object)
    wait = (on - recorded_on).astype(int)
    before = pick(rng, FIRST_GIVEN, size)
    corrected = chance(rng, CORRECTED, size) & (wait > 10) & (before != code)
    first_on = recorded_on + (wait * rng.uniform(0.3, 0.95, size)).astype(int)
    before = np.where((before == "21") & (code == "11"), "10", before)
    reopened = np.where(chance(rng, REOPENED, size), on + rng.integers(5, 200, size), np.datetime64("NaT"))
    zero = chance(rng, ZERO_ROW, size) & (wait > 2)
    rows = pd.concat(
        [
            pd.DataFrame({"id": ids, "code": code, "on": on, "until": reopened}),
            pd.DataFrame({"id": ids, "code": before, "on": first_on, "until": on})[corrected],
            pd.DataFrame({"id": ids, "code": "0", "on": recorded_on, "until": np.where(corrected, first_on, on)})[zero],
        ]
    )
    rows = rows[rows["on"] <= pd.Timestamp(when.end)].sort_values(["on", "id"])
    until = known_by(rows["until"].to_numpy().astype("M8[D]"), when.end)
    return frame(
        "crime_outcomes",
        crime_id=rows["id"].to_numpy(),
        outcome_code=rows["code"].to_numpy(),
        outcome_on=rows["on"].to_numpy(),
        superseded_on=until,
    )


def resolved(closed: pd.DataFrame, when: Span) -> pd.DataFrame:
    """The community resolutions and penalty notices, as offences dealt with: the same columns as the careers."""
    done = closed[closed["code"].isin(KIND_OF) & (closed["on"] <= pd.Timestamp(when.end)) & (closed["age"] >= 10)]
    kind = done["code"].map(KIND_OF)
    return done[["child", "committed", "offence_group"]].assign(
        decided=done["on"], kind=kind, first=False, why_not=None, custodial=False
    )
