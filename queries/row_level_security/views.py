"""The events of a hub as its readers get them: each judged over its child's whole history in every hub, which they do not see.

On PostgreSQL each kind of event is a view of the reader's hubs, and so are the children whom these may know.
"""

from typing import Any

from sqlalchemy import Date, DateTime, Subquery, Table, TableClause, literal_column
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors

from queries.counting.dimensions import CARE_IS_LOADED
from queries.counting.events import AS_AT, AS_AT_INSTANT, DATA_END, DATA_END_INSTANT, VIEWS_OF_OWN_HUBS
from queries.periods import PERIODS
from queries.tables import metadata

OWN_HUBS = "ANY ((SELECT ccp_own_hubs())::text[])"
OWN_CHILDREN = "own_children"
_CARE_IS_LOADED = "ccp_care_is_loaded()"
# What a statement gets as parameters, a view reads from settings of the transaction (`row_level_security.set_parameters`).
_SETTINGS = {
    parameter: literal_column(f"current_setting('ccp.{parameter.key}')::{kind}", type_)
    for parameter, kind, type_ in (
        (AS_AT, "date", Date()),
        (DATA_END, "date", Date()),
        (AS_AT_INSTANT, "timestamp", DateTime()),
        (DATA_END_INSTANT, "timestamp", DateTime()),
    )
}
_PERIODS_CTE = (
    "WITH periods AS (SELECT * FROM jsonb_to_recordset(current_setting('ccp.periods')::jsonb) AS period_rows("
    + ", ".join(f"{column.name} {column.type}" for column in PERIODS.c)
    + "))"
)


def statements() -> list[str]:
    """The SQL of all views, and of the function by which they look whether care spells are loaded.

    Of each kind of event whose module has been imported.
    """
    views = sorted(VIEWS_OF_OWN_HUBS.items(), key=lambda item: item[1].name)
    return [_own_children(), _care_is_loaded(), *(_view_of_events(rows, view) for rows, view in views)]


def hub_column(table: Table) -> str:
    """The column that says which hub a row belongs to; blank where the table has none."""
    return next((name for name in ("hub_id", "residence_hub_id", "home_hub_id") if name in table.c), "")


def _own_children() -> str:
    """Whom a hub may know: children who live there, or to whom something happened there."""
    tables = [table for table in metadata.sorted_tables if "child_id" in table.c and hub_column(table)]
    selects = [f"SELECT child_id FROM {table.name} WHERE {hub_column(table)} = {OWN_HUBS}" for table in tables]
    selects.append(f"SELECT child_id FROM suspects JOIN crimes USING (crime_id) WHERE hub_id = {OWN_HUBS}")
    return _view(OWN_CHILDREN, " UNION\n".join(selects))


def _care_is_loaded() -> str:
    """Whether any care spell is loaded, which tells "not in care" from "not known"."""
    return (
        f"\nCREATE OR REPLACE FUNCTION {_CARE_IS_LOADED} RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER\n"
        "SET search_path FROM CURRENT AS $$ SELECT EXISTS (SELECT FROM care_spells) $$;\n"
        f"ALTER FUNCTION {_CARE_IS_LOADED} OWNER TO ccp_judge;"
    )


def _view_of_events(rows: Subquery, view: TableClause) -> str:
    """The events of the reader's hubs, each judged over its child's whole history in every hub."""
    judged = _compiled(visitors.replacement_traverse(rows.element, {}, _setting_for))
    conditions = [f"{name} = {OWN_HUBS}" for name in ("hub_id", "home_hub_id") if name in rows.c]
    cte = f"{_PERIODS_CTE}\n" if any(element is PERIODS for element in visitors.iterate(rows.element)) else ""
    return _view(view.name, f"{cte}SELECT * FROM ({judged}) AS judged\nWHERE {' OR '.join(conditions)}")


def _view(name: str, statement: str) -> str:
    """A view that reads with the rights of its owner, who sees all, and shows only what it selects."""
    return (
        f"\nCREATE VIEW {name} WITH (security_barrier) AS\n{statement};\n"
        f"GRANT SELECT ON {name} TO ccp_hub;\nALTER VIEW {name} OWNER TO ccp_judge;"
    )


def _setting_for(element: object, **_: object) -> Any:
    if element is CARE_IS_LOADED:
        return literal_column(_CARE_IS_LOADED)
    return next((setting for parameter, setting in _SETTINGS.items() if element is parameter), None)


def _compiled(statement: Any) -> str:
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
