"""The Kaplan-Meier median against the textbook and against plain sorting."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.statistics.survival import median, median_alone

# Weeks in remission, Freireich et al. (1963), as in Kleinbaum & Klein, Survival Analysis, chapters 1 and 2.
TREATED = [(6, True)] * 3 + [(week, True) for week in (7, 10, 13, 16, 22, 23)]
TREATED += [(week, False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]
PLACEBO = [(week, True) for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


def median_of(lengths):
    values, ended = np.array(lengths).reshape(-1, 2).T
    return median(values.astype(float), ended.astype(bool))


@pytest.mark.filterwarnings("error")
def test_the_textbook_of_leukaemia():
    # 18/21 x 16/17 x 14/15 x 11/12 x 10/11 = 0.627, x 6/7 = 0.538 at 22, x 5/6 = 0.448 at 23 weeks
    assert median_of(TREATED)[0] == 23
    assert median_of(PLACEBO)[0] == 8  # 12 of 21 remain before the eighth week, 8 after
    assert median_of(PLACEBO)[1:] == (4, 11)  # the log-log limits that SAS and R print
    assert median_of(TREATED)[1] == 13
    assert math.isnan(median_of(TREATED)[2])  # the upper limit is never reached


def test_worked_by_hand():
    assert median_of([(1, True), (1, False)])[0] == 1  # an ending comes before an unfinished one at a tie
    assert median_of([(1, False), (2, True), (3, True)])[0] == 2  # exactly one half remains
    assert math.isnan(median_of([(1, True), (2, False), (3, False)])[0])  # two thirds remain for ever
    assert median_of([(hours, True) for hours in range(1, 7)])[0] == 3  # 5/6 x 4/5 x 3/4 = 1/2 exactly


def test_the_limits_by_hand():
    """Of ten, nine tenths outlast the first hour: log(-log 0.9) = -2.250, with a standard error of 1.000.

    At 95% the band begins at exp(-exp(-2.250 + 1.960)) = 0.473 there, less than a half; at 80% at 0.684, and after two at 0.575.
    """
    hours, ended = np.arange(1.0, 11), np.ones(10, dtype=bool)
    assert median(hours, ended) == (5, 1, 8)
    assert median(hours, ended, confidence=0.8) == (5, 3, 7)


def test_what_was_still_going_on_before_anything_ended_changes_nothing():
    assert median_of([(0, False), *PLACEBO]) == median_of(PLACEBO) == (8, 4, 11)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_without_anything_unfinished_it_is_the_first_time_by_which_half_have_ended(lengths):
    value, lower, upper = median_of([(length, True) for length in lengths])
    assert value == sorted(lengths)[math.ceil(len(lengths) / 2) - 1]
    assert not lower > value
    assert not upper < value


@given(st.lists(st.integers(0, 50), max_size=20))
def test_nothing_ended_has_no_median(lengths):
    assert all(math.isnan(limit) for limit in median_of([(length, False) for length in lengths]))


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30))
def test_the_median_alone_is_that_of_the_interval(lengths):
    values, ended = np.array(lengths).T
    alone = median_alone(values.astype(float), ended.astype(bool))
    for found in (alone, median_alone(values.astype(float), np.ones(len(values), dtype=bool))):
        with_interval = median_of(lengths if found is alone else [(value, True) for value, _ in lengths])[0]
        assert found == with_interval or (math.isnan(found) and math.isnan(with_interval))
