"""Reads how a mapping file fills the columns of a table, and refuses what cannot be."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Table

from ingest.mapping import Filling, MappingRefused, plain
from ingest.mapping.translating import tells_time
from ingest.values import Fault, reader_of

KEYS = ("column", "columns", "day_of", "constant", "joined_by", "format")
SOURCES = ("column", "columns", "day_of", "constant")
SAMPLE = datetime(2025, 11, 23, 16, 47, 59, tzinfo=UTC)  # whose parts cannot be taken for each other


@dataclass(frozen=True)
class Fillings:
    """Reads the columns of one entry; ``where`` says of which, ``spelt`` how the extract's columns were first written."""

    where: str
    table: Table
    today: date
    spelt: dict[str, str]

    def read(
        self, given: Any, formats: Sequence[str], shared: Mapping[str, Any], values: Mapping[str, Any]
    ) -> dict[str, Filling]:
        """How each column of the contract is filled; all of them under its own names where ``given`` says nothing."""
        if given is None:
            filled = {column.name: Filling((self._spelt(column.name),), formats=tuple(formats)) for column in self.table.columns}
        elif isinstance(given, dict):
            filled = {name: self._filling(name, how, formats) for name, how in given.items()}
        else:
            raise MappingRefused(f"{self.where}, columns: it must be a table such as [{self.table.name}.columns].")
        self._refuse_lacking(filled)
        for name in values:
            self._column(name, "values")
            if not filled.get(name, Filling()).columns:
                raise MappingRefused(f"{self.where}, values.{name}: no column of the extract fills it; fill it under columns.")
        return {name: self._with_words(name, filling, shared, values) for name, filling in filled.items()}

    def _refuse_lacking(self, filled: Mapping[str, Filling]) -> None:
        lacking = [column.name for column in self.table.columns if not column.nullable and column.name not in filled]
        if lacking:
            raise MappingRefused(f"{self.where}, columns: nothing fills the required {', '.join(lacking)}; name what does.")
        if not any(filling.columns for filling in filled.values()):
            raise MappingRefused(f"{self.where}, columns: no column of the extract is read; name some.")

    def _filling(self, name: str, how: Any, formats: Sequence[str]) -> Filling:
        where = f"{self.where}, columns.{name}"
        column = self._column(name, "columns")
        given = {"column": how} if isinstance(how, str) else how
        if not isinstance(given, dict):
            raise MappingRefused(
                f'{where}: it must be the name of a column, or a table such as {{ columns = ["Date", "Time"] }}.'
            )
        self._refuse_keys(given, where)
        is_time = issubclass(column.type.python_type, date)
        for key in ("day_of", "format"):
            if key in given and not (is_time if key == "format" else column.type.python_type is date):
                raise MappingRefused(
                    f"{where}: {key} is for {'dates and times' if key == 'format' else 'dates'} alone; leave it out."
                )
        if "constant" in given:
            return Filling(constant=self._allowed(column, word_of(given["constant"], where), where))
        source = next(key for key in SOURCES if key in given)
        own = formats_of(given["format"], where) if "format" in given else tuple(formats if is_time else ())
        if own and column.type.python_type is datetime:
            given_formats, own = own, tuple(filter(tells_time, own))
            if not own:
                said = ", ".join(given_formats)
                raise MappingRefused(f"{where}: no format in {said} says the hour; give one such as %d/%m/%Y %H:%M.")
        joined_by = given.get("joined_by", " ")
        if not isinstance(joined_by, str):
            raise MappingRefused(f"{where}: joined_by must be a text, such as a hyphen.")
        columns = tuple(self._spelt(one) for one in names_of(given[source], where))
        return Filling(columns, "", joined_by, own, source == "day_of")

    def _refuse_keys(self, given: Mapping[str, Any], where: str) -> None:
        if unknown := [key for key in given if key not in KEYS]:
            raise MappingRefused(f"{where}: {unknown[0]!r} means nothing there; allowed are {', '.join(KEYS)}.")
        if len([key for key in SOURCES if key in given]) != 1:
            raise MappingRefused(f"{where}: it must have exactly one of {', '.join(SOURCES)}.")
        if "joined_by" in given and "columns" not in given:
            raise MappingRefused(f"{where}: joined_by is for several columns; name them under columns.")
        if "columns" not in given and any(isinstance(given.get(key), list) for key in ("column", "day_of")):
            raise MappingRefused(f"{where}: it names several columns; write them as columns = [...].")

    def _column(self, name: str, key: str) -> Column[Any]:
        if name not in self.table.c:
            near = difflib.get_close_matches(name, self.table.c.keys(), n=1)
            hint = f"did you mean {near[0]}" if near else f"it has {', '.join(self.table.c.keys())}"
            raise MappingRefused(f"{self.where}, {key}: {name} is no column of {self.table.name} in the contract; {hint}.")
        return self.table.c[name]

    def _with_words(self, name: str, filling: Filling, shared: Mapping[str, Any], values: Mapping[str, Any]) -> Filling:
        if not filling.columns:
            return filling
        words = dict(self._words(name, shared.get(name, {}), f"values.{name} of all tables"))
        return replace(filling, words=words | dict(self._words(name, values.get(name, {}), f"values.{name}")))

    def _words(self, name: str, given: Any, key: str) -> Iterator[tuple[str, str]]:
        where, meanings = f"{self.where}, {key}", dict[str, str]()
        if not isinstance(given, dict):
            raise MappingRefused(f'{where}: it must be a table of words, such as "Y-CC" = "youth conditional caution".')
        if given and name == "child_id":
            raise MappingRefused(f"{where}: a mapping holds no ids of children; let the extract give them.")
        for word, meaning in given.items():
            means = self._allowed(self.table.c[name], word_of(meaning, where), f"{where}, {word!r}")
            if meanings.setdefault(plain(word), means) != means:
                raise MappingRefused(f"{where}: {word!r} has two meanings, in another case or with other blanks; keep one.")
        yield from meanings.items()

    def _allowed(self, column: Column[Any], word: str, where: str) -> str:
        found = reader_of(column, self.today)(word)
        if isinstance(found, Fault):
            raise MappingRefused(f"{where}: {word!r} cannot stand in {column.name}, as it {found.reason}.")
        return word

    def _spelt(self, column: str) -> str:
        return self.spelt.setdefault(column.casefold(), column)


def names_of(given: Any, where: str) -> tuple[str, ...]:
    """One name or several, each with single blanks. Raises MappingRefused."""
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise MappingRefused(f"{where}: it must be a name in quotation marks, or a list of such names.")
    return tuple(" ".join(name.split()) for name in names)


def formats_of(given: Any, where: str) -> tuple[str, ...]:
    """Formats of dates, each of which says at least the day. Raises MappingRefused."""
    formats = names_of(given, where) if given else ()
    for pattern in formats:
        try:
            says_the_day = datetime.strptime(SAMPLE.strftime(pattern), pattern).date() == SAMPLE.date()  # noqa: DTZ007
            says_the_time = datetime.strptime(SAMPLE.strftime(pattern), pattern).strftime("%H%M") == "1647"  # noqa: DTZ007
        except (ValueError, re.error):  # one that says the day twice is no pattern to Python
            says_the_day = says_the_time = False
        if not says_the_day or (tells_time(pattern) and not says_the_time):
            raise MappingRefused(f"{where}: {pattern!r} is no format of a date; write one such as %d/%m/%Y or %d/%m/%Y %H:%M.")
    return formats


def words_of(given: Any, where: str) -> list[str]:
    """One word or several, as they are compared. Raises MappingRefused."""
    return [plain(word_of(word, where)) for word in (given if isinstance(given, list) else [given])]


def word_of(given: Any, where: str) -> str:
    """A word as an extract would have it: 10, true and "true" alike. Raises MappingRefused."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, str | int):
        return str(given)
    raise MappingRefused(f"{where}: it must be a text in quotation marks, a whole number, or true or false.")
