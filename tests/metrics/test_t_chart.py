"""Days between rare events: waits counted by hand, and when the one that has not ended is shown."""

from datetime import date, timedelta

import pandas as pd
import pytest

from metrics.metric import Better
from metrics.statistics.t_chart import GAPS, t_chart

START = date(2025, 1, 1)
LINES = ["value", "centre", "lower_limit", "upper_limit"]


def dates(*days, events=None):
    """Events on days, given as days after 1 January 2025."""
    on = [START + timedelta(days=day) for day in days]
    return pd.DataFrame({"day": on, "events": events or [1] * len(on)})


def charted(*days, end=None, better=Better.LOWER, events=None, rebases=()):
    """``end`` in days after 1 January 2025, by default the day after the last event."""
    closes = START + timedelta(days=days[-1] + 1 if end is None else end)
    return t_chart(dates(*days, events=events), closes, better, [START + timedelta(days=day) for day in rebases])


def waits(chart):
    return [round(wait, 6) for wait in chart["value"]]


def test_waits_are_counted_from_one_day_to_the_next_and_named_by_the_day_on_which_they_ended():
    found = charted(0, 10, 31, 33)
    assert waits(found) == [10, 21, 2]
    assert found["label"].tolist() == ["2025-01-11", "2025-02-01", "2025-02-03"]
    assert not found["waiting"].any()


def test_several_events_of_a_day_lie_no_days_apart():
    assert waits(charted(0, 5, 9, events=[2, 3, 1])) == [0, 5, 0, 0, 4]


def test_what_is_usual_by_hand():
    """Waits of 0 and 1 days in turn have roots 0 and 1: their centre is a half, their limits 2.66 either way.

    A root of 3.16 is 3.16 to the power 3.6, 62.9 days; one below zero is no days.
    """
    found = charted(0, 1, 2, 3, 4, 5, 6, events=[2] * 7)
    assert waits(found) == [0, 1] * 6 + [0]
    centre = 6 / 13
    assert found["centre"].iloc[0] == pytest.approx(centre**3.6)
    assert found["lower_limit"].tolist() == [0] * 13
    assert found["upper_limit"].iloc[0] == pytest.approx((centre + 2.66) ** 3.6)
    assert set(found["signal"]) == {"none"}


def test_a_wait_that_has_not_ended_is_the_last_point_once_it_is_longer_than_usual():
    """As long as usual is ten days: shorter is no news, as the next event may still come in time."""
    every_ten_days = list(range(0, 130, 10))
    assert waits(charted(*every_ten_days, end=130)) == [10] * 12
    assert waits(charted(*every_ten_days, end=131)) == [10] * 12  # ten days to the last day, 10 May
    assert waits(charted(0, 10, end=21)) == [10]
    found = charted(*every_ten_days, end=132)
    assert waits(found) == [10] * 12 + [11]
    assert found["waiting"].tolist() == [False] * 12 + [True]
    assert found["label"].iloc[-1] == "2025-05-12", "the last day, of which it is known that nothing happened"


def test_what_is_usual_for_an_open_wait_is_what_has_been_since_the_last_rebase():
    """Every 5 days, and from day 60 on every 30: 20 days without one are no news, though more than in the mean of all."""
    days = [*range(0, 61, 5), *range(90, 451, 30)]
    assert not charted(*days, end=450 + 21, rebases=[61])["waiting"].any()
    assert charted(*days, end=450 + 21)["waiting"].any()
    days = [*range(0, 361, 30), *range(365, 426, 5)]
    assert charted(*days, end=425 + 11, rebases=[361])["waiting"].any()
    assert not charted(*days, end=425 + 11)["waiting"].any()
    # Waits of 30, 5 and 5 since then, whose roots are those of 10 days in the mean; without the first, of 5.
    assert not charted(0, 30, 60, 65, 70, end=70 + 9, rebases=[60])["waiting"].any()


def test_a_wait_that_has_not_ended_may_be_a_signal_good_where_fewer_are_better():
    for better, verdict in ((Better.LOWER, "improvement"), (Better.HIGHER, "concern"), (Better.NEITHER, "neutral high")):
        found = charted(*[0, 9, 20, 29, 40, 49, 60, 69, 80, 89, 100, 109, 120], end=260, better=better)
        assert found.iloc[-1][["signal", "variation", "waiting"]].tolist() == ["outside limits", verdict, True]


def test_events_that_come_closer_together_are_a_concern_where_fewer_are_better():
    """Waits of about 30 days, then of 5: the later ones are a run below."""
    days = [*range(0, 360, 30)] + [330 + 5 * place for place in range(1, 10)]
    assert charted(*days)["variation"].iloc[-1] == "concern"
    assert charted(*days, better=Better.HIGHER)["variation"].iloc[-1] == "improvement"
    assert charted(*days, better=Better.NEITHER)["variation"].iloc[-1] == "neutral low"


def test_the_latest_36_waits_are_charted():
    found = charted(*range(0, 200, 2))
    assert len(found) == GAPS == 36
    assert found["label"].tolist()[0] == str(START + timedelta(days=198 - 2 * 35))
    assert found.index.tolist() == list(range(36))


def test_a_rebase_begins_with_the_first_wait_that_ends_on_it_or_later():
    days = [*range(0, 121, 10), *range(122, 148, 2)]
    for rebase in (121, 122):
        found = charted(*days, rebases=[rebase])
        assert found["centre"].tolist() == pytest.approx([10] * 12 + [2] * 13)
        assert set(found["signal"]) == {"none"}
    assert len(set(charted(*days, rebases=[120])["centre"])) == 2  # the wait that ended on that day is after the rebase
    assert len(set(charted(*days, rebases=[500])["centre"])) == 1, "a rebase after the last wait is not used"
    assert charted(0, 10, 30, 50, rebases=[11])["centre"].tolist() == pytest.approx([10, 20, 20]), "after a single wait"
    assert len(set(charted(0, 10, 30, rebases=[1])["centre"])) == 1, "a rebase before the first wait ended changes nothing"


def test_a_rebase_after_which_only_the_open_wait_ends():
    found = charted(*range(0, 121, 10), end=200, rebases=[150])
    assert found["centre"].tolist()[:12] == pytest.approx([10] * 12)
    assert found["waiting"].tolist()[-1] and found["value"].iloc[-1] == pytest.approx(79)
    assert pd.isna(found["upper_limit"].iloc[-1])


@pytest.mark.parametrize("days", [(), (4,)])
def test_fewer_than_two_events_are_no_wait(days):
    found = t_chart(dates(*days), date(2026, 1, 1), Better.LOWER)
    assert found.empty and {*LINES, "label", "signal", "variation", "waiting"} <= set(found)


def test_limits_are_never_below_zero_and_hold_the_centre():
    found = charted(*[0, 1, 2, 30, 31, 90, 91, 92, 93, 200, 201, 202, 300, 301])
    assert (found[["lower_limit", "centre", "upper_limit"]] >= 0).all(axis=None)
    assert (found["lower_limit"] <= found["centre"]).all() and (found["centre"] <= found["upper_limit"]).all()
