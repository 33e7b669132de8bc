"""The second wall: on PostgreSQL the database itself knows on whose behalf it is read, should a filter of ours be forgotten.

``wall.sql`` puts it up (made by ``python -m queries.handed_out``). Every transaction then takes the database role of its reader
and says which hubs are theirs; whoever says nothing gets nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, func, literal_column, select, text

from queries.periods import Period
from queries.scope import ROLES, SYSTEM, Access

SQL = Path(__file__).with_name("policies.sql")
PUT_IT_UP = "have the owner of its tables run queries/wall.sql (deploy/README.md)"
_READS_FOR = "reads_for"  # the option of a connection that says for whom it reads


def is_installed(connection: Connection) -> bool:
    """Whether this database has the wall that belongs to this version of the dashboard."""
    return connection.dialect.name == "postgresql" and _found(connection) == fingerprint()


def problem(connection: Connection) -> str:
    """Why readers may not be let in to this database: a sentence, empty where they may. A DuckDB file has no walls."""
    if connection.dialect.name != "postgresql":
        return ""
    if not _found(connection):
        return f"The reporting database has no row-level security: {PUT_IT_UP}."
    if not is_installed(connection):
        return f"The row-level security of the reporting database is of another version of this dashboard: {PUT_IT_UP} again."
    above = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
    if connection.scalar(above):
        return "The dashboard's login to the reporting database is above its row-level security: give it a login of its own."
    return ""


def act_as(connection: Connection, access: Access) -> None:
    """Read on behalf of a reader until the transaction ends. Where there is no wall, nothing changes."""
    if is_installed(connection):
        _read_for(connection, access)


@contextmanager
def ignoring_hub_limits(connection: Connection) -> Iterator[None]:
    """For what is no reader's own: how far the data reach, which of them there are, the time of year. Never for what is shown."""
    access = _reads_for(connection)
    if not access:
        yield
        return
    _read_for(connection, SYSTEM)
    try:
        yield
    except BaseException:
        connection.rollback()  # and with the transaction goes every role: what is read after a fault is nothing
        raise
    _read_for(connection, access)


def is_of_a_hub(connection: Connection) -> bool:
    """Whether the reader has the events of their own hubs alone, which the database hands out as judged by all of history."""
    access = _reads_for(connection)
    return access is not None and access.role == "hub"


def set_parameters(connection: Connection, told: Mapping[str, date | datetime], periods: Sequence[Period]) -> None:
    """Tell what is handed out the same that a statement is told: how far the data reach, and the periods asked about."""
    cells = [
        {name: getattr(period, name) for name in ("opens", "closes", "month", "quarter", "year", "calendar_year")}
        for period in periods
    ]
    settings = {f"ccp.{name}": str(value) for name, value in told.items()}
    _set(connection, settings | {"ccp.periods": json.dumps(cells, default=str)})


@cache
def fingerprint() -> str:
    """What tells this wall from those of other versions: the last line of ``wall.sql``."""
    return SQL.read_text(encoding="utf-8").rstrip().rpartition("\n-- ")[2]


def _found(connection: Connection) -> str:
    """The fingerprint of the wall in a database; empty where there is none. Looked up once for each connection."""
    found = connection.info.get("wall")
    if found is None:
        named = connection.scalar(select(func.to_regproc("ccp_wall")))
        found = connection.info["wall"] = str(connection.scalar(select(literal_column("ccp_wall()")))) if named else ""
    return str(found)


def _reads_for(connection: Connection) -> Access | None:
    access: Access | None = connection.get_execution_options().get(_READS_FOR)
    return access


def _read_for(connection: Connection, access: Access) -> None:
    connection.execution_options(**{_READS_FOR: access})
    hubs = json.dumps(access.hubs or ())
    _set(connection, {"role": ROLES[access.role].database_role, "ccp.role": access.role, "ccp.hubs": hubs})


def _set(connection: Connection, settings: Mapping[str, str]) -> None:
    """Until the transaction ends, and never longer: the next reader gets the same connection."""
    connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))
