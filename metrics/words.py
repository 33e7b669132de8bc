"""Figures as people read them: numbers with their unit, periods, ranges and names."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from metrics.metric import Metric, Number, Proportion, Rate
from queries.clock import LONDON, add_months
from queries.periods import Period, label

NOT_AVAILABLE = "not available"


def shown(metric: Metric, value: float, *, with_unit: bool = False, places: int = 1) -> str:
    """A value of the metric, rounded for reading: 1,234 or 26.1% or 6.4 hours."""
    if pd.isna(value):
        return NOT_AVAILABLE
    if metric.is_share:
        return f"{value:.{places}%}"
    text = f"{value:,.0f}" if isinstance(metric.formula, Number) else f"{value:,.{places}f}"
    unit = singular(short_unit(metric)) if text == "1" else short_unit(metric)
    return f"{text} {unit}" if with_unit else text


def singular(unit: str) -> str:
    """One of them: searches, search; children, child; strip searches, strip search."""
    for several, one in (("children", "child"), ("searches", "search")):
        if unit.endswith(several):
            return unit.removesuffix(several) + one
    return unit.removesuffix("s")


def short_unit(metric: Metric) -> str:
    """The unit in short: searches, hours, % or "for every 1,000"."""
    if isinstance(metric.formula, Rate):
        return f"for every {metric.formula.per:,}"
    return "%" if metric.is_share else metric.unit.partition(" (")[0]


def interval(metric: Metric, row: "pd.Series[float]", *, places: int = 1) -> str:
    """The 95% interval in brackets-free words; empty where there is none."""
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return ""
    return f"{shown(metric, row['lower'], places=places)} to {shown(metric, row['upper'], places=places)}"


def fraction(metric: Metric, row: "pd.Series[float]") -> str:
    """What the value was worked out from: 314 of 2,420; 72 among 43,059 children for a year."""
    if pd.isna(row["value"]):
        return ""
    match metric.formula:
        case Proportion():
            return f"{row['numerator']:,.0f} of {row['denominator']:,.0f}"
        case Rate():
            return f"{row['numerator']:,.0f} among {row['denominator']:,.0f} children for a year"
        case Number():
            return ""
        case _ if pd.isna(row["numerator"]):
            return f"{row['denominator']:,.0f} measured"
        case _:
            return f"{row['numerator']:,.0f} for {row['denominator']:,.0f}"


def period(given: Period) -> str:
    """April 2019 to March 2022, July to September 2022, or with days where months are not whole."""
    last = given.closes - timedelta(days=1)
    whole = given.opens.day == 1 and given.closes.day == 1
    if not whole:
        return f"{day(given.opens)} to {day(last)}"
    first_month, last_month = f"{given.opens:%B %Y}", f"{last:%B %Y}"
    if first_month == last_month:
        return last_month
    return f"{f'{given.opens:%B}' if given.opens.year == last.year else first_month} to {last_month}"


def year(given: Period) -> str:
    """2024 for a calendar year, 2024/25 for a financial one."""
    name = "calendar_year" if given.opens.month == 1 else "year"
    return label(name, getattr(given, name))


def day(given: date) -> str:
    return f"{given.day} {given:%B %Y}"


def number(count: int) -> str:
    """In words up to ten: one, two, 11."""
    named = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return named[count] if count < len(named) else f"{count:,}"


def times(number: int) -> str:
    """once, twice, 3 times"""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def moment(instant: datetime) -> str:
    """An instant (naive UTC) as a London clock shows it: 20 October 2026, 10:00."""
    local = instant.replace(tzinfo=UTC).astimezone(LONDON)
    return f"{day(local)}, {local:%H:%M}"


def listed(items: Sequence[str]) -> str:
    """a, b and c"""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


_DIMENSIONS = {
    "hub": "Local Focus Hub",
    "area": "Area",
    "authority": "Authority",
    "force": "Force",
    "month": "Month",
    "quarter": "Quarter",
    "year": "Financial year",
    "calendar_year": "Calendar year",
    "age": "Age",
    "age_band": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnic group",
    "officer_ethnicity": "Ethnic group as an officer saw it",
    "in_care": "In care on the day",
    "kind": "Kind",
    "category": "Category",
    "at_home": "Place of the crime",
    "offence_group": "Offence group",
    "outcome_group": "Outcome group",
    "outcome_code": "Outcome code",
    "legislation": "Legislation",
    "object_of_search": "Object of search",
    "outcome": "Outcome of the search",
    "suite": "Custody suite",
    "result": "Result of the detention",
    "risk": "Risk when reported",
}
SIGNALS = {
    "outside limits": "Outside what is usual",
    "trend": "Part of seven or more rising or falling in a row",
    "two of three": "Near a limit, two of three in a row",
    "shift": "Part of seven or more on one side of the usual level",
}
_CELLS = {
    "sex": {"F": "Girls", "M": "Boys", "X": "Another sex"},
    "in_care": {"yes": "In care", "no": "Not in care"},
    "at_home": {"yes": "At a children's home", "no": "Elsewhere"},
    "outcome_group": {
        "formal out of court": "Caution or penalty notice",
        "diversion": "Diversion to support",
        "public interest": "No further action: not in the public interest",
        "evidential": "No further action: not enough evidence",
        "prevented": "No further action: prosecution prevented",
        "other body": "Passed to another body",
    },
    "category": {"ASB": "Antisocial behaviour"},
    "kind": {"PSHE": "Personal, social and health education"},
}


def dimension(name: str) -> str:
    """What a split is called on screen."""
    return _DIMENSIONS[name]


def cell(name: str, label: str, hub_names: Mapping[str, str]) -> str:
    """What one cell of a split is called on screen."""
    if label == "unknown":
        return "Not recorded"
    if name == "hub":
        return hub_names.get(label, label)
    if name in ("month", "quarter"):
        first = date.fromisoformat(label)
        return f"{first:%B %Y}" if name == "month" else period(Period(first, add_months(first, 3)))
    named = _CELLS.get(name, {}).get(label, label)
    return named[0].upper() + named[1:]
