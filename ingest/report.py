"""Tells the person who loads the data what became of every file and every row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

COUNTS = ("read", "new", "updated", "unchanged", "rejected")


@dataclass(frozen=True)
class Rejection:
    """One row kept out of the database: where its record starts in the file, what is wrong, and the whole row as JSON."""

    line: int
    column: str | None  # None: the row as a whole
    value: str | None
    reason: str
    row: str


@dataclass(frozen=True)
class FileReport:
    """What became of one file: ``read`` = ``new`` + ``updated`` + ``unchanged`` + ``rejected``."""

    path: Path
    table: str = ""
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejections: tuple[Rejection, ...] = ()
    ambiguous_times: int = 0
    unknown_columns: tuple[str, ...] = ()
    encoding: str = "UTF-8"
    loaded_before: bool = False
    changed: bool = False  # whether the database is another after it
    refused: str | None = None  # the sentence that says why nothing of the file was taken

    @property
    def rejected(self) -> int:
        return len(self.rejections)


def report_text(reports: Sequence[FileReport], *, dry_run: bool = False) -> str:
    """The whole report as plain text, to be read on a terminal or kept as a log."""
    taken = [report for report in reports if not report.refused]
    refused = [report for report in reports if report.refused]
    sections = (
        ["Dry run: everything was checked, nothing was loaded."] if dry_run else [],
        _table(taken) if taken else [],
        _section("Rejected rows" if dry_run else "Rejected rows (set aside whole in the table rejected_rows)", taken, _reasons),
        _section("Worth knowing", taken, _remarks),
        _section("REFUSED FILES (nothing of them was loaded)", refused, _sentence),
    )
    return "\n\n".join("\n".join(section) for section in sections if section)


def _table(reports: Sequence[FileReport]) -> list[str]:
    rows: list[tuple[str, ...]] = [("file", "table", *COUNTS)]
    rows += [(report.path.name, report.table, *(f"{getattr(report, count):,}" for count in COUNTS)) for report in reports]
    if len(reports) > 1:
        rows.append(("all files", "", *(f"{sum(getattr(report, count) for report in reports):,}" for count in COUNTS)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(_cell(text, width, column) for column, (text, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _cell(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column < 2 else text.rjust(width)


def _section(heading: str, reports: Sequence[FileReport], lines_of: Callable[[FileReport], Iterator[str]]) -> list[str]:
    lines = [f"  {line}" for report in reports for line in lines_of(report)]
    return [heading, *lines] if lines else []


def _reasons(report: FileReport) -> Iterator[str]:
    """Each reason once, the most frequent first, with how many rows it struck and the first of them."""
    ordered = sorted(report.rejections, key=lambda rejection: (rejection.column or "", rejection.reason, rejection.line))
    groups = [list(group) for _, group in groupby(ordered, key=lambda rejection: (rejection.column, rejection.reason))]
    for group in sorted(groups, key=len, reverse=True):
        first = group[0]
        where = f"{first.column}: " if first.column else ""
        value = f" {first.value!r}" if first.value else ""
        yield f"{report.path.name}: {_count(len(group), 'row')}, {where}{first.reason} (first: line {first.line}{value})"


def _sentence(report: FileReport) -> Iterator[str]:
    yield report.refused or ""


def _remarks(report: FileReport) -> Iterator[str]:
    return (f"{report.path.name}: {remark}" for remark in _remarkable(report))


def _remarkable(report: FileReport) -> Iterator[str]:
    if report.loaded_before and not report.changed:
        yield "this file was loaded before; nothing has changed"
    if report.loaded_before and report.changed:
        yield "this file was loaded before; only the rows rejected then were looked at again"
    if report.ambiguous_times:
        yield (
            f"{_count(report.ambiguous_times, 'time')} in the hour that comes twice when the clocks go back, "
            "taken as the first (summer time)"
        )
    if report.unknown_columns:
        yield f"columns not known and not read: {', '.join(report.unknown_columns)}"
    if report.encoding != "UTF-8":
        yield f"read as {report.encoding}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
