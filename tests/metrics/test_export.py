"""Files from a page are text to every spreadsheet, which makes neither formulas nor dates of it; a command's CSV is plain."""

import codecs
import csv
import io
import json
import unicodedata
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import export


def read(text):
    """The cells of a file from a page."""
    assert text.startswith("\ufeff") and text.encode().startswith(codecs.BOM_UTF8)
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def of_one(text, **how):
    """What becomes of a text in the plain CSV of a command."""
    (_, (cell, number)) = csv.reader(
        io.StringIO(export.plain(pd.DataFrame({"a": [text], "b": [-1.5]}), "csv", **how), newline="")
    )
    assert number == "-1.5"
    return cell


# What spreadsheets run; the same as other programs may see it; and what stands before it unseen.
STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\v", "\f", "|"]
ALIKE = [*"\uff1d\uff0b\uff0d\uff20\uff5c\ufe66\ufe63\u207a", "=\u0338"]  # ＝ ＋ － ＠ ｜ and smaller ones
UNSEEN = list(" \xa0\u2007\u202f\u3000\u200b\u200d\u2060\ufeff\u202e\u2028\0\u2800\u1160\u3164\uffa0")
HIDDEN = [f"{unseen}=" for unseen in UNSEEN] + [" \xa0\u200b\ufeff\uff1d", "\ufeff\t"]


@pytest.mark.parametrize("start", STARTS + ALIKE + HIDDEN)
def test_every_formula_start_is_guarded(start):
    text = f"{start}SUM(A1:A9)"
    assert read(export.csv(pd.DataFrame({"suite": [text, "Kendal"], "value": [1.5, -2.0]}))) == [
        ["suite", "value"],
        [f"'{text}", "1.5"],
        ["Kendal", "-2.0"],  # a number is not a formula
    ]


@given(st.text(st.sampled_from([*STARTS, *"".join(ALIKE), *UNSEEN, *"aÉ1'.,"]) | st.characters(codec="utf-8"), max_size=8))
def test_no_text_whose_first_character_seen_starts_a_formula_is_left_as_it_is(prefix):
    """Judged as a reader of the file may: in compatible characters, without blanks and marks. In cells, headings and marking."""
    text = f"{prefix}SUM(A1:A9)"
    seen = unicodedata.normalize("NFKC", text).lstrip("".join(UNSEEN))
    written = {f"'{text}"} if seen[0] in STARTS else {text, f"'{text}"}
    (marking,), (heading, _), (cell, number) = read(export.csv(pd.DataFrame({text: [text], "value": [-1.5]}), text))
    assert {marking, heading, cell} <= written and number == "-1.5"
    (heading, _), (cell, number) = csv.reader(
        io.StringIO(export.plain(pd.DataFrame({text: [text], "b": [-1.5]}), "csv"), newline="")
    )
    assert {heading, cell} <= {one.replace("\r\n", "\n").replace("\r", "\n") for one in written} and number == "-1.5"


@pytest.mark.parametrize(
    "text", ["Kendal", "a=b", " Kendal", "\xa01", "É", "'=1", "5%", "(1)", "“=1”", "−1", "", "\u200b", "1\t=1"]
)
def test_what_no_spreadsheet_runs_is_left_as_it_is(text):
    assert read(export.csv(pd.DataFrame({"suite": [text, "x"], "value": [1.5, 2]})))[1] == [text, "1.5"]


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


def test_rows_that_were_picked_from_more_keep_their_texts():
    frame = pd.DataFrame({"hub": ["EDE", "=CAR", None], "value": [1, 2, 3]})[1:]
    assert read(export.csv(frame)) == [["hub", "value"], ["'=CAR", "2"], ["", "3"]]


def test_a_frame_without_rows_keeps_its_columns():
    assert export.csv(pd.DataFrame(columns=["month", "value"])) == "\ufeffmonth,value\r\n"


def test_the_marking_is_the_first_line_and_one_cell():
    frame = pd.DataFrame({"hub": ["EDE"]})
    assert read(export.csv(frame, "OFFICIAL-SENSITIVE · Cy, analyst")) == [["OFFICIAL-SENSITIVE · Cy, analyst"], ["hub"], ["EDE"]]
    assert read(export.csv(frame, "=1"))[0] == ["'=1"]
    assert export.csv(frame, "OFFICIAL") == "\ufeffOFFICIAL\r\nhub\r\nEDE\r\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *[("10-13", "10 to 13"), ("14-15", "14 to 15"), ("16-17", "16 to 17"), ("10-17", "10 to 17")],
        *[("under 10", "under 10"), ("18 and over", "18 and over")],
        *[("2025/26", "2025/26"), ("2012/13", "2012/13"), ("2011/12", "'2011/12"), ("2008/09", "'2008/09")],  # the 12th month
        *[("3/4", "'3/4"), ("25-12", "'25-12"), ("12/2024", "'12/2024"), ("25/12/2024", "'25/12/2024"), ("2025-04", "'2025-04")],
        *[("MAR1", "'MAR1"), ("1-Dec", "'1-Dec"), ("sep-24", "'sep-24"), ("MARK1", "MARK1"), ("May", "May")],
        *[("2025-04-01", "2025-04-01"), ("3 March 2025", "3 March 2025"), ("March 2025", "March 2025")],  # they are these days
        *[
            ("10-10", "'10-10"),
            ("50-50", "50-50"),
            ("2024/1234", "2024/1234"),
            ("C000123", "C000123"),
            ("40-50%", "40-50%"),
            ("30-45", "30 to 45"),
        ],
    ],
)
def test_nothing_is_taken_for_a_date_that_is_none(text, written):
    assert read(export.csv(pd.DataFrame({"Age": [text], "value": [-1.5]}))) == [["Age", "value"], [written, "-1.5"]]
    assert read(export.csv(pd.DataFrame({text: [1]}))) == [[written], ["1"]]  # as a heading too


def test_whole_numbers_beside_unknown_ones_stay_whole():
    frame = pd.DataFrame({"rows": pd.Series([3, None], dtype=object), "first": [date(2025, 4, 1), None], "known": [True, False]})
    assert read(export.csv(frame))[1:] == [["3", "2025-04-01", "True"], ["", "", "False"]]


def test_whole_numbers_have_no_decimal_point_and_what_is_not_known_is_none():
    frame = pd.DataFrame({"numerator": [3.0, float("nan"), 2.5, 0.0], "value": [1.0, 2.0, 3.0, 4.0]}, index=[1, 2, 3, 4])
    found = export.whole_numbers(frame, ["numerator"])
    assert [str(value) for value in found["numerator"]] == ["3", "None", "2.5", "0"]
    assert found["value"].tolist() == frame["value"].tolist() and found["value"].dtype == float


# Plain CSV and JSON


@pytest.mark.parametrize("start", [start for start in STARTS + ALIKE + HIDDEN if start not in "\r\n"])
def test_a_command_guards_text_against_formulas_and_no_number(start):
    text = f"{start}HYPERLINK(1)"
    assert of_one(text) == f"'{text}"
    assert of_one(text, raw=True) == text


def test_a_command_guards_headings():
    frame = pd.DataFrame({"\uff1d1": ["x"], 2025: [1]})
    assert export.plain(frame, "csv") == "'\uff1d1,2025\nx,1\n"
    assert export.plain(frame, "csv", raw=True) == "\uff1d1,2025\nx,1\n"


def test_no_line_end_within_a_cell_of_a_command_starts_a_new_row():
    """A carriage return alone is not quoted where lines end without one, and a spreadsheet would take what follows for a row."""
    assert of_one("Kendal\r=SUM(A1)") == "Kendal\n=SUM(A1)"
    assert of_one("\r=SUM(A1)") == "'\n=SUM(A1)"
    assert of_one("Kendal\r\nEden") == "Kendal\nEden"


def test_a_command_keeps_names_labels_and_encoding():
    frame = pd.DataFrame({"age_band": ["10-13", None], "year": ["2011/12", "Größe"], "value": [1, None]})
    for raw in (False, True):
        assert export.plain(frame, "csv", raw=raw) == "age_band,year,value\n10-13,2011/12,1.0\n,Größe,\n"


def test_json_is_as_it_is():
    frame = pd.DataFrame({"offence_group": ["=1", None], "value": [-1.5, None]})
    expected = [{"offence_group": "=1", "value": -1.5}, {"offence_group": None, "value": None}]
    assert json.loads(export.plain(frame, "json")) == json.loads(export.plain(frame, "json", raw=True)) == expected


def test_json_has_a_line_for_each_value_and_days_as_text():
    frame = pd.DataFrame({"month": [date(2025, 4, 1)], "value": [1]})
    assert export.plain(frame, "json") == '[\n {\n  "month": "2025-04-01",\n  "value": 1\n }\n]\n'
