"""What a mapping file says: which file or query fills which table, which of its columns which, and what its words mean.

`ingest.mapping.file` reads and checks one; `ingest.mapping.translating` puts extracts into the contract's words by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from sqlalchemy import Table

Words = Mapping[str, str]  # of an extract, as `plain` has them, to those of the contract


class MappingRefused(Exception):
    """A mapping that is not used; the message is the one sentence to show."""


@dataclass(frozen=True)
class Filling:
    """How one column of the contract is filled: from a column of the extract, from several side by side, or by a constant."""

    columns: tuple[str, ...] = ()
    constant: str = ""
    joined_by: str = " "
    formats: tuple[str, ...] = ()  # of dates and times, the first that fits; without any, those of the contract
    is_day_of: bool = False  # the London day of an instant
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Entry:
    """What fills one table: files whose names fit a pattern, or a query, and how.

    ``number`` counts the entries of the table, from 0: of two that name the same key the later one stands. ``has_own_names`` is
    False where the extract calls its columns as the contract does; those that are not required may then be absent.
    ``latest_by`` is the column that says which row of a key is its last; where it is blank, their order does.
    """

    table: Table
    number: int
    fillings: Mapping[str, Filling]
    files: tuple[str, ...] = ()
    query: str = ""
    has_own_names: bool = True
    only_where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    leave_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    is_utc: bool = False  # what a time without an offset is; otherwise London time
    one_row_per_key: bool = False
    latest_by: str = ""

    @property
    def name(self) -> str:
        """'detentions', 'detentions 2'"""
        return f"{self.table.name} {self.number + 1}" if self.number else self.table.name

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The columns of the extract that say which rows count."""
        return (*self.only_where, *self.leave_out, *filter(None, [self.latest_by]))

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the extract that are read, each once."""
        filled = (name for filling in self.fillings.values() for name in filling.columns)
        return tuple(dict.fromkeys((*filled, *self.looked_at)))


@dataclass(frozen=True)
class MappingFile:
    """All entries of a mapping file, in the order in which their tables are loaded."""

    name: str
    entries: tuple[Entry, ...]

    def of_file(self, name: str) -> tuple[Entry, ...]:
        """The entries that a file is for, by its name."""
        folded = name.casefold()
        return tuple(one for one in self.entries if any(fnmatchcase(folded, pattern.casefold()) for pattern in one.files))

    @property
    def queries(self) -> tuple[Entry, ...]:
        """The entries that a warehouse is asked for."""
        return tuple(entry for entry in self.entries if entry.query)


def plain(word: str) -> str:
    """A word or a header as it is compared: whatever its case and blanks."""
    return " ".join(word.casefold().split())
