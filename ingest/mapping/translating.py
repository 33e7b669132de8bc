"""Puts an extract in a force's own words into the contract's, by an entry of its mapping, and counts what that leaves over."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Column

from ingest.layouts import Columns, Header, Layout, ids_alone, words_told
from ingest.mapping import Entry, Filling, plain
from ingest.reading import Content
from ingest.values import BLANK_WORDS, SPREADSHEET_ERROR, Fault, as_instant, is_id, is_no_time, london_day, reader_of


def layout(entry: Entry, today: date) -> Layout:
    """How an extract is read that fills an entry's table; for one extract alone, since it counts."""
    translation = _Translation(entry, today)
    required = entry.columns
    if not entry.has_own_names:
        needed = (column.name for column in entry.table.columns if not column.nullable)
        required = tuple(dict.fromkeys((*needed, *entry.looked_at)))
    return Layout(
        entry.columns,
        {name: translation.can_be(name) for name in required},
        _free_text(entry),
        translation.of,
        lambda: list(translation.remarks()),
        leaves_out=(lambda columns: _left_out(entry, columns)) if entry.only_where or entry.leave_out else None,
        ranks=translation.ranks if entry.one_row_per_key else None,
        remedy="correct the mapping, or add or rename",
        ids=ids_alone(
            {
                column: filling.columns[0]
                for column in entry.table.columns
                if not column.nullable and (filling := entry.fillings.get(column.name)) and len(filling.columns) == 1
            }
        ),
    )


def without_unmapped(header: Header, entry: Entry, entries: Sequence[Entry]) -> Header:
    """The header of an extract that fills several entries: what none of them reads is told of the first alone."""
    mapped = {plain(name) for one in entries for name in one.columns}
    unmapped = tuple(name for name in header.unknown if plain(name) not in mapped) if entry is entries[0] else ()
    return replace(header, unknown=(), unmapped=unmapped)


def content_for(entry: Entry, content: Content) -> Content:
    """The content of an extract as one entry reads it: what a second entry takes for the same table is another."""
    if not entry.number:
        return content
    return replace(content, sha256=hashlib.sha256(f"{content.sha256} {entry.number}".encode()).hexdigest())


def is_choice(column: Column[Any]) -> bool:
    """Whether the contract lists all words that a column may hold."""
    return "values" in column.info or column.type.python_type is bool


def _free_text(entry: Entry) -> frozenset[str]:
    """The columns that fill nothing but free text."""
    texts, others = set[str](), set(entry.looked_at)
    for name, filling in entry.fillings.items():
        column = entry.table.c[name]
        is_text = column.type.python_type is str and not is_choice(column) and not is_id(column)
        (texts if is_text else others).update(filling.columns)
    return frozenset(texts - others)


@dataclass
class _Translation:
    """From the extract's columns to the contract's, batch by batch."""

    entry: Entry
    today: date
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    undated: int = 0

    def __post_init__(self) -> None:
        self._readers = {column.name: reader_of(column, self.today) for column in self.entry.table.columns}

    def of(self, columns: Columns) -> Columns:
        """The contract's columns, still text. A word that nobody knows stays as it is."""
        rows = len(next(iter(columns.values())))
        return {
            name: self._filled(name, filling, columns, rows)
            for name, filling in self.entry.fillings.items()
            if columns.keys() >= set(filling.columns)
        }

    def can_be(self, source: str) -> Callable[[str], bool]:
        """Whether a cell of a column can be what it fills; any, where a row does not need it."""
        for name, filling in self.entry.fillings.items():
            if filling.columns == (source,) and not self.entry.table.c[name].nullable:
                return lambda text: not isinstance(self._readers[name](self._meaning(name, filling, text)), Fault)
        return lambda _: True

    def remarks(self) -> Iterator[str]:
        """The words that were left over, and how often each came."""
        for name in self.entry.fillings:
            found = Counter({text: number for (column, text), number in self.unknown.items() if column == name})
            if found:
                listed = is_choice(self.entry.table.c[name])
                by = "neither the mapping nor the contract knows, not read" if listed else "the mapping lacks, taken as they are"
                yield f"{name}: {found.total():,} with words that {by}: {words_told(found)}"
        if self.undated:
            yield f"{self.entry.latest_by}: {self.undated:,} without a date that can be read, taken as the earliest of their key"

    def ranks(self, columns: Columns) -> Sequence[str]:
        """For each row, a text by which the rows of a key can be put in order; blank where nothing says when it was."""
        by = self.entry.latest_by
        if not by:
            return [""] * len(next(iter(columns.values())))
        found = {text: _rank(text, self.entry) for text in set(columns[by])}
        ranks = [found[text] for text in columns[by]]
        self.undated += ranks.count("")
        return ranks

    def _filled(self, name: str, filling: Filling, columns: Columns, rows: int) -> Sequence[str]:
        if not filling.columns:
            return [filling.constant] * rows
        cells = _joined(filling, columns)
        meanings = {text: self._meaning(name, filling, text) for text in set(cells)}
        strange = {text for text, meaning in meanings.items() if self._is_strange(name, filling, text, meaning)}
        if strange:
            self.unknown.update((name, text) for text in cells if text in strange)
        return [meanings[text] for text in cells]

    def _meaning(self, name: str, filling: Filling, text: str) -> str:
        word = filling.words.get(plain(text)) if filling.words else None
        if word is not None:
            return word
        kind = self.entry.table.c[name].type.python_type
        if not issubclass(kind, date):
            return text
        is_utc = self.entry.is_utc and (kind is datetime or filling.is_day_of)
        return time_text(text, filling.formats, is_utc=is_utc, is_day_of=filling.is_day_of)

    def _is_strange(self, name: str, filling: Filling, text: str, meaning: str) -> bool:
        if _is_blank(text) or plain(text) in filling.words:
            return False
        column = self.entry.table.c[name]
        if is_choice(column):
            return isinstance(self._readers[name](meaning), Fault)
        is_text = column.type.python_type is str and "refers" not in column.info  # what it refers to is asked of the database
        return bool(filling.words) and is_text and text.strip() not in filling.words.values()


def _joined(filling: Filling, columns: Columns) -> Sequence[str]:
    """The cells of one column, or of several side by side; blank where all of them are."""
    first, *others = (columns[name] for name in filling.columns)
    if not others:
        return first
    rows = (tuple(map(str.strip, cells)) for cells in zip(first, *others, strict=True))
    return [filling.joined_by.join(cells) if any(cells) else "" for cells in rows]


def time_text(text: str, formats: Sequence[str], *, is_utc: bool = False, is_day_of: bool = False) -> str:
    """A date or time as the contract writes it. One that fits none of the formats becomes a text that cannot be read."""
    text = text.strip()
    if _is_blank(text) or is_no_time(text) or SPREADSHEET_ERROR.fullmatch(text):
        return text
    if formats:
        text = next(filter(None, (_parsed(text, pattern) for pattern in formats)), f"not as {' or '.join(formats)}: {text}")
    clock = as_instant(f"{text}Z")  # what the clock shows, where no offset is given
    if isinstance(clock, Fault):
        instant = as_instant(text) if is_day_of else None
        return london_day(instant).isoformat() if isinstance(instant, datetime) else text
    if is_utc:
        return london_day(clock).isoformat() if is_day_of else f"{text}Z"
    return clock.date().isoformat() if is_day_of else text


def _parsed(text: str, pattern: str) -> str:
    """'01/06/25 23:30' by '%d/%m/%y %H:%M' is '2025-06-01T23:30:00'; blank where it does not fit."""
    try:
        found = datetime.strptime(text, pattern)  # noqa: DTZ007 (an offset where the format has one, else a clock in London)
    except ValueError:
        return ""
    return found.isoformat() if tells_time(pattern) else found.date().isoformat()


@lru_cache(maxsize=256)
def tells_time(pattern: str) -> bool:
    """Whether a format says the hour."""
    return any(directive in pattern.replace("%%", "") for directive in ("%H", "%I", "%c", "%X"))


def _is_blank(text: str) -> bool:
    return not text.strip() or text.strip().casefold() in BLANK_WORDS


def _left_out(entry: Entry, columns: Columns) -> list[bool]:
    """For each row, whether the entry's filter leaves it out."""
    rows = len(next(iter(columns.values())))
    out = [False] * rows
    for conditions, wanted in ((entry.only_where, True), (entry.leave_out, False)):
        for name, words in conditions.items():
            goes = {text for text in set(columns[name]) if (plain(text) in words) != wanted}
            out = [is_out or text in goes for is_out, text in zip(out, columns[name], strict=True)]
    return out


def _rank(text: str, entry: Entry) -> str:
    written = time_text(text, entry.formats, is_utc=entry.is_utc)
    instant = as_instant(written)
    if isinstance(instant, Fault):
        instant = as_instant(f"{written}T00:00")  # a day
    return "" if isinstance(instant, Fault) or is_no_time(written) else instant.isoformat()
