"""Faults of databases: what happens to a file or a server that is read, and what readers are then told."""

import os
import shutil
from pathlib import Path

import duckdb

READS = "fact_detentions"  # a table that the page reads
AGAIN = "Until it can be read, no figures are shown; this page tries again by itself."
NOW, NOWHERE = (
    "The reporting database cannot be read at the moment.",
    "There is no reporting database where the dashboard looks for it.",
)
UNBUILT = "The facts of this database have not been built: run `python -m ingest facts`."
OF_ANOTHER = "The facts of this database are of another version of the dashboard: run `python -m ingest facts`."


def changed(statement):
    """What somebody else's SQL did to a copy of it, which was then put in its place."""

    def change(file):
        copy = file.with_name("copy.duckdb")
        shutil.copy(file, copy)
        with duckdb.connect(str(copy)) as connection:
            connection.execute(statement)
        os.replace(copy, file)

    return change


def overwritten(content):
    """Other bytes in it, under the same name and in the same place on the disk."""
    return lambda file: file.write_bytes(content)


def without_any_table(file):
    duckdb.connect(str(file.with_name("empty.duckdb"))).close()
    os.replace(file.with_name("empty.duckdb"), file)


def a_folder(file):
    file.unlink()
    file.mkdir()


def a_link_to_itself(file):
    file.unlink()
    file.symlink_to(file)


FILES = {
    "gone": (Path.unlink, NOWHERE),
    "its folder gone": (lambda file: file.parent.rename(file.parent.with_name("moved")), NOWHERE),
    "empty": (overwritten(b""), NOW),
    "no database": (overwritten(b"Dear Sir or Madam" * 1000), NOW),
    "cut short": (lambda file: os.truncate(file, file.stat().st_size // 3), NOW),
    "cut to its first block": (lambda file: os.truncate(file, 4096), NOW),
    "a folder": (a_folder, NOW),
    "a link to itself": (a_link_to_itself, NOW),
    "without any table": (without_any_table, UNBUILT),
    "a table gone": (changed(f"DROP TABLE {READS}"), NOW),
    "a column gone": (changed(f"ALTER TABLE {READS} DROP COLUMN hub_id"), NOW),
    "a column renamed": (changed(f"ALTER TABLE {READS} RENAME COLUMN day TO gone"), NOW),
    "facts of a later version": (changed("UPDATE fact_builds SET version = 'later'"), OF_ANOTHER),
    "facts never finished": (changed("DELETE FROM fact_builds"), UNBUILT),
}

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{login}'"
SERVERS = {
    "a table gone": (f"ALTER TABLE {READS} RENAME TO gone", f"ALTER TABLE gone RENAME TO {READS}", NOW),
    "a column gone": (f"ALTER TABLE {READS} RENAME day TO gone", f"ALTER TABLE {READS} RENAME gone TO day", NOW),
    "no facts": ("ALTER TABLE fact_builds RENAME TO gone", "ALTER TABLE gone RENAME TO fact_builds", NOW),
    "facts of a later version": (
        "ALTER TABLE fact_builds RENAME version TO own; ALTER TABLE fact_builds ADD version TEXT DEFAULT 'later'",
        "ALTER TABLE fact_builds DROP version; ALTER TABLE fact_builds RENAME own TO version",
        OF_ANOTHER,
    ),
    "its login shut out": (f"ALTER ROLE {{login}} NOLOGIN; {CUT}", "ALTER ROLE {login} LOGIN", NOW),
    "too many connections": (f"ALTER ROLE {{login}} CONNECTION LIMIT 0; {CUT}", "ALTER ROLE {login} CONNECTION LIMIT -1", NOW),
    "no right to a table": (
        "REVOKE SELECT ON fact_detentions FROM ccp_analyst",
        "GRANT SELECT ON fact_detentions TO ccp_analyst",
        NOW,
    ),
    "row-level security gone": (
        f"ALTER FUNCTION ccp_row_level_security RENAME TO gone; {CUT}",
        "ALTER FUNCTION gone RENAME TO ccp_row_level_security",
        NOW,
    ),
}
