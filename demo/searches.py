"""Stop and search: whom officers searched, under which power, for what, and what came of it."""

import numpy as np
import pandas as pd

from demo.days import SUMMER, Span, clock, days_within, instants, rhythm, since
from demo.frames import blank, chance, frame, numbered, pick, where_known
from demo.people import Leaning, Pool, ages, happen, spread_over
from demo.places import COPELAND, FORCE, RESIDENTS, hub_ids, scene

SEARCHES_A_YEAR, TREND = 1180, (0.62, 1.0)  # of children 10-17
SEARCHED = Leaning(by_age=(0,) * 8 + (0.05, 0.12, 0.08, 0.15, 0.4, 0.8, 1.15, 1.45, 2.1, 4.0), in_care=1.6, girls=0.3, power=0.7)
IDENTIFIED = 0.86  # of searched children are linked to a record
OTHERS_A_YEAR = {"adult": 70, "vehicle": 16, "unknown age": 30}  # rows that must not be counted as searches of children
HOURS = (3, 2, 1, 0.5, 0.3, 0.2, 0.3, 0.6, 1, 1.5, 2, 2.5, 3, 3.5, 4, 6, 7, 7, 7.5, 8, 8, 8, 7, 5)

ACTIONED = 0.255  # outcome other than no further action
COPELAND_MONTHS, COPELAND_ACTIONED = 12, 0.43  # since supervisors review the grounds of every search of a child there
OUTCOMES = {"arrest": 34, "community resolution": 24, "cannabis or khat warning": 11, "voluntary attendance": 6, "summons": 6} | {
    "verbal warning": 5,
    "guardian intervention": 5,
    "seizure": 5,
    "caution": 2,
    "penalty notice": 1,
    "other": 3,
}
FOUND_IF_ACTIONED, FOUND_IF_NOT = 0.76, 0.04
LINKED_IF_ACTIONED, LINKED_IF_NOT = 0.7, 0.16  # sources set the flag on rows without action too
GROUNDS = {  # what was looked for, and the power it falls under
    ("Controlled drugs", "Misuse of Drugs Act 1971 (section 23)"): 56,
    ("Offensive weapons", "Police and Criminal Evidence Act 1984 (section 1)"): 19,
    ("Stolen goods", "Police and Criminal Evidence Act 1984 (section 1)"): 11,
    ("Article for use in theft", "Police and Criminal Evidence Act 1984 (section 1)"): 5,
    ("Articles for use in criminal damage", "Police and Criminal Evidence Act 1984 (section 1)"): 5,
    ("Fireworks", "Police and Criminal Evidence Act 1984 (section 1)"): 2.5,
    ("Firearms", "Firearms Act 1968 (section 47)"): 1,
    ("Anything to threaten or harm anyone", "Criminal Justice and Public Order Act 1994 (section 60)"): 0.5,
}
FOLLOWED_UP_MONTHS, SCRUTINY_MONTHS = 40, 24  # since when children are contacted afterwards, and panels see searches


def stop_searches(rng: np.random.Generator, people: Pool, when: Span) -> pd.DataFrame:
    """Searches of children, with those of others mixed in as in any extract."""
    rows = pd.concat([_of_children(rng, people, when), _of_others(rng, when)]).sort_values(
        "day", kind="stable", ignore_index=True
    )
    size, day, known = len(rows), rows["day"].to_numpy().astype("M8[D]"), rows["known"].to_numpy(bool)
    grounds = pick(rng, dict(enumerate(GROUNDS.values())), size).astype(int)
    searched_for, power = (np.array(column, dtype=object)[grounds] for column in zip(*GROUNDS, strict=True))
    return frame(
        "stop_searches",
        search_id=numbered("S", size),
        force=[FORCE] * size,
        searched_on=day,
        searched_at=blank(rng, instants(day, clock(rng, size, HOURS)), 0.002),
        child_id=where_known(known, people.ids[rows["child"]]),
        hub_id=hub_ids(rows["hub"].to_numpy()),
        kind=rows["kind"].to_numpy(),
        legislation=power,
        object_of_search=blank(rng, searched_for, 0.004),
        **_described(rng, rows),
        **_result(rng, rows["hub"].to_numpy(), day, when),
        **_afterwards(rng, day, known, when),
    )


def _of_children(rng: np.random.Generator, people: Pool, when: Span) -> pd.DataFrame:
    child, day = happen(rng, people, when, spread_over(SEARCHES_A_YEAR, rhythm(when, SUMMER, TREND)), SEARCHED)
    rows = pd.DataFrame({"who": "child", "child": child, "day": day, "age": ages(people.born[child], day)})
    return rows.assign(
        hub=scene(rng, people.hub[child]),
        kind=pick(rng, {"person": 94, "person and vehicle": 6}, len(child)),
        known=chance(rng, IDENTIFIED, len(child)),
        sex=people.sex[child],
        self_defined=people.self_defined[child],
        officer_defined=people.officer_defined[child],
    )


def _of_others(rng: np.random.Generator, when: Span) -> pd.DataFrame:
    """Adults, vehicles with nobody searched (person fields are placeholders), and persons whose age nobody wrote down."""
    who = np.concatenate([np.full(rng.poisson(a_year * len(when.months) / 12), name) for name, a_year in OTHERS_A_YEAR.items()])
    size = len(who)
    rows = pd.DataFrame({"who": who, "child": 0, "day": days_within(rng, rng.choice(when.months, size)), "known": False})
    return rows.assign(
        age=18 + rng.exponential(7, size).astype(int),
        hub=rng.choice(6, size, p=RESIDENTS / RESIDENTS.sum()),
        kind=np.where(who == "vehicle", "vehicle", "person"),
        sex=pick(rng, {"M": 0.88, "F": 0.12}, size),
        self_defined=pick(rng, {"W1": 0.93, "W9": 0.03, "A2": 0.02, "B2": 0.02}, size),
        officer_defined=pick(rng, {"IC1": 0.95, "IC4": 0.05}, size),
    )


def _described(rng: np.random.Generator, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """What the record says of the person, with its gaps."""
    size, age, known = len(rows), rows["age"].to_numpy(), rows["known"].to_numpy(bool)
    dated = (rows["who"] != "unknown age").to_numpy()
    person = (rows["kind"] != "vehicle").to_numpy()
    return {
        "age": where_known(dated & person & ~chance(rng, 0.05, size), age),
        "age_band": where_known(dated & ~(chance(rng, 0.03, size) & known), _band(age)),
        "sex": rows["sex"].to_numpy(),
        "ethnicity_self_defined": blank(rng, np.where(chance(rng, 0.06, size), "NS", rows["self_defined"]), 0.03),
        "ethnicity_officer_defined": rows["officer_defined"].to_numpy(),
    }


def _band(age: np.ndarray) -> np.ndarray:
    edges = np.array(["under 10", "10-17", "18-24", "25-34", "over 34"], dtype=object)
    return np.asarray(edges[np.digitize(age, [10, 18, 25, 35])])


def _result(rng: np.random.Generator, hub: np.ndarray, day: np.ndarray, when: Span) -> dict[str, np.ndarray]:
    size = len(day)
    better = (hub == COPELAND) & (day >= since(when, COPELAND_MONTHS))
    actioned = chance(rng, np.where(better, COPELAND_ACTIONED, ACTIONED), size)
    outcome = np.where(actioned, pick(rng, OUTCOMES, size), "no further action")
    beyond = chance(rng, 0.035, size)
    return {
        "outcome": blank(rng, outcome, 0.012),
        "object_found": blank(rng, chance(rng, np.where(actioned, FOUND_IF_ACTIONED, FOUND_IF_NOT), size), 0.02),
        "outcome_linked": blank(rng, chance(rng, np.where(actioned, LINKED_IF_ACTIONED, LINKED_IF_NOT), size), 0.05),
        "beyond_outer_clothing": blank(rng, beyond, 0.02),
        "intimate_parts_exposed": blank(rng, beyond & chance(rng, 0.08, size), 0.02),
    }


def _afterwards(rng: np.random.Generator, day: np.ndarray, known: np.ndarray, when: Span) -> dict[str, np.ndarray]:
    """Contact with the child in the weeks after, and the panel that looks at a sample each quarter."""
    size = len(day)
    contacted, seen = day + rng.integers(1, 22, size), day + rng.integers(20, 100, size)
    follows = known & (day >= since(when, FOLLOWED_UP_MONTHS)) & chance(rng, 0.4, size)
    sampled = (day >= since(when, SCRUTINY_MONTHS)) & chance(rng, 0.11, size)
    return {
        "followed_up_on": where_known(follows & (contacted <= when.end), contacted),
        "scrutinised_on": where_known(sampled & (seen <= when.end), seen),
    }
