"""Packs that the tests read: each made once, of the invented force or of a few searches that can be counted on paper."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from pptx import Presentation
from product import database_of

from meetings import packs
from meetings.slides import Pack

MONTH = date(2026, 10, 1)  # the last whole month of the invented force, whose data end with it
MADE_AT = datetime.fromisoformat("2026-11-21T09:30")  # UTC
NOWHERE = "duckdb:////nowhere/reporting.duckdb"


@contextmanager
def surroundings(**more: str) -> Iterator[None]:
    """A memory in which nobody has written yet, and links that lead to the dashboard on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEETINGS_URL", f"sqlite:///{mkdtemp()}/meetings.sqlite")
        patch.delenv("DASHBOARD_ADDRESS", raising=False)
        for name, value in more.items():
            patch.setenv(name, value)
        yield


@cache
def pack(url: str, role: str, hub: str = "") -> Pack:
    """The pack of October 2026."""
    with surroundings():
        order = packs.order(role, MONTH, hub, "the tests", MADE_AT)
        return packs.build(packs.access_of(role, hub), order, url)


@cache
def of_board(released_url: str) -> Pack:
    """The pack of a release, made by the board's own process, which is given no reporting database."""
    with surroundings(AUDIENCE="board", RELEASE_URL=released_url, DATABASE_URL=NOWHERE):
        return packs.build(packs.access_of("board", ""), packs.order("board", None, "", "the tests", MADE_AT))


_written: dict[tuple[int, str], bytes] = {}


def written(of: Pack, form: str) -> bytes:
    """Its file; the packs of this module are kept, so that each is written once."""
    key = (id(of), form)
    if key not in _written:
        _written[key] = packs.write(of, form)
    return _written[key]


def deck(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def slides(of: Pack) -> list[Any]:
    """The slides of its file, without the cover."""
    return list(deck(written(of, ".pptx")).slides)[1:]


def charts_of(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def texts_of(slide: Any) -> list[str]:
    """What its boxes and tables say, title first."""
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    return [*found, *(cell.text for table in tables for row in table.rows for cell in row.cells)]


def notes_of(slide: Any) -> list[str]:
    return list(slide.notes_slide.notes_text_frame.text.splitlines())


def link_of(slide: Any) -> str:
    """Where "Open this view" leads."""
    (found,) = [
        run.hyperlink.address
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if run.hyperlink.address
    ]
    return str(found)


def series_of(chart: Any) -> dict[str, tuple[float | None, ...]]:
    """Every series of a chart by its name, as the file has it."""
    return {series.name: tuple(series.values) for series in chart.plots[0].series}


def every_text(content: bytes) -> str:
    """All XML of a file, and of the workbooks within it."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            inside = archive.read(name)
            found.append(every_text(inside) if name.endswith(".xlsx") else inside.decode("utf-8", errors="replace"))
    return "\n".join(found)


REFERENCE = re.compile(
    r"(?P<key>\w+)(?P<by> by hub)? · (?P<place>[^·]+) · (?P<first>[\d-]+) to (?P<last>[\d-]+) · data to (?P<end>.+)"
)


HUBS: Sequence[Mapping[str, Any]] = [
    {"hub_id": hub, "name": name, "area": "North", "authority": "Cumberland", "force": "Cumbria Constabulary"}
    for hub, name in (("near", "Near"), ("far", "Far"), ("mid", "Mid"))
]


def searches(led_to_arrest: Mapping[str, int] = {"near": 6, "far": 6, "mid": 18}, **more: int) -> str:
    """A database of 20 searches of children a month in each of three hubs, over three years to December 2024.

    Of each twenty so many led to an arrest; of ``more`` hubs so many fewer in December 2024.
    """
    rows = []
    for month in range(36):
        first = date(2022 + month // 12, month % 12 + 1, 1)
        for hub, arrests in led_to_arrest.items():
            in_month = arrests - (more.get(hub, 0) if month == 35 else 0)
            for one in range(20):
                outcome = "arrest" if one < in_month else "no further action"
                on = first + timedelta(days=one)
                rows.append({"searched_on": on, "age": 15, "hub_id": hub, "outcome": outcome})
    rows += [{"searched_on": on, "age": 40, "hub_id": "near"} for on in (date(2022, 1, 1), date(2024, 12, 31))]
    listed = [
        {"search_id": f"{place:04d}", "kind": "person", "force": "Cumbria Constabulary", **row} for place, row in enumerate(rows)
    ]
    return database_of({"hubs": HUBS, "stop_searches": listed})


def small(url: str, form: str, path: Path, role: str = "command", hub: str = "") -> Path:
    """The file of the pack of December 2024 of those searches."""
    order = packs.order(role, date(2024, 12, 1), hub, "the tests", datetime.fromisoformat("2025-01-02T09:30"))
    path.write_bytes(packs.write(packs.build(packs.access_of(role, hub), order, url), form))
    return path
