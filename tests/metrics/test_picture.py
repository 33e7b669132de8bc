"""Every chart as a picture without a browser: well-formed, each thing where its axis says, texts letter by letter."""

import struct
from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from judged import judged, waits

from meetings import pictures
from metrics import charts
from metrics.charts.picture import picture
from metrics.statistics.funnel import funnel
from metrics.themes import METRICS

SVG = "{http://www.w3.org/2000/svg}"
SHARE, NUMBER = METRICS["overnight_share"], METRICS["detentions"]
WIDE = 600


def frame_of(*values, **labels):
    """Rows as `measure` gives them: each share of 100, with ten points on either side."""
    value = np.array(values)
    return pd.DataFrame(
        {**labels, "numerator": value * 100, "denominator": 100.0, "value": value, "lower": value - 0.1, "upper": value + 0.1}
    )


def quarters(*values):
    return frame_of(*values, quarter=["2024-01-01", "2024-04-01", "2024-07-01"][: len(values)])


def released_figures():
    return ["A", "B", "C"], [20, 0, None], [16, 0, None], [24, 4, None], [False, True, False], ["A: 20", "B: [low]", "C: [c]"]


def funnel_of_three():
    plot = funnel(pd.Series([10.0, 20.0, 90.0]), pd.Series([100.0, 100.0, 100.0]), "proportion")
    return charts.funnel(SHARE, plot, ["A", "B", "C"])


def endings():
    return pd.DataFrame({"part": ["charged", "resolved"], "numerator": [30.0, 70.0], "value": [0.3, 0.7]})


def homes():
    rows = [("charged", "yes", 0.4), ("charged", "no", 0.2), ("outcome 21", "yes", 0.1)]
    return pd.DataFrame(rows, columns=["outcome_group", "at_home", "value"])


def relative(*index):
    index = np.array(index)
    return pd.DataFrame(
        {"name": [f"Group {n}" for n in range(len(index))], "index": index, "lower": index / 2, "upper": index * 2}
    )


CONCENTRATION = SimpleNamespace(subject=SimpleNamespace(events="searches"), share=0.4, by_chance=0.2, sentence="40%")
KINDS = {
    "control": lambda: charts.control(SHARE, judged("overnight_share", [0.2] * 24 + [0.9], target=0.5)),
    "days between": lambda: charts.control(NUMBER, waits("detentions", [30, 40, 20] * 5)),
    "trend": lambda: charts.trend(SHARE, quarters(0.2, np.nan, 0.5), "quarter"),
    "aligned": lambda: charts.aligned([(SHARE, quarters(0.2, 0.5)), (NUMBER, quarters(1, 2))]),
    "dots": lambda: charts.dots(SHARE, frame_of(0.5, 0.3), ["A", "B"], [("All hubs", 0.4), ("Target", 0.2)]),
    "bars": lambda: charts.bars(SHARE, frame_of(0.5, 0.3), ["A", "B"]),
    "funnel": funnel_of_three,
    "parts": lambda: charts.parts(endings(), ["2024"], ["charged", "resolved"]),
    "pairs": lambda: charts.pairs(homes()),
    "relative": lambda: charts.relative(relative(2.0, 1.0, 0.5)),
    "beside chance": lambda: charts.beside_chance([CONCENTRATION]),
    "released line": lambda: charts.released_line(*released_figures(), percent=False),
    "released bars": lambda: charts.released_bars(*released_figures(), percent=False),
    "nothing": lambda: charts.trend(SHARE, quarters(np.nan, np.nan), "quarter"),
}


def drawn(figure):
    return ElementTree.fromstring(picture(figure, WIDE))


def every(tree, kind):
    return list(tree.iter(f"{SVG}{kind}"))


def texts(tree):
    return {element.text: (float(element.get("x")), float(element.get("y"))) for element in every(tree, "text")}


def boxes(tree):
    """Left and right end and the fill of every bar; the first box is the background, and that of the hatching has no place."""
    found = [each for each in every(tree, "rect") if each.get("x")]
    return [(float(one.get("x")), float(one.get("x")) + float(one.get("width")), one.get("fill")) for one in found]


def ends_of(line):
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_is_a_well_formed_picture_within_its_edges(kind):
    figure = KINDS[kind]()
    tree = drawn(figure)
    assert (tree.get("width"), float(tree.get("height"))) == (str(WIDE), figure.layout.height)
    assert len(every(tree, "text")) >= 2 and "nan" not in ElementTree.tostring(tree, encoding="unicode").lower()
    for x, y in [*texts(tree).values(), *(end for one in every(tree, "polyline") for end in ends_of(one))]:
        assert 0 <= x <= WIDE and 0 <= y <= figure.layout.height, (x, y)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_is_a_png_of_one_width(kind):
    made = pictures.png(KINDS[kind](), "A title", "A sentence.", "Eden, 2024; data to 31 December 2024.", "OFFICIAL-SENSITIVE")
    assert made.startswith(b"\x89PNG\r\n\x1a\n")
    wide, tall = struct.unpack(">II", made[16:24])
    assert wide == 1200 and tall > 300, "600 points at 144 dots an inch"


def test_a_control_chart_has_its_points_between_the_ticks_of_their_values():
    """Nine tenths lie nine eighths as far above 0% as 80% does; months are equally far apart; the band is around 20%."""
    tree = drawn(KINDS["control"]())
    named = texts(tree)
    zero, eighty = named["0%"][1], named["80%"][1]
    points = [float(one.get("points").split(",")[0]) for one in every(tree, "polygon")[1:]]
    apart = np.diff(points)
    assert len(points) == 25 and apart == pytest.approx(apart[0], abs=0.11)
    lines = [one for one in every(tree, "polyline") if len(ends_of(one)) == 25 and not one.get("stroke-dasharray")]
    (line,) = (one for one in lines if one.get("stroke-width") == "1.5")
    heights = [y for _, y in ends_of(line)]
    lift = 4.8  # of a name of 14 pixels, from the middle of its line to where its letters stand
    assert heights[-1] == pytest.approx(zero - lift - (zero - eighty) * 9 / 8, abs=1.0)
    assert heights[0] == pytest.approx(zero - lift - (zero - eighty) * 2 / 8, abs=1.0)
    band = ends_of(every(tree, "polygon")[0])
    assert max(y for _, y in band) > heights[0] > min(y for _, y in band) > heights[-1]
    assert every(tree, "polygon")[-1].get("fill") == "#F46A25", "a concern stands out"
    assert "Jan 90.0%" in named


def test_bars_begin_at_zero_and_end_at_their_value_with_their_range_across():
    """Values of 50 and 30%, of which the range is ten points on either side; ticks stand in the middle of their names."""
    tree = drawn(charts.bars(SHARE, frame_of(0.5, 0.3), ["A", "B"]))
    named = texts(tree)
    zero, sixty = named["0%"][0], named["60%"][0]

    def at(share):
        return pytest.approx(zero + (sixty - zero) * share / 0.6, abs=0.2)

    assert [box[:2] for box in boxes(tree)] == [(at(0), at(0.5)), (at(0), at(0.3))]
    whiskers = [ends_of(one) for one in every(tree, "polyline") if one.get("stroke") == "#0B0C0C"]
    ranges = [(ends[0][0], ends[1][0]) for ends in whiskers if ends[0][1] == ends[1][1]]
    assert ranges == [(at(0.4), at(0.6)), (at(0.2), at(0.4))]
    assert named["A"][1] < named["B"][1], "the first stands on top"


def test_parts_follow_each_other_to_the_whole():
    tree = drawn(KINDS["parts"]())
    (charged, resolved) = [box for box in boxes(tree) if box[1] - box[0] > 20]
    zero, whole = texts(tree)["0%"][0], texts(tree)["100%"][0]
    assert charged[:2] == (pytest.approx(zero, abs=0.2), pytest.approx(zero + 0.3 * (whole - zero), abs=0.2))
    assert resolved[:2] == (charged[1], pytest.approx(whole, abs=0.2))
    assert {"30.0%", "70.0%", "charged", "resolved"} <= texts(tree).keys()


def test_bars_of_two_kinds_stand_beside_each_other():
    tree = drawn(KINDS["pairs"]())
    bars = [one for one in every(tree, "rect") if one.get("x") and float(one.get("x")) > 20 and float(one.get("width")) > 15]
    assert len({one.get("fill") for one in bars}) == 2
    tops = sorted((float(one.get("y")), float(one.get("height"))) for one in bars)
    assert all(upper + tall <= lower + 0.2 for (upper, tall), (lower, _) in pairwise(tops))


def test_what_is_few_is_hatched_and_what_is_not_told_has_no_bar():
    told, few = boxes(drawn(KINDS["released bars"]()))
    assert told[2] != "url(#hatch)" and few[2] == "url(#hatch)"
    assert few[1] - few[0] == pytest.approx((told[1] - told[0]) * 4 / 20, abs=0.3), "to the most that it may be, 4 beside 20"


def test_on_a_scale_of_times_twice_and_half_are_equally_far_from_the_same():
    tree = drawn(KINDS["relative"]())
    named = texts(tree)
    same, half, twice = (named[name][0] for name in ("same", "half", "2 times"))
    assert same - half == pytest.approx(twice - same, abs=0.2)
    points = [float(one.get("cx")) for one in every(tree, "circle")]
    assert points == [pytest.approx(where, abs=0.2) for where in (twice, same, half)]


HOSTILE = ["<b>&amp;</b> \"quoted\" 'it'", "#emph[x] *b* $x$", "two\nlines", "]]> --> <!-- <svg/>"]


def test_texts_are_drawn_letter_by_letter():
    tree = drawn(charts.bars(SHARE, frame_of(0.5, 0.4, 0.3, 0.2), HOSTILE))
    said = " ".join(element.text for element in every(tree, "text"))
    assert all(" ".join(text.split()) in said for text in HOSTILE)
    assert {element.tag for element in tree.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "defs", "pattern", "rect", "line", "text", "polyline", "polygon", "circle")
    }


def test_hostile_texts_break_no_picture_that_is_downloaded():
    figure = charts.bars(SHARE, frame_of(0.5, 0.4, 0.3, 0.2), HOSTILE)
    plain = pictures.png(figure, "A title", "A sentence.", "A source.", "A marking.")
    for text in (*HOSTILE, '"), #panic("x")', "\\", '\\"', "", "x" * 500):
        made = pictures.png(figure, text, text, text, text)
        assert made.startswith(b"\x89PNG") and made != plain
