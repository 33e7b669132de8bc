"""Who may read which rows of the reporting database, as SQL for PostgreSQL: its roles, grants, policies and views.

``policies.sql`` is the result. After any change of the tables, or of what makes an event what it is, it is written again by
`python -m queries.row_level_security show --write`.
"""

import hashlib
import pkgutil
from importlib import import_module

from sqlalchemy import Table

import queries
from queries.row_level_security import FORMER_FUNCTION, VERSION_FUNCTION, views
from queries.tables import metadata

OPENING = """\
-- The row-level security of the reporting database, for this version of the dashboard, made from its tables and kinds of events.
-- The owner of the tables installs it after the first load and after every new version, as often as one likes:
--   python -m queries.row_level_security install --database=postgresql+psycopg://owner@host/reporting
-- or psql --set=ON_ERROR_STOP=1 --single-transaction --file=queries/row_level_security/policies.sql
--
-- ccp_command   reads every figure of the force           ccp_hub     reads the events of the hubs that its transaction sets
-- ccp_analyst   reads besides what was loaded and refused  ccp_board   reads nothing: what it may see is released elsewhere
-- ccp_loader    loads; reads and writes everything        ccp_judge   owns the views of events; nobody is to be given it
-- (Who writes and reads the access log has roles of their own, in audit/append_only.sql.)
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
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', current_schema());  -- to look which version is installed, before any role
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT ccp_judge TO %I', current_user);  -- to give it the views below; taken back at the end
  END IF;
  EXECUTE format('GRANT CREATE ON SCHEMA %I TO ccp_judge', current_schema());
  IF to_regclass('told_figures') IS NOT NULL AND to_regclass('kept_figures') IS NULL THEN
    ALTER TABLE told_figures RENAME TO kept_figures;  -- as earlier versions called it
  END IF;
  -- The views of an earlier version, and the policies that read them.
  FOR old_view IN SELECT viewname FROM pg_views WHERE schemaname = current_schema() AND viewowner = 'ccp_judge' LOOP
    EXECUTE format('DROP VIEW IF EXISTS %I CASCADE', old_view);
  END LOOP;
END $$;

-- On whose behalf the transaction reads; one that does not set it reads nothing.
CREATE OR REPLACE FUNCTION ccp_reads_as(role_name text) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('ccp.role', true), '') = role_name $$;
CREATE OR REPLACE FUNCTION ccp_own_hubs() RETURNS text[] LANGUAGE sql STABLE AS
$$ SELECT ARRAY(SELECT jsonb_array_elements_text(nullif(current_setting('ccp.hubs', true), '')::jsonb)) $$;
"""
# No table may be a view, which no policy limits; any other view over the tables reads with the rights of whoever asks.
VIEWS_OVER_TABLES = """
DO $$
DECLARE
  tables text[] := ARRAY[{names}];
  name text; view regclass;
BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('v', 'm') AND relname = ANY (tables) LOOP
    RAISE EXCEPTION '% is a view, and row-level security protects tables alone', name
      USING HINT = 'Make it a table of that name, filled from the view at every load (deploy/README.md).';
  END LOOP;
  FOR view IN SELECT DISTINCT ev_class FROM pg_rewrite JOIN pg_depend ON objid = pg_rewrite.oid
      JOIN pg_class AS guarded ON guarded.oid = refobjid JOIN pg_class AS reading ON reading.oid = ev_class
      WHERE guarded.relnamespace = current_schema()::regnamespace AND guarded.relname = ANY (tables)
      AND reading.relkind = 'v' LOOP
    EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', view);
  END LOOP;
END $$;
"""
POLICIES = """
-- Every table, with the condition of the rows that a reader of hubs may read: NULL where that is none of them.
DO $policies$
DECLARE
  rule record; policy text; force_roles text; of_force text;
BEGIN
  FOR rule IN SELECT * FROM (VALUES
{rows}
  ) AS rules(table_name, readers, of_own_hubs) LOOP
    IF rule.readers = 'analyst' THEN
      force_roles := 'ccp_analyst';
      of_force := $$ccp_reads_as('analyst')$$;
    ELSE
      force_roles := 'ccp_command, ccp_analyst';
      of_force := $$ccp_reads_as('command') OR ccp_reads_as('analyst')$$;
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', rule.table_name);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, ccp_command, ccp_analyst, ccp_hub, ccp_board, ccp_loader, ccp_judge',
      rule.table_name);
    FOREACH policy IN ARRAY ARRAY['loader', 'judge', 'force', 'hub'] LOOP
      EXECUTE format('DROP POLICY IF EXISTS %I ON %I', policy, rule.table_name);
    END LOOP;

    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ccp_loader', rule.table_name);
    IF current_setting('server_version_num')::int >= 170000 THEN  -- before that version only owners count rows for the planner
      EXECUTE format('GRANT MAINTAIN ON %I TO ccp_loader', rule.table_name);
    END IF;
    EXECUTE format('CREATE POLICY loader ON %I TO ccp_loader USING (true) WITH CHECK (true)', rule.table_name);

    EXECUTE format('GRANT SELECT ON %I TO ccp_judge', rule.table_name);
    EXECUTE format('CREATE POLICY judge ON %I FOR SELECT TO ccp_judge USING (true)', rule.table_name);

    EXECUTE format('GRANT SELECT ON %I TO %s', rule.table_name, force_roles);
    EXECUTE format('CREATE POLICY force ON %I FOR SELECT TO %s USING (%s)', rule.table_name, force_roles, of_force);

    IF rule.of_own_hubs IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON %I TO ccp_hub', rule.table_name);
      EXECUTE format($$CREATE POLICY hub ON %I FOR SELECT TO ccp_hub USING (ccp_reads_as('hub') AND (%s))$$,
        rule.table_name, rule.of_own_hubs);
    END IF;
  END LOOP;
END $policies$;
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


def script() -> str:
    """The whole of ``policies.sql``. Its last line is its fingerprint, which the database keeps to be compared with."""
    for module in pkgutil.walk_packages(queries.__path__, "queries."):  # so that every kind of event is known
        if not module.name.endswith("__main__"):
            import_module(module.name)
    names = ", ".join(f"'{table.name}'" for table in metadata.sorted_tables)
    rows = ",\n".join(_rule(table) for table in metadata.sorted_tables)
    parts = [OPENING, VIEWS_OVER_TABLES.format(names=names), *views.statements(), POLICIES.format(rows=rows), CLOSING]
    body = "\n".join(parts)
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    version = f"CREATE OR REPLACE FUNCTION {VERSION_FUNCTION}() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{mark}' $$;"
    return f"{body}DROP FUNCTION IF EXISTS {FORMER_FUNCTION}();\n{version}\n-- {mark}\n"


def _rule(table: Table) -> str:
    condition = of_own_hubs(table)
    assert "'" not in condition
    quoted = f"'{condition}'" if condition else "NULL"
    return f"    ('{table.name}', '{table.info['readers']}', {quoted})"


def of_own_hubs(table: Table) -> str:
    """The condition of the rows that a reader of hubs may read; blank where that is none of them. See `queries.tables`."""
    hub = views.hub_column(table)
    conditions = {
        "own hubs": f"{hub} = {views.OWN_HUBS}",
        "own hubs or blank": f"{hub} = {views.OWN_HUBS} OR {hub} IS NULL",
        "own children": f"child_id IN (SELECT child_id FROM {views.OWN_CHILDREN})",
        "own crimes": "crime_id IN (SELECT crime_id FROM crimes)",  # which a policy of their own limits
        "every reader": "true",
    }
    return conditions.get(table.info["readers"], "")
