"""How far the data reach: their first and last day, and whether they hold what a figure needs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from queries import row_level_security
from queries.counting.counts import Count, Durations, needs_of
from queries.counting.events import Events
from queries.counting.question import Coverage, NotAvailable, Question, question
from queries.facts.building import looked_up, remembered
from queries.facts.child import UNKNOWN
from queries.facts.known import named_in, parameters
from queries.periods import Period, last_whole_months
from queries.scope import PlacedBy, Scope
from queries.tables import hubs, loads
from queries.tables.presence import is_there

Parts = Sequence[Count | Durations]
# The last day to which each table was declared complete, by the force whose events are; None is the database's own.
DeclaredEnds = Mapping[str, Mapping[str | None, date]]


def ask(connection: Connection, parts: Parts, scope: Scope, by: tuple[str, ...] = ()) -> Question | NotAvailable:
    """The question of these within a scope, over its period as far as the data reach, or over their last whole months."""
    return ask_each(connection, [parts], scope, by)[0]


def ask_each(
    connection: Connection, asked: Sequence[Parts], scope: Scope, by: tuple[str, ...] = ()
) -> list[Question | NotAvailable]:
    """`ask`, of several at once: what the database holds is looked up once."""
    tables = dict.fromkeys(table for parts in asked for part in parts for table in part.events.tables)
    needs = dict.fromkeys(need for parts in asked for need in needs_of(parts))
    held = _look_up(connection, list(tables), list(needs))
    return [_question(parts, held, scope, by) for parts in asked]


def force_spans(connection: Connection, events: Events, placed_by: PlacedBy) -> dict[str, Period | None]:
    """The days of each force with such events, from the first to the last, or to the end that was declared of its own.

    None for a force that supplies no ages.
    """
    dated = events.snapshot_of or events
    if dated.date is None:
        return {}
    day = dated.date
    return looked_up(connection, (dated, placed_by), lambda: _force_spans(connection, dated, day, placed_by))


def declared_ends(connection: Connection) -> DeclaredEnds:
    """To what day extracts were declared complete, at their load or by the month of a published file; empty where none was."""
    found: dict[str, dict[str | None, date]] = defaultdict(dict)
    if is_there(connection, loads):
        of = loads.c
        days = select(of.table_name, of.force, func.max(of.data_to)).where(of.is_declared).group_by(of.table_name, of.force)
        with row_level_security.ignoring_hub_limits(connection):
            for table, force, day in connection.execute(days):
                found[table][force] = day
    return found


def last_day(table: Table, of_events: date, ends: DeclaredEnds) -> date:
    """The last day of a table's data: that of its last event, or the one to which it was declared complete, if that is later."""
    return max([of_events, *ends.get(table.name, {}).values()])


_Held = dict[Table | ColumnElement[bool], "Coverage | bool | None"]


def _question(parts: Parts, held: _Held, scope: Scope, by: tuple[str, ...]) -> Question | NotAvailable:
    spans = [span for part in parts for table in part.events.tables if isinstance(span := held[table], Coverage)]
    reach = _covered(spans, scope.as_at)
    lacking = tuple(sorted({name for need in needs_of(parts) if not held[need] for name in named_in(need)}))
    if reach is None:
        return NotAvailable(scope, by, (), lacking, None)
    opens, closes = (scope.start, scope.end) if scope.start and scope.end else last_whole_months(reach.last)
    if opens > reach.last or closes <= reach.first:
        return NotAvailable(scope, by, (), lacking, reach)
    asked = question(scope, by, Period(opens, closes), reach)
    return NotAvailable(scope, by, asked.periods, lacking, reach) if lacking else asked


def _covered(spans: Sequence[Coverage], as_at: date | None) -> Coverage | None:
    """All of these days together; with ``as_at``, as if they ended on that day."""
    if not spans:
        return None
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    if as_at and first > as_at:
        return None
    return Coverage(first, min(last, as_at) if as_at else last)


def _look_up(connection: Connection, tables: Sequence[Table], needs: Sequence[ColumnElement[bool]]) -> _Held:
    """The coverage of each table, None where it is empty; and whether each need is met."""
    known: _Held = remembered(connection)
    missing = [table for table in tables if table not in known]
    unknown = [need for need in needs if need not in known]
    if missing or unknown:
        dates = [table.c[table.info["dated_by"]] for table in missing]
        bounds = [select(bound(column)).scalar_subquery() for column in dates for bound in (func.min, func.max)]
        statement = select(*(value.label(f"v{i}") for i, value in enumerate([*bounds, *unknown])))
        with row_level_security.ignoring_hub_limits(connection):
            row = connection.execute(statement, parameters()).one()
        days, met = row[: len(bounds)], row[len(bounds) :]
        ends = looked_up(connection, "declared ends", lambda: declared_ends(connection))
        for table, first, last in zip(missing, days[::2], days[1::2], strict=True):
            known[table] = Coverage(first, last_day(table, last, ends)) if first else None
        known.update(zip(unknown, map(bool, met), strict=True))
    return known


def _force_spans(
    connection: Connection, events: Events, day: ColumnElement[date], placed_by: PlacedBy
) -> dict[str, Period | None]:
    force = events.dimension("force", placed_by).label("force")
    rows = select(force, day.label("day"), case((events.age_known, 1)).label("known")).subquery()
    bounds = select(rows.c.force, func.min(rows.c.day), func.max(rows.c.day), func.count(rows.c.known))
    with row_level_security.ignoring_hub_limits(connection):
        spans = connection.execute(bounds.group_by(rows.c.force), parameters()).all()
        own = {UNKNOWN, *connection.scalars(select(hubs.c.force).distinct())}
    ends = declared_ends(connection)

    def last_of(force: str, of_events: date) -> date:
        declared = (found for table in events.tables for found in ends.get(table.name, {}).items())
        return max([of_events, *(day for whose, day in declared if whose == force or (whose is None and force in own))])

    return {
        force: Coverage(first, last_of(force, last)).period if first and known else None for force, first, last, known in spans
    }
