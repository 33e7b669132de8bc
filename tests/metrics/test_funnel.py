"""Funnels against published limits (see tests/vectors), by hand, and when they say nothing."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from metrics import charts
from metrics.statistics.funnel import ACT, WATCH, funnel, limits, positions
from metrics.statistics.intervals import z_score
from metrics.themes import METRICS

VECTORS = Path(__file__).parent.parent / "vectors" / "funnel"
AREAS = pd.read_csv(VECTORS / "phe_funnel_prop_inputs.csv")
LIMITS = pd.read_csv(VECTORS / "phe_funnel_prop_outputs.csv")


def set_beside(k, n, kind="proportion", per=1):
    return funnel(pd.Series(k, dtype=float), pd.Series(n, dtype=float), kind, per)


def test_the_pooled_share_and_the_limits_by_size_that_ohid_published():
    found = funnel(AREAS["numerator"], AREAS["denominator"], "proportion", per=100)
    assert len(AREAS) == 303 and len(LIMITS) == 100
    assert found.centre == pytest.approx(LIMITS["Baseline"].iloc[0], abs=5e-7)
    for confidence, columns in (
        (WATCH, ["Lower2s0025limit", "Upper2s0025limit"]),
        (ACT, ["Lower3s0001limit", "Upper3s0001limit"]),
    ):
        own = limits(found.centre / 100, LIMITS["Population"], float(z_score(confidence)), "proportion")
        for limit, column in zip(own, columns, strict=True):
            assert (limit * 100).tolist() == pytest.approx(LIMITS[column].tolist(), abs=1e-6)


def test_which_areas_lie_outside_as_ohid_published():
    """Without the widening, which the published table has not: their shares differ by far more than chance."""
    found = funnel(AREAS["numerator"], AREAS["denominator"], "proportion")
    assert found.differ and found.widened and found.dispersion > 100
    outside = {"95": (WATCH, "0.025"), "998": (ACT, "0.001")}
    value, position = AREAS["numerator"] / AREAS["denominator"], pd.Series("Not significant", AREAS.index)
    for confidence, tail in outside.values():
        low, high = limits(found.centre, AREAS["denominator"], float(z_score(confidence)), "proportion")
        position[value > high], position[value < low] = f"High ({tail})", f"Low ({tail})"
    assert position.tolist() == AREAS["significance"].tolist()


def test_the_limits_of_a_share_by_hand():
    """A fifth of 100: one standard error is 0.04, so the limits are 0.2 and 1.96 and 3.09 times as much either way."""
    found = set_beside([20, 20, 20], [100, 100, 100])
    unit = found.units.iloc[0]
    assert (unit["value"], found.centre) == (0.2, pytest.approx(0.2))
    assert [unit["lower_95"], unit["upper_95"]] == pytest.approx([0.2 - 0.04 * 1.959964, 0.2 + 0.04 * 1.959964], abs=1e-7)
    assert [unit["lower_998"], unit["upper_998"]] == pytest.approx([0.2 - 0.04 * 3.090232, 0.2 + 0.04 * 3.090232], abs=1e-7)
    assert set(found.units["position"]) == {"within"}
    assert not found.differ and found.dispersion == 0


def test_the_positions_of_shares_about_a_half():
    """Of 100 each, half in the mean: 60 and 40 lie beyond 59.8 and 40.2; 66 and 34 beyond 65.5 and 34.5."""
    found = set_beside([60, 40, 66, 34, 59, 41], [100] * 6)
    assert found.units["position"].tolist() == ["watch high", "watch low", "high", "low", "within", "within"]


def test_a_value_on_a_limit_is_within_it():
    limits_of_each = {"lower_998": 1.0, "lower_95": 2.0, "upper_95": 3.0, "upper_998": 4.0}
    units = pd.DataFrame({"value": [0.9, 1.0, 1.9, 2.0, 3.0, 3.1, 4.0, 4.1]}).assign(**limits_of_each)
    expected = ["low", "watch low", "watch low", "within", "within", "watch high", "watch high", "high"]
    assert positions(units).tolist() == expected


@pytest.mark.parametrize("expected", [5, 8.4, 20, 150])
@pytest.mark.parametrize("confidence", [WATCH, ACT])
def test_exact_limits_of_a_rate_cut_off_the_tails_of_a_poisson_count(expected, confidence):
    """Between the whole numbers about each limit the chance of as few, or as many, passes the tail."""
    low, high = (float(limit) * expected for limit in limits(1.0, expected, float(z_score(confidence)), "rate"))
    tail = (1 - confidence) / 2
    if low > 0:
        assert poisson.cdf(math.ceil(low), expected) >= tail >= poisson.cdf(math.floor(low) - 1, expected)
    else:
        assert poisson.pmf(0, expected) >= tail  # none at all may be chance
    assert poisson.sf(math.ceil(high) - 1, expected) <= tail <= poisson.sf(math.floor(high) - 2, expected)


def test_exact_limits_of_a_rate_where_ten_are_expected():
    """P(3 or fewer) = 1.03%, P(4 or fewer) = 2.93%; P(17 or more) = 2.70%, P(18 or more) = 1.43%: 4 to 17 are within."""
    low, high = limits(10.0, 1.0, float(z_score(WATCH)), "rate")
    assert 3 < low < 4 and 17 < high < 18


def test_rates_are_for_so_many_residents():
    found = set_beside([10, 20, 30], [1000, 2000, 3000], "rate", per=1000)
    assert found.centre == pytest.approx(10)
    assert found.units["value"].tolist() == pytest.approx([10, 10, 10])
    low, high = found.limits(1000, WATCH)
    assert [low, high] == pytest.approx(found.units.iloc[0][["lower_95", "upper_95"]].tolist())
    assert 3 < low < 4 and 17 < high < 18
    assert set(found.units["position"]) == {"within"}


def test_fewer_than_three_are_not_set_beside_each_other():
    assert set_beside([5, 5], [10, 10]) is None
    assert set_beside([5, 5, np.nan], [10, 10, 10]) is None
    assert set_beside([5, 5, 0], [10, 10, 0]) is None
    found = set_beside([5, np.nan, 5, 6], [10, 10, 10, 12])
    assert found.units.index.tolist() == [0, 2, 3], "the index given is kept"
    assert set_beside([5, 5, 1], [10, 10, 0.5], "rate").units.index.tolist() == [0, 1, 2], "half a child-year is some"


def test_units_of_which_too_few_are_expected_are_drawn_and_not_judged():
    """Half of 9 is 4.5, of 10 five; of a share nine tenths high the tenth without it counts."""
    halves = set_beside([0, 5, 20, 20], [9, 10, 40, 31])
    assert halves.centre == pytest.approx(0.5)
    assert halves.units["position"].tolist() == ["too few", "within", "within", "within"]
    high = set_beside([9, 45, 90], [10, 50, 100])
    assert high.units["position"].tolist() == ["too few", "within", "within"]
    rates = set_beside([30, 4, 26], [3000, 400, 2600], "rate", per=1000)
    assert rates.units["position"].tolist() == ["within", "too few", "within"]


def test_of_nothing_at_all_or_of_everything_nothing_is_judged():
    for k in ([0, 0, 0], [50, 50, 50]):
        found = set_beside(k, [50, 50, 50])
        assert set(found.units["position"]) == {"too few"} and not found.differ and not found.widened
    assert set(set_beside([0, 0, 0], [50, 50, 50], "rate").units["position"]) == {"too few"}


def alternating(number):
    """Of 100 each, 40 and 60 in turn: two standard errors (0.05) from a half, so four times chance's variance."""
    return set_beside([40, 60] * (number // 2), [100] * number)


def test_dispersion_by_hand():
    """The scores are -2 and 2: their squares are 4, winsorised or not."""
    found = alternating(10)
    assert found.dispersion == pytest.approx(4)
    assert found.differ  # 10 x 4 on 9 degrees of freedom


def test_whether_they_differ_is_judged_on_one_degree_of_freedom_less_than_there_are_units():
    """Of 100 each, 60 and 40 are two standard errors from a half, 55 and 45 one: sums of 16 and 18 beside the 16.92 of nine."""
    assert not set_beside([60, 40, 60, 40, *[50] * 6], [100] * 10).differ
    assert set_beside([60, 40, 60, 40, 55, 45, *[50] * 4], [100] * 10).differ


def test_limits_are_widened_from_ten_units_only():
    few, many = alternating(8), alternating(10)
    assert few.differ and many.differ
    assert (few.widened, many.widened) == (False, True)
    assert few.units["upper_95"].iloc[0] == pytest.approx(0.5 + 0.05 * 1.959964, abs=1e-7)
    assert many.units["upper_95"].iloc[0] == pytest.approx(0.5 + 2 * 0.05 * 1.959964, abs=1e-7)
    assert set(few.units["position"]) == {"watch low", "watch high"}
    assert set(many.units["position"]) == {"within"}


def test_limits_of_rates_are_widened_however_much_they_differ():
    """Of 1,000 each, 500 and 1,500 in turn about 1,000: 250 times chance's variance, so 15.8 times its distance either way."""
    found = set_beside([500, 1500] * 6, [1000] * 12, "rate", per=1000)
    assert found.widened and found.dispersion == pytest.approx(250)
    low, high = limits(1.0, 1000, float(z_score(ACT)), "rate")
    unit = found.units.iloc[0]
    assert unit["upper_998"] == pytest.approx(1000 + 250**0.5 * (high - 1) * 1000)
    assert unit["lower_95"] == pytest.approx(
        1000 - 250**0.5 * (1000 - limits(1.0, 1000, float(z_score(WATCH)), "rate")[0] * 1000)
    )
    assert low > 0 and unit["lower_998"] == 0, "never below zero"
    assert found.units.notna().all(axis=None) and set(found.units["position"]) == {"within"}
    far = set_beside([*[500, 1500] * 10, 9000], [1000] * 21, "rate")
    assert far.units["position"].iloc[-1] == "high"


def test_limits_are_not_widened_where_chance_explains_the_differences():
    found = set_beside([45, 55] * 5, [100] * 10)  # one standard error either way: chance's own variance
    assert found.dispersion == pytest.approx(1)
    assert not found.differ and not found.widened


def test_limits_are_widened_by_little_where_units_differ_by_little_more_than_chance():
    """Of 100 each, 43 and 57 are 1.4 standard errors from a half; twelve times 1.96 is 23.5, beside 19.7 of eleven."""
    found = set_beside([43, 57] * 6, [100] * 12)
    assert found.differ and found.widened and found.dispersion == pytest.approx(1.96)
    assert found.units["upper_95"].iloc[0] == pytest.approx(0.5 + 1.4 * 0.05 * 1.959964, abs=1e-7)


@pytest.mark.parametrize(("number", "position"), [(95, "high"), (5, "low")])
def test_one_far_out_does_not_make_its_own_excuse(number, position):
    """Of twenty the outermost tenth at either end is drawn in before the dispersion is estimated."""
    found = set_beside([50] * 19 + [number], [100] * 20)
    assert found.dispersion < 2
    assert found.units["position"].iloc[-1] == position


@pytest.mark.parametrize("key", METRICS)
def test_the_title_of_the_sizes_is_whole_on_a_phone(key):
    """A phone shows some fifty characters across a chart."""
    metric = METRICS[key]
    drawn = charts.funnel(metric, set_beside([20, 30, 40], [100, 150, 200]), ["Allerdale", "Barrow", "Carlisle"])
    lines = drawn.layout.xaxis.title.text.split("<br>")
    assert max(map(len, lines)) <= 50
