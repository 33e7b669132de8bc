"""The force as its records stood a month earlier holds nothing that was not known then, and with what came since it is whole."""

from datetime import date

import duckdb
import pandas as pd
import pytest
from sqlalchemy import Date, DateTime

import demo
from demo import SEED, earlier
from queries.tables import CONTRACT, metadata
from tests.demo.counting import TODAY

pytestmark = pytest.mark.xdist_group("demo")  # what they build, they build once

ON, END, CLOSE = date(2026, 6, 10), pd.Timestamp("2026-05-31"), pd.Timestamp("2026-05-31 23:00")
TABLES = pytest.mark.parametrize("table", CONTRACT, ids=lambda table: table.name)
DATED = [table for table in CONTRACT if table.info["dated_by"]]


@pytest.fixture(scope="module")
def stood(frames):
    return earlier.as_it_stood(frames, SEED, ON)


@TABLES
def test_nothing_later_is_known(stood, table):
    for column in table.columns:
        values = stood[table.name][column.name]
        if isinstance(column.type, DateTime):
            assert not (values > CLOSE).any(), column.name
        elif isinstance(column.type, Date) and not column.info.get("planned"):
            assert not (values > END).any(), column.name


@TABLES
def test_every_reference_finds_its_target(stood, table):
    for column in table.columns:
        if "refers" in column.info:
            (key,) = metadata.tables[column.info["refers"]].info["key"]
            assert set(stood[table.name][column.name].dropna()) <= set(stood[column.info["refers"]][key]), column.name


@TABLES
def test_what_stands_alike_in_both_is_not_sent_again(frames, stood, table):
    """Earlier rows and those sent since, the later ones in place of the earlier, are the rows of now."""
    sent = earlier.since(frames, stood)[table.name]
    before = stood[table.name].drop(index=sent.index, errors="ignore")
    pd.testing.assert_frame_equal(pd.concat([before, sent]).sort_index(), frames[table.name])
    assert len(sent) < len(frames[table.name]) / 20


def test_some_rows_of_the_last_two_months_are_entered_late_and_none_before(frames, stood):
    late = {0: 0, 1: 0, 2: 0}
    held = {0: 0, 1: 0, 2: 0}
    for table in DATED:
        if table.name != "crime_outcomes":  # those of late crimes are late too
            rows = frames[table.name]
            day = rows[table.info["dated_by"]]
            ago = (END.year - day.dt.year) * 12 + END.month - day.dt.month
            for months in held:
                held[months] += int((ago == months).sum())
                late[months] += int((ago == months).sum() - ago[stood[table.name].index].eq(months).sum())
    assert 0.04 < late[0] / held[0] < 0.08
    assert 0.01 < late[1] / held[1] < 0.03
    assert late[2] == 0


def test_some_outcomes_are_not_yet_corrected(frames, stood):
    now, then = frames["crime_outcomes"], stood["crime_outcomes"]
    corrected = now.loc[then.index]
    undone = then[(corrected["superseded_on"] <= END) & then["superseded_on"].isna()]
    assert 5 <= len(undone) <= 60
    replacing = undone[["crime_id"]].assign(outcome_on=now.loc[undone.index, "superseded_on"])
    assert then.merge(replacing, on=["crime_id", "outcome_on"]).empty


def test_the_same_seed_and_day_leave_the_same_rows_out(frames, stood):
    again = earlier.as_it_stood(frames, SEED, ON)
    assert all(rows.equals(again[name]) for name, rows in stood.items())
    assert TODAY > ON


# As loaded by `python -m demo --today 2026-11-20`


@pytest.fixture(scope="module")
def database(demo_url):
    with duckdb.connect(demo_url.removeprefix("duckdb:///"), read_only=True) as connection:
        yield connection


def test_loaded_in_two_deliveries_it_is_the_whole_force(database):
    frames = demo.build(today=date(2026, 11, 20))
    for table in CONTRACT:
        key = list(table.info["key"])
        held = database.sql(f'SELECT * FROM "{table.name}"').df().astype(frames[table.name].dtypes)  # noqa: S608
        in_order = [rows.sort_values(key, ignore_index=True) for rows in (held, frames[table.name])]
        pd.testing.assert_frame_equal(*in_order, obj=table.name)


def test_every_table_of_events_was_loaded_twice(database):
    files = dict(database.sql("SELECT table_name, count(*) FROM loads GROUP BY table_name").fetchall())
    assert {table.name for table in DATED} <= {name for name, number in files.items() if number == 2}
    months = {name[-11:-4] for (name,) in database.sql("SELECT source_file FROM loads").fetchall()}
    assert months == {"2026-09", "2026-10"}


def test_the_first_delivery_bears_the_day_on_which_it_would_have_been_loaded(database):
    first, *_ = database.sql("SELECT DISTINCT kept_at FROM kept_figures ORDER BY kept_at").fetchall()
    assert str(first[0]) == "2026-10-20 08:30:00"
    assert str(database.sql("SELECT min(loaded_at) FROM loads").fetchone()[0]) == "2026-10-20 08:30:00"
