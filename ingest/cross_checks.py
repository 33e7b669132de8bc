"""Checks the rows of a file against each other, and against what other tables hold: keys, references, times."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, Table, and_, cast, func, null, select, update

from ingest.check import refuses, row_json
from ingest.layouts import words_told
from ingest.staged import NAMELESS, OVERTAKEN, REFUSED, REPEATED, SOUND, Staged
from queries.tables import children, crimes, metadata

TWICE = "comes more than once in this file with different content"
PLACES_AND_CODES = ("hubs", "care_homes", "outcome_codes")  # whose ids are no person's
BEFORE_BIRTH = "is before the child's date of birth: the age is not known"


def reject_clashes(connection: Connection, staged: Staged) -> None:
    """Rows whose key comes again with other content are refused, those that only repeat an earlier row left out."""
    rows, names = staged.table, [column.name for column in staged.of.columns]
    key, named = staged.of.info["key"], staged.table.c.state < NAMELESS
    names.append("state")  # a refused row, blank where it could not be read, does not say what its sound twin says
    contents = select(*(rows.c[name] for name in names), func.min(rows.c.line).label("first"), func.count().label("times"))
    contents = contents.where(named).group_by(*(rows.c[name] for name in names))
    if not connection.scalar(_more_rows_than_keys(rows, key, named)):
        return
    once = contents.subquery()
    clashing = (
        select(*(once.c[name] for name in key)).group_by(*(once.c[name] for name in key)).having(func.count() > 1).subquery()
    )
    clash = and_(named, select(clashing).where(_matches(rows, clashing, key)).exists())
    _reject(connection, staged, clash, ", ".join(key), _key_text(rows, key), TWICE)
    first = select(once.c.first).where(once.c.times > 1, _matches(rows, once, names)).scalar_subquery()
    repeats = and_(rows.c.state == SOUND, rows.c.line > first)
    connection.execute(update(rows).where(repeats).values(state=REPEATED))


def keep_last(connection: Connection, staged: Staged) -> None:
    """Of the sound rows of each key the last one stands, where a mapping says that a key comes many times."""
    rows, key = staged.table, staged.of.info["key"]
    order = (rows.c.rank.desc(), rows.c.line.desc())
    place = func.row_number().over(partition_by=[rows.c[name] for name in key], order_by=order).label("place")
    ordered = select(rows.c.line, place).where(rows.c.state == SOUND).subquery()
    earlier = rows.c.line.in_(select(ordered.c.line).where(ordered.c.place > 1))
    overtaken = connection.execute(update(rows).where(rows.c.state == SOUND, earlier).values(state=OVERTAKEN)).rowcount
    if overtaken > 0:
        staged.remarks.append(f"rows of which a later one of the same {', '.join(key)} stands: {overtaken:,}, told as superseded")


def _more_rows_than_keys(rows: Table, key: Sequence[str], named: ColumnElement[bool]) -> Any:
    keys = select(*(rows.c[name] for name in key)).where(named).distinct().subquery()
    of_rows = select(func.count()).select_from(rows).where(named).scalar_subquery()
    return select(of_rows > select(func.count()).select_from(keys).scalar_subquery())


def _matches(rows: Table, others: Any, names: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(rows.c[name].is_not_distinct_from(others.c[name]) for name in names))


def _key_text(rows: Table, key: Sequence[str]) -> ColumnElement[str]:
    return func.concat_ws(", ", *(func.coalesce(cast(rows.c[name], String), "") for name in key))


def check_references(connection: Connection, staged: Staged) -> None:
    """A hub, child, crime, code or home that nobody has loaded: it costs the row where it must be there, else the cell."""
    for column in staged.of.columns:
        if "refers" not in column.info:
            continue
        known = metadata.tables[column.info["refers"]]
        (key,) = known.info["key"]
        value = staged.table.c[column.name]
        unknown = and_(value.is_not(None), ~select(known).where(known.c[key] == value).exists())
        reason = f"is not known in {known.name}: load it there first, or correct it"
        if staged.extract.source.entry is not None and known.name in PLACES_AND_CODES:
            _tell_unknown(connection, staged, column.name, value, unknown)
        if refuses(column):
            _reject(connection, staged, unknown, column.name, value, reason)
        else:
            _blank(connection, staged, unknown, column.name, value, reason, {column.name: null()})


def _tell_unknown(
    connection: Connection, staged: Staged, column: str, value: ColumnElement[Any], unknown: ColumnElement[bool]
) -> None:
    """The words of a mapped extract that are no hub, home or code, so that the mapping can be completed."""
    words = connection.execute(select(value, func.count()).where(unknown).group_by(value).order_by(value)).all()
    if words:
        found = Counter({str(word): number for word, number in words})
        staged.remarks.append(
            f"{column}: {found.total():,} with words that stand for nothing that is loaded: {words_told(found)}"
        )


def check_against_other_tables(connection: Connection, staged: Staged) -> None:
    """What a row says of a time that another table rules out."""
    rows, dated_by = staged.table, staged.of.info["dated_by"]
    if staged.of.name == "crime_outcomes":
        crime = select(crimes.c.recorded_on).where(crimes.c.crime_id == rows.c.crime_id).scalar_subquery()
        value = func.concat(cast(rows.c.outcome_on, String), ", recorded_on ", cast(crime, String))
        reason = "is before recorded_on of its crime"
        _reject(connection, staged, rows.c.outcome_on < crime, "outcome_on", value, reason)
    day = _day_of_event(rows, dated_by)
    if day is not None and "child_id" in rows.c:
        born = select(children.c.date_of_birth).where(children.c.child_id == rows.c.child_id).scalar_subquery()
        value = func.concat(cast(day, String), ", date_of_birth ", cast(born, String))
        _blank(connection, staged, day < born, dated_by or "crime_id", value, BEFORE_BIRTH, {})


def _day_of_event(rows: Table, dated_by: str | None) -> ColumnElement[Any] | None:
    """The day on which the age of its child counts: a row's own, or that of the crime which a child is suspected of."""
    if dated_by:
        return rows.c[dated_by]
    if "crime_id" not in rows.c:
        return None
    committed = func.coalesce(crimes.c.committed_on, crimes.c.recorded_on)
    return select(committed).where(crimes.c.crime_id == rows.c.crime_id).scalar_subquery()


def _reject(
    connection: Connection, staged: Staged, where: ColumnElement[bool], column: str, value: ColumnElement[Any], reason: str
) -> None:
    """Refuse the rows of a condition, whether or not something else is wrong with them too."""
    rows, names = staged.table, [column.name for column in staged.of.columns]
    found = connection.execute(select(rows.c.line, value, *(rows.c[name] for name in names)).where(where)).all()
    for line, text, *cells in found:
        row = row_json({name: [cell] for name, cell in zip(names, cells, strict=True)}, 0)
        staged.reject(line, column, str(text), reason, row)
    if found:
        connection.execute(update(rows).where(where, rows.c.state.in_((SOUND, REPEATED))).values(state=REFUSED))


def _blank(
    connection: Connection,
    staged: Staged,
    where: ColumnElement[bool],
    column: str,
    value: ColumnElement[Any],
    reason: str,
    values: dict[str, Any],
) -> None:
    """Set aside a cell of the rows of a condition."""
    rows = staged.table
    found = connection.execute(select(rows.c.line, value).where(where, rows.c.state == SOUND).order_by(rows.c.line)).all()
    if found:
        line, text = found[0]
        staged.count_unread(column, reason, line, str(text), len(found))
        noted = func.concat(func.coalesce(rows.c.unread, ","), f"{column},")
        connection.execute(update(rows).where(where, rows.c.state == SOUND).values(unread=noted, **values))
