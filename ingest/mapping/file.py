"""Reads a mapping file, and refuses one that is wrong in a sentence that says what, where, and what is allowed."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from ingest.files import EMPTY, problem, told
from ingest.mapping import Entry, MappingFile, MappingRefused
from ingest.mapping.filling import Fillings, formats_of, names_of, words_of
from queries.clock import LONDON
from queries.tables import CONTRACT

MOST_BYTES = 1_000_000  # of a mapping
TABLES = {table.name: table for table in CONTRACT}
KEYS = ("file", "query", "only_where", "leave_out", "one_row_per_key", "format", "times", "columns", "values")
# Of a query: texts, names in quotation marks and comments; how it begins; what would write.
NOT_SQL = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]|--[^\n]*|/\*.*?\*/", re.DOTALL)
ASKS = re.compile(r"[\s(]*(SELECT|WITH)\b", re.IGNORECASE)
WRITES = re.compile(r";|\b(INTO|INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)


def read_mapping(path: Path | str, today: date | None = None) -> MappingFile:
    """All that a mapping file says; dates in it may be up to ``today``. Raises MappingRefused."""
    path, today = Path(path), today or datetime.now(LONDON).date()
    given, file = _toml(path), told(path.name)
    shared = _table(given.pop("values", {}), f"{file}, [values]")
    for name in given:
        if name not in TABLES:
            raise MappingRefused(f"{file} fills {name!r}, which is no table of the contract{_nearest(name, TABLES)}.")
    entries = [entry for name in TABLES if name in given for entry in _entries(file, name, given[name], shared, today)]
    if not entries:
        raise MappingRefused(f"{file} fills no table; begin with [[crimes]], say, as in docs/mapping.example.toml.")
    _refuse_unused(file, shared, entries)
    return MappingFile(file, tuple(entries))


def _toml(path: Path) -> dict[str, Any]:
    name = told(path.name)
    why = problem(path, MOST_BYTES)
    if why == EMPTY:
        return {}
    if why:
        raise MappingRefused(f"The mapping {told(str(path))} {why}")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingRefused(f"The mapping {name} cannot be read ({error.strerror}); make it readable.") from None
    except UnicodeDecodeError:
        raise MappingRefused(f"{name} is not in UTF-8; save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:  # beside what TOML forbids: a number of thousands of digits, lists in lists
        is_twice = any(word in str(error) for word in ("overwrite", "twice"))
        why = "a column or key is given twice" if is_twice else "it is not valid TOML"
        raise MappingRefused(f"{name} cannot be read, since {why}: {error}; correct it there.") from None


def _entries(file: str, name: str, given: Any, shared: Mapping[str, Any], today: date) -> Iterable[Entry]:
    listed = given if isinstance(given, list) else [given]
    for number, one in enumerate(listed):
        which = f" number {number + 1}" if len(listed) > 1 else ""
        yield _Reading(f"{file}, [[{name}]]{which}", TABLES[name], number, shared, today).entry(one)


@dataclass
class _Reading:
    """One entry as it is read; ``where`` says which."""

    where: str
    table: Table
    number: int
    shared: Mapping[str, Any]
    today: date
    spelt: dict[str, str] = field(default_factory=dict)  # the columns of the extract, as they were first written

    def entry(self, given: Any) -> Entry:
        given = _table(given, self.where)
        for key in given:
            if key not in KEYS:
                raise MappingRefused(f"{self.where} has the key {key!r}, which means nothing{_nearest(key, KEYS)}.")
        fillings = Fillings(self.where, self.table, self.today, self.spelt)
        formats = formats_of(given.get("format", ()), f"{self.where}, format")
        values = _table(given.get("values", {}), f"{self.where}, values")
        filled = fillings.read(given.get("columns"), formats, self.shared, values)
        files, query = self._source(given)
        one_row_per_key, latest_by = self._last(given.get("one_row_per_key"))
        return Entry(
            self.table,
            self.number,
            filled,
            files,
            query,
            has_own_names="columns" in given,
            only_where=self._conditions(given, "only_where"),
            leave_out=self._conditions(given, "leave_out"),
            formats=formats,
            is_utc=self._is_utc(given.get("times", "London")),
            one_row_per_key=one_row_per_key,
            latest_by=latest_by,
        )

    def _source(self, given: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
        if ("file" in given) == ("query" in given):
            said = "both file and query" if "file" in given else "neither file nor query"
            raise MappingRefused(f'{self.where} has {said}; give one of them, such as file = "custody*.csv".')
        if "file" in given:
            return names_of(given["file"], f"{self.where}, file"), ""
        query = given["query"]
        if not isinstance(query, str) or not _only_asks(query):
            rule = "it must be one statement that begins with SELECT or WITH, and writes nothing"
            raise MappingRefused(f"{self.where}, query: {rule}.")
        return (), query.strip().rstrip(";")

    def _conditions(self, given: Mapping[str, Any], key: str) -> dict[str, frozenset[str]]:
        conditions = _table(given.get(key, {}), f"{self.where}, {key}")
        return {
            self._spelt(column): frozenset(words_of(words, f"{self.where}, {key} of {column}"))
            for column, words in conditions.items()
        }

    def _last(self, given: Any) -> tuple[bool, str]:
        if given is None or given == "last":
            return given is not None, ""
        if isinstance(given, dict) and given.keys() == {"latest_by"} and isinstance(given["latest_by"], str):
            return True, self._spelt(given["latest_by"])
        raise MappingRefused(
            f'{self.where}, one_row_per_key: it must be "last", or {{ latest_by = "a column" }} with the date of each row.'
        )

    def _is_utc(self, given: Any) -> bool:
        if given not in ("London", "UTC"):
            raise MappingRefused(f'{self.where}, times: {given!r} must be "London" or "UTC".')
        return bool(given == "UTC")

    def _spelt(self, column: str) -> str:
        (name,) = names_of(column, self.where)
        return self.spelt.setdefault(name.casefold(), name)


def _only_asks(query: str) -> bool:
    bare = NOT_SQL.sub(" ", query).strip().rstrip(";")
    return ASKS.match(bare) is not None and not WRITES.search(bare)


def _refuse_unused(file: str, shared: Mapping[str, Any], entries: Iterable[Entry]) -> None:
    """The words of all tables must be of columns that something fills: else a slip of the pen would leave them unused."""
    filled = sorted({name for entry in entries for name, filling in entry.fillings.items() if filling.columns})
    for name in shared:
        if name not in filled:
            raise MappingRefused(f"{file}, [values.{name}] is of a column that no entry fills{_nearest(name, filled)}.")


def _table(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise MappingRefused(f"{where}: it must be a table of names and values, as in docs/mapping.example.toml.")
    return dict(given)


def _nearest(name: str, allowed: Iterable[str]) -> str:
    """'; did you mean crimes? There are: ...'"""
    known = list(allowed)
    near = difflib.get_close_matches(name, known, n=1)
    return f"{f'; did you mean {near[0]}' if near else ''}; allowed are: {', '.join(known)}"
