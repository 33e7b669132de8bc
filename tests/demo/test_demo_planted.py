"""The changes that the demo says it has planted are there, in the direction it says, and not elsewhere."""

import pandas as pd
import pytest

from tests.demo import counting

pytestmark = pytest.mark.xdist_group("demo")  # what they build, they build once


def before_and_since(rows: pd.DataFrame, column: str, end: pd.Timestamp, months: int, back: int = 24):
    """The rows of so many months to the end, and of the two years before them."""
    first = end + pd.Timedelta(days=1)
    turn = first - pd.DateOffset(months=months)
    return counting.inside(rows, column, (turn - pd.DateOffset(months=back), turn)), counting.inside(rows, column, (turn, first))


def test_overnight_detention_falls_in_carlisle_alone(frames, end):
    detained = counting.child_detentions(frames)
    detained["overnight"] = counting.overnight(detained)
    there = detained["hub_id"] == "carlisle"
    before, since = before_and_since(detained[there].dropna(subset="overnight"), "authorised_on", end, 18)
    assert since["overnight"].astype(float).mean() < before["overnight"].astype(float).mean() - 0.15
    before, since = before_and_since(detained[~there].dropna(subset="overnight"), "authorised_on", end, 18)
    assert since["overnight"].astype(float).mean() == pytest.approx(before["overnight"].astype(float).mean(), abs=0.08)


def test_diversion_takes_the_place_of_outcome_21_in_allerdale(crimes, end):
    closed = crimes.query("standing != '0' and hub_id == 'allerdale'")
    before, since = before_and_since(closed, "closed_on", end, 14)
    assert (since["standing"] == "21").mean() < 0.7 * (before["standing"] == "21").mean()
    assert since["standing"].isin(["22", "23"]).mean() > 1.5 * before["standing"].isin(["22", "23"]).mean()


def test_the_conversion_rate_rises_in_copeland(frames, end):
    searched = counting.child_searches(frames).query("hub_id == 'copeland'").dropna(subset="outcome")
    before, since = before_and_since(searched, "searched_on", end, 12)
    rates = [(rows["outcome"] != "no further action").mean() for rows in (before, since)]
    assert rates[1] > rates[0] + 0.07


def test_missing_repeats_rise_in_barrow(missing, end):
    repeats = missing.query("repeat and hub_id == 'barrow'")
    before, since = before_and_since(repeats, "reported_on", end, 10)
    assert len(since) / 10 > 1.3 * len(before) / 24


def test_a_new_home_in_south_lakeland_brings_calls(frames, end):
    calls = frames["incidents"].query("hub_id == 'south-lakeland' and home_id.notna()")
    before, since = before_and_since(calls, "created_on", end, 9)
    assert len(since) / 9 > 2 * len(before) / 24
    newest = frames["care_homes"]["home_id"].iloc[-1]
    assert calls.loc[calls["home_id"] == newest, "created_on"].min() >= end + pd.Timedelta(days=1) - pd.DateOffset(months=9)
