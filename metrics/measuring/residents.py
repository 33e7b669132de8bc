"""The denominator of every rate: the child-years of a cell, one for each child who lives there for a year."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.counting.dimensions import OPENS, PLACES, TIMES
from queries.periods import Period, label, share_of_years

_OF_RESIDENTS = ("age", "age_band", "sex")

Cell = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PersonYears:
    """Residents x years in each cell of what is known of residents in a split; nan in a place with a hub without a whole year."""

    by: tuple[str, ...]
    years: Mapping[Cell, float]

    def of(self, cells: Sequence[Cell], by: Sequence[str]) -> npt.NDArray[np.float64]:
        """Those of each cell of the whole split; nan where there are no residents."""
        columns = [by.index(name) for name in self.by]
        return np.array([self.years.get(tuple(cell[column] for column in columns), np.nan) for cell in cells], dtype=float)


def person_years(estimates: pd.DataFrame, places: pd.DataFrame, periods: Sequence[Period], by: Sequence[str]) -> PersonYears:
    """Residents x years in each cell.

    ``estimates`` are those of `population.residents`, split as `of_residents` says, ``places`` the hubs in scope. Each calendar
    year counts for its share inside the period, with the hub's estimate for that year or the nearest one, the earlier of two:
    estimates are of whole years alone. A place with a hub that has none is blank.
    """
    names = tuple(name for name in by if name in (*PLACES, *TIMES, OPENS, *_OF_RESIDENTS))
    if estimates.empty:
        return PersonYears(names, {})
    split, of_hub = of_residents(by), _by_hub_and_year(estimates, of_residents(by))
    times = [{name: label(name, getattr(period, name)) for name in names if name in (*TIMES, OPENS)} for period in periods]
    parts: dict[Cell, list[float]] = defaultdict(list)
    incomplete = set()
    for place in places.to_dict("records"):
        of_year = of_hub.get(place["hub"])
        if of_year is None:
            incomplete.add(tuple(place[name] for name in names if name in PLACES))
            continue
        for time, period in zip(times, periods, strict=True):
            for year, share in share_of_years(period).items():
                for values, people in of_year[nearest(year, of_year)]:
                    known = {**place, **time, **dict(zip(split, values, strict=True))}  # type: ignore[misc]
                    parts[tuple(known[name] for name in names)].append(people * share)
    of_place = [position for position, name in enumerate(names) if name in PLACES]
    years = {
        cell: np.nan if tuple(cell[position] for position in of_place) in incomplete else fsum(lived)
        for cell, lived in parts.items()
    }
    return PersonYears(names, years)


def years_lived(
    estimates: pd.DataFrame, places: pd.DataFrame, periods: Sequence[Period], hubs: Sequence[str]
) -> npt.NDArray[np.float64]:
    """The `person_years` of each period as an array: over the scope in the first row, then in each of these of its hubs."""
    opens = [str(period.opens) for period in periods]
    whole, of_hub = (person_years(estimates, places, periods, by) for by in ((OPENS,), ("hub", OPENS)))
    rows = [whole.of([(day,) for day in opens], (OPENS,))]
    return np.array([*rows, *(of_hub.of([(hub, day) for day in opens], ("hub", OPENS)) for hub in hubs)])


def of_residents(by: Sequence[str]) -> list[str]:
    """What of a split is known of residents themselves."""
    return [name for name in by if name in _OF_RESIDENTS]


def hubs_without_estimate(estimates: pd.DataFrame, places: pd.DataFrame) -> dict[str, str]:
    """The hubs in scope of which no whole year of residents is loaded: the name of each by its id."""
    without = places[~places["hub"].isin(estimates["hub"])]
    return dict(zip(without["hub"], without["name"], strict=True))


def years_touched(periods: Sequence[Period]) -> list[int]:
    """The calendar years of which the periods have a part."""
    return sorted({year for period in periods for year in share_of_years(period)})


def estimates_used(estimates: pd.DataFrame, years: Sequence[int]) -> dict[int, list[int]]:
    """For each of these calendar years the years of the estimates that stand for it; empty where there are none."""
    of_hubs = _by_hub_and_year(estimates, ()).values()
    return {year: sorted({nearest(year, of_year) for of_year in of_hubs}) for year in years} if of_hubs else {}


def _by_hub_and_year(estimates: pd.DataFrame, split: Sequence[str]) -> dict[str, dict[int, list[tuple[Cell, float]]]]:
    """The residents of each hub and year of an estimate, by what they are split by."""
    found: dict[str, dict[int, list[tuple[Cell, float]]]] = defaultdict(lambda: defaultdict(list))
    columns = (estimates[name].tolist() for name in ("hub", "estimate", "residents", *split))
    for hub, year, people, *values in zip(*columns, strict=True):
        found[hub][year].append((tuple(values), people))
    return found


def nearest(year: int, available: Collection[int]) -> int:
    """The year that stands for another: the nearest of those available, the earlier of two."""
    return min(available, key=lambda estimate: nearness(year, estimate))


def nearness(year: int, estimate: int) -> tuple[int, int]:
    """By what estimates are put in the order in which they would stand for a year."""
    return abs(estimate - year), estimate
