"""Sentences about figures of hundreds of made worlds: each is read back and checked against the intervals behind it."""

import re

import numpy as np
import pandas as pd
import pytest

from metrics import sentences, words
from metrics.measuring.figures import FIGURES
from metrics.metric import Better, Number, Proportion, Rate
from metrics.sentences import Whole
from metrics.statistics.change import change
from metrics.statistics.funnel import funnel
from metrics.statistics.intervals import poisson, wilson
from metrics.themes import METRICS

PAIRS = 400
KINDS = {
    "share": ("overnight_share", "ccp_visit_share", "nfa_share"),  # fewer is better, more is, neither
    "count": ("detentions", "engagement_sessions", "searches"),
    "rate": ("detention_rate", "first_time_entrant_rate", "search_rate"),
    "median": ("hours_detained", "appropriate_adult_wait"),
}


def drawn(chance, metric, cells, spread):
    """Figures of so many cells that may truly differ, from none at all to many; some cells are blank."""
    true = np.exp(chance.normal(0, spread, cells))
    match metric.formula:
        case Proportion():
            n = chance.integers(0, chance.choice([5, 20, 500, 20_000]), cells)
            k = chance.binomial(n, np.clip(chance.choice([0.002, 0.1, 0.5, 0.97]) * true, 0, 1))
            found = wilson(pd.Series(k, dtype=float), pd.Series(n, dtype=float))
        case Number():
            k, n = chance.poisson(chance.choice([0.5, 4, 15, 300]) * true), np.full(cells, np.nan)
            found = poisson(pd.Series(k, dtype=float), pd.Series(1.0, range(cells)))
        case Rate(_, per):
            n = chance.uniform(50, 30_000, cells)
            k = chance.poisson(chance.choice([0.001, 0.01, 0.2]) * n * true)
            found = poisson(pd.Series(k, dtype=float), pd.Series(n)) * per
        case _:
            k, n, value = np.full(cells, np.nan), chance.integers(1, 90, cells), chance.gamma(20, 0.3, cells) * true
            wide = value / np.sqrt(n)
            found = pd.DataFrame({"value": value, "lower": value - wide, "upper": value + wide})
            found.loc[n < 6, ["lower", "upper"]] = np.nan
    frame = found.assign(numerator=k, denominator=n)[FIGURES].astype(float)
    frame[chance.random(cells) < 0.05] = np.nan
    return frame


def number(text):
    return float(text.replace(",", "").replace("under ", "").rstrip("%"))


def assert_plain(sentence):
    assert not re.search(r"\bnan\b|\binf\b|(?<!\d)-\d|\(\)|  ", sentence), sentence
    assert sentence.endswith("."), sentence


@pytest.mark.parametrize("kind", KINDS)
def test_no_comparison_claims_what_its_interval_does_not_bear_out(kind):
    chance, heard = np.random.default_rng(12), set()
    for _ in range(PAIRS):
        metric = METRICS[chance.choice(KINDS[kind])]
        _, (now, before) = zip(*drawn(chance, metric, 2, chance.choice([0.05, 0.4, 1.5])).iterrows(), strict=True)
        found = change(metric, now, before)
        said = sentences.comparison(metric, now, before, found)
        assert_plain(said)
        moved = re.search(r"(higher|lower)(?: \(likely [^)]*\))? than the year before \(", said.lower())
        direction = {"higher": 1, "lower": -1}[moved[1]] if moved else 0
        heard.add(direction)
        if direction:
            assert (now["value"] - before["value"]) * direction > 0, said
            none = 0 if kind == "share" else 1
            if kind == "median":
                assert (now["lower"] > before["upper"]) if direction > 0 else (now["upper"] < before["lower"]), said
            else:
                assert (found.lower > none) if direction > 0 else (found.upper < none), said
        assert_amount(said, metric, now, before, found)
        good = direction and (metric.better is Better.HIGHER) == (direction > 0)
        assert ("an improvement" in said) == bool(good and metric.better is not Better.NEITHER), said
        assert ("a concern" in said) == bool(direction and not good and metric.better is not Better.NEITHER), said
    assert heard == {1, 0, -1}


def assert_amount(said, metric, now, before, found):
    """By how much, with the ends of the interval, and no percentage of a count under twenty."""
    amount, ends = r"((?:under )?[\d.]+)", r"\(likely ((?:under )?[\d.]+) to ([\d.]+)"
    if of_shares := re.search(rf"{amount} points \w+ {ends}\)", said.lower()):
        limits = sorted(abs(limit) * 100 for limit in (found.lower, found.upper))
        assert [number(end) for end in of_shares.groups()[1:]] == pytest.approx(limits, abs=0.1)
        assert number(of_shares[1]) == pytest.approx(abs(found.estimate) * 100, abs=0.11), said
    if of_counts := re.search(rf"{amount}% \w+ {ends}%\)", said.lower()):
        assert min(now["numerator"], before["numerator"]) >= 20, said
        limits = sorted(abs(limit - 1) * 100 for limit in (found.lower, found.upper))
        assert [number(end) for end in of_counts.groups()[1:]] == pytest.approx(limits, abs=1)
        assert number(of_counts[1]) == pytest.approx(abs(found.estimate - 1) * 100, abs=1), said
    assert ("likely" in said) == bool(of_shares or of_counts), said
    assert not (of_shares and not metric.is_share) and not (of_counts and metric.is_share)


@pytest.mark.parametrize("kind", KINDS)
def test_no_contrast_claims_a_difference_where_two_ranges_meet(kind):
    chance, heard = np.random.default_rng(34), set()
    for _ in range(PAIRS // 2):
        metric, places = METRICS[chance.choice(KINDS[kind])], int(chance.integers(1, 15))
        frame = drawn(chance, metric, places, chance.choice([0, 0.3, 1]))
        names = [f"Place {chr(65 + place)}" for place in range(places)]
        said = sentences.contrast(metric, frame, names)
        assert_plain(said)
        few = frame["denominator"] < 10 if kind in ("share", "median") else pd.Series(False, frame.index)
        bars = frame[frame["value"].notna() & ~few]
        named = [names.index(name) for name in re.findall(r"Place [A-O]", said)]
        assert set(named) <= set(bars.index), "one worked out from too few is never named"
        if said.startswith("Highest"):
            high, low = (bars.loc[place] for place in named)
            assert high["value"] == bars["value"].max() and low["value"] == bars["value"].min(), said
            assert ("worked out from 10 or more" in said) == bool((frame["value"].notna() & few).any())
            if not high["lower"] > low["upper"]:
                assert "more than chance" not in said, said
            heard |= {part for part in ("more than chance", "no clear difference") if part in said}
        else:
            assert len(bars) < 2 or len(set(bars["value"])) == 1 or "Too few" in said
    assert heard == {"more than chance", "no clear difference"}


CERTAINTY = {
    "high": r"clearly above (?:the force \([^)]*\)|it)",
    "low": r"clearly below (?:the force \([^)]*\)|it)",
    "watch high": r"(?<!clearly )above (?:the force \([^)]*\)|it), perhaps by chance",
    "watch low": r"(?<!clearly )below (?:the force \([^)]*\)|it), perhaps by chance",
}


def whole(found, without=0, value=None, name="the force"):
    """All units together, of the value at the centre of the funnel unless another is given, out of 1,000."""
    row = pd.Series([500, 1000, found.centre if value is None else value, np.nan, np.nan], index=FIGURES, dtype=float)
    return Whole(name, "hubs", row, without)


@pytest.mark.parametrize("kind", ["proportion", "rate"])
def test_no_funnel_names_a_place_that_lies_within_its_limits(kind):
    chance, heard = np.random.default_rng(56), set()
    metric = METRICS["overnight_share" if kind == "proportion" else "detention_rate"]
    for _ in range(PAIRS // 2):
        places = int(chance.integers(3, 16))
        frame = drawn(chance, metric, places, chance.choice([0, 0.2, 0.8]))
        found = funnel(frame["numerator"], frame["denominator"], kind, getattr(metric.formula, "per", 1))
        if found is None:
            continue
        names = [f"Place {chr(65 + place)}" for place in found.units.index]
        said = sentences.spread(metric, found, names, whole(found))
        assert_plain(said)
        pooled = words.shown(metric, found.centre, with_unit=True)
        assert said.count("the force") == said.count(f"the force ({pooled})") == (not said.startswith("Too few"))
        units = dict(zip(names, (unit for _, unit in found.units.iterrows()), strict=True))
        for position, certainty in CERTAINTY.items():
            sentence = next((part for part in re.split(r"(?<=\.) ", said) if re.search(certainty, part)), "")
            told = re.findall(r"Place [A-P]", sentence)
            assert told == [name for name, unit in units.items() if unit["position"] == position], said
            for name in told:
                assert_outside(units[name], position, found)
            heard |= {position} if told else set()
        too_few = re.findall(r"Place [A-P]", said.partition("Too few to judge: ")[2])
        assert too_few == [name for name, unit in units.items() if unit["position"] == "too few"], said
        if "None is clearly different" in said:
            assert "within" in set(found.units["position"]) <= {"within", "too few"}, said
        assert ("allow for how much they differ" in said) == found.widened
        assert ("Together they differ" in said) == (found.differ and not found.widened)
    assert heard == set(CERTAINTY)


def assert_outside(unit, position, found):
    """Beyond the limits that the sentence speaks of, and not beyond further ones."""
    high, watched = position.endswith("high"), position.startswith("watch")
    limit = unit[f"{'upper' if high else 'lower'}_{'95' if watched else '998'}"]
    assert (unit["value"] > limit) if high else (unit["value"] < limit)
    assert (unit["value"] > found.centre) == high
    if watched:
        assert unit["lower_998"] <= unit["value"] <= unit["upper_998"]


def test_the_words_of_a_funnel():
    share = METRICS["overnight_share"]
    names = ["Barrow", "Carlisle", "Eden", "Kendal", "Furness", "South"]
    found = funnel(pd.Series([60, 40, 66, 34, 50, 50]), pd.Series([100] * 6), "proportion")
    assert sentences.spread(share, found, names, whole(found)) == (
        "Eden (66.0%) is clearly above the force (50.0%). Kendal (34.0%) is clearly below it. "
        "Barrow (60.0%) is above it, perhaps by chance (1 in 20). Carlisle (40.0%) is below it, perhaps by chance (1 in 20). "
        "Together they differ by more than chance; with six hubs, treat it as a prompt."
    )
    both = funnel(pd.Series([66, 66, 34, 34]), pd.Series([100] * 4), "proportion")
    assert sentences.spread(share, both, names[:4], whole(both)).startswith(
        "Barrow (66.0%) and Carlisle (66.0%) are clearly above the force (50.0%)."
    )
    alike = funnel(pd.Series([50, 52, 3]), pd.Series([100, 100, 9]), "proportion")
    assert sentences.spread(share, alike, names[:3], whole(alike)) == (
        "None is clearly different from the force (50.2%). Too few to judge: Eden (33.3%)."
    )
    widened = funnel(pd.Series([40, 60] * 5), pd.Series([100] * 10), "proportion")
    assert sentences.spread(share, widened, [*"ABCDEFGHIJ"], whole(widened, name="these hubs together")) == (
        "None is clearly different from these hubs together (50.0%). The lines allow for how much they differ beyond chance."
    )


@pytest.mark.parametrize(
    ("value", "without", "said"),
    [
        (0.5, 4, "Barrow (66.0%) is clearly above the force (50.0%). Eden (34.0%) is clearly below it."),
        (
            0.506,
            4,
            "Barrow (66.0%) is clearly above the force (50.6%). Eden (34.0%) is clearly below it. 4 of 1,000 have no hub; the "
            "hubs alone come to 50.0%.",
        ),
        (
            0.506,
            1,
            "Barrow (66.0%) is clearly above the force (50.6%). Eden (34.0%) is clearly below it. 1 of 1,000 has no hub; the "
            "hubs alone come to 50.0%.",
        ),
        (
            0.506,
            0,
            "Barrow (66.0%) is clearly above the force (50.6%). Eden (34.0%) is clearly below it. The hubs add up to 50.0%: a "
            "child or event can count in several.",
        ),
        (0.66, 600, "Barrow (66.0%) is clearly above the hubs together (50.0%). Eden (34.0%) is clearly below it."),
        (np.nan, 4, "Barrow (66.0%) is clearly above the hubs together (50.0%). Eden (34.0%) is clearly below it."),
    ],
)
def test_a_funnel_is_set_beside_the_figure_of_the_force_with_those_of_no_hub(value, without, said):
    """Hubs are judged against each other; the reader knows the figure of the force, and no hub may read on its wrong side."""
    found = funnel(pd.Series([66, 50, 34]), pd.Series([100] * 3), "proportion")
    names = ["Barrow", "Carlisle", "Eden"]
    spoken = sentences.spread(METRICS["overnight_share"], found, names, whole(found, without, value))
    assert spoken == f"{said} Together they differ by more than chance; with three hubs, treat it as a prompt."


def test_where_all_are_too_few_to_judge_nothing_is_said_of_them():
    found = funnel(pd.Series([3, 1, 2]), pd.Series([6, 5, 5]), "proportion")
    beside = whole(found, 4, 0.9)
    assert sentences.spread(METRICS["overnight_share"], found, ["Barrow", "Carlisle", "Eden"], beside) == (
        "Too few to judge: Barrow (50.0%), Carlisle (20.0%) and Eden (40.0%)."
    )
