"""Text as text: what Markdown and Plotly would read as markup is written so that both show it letter by letter."""

import json
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import charts, words
from metrics.charts.style import rows_height, wrapped
from metrics.markdown import bold, bullets, code, escaped
from metrics.themes import METRICS

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x** [Sign in](https://evil.example)", rf"x\*\* \[Sign in\](https:{JOINER}//evil.example)"),
        ("<img src=x onerror=y> &amp; $x$", r"\<img src=x onerror=y> \&amp; \$x\$"),
        (
            ":red[x] :pizza: :material/home: a::b",
            rf":{JOINER}red\[x\] :{JOINER}pizza: :{JOINER}material/home: a:{JOINER}:{JOINER}b",
        ),
        ("www.evil.example me@evil.example", f"www{JOINER}.evil.example me@{JOINER}evil.example"),
        ("a -> b <- c -- d <-> e >= f", rf"a -{JOINER}> b \<{JOINER}- c -{JOINER}- d \<{JOINER}-> e >{JOINER}= f"),
        ("# a #", r"\# a \#"),
        ("- a", r"\- a"),
        (" > a", r" \> a"),
        ("12. a", r"12\. a"),
        ("a\n\nb", "a b"),
        ("gnp.\u202eexe", "gnp.\ufffdexe"),
    ],
)
def test_what_would_be_markup_is_escaped(text, written):
    assert escaped(text) == written


@pytest.mark.parametrize(
    "text",
    [
        "St Bees' Head – Whitehaven (North-West), 10:00 to 11:00: 3.5% of 1,234",
        "-5% or +4, 2024/25, “quoted”, Môn, 24-hour reviews; see below: why?",
        "No clear difference from the year before (11 detentions). 95% range 10 to 27",
    ],
)
def test_an_honest_text_stays_as_it_is(text):
    assert escaped(text) == text


@given(st.text(alphabet=st.sampled_from("ab :/*_[]()<>&$~|#-+=.@w1\\`!{}\n"), max_size=30))
def test_nothing_but_line_ends_is_lost(text):
    """What Markdown makes of it again, without what keeps letters apart, is the text on one line."""
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped(text)).replace(JOINER, "")
    assert read == re.sub(r"\s+", " ", text)


def test_bold_lists_and_keys():
    assert bold(" a*b ") == r"**a\*b**"
    assert bullets(["a_b", "- c"]) == "- a\\_b\n- \\- c"
    assert (code("a_b"), code("a`b")) == ("`a_b`", "`` a`b ``")


def test_what_a_link_says_is_quoted_up_to_sixty_letters():
    assert words.quoted("x" * 60) == f"“{'x' * 60}”"
    assert words.quoted("x" * 61) == f"“{'x' * 59}…”"


def test_a_chart_says_names_as_they_are():
    """Plotly reads `<`, `>` and `&` alone; our own lines are its breaks."""
    columns = {"value": [0.5], "lower": [0.4], "upper": [0.6], "numerator": [1.0], "denominator": [2.0]}
    chart = charts.bars(METRICS["overnight_share"], pd.DataFrame(columns), ["<a href='x'>St Bees & Co</a>\n%{x}"])
    (bar,) = chart.data
    assert bar.customdata[0][0] == "&lt;a href='x'&gt;St Bees &amp; Co&lt;/a&gt;<br>%{x}"
    assert bar.customdata[0][1] == "50.0%<br>1 of 2<br>95% range 40.0 to 60.0%"
    assert "<a" not in json.dumps(chart.to_plotly_json(), default=list)


def test_a_label_that_is_too_long_for_a_chart_is_cut():
    assert wrapped("Other ethnic group - Any other ethnic group").split("\n") == [
        "Other ethnic group -",
        "Any other ethnic group",
    ]
    lines = wrapped("A" * 2000).split("\n")
    assert len(lines) <= 5 and max(map(len, lines)) <= 22 and lines[-1].endswith("…")


def test_rows_are_as_tall_as_the_longest_label_beside_them():
    """A bar has 42 pixels, and a line of a label 20: two lines fit, and from three on every row grows."""
    assert rows_height(["Kendal", "Barrow"], 42) == 2 * 42
    assert rows_height(["Other ethnic group - Any other ethnic group", "Barrow"], 42) == 2 * 42
    assert rows_height(["North " * 8, "Barrow"], 42) == 2 * 60
    assert rows_height(["A" * 2000], 42) == 100
    assert rows_height([], 42) == 42, "a chart of nothing has room for saying so"
