"""Children in custody, and those interviewed without being detained."""

import numpy as np
import pandas as pd

from demo.days import HOUR, LEVEL, MINUTE, Span, clock, instants, known_by, lasting, london_days, rhythm, since
from demo.frames import blank, chance, frame, numbered, pick, where_known
from demo.offending import offence_groups
from demo.people import Leaning, Pool, happen, spread_over
from demo.places import CARLISLE, hub_ids, scene

DETENTIONS_A_YEAR, TREND = 478, (1.65, 1.0)  # of 300-360 children; far more eight years ago, as nationally
DETAINED = Leaning(by_age=(0,) * 10 + (0.03, 0.1, 0.3, 0.65, 1.0, 1.35, 2.0, 4.6), in_care=2.0, girls=0.45, power=1.1)
VOLUNTARY_A_YEAR, VOLUNTARY_TREND = 470, (0.75, 1.0)
INTERVIEWED = Leaning(by_age=(0,) * 10 + (0.15, 0.4, 0.7, 0.95, 1.1, 1.25, 1.5, 1.8), in_care=1.6, girls=0.6, power=0.7)

ARRIVALS = (5, 4, 3, 2, 1.5, 1, 1, 1.5, 3, 4, 4.5, 5, 5, 5, 5, 6, 7, 8, 8, 8, 8, 7.5, 7, 6)  # authorised, by hour of the clock
STAY, STAY_SPREAD = 7.9, 0.55  # hours, median, and long tail; at most a day unless bail is refused
LONGEST = 24 * HOUR
BAIL_DESK_MONTHS, BAIL_DESK = 18, 0.7  # in Carlisle, seven in ten of evening arrivals are bailed the same night
SUITES = ("Workington", "Barrow", "Carlisle", "Workington", "Carlisle", "Kendal")  # of each hub
RESULTS = {"charged": 26, "bailed": 24, "released under investigation": 15, "no further action": 25, "out of court": 10}
BAIL_REFUSED = 0.2  # of those charged
REQUESTED = {"non-secure": 0.5, "secure": 0.2, None: 0.3}
MOVED = 0.14
ADULT_WAIT, ADULT_SPREAD, NO_ADULT_TIME = 3.4, 0.75, 0.06  # hours
SEARCHED = {"none": 0.95, "strip": 0.037, "intimate parts exposed": 0.013}
CCP_MONTHS = 40  # child centred policing began to visit and review so long ago
LEFT_OPEN = 3  # latest records nobody has closed yet


def detentions(rng: np.random.Generator, people: Pool, when: Span) -> pd.DataFrame:
    child, day = happen(rng, people, when, spread_over(DETENTIONS_A_YEAR, rhythm(when, LEVEL, TREND)), DETAINED)
    size, hub = len(child), scene(rng, people.hub[child])
    seconds = clock(rng, size, ARRIVALS)
    result = pick(rng, RESULTS, size)
    refused = (result == "charged") & chance(rng, BAIL_REFUSED, size)
    authorised, released = _stay(rng, day, seconds, refused, _bail_desk(rng, hub, day, seconds, when))
    order = np.argsort(authorised, kind="stable")
    at = {"authorised": authorised[order], "released": known_by(released[order], when.close)}
    at["released"][-LEFT_OPEN:] = np.datetime64("NaT")
    rows = {"child": child[order], "hub": hub[order], "result": result[order], "refused": refused[order]}
    return _records(rng, people, when, at, rows)


def _bail_desk(rng: np.random.Generator, hub: np.ndarray, day: np.ndarray, seconds: np.ndarray, when: Span) -> np.ndarray:
    """Whom the desk in Carlisle lets go within the evening."""
    evening = (seconds >= 14 * 3600) | (seconds < 4 * 3600)
    desk = (hub == CARLISLE) & (day >= since(when, BAIL_DESK_MONTHS))
    return np.asarray(desk & evening & chance(rng, BAIL_DESK, len(day)))


def _stay(
    rng: np.random.Generator, day: np.ndarray, seconds: np.ndarray, refused: np.ndarray, bailed_early: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """When detention began and ended; a child refused bail stays for the next morning's court."""
    size = len(day)
    authorised = instants(day, seconds)
    stay = lasting(rng, size, STAY, STAY_SPREAD)
    stay = np.where(stay > LONGEST, LONGEST - rng.integers(600, 6 * 3600, size), stay)
    stay = np.where(bailed_early, lasting(rng, size, 2.6, 0.2), stay)
    released = authorised + np.maximum(stay, 40 * MINUTE)
    court = instants(day + 1 + (seconds > 20 * 3600), rng.integers(9 * 3600, 12 * 3600, size))
    return authorised, np.where(refused, np.maximum(court, released), released)


def _records(
    rng: np.random.Generator, people: Pool, when: Span, at: dict[str, np.ndarray], rows: dict[str, np.ndarray]
) -> pd.DataFrame:
    """`detentions`, with what the custody record says beside the times; a record still open has no result."""
    authorised, released, size = at["authorised"], at["released"], len(at["authorised"])
    closed, day = ~np.isnat(released), london_days(authorised)
    so_far = np.where(closed, released, when.close)
    return frame(
        "detentions",
        detention_id=numbered("D", size),
        child_id=people.ids[rows["child"]],
        authorised_on=day,
        authorised_at=blank(rng, authorised, 0.002),
        arrested_at=blank(rng, authorised - lasting(rng, size, 55, 0.4, MINUTE), 0.02),
        released_at=released,
        hub_id=hub_ids(rows["hub"]),
        suite=np.array([*SUITES, "Carlisle"], dtype=object)[rows["hub"]],
        offence_group=blank(rng, offence_groups(rng, size), 0.01),
        notifiable=blank(rng, chance(rng, 0.9, size), 0.01),
        liaison_diversion_seen=blank(rng, chance(rng, 0.42, size), 0.06),
        result=where_known(closed, rows["result"]),
        **_charge(rng, authorised, so_far, (rows["result"] == "charged") & closed, rows["refused"]),
        **_adult(rng, authorised, so_far),
        **_strip_search(rng, size),
        **_child_centred(rng, when, day, authorised, so_far),
    )


def _charge(
    rng: np.random.Generator, authorised: np.ndarray, so_far: np.ndarray, charged: np.ndarray, refused: np.ndarray
) -> dict[str, np.ndarray]:
    """When the child was charged, and what became of a child refused bail after it (PACE 1984, section 38(6))."""
    size, refused = len(authorised), refused & charged
    passed = (so_far - authorised).astype(int) * np.where(refused, 0.5, 0.9)
    return {
        "charged_at": where_known(charged, authorised + passed.astype("m8[s]")),
        "bail_refused": where_known(charged, refused),
        "accommodation_requested": where_known(refused, pick(rng, REQUESTED, size)),
        "accommodation_moved": where_known(refused & ~chance(rng, 0.08, size), chance(rng, MOVED, size)),
    }


def _adult(rng: np.random.Generator, authorised: np.ndarray, so_far: np.ndarray) -> dict[str, np.ndarray]:
    """When the appropriate adult was called and came, where it was written down and has happened."""
    size = len(authorised)
    arrived = authorised + lasting(rng, size, ADULT_WAIT, ADULT_SPREAD)
    called = np.minimum(authorised + lasting(rng, size, 45, 0.6, MINUTE), arrived)
    written = ~chance(rng, NO_ADULT_TIME, size)
    return {
        "appropriate_adult_called_at": where_known((called <= so_far) & ~chance(rng, 0.03, size), called),
        "appropriate_adult_arrived_at": where_known((arrived <= so_far) & written, arrived),
    }


def _strip_search(rng: np.random.Generator, size: int) -> dict[str, np.ndarray]:
    kind = blank(rng, pick(rng, SEARCHED, size), 0.015)
    done = (kind == "strip") | (kind == "intimate parts exposed")
    with_adult = where_known(done & ~chance(rng, 0.06, size), chance(rng, 0.78, size))
    return {"strip_search": kind, "strip_search_with_adult": with_adult}


def _child_centred(
    rng: np.random.Generator, when: Span, day: np.ndarray, authorised: np.ndarray, so_far: np.ndarray
) -> dict[str, np.ndarray]:
    """Visits during detention and reviews in the days after, since the team began."""
    size = len(day)
    began = day >= since(when, CCP_MONTHS)
    visited = authorised + lasting(rng, size, 4, 0.6)
    reviewed = day + rng.integers(1, 6, size)
    return {
        "ccp_visited_at": where_known(began & chance(rng, 0.45, size) & (visited <= so_far), visited),
        "ccp_reviewed_on": where_known(began & chance(rng, 0.74, size) & (reviewed <= when.end), reviewed),
    }


def voluntary_interviews(rng: np.random.Generator, people: Pool, when: Span) -> pd.DataFrame:
    child, day = happen(rng, people, when, spread_over(VOLUNTARY_A_YEAR, rhythm(when, LEVEL, VOLUNTARY_TREND)), INTERVIEWED)
    return frame(
        "voluntary_interviews",
        interview_id=numbered("V", len(child)),
        child_id=people.ids[child],
        interviewed_on=day,
        hub_id=hub_ids(scene(rng, people.hub[child])),
        offence_group=offence_groups(rng, len(child)),
    )
