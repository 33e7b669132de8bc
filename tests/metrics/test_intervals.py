"""Intervals against published values (see tests/vectors) and against what must hold of any interval."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from metrics.statistics.intervals import byar, exact, order_statistics, poisson, wilson

VECTORS = Path(__file__).parent.parent / "vectors" / "intervals"
TIGHT = 1e-11


def vectors(name):
    with (VECTORS / name).open() as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else float("nan")


def one(function, k, n, confidence=0.95):
    return tuple(function(pd.Series([k], dtype=float), pd.Series([n], dtype=float), confidence).iloc[0])


def assert_published(function, found, limits):
    """One row of a published table of areas: its value and its limits at each confidence, times its multiplier."""
    k, n, times = number(found["Numerator"]), number(found["Denominator"]), float(found["multiplier"])
    for lower, upper, confidence in limits:
        expected = [number(found["value"]), number(found[lower]), number(found[upper])]
        ours = [times * part for part in one(function, k, n, confidence)]
        assert ours == pytest.approx(expected, rel=TIGHT, nan_ok=True), found


EACH_AREA = [("lower95_0cl", "upper95_0cl", 0.95), ("lower99_8cl", "upper99_8cl", 0.998)]
GROUPED = [("lowercl", "uppercl", 0.95)]


@pytest.mark.parametrize(
    ("file", "limits", "rows"), [("proportion_wilson.csv", EACH_AREA, 19), ("proportion_wilson_grouped.csv", GROUPED, 11)]
)
def test_wilson_against_ohid(file, limits, rows):
    published = vectors(file)
    assert len(published) == rows
    for found in published:
        assert_published(wilson, found, limits)


@pytest.mark.parametrize(
    ("file", "limits", "rows"), [("rate_exact_byars.csv", EACH_AREA, 20), ("rate_exact_byars_grouped.csv", GROUPED, 12)]
)
def test_exact_and_byar_against_ohid(file, limits, rows):
    published = vectors(file)
    assert len(published) == rows
    for found in published:
        assert_published(poisson, found, limits)


def test_byar_and_wilson_alone_against_ohid():
    for found in vectors("byars_wilson.csv"):
        k, confidence = number(found["x"]), number(found["confidence"].rstrip("%")) / 100
        if found["method"] == "Byars":
            lower, upper = byar(k, confidence)
        else:
            _, lower, upper = one(wilson, k, number(found["n"]), confidence)
        assert upper == pytest.approx(number(found["uppercl"]), rel=TIGHT), found
        if found["lowercl"]:  # not published for one event at 99.8%, where the formula falls below zero
            assert lower == pytest.approx(number(found["lowercl"]), rel=TIGHT), found
        else:
            assert lower == 0


def test_wilson_against_r_and_newcombe():
    rows = [found for found in vectors("proportion_confint_vectors.csv") if found["method"] == "wilson"]
    assert len(rows) == 15
    for found in rows:
        _, *limits = one(wilson, float(found["x"]), float(found["n"]), float(found["confidence"]))
        for limit, side in zip(limits, ("lower", "upper"), strict=True):
            assert limit == pytest.approx(float(found[f"statsmodels_{side}"]), abs=1e-13), found
            if found[side]:
                decimals = len(found[side].partition(".")[2])
                assert limit == pytest.approx(float(found[side]), abs=max(0.51 * 10**-decimals, 1e-13)), found


def test_poisson_limits_of_15_events_among_400():
    published = json.loads((VECTORS / "rate_vectors.json").read_text())["poisson_15_400"]
    assert np.divide(exact(15), 400) == pytest.approx(published["exact"], rel=1e-9)
    assert np.divide(byar(15), 400) == pytest.approx(published["PHE_byar(computed)"], rel=1e-12)
    assert one(poisson, 15, 400)[1:] == pytest.approx(published["PHE_byar(computed)"], rel=1e-12)  # ten or more: Byar's
    assert one(poisson, 9, 1)[1:] == pytest.approx([float(limit) for limit in exact(9)])  # below ten: exact


def test_no_events_have_an_upper_limit_only():
    assert one(poisson, 0, 1) == pytest.approx((0, 0, -np.log(0.025)))  # P(none) = exp(-limit) = 2.5%
    assert byar(0)[0] == 0


def test_nothing_is_said_of_nothing():
    for function in (wilson, poisson):
        for k, n in ((0, 0), (np.nan, 10), (3, np.nan)):
            assert np.isnan(one(function, k, n)[1:]).all(), (function, k, n)


@pytest.mark.parametrize("function", [wilson, poisson])
def test_a_row_for_each_hub_by_its_name(function):
    found = function(pd.Series([1, None], ["EDE", "CAR"], dtype="Int64"), pd.Series([4, 5], ["EDE", "CAR"], dtype="Int64"))
    assert (found.index.tolist(), found.columns.tolist()) == (["EDE", "CAR"], ["value", "lower", "upper"])
    assert found.loc["EDE", "value"] == 0.25 and found.loc["CAR"].isna().all()


@pytest.mark.parametrize(("k", "n"), [(11, 10), (-1, 10)])
def test_a_share_of_more_than_all_or_less_than_none_is_refused(k, n):
    with pytest.raises(
        ValueError, match=r"^A count is negative or more than its denominator; a share needs 0 to all .*counts\.$"
    ):
        one(wilson, k, n)


def test_fewer_than_no_events_are_refused():
    with pytest.raises(ValueError, match=r"^A count is negative; a rate needs 0 or more events: check what is counted\.$"):
        one(poisson, -1, 10)


COUNTS = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, st.floats(0.5, 0.999))
def test_wilson_holds_its_share_and_stays_within_nought_and_one(counts, confidence):
    value, lower, upper = one(wilson, *counts, confidence)
    assert 0 <= lower <= value <= upper <= 1


@given(COUNTS)
def test_wilson_is_wider_when_surer_and_narrower_with_more(counts):
    (k, n) = counts
    _, lower, upper = one(wilson, k, n)
    _, surer_lower, surer_upper = one(wilson, k, n, 0.998)
    _, more_lower, more_upper = one(wilson, 10 * k, 10 * n)
    assert surer_lower <= lower and upper <= surer_upper
    assert more_upper - more_lower < upper - lower


@given(st.integers(0, 100_000), st.floats(0.01, 1e6), st.floats(0.5, 0.999))
def test_poisson_holds_its_rate_and_is_wider_when_surer(k, n, confidence):
    value, lower, upper = one(poisson, k, n, confidence)
    assert 0 <= lower <= value <= upper
    _, surer_lower, surer_upper = one(poisson, k, n, confidence + (1 - confidence) / 2)
    assert surer_lower <= lower and upper <= surer_upper


@given(st.integers(0, 1000))
def test_ten_times_the_events_in_ten_times_the_years_are_surer(k):
    _, lower, upper = one(poisson, k, 1)
    _, more_lower, more_upper = one(poisson, 10 * k, 10)
    assert more_upper - more_lower < upper - lower


@pytest.mark.parametrize(("n", "ranks"), [(0, (None, None)), (5, (None, None)), (6, (1, 6)), (20, (6, 15)), (100, (40, 61))])
def test_ranks_that_hold_the_median(n, ranks):
    assert order_statistics(n) == ranks


@given(st.integers(1, 400), st.sampled_from([0.5, 0.9]))
def test_ranks_leave_no_more_than_2_5_percent_outside_and_are_the_innermost_that_do(n, share):
    """The r-th smallest of n is above the quantile when fewer than r lie below it: a binomial tail."""
    lower, upper = order_statistics(n, share)
    below = [binom.pmf(range(rank), n, share).sum() for rank in range(n + 2)]  # P(fewer than rank)
    inside = [rank for rank in range(1, n + 1) if below[rank] <= 0.025]
    assert lower == (max(inside) if inside else None)
    inside = [rank for rank in range(1, n + 1) if 1 - below[rank] <= 0.025]
    assert upper == (min(inside) if inside else None)
