"""Whether a database has a table at all: one of an earlier version, or a force's own, may lack some."""

from sqlalchemy import Connection, Table, inspect


def is_there(connection: Connection, table: Table) -> bool:
    """Whether a table is there; once it was, it is not looked for again over this connection to the database."""
    asked = ("is there", table.name)
    if not connection.info.get(asked):
        connection.info[asked] = inspect(connection).has_table(table.name)
    return bool(connection.info[asked])
