"""Row-level security: on PostgreSQL the database itself shows no reader more than they may see, whatever the dashboard asks.

``policies.sql`` holds its policies and grants, and `python -m queries.row_level_security` installs them. Every transaction then
takes the database role of its reader and sets which hubs are theirs; one that sets nothing reads nothing.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, func, literal_column, select, text

from queries.scope import ROLES, SYSTEM, Access

SQL = Path(__file__).with_name("policies.sql")
VERSION_FUNCTION = "ccp_row_level_security"  # returns the fingerprint of what is installed
FORMER_FUNCTION = "ccp_wall"  # the same, as earlier versions called it
HOW_TO_INSTALL = "have the owner of its tables run `python -m queries.row_level_security install` (deploy/README.md)"
_ACCESS = "access"  # the option of a connection that holds the access of its reader


def is_installed(connection: Connection) -> bool:
    """Whether this database has the row-level security that belongs to this version of the dashboard."""
    return connection.dialect.name == "postgresql" and _installed_fingerprint(connection) == fingerprint()


def problem(connection: Connection) -> str:
    """Why readers may not be let in to this database: a sentence, empty where they may. A DuckDB file has no such security."""
    if connection.dialect.name != "postgresql":
        return ""
    if not _installed_fingerprint(connection):
        return f"The reporting database has no row-level security: {HOW_TO_INSTALL}."
    if not is_installed(connection):
        of_another = "The row-level security of the reporting database is of another version of this dashboard"
        return f"{of_another}: {HOW_TO_INSTALL} again."
    is_above = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
    if connection.scalar(is_above):
        return "The dashboard's login to the reporting database is above its row-level security: give it a login of its own."
    return ""


def act_as(connection: Connection, access: Access) -> None:
    """Read on behalf of a reader until the transaction ends. Without row-level security nothing changes."""
    if is_installed(connection):
        _take_role(connection, access)


@contextmanager
def ignoring_hub_limits(connection: Connection) -> Iterator[None]:
    """Read every hub: how far the data reach, which hubs there are, the time of year. Never for what is shown as a figure."""
    access = _access_of(connection)
    if not access:
        yield
        return
    _take_role(connection, SYSTEM)
    try:
        yield
    except BaseException:
        connection.rollback()  # the role ends with the transaction: after an error nothing more is read
        raise
    _take_role(connection, access)


def is_of_a_hub(connection: Connection) -> bool:
    """Whether the reader sees the facts of their own hubs alone, and of the tables that these are built from nothing."""
    access = _access_of(connection)
    return access is not None and access.role == "hub"


@cache
def fingerprint() -> str:
    """What tells the policies of this version from those of others: the last line of ``policies.sql``."""
    return SQL.read_text(encoding="utf-8").rstrip().rpartition("\n-- ")[2]


def _installed_fingerprint(connection: Connection) -> str:
    """The fingerprint of what a database has installed; empty where that is nothing.

    A connection remembers it where it is this version's: any other may be replaced while the connection stands open.
    """
    if connection.info.get("row_level_security") != fingerprint():
        names = (VERSION_FUNCTION, FORMER_FUNCTION)
        existing = connection.execute(select(*(func.to_regproc(name) for name in names))).one()
        name = next((name for name, function in zip(names, existing, strict=True) if function), None)
        connection.info["row_level_security"] = str(connection.scalar(select(literal_column(f"{name}()")))) if name else ""
    return str(connection.info["row_level_security"])


def _access_of(connection: Connection) -> Access | None:
    access: Access | None = connection.get_execution_options().get(_ACCESS)
    return access


def _take_role(connection: Connection, access: Access) -> None:
    connection.execution_options(**{_ACCESS: access})
    hubs = json.dumps(access.hubs or ())
    role = ROLES[access.role].database_role
    _set_for_transaction(connection, {"role": role, "ccp.role": access.role, "ccp.hubs": hubs})


def _set_for_transaction(connection: Connection, settings: Mapping[str, str]) -> None:
    """Set until the transaction ends, and never longer: the next reader gets the same connection."""
    connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))
