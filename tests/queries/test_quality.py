"""What the page on data quality says was loaded, how fresh it is and what was refused."""

from datetime import date, datetime

import databases
import pytest
from product import answered, database_of
from recount.by_hand import child, row, rows
from sqlalchemy import create_engine, text

from queries.engine import connect
from queries.facts.known import any_row, named_in
from queries.lookups import quality
from queries.scope import Access, Scope
from queries.tables import CONTRACT, chart_steps, children, detentions, incidents, suspects, targets


def load(load_id, table, file, loaded_at, **more):
    counts = {"rows_read": 4, "rows_loaded": 2, "rows_rejected": 2, "sha256": "0"}
    return row(load_id=load_id, table_name=table, source_file=file, loaded_at=datetime.fromisoformat(loaded_at), **counts, **more)


def rejected(load_id, line, column, reason):
    return row(load_id=load_id, line=line, column_name=column, value="?", reason=reason, row="...")


def set_aside(table, load_id, line, column, day):
    day = day and date.fromisoformat(day)
    return row(table_name=table, load_id=load_id, line=line, column_name=column, row_key=None, day=day)


WORLD = rows(
    children=[child("A"), child("B")],
    detentions=[row(detention_id=on, child_id="A", authorised_on=on) for on in ("2025-02-01", "2025-06-30", "2024-12-31")],
    incidents=[row(incident_id="1", created_on="2025-07-02")],
    care_spells=[row(child_id="A", started_on="2012-01-01", status="in care")],
    loads=[
        load("1", "children", "children.csv", "2025-07-03 10:00"),
        load("2", "detentions", "detentions.csv", "2025-07-03 10:05", rows_withdrawn=7),
    ],
    rejected_rows=[
        rejected("2", 3, "authorised_on", "not a date"),
        rejected("2", 5, "authorised_on", "not a date"),
        rejected("1", 4, None, "too many values"),
    ],
    unread_cells=[
        row(load_id="2", column_name="suite", reason="is an error", cells=3),
        row(load_id="1", column_name="sex", reason="is not one of F, M, X", cells=1),
    ],
    set_aside=[
        set_aside("detentions", "2", 3, None, "2025-06-30"),
        set_aside("detentions", "2", 7, "suite", "2025-06-30"),
        set_aside("detentions", "2", 8, "suite", None),
    ],
)


@pytest.fixture(scope="module")
def connection(on_each_engine):
    with connect(database_of(WORLD)).connect() as opened:
        yield opened


@pytest.fixture(scope="module")
def empty(on_each_engine):
    with connect(database_of({})).connect() as opened:
        yield opened


def test_span_is_of_events_and_not_of_care(connection, empty):
    assert quality.span(connection) == (date(2024, 12, 31), date(2025, 7, 2))
    assert quality.span(empty) is None


def test_freshness_of_every_table(connection):
    found = quality.freshness(connection).set_index("table")
    assert list(found.index) == [table.name for table in CONTRACT]
    assert tuple(found.loc["detentions"]) == (3, date(2024, 12, 31), date(2025, 6, 30))
    assert tuple(found.loc["care_spells"]) == (1, date(2012, 1, 1), date(2012, 1, 1))
    assert found.loc["children", "rows"] == 2 and found.loc[["children", "disposals"], ["first", "last"]].isna().all(axis=None)
    assert found.loc["disposals", "rows"] == 0


def test_what_is_declared_complete_reaches_beyond_its_last_event(on_each_engine):
    """Detentions; care too, which moves no span, and crimes, of which there are none. What was not declared does not count."""
    noted = [
        load(f"{number}", table, "a.csv", "2025-08-01 10:00", data_to=date.fromisoformat(day), is_declared=is_declared)
        for number, (table, day, is_declared) in enumerate(
            [
                ("detentions", "2025-07-15", True),
                ("detentions", "2025-07-10", True),
                ("detentions", "2025-07-31", None),
                ("care_spells", "2025-07-30", True),
                ("crimes", "2025-07-30", True),
                ("incidents", "2025-06-30", True),
            ]
        )
    ]
    undated = set_aside("detentions", "2", 3, None, None)
    with connect(database_of(WORLD | {"loads": noted})).connect() as opened:
        assert quality.span(opened) == (date(2024, 12, 31), date(2025, 7, 15))
        found = quality.freshness(opened).set_index("table")["last"]
    lasts = {"detentions": date(2025, 7, 15), "care_spells": date(2025, 7, 30), "incidents": date(2025, 7, 2), "crimes": None}
    assert {table: found[table] or None for table in lasts} == lasts
    scope, world = Scope(Access("command")), WORLD | {"loads": noted, "set_aside": [undated]}
    held = answered(connect(database_of(world)), lambda connection, _: quality.set_aside(connection), scope)
    assert held.per_day == {"detentions": 3 / 197}  # from 31 December to 15 July


def test_loads_come_newest_first(connection, empty):
    assert list(quality.latest_loads(connection)["source_file"]) == ["detentions.csv", "children.csv"]
    assert list(quality.latest_loads(connection, most=1)["source_file"]) == ["detentions.csv"]
    assert quality.latest_loads(empty).empty


def test_reasons_are_counted_by_load_those_still_to_be_mended_first(connection, empty):
    """Of two rows refused for the same reason a later file has brought one in order."""
    columns = ["table", "file", "column", "reason", "rows", "line", "still"]
    assert list(quality.rejections(connection)[columns].itertuples(index=False, name=None)) == [
        ("detentions", "detentions.csv", "authorised_on", "not a date", 2, 3, 1),
        ("children", "children.csv", "", "too many values", 1, 4, 0),
    ]
    assert quality.rejections(empty).empty


def test_each_refused_row_comes_with_all_of_its_reasons_those_still_to_be_mended_first(on_each_engine, empty):
    more = [*WORLD["rejected_rows"], rejected("2", 5, "released_at", "not a time")]
    with connect(database_of({**WORLD, "rejected_rows": more})).connect() as opened:
        columns = ["table", "file", "line", "column", "value", "reason", "still", "all_rows"]
        found = quality.refused_rows(opened)[columns].fillna("")
        assert list(found.itertuples(index=False, name=None)) == [
            ("detentions", "detentions.csv", 3, "authorised_on", "?", "not a date", True, 3),
            ("detentions", "detentions.csv", 5, "authorised_on", "?", "not a date", False, 3),
            ("detentions", "detentions.csv", 5, "released_at", "?", "not a time", False, 3),
            ("children", "children.csv", 4, "", "?", "too many values", False, 3),
        ]
        first = quality.refused_rows(opened, most=2)
        assert list(first["line"]) == [3, 5, 5] and set(first["all_rows"]) == {3}, "every reason of the rows that are given"
    assert quality.refused_rows(empty).empty


def test_cells_that_could_not_be_read_are_counted_by_load_and_column(connection, empty):
    columns = ["table", "file", "column", "reason", "cells", "still"]
    assert list(quality.cells_not_read(connection)[columns].itertuples(index=False, name=None)) == [
        ("detentions", "detentions.csv", "suite", "is an error", 3, 2),
        ("children", "children.csv", "sex", "is not one of F, M, X", 1, 0),
    ]
    assert quality.cells_not_read(empty).empty


@pytest.mark.usefixtures("on_each_engine")
def test_what_is_set_aside_is_counted_by_table_column_and_day():
    june, scope = date(2025, 6, 30), Scope(Access("command"))
    held = answered(connect(database_of(WORLD)), lambda connection, _: quality.set_aside(connection), scope)
    assert held.numbers == {
        ("detentions", None): {(june, None): 1},
        ("detentions", "suite"): {(june, None): 1, (None, None): 1},
    }
    assert answered(connect(database_of({})), lambda connection, _: quality.set_aside(connection), scope).numbers == {}


def test_tables_from_which_rows_were_withdrawn_since_a_moment(connection, empty):
    assert quality.withdrawn_since(connection, datetime(2025, 7, 3, 10, 4)) == {"detentions"}  # noqa: DTZ001
    assert quality.withdrawn_since(connection, datetime(2025, 7, 3, 10, 5)) == set()  # noqa: DTZ001
    assert quality.withdrawn_since(empty, datetime(2025, 7, 3)) == set()  # noqa: DTZ001


def test_a_database_that_the_importer_did_not_fill(on_each_engine):
    url = databases.vacant()
    made = create_engine(url)
    for table in CONTRACT:
        table.create(made)
    made.dispose()
    with connect(url).connect() as bare:
        assert quality.latest_loads(bare).empty
        assert quality.rejections(bare).empty and "still" in quality.rejections(bare)
        assert quality.refused_rows(bare).empty and "all_rows" in quality.refused_rows(bare)
        assert quality.cells_not_read(bare).empty and quality.withdrawn_since(bare, datetime(2025, 7, 3)) == set()  # noqa: DTZ001


def test_a_database_made_for_an_earlier_contract_and_one_of_views(on_each_engine):
    """Tables that it lacks are left out, and what it holds is read all the same."""
    url = databases.vacant()
    made = create_engine(url)
    with made.begin() as connection:
        for table in CONTRACT:
            if table not in (targets, chart_steps, incidents):
                table.create(connection)
        connection.execute(text("CREATE VIEW incidents AS SELECT DATE '2025-07-02' AS created_on"))
    made.dispose()
    with connect(url).connect() as bare:
        found = list(quality.freshness(bare)["table"])
        assert found == [table.name for table in CONTRACT if table not in (targets, chart_steps)]
        assert quality.span(bare) == (date(2025, 7, 2), date(2025, 7, 2))


def test_targets_and_steps_are_no_events(on_each_engine):
    said = {"metric_key": "overnight_share", "reason": "?"}
    aim = row(value=0.4, applies_from_on="2031-01-01", set_by="the board", set_on="2001-01-01", **said)
    step = row(starts_on="2002-01-01", recorded_by="the board", recorded_on="2002-01-01", **said)
    with connect(database_of(rows(targets=[aim], chart_steps=[step]))).connect() as opened:
        assert quality.span(opened) is None
        found = quality.freshness(opened).set_index("table").loc[["targets", "chart_steps"]]
    assert list(found["rows"]) == [1, 1] and found[["first", "last"]].isna().all(axis=None)


def test_what_a_need_looks_at():
    assert named_in(any_row(detentions.c.bail_refused.is_not(None))) == ["detentions.bail_refused"]
    assert named_in(any_row(suspects, children.c.date_of_birth.is_not(None))) == ["children.date_of_birth", "suspects"]
