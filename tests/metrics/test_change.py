"""Whether two figures differ: against published intervals, and in words that claim no more than those."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from metrics.measuring.figures import FIGURES
from metrics.statistics.change import NOT_KNOWN, TOO_FEW, change, difference, rate_ratio
from metrics.statistics.intervals import poisson, wilson
from metrics.themes import METRICS

RATES = Path(__file__).parent.parent / "vectors" / "intervals" / "rate_vectors.json"
SHARE, COUNT, RATE = METRICS["overnight_share"], METRICS["detentions"], METRICS["detention_rate"]
MEDIAN, RATIO = METRICS["hours_detained"], METRICS["reoffences_per_child"]


def figure(numerator, denominator, value, lower=math.nan, upper=math.nan):
    return pd.Series([numerator, denominator, value, lower, upper], index=FIGURES, dtype=float)


def share(k, n):
    return figure(k, n, *wilson(pd.Series([k]), pd.Series([n])).iloc[0])


def count(k):
    return figure(k, math.nan, *poisson(pd.Series([k]), pd.Series([1.0])).iloc[0])


def rate(k, years, per=1_000):
    return figure(k, years, *(poisson(pd.Series([k]), pd.Series([years])).iloc[0] * per))


BLANK = figure(*[math.nan] * 5)


def test_the_published_ratio_of_two_rates():
    published = json.loads(RATES.read_text())["rate_ratio_60_51477.5_vs_30_54308.7"]
    ratio, lower, upper = rate_ratio(60, 51477.5, 30, 54308.7)
    assert ratio == pytest.approx(2.10999757, abs=5e-9)
    assert ratio == pytest.approx(published["ratio"], rel=1e-12)
    assert (lower, upper) == pytest.approx((1.33973572, 3.38836557), abs=5e-9)
    assert [lower, upper] == pytest.approx(published["exact_conditional_95"], rel=1e-8)


def test_a_ratio_to_none_before_has_no_end():
    ratio, lower, upper = rate_ratio(12, 1, 0, 1)
    assert (ratio, upper) == (math.inf, math.inf)
    assert lower == pytest.approx(1 / (0.025 ** (-1 / 12) - 1))  # 12 of 12 events: their share is at least 0.025^(1/12)
    assert rate_ratio(0, 1, 12, 1)[:2] == (0, 0)


def test_the_published_difference_of_two_shares():
    """Newcombe (1998), table II, 56/70 less 48/80: 0.2000, and by method 10 from 0.0524 to 0.3339."""
    found = difference(share(56, 70), share(48, 80))
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("metric", "now", "before", "words"),
    [
        (SHARE, share(56, 70), share(48, 80), "higher"),
        (SHARE, share(48, 80), share(56, 70), "lower"),
        (SHARE, share(50, 80), share(56, 80), "no clear difference"),
        (SHARE, share(9, 9), share(0, 80), "too few to tell"),
        (SHARE, share(10, 10), share(0, 10), "higher"),
        (COUNT, count(30), count(12), "higher"),
        (COUNT, count(12), count(30), "lower"),
        (COUNT, count(30), count(20), "no clear difference"),
        (COUNT, count(9), count(0), "too few to tell"),
        (COUNT, count(10), count(0), "higher"),  # none before
        (COUNT, count(0), count(0), "too few to tell"),
        (RATE, rate(60, 51477.5), rate(30, 54308.7), "higher"),
        (RATE, rate(60, 100_000), rate(30, 50_000), "no clear difference"),  # twice the events among twice the children
        (RATE, rate(4, 10_000), rate(5, 10_000), "too few to tell"),
        (MEDIAN, figure(math.nan, 40, 9, 8, 10), figure(math.nan, 40, 6, 5, 7), "higher"),
        (MEDIAN, figure(math.nan, 40, 6, 5, 7), figure(math.nan, 40, 9, 8, 10), "lower"),
        (MEDIAN, figure(math.nan, 40, 9, 7, 10), figure(math.nan, 40, 6, 5, 7), "no clear difference"),
        (MEDIAN, figure(math.nan, 40, 4, 3, 5), figure(math.nan, 40, 6, 5, 7), "no clear difference"),
        (MEDIAN, figure(math.nan, 4, 9), figure(math.nan, 40, 6, 5, 7), "not judged"),
        (RATIO, figure(40, 20, 2), figure(20, 20, 1), "not judged"),
        *[(metric, BLANK, row, "not available") for metric, row in ((SHARE, share(1, 2)), (COUNT, count(3)), (RATE, BLANK))],
        *[(metric, row, BLANK, "not available") for metric, row in ((SHARE, share(1, 2)), (COUNT, count(3)))],
        (SHARE, share(0, 0), share(5, 10), "not available"),
    ],
)
def test_words(metric, now, before, words):
    assert change(metric, now, before).words == words


def test_the_interval_comes_with_the_words_except_where_there_are_too_few():
    found = change(RATE, rate(60, 51477.5), rate(30, 54308.7))
    assert (found.estimate, found.lower, found.upper) == pytest.approx((2.10999757, 1.33973572, 3.38836557))
    assert change(COUNT, count(9), count(0)) == TOO_FEW
    assert change(COUNT, count(9), BLANK) == NOT_KNOWN
    assert math.isnan(TOO_FEW.estimate)


def test_the_direction_that_is_better_plays_no_part():
    now, before = share(56, 70), share(48, 80)
    assert change(replace(SHARE, better=METRICS["ccp_visit_share"].better), now, before) == change(SHARE, now, before)
