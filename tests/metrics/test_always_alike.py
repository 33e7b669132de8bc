"""A share that was always 100%, or 0%: whether it meets its target every month, and where too few stand behind it to say so.

Eden detains six children a month, by day, and each is seen by liaison and diversion. Carlisle detains six a month overnight, and
none of them is seen. Allerdale detains one a month, by day, who is seen. Data of three years, 2023 to 2025.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from judged import judged, points_of, setting
from product import answered, database_of
from recount.by_hand import HUBS, child, numbered, row
from test_signals import aim

from metrics import charts
from metrics.metric import Better
from metrics.signals.discussion import Budget, budget, in_order
from metrics.signals.judgement import judge
from metrics.signals.sentences import against_target, method, verdict
from metrics.signals.volume import ALIKE_FROM, suffices
from metrics.statistics import spc
from metrics.themes import METRICS
from queries.clock import add_months
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

SEEN, OVERNIGHT = "liaison_diversion_share", "overnight_share"  # the more the better; the fewer the better
MONTHS = [add_months(date(2023, 1, 1), month) for month in range(36)]
HOURS = {"by day": ("10:00", "16:00"), "overnight": ("23:00", "07:00")}
TARGETS = [aim(SEEN, 0.95), aim(OVERNIGHT, 0.0), aim(OVERNIGHT, 1.0, hub_id="CAR"), aim("strip_search_with_adult_share", 1.0)]


def held(month, hub, when, seen):
    on, (start, end) = month + timedelta(days=9), HOURS[when]
    until = on + timedelta(days=when == "overnight")
    times = {"authorised_on": on, "authorised_at": f"{on} {start}", "released_at": f"{until} {end}"}
    return row(child_id="A", hub_id=hub, liaison_diversion_seen=seen, **times)


def detentions():
    listed = [held(month, "EDE", "by day", True) for month in MONTHS for _ in range(6)]
    listed += [held(month, "CAR", "overnight", False) for month in MONTHS for _ in range(6)]
    listed += [held(month, "ALL", "by day", True) for month in MONTHS]
    return numbered("detention_id", [*listed, row(child_id="Z", authorised_on=date(2025, 12, 31))])


@pytest.fixture(scope="module")
def force(on_each_engine):
    allerdale = {"hub_id": "ALL", "name": "Allerdale", "area": "West", "authority": "Cumberland", "force": "Cumbria"}
    children = [child("A", "2010-01-01"), child("Z", "1980-01-01")]
    return database_of({"hubs": [*HUBS, allerdale], "children": children, "detentions": detentions(), "targets": TARGETS})


def judged_at(url, end=date(2026, 1, 1)):
    scope = Scope(Access("command"), start=add_months(end, -12), end=end)
    keys = (SEEN, OVERNIGHT, "strip_search_with_adult_share", "detentions")
    found = answered(connect(url), judge, [METRICS[key] for key in keys], scope, hubs=True)
    return {(judgement.key, judgement.hub): judgement for judgement in found}


@pytest.mark.parametrize(
    ("key", "hub", "last", "assurance", "against"),
    [
        (SEEN, "EDE", "100.0%", "meets", "It meets the target (at least 95.0%) every month."),
        (SEEN, "CAR", "none", "misses", "It misses the target (at least 95.0%) every month."),
        (OVERNIGHT, "EDE", "none", "meets", "It meets the target (at most 0.0%) every month."),
        (OVERNIGHT, "CAR", "100.0%", "meets", "It meets the target (at most 100.0%) every month."),
    ],
)
def test_a_share_that_never_varied_is_held_against_its_target(force, key, hub, last, assurance, against):
    found, metric = judged_at(force)[key, hub], METRICS[key]
    assert (found.method, found.verdict, found.assurance) == ("months", "common cause", assurance)
    assert verdict(metric, found) == f"December 2025: {last}, as in each of the 36 months shown."
    assert against_target(metric, found) == against
    assert method(found) == "Control chart of 36 months."


def test_one_a_month_is_too_few_for_a_share_whatever_it_was(force):
    found = judged_at(force)[SEEN, "ALL"]
    assert (found.method, found.verdict, found.assurance) == ("too few", "too few to tell", "no target")


def test_from_24_months_on(force):
    short, enough = (judged_at(force, end)[SEEN, "EDE"] for end in (date(2024, 12, 1), date(2025, 1, 1)))
    assert (short.verdict, short.assurance) == ("too few to tell", "no target")
    assert (len(enough.current_points), enough.assurance) == (ALIKE_FROM, "meets")


def test_where_nobody_was_strip_searched_there_is_no_share(force):
    assert judged_at(force)["strip_search_with_adult_share", None].verdict == "not available"


# What suffices, of made series


def enough(k, n, key=SEEN, target=0.9, rebases=(), **how):
    metric = METRICS[key]
    return suffices(metric, points_of(metric, k, n, **how), setting(metric, target, rebases))


@pytest.mark.parametrize(
    ("k", "n", "how", "is_enough"),
    [
        ([5] * 24, 5, {}, True),
        ([4] * 24, 4, {}, False),  # fewer than five a month
        ([1] * 36, 1, {}, False),
        ([0] * 24, 5, {}, True),
        ([5] * 23, 5, {}, False),  # less than two years
        ([5] * 23 + [4], 5, {}, False),  # it varied once
        ([5] * 25, 5, {"unripe": 1}, True),
        ([5] * 24, 5, {"unripe": 1}, False),
        ([5] * 24, 5, {"target": None}, False),
        ([5] * 24, 5, {"key": "nfa_share"}, False),  # neither more nor fewer are better
        ([5] * 24, None, {"key": "searches", "target": None}, True),  # a plain count of five a month
        ([4] * 24, None, {"key": "searches", "target": None}, False),
        ([3] * 6 + [5] * 24, 5, {"rebases": ["2024-07-01"]}, True),  # since its limits were recalculated
        ([5] * 29, 5, {"rebases": ["2024-07-01"]}, False),
        ([5] * 24, 5, {"rebases": ["2026-01-02"]}, True),  # after the last month
        ([5, *[0] * 3] * 6 + [5] * 18, [5, *[0] * 3] * 6 + [5] * 18, {}, True),  # months without a case say nothing
        ([20] * 6 + [1] * 24, [20] * 6 + [1] * 24, {"rebases": ["2024-07-01"]}, False),  # one a month since
        ([5] * 24, 5, {"method": "quarters", "first": "2019-01-01"}, True),
    ],
)
def test_what_is_enough(k, n, how, is_enough):
    assert enough(k, n, **how) is is_enough


def test_quarters_are_called_quarters():
    found = judged(SEEN, [9] * 24, 9, method="quarters", first="2019-01-01", target=0.9)
    assert against_target(METRICS[SEEN], found) == "It meets the target (at least 90.0%) every quarter."


def test_a_share_that_once_varied_before_a_rebase_is_said_to_meet_its_target_every_month_since():
    found = judged(SEEN, [*[3, 6] * 6, *[9] * 24], 9, target=1.0, rebases=["2025-01-01"])
    assert found.assurance == "meets"
    assert against_target(METRICS[SEEN], found) == "It meets the target (at least 100.0%) every month."


def test_fewer_alike_are_described_as_before():
    found = judged(SEEN, [9] * 23, 9, target=0.9)
    assert against_target(METRICS[SEEN], found).startswith("Keeps meeting the target (at least 90.0%)")


@pytest.mark.parametrize(
    ("value", "target", "better", "expected"),
    [
        (1.0, 1.0, Better.HIGHER, "meets"),
        (0.0, 0.0, Better.LOWER, "meets"),
        (0.0, 0.0, Better.HIGHER, "meets"),  # at least nothing
        (0.0, 0.1, Better.HIGHER, "misses"),
        (1.0, 0.9, Better.LOWER, "misses"),
        (0.1, 0.3 / 3, Better.HIGHER, "meets"),  # whatever rounding made of a mean of tenths
        (0.5, 0.5, Better.NEITHER, "no target"),
    ],
)
def test_what_never_varies_meets_a_target_that_it_reaches(value, target, better, expected):
    limits = (np.mean([value] * 30), np.mean([value] * 31))
    assert spc.assurance(*limits, target, better) == expected


# In the lists and on the chart


def test_what_never_meets_its_target_is_worth_discussing_before_what_has_not_changed():
    misses = judged(SEEN, [0] * 24, 6, target=0.9)
    steady = judged(SEEN, [3, 4] * 12, 9, hub="EDE")
    assert in_order([steady, misses]) == [misses, steady]


def test_no_chance_flag_is_expected_of_what_could_not_be_flagged():
    """As soon as it varied, it would be too few to tell."""
    always, steady = judged(SEEN, [6] * 24, 6, target=0.9), judged(SEEN, [30, 34] * 12, 40)
    assert not always.is_checked and steady.is_checked
    assert budget([always, steady]) == replace(budget([steady]), checked=1)
    assert budget([always]) == Budget(0, 0, 0)


def test_its_chart_has_the_line_and_the_target():
    figure = charts.control(METRICS[SEEN], judged(SEEN, [6] * 24, 6, target=0.9))
    drawn = [trace["y"] for trace in figure.to_plotly_json()["data"]]
    assert [1.0] * 24 in [list(values) for values in drawn] and [0.9, 0.9] in [list(values) for values in drawn]
