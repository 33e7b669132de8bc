"""Builds the facts: every definition is asked once, at a load, and stored; readers then count what is stored."""

import hashlib
import pkgutil
from datetime import datetime
from functools import cache
from importlib import import_module

from sqlalchemy import Column, Connection, DateTime, Table, Text, delete, insert, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from queries import facts as room
from queries.facts.known import parameters
from queries.facts.stored import facts

HOW_TO_BUILD = "run `python -m ingest facts`"

# How PostgreSQL goes about counting. A figure joins whole tables by ages and flags that no planner can estimate: it expects one
# row where there are thousands, and would look the other table up for each. Compiling a query takes longer than most figures do.
PLANNER_SETTINGS = {"enable_nestloop": "off", "jit": "off", "work_mem": "64MB"}

builds = Table("fact_builds", facts, Column("version", Text, nullable=False), Column("built_at", DateTime, nullable=False))


def build(connection: Connection, now: datetime) -> None:
    """Store the rows of every definition, in place of those of an earlier build, in the transaction of whoever asks.

    ``now`` is the instant (naive UTC).
    """
    _make_tables(connection)
    if connection.dialect.name == "postgresql":
        for name, value in PLANNER_SETTINGS.items():
            connection.execute(text(f"SET LOCAL {name} = '{value}'"))
    for table in stored():
        connection.execute(delete(table))
        definition = table.info["definition"]
        connection.execute(insert(table).from_select([column.name for column in table.c], select(*definition.c)), parameters())
    connection.execute(delete(builds))
    connection.execute(insert(builds).values(version=version(), built_at=now))


def problem(connection: Connection) -> str:
    """Why the facts of this database may not be read, in a sentence; empty where they may."""
    if not connection.info.get("has_facts"):  # looked up once for each connection
        connection.info["has_facts"] = inspect(connection).has_table(builds.name)
    built = connection.scalar(select(builds.c.version)) if connection.info["has_facts"] else None
    if built is None:
        return f"The facts of this database have not been built: {HOW_TO_BUILD}."
    return "" if built == version() else f"The facts of this database are of another version of the dashboard: {HOW_TO_BUILD}."


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
    all_of_it = "\n".join(str(part.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for part in parts)
    return hashlib.sha256(all_of_it.encode()).hexdigest()[:16]


def _make_tables(connection: Connection) -> None:
    """The tables that are not there yet; those of other columns, as another version had them, are made anew."""
    inspector = inspect(connection)
    for table in (*stored(), builds):
        if inspector.has_table(table.name):
            names = [column["name"] for column in inspector.get_columns(table.name)]
            if names == [column.name for column in table.c]:
                continue
            table.drop(connection)
        table.create(connection)
