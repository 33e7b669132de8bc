"""Who a child was on the day of an event: age, home, ethnic group, in care or not; and what came before and after it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Integer, Select, and_, case, exists, func, not_, null, or_, select

from queries.clock import age_on
from queries.tables import care_spells, children

UNKNOWN = "unknown"
_CARE_IS_LOADED = select(exists(select(null()).select_from(care_spells))).scalar_subquery()
ADULT = 18


def with_child(
    rows: FromClause,
    columns: Sequence[ColumnElement[Any]],
    day: ColumnElement[Any],
    *,
    age: ColumnElement[Any] | None = None,
    home: ColumnElement[Any] = children.c.home_hub_id,
) -> Select[Any]:
    """These columns of the rows, with what is known of their child on that day; the age is that of ``children`` unless given."""
    known_age = age_on(children.c.date_of_birth, day) if age is None else age
    return select(
        *columns,
        day.label("day"),
        known_age.label("age"),
        care_status(rows.c.child_id, day).label("in_care"),
        *of_child(home),
    ).select_from(rows.outerjoin(children, rows.c.child_id == children.c.child_id))


def of_child(home: ColumnElement[Any] = children.c.home_hub_id) -> tuple[ColumnElement[Any], ...]:
    """What is known of a child whatever the day, under the names by which events are split and placed."""
    child = children.c
    return (
        home.label("home_hub_id"),
        child.sex,
        ethnicity(child.ethnicity_self_defined, child.ethnicity_officer_defined).label("ethnicity"),
        officer_group(child.ethnicity_officer_defined).label("officer_ethnicity"),
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
        (officer_defined == "Mixed", "Mixed"),  # no code says so, but some forces print it
        (officer_defined.in_(("IC6", "Other")), "Other"),
    )


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
        (or_(child_id.is_(None), not_(_CARE_IS_LOADED)), UNKNOWN),
        (in_spell("in care"), "yes"),
        (in_spell("care leaver"), "care leaver"),
        else_="no",
    )


def neighbours(rows: FromClause, is_counted: ColumnElement[bool], unit: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """Of each counted event its place in its child's life, and the days of those before and after: they tell what comes again.

    Columns ``ordinal, day_before, day_after``; blank for events that are not counted, or of nobody known.
    """
    counted = and_(is_counted, rows.c.child_id.is_not(None))
    life: dict[str, Any] = {"partition_by": (rows.c.child_id, counted), "order_by": (rows.c.day, unit)}
    return (
        case((counted, func.row_number(type_=Integer).over(**life))).label("ordinal"),
        case((counted, func.lag(rows.c.day, type_=Date).over(**life))).label("day_before"),
        case((counted, func.lead(rows.c.day, type_=Date).over(**life))).label("day_after"),
    )
