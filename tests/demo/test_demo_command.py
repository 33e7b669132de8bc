"""``python -m demo`` loads the invented force through the importer, and never over anything that is not a demo."""

import databases
import pandas as pd
import pytest
from sqlalchemy import NullPool, create_engine, insert, inspect, select, text

from demo.__main__ import Delivery, main, replace
from demo.flaws import FAULTY_CELLS, FLAWS
from demo.places import FORCE
from queries.engine import connect, reading
from queries.lookups.invented import is_invented, seal
from queries.scope import SYSTEM
from queries.tables import hubs, metadata

pytestmark = pytest.mark.xdist_group("demo")  # what they build, they build once


EARLIER = [{"hub_id": "left-over", "name": "Of an earlier demo", "force": FORCE}]


def fill(url, rows, sealed=False):
    engine = create_engine(url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(hubs), rows)
        if sealed:
            seal(connection)
    engine.dispose()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "reporting.duckdb"
    fill(f"duckdb:///{path}", EARLIER, sealed=True)
    assert main(["--database", f"duckdb:///{path}", "--extracts", str(folder / "extracts")]) == 0
    return folder


@pytest.fixture(scope="module")
def address(on_each_engine, request):
    """Of a demo on each engine; that on PostgreSQL is the one that all workers share."""
    if on_each_engine == "postgresql":
        return request.getfixturevalue("demo_on_postgresql")
    return f"duckdb:///{request.getfixturevalue('loaded')}/reporting.duckdb"


def ask(url, query):
    with connect(url).connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_everything_is_loaded_but_the_faulty_rows(address):
    read, taken, rejected = ask(address, "SELECT sum(rows_read), sum(rows_loaded), sum(rows_rejected) FROM loads")[0]
    assert rejected == len(FLAWS) == read - taken
    assert 5 <= rejected <= 15
    assert ask(address, "SELECT count(*) FROM set_aside WHERE column_name IS NULL")[0][0] == rejected
    assert len(ask(address, "SELECT DISTINCT table_name FROM loads")) == 20


def test_each_fault_is_refused_for_the_fault_that_was_put_in(address):
    refused = ask(address, "SELECT table_name, column_name FROM rejected_rows JOIN loads USING (load_id)")
    for table, wrong, _ in FLAWS:
        assert any(name == table and (column is None or column in wrong) for name, column in refused), (table, wrong)


def test_each_faulty_cell_counts_as_not_recorded_and_costs_no_row(address):
    unread = ask(address, "SELECT table_name, column_name, cells FROM unread_cells JOIN loads USING (load_id)")
    assert sorted(unread) == sorted((table, column, 1) for table, column, *_ in FAULTY_CELLS)


def test_the_force_is_known_to_be_invented(address):
    with reading(SYSTEM, connect(address)) as connection:
        assert is_invented(connection)


def test_the_extracts_have_the_contracts_headers(loaded):
    for path in (loaded / "extracts").glob("*.csv"):
        table = metadata.tables[path.stem.partition("-")[0]]
        assert list(pd.read_csv(path, nrows=1)) == [column.name for column in table.columns]


def test_instants_carry_their_offset(loaded):
    paths = (loaded / "extracts").glob("detentions-*.csv")
    seen = pd.concat(pd.read_csv(path, usecols=["released_at"], dtype=str) for path in paths)["released_at"].dropna()
    assert (~seen.str.endswith("Z")).sum() == 1  # one of the faulty rows, on purpose


@pytest.mark.parametrize(
    "real",
    [
        {"hub_id": "carlisle", "name": "Carlisle", "area": None, "authority": None, "force": "Cumbria Constabulary"},
        {"hub_id": "carlisle", "name": "Carlisle", "area": None, "authority": None, "force": FORCE},
    ],
    ids=["real", "says that it is invented"],
)
def test_what_is_not_a_demo_is_never_overwritten(on_each_engine, capsys, monkeypatch, real):
    url = databases.vacant()
    fill(url, [real])
    monkeypatch.setattr("demo.__main__.build", lambda *_: pytest.fail("it must refuse before it builds"))
    assert main(["--database", url]) == 1
    assert "holds rows that this demo did not make, which would be lost; name another" in capsys.readouterr().err
    with connect(url).connect() as connection:
        assert [dict(row) for row in connection.execute(select(hubs)).mappings()] == [real]


def test_what_was_there_is_replaced_and_not_added_to(on_each_engine, tmp_path):
    url = databases.vacant()
    fill(url, EARLIER, sealed=True)
    (tmp_path / "hubs.csv").write_text(f"hub_id,name,force\ncarlisle,Carlisle,{FORCE}\n")
    assert replace([Delivery([tmp_path / "hubs.csv"])], url) == 0
    assert ask(url, "SELECT hub_id FROM hubs") == [("carlisle",)]


def test_figures_that_an_earlier_demo_kept_under_an_earlier_name_are_not_kept(on_each_engine, tmp_path):
    url = databases.vacant()
    fill(url, EARLIER, sealed=True)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE kept_figures RENAME TO told_figures"))
    (tmp_path / "hubs.csv").write_text(f"hub_id,name,force\ncarlisle,Carlisle,{FORCE}\n")
    replace([Delivery([tmp_path / "hubs.csv"])], url)
    with connect(url).connect() as connection:
        assert {"kept_figures", "told_figures"} & set(inspect(connection).get_table_names()) == {"kept_figures"}


def test_an_earlier_demo_is_replaced_whole(loaded):
    hubs_left = "SELECT count(*), count(*) FILTER (hub_id = 'left-over') FROM hubs"
    assert ask(f"duckdb:///{loaded}/reporting.duckdb", hubs_left) == [(6, 0)]
    assert sorted(path.name for path in loaded.iterdir()) == ["extracts", "reporting.duckdb"]


def test_the_future_is_refused_in_words(tmp_path, capsys):
    assert main(["--database", f"duckdb:///{tmp_path / 'x.duckdb'}", "--today", "2199-01-01"]) == 1
    assert "has not come" in capsys.readouterr().err
