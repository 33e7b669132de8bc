"""The reporting database is only read, on each engine, and its version tells when there is something new to read."""

import databases
import pytest
from product import database_of
from recount.by_hand import child, rows
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from ingest.load import load
from queries.engine import SESSION_SETTINGS, connect, version
from queries.tables import children

pytestmark = pytest.mark.usefixtures("on_each_engine")


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO children (child_id) VALUES ('X')",
        "UPDATE children SET sex = 'F'",
        "DELETE FROM children",
        "DROP TABLE children",
        "CREATE TABLE more (a INTEGER)",
    ],
)
def test_it_only_reads(write):
    with connect(database_of(rows(children=[child("A"), child("B")]))).connect() as connection:
        with pytest.raises(SQLAlchemyError, match="read-only"):
            connection.execute(text(write))
        connection.rollback()
        assert connection.scalar(select(func.count()).select_from(children)) == 2


def test_each_load_has_a_version_of_its_own(tmp_path):
    url, seen = databases.vacant(), []
    for name in ("Carlisle", "Eden"):
        (tmp_path / "hubs.csv").write_text(f"hub_id,name\nH,{name}\n")
        load([tmp_path], url, progress=False)
        seen.append(version(url))
        assert version(url) == seen[-1]
    assert seen[0] != seen[1]


def test_every_session_on_a_server_is_set_to_reading(on_each_engine):
    engine = connect(database_of({}))
    if on_each_engine == "postgresql":
        with engine.connect() as one, engine.connect() as another:
            for connection in (one, another):
                assert {name: connection.scalar(text(f"SHOW {name}")) for name in SESSION_SETTINGS} == SESSION_SETTINGS
                connection.rollback()
                assert connection.scalar(text("SHOW transaction_read_only")) == "on"
