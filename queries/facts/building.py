"""Builds the facts: every definition is asked once, at a load, and stored; readers then count what is stored."""

import hashlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Date, DateTime, LargeBinary, Table, Text, delete, func, insert, null, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from queries import facts as room
from queries.facts.known import any_row, parameters
from queries.facts.stored import facts
from queries.tables import TEXT, loads
from queries.tables.presence import is_there

Answer = TypeVar("Answer")

HOW_TO_BUILD = "run `python -m ingest facts`"

# How PostgreSQL goes about counting. A figure joins whole tables by ages and flags that no planner can estimate: it expects one
# row where there are thousands, and would look the other table up for each. Compiling a query takes longer than most figures do.
PLANNER_SETTINGS = {"enable_nestloop": "off", "jit": "off", "work_mem": "64MB"}

# The columns of the tables of facts, as the database has them.
_COLUMNS = text(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_catalog = current_database() "
    "AND table_schema = current_schema() AND table_name LIKE 'fact_%' ORDER BY table_name, ordinal_position"
)

_MOMENTS = "built_and_loaded_at"  # what a connection was told of its data
builds = Table("fact_builds", facts, Column("version", Text, nullable=False), Column("built_at", DateTime, nullable=False))

# What is worked out from the facts before anyone asks: of a hub, or of the whole force where it is blank.
answers = Table(
    "fact_answers",
    facts,
    Column("hub_id", TEXT),
    Column("kind", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("opens", Date, nullable=False),
    Column("closes", Date, nullable=False),
    Column("version", Text, nullable=False),
    Column("answer", LargeBinary, nullable=False),
)
BESIDE = (builds, answers)  # what stands beside the facts, and is made anew with them


def build(connection: Connection, now: datetime) -> None:
    """Store the rows of every definition, in place of those of an earlier build, in the transaction of whoever asks.

    ``now`` is the instant (naive UTC).
    """
    _make_tables(connection)
    if connection.dialect.name == "postgresql":
        for name, value in PLANNER_SETTINGS.items():
            connection.execute(text(f"SET LOCAL {name} = '{value}'"))
    tables = stored()
    # A force may lack many tables, and a definition takes longer to plan than to find nothing.
    looked_for = [any_row(rows) for table in tables for rows in (table, table.info["of"])]
    held = connection.execute(select(*(found.label(f"v{number}") for number, found in enumerate(looked_for)))).one()
    for table, has_rows, has_events in zip(tables, held[::2], held[1::2], strict=True):
        if has_rows:
            connection.execute(delete(table))
        if has_events:
            rows = select(*table.info["definition"].c)
            connection.execute(insert(table).from_select([column.name for column in table.c], rows), parameters())
    for table in BESIDE:
        connection.execute(delete(table))
    connection.execute(insert(builds).values(version=version(), built_at=now))
    connection.info[_MOMENTS] = (now, now)


def problem(connection: Connection) -> str:
    """Why the facts of this database may not be read, in a sentence; empty where they may."""
    last_load = select(func.max(loads.c.loaded_at)).scalar_subquery() if is_there(connection, loads) else null()
    asked = select(builds, last_load.label("loaded_at"))
    built = connection.execute(asked).one_or_none() if is_there(connection, builds) else None
    if built is None:
        return f"The facts of this database have not been built: {HOW_TO_BUILD}."
    if built.version != version():
        return f"The facts of this database are of another version of the dashboard: {HOW_TO_BUILD}."
    connection.info[_MOMENTS] = (built.built_at, built.loaded_at)
    return ""


def nothing_loaded_since(connection: Connection) -> bool:
    """Whether all that was loaded was there when the facts were built: hubs, say, or targets may be filled by the force later."""
    built_at, loaded_at = connection.info[_MOMENTS]
    return loaded_at is None or loaded_at <= built_at


def looked_up(connection: Connection, asked: Hashable, look: Callable[[], Answer]) -> Answer:
    """What is the same for every reader until something is loaded: looked up once in this process, by what is asked."""
    known = remembered(connection)
    if asked not in known:
        known[asked] = look()
    answer: Answer = known[asked]
    return answer


def remembered(connection: Connection) -> dict[Any, Any]:
    """All that was `looked_up` of the data as they are.

    Raises KeyError for a connection on which nobody has built the facts, or asked whether there is a `problem` with them.
    """
    return _remembered(str(connection.engine.url), *connection.info[_MOMENTS])


@lru_cache(maxsize=8)
def _remembered(url: str, built_at: datetime, loaded_at: datetime | None) -> dict[Any, Any]:
    """By the address of the database, the instant of the build, and that of the last load."""
    return {}


def built_at(connection: Connection) -> datetime:
    """When the facts were built (naive UTC)."""
    moment: datetime = connection.execute(select(builds.c.built_at)).scalar_one()
    return moment


def stored() -> list[Table]:
    """Every fact table; all definitions are imported first."""
    for module in pkgutil.iter_modules(room.__path__):
        import_module(f"{room.__name__}.{module.name}")
    return [table for table in facts.sorted_tables if "definition" in table.info]


@cache
def version() -> str:
    """What tells these facts from those of another version of the dashboard: a hash of their tables and definitions."""
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    parts = [part for table in stored() for part in (CreateTable(table), select(table.info["definition"]).params(parameters()))]
    parts += [CreateTable(table) for table in BESIDE]
    all_of_it = "\n".join(str(part.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for part in parts)
    return hashlib.sha256(all_of_it.encode()).hexdigest()[:16]


def _make_tables(connection: Connection) -> None:
    """The tables that are not there yet; those of other columns, as another version had them, are made anew."""
    existing = defaultdict(list)
    for name, column_name in connection.execute(_COLUMNS):
        existing[name].append(column_name)
    for table in (*stored(), *BESIDE):
        if existing[table.name] != [column.name for column in table.c]:
            if existing[table.name]:
                table.drop(connection, checkfirst=False)
            table.create(connection, checkfirst=False)
