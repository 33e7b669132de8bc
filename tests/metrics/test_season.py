"""The time of year: a made season is found again, and nothing else is taken for one."""

import numpy as np
import pandas as pd
import pytest

from metrics.statistics.season import season, seasons

SUMMER = [1.0] * 6 + [2.0] * 2 + [1.0] * 4  # July and August bring twice as many
OF_A_YEAR = [10 + month for month in range(12)]  # 10 in January to 21 in December: 15.5 in the mean


def monthly(counts, first="2021-01-01"):
    """Counts from a month on, labelled as `measure` labels months."""
    months = pd.date_range(first, periods=len(counts), freq="MS")
    return pd.Series(counts, [f"{month:%Y-%m-%d}" for month in months], dtype=float)


def drawn(mean, seed=1):
    return np.random.default_rng(seed).poisson(mean)


def test_a_season_that_is_the_same_every_year():
    found = season(monthly(OF_A_YEAR[::-1] * 5))
    assert found.index.tolist() == list(range(1, 13))
    assert found.tolist() == pytest.approx([count / 15.5 for count in OF_A_YEAR[::-1]])


def test_it_is_named_by_the_month_wherever_the_year_begins():
    counts = [*OF_A_YEAR[3:], *OF_A_YEAR[:3]] * 5  # from April on
    assert season(monthly(counts, "2020-04-01")).tolist() == pytest.approx([count / 15.5 for count in OF_A_YEAR])


@pytest.mark.parametrize("growth", [0.7, 1, 1.3, 2])
def test_a_made_season_is_recovered_from_counts_whatever_their_growth(growth):
    level = 100 * growth ** (np.arange(60) / 12)
    found = season(monthly(drawn(level * np.tile(SUMMER, 5))))
    assert found.mean() == pytest.approx(1)
    assert found.to_numpy() == pytest.approx(np.array(SUMMER) * 12 / 14, rel=0.15)


def test_only_the_last_five_years_count_and_only_whole_ones():
    assert season(monthly([5, 900] * 12 + OF_A_YEAR[::-1] * 5, "2019-01-01")).iloc[0] == pytest.approx(21 / 15.5)
    assert season(monthly([1, *OF_A_YEAR[::-1] * 4], "2020-12-01")).iloc[0] == pytest.approx(21 / 15.5)


def test_growth_is_that_of_the_middle_year_and_of_two_the_one_nearer_to_none():
    """Years of half as many, twice, and of a fifth fewer, twice: months fall by a fifth a year, the rest is the season."""
    within = np.array(SUMMER) * 0.8 ** ((np.arange(12) - 5.5) / 12)
    for of_years in (
        [100, 50, 25, 20, 16],
        [100, 200, 400, 320, 256],
    ):  # of the latter a fifth fewer is the nearer of the middle two
        found = season(monthly(np.concatenate([level * within for level in of_years])))
        assert found.to_numpy() == pytest.approx(np.array(SUMMER) * 12 / 14)


def test_a_month_that_is_not_known_in_whatever_way_it_is_written():
    assert season(monthly(OF_A_YEAR * 5).astype(object)).iloc[0] == pytest.approx(10 / 15.5)
    assert season(monthly([*OF_A_YEAR * 4, *OF_A_YEAR[:11], np.nan]).astype("Float64")) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("count", [0, 7, 20])
def test_no_season_in_what_is_always_the_same(count):
    assert season(monthly([count] * 60)) is None


def test_no_season_in_too_short_too_rare_or_blank_series():
    assert season(monthly(OF_A_YEAR * 3 + OF_A_YEAR[:11])) is None, "under four years"
    assert season(monthly(OF_A_YEAR * 4)) is not None
    a_few = [round(count * 4 / 15.5) for count in OF_A_YEAR]
    assert season(monthly(a_few * 5)) is None, "4 a month"
    assert season(monthly([2, 3, 4, 4, 5, 5, 5, 5, 6, 6, 7, 8] * 5)) is not None, "5 a month"
    assert season(monthly([*OF_A_YEAR * 4, *OF_A_YEAR[:11], np.nan])) is None
    assert season(monthly([0] * 12 + OF_A_YEAR * 4)) is None, "a year of none"
    assert season(monthly([count / 16 for count in OF_A_YEAR] + OF_A_YEAR * 4)) is not None, "a year of almost none"
    assert season(monthly([])) is None


def test_a_month_that_has_never_any_is_no_season_to_divide_by():
    assert season(monthly([0, *OF_A_YEAR[1:]] * 5)) is None


@pytest.mark.parametrize("seed", range(10))
def test_no_season_in_chance_in_one_unusual_year_in_steps_or_in_growth(seed):
    years = np.arange(60) / 12
    for what, mean in {
        "chance": np.full(60, 50.0),
        "unusual year": np.where((years >= 2) & (years < 3), 150.0, 50.0),
        "step": np.where(years < 2.5, 50.0, 100.0),
        "steps": 50.0 * (1 + years // 2),
        "growth": 50 * 1.5**years,
        "decline": 200 * 0.7**years,
    }.items():
        assert season(monthly(drawn(mean, seed))) is None, what


@pytest.mark.parametrize("growth", [1.25, 2])
def test_no_season_in_steady_growth(growth):
    """Where each year has twice as many, roundings are the same in all."""
    assert season(monthly(100 * growth ** (np.arange(60) / 12))) is None


def test_one_summer_of_twice_as_many_is_no_season():
    counts = [10] * 60
    counts[30:32] = [40, 40]
    assert season(monthly(counts)) is None


def test_many_series_at_once_come_out_as_each_alone():
    """With a season, without one, too few, growing, by chance, with a month of none, and with one that is not known."""
    rows = [
        OF_A_YEAR * 5,
        [20] * 60,
        [1, 0, 2] * 20,
        list(drawn(30 * np.tile(SUMMER, 5))),
        list(drawn(np.full(60, 50.0))),
        [0, *OF_A_YEAR[1:]] * 5,
        list(100 * 2 ** (np.arange(60) / 12)),
        [*OF_A_YEAR * 4, *OF_A_YEAR[:11], np.nan],
    ]
    together = seasons(np.array(rows, dtype=float))
    for row, found in zip(rows, together, strict=True):
        alone = season(monthly(row))
        assert np.isnan(found).all() if alone is None else found.tolist() == alone.tolist()
    assert (~np.isnan(together)).all(axis=1).tolist() == [True, False, False, True, False, False, False, False]
