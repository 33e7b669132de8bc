"""Children reported missing: single absences of many, long runs of a few, and what was done when they came back."""

import numpy as np
import pandas as pd

from demo.care import home_on
from demo.days import HOUR, LATE_SUMMER, Span, clock, instants, known_by, lasting, london_days, rhythm, since
from demo.frames import blank, chance, frame, numbered, pick, where_known
from demo.people import Leaning, Pool, ages, happen, spread_over
from demo.places import BARROW, hub_ids, scene

SINGLES_A_YEAR = 790  # absences of many children, once or twice
ONCE = Leaning(
    by_age=(0, 0, 0, 0.01, 0.02, 0.05, 0.06, 0.08, 0.1, 0.13, 0.2, 0.35, 0.65, 1.0, 1.3, 1.4, 1.2, 1.0),
    in_care=4.0,
    girls=1.5,
    power=0.4,
)
RUNS_A_YEAR, RUN_LENGTH, RUN_GAP = 65, 9.5, 17  # runs of absences: how many, how long, days between
RUNNING = Leaning(by_age=(0,) * 10 + (0.05, 0.2, 0.6, 1.0, 1.4, 1.5, 1.1, 0.7), in_care=8.0, girls=1.5, power=0.5)
BARROW_MONTHS, BARROW_RUNS = 10, 3.4  # in Barrow, runs are so many times as frequent since then

HOURS = (7, 4, 2, 1, 0.7, 0.6, 1, 1.5, 2, 2, 2, 2.5, 2.5, 2.5, 3, 4, 5, 5, 5.5, 6, 7, 9, 11, 10)
AWAY, AWAY_SPREAD = 5.5, 1.25  # hours, median, long tail
LONGEST = 45 * 24 * HOUR
REPORTED_TWICE = 0.012  # a second report while the child is still away
RETURN_UNWRITTEN = 0.002
RISK = {"very low": 6, "low": 24, "medium": 58, "high": 12}
OFFERED, COMPLETED, PROMPT = 0.88, 0.745, 0.56  # interviews: of returns, of offers, at once (a share of the rest is in time too)
PHILOMENA_IN_CARE, PHILOMENA_ELSEWHERE = 0.62, 0.12
EXPLOITATION = 0.16


def missing_episodes(rng: np.random.Generator, people: Pool, when: Span, care_spells: pd.DataFrame) -> pd.DataFrame:
    child, day = _reports(rng, people, when)
    reported = instants(day, clock(rng, len(child), HOURS))
    returned = reported + np.minimum(lasting(rng, len(child), AWAY, AWAY_SPREAD), LONGEST)
    child, reported, returned, again = _reported_twice(rng, child, reported, returned, when)
    day, size = london_days(reported), len(child)
    known_return = known_by(returned, when.close)
    known_return = where_known(~chance(rng, RETURN_UNWRITTEN, size), known_return)
    initial = pick(rng, RISK, size)
    care = _in_care(people, child, day)
    philomena = chance(rng, np.where(care, PHILOMENA_IN_CARE, PHILOMENA_ELSEWHERE), size)
    return frame(
        "missing_episodes",
        episode_id=numbered("M", size),
        child_id=people.ids[child],
        reported_on=day,
        reported_at=blank(rng, reported, 0.002),
        returned_at=known_return,
        hub_id=hub_ids(scene(rng, people.hub[child])),
        risk_initial=initial,
        risk_final=where_known(~np.isnat(known_return), np.where(chance(rng, 0.8, size), initial, pick(rng, RISK, size))),
        home_id=home_on(care_spells, people.ids[child], day),
        philomena_form=blank(rng, philomena, 0.02),
        exploitation_concern=blank(rng, chance(rng, EXPLOITATION, size), 0.04),
        **_interviews(rng, known_return, ~again, when),
    )


def _reports(rng: np.random.Generator, people: Pool, when: Span) -> tuple[np.ndarray, np.ndarray]:
    """Who is reported on which day: the singles, and each run from its first day on."""
    busy = rhythm(when, LATE_SUMMER, (0.9, 1.0))
    singles = happen(rng, people, when, spread_over(SINGLES_A_YEAR, busy), ONCE)
    starts = spread_over(RUNS_A_YEAR, busy)
    starts[when.months >= since(when, BARROW_MONTHS).astype("M8[M]"), BARROW] *= BARROW_RUNS
    child, first = happen(rng, people, when, starts, RUNNING)
    length = 2 + rng.geometric(1 / (RUN_LENGTH - 2), len(child))
    run = np.repeat(np.arange(len(child)), length)
    gap = 1 + rng.exponential(RUN_GAP, len(run)).astype(int)
    gap[np.cumsum(length) - length] = 0
    walked = np.cumsum(gap)
    day = first[run] + (walked - walked[(np.cumsum(length) - length)[run]])
    keep = (day <= when.end) & (ages(people.born[child[run]], day) < 18)
    return np.concatenate([singles[0], child[run][keep]]), np.concatenate([singles[1], day[keep]])


def _reported_twice(
    rng: np.random.Generator, child: np.ndarray, reported: np.ndarray, returned: np.ndarray, when: Span
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A few are reported again before they are back: two rows, one episode. In order of report; `again` marks the second."""
    twice = np.flatnonzero(chance(rng, REPORTED_TWICE, len(child)))
    later = reported[twice] + ((returned - reported)[twice].astype(int) * rng.uniform(0.2, 0.9, len(twice))).astype("m8[s]")
    twice, later = twice[later < when.close], later[later < when.close]
    at = np.concatenate([reported, later])
    order = np.argsort(at, kind="stable")
    again = np.arange(len(at)) >= len(reported)
    return np.append(child, child[twice])[order], at[order], np.append(returned, returned[twice])[order], again[order]


def _in_care(people: Pool, child: np.ndarray, day: np.ndarray) -> np.ndarray:
    return np.asarray((people.care_from[child] <= day) & (day < people.care_to[child]))


def _interviews(rng: np.random.Generator, returned: np.ndarray, expected: np.ndarray, when: Span) -> dict[str, np.ndarray]:
    """Return home interviews: offered within days, mostly held within 72 hours, some much later, some refused."""
    size = len(returned)
    back = np.where(np.isnat(returned), when.close, returned)
    offered_on = london_days(back) + rng.integers(0, 3, size)
    prompt = rng.uniform(6, 70, size)
    late = 12 + rng.exponential(130, size)
    held_at = back + (np.where(chance(rng, PROMPT * 0.7, size), prompt, late) * 3600).astype("m8[s]")
    offered = expected & ~np.isnat(returned) & chance(rng, OFFERED, size)
    done = offered & chance(rng, COMPLETED, size) & (held_at < when.close)
    return {
        "return_interview_offered_on": where_known(offered & (offered_on <= when.end), offered_on),
        "return_interview_completed_at": where_known(done, held_at),
    }
