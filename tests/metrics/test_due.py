"""What falls due, worked by hand: to the minute and the day, as the data ended."""

from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import child, day, numbered, row, rows
from recount.test_worked_cases_of_outcomes import CODES

from metrics.reports.due import DEADLINES, due, table, waiting
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")
END = "2025-06-30"
PEOPLE = [child("A", home_hub_id="CAR"), child("B", home_hub_id="EDE"), child("Y", "2007-06-15")]  # Y is 18 from 15 June 2025
ACCESS = Access("hub", ("EDE", "CAR"))


def found(database, key, **narrowed):
    """(soon, late, earlier) and, by record, how late each is; both of the same records."""
    engine, scope = connect(database_of(database)), Scope(ACCESS, **narrowed)
    status = next(status for status in answered(engine, due, scope) if status.key == key)
    listed = answered(engine, waiting, key, scope)
    late = listed["is_late"].astype(bool)
    if status.is_available:
        assert (status.soon or 0, status.late) == (listed["record"][~late].nunique(), listed["record"][late].nunique())
    else:
        assert listed.empty
    return (status.soon, status.late, status.earlier), dict(zip(listed["record"], listed["left"], strict=True))


def test_every_deadline_says_its_rule_whose_it_is_and_by_which_measure_it_is_watched():
    for deadline in DEADLINES.values():
        assert deadline.rule.endswith(".")
        assert deadline.name and deadline.source and deadline.late
        assert deadline.metric_key in METRICS


def test_where_nothing_is_recorded_nothing_is_shown():
    engine = connect(database_of(rows(children=PEOPLE)))
    for status in answered(engine, due, Scope(ACCESS)):
        assert (status.soon, status.late, status.earlier, status.is_available) == (None, None, None, False)
        assert status.as_the_data_stood == "There are no data"
        assert answered(engine, waiting, status.key, Scope(ACCESS)).empty


# Plans


def plans(*given, closed="2025-06-01"):
    last = row(child_id="A", opened_on=END, hub_id="EDE", review_due_on="2026-01-01")
    shut = row(child_id="A", opened_on="2025-01-01", review_due_on="2025-02-01", closed_on=closed, hub_id="EDE")
    listed = [row(child_id="A", opened_on="2025-01-01", hub_id="EDE") | one for one in given]
    return rows(children=PEOPLE, risk_management_plans=numbered("plan_id", [*listed, last, shut]))


def test_plans_to_review():
    database = plans(
        row(review_due_on="2025-06-30"),  # due before the period's end: overdue
        row(review_due_on="2025-07-01"),
        row(review_due_on="2025-07-14"),
        row(review_due_on="2025-07-15"),  # a day beyond
        row(review_due_on="2025-05-31", closed_on="2025-06-30"),
        row(review_due_on="2025-05-31", closed_on="2025-07-01"),  # closed after the end of the data
        row(review_due_on="2025-06-20", hub_id="CAR", child_id="B"),
        row(),
    )
    numbers, left = found(database, "plans", hubs=("EDE",))
    assert numbers == (2, 2, None)
    assert left == {"005": "30 days over", "000": "due on the last day", "001": "1 day left", "002": "14 days left"}
    assert list(left) == ["005", "000", "001", "002"]  # the longest overdue first
    (status,) = [status for status in answered(connect(database_of(database)), due, Scope(ACCESS)) if status.key == "plans"]
    assert (status.late, status.left_out, status.also_counted) == (3, 1, "One without a review date, left out.")
    assert status.as_the_data_stood == "As the data stood on 30 June 2025"


def test_plans_where_the_child_lives_and_as_at_a_day():
    database = plans(row(review_due_on="2025-06-20"), row(review_due_on="2025-06-20", child_id="B", closed_on="2025-06-19"))
    assert found(database, "plans", hubs=("CAR",))[0] == (0, 0, None)
    assert found(database, "plans", hubs=("CAR",), placed_by="residence")[0] == (0, 1, None)
    numbers, left = found(database, "plans", as_at=day("2025-06-18"))
    assert (numbers, left) == ((2, 0, None), {"000": "2 days left", "001": "2 days left"})  # not closed yet


def test_plans_that_are_never_closed_or_have_no_day_of_review_are_not_available():
    assert found(plans(row(review_due_on="2025-06-20"), closed=None), "plans")[0] == (None, None, None)
    undated = [row(plan_id="1", child_id="A", opened_on=END, closed_on=END, hub_id="EDE")]
    assert found(rows(children=PEOPLE, risk_management_plans=undated), "plans")[0] == (None, None, None)


# Return home interviews: the data end on the day the clocks go back, at midnight of 26 October 2025


def reports(*given):
    end = row(child_id="A", reported_on="2025-10-26", reported_at="2025-10-26 20:00", hub_id="EDE")
    held = returned("2025-01-01 10:00", return_interview_completed_at="2025-01-02 10:00")
    listed = [one if "returned_at" in one else one | row(returned_at=None) for one in (*given, held, end)]
    return rows(children=PEOPLE, missing_episodes=numbered("episode_id", listed))


def returned(at, **more):
    given = {"child_id": "A", "hub_id": "EDE", "reported_on": at[:10], "reported_at": f"{at[:10]} 00:00", "returned_at": at}
    return row(**given | more)


def test_interviews_within_72_hours_that_passed_whatever_the_clock_showed():
    database = reports(
        returned("2025-10-24 01:00"),  # 72 hours to the minute: 71 by the clock
        returned("2025-10-24 01:01", child_id="B"),
        returned("2025-10-24 12:00", child_id="B", reported_at="2025-10-24 11:00", return_interview_offered_on="2025-10-25"),
        returned("2025-10-25 12:00", return_interview_completed_at="2025-10-26 12:00"),
        returned("2025-10-25 13:00", child_id="Y"),  # 18
        returned("2025-10-25 14:00", reported_at="2025-10-25 13:00", hub_id="CAR"),
    )
    numbers, left = found(database, "interviews", hubs=("EDE",))
    assert numbers == (2, 1, None)
    assert left == {"000": "under an hour over", "001": "under an hour left", "002": "11 hours left"}
    assert found(database, "interviews")[0] == (3, 1, None)
    shown = table(
        answered(connect(database_of(database)), waiting, "interviews", Scope(ACCESS, hubs=("CAR",))), {"CAR": "Carlisle"}
    )
    assert shown.to_numpy().tolist() == [["005", "A", "37 hours left", "28 October 2025, 13:00", "Carlisle"]]


def test_interviews_missed_in_the_last_seven_days():
    database = reports(
        returned("2025-10-17 00:00", reported_on="2025-10-16", reported_at="2025-10-16 23:00"),  # ran out as 20 October began
        returned("2025-10-16 22:59"),
        returned("2025-10-18 12:00", return_interview_completed_at="2025-10-25 12:00"),  # late, but held
    )
    numbers, left = found(database, "interviews")
    assert numbers == (0, 1, None)
    assert left == {"000": "7 days over"}


def test_interviews_after_reports_that_were_made_one():
    first = returned("2025-10-25 10:00", reported_at="2025-10-25 08:00")
    held = returned("2025-10-25 11:00", reported_at="2025-10-25 09:59", return_interview_completed_at="2025-10-25 18:00")
    assert found(reports(first, held), "interviews")[0] == (0, 0, None)
    later = returned("2025-10-25 12:00", reported_at="2025-10-25 09:59", hub_id="CAR")
    numbers, left = found(reports(first, later), "interviews", hubs=("EDE",))
    assert (numbers, left) == ((1, 0, None), {"000": "35 hours left"})  # from the last return, in the hub of the first report
    unreturned = row(child_id="A", reported_on="2025-10-25", reported_at="2025-10-25 09:59", hub_id="EDE")
    assert found(reports(first, unreturned), "interviews")[0] == (0, 0, None)  # not known to have ended


def test_interviews_as_at_a_day():
    given = returned("2025-10-10 10:00", return_interview_completed_at="2025-10-12 10:00")
    on_the_day = returned("2025-10-11 10:00", child_id="B")
    numbers, left = found(reports(given, on_the_day), "interviews", as_at=day("2025-10-11"))
    assert (numbers, left) == ((2, 0, None), {"000": "34 hours left", "001": "58 hours left"})


def test_interviews_that_are_never_recorded_are_not_available():
    database = rows(children=PEOPLE, missing_episodes=[{"episode_id": "1"} | returned("2025-10-25 12:00")])
    assert found(database, "interviews")[0] == (None, None, None)


# 24-hour reviews: the data end at midnight of 30 June 2025


def incidents(*given):
    reviewed = row(created_at="2025-01-01 10:00", reviewed_at="2025-01-01 11:00")
    end = row(created_at="2025-06-30 23:00")
    listed = [
        {"child_id": "A", "hub_id": "EDE", "category": "ASB", "created_on": one["created_at"].date()} | one
        for one in (*given, reviewed, end)
    ]
    return rows(children=PEOPLE, incidents=numbered("incident_id", listed))


def test_incidents_to_review():
    database = incidents(
        row(created_at="2025-06-30 04:00"),  # 20 hours to the minute: not over
        row(created_at="2025-06-30 03:59"),
        row(created_at="2025-06-30 00:00", category="weapons"),  # 24 hours to the minute: still within
        row(created_at="2025-06-29 23:59", category="drugs and alcohol"),
        row(created_at="2025-06-23 00:00", created_on="2025-06-23", category="crime"),  # ran out as the last seven days began
        row(created_at="2025-06-22 23:59"),
        row(created_at="2025-06-29 12:00", category="concern"),
        row(created_at="2025-06-29 12:00", child_id=None),
        row(created_at="2025-06-29 12:00", child_id="Y"),
        row(created_at="2025-06-29 12:00", reviewed_at="2025-06-30 18:00"),  # late, but reviewed
        row(created_at="2025-06-29 12:00", hub_id="CAR"),
    )
    numbers, left = found(database, "incidents", hubs=("EDE",))
    assert numbers == (2, 2, 1)
    assert left == {"004": "7 days over", "003": "under an hour over", "002": "under an hour left", "001": "3 hours left"}
    (status,) = [status for status in answered(connect(database_of(database)), due, Scope(ACCESS)) if status.key == "incidents"]
    assert status.also_counted == "One from before that, still not reviewed."
    assert found(database, "incidents")[0] == (2, 3, 1)


def test_incidents_as_at_a_day_and_by_residence():
    database = incidents(row(created_at="2025-06-10 03:00", reviewed_at="2025-06-11 02:00"), row(created_at="2025-06-10 22:00"))
    assert found(database, "incidents", as_at=day("2025-06-10"))[0] == (1, 0, 0)
    assert found(database, "incidents", as_at=day("2025-06-11"))[0] == (0, 1, 0)
    assert found(database, "incidents", placed_by="residence", hubs=("EDE",))[0] == (0, 0, 0)
    assert found(database, "incidents", placed_by="residence", hubs=("CAR",))[0] == (0, 0, 1)


@pytest.mark.parametrize("blank", ["category", "created_at", "reviewed_at"])
def test_incidents_without_a_column_are_not_available(blank):
    database = incidents(row(created_at="2025-06-29 12:00"))
    emptied = [one | {blank: None} for one in database["incidents"]]
    assert found(rows(children=PEOPLE, incidents=emptied), "incidents")[0] == (None, None, None)


# Crimes without an outcome


def crimes(*given, outcomes=()):
    end = row(recorded_on=END)
    listed = numbered("crime_id", [{"hub_id": "EDE"} | one for one in (*given, end)])
    suspects = [{"crime_id": one["crime_id"], "child_id": name} for one in listed for name in one.get("who", "A")]
    codes = [row(outcome_code=code, label=code, outcome_group=group) for code, group in CODES]
    closed = row(crime_id=listed[-1]["crime_id"], outcome_code="1", outcome_on=END)
    return rows(children=PEOPLE, crimes=listed, suspects=suspects, outcome_codes=codes, crime_outcomes=[*outcomes, closed])


def test_crimes_without_an_outcome_for_over_28_days():
    database = crimes(
        row(recorded_on="2025-06-02"),  # 28 days ago
        row(recorded_on="2025-06-01", who="AB"),
        row(recorded_on="2023-07-01"),
        row(recorded_on="2023-06-30"),  # more than 24 months ago
        row(recorded_on="2025-06-01", who="Y", committed_on="2025-06-15"),  # 18
        row(recorded_on="2025-06-01", hub_id="CAR"),
    )
    numbers, left = found(database, "crimes", hubs=("EDE",))
    assert numbers == (None, 2, 1)
    assert left == {"002": "702 days over", "001": "1 day over"}
    listed = answered(connect(database_of(database)), waiting, "crimes", Scope(ACCESS, hubs=("EDE",)))
    assert list(listed["child"]) == ["A", "A", "B"]
    shown = table(listed, {"EDE": "Eden"})
    assert shown.to_numpy().tolist()[1] == ["001", "A, B", "1 day over", "29 June 2025", "Eden"]
    assert found(database, "crimes", placed_by="residence", hubs=("EDE",))[0] == (None, 1, 0)


def test_crimes_whose_outcome_does_not_stand():
    given = [row(recorded_on="2025-05-01") for _ in range(5)]

    def outcome(crime, code, on, superseded_on=None):
        return row(crime_id=f"00{crime}", outcome_code=code, outcome_on=on, superseded_on=superseded_on)

    database = crimes(
        *given,
        outcomes=[
            outcome(0, "0", "2025-05-02"),  # not an outcome
            outcome(1, "1", "2025-05-02"),
            outcome(2, "1", "2025-05-02", "2025-06-20"),  # withdrawn, and none since
            outcome(3, "1", "2025-05-02", "2025-07-01"),  # withdrawn only after the end
            outcome(4, "1", "2025-05-02", "2025-05-09"),
            outcome(4, "8", "2025-05-09"),
        ],
    )
    assert found(database, "crimes") == ((None, 2, 0), {"000": "32 days over", "002": "32 days over"})
    assert set(found(database, "crimes", as_at=day("2025-06-19"))[1]) <= {"000"}


def test_crimes_as_at_a_day_are_judged_without_what_came_later():
    given = [row(recorded_on="2025-03-01"), row(recorded_on="2025-04-01"), row(recorded_on="2025-05-01")]
    database = crimes(*given, outcomes=[row(crime_id="000", outcome_code="1", outcome_on="2025-05-02")])
    assert found(database, "crimes", as_at=date(2025, 5, 1))[0] == (None, 2, 0)
    assert found(database, "crimes", as_at=date(2025, 5, 2))[0] == (None, 1, 0)


def test_crimes_without_any_outcome_loaded_are_not_available():
    database = crimes(row(recorded_on="2025-05-01"))
    assert found({**database, "crime_outcomes": []}, "crimes")[0] == (None, None, None)
