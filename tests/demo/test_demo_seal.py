"""A database is the invented force's only if the demo made every row of it, and real rows never join that."""

import os
from datetime import date, datetime
from pathlib import Path

import databases
import pytest
from product import database_of
from sqlalchemy import NullPool, create_engine, delete, insert, null, select, text, update

from demo.__main__ import main as build_demo
from demo.places import FORCE
from ingest.__main__ import main as take_in
from ingest.facts import build_facts
from ingest.working_copy import put_in_place, working_copy
from queries.engine import connect, reading
from queries.lookups.invented import holds_invented, is_invented, is_sealed, seal
from queries.scope import SYSTEM
from queries.tables import CONTRACT, demo_seals, hubs, loads

pytestmark = pytest.mark.usefixtures("on_each_engine")

ONE = {str: "a", int: 1, float: 0.5, bool: True, date: date(2025, 1, 1), datetime: datetime(2025, 1, 1)}  # noqa: DTZ001 (naive UTC)
ANOTHER = {str: "b", int: 2, float: 0.25, bool: False, date: date(2025, 1, 2), datetime: datetime(2025, 1, 2)}  # noqa: DTZ001
REFUSAL = "This database holds the invented force, which only `python -m demo` fills; name another with --database"


def row_of(table, values):
    return {column.name: values[column.type.python_type] for column in table.columns}


def filled(force=FORCE, sealed=True):
    """The address of a small force: one row in every table, each cell filled, sealed as the demo seals its own."""
    rows = {table.name: [row_of(table, ONE)] for table in CONTRACT}
    rows["hubs"][0]["force"] = force
    url = database_of(rows)
    if sealed:
        change(url, seal)
    return url


def change(url, by):
    """By another program: a file is put in the place of one that readers may have open."""
    with working_copy(url) as copy:
        with create_engine(copy, poolclass=NullPool).begin() as connection:
            by(connection)
        put_in_place(copy, url)


@pytest.fixture(scope="module")
def invented(on_each_engine):
    return filled()


@pytest.fixture
def tried(invented):
    """Says whether the database is still the invented force's after a change, and takes it back."""
    with create_engine(invented, poolclass=NullPool).connect() as connection:

        def after(*statements):
            for statement in statements:
                connection.execute(statement)
            found = is_sealed(connection)
            connection.rollback()
            return found

        yield after
        assert is_sealed(connection)


def test_no_row_is_added_doubled_or_taken_away_unseen(tried, sampled, on_each_engine):
    for table in CONTRACT if on_each_engine == "duckdb" else sampled(CONTRACT, 3):
        named = {"force": FORCE} if table is hubs else {}
        assert not tried(insert(table).values(row_of(table, ANOTHER) | named)), table.name
        assert not tried(insert(table).values(row_of(table, ONE) | named)), table.name
        assert not tried(delete(table)), table.name


def test_no_cell_is_changed_or_blanked_unseen(tried, sampled):
    columns = [column for table in CONTRACT for column in table.columns]
    for column in sampled(columns, 4):
        values = [ANOTHER[column.type.python_type], *([null()] if column.nullable else [])]
        assert not any(tried(update(column.table).values({column.name: value})) for value in values), column.name


def test_a_row_that_takes_the_place_of_another_is_seen(tried):
    crimes = next(table for table in CONTRACT if table.name == "crimes")
    assert not tried(delete(crimes), insert(crimes).values(row_of(crimes, ONE) | {"crime_id": "real"}))
    assert tried(delete(crimes), insert(crimes).values(row_of(crimes, ONE))), "the very same row is the demo's"


@pytest.mark.parametrize("force", [None, "", "Cumbria Constabulary", "Cumbria (real)"])
def test_hubs_of_another_name_are_no_invented_force(tried, force):
    assert not tried(update(hubs).values(force=force))


def test_a_demo_of_a_version_that_declared_no_end_is_the_demos_still(on_each_engine):
    """Its loads lack two columns, which the build of its facts adds; what stands in them later is no part of it."""
    url = filled(sealed=False)

    def take_back(connection):
        for column in ("is_declared", "force"):
            connection.execute(text(f"ALTER TABLE loads DROP COLUMN {column}"))
        connection.execute(text(BESIDE["a load"]))
        seal(connection)

    change(url, take_back)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        assert is_sealed(connection)
    build_facts(url)
    with create_engine(url, poolclass=NullPool).connect() as connection:
        assert is_sealed(connection)
        for blank, declared in (({"is_declared": None}, {"is_declared": True}), ({"force": None}, {"force": ""})):
            connection.execute(update(loads).values(declared))
            assert not is_sealed(connection)
            connection.execute(update(loads).values(blank))
            assert is_sealed(connection)


def test_seals_that_are_not_the_demos_own(tried):
    assert not tried(insert(demo_seals).values(digest="0" * 64, facts_digest="0" * 64))
    assert not tried(delete(demo_seals))
    for column in demo_seals.columns:
        assert not tried(update(demo_seals).values({column.name: "0" * 64}))


def test_a_real_database_that_calls_itself_invented_or_carries_a_copied_seal(invented):
    real = filled(sealed=False)
    change(real, lambda connection: connection.execute(update(hubs).values(name="Kendal")))
    with create_engine(invented, poolclass=NullPool).connect() as connection:
        copy = dict(connection.execute(select(demo_seals)).mappings().one())
    for copied in (False, True):
        if copied:
            change(real, lambda connection: connection.execute(insert(demo_seals).values(copy)))
        with reading(SYSTEM, connect(real)) as connection:
            assert not is_invented(connection)
            assert holds_invented(connection), "so that no more rows are loaded into it by mistake"


def test_a_database_of_an_earlier_version_knows_no_seal():
    url = filled(sealed=False)
    change(url, demo_seals.drop)
    with reading(SYSTEM, connect(url)) as connection:
        assert not is_invented(connection)
        assert holds_invented(connection)


@pytest.mark.parametrize("asked", [is_invented, holds_invented])
def test_a_database_without_hubs_is_real(asked):
    url = database_of({})
    change(url, hubs.drop)
    with reading(SYSTEM, connect(url)) as connection:
        assert not asked(connection)


REFUSED_ROW = "INSERT INTO rejected_rows VALUES ('1', 2, 'child_id', 'Jane Smith', 'is not known', '{}')"
OTHER_TABLE = "CREATE TABLE payroll (amount INTEGER)"
BESIDE = {
    "a fact": "INSERT INTO fact_detentions SELECT * FROM fact_detentions",
    "a fact that is gone": "DELETE FROM fact_detentions",
    "an answer that is kept": "INSERT INTO fact_answers VALUES (NULL, 'a', 'a', '2025-01-01', '2025-02-01', 'a', 'a')",
    "a load": "INSERT INTO loads (load_id, table_name, source_file, sha256, rows_read, rows_loaded, rows_rejected, loaded_at) "
    "VALUES ('1', 'crimes', 'crimes.csv', 'a', 1, 1, 0, '2025-01-01')",
    "a table": OTHER_TABLE,
    "a table of facts that is gone": "DROP TABLE fact_detentions",
}


@pytest.mark.parametrize("what", BESIDE)
def test_what_is_kept_beside_the_contracts_tables_is_the_demos_too(tried, what):
    assert not tried(text(BESIDE[what]))


def test_a_row_that_was_refused_is_seen_where_readers_could_see_it(tried, on_each_engine):
    """On a server the dashboard reads such rows as an analyst alone, who signs in."""
    assert tried(text(REFUSED_ROW)) == (on_each_engine == "postgresql")


def test_facts_that_are_built_again_are_the_demos_still(on_each_engine):
    url = filled()
    build_facts(url)
    with reading(SYSTEM, connect(url)) as connection:
        assert is_invented(connection)
    change(url, lambda connection: connection.execute(delete(hubs)))
    build_facts(url)
    with reading(SYSTEM, connect(url)) as connection:
        assert not is_invented(connection)


def test_a_file_is_looked_at_anew_when_it_has_changed_and_a_server_within_a_minute(on_each_engine):
    url = filled()
    with reading(SYSTEM, connect(url)) as connection:
        assert is_invented(connection)
    change(url, lambda connection: connection.execute(insert(hubs).values(row_of(hubs, ANOTHER))))
    with reading(SYSTEM, connect(url)) as connection:
        assert is_invented(connection) == (on_each_engine == "postgresql")
        assert not is_sealed(connection)


def everything_in(url):
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return {table.name: sorted(map(str, connection.execute(select(table)))) for table in (*CONTRACT, demo_seals)}


@pytest.fixture
def extract(tmp_path):
    (tmp_path / "extracts").mkdir()
    (tmp_path / "extracts" / "hubs.csv").write_text("hub_id,name,force\nCAR,Carlisle,Cumbria Constabulary\n")
    return str(tmp_path / "extracts")


TERMS = [[], ["--dry-run"], ["--yes"], ["--full", "--yes"]]


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: " ".join(terms) or "plain")
def test_the_importer_loads_nothing_into_it(invented, extract, capsys, terms):
    before = everything_in(invented)
    assert take_in([extract, *terms, "--database", invented]) == 1
    out, err = capsys.readouterr()
    assert (out, err.startswith(REFUSAL)) == ("", True)
    assert everything_in(invented) == before


def test_nor_by_whatever_way_its_address_is_given(invented, extract, capsys, tmp_path, monkeypatch):
    before = everything_in(invented)
    monkeypatch.setenv("DATABASE_URL", invented)
    assert take_in([extract]) == 1
    assert capsys.readouterr().err.startswith(REFUSAL)
    if databases.engine() == "duckdb":
        path = Path(invented.removeprefix("duckdb:///"))
        (tmp_path / "force.duckdb").symlink_to(path)
        (tmp_path / "folder").symlink_to(path.parent)
        monkeypatch.chdir(tmp_path)
        for way in (
            "force.duckdb",
            f"folder/{path.name}",
            os.path.relpath(path),
            str(tmp_path / "extracts" / ".." / "force.duckdb"),
        ):
            assert take_in([extract, "--database", f"duckdb:///{way}"]) == 1
            assert capsys.readouterr().err.startswith(REFUSAL)
        assert (tmp_path / "force.duckdb").is_symlink()
    assert everything_in(invented) == before


def test_nor_into_one_to_which_real_rows_came_another_way(extract, capsys):
    url = filled()
    change(url, lambda connection: connection.execute(insert(hubs).values(row_of(hubs, ANOTHER))))
    assert take_in([extract, "--database", url]) == 1
    assert capsys.readouterr().err.startswith(REFUSAL)


def test_the_demo_leaves_a_database_with_one_real_row_as_it_is(capsys, monkeypatch):
    url = filled()
    children = next(table for table in CONTRACT if table.name == "children")
    change(url, lambda connection: connection.execute(insert(children).values(child_id="real")))
    before = everything_in(url)
    monkeypatch.setattr("demo.__main__.build", lambda *_: pytest.fail("it must refuse before it builds"))
    assert build_demo(["--database", url]) == 1
    assert "holds rows that this demo did not make, which would be lost" in capsys.readouterr().err
    assert everything_in(url) == before


@pytest.mark.parametrize("statement", [OTHER_TABLE, REFUSED_ROW])
def test_the_demo_leaves_rows_beside_the_contracts_tables_as_they_are(statement, monkeypatch):
    url = database_of({})
    change(url, lambda connection: connection.execute(text(statement)))
    monkeypatch.setattr("demo.__main__.build", lambda *_: pytest.fail("it must refuse before it builds"))
    assert build_demo(["--database", url]) == 1
