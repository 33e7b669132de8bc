"""However a history is cut into files, the database ends up the same; and loading it all again changes nothing."""

import csv
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import databases
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import ingest
from queries.engine import connect
from queries.tables import population

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


def load(folder: Path, url: str, files: Sequence[Sequence[Row]]) -> list[ingest.FileReport]:
    (folder / "hubs.csv").write_text("hub_id,name\nCAR,Carlisle\nBAR,Barrow\n")
    for number, rows in enumerate(files):
        with (folder / f"population-{number}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
    return list(ingest.load([folder], url, today=date(2026, 6, 30), progress=False).files)


def residents(url: str) -> set[tuple[object, ...]]:
    columns = (population.c[name] for name in HEADER)
    with connect(url).connect() as connection:
        return {tuple(row) for row in connection.execute(select(*columns))}


@settings(max_examples=EXAMPLES)
@given(history=histories, cut=cuts)
def test_only_the_last_version_of_each_row_counts(history, cut):
    with tempfile.TemporaryDirectory() as folder:
        url, files = databases.vacant(), files_of(history, cut)
        reports = load(Path(folder), url, files)
        last = {row[:4]: int(row[4]) for row in history}
        expected = {
            (hub, int(year), int(age) if age else None, sex or None, n, None) for (hub, year, age, sex), n in last.items()
        }
        assert residents(url) == expected
        assert sum(report.new for report in reports) == 2 + len(last)
        assert sum(report.superseded for report in reports) == len(history) - len(last)

        again = load(Path(folder), url, files)
        assert sum(report.unchanged for report in again) == 2 + len(last)
        assert sum(report.superseded for report in again) == len(history) - len(last)
        assert not any(report.changed for report in again)
        assert residents(url) == expected


@settings(max_examples=EXAMPLES)
@given(rows=st.lists(keys, min_size=1, max_size=18, unique=True), cut=cuts, order=st.randoms())
def test_rows_of_different_keys_may_come_in_any_order(rows, cut, order):
    history = [(*key, "100", "") for key in rows]
    files = files_of(history, cut)
    order.shuffle(files)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        at_once, in_parts = databases.vacant(), databases.vacant()
        load(Path(one), at_once, [history])
        load(Path(many), in_parts, files)
        assert residents(at_once) == residents(in_parts)
