"""Puts staged rows in place: the new are added, what says something else replaces what was known, what is absent is withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    not_,
    select,
    true,
    update,
)

from ingest import police_uk
from ingest.check import row_json
from ingest.database import write
from ingest.police_uk import Publication
from ingest.staged import KNOWN, NAMELESS, OVERTAKEN, REPEATED, SOUND, Staged, contract_table, same_key
from queries.tables import metadata, stop_searches, withdrawn_rows

A_QUARTER = 0.25  # of the rows known: files that name more look as if they were meant to hold all
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Merged:
    """What became of the rows of a file."""

    new: int
    updated: int
    unchanged: int
    superseded: int


def supersede(connection: Connection, staged: Sequence[Staged]) -> None:
    """Leave out of each file what a later one of the same table says something about: the last of a run stands.

    From the last to the first, each file is asked once, however many there are: of months there may be hundreds.
    """
    if len(staged) < 2:
        return
    key = staged[0].of.info["key"]
    named = _keys(connection, staged[0].of)
    months: set[Publication] = set()
    for one in reversed(staged):
        rows, published = one.table, one.extract.source.published
        again = select(named).where(same_key(rows, named, key))
        is_named, is_given = again.exists(), again.where(named.c.is_sound).exists()
        if published in months:  # of which a later file holds all
            is_named = is_given = select(literal(1)).exists()
        connection.execute(update(rows).where(is_named).values(is_last=False))
        connection.execute(update(rows).where(rows.c.state == SOUND, is_given).values(state=OVERTAKEN))
        keys = select(*(rows.c[name] for name in key), rows.c.state == SOUND).where(rows.c.state < NAMELESS)
        connection.execute(insert(named).from_select([*key, "is_sound"], keys))
        months |= {published} if published else set()
    named.drop(connection)


def _keys(connection: Connection, of: Table) -> Table:
    """A temporary table for the keys that files name, and whether they give the row."""
    columns = (Column(name, of.c[name].type) for name in of.info["key"])
    table = Table(f"keys_of_{of.name}", MetaData(), Column("is_sound", Boolean), *columns, prefixes=["TEMPORARY"])
    table.create(connection)
    return table


def known_in(connection: Connection, table: Table, part: ColumnElement[bool]) -> int:
    """How many rows a part of a table has."""
    return connection.scalar(select(func.count()).select_from(table).where(part)) or 0


def absent(table: Table, staged: Sequence[Staged]) -> ColumnElement[bool]:
    """The rows that none of these files names, refused rows of theirs included."""
    named = (
        select(one.table).where(one.table.c.state < NAMELESS, same_key(table, one.table, table.info["key"])).exists()
        for one in staged
    )
    return and_(true(), *(~there for there in named))


def part_of(table: Table, since: date | None) -> ColumnElement[bool] | None:
    """The rows of a table that a force's own files may hold, from a day on where one is given; None where they have no day.

    Rows that are of another table's day, as the suspects of a crime, have that; those of a row that is gone are in every part.
    """
    own = not_(police_uk.is_published()) if table is stop_searches else true()
    if since is None:
        return own
    if dated_by := table.info["dated_by"]:
        return and_(own, table.c[dated_by] >= since)
    if (found := _parent(table)) is None:
        return None
    name, parent = found
    (key,) = parent.info["key"]
    before = select(parent.c[key]).where(parent.c[parent.info["dated_by"]] < since)
    return table.c[name].not_in(before)


def day_of(rows: Table) -> ColumnElement[date] | None:
    """The day to which a row belongs: its own, or that of the row that its key refers to; None where neither has one."""
    of = contract_table(rows)
    if dated_by := of.info["dated_by"]:
        return rows.c[dated_by]
    if (found := _parent(of)) is None:
        return None
    name, parent = found
    (key,) = parent.info["key"]
    return select(parent.c[parent.info["dated_by"]]).where(parent.c[key] == rows.c[name]).scalar_subquery()


def _parent(table: Table) -> tuple[str, Table] | None:
    """The column of a table's key that refers to rows with a day, as those of suspects to crimes, and the table of these."""
    for name in table.info["key"]:
        parent = metadata.tables.get(table.c[name].info.get("refers", ""))
        if parent is not None and parent.info["dated_by"]:
            return name, parent
    return None


def nameless(connection: Connection, staged: Staged) -> int:
    """How many rows of a file are refused of which not even the key can be read: they may be of rows that are known."""
    return known_in(connection, staged.table, staged.table.c.state == NAMELESS)


def withdraw(connection: Connection, table: Table, where: ColumnElement[bool], load_id: str) -> int:
    """Take rows out, and keep them with the load that withdrew them. Gives their number."""
    names = [column.name for column in table.columns]
    result = connection.execute(select(*(table.c[name] for name in names)).where(where))
    withdrawn = 0
    for rows in result.partitions(ROWS_AT_ONCE):
        cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        kept = [row_json(cells, index) for index in range(len(rows))]
        write(
            connection,
            withdrawn_rows,
            {"load_id": [load_id] * len(kept), "table_name": [table.name] * len(kept), "row": kept},
        )
        withdrawn += len(kept)
    if withdrawn:
        connection.execute(delete(table).where(where))
    return withdrawn


def referring_to(connection: Connection, table: Table) -> dict[str, int]:
    """How many rows of other tables name a row of this one that is not there, by table."""
    found: dict[str, int] = {}
    for other in metadata.sorted_tables:
        for column in other.columns:
            if column.info.get("refers") == table.name:
                (key,) = table.info["key"]
                lost = and_(column.is_not(None), ~select(table).where(table.c[key] == column).exists())
                if number := known_in(connection, other, lost):
                    found[other.name] = found.get(other.name, 0) + number
    return found


def merge(connection: Connection, staged: Staged) -> Merged:
    """Rows that the table already has, alike in every column, are left."""
    rows, table = staged.table, staged.of
    key = table.info["key"]
    match = same_key(table, rows, key)
    rest = (column.name for column in table.columns if column.name not in key)
    same_row = and_(match, *(table.c[name].is_not_distinct_from(rows.c[name]) for name in rest))
    sound = rows.c.state == SOUND
    connection.execute(update(rows).where(sound, select(table).where(same_row).exists()).values(state=KNOWN))
    updated = known_in(connection, rows, and_(sound, select(table).where(match).exists()))
    if updated:
        connection.execute(delete(table).where(select(rows).where(sound, match).exists()))
    names = [column.name for column in table.columns]
    connection.execute(insert(table).from_select(names, select(*(rows.c[name] for name in names)).where(sound)))
    counted = connection.execute(select(rows.c.state, func.count()).group_by(rows.c.state))
    states = dict(map(tuple, counted))
    unchanged = states.get(KNOWN, 0) + states.get(REPEATED, 0)
    return Merged(states.get(SOUND, 0) - updated, updated, unchanged, states.get(OVERTAKEN, 0))


def replaced_month(staged: Staged) -> ColumnElement[bool] | None:
    """The rows that a published file holds all of: the force's month. None for the contract's own files."""
    published = staged.extract.source.published
    return None if published is None else police_uk.replaced_by(published)


def looks_full(connection: Connection, staged: Sequence[Staged]) -> str:
    """What to say of files that name many of the rows known, but not all; before any of them is merged."""
    table = staged[0].of
    own = part_of(table, None)
    assert own is not None
    known = known_in(connection, table, own)
    missing = known_in(connection, table, and_(own, absent(table, staged))) if known else 0
    if not missing or known - missing < A_QUARTER * known:
        return ""
    return (
        f"rows known in {table.name} that are not in what was given: {missing:,} of {known:,}; if that holds all of its rows, "
        "load it with --full, which withdraws the others"
    )
