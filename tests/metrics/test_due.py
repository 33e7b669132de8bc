"""What falls due, worked by hand: to the minute and the day, by a clock, with what is old by itself."""

from datetime import date, datetime

import pytest
from product import answered, database_of
from recount.by_hand import child, day, numbered, row, rows
from recount.test_worked_cases_of_outcomes import CODES

from metrics.reports.due import DEADLINES, backlog_sentence, clock, data_end_sentence, due, gaps
from metrics.reports.waiting import BACKLOG, EVERYTHING, Part, table, waiting
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")
END = "2025-06-30"
PEOPLE = [child("A", home_hub_id="CAR"), child("B", home_hub_id="EDE"), child("Y", "2007-06-15")]  # Y is 18 from 15 June 2025
ACCESS = Access("hub", ("EDE", "CAR"))
NAMES = {"EDE": "Eden", "CAR": "Carlisle"}


def at(text):
    return datetime.fromisoformat(text)


def found(database, key, now=None, **narrowed):
    """(late, soon, backlog) and, by record, how late each is or how long is left; both of the same records."""
    engine, scope = connect(database_of(database)), Scope(ACCESS, **narrowed)
    status = next(status for status in answered(engine, due, scope, now) if status.key == key)
    listed = {}
    for state in ("late", "soon", "backlog"):
        of_state = answered(engine, waiting, scope, Part((key,), (state,)), now)
        assert set(of_state["state"]) <= {state}
        listed[state] = of_state["record"].nunique()
    every = answered(engine, waiting, scope, Part((key,), ("late", "soon", "backlog")), now)
    left = dict(zip(every["record"], every["left"], strict=True))
    assert tuple(listed.values()) == (status.late or 0, status.soon or 0, status.backlog or 0)
    return (status.late, status.soon, status.backlog), left


def shown(database, part=EVERYTHING, now=None, **narrowed):
    """The list as it is read."""
    engine = connect(database_of(database))
    return table(answered(engine, waiting, Scope(ACCESS, **narrowed), part, now), NAMES)


def test_every_deadline_says_its_rule_whose_it_is_and_by_which_measure_it_is_watched():
    for deadline in DEADLINES.values():
        assert deadline.rule.endswith(".")
        assert deadline.name and deadline.source and deadline.late
        assert deadline.metric_key in METRICS
        assert deadline.about.startswith(f"{deadline.name}: ") and deadline.about.endswith(f"Source: {deadline.source}.")
        assert bool(deadline.soon) == (deadline.counts.soon is not None)
    assert "Declined interviews count as not held." in DEADLINES["interviews"].about


def test_where_nothing_is_recorded_nothing_is_shown():
    engine = connect(database_of(rows(children=PEOPLE)))
    statuses = answered(engine, due, Scope(ACCESS))
    assert {(status.late, status.soon, status.backlog, status.is_available) for status in statuses} == {(None, None, None, False)}
    assert data_end_sentence(statuses, at("2025-07-01")) == backlog_sentence(statuses) == ""
    assert gaps(statuses) == (
        "Not available: return home interviews, 24-hour reviews, plans to review and crimes without an outcome; nothing in the "
        "data says when they were done."
    )
    assert answered(engine, waiting, Scope(ACCESS)).empty
    assert table(answered(engine, waiting, Scope(ACCESS)), NAMES).empty


def test_a_page_judges_by_the_minute_and_as_at_a_day_at_its_end():
    assert clock(Scope(ACCESS), at("2025-10-28 07:59:59.5")) == at("2025-10-28 07:59")
    assert clock(Scope(ACCESS, as_at=day("2025-06-18")), at("2025-10-28 07:59")) == at("2025-06-18 23:00")  # summer time


# Plans


def plans(*given, closed="2025-06-01"):
    last = row(child_id="A", opened_on=END, hub_id="EDE", review_due_on="2026-01-01")
    shut = row(child_id="A", opened_on="2025-01-01", review_due_on="2025-02-01", closed_on=closed, hub_id="EDE")
    listed = [row(child_id="A", opened_on="2025-01-01", hub_id="EDE") | one for one in given]
    return rows(children=PEOPLE, risk_management_plans=numbered("plan_id", [*listed, last, shut]))


def test_plans_to_review():
    """As the data end the clock shows the first moment of 1 July."""
    database = plans(
        row(review_due_on="2025-06-30"),  # over at midnight
        row(review_due_on="2025-07-01"),
        row(review_due_on="2025-07-15"),
        row(review_due_on="2025-07-16"),  # a day beyond
        row(review_due_on="2025-05-31", closed_on="2025-06-30"),
        row(review_due_on="2025-05-31", closed_on="2025-07-01"),  # closed after the end of the data
        row(review_due_on="2025-06-20", hub_id="CAR", child_id="B"),
        row(),
    )
    numbers, left = found(database, "plans", hubs=("EDE",))
    assert numbers == (2, 2, 0)
    assert left == {"005": "31 days late", "000": "1 day late", "001": "due today", "002": "14 days left"}
    assert list(left) == ["005", "000", "001", "002"]  # what has waited longest is first
    statuses = answered(connect(database_of(database)), due, Scope(ACCESS))
    (status,) = [status for status in statuses if status.key == "plans"]
    assert (status.late, status.left_out) == (3, 1)
    assert gaps(statuses).startswith("Open plans without a review date: 1, not listed. Not available: return home interviews, ")
    assert data_end_sentence(statuses, at("2025-06-30 23:00")) == "As the data stood on 30 June 2025."


def test_plans_by_a_clock_after_the_data_end():
    """12 July in London from 11 July, 23:00 UTC: nothing is counted down past its time, whatever the data say."""
    database = plans(
        row(review_due_on="2025-07-11"),
        row(review_due_on="2025-07-12"),
        row(review_due_on="2025-07-26"),
        row(review_due_on="2025-07-27"),
    )
    numbers, left = found(database, "plans", now=at("2025-07-11 23:00"))
    assert (numbers, left) == ((1, 2, 0), {"000": "1 day late", "001": "due today", "002": "14 days left"})
    numbers, left = found(database, "plans", now=at("2025-07-11 22:59"))
    assert (numbers, left) == ((0, 2, 0), {"000": "due today", "001": "1 day left"})


def test_plans_older_than_a_month_are_those_due_more_than_31_days_before_the_data_end():
    database = plans(row(review_due_on="2025-05-30"), row(review_due_on="2025-05-29"))
    for now in (None, at("2025-09-01")):  # what is old hangs on the data, not on the clock
        assert found(database, "plans", now=now)[0] == (1, 0, 1)
    engine = connect(database_of(database))
    assert list(answered(engine, waiting, Scope(ACCESS), BACKLOG)["record"]) == ["001"]
    assert list(answered(engine, waiting, Scope(ACCESS))["record"]) == ["000"]
    assert backlog_sentence(answered(engine, due, Scope(ACCESS))) == "Older than a month when the data ended: 1 plan to review"


def test_plans_where_the_child_lives_and_as_at_a_day():
    database = plans(row(review_due_on="2025-06-20"), row(review_due_on="2025-06-20", child_id="B", closed_on="2025-06-19"))
    assert found(database, "plans", hubs=("CAR",))[0] == (0, 0, 0)
    assert found(database, "plans", hubs=("CAR",), placed_by="residence")[0] == (1, 0, 0)
    numbers, left = found(database, "plans", as_at=day("2025-06-18"))
    assert (numbers, left) == ((0, 2, 0), {"000": "1 day left", "001": "1 day left"})  # not closed yet


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
        returned("2025-10-25 14:00", reported_at="2025-10-25 13:00", hub_id="CAR", risk_initial="high"),
    )
    numbers, left = found(database, "interviews", hubs=("EDE",))
    assert numbers == (1, 2, 0)
    assert left == {"000": "under an hour late", "001": "under an hour left", "002": "11 hours left"}
    assert found(database, "interviews")[0] == (1, 3, 0)
    spells = [row(spell_id="1", child_id="A", status="in care", started_on="2025-10-25")]
    of_carlisle = shown({**database, "care_spells": spells}, hubs=("CAR",))
    assert of_carlisle.to_dict("records") == [
        {
            "What": "Interview",
            "Record": "005",
            "Child": "A",
            "Due": "28 October 2025, 13:00",
            "Late or left": "37 hours left",
            "Risk": "high",
            "In care": "yes",
            "Since": "Returned 25 October 2025, 14:00",
            "Hub": "Carlisle",
        }
    ]


def test_interviews_by_a_clock_two_days_after_the_data_end():
    """On 29 October as the day begins: the data could not know what was held since, and no more is counted down."""
    database = reports(
        returned("2025-10-25 23:59"),  # summer time: the 72 hours are over at 22:59 on the 28th
        returned("2025-10-26 00:59", child_id="B", reported_on="2025-10-25", reported_at="2025-10-25 00:00"),
        returned("2025-10-26 01:00", reported_at="2025-10-26 00:30"),  # the first time that the clock shows it: over at midnight
        returned("2025-10-26 02:01", child_id="B", reported_at="2025-10-26 00:59"),
        returned("2025-10-24 00:00", child_id="B", return_interview_completed_at="2025-10-26 23:00"),
    )
    numbers, left = found(database, "interviews", now=at("2025-10-29 00:00"))
    assert numbers == (3, 1, 0)
    assert left == {"000": "1 hour late", "001": "under an hour late", "002": "under an hour late", "003": "2 hours left"}
    numbers, left = found(database, "interviews", now=at("2025-10-31 00:00"))
    assert numbers == (4, None, 0), "who came back since is not known"
    assert left == {"000": "3 days late", "001": "3 days late", "002": "2 days late", "003": "45 hours late"}
    assert found(database, "interviews", now=at("2025-10-28 23:59"))[0] == (2, 2, 0)
    assert found(database, "interviews", now=at("2025-10-28 23:58"))[0] == (1, 3, 0)


def test_interviews_older_than_a_month_ran_out_before_the_last_31_days_of_the_data():
    """The last 31 days begin on 26 September, at 23:00 UTC on the 25th."""
    database = reports(
        returned("2025-09-23 00:00", reported_on="2025-09-22", reported_at="2025-09-22 23:00"),
        returned("2025-09-22 22:59"),
        returned("2025-09-24 12:00", return_interview_completed_at="2025-10-25 12:00"),  # late, but held
    )
    numbers, left = found(database, "interviews")
    assert numbers == (1, 0, 1)
    assert left == {"001": "32 days late", "000": "31 days late"}, "by the calendar"


def test_interviews_after_reports_that_were_made_one():
    first = returned("2025-10-25 10:00", reported_at="2025-10-25 08:00")
    held = returned("2025-10-25 11:00", reported_at="2025-10-25 09:59", return_interview_completed_at="2025-10-25 18:00")
    assert found(reports(first, held), "interviews")[0] == (0, 0, 0)
    later = returned("2025-10-25 12:00", reported_at="2025-10-25 09:59", hub_id="CAR")
    numbers, left = found(reports(first, later), "interviews", hubs=("EDE",))
    assert (numbers, left) == ((0, 1, 0), {"000": "35 hours left"})  # from the last return, in the hub of the first report
    unreturned = row(child_id="A", reported_on="2025-10-25", reported_at="2025-10-25 09:59", hub_id="EDE")
    assert found(reports(first, unreturned), "interviews")[0] == (0, 0, 0)  # not known to have ended


def test_interviews_as_at_a_day():
    given = returned("2025-10-10 10:00", return_interview_completed_at="2025-10-12 10:00")
    on_the_day = returned("2025-10-11 10:00", child_id="B")
    numbers, left = found(reports(given, on_the_day), "interviews", as_at=day("2025-10-11"))
    assert (numbers, left) == ((0, 2, 0), {"000": "34 hours left", "001": "58 hours left"})


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
        row(created_at="2025-05-30 00:00", created_on="2025-05-30", category="crime"),  # ran out as the last 31 days began
        row(created_at="2025-05-29 23:59"),
        row(created_at="2025-06-29 12:00", category="concern"),
        row(created_at="2025-06-29 12:00", child_id=None),
        row(created_at="2025-06-29 12:00", child_id="Y"),
        row(created_at="2025-06-29 12:00", reviewed_at="2025-06-30 18:00"),  # late, but reviewed
        row(created_at="2025-06-29 12:00", hub_id="CAR"),
    )
    numbers, left = found(database, "incidents", hubs=("EDE",))
    assert numbers == (2, 2, 1)
    assert left == {
        "005": "32 days late",
        "004": "31 days late",
        "003": "under an hour late",
        "002": "under an hour left",
        "001": "3 hours left",
    }
    assert list(shown(database, hubs=("EDE",))["What"]) == [
        "Review, crime",
        "Review, drugs and alcohol",
        "Review, weapons",
        "Review, antisocial behaviour",
    ]
    assert found(database, "incidents")[0] == (3, 2, 1)
    assert (
        backlog_sentence(answered(connect(database_of(database)), due, Scope(ACCESS)))
        == "Older than a month when the data ended: 1 24-hour review"
    )
    two_days_later = found(database, "incidents", hubs=("EDE",), now=at("2025-07-02 23:00"))
    assert two_days_later[0] == (6, None, 1)  # the last of the data with them; what came up since is not known
    assert two_days_later[1]["000"] == "44 hours late" and two_days_later[1]["003"] == "3 days late"


def test_incidents_as_at_a_day_and_by_residence():
    database = incidents(row(created_at="2025-06-10 03:00", reviewed_at="2025-06-11 02:00"), row(created_at="2025-06-10 22:00"))
    assert found(database, "incidents", as_at=day("2025-06-10"))[0] == (0, 1, 0)
    assert found(database, "incidents", as_at=day("2025-06-11"))[0] == (1, 0, 0)
    assert found(database, "incidents", placed_by="residence", hubs=("EDE",))[0] == (0, 0, 0)
    assert found(database, "incidents", placed_by="residence", hubs=("CAR",))[0] == (1, 0, 0)


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


def test_crimes_without_an_outcome_28_days_after_they_were_recorded():
    """28 days after 2 June is 30 June, which is over as the data end; those up to 2 May ran out before the last 31 days."""
    database = crimes(
        row(recorded_on="2025-06-03"),
        row(recorded_on="2025-06-02", who="AB", offence_group="theft"),
        row(recorded_on="2025-05-02"),
        row(recorded_on="2025-05-01"),
        row(recorded_on="2025-06-01", who="Y", committed_on="2025-06-15"),  # 18
        row(recorded_on="2025-06-01", hub_id="CAR"),
    )
    numbers, left = found(database, "crimes", hubs=("EDE",))
    assert numbers == (2, None, 1)
    assert left == {"003": "33 days late", "002": "32 days late", "001": "1 day late"}
    listed = answered(connect(database_of(database)), waiting, Scope(ACCESS, hubs=("EDE",)))
    assert list(listed["child"]) == ["A", "A", "B"]
    spells = [row(spell_id="1", child_id="B", status="in care", started_on="2025-06-02")]
    (_, of_two) = shown({**database, "care_spells": spells}, hubs=("EDE",)).to_dict("records")
    assert of_two == {
        "What": "Outcome, theft",
        "Record": "001",
        "Child": "A, B",
        "Due": "30 June 2025",
        "Late or left": "1 day late",
        "In care": "no, yes",
        "Since": "Recorded 2 June 2025",
        "Hub": "Eden",
    }
    assert found(database, "crimes", placed_by="residence", hubs=("EDE",))[0] == (1, None, 0)
    assert found(database, "crimes", hubs=("EDE",), now=at("2025-07-01 23:00"))[0] == (3, None, 1)  # 3 June too, a day later


def test_crimes_whose_outcome_does_not_stand():
    given = [row(recorded_on="2025-05-10") for _ in range(5)]

    def outcome(crime, code, on, superseded_on=None):
        return row(crime_id=f"00{crime}", outcome_code=code, outcome_on=on, superseded_on=superseded_on)

    database = crimes(
        *given,
        outcomes=[
            outcome(0, "0", "2025-05-12"),  # not an outcome
            outcome(1, "1", "2025-05-12"),
            outcome(2, "1", "2025-05-12", "2025-06-20"),  # withdrawn, and none since
            outcome(3, "1", "2025-05-12", "2025-07-01"),  # withdrawn only after the end
            outcome(4, "1", "2025-05-12", "2025-05-19"),
            outcome(4, "8", "2025-05-19"),
        ],
    )
    assert found(database, "crimes") == ((2, None, 0), {"000": "24 days late", "002": "24 days late"})
    assert set(found(database, "crimes", as_at=day("2025-06-19"))[1]) <= {"000"}


def test_crimes_as_at_a_day_are_judged_without_what_came_later():
    given = [row(recorded_on="2025-03-01"), row(recorded_on="2025-04-01"), row(recorded_on="2025-05-01")]
    database = crimes(*given, outcomes=[row(crime_id="000", outcome_code="1", outcome_on="2025-05-02")])
    assert found(database, "crimes", as_at=date(2025, 5, 1))[0] == (1, None, 1)
    assert found(database, "crimes", as_at=date(2025, 5, 2))[0] == (1, None, 0)


def test_crimes_without_any_outcome_loaded_are_not_available():
    database = crimes(row(recorded_on="2025-05-01"))
    assert found({**database, "crime_outcomes": []}, "crimes")[0] == (None, None, None)


# All kinds together


def test_one_list_of_all_kinds_late_before_soon_and_the_longest_wait_first():
    """A plan and an incident may have one reference: they stay two records."""
    database = {
        **plans(row(review_due_on="2025-06-28"), row(review_due_on="2025-07-02")),
        "incidents": incidents(row(created_at="2025-06-28 11:00"), row(created_at="2025-06-30 01:00"))["incidents"],
        "missing_episodes": numbered(
            "episode_id",
            [
                returned("2025-06-26 12:00"),
                returned("2025-06-29 12:00"),
                returned("2025-01-01 10:00", return_interview_completed_at="2025-01-02 10:00"),
                row(child_id="B", reported_on=END, reported_at=f"{END} 10:00", returned_at=None, hub_id="EDE"),
            ],
        ),
    }
    listed = shown(database)
    assert list(zip(listed["What"], listed["Record"], listed["Late or left"], strict=True)) == [
        ("Plan", "000", "3 days late"),
        ("Review, antisocial behaviour", "000", "37 hours late"),
        ("Interview", "000", "36 hours late"),
        ("Review, antisocial behaviour", "001", "1 hour left"),
        ("Interview", "001", "36 hours left"),
        ("Plan", "001", "1 day left"),
    ]
    assert list(listed.columns) == ["What", "Record", "Child", "Due", "Late or left", "Since", "Hub"]  # no risk nor care is known
    statuses = answered(connect(database_of(database)), due, Scope(ACCESS))
    assert (
        data_end_sentence(statuses, at("2025-07-02 08:00"))
        == "The data end on 30 June 2025: what began or was done since is not in them."
    )


def test_kinds_whose_data_end_on_several_days_are_named():
    database = {**plans(), "incidents": incidents()["incidents"][:1]}
    statuses = answered(connect(database_of(database)), due, Scope(ACCESS))
    assert data_end_sentence(statuses, at("2025-07-02 08:00")) == (
        "The data end on 1 January 2025 (24-hour reviews) and 30 June 2025 (plans to review): what began or was done since is "
        "not in them."
    )
