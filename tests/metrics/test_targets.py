"""Which target stands on a day and place, from which days a chart is rebased, who may see them, and the words for both."""

from datetime import date

import databases
import pandas as pd
import pytest
from product import BUILT_AT, answered, database_of
from recount.by_hand import row, rows
from sqlalchemy import create_engine

from metrics.metric import Better
from metrics.signals.targets import (
    Rebase,
    Setting,
    Standing,
    Target,
    objection,
    of_period,
    rebase_sentence,
    settings,
    standing,
    target_in_words,
    target_sentence,
)
from metrics.themes import METRICS
from queries.engine import connect
from queries.facts.building import build
from queries.scope import Access, Scope
from queries.tables import metadata

pytestmark = pytest.mark.usefixtures("on_each_engine")

SHARE, RATE, WAIT, COUNT = (METRICS[key] for key in ("overnight_share", "detention_rate", "appropriate_adult_wait", "detentions"))
ON = date(2026, 10, 31)
EVERY_HUB = Scope(Access("command"))


def aim(value, applies_from_on, hub_id=None, metric=SHARE, set_on="2020-01-01"):
    said = {"set_by": "the board", "set_on": set_on, "reason": "for a reason"}
    return row(metric_key=metric.key, hub_id=hub_id, value=value, applies_from_on=applies_from_on, **said)


def rebase(starts_on, hub_id=None, metric=SHARE, recorded_on=None, reason="for a reason"):
    said = {"reason": reason, "recorded_by": "the lead", "recorded_on": recorded_on or starts_on}
    return row(metric_key=metric.key, hub_id=hub_id, starts_on=starts_on, **said)


def held(*, targets=(), rebases=(), scope=EVERY_HUB, on=ON, metrics=(SHARE, RATE, WAIT)):
    """What is set in a database with these targets and rebases."""
    hubs = [row(hub_id=hub, name=hub) for hub in ("A", "B")]
    url = database_of(rows(hubs=hubs, targets=list(targets), chart_steps=list(rebases)))
    return answered(connect(url), settings, metrics, scope, on)


def value(found, metric=SHARE, hub=None):
    target = found.of(metric, hub).target
    return target and target.value


def starts(found, hub=None, metric=SHARE):
    return [str(rebase.starts_on) for rebase in found.of(metric, hub).rebases]


def test_everything_that_was_written_of_a_target_and_a_rebase():
    found = held(targets=[aim(0.4, "2025-04-01", set_on="2025-03-03")], rebases=[rebase("2025-09-01", recorded_on="2025-09-20")])
    assert found.of(SHARE) == Setting(
        Better.LOWER,
        Target(0.4, date(2025, 4, 1), "the board", date(2025, 3, 3), "for a reason"),
        (Rebase(date(2025, 9, 1), "for a reason", "the lead", date(2025, 9, 20)),),
    )
    assert found.of(RATE) == Setting(Better.LOWER)
    assert found.of(METRICS["reviewed_24h_share"]) == Setting(Better.HIGHER), "a measure that was not asked for"


def test_the_latest_target_that_applies_on_the_day_stands():
    three = [aim(0.5, "2024-01-01"), aim(0.3, "2026-11-01"), aim(0.4, "2026-01-01")]
    assert value(held(targets=three)) == 0.4
    assert value(held(targets=three, on=date(2026, 11, 1))) == 0.3
    assert value(held(targets=three, on=date(2026, 1, 1))) == 0.4
    assert value(held(targets=three, on=date(2025, 12, 31))) == 0.5
    assert value(held(targets=three, on=date(2023, 12, 31))) is None


def test_a_hubs_own_target_beats_the_forces_whatever_their_dates():
    found = held(targets=[aim(0.25, "2024-01-01", "A"), aim(0.4, "2026-01-01"), aim(0.1, "2027-01-01", "A")])
    assert value(found, hub="A") == 0.25
    assert value(found, hub="B") == value(found) == 0.4


def test_before_a_hubs_own_applies_the_forces_holds_there_and_a_hubs_never_holds_for_the_force():
    own = [aim(0.25, "2027-01-01", "A"), aim(9.0, "2025-01-01", "B", RATE)]
    found = held(targets=[*own, aim(0.4, "2026-01-01")])
    assert value(found, hub="A") == 0.4
    assert value(found, RATE, "B") == 9.0
    assert value(found, RATE) is None and value(found, RATE, "A") is None


def test_a_measure_has_its_own_targets():
    found = held(targets=[aim(0.4, "2025-01-01"), aim(12.0, "2025-01-01", metric=RATE), aim(2.5, "2025-01-01", metric=WAIT)])
    assert [value(found, metric) for metric in (SHARE, RATE, WAIT)] == [0.4, 12.0, 2.5]
    assert value(held(targets=[aim(0.4, "2025-01-01")], metrics=[RATE])) is None


def test_what_was_set_after_the_day_as_at_is_not_known_yet():
    two = [aim(0.5, "2024-01-01", set_on="2023-12-01"), aim(0.4, "2025-01-01", set_on="2025-02-10")]
    for as_at, stands in ((None, 0.4), ("2025-02-10", 0.4), ("2025-02-09", 0.5), ("2023-11-30", None)):
        scope = Scope(Access("command"), as_at=as_at and date.fromisoformat(as_at))
        assert value(held(targets=two, scope=scope)) == stands, as_at


def test_a_rebase_recorded_after_the_day_as_at_is_not_known_yet():
    late = [rebase("2025-01-01", recorded_on="2025-06-01")]
    for as_at, known in ((None, ["2025-01-01"]), ("2025-06-01", ["2025-01-01"]), ("2025-05-31", [])):
        scope = Scope(Access("command"), as_at=as_at and date.fromisoformat(as_at))
        assert starts(held(rebases=late, scope=scope)) == known, as_at


def test_rebases_of_the_force_hold_for_every_hub_and_a_hubs_for_itself_in_the_order_of_their_days():
    found = held(
        rebases=[
            rebase("2026-02-01"),
            rebase("2025-01-01", "A"),
            rebase("2024-01-01"),
            rebase("2026-10-01", "A"),
            rebase("2025-06-01", "B"),
        ]
    )
    assert starts(found) == ["2024-01-01", "2026-02-01"]
    assert starts(found, "A") == ["2024-01-01", "2025-01-01", "2026-02-01", "2026-10-01"]
    assert starts(found, "B") == ["2024-01-01", "2025-06-01", "2026-02-01"]
    assert starts(found, metric=RATE) == []


def test_rebases_after_the_day_are_not_used():
    rebases = [rebase("2026-10-31"), rebase("2026-11-01")]
    assert starts(held(rebases=rebases)) == ["2026-10-31"]
    assert starts(held(rebases=rebases, on=date(2026, 10, 30))) == []


def test_a_count_may_be_rebased_though_it_has_no_target():
    found = held(rebases=[rebase("2026-01-01", metric=COUNT)], metrics=[COUNT])
    assert starts(found, metric=COUNT) == ["2026-01-01"]


def test_a_reader_of_some_hubs_sees_theirs_and_the_forces():
    targets = [aim(0.4, "2025-01-01"), aim(0.25, "2025-01-01", "A"), aim(0.2, "2025-01-01", "B")]
    rebases = [rebase("2025-01-01", "A"), rebase("2025-02-01", "B"), rebase("2025-03-01")]
    found = held(targets=targets, rebases=rebases, scope=Scope(Access("hub", ("A",))))
    assert value(found, hub="A") == 0.25
    assert value(found, hub="B") == 0.4, "as if it had none"
    assert starts(found, "B") == ["2025-03-01"]
    assert set(found.targets) == {(SHARE.key, None), (SHARE.key, "A")} == set(found.rebases)


def test_all_in_scope_together_is_the_hub_where_it_is_one_and_else_the_force():
    targets = [aim(0.4, "2025-01-01"), aim(0.25, "2025-01-01", "A")]
    for hubs, stands in ((("A",), 0.25), (("B",), 0.4), (("A", "B"), 0.4), ((), 0.4), (None, 0.4)):
        assert value(held(targets=targets, scope=Scope(Access("command"), hubs=hubs))) == stands, hubs


def test_rows_of_a_forces_own_that_the_importer_would_refuse_are_left_out():
    found = held(
        targets=[aim(40, "2025-01-01"), aim(0.4, "2024-01-01"), aim(300, "2025-01-01", metric=COUNT)],
        metrics=[SHARE, COUNT],
    )
    assert value(found) == 0.4
    assert value(found, COUNT) is None


def test_a_database_without_these_tables_has_none():
    url = databases.vacant()
    made = create_engine(url)
    with made.begin() as connection:
        metadata.create_all(connection)
        build(connection, BUILT_AT)
        for name in ("targets", "chart_steps"):
            metadata.tables[name].drop(connection)
    made.dispose()
    found = answered(connect(url), settings, [SHARE], EVERY_HUB, ON)
    assert found.of(SHARE) == found.of(SHARE, "A") == Setting(Better.LOWER)


@pytest.mark.parametrize(
    ("key", "given", "column"),
    [
        ("overnight_share", 0.0, None),
        ("overnight_share", 1.0, None),
        ("overnight_share", None, None),
        ("overnight_share", 1.01, "value"),
        ("overnight_share", -0.01, "value"),
        ("missing_top_tenth_share", 50.0, "value"),
        ("detention_rate", 0.0, None),
        ("detention_rate", -1.0, "value"),
        ("appropriate_adult_wait", float("nan"), "value"),
        ("detentions_per_child", 1.5, None),
        ("detentions", 40.0, "metric_key"),
        ("detentions", None, None),
        ("nights", 1.0, "metric_key"),
        ("nights", None, "metric_key"),
    ],
)
def test_what_a_target_may_be(key, given, column):
    assert (objection(key, given) or (None,))[0] == column


@pytest.mark.parametrize(
    ("key", "given", "words"),
    [
        ("reviewed_24h_share", 0.8, "at least 80.0%"),
        ("overnight_share", 0.255, "at most 25.5%"),
        ("nfa_share", 0.5, "50.0%"),
        ("detention_rate", 12, "at most 12.0 for every 1,000"),
        ("appropriate_adult_wait", 2.5, "at most 2.5 hours"),
    ],
)
def test_words_of_a_target(key, given, words):
    target = Target(given, date(2025, 4, 1), "the Child Centred Policing Board", date(2025, 3, 3), "as the strategy asks.")
    said = target_sentence(METRICS[key], target)
    assert said == f"Target: {words}, set by the Child Centred Policing Board on 3 March 2025: as the strategy asks."


@pytest.mark.parametrize(("starts_on", "when"), [(date(2025, 9, 1), "September 2025"), (date(2025, 9, 15), "15 September 2025")])
def test_words_of_a_rebase(starts_on, when):
    said = rebase_sentence(Rebase(starts_on, "a bail desk opened", "the custody lead", date(2025, 9, 20)))
    assert said == f"Chart restarted from {when}: a bail desk opened (recorded by the custody lead, 20 September 2025)."


def figure_of(value, lower, upper, of=1000):
    return pd.Series({"numerator": 500, "denominator": of, "value": value, "lower": lower, "upper": upper})


def goal(value):
    return Target(value, date(2025, 1, 1), "the board", date(2025, 1, 1), "for a reason")


@pytest.mark.parametrize(
    ("metric", "row", "is_met", "is_sure"),
    [
        (SHARE, (0.386, 0.342, 0.432), True, False),
        (SHARE, (0.30, 0.27, 0.34), True, True),
        (SHARE, (0.516, 0.42, 0.61), False, True),
        (SHARE, (0.40, 0.35, 0.45), True, False),  # "or less"
        (WAIT, (2.8, None, None), False, True),
        (METRICS["reviewed_24h_share"], (0.40, 0.35, 0.45), True, False),
        (METRICS["reviewed_24h_share"], (0.386, 0.342, 0.39), False, True),
    ],
)
def test_a_figure_stands_on_one_side_of_its_target_and_its_range_perhaps_on_both(metric, row, is_met, is_sure):
    assert standing(metric, figure_of(*row), goal(0.4)) == Standing(is_met, is_sure)


def test_without_a_figure_a_target_or_a_better_way_nothing_stands():
    row = figure_of(0.3, 0.2, 0.4)
    assert standing(SHARE, row, None) is None
    assert standing(SHARE, figure_of(None, None, None).astype(float), goal(0.4)) is None
    assert standing(METRICS["outcome_21_share"], row, goal(0.4)) is None
    assert standing(SHARE, figure_of(0.3, 0.2, 0.4, of=19), goal(0.4)) is None, "of fewer than twenty"
    assert standing(METRICS["detention_rate"], pd.Series({**row, "numerator": 9}), goal(0.4)) is None, "fewer than ten events"


def test_how_a_period_stands_is_said_of_the_place_then_of_its_hubs():
    place, hubs = (figure_of(0.386, 0.342, 0.432), goal(0.4)), [(figure_of(v, v, v), goal(0.4)) for v in (0.47, 0.52, 0.18, 0.46)]
    said = of_period(SHARE, "the force", place, [*hubs, (figure_of(0.5, 0.4, 0.6), None)])
    assert said == "Target 40% or less: met by the force, within the margin; missed by 3 of 4 hubs."
    wide = [(figure_of(0.47, 0.3, 0.6), goal(0.4)), (figure_of(0.9, 0.1, 1, of=19), goal(0.4))]
    said = of_period(SHARE, "the force", place, [*hubs, *wide])
    assert said.endswith("; missed by 4 of 6 hubs, 1 of them within the margin, too few to tell in 1.")
    assert of_period(SHARE, "Barrow", wide[1], []) == "Target 40% or less: too few to tell for Barrow."
    assert of_period(SHARE, "the force", place, [hubs[2], wide[0]]).endswith("; missed by 1 of 2 hubs, within the margin.")
    assert of_period(SHARE, "the force", place, [hubs[2], wide[1]]).endswith("; met by 1 of 2 hubs, too few to tell in 1.")
    assert of_period(SHARE, "the force", place, [wide[1], wide[1]]).endswith("; too few to tell in every hub.")
    assert of_period(SHARE, "Barrow", hubs[1], []) == "Target 40% or less: missed by Barrow."
    assert of_period(SHARE, "Barrow", hubs[1], hubs[:1]) == "Target 40% or less: missed by Barrow.", "one hub is the place itself"
    assert of_period(SHARE, "the force", (place[0], None), hubs) == ""
    assert of_period(SHARE, "the force", hubs[2], [hubs[2], hubs[2]]).endswith("; met by all 2 hubs.")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("overnight_share", 0.4, "40% or less"),
        ("overnight_share", 0.375, "37.5% or less"),
        ("reviewed_24h_share", 0.8, "80% or more"),
        ("appropriate_adult_wait", 2.8, "2.8 hours or less"),
        ("detention_rate", 17.0, "17 for every 1,000 or less"),
        ("outcome_21_share", 0.1, "10%"),
    ],
)
def test_a_target_in_words(key, value, said):
    assert target_in_words(METRICS[key], goal(value)) == said
