"""What can be counted: rows of one kind of event, as they were known on a day, and the ways they can be split."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from typing import cast as cast_to

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    String,
    Subquery,
    Table,
    TableClause,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    extract,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy import table as table_clause
from sqlalchemy.sql import visitors

from queries.clock import age_on
from queries.scope import PlacedBy
from queries.tables import care_spells, children, hubs

# Filled in by tally for each question asked.
AS_AT: BindParameter[date] = bindparam("as_at", type_=Date)  # rows and dates after this day are not known yet
AS_AT_INSTANT: BindParameter[datetime] = bindparam("as_at_instant", type_=DateTime)
DATA_END: BindParameter[date] = bindparam("data_end", type_=Date)  # the last day of the data
DATA_END_INSTANT: BindParameter[datetime] = bindparam("data_end_instant", type_=DateTime)

# The periods asked about, as a table: for measures "of the twelve months to the end of the period".
PERIODS = table_clause(
    "periods",
    column("opens", Date),
    column("closes", Date),
    column("month", Date),
    column("quarter", Date),
    column("year", Integer),
    column("calendar_year", Integer),
)

TIMES = ("month", "quarter", "year", "calendar_year")
PLACES = ("hub", "area", "authority", "force")
OF_A_CHILD = ("age", "age_band", "sex", "ethnicity", "officer_ethnicity", "in_care")
UNKNOWN = "unknown"


# By the rows of each kind of event, the view in which a database with row-level security hands out those of a reader's own hubs.
OWN: dict[Subquery, TableClause] = {}


@dataclass(frozen=True, eq=False)
class Events:
    """Rows of one kind of event.

    ``name``        what they are, in the plural
    ``rows``        one row an event (or one an event and child, where ``one_row_per_child``), over all history and every hub
    ``unit``        what tells events apart
    ``date``        the London day an event belongs to; None for a state at the end of each period: ``rows`` join ``PERIODS``
    ``tables``      where the events come from: how far the data reach is read there
    ``age_known``   false for events whose age cannot be known; they are left out, and how many is said
    ``needs``       what the database must hold somewhere for any count of them to be available
    ``dimensions``  the splits it has beyond time, place and the child's own
    ``snapshot_of``    for a state at the end of each period: the dated events that it sums up
    ``latest_per``     of the rows in a cell that share this only the last by ``date`` is an event: of a child's assessments
    """

    name: str
    rows: Subquery
    unit: ColumnElement[Any]
    date: ColumnElement[Any] | None
    tables: tuple[Table, ...]
    age_known: ColumnElement[bool]
    needs: ColumnElement[bool]
    dimensions: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    one_row_per_child: bool = False
    snapshot_of: "Events | None" = None
    latest_per: ColumnElement[Any] | None = None

    def __post_init__(self) -> None:
        if self.rows not in OWN:
            columns = (column(own.name, own.type) for own in self.rows.c)
            OWN[self.rows] = table_clause(f"own_{self.rows.name}", *columns)

    def hub(self, placed_by: PlacedBy) -> ColumnElement[Any]:
        """The hub of an event: where it happened, or where its child lives if that is asked for and known of such events."""
        return self.rows.c["home_hub_id" if placed_by == "residence" and "home_hub_id" in self.rows.c else "hub_id"]

    def splits(self) -> tuple[str, ...]:
        """The names by which these events can be split."""
        own_child = tuple(name for name in OF_A_CHILD if name in self.rows.c or (name == "age_band" and "age" in self.rows.c))
        return (*PLACES, *TIMES, *own_child, *(("in_care",) if "child_id" in self.rows.c else ()), *self.dimensions)

    def dimension(self, name: str, placed_by: PlacedBy = "event") -> ColumnElement[Any]:
        """The expression for one of `splits`."""
        if name in self.dimensions:
            return func.coalesce(self.dimensions[name], UNKNOWN)
        if name in TIMES:
            return self.rows.c[name] if self.date is None else _time(name, self.date)
        if name in PLACES:
            return _place(name, self.rows, self.hub(placed_by))
        if name == "age_band":
            return age_band(self.rows.c.age)
        if name == "age":
            return func.coalesce(cast(self.rows.c.age, String), UNKNOWN)
        if name == "in_care":
            return care_status(self.rows.c.child_id, self.rows.c["day" if "day" in self.rows.c else "closes"])
        return func.coalesce(self.rows.c[name], UNKNOWN)


def of_own_hubs(statement: Select[Any]) -> Select[Any]:
    """The same statement over what is handed out of the events that it reads."""

    def instead(element: object, **_: object) -> Any:
        if isinstance(element, Subquery):
            return OWN.get(element)
        if isinstance(element, ColumnElement) and isinstance(of := getattr(element, "table", None), Subquery) and of in OWN:
            return OWN[of].c[str(element.key)]
        return None

    return cast_to(Select[Any], visitors.replacement_traverse(statement, {}, instead))


def as_known_at(table: Table) -> Subquery:
    """A table as it was known on ``AS_AT``: later rows unseen, later dates blank."""
    own_date = table.info["dated_by"]
    known = [_known(column) if column.name != own_date else column for column in table.columns]
    rows = select(*known)
    if own_date:
        rows = rows.where(table.c[own_date] <= AS_AT)
    return rows.subquery(table.name)


def _known(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, DateTime):
        return case((column <= AS_AT_INSTANT, column)).label(column.name)
    if isinstance(column.type, Date) and not column.info.get("planned"):
        return case((column <= AS_AT, column)).label(column.name)
    return column


def with_child(rows: FromClause, day: ColumnElement[Any], home: ColumnElement[Any] = children.c.home_hub_id) -> Select[Any]:
    """The rows with what is known of their child on that day: home hub, age, sex and ethnicity."""
    return select(
        *rows.c, day.label("day"), age_on(children.c.date_of_birth, day).label("age"), *of_child(children, home)
    ).select_from(rows.outerjoin(children, rows.c.child_id == children.c.child_id))


def of_child(child: FromClause, home: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """What is known of a child whatever the day, under the names by which events are split and placed."""
    return (
        home.label("home_hub_id"),
        child.c.sex,
        ethnicity(child.c.ethnicity_self_defined, child.c.ethnicity_officer_defined).label("ethnicity"),
        officer_group(child.c.ethnicity_officer_defined).label("officer_ethnicity"),
    )


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


def _time(name: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    if name in ("month", "quarter"):
        # Spelt out, not bound: some engines take two bound values for two different expressions when grouping.
        return cast(func.date_trunc(literal_column(f"'{name}'"), day), Date)
    year = extract("year", day)
    if name == "calendar_year":
        return cast(year, Integer)
    return cast(year - case((extract("month", day) < 4, 1), else_=0), Integer)


def _place(name: str, rows: FromClause, hub_id: ColumnElement[Any]) -> ColumnElement[Any]:
    if name == "hub":
        return func.coalesce(hub_id, UNKNOWN)
    of_hub = select(hubs.c[name]).where(hubs.c.hub_id == hub_id).scalar_subquery()
    own = (rows.c.force,) if name == "force" and "force" in rows.c and hub_id is rows.c.hub_id else ()
    return func.coalesce(of_hub, *own, UNKNOWN)


def any_row(*conditions: ColumnElement[bool] | Table) -> ColumnElement[bool]:
    """Whether the database holds any such row at all: what tells "not available" from nought."""
    return and_(*(_any(condition) for condition in conditions))


def _any(condition: ColumnElement[bool] | Table) -> ColumnElement[bool]:
    if isinstance(condition, Table):
        return exists(select(null()).select_from(condition))
    return exists(select(null()).where(condition))


# Without a single date of birth nobody can be told to be a child.
BIRTHS_ARE_LOADED = any_row(children.c.date_of_birth.is_not(None))
