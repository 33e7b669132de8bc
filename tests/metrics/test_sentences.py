"""The sentences beside figures and charts: their exact words, and that they claim no more than the data do."""

import math

import numpy as np
import pandas as pd
import pytest

from metrics import sentences
from metrics.measuring.figures import FIGURES
from metrics.statistics.change import NOT_JUDGED, change
from metrics.statistics.intervals import poisson, wilson
from metrics.themes import METRICS

SHARE, COUNT, RATE = METRICS["overnight_share"], METRICS["detentions"], METRICS["detention_rate"]
NEUTRAL, MEDIAN, GOOD = METRICS["searches"], METRICS["hours_detained"], METRICS["ccp_visit_share"]


def figure(numerator, denominator, value, lower=math.nan, upper=math.nan):
    return pd.Series([numerator, denominator, value, lower, upper], index=FIGURES, dtype=float)


def share(k, n):
    return figure(k, n, *wilson(pd.Series([k]), pd.Series([n])).iloc[0])


def count(k):
    return figure(k, math.nan, *poisson(pd.Series([k]), pd.Series([1.0])).iloc[0])


BLANK = figure(*[math.nan] * 5)


@pytest.mark.parametrize(
    ("metric", "now", "before", "sentence"),
    [
        (
            SHARE,
            share(56, 70),
            share(48, 80),
            "20.0 points higher (likely 5.2 to 33.4) than the year before (60.0%), a concern.",
        ),
        (
            SHARE,
            share(48, 80),
            share(56, 70),
            "20.0 points lower (likely 5.2 to 33.4) than the year before (80.0%), an improvement.",
        ),
        (
            GOOD,
            share(56, 70),
            share(48, 80),
            "20.0 points higher (likely 5.2 to 33.4) than the year before (60.0%), an improvement.",
        ),
        (GOOD, share(48, 80), share(56, 70), "20.0 points lower (likely 5.2 to 33.4) than the year before (80.0%), a concern."),
        (NEUTRAL, count(2500), count(1234), "103% higher (likely 89 to 117%) than the year before (1,234 searches)."),
        (COUNT, count(19), count(60), "Lower than the year before (60 detentions), an improvement."),
        (COUNT, count(30), count(28), "No clear difference from the year before (28 detentions)."),
        (COUNT, count(3), count(2), "Too few to tell whether this differs from the year before (2 detentions)."),
        (COUNT, BLANK, count(2), "Not available for this period."),
        (COUNT, count(2), BLANK, "There is no figure for the year before."),
        (MEDIAN, figure(math.nan, 4, 9), figure(math.nan, 4, 6.25), "The year before it was 6.2 hours."),
    ],
)
def test_comparison(metric, now, before, sentence):
    assert sentences.comparison(metric, now, before, change(metric, now, before)) == sentence


def test_points_are_those_between_the_figures_shown():
    """3.06% and 1.04% are shown as 3.1% and 1.0%: 2.1 points for whoever subtracts, though 2.02 were counted."""
    now, before = share(306, 10_000), share(104, 10_000)
    said = sentences.comparison(SHARE, now, before, change(SHARE, now, before))
    assert said == "2.1 points higher (likely 1.6 to 2.4) than the year before (1.0%), a concern."


def test_comparison_of_what_is_not_judged():
    assert sentences.comparison(COUNT, count(50), count(20), NOT_JUDGED) == "The year before it was 20 detentions."


def frame(*rows):
    return pd.DataFrame(rows, columns=FIGURES).reset_index(drop=True)


def test_course():
    months = ["April 2025", "May 2025", "June 2025"]
    assert sentences.course(COUNT, frame(count(12), count(7), count(9)), months) == (
        "June 2025: 9 detentions. Lowest 7 in May 2025, highest 12 in April 2025."
    )
    assert sentences.course(SHARE, frame(share(3, 12), share(6, 12), BLANK), months) == (
        "May 2025: 50.0% (6 of 12). Lowest 25.0% in April 2025, highest 50.0% in May 2025."
    )
    assert sentences.course(SHARE, frame(share(1, 4), share(2, 4), BLANK), months) == (
        "May 2025: 50.0% (2 of 4). Each point is worked out from fewer than 10: too few to compare."
    )
    assert sentences.course(SHARE, frame(share(3, 12), share(4, 4), share(6, 12)), months) == (
        "June 2025: 50.0% (6 of 12). Lowest 25.0% in April 2025, highest 50.0% in June 2025, of those worked out from 10 or more."
    )
    assert sentences.course(COUNT, frame(count(9), count(9), count(9)), months) == (
        "June 2025: 9 detentions. It was the same throughout."
    )
    assert sentences.course(COUNT, frame(BLANK, count(9), BLANK), months) == "May 2025: 9 detentions."
    assert sentences.course(COUNT, frame(BLANK, BLANK, BLANK), months) == "There is no figure in these periods."


def test_contrast():
    hubs = ["Barrow", "Carlisle", "Eden"]
    apart = sentences.contrast(SHARE, frame(share(80, 100), share(50, 100), share(20, 100)), hubs)
    assert apart == (
        "Highest: Barrow, 80.0% (80 of 100). Lowest: Eden, 20.0% (20 of 100). The two differ by more than chance would explain."
    )
    meeting = sentences.contrast(COUNT, frame(count(12), count(10), BLANK), hubs)
    assert meeting == (
        "Highest: Barrow, 12 detentions. Lowest: Carlisle, 10 detentions. There is no clear difference between them."
    )
    without_ranges = sentences.contrast(MEDIAN, frame(figure(math.nan, 30, 4.0), figure(math.nan, 20, 6.0), BLANK), hubs)
    assert without_ranges == "Highest: Carlisle, 6.0 hours (20 measured). Lowest: Barrow, 4.0 hours (30 measured)."
    some_too_few = sentences.contrast(SHARE, frame(share(6, 12), share(3, 12), share(0, 5)), hubs)
    assert some_too_few.startswith("Highest of those worked out from 10 or more: Barrow, 50.0% (6 of 12). Lowest: Carlisle")
    assert sentences.contrast(COUNT, frame(count(5), count(5), count(5)), hubs) == "All are the same: 5 detentions."
    assert sentences.contrast(COUNT, frame(BLANK, count(5), BLANK), hubs) == "Carlisle: 5 detentions."


def test_too_few_to_contrast():
    hubs = ["Barrow", "Carlisle", "Eden"]
    few = sentences.contrast(SHARE, frame(share(9, 9), share(0, 9), BLANK), hubs)  # under ten of them: never named
    assert few == sentences.contrast(COUNT, frame(BLANK, BLANK, BLANK), hubs) == "Too few to compare."
    assert sentences.contrast(SHARE, frame(share(9, 9), share(5, 10), BLANK), hubs) == "Carlisle: 50.0% (5 of 10)."


# Where nothing has truly changed, chance alone may look like change in one comparison of twenty, and not in more.

PAIRS = 1000


def rows_of(k, n, interval, times=1):
    """Figures of many cells at once; counts have no denominator."""
    found = interval(pd.Series(k), pd.Series(n, dtype=float)) * times
    return [row for _, row in found.assign(numerator=k, denominator=n)[FIGURES].astype(float).iterrows()]


def no_true_change(metric):
    """Pairs of figures of one true mean, from small to large, for counts, rates or shares."""
    chance = np.random.default_rng(20250401)
    if metric is SHARE:
        true = chance.uniform(0.02, 0.98, PAIRS)
        sizes = [chance.integers(10, 400, PAIRS) for _ in range(2)]
        return zip(*(rows_of(chance.binomial(n, true), n, wilson) for n in sizes), strict=True)
    mean = chance.uniform(2, 200, PAIRS)
    years = [chance.uniform(500, 2000, PAIRS) if metric is RATE else np.ones(PAIRS) for _ in range(2)]
    times = 1000 if metric is RATE else 1
    return zip(
        *(rows_of(chance.poisson(mean * n / times if metric is RATE else mean), n, poisson, times) for n in years), strict=True
    )


def is_claim(said):
    return " than the year before (" in said


@pytest.mark.parametrize("metric", [SHARE, COUNT, RATE], ids=["share", "count", "rate"])
def test_where_nothing_changed_few_sentences_say_so(metric):
    claims = 0
    for now, before in no_true_change(metric):
        found = change(metric, now, before)
        said = sentences.comparison(metric, now, before, found)
        claims += is_claim(said)
        if found.lower <= (0 if metric is SHARE else 1) <= found.upper:
            assert not is_claim(said), (found, said)
            assert "improvement" not in said and "concern" not in said
    assert 0 < claims <= 0.065 * PAIRS  # 5%, and two standard errors of so many pairs


@pytest.mark.parametrize("bars", [2, 6, 12])
def test_contrast_of_bars_with_one_true_share(bars):
    """It never claims a difference where the two ranges meet, nor often where there is none, however many were compared."""
    chance = np.random.default_rng(bars)
    claims = 0
    for _ in range(300):
        n = chance.integers(10, 200, bars)
        shares = frame(*rows_of(chance.binomial(n, 0.3), n, wilson))
        said = sentences.contrast(SHARE, shares, [str(place) for place in range(bars)])
        high, low = shares.loc[shares["value"].idxmax()], shares.loc[shares["value"].idxmin()]
        if high["lower"] <= low["upper"]:
            assert "more than chance" not in said
        claims += "more than chance" in said
    assert claims <= 0.05 * 300
