"""How what is counted can be divided: by place and time, by who the child is, and by what a kind of event has of its own."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    case,
    cast,
    exists,
    extract,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
)

from queries.tables import care_spells, hubs

# The dimensions that many kinds of events share, with their titles on screen; the others stand with their `Events`.
PLACES = MappingProxyType({"hub": "Local Focus Hub", "area": "Area", "authority": "Authority", "force": "Force"})
TIMES = MappingProxyType(
    {"month": "Month", "quarter": "Quarter", "year": "Financial year", "calendar_year": "Calendar year"},
)
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
UNKNOWN = "unknown"

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


def ethnicity(self_defined: ColumnElement[Any], officer_defined: ColumnElement[Any]) -> ColumnElement[str | None]:
    """The broad group: self-defined, and officer-defined only where that is blank or not stated; None where neither is known."""
    not_stated = or_(self_defined.is_(None), self_defined == "NS", self_defined.like("%Not stated"))
    initial = case(
        (self_defined.like("W%"), "White"),
        (self_defined.like("M%"), "Mixed"),
        (self_defined.like("A%"), "Asian"),
        (self_defined.like("B%"), "Black"),
        (self_defined.like("O%"), "Other"),
    )
    return case((not_stated, officer_group(officer_defined)), else_=initial)


def officer_group(officer_defined: ColumnElement[Any]) -> ColumnElement[str | None]:
    """The broad group that an officer saw; None where it was not recorded."""
    return case(
        (officer_defined.in_(("IC1", "IC2", "White")), "White"),
        (officer_defined.in_(("IC3", "Black")), "Black"),
        (officer_defined.in_(("IC4", "IC5", "Asian")), "Asian"),
        (officer_defined.in_(("IC6", "Other")), "Other"),
    )


CARE_IS_LOADED = select(exists(select(null()).select_from(care_spells))).scalar_subquery()


def care_status(child_id: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[str]:
    """Whether the child was in care on the day: yes, no or care leaver; unknown without a child or any loaded care spell."""

    def in_spell(status: str) -> ColumnElement[bool]:
        return exists().where(
            care_spells.c.child_id == child_id,
            care_spells.c.status == status,
            care_spells.c.started_on <= day,
            or_(care_spells.c.ended_on.is_(None), care_spells.c.ended_on > day),
        )

    return case(
        (or_(child_id.is_(None), not_(CARE_IS_LOADED)), UNKNOWN),
        (in_spell("in care"), "yes"),
        (in_spell("care leaver"), "care leaver"),
        else_="no",
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
