"""``python -m demo`` loads the invented force through the importer, and never over anything that is not a demo."""

import duckdb
import pandas as pd
import pytest
from sqlalchemy import create_engine, insert

from demo.__main__ import main
from demo.flaws import FLAWS
from demo.places import FORCE
from queries.tables import hubs, metadata


def fill(url, rows):
    engine = create_engine(url)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(hubs), rows)
    engine.dispose()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    path = folder / "reporting.duckdb"
    fill(f"duckdb:///{path}", [{"hub_id": "left-over", "name": "Of an earlier demo", "force": FORCE}])
    assert main(["--database", f"duckdb:///{path}", "--extracts", str(folder / "extracts")]) == 0
    return folder


def ask(folder, query):
    with duckdb.connect(str(folder / "reporting.duckdb"), read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_everything_is_loaded_but_the_faulty_rows(loaded):
    read, taken, rejected = ask(loaded, "SELECT sum(rows_read), sum(rows_loaded), sum(rows_rejected) FROM loads")[0]
    assert rejected == len(FLAWS) == read - taken
    assert 5 <= rejected <= 15
    assert ask(loaded, "SELECT count(*) FROM rejected_rows")[0][0] == rejected
    assert len(ask(loaded, "SELECT DISTINCT table_name FROM loads")) == 18


def test_each_fault_is_refused_for_the_fault_that_was_put_in(loaded):
    refused = ask(loaded, "SELECT table_name, column_name FROM rejected_rows JOIN loads USING (load_id)")
    for table, wrong, _ in FLAWS:
        assert any(name == table and (column is None or column in wrong) for name, column in refused), (table, wrong)


def test_the_extracts_have_the_contracts_headers(loaded):
    for path in (loaded / "extracts").glob("*.csv"):
        table = metadata.tables[path.stem.partition("-")[0]]
        assert list(pd.read_csv(path, nrows=1)) == [column.name for column in table.columns]


def test_instants_carry_their_offset(loaded):
    paths = (loaded / "extracts").glob("detentions-*.csv")
    seen = pd.concat(pd.read_csv(path, usecols=["authorised_at"], dtype=str) for path in paths)["authorised_at"].dropna()
    assert (~seen.str.endswith("Z")).sum() == 1  # one of the faulty rows, on purpose


def test_what_is_not_a_demo_is_never_overwritten(tmp_path, capsys, monkeypatch):
    url = f"duckdb:///{tmp_path / 'real.duckdb'}"
    fill(url, [{"hub_id": "carlisle", "name": "Carlisle", "force": "Cumbria Constabulary"}])
    before = (tmp_path / "real.duckdb").read_bytes()
    monkeypatch.setattr("demo.__main__.build", lambda *_: pytest.fail("it must refuse before it builds"))
    assert main(["--database", url]) == 1
    assert "not the demo's" in capsys.readouterr().err
    assert (tmp_path / "real.duckdb").read_bytes() == before


def test_an_earlier_demo_is_replaced_whole(loaded):
    assert ask(loaded, "SELECT count(*), count(*) FILTER (hub_id = 'left-over') FROM hubs") == [(6, 0)]
    assert sorted(path.name for path in loaded.iterdir()) == ["extracts", "reporting.duckdb"]


def test_the_future_is_refused_in_words(tmp_path, capsys):
    assert main(["--database", f"duckdb:///{tmp_path / 'x.duckdb'}", "--today", "2199-01-01"]) == 1
    assert "has not come" in capsys.readouterr().err
