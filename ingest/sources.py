"""Finds the files to load, in folders and zip archives, in the order in which they need one another."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Table

from ingest import archives, police_uk
from ingest.files import absolute, problem, told
from ingest.mapping import Entry, MappingFile, MappingRefused
from ingest.police_uk import Publication
from ingest.reading import FileRefusedError
from ingest.report import count, listed
from queries.tables import CONTRACT, metadata, stop_searches

TABLE_FILE = re.compile(rf"({'|'.join(table.name for table in CONTRACT)})([-_ ]?\(?\d.*)?", re.IGNORECASE)
# What browsers and file managers add to the name of a second copy: ' (1)', ' - Copy', ' copy 2', '_1'; or put before it.
COPY = re.compile(
    r"(?:copy (?:\(\d+\) )?of )?(?P<name>.*?)"
    r"(?:\s*-\s*copy(?:\s*\(\d+\))?|\s+copy(?:\s*\d+)?|\s*\((?:\d+|(?:another |\d+\w\w )?copy)\)|_\d)*",
    re.IGNORECASE,
)
IN_ARCHIVES = ".zip"
LONGEST_PATH = 4_095  # bytes: Linux opens no longer one
# What editors and careful people leave beside a file; databases, and what stands beside one.
NO_EXTRACTS = (".bak", ".old", ".orig", ".tmp", ".swp", ".save", ".duckdb", ".db", ".sqlite", ".sqlite3", ".wal", ".lock")


@dataclass(frozen=True)
class Source:
    """A file and the table that its name promises (None where it names no table); ``published`` marks one of data.police.uk.

    By a mapping it is of an ``entry``'s table, and may be of all these ``entries``, each a source of its own.
    """

    path: Path
    table: Table | None
    published: Publication | None = None
    member: str | None = None  # of an archive
    entry: Entry | None = None
    entries: tuple[Entry, ...] = ()
    folder: str = ""  # told where other files of the run have the same name

    @property
    def name(self) -> str:
        """As it is shown and stored, whatever bytes it is made of."""
        name = f"{self.folder}/{self.path.name}" if self.folder else self.path.name
        name = told(f"{name}: {self.member}" if self.member else name)
        return f"{name} ({self.entry.name})" if self.entry and len(self.entries) > 1 else name

    @property
    def file_name(self) -> str:
        """The name of the file itself, without that of an archive."""
        return Path(self.member).name if self.member else self.path.name

    def open(self) -> BinaryIO:
        """Raises FileRefusedError where it cannot be read."""
        if self.member:
            return archives.open_member(self.path, self.member, self.name)
        where = told(str(self.path))
        if (length := len(os.fsencode(self.path))) > LONGEST_PATH:
            raise FileRefusedError(
                f"{where[:100]}... is nested too deeply: its path has {length:,} bytes, and at most {LONGEST_PATH:,} are read; "
                "move it into a folder further up."
            )
        if self.path.is_dir():
            if not os.access(self.path, os.R_OK | os.X_OK):
                raise FileRefusedError(f"The folder {where} cannot be looked into; let the login that loads read it.")
            raise FileRefusedError(
                f"The folder {where} holds no extract; put CSV files there, named after their tables, such as crimes.csv."
            )
        if not os.path.lexists(self.path):
            raise FileRefusedError(f"There is no file {where}; give the extracts, or a folder of them.")
        if why := problem(self.path):
            raise FileRefusedError(f"{self.name} {why}")
        if self.path.suffix.lower() == IN_ARCHIVES:
            raise FileRefusedError(f"{self.name} holds no CSV file that can be read; unpack it by hand and load the files.")
        try:
            return self.path.open("rb")
        except OSError as error:
            raise FileRefusedError(
                f"{self.name} cannot be read ({error.strerror}); make it readable and load it again."
            ) from None


@dataclass(frozen=True)
class Found:
    """The files to load, in loading order, those of the publisher's other kinds, which no table is for, and those not mapped."""

    sources: list[Source]
    passed_over: list[str]
    not_mapped: list[str] = field(default_factory=list)


def find(paths: Iterable[Path | str]) -> Found:
    """Every file once: first the tables that others refer to, then by the dates in the names, so that later months come later."""
    everything = _told_apart(dict.fromkeys(source for path in paths for source in _sources_in(absolute(path), _is_taken)))
    sources = in_order(source for source in everything if not _is_passed_over(source))
    return Found(sources, [source.name for source in everything if _is_passed_over(source)])


def find_mapped(paths: Iterable[Path | str], mapping: MappingFile, queries: Sequence[Source] = ()) -> Found:
    """Every file once for each entry of the mapping that names it, and its queries; the other files are listed.

    Raises MappingRefused where there is nothing to load.
    """

    def is_taken(source: Source) -> bool:
        return source.path.suffix.lower() in (".csv", IN_ARCHIVES) or bool(mapping.of_file(source.file_name))

    files = _told_apart(dict.fromkeys(source for path in paths for source in _sources_in(absolute(path), is_taken)))
    sources = list(queries)
    not_mapped = []
    for file in files:
        entries = mapping.of_file(file.file_name)
        sources += [replace(file, table=one.table, published=None, entry=one, entries=entries) for one in entries]
        if not entries and (file.member or (os.path.isfile(file.path) and file.path.suffix.lower() != IN_ARCHIVES)):
            not_mapped.append(file.name)
        elif not entries:  # it is not there, or an archive that cannot be unpacked
            sources.append(replace(file, table=None))
    if not sources:
        patterns = ", ".join(pattern for entry in mapping.entries for pattern in entry.files) or "it has queries alone"
        given = f"none of the {count(len(not_mapped), 'file')} ({listed(not_mapped)})" if not_mapped else "no file"
        raise MappingRefused(f"{mapping.name} names {given} that was given: {patterns}; correct its file = ..., or rename them.")
    return Found(in_order(sources), [], not_mapped)


def _told_apart(sources: Iterable[Source]) -> list[Source]:
    """Files of one name in several folders, each with its folder as far as these differ."""
    found = list(sources)
    of_name: dict[str, set[Path]] = {}
    for source in found:
        of_name.setdefault(source.path.name, set()).add(source.path.parent)
    above = {name: os.path.commonpath(folders) for name, folders in of_name.items() if len(folders) > 1}
    return [
        replace(source, folder=source.path.parent.relative_to(above[source.path.name]).as_posix())
        if source.path.name in above
        else source
        for source in found
    ]


def in_order(sources: Iterable[Source]) -> list[Source]:
    """First the tables that others refer to; of a table as the mapping has them, and by the dates in the names."""
    order = {table.name: position for position, table in enumerate(CONTRACT)}

    def place(source: Source) -> tuple[int, int, tuple[list[int], str]]:
        table = order[source.table.name] if source.table is not None else len(order)
        return table, source.entry.number if source.entry else 0, _by_date(source.name)

    return sorted(sources, key=place)


def refuse_nameless(source: Source) -> Table:
    """The table of a file. Raises FileRefusedError where its name tells none."""
    if source.table is None:
        tables = ", ".join(table.name for table in CONTRACT)
        raise FileRefusedError(
            f"{source.name} is not named after a table; name it as in crimes.csv or crimes-2025-06.csv after one of {tables}."
        )
    return source.table


def _sources_in(path: Path, is_taken: Callable[[Source], bool]) -> Iterator[Source]:
    """A file itself; of a folder all CSV files and archives in it and below it, and whatever else is named after a table.

    Links to files are followed, links to folders are not. A folder below it that cannot be looked into is a source to refuse.
    """
    if not os.path.isdir(path):
        yield from _of_file(path)
        return
    shut: list[Source] = []
    files = sorted(_files_below(path, lambda error: shut.append(Source(Path(error.filename), None))))
    sources = [source for file in files for source in _of_file(file) if is_taken(source)] + shut
    yield from sources or [Source(path, None)]


def _files_below(path: Path, onerror: Callable[[OSError], None]) -> Iterator[Path]:
    """The files in a folder and below it. `os.walk` calls itself for each folder within another, which may be too many."""
    folders = [str(path)]
    for folder in folders:
        for _, below, names in os.walk(folder, onerror=onerror):
            folders += [inner for inner in (os.path.join(folder, name) for name in below) if not os.path.islink(inner)]
            below.clear()  # it goes no deeper by itself
            yield from (Path(folder, name) for name in names if not name.startswith((".", "~")))


def _is_taken(source: Source) -> bool:
    suffix = source.path.suffix.lower()
    is_named = source.table is not None and suffix not in NO_EXTRACTS
    return source.member is not None or suffix in (".csv", IN_ARCHIVES) or is_named


def _of_file(path: Path) -> Iterator[Source]:
    if path.suffix.lower() != IN_ARCHIVES or not os.path.isfile(path):
        yield _named(path, path.name)
        return
    members = archives.members(path)
    yield from (_named(path, Path(member).name, member) for member in members)
    if not members:
        yield Source(path, None)


def publication_in(name: str) -> Publication | None:
    """What was published in a file of this name, 'archive.zip: 2024-01/2024-01-cumbria-stop-and-search (1).csv' too."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return police_uk.publication_of(f"{_without_copy_marks(stem)}{dot}{suffix}")


def _named(path: Path, name: str, member: str | None = None) -> Source:
    if publication := publication_in(name):
        return Source(path, stop_searches, publication, member)
    match = TABLE_FILE.fullmatch(_without_copy_marks(name.partition(".")[0].strip()))
    return Source(path, metadata.tables[match[1].lower()] if match else None, member=member)


def _without_copy_marks(stem: str) -> str:
    match = COPY.fullmatch(stem)
    return match["name"] if match and match["name"] else stem


def _is_passed_over(source: Source) -> bool:
    """Whether a file is of the publisher's other kinds, which come in the same folders and archives."""
    return source.table is None and police_uk.is_of_other_kind(source.file_name)


def _by_date(name: str) -> tuple[list[int], str]:
    """'crimes-2025-9.csv' before 'crimes_2025-10.csv', and a plain 'crimes.csv' before both."""
    return [int(number) for number in re.findall(r"\d+", name.rpartition("/")[2])], name.lower()
