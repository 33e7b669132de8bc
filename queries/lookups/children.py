"""Which words of a text are the reference of a child: for whoever writes one that others will read."""

from collections.abc import Collection

from sqlalchemy import Connection, select, union

from queries.facts.stored import facts
from queries.scope import Scope
from queries.tables.presence import is_there


def references_among(connection: Connection, scope: Scope, texts: Collection[str]) -> set[str]:
    """Those of these texts that are the reference of a child who was met in the hubs of a scope."""
    tables = [
        table for table in facts.sorted_tables if {"child_id", "hub_id"} <= set(table.c.keys()) and is_there(connection, table)
    ]
    if not texts or not tables:
        return set()
    found = (select(table.c.child_id).where(table.c.child_id.in_(list(texts)), scope.of_hubs(table.c.hub_id)) for table in tables)
    return set(connection.scalars(union(*found)))
