"""Row-level security, on a real PostgreSQL: which rows each reader sees, whatever is asked."""

from datetime import date
from pathlib import Path

import databases
import guarded
import pytest
from product import answered, database_of
from psycopg import DatabaseError
from recount.by_hand import HUBS, child, residents, row
from sqlalchemy import NullPool, create_engine, event, func, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from ingest.__main__ import main as command
from ingest.facts import build_facts
from ingest.load import load
from metrics.measuring.measure import measure
from metrics.reports import repeats
from metrics.themes import METRICS
from queries import row_level_security
from queries.engine import connect, reading, security_problem, version
from queries.facts import building
from queries.facts.stored import facts
from queries.row_level_security import policies
from queries.scope import Access, OutOfScope, Scope
from queries.tables import metadata

pytestmark = pytest.mark.xdist_group("row-level security")

CHIEF, ANALYST, SERGEANT = Access("command"), Access("analyst"), Access("hub", ("CAR",))
MARCH = {"start": date(2025, 3, 1), "end": date(2025, 4, 1)}
EVENTS = {
    "detentions": ("detention_id", "authorised_on", {}),
    "voluntary_interviews": ("interview_id", "interviewed_on", {}),
    "stop_searches": ("search_id", "searched_on", {"kind": "person"}),
    "missing_episodes": ("episode_id", "reported_on", {}),
    "incidents": ("incident_id", "created_on", {}),
    "risk_management_plans": ("plan_id", "opened_on", {}),
    "crimes": ("crime_id", "recorded_on", {}),
}
OURS = text(
    "SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner), reloptions FROM pg_class "
    "WHERE relnamespace = current_schema()::regnamespace AND relkind = :kind"
)
RECIPE = Path(__file__).parents[2] / "deploy" / "README.md"
PLACES = (None, "EDE", "CAR")  # the whole force, and each hub
ONE_REFUSED = {"rows_read": 1, "rows_loaded": 0, "rows_rejected": 1, "loaded_at": "2025-04-01"}
FIRST_QUARTER = {"opens": date(2025, 1, 1), "closes": date(2025, 4, 1), "data_end": date(2025, 3, 31)}
STORED = {table.name: table for table in building.stored()}
EVERY_TABLE = (*metadata.sorted_tables, *STORED.values(), *building.BESIDE)
NO_CHILD_IN_THEM = {"hubs", "population", "care_homes", "outcome_codes", "targets", "chart_steps", "kept_figures"}


def everything():
    """Ann lives in Carlisle, Eve in Eden; each has everything in Eden in January and in Carlisle in March. Zoe, all in Eden."""
    happened = [(who, hub, on) for who in ("Ann", "Eve") for hub, on in (("EDE", "2025-01-10"), ("CAR", "2025-03-10"))]
    rows = {
        table: [
            row(**{key: f"{who} {hub}", on: when, "child_id": who, "hub_id": hub, **more})
            for who, hub, when in (*happened, ("Zoe", "EDE", "2025-03-31"))
        ]
        for table, (key, on, more) in EVENTS.items()
    }
    crimes = [crime["crime_id"] for crime in rows["crimes"]]
    homes = {"Ann": "CAR", "Eve": "EDE", "Zoe": "EDE"}
    target = {"value": 1.0, "applies_from_on": "2025-01-01", "set_by": "A", "set_on": "2025-01-01", "reason": "R"}
    return rows | {
        "hubs": HUBS,
        "population": [*residents("EDE", 2025, 1000), *residents("CAR", 2025, 2000)],
        "children": [child(who, home_hub_id=hub) for who, hub in homes.items()],
        "care_homes": [{"home_id": hub, "name": hub, "hub_id": hub} for hub in ("EDE", "CAR")],
        "care_spells": [row(child_id=who, started_on="2024-01-01", status="in care") for who in ("Eve", "Zoe")],
        "ace_assessments": [row(child_id=who, assessed_on="2025-02-01", aces=4) for who in homes],
        "disposals": [
            row(disposal_id=who, child_id=who, kind="youth caution", decided_on="2025-02-01", residence_hub_id=hub)
            for who, hub in homes.items()
        ],
        "suspects": [row(crime_id=crime, child_id=crime.partition(" ")[0]) for crime in crimes],
        "crime_outcomes": [row(crime_id=crime, outcome_code="18", outcome_on="2025-03-31") for crime in crimes],
        "outcome_codes": [row(outcome_code="18", label="No suspect", outcome_group="no suspect")],
        "targets": [row(metric_key="asb", hub_id=hub, **target) for hub in PLACES],
        "kept_figures": [row(key="asb", hub_id=hub, kept_at="2025-04-01", **FIRST_QUARTER) for hub in PLACES],
        "loads": [row(load_id="L", table_name="crimes", source_file="c.csv", sha256="", **ONE_REFUSED)],
        "rejected_rows": [row(load_id="L", line=2, reason="no such hub", row="Zoe in Eden")],
    }


@pytest.fixture(scope="module")
def owner():
    """A database with everything in it and its row-level security, as its owner has it."""
    with databases.on("postgresql"):
        return guarded.install(database_of(everything()))


@pytest.fixture(scope="module")
def dashboard(owner):
    """The same, by the login of the dashboard."""
    return guarded.dashboard(owner)


def ids(connection, table, column):
    columns = (metadata.tables if table in metadata.tables else STORED)[table].c
    return sorted(connection.scalars(select(columns[column]).distinct()).all())


def may(connection, name, deed="SELECT"):
    return connection.scalar(select(func.has_table_privilege(name, deed)))


def test_the_policies_are_those_that_the_tables_and_events_need():
    """After a change of either: python -m queries.row_level_security show --write."""
    assert row_level_security.SQL.read_text() == policies.script()


def test_every_table_is_guarded_from_its_owner_too_and_no_view_reads_round_it(owner):
    with connect(owner).connect() as connection:
        tables, over_tables = (connection.execute(OURS, {"kind": kind}).all() for kind in ("r", "v"))
    names = [table.name for table in EVERY_TABLE]
    assert {name: row_by_row and forced for name, row_by_row, forced, *_ in tables} == dict.fromkeys(names, True)
    assert not over_tables


@pytest.mark.parametrize("role", ["ccp_command", "ccp_analyst", "ccp_hub"])
def test_whoever_does_not_say_for_whom_they_read_gets_no_row(dashboard, role):
    with connect(dashboard).connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {role}"))
        readable = [table for table in EVERY_TABLE if may(connection, table.name) and table is not building.builds]
        assert len(readable) >= 20
        for table in readable:
            assert connection.scalar(select(func.count()).select_from(table)) == 0, table.name


def test_a_login_without_a_role_and_the_board_may_read_nothing(owner, dashboard):
    for url in (dashboard, guarded.login(owner, "ccp_board", inherits=True)):
        with connect(url).connect() as connection:
            for table in EVERY_TABLE:
                assert not may(connection, table.name), table.name


def test_no_reader_may_write(dashboard):
    for access in (CHIEF, ANALYST, SERGEANT):
        with reading(access, connect(dashboard)) as connection:
            for table in EVERY_TABLE:
                for deed in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                    assert not may(connection, table.name, deed), (table.name, deed)


def test_a_query_that_forgot_its_filter_still_gets_the_facts_of_the_readers_hub_alone(dashboard):
    """Of Ann, who lives in Carlisle, what happened in Eden too: it is asked for where the child lives. Of Eve it is not."""
    with reading(SERGEANT, connect(dashboard)) as connection:
        for table, (key, _, _) in EVENTS.items():
            fact = "fact_suspects" if table == "crimes" else f"fact_{table}"
            assert ids(connection, fact, key) == ["Ann CAR", "Ann EDE", "Eve CAR"], table
        assert not ids(connection, "fact_care_spells", "looked_after"), "those in care live in Eden"
        assert not ids(connection, "fact_care_stays", "looked_after")
        assert ids(connection, "fact_ace_assessments", "child_id") == ["Ann"]
        assert ids(connection, "fact_first_disposals", "disposal_id") == ["Ann"]
        assert ids(connection, "fact_follow_ups", "disposal_id") == ["Ann"]
        assert ids(connection, "fact_sanctions", "child_id") == ["Ann"]
        assert ids(connection, "fact_plans_of_suspects", "child_id") == ["Ann", "Eve"]
        assert ids(connection, "hubs", "hub_id") == ["CAR"]
        assert ids(connection, "care_homes", "home_id") == ["CAR"]
        assert ids(connection, "kept_figures", "hub_id") == ["CAR"]
        assert set(connection.scalars(select(metadata.tables["targets"].c.hub_id))) == {None, "CAR"}
        assert ids(connection, "population", "hub_id") == ["CAR", "EDE"], "how many live where is public"
        assert {table.name for table in metadata.sorted_tables if may(connection, table.name)} == NO_CHILD_IN_THEM


def test_every_fact_that_holds_a_child_says_of_which_hub():
    for table in facts.sorted_tables:
        assert "hub_id" in table.c or table is building.builds, table.name


def test_what_was_refused_at_loading_is_the_analysts_alone(dashboard):
    with reading(ANALYST, connect(dashboard)) as connection:
        assert ids(connection, "rejected_rows", "row") == ["Zoe in Eden"]
        assert len(ids(connection, "detentions", "detention_id")) == 5
    with reading(CHIEF, connect(dashboard)) as connection:
        assert len(ids(connection, "detentions", "detention_id")) == 5
        with pytest.raises(DBAPIError, match="permission denied"):
            ids(connection, "rejected_rows", "row")


def test_the_facts_of_own_hubs_are_judged_by_all_history(dashboard):
    """Ann and Eve were missing in Eden in January, so both are repeats in Carlisle in March. Nothing of Zoe is shown."""
    with reading(SERGEANT, connect(dashboard)) as connection:
        episodes = connection.execute(text("SELECT episode_id, is_repeat FROM fact_missing_episodes ORDER BY episode_id")).all()
    assert [tuple(episode) for episode in episodes] == [("Ann CAR", True), ("Ann EDE", None), ("Eve CAR", True)]


def test_repeats_are_judged_everywhere_and_shown_of_own_hubs(dashboard):
    found = answered(connect(dashboard), repeats.children, Scope(SERGEANT, **MARCH), "missing")
    missing = found[found["kind"] == "missing"]
    assert list(missing["record"]) == ["Ann CAR", "Eve CAR"]
    assert missing["elsewhere"].all()


def test_a_view_of_the_forces_own_reads_as_whoever_asks_and_not_as_its_owner():
    with databases.on("postgresql"):
        url = database_of(everything())
    guarded.run(url, "CREATE VIEW every_detention AS SELECT detention_id FROM fact_detentions")
    guarded.install(url)
    guarded.run(url, "GRANT SELECT ON every_detention TO ccp_hub")
    seen = text("SELECT count(*) FROM every_detention")
    with reading(SERGEANT, connect(guarded.dashboard(url))) as connection:
        assert connection.scalar(seen) == 3
    guarded.run(url, "ALTER VIEW every_detention SET (security_invoker = false)")  # as it was before
    with reading(SERGEANT, connect(guarded.dashboard(url))) as connection:
        assert connection.scalar(seen) == 5


def test_a_connection_that_stays_open_asks_once_what_is_installed(dashboard):
    asked = []
    with create_engine(dashboard, poolclass=NullPool).connect() as connection:
        event.listen(connection, "before_cursor_execute", lambda *statement: asked.append(statement[2]))
        assert row_level_security.is_installed(connection) and asked
        before = len(asked)
        assert row_level_security.is_installed(connection) and len(asked) == before


@pytest.fixture
def theirs():
    """A database with everything in it, of a force that fills it by itself, and without row-level security yet."""
    with databases.on("postgresql"):
        return database_of(everything())


@pytest.mark.usefixtures("owner")  # whose database has brought the roles
@pytest.mark.parametrize("kind", ["VIEW", "MATERIALIZED VIEW"])
def test_a_table_that_readers_of_hubs_read_may_be_no_view_until_it_is_a_table_filled_as_the_recipe_says(theirs, kind):
    made = "CREATE {} hubs AS SELECT * FROM gazetteer"
    guarded.run(theirs, f"ALTER TABLE hubs RENAME TO gazetteer; {made.format(kind)}")
    with pytest.raises(DatabaseError, match="hubs is a view, and row-level security protects tables alone") as refused:
        guarded.install(theirs)
    assert refused.value.diag.message_hint.startswith("Make it a table of that name, filled from the view at every load")
    assert security_problem(guarded.login(theirs, "ccp_command")).startswith("The reporting database has no row-level security: ")

    section = RECIPE.read_text().partition("Row-level security protects tables alone.")[2]
    recipe = section.partition("```sql\n")[2].partition("```")[0].replace("gazetteer.hubs", "gazetteer")
    guarded.run(theirs, f"DROP {kind} hubs; CREATE TABLE hubs (LIKE gazetteer INCLUDING ALL)")
    dashboard = guarded.dashboard(guarded.install(theirs))
    before = version(dashboard)
    guarded.run(theirs, recipe.replace("BEGIN;", "").replace("COMMIT;", ""))
    assert version(dashboard) != before
    with reading(SERGEANT, connect(dashboard)) as connection:
        assert ids(connection, "hubs", "hub_id") == ["CAR"]


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("kind", ["VIEW", "MATERIALIZED VIEW"])
def test_what_happened_to_children_may_be_a_view_which_readers_of_hubs_do_not_read(theirs, kind):
    made = "CREATE {} detentions AS SELECT * FROM custody"
    guarded.run(theirs, f"ALTER TABLE detentions RENAME TO custody; {made.format(kind)}")
    dashboard = guarded.dashboard(guarded.install(theirs))
    guarded.run(theirs, "DELETE FROM custody WHERE child_id = 'Eve'")
    if kind != "VIEW":
        guarded.run(theirs, "REFRESH MATERIALIZED VIEW detentions")
    build_facts(guarded.login(theirs, "ccp_loader", inherits=True))
    with reading(SERGEANT, connect(dashboard)) as connection:
        assert ids(connection, "fact_detentions", "detention_id") == ["Ann CAR", "Ann EDE"]
        assert not may(connection, "detentions")
    march = Scope(CHIEF, **MARCH)
    for scope in (march, Scope(CHIEF, as_at=date(2025, 3, 31), **MARCH)):
        assert answered(connect(dashboard), measure, METRICS["detentions"], scope)["numerator"].tolist() == [2]


def test_a_mistake_in_the_dashboards_own_scope_lets_nothing_through(dashboard):
    with pytest.raises(OutOfScope):
        Scope(SERGEANT, hubs=("EDE",))
    beyond = Scope(SERGEANT, **MARCH)
    object.__setattr__(beyond, "hubs", ("EDE",))
    missing, engine = METRICS["missing_episodes"], connect(dashboard)
    assert answered(engine, measure, missing, beyond)["numerator"].tolist() == [0]
    assert answered(engine, measure, missing, Scope(CHIEF, hubs=("EDE",), **MARCH))["numerator"].tolist() == [1]


def test_figures_as_at_a_day_are_the_command_teams(dashboard):
    day, missing, engine = {"as_at": date(2025, 3, 31)}, METRICS["missing_episodes"], connect(dashboard)
    with pytest.raises(OutOfScope, match="worked out from the records of the whole force: ask the command team"):
        answered(engine, measure, missing, Scope(SERGEANT, **MARCH, **day))
    assert answered(engine, measure, missing, Scope(CHIEF, hubs=("CAR",), **MARCH, **day))["numerator"].tolist() == [2]
    for reader in (SERGEANT, CHIEF):
        with reading(reader, engine) as connection:
            assert row_level_security.is_of_a_hub(connection) == (reader is SERGEANT)


@pytest.mark.parametrize("ending", ["rollback", "commit"])
def test_a_connection_forgets_its_reader_with_the_transaction(dashboard, ending):
    engine = connect(dashboard)
    with reading(SERGEANT, engine) as connection:
        session = connection.scalar(select(func.pg_backend_pid()))
        assert connection.scalar(text("SELECT current_user")) == "ccp_hub"
        getattr(connection, ending)()
    with engine.connect() as connection:
        assert connection.scalar(select(func.pg_backend_pid())) == session
        assert connection.scalar(text("SELECT current_user = session_user"))
        assert not connection.scalar(select(func.current_setting("ccp.hubs", True)))
        assert not connection.scalar(select(func.current_setting("ccp.role", True)))
        assert not row_level_security.is_of_a_hub(connection)


def test_after_looking_at_the_whole_force_a_reader_is_a_reader_again(dashboard):
    with reading(SERGEANT, connect(dashboard)) as connection:
        with row_level_security.ignoring_hub_limits(connection):
            assert len(ids(connection, "fact_detentions", "detention_id")) == 5
        assert len(ids(connection, "fact_detentions", "detention_id")) == 3


def test_after_a_fault_while_looking_at_the_whole_force_nothing_is_read(dashboard):
    with reading(SERGEANT, connect(dashboard)) as connection:
        with pytest.raises(ZeroDivisionError), row_level_security.ignoring_hub_limits(connection):
            assert 1 / 0
        with pytest.raises(DBAPIError, match="permission denied"):
            ids(connection, "fact_detentions", "detention_id")


def test_a_login_without_rights_may_ask_for_the_version_of_the_data(dashboard):
    assert "2025-03-31 23:00:00" in version(dashboard)  # midnight in London


def test_why_readers_are_not_let_in(owner, dashboard):
    with databases.on("postgresql"):
        other = database_of({"hubs": HUBS})
    with databases.on("duckdb"):
        assert security_problem(database_of({"hubs": HUBS})) == "", "a file has no such security"
    assert security_problem(dashboard) == ""
    assert security_problem(owner).startswith("The dashboard's login to the reporting database is above its row-level security")
    assert security_problem(other).startswith("The reporting database has no row-level security: ")
    guarded.install(other)
    of_another = "The row-level security of the reporting database is of another version"
    guarded.run(other, "CREATE OR REPLACE FUNCTION ccp_row_level_security() RETURNS text LANGUAGE sql AS $$ SELECT 'older' $$")
    assert security_problem(guarded.dashboard(other)).startswith(of_another)
    guarded.run(other, "ALTER FUNCTION ccp_row_level_security() RENAME TO ccp_wall")  # as earlier versions called it
    assert security_problem(guarded.dashboard(other)).startswith(of_another)
    guarded.install(other)
    assert security_problem(guarded.dashboard(other)) == ""
    with connect(other).connect() as connection:
        assert connection.scalar(select(func.to_regproc("ccp_wall"))) is None


def test_whoever_loads_has_a_role_of_their_own_and_what_was_loaded_is_guarded_after_another_install(tmp_path):
    with databases.on("postgresql"):
        url = guarded.install(database_of({"hubs": HUBS}))
    (tmp_path / "children.csv").write_text("child_id,date_of_birth\nA,2010-01-01\n")
    (tmp_path / "detentions.csv").write_text(
        "detention_id,child_id,authorised_on,hub_id\nD1,A,2025-03-10,CAR\nD2,A,2025-03-10,EDE\n"
    )
    load(sorted(tmp_path.iterdir()), guarded.login(url, "ccp_loader", inherits=True), progress=False)
    with reading(SERGEANT, connect(guarded.dashboard(guarded.install(url)))) as connection:
        assert ids(connection, "fact_detentions", "detention_id") == ["D1"]


def test_who_may_not_build_facts_learns_who_may(dashboard, capsys):
    assert command(["facts", "--database", dashboard]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The build failed, and the facts are what they were: ")
    assert "; give the address of the login that loads, once the owner of the tables has installed the row-level" in said


def test_an_owner_who_is_no_superuser_installs_it_and_then_sees_nothing_either(owner):
    with databases.on("postgresql"):
        url = databases.vacant()
    login = make_url(guarded.login(owner, "ccp_board", inherits=True))
    schema = make_url(url).query["options"].partition("=")[2]
    guarded.run(owner, f"ALTER SCHEMA {schema} OWNER TO {login.username}")
    url = make_url(url).set(username=login.username, password=login.password)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(metadata.tables["hubs"]), HUBS)
        assert ids(connection, "hubs", "hub_id") == ["CAR", "EDE"]
    for _ in range(2):
        guarded.install(url.render_as_string(hide_password=False))
    with connect(url.render_as_string(hide_password=False)).connect() as connection:
        assert ids(connection, "hubs", "hub_id") == []
