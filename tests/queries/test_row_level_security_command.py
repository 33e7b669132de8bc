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
from queries.row_level_security import SQL, policies
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
    assert (code, sentence.partition(" of ")[0]) == (0, f"Row-level security is installed on the {tables} tables")
    assert "have not been built" not in sentence
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
