"""What is set aside at present: of each row what the last file that spoke of it could not give, for the figures to tell."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Select,
    Table,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from ingest.merging import day_of
from ingest.police_uk import Publication
from ingest.sources import publication_in
from ingest.staged import KNOWN, NAMELESS, REFUSED, SOUND, Staged, contract_table, row_key
from queries.clock import london_day
from queries.tables import TEXT, crime_outcomes, crimes, loads, set_aside, stop_searches

_aside = set_aside.c


def is_as_before(connection: Connection, staged: Staged) -> bool:
    """Whether the file gives of its rows just what is set aside of them already."""
    if not connection.scalar(select(exists().where(_aside.table_name == staged.of.name))):
        return not staged.rejections and not staged.cells
    new, old = _entries(staged).subquery(), _of_rows_named_in([staged])
    told = "row_key", "column_name", "day", "other_day"
    keyed = select(*(new.c[name] for name in told)).where(new.c.row_key.is_not(None))
    known = select(*(_aside[name] for name in told)).where(old)
    if any(connection.execute(one.except_(other).limit(1)).first() for one, other in ((keyed, known), (known, keyed))):
        return False
    keyless = select(func.count()).select_from(new).where(new.c.row_key.is_(None))
    return connection.scalar(keyless) == connection.scalar(select(func.count()).where(_keyless_of([staged])))


def note(connection: Connection, staged: Staged, load_id: str) -> None:
    """What this file says of a row stands from now on, in place of what was set aside of it before."""
    connection.execute(delete(set_aside).where(or_(_of_rows_named_in([staged]), _keyless_of([staged]))))
    entries = _entries(staged).subquery()
    columns = ["table_name", "load_id", *entries.c.keys()]
    connection.execute(insert(set_aside).from_select(columns, select(literal(staged.of.name), literal(load_id), *entries.c)))
    if staged.of is crimes:
        _note_outcomes(connection, staged, load_id)


def _note_outcomes(connection: Connection, staged: Staged, load_id: str) -> None:
    """Outcomes that are dated before their crime, now that its day is another, do not count until one of them is corrected."""
    rows = staged.table
    of_crimes = select(loads.c.load_id).where(loads.c.table_name == crimes.name)
    named = select(row_key(crime_outcomes)).join(rows, and_(rows.c.crime_id == crime_outcomes.c.crime_id, rows.c.is_last))
    told = and_(_aside.table_name == crime_outcomes.name, _aside.load_id.in_(of_crimes), _aside.row_key.in_(named))
    connection.execute(delete(set_aside).where(told))
    day, recorded = crime_outcomes.c.outcome_on, rows.c.recorded_on
    before = and_(rows.c.crime_id == crime_outcomes.c.crime_id, day < recorded, rows.c.state.in_((SOUND, KNOWN)))
    found = select(literal(crime_outcomes.name), literal(load_id), rows.c.line, row_key(crime_outcomes), day, recorded).join(
        crime_outcomes, before
    )
    columns = ["table_name", "load_id", "line", "row_key", "day", "other_day"]
    connection.execute(insert(set_aside).from_select(columns, found))


def outcomes_before_crimes(connection: Connection, load_id: str) -> str:
    """What to say of outcomes that lie before their crimes since a load of these; empty where there are none."""
    own = exists().where(loads.c.load_id == load_id, loads.c.table_name == crimes.name)
    of_load = and_(_aside.load_id == load_id, _aside.table_name == crime_outcomes.name, own)
    number = connection.scalar(select(func.count()).select_from(set_aside).where(of_load)) or 0
    return f"outcomes known that are dated before recorded_on of these crimes, and count no more: {number:,}" if number else ""


def clear_absent(connection: Connection, staged: Sequence[Staged], since: date | None) -> int:
    """Forget what was set aside of rows that are not in these files, which hold all from a day on; gives how much."""
    in_part = and_(_aside.table_name == staged[0].of.name, _aside.load_id.not_in(_published(connection)))
    if since:
        in_part = and_(in_part, _aside.day >= since)
    return _clear(connection, in_part, staged)


def clear_month(connection: Connection, staged: Staged, publication: Publication) -> int:
    """Forget what was set aside of a force's month as it was published before, but for rows that this file names."""
    of_month = [load_id for load_id, published in _published(connection).items() if published == publication]
    return _clear(connection, _aside.load_id.in_(of_month), [staged])


def _published(connection: Connection) -> dict[str, Publication]:
    """What was published in the files of the loads that set something aside."""
    of_searches = and_(loads.c.table_name == stop_searches.name, loads.c.load_id.in_(select(_aside.load_id)))
    files = connection.execute(select(loads.c.load_id, loads.c.source_file).where(of_searches))
    found = {load_id: publication_in(file) for load_id, file in files}
    return {load_id: publication for load_id, publication in found.items() if publication}


def _clear(connection: Connection, part: ColumnElement[bool], staged: Sequence[Staged]) -> int:
    """Forget a part but for the rows that these files speak of themselves."""
    spoken_of = func.coalesce(or_(_of_rows_named_in(staged), _keyless_of(staged)), False)
    where = and_(part, not_(spoken_of))
    number = connection.scalar(select(func.count()).select_from(set_aside).where(where)) or 0
    if number:
        connection.execute(delete(set_aside).where(where))
    return number


def _entries(staged: Staged) -> Any:
    """``line, row_key, day, other_day, column_name`` of each row that is refused, and of each cell that is not read.

    Not where a later file of the run speaks of the row.
    """
    rows, own_day = staged.table, day_of(staged.table)
    day = cast(null(), Date) if own_day is None else own_day
    whole_row, no_other = cast(null(), TEXT), cast(null(), Date)

    def entry(
        key: ColumnElement[Any], other: ColumnElement[Any], column: ColumnElement[Any], *where: ColumnElement[bool]
    ) -> Select[Any]:
        named = (key.label("row_key"), day.label("day"), other.label("other_day"), column.label("column_name"))
        return select(rows.c.line, *named).where(rows.c.is_last, *where)

    refused = entry(
        case((rows.c.state == REFUSED, row_key(rows))),
        no_other if own_day is None else _other_day(rows, own_day),
        whole_row,
        rows.c.state >= REFUSED,
    )
    cells = (
        entry(
            row_key(rows),
            no_other,
            literal(column),
            rows.c.unread.contains(f",{column},", autoescape=True),
            rows.c.state.in_((SOUND, KNOWN)),
        )
        for column in sorted({column for column, _ in staged.cells})
    )
    return union_all(refused, *cells)


def _other_day(rows: Table, day: ColumnElement[date]) -> ColumnElement[date]:
    """The day that contradicts a row's own: of an end before it, or of the crime of which it is the outcome."""
    of = contract_table(rows)
    ends = [rows.c[order.later] for order in of.info["orders"] if not order.doubtful]
    days = [london_day(end) if isinstance(end.type, DateTime) else end for end in ends]
    others = [case((end < day, end)) for end in days]
    if of is crime_outcomes:
        recorded = select(crimes.c.recorded_on).where(crimes.c.crime_id == rows.c.crime_id).scalar_subquery()
        others.append(case((recorded > day, recorded)))
    return func.coalesce(*others, cast(null(), Date))


def _of_rows_named_in(staged: Sequence[Staged]) -> ColumnElement[bool]:
    """What is set aside of rows that these files are the last of a run to name."""
    keys = (select(row_key(one.table)).where(one.table.c.state < NAMELESS, one.table.c.is_last) for one in staged)
    return and_(_aside.table_name == staged[0].of.name, or_(*(_aside.row_key.in_(of_one) for of_one in keys)))


def _keyless_of(staged: Sequence[Staged]) -> ColumnElement[bool]:
    """What is set aside of rows without a key, of files of the very same content."""
    of_content = select(loads.c.load_id).where(
        loads.c.table_name == staged[0].of.name, loads.c.sha256.in_([one.extract.content.sha256 for one in staged])
    )
    return and_(_aside.row_key.is_(None), _aside.load_id.in_(of_content))
