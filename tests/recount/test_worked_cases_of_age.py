"""Section 0 of the definitions, worked by hand: who is how old on a birthday of 29 February, and nobody before the birth."""

import pytest

from .by_hand import child, counted, day, numbered, row, rows, whole

ALL_YEARS = ("2015-01-01", "2030-01-01")
LEAP = child("L", "2008-02-29")
YOUNG = child("Y", "2016-05-02")  # and yet some rows are of the day before
KNOWN = child("A", "2010-01-01")
DAYS = tuple(map(day, ALL_YEARS))


def rows_of(table, key, own_date, *given, **more):
    """Rows of one table, a child and a day each."""
    listed = [row(child_id=name, hub_id="EDE", **{own_date: on}, **more) for name, on in given]
    return rows(children=[LEAP, YOUNG, KNOWN], **{table: numbered(key, listed)})


def detained(*given):
    return rows_of("detentions", "detention_id", "authorised_on", *given)


def test_a_birthday_of_29_february_falls_on_1_march_in_common_years():
    held = detained(*(("L", on) for on in ("2025-02-28", "2025-03-01", "2026-02-28", "2026-03-01")))
    by_age = counted(held, "detentions", *DAYS, by=("age",))
    assert by_age == {(16,): (1, None, 1), (17,): (2, None, 2)}  # 18 on 1 March 2026
    in_a_leap_year = detained(("L", "2024-02-28"), ("L", "2024-02-29"))
    assert counted(in_a_leap_year, "detentions", *DAYS, by=("age",)) == {(15,): (1, None, 1), (16,): (1, None, 1)}


@pytest.mark.parametrize(("on", "searches"), [("2018-02-28", 0), ("2018-03-01", 1), ("2026-02-28", 1), ("2026-03-01", 0)])
def test_a_search_of_a_child_of_29_february_is_counted_from_10_to_17(on, searches):
    searched = rows_of("stop_searches", "search_id", "searched_on", ("L", on), ("A", "2025-01-01"), kind="person")
    assert whole(searched, "searches", *ALL_YEARS) == (searches + 1, None, searches + 1)


def test_nobody_is_detained_before_the_birth():
    held = detained(("A", "2019-01-01"), ("Y", "2016-05-01"), ("Y", "2016-05-02"), ("Y", "2015-12-31"))
    assert whole(held, "detentions", *ALL_YEARS) == (2, None, 2)
    by_age = counted(held, "detentions", *DAYS, by=("age_band",))
    assert by_age == {("under 10",): (2, None, 2)}  # one of nine years, one on the very day of birth


@pytest.mark.parametrize(
    ("table", "key", "own_date", "measure", "more"),
    [
        ("missing_episodes", "episode_id", "reported_on", "missing_episodes", {}),
        ("incidents", "incident_id", "created_on", "asb_incidents", {"category": "ASB"}),
        ("ace_assessments", "assessment_id", "assessed_on", "ace_assessed_children", {"aces": 4}),
    ],
)
def test_what_comes_before_the_birth_is_left_out(table, key, own_date, measure, more):
    given = rows_of(table, key, own_date, ("A", "2019-01-01"), ("Y", "2016-05-01"), **more)
    assert whole(given, measure, *ALL_YEARS) == (1, None, 1)


def test_an_interview_before_the_birth_is_left_out():
    asked = rows_of("voluntary_interviews", "interview_id", "interviewed_on", ("A", "2019-01-01"), ("Y", "2016-05-01"))
    assert whole({**detained(("A", "2019-01-01")), **asked}, "voluntary_share", *ALL_YEARS) == (1, 2, 0.5)


def test_a_search_before_the_birth_is_of_unknown_age_whatever_age_was_written_down():
    given = [row(child_id="Y", searched_on="2016-05-01", kind="person", **seen) for seen in ({}, {"age": 14})]
    given.append(row(child_id="Y", searched_on="2016-05-01", kind="person", age_band="10-17"))
    given.append(row(child_id="A", searched_on="2021-05-01", kind="person"))
    searched = rows(children=[YOUNG, KNOWN], stop_searches=numbered("search_id", given))
    assert whole(searched, "searches", *ALL_YEARS) == (1, None, 1)


def test_a_suspect_before_the_birth_is_of_unknown_age():
    crimes = [row(crime_id=name, recorded_on="2019-01-01", committed_on=on) for name, on in (("1", "2016-05-01"), ("2", None))]
    links = [row(crime_id="1", child_id="Y", age_when_committed=15), row(crime_id="2", child_id="Y")]
    suspected = rows(children=[YOUNG], crimes=crimes, suspects=links)
    assert whole(suspected, "child_suspect_crimes", *ALL_YEARS) == (1, None, 1)


def test_a_caution_before_the_birth_is_no_entry_and_starts_no_follow_up():
    given = [("Y", "2015-05-01"), ("A", "2022-05-01"), ("A", "2026-12-31")]
    listed = [row(child_id=name, kind="conviction", decided_on=on, committed_on=on) for name, on in given]
    dealt_with = rows(children=[YOUNG, KNOWN], disposals=numbered("disposal_id", listed))
    assert whole(dealt_with, "first_time_entrants", "2015-01-01", "2026-01-01") == (1, None, 1)
    assert whole(dealt_with, "reoffending_rate", "2015-04-01", "2023-01-01") == (0, 1, 0)
