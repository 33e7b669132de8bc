"""Events for each child, and the share of the tenth with most, worked by hand."""

import pytest

from . import NOT_AVAILABLE
from .by_hand import child, counted, day, numbered, row, rows, whole

A_LONG_TIME = ("2020-01-01", "2030-01-01")
DAYS = tuple(map(day, A_LONG_TIME))


def held(*times, hub_id="EDE"):
    """Child 0 detained so many times, child 1 so many, and so on."""
    whose = [str(number) for number, events in enumerate(times) for _ in range(events)]
    listed = [row(child_id=who, authorised_on="2025-06-01", hub_id=hub_id) for who in whose]
    children = [child(str(number), ethnicity_self_defined="W1") for number in range(len(times))]
    return rows(children=children, detentions=numbered("detention_id", listed))


@pytest.mark.parametrize(
    ("children", "expected"),
    [
        (49, (None, 88, None)),  # too few to tell
        (50, (40, 89, 40 / 89)),  # the five with most: 10, 9, 8, 7, 6
        (51, (45, 90, 0.5)),  # a tenth of 51 is rounded up to six: 5 more
        (60, (45, 99, 45 / 99)),
        (61, (46, 100, 0.46)),
    ],
)
def test_the_tenth_of_the_children_with_most(children, expected):
    assert whole(held(10, 9, 8, 7, 6, 5, *[1] * (children - 6)), "detentions_top_tenth_share", *A_LONG_TIME) == expected


def test_a_tie_at_the_edge_of_the_tenth_makes_no_difference():
    tied = held(*[3] * 4, *[2] * 10, *[1] * 36)  # 50 children: four with three, and one of the ten with two
    assert whole(tied, "detentions_top_tenth_share", *A_LONG_TIME) == (14, 68, 14 / 68)


def test_children_are_ranked_within_each_cell():
    database = held(*[2] * 50)
    for detention in database["detentions"][::2]:  # one of the two of each child
        detention["hub_id"] = "CAR"
    database["detentions"][0]["hub_id"] = "EDE"
    by_hub = counted(database, "detentions_top_tenth_share", *DAYS, by=("hub",))
    assert by_hub == {("EDE",): (6, 51, 6 / 51), ("CAR",): (None, 49, None)}
    assert whole(database, "detentions_top_tenth_share", *A_LONG_TIME) == (10, 100, 0.1)


def test_searches_without_a_child_are_left_out():
    whose = [*[str(number) for number in range(50)], "0", "0", None, None, None]
    listed = [row(kind="person", searched_on="2025-06-01", child_id=who, age=15) for who in whose]
    database = rows(children=[child(str(number)) for number in range(50)], stop_searches=numbered("search_id", listed))
    assert whole(database, "searches_top_tenth_share", *A_LONG_TIME) == (7, 52, 7 / 52)
    assert whole(database, "searches_per_child", *A_LONG_TIME) == (52, 50, 1.04)
    unnamed = rows(stop_searches=numbered("search_id", listed[-3:]))
    assert whole(unnamed, "searches_per_child", *A_LONG_TIME) == NOT_AVAILABLE
    assert whole(unnamed, "searches_top_tenth_share", *A_LONG_TIME) == NOT_AVAILABLE


def test_a_crime_is_an_event_of_each_of_its_child_suspects():
    crimes = numbered("crime_id", [row(recorded_on="2025-06-30", committed_on="2025-06-01") for _ in range(25)])
    pairs = [(number, str(who)) for number in range(25) for who in (2 * number, 2 * number + 1)]  # 50 children, once each
    pairs += [(1, "0"), (2, "0"), (1, "adult")]
    links = [row(crime_id=f"{number:03d}", child_id=who) for number, who in pairs]
    children = [*[child(str(number)) for number in range(50)], child("adult", "2007-06-01")]
    anchor = row(crime_id="anchor", recorded_on="2025-06-01")
    database = rows(children=children, crimes=[*crimes, anchor], suspects=links)
    assert whole(database, "crimes_top_tenth_share", "2025-06-01", "2025-06-02") == (7, 52, 7 / 52)  # 3 + 1 + 1 + 1 + 1
    assert whole(database, "crimes_per_child_suspect", "2025-06-01", "2025-06-02") == (52, 50, 1.04)


def test_reports_that_overlap_are_one_episode():
    def report(who, reported_at, returned_at):
        return row(child_id=who, reported_on=reported_at[:10], reported_at=reported_at, returned_at=returned_at)

    reports = [report(str(number), "2025-06-01 10:00", "2025-06-01 14:00") for number in range(50)]
    reports.append(report("0", "2025-06-01 13:00", "2025-06-01 15:00"))  # overlaps
    reports.append(report("1", "2025-06-01 14:00", "2025-06-01 15:00"))  # touches: another
    database = rows(children=[child(str(number)) for number in range(50)], missing_episodes=numbered("episode_id", reports))
    assert whole(database, "missing_top_tenth_share", *A_LONG_TIME) == (6, 51, 6 / 51)
    assert whole(database, "missing_episodes_per_child", *A_LONG_TIME) == (51, 50, 1.02)


def test_detentions_for_each_child():
    assert whole(held(3, 1), "detentions_per_child", *A_LONG_TIME) == (4, 2, 2.0)
    by_hub = counted(held(3, 1), "detentions_per_child", *DAYS, by=("hub",))
    assert by_hub == {("EDE",): (4, 2, 2.0), ("CAR",): (0, 0, None)}
