"""Figures as people read them: numbers with their unit, periods, ranges and names."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from metrics.metric import Metric, Number, Proportion, Rate, TopTenth
from queries.clock import LONDON, add_months
from queries.counting.dimensions import TITLES
from queries.periods import Period, label, share_of_years

NOT_AVAILABLE = "not available"
_NAMES = ("Philomena",)  # with which a measure begins
_YEAR = 12  # months
_MONTHS = {"month": 1, "quarter": 3}
LONGEST_OF_LINK = 60  # letters
# Control characters, those that turn the order of letters, and what is none: nobody sees them, and something else is read; a
# picture with one of them is not drawn at all.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


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


def counted(number: int, name: str) -> str:
    """So many of what a count is called: 18 children in the cohorts, 1 child in the cohorts."""
    several, _, rest = uncapitalised(name).partition(" ")
    one = f"{singular(several)} {rest}".replace(" who were ", " who was ")
    return f"{number:,} {one if number == 1 else uncapitalised(name)}"


def short_unit(metric: Metric) -> str:
    """The unit in short: searches, hours, % or "for every 1,000"."""
    if isinstance(metric.formula, Rate):
        return f"for every {metric.formula.per:,}"
    return "%" if metric.is_share else metric.unit.partition(" (")[0]


def interval(metric: Metric, row: "pd.Series[float]", *, places: int = 1) -> str:
    """The 95% interval: 1.3 to 2.1, 11.7 to 14.4%; empty where there is none."""
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return ""
    return between(*(shown(metric, row[limit], places=places) for limit in ("lower", "upper")))


def between(low: str, high: str) -> str:
    """A range of two values as they are shown, with one unit sign: 1.3 to 2.1, 21 to 63%."""
    return f"{low.removesuffix('%') if high.endswith('%') else low} to {high}"


def fraction(metric: Metric, row: "pd.Series[float]", months: float = _YEAR) -> str:
    """What the value was worked out from: 314 of 2,420; 72 among 43,059 residents aged 10-17.

    A rate is worked out from child-years: ``months`` is how long its period is, so that the residents themselves are named.
    """
    if pd.isna(row["value"]):
        return ""
    match metric.formula:
        case Proportion() | TopTenth():
            return f"{row['numerator']:,.0f} of {row['denominator']:,.0f}"
        case Rate(_, _, (youngest, oldest)):
            residents = row["denominator"] * _YEAR / months
            return f"{row['numerator']:,.0f} among {residents:,.0f} residents aged {youngest}-{oldest}"
        case Number():
            return ""
        case _ if pd.isna(row["numerator"]):
            return f"{row['denominator']:,.0f} measured"
        case _:
            return f"{row['numerator']:,.0f} for {row['denominator']:,.0f}"


def months_of(span: Period | None) -> float:
    """How many months a period has, part of a month by its days, as residents are counted; a year where there is no period."""
    return _YEAR * sum(share_of_years(span).values()) if span else _YEAR


def is_less_than_a_year(months: float) -> bool:
    """Whether so many months, of days or shares of years, are less than twelve, but for rounding."""
    return months < _YEAR - 0.01


def months_of_each(frame: pd.DataFrame) -> float:
    """How many months each row of a frame is of: by the month or quarter that it is split by, else a year."""
    return next((months for time, months in _MONTHS.items() if time in frame), _YEAR)


def period(span: Period) -> str:
    """April 2019 to March 2022, July to September 2022, or with days where months are not whole."""
    last = span.closes - timedelta(days=1)
    whole = span.opens.day == 1 and span.closes.day == 1
    if not whole:
        return f"{day(span.opens)} to {day(last)}"
    first_month, last_month = f"{span.opens:%B %Y}", f"{last:%B %Y}"
    if first_month == last_month:
        return last_month
    return f"{f'{span.opens:%B}' if span.opens.year == last.year else first_month} to {last_month}"


def year(span: Period) -> str:
    """2024 for a calendar year, 2024/25 for a financial one."""
    name = "calendar_year" if span.opens.month == 1 else "year"
    return label(name, getattr(span, name))


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def duration(months: int) -> str:
    """8 years, a year, 11 months, a month."""
    count, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return f"a {unit}" if count == 1 else f"{count} {unit}s"


def number(count: int) -> str:
    """In words up to ten: one, two, 11."""
    named = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return named[count] if count < len(named) else f"{count:,}"


def times(number: int) -> str:
    """once, twice, 3 times"""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def moment(instant: datetime) -> str:
    """An instant (naive UTC) as a London clock shows it: 20 October 2026, 10:00."""
    local = london(instant)
    return f"{day(local)}, {local:%H:%M}"


def london(instant: datetime) -> datetime:
    """An instant (naive UTC) as a London clock shows it, to the second and without its zone: for a column that says so."""
    return instant.replace(microsecond=0, tzinfo=UTC).astimezone(LONDON).replace(tzinfo=None)


def twelve_months_to(closes: date) -> str:
    """What the twelve months up to a day (not included) are called: 12 months to October 2026."""
    return f"12 months to {closes - timedelta(days=1):%B %Y}"


def first_sentence(text: str) -> tuple[str, str]:
    """The first sentence of several, and the rest."""
    first, stop, rest = text.partition(". ")
    return (f"{first}.", rest) if stop else (text, "")


def listed(items: Sequence[str]) -> str:
    """a, b and c"""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


SIGNALS = {
    "outside limits": "Outside the normal range",
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


def visible(text: str) -> str:
    """The text with a mark in place of each character that would hide or turn what stands around it."""
    return _UNSEEN.sub("\ufffd", text)


def cut(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis where it has more letters than that."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quoted(text: str) -> str:
    """What a link says, in quotation marks: no more of it than is needed to know it again."""
    return f"“{cut(text, LONGEST_OF_LINK)}”"


def capitalised(text: str) -> str:
    """The text with its first letter made large; the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """The text with its first letter made small, to stand within a sentence; ASB and names such as Philomena as they are."""
    return text if text[1:2].isupper() or text.startswith(_NAMES) else text[:1].lower() + text[1:]


def dimension(name: str) -> str:
    """What a dimension is called on screen: the same of every kind of event that has it."""
    return TITLES[name]


def cell(name: str, label: str, hub_names: Mapping[str, str]) -> str:
    """What one cell of a split is called on screen."""
    if label == "unknown":
        return "Not recorded"
    if name == "hub":
        return hub_names.get(label, label)
    if name in ("month", "quarter"):
        first = date.fromisoformat(label)
        return f"{first:%B %Y}" if name == "month" else period(Period(first, add_months(first, 3)))
    if name == "age_band":
        return capitalised(label.replace("-", " to "))
    return capitalised(_CELLS.get(name, {}).get(label, label))
