-- What PostgreSQL refuses, and to whom. `python -m audit prepare` runs this as the owner of the tables, as often as one likes.
--
-- Give the login of the dashboard the role ccp_audit_writer: it adds to the log, reads of it no more than
-- numbers and seals, and keeps who signed out.
-- Give the logins of those who audit it the role ccp_audit_reader. Who may read is granted and revoked by the owner alone.
-- An owner who may not create roles has them created first.

CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries of the log are never changed, a role is only given and ended, and nothing here is ever deleted';
END $$;

CREATE OR REPLACE TRIGGER access_log_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

CREATE OR REPLACE TRIGGER access_grants_undeleted BEFORE DELETE OR TRUNCATE ON access_grants
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- Of a role that was given only its end may be written, and once.
CREATE OR REPLACE TRIGGER access_grants_only_ended BEFORE UPDATE ON access_grants FOR EACH ROW
WHEN (OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR
  (NEW.number, NEW.issuer, NEW.subject, NEW.role, NEW.hub, NEW.granted_by, NEW.reason, NEW.granted_at, NEW.expires_on)
  IS DISTINCT FROM
  (OLD.number, OLD.issuer, OLD.subject, OLD.role, OLD.hub, OLD.granted_by, OLD.reason, OLD.granted_at, OLD.expires_on))
EXECUTE FUNCTION audit_is_append_only();

CREATE OR REPLACE TRIGGER ended_sign_ins_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON ended_sign_ins
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

DO $$
DECLARE role_name text;
BEGIN
  -- The name that an earlier version gave to the function above; no trigger calls it any more.
  EXECUTE format('DROP FUNCTION IF EXISTS %I.notebook_is_only_added_to()', current_schema());
  FOREACH role_name IN ARRAY ARRAY['ccp_audit_writer', 'ccp_audit_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role_name);
  END LOOP;
END $$;

REVOKE ALL ON access_log, access_grants, ended_sign_ins FROM PUBLIC, ccp_audit_writer, ccp_audit_reader;
REVOKE ALL ON SEQUENCE ended_sign_ins_number_seq FROM PUBLIC, ccp_audit_writer, ccp_audit_reader;
GRANT SELECT ON access_grants TO ccp_audit_writer, ccp_audit_reader;
GRANT INSERT, SELECT ON ended_sign_ins TO ccp_audit_writer;
GRANT SELECT ON ended_sign_ins TO ccp_audit_reader;
GRANT USAGE ON SEQUENCE ended_sign_ins_number_seq TO ccp_audit_writer;
GRANT INSERT, SELECT (number, hash) ON access_log TO ccp_audit_writer;
GRANT SELECT ON access_log TO ccp_audit_reader;
