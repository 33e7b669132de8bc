"""Numbers above a chart: at the point of their day, an event with a line before the first point that it can have moved."""

from datetime import date

import pandas as pd
import pytest
from judged import judged, waits

from metrics import charts
from metrics.charts.marks import Mark, circled, numbered
from metrics.themes import METRICS

MONTHS = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]
QUARTERS = ["2024-01-01", "2024-04-01", "2024-07-01"]
GAPS = ["2024-01-20", "2024-03-05", "2024-06-30"]  # the last days of three waits


def places(labels, *marks):
    """Where lines are drawn, and at which place which numbers."""
    lines, names = numbered(pd.Series(labels, dtype=object), [Mark(date.fromisoformat(on), *rest) for on, *rest in marks])
    return [line["x0"] for line in lines], {name["x"]: name["text"] for name in names}


@pytest.mark.parametrize(
    ("labels", "on", "place"),
    [
        (MONTHS, "2024-01-01", 0),
        (MONTHS, "2024-01-31", 0),
        (MONTHS, "2024-02-01", 1),
        (MONTHS, "2024-02-29", 1),
        (MONTHS, "2024-04-30", 3),
        (QUARTERS, "2024-03-31", 0),
        (QUARTERS, "2024-04-01", 1),
        (QUARTERS, "2024-09-30", 2),
    ],
)
def test_what_was_said_of_a_period_stands_above_its_last_month_or_quarter(labels, on, place):
    assert places(labels, (on, 1)) == ([], {place: "①"})


@pytest.mark.parametrize(
    ("labels", "on", "place"),
    [
        (MONTHS, "2024-01-01", -0.5),
        (MONTHS, "2024-01-02", 0.5),  # it can have moved all of February, and a part of January
        (MONTHS, "2024-02-01", 0.5),
        (MONTHS, "2024-02-02", 1.5),
        (MONTHS, "2024-04-15", 3.5),
        (QUARTERS, "2024-05-15", 1.5),
        (QUARTERS, "2024-07-01", 1.5),
        (GAPS, "2024-02-01", 0.5),
        (GAPS, "2024-03-05", 0.5),
        (GAPS, "2024-03-06", 1.5),
    ],
)
def test_an_event_has_a_line_before_the_first_point_that_begins_on_its_day_or_later(labels, on, place):
    assert places(labels, (on, 7, True)) == ([place], {place: "⑦"})


@pytest.mark.parametrize("is_event", [True, False])
def test_what_came_before_the_chart_has_no_place_on_it(is_event):
    assert places(MONTHS, ("2023-12-31", 1, is_event)) == ([], {})
    assert places([], ("2024-01-31", 1, is_event)) == ([], {})
    assert places(MONTHS) == ([], {})


def test_what_stands_at_one_place_is_one_text_and_one_line():
    """Two notes of March, a note of April, two events between them, of which one line is enough."""
    lines, names = places(
        MONTHS, ("2024-03-31", 1), ("2024-03-31", 2), ("2024-04-30", 3), ("2024-03-10", 4, True), ("2024-04-01", 5, True)
    )
    assert lines == [2.5]
    assert names == {2: "①②", 3: "③", 2.5: "④⑤"}


@pytest.mark.parametrize(("number", "sign"), [(1, "①"), (20, "⑳"), (21, "(21)"), (100, "(100)")])
def test_a_number_in_a_circle_as_far_as_there_are_such(number, sign):
    assert circled(number) == sign
    assert places(MONTHS, ("2024-01-31", number)) == ([], {0: sign})


def drawn(figure):
    """The lines at whole heights and the numbers of a figure, by where they are."""
    lines = [shape.x0 for shape in figure.layout.shapes if shape.type == "line"]
    return lines, {note.x: note.text for note in figure.layout.annotations if note.text and note.text[0] in "①②③"}


MARKS = [Mark(date(2024, 6, 30), 1), Mark(date(2024, 9, 14), 2, True)]


def test_they_are_drawn_on_a_control_chart_and_on_a_course():
    """Of 24 months from January 2024: above June, the sixth, and before October, the tenth."""
    metric = METRICS["detentions"]
    chart = judged("detentions", [10, 12] * 12)
    assert drawn(charts.control(metric, chart, (), MARKS)) == ([8.5], {5: "①", 8.5: "②"})
    assert drawn(charts.control(metric, chart)) == ([], {})
    frame = chart.chart[["label", "numerator", "denominator", "value"]].rename(columns={"label": "month"})
    figure = charts.trend(metric, frame.assign(lower=1.0, upper=20.0), "month", (), (), MARKS)
    assert drawn(figure) == ([8.5], {5: "①", 8.5: "②"})


def test_they_are_drawn_on_a_chart_of_days_between_events():
    """Waits of 40 days from the first of January 2024: the fourth ends on 9 June, the seventh on 7 October."""
    figure = charts.control(METRICS["strip_searches"], waits("strip_searches", [40] * 20), (), MARKS)
    assert drawn(figure) == ([5.5], {3: "①", 5.5: "②"})
