"""CSV that leaves the screen is taken for text by every spreadsheet."""

import csv
import io

import pandas as pd
import pytest

from metrics import export


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_every_formula_start_is_guarded(start):
    text = f"{start}SUM(A1:A9)"
    assert read(export.csv(pd.DataFrame({"suite": [text, "Kendal"], "value": [1.5, -2.0]}))) == [
        ["suite", "value"],
        [f"'{text}", "1.5"],
        ["Kendal", "-2.0"],  # a number is not a formula
    ]


def test_a_line_end_within_a_cell_starts_no_new_row():
    text = "Kendal\r=SUM(A1:A9)\nand more"
    assert read(export.csv(pd.DataFrame({"suite": [text], "value": [1]}))) == [["suite", "value"], [text, "1"]]


def test_other_cells_stay_as_they_are():
    frame = pd.DataFrame({"hub": ["a=b", "x, y", 'the "hub"', None, ""], "value": [0.1 + 0.2, None, 1e-9, 0, 5]})
    assert read(export.csv(frame)) == [
        ["hub", "value"],
        ["a=b", "0.30000000000000004"],
        ["x, y", ""],
        ['the "hub"', "1e-09"],
        ["", "0.0"],
        ["", "5.0"],
    ]


def test_a_frame_without_rows_keeps_its_columns():
    assert export.csv(pd.DataFrame(columns=["month", "value"])) == "month,value\r\n"
