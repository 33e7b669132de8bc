"""Every line of a file is in the header, blank, in a row that is read, or named with its reason: none is swallowed unseen."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract import open_extract
from ingest.reading import MOST_LINES, Record, content, records
from ingest.sources import find

TODAY = date(2026, 6, 30)
HEADER = "crime_id,recorded_on,offence,note\n"  # of which the offence is free text, and the note is not read
ROW = "K{},2025-01-0{},theft,x\n"
ONE, TWO, THREE = (ROW.format(number, number) for number in (1, 2, 3))
NEVER = "opens a quotation mark that is never closed"
NO_PAIR = "has quotation marks that do not pair"
SWALLOWED = "opens a quotation mark that is not closed before line"
TOO_LONG = f"opens a quotation mark that is not closed within {MOST_LINES} lines"


@dataclass(frozen=True)
class Found:
    """What an extract is split into: the lines on which rows start, those that are none and why, and how many there are."""

    rows: list[int]
    bad: list[tuple[int, str]]
    blank: int
    lines: int


@pytest.fixture
def split(tmp_path):
    def of(content, name="crimes.csv"):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        (source,) = find([tmp_path / name]).sources
        batches = list(open_extract(source, TODAY).batches())
        return Found(
            [line for batch in batches for line in batch.lines],
            [(bad.line, bad.reason) for batch in batches for bad in batch.bad],
            sum(batch.blank_lines for batch in batches),
            sum(batch.lines_read for batch in batches),
        )

    return of


SWALLOWS = 'K1,2025-01-01,"theft,x\n' + TWO + 'K3,2025-01-03,theft",x\n'
CASES = {
    "sound rows": (ONE + TWO, Found([2, 3], [], 0, 3)),
    "no last line break": (ONE + TWO.rstrip(), Found([2, 3], [], 0, 3)),
    "a mark that is never closed costs its own line": (
        'K1,2025-01-01,"theft,x\n' + TWO + THREE,
        Found([3, 4], [(2, NEVER)], 0, 4),
    ),
    "rows within its reach that have marks of their own, which may be the end of it": (
        'K1,2025-01-01,"theft,x\n' + 'K2,2025-01-02,"theft, robbery",x\n' + THREE,
        Found([4], [(2, NO_PAIR), (3, NO_PAIR)], 0, 4),
    ),
    "a mark on the last line": (ONE + 'K2,2025-01-02,theft,"x', Found([2], [(3, NEVER)], 0, 3)),
    "two marks that would swallow the row between them": (
        SWALLOWS,
        Found([3], [(2, f"{SWALLOWED} 3, which is a row of its own"), (4, NO_PAIR)], 0, 4),
    ),
    "marks that do not pair": (ONE + 'K2,2025-01-02,"thef"t,x\n' + THREE, Found([2, 4], [(3, NO_PAIR)], 0, 4)),
    "marks in the middle of a cell": (ONE + 'K2,2025-01-02,the "other" one,x\n', Found([2, 3], [], 0, 3)),
    "doubled marks, commas and breaks in free text": (
        'K1,2025-01-01,"theft, of a ""bike"",\nand a bell",x\n' + TWO,
        Found([2, 4], [], 0, 4),
    ),
    "breaks in a column that is not read": ('K1,2025-01-01,theft,"one\n\ntwo\r\nthree"\n' + TWO, Found([2, 6], [], 0, 6)),
    "a break where there can be none": (
        'K1,"2025-\n01-01",theft,x\n' + TWO,
        Found(
            [4],
            [
                (2, "breaks the line within recorded_on, where there can be no break: is a quotation mark missing?"),
                (3, NO_PAIR),
            ],
            *(0, 4),
        ),
    ),
    "a break that makes another number of cells": (
        'K1,2025-01-01,"theft\nof a bike"\n' + TWO,
        Found(
            [4],
            [(2, "opens a quotation mark that is not closed on its line"), (3, NO_PAIR)],
            *(0, 4),
        ),
    ),
    "rows too short and too long": (
        "K1,2025-01-01\n" + TWO + "K3,2025-01-03,theft,x,y\n",
        Found([3], [(2, "has too few fields: 2 instead of 4"), (4, "has too many fields: 5 instead of 4")], 0, 4),
    ),
    "blank lines and rows of commas": (f'\n{ONE}   \n,,,\n , ,\t,\n"",,,\n{TWO}\n\n', Found([3, 8], [], 7, 10)),
    "as many lines as a record may have": (
        'K1,2025-01-01,theft,"' + "a\n" * (MOST_LINES - 1) + 'b"\n' + TWO,
        Found([2, 2 + MOST_LINES], [], 0, 2 + MOST_LINES),
    ),
    "a line more": (
        'K1,2025-01-01,theft,"' + "a\n" * MOST_LINES + 'b"\n' + TWO,
        Found(
            [3 + MOST_LINES],
            [
                (2, TOO_LONG),
                *((line, "has too few fields: 1 instead of 4") for line in range(3, 2 + MOST_LINES)),
                (2 + MOST_LINES, "has too few fields: 1 instead of 4"),
            ],
            *(0, 3 + MOST_LINES),
        ),
    ),
    "a cell of 140,000 letters that is not read": (ONE + f"K2,2025-01-02,theft,{'x' * 140_000}\n", Found([2, 3], [], 0, 3)),
}


@pytest.mark.parametrize("rows", CASES)
def test_what_becomes_of_each_line(split, rows):
    text, expected = CASES[rows]
    assert split(HEADER + text) == expected


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_lines_end_as_systems_end_them(split, ending):
    text, expected = CASES["two marks that would swallow the row between them"]
    assert split((HEADER + text).replace("\n", ending)) == expected


def test_blank_lines_before_the_header_and_breaks_in_it_are_of_the_header(split):
    found = split('\n ,\ncrime_id,recorded_on,offence,"a\nnote"\n' + ONE)
    assert found == Found([5], [], 0, 5)


def test_published_files_break_their_lines_in_free_text_alone(split):
    header = "Type,Date,Policing operation,Gender\n"
    rows = 'Person search,2019-06-01T10:00Z,"Op\nAsh",Male\nPerson search,2019-06-01T11:00Z,,"Ma\nle"\n'
    found = split(header + rows, "2019-06-cumbria-stop-and-search.csv")
    assert (found.rows, [line for line, _ in found.bad], found.lines) == ([2], [4, 5], 5)


def entries(data, accepts=lambda _: "", looks_like_row=lambda *_: False):
    return list(records(content(lambda: io.BytesIO(data), "x.csv"), accepts, looks_like_row))


def lines_of(text):
    """How many lines a text has, counted by their ends."""
    ends = list(re.finditer("\r\n|\r|\n", text))
    return len(ends) + (ends[-1].end() < len(text) if ends else bool(text))


texts = st.lists(st.sampled_from(['"', ",", "\n", "\r\n", "\r", "K1", " ", '""', ";"]), max_size=60).map("".join)


@given(text=texts, width=st.integers(1, 3), splits=st.booleans())
def test_every_line_is_in_one_record_or_named_whatever_stands_in_the_file(text, width, splits):
    """Also where nothing of several lines is accepted, or everything."""

    def accepts(cells):
        return "" if splits or len(cells) == width else "cannot be"

    reached = 0
    for entry in entries(b"x" + text.encode(), accepts, lambda cells, _: len(cells) == width):
        assert entry.line == reached + 1
        reached += entry.lines if isinstance(entry, Record) else 1
    assert reached == lines_of("x" + text)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=5)


@given(rows=st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=8), ending=st.sampled_from(["\n", "\r\n"]))
def test_what_a_program_writes_is_read_as_it_was_written(rows, ending):
    written = io.StringIO()
    csv.writer(written, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    assert [entry.cells for entry in entries(b"x\n" + written.getvalue().encode())[1:]] == rows
