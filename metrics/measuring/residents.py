"""The denominator of every rate: the child-years of a cell, one for each child who lives there for a year."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from queries.counting.dimensions import OPENS, PLACES, TIMES
from queries.periods import Period, divide, label, share_of_years

_OF_RESIDENTS = ("age", "age_band", "sex")


def person_years(estimates: pd.DataFrame, places: pd.DataFrame, periods: Sequence[Period], by: Sequence[str]) -> pd.DataFrame:
    """Residents x years in each cell: the columns of ``by`` that residents have, then ``person_years``.

    ``estimates`` are those of `population.residents`, split as `of_residents` says, ``places`` the hubs in scope. Each calendar
    year counts for its share inside the period, with the hub's estimate for that year or the nearest one, the earlier of two. A
    place with a hub that has no estimate is blank.
    """
    columns = [name for name in by if name in (*PLACES, *TIMES, OPENS, *_OF_RESIDENTS)]
    if estimates.empty:
        return pd.DataFrame(columns=[*columns, "person_years"])
    shares = _shares(estimates, periods, [name for name in columns if name in (*TIMES, OPENS)])
    lived = places.merge(shares, on="hub").merge(estimates, on=["hub", "estimate"])
    lived["person_years"] = lived["residents"] * lived["share"]
    cells = (
        lived.groupby(columns, as_index=False)["person_years"].sum() if columns else lived[["person_years"]].sum().to_frame().T
    )
    without = places[~places["hub"].isin(estimates["hub"])]
    of_places = [name for name in columns if name in PLACES]
    incomplete = set(without[of_places].itertuples(index=False, name=None))
    blank = [cell in incomplete for cell in cells[of_places].itertuples(index=False, name=None)]
    return cells.assign(person_years=cells["person_years"].mask(np.array(blank, dtype=bool)))


def of_residents(by: Sequence[str]) -> list[str]:
    """What of a split is known of residents themselves."""
    return [name for name in by if name in _OF_RESIDENTS]


def years_lived(
    estimates: pd.DataFrame, places: pd.DataFrame, periods: Sequence[Period], hubs: Sequence[str]
) -> npt.NDArray[np.float64]:
    """The `person_years` of each period as an array: over the scope in the first row, then in each of these of its hubs."""
    of_hub = {hub: dict(zip(own["estimate"], own["residents"], strict=True)) for hub, own in estimates.groupby("hub")}
    lived = {hub: np.full(len(periods), np.nan) for hub in places["hub"]}
    shares = [share_of_years(period).items() for period in periods]
    for hub in lived.keys() & of_hub.keys():
        people = of_hub[hub]
        lived[hub] = np.array([sum(people[_nearest(year, sorted(people))] * share for year, share in part) for part in shares])
    whole = np.sum(list(lived.values()), axis=0) if of_hub else np.full(len(periods), np.nan)
    return np.array([whole, *(lived[hub] for hub in hubs)])


def of_cells(grid: pd.DataFrame, people: pd.DataFrame) -> "pd.Series[float]":
    """The person-years of each cell of a grid; blank where there are no residents."""
    shared = [name for name in people.columns if name in grid.columns]
    if people.empty:
        return pd.Series(float("nan"), grid.index)
    if not shared:
        return pd.Series(people["person_years"].iloc[0], grid.index, dtype=float)
    return grid[shared].merge(people, how="left", on=shared)["person_years"].set_axis(grid.index)


def places_without_estimate(estimates: pd.DataFrame, places: pd.DataFrame) -> list[str]:
    """The names of the hubs in scope for which no residents are loaded, where they are for others."""
    return [] if estimates.empty else list(places.loc[~places["hub"].isin(estimates["hub"]), "name"])


def estimates_used(estimates: pd.DataFrame, periods: Sequence[Period]) -> dict[int, list[int]]:
    """For each calendar year that the periods touch, the years of the estimates that stand for it."""
    years_apart = [part for period in periods for part in divide(period.opens, period.closes, ("calendar_year",))]
    shares = _shares(estimates, years_apart, ["calendar_year"])
    years = {int(year): shares.loc[shares["calendar_year"] == str(year), "estimate"] for year in shares["calendar_year"]}
    return {year: sorted(set(estimates)) for year, estimates in years.items()}


def _shares(estimates: pd.DataFrame, periods: Sequence[Period], times: Sequence[str]) -> pd.DataFrame:
    """For each hub and period, the estimates that stand for it and the share of a year that each does."""
    available = {hub: sorted(set(group["estimate"])) for hub, group in estimates.groupby("hub")}
    parts = [
        (year, share, tuple(label(name, getattr(period, name)) for name in times))
        for period in periods
        for year, share in share_of_years(period).items()
    ]
    rows = [(hub, _nearest(year, years), share, *cell) for hub, years in available.items() for year, share, cell in parts]
    return pd.DataFrame(rows, columns=["hub", "estimate", "share", *times])


def _nearest(year: int, available: Sequence[int]) -> int:
    return min(available, key=lambda estimate: (abs(estimate - year), estimate))
