"""What benchmarks/signals.py measures: exact figures by hand, series judged as the dashboard judges them, few false flags."""

from datetime import timedelta

import numpy as np
import pytest
from product import answered, database_of

from benchmarks import coverage, quiet, worlds
from benchmarks.signals import MEANS, worst
from benchmarks.worlds import FIRST, HISTORY, Kind, World, judged, world
from metrics.signals.judgement import judge
from metrics.themes import METRICS
from queries.clock import add_months
from queries.engine import connect
from queries.scope import Access, Scope

KEY = "searches"
CLOSES = add_months(FIRST, HISTORY)
DIRECTION = {"neutral high": 1, "neutral low": -1, "common cause": 0}


def rng(row):
    return np.random.default_rng([1, row])


@pytest.mark.parametrize(
    ("n", "share", "held"),
    [
        # None and all of five leave a half out, each with a chance of 1/32; of ten also one and nine, with 10/1024 each.
        (5, 0.5, 1 - 2 / 2**5),
        (10, 0.5, 1 - (2 + 20) / 2**10),
        # Of five with a true share of 2%, the range holds it for none (0 to 43%) and leaves it out for one (3.6% to 62%).
        (5, 0.02, 0.98**5),
    ],
)
def test_coverage_of_a_share_is_what_adding_up_by_hand_gives(n, share, held):
    assert coverage.of_wilson(n, share) == pytest.approx(held, abs=1e-12)


def test_coverage_of_a_count_is_what_adding_up_by_hand_gives():
    # Of none the range is 0 to 3.69, of one 0.025 to 5.57, of two 0.242 to 7.22, of three from 0.619.
    assert coverage.of_poisson(0.5) == pytest.approx(np.exp(-0.5) * (1 + 0.5 + 0.5**2 / 2), abs=1e-9)


@pytest.mark.parametrize("mean", MEANS)
def test_few_series_are_flagged_where_nothing_changes(mean):
    chance = rng(int(10 * mean))
    series = [world(Kind(mean), chance) for _ in range(120)]
    assert np.mean([judged(each)[1] != 0 for each in series]) <= 0.06


@pytest.mark.parametrize("mean", [0.05, 0.3, 3.0, 10.0, 30.0])
@pytest.mark.parametrize("change", [1.0, 3.0])
def test_a_series_is_judged_as_the_dashboard_judges_it(mean, change):
    made = world(Kind(mean), rng(int(100 * mean)))
    daily = made.daily.copy()
    first_changed = (add_months(CLOSES, -12) - FIRST).days
    daily[first_changed:] = np.rint(daily[first_changed:] * change)
    daily[(CLOSES - FIRST).days :] = 0
    judgement = product_judgement(daily)
    method, direction = judged(World(daily))
    assert (judgement.method, DIRECTION.get(judgement.verdict, 0)) == (method, direction)


def product_judgement(daily):
    """The same events as searches of children in a database, judged by the dashboard; a vehicle each on the two outer days."""
    days = [FIRST + timedelta(days=int(day)) for day in np.repeat(np.arange(len(daily)), daily.astype(int))]
    child = {"kind": "person", "age": 15, "force": "f"}
    searched = [{"search_id": f"{number}", "searched_on": day, **child} for number, day in enumerate(days)]
    outer = [
        {"search_id": f"outer {day}", "searched_on": day, "kind": "vehicle", "force": "f"}
        for day in (FIRST, CLOSES - timedelta(days=1))
    ]
    scope = Scope(Access("command"), add_months(CLOSES, -12), CLOSES)
    url = database_of({"stop_searches": [*searched, *outer]})
    return answered(connect(url), judge, [METRICS[KEY]], scope)[0]


def test_each_cell_of_a_quiet_world_adds_up_the_same_events():
    sums = [quiet.is_found(quiet.world("chance alone", rng(1))).groupby(level=[0, 1]).size().tolist() for _ in range(2)]
    assert sums[0] == sums[1] == [10, 6, 8, 60, 6, 8, 6, 6, 6, 6, 6, 6, 4, 6, 6, 6]


@pytest.mark.parametrize("kind", ["chance alone", "twice its variance"])
def test_few_quiet_worlds_show_a_trend(kind):
    chance = rng(7)
    assert np.mean([quiet.is_found(quiet.world(kind, chance)).any() for _ in range(60)]) <= 0.1


def test_a_cell_that_more_than_doubles_is_found():
    chance = rng(8)
    assert all(quiet.is_found(quiet.world("chance alone", chance, doubled=120.0))[quiet.DOUBLED] for _ in range(5))


def test_the_worst_rate_is_of_volumes_at_which_a_method_is_chosen_often():
    rows = [{"months": (90, 9), "quarters": (10, 10)}, {"months": (100, 2)}, {"quarters": (100, 3)}]
    assert worst(rows) == {"months": 0.1, "quarters": 0.03, "days between": 0.0}


def test_a_change_is_noticed_after_so_many_months():
    daily = np.zeros_like(world(Kind(1.0), rng(9)).daily)
    daily[::3] = 1
    change = (CLOSES - FIRST).days
    daily[change:] = 1
    assert worlds.noticed(World(daily), 1) == 1
    assert worlds.noticed(World(daily), -1) is None
