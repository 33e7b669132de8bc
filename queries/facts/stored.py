"""Fact tables: each stores the rows of one definition, which can also be asked live."""

from typing import Any
from typing import cast as cast_to

from sqlalchemy import Column, ColumnElement, MetaData, Select, String, Table
from sqlalchemy.sql import visitors
from sqlalchemy.types import NullType, TypeEngine

from queries.tables import TEXT

facts = MetaData()


def fact(name: str, definition: Select[Any], of: Table) -> Table:
    """The table in which the rows of a definition are stored, with the same columns: each is judged from a row ``of`` a table.

    It holds every event of its kind, of every hub and year. Raises TypeError for a column whose type is not known.
    """
    columns = [Column(column.name, _stored(column.type)) for column in definition.selected_columns]
    if untyped := [column.name for column in columns if isinstance(column.type, NullType)]:
        raise TypeError(f"The fact table {name} cannot tell the type of {', '.join(untyped)}; cast it.")
    return Table(f"fact_{name}", facts, *columns, info={"definition": definition.subquery(name), "of": of})


def _stored(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return TEXT if isinstance(kind, String) else kind


def live(statement: Select[Any]) -> Select[Any]:
    """The same statement over the definitions, in place of what is stored of them."""

    def definition_or_its_column(element: object, **_: object) -> Any:
        if isinstance(element, Table):
            return element.info.get("definition")
        rows = getattr(element, "table", None)
        if isinstance(element, ColumnElement) and isinstance(rows, Table) and "definition" in rows.info:
            return rows.info["definition"].c[str(element.key)]
        return None

    return cast_to(Select[Any], visitors.replacement_traverse(statement, {}, definition_or_its_column))
