"""A bare line: from zero to its highest figure, broken where there is none, with its latest figure and the councils' change."""

import re
import xml.etree.ElementTree as ET
from datetime import date

import numpy as np
import pandas as pd
import pytest

from metrics import charts
from metrics.charts.councils import changes_between

QUARTERS = ["2022-07-01", "2022-10-01", "2023-01-01", "2023-04-01", "2023-07-01"]


def drawn(values, changes=()):
    """What each of the three paths (change, line, latest) moves through: runs of x, y, from 6 to 314 across and 84 up to 6."""
    frame = pd.DataFrame({"quarter": QUARTERS[: len(values)], "value": values}, dtype=object).astype({"value": float})
    paths = ET.fromstring(charts.sparkline(frame, "quarter", changes))
    return [[_numbers(part) for part in path.get("d").split("M") if part] for path in paths]


def _numbers(part):
    found = [float(number) for number in re.findall(r"[\d.]+", part.partition("l")[0])]
    return list(zip(found[::2], found[1::2], strict=True))


def test_a_line_through_every_figure_and_its_latest():
    _, line, latest = drawn([0, 5, 10, 5, 0])
    assert line == [[(6, 84), (6, 84), (83, 45), (160, 6), (237, 45), (314, 84)]]
    assert latest == [[(314, 84)]]


def test_a_gap_breaks_the_line_and_a_figure_alone_is_a_dot():
    _, line, latest = drawn([10, np.nan, 5, 10, np.nan])
    assert line == [[(6, 6), (6, 6)], [(160, 45), (160, 45), (237, 6)]]
    assert latest == [[(237, 6)]]


@pytest.mark.parametrize("values", [[np.nan] * 5, []])
def test_nothing_known_draws_nothing(values):
    assert drawn(values) == [[], [], []]


@pytest.mark.parametrize("values", [[0, 0], [3]])
def test_zeros_alone_and_one_figure_alone_can_be_drawn(values):
    (line,) = drawn(values)[1]
    assert line[0] == (6, 84 if len(values) == 2 else 6)


def test_the_change_of_councils_stands_between_its_quarters():
    changes = changes_between(date(2022, 7, 1), date(2023, 7, 1), ["Cumberland"])
    assert drawn([1, 2, 3, 4, 5], changes)[0] == [[(198, 84), (198, 6)]]
    assert drawn([1, 2], changes)[0] == []
