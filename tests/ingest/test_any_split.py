"""However a history is cut into files, the database ends up the same; and loading it all again changes nothing."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.report import FileReport

pytestmark = pytest.mark.usefixtures("on_each_engine")

HEADER = ("hub_id", "year", "age", "sex", "residents", "vintage")
Row = tuple[str, ...]
EXAMPLES = settings().max_examples // 16  # each loads two databases

keys = st.tuples(
    st.sampled_from(["CAR", "BAR"]), st.just("2021"), st.sampled_from(["", "10", "11"]), st.sampled_from(["", "F", "M"])
)
histories = st.lists(keys, min_size=1, max_size=25).map(lambda of: [(*key, str(place), "") for place, key in enumerate(of)])
cuts = st.lists(st.booleans(), min_size=25, max_size=25)


def files_of(history: Sequence[Row], cut: Sequence[bool]) -> list[list[Row]]:
    """The history in files: a new one where it is cut, and where a key would come twice in one file."""
    files: list[list[Row]] = [[]]
    for row, here in zip(history, cut, strict=False):
        if here or row[:4] in [earlier[:4] for earlier in files[-1]]:
            files.append([])
        files[-1].append(row)
    return files


def load(desk: Any, files: Sequence[Sequence[Row]]) -> list[FileReport]:
    """As a folder of them, in one run."""
    desk.file("hubs.csv", "hub_id,name\nCAR,Carlisle\nBAR,Barrow\n")
    for number, rows in enumerate(files):
        desk.file(f"population-{number}.csv", "".join(",".join(row) + "\n" for row in (HEADER, *rows)))
    return list(desk.load())


def residents(desk: Any) -> set[tuple[object, ...]]:
    return set(desk.rows("population", *HEADER))


@settings(max_examples=EXAMPLES)
@given(history=histories, cut=cuts)
def test_only_the_last_version_of_each_row_counts(new_desk, history, cut):
    with tempfile.TemporaryDirectory() as folder, new_desk(Path(folder)) as desk:
        files = files_of(history, cut)
        reports = load(desk, files)
        last = {row[:4]: int(row[4]) for row in history}
        expected = {
            (hub, int(year), int(age) if age else None, sex or None, n, None) for (hub, year, age, sex), n in last.items()
        }
        assert residents(desk) == expected
        assert sum(report.new for report in reports) == 2 + len(last)
        assert sum(report.superseded for report in reports) == len(history) - len(last)

        again = load(desk, files)
        assert sum(report.unchanged for report in again) == 2 + len(last)
        assert sum(report.superseded for report in again) == len(history) - len(last)
        assert not any(report.changed for report in again)
        assert residents(desk) == expected


@settings(max_examples=EXAMPLES)
@given(history=histories, cut=cuts)
def test_files_one_after_the_other_end_as_all_at_once_do(new_desk, history, cut):
    """What a later file says replaces a row, whether or not it comes in the same run."""
    files = files_of(history, cut)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        with new_desk(Path(one)) as at_once, new_desk(Path(many)) as in_turn:
            load(at_once, files)
            reports = [report for number in range(len(files)) for report in load(in_turn, files[number : number + 1])[1:]]
            assert residents(at_once) == residents(in_turn)
        last = {row[:4] for row in history}
        assert sum(report.new for report in reports) == len(last)
        assert sum(report.updated for report in reports) == len(history) - len(last)


@settings(max_examples=EXAMPLES)
@given(rows=st.lists(keys, min_size=1, max_size=18, unique=True), cut=cuts, order=st.randoms())
def test_rows_of_different_keys_may_come_in_any_order(new_desk, rows, cut, order):
    history = [(*key, "100", "") for key in rows]
    files = files_of(history, cut)
    order.shuffle(files)
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as many,
        new_desk(Path(one)) as at_once,
        new_desk(Path(many)) as in_parts,
    ):
        load(at_once, [history])
        load(in_parts, files)
        assert residents(at_once) == residents(in_parts)
