"""Control charts against published series (see tests/vectors), by hand, and against what must hold of any series."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.metric import Better
from metrics.statistics.spc import (
    Series,
    assurance,
    control_chart,
    control_charts,
    lengths_of_runs,
    limits,
    shifts,
    trends,
    two_of_three,
    variation,
    whole_run,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "spc"
UNIT_CASES = json.loads((VECTORS / "ptd_rule_unit_vectors.json").read_text())
HIGHER, LOWER, NEITHER = Better.HIGHER, Better.LOWER, Better.NEITHER
COLUMNS = ["value", "centre", "lower_limit", "upper_limit", "signal", "variation", "direction", "run_length"]


def chart_of(*values, better=HIGHER, **more):
    return control_chart(pd.Series(values, dtype=float), better, **more)


def signals(*values, **more):
    return chart_of(*values, **more)["signal"].tolist()


# Published

PUBLISHED = {
    "deviations_screened": (18, HIGHER, True),
    "deviations_unscreened": (18, HIGHER, False),
    "icon_s5": (24, HIGHER, True),
    "icon_s8": (24, LOWER, True),
    "rnorm20_seed123": (20, HIGHER, True),
}
RULES = {
    "Common Cause": "none",
    "Above UCL": "outside limits",
    "Below LCL": "outside limits",
    "7 Points Above CL": "shift",
    "7 Points Below CL": "shift",
    "2 in 3 Above CL": "two of three",
    "2 in 3 Below CL": "two of three",
    "7 Point Trend (Increasing)": "trend",
    "7 Point Trend (Decreasing)": "trend",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_series_point_for_point(name):
    points, better, screen = PUBLISHED[name]
    found = pd.read_csv(VECTORS / f"ptd_{name}.csv", index_col="x")
    assert len(found) == points
    target = found["target"].iloc[0]
    own = control_chart(found["y"], better, None if math.isnan(target) else target, screen)
    for column, theirs in (("value", "y"), ("centre", "mean_col"), ("lower_limit", "lpl"), ("upper_limit", "upl")):
        assert own[column].tolist() == pytest.approx(found[theirs].tolist(), rel=1e-12, abs=1e-12)
    assert own["signal"].tolist() == found["special_cause_type"].map(RULES).tolist()
    meanings = {"common_cause": "common cause", "special_cause_improvement": "improvement", "special_cause_concern": "concern"}
    assert own["variation"].tolist() == found["point_type"].map(meanings).tolist()
    assert own.index.tolist() == found.index.tolist()


def test_the_series_with_targets_miss_or_meet_them_as_their_icons_say():
    """Icon S5: limits -0.03 to 5.41 above a target of -3, where more is better. Icon S8: -5.09 to 0.20 below 3, where less is."""
    for name in ("icon_s5", "icon_s8"):
        found = pd.read_csv(VECTORS / f"ptd_{name}.csv")
        own = control_chart(found["y"], PUBLISHED[name][1], found["target"].iloc[0])
        assert set(own["assurance"]) == {"meets"}
        assert set(own["target"]) == set(found["target"])


ONE_LIST = {
    "seven_one_side": lambda given: abs(shifts(given)).tolist(),  # published without the side
    "seven_trend": lambda given: trends(given).tolist(),
    "part_of_seven": lambda given: abs(whole_run(given)).tolist(),
}


def cases(*names):
    chosen = [case for case in UNIT_CASES if case["fn"] in names]
    return pytest.mark.parametrize("case", chosen, ids=[f"{case['fn']}{place}" for place, case in enumerate(chosen)])


@cases(*ONE_LIST)
def test_published_cases_of_runs(case):
    assert ONE_LIST[case["fn"]](case["input"]) == case["expected"]


def test_whole_run_keeps_the_direction():
    assert whole_run([0, 0, 0, 0, 0, 0, -1, 0]).tolist() == [-1] * 7 + [0]
    assert whole_run([0] * 6 + [1] + [0] * 5 + [-1]).tolist() == [1] * 7 + [-1] * 6  # the peak belongs to the rise


@cases("two_in_three")
def test_published_cases_of_two_in_three(case):
    assert two_of_three(case["close"], case["side"]).tolist() == list(map(bool, case["expected"]))


@cases("part_two_in_three")
def test_published_cases_of_the_points_that_are_part_of_two_in_three(case):
    close = case.get("close", case.get("input"))
    found = two_of_three(close, case["side"]) & [bool(near) for near in close]
    assert found.tolist() == list(map(bool, case["expected"]))


@cases("assurance")
def test_published_cases_of_assurance(case):
    better = {"increase": HIGHER, "decrease": LOWER, "neutral": NEITHER}[case["improvement"]]
    words = {"consistent_fail": "misses", "consistent_pass": "meets", "inconsistent": "hit or miss", None: "no target"}
    found = [assurance(low, high, case["target"], better) for low, high in zip(case["lpl"], case["upl"], strict=True)]
    assert found == [words[expected] for expected in case["expected"]]


def test_a_target_that_lies_on_a_limit_may_be_met_or_missed():
    for better in (HIGHER, LOWER):
        assert [assurance(0.2, 0.4, target, better) for target in (0.2, 0.4)] == ["hit or miss"] * 2


def test_what_is_usual_of_a_series_is_its_own():
    """One that never changed but by a jump of 8 beside one that goes to and fro: mean ranges of 16/9 and 1, times 2.66."""
    jump, to_and_fro = [1] * 4 + [9] + [1] * 5, [0, 1] * 5
    centre, distance = limits([jump, to_and_fro])
    assert centre.tolist() == [1.8, 0.5]
    assert distance.tolist() == pytest.approx([2.66 * 16 / 9, 2.66])


def test_no_published_case_is_left_out():
    assert {case["fn"] for case in UNIT_CASES} == {*ONE_LIST, "two_in_three", "part_two_in_three", "assurance"}
    assert len(UNIT_CASES) == 26


# By hand


def test_centre_and_limits():
    """1 and 2 in turn: the mean is 1.5, every moving range 1, so the limits lie 2.66 away."""
    found = chart_of(*[1, 2] * 6)
    assert list(found) == COLUMNS
    assert found.iloc[-1].tolist() == [2, 1.5, pytest.approx(1.5 - 2.66), pytest.approx(1.5 + 2.66), "none", "common cause", 0, 0]
    assert set(found["signal"]) == {"none"}


def test_a_jump_is_left_out_of_the_mean_moving_range_once():
    """Ranges 1 x 10 and 29: their mean 39 / 11, times 3.267 is 11.6, below 29; without it the mean is 1."""
    values = [*[1, 2] * 5, 1, 30]
    screened, whole = (chart_of(*values, screen=screen).iloc[-1] for screen in (True, False))
    assert screened["upper_limit"] - screened["centre"] == pytest.approx(2.66)
    assert whole["upper_limit"] - whole["centre"] == pytest.approx(2.66 * 39 / 11)
    assert screened["signal"] == whole["signal"] == "outside limits"
    assert screened["variation"] == "improvement"


@pytest.mark.parametrize("value", [0, 5, 0.1, 0.7, 1 / 3, 1e-6, 123456.789])
@pytest.mark.parametrize("points", [2, 7, 12, 13, 36])
def test_a_constant_series_has_no_signal(value, points):
    """The floating-point mean of some tenths is not a tenth: the points must not all lie on one side of it."""
    found = chart_of(*[value] * points)
    assert found["centre"].tolist() == pytest.approx([value] * points)
    assert found["lower_limit"].tolist() == pytest.approx([value] * points)
    assert set(found["signal"]) == {"none"} and set(found["variation"]) == {"common cause"}


def test_one_that_differs_among_constants_is_outside_and_the_others_are_not():
    """Without the jumps to it and back nothing would vary, and the limits would have no width: then they are kept."""
    assert signals(*[5] * 6, 9, *[5] * 6) == ["none"] * 6 + ["outside limits"] + ["none"] * 6
    assert "outside limits" not in signals(*[1.0] * 30, 0.9, *[1.0] * 5)[-5:]


def test_a_gap_has_no_signal_and_no_moving_range_across_it():
    """1, nothing, 5, 6: the mean is 4 and the only moving range 1."""
    found = chart_of(1, math.nan, 5, 6)
    assert found["centre"].tolist() == [4] * 4
    assert found["upper_limit"].tolist() == pytest.approx([6.66] * 4)
    assert math.isnan(found["value"].iloc[1]) and found["signal"].iloc[1] == "none"


ABOVE, BELOW = [5, 9, 5, 9, 5, 9, 5], [3, -1, 3, -1, 3, -1, 3]  # about 4; swings of 4 keep the limits and outer thirds away


def test_a_gap_breaks_a_trend_and_a_run():
    assert "trend" in signals(1, 2, 3, 4, 5, 6, 7)
    assert "trend" not in signals(1, 2, 3, 4, 5, 6, math.nan, 7, 8, 9)
    assert set(signals(*ABOVE, *BELOW)) == {"shift"}
    broken = [*ABOVE[:4], math.nan, *ABOVE[4:], *BELOW[:4], math.nan, *BELOW[4:]]
    assert set(signals(*broken)) == {"none"}


def test_one_value_has_no_limits_and_an_empty_series_no_rows():
    found = chart_of(3, target=2)
    assert found["centre"].tolist() == [3]
    assert found[["lower_limit", "upper_limit"]].isna().all(axis=None)
    assert found["signal"].tolist() == ["none"] and found["assurance"].tolist() == ["no target"]
    for values in ((), (math.nan, math.nan)):
        found = chart_of(*values, target=2)
        assert list(found) == [*COLUMNS, "target", "assurance"] and len(found) == len(values)
        assert found[["centre", "lower_limit", "upper_limit"]].isna().all(axis=None)
        assert set(found["signal"]) <= {"none"}


def test_fewer_than_twelve_points_have_trial_limits():
    found = chart_of(1, 2, 1, 2, 1)
    assert found["centre"].tolist() == pytest.approx([1.4] * 5)
    assert found["upper_limit"].tolist() == pytest.approx([1.4 + 2.66] * 5)


def test_a_tie_breaks_a_trend():
    assert signals(*[9, 1] * 9, 2, 3, 4, 5, 6, 7) == ["none"] * 17 + ["trend"] * 7
    assert set(signals(*[9, 1] * 9, 2, 3, 3, 4, 5, 6, 7)) == {"none"}
    assert set(signals(*[9, 1] * 9, 2, 3, 4, 5, 6)) == {"none"}  # six


def test_a_point_on_the_centre_breaks_a_run():
    assert set(signals(*ABOVE[:4], 4, *ABOVE[4:], *BELOW[:4], 4, *BELOW[4:])) == {"none"}
    assert signals(*ABOVE, 4, *BELOW) == ["shift"] * 7 + ["none"] + ["shift"] * 7


def test_two_of_three_near_a_limit():
    """40 and 60 ten times, then 94, 80, 94: the centre is 1268 / 23 = 55.1, the limit 2.66 x 442 / 22 = 53.4 away.

    So two thirds of the way are 55.1 + 35.6 = 90.8, which 94 is beyond and 80 is not.
    """
    found = chart_of(*[40, 60] * 10, 94, 80, 94, better=LOWER)
    assert found["centre"].iloc[0] == pytest.approx(1268 / 23)
    assert found["upper_limit"].iloc[0] == pytest.approx(1268 / 23 + 2.66 * 442 / 22)
    assert found["signal"].tolist() == ["none"] * 20 + ["two of three", "none", "two of three"]
    assert found["variation"].tolist() == ["common cause"] * 20 + ["concern", "common cause", "concern"]
    assert set(signals(*[40, 60] * 10, 88, 80, 88)) == {"none"}
    assert set(signals(*[40, 60] * 10, 98, 50, 98)) == {"none"}  # the one between on the other side


DOWN_THEN_UP = [10, 12] * 6 + [20, 22] * 6


def test_a_rebase_begins_new_limits_and_runs():
    whole = chart_of(*DOWN_THEN_UP)
    assert (whole["signal"] != "none").all()
    found = chart_of(*DOWN_THEN_UP, rebases=[12])
    assert found["centre"].tolist() == [11] * 12 + [21] * 12
    assert found["upper_limit"].tolist() == pytest.approx([11 + 2 * 2.66] * 12 + [21 + 2 * 2.66] * 12)
    assert set(found["signal"]) == {"none"}
    assert found.index.tolist() == list(range(24))


def test_no_run_goes_on_across_a_rebase():
    assert "none" not in signals(1, 2, 3, 4, 5, 6, 7, 8)
    assert set(signals(1, 2, 3, 4, 5, 6, 7, 8, rebases=[4])) == {"none"}


def test_rebases_are_labels_in_any_order_and_one_at_the_first_point_begins_nothing():
    months = pd.Series(DOWN_THEN_UP, [f"m{place:02}" for place in range(24)], dtype=float)
    found = control_chart(months, HIGHER, rebases=["m18", "m00", "m12"])
    assert found["centre"].tolist() == [11] * 12 + [21] * 12
    pd.testing.assert_frame_equal(control_chart(months, HIGHER, rebases=["m00"]), control_chart(months, HIGHER))


def test_an_unknown_rebase_is_refused():
    with pytest.raises(ValueError, match="no point at 99, where a rebase is recorded"):
        chart_of(1, 2, 3, rebases=[99])


def test_how_many_equal_signs_in_a_row_each_belongs_to():
    assert lengths_of_runs([1, 1, -1, 0, 0, 1, -1, -1, -1]).tolist() == [2, 2, 1, 0, 0, 1, 3, 3, 3]
    assert lengths_of_runs([]).tolist() == []


def runs(*values, **more):
    return chart_of(*values, **more)["run_length"].tolist()


def test_the_length_of_a_run_is_of_the_whole_run_however_long():
    assert runs(*[9, 1] * 9, 2, 3, 4, 5, 6, 7) == [0] * 17 + [7] * 7
    assert runs(*[9, 1] * 9, 2, 3, 4, 5, 6, 7, 8) == [0] * 17 + [8] * 8
    assert runs(*ABOVE, 4, *BELOW) == [7] * 7 + [0] + [7] * 7
    assert runs(*ABOVE, 9, 5, 4, *BELOW, -1, 3) == [9] * 9 + [0] + [9] * 9


def test_only_a_trend_and_a_shift_have_a_run():
    assert runs(*[1, 2] * 5, 1, 30) == [0] * 12, "outside limits"
    assert set(runs(*[40, 60] * 10, 94, 80, 94)) == {0}, "two of three"
    assert set(runs(*[1, 2] * 6)) == {0}


def test_the_length_of_a_run_is_in_the_direction_of_its_signal():
    """Up for 8 points and down again for 10, of which the peak is one: it belongs to the rise."""
    values = [*[5, 30] * 9, *range(10, 18), *range(16, 7, -1)]
    found = chart_of(*values)
    trend = found[found["signal"] == "trend"]
    assert trend["direction"].tolist() == [1] * 8 + [-1] * 9
    assert trend["run_length"].tolist() == [8] * 8 + [10] * 9


def test_a_gap_and_a_rebase_end_the_length_of_a_run():
    broken = [*ABOVE, math.nan, *ABOVE[:4], *BELOW, *BELOW[:4]]
    found = chart_of(*broken)
    assert found["run_length"].tolist()[:7] == [7] * 7 and set(found["run_length"].tolist()[7:12]) == {0}
    rising = range(1, 17)  # the outer points of each part lie outside its limits, and are of the run all the same
    assert runs(*rising) == [0] * 5 + [16] * 6 + [0] * 5
    assert runs(*rising, rebases=[8]) == [0, *[8] * 6, 0] * 2


def test_target_columns():
    """1 and 2 in turn: limits -1.16 to 4.16."""
    values = [1, 2] * 6
    for target, better, verdict in (
        (5, HIGHER, "misses"),
        (5, LOWER, "meets"),
        (-2, HIGHER, "meets"),
        (-2, LOWER, "misses"),
        (2, HIGHER, "hit or miss"),
        (2, LOWER, "hit or miss"),
        (5, NEITHER, "no target"),
    ):
        found = chart_of(*values, better=better, target=target)
        assert set(found["target"]) == {target} and set(found["assurance"]) == {verdict}, (target, better)
    assert "target" not in chart_of(*values) and "assurance" not in chart_of(*values)


def test_values_that_are_not_known_in_whatever_way_they_are_written():
    for written in (object, "Float64"):
        found = control_chart(pd.Series([1, None, 3, 2], dtype=written), HIGHER)
        pd.testing.assert_frame_equal(found, chart_of(1, math.nan, 3, 2))


def test_what_never_varies_meets_the_target_that_it_lies_on_and_no_other():
    assert [assurance(0.5, 0.5, 0.5, better) for better in (HIGHER, LOWER)] == ["meets", "meets"]
    assert [assurance(0.5, 0.5, 0.6, better) for better in (HIGHER, LOWER)] == ["misses", "meets"]


def test_a_target_is_held_against_the_limits_between_rebases():
    found = chart_of(*DOWN_THEN_UP, target=18, rebases=[12])  # up to 16.3, then 15.7 to 26.3
    assert found["assurance"].tolist() == ["misses"] * 12 + ["hit or miss"] * 12


def test_what_a_signal_means():
    assert [variation(sign, HIGHER) for sign in (1, 0, -1)] == ["improvement", "common cause", "concern"]
    assert [variation(sign, LOWER) for sign in (1, 0, -1)] == ["concern", "common cause", "improvement"]
    assert [variation(sign, NEITHER) for sign in (1, 0, -1)] == ["neutral high", "common cause", "neutral low"]


def test_neither_direction_is_neutral_high_or_low():
    assert set(chart_of(*DOWN_THEN_UP, better=NEITHER)["variation"]) == {"neutral low", "neutral high"}
    assert chart_of(*[9, 1] * 9, 2, 3, 4, 5, 6, 7, better=NEITHER)["variation"].tolist()[-7:] == ["neutral high"] * 7
    assert chart_of(*[1, 9] * 9, 8, 7, 6, 5, 4, 3, better=NEITHER)["variation"].tolist()[-7:] == ["neutral low"] * 7


# Whatever the series

POINTS = st.one_of(st.integers(-20, 20), st.just(math.nan))
SERIES = st.lists(POINTS, max_size=40).map(lambda values: pd.Series(values, dtype=float))
BETTER = st.sampled_from(list(Better))
LIMITS = ["centre", "lower_limit", "upper_limit"]
VERDICT = ["signal", "variation"]


def assert_like(found, expected):
    for column in ("value", *LIMITS):
        assert found[column].tolist() == pytest.approx(expected[column].tolist(), rel=1e-9, abs=1e-9, nan_ok=True), column


@given(st.lists(st.tuples(SERIES, BETTER, st.one_of(st.none(), st.integers(-20, 20))), max_size=8))
def test_a_series_among_others_comes_out_as_it_does_alone(several):
    """To the last digit, whatever stands beside it."""
    together = control_charts([Series(values.to_numpy(), better, target) for values, better, target in several])
    for (values, better, target), found in zip(several, together, strict=True):
        pd.testing.assert_frame_equal(pd.DataFrame(found), control_chart(values, better, target), check_exact=True)


@given(SERIES, st.integers(-1000, 1000), BETTER)
def test_adding_the_same_to_all_moves_the_limits_as_much(values, more, better):
    found, moved = control_chart(values, better), control_chart(values + more, better)
    assert_like(moved, found.assign(**{column: found[column] + more for column in ("value", *LIMITS)}))
    assert not _is_on_a_line(found)  # else rounding may decide
    assert moved[VERDICT].equals(found[VERDICT])


def _is_on_a_line(chart):
    """Whether a point lies so near to a limit, or to the outer third, that rounding may decide; given up on (``assume``)."""
    away, reach = (chart["value"] - chart["centre"]).abs(), chart["upper_limit"] - chart["centre"]
    near = ((away - reach).abs() < 1e-9) | ((away - reach * 2 / 3).abs() < 1e-9)
    assume(not (near & (reach > 0)).any())
    return False


@given(SERIES, st.sampled_from([0.125, 0.5, 2, 64]), BETTER)
def test_another_unit_gives_the_same_verdict(values, times, better):
    found, scaled = control_chart(values, better), control_chart(values * times, better)
    assert_like(scaled, found.assign(**{column: found[column] * times for column in ("value", *LIMITS)}))
    assert scaled[VERDICT].equals(found[VERDICT])


MIRRORED = {HIGHER: LOWER, LOWER: HIGHER, NEITHER: NEITHER}
SEEN_IN_THE_MIRROR = {"neutral high": "neutral low", "neutral low": "neutral high"}


@given(SERIES, BETTER, st.one_of(st.none(), st.integers(-20, 20)))
def test_what_falls_where_less_is_better_is_what_rises_where_more_is(values, better, target):
    found = control_chart(values, better, target)
    mirrored = control_chart(-values, MIRRORED[better], None if target is None else -target)
    overlapping = {"trend"} & set(found["signal"])  # the point of a peak belongs to the rise, that of a trough too
    assume(not overlapping)
    assert mirrored["signal"].equals(found["signal"])
    expected = found["variation"] if better is not NEITHER else found["variation"].replace(SEEN_IN_THE_MIRROR)
    assert mirrored["variation"].tolist() == expected.tolist()
    if target is not None:
        assert mirrored["assurance"].equals(found["assurance"])


@given(SERIES, BETTER)
def test_only_a_direction_makes_it_better_or_worse(values, better):
    found = control_chart(values, better)
    verdicts = {"neutral high", "neutral low"} if better is NEITHER else {"improvement", "concern"}
    assert set(found["variation"]) <= {*verdicts, "common cause"}
    assert ((found["signal"] == "none") == (found["variation"] == "common cause")).all()


@given(SERIES, BETTER, st.booleans(), st.randoms(use_true_random=False))
def test_the_index_is_kept_in_order(values, better, screen, chance):
    labels = [f"label {number}" for number in range(len(values))]
    chance.shuffle(labels)
    rebases = chance.sample(labels, min(len(labels), 2))
    found = control_chart(values.set_axis(labels), better, screen=screen, rebases=rebases)
    assert found.index.tolist() == labels
    assert found["value"].tolist() == pytest.approx(values.tolist(), nan_ok=True)


def rule_by_rule(chart):
    """The signals once more, point by point: the first rule that a point is part of, in windows around it."""
    values, (centre, low, high) = chart["value"].tolist(), chart[LIMITS].iloc[0]
    third = (high - centre) * 2 / 3
    side = [0 if math.isnan(value) or abs(value - centre) < 1e-9 else 1 if value > centre else -1 for value in values]
    outside = [value > high + 1e-9 or value < low - 1e-9 for value in values]
    close = [abs(value - centre) > third and not out for value, out in zip(values, outside, strict=True)]

    def windows(place, width):
        return [range(a, a + width) for a in range(place - width + 1, place + 1) if 0 <= a <= len(values) - width]

    def rule(place):
        steps = [[values[i + 1] - values[i] for i in window[:-1]] for window in windows(place, 7)]
        if outside[place]:
            return "outside limits"
        if any(all(step > 0 for step in run) or all(step < 0 for step in run) for run in steps):
            return "trend"
        threes = [[(close[i], side[i]) for i in window] for window in windows(place, 3)]
        if close[place] and any(
            sum(near for near, _ in three) >= 2 and len({on for _, on in three}) == 1 and three[0][1] for three in threes
        ):
            return "two of three"
        sevens = [{side[i] for i in window} for window in windows(place, 7)]
        return "shift" if any(seven in ({1}, {-1}) for seven in sevens) else "none"

    return [rule(place) for place in range(len(values))]


@given(
    st.one_of(SERIES, st.lists(st.integers(0, 6), min_size=12, max_size=36).map(lambda given: pd.Series(given, dtype=float))),
    st.booleans(),
)
def test_every_signal_is_that_of_the_first_rule_that_holds(values, screen):
    found = control_chart(values, HIGHER, screen=screen)
    assume(len(found) and not _is_on_a_line(found))
    assert found["signal"].tolist() == rule_by_rule(found)


@given(st.lists(st.one_of(st.integers(0, 9), st.just(math.nan)), max_size=30), st.booleans())
def test_direction_and_length_are_what_walking_along_the_points_gives(tail, rising):
    """From each point both ways, as long as the next one goes on in the direction of its signal."""
    values = [*[4, 5] * 6, *([1, 2, 3, 4, 5, 6, 7, 8] if rising else [8] * 7), *tail]
    found = chart_of(*values)
    centre = found["centre"].iloc[0]
    side = [0 if math.isnan(value) or abs(value - centre) < 1e-9 else 1 if value > centre else -1 for value in values]
    for place, (signal, direction) in enumerate(zip(found["signal"], found["direction"], strict=True)):
        assert (direction != 0) == (signal != "none")
        first = last = place
        if signal == "trend":
            while first > 0 and (values[first] - values[first - 1]) * direction > 0:
                first -= 1
            while last < len(values) - 1 and (values[last + 1] - values[last]) * direction > 0:
                last += 1
        elif signal == "shift":
            assert side[place] == direction
            while first > 0 and side[first - 1] == direction:
                first -= 1
            while last < len(values) - 1 and side[last + 1] == direction:
                last += 1
        assert found["run_length"].iloc[place] == (last - first + 1 if signal in ("trend", "shift") else 0)


@given(st.lists(st.integers(0, 9), min_size=7, max_size=20), st.integers(5, 40))
def test_shift_points_are_in_a_run_of_seven_on_one_side(tail, before):
    """Runs are common here: a flat start, and then a tail that may lie on either side of the mean."""
    found = chart_of(*[4, 5] * before, *tail, *[8] * 7)
    side = [(value > centre) - (value < centre) for value, centre in zip(found["value"], found["centre"], strict=True)]
    for place in [place for place, signal in enumerate(found["signal"]) if signal == "shift"]:
        run = [place]
        while run[0] > 0 and side[run[0] - 1] == side[place]:
            run.insert(0, run[0] - 1)
        while run[-1] < len(side) - 1 and side[run[-1] + 1] == side[place]:
            run.append(run[-1] + 1)
        assert len(run) >= 7 and side[place] != 0
