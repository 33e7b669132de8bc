"""What is most worth discussing: its order, one subject once, and how many flags chance alone would give."""

import pytest
from judged import judged, waits

from metrics.signals.discussion import FALSE_FLAGS, SIGNALS, Budget, budget, budget_sentence, in_order, listing, worth_discussing
from metrics.signals.judgement import Judgement
from metrics.signals.targets import Setting
from metrics.themes import METRICS

STEADY = [10, 14] * 12
SHARE = "overnight_share"


def steady(key=SHARE, **how):
    return judged(key, STEADY, _of(key), **how)


def high(key=SHARE, last=38, **how):
    return judged(key, [*STEADY[:-1], last], _of(key), **how)


def low(key=SHARE, **how):
    return judged(key, [*[30, 34] * 12, 1], _of(key), **how)


def _of(key):
    """Shares of 40, rates of 40 child-years."""
    return None if METRICS[key].unit in ("detentions", "searches", "episodes") else 40


def without(key, why, hub=None):
    return Judgement(key, hub, why, Setting(METRICS[key].better))


def keys(judgements):
    return [judgement.key for judgement in judgements]


# Order


def test_the_most_worth_discussing_comes_first():
    concern, misses = high("hours_detained", 60), steady("ccp_visit_share", target=0.9)
    neutral, improvement = high("nfa_share"), high("voluntary_share")
    now_and_then, common = steady("ccp_review_share", target=0.3), steady("search_rate")
    too_few, not_available = without("philomena_share", "too few"), without("high_ace_share", "not available")
    wanted = [concern, misses, neutral, improvement, now_and_then, common, too_few, not_available]
    assert [each.verdict for each in wanted] == [
        *("concern", "common cause", "neutral high", "improvement", "common cause", "common cause"),
        *("too few to tell", "not available"),
    ]
    assert [each.assurance for each in wanted[:6]] == ["no target", "misses", *["no target"] * 2, "hit or miss", "no target"]
    assert in_order(wanted[::-1]) == in_order([*wanted[3:], *wanted[:3]]) == wanted


def test_of_several_concerns_the_clearest_first():
    """How far the last point lies from the centre, in distances to the limit: 38 further than 30, whichever way."""
    clearest, clear = high(last=38), high("detentions_in_care_share", last=30)
    downwards = low("voluntary_share")
    assert keys(in_order([clear, clearest])) == [SHARE, "detentions_in_care_share"]
    assert downwards.verdict == "concern"
    assert in_order([clear, downwards, clearest])[-1] == clear


def test_of_a_wait_too_how_far_it_lies_from_what_is_usual():
    gaps = [20, 30] * 7
    longer, longest = waits("strip_searches", gaps, still=100), waits("section_60_searches", gaps, still=400)
    assert longer.verdict == longest.verdict == "improvement"
    assert in_order([longer, longest]) == [longest, longer]


def test_where_nothing_ever_varies_no_distance_is_divided_by():
    constant = judged("searches", [9] * 24)
    assert in_order([constant, high()])[-1] is constant


# One subject once


def test_of_each_theme_and_place_the_clearest_first_and_the_others_with_it():
    force = [high(last=30), high("hours_detained", 80), high("nfa_share")]
    hub = high("detentions_in_care_share", hub="EDE")
    found = worth_discussing([*force, hub, steady("ccp_visit_share"), without("search_rate", "too few")])
    assert [[each.key for each in alike] for alike in found] == [
        ["hours_detained", SHARE],
        ["detentions_in_care_share"],
        ["nfa_share"],
    ]
    assert [alike[0].hub for alike in found] == [None, "EDE", None]


def test_what_has_not_changed_is_not_worth_discussing():
    assert worth_discussing([steady(), steady("ccp_visit_share", target=0.9), without("nfa_share", "too few")]) == []
    assert worth_discussing([]) == []


def test_a_count_beside_its_own_rate_is_not_counted_twice():
    """Detentions, and detentions for every 1,000 children: one piece of news."""
    twins = [high("detentions"), high("detention_rate")]
    assert [keys(alike) for alike in worth_discussing(twins)] == [["detention_rate"]]
    assert budget(twins) == Budget(1, FALSE_FLAGS["months"], 1)
    assert len(in_order(twins)) == 2, "both are listed"


@pytest.mark.parametrize("why", ["not available", "too few"])
def test_a_count_whose_rate_is_not_judged_is_counted(why):
    """As where a force has given no residents: else nothing would be said of its detentions."""
    found = [high("detentions"), without("detention_rate", why)]
    assert [keys(alike) for alike in worth_discussing(found)] == [["detentions"]]
    assert budget(found) == Budget(1, FALSE_FLAGS["months"], 1)


def test_a_count_is_the_twin_of_the_rate_of_its_own_place_only():
    found = [high("detentions", hub="EDE"), high("detention_rate", hub="CAR"), high("searches", hub="CAR")]
    assert budget(found).checked == 3


# The budget


def test_how_many_flags_chance_would_give():
    """Of months 3% each, of quarters and waits 2.5%; what is not judged is not checked."""
    found = budget(
        [
            *[steady("ccp_visit_share"), high(), high("nfa_share", hub="EDE"), steady("voluntary_share", method="quarters")],
            waits("strip_searches", [20, 30] * 7),
            *[without("high_ace_share", "not available"), without("open_plans", "not charted"), judged("searches", STEADY[:11])],
        ]
    )
    assert (found.checked, found.flagged) == (5, 2)
    assert found.by_chance == pytest.approx(3 * 0.03 + 0.025 + 0.025)


OF_CHANCE = "If nothing had changed anywhere, chance alone would flag"
NO_MORE = " That is no more than chance alone would give."


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Budget(0, 0, 0), "No chart has enough points to be judged."),
        (
            Budget(1, 0.025, 0),
            f"1 chart was checked. {OF_CHANCE} fewer than one of them; none is flagged.",
        ),
        (
            Budget(1200, 30.4, 60),
            f"1,200 charts were checked. {OF_CHANCE} about 30 of them; 60 are flagged.",
        ),
        (
            Budget(40, 1, 1),
            f"40 charts were checked. {OF_CHANCE} about 1 of them; 1 is flagged." + NO_MORE,
        ),
        (
            Budget(400, 10, 11),
            f"400 charts were checked. {OF_CHANCE} about 10 of them; 11 are flagged.",
        ),
    ],
)
def test_the_sentence_of_the_budget(found, sentence):
    assert budget_sentence(found) == sentence


def test_the_listing_has_a_row_each_in_the_order_given():
    found = listing([high(target=0.9, hub="EDE"), without("high_ace_share", "not available")])
    assert found["key"].tolist() == [SHARE, "high_ace_share"]
    first = found.iloc[0]
    assert first[["hub", "method", "label", "value", "signal", "verdict", "target", "assurance"]].tolist() == [
        *("EDE", "months", "2025-12-01", 0.95, "outside limits", "concern", 0.9, "meets"),
    ]
    assert found.iloc[1][["method", "verdict", "assurance"]].tolist() == ["not available", "not available", "no target"]
    assert found.iloc[1][["label", "value", "centre", "signal", "target"]].isna().all()
    assert set(found["verdict"]) & {*SIGNALS} == {"concern"}
