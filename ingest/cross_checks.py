"""Checks the rows of a file against each other, and against what other tables hold: keys, references, times."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, String, Table, and_, cast, func, null, select, update

from ingest.check import refuses, row_json
from ingest.layouts import words_told
from ingest.staged import NAMELESS, OVERTAKEN, REFUSED, REPEATED, SOUND, Staged
from queries.tables import children, crimes, metadata

TWICE = "comes more than once in this file with different content"
PLACES_AND_CODES = ("hubs", "care_homes", "outcome_codes")  # whose ids are no person's
BEFORE_BIRTH = "is before the child's date of birth"
NO_AGE = f"{BEFORE_BIRTH}: the age is not known"


def reject_clashes(connection: Connection, staged: Staged) -> None:
    """Rows whose key comes again with other content are refused, those that only repeat an earlier row left out."""
    rows, key, named = staged.table, staged.of.info["key"], staged.table.c.state < NAMELESS
    if not connection.scalar(_more_rows_than_keys(rows, key, named)):
        return
    # A refused row, blank where it could not be read, does not say what its sound twin says.
    cells = (func.coalesce(cast(rows.c[name], String), "\x01") for name in ("state", *staged.of.columns.keys()))
    hashed = select(rows.c.line, *(rows.c[name] for name in key), func.md5(func.concat_ws("\x1f", *cells)).label("content"))
    contents = hashed.where(named).subquery()
    of_key = [contents.c[name] for name in key]
    least, most = (bound(contents.c.content).over(partition_by=of_key) for bound in (func.min, func.max))
    place = func.row_number().over(partition_by=[*of_key, contents.c.content], order_by=contents.c.line)
    judged = select(contents.c.line, (least != most).label("clashes"), place.label("place")).subquery()
    clashing = rows.c.line.in_(select(judged.c.line).where(judged.c.clashes))
    _reject(connection, staged, clashing, ", ".join(key), _key_text(rows, key), TWICE)
    repeats = rows.c.line.in_(select(judged.c.line).where(judged.c.place > 1))
    connection.execute(update(rows).where(rows.c.state == SOUND, repeats).values(state=REPEATED))


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


def tell_cells_of_refused(connection: Connection, staged: Staged) -> None:
    """Every reason of a row is told: also which of its cells cannot be read, where other rows or tables refuse it."""
    rows = staged.table
    late = connection.scalars(select(rows.c.line).where(rows.c.state >= REFUSED, rows.c.unread.is_not(None)))
    staged.reject_with_cells(set(late))


def check_against_other_tables(connection: Connection, staged: Staged) -> None:
    """What a row says of a time that another table rules out."""
    rows, dated_by = staged.table, staged.of.info["dated_by"]
    if staged.of.name == "crime_outcomes":
        of_crime = select(crimes.c.recorded_on).where(crimes.c.crime_id == rows.c.crime_id)
        value = func.concat(cast(rows.c.outcome_on, String), ", recorded_on ", cast(of_crime.scalar_subquery(), String))
        too_early = of_crime.where(crimes.c.recorded_on > rows.c.outcome_on).exists()
        _reject(connection, staged, too_early, "outcome_on", value, "is before recorded_on of its crime")
    if dated_by and "child_id" in rows.c:
        again = rows.alias()
        _blank_before_birth(connection, staged, again, again.c[dated_by], dated_by, rows.c[dated_by])
    if staged.of.name == "disposals":  # the day of the offence tells which cohort it is of
        again, offence = rows.alias(), "committed_on"
        _blank_before_birth(connection, staged, again, again.c[offence], offence, rows.c[offence], BEFORE_BIRTH, {offence: None})
    if staged.of.name == "suspects":
        again = rows.alias()
        with_crime = again.join(crimes, crimes.c.crime_id == again.c.crime_id)
        committed = func.coalesce(crimes.c.committed_on, crimes.c.recorded_on)
        shown = select(committed).where(crimes.c.crime_id == rows.c.crime_id).scalar_subquery()
        _blank_before_birth(connection, staged, with_crime, committed, "crime_id", shown)


def _blank_before_birth(
    connection: Connection,
    staged: Staged,
    again: FromClause,
    day: ColumnElement[Any],
    column: str,
    shown: ColumnElement[Any],
    reason: str = NO_AGE,
    values: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Of a row whose day is before the birth of its child the age is not known, nor what stands in ``values``.

    ``again`` are the rows with what that ``day`` is read from, ``shown`` is it for each row.
    """
    rows, child = staged.table, children.c
    line, child_id = (next(one for one in again.c if one.name == name) for name in ("line", "child_id"))
    joined = again.join(children, child.child_id == child_id)
    lines = select(line).select_from(joined).where(day < child.date_of_birth)
    born = select(child.date_of_birth).where(child.child_id == rows.c.child_id).scalar_subquery()
    value = func.concat(cast(shown, String), ", date_of_birth ", cast(born, String))
    _blank(connection, staged, rows.c.line.in_(lines), column, value, reason, values)


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
    values: Mapping[str, Any],
) -> None:
    """Set aside a cell of the rows of a condition; of a refused row it is one more reason."""
    rows = staged.table
    refused = connection.execute(select(rows.c.line, value).where(where, rows.c.state >= REFUSED)).all()
    row_of = {rejection.line: rejection.row for rejection in staged.rejections} if refused else {}
    for line, text in refused:
        staged.reject(line, column, str(text), reason, row_of[line])
    found = connection.execute(select(rows.c.line, value).where(where, rows.c.state == SOUND).order_by(rows.c.line)).all()
    if found:
        staged.note_unread(column, reason, [line for line, _ in found], str(found[0][1]))
        noted = func.concat(func.coalesce(rows.c.unread, ","), f"{column},")
        connection.execute(update(rows).where(where, rows.c.state == SOUND).values(unread=noted, **values))
