"""Sections 0-2 of the definitions, worked by hand: ages, first-time entrants, reoffending, repeat suspects."""

import pytest

from . import NOT_AVAILABLE
from .by_hand import child, counted, day, numbered, residents, row, rows, whole
from .days import add_months, age_on, time_label

A_YEAR = ("2024-01-01", "2025-01-01")
A = child("A")


def test_birthdays_and_months():
    assert age_on(day("2007-06-15"), day("2025-06-14")) == 17
    assert age_on(day("2007-06-15"), day("2025-06-15")) == 18
    assert age_on(day("2008-02-29"), day("2026-02-28")) == 17  # 1 March in common years
    assert age_on(day("2008-02-29"), day("2026-03-01")) == 18
    assert age_on(day("2008-02-29"), day("2028-02-28")) == 19
    assert age_on(day("2008-02-29"), day("2028-02-29")) == 20
    assert age_on(day("2008-02-29"), day("2008-02-29")) == 0
    assert age_on(day("2008-02-29"), day("2008-02-28")) is None
    assert add_months(day("2024-02-29"), 12) == day("2025-02-28")
    assert add_months(day("2025-08-31"), -6) == day("2025-02-28")
    labels = [time_label(dimension, day("2025-03-31")) for dimension in ("month", "quarter", "year", "calendar_year")]
    assert labels == ["2025-03-01", "2025-01-01", "2024/25", "2025"]


# Entrants


def disposal(child_id, kind, decided_on, committed_on=None, **more):
    return row(child_id=child_id, kind=kind, decided_on=decided_on, committed_on=committed_on, **more)


def entrants_among(*disposals, children=(A,), **more):
    anchors = [disposal("Z", "conviction", "2010-01-01"), disposal("Z", "conviction", "2025-12-31")]
    database = rows(children=[*children], disposals=numbered("disposal_id", [*disposals, *anchors]))
    return counted(database, "first_time_entrants", day(A_YEAR[0]), day(A_YEAR[1]), **more)


@pytest.mark.parametrize(
    ("earlier", "entrants"),
    [
        ({"kind": "community resolution"}, 1),
        ({"kind": "penalty notice"}, 1),
        ({"kind": "adult caution"}, 0),
        ({"kind": "youth caution"}, 0),
        ({"kind": "conviction", "prosecutor": "other"}, 0),  # priors elsewhere bar entry all the same
        ({"kind": "conviction", "in_england_and_wales": False}, 0),
        ({"kind": "conviction", "resident_in_england_and_wales": False}, 0),
        ({"kind": "conviction", "recordable": False, "breach": True}, 0),
    ],
)
def test_what_bars_entry(earlier, entrants):
    earlier = disposal("A", decided_on="2016-05-01", **earlier)
    assert entrants_among(earlier, disposal("A", "youth caution", "2024-05-01"))[()] == (entrants, None, entrants)


@pytest.mark.parametrize(("pnc", "entrants"), [("2024-04-30", 0), ("2024-05-01", 1), (None, 1)])
def test_an_earlier_entry_on_the_pnc(pnc, entrants):
    known = child("A", pnc_first_disposal_on=pnc)
    assert entrants_among(disposal("A", "conviction", "2024-05-01"), children=(known,))[()][0] == entrants


def test_several_disposals_on_one_day_are_one_entry_at_the_first_eligible():
    found = entrants_among(
        disposal("A", "conviction", "2024-05-01", prosecutor="other", residence_hub_id="CAR"),
        disposal("A", "conviction", "2024-05-01", residence_hub_id="EDE"),
        disposal("A", "youth caution", "2024-05-01", residence_hub_id="CAR"),
        by=("hub",),
    )
    assert found == {("EDE",): (1, None, 1), ("CAR",): (0, None, 0)}


def test_an_entrant_is_10_to_17_at_the_disposal():
    children = (child("A", "2014-05-02"), child("B", "2014-05-01"), child("C", "2006-05-01"), child("D", None))
    given = [disposal(child_id, "conviction", "2024-05-01") for child_id in "ABCD"]
    assert entrants_among(*given, children=children, by=("age",)) == {(10,): (1, None, 1)}


def test_charges_are_never_passed_off_as_convictions():
    disposals = numbered("disposal_id", [disposal("A", "youth caution", "2024-05-01")])
    assert whole(rows(children=[child("A")], disposals=disposals), "first_time_entrants", *A_YEAR) == NOT_AVAILABLE


def test_entrants_per_100_000_children_a_year():
    given = [disposal("Z", "penalty notice", on) for on in ("2023-01-01", "2024-12-31")]
    given.append(disposal("A", "conviction", "2024-05-01", residence_hub_id="EDE"))
    population = [*residents("EDE", 2020, 6000), *residents("CAR", 2024, 9000)]
    population += residents("EDE", 2024, {10: 2000, 17: 4000, 18: 9000, None: 50000})
    database = rows(children=[A], disposals=numbered("disposal_id", given), population=population)
    by_hub = counted(database, "first_time_entrant_rate", *map(day, A_YEAR), by=("hub",))
    assert by_hub == {("EDE",): (1, 6000.0, pytest.approx(100 / 6)), ("CAR",): (0, 9000.0, 0.0)}
    by_month = counted(database, "first_time_entrant_rate", *map(day, A_YEAR), by=("month", "hub"))
    assert by_month["2024-05-01", "EDE"] == (1, 500.0, 200.0)  # a twelfth of the year's residents


# Reoffending


COHORT_CHILDREN = [child(child_id, "2007-01-01") for child_id in "ABCE"] + [child("D", "2005-05-01")]
COHORT = [
    disposal("A", "youth caution", "2023-01-05", "2022-12-01"),
    disposal("A", "conviction", "2024-07-01", "2024-01-04"),
    disposal("B", "youth caution", "2023-02-10", "2023-01-01"),
    disposal("B", "conviction", "2024-08-15", "2023-02-20"),
    disposal("C", "youth caution", "2023-01-15", "2023-01-01"),
    disposal("C", "youth caution", "2023-03-20", "2023-03-01"),
    disposal("C", "conviction", "2023-09-01", "2023-06-02"),
    disposal("C", "conviction", "2023-09-01", "2023-06-02"),
    disposal("D", "youth conditional caution", "2023-03-31", "2023-02-01"),
    disposal("D", "conviction", "2024-02-15", "2023-12-01"),
    disposal("E", "conviction", "2023-03-01", "2023-01-20"),
    disposal("E", "conviction", "2023-04-01", "2023-02-01"),
]
QUARTER = ("2023-01-01", "2023-04-01")


def cohort(*more, last="2024-09-30"):
    anchor = disposal("Z", "penalty notice", last)
    return rows(children=COHORT_CHILDREN, disposals=numbered("disposal_id", [*COHORT, *more, anchor]))


def test_the_worked_cohort():
    assert whole(cohort(), "reoffending_rate", *QUARTER) == (3, 5, 0.6)
    assert whole(cohort(), "reoffences_per_reoffender", *QUARTER) == (5, 3, pytest.approx(1.667, abs=0.0005))
    assert whole(cohort(), "reoffences_per_child", *QUARTER) == (5, 5, 1.0)


def test_a_cohort_is_mature_when_the_data_reach_the_end_of_its_18th_following_month():
    assert whole(cohort(last="2024-09-29"), "reoffending_rate", *QUARTER) == NOT_AVAILABLE
    assert whole(cohort(), "reoffending_rate", *QUARTER, as_at=day("2024-09-29")) == NOT_AVAILABLE
    assert whole(cohort(), "reoffending_rate", *QUARTER, as_at=day("2024-09-30"))[2] == 0.6
    assert whole(cohort(last="2026-06-29"), "reoffending_rate", "2024-10-01", "2025-01-01") == NOT_AVAILABLE
    assert whole(cohort(last="2026-06-30"), "reoffending_rate", "2024-10-01", "2025-01-01") == (0, 0, None)


def test_what_never_counts_as_a_reoffence():
    breach = disposal("B", "conviction", "2023-05-01", "2023-04-01", breach=True)
    not_recordable = disposal("B", "conviction", "2023-05-01", "2023-04-01", recordable=False)
    undated = disposal("B", "conviction", "2023-05-01")
    resolution = disposal("B", "community resolution", "2023-05-01", "2023-04-01")
    too_late = disposal("B", "conviction", "2024-05-01", "2024-02-10")
    assert whole(cohort(breach, not_recordable, undated, resolution, too_late), "reoffending_rate", *QUARTER)[0] == 3


def test_adult_disposals_count_as_proof_and_the_day_of_the_index_is_inside():
    adult = disposal("B", "adult caution", "2024-08-09", "2023-02-10")
    assert whole(cohort(adult), "reoffending_rate", *QUARTER)[0] == 4
    assert whole(cohort(adult | {"decided_on": day("2024-08-10")}), "reoffending_rate", *QUARTER)[0] == 3
    assert whole(cohort(adult | {"decided_on": day("2023-02-10")}), "reoffending_rate", *QUARTER)[0] == 3


def test_custody_counts_on_release_and_the_index_is_the_first_of_the_calendar_quarter():
    custody = disposal("B", "conviction", "2023-01-02", "2022-06-01", custodial=True, released_on="2023-05-01")
    assert whole(cohort(custody), "reoffending_rate", *QUARTER)[1] == 5
    assert whole(cohort(custody, last="2025-01-01"), "reoffending_rate", "2023-05-01", "2023-06-01")[1] == 1
    assert whole(cohort(), "reoffending_rate", "2023-03-01", "2023-04-01")[1] == 2  # C's second caution is no index


# Repeat suspects


def suspected(*crimes):
    listed = numbered("crime_id", [row(recorded_on=committed, hub_id=hub) for committed, hub, _ in crimes])
    links = [
        row(crime_id=crime["crime_id"], child_id=child_id)
        for crime, (_, _, suspects) in zip(listed, crimes, strict=True)
        for child_id in suspects
    ]
    plans = [
        row(plan_id="1", child_id="A", opened_on="2024-02-01", closed_on=None),
        row(plan_id="2", child_id="B", opened_on="2024-02-01", closed_on="2024-12-30"),
    ]
    children = [child("A"), child("B"), child("C", "2006-03-01")]
    return rows(children=children, crimes=listed, suspects=links, risk_management_plans=plans)


def test_repeat_suspects_are_decided_everywhere_and_counted_in_each_hub():
    database = suspected(
        ("2023-12-31", "EDE", "A"),  # the day before the twelve months
        ("2024-01-01", "EDE", "AB"),
        ("2024-02-28", "EDE", "C"),
        ("2024-03-01", "EDE", "C"),  # 18 that day
        ("2024-12-31", "CAR", "B"),
    )
    december = ("2024-12-01", "2025-01-01")
    assert whole(database, "repeat_suspects", *december) == (1, None, 1)
    assert whole(database, "repeat_suspect_share", *december) == (1, 3, 1 / 3)
    assert whole(database, "repeat_suspect_crime_share", *december) == (2, 3, 2 / 3)
    by_hub = counted(database, "repeat_suspect_share", *map(day, december), by=("month", "hub"))
    assert by_hub == {("2024-12-01", "EDE"): (1, 3, 1 / 3), ("2024-12-01", "CAR"): (1, 1, 1.0)}
    assert whole(database, "repeat_suspects_with_plan_share", *december) == (0, 1, 0.0)  # B's was closed the day before
    # as at the 29th the period, and so its twelve months, end with that day: A again, and not yet B
    assert whole(database, "repeat_suspects_with_plan_share", *december, as_at=day("2024-12-29")) == (1, 1, 1.0)
    assert whole(database, "repeat_suspects", "2024-11-01", "2024-12-01") == (1, None, 1)  # A, with the day before
    assert whole(database, "repeat_suspects_with_plan_share", "2024-11-01", "2024-12-01") == (1, 1, 1.0)
