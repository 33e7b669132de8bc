"""The sentence of a control chart: its exact words by hand, and over hundreds of made worlds that it says only what is there."""

import math
import re
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from judged import judged, waits

from metrics.measuring.figures import FIGURES
from metrics.metric import Better, Rate
from metrics.reports.headline import Headline
from metrics.signals.judgement import Judgement
from metrics.signals.sentences import (
    against_target,
    level_before_and_since,
    method,
    not_complete,
    rebased_from,
    short,
    still_coming,
    two_spans,
    verdict,
)
from metrics.signals.targets import Setting
from metrics.statistics.change import Change
from metrics.themes import METRICS, outcomes
from metrics.themes.outcomes import on_basis
from queries.periods import Period

COUNT, UP, NEUTRAL = "detentions", "engagement_sessions", "searches"  # fewer is better, more is, neither
SHARE, RATE = "overnight_share", "detention_rate"


def said(judgement):
    return verdict(METRICS[judgement.key], judgement)


# Exact words

STEADY = [10, 14] * 12  # 12 in the mean, every range 4: usual is 12 less and more 10.6


@pytest.mark.parametrize(
    ("key", "counts", "sentence"),
    [
        (COUNT, STEADY, "December 2025: 14 detentions, in its normal range (2 to 22)."),
        (COUNT, [*STEADY[:-1], 40], "December 2025: 40 detentions, above its normal range (3 to 23), a concern."),
        (UP, [*STEADY[:-1], 40], "December 2025: 40 sessions, above its normal range (3 to 23), an improvement."),
        (NEUTRAL, [*STEADY[:-1], 40], "December 2025: 40 searches, above its normal range (3 to 23)."),
        (COUNT, [*[30, 34] * 12, 2], "January 2026: 2 detentions, below its normal range (21 to 41), an improvement."),
        (UP, [*[30, 34] * 12, 2], "January 2026: 2 sessions, below its normal range (21 to 41), a concern."),
        (NEUTRAL, [*[30, 34] * 12, 2], "January 2026: 2 searches, below its normal range (21 to 41)."),
        (COUNT, [*[9, 1] * 9, 2, 3, 4, 5, 6, 7], "December 2025: 7 detentions, rising for 7 months in a row, a concern."),
        (UP, [*[9, 1] * 9, 2, 3, 4, 5, 6, 7], "December 2025: 7 sessions, rising for 7 months in a row, an improvement."),
        (COUNT, [*[1, 9] * 9, 8, 7, 6, 5, 4, 3], "December 2025: 3 detentions, falling for 7 months in a row, an improvement."),
        (NEUTRAL, [*[1, 9] * 9, 8, 7, 6, 5, 4, 3], "December 2025: 3 searches, falling for 7 months in a row."),
        (
            COUNT,
            [*[40, 60] * 10, 94, 80, 94],
            "November 2025: 94 detentions, near the top of its normal range (2 to 108) in two of the last three months, "
            "a concern.",
        ),
        (
            UP,
            [*[60, 40] * 10, 6, 20, 6],
            "November 2025: 6 sessions, near the bottom of its normal range (up to 98) in two of the last three months, "
            "a concern.",
        ),
        (
            COUNT,
            [*[20, 28] * 4, *[16, 20] * 3, 16],
            "March 2025: 16 detentions, below its usual level (21) in each of the last 7 months, an improvement.",
        ),
        (
            NEUTRAL,
            [*[20, 16] * 4, *[28, 24] * 4],
            "April 2025: 24 searches, above its usual level (22) in each of the last 8 months.",
        ),
        (COUNT, [9] * 20, "August 2025: 9 detentions, as in each of the 20 months shown."),
        (COUNT, [0] * 20, "August 2025: none, as in each of the 20 months shown."),
        (COUNT, STEADY[:11], "Too few to tell yet: 11 months so far, judged from 12."),
        (COUNT, STEADY[:1], "Too few to tell yet: 1 month so far, judged from 12."),
    ],
)
def test_months(key, counts, sentence):
    assert said(judged(key, counts)) == sentence


@pytest.mark.parametrize(
    ("key", "k", "n", "sentence"),
    [
        (SHARE, STEADY, 40, "December 2025: 35.0%, in its normal range (4 to 56%)."),
        (SHARE, [*STEADY[:-1], 40], 40, "December 2025: 100.0%, above its normal range (7 to 59%), a concern."),
        ("ccp_visit_share", [39, 35] * 12, 40, "December 2025: 87.5%, in its normal range (66% or more)."),
        ("ccp_visit_share", [40, 10] * 12, 40, "December 2025: 25.0%, in its normal range (any share)."),
        (SHARE, [0, 1] * 12, 40, "December 2025: 2.5%, in its normal range (up to 7.9%)."),
        (SHARE, [0] * 24, 40, "December 2025: none, as in each of the 24 months shown."),
        (
            RATE,
            STEADY,
            1000,
            "December 2025: 14 detentions, in its normal range (2 to 22); a yearly rate of 14.0 for every 1,000.",
        ),
        ("hours_detained", [10.2, 12.2] * 12, None, "December 2025: 12.2 hours, in its normal range (5.9 to 16.5)."),
    ],
)
def test_shares_rates_and_hours(key, k, n, sentence):
    assert said(judged(key, k, n)) == sentence


@pytest.mark.parametrize(
    ("k", "sentence"),
    [
        (STEADY, "14 detentions, in its normal range (2 to 22); a yearly rate of 3.5 for every 1,000."),
        (
            [*STEADY[:-1], 40],
            "40 detentions, above its normal range (3 to 23), a concern; a yearly rate of 10.0 for every 1,000.",
        ),
        (
            [*[9, 1] * 9, 2, 3, 4, 5, 6, 7],
            "7 detentions, the rate rising for 7 months in a row, a concern; a yearly rate of 1.8 for every 1,000.",
        ),
        (
            [*[20, 28] * 8, *[16, 20] * 3, 16, 16],
            "16 detentions, below its usual level (22) in each of the last 8 months, an improvement; "
            "a yearly rate of 4.0 for every 1,000.",
        ),
        ([9] * 24, "9 detentions; a yearly rate of 2.2 for every 1,000, as in each of the 24 months shown."),
        ([0] * 24, "none, as in each of the 24 months shown."),
    ],
)
def test_a_rate_leads_with_the_events_of_its_month(k, sentence):
    """48,000 children: 4,000 child-years a month, so that 14 detentions are 3.5 for every 1,000 children a year."""
    assert said(judged(RATE, k, 4000)) == f"December 2025: {sentence}"


def test_the_range_of_a_rate_is_that_of_the_residents_of_its_own_month():
    """12 for every 1,000 in the mean, 1.4 to 22.6 usual: of 1,000 child-years 2 to 22 events, of 2,000 3 to 45."""
    grown = [*[1000] * 23, 2000]
    assert said(judged(RATE, [*STEADY[:-1], 28], grown)) == (
        "December 2025: 28 detentions, in its normal range (3 to 45); a yearly rate of 14.0 for every 1,000."
    )


@pytest.mark.parametrize(
    ("judgement", "figure", "normal"),
    [
        (judged(COUNT, STEADY), "14 in December", "normal 2 to 22"),
        (judged(RATE, STEADY, 4000), "14 in December", "normal 2 to 22"),
        (judged(SHARE, STEADY, 40), "35.0% in December", "normal 4 to 56%"),
        (judged(SHARE, [0, 1] * 12, 40), "2.5% in December", "normal up to 7.9%"),
        (judged("ccp_visit_share", [40, 10] * 12, 40), "25.0% in December", "any share is normal"),
        (judged("hours_detained", [10.2, 12.2] * 12), "12.2 hours in December", "normal 5.9 to 16.5"),
        (judged(COUNT, STEADY, method="quarters", first="2020-01-01"), "14 in October to December", "normal 2 to 22"),
        (
            judged("reoffending_rate", [16, 12] * 12, 40, method="quarters", first="2020-01-01"),
            "30.0% in October to December 2025",
            "normal 9 to 61%",
        ),
        (judged(COUNT, [9] * 24), "9 in December", "the same each month"),
        (waits(COUNT, [20, 30] * 7), "30 days between the last two", "normal 7 to 63 days"),
        (waits(COUNT, [20, 30] * 7, still=25), "none in 25 days", "normal 8 to 61 days"),
        (judged(COUNT, STEADY[:11]), "", ""),
        (Judgement(COUNT, None, "too few", Setting(Better.LOWER)), "", ""),
    ],
)
def test_in_short_for_a_card(judgement, figure, normal):
    assert short(METRICS[judgement.key], judgement) == (figure, normal)


def year_of(key, value, change, *, numerator=math.nan, opens=date(2025, 1, 1), closes=date(2026, 1, 1)):
    """The headline of a year that moved as ``change`` says."""
    now = pd.Series([numerator, math.nan, value, math.nan, math.nan], index=FIGURES)
    return Headline(key, Period(opens, closes), now, now, Change(change), "")


RISEN = [*STEADY[:-1], 40]
QUARTER = {"method": "quarters", "first": "2020-01-01"}


@pytest.mark.parametrize(
    ("judgement", "headline", "sentence"),
    [
        (
            judged(COUNT, RISEN),
            year_of(COUNT, 180, "no clear difference"),
            "40 detentions in December 2025, higher than usual; 180 over the year, no clear difference from the year before.",
        ),
        (
            judged(COUNT, RISEN),
            year_of(COUNT, 180, "lower"),
            "40 detentions in December 2025, higher than usual; 180 over the year, lower than the year before.",
        ),
        (
            judged(COUNT, STEADY),
            year_of(COUNT, 180, "lower"),
            "14 detentions in December 2025, in its normal range; 180 over the year, lower than the year before.",
        ),
        (
            judged(RATE, RISEN, 4000),
            year_of(RATE, 3.75, "no clear difference", numerator=180),
            "40 detentions in December 2025, higher than usual; 180 over the year, no clear difference from the year before.",
        ),
        (
            judged(SHARE, [*STEADY[:-1], 1], 40, **QUARTER),
            year_of(SHARE, 0.135, "no clear difference"),
            "",  # 2.5%, within 2 to 55%
        ),
        (
            judged(SHARE, [*STEADY[:-1], 40], 40, **QUARTER),
            year_of(SHARE, 0.135, "no clear difference"),
            "100.0% in October to December 2025, higher than usual; 13.5% over the year, no clear difference from the year "
            "before.",
        ),
        (
            waits(COUNT, [20, 30] * 7, still=200),
            year_of(COUNT, 4, "higher"),
            "By the days between them, lower than usual; 4 over the year, higher than the year before.",
        ),
        (
            judged(COUNT, RISEN),
            year_of(COUNT, 60, "lower", opens=date(2025, 10, 1)),
            "40 detentions in December 2025, higher than usual; 60 in October to December 2025, lower than the year before.",
        ),
        (judged(COUNT, RISEN), year_of(COUNT, 180, "higher"), ""),
        (judged(COUNT, STEADY), year_of(COUNT, 180, "no clear difference"), ""),
        (judged(COUNT, RISEN), year_of(COUNT, 4, "too few to tell"), ""),
        (judged(COUNT, RISEN), year_of(COUNT, 40, "lower", opens=date(2025, 12, 1)), ""),  # one and the same month
        (judged(COUNT, STEADY[:11]), year_of(COUNT, 180, "lower"), ""),
        (waits(COUNT, [20, 30] * 7, still=200), year_of(COUNT, 4, "lower"), ""),
    ],
)
def test_a_month_and_a_year_that_say_different_things_are_said_in_one(judgement, headline, sentence):
    assert two_spans(METRICS[judgement.key], headline, judgement) == sentence


def test_quarters_are_named_in_full():
    assert said(judged(COUNT, [*STEADY[:-1], 40], method="quarters", first="2019-01-01")) == (
        "October to December 2024: 40 detentions, above its normal range (3 to 23), a concern."
    )
    falling = judged(COUNT, [*[1, 9] * 6, 8, 7, 6, 5, 4, 3], method="quarters", first="2020-07-01")
    assert said(falling) == "October to December 2024: 3 detentions, falling for 7 quarters in a row, an improvement."


def test_for_the_time_of_year():
    """A quarter less and a quarter more than usual in turn, month by month: 9 and 15 about 12, and what is left over varies."""
    season = [0.75, 1.25] * 6
    steady = [9, 15, 12, 20] * 6  # 12, 12, 16, 16 without the season
    assert said(judged(COUNT, steady, season=season)) == (
        "December 2025: 20 detentions, in the normal range for the time of year (12 to 23)."
    )
    assert said(judged(COUNT, [*steady[:-1], 60], season=season)).startswith(
        "December 2025: 60 detentions, above the normal range for the time of year ("
    )
    uneven = [27, 25, 36, 50, 27, 25, 36, 25, 18]  # 36, 20, 48, 40, 36, 20, 48, 20, 24
    rising = [15, 12, 25, 18, 35, 24, 45]  # 12, 16, 20, 24, 28, 32, 36
    assert said(judged(COUNT, [*uneven, *rising], season=season)) == (
        "April 2025: 45 detentions, rising, the time of year allowed for, for 7 months in a row, a concern."
    )


DAYS = [20, 30] * 7
FIRST_OF = "The last, on 16 December 2024, came"


@pytest.mark.parametrize(
    ("gaps", "still", "sentence"),
    [
        (DAYS, 0, f"{FIRST_OF} 30 days after the one before, in the normal range (7 to 63 days)."),
        (DAYS, 24, f"{FIRST_OF} 30 days after the one before, in the normal range (7 to 63 days)."),
        (DAYS, 25, "None in the 25 days to 10 January 2025, in the normal range (8 to 61 days)."),
        (DAYS, 200, "None in the 200 days to 4 July 2025; longer than the normal range (9 to 72 days), an improvement."),
        ([*DAYS, 0], 0, f"{FIRST_OF} 0 days after the one before; shorter than the normal range (5 to 52 days), a concern."),
        (
            [*DAYS, 1],
            0,
            "The last, on 17 December 2024, came 1 day after the one before; shorter than the normal range (6 to 56 days), "
            "a concern.",
        ),
        (
            [*DAYS, 100],
            0,
            "The last, on 26 March 2025, came 100 days after the one before; longer than the normal range (6 to 80 days), "
            "an improvement.",
        ),
        (DAYS[:5], 0, "Too few to tell yet: 5 gaps so far, judged from 12."),
        ([1], 0, "Too few to tell yet: 1 gap so far, judged from 12."),
    ],
)
def test_days_between(gaps, still, sentence):
    assert said(waits(COUNT, gaps, still=still)) == sentence


def test_days_between_in_runs():
    assert said(waits(COUNT, [*[40, 90] * 4, *[20, 35] * 4])) == (
        "The last, on 10 January 2026, came 35 days after the one before; the last 8 came closer together than usual (41 days), "
        "a concern."
    )
    assert said(waits(UP, [*[20, 35] * 4, *[50, 90] * 4])).endswith(
        "; the last 8 came further apart than usual (44 days), a concern."
    )
    assert said(waits(COUNT, [*[90, 10] * 6, 20, 30, 40, 50, 60, 70])).endswith(
        "; the gaps have been getting longer 7 times in a row, an improvement."
    )


def test_two_on_one_day_where_they_usually_lie_days_apart():
    assert said(waits(COUNT, [*[3, 5] * 7, 0])) == (
        "The last, on 26 February 2024, came 0 days after the one before; shorter than the normal range (1 to 10 days), "
        "a concern."
    )


_COUNTED_ALREADY = "Compared by year only: each month counts again much of the month before."
WITHOUT = {
    (COUNT, "not available"): "Not available.",
    (COUNT, "too few"): "Too few to tell: fewer than 5 a quarter.",
    (RATE, "too few"): "Too few to tell: fewer than 5 a quarter.",
    (SHARE, "too few"): "Too few to tell: in a quarter fewer than 5 do, or fewer than 5 do not.",
    ("reoffending_rate", "too few"): "Too few to tell: the share of a quarter is worked out from fewer than 30.",
    ("hours_detained", "too few"): "Too few to tell: a quarter has too few of them.",
    ("not_yet_assigned_share", "not charted"): "Not checked for change: recent months always have more of these.",
    ("detentions_top_tenth_share", "not charted"): (
        "Not checked for change: the tenth of children with most is shown only for 50 children or more, and a month has too few."
    ),
    ("frequently_missing_children", "not charted"): _COUNTED_ALREADY,
    ("open_plans", "not charted"): _COUNTED_ALREADY,
    ("plans_overdue", "not charted"): "Not checked for change: each month counts again much of the month before.",
}


@pytest.mark.parametrize(("key", "why"), WITHOUT)
def test_without_a_chart(key, why):
    judgement = Judgement(key, None, why, Setting(METRICS[key].better))
    assert said(judgement) == WITHOUT[key, why]
    assert (
        method(judgement)
        == rebased_from(judgement)
        == still_coming(METRICS[key], judgement)
        == against_target(METRICS[key], judgement)
        == ""
    )


def test_only_what_goes_by_recording_date_waits_for_its_outcomes():
    assert {key for key, metric in METRICS.items() if metric.open_share} == {"not_yet_assigned_share", "days_to_outcome"}
    recorded = [on_basis(metric, "recorded") for metric in outcomes.METRICS]
    assert {metric.open_share for metric in recorded} == {"not_yet_assigned_share"}


def test_the_method():
    assert method(judged(COUNT, STEADY)) == "Control chart of 24 months."
    assert method(judged(COUNT, STEADY, method="quarters")) == (
        "Control chart of 24 quarters: single months have too few to judge."
    )
    assert method(waits(COUNT, DAYS)) == ("The last 14 gaps between events: even quarters have too few to judge.")
    assert method(judged(COUNT, STEADY, season=[0.75, 1.25] * 6)) == (
        "Control chart of 24 months. The band follows the time of year."
    )


def test_what_is_still_coming_in():
    assert still_coming(METRICS[COUNT], judged(COUNT, STEADY)) == ""
    assert still_coming(METRICS[COUNT], judged(COUNT, STEADY, unripe=2)) == (
        "Shaded, and not judged: November to December 2025. Outcomes or late reports of that time are still coming in."
    )
    assert still_coming(METRICS[COUNT], judged(COUNT, STEADY, unripe=1, method="quarters", first="2020-01-01")) == (
        "Shaded, and not judged: October to December 2025. Outcomes or late reports of that time are still coming in."
    )
    assert said(judged(COUNT, [*STEADY, 400, 500], unripe=2)) == "December 2025: 14 detentions, in its normal range (2 to 22)."


def test_why_the_latest_quarters_of_a_follow_up_are_not_judged():
    found = judged("reoffending_rate", [16, 12] * 12, 40, method="quarters", first="2020-01-01", unripe=1)
    assert still_coming(METRICS["reoffending_rate"], found).endswith("The follow-up of 18 months is not over.")
    assert not_complete(METRICS["reoffending_rate"], found) == "", "its figure is of the latest year that is complete"
    assert not_complete(METRICS[COUNT], judged(COUNT, STEADY, unripe=2)).startswith("Not complete yet: ")
    assert not_complete(METRICS[COUNT], judged(COUNT, STEADY)) == ""
    assert said(found) == "July to September 2025: 40.0%, in its normal range (9 to 61%)."
    few = judged("reoffending_rate", [12, 9] * 12, 29, method="quarters", first="2020-01-01")
    assert said(few).endswith(" Small numbers: it is worked out from 29.")


def test_a_signal_that_is_over_is_not_forgotten_for_a_year():
    """Seven months near 30, above the mean of 17, among months of 6 and 16 below it; three such months since."""
    found = judged(COUNT, [*[6, 16] * 6, 28, 31, 29, 33, 27, 30, 29, 6, 16, 6])
    assert said(found).endswith(" It was higher than usual in January to July 2025."), said(found)
    assert "It was" not in said(judged(COUNT, [*[28, 30] * 4, *[10, 12] * 10]))


def test_the_level_before_and_since_a_rebase():
    found = judged(COUNT, [*[10, 12] * 6, *[20, 22] * 6], rebases=["2025-01-01"])
    assert level_before_and_since(METRICS[COUNT], found) == "Its usual level was 11 before, and is 21 since."
    on_trial = judged(COUNT, [*[10, 12] * 6, *[20, 22] * 3], rebases=["2025-01-01"])
    assert level_before_and_since(METRICS[COUNT], on_trial) == ""


def test_a_chart_restarted():
    reason = "a bail desk opened (recorded by the custody lead, 1 November 2024)."
    found = judged(COUNT, STEADY, rebases=["2024-11-01"])
    assert rebased_from(found) == f"Chart restarted from November 2024: {reason}"
    assert method(found) == "Control chart of 14 months since it was restarted."
    assert said(judged(COUNT, STEADY, rebases=["2025-05-01"])) == "Too few to tell yet: 8 months so far, judged from 12."
    assert rebased_from(judged(COUNT, STEADY)) == ""
    for outside in ("2024-01-01", "2023-05-01", "2026-01-01"):
        assert rebased_from(judged(COUNT, STEADY, rebases=[outside])) == "", outside
    assert (
        rebased_from(judged(COUNT, STEADY, rebases=["2024-11-01", "2026-01-02"]))
        == f"Chart restarted from November 2024: {reason}"
    )
    assert rebased_from(waits(COUNT, DAYS, rebases=["2024-05-15"])) == (
        "Chart restarted from 15 May 2024: a bail desk opened (recorded by the custody lead, 15 May 2024)."
    )


@pytest.mark.parametrize(
    ("key", "target", "sentence"),
    [
        (SHARE, 0.6, "Keeps meeting the target (at most 60.0%), unless something changes."),
        (
            SHARE,
            0.03,
            "Keeps missing the target (at most 3.0%), unless something changes.",
        ),
        (SHARE, 0.3, "Sometimes meets the target (at most 30.0%): in some months, not in others."),
        (
            "ccp_visit_share",
            0.6,
            "Keeps missing the target (at least 60.0%), unless something changes.",
        ),
        (
            "ccp_visit_share",
            0.03,
            "Keeps meeting the target (at least 3.0%), unless something changes.",
        ),
        ("nfa_share", 0.6, ""),
        (SHARE, None, ""),
    ],
)
def test_against_the_target(key, target, sentence):
    assert against_target(METRICS[key], judged(key, STEADY, 40, target=target)) == sentence


def test_a_target_is_not_judged_where_the_chart_is_not():
    found = judged(SHARE, STEADY[:11], 40, target=0.6)
    assert against_target(METRICS[SHARE], found) == ""
    by_quarter = judged(SHARE, STEADY, 40, target=0.3, method="quarters")
    assert against_target(METRICS[SHARE], by_quarter).endswith(": in some quarters, not in others.")


# Worlds

WORLDS = 400
NUMBER = r"[\d,]+(?:\.\d+)?%?"


def number(text):
    return float(text.replace(",", "").rstrip("%"))


def in_range(text, value):
    """-1, 0 or 1: whether a printed value lies below, within or above a printed range."""
    if text == "any share":
        return 0
    if found := re.fullmatch(rf"up to ({NUMBER})(?: days?)?", text):
        return int(value > number(found[1]))
    if found := re.fullmatch(rf"({NUMBER}) or more", text):
        return -int(value < number(found[1]))
    if found := re.fullmatch(rf"about ({NUMBER})", text):
        return int(value > number(found[1])) - int(value < number(found[1]))
    low, high = map(number, re.fullmatch(rf"({NUMBER}) to ({NUMBER})(?: days?)?", text).groups())
    assert low <= high, text
    return int(value > high) - int(value < low)


def course(chance, months, level):
    """The true level month by month: steady, stepped, trending, seasonal or with one extreme month."""
    when = np.arange(months)
    kind = chance.choice(["steady", "steady", "step", "trend", "season", "extreme"])
    return (
        level
        * {
            "steady": np.ones(months),
            "step": np.where(when < months - chance.integers(2, 16), 1, chance.choice([0.3, 0.6, 1.6, 3])),
            "trend": np.exp(chance.choice([-1, 1]) * chance.uniform(0.01, 0.2) * np.maximum(0, when - months + 12)),
            "season": 1 + 0.5 * np.sin(when / 6 * np.pi),
            "extreme": np.where(when == months - 1, chance.choice([0.1, 0.5, 2, 6]), 1),
        }[kind]
    )


@cache
def world(seed):
    """A measure's chart of a kind, level and course drawn at random; some with gaps, rebases, a season, points still coming."""
    chance = np.random.default_rng(seed)
    months = int(chance.integers(12, 37))
    kind = chance.choice(["count", "share", "rate", "length"])
    if kind == "count":
        key, n = chance.choice([COUNT, UP, NEUTRAL]), None
        k = chance.poisson(course(chance, months, chance.choice([0.3, 2, 5, 12, 60, 900])))
    elif kind == "rate":
        key, n = chance.choice([RATE, "search_rate", "missing_rate"]), chance.choice([80, 900, 40_000])
        k = chance.poisson(course(chance, months, chance.choice([3, 10, 80])))
    elif kind == "share":
        key, n = chance.choice([SHARE, "ccp_visit_share", "nfa_share"]), chance.poisson(chance.choice([4, 15, 60, 700]), months)
        k = chance.binomial(n, np.clip(course(chance, months, chance.choice([0.003, 0.05, 0.4, 0.9, 0.995])), 0, 1))
    else:
        key, n = "hours_detained", None
        k = np.round(chance.gamma(40, course(chance, months, chance.uniform(0.02, 0.6))), 3)
        k[chance.random(months) < chance.choice([0, 0.1])] = np.nan
    how = {"method": chance.choice(["months", "quarters"]), "unripe": int(chance.choice([0, 0, 2]))}
    if chance.random() < 0.2:
        how["rebases"] = [f"{2024 + place // 12}-{place % 12 + 1:02}-01" for place in [int(chance.integers(1, 12))]]
    if how["method"] == "months" and kind in ("count", "rate") and chance.random() < 0.3:
        how["season"] = 1 + 0.5 * np.sin(np.arange(12) / 6 * np.pi)
    return judged(str(key), k, n, **how)


def assert_told_truly(judgement, sentence):
    """What the sentence says of the last point is worked out again from the values, the centre and the limits alone."""
    assert not re.search(r"nan|inf|-0|-\d|not available|\(\)|  ", sentence), sentence
    if not judgement.is_judged:
        assert sentence.startswith("Too few to tell yet: "), sentence
        return
    chart = judgement.chart[judgement.chart["rebase_group"] == judgement.chart["rebase_group"].iloc[-1]]
    points = chart[chart["judged"]].reset_index(drop=True)  # with its gaps
    points = points.loc[: points["value"].last_valid_index()]
    last = points.iloc[-1]
    if "as in each of the" in sentence:
        assert len(set(points["value"].dropna())) == 1 and last["signal"] == "none", sentence
        return
    level = (points["value"] - points["centre"]) / points["centre"]
    side = np.sign(level.where(level.abs() > 1e-9, 0))
    assert_range_and_value_agree(sentence, last)
    formula = METRICS[judgement.key].formula
    assert ("a yearly rate of" in sentence) == isinstance(formula, Rate), sentence
    if isinstance(formula, Rate):  # the events of the month come first
        assert number(re.search(rf": ({NUMBER}) ", sentence)[1]) == last["numerator"]
        assert number(re.search(rf"yearly rate of ({NUMBER})", sentence)[1]) == pytest.approx(last["value"], abs=0.051)
    direction = assert_runs_are_there(sentence, points, side.tolist())
    better = METRICS[judgement.key].better
    for word, sign in (("an improvement", 1), ("a concern", -1)):
        wanted = direction and better is not Better.NEITHER and (direction > 0) == ((better is Better.HIGHER) == (sign > 0))
        assert (word in sentence) == bool(wanted), (sentence, last)


def assert_range_and_value_agree(sentence, last):
    value = number(re.search(rf": ({NUMBER})", sentence)[1])
    if found := re.search(r"normal range(?: for the time of year)? \(([^)]*)\)", sentence):
        where = in_range(found[1], value)
        if re.search("(above|below) (its|the) normal range", sentence):
            assert last["signal"] == "outside limits"
            assert where == (1 if "above" in sentence else -1), (sentence, last)
        else:
            assert where == 0, (sentence, last)
            assert last["lower_limit"] - 1e-9 <= last["value"] <= last["upper_limit"] + 1e-9
    if found := re.search(rf"(above|below) its usual level(?: for the time of year)? \(({NUMBER})\)", sentence):
        assert (value > number(found[2])) if found[1] == "above" else (value < number(found[2])), (sentence, last)


def assert_runs_are_there(sentence, points, side):
    """What is said of several points; gives the direction of what is said, 0 where nothing has changed."""
    values, last = points["value"].tolist(), points.iloc[-1]
    if found := re.search(r"(above|below) its usual level.* in each of the last (\d+) ", sentence):
        sign, length = (1 if found[1] == "above" else -1), int(found[2])
        assert length >= 7 and set(side[-length:]) == {sign}, (sentence, side)
        assert length == len(side) or side[-length - 1] != sign, (sentence, side)
        return sign
    if found := re.search(r"(rising|falling),? .*?for (\d+) ", sentence):
        sign, length = (1 if found[1] == "rising" else -1), int(found[2])
        steps = np.sign(np.diff(points["value"] / points["centre"])).tolist()
        assert length >= 7 and set(steps[-length + 1 :]) == {sign}, (sentence, values)
        assert length == len(values) or steps[-length] != sign, (sentence, values)
        return sign
    if found := re.search(r"near the (top|bottom) of (?:its|the) normal range .* in two of the last three", sentence):
        sign = 1 if found[1] == "top" else -1
        third = ((points["upper_limit"] - points["centre"]) * 2 / 3).tolist()
        away = ((points["value"] - points["centre"]) * sign).tolist()
        assert set(side[-3:]) == {sign} and sum(away[place] > third[place] for place in (-3, -2, -1)) >= 2, (sentence, values)
        return sign
    if re.search("in (its|the) normal range", sentence):
        assert last["signal"] == "none"
        return 0
    found = re.search(r"(above|below) (?:its|the) normal range", sentence)
    return 1 if found[1] == "above" else -1


@pytest.mark.parametrize("seed", range(WORLDS), ids=lambda seed: f"world{seed}")
def test_every_sentence_is_true_of_its_chart(seed):
    judgement = world(seed)
    assert_told_truly(judgement, said(judgement))


def test_the_worlds_have_sentences_of_every_kind():
    kinds = (
        *(
            "in its normal range (",
            "in the normal range for the time of year",
            "above its normal range",
            "below its normal range",
        ),
        *("above its usual level", "below its usual level", "near the top", "near the bottom", "rising", "falling"),
        *("any share", "or more)", "up to", "an improvement", "a concern", "Too few to tell yet", "as in each of the"),
    )
    sentences = [said(world(seed)) for seed in range(WORLDS)]
    assert [kind for kind in kinds if not any(kind in sentence for sentence in sentences)] == []


def waiting_world(seed):
    """Waits between events of a rare kind, steady, closer together or further apart; the last may not have ended."""
    chance = np.random.default_rng(seed)
    number, mean = int(chance.integers(13, 37)), chance.choice([0.8, 4, 20, 150])
    gaps = np.round(chance.exponential(mean, number) if chance.random() < 0.6 else chance.gamma(8, mean / 8, number))
    gaps[number - int(chance.integers(0, 12)) :] *= chance.choice([0.2, 1, 1, 3])
    rebases = ["2024-06-15"] if chance.random() < 0.2 else []
    return waits(str(chance.choice([COUNT, UP, NEUTRAL])), gaps, still=int(chance.exponential(2 * mean)), rebases=rebases)


@pytest.mark.parametrize("seed", range(200), ids=lambda seed: f"world{seed}")
def test_every_sentence_of_waits_is_true_of_its_chart(seed):
    judgement = waiting_world(seed)
    sentence, points = said(judgement), judgement.current_points
    assert not re.search(r"nan|inf|-\d|  ", sentence), sentence
    if not judgement.is_judged:
        assert sentence.startswith("Too few to tell yet: ")
        return
    last = points.iloc[-1]
    wait = number(re.search(rf"({NUMBER}) days?", sentence)[1])
    assert wait == round(last["value"])
    assert sentence.startswith("None in the ") == bool(last["waiting"])
    side = np.sign(points["value"] - points["centre"]).tolist()
    direction = 0 if last["signal"] == "none" else side[-1]
    if found := re.search(r"normal range \(([^)]*)\)", sentence):
        where = in_range(found[1], wait)
        if last["signal"] == "outside limits":
            assert where == (1 if "longer than" in sentence else -1) == direction, sentence
        else:
            assert where == 0, sentence
    if found := re.search(r"the last (\d+) came (closer together|further apart) than usual", sentence):
        assert int(found[1]) >= 7 and set(side[-int(found[1]) :]) == {direction}, sentence
        assert (found[2] == "further apart") == (direction > 0)
        assert len(side) == int(found[1]) or side[-int(found[1]) - 1] != direction
    if found := re.search(r"getting (longer|shorter) (\d+) times", sentence):
        direction = 1 if found[1] == "longer" else -1
        steps = np.sign(np.diff(points["value"].round(6))).tolist()
        assert int(found[2]) >= 7 and set(steps[-int(found[2]) + 1 :]) == {direction}, sentence
    longer_is_good = {COUNT: 1, UP: -1, NEUTRAL: 0}[judgement.key]
    assert ("an improvement" in sentence) == (direction * longer_is_good > 0), sentence
    assert ("a concern" in sentence) == (direction * longer_is_good < 0), sentence
