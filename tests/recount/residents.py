"""Residents, and the years they lived in a period: the denominators of every rate."""

from fractions import Fraction

from .data import Data
from .days import Window, add_months, first_of_month, months_of

Kind = tuple[str | None, str | None]  # sex, ethnic group; None = all
SEXES = ("F", "M")  # that estimates are published for
GROUPS = ("Asian", "Black", "Mixed", "Other", "White")


def person_years(data: Data, hubs: list[str], window: Window, ages: range, kind: Kind, whole: range) -> float | None:
    """Residents of each calendar year x the share of that year in the window: months are twelfths, days shares of a month.

    A year without an estimate takes the nearest, the earlier on a tie. None where a hub has no estimate at all. ``whole`` are the
    ages of which a year must have all, the same as ``ages`` where these are not split.
    """
    total = Fraction(0)
    for hub in hubs:
        estimates = yearly_estimates(data, hub, ages, kind, whole)
        if not estimates:
            return None
        for month in months_of(window):
            days_in_month = (add_months(first_of_month(month.start), 1) - first_of_month(month.start)).days
            share_of_year = Fraction((month.end - month.start).days, 12 * days_in_month)
            total += nearest(estimates, month.start.year) * share_of_year
    return float(total) if hubs else None


def nearest(estimates: dict[int, int], year: int) -> int:
    return estimates[min(estimates, key=lambda estimated: (abs(estimated - year), estimated))]


def yearly_estimates(data: Data, hub: str, ages: range, kind: Kind, whole: range) -> dict[int, int]:
    """Residents of a hub of these ages and this kind, by the years that have an estimate of all of them.

    A year in which one of the ``whole`` ages is not known has none; nor has a year for girls in which boys are not known, or for
    one ethnic group where another is not.
    """

    def work() -> dict[int, int]:
        totals: dict[int, int] = {}
        found = by_year_and_age(data).get(hub, {})
        for year in {year for year, _ in found}:
            of_ages = [found.get((year, age), {}) for age in whole]
            needed = [(sex, group) for sex in every(kind[0], SEXES) for group in every(kind[1], GROUPS)]
            if all(of_kind(groups, one) is not None for groups in of_ages for one in needed):
                numbers = [of_kind(found[year, age], kind) for age in ages]
                if None not in numbers:
                    totals[year] = sum(number for number in numbers if number is not None)
        return totals

    return data.once(("residents", hub, ages, kind, whole), work)


def every(one: str | None, of: tuple[str, ...]) -> tuple[str | None, ...]:
    """What must be known where one sex or one ethnic group is asked for: all of them; where none is, none."""
    return (None,) if one is None else of


def by_year_and_age(data: Data) -> dict[str, dict[tuple[int, int], dict[Kind, int]]]:
    """hub -> (year, single year of age) -> (sex, ethnic group) -> residents. Rows of all ages serve disproportionality only."""

    def work() -> dict[str, dict[tuple[int, int], dict[Kind, int]]]:
        table: dict[str, dict[tuple[int, int], dict[Kind, int]]] = {}
        for row in data.rows("population"):
            if row.get("age") is not None:
                groups = table.setdefault(row["hub_id"], {}).setdefault((row["year"], row["age"]), {})
                groups[row.get("sex"), row.get("ethnic_group")] = row["residents"]
        return table

    return data.once("by_year_and_age", work)


def of_kind(groups: dict[Kind, int], kind: Kind) -> int | None:
    """Residents of one sex and ethnic group, where None = all.

    A row that is blank in what was not asked for says it at once; otherwise the parts are added, never both, and none is left
    out: girls without boys are no total.
    """
    sex, ethnicity = kind
    if kind in groups:
        return groups[kind]
    sexes = SEXES if sex is None else (sex,)
    ethnic_groups = GROUPS if ethnicity is None else (ethnicity,)
    parts = {part: residents for part, residents in groups.items() if matches(part, kind)}
    without_ethnicity = {part: residents for part, residents in parts.items() if part[1] is None}
    without_sex = {part: residents for part, residents in parts.items() if part[0] is None}
    finest = {part: residents for part, residents in parts.items() if part[0] is not None and part[1] is not None}
    if ethnicity is None and all((one, None) in without_ethnicity for one in sexes):
        return sum(without_ethnicity.values())
    if sex is None and all((None, one) in without_sex for one in ethnic_groups):
        return sum(without_sex.values())
    if all((one, group) in finest for one in sexes for group in ethnic_groups):
        return sum(finest.values())
    return None


def matches(part: Kind, kind: Kind) -> bool:
    return kind[0] in (None, part[0]) and kind[1] in (None, part[1])
