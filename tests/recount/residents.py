"""Residents, and the years they lived in a period: the denominators of every rate."""

from fractions import Fraction

from .data import Data
from .days import Window, add_months, first_of_month, months_of

Kind = tuple[str | None, str | None]  # sex, ethnic group; None = all


def person_years(data: Data, hubs: list[str], window: Window, ages: range, kind: Kind) -> float | None:
    """Residents of each calendar year x the share of that year in the window: months are twelfths, days shares of a month.

    A year without an estimate takes the nearest, the earlier on a tie. None where a hub has no estimate at all.
    """
    total = Fraction(0)
    for hub in hubs:
        estimates = yearly_estimates(data, hub, ages, kind)
        if not estimates:
            return None
        for month in months_of(window):
            days_in_month = (add_months(first_of_month(month.start), 1) - first_of_month(month.start)).days
            share_of_year = Fraction((month.end - month.start).days, 12 * days_in_month)
            total += nearest(estimates, month.start.year) * share_of_year
    return float(total) if hubs else None


def nearest(estimates: dict[int, int], year: int) -> int:
    return estimates[min(estimates, key=lambda estimated: (abs(estimated - year), estimated))]


def yearly_estimates(data: Data, hub: str, ages: range, kind: Kind) -> dict[int, int]:
    """Residents of a hub of these ages and this kind, by the years that have an estimate of them."""

    def work() -> dict[int, int]:
        totals: dict[int, int] = {}
        for (year, age), groups in by_year_and_age(data).get(hub, {}).items():
            residents = of_kind(groups, kind)
            if age in ages and residents is not None:
                totals[year] = totals.get(year, 0) + residents
        return totals

    return data.once(("residents", hub, ages, kind), work)


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

    A row that is blank in what was not asked for says it at once; otherwise the parts are added, never both.
    """
    sex, ethnicity = kind
    if kind in groups:
        return groups[kind]
    parts = {part: residents for part, residents in groups.items() if matches(part, kind)}
    without_ethnicity = [residents for part, residents in parts.items() if part[1] is None]
    without_sex = [residents for part, residents in parts.items() if part[0] is None]
    if ethnicity is None and without_ethnicity:
        return sum(without_ethnicity)
    if sex is None and without_sex:
        return sum(without_sex)
    finest = [residents for part, residents in parts.items() if part[0] is not None and part[1] is not None]
    return sum(finest) if finest else None


def matches(part: Kind, kind: Kind) -> bool:
    return kind[0] in (None, part[0]) and kind[1] in (None, part[1])
