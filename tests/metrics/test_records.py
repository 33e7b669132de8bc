"""The records behind every number are as many as the number says, on a force at random and by hand."""

import math
from datetime import date
from functools import cache

import databases
import pytest
from product import answered, database_of
from random_force import MIDWAY, random_force
from recount.by_hand import child, row, rows

from metrics.measuring.measure import measure_all
from metrics.reports.records import figure_of, parts, records, references, sentence, table
from metrics.themes import METRICS
from metrics.themes.outcomes import on_basis
from queries.counting.records import REFERENCES
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")
ACCESS = Access("command")


def of_seed(seed):
    return connect(_of_seed(seed, databases.engine()))


@cache
def _of_seed(seed, _engine):
    return database_of(random_force(seed))


def behind(engine, metric, scope):
    """The records of each part of a measure."""
    return {part: answered(engine, records, metric, part, scope) for part in parts(metric)}


SCOPES = {
    "the latest year": (0, Scope(ACCESS)),
    "one hub": (1, Scope(Access("hub", ("EDE",)), start=date(2023, 1, 1), end=date(2024, 1, 1))),
    "as at a day, where the child lives": (2, Scope(ACCESS, hubs=("CAR",), as_at=MIDWAY, placed_by="residence")),
    "residents alone, all years": (
        0,
        Scope(ACCESS, start=date(2022, 1, 1), end=date(2025, 7, 1), hubs=("CAR", "EDE"), residents_only=True),
    ),
}


@pytest.mark.parametrize("given", SCOPES)
@pytest.mark.parametrize("basis", ["closed", "recorded"])
def test_as_many_records_as_the_figure_says(sampled, given, basis):
    """In order, of the hubs in scope, and none that was not known yet. Without --long every measure in one of the scopes."""
    seed, scope = SCOPES[given]
    engine = of_seed(seed)
    metrics = {key: on_basis(metric, basis) for key, metric in METRICS.items()}
    every = [metric for key, metric in metrics.items() if basis == "closed" or metric is not METRICS[key]]
    asked = sampled(every, len(SCOPES), list(SCOPES).index(given)) if basis == "closed" else every
    figures = answered(engine, measure_all, asked, scope)
    compared = 0
    for metric in asked:
        for part, opened in behind(engine, metric, scope).items():
            keeps_to(scope, opened.frame)
            expected = figure_of(metric, part, figures[metric.key].iloc[0])
            if not math.isnan(expected) and not metric.months_to_mature:  # these are of the latest complete year: see below
                assert opened.number == expected, (metric.key, part)
                compared += 1
    assert compared > (130 if basis == "closed" else 20) * len(asked) / len(every)


def keeps_to(scope, found):
    assert list(found.columns)[: len(REFERENCES)] == REFERENCES
    order = list(found[["day", "record", "child"]].itertuples(index=False, name=None))
    assert order == sorted(order)
    assert not scope.as_at or all(day <= scope.as_at for day in found["day"])
    if scope.hubs:
        place = found["home_hub"].where(found["home_hub"] != "", found["hub"]) if scope.placed_by == "residence" else found["hub"]
        assert set(place) <= set(scope.hubs)


def test_the_parts_of_a_sum_add_up_to_it():
    metric, engine = METRICS["voluntary_share"], of_seed(0)
    counted, *of = behind(engine, metric, Scope(ACCESS)).values()
    figure = answered(engine, measure_all, [metric], Scope(ACCESS))[metric.key].iloc[0]
    assert counted.number == of[0].number == figure["numerator"] > 0
    assert sum(part.number for part in of) == figure["denominator"]


@pytest.mark.parametrize("key", ["reoffending_rate", "reoffences_per_reoffender", "reoffenders_in_care_share"])
def test_records_of_a_follow_up_are_of_the_latest_complete_year(key):
    metric, engine = METRICS[key], of_seed(0)
    found = behind(engine, metric, Scope(ACCESS))
    period = next(iter(found.values())).period
    figure = answered(engine, measure_all, [metric], Scope(ACCESS).over(period.opens, period.closes))[key].iloc[0]
    assert figure["denominator"] > 0
    assert [opened.number for opened in found.values()] == [figure["numerator"], figure["denominator"]]


# By hand

DETENTIONS = [
    row(detention_id="D2", child_id="A", authorised_on="2025-06-02", hub_id="EDE"),
    row(detention_id="D1", child_id="A", authorised_on="2025-06-02", hub_id="EDE"),
    row(detention_id="D3", child_id="B", authorised_on="2025-06-01", hub_id="CAR"),  # 18 that day
    row(detention_id="D4", child_id="C", authorised_on="2025-05-31", hub_id=None),
    row(detention_id="D5", child_id="C", authorised_on="2025-06-30", hub_id="CAR"),
]
PEOPLE = [child("A", home_hub_id="CAR"), child("B", "2007-06-01"), child("C")]
JUNE = {"start": date(2025, 6, 1), "end": date(2025, 7, 1)}
COUNTED = "Counted: Detentions of children authorised"


def opened_of(database, key, part, **narrowed):
    return answered(connect(database_of(database)), records, METRICS[key], part, Scope(ACCESS, **narrowed))


def test_the_records_of_a_count():
    database = rows(children=PEOPLE, detentions=DETENTIONS)
    opened = opened_of(database, "detentions", COUNTED, **JUNE)
    assert opened.number == 3
    assert opened.frame[REFERENCES].to_numpy().tolist() == [
        ["D1", "A", date(2025, 6, 2), "EDE", "CAR"],
        ["D2", "A", date(2025, 6, 2), "EDE", "CAR"],
        ["D5", "C", date(2025, 6, 30), "CAR", ""],
    ]
    children = opened_of(database, "children_detained", "Counted: Children detained", **JUNE)
    assert (children.number, list(children.frame["record"])) == (2, ["D1", "D2", "D5"])
    at_home = opened_of(database, "detentions", COUNTED, **JUNE, hubs=("CAR",), placed_by="residence")
    assert list(at_home.frame["record"]) == ["D1", "D2"]
    shown = table(METRICS["detentions"], opened, {"EDE": "Eden", "CAR": "Carlisle"})
    assert shown.to_numpy().tolist()[0] == ["D1", "A", "2 June 2025", "Eden", "Carlisle"]
    assert shown.to_numpy().tolist()[2] == ["D5", "C", "30 June 2025", "Carlisle", ""]
    to_carlisle = table(METRICS["detentions"], at_home, {"CAR": "Carlisle"})
    assert to_carlisle.to_numpy().tolist()[0] == ["D1", "A", "2 June 2025", "another hub", "Carlisle"]


def test_a_crime_of_two_children_is_one_record_of_both():
    database = rows(
        children=[child("A"), child("B")],
        crimes=[row(crime_id=f"K{n}", recorded_on="2025-06-02", hub_id="EDE") for n in (1, 2)],
        suspects=[row(crime_id="K1", child_id="B"), row(crime_id="K1", child_id="A"), row(crime_id="K2", child_id="A")],
    )
    crimes = opened_of(database, "child_suspect_crimes", "Counted: Crimes with a child suspect", **JUNE)
    assert (crimes.number, list(crimes.frame["child"])) == (2, ["A", "B", "A"])
    assert list(table(METRICS["child_suspect_crimes"], crimes, {})["Child"]) == ["A, B", "A"]
    assert references(crimes.frame) == ["A", "B", "K1", "K2"]
    assert sentence(crimes).startswith("2 records, ") and sentence(crimes).endswith("2025.")
    repeat = "Counted: Children suspected of two or more crimes in the twelve months"
    children = opened_of(database, "repeat_suspects", repeat, **JUNE)
    assert (children.number, list(children.frame["record"])) == (1, ["K1", "K2"])
    assert sentence(children).endswith("2025. The figure counts 1.")


def test_a_total_lists_what_it_adds_up():
    held = [
        row(engagement_id=f"E{n}", held_on="2025-06-02", hub_id="EDE", kind="cadets", attendances=attendances)
        for n, attendances in enumerate((5, None, 0, 12))
    ]
    opened = opened_of(rows(engagements=held), "engagement_attendances", "Counted: Attendances at sessions", **JUNE)
    assert (opened.number, list(opened.frame["record"]), list(opened.frame["number"])) == (17, ["E0", "E3"], [5, 12])
    assert set(opened.frame["child"]) == {""}
    shown = table(METRICS["engagement_attendances"], opened, {})
    assert list(shown.columns) == ["Record", "Day", "Hub", "Number"]


def test_of_a_childs_assessments_the_last_is_listed():
    assessed = [
        row(child_id=name, assessed_on=on, aces=aces)
        for name, on, aces in (("A", "2025-06-01", 5), ("A", "2025-06-20", 2), ("B", "2025-06-03", 4), ("B", "2025-07-02", 0))
    ]
    database = rows(children=[child("A", home_hub_id="EDE"), child("B")], ace_assessments=assessed)
    high = "Counted: Those with four or more at their latest assessment"
    opened = opened_of(database, "high_ace_share", high, **JUNE)
    assert opened.frame[["child", "day"]].to_numpy().tolist() == [["B", date(2025, 6, 3)]]


def test_a_duration_lists_its_length():
    held = [
        row(detention_id="D1", child_id="A", authorised_at="2025-06-01 22:00", released_at="2025-06-02 08:30"),
        row(detention_id="D2", child_id="A", authorised_at="2025-06-03 22:00"),
    ]
    held = [one | {"authorised_on": one["authorised_at"].date(), "hub_id": "EDE"} for one in held]
    database = rows(children=[child("A")], detentions=held)
    opened = opened_of(database, "hours_detained", "Measured: Hours from authorisation to release", **JUNE)
    assert (opened.number, list(opened.frame["record"]), list(opened.frame["length"])) == (1, ["D1"], [10.5])
    assert list(table(METRICS["hours_detained"], opened, {})["Hours"]) == [10.5]


def test_what_is_not_available_has_no_records():
    opened = opened_of(
        rows(children=PEOPLE, detentions=DETENTIONS), "overnight_detentions", next(iter(parts(METRICS["overnight_detentions"])))
    )
    assert (opened.number, len(opened.frame)) == (None, 0)
    beyond = opened_of(
        rows(children=PEOPLE, detentions=DETENTIONS), "detentions", COUNTED, start=date(2030, 1, 1), end=date(2031, 1, 1)
    )
    assert (beyond.number, beyond.period) == (None, None)
