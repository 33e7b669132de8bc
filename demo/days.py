"""When things happen: the years that the demo covers, its seasons, and the clock on the wall in London."""

from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd

YEARS = 8  # of events
DISPOSAL_YEARS = 16  # of cautions and convictions, so that a first entry is known to be the first
EARLIEST = date(2024, 2, 1)  # eight years before it, outcome 21 began and the outcome codes were as they are
DAY = np.timedelta64(1, "D")
MINUTE = np.timedelta64(60, "s")
HOUR = np.timedelta64(3600, "s")
YEAR = 365.25  # days

# Share of an ordinary month's events left in the months of lockdown (national picture: Home Office, ONS 2020-21).
LOCKDOWN = {"2020-03": 0.8, "2020-04": 0.45, "2020-05": 0.55, "2020-06": 0.75, "2020-07": 0.9, "2021-01": 0.7, "2021-02": 0.75}
LEVEL = (1.0,) * 12
TERM = (1.05, 0.95, 1.1, 0.95, 1.1, 1.1, 1.0, 0.75, 1.05, 1.05, 1.1, 0.8)  # school days: fights, shops, phones
SUMMER = (0.75, 0.75, 0.9, 1.0, 1.1, 1.15, 1.3, 1.4, 1.05, 1.1, 0.85, 0.65)  # light evenings, and the weeks to Bonfire Night
LATE_SUMMER = (0.9, 0.9, 0.95, 1.0, 1.1, 1.1, 1.2, 1.2, 1.0, 1.0, 0.9, 0.75)


@dataclass(frozen=True)
class Span:
    """The first day of disposals, the first day of all other events, and the last day of everything."""

    history: np.datetime64
    start: np.datetime64
    end: np.datetime64

    @property
    def months(self) -> np.ndarray:
        return np.arange(self.start.astype("M8[M]"), self.end.astype("M8[M]") + 1)

    @property
    def close(self) -> np.datetime64:
        """The instant at which the last day ends: whatever comes later is not known yet."""
        midnight: np.datetime64 = instants(np.array([self.end + DAY]), np.array([0]))[0]
        return midnight


def span(today: date) -> Span:
    """Whole months: the last day is that of the month before today's."""
    if today < EARLIEST:
        raise ValueError(
            f"The demo cannot be set on {today}: its years of outcomes need a day from {EARLIEST} on; give a later --today."
        )
    after = np.datetime64(today, "M")
    history, start = after - 12 * DISPOSAL_YEARS, after - 12 * YEARS
    return Span(history.astype("M8[D]"), start.astype("M8[D]"), after.astype("M8[D]") - DAY)


def since(when: Span, months: int) -> np.datetime64:
    """The first day of the last so many months."""
    first: np.datetime64 = (when.end.astype("M8[M]") + 1 - months).astype("M8[D]")
    return first


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of a table's own, so that a change in one table does not reshuffle the others."""
    return np.random.default_rng([seed, crc32(name.encode())])


def rhythm(when: Span, season: tuple[float, ...], trend: tuple[float, float] = (1.0, 1.0)) -> np.ndarray:
    """How busy each month is (1 = an ordinary one): season, lockdown, and a trend that levels off three years before the end."""
    months = when.months
    calendar = np.array(season)[months.astype(int) % 12]
    lockdown = np.array([LOCKDOWN.get(str(month), 1.0) for month in months])
    levelled = len(months) - 36
    return np.asarray(calendar * lockdown) * np.interp(np.arange(len(months)), [0, levelled], trend)


def days_within(rng: np.random.Generator, months: np.ndarray) -> np.ndarray:
    """A day in each of the months."""
    first = months.astype("M8[D]")
    length = ((months + 1).astype("M8[D]") - first).astype(int)
    return np.asarray(first + (rng.random(len(months)) * length).astype(int))


def instants(days: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """London clock times as UTC: an hour that never was moves on, an ambiguous one is the first of the two."""
    clock = pd.DatetimeIndex(days.astype("M8[s]") + np.asarray(seconds).astype("m8[s]"))
    local = clock.tz_localize("Europe/London", ambiguous=np.ones(len(clock), bool), nonexistent="shift_forward")
    return local.tz_convert("UTC").tz_localize(None).to_numpy().astype("M8[s]")


def london_days(moments: np.ndarray) -> np.ndarray:
    """The London day of each UTC instant."""
    return pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert("Europe/London").tz_localize(None).to_numpy().astype("M8[D]")


def clock(rng: np.random.Generator, size: int, hours: tuple[float, ...]) -> np.ndarray:
    """Seconds after midnight, by how busy each of the 24 hours is."""
    weights = np.array(hours) / sum(hours)
    return rng.choice(24, size, p=weights) * 3600 + rng.integers(0, 3600, size)


def lasting(rng: np.random.Generator, size: int, median: float, spread: float, unit: np.timedelta64 = HOUR) -> np.ndarray:
    """Durations around a median with a long tail (lognormal), as whole seconds."""
    return (np.exp(rng.normal(np.log(median), spread, size)) * (unit / np.timedelta64(1, "s"))).astype("m8[s]")


def known_by(moments: np.ndarray, limit: np.datetime64) -> np.ndarray:
    """The same, blank where it comes after the limit."""
    return np.where(moments <= limit, moments, np.datetime64("NaT"))
