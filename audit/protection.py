"""Whether the audit database still refuses what must not be done to it: its triggers do what those of this version do."""

import re
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from audit.tables import ON_SQLITE, ONE_GRANT, metadata

APPEND_ONLY = Path(__file__).parent / "append_only.sql"
# What is there, each by its name and what it does. On PostgreSQL a trigger that only answers to replicas is as good as none.
_FOUND = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR name = 'access_grants_once'",
    "postgresql": """
        WITH ours AS (SELECT oid, relname, relrowsecurity FROM pg_class
                      WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname = ANY(:tables))
        SELECT tgname, concat_ws(' ', relname, tgtype, tgqual IS NOT NULL, prosrc)
        FROM pg_trigger JOIN ours ON ours.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')
        UNION ALL SELECT rulename, relname FROM pg_rewrite JOIN ours ON ours.oid = ev_class
        UNION ALL SELECT 'row level security of ' || relname, '' FROM ours WHERE relrowsecurity
        UNION ALL SELECT CAST(CAST(indexrelid AS regclass) AS text), 'unique'
        FROM pg_index JOIN ours ON ours.oid = indrelid WHERE indisunique AND NOT indisprimary""",
}
_BEFORE_ROW, _BEFORE, _DELETE, _UPDATE, _TRUNCATE = 3, 2, 8, 16, 32  # of pg_trigger.tgtype
_ON_POSTGRESQL = {
    "access_log_unchanged": ("access_log", _BEFORE | _DELETE | _UPDATE | _TRUNCATE, "f"),
    "access_grants_undeleted": ("access_grants", _BEFORE | _DELETE | _TRUNCATE, "f"),
    "access_grants_only_ended": ("access_grants", _BEFORE_ROW | _UPDATE, "t"),
    "ended_sign_ins_unchanged": ("ended_sign_ins", _BEFORE | _DELETE | _UPDATE | _TRUNCATE, "f"),
}


def unprotected(connection: Connection) -> str | None:
    """In what the database refuses something else than this version has it refuse, in a sentence; None where it is the same.

    Of the condition of a trigger on PostgreSQL it is only looked at whether there is one.
    """
    statement = _FOUND[connection.dialect.name]
    parameters = {"tables": list(metadata.tables)} if ":tables" in statement else {}
    found = {(name, _without_words(what)) for name, what in connection.execute(text(statement), parameters)}
    differing = {name for name, _ in found ^ _expected(connection.dialect.name)}
    if not differing:
        return None
    return (
        f"The triggers of the audit database are not those of this version ({', '.join(sorted(differing))}): somebody changed "
        "them, or it was not prepared; run `python -m audit prepare` as its owner, and remove what is not ours."
    )


def renew_triggers(connection: Connection) -> None:
    """Have a SQLite database make each of its triggers anew, as they are in this version."""
    for trigger in ON_SQLITE:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {_name(trigger)}"))
        connection.execute(text(trigger))


def _expected(engine: str) -> set[tuple[str, str]]:
    if engine == "sqlite":
        index = str(CreateIndex(ONE_GRANT).compile(dialect=sqlite.dialect()))
        made = {(_name(trigger), trigger.replace("IF NOT EXISTS ", "")) for trigger in ON_SQLITE} | {(str(ONE_GRANT.name), index)}
    else:
        body = APPEND_ONLY.read_text(encoding="utf-8").split("$$")[1]
        made = {(name, " ".join(map(str, (*does, body)))) for name, does in _ON_POSTGRESQL.items()} | {
            (str(ONE_GRANT.name), "unique")
        }
    return {(name, _without_words(what)) for name, what in made}


def _name(trigger: str) -> str:
    return trigger.removeprefix("CREATE TRIGGER IF NOT EXISTS ").split()[0]


def _without_words(what: str) -> str:
    """A definition without what it says to whoever is refused, which other versions have worded otherwise."""
    return re.sub(r"(RAISE\(ABORT, |RAISE EXCEPTION )'[^']*'", r"\1''", str(what)).strip()
