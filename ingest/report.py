"""Tells the person who loads the data what became of every file, every line, every row and every cell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import shorten

COUNTS = ("lines", "filtered", "read", "new", "updated", "unchanged", "superseded", "withdrawn", "rejected")
ONLY_WHERE_ANY = ("filtered", "superseded", "withdrawn")  # columns that are left out where they would hold zeros alone
HELD_BACK = (
    "NOTHING IS LOADED, since a file is refused (below), and what the others say could mislead without it. Correct it, or give "
    "--yes to load what can be loaded."
)
MOST_TOLD = 20  # columns that nobody knows, files that were passed over


@dataclass(frozen=True)
class Rejection:
    """One reason for which a row is kept out of the database: the line on which it starts, what is wrong, the row as JSON."""

    line: int
    column: str | None  # None: the row as a whole
    value: str | None
    reason: str
    row: str


@dataclass(frozen=True)
class Unread:
    """Cells of one column that count as not recorded for one reason; their rows stay. ``line`` and ``value`` are the first's."""

    column: str
    reason: str
    cells: int
    line: int
    value: str


@dataclass(frozen=True)
class FileReport:
    """What became of one file: ``read`` = ``new`` + ``updated`` + ``unchanged`` + ``superseded`` + ``rejected``.

    Every one of its ``lines`` is in the header, blank, in a row that was read, or in one that a mapping's filter left out
    (``filtered``). ``superseded`` rows were overtaken by a later file of the same run, or a later row where a mapping says so;
    ``withdrawn`` ones were known before and are not in what the file replaces. A query has rows alone: no header line.
    """

    name: str
    table: str = ""
    lines: int = 0
    header_lines: int = 1
    blank_lines: int = 0
    filtered: int = 0
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    withdrawn: int = 0
    rejections: tuple[Rejection, ...] = ()
    unread: tuple[Unread, ...] = ()
    ambiguous_times: int = 0
    british_days: int = 0
    unknown_columns: tuple[str, ...] = ()
    encoding: str = "UTF-8"
    remarks: tuple[str, ...] = ()
    loaded_before: bool = False
    changed: bool = False  # whether the database is another after it
    refused: str | None = None  # the sentence that says why nothing of the file was taken

    @property
    def rejected(self) -> int:
        """Rows, each of which may have several reasons."""
        return len({rejection.line for rejection in self.rejections})

    @property
    def cells_not_read(self) -> int:
        return sum(unread.cells for unread in self.unread)


@dataclass(frozen=True)
class Report:
    """What became of all files of a run, which were passed over since no table is for them, and which no mapping names."""

    files: tuple[FileReport, ...]
    passed_over: tuple[str, ...] = ()
    not_mapped: tuple[str, ...] = ()
    not_asked: int = 0  # queries of a mapping, for lack of a warehouse
    is_held_back: bool = False  # nothing is loaded, since a file was refused

    @property
    def is_whole(self) -> bool:
        """Whether no file was refused."""
        return not any(file.refused for file in self.files)


def report_text(report: Report, *, opening: str = "") -> str:
    """The whole report as plain text, to be read on a terminal or kept as a log; ``opening`` is said before it."""
    taken = [file for file in report.files if not file.refused]
    refused = [file for file in report.files if file.refused]
    sections = (
        [opening] if opening else [],
        [HELD_BACK] if report.is_held_back else [],
        _table(taken) if taken else [],
        _section("Rejected rows (kept out, with every reason; the data quality page lists them)", report.files, _reasons),
        _section("Cells not read (their rows stay, the cells count as not recorded)", report.files, _cells),
        _section("Worth knowing", taken, _remarks),
        _passed_over(report.passed_over),
        _not_mapped(report.not_mapped),
        _not_asked(report.not_asked),
        _section("REFUSED FILES", refused, _sentence),
    )
    return "\n\n".join("\n".join(section) for section in sections if section)


def line_of(file: FileReport) -> str:
    """What became of one file in one line, for a log."""
    if file.refused:
        return f"refused: {file.refused}"
    return f"{file.name}: {', '.join(f'{getattr(file, name):,} {name}' for name in _told([file]))}"


def _told(files: Sequence[FileReport]) -> list[str]:
    return [name for name in COUNTS if name not in ONLY_WHERE_ANY or any(getattr(file, name) for file in files)]


def _table(files: Sequence[FileReport]) -> list[str]:
    told = _told(files)
    rows: list[tuple[str, ...]] = [("file", "table", *told)]
    rows += [(file.name, file.table, *(f"{getattr(file, count):,}" for count in told)) for file in files]
    if len(files) > 1:
        rows.append(("all files", "", *(f"{sum(getattr(file, count) for file in files):,}" for count in told)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(_cell(text, width, column) for column, (text, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _cell(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column < 2 else text.rjust(width)


def _section(heading: str, files: Sequence[FileReport], lines_of: Callable[[FileReport], Iterator[str]]) -> list[str]:
    lines = [f"  {line}" for file in files for line in lines_of(file)]
    return [heading, *lines] if lines else []


def _reasons(file: FileReport) -> Iterator[str]:
    """Each reason once, the most frequent first, with how many rows it struck and the first of them."""
    ordered = sorted(file.rejections, key=lambda rejection: (rejection.column or "", rejection.reason, rejection.line))
    groups = [list(group) for _, group in groupby(ordered, key=lambda rejection: (rejection.column, rejection.reason))]
    for group in sorted(groups, key=len, reverse=True):
        first = group[0]
        yield f"{file.name}: {count(len(group), 'row')}, {_what(first.column, first.reason, first.line, first.value)}"


def _cells(file: FileReport) -> Iterator[str]:
    for unread in sorted(file.unread, key=lambda unread: -unread.cells):
        what = _what(unread.column, unread.reason, unread.line, unread.value)
        yield f"{file.name}: {count(unread.cells, 'cell')}, {what}"


def _what(column: str | None, reason: str, line: int, value: str | None) -> str:
    """'recorded_on: is not a date such as 2025-06-01 (first: line 3 'tomorrow')'"""
    where = f"{column}: " if column else ""
    shown = f" {shorten(value, 60, placeholder='...')!r}" if value else ""
    return f"{where}{reason} (first: line {line}{shown})"


def _sentence(file: FileReport) -> Iterator[str]:
    yield file.refused or ""


def _remarks(file: FileReport) -> Iterator[str]:
    return (f"{file.name}: {remark}" for remark in _remarkable(file))


def _remarkable(file: FileReport) -> Iterator[str]:
    if file.loaded_before and not file.changed:
        yield "nothing has changed: the same was loaded before, or comes twice in this run"
    yield from file.remarks
    if not file.read and not file.filtered:
        yield "it holds no rows"
    if file.filtered:
        yield f"left out by the mapping's filter: {count(file.filtered, 'row')}"
    if file.lines != file.read + file.filtered + file.header_lines:
        yield f"its {count(file.lines, 'line')} are {_lines(file)}"
    if file.british_days:
        dates = count(file.british_days, "date")
        yield f"{dates} read as day/month/year, such as 03/04/2025 for 3 April: check that the month does not come first"
    if file.ambiguous_times:
        yield (
            f"{count(file.ambiguous_times, 'time')} in the hour that comes twice when the clocks go back, "
            "taken as the first (summer time)"
        )
    if file.unknown_columns:
        yield f"columns not known and not read: {listed([shorten(name, 60) for name in file.unknown_columns])}"
    if file.encoding != "UTF-8":
        yield f"read as {file.encoding}"


def _lines(file: FileReport) -> str:
    """Where each line of a file is, where records take several or some are blank."""
    further = file.lines - file.blank_lines - file.read - file.filtered - file.header_lines
    parts = ["the header", count(file.read, "row")]
    parts += [f"{file.filtered:,} left out"] if file.filtered else []
    parts += [f"{file.blank_lines:,} blank"] if file.blank_lines else []
    parts += [f"{further:,} more of rows and headers that run over several"] if further else []
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _passed_over(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    kind = "file of street crimes or outcomes was" if len(names) == 1 else "files of street crimes or outcomes were"
    return [f"{len(names):,} {kind} passed over: no figure is made of them ({listed(names)})"]


def _not_mapped(names: Sequence[str]) -> list[str]:
    return [f"{count(len(names), 'file')} not mapped, and not read: {listed(names)}"] if names else []


def _not_asked(queries: int) -> list[str]:
    noun = "query" if queries == 1 else "queries"
    return [f"{queries:,} {noun} of the mapping not asked: give --source URL to ask a warehouse"] if queries else []


def listed(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    more = len(names) - MOST_TOLD
    return ", ".join(names[:MOST_TOLD]) + (f" and {more:,} more" if more > 0 else "")


def count(number: int, noun: str) -> str:
    """'1 row', '2 rows'"""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
