"""The change of councils is marked where a series spans it, between the right two points, and nowhere else."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from metrics import charts
from metrics.charts.councils import changes_between
from metrics.themes import METRICS

CUMBERLAND = ["Cumberland", "unknown"]


@pytest.mark.parametrize(
    ("first", "last", "authorities", "marked"),
    [
        (date(2023, 3, 1), date(2023, 4, 1), CUMBERLAND, True),  # the last month is the first of the new councils
        (date(2023, 4, 1), date(2024, 4, 1), CUMBERLAND, False),  # all of it is after the change
        (date(2022, 1, 1), date(2023, 3, 1), CUMBERLAND, False),
        (date(2022, 1, 1), date(2024, 1, 1), ["Lancashire"], False),
    ],
)
def test_only_a_series_that_spans_the_change_for_hubs_that_it_concerns(first, last, authorities, marked):
    assert bool(changes_between(first, last, authorities)) == marked


@pytest.mark.parametrize(
    ("time", "labels", "between"),
    [
        ("month", ["2023-02-01", "2023-03-01", "2023-04-01", "2023-05-01"], 1.5),
        ("quarter", ["2022-10-01", "2023-01-01", "2023-04-01"], 1.5),
        ("month", ["2023-03-01", "2023-04-01"], 0.5),
    ],
)
def test_the_line_stands_before_the_first_point_of_the_new_councils(time, labels, between):
    frame = pd.DataFrame({time: labels, "numerator": 1.0, "denominator": np.nan, "value": 1.0, "lower": 0.5, "upper": 2.0})
    changes = changes_between(date.fromisoformat(labels[0]), date.fromisoformat(labels[-1]), CUMBERLAND)
    figure = charts.trend(METRICS["detentions"], frame, time, changes)
    assert [shape.x0 for shape in figure.layout.shapes] == [between]
    assert [note.text for note in figure.layout.annotations] == ["New councils"]


def test_measures_side_by_side_stand_at_their_own_quarters():
    """Data of one kind may begin later: its line begins at its own quarter, and the councils' change is the same in each row."""
    quarters = ["2022-10-01", "2023-01-01", "2023-04-01", "2023-07-01"]
    long, short = (
        pd.DataFrame({"quarter": own, "numerator": 1.0, "denominator": np.nan, "value": 1.0, "lower": 0.5, "upper": 2.0})
        for own in (quarters, quarters[2:])
    )
    changes = changes_between(date(2022, 10, 1), date(2023, 7, 1), CUMBERLAND)
    for measures in ([long, short], [short, long]):
        figure = charts.aligned([(METRICS["detentions"], frame) for frame in measures], changes)
        assert [list(line.x) for line in figure.data] == [[0, 1, 2, 3] if frame is long else [2, 3] for frame in measures]
        assert [shape.x0 for shape in figure.layout.shapes] == [1.5, 1.5]
        assert [line.customdata[-1][0] for line in figure.data] == ["Jul 2023", "Jul 2023"]
        assert figure.layout.xaxis.ticktext[-1] == "Jul<br>2023"
