"""Whether the force is the invented one of the demo: only if every row is as the demo made it, whatever its hubs are called.

The demo seals the database when it has filled it: a hash of every row of every table. A row added, changed or taken
away since, by whatever program, breaks the seal, and the database is a real one: nobody reads it without signing in.
"""

import hashlib
from collections.abc import Sequence
from time import monotonic
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Inspector,
    String,
    Table,
    cast,
    exists,
    func,
    insert,
    inspect,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from queries import row_level_security
from queries.facts.building import BESIDE, looked_up, stored
from queries.tables import demo_seals, hubs, metadata

INVENTED = "invented demo"  # in the name of a force
_BLANK = "\x01"  # stands where nothing is recorded, as no text does


def is_invented(connection: Connection) -> bool:
    """Whether the demo made all that this database holds.

    A file is looked at once, as a load puts another in its place; a database server once a minute, since anybody may write to it.
    """
    minute = 0 if connection.dialect.name == "duckdb" else int(monotonic() // 60)
    looked_at: dict[int, bool] = looked_up(connection, "is invented", dict)
    if minute not in looked_at:
        looked_at.clear()
        looked_at[minute] = is_sealed(connection)
    return looked_at[minute]


def holds_invented(connection: Connection) -> bool:
    """Whether the demo made something of what this database holds, or it says so: real rows must not join that."""
    of_the_force = exists().where(hubs.c.force.contains(INVENTED, autoescape=True))
    names = set(inspect(connection).get_table_names())
    has_seal = demo_seals.name in names and connection.scalar(select(exists().select_from(demo_seals)))
    return bool(has_seal or (hubs.name in names and connection.scalar(select(of_the_force))))


def is_empty(connection: Connection) -> bool:
    """Whether there is no row, and no table that is not the dashboard's own; facts are made of rows."""
    names = set(inspect(connection).get_table_names())
    own = [table for table in metadata.sorted_tables if table.name in names]
    return names <= _known() and not any(connection.scalar(select(exists().select_from(table))) for table in own)


def _known() -> set[str]:
    """The names of all tables that the dashboard has."""
    return {table.name for table in (*metadata.sorted_tables, *_built())}


def seal(connection: Connection) -> None:
    """Vouch for every row that is there: for the demo alone, at the end of its own load."""
    connection.execute(
        insert(demo_seals).values(digest=_digest(connection, _loaded(connection)), facts_digest=_digest(connection, _built()))
    )


def seal_facts_again(connection: Connection) -> None:
    """Vouch for facts that were just built again, where all else is as the demo made it."""
    if connection.scalar(
        select(func.count()).select_from(demo_seals).where(demo_seals.c.digest == _digest(connection, _loaded(connection)))
    ):
        connection.execute(update(demo_seals).values(facts_digest=_digest(connection, _built())))


def is_sealed(connection: Connection) -> bool:
    """`is_invented`, looked at now."""
    names = set(inspect(connection).get_table_names())
    if not {demo_seals.name, hubs.name} <= names or names - _known():
        return False
    with row_level_security.ignoring_hub_limits(connection):
        forces = connection.scalars(select(hubs.c.force).distinct()).all()
        if not forces or not all(force and INVENTED in force for force in forces):
            return False
        seals = connection.execute(select(demo_seals)).all()
        return len(seals) == 1 and tuple(seals[0]) == (_digest(connection, _loaded(connection)), _digest(connection, _built()))


def _loaded(connection: Connection) -> list[Table]:
    """All that a load writes; on a server without what the dashboard reads as an analyst alone."""
    is_file = connection.dialect.name == "duckdb"
    return [t for t in metadata.tables.values() if t is not demo_seals and (is_file or t.info["readers"] != "analyst")]


def _built() -> tuple[Table, ...]:
    return (*stored(), *BESIDE)


def _digest(connection: Connection, tables: Sequence[Table]) -> str:
    """A hash of every row of some tables, of those that there are, in whatever order the rows stand."""
    inspector = inspect(connection)
    names = set(inspector.get_table_names())
    there = [table for table in tables if table.name in names]
    digests = [_digest_of(table, _without_lacking(inspector, table)).label(table.name) for table in there]
    rows = connection.execute(select(literal(""), *digests)).one()
    of_each = " ".join(f"{table.name}={digest}" for table, digest in zip(there, rows[1:], strict=True))
    return hashlib.sha256(of_each.encode()).hexdigest()


def _without_lacking(inspector: Inspector, table: Table) -> list[Column[Any]]:
    """The columns of a table, without those that a database of an earlier version lacks."""
    if not any(column.info.get("added") for column in table.columns):
        return list(table.columns)
    there = {column["name"] for column in inspector.get_columns(table.name)}
    return [column for column in table.columns if column.name in there]


def _cell(column: Column[Any]) -> ColumnElement[str]:
    """As text. A blank one of a column that was added later is as if it were not there, as in the database of another version."""
    text = cast(column, String)
    return literal(f"{column.name}=") + text if column.info.get("added") else func.coalesce(text, _BLANK)


def _digest_of(table: Table, columns: Sequence[Column[Any]]) -> ColumnElement[str]:
    rows = select(func.md5(func.concat_ws("\x1f", *map(_cell, columns))).label("row")).subquery()
    in_order: ColumnElement[str] = aggregate_order_by(literal_column("''"), rows.c.row)
    return select(func.coalesce(func.md5(func.string_agg(rows.c.row, in_order)), "")).scalar_subquery()
