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
    func,
    null,
    select,
)
from sqlalchemy import table as table_clause
from sqlalchemy.sql import visitors

from queries.clock import age_on
from queries.counting.dimensions import (
    OF_A_CHILD,
    PLACES,
    TIMES,
    TITLES,
    UNKNOWN,
    Dimension,
    age_band,
    care_status,
    ethnicity,
    officer_group,
    place,
    time,
)
from queries.scope import PlacedBy
from queries.tables import children

# The parameters of every statement: `queries.counting.coverage.parameters` gives them their values.
AS_AT: BindParameter[date] = bindparam("as_at", type_=Date)  # rows and dates after this day are not known yet
AS_AT_INSTANT: BindParameter[datetime] = bindparam("as_at_instant", type_=DateTime)
DATA_END: BindParameter[date] = bindparam("data_end", type_=Date)  # the last day of the data
DATA_END_INSTANT: BindParameter[datetime] = bindparam("data_end_instant", type_=DateTime)

# By the rows of each kind of event: the view that judges them over all history and shows those of the reader's hubs.
VIEWS_OF_OWN_HUBS: dict[Subquery, TableClause] = {}


@dataclass(frozen=True, eq=False)
class Events:
    """Rows of one kind of event.

    ``name``               what they are, in the plural
    ``rows``               one row an event (an event and child, where ``one_row_per_child``), over all history and every hub
    ``unit``               what tells events apart
    ``date``               the London day of an event; None for a state at the end of each period: ``rows`` join ``PERIODS``
    ``tables``             where the events come from: how far the data reach is read there
    ``age_known``          false for events whose age cannot be known; they are left out, and how many is said
    ``needs``              what the database must hold somewhere for any count of them to be available
    ``dimensions``         the splits it has beyond time, place and the child's own, by name
    ``one_row_per_child``  an event of several children has a row for each, and is counted once in a cell
    ``snapshot_of``        for a state at the end of each period: the dated events that it sums up
    ``latest_per``         of rows in a cell that share this only the last by ``date`` is an event: of a child's assessments
    ``months_to_report``   months after a period by the end of which nearly all its events are reported; 0: they are at once
    """

    name: str
    rows: Subquery
    unit: ColumnElement[Any]
    date: ColumnElement[Any] | None
    tables: tuple[Table, ...]
    age_known: ColumnElement[bool]
    needs: ColumnElement[bool]
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    one_row_per_child: bool = False
    snapshot_of: "Events | None" = None
    latest_per: ColumnElement[Any] | None = None
    months_to_report: int = 0

    def __post_init__(self) -> None:
        if self.rows not in VIEWS_OF_OWN_HUBS:
            columns = (column(selected.name, selected.type) for selected in self.rows.c)
            VIEWS_OF_OWN_HUBS[self.rows] = table_clause(f"own_{self.rows.name}", *columns)
        for name, dimension in self.dimensions.items():
            if TITLES.setdefault(name, dimension.title) != dimension.title:
                raise ValueError(f"The dimension {name} has two titles, {TITLES[name]} and {dimension.title}; give it one.")

    def hub(self, placed_by: PlacedBy) -> ColumnElement[Any]:
        """The hub of an event: where it happened, or where its child lives if that is asked for and known of such events."""
        return self.rows.c["home_hub_id" if placed_by == "residence" and "home_hub_id" in self.rows.c else "hub_id"]

    def splits(self) -> tuple[str, ...]:
        """The names by which these events can be split."""
        of_child = tuple(name for name in OF_A_CHILD if name in self.rows.c or (name == "age_band" and "age" in self.rows.c))
        return (*PLACES, *TIMES, *of_child, *(("in_care",) if "child_id" in self.rows.c else ()), *self.dimensions)

    def dimension(self, name: str, placed_by: PlacedBy = "event") -> ColumnElement[Any]:
        """The expression for one of `splits`."""
        if name in self.dimensions:
            return func.coalesce(self.dimensions[name].column, UNKNOWN)
        if name in TIMES:
            return self.rows.c[name] if self.date is None else time(name, self.date)
        if name in PLACES:
            return place(name, self.rows, self.hub(placed_by))
        if name == "age_band":
            return age_band(self.rows.c.age)
        if name == "age":
            return func.coalesce(cast(self.rows.c.age, String), UNKNOWN)
        if name == "in_care":
            return care_status(self.rows.c.child_id, self.rows.c["day" if "day" in self.rows.c else "closes"])
        return func.coalesce(self.rows.c[name], UNKNOWN)


def of_own_hubs(statement: Select[Any]) -> Select[Any]:
    """The same statement over the views of the reader's hubs, in place of the rows of events."""

    def view_or_its_column(element: object, **_: object) -> Any:
        if isinstance(element, Subquery):
            return VIEWS_OF_OWN_HUBS.get(element)
        rows = getattr(element, "table", None)
        if isinstance(element, ColumnElement) and isinstance(rows, Subquery) and rows in VIEWS_OF_OWN_HUBS:
            return VIEWS_OF_OWN_HUBS[rows].c[str(element.key)]
        return None

    return cast_to(Select[Any], visitors.replacement_traverse(statement, {}, view_or_its_column))


def as_known_at(table: Table) -> Subquery:
    """A table as it was known on ``AS_AT``: later rows left out, later dates blank."""
    dated_by = table.info["dated_by"]
    known = [_known(column) if column.name != dated_by else column for column in table.columns]
    rows = select(*known)
    if dated_by:
        rows = rows.where(table.c[dated_by] <= AS_AT)
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


def any_row(*conditions: ColumnElement[bool] | Table) -> ColumnElement[bool]:
    """Whether the database holds any such row at all: what tells "not available" from zero."""
    return and_(*(_any(condition) for condition in conditions))


def _any(condition: ColumnElement[bool] | Table) -> ColumnElement[bool]:
    if isinstance(condition, Table):
        return exists(select(null()).select_from(condition))
    return exists(select(null()).where(condition))


# Without a single date of birth nobody is known to be a child.
BIRTHS_ARE_LOADED = any_row(children.c.date_of_birth.is_not(None))
