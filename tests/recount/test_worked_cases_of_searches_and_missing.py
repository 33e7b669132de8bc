"""Sections 4 and 5 of the definitions, worked by hand: stop and search, children reported missing."""

import pytest

from . import NOT_AVAILABLE
from .by_hand import child, counted, day, numbered, row, rows, whole
from .data import ethnic_group

A_LONG_TIME = ("2020-01-01", "2030-01-01")
DAYS = tuple(map(day, A_LONG_TIME))
A_BOY = child("A", sex="M", ethnicity_self_defined="B1")


# Searches


def searched(*searches, children=(A_BOY,)):
    listed = [{"kind": "person", "searched_on": day("2025-06-01"), **found} for found in searches]
    return rows(children=[*children], stop_searches=numbered("search_id", listed))


def test_whose_searches_count():
    database = searched(
        row(child_id="A", age=40),  # the date of birth comes first
        row(child_id="A"),
        row(age=9),
        row(age=10),
        row(age=18),
        row(age_band="10-17", kind="person and vehicle"),
        row(age_band="10-17", kind="vehicle"),
        row(age_band="under 10"),
        row(),
    )
    assert whole(database, "searches", *A_LONG_TIME) == (4, None, 4)
    assert whole(database, "children_searched", *A_LONG_TIME) == (1, None, 1)  # two searches of one child
    by_age = counted(database, "searches", *DAYS, by=("age_band",))
    assert by_age == {("14-15",): (2, None, 2), ("10-13",): (1, None, 1), ("unknown",): (1, None, 1)}


def test_no_ages_and_no_identities_are_not_available():
    assert whole(searched(row(), row()), "searches", *A_LONG_TIME) == NOT_AVAILABLE
    banded = searched(row(age_band="10-17"))
    assert whole(banded, "children_searched", *A_LONG_TIME) == NOT_AVAILABLE
    assert whole(banded, "search_find_rate", *A_LONG_TIME) == NOT_AVAILABLE


def test_searches_of_children_under_10_are_counted_apart():
    database = searched(
        row(child_id="Y", age=12),  # the date of birth comes first: 10 the day after
        row(age=9),
        row(age=10),
        row(age_band="under 10"),
        row(age_band="under 10", kind="vehicle"),
        row(age=10, age_band="under 10"),
        children=(child("Y", "2015-06-02"),),
    )
    assert whole(database, "searches_under_10", *A_LONG_TIME) == (3, None, 3)
    assert whole(database, "searches", *A_LONG_TIME) == (2, None, 2)


def test_searches_without_suspicion_and_those_that_expose_intimate_parts():
    database = searched(
        row(age=15, legislation="Criminal Justice and Public Order Act 1994 (section 60)", intimate_parts_exposed=True),
        row(age=15, legislation="Police and Criminal Evidence Act 1984 (section 1)", intimate_parts_exposed=False),
        row(age=15),
        row(age=18, legislation="Criminal Justice and Public Order Act 1994 (section 60)", intimate_parts_exposed=True),
    )
    assert whole(database, "section_60_searches", *A_LONG_TIME) == (1, None, 1)
    assert whole(database, "search_intimate_parts_share", *A_LONG_TIME) == (1, 2, 0.5)
    assert whole(searched(row(age=15)), "section_60_searches", *A_LONG_TIME) == NOT_AVAILABLE


def test_the_linked_flag_counts_only_beside_an_outcome():
    database = searched(
        row(age=15, outcome="no further action", outcome_linked=True, object_found=False),
        row(age=15, outcome="arrest", outcome_linked=True, object_found=True),
        row(age=15, outcome="caution", outcome_linked=False, followed_up_on="2025-06-03"),
        row(age=15, outcome="caution"),
        row(age=15, outcome_linked=True),
    )
    assert whole(database, "search_outcome_rate", *A_LONG_TIME) == (3, 4, 0.75)
    assert whole(database, "search_arrest_rate", *A_LONG_TIME) == (1, 4, 0.25)
    assert whole(database, "search_linked_outcome_rate", *A_LONG_TIME) == (1, 3, 1 / 3)
    assert whole(database, "search_find_rate", *A_LONG_TIME) == (1, 2, 0.5)
    assert whole(database, "search_follow_up_share", *A_LONG_TIME) == (1, 5, 0.2)
    assert whole(database, "search_scrutiny_share", *A_LONG_TIME) == NOT_AVAILABLE


@pytest.mark.parametrize(
    ("stated", "seen", "group"),
    [
        *[("W3", "IC3", "White"), ("M9", None, "Mixed"), ("A4", None, "Asian"), ("O9", None, "Other")],
        *[("NS", "IC3", "Black"), (None, "IC2", "White"), (None, "IC5", "Asian"), (None, "IC6", "Other")],
        *[("NS", "IC9", "unknown"), (None, None, "unknown"), ("Other ethnic group - Not stated", "Asian", "Asian")],
        ("Mixed/Multiple ethnic groups - White and Asian", "White", "Mixed"),
    ],
)
def test_ethnic_groups(stated, seen, group):
    assert ethnic_group({"ethnicity_self_defined": stated, "ethnicity_officer_defined": seen}) == group


def test_ethnicity_of_a_search_is_its_own_else_the_childs():
    own = row(child_id="A", ethnicity_self_defined="NS", ethnicity_officer_defined="IC1")
    neither = row(child_id="A", ethnicity_self_defined="NS", ethnicity_officer_defined="IC9")
    by_group = counted(searched(own, neither), "searches", *DAYS, by=("ethnicity", "sex"))
    assert by_group == {("White", "M"): (1, None, 1), ("Black", "M"): (1, None, 1)}


# Missing


def report(reported_at, returned_at=None, child_id="A", **more):
    timed = len(reported_at) > 10
    found = row(child_id=child_id, reported_on=reported_at[:10], reported_at=reported_at if timed else None, **more)
    return found | row(returned_at=returned_at)


def missing(*reports, last="2025-12-31", spells=()):
    listed = numbered("episode_id", [*reports, report(f"{last} 00:00", f"{last} 01:00", child_id="Z")])
    return rows(children=[child("A")], missing_episodes=listed, care_spells=[*spells])


def episodes(*reports):
    return whole(missing(*reports), "missing_episodes", *A_LONG_TIME)[0]


def test_overlapping_reports_are_one_episode_and_touching_ones_two():
    first = report("2025-06-01 10:00", "2025-06-01 14:00")
    assert episodes(first, report("2025-06-01 13:59", "2025-06-01 15:00")) == 1
    assert episodes(first, report("2025-06-01 14:00", "2025-06-01 15:00")) == 2
    inside = report("2025-06-01 11:00", "2025-06-01 12:00")
    assert episodes(first, inside, report("2025-06-01 13:00", "2025-06-01 16:00")) == 1  # before the return so far
    without_return = report("2025-06-01 13:00")
    assert episodes(first, without_return, report("2025-06-01 13:30", "2025-06-01 16:00")) == 2  # nothing later joins
    assert episodes(first, report("2025-06-01", "2025-06-01 12:00")) == 2  # without its time it never merges


def test_what_a_merged_episode_takes_from_its_parts():
    first = report("2025-06-01 23:00", "2025-06-02 04:00", hub_id="EDE")
    second = report("2025-06-02 03:00", "2025-06-02 09:00", hub_id="CAR", return_interview_completed_at="2025-06-05 09:00")
    database = missing(first, second | {"return_interview_offered_on": day("2025-06-02")})
    assert whole(database, "hours_missing", "2025-06-01", "2025-06-02") == (None, 1, 10.0)
    by_hub = counted(database, "return_interview_72h_share", *DAYS, by=("hub",))
    assert by_hub["EDE",] == (1, 1, 1.0)
    assert by_hub["CAR",] == (0, 0, None)


def test_durations_censor_what_is_open_and_leave_out_unknown_ends():
    database = missing(
        report("2025-06-01 10:00"),  # followed by a later report: its end is unknown
        report("2025-07-01 10:00", "2025-07-01 14:00"),
        report("2025-12-30 20:00"),  # open: 28 hours to the end of the last day
    )
    assert whole(database, "hours_missing", *A_LONG_TIME) == (None, 2, 4.0)
    assert whole(database, "hours_missing", "2025-12-01", "2025-12-31") == (None, 1, None)
    assert whole(database, "hours_missing", *A_LONG_TIME, as_at=day("2025-07-01")) == (None, 1, 4.0)
    assert whole(database, "missing_episodes", *A_LONG_TIME, as_at=day("2025-07-01")) == (2, None, 2)


def test_repeat_is_another_start_since_the_day_12_months_before():
    database = missing(report("2024-06-01 23:00", "2024-06-01 23:30"), report("2025-06-01 08:00", "2025-06-01 09:00"))
    assert whole(database, "missing_repeat_share", "2025-06-01", "2025-07-01") == (1, 1, 1.0)
    database = missing(report("2024-05-31 23:00", "2024-05-31 23:30"), report("2025-06-01 08:00", "2025-06-01 09:00"))
    assert whole(database, "missing_repeat_share", "2025-06-01", "2025-07-01") == (0, 1, 0.0)


@pytest.mark.parametrize(("first", "frequent"), [("2025-03-04", 1), ("2025-03-03", 0)])
def test_frequently_missing_is_a_third_start_in_90_days_looking_back(first, frequent):
    starts = [f"{first} 10:00", "2025-05-01 10:00", "2025-06-01 10:00"]  # 4 March to 1 June is 90 days
    database = missing(*[report(start, f"{start[:10]} 11:00") for start in starts])
    assert whole(database, "frequently_missing_children", "2025-06-01", "2025-07-01") == (frequent, None, frequent)
    assert whole(database, "frequently_missing_children", "2025-05-01", "2025-06-01") == (0, None, 0)


def test_return_interviews():
    def ended(returned_at, offered_on=None, completed_at=None):
        more = {"return_interview_offered_on": offered_on, "return_interview_completed_at": completed_at}
        return report(f"{returned_at[:10]} 00:00", returned_at, **more)

    database = missing(
        ended("2025-06-01 12:00", "2025-06-02", "2025-06-04 12:00"),  # 72 hours to the minute
        ended("2025-07-01 12:00", None, "2025-07-04 12:01"),  # completed counts as offered
        ended("2025-08-01 12:00", "2025-08-02"),
        ended("2025-09-01 12:00"),
        ended("2025-12-29 00:00"),  # 72 hours ago: no longer pending
        ended("2025-12-29 00:01"),  # pending
        ended("2025-12-30 12:00", "2025-12-31"),  # offered, completion pending
        report("2025-12-31 12:00"),  # not ended
    )
    assert whole(database, "return_interview_offered_share", "2025-01-01", "2025-12-31") == (4, 6, 4 / 6)
    assert whole(database, "return_interview_completed_share", "2025-01-01", "2025-12-31") == (2, 3, 2 / 3)
    assert whole(database, "return_interview_72h_share", "2025-01-01", "2025-12-31") == (1, 2, 0.5)
    assert whole(database, "return_interview_72h_of_ended_share", "2025-01-01", "2025-12-31") == (1, 5, 0.2)


def test_missing_from_care_and_the_philomena_form():
    spells = [row(child_id="A", started_on="2025-06-01", ended_on="2025-08-01", status="in care")]
    reports = [
        report("2025-05-31 10:00", "2025-05-31 11:00", philomena_form=True),
        report("2025-06-01 10:00", "2025-06-01 13:00", philomena_form=True),
        report("2025-06-01 12:00", "2025-06-01 13:00", philomena_form=False),
        report("2025-07-01 10:00", "2025-07-01 11:00", philomena_form=False),
        report("2025-07-31 10:00", "2025-07-31 11:00"),
        report("2025-08-01 10:00", "2025-08-01 11:00"),
    ]
    database = missing(*reports, spells=spells)
    assert whole(database, "missing_from_care_share", *A_LONG_TIME) == (3, 5, 0.6)
    assert whole(database, "philomena_share", *A_LONG_TIME) == (1, 2, 0.5)
    assert whole(missing(*reports), "missing_from_care_share", *A_LONG_TIME) == NOT_AVAILABLE
