"""Brings the rows of a file into a temporary table, where they are checked against each other and all that is known."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    cast,
    func,
    null,
    select,
    update,
)

from ingest.check import Checked, Finding, check, refuses, row_json
from ingest.database import write
from ingest.extract import Batch, Extract
from ingest.layouts import words_told
from ingest.report import Rejection, Unread
from queries.tables import TEXT, children, crimes, metadata

# The state of a row: it may be loaded, or need not be, since it says what is known, what an earlier row of the file says, or
# what a later file, or row, says otherwise; it may not be loaded, or not even its key can be read.
SOUND, KNOWN, REPEATED, OVERTAKEN, REFUSED, NAMELESS = 0, -1, -2, -3, 1, 2
TWICE = "comes more than once in this file with different content"
PLACES_AND_CODES = ("hubs", "care_homes", "outcome_codes")  # whose ids are no person's
BEFORE_BIRTH = "is before the child's date of birth: the age is not known"
_numbers = count()


@dataclass
class Staged:
    """A file as it stands in the database, ready to be merged: ``table`` holds its rows, each with ``line``, ``state`` and the
    names of its cells that could not be read, ``unread``."""

    extract: Extract
    table: Table
    lines: int = 0
    blank_lines: int = 0
    left_out: int = 0  # rows, by a mapping's filter
    rows: int = 0  # the other records, sound or not
    ambiguous_times: int = 0
    british_days: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    unread: dict[tuple[str, str], Unread] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Rows, of which each may have several reasons."""
        return len({rejection.line for rejection in self.rejections})

    @property
    def of(self) -> Table:
        """The table of the contract that it is loaded into."""
        return self.extract.table


def stage(connection: Connection, extract: Extract, today: date) -> Staged:
    """Read, check and stage a file. Raises FileRefusedError where nothing of it can be taken."""
    has_ranks = extract.layout.ranks is not None
    staged = Staged(extract, _make(connection, extract.table, has_ranks=has_ranks))
    for batch in extract.batches():
        _add(connection, staged, batch, today)
    staged.remarks += extract.remarks()
    if not has_ranks:
        _reject_clashes(connection, staged)
    _check_references(connection, staged)
    _check_against_other_tables(connection, staged)
    if has_ranks:
        _keep_last(connection, staged)
    return staged


def same_key(one: Table, other: Table, key: Sequence[str]) -> ColumnElement[bool]:
    """Plain equality wherever nothing can be blank: databases join by it quickly, by IS NOT DISTINCT FROM slowly."""
    pairs = [(one.c[name], other.c[name]) for name in key]
    blankable = {name for name in key if metadata.tables[_contract_name(one)].c[name].nullable}
    return and_(
        *(
            ours.is_not_distinct_from(theirs) if name in blankable else ours == theirs
            for name, (ours, theirs) in zip(key, pairs, strict=True)
        )
    )


def _contract_name(table: Table) -> str:
    return str(table.info.get("stages", table.name))


def row_key(table: Table) -> ColumnElement[str]:
    """A hash of the key of a row, by which it is known without its ids being kept."""
    cells = [func.coalesce(cast(table.c[name], String), "") for name in metadata.tables[_contract_name(table)].info["key"]]
    return func.md5(func.concat_ws("\x1f", *cells))


def _make(connection: Connection, of: Table, *, has_ranks: bool) -> Table:
    """A temporary table for the rows of a file: the contract's columns, any of them blank."""
    columns = [Column(column.name, column.type) for column in of.columns]
    own: list[Column[Any]] = [Column("line", Integer), Column("state", Integer), Column("unread", TEXT)]
    if has_ranks:
        own.append(Column("rank", TEXT))
    name = f"staged_{next(_numbers)}_{of.name}"
    table = Table(name, MetaData(), *own, *columns, prefixes=["TEMPORARY"], info={"stages": of.name})
    table.create(connection)
    return table


def _add(connection: Connection, staged: Staged, batch: Batch, today: date) -> None:
    staged.lines += batch.lines_read
    staged.blank_lines += batch.blank_lines
    staged.left_out += batch.left_out
    staged.rows += len(batch.lines) + len(batch.bad)
    staged.rejections += [Rejection(bad.line, None, None, bad.reason, bad.row) for bad in batch.bad]
    checked = check(staged.of, batch.columns, len(batch.lines), today)
    staged.ambiguous_times += checked.ambiguous_times
    staged.british_days += checked.british_days
    states, unread = _note(staged, batch, checked)
    ranks = {"rank": batch.ranks} if "rank" in staged.table.c else {}
    write(connection, staged.table, {"line": batch.lines, "state": states, "unread": unread, **ranks, **checked.columns})


def _note(staged: Staged, batch: Batch, checked: Checked) -> tuple[list[int], list[str | None]]:
    """Write down what was found wrong; the state of each row, and which of its cells could not be read."""
    states = [SOUND] * len(batch.lines)
    cells: dict[int, list[str]] = {}
    for finding in checked.refused:
        states[finding.index] = NAMELESS if finding.index in checked.nameless else REFUSED
        staged.rejections.append(_rejection(batch, finding))
    for findings in checked.unread.values():
        for finding in findings:
            if states[finding.index] != SOUND:  # every reason of a refused row is told
                staged.rejections.append(_rejection(batch, finding))
                continue
            cells.setdefault(finding.index, []).append(finding.column)
            _count_unread(staged, finding.column, finding.reason, batch.lines[finding.index], finding.value)
    unread = [None if (names := cells.get(index)) is None else f",{','.join(names)}," for index in range(len(states))]
    return states, unread


def _rejection(batch: Batch, finding: Finding) -> Rejection:
    row = row_json(batch.columns, finding.index)
    return Rejection(batch.lines[finding.index], finding.column, finding.value, finding.reason, row)


def _count_unread(staged: Staged, column: str, reason: str, line: int, value: str, cells: int = 1) -> None:
    known = staged.unread.get((column, reason))
    first = (known.line, known.value) if known else (line, value)
    staged.unread[column, reason] = Unread(column, reason, (known.cells if known else 0) + cells, *first)


def _reject_clashes(connection: Connection, staged: Staged) -> None:
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


def _keep_last(connection: Connection, staged: Staged) -> None:
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


def _check_references(connection: Connection, staged: Staged) -> None:
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


def _check_against_other_tables(connection: Connection, staged: Staged) -> None:
    """What a row says of a time that another table rules out."""
    rows, dated_by = staged.table, staged.of.info["dated_by"]
    if staged.of.name == "crime_outcomes":
        crime = select(crimes.c.recorded_on).where(crimes.c.crime_id == rows.c.crime_id).scalar_subquery()
        value = func.concat(cast(rows.c.outcome_on, String), ", recorded_on ", cast(crime, String))
        reason = "is before recorded_on of its crime"
        _reject(connection, staged, rows.c.outcome_on < crime, "outcome_on", value, reason)
    if dated_by and "child_id" in rows.c:
        born = select(children.c.date_of_birth).where(children.c.child_id == rows.c.child_id).scalar_subquery()
        value = func.concat(cast(rows.c[dated_by], String), ", date_of_birth ", cast(born, String))
        _blank(connection, staged, rows.c[dated_by] < born, dated_by, value, BEFORE_BIRTH, {})


def _reject(
    connection: Connection, staged: Staged, where: ColumnElement[bool], column: str, value: ColumnElement[Any], reason: str
) -> None:
    """Refuse the rows of a condition, whether or not something else is wrong with them too."""
    rows, names = staged.table, [column.name for column in staged.of.columns]
    found = connection.execute(select(rows.c.line, value, *(rows.c[name] for name in names)).where(where)).all()
    for line, text, *cells in found:
        row = row_json({name: [cell] for name, cell in zip(names, cells, strict=True)}, 0)
        staged.rejections.append(Rejection(line, column, str(text), reason, row))
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
        _count_unread(staged, column, reason, line, str(text), len(found))
        noted = func.concat(func.coalesce(rows.c.unread, ","), f"{column},")
        connection.execute(update(rows).where(where, rows.c.state == SOUND).values(unread=noted, **values))
