"""The tenth of children with most events, worked by hand, and what chance alone would give."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.reports.few_children import SUBJECTS, concentrated
from metrics.statistics.concentration import by_chance, top_tenth


def times(**children):
    """times(once=45, five=5): how many children had how many events."""
    numbers = {"once": 1, "twice": 2, "five": 5, "twelve": 12, "thirty": 30}
    return pd.DataFrame({"times": [numbers[name] for name in children], "children": list(children.values())})


@pytest.mark.parametrize(
    ("counted", "top", "events"),
    [
        (times(once=45, five=5), 25, 70),  # 50 children: the five with five each
        (times(once=46, five=5), 26, 71),  # 51 children: six of them, one with a single event
        (times(once=10, twice=45), 12, 100),  # 55 children: six of those tied at two
        (times(once=60), 6, 60),
    ],
)
def test_the_tenth_with_most_rounded_up(counted, top, events):
    assert top_tenth(counted) == (top, events)


def test_fewer_than_fifty_children_are_too_few_to_tell():
    top, events = top_tenth(times(once=44, five=5))
    assert math.isnan(top)
    assert events == 69
    assert math.isnan(top_tenth(times())[0])


def test_what_chance_alone_would_give():
    """At a rate of one, 58.2% have one event, 29.1% two, 9.7% three; a tenth is the 3.0% with more and 7.0% with three."""
    mean = 1 / (1 - math.exp(-1))
    assert by_chance(1_000_000, round(mean * 1_000_000)) == pytest.approx(0.2130, abs=2e-4)
    # Where less than a tenth have more than one, it has all that are above one for each: 5 of 105, and one for each of itself.
    assert by_chance(100, 105) == pytest.approx((0.1 + 0.05) / 1.05)
    assert by_chance(100, 100) == 0.1
    assert math.isnan(by_chance(0, 0))


def test_chance_drawn_many_times_agrees():
    rng = np.random.default_rng(7)
    drawn = rng.poisson(2.5, 400_000)
    drawn = np.sort(drawn[drawn > 0])[::-1]
    top = drawn[: len(drawn) // 10].sum() / drawn.sum()
    assert by_chance(len(drawn), int(drawn.sum())) == pytest.approx(top, abs=0.003)


@given(st.dictionaries(st.integers(1, 60), st.integers(1, 40), min_size=1, max_size=12))
def test_whatever_the_spread(found):
    frame = pd.DataFrame({"times": list(found), "children": list(found.values())})
    about = concentrated(SUBJECTS[0], frame)
    assert about.rows["children"].sum() == about.children == sum(found.values())
    assert about.rows["events"].sum() == about.events
    assert (about.rows["children"] >= 5).all() or len(about.rows) == 1
    if about.children >= 50:
        assert 0.1 <= about.share <= 1
    assert 0.1 <= about.by_chance <= 1


def test_rows_of_few_children_are_put_together():
    about = concentrated(SUBJECTS[0], times(once=30, twice=12, five=4, thirty=2))
    assert about.rows.to_dict("list") == {
        "times": ["once", "2 to 4 times", "5 times or more"],
        "children": [30, 12, 6],
        "events": [30, 24, 80],
    }
    lone = concentrated(SUBJECTS[0], times(once=3, five=9))
    assert lone.rows.to_dict("list") == {"times": ["once or more"], "children": [12], "events": [48]}


def test_in_words():
    assert concentrated(SUBJECTS[0], times(once=45, five=5)).sentence == (
        "70 missing episodes of 50 children, an average of 1.40 each. The 5 children reported missing most, a tenth, account for "
        "36% of them; chance alone would give about 20%."
    )
    assert concentrated(SUBJECTS[1], times(once=44, five=5)).sentence == (
        "69 detentions of 49 children, an average of 1.41 each. "
        "Too few to tell how concentrated they are: that needs 50 children."
    )
    few = "Too few to tell how concentrated they are: that needs 50 children."
    assert concentrated(SUBJECTS[1], times(once=1)).sentence == f"1 detention of 1 child. {few}"
    assert concentrated(SUBJECTS[2], times(five=1)).sentence == f"5 searches with a person's reference, of 1 child. {few}"
    assert concentrated(SUBJECTS[2], times()).sentence == "There are no searches of a known child in this period."
