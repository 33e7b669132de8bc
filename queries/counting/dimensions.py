"""How what is counted can be divided: by place and time, by who the child is, and by what a kind of event has of its own."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Integer, case, cast, extract, func, literal_column, select

from queries.facts.child import UNKNOWN
from queries.tables import hubs

# The dimensions that many kinds of events share, with their titles on screen; the others stand with their `Events`.
PLACES = MappingProxyType({"hub": "Local Focus Hub", "area": "Area", "authority": "Authority", "force": "Force"})
TIMES = MappingProxyType(
    {"month": "Month", "quarter": "Quarter", "year": "Financial year", "calendar_year": "Calendar year"},
)
OPENS = "opens"  # the period itself, by its first day: of a question about several that are no months or years
DAY = "day"  # the very day of an event
OF_A_CHILD = MappingProxyType(
    {
        "age": "Age",
        "age_band": "Age",
        "sex": "Sex",
        "ethnicity": "Ethnic group",
        "officer_ethnicity": "Ethnic group as an officer saw it",
        "in_care": "In care on the day",
    }
)
KIND, OFFENCE_GROUP = "Kind", "Offence group"

TITLES = {**PLACES, **TIMES, **OF_A_CHILD}  # on screen; every `Events` adds those of its own dimensions


@dataclass(frozen=True, eq=False)
class Dimension:
    """A split of one kind of event beyond time, place and the child's own: its title on screen, and the column."""

    title: str
    column: ColumnElement[Any]


def age_band(age: ColumnElement[Any]) -> ColumnElement[str]:
    return case(
        (age < 10, "under 10"),
        (age < 14, "10-13"),
        (age < 16, "14-15"),
        (age < 18, "16-17"),
        (age >= 18, "18 and over"),
        else_=UNKNOWN,
    )


def time(name: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The month, quarter, financial year or calendar year of a day."""
    if name in ("month", "quarter"):
        # Spelt out, not bound: some engines take two bound values for two different expressions when grouping.
        return cast(func.date_trunc(literal_column(f"'{name}'"), day), Date)
    year = extract("year", day)
    if name == "calendar_year":
        return cast(year, Integer)
    return cast(year - case((extract("month", day) < 4, 1), else_=0), Integer)


def place(name: str, rows: FromClause, hub_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """The hub of an event, or the area, authority or force that it belongs to; "unknown" where that is not recorded."""
    if name == "hub":
        return func.coalesce(hub_id, UNKNOWN)
    of_hub = select(hubs.c[name]).where(hubs.c.hub_id == hub_id).scalar_subquery()
    recorded = (rows.c.force,) if name == "force" and "force" in rows.c and hub_id is rows.c.hub_id else ()
    return func.coalesce(of_hub, *recorded, UNKNOWN)
