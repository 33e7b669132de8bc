"""The rest of the strategy: incidents, calls from homes, adverse childhood experiences, plans, and sessions with children."""

import numpy as np
import pandas as pd

from demo.care import home_on, resident_on
from demo.days import LATE_SUMMER, LEVEL, SUMMER, TERM, Span, clock, days_within, instants, rhythm
from demo.frames import chance, frame, numbered, pick, where_known
from demo.people import Leaning, Pool, happen, spread_over
from demo.places import BUSY, HUBS, NEW_HOME, RESIDENTS, home_hubs, home_ids, hub_ids, opened, scene

INCIDENTS = {  # category: a year, season
    "crime": (1750, TERM),
    "ASB": (1250, SUMMER),
    "drugs and alcohol": (330, SUMMER),
    "weapons": (115, TERM),
    "concern": (1050, LEVEL),
    "missing": (420, LATE_SUMMER),
    "other": (140, LEVEL),
}
INVOLVED = Leaning(
    by_age=(0, 0, 0, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.35, 0.6, 0.9, 1.2, 1.4, 1.5, 1.4, 1.2, 1.1), in_care=1.8, girls=0.85
)
NAMED = 0.93  # of incidents name the child
HOURS = (4, 3, 2, 1, 0.7, 0.5, 0.7, 1.5, 3, 3.5, 4, 4, 5, 5, 5.5, 7, 7.5, 7.5, 7.5, 8, 8, 7.5, 6.5, 5)
REVIEWED = (0.62, 0.865)  # within 24 hours, eight years ago and since three years ago
REVIEWED_LATE = 0.65  # of the others
ACTIONS = {
    "words of advice": 40,
    "referral to early help": 16,
    "safeguarding referral": 16,
    "visit by hub officer": 16,
    "no action": 12,
}

CALLS_A_HOME, CALLS_OF_NEW_HOME = 30, 110  # a year; the home that opened in South Lakeland rings far more
CALL_CATEGORIES = {"missing": 46, "concern": 26, "crime": 18, "ASB": 5, "other": 5}

ASSESSED = 0.42  # of children who come to notice
REASSESSED = 0.18
ACES_BASE, ACES_MOST = 2.55, 10  # mean number; about three in ten have four or more

PLANS_A_YEAR, PLAN_DAYS = 138, 130  # about 60 to 90 open at any time
PLAN_FROM = 3  # crimes in a year before a plan is thought of
REVIEW_EVERY, REVIEW_MISSED = 90, 0.2  # days; share of reviews not held in time

SESSIONS = {  # kind: a year, season, usual attendance
    "PSHE": (310, TERM, 48),
    "Mini Police": (150, TERM, 22),
    "cadets": (190, LEVEL, 18),
    "pupil referral unit": (64, TERM, 9),
    "scrutiny panel": (14, LEVEL, 12),
    "officer training": (34, LEVEL, 16),
    "other": (40, LEVEL, 30),
}
HOLIDAYS = (8,)  # no school sessions in August


def incidents(rng: np.random.Generator, people: Pool, when: Span, care_spells: pd.DataFrame) -> pd.DataFrame:
    parts = [_of_category(rng, people, when, care_spells, *category) for category in INCIDENTS.items()]
    rows = pd.concat([*parts, _calls(rng, when, care_spells)])
    rows["at"] = instants(rows["day"].to_numpy(), clock(rng, len(rows), HOURS))
    rows = rows.sort_values("at", ignore_index=True)
    size, at = len(rows), rows["at"].to_numpy().astype("M8[s]")
    return frame(
        "incidents",
        incident_id=numbered("N", size),
        created_on=rows["day"].to_numpy(),
        created_at=where_known(~chance(rng, 0.001, size), at),
        hub_id=hub_ids(rows["hub"].to_numpy()),
        category=rows["category"].to_numpy(),
        child_id=rows["child"].to_numpy(),
        home_id=rows["home"].to_numpy(),
        reviewed_at=_reviewed(rng, at, when),
        action=pick(rng, ACTIONS, size),
    )


def _of_category(
    rng: np.random.Generator,
    people: Pool,
    when: Span,
    care_spells: pd.DataFrame,
    category: str,
    habit: tuple[int, tuple[float, ...]],
) -> pd.DataFrame:
    child, day = happen(rng, people, when, spread_over(habit[0], rhythm(when, habit[1])), INVOLVED)
    ids = people.ids[child]
    homes = where_known(chance(rng, 0.15, len(child)), home_on(care_spells, ids, day))
    named = where_known(chance(rng, NAMED, len(child)), ids)
    return pd.DataFrame({"day": day, "hub": scene(rng, people.hub[child]), "category": category, "child": named, "home": homes})


def _calls(rng: np.random.Generator, when: Span, care_spells: pd.DataFrame) -> pd.DataFrame:
    """Calls for service from children's homes, each about one of the residents where it says whom."""
    a_month = np.tile(rhythm(when, LATE_SUMMER)[:, None] / 12, NEW_HOME + 1) * CALLS_A_HOME * rng.uniform(0.5, 1.5, NEW_HOME + 1)
    open_months = when.months >= opened(when).astype("M8[M]")
    a_month[:, NEW_HOME] = np.where(open_months, CALLS_OF_NEW_HOME / 12, 0)
    counts = rng.poisson(a_month)
    month, home = (np.repeat(index, counts.ravel()) for index in np.divmod(np.arange(counts.size), NEW_HOME + 1))
    day = days_within(rng, when.months[month])
    ids = home_ids()[home]
    child = resident_on(rng, care_spells, ids, day)
    child = where_known(chance(rng, 0.85, len(day)), child)
    return pd.DataFrame(
        {"day": day, "hub": home_hubs()[home], "category": pick(rng, CALL_CATEGORIES, len(day)), "child": child, "home": ids}
    )


def _reviewed(rng: np.random.Generator, at: np.ndarray, when: Span) -> np.ndarray:
    """Most within a day, ever more of them; the rest in the week after, or never."""
    years = (at.astype("M8[D]") - when.start).astype(int) / 365.25
    prompt = chance(rng, np.interp(years, [0, 5], REVIEWED), len(at))
    late = ~prompt & chance(rng, REVIEWED_LATE, len(at))
    reviewed = at + np.where(prompt, rng.uniform(0.5, 23.8, len(at)) * 3600, rng.uniform(24.5, 170, len(at)) * 3600).astype(
        "m8[s]"
    )
    return where_known((prompt | late) & (reviewed < when.close), reviewed)


def ace_assessments(rng: np.random.Generator, people: Pool, when: Span, first_seen: pd.Series) -> pd.DataFrame:
    """`first_seen`: the day each child first came to notice. More adversity for those who come to notice most, and in care."""
    chosen = first_seen[chance(rng, ASSESSED, len(first_seen))]
    day = chosen.to_numpy().astype("M8[D]") + rng.integers(1, 60, len(chosen))
    day[np.argmin(np.where(day > when.end, day, np.datetime64("2999-01-01")))] = when.end
    at = np.searchsorted(people.ids.astype("U"), chosen.index.to_numpy().astype("U"))
    care = ~np.isnat(people.care_from[at])
    load = ACES_BASE * np.clip(people.liability[at], 0.3, 4) ** 0.3 * np.where(care, 1.5, 0.92) * rng.gamma(4, 0.25, len(at))
    aces = np.minimum(rng.poisson(load), ACES_MOST)
    again = chance(rng, REASSESSED, len(at))
    rows = pd.DataFrame({"id": chosen.index, "day": day, "aces": aces})
    repeat = rows[again].assign(
        day=day[again] + rng.integers(180, 500, again.sum()),
        aces=np.minimum(aces[again] + rng.integers(0, 3, again.sum()), ACES_MOST),
    )
    rows = pd.concat([rows, repeat])
    rows = rows[rows["day"] <= pd.Timestamp(when.end)].sort_values(["day", "id"])
    return frame(
        "ace_assessments", child_id=rows["id"].to_numpy(), assessed_on=rows["day"].to_numpy(), aces=rows["aces"].to_numpy()
    )


def risk_management_plans(
    rng: np.random.Generator, people: Pool, when: Span, crimes: pd.DataFrame, suspects: pd.DataFrame
) -> pd.DataFrame:
    """Plans for children suspected of several crimes within a year, one at a time."""
    rows = _repeatedly_suspected(crimes, suspects)
    rows = rows.iloc[np.flatnonzero(chance(rng, _plan_share(rows, when), len(rows)))]
    rows = rows.assign(opened=rows["recorded_on"] + pd.to_timedelta(rng.integers(2, 15, len(rows)), unit="D"))
    rows = rows.sort_values("opened", ignore_index=True)
    gap = rows.groupby("child_id")["opened"].diff().dt.days.to_numpy()
    rows = rows[np.isnan(gap) | (gap > 150)]
    opened_on = rows["opened"].to_numpy().astype("M8[D]")
    opened_on[np.argmin(np.where(opened_on > when.end, opened_on, np.datetime64("2999-01-01")))] = when.end
    rows, opened_on = rows[opened_on <= when.end], opened_on[opened_on <= when.end]
    order = np.argsort(opened_on, kind="stable")
    rows, opened_on = rows.iloc[order], opened_on[order]
    return _plans(rng, people, when, rows["child_id"].to_numpy(dtype=object), opened_on)


def _repeatedly_suspected(crimes: pd.DataFrame, suspects: pd.DataFrame) -> pd.DataFrame:
    """The links of children to a crime who had at least two more in the year before it."""
    linked = suspects.merge(crimes[["crime_id", "recorded_on"]], on="crime_id").sort_values(["recorded_on", "crime_id"])
    before = linked.groupby("child_id")["recorded_on"].shift(PLAN_FROM - 1)
    return linked[(linked["recorded_on"] - before).dt.days <= 365]


def _plan_share(rows: pd.DataFrame, when: Span) -> float:
    """So that about the wished number of plans is opened each year, after those too soon after another are dropped."""
    return PLANS_A_YEAR * 1.45 * len(when.months) / 12 / len(rows)


def _plans(rng: np.random.Generator, people: Pool, when: Span, ids: np.ndarray, opened_on: np.ndarray) -> pd.DataFrame:
    size = len(ids)
    closed = opened_on + 20 + rng.gamma(2.5, PLAN_DAYS / 2.5, size).astype(int)
    closed_on = where_known(closed <= when.end, closed)
    so_far = (np.minimum(closed, when.end) - opened_on).astype(int)
    due = (
        opened_on + ((so_far // REVIEW_EVERY + 1) - (chance(rng, REVIEW_MISSED, size) & (so_far >= REVIEW_EVERY))) * REVIEW_EVERY
    )
    at = np.searchsorted(people.ids.astype("U"), ids.astype("U"))
    hubs = where_known(~chance(rng, 0.005, size), hub_ids(people.hub[at]))
    return frame(
        "risk_management_plans",
        plan_id=numbered("P", size),
        child_id=ids,
        opened_on=opened_on,
        review_due_on=due,
        closed_on=closed_on,
        hub_id=hubs,
    )


def engagements(rng: np.random.Generator, when: Span) -> pd.DataFrame:
    """Sessions held, rarer in lockdown and in the holidays, more of them in recent years."""
    parts = []
    for kind, (a_year, season, usual) in SESSIONS.items():
        busy = rhythm(when, season, (0.55, 1.0))
        if season is TERM:
            busy = np.where(np.isin(when.months.astype(int) % 12 + 1, HOLIDAYS), 0, busy)
        counts = rng.poisson(busy * a_year / 12)
        day = days_within(rng, np.repeat(when.months, counts))
        parts.append(pd.DataFrame({"day": day, "kind": kind, "there": rng.poisson(usual * rng.gamma(6, 1 / 6, len(day)))}))
    rows = pd.concat(parts, ignore_index=True)
    rows.loc[rows["day"].idxmax(), "day"] = pd.Timestamp(when.end)
    rows = rows.sort_values("day", kind="stable", ignore_index=True)
    size, share = len(rows), RESIDENTS * BUSY**0.3
    hub = np.where(chance(rng, 0.004, size), -1, rng.choice(len(HUBS), size, p=share / share.sum()))
    return frame(
        "engagements",
        engagement_id=numbered("E", size),
        held_on=rows["day"].to_numpy(),
        hub_id=hub_ids(hub),
        kind=rows["kind"].to_numpy(),
        attendances=where_known(~chance(rng, 0.01, size), rows["there"].to_numpy()),
    )
