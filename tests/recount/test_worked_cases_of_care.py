"""Children in care, worked by hand: who is, who goes missing, who offends, and their share of what the police do."""

import pytest

from . import NOT_AVAILABLE
from .by_hand import child, counted, day, numbered, row, rows, whole

A_LONG_TIME = ("2020-01-01", "2030-01-01")
DAYS = tuple(map(day, A_LONG_TIME))
IN_2025 = ("2025-01-01", "2026-01-01")
JUNE = ("2025-06-01", "2025-07-01")


def spell(child_id, started_on, ended_on=None, status="in care"):
    return row(child_id=child_id, started_on=started_on, ended_on=ended_on, status=status)


# Who is in care at the end of a period


CHILDREN = [
    child("A", "2010-01-01", home_hub_id="EDE"),
    child("B", "2007-12-31", home_hub_id="CAR"),
    child("C", "2008-01-01", home_hub_id="CAR"),
    child("G", "2014-01-01", home_hub_id=None),
    *[child(child_id, "2012-01-01", home_hub_id="CAR") for child_id in "DEF"],
    child("H", None, home_hub_id="CAR"),
]
SPELLS = [
    spell("A", "2024-03-01", "2026-01-01"),  # ends on the period's end: in care on its last day
    spell("B", "2020-01-01"),  # 18 on the period's last day
    spell("C", "2020-01-01"),  # 18 the day after
    spell("D", "2025-01-01", "2025-12-31"),  # ends on the period's last day: not in care on it
    spell("E", "2026-01-01"),  # begins on the period's end
    spell("F", "2025-01-01", status="care leaver"),
    spell("G", "2025-01-01", "2025-06-01"),
    spell("G", "2025-06-01"),  # touches the one before: one child
    spell("H", "2020-01-01"),  # of unknown age
]


def test_children_in_care_are_those_on_the_last_day_of_the_period():
    database = rows(children=CHILDREN, care_spells=SPELLS)
    assert whole(database, "children_in_care", *IN_2025) == (3, None, 3)  # A, C, G
    by_hub = counted(database, "children_in_care", *map(day, IN_2025), by=("hub",))
    assert by_hub == {("EDE",): (1, None, 1), ("CAR",): (1, None, 1), ("unknown",): (1, None, 1)}
    by_age = counted(database, "children_in_care", *map(day, IN_2025), by=("age_band",))
    assert by_age == {("14-15",): (1, None, 1), ("16-17",): (1, None, 1), ("10-13",): (1, None, 1)}
    assert whole(database, "children_in_care", *IN_2025, residents_only=True) == (2, None, 2)


def test_past_the_data_end_children_in_care_are_those_at_the_data_end():
    database = rows(children=CHILDREN, care_spells=SPELLS)
    assert whole(database, "children_in_care", "2026-01-01", "2030-01-01") == (2, None, 2)  # E and G on 1 January
    by_month = counted(database, "children_in_care", *DAYS, by=("month",))
    assert list(by_month)[-1] == ("2026-01-01",)  # nothing after the last spell that began
    assert by_month["2025-05-01",] == (5, None, 5)  # on 31 May A, B, C, D and G, whose second spell begins the day after
    # as at 31 May nobody knows yet that A and D will leave, and B is 17
    assert whole(database, "children_in_care", *A_LONG_TIME, as_at=day("2025-05-31")) == (5, None, 5)


def test_no_age_of_anybody_in_care_is_not_available():
    database = rows(children=[child("H", None)], care_spells=[spell("H", "2020-01-01")])
    assert whole(database, "children_in_care", *A_LONG_TIME) == NOT_AVAILABLE


# Who goes missing


def report(child_id, reported_at, returned_at=None):
    return row(child_id=child_id, reported_on=reported_at[:10], reported_at=reported_at, returned_at=returned_at)


def test_children_missing_from_care_of_those_in_care_for_a_day_of_the_period():
    born = {"E": "2007-06-01", "F": "2007-06-15", "G": "2007-06-15", "K": "2011-06-10"}
    children = [child(child_id, born.get(child_id, "2010-01-01"), home_hub_id="EDE") for child_id in "ABCDEFGHIK"]
    spells = [
        *[spell("A", "2025-05-01", "2025-06-10"), spell("B", "2025-05-01", "2025-06-10")],
        spell("C", "2025-07-01"),  # begins on the period's end
        spell("D", "2025-05-01", "2025-06-01"),  # ended on the period's first day
        *[spell(child_id, "2020-01-01") for child_id in "EFGIK"],
        spell("H", "2020-01-01", status="care leaver"),
    ]
    reports = [
        report("A", "2025-06-09 10:00", "2025-06-09 11:00"),
        report("B", "2025-06-10 10:00", "2025-06-10 11:00"),  # no longer in care that day
        report("E", "2025-06-02 10:00", "2025-06-02 11:00"),  # 18 since the first of the month
        report("F", "2025-06-14 10:00", "2025-06-14 11:00"),
        report("G", "2025-06-15 10:00", "2025-06-15 11:00"),  # 18 that day, in care and a child before
        report("H", "2025-06-09 10:00", "2025-06-09 11:00"),
        report("I", "2025-05-31 23:00", "2025-06-02 10:00"),
        report("I", "2025-06-01 12:00", "2025-06-02 10:00"),  # part of the one before, which began in May
        report("K", "2025-06-20 10:00", "2025-06-20 11:00"),
        *[report("Z", "2025-01-01 10:00"), report("Z", "2025-12-31 10:00")],
    ]
    database = rows(children=children, care_spells=spells, missing_episodes=numbered("episode_id", reports))
    assert whole(database, "care_missing_share", *JUNE) == (3, 6, 0.5)  # A, F, K of A, B, F, G, I, K
    by_age = counted(database, "care_missing_share", *map(day, JUNE), by=("age_band",))  # K was 13 on the first day in care
    assert by_age == {("14-15",): (1, 3, 1 / 3), ("16-17",): (1, 2, 0.5), ("10-13",): (1, 1, 1.0)}
    by_month = counted(database, "care_missing_share", *DAYS, by=("month", "hub"))
    assert by_month["2025-05-01", "EDE"] == (1, 8, 0.125)  # I; with D, and E still 17; without C
    assert by_month["2025-07-01", "EDE"] == (0, 3, 0.0)  # C, I, K
    without_spells = rows(children=children, missing_episodes=numbered("episode_id", reports))
    assert whole(without_spells, "care_missing_share", *JUNE) == NOT_AVAILABLE


def test_a_child_is_counted_once_as_it_was_on_its_first_day_in_care():
    children = [child("A", "2011-06-20"), child("B", "2007-06-20")]  # 14 and 18 between their two stays
    spells = [spell(child_id, *dates) for child_id in "AB" for dates in (("2025-06-01", "2025-06-10"), ("2025-06-25", None))]
    reports = [report("A", "2025-06-26 10:00"), report("B", "2025-06-26 10:00"), report("Z", "2025-05-01 10:00")]
    database = rows(children=children, care_spells=spells, missing_episodes=numbered("episode_id", reports))
    by_age = counted(database, "care_missing_share", day("2025-06-01"), day("2025-06-27"), by=("age",))
    assert by_age == {(13,): (1, 1, 1.0), (17,): (0, 1, 0.0)}  # B was an adult when missing


def test_only_the_loaded_part_of_the_period_is_looked_at():
    spells = [spell("A", "2025-06-01", "2025-06-15"), spell("B", "2025-06-16")]
    reports = numbered("episode_id", [report("A", "2025-06-10 10:00"), report("A", "2025-06-15 10:00")])
    database = rows(children=[child("A"), child("B")], care_spells=spells, missing_episodes=reports)
    assert whole(database, "care_missing_share", *JUNE) == (1, 1, 1.0)  # B came into care the day after the data end


# Who offends


def disposal(child_id, kind, decided_on, committed_on=None, **more):
    return row(child_id=child_id, kind=kind, decided_on=decided_on, committed_on=committed_on, **more)


def a_year_in_care(last="2025-12-31"):
    born = {"G": "2015-12-31", "H": "2016-01-01", "I": "2007-12-31"}
    children = [child(child_id, born.get(child_id, "2010-01-01"), home_hub_id="EDE") for child_id in "ABCDEFGHIJK"]
    spells = [
        spell("A", "2025-01-01", "2026-01-01"),  # the twelve months, no day more
        spell("B", "2025-01-02"),  # a day less
        *[spell("C", "2020-01-01", "2025-06-01"), spell("C", "2025-06-02")],  # broken by a day
        *[spell("D", "2020-01-01", "2025-06-01"), spell("D", "2025-06-01")],  # they touch
        *[spell("E", "2020-01-01", "2025-06-01"), spell("E", "2024-01-01", "2026-02-01")],  # they overlap
        spell("F", "2020-01-01", "2025-12-31"),  # not the last day
        *[spell(child_id, "2020-01-01") for child_id in "GHIK"],  # G is 10 on the last day, H 9, I 18
        *[spell("J", "2020-01-01", "2025-06-01"), spell("J", "2025-06-01", status="care leaver")],
    ]
    disposals = [
        disposal("A", "conviction", "2025-01-01"),  # the first of the twelve months
        disposal("D", "conviction", "2024-12-31"),
        disposal("E", "community resolution", "2025-06-01"),
        disposal("G", "youth caution", "2025-12-31", prosecutor="other", recordable=False),
        disposal("K", "adult caution", "2025-06-01"),
        *[disposal(child_id, "conviction", "2025-06-01") for child_id in "BCFHIJ"],
        *[disposal("Z", "penalty notice", "2020-01-01"), disposal("Z", "penalty notice", last)],
    ]
    return rows(children=children, care_spells=spells, disposals=numbered("disposal_id", disposals))


@pytest.mark.parametrize("end", ["2026-01-01", "2030-01-01"])  # past the data end: as on the day after it
def test_offending_of_children_in_care_without_a_break_for_twelve_months(end):
    assert whole(a_year_in_care(), "care_offending_share", "2025-01-01", end) == (2, 5, 0.4)  # A, G of A, D, E, G, K
    by_age = counted(a_year_in_care(), "care_offending_share", day("2025-12-01"), day(end), by=("month", "age"))
    assert by_age == {("2025-12-01", 15): (1, 4, 0.25), ("2025-12-01", 10): (1, 1, 1.0)}  # a month is of its twelve months too


def test_a_month_on_the_twelve_months_are_others():
    database = a_year_in_care(last="2026-01-31")
    # in January G and H are 10, B's year is whole and has June's conviction, A has left, I is an adult
    assert whole(database, "care_offending_share", "2026-01-01", "2026-02-01") == (3, 6, 0.5)  # B, G, H of B, D, E, G, H, K


# Their share of what the police do


IN_CARE_TO_JUNE = [spell("A", "2025-01-01", "2025-06-30"), spell("A", "2025-06-30", status="care leaver")]


def test_detentions_and_searches_of_children_in_care_on_the_day():
    held = [row(child_id=who, authorised_on=on) for who, on in (("A", "2025-06-29"), ("A", "2025-06-30"), ("B", "2025-06-29"))]
    searched = [row(kind="person", searched_on="2025-06-29", child_id=who, age=15) for who in ("A", "B", None)]
    tables = {"detentions": numbered("detention_id", held), "stop_searches": numbered("search_id", searched)}
    database = rows(children=[child("A"), child("B")], care_spells=IN_CARE_TO_JUNE, **tables)
    assert whole(database, "detentions_in_care_share", *A_LONG_TIME) == (1, 3, 1 / 3)
    assert whole(database, "searches_in_care_share", *A_LONG_TIME) == (1, 2, 0.5)  # of searches with a child
    without_spells = rows(children=[child("A"), child("B")], **tables)
    assert whole(without_spells, "detentions_in_care_share", *A_LONG_TIME) == NOT_AVAILABLE
    assert whole(without_spells, "searches_in_care_share", *A_LONG_TIME) == NOT_AVAILABLE


def test_entrants_and_reoffenders_in_care_on_the_day():
    spells = [spell("A", "2023-01-10", "2023-01-11"), spell("B", "2023-01-11"), spell("C", "2020-01-01")]
    disposals = [disposal(child_id, "youth caution", "2023-01-10", "2023-01-01") for child_id in "ABC"]
    disposals += [disposal(child_id, "conviction", "2023-06-01", "2023-02-01") for child_id in "AB"]
    disposals.append(disposal("Z", "penalty notice", "2024-09-30"))
    children = [child("A"), child("B"), child("C")]
    database = rows(children=children, care_spells=spells, disposals=numbered("disposal_id", disposals))
    assert whole(database, "entrants_in_care_share", "2023-01-01", "2023-04-01") == (2, 3, 2 / 3)  # A, C; B the day after
    assert whole(database, "reoffenders_in_care_share", "2023-01-01", "2023-04-01") == (1, 2, 0.5)  # C does not reoffend
    early = whole(database, "reoffenders_in_care_share", "2023-01-01", "2023-04-01", as_at=day("2024-09-29"))
    assert early == NOT_AVAILABLE  # immature, as the reoffending rate


def test_an_outcome_counts_once_if_any_child_suspect_was_in_care_when_the_crime_was_committed():
    listed = numbered(
        "crime_id",
        [
            row(committed_on="2025-06-29", recorded_on="2025-07-10"),
            row(committed_on="2025-06-30", recorded_on="2025-07-10"),  # A has left care that day
            row(committed_on="2025-06-29", recorded_on="2025-07-10"),  # no outcome
        ],
    )
    database = rows(
        children=[child("A", home_hub_id="EDE"), child("B", home_hub_id="CAR")],
        care_spells=IN_CARE_TO_JUNE,
        crimes=listed,
        suspects=[row(crime_id=crime["crime_id"], child_id=who) for crime in listed for who in "AB"],
        crime_outcomes=[row(crime_id=crime["crime_id"], outcome_code="8", outcome_on="2025-08-01") for crime in listed[:2]],
        outcome_codes=[row(outcome_code="8", label="8", outcome_group="community resolution")],
    )
    assert whole(database, "outcomes_in_care_share", "2025-08-01", "2025-09-01") == (1, 2, 0.5)
    assert whole(database, "outcomes_in_care_share", "2025-07-01", "2025-08-01", basis="recorded") == (1, 2, 0.5)
    homes = counted(database, "outcomes_in_care_share", *DAYS, by=("hub",), placed_by="residence")
    assert homes == {("EDE",): (1, 2, 0.5), ("CAR",): (0, 2, 0.0)}  # of the suspects who live there
