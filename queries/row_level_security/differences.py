"""Finds where the row-level security that a PostgreSQL holds is not what this version of the dashboard installs.

The fingerprint in the database says what was installed, not what became of it. So this version's guards are made once more, on
empty temporary tables with the columns of the real ones; PostgreSQL then says in its own words what it holds of both, and the
transaction is rolled back. No real table is touched or locked.

Compared are the row-level security of each table, its policies, what each of our roles may do with it, and the functions that
the policies ask. No role of readers may be above all this, or belong to another, and no view over the tables read as its owner.

Not seen is what stands elsewhere: other tables and materialised views, which may hold copies; triggers and rules; who was given
our roles; the owner of the tables, or a superuser, who may change everything and change it back.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select, text

from queries.facts import building
from queries.row_level_security import HOW_TO_INSTALL, VERSION_FUNCTION
from queries.row_level_security.policies import guards, may_be_a_view
from queries.scope import ROLES
from queries.tables import metadata

ASKED_BY_POLICIES = ("ccp_reads_as(text)", "ccp_own_hubs()")
READERS = [role.database_role for role in ROLES.values() if role.database_role]
MOST_NAMED = 12

_TEMPORARY_MAY_BE_MADE = text("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
_COLUMNS = text(
    "SELECT name, string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) AS columns, "
    "(SELECT relkind IN ('v', 'm') FROM pg_class WHERE oid = attrelid) AS is_view "
    "FROM unnest(CAST(:tables AS text[])) AS name JOIN pg_attribute ON attrelid = to_regclass(name) "
    "WHERE attnum > 0 AND NOT attisdropped GROUP BY name, attrelid"
)
# What a session finds by the names of our tables and functions, which it looks up as any query would: what it is, and how.
_HELD = text(
    """
    WITH found AS (
        SELECT pg_class.* FROM unnest(CAST(:tables AS text[])) AS name JOIN pg_class ON pg_class.oid = to_regclass(name)
    )
    SELECT format('table %s', relname) AS what,
        CAST(ROW(relkind IN ('v', 'm'), relrowsecurity, relforcerowsecurity) AS text) AS how
    FROM found
    UNION ALL
    SELECT format('policy %s on %s', polname, relname),
        CAST(ROW(polpermissive, polcmd, ARRAY(SELECT unnest(polroles) ORDER BY 1),
            pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) AS text)
    FROM pg_policy JOIN found ON found.oid = polrelid
    UNION ALL
    SELECT format('%s on %s by %s', right_name, relname, role_name), ''
    FROM found,
        unnest(ARRAY['ccp_command', 'ccp_analyst', 'ccp_hub', 'ccp_board', 'ccp_loader']) AS role_name,
        unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS right_name
    WHERE CASE WHEN right_name IN ('DELETE', 'TRUNCATE', 'TRIGGER') THEN has_table_privilege(role_name, found.oid, right_name)
        ELSE has_any_column_privilege(role_name, found.oid, right_name) END
    UNION ALL
    SELECT format('function %s(%s)', proname, oidvectortypes(proargtypes)),
        CAST(ROW(prosrc, lanname, provolatile, prosecdef, proisstrict, proconfig, proretset, CAST(prorettype AS regtype)) AS text)
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE proname = ANY (:functions)
        AND CASE WHEN :is_temporary THEN pronamespace = pg_my_temp_schema() ELSE pg_function_is_visible(pg_proc.oid) END
    """
)
# What of roles and views goes round the policies.
_GOING_ROUND = text(
    """
    SELECT format('membership of %s in %s', CAST(member AS regrole), CAST(roleid AS regrole)) AS what, 'added' AS how
    FROM pg_auth_members WHERE member IN (SELECT oid FROM pg_roles WHERE rolname = ANY (:readers))
    UNION ALL
    SELECT format('%s of %s', CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'BYPASSRLS' END, rolname), 'added'
    FROM pg_roles WHERE rolname = ANY (:readers) AND (rolsuper OR rolbypassrls)
    UNION
    SELECT format('view %s', CAST(reading.oid AS regclass)), 'changed'
    FROM pg_rewrite JOIN pg_depend ON objid = pg_rewrite.oid JOIN pg_class AS reading ON reading.oid = ev_class
        JOIN unnest(CAST(:tables AS text[])) AS name ON refobjid = to_regclass(name)
        JOIN pg_class AS guarded ON guarded.oid = refobjid
    WHERE guarded.relkind IN ('r', 'p') AND reading.relkind = 'v' AND NOT EXISTS (
        SELECT FROM pg_options_to_table(reading.reloptions)
        WHERE option_name = 'security_invoker' AND CAST(option_value AS boolean))
    """
)


def problem(connection: Connection) -> str:
    """What is not as this version installs it, and what to do, in a sentence; empty where all is.

    The login may have no right but to make temporary tables; the transaction must be one that writes, and ends here. Raises
    SQLAlchemyError where the tables cannot be made, as on a server that only follows another.
    """
    if not connection.scalar(_TEMPORARY_MAY_BE_MADE):
        database, login = connection.execute(select(func.current_database(), func.current_user())).one()
        return (
            f"The row-level security of the reporting database was not looked at, for {login} may make no temporary tables to "
            f"compare it with; have the owner of the database run `GRANT TEMPORARY ON DATABASE {database} TO {login}`."
        )
    try:
        differing = _differing(connection)
    finally:
        connection.rollback()
    if not differing:
        return ""
    named = [f"{what} ({how})" for what, how in sorted(differing.items())]
    more = [f"{len(named) - MOST_NAMED} more"] if len(named) > MOST_NAMED else []
    take_away = ", and take away what was added" if "added" in differing.values() else ""
    return (
        "The row-level security of the reporting database is not what this version of the dashboard installs: "
        f"{', '.join([*named[:MOST_NAMED], *more])}; {HOW_TO_INSTALL} again{take_away}."
    )


def _differing(connection: Connection) -> dict[str, str]:
    """What differs, each with how: missing, changed or added."""
    tables = [*metadata.sorted_tables, *building.stored(), *building.BESIDE]
    names = [table.name for table in tables]
    held = _held(connection, names, is_temporary=False)
    needed = [*(f"table {name}" for name in names), *(f"function {function}" for function in ASKED_BY_POLICIES)]
    if missing := [what for what in needed if what not in held]:
        return dict.fromkeys(missing, "missing")  # without them no policy can be made to compare with
    going_round = connection.execute(_GOING_ROUND, {"tables": names, "readers": READERS})
    differing = {row.what: row.how for row in going_round}
    _make_temporary(connection, tables)
    installed = _held(connection, names, is_temporary=True)
    differing |= dict.fromkeys(installed.keys() - held.keys(), "missing")
    differing |= dict.fromkeys(held.keys() - installed.keys(), "added")
    return differing | {what: "changed" for what in held.keys() & installed.keys() if held[what] != installed[what]}


def _held(connection: Connection, tables: Sequence[str], *, is_temporary: bool) -> dict[str, str]:
    functions = [function.partition("(")[0] for function in (*ASKED_BY_POLICIES, VERSION_FUNCTION)]
    asked = {"tables": tables, "functions": functions, "is_temporary": is_temporary}
    return {row.what: row.how for row in connection.execute(_HELD, asked)}


def _make_temporary(connection: Connection, tables: Sequence[Table]) -> None:
    """This version's guards on empty tables of the same columns, which stand before the real ones until the transaction ends."""
    columns = {row.name: row for row in connection.execute(_COLUMNS, {"tables": [table.name for table in tables]})}
    made = [
        f"CREATE TEMPORARY VIEW {table.name} AS VALUES (0)"
        if columns[table.name].is_view and may_be_a_view(table)
        else f"CREATE TEMPORARY TABLE {table.name} ({columns[table.name].columns})"
        for table in tables
    ]
    connection.execute(text("SELECT set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)"))
    connection.exec_driver_sql(";\n".join([*made, guards()]), execution_options={"no_parameters": True})
