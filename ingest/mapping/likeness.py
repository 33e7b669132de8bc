"""Finds which column of an extract is which of the contract's, by what it is called and by whether its cells can be that."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Column, Table

from ingest.mapping.known_headers import ABBREVIATIONS, EVERYWHERE, OF_TABLE
from ingest.mapping.translating import is_choice, time_text
from ingest.values import BLANK_WORDS, Fault, as_day, as_instant, is_id, reader_of

SURE, UNSURE, AHEAD = 90.0, 70.0, 4.0  # of 100: what is taken, what is worth a comment, and by how much it must be the best
MOST, LEAST = 0.9, 0.5  # share of the cells that must be what the column holds, to be taken and to be worth a comment
MOST_CHOICES, MOST_FORMATS = 30, 3
LOOKED_AT = 1_000  # cells of a column, to tell what they are
DAYS = (
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%d-%b-%y",
    "%Y%m%d",
)
CLOCKS = ("%H:%M", "%H:%M:%S", "%H%M")
TIMES = tuple(f"{day} {clock}" for day, clock in product(DAYS, CLOCKS))
INITIALS = re.compile(r"\b(\w)\.(?=\w\b)")  # 'D.O.B' is 'DOB'
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?|\d{4}")
PLACE_NAME = re.compile(r"\b(hub|district|home|suite|station|force|lpa|area|authority) name$|\bethnic")
PERSONAL = re.compile(
    r"\b(name|names|surname|forename|forenames|given|middle|initials|alias|nickname|title|address|postcode|street|phone|telephone|"
    r"mobile|email|officer|sergeant|inspector|collar|solicitor|parent|mother|father|carer|guardian|kin|school|pncid|passport|"
    r"notes?|comments?|narrative|summary|circumstances|details|description of person)\b"
)


@dataclass(frozen=True, eq=False)
class Field:
    """A column of an extract, or a date and a time that stand side by side, and what was seen in it."""

    headers: tuple[str, ...]
    words: str  # of the headers, as they are compared
    cells: Sequence[str]

    @property
    def is_single(self) -> bool:
        return len(self.headers) == 1

    @cached_property
    def counted(self) -> Counter[str]:
        """How often each text comes among the first."""
        return Counter(self.seen[:LOOKED_AT])

    @cached_property
    def seen(self) -> list[str]:
        """Its cells, where something is recorded."""
        return [text for cell in self.cells if (text := cell.strip()) and text.casefold() not in BLANK_WORDS]


@dataclass(frozen=True)
class Fit:
    """What share of the cells can be what a column holds, written in which formats, and whether they are instants of its day."""

    share: float
    formats: tuple[str, ...] = ()
    is_day_of: bool = False


@dataclass(frozen=True)
class Match:
    """A column of the contract and the field that may be it; ``score`` of 100."""

    column: Column[Any]
    field: Field
    score: float
    is_sure: bool
    fit: Fit


def words_of(header: str) -> str:
    """'OccurrenceFileNo' and 'Occurrence file #' are 'occurrence file number'."""
    spelt_out = INITIALS.sub(r"\1", header.replace("#", " number "))
    parts = [word.casefold() for word in WORD.findall(spelt_out)]
    return " ".join(ABBREVIATIONS.get(word, word) for word in parts if word not in ("g", "tzv"))


def may_name_somebody(header: str) -> bool:
    """Whether a header is of a column in which people are named, or may be."""
    words = words_of(header)
    return PERSONAL.search(words) is not None and PLACE_NAME.search(words) is None


def fields_of(headers: Sequence[str], columns: Sequence[Sequence[str]]) -> list[Field]:
    """Every column that names nobody, and each date with the time beside it."""
    single = [
        Field((name,), words_of(name), cells) for name, cells in zip(headers, columns, strict=True) if not may_name_somebody(name)
    ]
    return [*single, *_pairs(single)]


def _pairs(fields: Sequence[Field]) -> Iterator[Field]:
    """'Release Date' and 'Release Time' are together 'release date time'."""
    times = {_stem(field.words, "time"): field for field in fields if field.seen and all(map(CLOCK.fullmatch, field.seen))}
    for field in fields:
        stem = _stem(field.words, "date")
        if stem is not None and (clock := times.get(stem)):
            cells = [f"{day.strip()} {time.strip()}".strip() for day, time in zip(field.cells, clock.cells, strict=True)]
            yield Field((*field.headers, *clock.headers), f"{stem} date time".strip(), cells)


def _stem(words: str, of: str) -> str | None:
    parts = words.split()
    return " ".join(word for word in parts if word != of) if of in parts else None


def matches(table: Table, fields: Sequence[Field], today: date) -> list[Match]:
    """What may fill the columns of a table: for each the best of the fields that can be it, if any is like it.

    A field that surely is one column is not offered as another, but for the day of an instant.
    """
    scores = {(column.name, field): _score(table, column, field) for column in table.columns for field in fields}
    best = {column.name: _best(column, fields, scores, today) for column in table.columns}
    found = {name: match for name, match in best.items() if match and match.is_sure}
    _day_from_instant(table, found)
    taken = {header for match in found.values() for header in match.field.headers}
    free = [field for field in fields if not taken & set(field.headers)]
    for column in (one for one in table.columns if one.name not in found):
        if match := _best(column, free, scores, today):
            found[column.name] = replace(match, is_sure=False)
    return [found[column.name] for column in table.columns if column.name in found]


def _day_from_instant(table: Table, found: dict[str, Match]) -> None:
    """The day to which a row belongs is that of its instant, where no date of its own was found."""
    day = table.info["dated_by"] or ""
    instant = found.get(re.sub("_on$", "_at", day))
    if instant and instant.field.is_single and day not in found:
        found[day] = replace(instant, column=table.c[day], fit=replace(instant.fit, is_day_of=True))


def _best(column: Column[Any], fields: Sequence[Field], scores: dict[tuple[str, Field], float], today: date) -> Match | None:
    ranked = sorted(fields, key=lambda field: -scores[column.name, field])
    fitting = [(field, fit) for field in ranked if scores[column.name, field] >= UNSURE and (fit := _fit(column, field, today))]
    if not fitting:
        return None
    (field, fit), *others = fitting
    score = scores[column.name, field]
    rival = max((scores[column.name, other] for other, _ in others), default=0.0)
    elsewhere = max((s for (name, own), s in scores.items() if own is field and name != column.name), default=0.0)
    is_clear = score - rival >= AHEAD and (score >= elsewhere or fit.is_day_of)
    return Match(column, field, score, score >= SURE and is_clear and fit.share >= MOST and bool(field.seen), fit)


def _score(table: Table, column: Column[Any], field: Field) -> float:
    return max(fuzz.token_sort_ratio(field.words, name) for name in _names(table.name, column.name))


@lru_cache(maxsize=512)
def _names(table: str, column: str) -> tuple[str, ...]:
    """What a column of a table may be called, as it is compared."""
    known = f"{EVERYWHERE.get(column, '')};{OF_TABLE.get(table, {}).get(column, '')}"
    own = re.sub("_on$", "_date", re.sub("_at$", "_date_time", column))
    own = own.removesuffix("_id") if own != "child_id" else own  # under "child" stands a name
    return tuple(dict.fromkeys(words_of(name) for name in (own, column, *known.split(";")) if name.strip()))


def _fit(column: Column[Any], field: Field, today: date) -> Fit | None:
    """How well the cells of a field are what a column holds; None where less than half of them can be."""
    kind = column.type.python_type
    if issubclass(kind, date):
        fits = _fits_in_time(kind is datetime, field)
    elif len(field.headers) > 1:
        fits = []
    elif is_choice(column):
        fits = [Fit(float(len(set(field.seen)) <= MOST_CHOICES))]
    elif column.name == "child_id":
        fits = [Fit(_share(field, lambda text: any(map(str.isdecimal, text))))]  # a reference, and not a name
    elif kind is str:
        fits = [Fit(1.0 if is_id(column) else 1 - _share(field, _is_time))]
    else:
        read = reader_of(column, today)
        fits = [Fit(_share(field, lambda text: not isinstance(read(text), Fault)))]
    best = max(fits, key=lambda fit: fit.share, default=Fit(0.0))
    return best if best.share >= LEAST else None


def _fits_in_time(is_instant: bool, field: Field) -> list[Fit]:
    if is_instant:
        return [_written(field, TIMES, as_instant)]
    return [_written(field, DAYS, as_day), replace(_written(field, TIMES, as_instant), is_day_of=True)] if field.is_single else []


@lru_cache(maxsize=256)
def _written(field: Field, formats: tuple[str, ...], read: Callable[[str], Any]) -> Fit:
    """In which formats the cells are written: none where the contract reads them as they are, else as few as will do."""

    def fit(patterns: tuple[str, ...]) -> Fit:
        return Fit(_share(field, lambda text: not isinstance(read(time_text(text, patterns)), Fault)), patterns)

    best = fit(())
    if best.share >= MOST:
        return best
    chosen = Fit(0.0)
    while len(chosen.formats) < MOST_FORMATS and chosen.share < MOST:
        more = max((fit((*chosen.formats, pattern)) for pattern in formats), key=lambda one: one.share)
        if more.share <= chosen.share:
            break
        chosen = more
    return max(best, chosen, key=lambda one: one.share)


def _is_time(text: str) -> bool:
    return not isinstance(as_day(text), Fault) or not isinstance(as_instant(text), Fault)


def _share(field: Field, can_be: Callable[[str], bool]) -> float:
    """The share of the cells that are of a kind; 1 where nothing stands that could gainsay it."""
    counted = field.counted
    return sum(number for text, number in counted.items() if can_be(text)) / counted.total() if counted else 1.0
