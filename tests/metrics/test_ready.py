"""What is ready before anyone asks says what would be counted; whatever it is not of is counted."""

from dataclasses import replace
from datetime import date, timedelta

import databases
import pandas as pd
import pytest
from product import BUILT_AT, answered
from random_force import random_force
from sqlalchemy import NullPool, create_engine, delete, event, func, insert, select, update

from metrics.measuring.gather import opened_with
from metrics.metric import Number
from metrics.reports import headline, ready
from metrics.signals.judgement import judge
from metrics.signals.targets import Rebase, RecordedRebase
from metrics.themes import METRICS, THEMES
from metrics.themes.outcomes import on_basis
from queries.engine import connect, reading
from queries.facts.building import answers, build
from queries.lookups import ready_answers
from queries.scope import Access, Scope
from queries.tables import loads, metadata, population

CHIEF, SERGEANT = Access("command"), Access("hub", ("CAR",))
EVERY = list(METRICS.values())


@pytest.fixture(scope="module")
def url(on_each_engine):
    """A random force as a load leaves it: its facts, and what is ready."""
    return loaded()


def loaded():
    url = databases.empty()
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for name, rows in random_force(3).items():
            if rows:
                columns = [column.name for column in metadata.tables[name].columns]
                connection.execute(insert(metadata.tables[name]), [{name: row.get(name) for name in columns} for row in rows])
        build(connection, BUILT_AT)
        ready_answers.keep(connection, ready.answers_to_keep(connection, headline.opening_headlines(connection)))
    return url


def opening(url, access=CHIEF, **narrowed):
    with reading(access, connect(url)) as connection:
        return opened_with(connection, Scope(access, **narrowed))


def statements(engine, question, *arguments, **named):
    """What a question answers, and how many statements over facts it took."""
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append("fact_" in statement.replace("fact_builds", ""))

    event.listen(engine, "before_cursor_execute", note)
    found = answered(engine, question, *arguments, **named)
    event.remove(engine, "before_cursor_execute", note)
    return found, sum(asked)


def plain(row):
    return [None if pd.isna(value) else value for value in row]


@pytest.mark.parametrize(("access", "hubs"), [(CHIEF, None), (CHIEF, ("CAR",)), (CHIEF, ("EDE",)), (SERGEANT, None)], ids=str)
def test_it_is_what_would_be_counted(url, access, hubs):
    assert_counted(connect(url), opening(url, access, hubs=hubs), judged=5)


@pytest.mark.parametrize("hubs", [None, ("carlisle",)], ids=str)
def test_so_it_is_of_the_demo(demo_on_each_engine, hubs):
    assert_counted(connect(demo_on_each_engine), opening(demo_on_each_engine, hubs=hubs), judged=100)


def assert_counted(engine, scope, judged):
    """That what is ready is what is counted: read in one statement, of so many charts or more."""
    found, asked = statements(engine, ready.headlines, EVERY, scope)
    assert asked == 1
    for own, counted in zip(found, answered(engine, headline.headlines, EVERY, scope), strict=True):
        assert (own.key, own.period, own.sentence) == (counted.key, counted.period, counted.sentence)
        assert plain(own.now) == plain(counted.now)
        assert plain(own.before) == plain(counted.before)
        assert plain(vars(own.change).values()) == plain(vars(counted.change).values())
    found, asked = statements(engine, ready.judgements, EVERY, scope, hubs=True)
    assert asked == 1
    assert sum(judgement.is_judged for judgement in found) > judged
    for own, counted in zip(found, answered(engine, judge, EVERY, scope, hubs=True), strict=True):
        assert (own.key, own.hub, own.method, own.setting) == (counted.key, counted.hub, counted.method, counted.setting)
        assert plain([own.expected, own.seasonal]) == plain([counted.expected, counted.seasonal])
        pd.testing.assert_frame_equal(own.chart, counted.chart, check_exact=True)


def test_a_measure_alone_over_the_whole_is_read_off_those_of_its_theme(url):
    found, asked = statements(connect(url), ready.judgements, [METRICS["detentions"]], opening(url), hubs=False)
    assert asked == 1
    assert [(judgement.key, judgement.hub) for judgement in found] == [("detentions", None)]


@pytest.mark.parametrize(
    "other",
    [
        lambda scope: scope.over(date(2024, 1, 1), date(2025, 1, 1)),
        lambda scope: replace(scope, as_at=date(2025, 3, 31)),
        lambda scope: replace(scope, placed_by="residence"),
        lambda scope: replace(scope, residents_only=True),
        lambda scope: replace(scope, hubs=("CAR", "EDE")),
        lambda scope: Scope(scope.access),  # each measure over the last months of its own data
    ],
)
def test_whatever_else_is_asked_is_counted(url, other):
    engine, scope = connect(url), other(opening(url))
    assert ready_answers_of(url, scope) == []
    detentions = [METRICS["detentions"]]
    (found,), (counted,) = (answered(engine, ask, detentions, scope) for ask in (ready.headlines, headline.headlines))
    assert plain(found.now) == plain(counted.now)


def restart(key, hub=None, starts_on=date(2025, 1, 1)):
    return RecordedRebase(key, hub, Rebase(starts_on, "a new form", "Dee", date(2025, 1, 20)))


@pytest.mark.parametrize(("access", "hubs"), [(CHIEF, None), (CHIEF, ("CAR",)), (SERGEANT, None)], ids=str)
def test_a_measure_that_was_restarted_on_a_page_is_judged_anew_and_no_other(url, access, hubs):
    engine, scope = connect(url), opening(url, access, hubs=hubs)
    several = [METRICS[key] for key in ("missing_episodes", "detentions", "searches", "overnight_share")]
    restarts = [restart("detentions"), restart("searches", "CAR"), restart("overnight_share", "EDE")]
    found = answered(engine, ready.judgements, several, scope, hubs=True, recorded=restarts)
    for own, counted in zip(found, answered(engine, judge, several, scope, hubs=True, recorded=restarts), strict=True):
        assert (own.key, own.hub, own.method, own.setting) == (counted.key, counted.hub, counted.method, counted.setting)
        pd.testing.assert_frame_equal(own.chart, counted.chart, check_exact=True)
    restarted = {(judgement.key, judgement.hub) for judgement in found if judgement.setting.rebases}
    places = {judgement.hub for judgement in found if judgement.key == "detentions"}
    assert {(key, hub) for key, hub in restarted if key == "detentions"} == {("detentions", place) for place in places}
    assert ("searches", "CAR") in restarted and not any(key == "missing_episodes" for key, _ in restarted)


def test_while_another_is_judged_anew_the_others_are_read(url):
    engine, scope = connect(url), opening(url)
    others = [METRICS["searches"], METRICS["overnight_share"]]
    _, asked = statements(engine, ready.judgements, others, scope, hubs=True, recorded=[restart("detentions")])
    assert asked == 1
    _, asked = statements(engine, ready.judgements, [*others, METRICS["detentions"]], scope, hubs=True, recorded=[])
    assert asked == 1
    found, asked = statements(
        engine, ready.judgements, [METRICS["detentions"]], scope, hubs=False, recorded=[restart("detentions")]
    )
    assert asked > 1 and [(judgement.key, judgement.hub) for judgement in found] == [("detentions", None)]


def ready_answers_of(url, scope):
    with reading(scope.access, connect(url)) as connection:
        themes = [theme.key for theme in THEMES]
        return ready_answers.kept(connection, scope, "Headline", themes, ready.code_version())


def test_another_basis_and_a_measure_of_no_theme_are_counted(url):
    engine, scope = connect(url), opening(url)
    recorded = on_basis(METRICS["nfa_share"], "recorded")
    (found,) = answered(engine, ready.headlines, [recorded], scope)
    (counted,) = answered(engine, headline.headlines, [recorded], scope)
    assert plain(found.now) == plain(counted.now)
    alone = replace(METRICS["detentions"], key="of_no_theme", formula=Number(METRICS["detentions"].measured))
    assert answered(engine, ready.headlines, [alone], scope)[0].key == "of_no_theme"


def test_what_other_code_worked_out_and_what_is_damaged_is_not_read(on_each_engine):
    url = loaded()
    scope, detentions = opening(url), [METRICS["detentions"]]
    (counted,) = answered(connect(url), headline.headlines, detentions, scope)
    for spoilt in ({"answer": b"\x91\x80"}, {"answer": b""}, {"answer": b"no answer at all", "version": "another"}):
        connect(url).dispose()
        with create_engine(url, poolclass=NullPool).begin() as connection:
            connection.execute(update(answers).values(**spoilt))
        (found,) = answered(connect(url), ready.headlines, detentions, scope)
        assert plain(found.now) == plain(counted.now), spoilt


def test_what_is_loaded_after_the_facts_were_built_is_seen_at_once(on_each_engine):
    """A force may fill tables that hold no child by itself, and write that down. Twice as many residents: half the rate."""
    url = loaded()
    scope, rate = opening(url), [METRICS["detention_rate"]]
    (before,) = answered(connect(url), ready.headlines, rate, scope)
    assert before.now["numerator"] > 0
    connect(url).dispose()
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(update(population).values(residents=population.c.residents * 2))
        later = {"loaded_at": BUILT_AT + timedelta(hours=1), "rows_read": 0, "rows_loaded": 0, "rows_rejected": 0}
        connection.execute(insert(loads).values(load_id="L", table_name="population", source_file="", sha256="", **later))
    for ask in (ready.headlines, headline.headlines):
        (now,) = answered(connect(url), ask, rate, scope)
        assert now.now["value"] == pytest.approx(before.now["value"] / 2)


def test_a_build_leaves_nothing_of_what_was_ready(on_each_engine):
    with create_engine(loaded(), poolclass=NullPool).begin() as connection:
        assert connection.scalar(select(func.count()).select_from(answers)) > 0
        build(connection, BUILT_AT)
        assert connection.scalar(select(func.count()).select_from(answers)) == 0
        for table in metadata.sorted_tables:
            connection.execute(delete(table))
        build(connection, BUILT_AT + timedelta(days=1))
        assert ready.answers_to_keep(connection, headline.opening_headlines(connection)) == [], (
            "of no events there is nothing to say"
        )
