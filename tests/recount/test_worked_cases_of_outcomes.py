"""Section 6 of the definitions, worked by hand: outcomes and survival; and what nothing loaded at all gives."""

import pytest
from product import figures_of

from metrics.themes import METRICS

from . import KEYS, NOT_AVAILABLE, recount
from .by_hand import address_of, child, counted, day, numbered, row, rows, whole
from .formulas import survival_median


def test_kaplan_meier_takes_events_before_censorings_at_a_tie_and_is_exact_at_a_half():
    assert survival_median([(1, True), (1, False)]) == 1
    assert survival_median([(hours, True) for hours in range(1, 7)]) == 3  # 5/6 x 4/5 x 3/4 is a half, exactly
    assert survival_median([(1, True), (2, False), (3, False)]) is None
    assert survival_median([(1, False), (2, True), (3, True)]) == 2
    assert survival_median([]) is None


# Outcomes


CODES = (
    *(("0", "not yet assigned"), ("1", "charged"), ("2", "formal out of court"), ("8", "community resolution")),
    *(("16", "evidential"), ("18", "no suspect"), ("21", "public interest"), ("22", "diversion")),
)
HISTORY = [  # (recorded, outcomes given: code, on, superseded on)
    ("2025-01-01", [("1", "2025-01-11", None)]),
    ("2025-01-02", [("16", "2025-01-10", "2025-02-20"), ("21", "2025-02-20", None)]),
    ("2025-01-03", [("22", "2025-02-01", None), ("8", "2025-02-01", None)]),  # a tie: "8" is the larger text
    ("2025-01-04", [("18", "2025-02-03", None)]),
    ("2025-01-05", [("0", "2025-02-05", None)]),
    ("2025-01-06", []),
    ("2025-02-01", [("21", "2025-02-28", None)]),
]
JANUARY, FEBRUARY = ("2025-01-01", "2025-02-01"), ("2025-02-01", "2025-03-01")


def crimes(*more):
    listed = numbered("crime_id", [row(recorded_on=on, hub_id="EDE") for on, _ in (*HISTORY, *more)])
    listed[1]["youth_produced_imagery"] = True
    given = [
        row(crime_id=crime["crime_id"], outcome_code=code, outcome_on=on, superseded_on=superseded_on)
        for crime, (_, outcomes) in zip(listed, (*HISTORY, *more), strict=True)
        for code, on, superseded_on in outcomes
    ]
    codes = [row(outcome_code=code, label=code, outcome_group=group) for code, group in CODES]
    suspects = [row(crime_id=crime["crime_id"], child_id="A", age_when_committed=40) for crime in listed]
    return rows(children=[child("A")], crimes=listed, suspects=suspects, crime_outcomes=given, outcome_codes=codes)


def test_closed_in_the_period():
    assert whole(crimes(), "crimes_with_outcome", *JANUARY) == (1, None, 1)
    assert whole(crimes(), "crimes_with_outcome", *FEBRUARY) == (3, None, 3)  # once, at the standing outcome
    assert whole(crimes(), "outcome_21_share", *FEBRUARY) == (2, 3, 2 / 3)
    assert whole(crimes(), "nfa_share", *FEBRUARY) == (2, 3, 2 / 3)
    assert whole(crimes(), "community_resolution_share", *FEBRUARY) == (1, 3, 1 / 3)
    assert whole(crimes(), "outcome_21_imagery_share", *FEBRUARY) == (1, 1, 1.0)
    by_group = counted(crimes(), "crimes_with_outcome", *map(day, FEBRUARY), by=("outcome_group",))
    assert by_group["public interest",] == (2, None, 2)
    assert by_group["no suspect",] == (0, None, 0)


def test_outcome_10_is_formal_action_not_in_the_public_interest_too():
    with_a_ten = crimes(("2025-02-10", [("10", "2025-02-20", None)]))
    with_a_ten["outcome_codes"].append(row(outcome_code="10", label="10", outcome_group="public interest"))
    assert whole(with_a_ten, "outcome_10_share", *FEBRUARY) == (1, 4, 0.25)
    assert whole(with_a_ten, "outcome_10_share", *FEBRUARY, basis="recorded") == (1, 2, 0.5)
    assert whole(with_a_ten, "nfa_public_interest_share", *FEBRUARY) == (3, 4, 0.75)


def test_recorded_in_the_period():
    assert whole(crimes(), "crimes_with_outcome", *JANUARY, basis="recorded") == (3, None, 3)
    assert whole(crimes(), "charged_share", *JANUARY, basis="recorded") == (1, 3, 1 / 3)
    for basis in ("closed", "recorded"):
        assert whole(crimes(), "not_yet_assigned_share", *JANUARY, basis=basis) == (2, 6, 2 / 6)


def test_a_table_as_it_stood_on_a_date():
    on_the_19th, on_the_20th = day("2025-02-19"), day("2025-02-20")
    assert whole(crimes(), "nfa_evidential_share", *JANUARY, as_at=on_the_19th) == (1, 2, 0.5)
    assert whole(crimes(), "nfa_evidential_share", *JANUARY, as_at=on_the_20th) == (0, 1, 0.0)
    assert whole(crimes(), "outcome_21_share", *FEBRUARY, as_at=on_the_19th) == (0, 1, 0.0)


def test_an_outcome_before_its_crime_was_recorded_is_none():
    """Whose recorded_on was corrected, say: days to an outcome are never fewer than none. On the day itself they are none."""
    late = crimes(("2025-02-03", [("8", "2025-02-02", None)]), ("2025-02-04", [("8", "2025-02-04", None)]))
    assert whole(late, "crimes_with_outcome", "2025-02-02", "2025-02-03") == (0, None, 0)
    assert whole(late, "crimes_with_outcome", "2025-02-04", "2025-02-05") == (1, None, 1)
    assert whole(late, "not_yet_assigned_share", "2025-02-03", "2025-02-05") == (1, 2, 0.5)
    assert whole(late, "days_to_outcome", "2025-02-04", "2025-02-05")[2] == 0


def test_days_to_outcome_censor_what_is_not_yet_assigned():
    # 10, 29, 30 (no suspect) and 49 days; two still open after 54 and 53 on 28 February
    assert whole(crimes(), "days_to_outcome", *JANUARY) == (None, 6, 30)
    assert whole(crimes(), "days_to_outcome", *JANUARY, as_at=day("2025-01-15")) == (None, 6, None)


def test_a_suspect_is_a_child_when_the_crime_was_committed():
    listed = [
        row(crime_id="1", recorded_on="2025-05-01", committed_on="2018-05-01"),
        row(crime_id="2", recorded_on="2025-05-01", committed_on="2025-04-30"),
        row(crime_id="3", recorded_on="2025-05-01"),  # not known when: as if on the day it was recorded
        row(crime_id="4", recorded_on="2025-04-01"),
    ]
    links = [row(crime_id=crime_id, child_id="A") for crime_id in "123"]
    links.append(row(crime_id="4", child_id="N", age_when_committed=16))
    database = rows(children=[child("A", "2007-05-01"), child("N", None)], crimes=listed, suspects=links)
    assert whole(database, "child_suspect_crimes", "2025-04-01", "2025-05-02") == (2, None, 2)
    by_age = counted(database, "child_suspect_crimes", day("2025-04-01"), day("2025-05-02"), by=("age",))
    assert by_age == {(16,): (1, None, 1), (17,): (1, None, 1)}


@pytest.mark.parametrize(
    ("database", "by", "cells"), [(rows(), "hub", dict.fromkeys([("EDE",), ("CAR",)], NOT_AVAILABLE)), ({}, "month", {})]
)
def test_nothing_loaded_is_not_available(database, by, cells):
    """Every key at once: what is asked together is one statement for each kind of event."""
    assert {key: recount(database, key, by=(by,)) for key in KEYS} == dict.fromkeys(KEYS, cells)
    assert figures_of(address_of(database), list(METRICS), by=(by,)) == dict.fromkeys(METRICS, cells)
