"""Where children live: the six hubs, their residents, and the children's homes."""

from pathlib import Path

import numpy as np
import pandas as pd

from demo.days import Span, since
from demo.frames import frame, numbered

FORCE = "Cumbria (invented demo)"  # the marker by which a demo database is known
DATA = Path(__file__).parent / "data"

NAMES = ("Allerdale", "Barrow", "Carlisle", "Copeland", "Eden", "South Lakeland")
HUBS = tuple(name.lower().replace(" ", "-") for name in NAMES)
ALLERDALE, BARROW, CARLISLE, COPELAND, EDEN, SOUTH_LAKELAND = range(6)
AREAS = ("West", "South", "North", "West", "North", "South")
CUMBERLAND, WESTMORLAND = "Cumberland", "Westmorland and Furness"
AUTHORITIES = (CUMBERLAND, WESTMORLAND, CUMBERLAND, CUMBERLAND, WESTMORLAND, WESTMORLAND)
RESIDENTS = np.array([8473, 5839, 9619, 5821, 4399, 8908])  # aged 10-17, ONS mid-2020
BUSY = np.array([1.0, 1.5, 1.4, 1.1, 0.55, 0.6])  # events a resident against the force's, invented
HOMES = (ALLERDALE, ALLERDALE, BARROW, BARROW, BARROW, CARLISLE, CARLISLE, CARLISLE, COPELAND, EDEN, SOUTH_LAKELAND)
NEW_HOME, NEW_HOME_MONTHS = len(HOMES), 9  # a home opened in South Lakeland nine months before the end

ELSEWHERE = 0.05  # share of events outside the child's own hub
NO_HUB = 0.005  # share of events whose hub was not recorded


def hubs() -> pd.DataFrame:
    return frame("hubs", hub_id=list(HUBS), name=list(NAMES), area=list(AREAS), authority=list(AUTHORITIES), force=[FORCE] * 6)


def population() -> pd.DataFrame:
    """Children by single year of age, and all residents by broad ethnic group: one year each, no other is invented."""
    ages = pd.read_csv(DATA / "mid-2020-cumbria-districts-by-age.csv").assign(year=2020, vintage="ONS mid-2020")
    groups = pd.read_csv(DATA / "census-2021-cumbria-districts-by-ethnic-group-all-ages.csv")
    groups["ethnic_group"] = groups["ethnic_group"].str.extract(r"^(Asian|Black|Mixed|White|Other)", expand=False)
    broad = groups.groupby(["district", "ethnic_group"])["residents"].sum().reset_index()
    both = pd.concat([ages, broad.assign(year=2021, vintage="Census 2021, all ages")])
    both["hub_id"] = both["district"].map(dict(zip(NAMES, HUBS, strict=True)))
    columns = ("hub_id", "year", "age", "ethnic_group", "residents", "vintage")
    return frame("population", **{column: both[column] for column in columns})


def home_hubs() -> np.ndarray:
    return np.array([*HOMES, SOUTH_LAKELAND])


def home_ids() -> np.ndarray:
    return numbered("H", len(home_hubs()))


def care_homes() -> pd.DataFrame:
    """Homes carry a number, never the name of a real one."""
    where = home_hubs()
    names = [f"{NAMES[hub]} home {1 + int((where[:at] == hub).sum())}" for at, hub in enumerate(where)]
    return frame("care_homes", home_id=home_ids(), name=names, hub_id=hub_ids(where))


def opened(when: Span) -> np.datetime64:
    """The day on which the new home opened."""
    return since(when, NEW_HOME_MONTHS)


def hub_ids(hubs: np.ndarray) -> np.ndarray:
    """Numbers of hubs as ids; -1 is not recorded."""
    return np.array([*HUBS, None], dtype=object).take(hubs)


def scene(rng: np.random.Generator, home: np.ndarray) -> np.ndarray:
    """The hub where it happened, mostly the child's own; -1 where nobody wrote it down."""
    away = rng.choice(6, len(home), p=RESIDENTS * BUSY / (RESIDENTS * BUSY).sum())
    draw = rng.random(len(home))
    return np.where(draw < NO_HUB, -1, np.where(draw < NO_HUB + ELSEWHERE, away, home))
