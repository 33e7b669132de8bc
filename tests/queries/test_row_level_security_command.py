"""`python -m queries.row_level_security` on a real PostgreSQL: it installs, shows and checks, and refuses in one sentence."""

import re

import databases
import guarded
import pytest
from product import database_of
from recount.by_hand import HUBS
from sqlalchemy import NullPool, create_engine, func, make_url, select, text

from queries.engine import connect, security_problem
from queries.facts.stored import facts
from queries.lookups.kept_figures import FORMER
from queries.row_level_security import SQL, differences, policies
from queries.row_level_security import __main__ as row_level_security_command
from queries.row_level_security.__main__ import main
from queries.tables import metadata

pytestmark = pytest.mark.xdist_group("row-level security")


@pytest.fixture
def owner():
    """The address of a database with tables, as their owner has it."""
    with databases.on("postgresql"):
        return database_of({"hubs": HUBS})


@pytest.fixture
def answer(capsys):
    """What the command answers, and that it does so in one sentence, without a password."""

    def ask(command, url=None):
        code = main([command, *(["--database", url] if url else [])])
        spoken = capsys.readouterr()
        sentence = spoken.err if code else spoken.out
        assert (spoken.out if code else spoken.err) == ""
        assert sentence.endswith(".\n") and sentence.count("\n") == 1
        assert "Traceback" not in sentence and "open@" not in sentence
        return code, sentence.strip()

    return ask


def test_install_and_check(owner, answer):
    assert answer("check", owner)[1].startswith("The reporting database has no row-level security: have the owner")
    code, sentence = answer("install", owner)
    tables = len(metadata.tables) + len(facts.tables)
    assert (code, sentence) == (0, f"Row-level security is installed on the {tables} tables of {make_url(owner).set(query={})}.")
    dashboard = guarded.dashboard(owner)
    assert answer("check", dashboard) == (
        0,
        f"The row-level security of {make_url(dashboard).set(query={})} is that of this version of the dashboard.",
    )
    assert answer("install", owner)[0] == 0, "as often as one likes"
    assert answer("check", owner)[1].startswith("The dashboard's login to the reporting database is above its row-level security")


def test_install_says_that_the_facts_are_to_be_built(owner, answer):
    guarded.run(owner, "DROP TABLE fact_builds")
    code, sentence = answer("install", owner)
    assert code == 0
    assert sentence.endswith(". The facts of this database have not been built: run `python -m ingest facts`.")


def test_the_address_is_the_environments_where_none_is_given(owner, answer, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", owner)
    assert answer("install")[0] == 0
    monkeypatch.setenv("DATABASE_URL", guarded.dashboard(owner))
    assert answer("check")[0] == 0


def test_an_earlier_version_takes_its_place(owner, answer):
    guarded.run(owner, "CREATE FUNCTION ccp_wall() RETURNS text LANGUAGE sql AS $$ SELECT 'older' $$")
    guarded.run(owner, f"ALTER TABLE kept_figures RENAME TO {FORMER.name}")
    assert answer("check", owner)[1].startswith("The row-level security of the reporting database is of another version")
    assert answer("install", owner)[0] == 0
    assert security_problem(guarded.dashboard(owner)) == ""
    with connect(owner).connect() as connection:
        assert connection.scalar(select(func.to_regproc("ccp_wall"))) is None
        assert connection.scalar(select(func.to_regclass(FORMER.name))) is None


DIFFERS = "The row-level security of the reporting database is not what this version of the dashboard installs: "
INSTALL = "; have the owner of its tables run `python -m queries.row_level_security install` (deploy/README.md) again"
TAKE_AWAY = ", and take away what was added"


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        ("ALTER TABLE fact_missing_episodes DISABLE ROW LEVEL SECURITY", "table fact_missing_episodes (changed)"),
        ("ALTER TABLE hubs NO FORCE ROW LEVEL SECURITY", "table hubs (changed)"),
        (
            "CREATE OR REPLACE FUNCTION ccp_own_hubs() RETURNS text[] LANGUAGE sql STABLE AS "
            "$$ SELECT ARRAY(SELECT hub_id FROM hubs) $$",
            "function ccp_own_hubs() (changed)",
        ),
        ("ALTER FUNCTION ccp_own_hubs() SECURITY DEFINER", "function ccp_own_hubs() (changed)"),
        ("ALTER FUNCTION ccp_own_hubs() SET ccp.hubs = '[]'", "function ccp_own_hubs() (changed)"),
        ("ALTER POLICY hub ON fact_detentions USING (ccp_reads_as('hub'))", "policy hub on fact_detentions (changed)"),
        ("ALTER POLICY force ON crimes TO ccp_command, ccp_analyst, ccp_hub", "policy force on crimes (changed)"),
        (
            "DROP POLICY loader ON crimes; "
            "CREATE POLICY loader ON crimes AS RESTRICTIVE TO ccp_loader USING (true) WITH CHECK (true)",
            "policy loader on crimes (changed)",
        ),
        ("DROP POLICY force ON hubs", "policy force on hubs (missing)"),
        ("DROP FUNCTION ccp_reads_as(text) CASCADE", "function ccp_reads_as(text) (missing)"),
        ("DROP TABLE targets, chart_steps", "table chart_steps (missing), table targets (missing)"),
        ("REVOKE SELECT ON hubs FROM ccp_hub", "SELECT on hubs by ccp_hub (missing)"),
        ("CREATE VIEW everywhere AS SELECT * FROM hubs", "view everywhere (changed)"),
    ],
)
def test_check_names_what_was_changed_after_it_was_installed_and_install_mends_it(owner, answer, statements, named):
    dashboard = guarded.dashboard(guarded.install(owner))
    guarded.run(owner, statements)
    assert answer("check", dashboard) == (1, f"{DIFFERS}{named}{INSTALL}.")
    if "DROP TABLE" not in statements:
        guarded.install(owner)
        assert answer("check", dashboard)[0] == 0


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (
            "CREATE POLICY open_to_all ON fact_missing_episodes FOR SELECT TO ccp_hub USING (true)",
            "policy open_to_all on fact_missing_episodes (added)",
        ),
        ("GRANT SELECT (child_id) ON children TO ccp_hub", "SELECT on children by ccp_hub (added)"),
        (
            "GRANT DELETE ON hubs TO PUBLIC",
            "DELETE on hubs by ccp_analyst (added), DELETE on hubs by ccp_board (added), DELETE on hubs by ccp_command (added), "
            "DELETE on hubs by ccp_hub (added)",
        ),
        (
            "CREATE FUNCTION ccp_reads_as(role_name name) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$",
            "function ccp_reads_as(name) (added)",
        ),
    ],
)
def test_check_names_what_was_added_to_what_is_installed(owner, answer, statements, named):
    dashboard = guarded.dashboard(guarded.install(owner))
    guarded.run(owner, statements)
    assert answer("check", dashboard) == (1, f"{DIFFERS}{named}{INSTALL}{TAKE_AWAY}.")


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("ALTER ROLE ccp_hub BYPASSRLS", "BYPASSRLS of ccp_hub (added)"),
        ("ALTER ROLE ccp_command SUPERUSER", "SUPERUSER of ccp_command (added)"),
        ("GRANT ccp_loader TO ccp_hub", "membership of ccp_hub in ccp_loader (added)"),
    ],
)
def test_a_role_of_readers_that_goes_round_the_policies_is_named(owner, statement, named):
    """Every database of the server shares its roles, so what changes them here is never committed."""
    guarded.install(owner)
    with create_engine(owner, poolclass=NullPool).connect() as connection:
        connection.execute(text(statement))
        assert differences.problem(connection) == f"{DIFFERS}{named}{INSTALL}{TAKE_AWAY}."
        assert differences.problem(connection) == "", "the transaction has ended, and with it what it changed"


def test_check_says_what_it_needs_where_nobody_may_make_temporary_tables(owner):
    guarded.install(owner)
    with create_engine(owner, poolclass=NullPool).connect() as connection:
        connection.execute(text("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC"))
        connection.execute(text("SET LOCAL ROLE ccp_hub"))
        assert differences.problem(connection) == (
            "The row-level security of the reporting database was not looked at, for ccp_hub may make no temporary tables to "
            "compare it with; have the owner of the database run `GRANT TEMPORARY ON DATABASE postgres TO ccp_hub`."
        )


def test_of_much_that_differs_check_names_twelve_and_counts_the_others(owner, answer):
    dashboard = guarded.dashboard(guarded.install(owner))
    tables = [*metadata.tables, *facts.tables]

    def disable(names):
        guarded.run(owner, ";".join(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY" for name in names))

    disable(tables[:12])
    twelve = answer("check", dashboard)[1]
    assert twelve.count("(changed)") == 12 and " more" not in twelve
    disable(tables)
    sentence = answer("check", dashboard)[1]
    assert sentence.startswith(f"{DIFFERS}table ace_assessments (changed), table care_homes (changed), ")
    assert sentence.count("(changed)") == 12
    assert len(tables) == 44 and f", 32 more{INSTALL}." in sentence


def test_check_looks_at_the_tables_that_the_dashboard_would_read(owner, answer):
    dashboard = make_url(guarded.dashboard(guarded.install(owner)))
    with databases.on("postgresql"):
        before = databases.vacant()
    own, other = (make_url(url).query["options"].partition("=")[2] for url in (owner, before))
    beside = dashboard.update_query_dict({"options": f"-csearch_path={other},{own}"}).render_as_string(hide_password=False)
    guarded.run(before, f"GRANT USAGE ON SCHEMA {other} TO PUBLIC")
    assert answer("check", beside)[0] == 0
    guarded.run(before, f"CREATE TABLE outcome_codes (LIKE {own}.outcome_codes)")
    code, sentence = answer("check", beside)
    assert code == 1
    assert "table outcome_codes (changed)" in sentence and "policy hub on outcome_codes (missing)" in sentence
    assert answer("check", dashboard.render_as_string(hide_password=False))[0] == 0


def test_a_forces_own_types_and_views_are_no_difference_and_check_leaves_nothing_behind(owner, answer):
    guarded.run(owner, "ALTER TABLE hubs ALTER hub_id TYPE varchar(20)")
    guarded.run(owner, "ALTER TABLE crimes RENAME TO recorded; CREATE VIEW crimes AS SELECT * FROM recorded")
    guarded.run(owner, "ALTER TABLE suspects RENAME TO named; CREATE MATERIALIZED VIEW suspects AS SELECT * FROM named")
    dashboard = guarded.dashboard(guarded.install(owner))
    assert answer("check", dashboard)[0] == 0
    with connect(dashboard).connect() as connection:
        assert connection.scalar(select(func.to_regclass("pg_temp.hubs"))) is None
    guarded.run(owner, "GRANT SELECT ON crimes TO ccp_hub")
    assert answer("check", dashboard) == (1, f"{DIFFERS}SELECT on crimes by ccp_hub (added){INSTALL}{TAKE_AWAY}.")


def test_facts_that_became_a_view_which_no_policy_limits_are_named(owner, answer):
    dashboard = guarded.dashboard(guarded.install(owner))
    guarded.run(owner, "ALTER TABLE fact_detentions RENAME TO held; CREATE VIEW fact_detentions AS SELECT * FROM held")
    code, sentence = answer("check", dashboard)
    assert code == 1
    assert "table fact_detentions (changed)" in sentence


def test_show_prints_what_install_runs(capsys):
    assert main(["show"]) == 0
    assert capsys.readouterr().out == SQL.read_text()


ADDRESS = "  --database URL  the address of a PostgreSQL (default: DATABASE_URL)\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ([], " {install,show,check} ...\n\nInstall, show or check the row-level security of a PostgreSQL.\n"),
        ([], "    install             put it in place, as the owner of the tables\n"),
        ([], "    show                print its SQL, to be reviewed or run by psql\n"),
        ([], "    check               whether this version's is in place, and the login below it\n"),
        (["install"], ADDRESS),
        (["check"], ADDRESS),
        (["show"], "  --write     write it to policies.sql again instead, after a change of tables or events\n"),
    ],
)
def test_help_says_what_each_command_does(command, said, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    helped = capsys.readouterr().out
    assert helped.startswith(" ".join(["usage: python -m queries.row_level_security", *command, ""]))
    assert said in helped


@pytest.mark.parametrize("command", [[], ["remove"], ["install", "--write"], ["show", "--database", "x"]])
def test_what_is_no_command(command, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(command)
    assert capsys.readouterr().err.startswith("usage: python -m queries.row_level_security")


def test_show_writes_what_the_tables_and_events_need(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(row_level_security_command, "SQL", tmp_path / "policies.sql")
    assert main(["show", "--write"]) == 0
    assert capsys.readouterr().out == "policies.sql is written.\n"
    assert (tmp_path / "policies.sql").read_text() == policies.script()
    monkeypatch.setattr(row_level_security_command, "SQL", tmp_path / "none" / "policies.sql")
    assert main(["show"]) == 1
    assert capsys.readouterr().err.startswith("Nothing was shown: ")  # nor written


@pytest.mark.parametrize("command", ["install", "check"])
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "What was given, which is not repeated as it may hold a password, is not a database address; "),
        (
            "duckdb:///none.duckdb",
            "duckdb:///none.duckdb is a duckdb database, which has no row-level security; give",
        ),
        ("mysql://me:open@host/name", r"mysql://me:\*\*\*@host/name is a mysql database, which has no row-level security"),
        ("postgresql+psycopg2://host/name", "A postgresql database needs psycopg2, which is not installed"),
        (
            "postgresql://me:open@localhost:1/name",
            r"Nothing was {}: connection failed: .*Connection refused; check its address, and that the server answers\.$",
        ),
        ("postgresql://me:open@open@.example/name", "The password in a database address holds an @ or a / as it is; write them"),
        (
            "postgresql://me:opened@opened/name",
            r"Nothing was {}: .*resolve host '\*\*\*'.*; check its address, and that the server",
        ),
        ("postgresql+none://host/name", r"A postgresql\+none database cannot be read"),
    ],
)
def test_an_address_of_no_use_is_refused(answer, command, url, sentence):
    code, refusal = answer(command, url)
    assert code == 1
    assert re.match(sentence.replace("{}", f"{command}ed"), refusal)


def test_without_its_tables_or_by_another_login_than_their_owners_it_is_refused(owner, answer):
    guarded.install(owner)
    login = guarded.login(owner, "ccp_loader", inherits=True)
    name, theirs = make_url(login).username, make_url(owner).username
    assert answer("install", login) == (
        1,
        f"{name} does not own the tables of the database; give the address by which {theirs} signs in.",
    )
    another = make_url(guarded.login(owner, "ccp_loader")).username
    guarded.run(owner, f"ALTER TABLE hubs OWNER TO {another}")
    assert answer("install", login)[1].endswith(f"; give the address by which {', '.join(sorted([another, theirs]))} signs in.")
    guarded.run(owner, "DROP TABLE targets, chart_steps")
    assert answer("install", owner) == (
        1,
        "The database lacks chart_steps, targets; load an extract with `python -m ingest`, which makes the tables.",
    )


@pytest.mark.parametrize("kind", ["VIEW", "MATERIALIZED VIEW"])
def test_a_table_that_is_a_view_is_refused_with_what_to_do_and_nothing_is_changed(owner, answer, kind):
    view = "CREATE {} population AS SELECT * FROM residents"
    guarded.run(owner, f"ALTER TABLE population RENAME TO residents; {view.format(kind)}")
    assert answer("install", owner) == (
        1,
        "Nothing was installed: population is a view, and row-level security protects tables alone; make it a table of that "
        "name, filled from the view at every load (deploy/README.md).",
    )
    with connect(owner).connect() as connection:
        assert not connection.scalar(text("SELECT bool_or(relrowsecurity) FROM pg_class WHERE oid = 'hubs'::regclass"))
    assert security_problem(owner).startswith("The reporting database has no row-level security: ")


def test_an_owner_who_lacks_a_right_learns_where_it_stands(owner, answer):
    guarded.install(owner)
    login = make_url(guarded.login(owner, "ccp_board", inherits=True))
    with databases.on("postgresql"):
        empty = databases.vacant()
    schema = make_url(empty).query["options"].partition("=")[2]
    guarded.run(owner, f"ALTER SCHEMA {schema} OWNER TO {login.username}")
    url = make_url(empty).set(username=login.username, password=login.password)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        metadata.create_all(connection)
    guarded.run(owner, f"ALTER SCHEMA {schema} OWNER TO CURRENT_USER; GRANT USAGE ON SCHEMA {schema} TO {login.username}")
    code, refusal = answer("install", url.render_as_string(hide_password=False))
    assert code == 1
    assert refusal.startswith(f"Nothing was installed: permission denied for schema {schema}")
    assert refusal.endswith("; see what the owner needs at the beginning of `python -m queries.row_level_security show`.")
