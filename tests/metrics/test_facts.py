"""The facts: each says what it must of a child's whole life, and no reader gets those of another version or of other rows."""

from datetime import date

import databases
import pandas as pd
import pytest
from product import BUILT_AT, answered, database_of
from random_force import random_force
from recount.by_hand import HUBS, child, numbered, row, rows
from sqlalchemy import NullPool, create_engine, delete, func, insert, select, text, update

from ingest.facts import build_facts
from metrics.measuring.measure import measure_all
from metrics.reports import repeats
from metrics.themes import METRICS
from queries.engine import DatabaseUnavailable, connect, reading, version
from queries.facts import building
from queries.facts.known import FAR_FUTURE
from queries.facts.stored import facts
from queries.reports.repeats import KINDS
from queries.scope import SYSTEM, Access, Scope
from queries.tables import metadata

FORCE = Access("command")
NOT_BUILT = "The facts of this database have not been built: run `python -m ingest facts`."
OF_ANOTHER = "The facts of this database are of another version of the dashboard: run `python -m ingest facts`."


def stored(url, name, *columns):
    """What a fact table holds, in the order of its first column."""
    table = facts.tables[f"fact_{name}"]
    with connect(url).connect() as connection:
        found = connection.execute(select(*(table.c[column] for column in columns)).order_by(table.c[columns[0]])).all()
    return [tuple(each) for each in found]


def writing(url):
    return create_engine(url, poolclass=NullPool).begin()


# Whether stored or worked out live, the figures are the same: as at a day far ahead nothing is hidden.

LONG = pytest.mark.long
OTHER_SPLITS = [("quarter", "ethnicity"), ("area", "sex", "calendar_year"), ()]
SPLITS = [("hub", "month"), ("in_care", "age_band"), *(pytest.param(by, marks=LONG) for by in OTHER_SPLITS)]
MIXED = {"placed_by": "residence", "residents_only": True}
FEBRUARY = {"start": date(2024, 2, 1), "end": date(2024, 2, 29)}  # it ends on the day that most years lack
FORCES = [
    (0, ("hub", "month"), {}),
    (1, ("in_care", "age_band"), MIXED),
    (2, (), FEBRUARY),
    *(
        pytest.param(seed, by, scope, marks=LONG)
        for seed in (3, 4)
        for by in [("hub", "month"), ("in_care", "age_band"), *OTHER_SPLITS]
        for scope in ({}, MIXED, FEBRUARY)
    ),
]


def stored_and_live(url, by, **scope):
    metrics = [metric for metric in METRICS.values() if set(by) <= set(metric.splits)]
    return (answered(connect(url), measure_all, metrics, Scope(FORCE, as_at=day, **scope), by) for day in (None, FAR_FUTURE))


def assert_alike(url, by, **scope):
    own, live = stored_and_live(url, by, **scope)
    for key, frame in own.items():
        pd.testing.assert_frame_equal(frame, live[key], obj=f"{key} by {by} {scope}")
    return own


@pytest.mark.parametrize("by", SPLITS, ids=str)
def test_what_is_stored_of_the_demo_counts_as_its_definitions_do(demo_on_each_engine, by):
    figures = assert_alike(demo_on_each_engine, by, start=date(2023, 4, 1), end=date(2025, 4, 1))
    assert sum(frame["value"].notna().any() for frame in figures.values()) > 0.8 * len(figures)


@pytest.mark.parametrize(("seed", "by", "scope"), FORCES)
def test_what_is_stored_of_a_random_force_counts_as_its_definitions_do(on_each_engine, seed, by, scope):
    assert_alike(database_of(random_force(seed)), by, **scope)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=LONG), pytest.param(2, marks=LONG)])
def test_children_with_repeat_events_are_the_same_stored_and_live(on_each_engine, seed):
    engine = connect(database_of(random_force(seed)))
    months = {"start": date(2024, 1, 1), "end": date(2025, 1, 1), "hubs": ("EDE",)}
    for kind in KINDS:
        own, live = (answered(engine, repeats.children, Scope(FORCE, as_at=day, **months), kind) for day in (None, FAR_FUTURE))
        pd.testing.assert_frame_equal(own, live, obj=str(kind))


# What a fact says


def test_an_event_knows_those_before_and_after_it_in_the_childs_life(on_each_engine):
    """A grown up, nobody known and another child do not come between."""
    held = [
        row(child_id="A", authorised_on="2025-01-01", hub_id="EDE"),
        row(child_id="B", authorised_on="2025-01-02", hub_id="EDE"),
        row(child_id="A", authorised_on="2025-03-01", hub_id="CAR"),
        row(child_id="A", authorised_on="2025-03-01", hub_id="EDE"),
        row(child_id="A", authorised_on="2028-01-01", hub_id="EDE"),  # 18 on this day
        row(child_id="N", authorised_on="2025-01-03", hub_id="EDE"),  # of no known age
    ]
    children = [child("A", "2010-01-01"), child("B", "2010-01-01"), child("N", None)]
    url = database_of(rows(children=children, detentions=numbered("detention_id", held)))
    first, second = date(2025, 1, 1), date(2025, 3, 1)
    assert stored(url, "detentions", "detention_id", "age", "ordinal", "day_before", "day_after") == [
        ("000", 15, 1, None, second),
        ("001", 15, 1, None, None),
        ("002", 15, 2, first, second),
        ("003", 15, 3, second, None),
        ("004", 18, None, None, None),
        ("005", None, None, None, None),
    ]


def test_a_plan_has_a_row_for_each_stretch_of_one_care_status(on_each_engine):
    """In care from 1 March, a care leaver from 1 May: three rows of the one plan; of the other, closed before, one."""
    url = database_of(
        rows(
            children=[child("A", home_hub_id="CAR")],
            care_spells=[
                row(child_id="A", started_on="2025-03-01", ended_on="2025-05-01", status="in care"),
                row(child_id="A", started_on="2025-05-01", status="care leaver"),
            ],
            risk_management_plans=[
                row(plan_id="1", child_id="A", opened_on="2025-01-10", hub_id="EDE"),
                row(plan_id="2", child_id="A", opened_on="2025-01-10", closed_on="2025-02-28", hub_id="EDE"),
            ],
        )
    )
    assert sorted(stored(url, "risk_management_plans", "plan_id", "since", "until", "in_care")) == [
        ("1", date(2025, 1, 10), date(2025, 3, 1), "no"),
        ("1", date(2025, 3, 1), date(2025, 5, 1), "yes"),
        ("1", date(2025, 5, 1), FAR_FUTURE, "care leaver"),
        ("2", date(2025, 1, 10), FAR_FUTURE, "no"),
    ]


def test_a_plan_is_read_by_the_hub_of_the_crime_that_its_child_is_suspected_of(on_each_engine):
    """Its own hub is another; a second crime in the same hub brings no second row."""
    crimes = [row(crime_id=name, recorded_on="2025-03-01", hub_id="CAR") for name in "12"]
    url = database_of(
        rows(
            children=[child("A", home_hub_id="EDE"), child("B", home_hub_id="EDE")],
            crimes=crimes,
            suspects=[row(crime_id=crime["crime_id"], child_id="A") for crime in crimes],
            risk_management_plans=[row(plan_id=name, child_id=name, opened_on="2025-01-10", hub_id="EDE") for name in "AB"],
        )
    )
    assert stored(url, "plans_of_suspects", "child_id", "hub_id", "home_hub_id") == [("A", "CAR", "EDE")]


def test_stays_are_spells_without_a_break_and_hold_the_cautions_of_the_child(on_each_engine):
    spells = [("2024-01-01", "2024-06-01"), ("2024-06-01", "2024-09-01"), ("2024-09-02", None)]
    url = database_of(
        rows(
            children=[child("A", home_hub_id="CAR")],
            care_spells=[row(child_id="A", started_on=start, ended_on=end, status="in care") for start, end in spells],
            disposals=[
                row(disposal_id="1", child_id="A", kind="youth caution", decided_on="2024-07-01", residence_hub_id="EDE"),
                row(disposal_id="2", child_id="A", kind="community resolution", decided_on="2024-07-02"),
            ],
        )
    )
    assert stored(url, "care_stays", "started_on", "ended_on", "hub_id") == [
        (date(2024, 1, 1), date(2024, 9, 1), "CAR"),
        (date(2024, 9, 2), FAR_FUTURE, "CAR"),
    ]
    assert stored(url, "sanctions", "decided_on", "child_id", "hub_id") == [(date(2024, 7, 1), "A", "CAR")]


# Which facts may be read


def test_without_facts_nothing_is_read_and_it_says_what_to_run(on_each_engine):
    url = databases.empty()
    with pytest.raises(DatabaseUnavailable) as refused, reading(SYSTEM, connect(url)):
        pass
    assert str(refused.value) == NOT_BUILT
    build_facts(url)
    with reading(SYSTEM, connect(url)) as connection:
        assert connection.scalar(select(building.builds.c.version)) == building.version()


def test_facts_of_another_version_are_never_read(on_each_engine):
    url = database_of(rows(children=[child("A")]))
    with writing(url) as connection:
        connection.execute(update(building.builds).values(version="another"))
    with pytest.raises(DatabaseUnavailable) as refused, reading(SYSTEM, connect(url)):
        pass
    assert str(refused.value) == OF_ANOTHER


def test_facts_with_the_columns_of_another_version_are_made_anew(on_each_engine):
    url = database_of(rows(children=[child("A")], detentions=[row(detention_id="1", child_id="A", authorised_on="2025-01-01")]))
    with writing(url) as connection:
        connection.execute(text("ALTER TABLE fact_detentions DROP COLUMN is_overnight"))
        connection.execute(text("ALTER TABLE fact_incidents ADD COLUMN more INTEGER"))
    build_facts(url)
    assert stored(url, "detentions", "detention_id", "is_overnight") == [("1", False)]
    assert stored(url, "incidents", "incident_id") == []


def test_any_change_of_a_definition_is_another_version(monkeypatch):
    before = building.version()
    definition = facts.tables["fact_detentions"].info["definition"]
    changed = definition.select().where(definition.c.age > 3).subquery("detentions")
    monkeypatch.setitem(facts.tables["fact_detentions"].info, "definition", changed)
    building.version.cache_clear()
    try:
        assert building.version() != before
    finally:
        building.version.cache_clear()


def test_building_again_takes_in_what_a_force_has_loaded_by_itself(on_each_engine):
    url = database_of(rows(children=[child("A")]))
    before = version(url)
    with writing(url) as connection:
        connection.execute(
            insert(metadata.tables["detentions"]), [row(detention_id="1", child_id="A", authorised_on="2025-01-01", hub_id="CAR")]
        )
    assert stored(url, "detentions", "detention_id") == []
    assert build_facts(url)["fact_detentions"] == 1
    assert stored(url, "detentions", "detention_id") == [("1",)]
    assert version(url) != before


def test_what_a_force_has_deleted_is_in_no_fact_after_the_next_build(on_each_engine):
    url = database_of(rows(children=[child("A")], detentions=[row(detention_id="1", child_id="A", authorised_on="2025-01-01")]))
    with writing(url) as connection:
        assert connection.scalar(select(func.count()).select_from(facts.tables["fact_detentions"])) == 1
        connection.execute(delete(metadata.tables["detentions"]))
    build_facts(url)
    assert stored(url, "detentions", "detention_id") == []


def test_when_they_were_built(on_each_engine):
    with connect(database_of(rows())).connect() as connection:
        assert building.built_at(connection) == BUILT_AT


def test_there_are_facts_of_every_kind_of_event_and_each_has_the_columns_of_its_definition():
    tables = building.stored()
    assert len(tables) == 15
    for table in tables:
        assert [column.name for column in table.c] == [column.name for column in table.info["definition"].c], table.name


def test_hubs_alone_are_enough_to_build(on_each_engine):
    url = database_of({"hubs": HUBS})
    with connect(url).connect() as connection:
        assert {connection.scalar(select(func.count()).select_from(table)) for table in building.stored()} == {0}
