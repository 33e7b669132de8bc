-- What PostgreSQL refuses, and to whom. `python -m release prepare` runs this as the owner of the tables, as often as one likes.
--
-- Give the login of the dashboard, and that of the board's own process, the role ccp_board: it reads releases and nothing else.
-- Give the login that builds, and the dashboard's where the command team publishes from the page, the role ccp_releaser.
-- An owner who may not create roles has them created first.

CREATE OR REPLACE FUNCTION releases_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a release is never changed and never deleted, only followed or withdrawn'; END $$;

CREATE OR REPLACE TRIGGER releases_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON releases
FOR EACH STATEMENT EXECUTE FUNCTION releases_are_append_only();

CREATE OR REPLACE TRIGGER release_cells_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON release_cells
FOR EACH STATEMENT EXECUTE FUNCTION releases_are_append_only();

CREATE OR REPLACE TRIGGER release_seals_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON release_seals
FOR EACH STATEMENT EXECUTE FUNCTION releases_are_append_only();

CREATE OR REPLACE TRIGGER release_decisions_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON release_decisions
FOR EACH STATEMENT EXECUTE FUNCTION releases_are_append_only();

CREATE OR REPLACE TRIGGER release_notes_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON release_notes
FOR EACH STATEMENT EXECUTE FUNCTION releases_are_append_only();

DO $$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['ccp_board', 'ccp_releaser'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role_name);
  END LOOP;
END $$;

REVOKE ALL ON releases, release_cells, release_seals, release_decisions, release_notes FROM PUBLIC, ccp_board, ccp_releaser;
GRANT SELECT ON releases, release_cells, release_decisions, release_notes TO ccp_board;
GRANT SELECT, INSERT ON releases, release_cells, release_seals, release_decisions, release_notes TO ccp_releaser;
