"""What is said of released numbers: shares, rates, sums, and whether one is higher than another, each worked out by hand."""

import pytest

from release.answers import changes
from release.answers.released import Number, Rate, Share, number, rate, share


def test_a_number_lies_at_most_four_away_and_never_below_none():
    assert number(45) == Number(45, 41, 49)
    assert number(5) == Number(5, 1, 9)
    assert number(0) == Number(0, 0, 4)
    assert number(0).is_low and not number(5).is_low


def test_a_sum_is_wider_by_each_number_that_it_adds_up():
    # 15 is 11 to 19, 0 is 0 to 4, 5 is 1 to 9: together 20, 12 to 32, and no more "0 to 4".
    assert number(15) + number(0) + number(5) == Number(20, 12, 32, 3)
    assert not (number(0) + number(0)).is_low


@pytest.mark.parametrize(
    ("part", "of", "percent", "low", "high"),
    [
        # 45 of 80: 56.25%. At the least 41 of 84, 48.8%; at the most 49 of 76, 64.5%: told as 48 to 65.
        (45, 80, 56, 48, 65),
        # 20 of 20: all of them; at the least 16 of 24.
        (20, 20, 100, 66, 100),
        # 15 of 20: 75%; 11 of 24 is 45.8%, and 19 of 16 more than all.
        (15, 20, 75, 45, 100),
    ],
)
def test_a_share_with_what_rounding_leaves_open(part, of, percent, low, high):
    assert share(number(part), number(of)) == Share(percent, low, high, number(part), number(of))


@pytest.mark.parametrize(("part", "of"), [(5, 100), (0, 100), (10, 15)])
def test_no_share_of_fewer_than_ten_nor_of_fewer_than_twenty(part, of):
    assert share(number(part), number(of)) is None
    assert share(number(10), number(20)) is not None
    assert share(None, number(20)) is None and share(number(10), None) is None


def test_a_rate_in_whole_numbers():
    # 70 among 43,059: 162.6 for every 100,000; 66 would be 153.3 and 74 171.9.
    assert rate(number(70), 43_059, 100_000) == Rate(163, 153, 172, 100_000)
    assert rate(number(5), 43_059, 100_000) is None, "fewer than ten are shown"
    assert rate(number(70), None, 100_000) is None


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0, 5, "too few to tell"),  # fewer than ten in both
        (30, 25, "no clear difference"),
        (40, 20, "rounding leaves it open"),  # more than chance as shown, but 36 and 24 may be
        (20, 40, "rounding leaves it open"),
        (60, 20, "higher"),  # even 56 and 24 are not
        (20, 60, "lower"),
        (45, 45, "no clear difference"),
    ],
)
def test_a_number_is_higher_only_where_it_is_though_rounded_as_unluckily_as_can_be(now, before, words):
    assert changes.of_numbers(number(now), number(before)) == words


def test_a_share_is_higher_only_where_it_is_though_rounded_as_unluckily_as_can_be():
    half, third, most = (share(number(part), number(100)) for part in (50, 35, 75))
    assert changes.of_shares(half, third) == "rounding leaves it open"  # 46 of 104 beside 39 of 96 may be chance
    assert changes.of_shares(half, share(number(45), number(100))) == "no clear difference"
    assert changes.of_shares(most, third) == "higher"
    assert changes.of_shares(third, most) == "lower"
    assert changes.of_shares(None, third) == "too few to tell"


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (65, 70, "about as many as in 2024/25"),
        (80, 70, "up by about 10 on 2024/25"),
        (1000, 1200, "down by about 200 on 2024/25"),
    ],
)
def test_a_change_is_told_as_a_number_and_never_as_a_percentage(now, before, words):
    assert changes.in_words(number(now), number(before), "2024/25") == words
