"""Who may read which rows of the reporting database, as SQL for PostgreSQL: its roles, grants and policies.

``policies.sql`` is the result. After any change of the tables, or of what makes an event what it is, it is written again by
`python -m queries.row_level_security show --write`.
"""

import hashlib
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from queries.facts import building
from queries.row_level_security import FORMER_FUNCTION, VERSION_FUNCTION, fingerprint
from queries.tables import BOOKS, loads, metadata, set_aside

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
OWN_HUBS = "ANY ((SELECT ccp_own_hubs())::text[])"

OPENING = """\
-- The row-level security of the reporting database, for this version of the dashboard, made from its tables and kinds of events.
-- The owner of the tables installs it after the first load and after every new version, as often as one likes:
--   python -m queries.row_level_security install --database=postgresql+psycopg://owner@host/reporting
-- or psql --set=ON_ERROR_STOP=1 --single-transaction --file=queries/row_level_security/policies.sql
--
-- ccp_command   reads every figure of the force           ccp_hub     reads the facts of the hubs that its transaction sets
-- ccp_analyst   reads besides what was loaded and refused  ccp_board   reads nothing: what it may see is released elsewhere
-- ccp_loader    loads; reads and writes everything
-- (Who writes and reads the access log has roles of their own, in audit/append_only.sql.)
--
-- The login of the dashboard has the first three without inheriting them, that of whoever loads has ccp_loader:
--   CREATE ROLE dashboard LOGIN NOINHERIT PASSWORD ...; GRANT ccp_command, ccp_analyst, ccp_hub TO dashboard;
--   CREATE ROLE loading LOGIN PASSWORD ...; GRANT ccp_loader TO loading;
-- The owner, unless a superuser, sees nothing either. It must be allowed to create tables in their schema, and these roles where
-- they are missing.

SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(7204120);  -- one at a time, for the roles are shared by every database of a server

DO $$
DECLARE role_name text; old_view text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['ccp_command', 'ccp_analyst', 'ccp_hub', 'ccp_board', 'ccp_loader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    END IF;
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', current_schema());  -- to look which version is installed, before any role
  IF to_regclass('told_figures') IS NOT NULL AND to_regclass('kept_figures') IS NULL THEN
    ALTER TABLE told_figures RENAME TO kept_figures;  -- as earlier versions called it
  END IF;
  -- The views of an earlier version, and the policies that read them.
  FOR old_view IN SELECT viewname FROM pg_views WHERE schemaname = current_schema() AND viewowner = 'ccp_judge' LOOP
    IF NOT pg_has_role('ccp_judge', 'USAGE') THEN
      EXECUTE format('GRANT ccp_judge TO %I', current_user);
    END IF;
    EXECUTE format('DROP VIEW IF EXISTS %I CASCADE', old_view);
  END LOOP;
END $$;
"""
FUNCTIONS = """
-- On whose behalf the transaction reads; one that does not set it reads nothing.
CREATE OR REPLACE FUNCTION ccp_reads_as(role_name text) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('ccp.role', true), '') = role_name $$;
CREATE OR REPLACE FUNCTION ccp_own_hubs() RETURNS text[] LANGUAGE sql STABLE AS
$$ SELECT ARRAY(SELECT jsonb_array_elements_text(nullif(current_setting('ccp.hubs', true), '')::jsonb)) $$;
"""
# What the importer writes about its own work, of which earlier versions wrote less.
BOOKKEEPING = """
{tables}
{columns}
"""
# Facts of another version are made anew, and filled by the next load.
FACTS = """
DO $$
BEGIN
  IF to_regclass('fact_builds') IS NOT NULL THEN
    IF NOT EXISTS (SELECT FROM fact_builds WHERE version = '{version}') THEN
      DROP TABLE IF EXISTS {names};
    END IF;
  END IF;
END $$;
{tables}
"""
# What readers of hubs read may be no view, which no policy limits; other views over tables read with the rights of whoever asks.
VIEWS_OVER_TABLES = """
DO $$
DECLARE
  tables text[] := ARRAY[{names}];
  read_by_hubs text[] := ARRAY[{read_by_hubs}];
  name text; view regclass;
BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('v', 'm') AND relname = ANY (read_by_hubs) LOOP
    RAISE EXCEPTION '% is a view, and row-level security protects tables alone', name
      USING HINT = 'Make it a table of that name, filled from the view at every load (deploy/README.md).';
  END LOOP;
  FOR view IN SELECT DISTINCT ev_class FROM pg_rewrite JOIN pg_depend ON objid = pg_rewrite.oid
      JOIN pg_class AS guarded ON guarded.oid = refobjid JOIN pg_class AS reading ON reading.oid = ev_class
      WHERE guarded.relnamespace = current_schema()::regnamespace AND guarded.relname = ANY (tables) AND guarded.relkind = 'r'
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
  views text[] := ARRAY(
    SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('v', 'm'));
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
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, ccp_command, ccp_analyst, ccp_hub, ccp_board, ccp_loader', rule.table_name);
    EXECUTE format('GRANT SELECT ON %I TO %s', rule.table_name, force_roles);
    IF rule.table_name = ANY (views) THEN  -- of the force's own, which no policy limits
      EXECUTE format('GRANT SELECT ON %I TO ccp_loader', rule.table_name);
      CONTINUE;
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', rule.table_name);
    FOREACH policy IN ARRAY ARRAY['loader', 'judge', 'force', 'hub'] LOOP
      EXECUTE format('DROP POLICY IF EXISTS %I ON %I', policy, rule.table_name);
    END LOOP;

    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO ccp_loader', rule.table_name);
    IF current_setting('server_version_num')::int >= 170000 THEN  -- before that version only owners count rows for the planner
      EXECUTE format('GRANT MAINTAIN ON %I TO ccp_loader', rule.table_name);
    END IF;
    EXECUTE format('CREATE POLICY loader ON %I TO ccp_loader USING (true) WITH CHECK (true)', rule.table_name);

    EXECUTE format('CREATE POLICY force ON %I FOR SELECT TO %s USING (%s)', rule.table_name, force_roles, of_force);

    IF rule.of_own_hubs IS NOT NULL THEN
      EXECUTE format('GRANT SELECT ON %I TO ccp_hub', rule.table_name);
      EXECUTE format($$CREATE POLICY hub ON %I FOR SELECT TO ccp_hub USING (ccp_reads_as('hub') AND (%s))$$,
        rule.table_name, rule.of_own_hubs);
    END IF;
  END LOOP;
END $policies$;
"""
OF_BUILDS = """
DROP POLICY IF EXISTS everyone ON fact_builds;
CREATE POLICY everyone ON fact_builds FOR SELECT USING (true);  -- the owner looks there before it makes the facts anew
"""
# Earlier versions had views of events, and a role that owned them, which other databases of the server may still have.
CLOSING = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ccp_judge') THEN
    DROP FUNCTION IF EXISTS ccp_care_is_loaded();
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM ccp_judge', current_schema());
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM ccp_judge', current_schema());
    DROP ROLE ccp_judge;
  END IF;
EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
  NULL;
END $$;
"""


def script() -> str:
    """The whole of ``policies.sql``. Its last line is its fingerprint, which the database keeps to be compared with."""
    of_contract, of_facts = metadata.sorted_tables, [*building.stored(), *building.BESIDE]
    own = [table for table in BOOKS if table is not loads]
    columns = [column for table in (loads, set_aside) for column in table.columns if column.nullable]
    read_by_hubs = ", ".join(f"'{table.name}'" for table in of_contract if of_own_hubs(table))
    parts = [
        OPENING + FUNCTIONS,
        BOOKKEEPING.format(
            tables="\n".join(f"{_creation(table)};" for table in own),
            columns="\n".join(
                f"ALTER TABLE IF EXISTS {c.table.name} ADD COLUMN IF NOT EXISTS {c.name} {_type(c)};" for c in columns
            ),
        ),
        FACTS.format(
            version=building.version(),
            names=", ".join(table.name for table in of_facts),
            tables="\n".join(f"{_creation(table)};" for table in of_facts),
        ),
        VIEWS_OVER_TABLES.format(
            names=", ".join(f"'{table.name}'" for table in (*of_contract, *of_facts)), read_by_hubs=read_by_hubs
        ),
        _policies(),
        OF_BUILDS + CLOSING,
    ]
    body = "\n".join(parts)
    mark = hashlib.sha256(body.encode()).hexdigest()[:16]
    return f"{body}DROP FUNCTION IF EXISTS {FORMER_FUNCTION}();\n{_version_function(mark)}\n-- {mark}\n"


def guards() -> str:
    """The part of ``policies.sql`` that guards tables which are there: functions, grants and policies."""
    return "\n".join([FUNCTIONS, _policies(), OF_BUILDS, _version_function(fingerprint())])


def may_be_a_view(table: Table) -> bool:
    """Whether a force may have a view of its own in place of a table: no policy limits it, so no reader of hubs may read it."""
    return table.metadata is metadata and not of_own_hubs(table)


def of_own_hubs(table: Table) -> str:
    """The condition of the rows that a reader of hubs may read; blank where that is none of them. See `queries.tables`."""
    conditions = {
        "own hubs": f"hub_id = {OWN_HUBS}",
        "own hubs or blank": f"hub_id = {OWN_HUBS} OR hub_id IS NULL",
        "every reader": "true",
    }
    return conditions.get(table.info["readers"], "")


def _policies() -> str:
    of_facts = [*building.stored(), *building.BESIDE]
    rules = [*(_rule(table) for table in metadata.sorted_tables), *(_rule_of_facts(table) for table in of_facts)]
    return POLICIES.format(rows=",\n".join(rules))


def _version_function(mark: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {VERSION_FUNCTION}() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{mark}' $$;"


def _rule(table: Table) -> str:
    return _row(table.name, table.info["readers"], of_own_hubs(table))


def _rule_of_facts(table: Table) -> str:
    """Facts are read by the hub where something happened, and by that of the child's home."""
    conditions = [f"{name} = {OWN_HUBS}" for name in ("hub_id", "home_hub_id") if name in table.c]
    return _row(table.name, "force", " OR ".join(conditions) or "true")


def _row(name: str, readers: str, condition: str) -> str:
    assert "'" not in condition
    quoted = f"'{condition}'" if condition else "NULL"
    return f"    ('{name}', '{readers}', {quoted})"


def _type(column: Column[Any]) -> str:
    return str(column.type.compile(_DIALECT))


def _creation(table: Table) -> str:
    return str(CreateTable(table, if_not_exists=True).compile(dialect=_DIALECT)).strip().replace("\t", "  ").replace(" \n", "\n")
