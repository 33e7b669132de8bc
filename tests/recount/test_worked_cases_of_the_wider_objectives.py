"""Section 7 of the definitions, worked by hand: incidents and their review, ACEs, plans, sessions."""

import pytest

from . import NOT_AVAILABLE
from .by_hand import child, counted, day, numbered, residents, row, rows, whole

A_LONG_TIME = ("2020-01-01", "2030-01-01")
DAYS = tuple(map(day, A_LONG_TIME))
A = child("A")

# Incidents


def incident(created_at, reviewed_at=None, **more):
    found = {"created_on": created_at[:10], "created_at": created_at, "category": "ASB", "child_id": "A", "hub_id": "EDE"} | more
    return row(**found, reviewed_at=reviewed_at)


def incidents(*listed, children=(A,), **tables):
    return rows(children=[*children], incidents=numbered("incident_id", listed), **tables)


def test_reviews_within_24_hours():
    database = incidents(
        incident("2025-03-29 12:00", "2025-03-30 13:00"),  # 24 hours to the minute, across the change of the clocks
        incident("2025-04-01 12:00", "2025-04-02 12:01"),
        incident("2025-04-01 12:00"),
        incident("2025-04-01 12:00", category="missing", home_id="H"),
        incident("2025-04-01 12:00", child_id=None, home_id="H"),
        incident("2025-04-09 23:59"),
        incident("2025-04-10 00:00", "2025-04-10 01:00"),  # exactly 24 hours before the data end: not over
    )
    assert whole(database, "reviewed_24h_share", *A_LONG_TIME) == (1, 4, 0.25)
    assert whole(database, "asb_incidents", *A_LONG_TIME) == (5, None, 5)
    assert whole(database, "care_home_calls", *A_LONG_TIME) == (2, None, 2)
    # as at the 1st the review of the 2nd has not been, and nothing of that day is 24 hours old
    assert whole(database, "reviewed_24h_share", *A_LONG_TIME, as_at=day("2025-04-01")) == (1, 1, 1.0)


def test_incidents_by_category():
    database = incidents(
        incident("2025-04-01 12:00", "2025-04-01 13:00", category="weapons", home_id="H"),
        incident("2025-04-01 12:00"),
        incident("2025-04-01 12:00", category=None, home_id="H"),
        incident("2025-04-10 12:00"),
    )
    calls = counted(database, "care_home_calls", *DAYS, by=("category",))
    assert calls == {("weapons",): (1, None, 1), ("unknown",): (1, None, 1)}
    reviews = counted(database, "reviewed_24h_share", *DAYS, by=("category",))
    assert reviews["weapons",] == (1, 1, 1.0)
    assert reviews["ASB",] == (0, 1, 0.0)
    assert reviews["unknown",] == (0, 0, None)


def test_antisocial_behaviour_for_every_1_000_children_a_year():
    database = incidents(
        incident("2025-04-01 12:00"),
        incident("2025-04-30 12:00"),
        incident("2025-04-30 12:00", category="concern"),
        incident("2025-04-30 12:00", child_id="B"),  # 18 that day
        children=(A, child("B", "2007-04-30")),
        population=[*residents("EDE", 2025, {12: 2400, 9: 999}), *residents("CAR", 2025, 1200)],
    )
    by_hub = counted(database, "asb_incident_rate", day("2025-04-01"), day("2025-05-01"), by=("hub",))
    assert by_hub == {("EDE",): (2, 200.0, 10.0), ("CAR",): (0, 100.0, 0.0)}  # a month of 2,400 is 200 of a year


# ACEs


def test_the_latest_assessment_in_each_cell():
    given = [("A", "2025-01-10", 5), ("A", "2025-02-10", 3), ("B", "2025-02-01", 4), ("C", "2025-02-28", 9)]
    listed = [row(child_id=who, assessed_on=on, aces=aces) for who, on, aces in given]
    children = [child("A", home_hub_id="EDE"), child("B", home_hub_id=None), child("C", "2007-02-28")]
    database = rows(children=children, ace_assessments=listed)
    assert whole(database, "high_ace_share", *A_LONG_TIME) == (1, 2, 0.5)
    by_month = counted(database, "high_ace_share", *DAYS, by=("month",))
    assert by_month == {("2025-01-01",): (1, 1, 1.0), ("2025-02-01",): (1, 2, 0.5)}
    by_hub = counted(database, "ace_assessed_children", *DAYS, by=("hub",))
    assert by_hub == {("EDE",): (1, None, 1), ("CAR",): (0, None, 0), ("unknown",): (1, None, 1)}


def test_assessments_on_both_sides_of_four_and_of_a_birthday():
    given = [("2024-12-31", 3), ("2025-01-01", 4)]  # A is 15 from 1 January
    database = rows(children=[child("A")], ace_assessments=[row(child_id="A", assessed_on=on, aces=aces) for on, aces in given])
    assert whole(database, "high_ace_share", *A_LONG_TIME) == (1, 1, 1.0)
    by_age = counted(database, "high_ace_share", *DAYS, by=("age",))
    assert by_age == {(14,): (0, 1, 0.0), (15,): (1, 1, 1.0)}


def test_the_share_of_children_in_incidents_who_were_assessed_whenever_it_was():
    assessments = [row(child_id=who, assessed_on="2025-06-01", aces=0) for who in "AC"]
    database = incidents(
        incident("2025-04-01 12:00", category="missing"),
        incident("2025-04-02 12:00"),
        incident("2025-04-02 12:00", child_id="B"),
        incident("2025-04-02 12:00", child_id="C"),  # 18 that day
        incident("2025-04-02 12:00", child_id=None),
        incident("2025-06-30 12:00", child_id="B"),
        children=(A, child("B"), child("C", "2007-04-02")),
        ace_assessments=assessments,
    )
    assert whole(database, "ace_assessed_share", "2025-04-01", "2025-05-01") == (1, 2, 0.5)
    assert whole(database, "ace_assessed_share", *A_LONG_TIME, as_at=day("2025-05-31")) == (0, 2, 0.0)
    assert whole(incidents(incident("2025-04-01 12:00")), "ace_assessed_share", *A_LONG_TIME) == NOT_AVAILABLE


# Plans


def planned(*listed, **tables):
    children = [child("A", home_hub_id="CAR"), child("B")]
    plans = numbered("plan_id", [{"child_id": "A", "hub_id": "EDE", **plan} for plan in listed])
    return rows(children=children, risk_management_plans=plans, **tables)


def test_plans_are_counted_at_the_end_of_the_period():
    database = planned(
        row(opened_on="2025-01-05", review_due_on="2025-01-31", closed_on="2025-02-01"),  # closed on January's end: open still
        row(opened_on="2025-01-05", review_due_on="2025-03-01", closed_on="2025-01-31"),
        row(opened_on="2025-02-01", review_due_on="2025-02-28", closed_on=None),
        row(opened_on="2025-03-15", review_due_on=None, closed_on=None),
    )
    by_month = counted(database, "open_plans", *DAYS, by=("month",))
    assert by_month == {("2025-01-01",): (1, None, 1), ("2025-02-01",): (1, None, 1), ("2025-03-01",): (2, None, 2)}
    overdue = counted(database, "plans_overdue", *DAYS, by=("month",))
    assert [found[2] for found in overdue.values()] == [1, 1, 1]
    share = counted(database, "plans_overdue_share", *DAYS, by=("month",))
    assert list(share.values()) == [(1, 1, 1.0), (1, 1, 1.0), (1, 1, 1.0)]  # the one without a date is in no denominator


@pytest.mark.parametrize(("due_on", "overdue"), [("2025-01-31", 1), ("2025-02-01", 0)])
def test_a_plan_due_on_the_end_of_the_period_is_not_overdue_at_it(due_on, overdue):
    database = planned(
        row(opened_on="2025-01-01", review_due_on=due_on),
        row(opened_on="2025-01-02", review_due_on="2025-09-01"),
        row(opened_on="2025-02-01", review_due_on="2025-01-01", closed_on="2025-02-01"),  # opened on the end: not yet
    )
    assert whole(database, "plans_overdue", "2025-01-01", "2025-02-01") == (overdue, None, overdue)
    assert whole(database, "plans_overdue_share", "2025-01-01", "2025-02-01") == (overdue, 2, overdue / 2)


def test_plans_by_care_status_on_the_last_day_of_each_period():
    spells = [
        row(child_id="A", started_on="2025-01-31", ended_on="2025-02-01", status="in care"),  # January's last day only
        row(child_id="A", started_on="2025-02-28", ended_on=None, status="care leaver"),
    ]
    anchors = [row(child_id="B", opened_on="2025-03-31", closed_on="2025-03-31")]
    database = planned(row(opened_on="2024-12-01"), *anchors, care_spells=spells)
    by_month = counted(database, "open_plans", *DAYS, by=("month", "in_care"))
    assert by_month["2024-12-01", "no"] == (1, None, 1)
    assert by_month["2025-01-01", "yes"] == (1, None, 1)
    assert by_month["2025-02-01", "care leaver"] == (1, None, 1)
    assert sum(found[2] for found in by_month.values()) == 4  # one plan at the end of each of four months
    assert counted(planned(row(opened_on="2025-01-01"), *anchors), "open_plans", *DAYS, by=("in_care",)) == {
        ("unknown",): (1, None, 1)
    }


# Sessions


def test_sessions_and_attendances():
    listed = [
        row(held_on=f"2025-0{month}-10", kind=kind, attendances=number)
        for month, kind, number in ((1, "PSHE", 30), (1, "cadets", None), (3, "cadets", None))
    ]
    database = rows(engagements=numbered("engagement_id", listed))
    assert whole(database, "engagement_sessions", *A_LONG_TIME) == (3, None, 3)
    by_month = counted(database, "engagement_attendances", *DAYS, by=("month",))
    assert list(by_month.values()) == [(30, None, 30), (0, None, 0), NOT_AVAILABLE]
    by_kind = counted(database, "engagement_attendances", *DAYS, by=("kind",))
    assert by_kind == {("PSHE",): (30, None, 30), ("cadets",): NOT_AVAILABLE}
    assert counted(database, "engagement_sessions", *DAYS, by=("kind",))["cadets",] == (2, None, 2)
