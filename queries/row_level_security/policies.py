"""Writes ``wall.sql``, the row-level security of a PostgreSQL: what it hands out, and to which of its own roles.

``python -m queries.handed_out > queries/wall.sql`` after any change of the tables, or of what makes an event what it is.
"""

import hashlib
import pkgutil
from importlib import import_module
from typing import Any

from sqlalchemy import Date, DateTime, Subquery, Table, TableClause, literal_column
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors

import queries
from queries.counting.events import AS_AT, AS_AT_INSTANT, CARE_IS_LOADED, DATA_END, DATA_END_INSTANT, OWN, PERIODS
from queries.tables import metadata

OPENING = """\
-- The row-level security of the reporting database, for this version of the dashboard. Made by `python -m queries.handed_out`.
-- The owner of the tables runs it after the first load and after every new version, as often as one likes:
--   psql --set=ON_ERROR_STOP=1 --single-transaction --file=queries/wall.sql
--
-- ccp_command   reads every figure of the force           ccp_hub     reads the events of the hubs that it is told
-- ccp_analyst   reads besides what was loaded and refused  ccp_board   reads nothing: what it may see is released elsewhere
-- ccp_loader    loads; reads and writes everything        ccp_judge   owns what is handed out; nobody is to be given it
-- (Who writes and reads the access log has roles of their own, in notebook/append_only.sql.)
--
-- The login of the dashboard has the first three without inheriting them, that of whoever loads has ccp_loader:
--   CREATE ROLE dashboard LOGIN NOINHERIT PASSWORD ...; GRANT ccp_command, ccp_analyst, ccp_hub TO dashboard;
--   CREATE ROLE loading LOGIN PASSWORD ...; GRANT ccp_loader TO loading;
-- The owner, unless a superuser, sees nothing either. Where it may not create roles, have them created, and
--   GRANT ccp_judge TO owner WITH ADMIN TRUE, INHERIT FALSE;

SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(7204120);  -- one at a time, for the roles are shared by every database of a server

DO $$
DECLARE role_name text; old_view text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['ccp_command', 'ccp_analyst', 'ccp_hub', 'ccp_board', 'ccp_loader', 'ccp_judge'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    END IF;
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', current_schema());  -- to look whether there is a wall, before any role
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT ccp_judge TO %I', current_user);  -- to give it the views below; taken back at the end
  END IF;
  EXECUTE format('GRANT CREATE ON SCHEMA %I TO ccp_judge', current_schema());
  -- What an earlier version handed out, and the policies that stood on it.
  FOR old_view IN SELECT viewname FROM pg_views WHERE schemaname = current_schema() AND viewowner = 'ccp_judge' LOOP
    EXECUTE format('DROP VIEW IF EXISTS %I CASCADE', old_view);
  END LOOP;
END $$;

-- On whose behalf the transaction reads; whoever says nothing gets nothing.
CREATE OR REPLACE FUNCTION ccp_reads_as(role_name text) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('ccp.role', true), '') = role_name $$;
CREATE OR REPLACE FUNCTION ccp_own_hubs() RETURNS text[] LANGUAGE sql STABLE AS
$$ SELECT ARRAY(SELECT jsonb_array_elements_text(nullif(current_setting('ccp.hubs', true), '')::jsonb)) $$;
"""
CLOSING = """
DO $$
BEGIN
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM ccp_judge', current_schema());
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('REVOKE ccp_judge FROM %I GRANTED BY %I', current_user, current_user);
  END IF;
END $$;
"""
EVERYTHING = "ccp_command, ccp_analyst"
READERS = f"{EVERYTHING}, ccp_hub"
# What no child is in, and nothing but the analyst's: raw rows stand in what was refused.
OPEN_TO_ALL = frozenset({"population", "outcome_codes"})
OF_THE_ANALYST = frozenset({"rejected_rows"})
OF_THE_FORCE = frozenset({"loads"})
FOR_EVERY_HUB_WHERE_BLANK = frozenset({"targets", "chart_steps"})
OWN_HUBS = "ANY ((SELECT ccp_own_hubs())::text[])"
KNOWN_CHILDREN = "own_children"
CARE_IS_LOADED_BY_NAME = "ccp_care_is_loaded()"
# What statements are told by parameters, views are told by settings of the transaction (`queries.wall.tell`).
SETTINGS = {
    told: literal_column(f"current_setting('ccp.{told.key}')::{kind}", type_)
    for told, kind, type_ in (
        (AS_AT, "date", Date()),
        (DATA_END, "date", Date()),
        (AS_AT_INSTANT, "timestamp", DateTime()),
        (DATA_END_INSTANT, "timestamp", DateTime()),
    )
}
PERIODS_AS_TOLD = (
    "WITH periods AS (SELECT * FROM jsonb_to_recordset(current_setting('ccp.periods')::jsonb) AS told("
    + ", ".join(f"{column.name} {column.type}" for column in PERIODS.c)
    + "))"
)


def script() -> str:
    """The whole of ``wall.sql``. Its last line is its fingerprint, which the database keeps to be compared with."""
    for module in pkgutil.walk_packages(queries.__path__, "queries."):  # so that every kind of event is known
        if not module.name.endswith("__main__"):
            import_module(module.name)
    views = sorted(OWN.items(), key=lambda item: item[1].name)
    made = [
        OPENING,
        _ways_round(),
        *_shut(),
        _children(),
        _care(),
        *(_handed_out(rows, view) for rows, view in views),
        *(policy for table in metadata.sorted_tables for policy in _policies(table)),
        CLOSING,
    ]
    body = "\n".join(made)
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    kept = f"CREATE OR REPLACE FUNCTION ccp_wall() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{mark}' $$;"
    return f"{body}{kept}\n-- {mark}\n"


def _ways_round() -> str:
    """No table may be a view, which no policy guards; any other view over the tables reads as whoever asks, not as its owner."""
    names = ", ".join(f"'{table.name}'" for table in metadata.sorted_tables)
    return f"""
DO $$
DECLARE name text; view regclass;
BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('v', 'm') AND relname IN ({names}) LOOP
    RAISE EXCEPTION '% is a view, and row-level security guards tables alone', name
      USING HINT = 'Make it a table of that name, filled from the view at every load (deploy/README.md).';
  END LOOP;
  FOR view IN SELECT DISTINCT ev_class FROM pg_rewrite JOIN pg_depend ON objid = pg_rewrite.oid
      JOIN pg_class AS guarded ON guarded.oid = refobjid JOIN pg_class AS reading ON reading.oid = ev_class
      WHERE guarded.relnamespace = current_schema()::regnamespace AND guarded.relname IN ({names}) AND reading.relkind = 'v' LOOP
    EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', view);
  END LOOP;
END $$;
"""


def _shut() -> list[str]:
    """Nothing of any table to anybody, but for whoever loads and whoever judges."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    roles = f"{READERS}, ccp_board, ccp_loader, ccp_judge"
    return [
        f"REVOKE ALL ON {names} FROM PUBLIC, {roles};",
        f"GRANT SELECT ON {names} TO ccp_judge;",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {names} TO ccp_loader;",
        "-- Before that version only owners count rows for the planner.",
        "DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN",
        f"  EXECUTE 'GRANT MAINTAIN ON {names} TO ccp_loader';",
        "END IF; END $$;",
    ]


def _children() -> str:
    """Who a hub may know: children who live there, or to whom something happened there."""
    named = [table for table in metadata.sorted_tables if "child_id" in table.c and _hub_of(table)]
    found = [f"SELECT child_id FROM {table.name} WHERE {_hub_of(table)} = {OWN_HUBS}" for table in named]
    found.append(f"SELECT child_id FROM suspects JOIN crimes USING (crime_id) WHERE hub_id = {OWN_HUBS}")
    return _view(KNOWN_CHILDREN, " UNION\n".join(found))


def _handed_out(rows: Subquery, view: TableClause) -> str:
    """Events of a reader's own hubs, each judged over its child's whole history in every hub, which is not handed out."""
    judged = _text(visitors.replacement_traverse(rows.element, {}, _as_told))
    places = [f"{name} = {OWN_HUBS}" for name in ("hub_id", "home_hub_id") if name in rows.c]
    with_periods = f"{PERIODS_AS_TOLD}\n" if any(part is PERIODS for part in visitors.iterate(rows.element)) else ""
    return _view(view.name, f"{with_periods}SELECT * FROM ({judged}) AS judged\nWHERE {' OR '.join(places)}")


def _view(name: str, statement: str) -> str:
    """A view that reads as its owner does, who sees all, and hands out only what it selects."""
    return (
        f"\nCREATE VIEW {name} WITH (security_barrier) AS\n{statement};\n"
        f"GRANT SELECT ON {name} TO ccp_hub;\nALTER VIEW {name} OWNER TO ccp_judge;"
    )


def _care() -> str:
    """Whether any care spell is loaded, which tells "not in care" from "not known"."""
    return (
        f"\nCREATE OR REPLACE FUNCTION {CARE_IS_LOADED_BY_NAME} RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER\n"
        "SET search_path FROM CURRENT AS $$ SELECT EXISTS (SELECT FROM care_spells) $$;\n"
        f"ALTER FUNCTION {CARE_IS_LOADED_BY_NAME} OWNER TO ccp_judge;"
    )


def _policies(table: Table) -> list[str]:
    name = table.name
    own = _own(table)
    readers = "ccp_analyst" if name in OF_THE_ANALYST else READERS if own else EVERYTHING
    everything = "ccp_reads_as('analyst')" if name in OF_THE_ANALYST else "ccp_reads_as('command') OR ccp_reads_as('analyst')"
    force = "ccp_analyst" if name in OF_THE_ANALYST else EVERYTHING
    policies = {
        "loader": "TO ccp_loader USING (true) WITH CHECK (true)",
        "judge": "FOR SELECT TO ccp_judge USING (true)",
        "force": f"FOR SELECT TO {force} USING ({everything})",
        **({"hub": f"FOR SELECT TO ccp_hub USING (ccp_reads_as('hub') AND ({own}))"} if own else {}),
    }
    return [
        f"\nALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;",
        f"GRANT SELECT ON {name} TO {readers};",
        *(
            line
            for policy, rule in policies.items()
            for line in (f"DROP POLICY IF EXISTS {policy} ON {name};", f"CREATE POLICY {policy} ON {name} {rule};")
        ),
    ]


def _own(table: Table) -> str:
    """The condition that a row is of a reader's own hubs; empty where no row is for readers of a hub."""
    if table.name in OF_THE_ANALYST | OF_THE_FORCE:
        return ""
    if table.name in OPEN_TO_ALL:
        return "true"
    known = f"child_id IN (SELECT child_id FROM {KNOWN_CHILDREN})"
    hub = _hub_of(table)
    if table.name == "children":
        return known
    if hub:
        blank = f" OR {hub} IS NULL" if table.name in FOR_EVERY_HUB_WHERE_BLANK else ""
        return f"{hub} = {OWN_HUBS}{blank}"
    # Of a crime in one's own hub, as crimes are guarded themselves; else of a child whom the hub may know.
    return "crime_id IN (SELECT crime_id FROM crimes)" if "crime_id" in table.c else known


def _hub_of(table: Table) -> str:
    return next((name for name in ("hub_id", "residence_hub_id", "home_hub_id") if name in table.c), "")


def _as_told(element: object, **_: object) -> Any:
    if element is CARE_IS_LOADED:
        return literal_column(CARE_IS_LOADED_BY_NAME)
    return next((setting for told, setting in SETTINGS.items() if element is told), None)


def _text(statement: Any) -> str:
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


if __name__ == "__main__":
    print(script(), end="")
