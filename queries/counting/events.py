"""What can be counted: rows of one kind of event, as they were known on a day, and the ways they can be split."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, Table, and_, cast, func, select

from queries.counting.dimensions import OF_A_CHILD, PLACES, TIMES, TITLES, Dimension, age_band, place, time
from queries.facts.child import UNKNOWN
from queries.facts.known import any_row
from queries.scope import PlacedBy
from queries.tables import children


@dataclass(frozen=True, eq=False)
class Events:
    """Rows of one kind of event.

    ``name``               what they are, in the plural
    ``rows``               facts, or a selection of them: one row an event (an event and child, where ``one_row_per_child``)
    ``unit``               what tells events apart
    ``date``               the London day of an event; None for a state at the end of each period: ``rows`` join ``PERIODS``
    ``tables``             where the events come from: how far the data reach is read there
    ``age_known``          false for events whose age cannot be known; they are left out, and how many is said
    ``needs``              what the database must hold somewhere for any count of them to be available
    ``dimensions``         the splits it has beyond time, place and the child's own, by name
    ``one_row_per_child``  an event of several children has a row for each, and is counted once in a cell
    ``snapshot_of``        for a state at the end of each period: the dated events that it sums up
    ``whole_period``       whether such a state is of any day of the period, and not of its end
    ``latest_per``         of rows in a cell that share this only the last by ``date`` is an event: of a child's assessments
    ``months_to_report``   months after a period by the end of which nearly all its events are reported; 0: they are at once
    """

    name: str
    rows: FromClause
    unit: ColumnElement[Any]
    date: ColumnElement[Any] | None
    tables: tuple[Table, ...]
    age_known: ColumnElement[bool]
    needs: ColumnElement[bool]
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    one_row_per_child: bool = False
    snapshot_of: "Events | None" = None
    whole_period: bool = False
    latest_per: ColumnElement[Any] | None = None
    months_to_report: int = 0

    def __post_init__(self) -> None:
        for name, dimension in self.dimensions.items():
            if TITLES.setdefault(name, dimension.title) != dimension.title:
                raise ValueError(f"The dimension {name} has two titles, {TITLES[name]} and {dimension.title}; give it one.")

    def hub(self, placed_by: PlacedBy) -> ColumnElement[Any]:
        """The hub of an event: where it happened, or where its child lives if that is asked for and known of such events."""
        return self.rows.c["home_hub_id" if placed_by == "residence" and "home_hub_id" in self.rows.c else "hub_id"]

    def splits(self) -> tuple[str, ...]:
        """The names by which these events can be split."""
        of_child = (name for name in OF_A_CHILD if name in self.rows.c or (name == "age_band" and "age" in self.rows.c))
        return (*PLACES, *TIMES, *of_child, *self.dimensions)

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
        return func.coalesce(self.rows.c[name], UNKNOWN)


def with_flag(rows: FromClause, child: ColumnElement[Any], among: FromClause, name: str) -> Select[Any]:
    """The rows of periods, and whether their child is among these (``child_id, closes``) in the same period."""
    is_among = and_(among.c.child_id == child, among.c.closes == rows.c.closes)
    return select(*rows.c, among.c.child_id.is_not(None).label(name)).join_from(rows, among, is_among, isouter=True)


# Without a single date of birth nobody is known to be a child.
BIRTHS_ARE_LOADED = any_row(children.c.date_of_birth.is_not(None))
