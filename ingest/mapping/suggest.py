"""Drafts a mapping file from the headers and values of extracts: what is sure as lines, what is not as comments, nobody's name.

Values are shown of columns alone whose words the contract lists, and of those only what it knows, or what comes often.
"""

import glob
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import Column, Table

from ingest.extract import ROWS, header_of, of_header
from ingest.files import told
from ingest.mapping import plain
from ingest.mapping.known_headers import MEANINGS
from ingest.mapping.likeness import MOST_CHOICES, Match, fields_of, matches, may_name_somebody
from ingest.mapping.translating import is_choice
from ingest.reading import Record, content
from ingest.report import count
from ingest.sources import Source, find
from ingest.values import Fault, reader_of
from queries.clock import LONDON
from queries.tables import CONTRACT, crimes, suspects

OPENING = """\
# A draft by `python -m ingest suggest`. Lines that begin with # say what is not sure, and do nothing: read all, complete and
# correct it, then try it with --dry-run. docs/mapping.example.toml says what can be written.
"""
OFTEN = 3  # times that a word must come to be shown, where the contract does not know it: a name hardly does
ETHNIC_CODE = re.compile(r"^[A-Z]{1,2}\d?\b|(?<=\()[A-Z]{1,2}\d?(?=\)$)")  # 'W1 - British', 'British (W1)'
UNWRITABLE = re.compile("[\ud800-\udfff]")  # in a name of bytes that are no text
LONGEST = 40  # characters of such a word
ALIKE = 93.0  # of 100: a word that is the contract's but for a letter


def suggestion(paths: Sequence[Path | str], today: date | None = None) -> str:
    """The text of a mapping file for these extracts. Raises FileRefusedError where one cannot be read."""
    today = today or datetime.now(LONDON).date()
    blocks = [OPENING]
    for source in find(paths).sources:
        if source.published:
            blocks.append(f"# {told(source.file_name)} is of data.police.uk: load it as it is, without a mapping.\n")
            continue
        headers, columns = _sample(source)
        own = source.table is not None and set(map(plain, headers)) <= set(source.table.c.keys())
        blocks += [_in_own_names(source)] if own else _blocks(source, headers, columns, today)
    return "\n".join(blocks)


def _in_own_names(source: Source) -> str:
    assert source.table is not None
    return f"[[{source.table.name}]]  # its columns have the contract's names\nfile = {_quoted(_pattern(source.file_name))}\n"


def _pattern(name: str) -> str:
    """What a mapping calls a file by: its name, with a mark for any sign where one is none of UTF-8."""
    return UNWRITABLE.sub("?", glob.escape(name))


def _sample(source: Source) -> tuple[list[str], list[list[str]]]:
    """The header of a file, and its first rows as columns."""
    with source.open():
        pass
    entries = of_header(content(source.open, source.name))
    headers = [text.strip() for text in header_of(entries, source.name).cells]
    rows = (one.cells for one in entries if isinstance(one, Record) and len(one.cells) == len(headers))
    columns = list(map(list, zip(*islice(rows, ROWS), strict=True))) or [[] for _ in headers]
    return headers, columns


def _blocks(source: Source, headers: Sequence[str], columns: Sequence[Sequence[str]], today: date) -> Iterator[str]:
    """One block for each table that a file may fill. Its headers are told only where they are some: else they may be a row."""
    file, fields = told(source.file_name), fields_of(headers, columns)
    found = {table: matches(table, fields, today) for table in CONTRACT}
    chosen = _tables(found)
    if not chosen:
        yield f"# {file}: its {count(len(headers), 'column')} are like no table of the contract. Is its first line a header?\n"
        return
    for table in chosen:
        yield "\n".join(_entry(_pattern(source.file_name), table, found[table], today)) + "\n"
    used = {name for table in chosen for match in found[table] for name in match.field.headers}
    personal = [name for name in headers if may_name_somebody(name)]
    others = [name for name in headers if name not in used and name not in personal]
    if personal:
        yield f"# Of {file} left out on purpose, since they may name somebody: {', '.join(map(_quoted, personal))}\n"
    if others:
        yield f"# Of {file} like nothing in these tables: {', '.join(map(_quoted, others))}\n"


def _tables(found: dict[Table, list[Match]]) -> list[Table]:
    """The table that a file is most like, and those that its other columns fill besides."""
    sure = {table: {match.column.name: match for match in found[table] if match.is_sure} for table in CONTRACT}
    lacking = {table: sum(not one.nullable and one.name not in sure[table] for one in table.columns) for table in CONTRACT}
    best = max(CONTRACT, key=lambda table: (len(sure[table]) - 2 * lacking[table], table is not suspects))
    if len(sure[best]) < 2 + bool(lacking[best]):
        return []
    chosen = [best]
    for table in (one for one in CONTRACT if not lacking[one] and one is not best):
        used = {header for one in chosen for match in sure[one].values() for header in match.field.headers}
        own = {header for match in sure[table].values() for header in match.field.headers} - used
        if len(own) >= 2 or (table is suspects and crimes in chosen):
            chosen.append(table)
    return [table for table in CONTRACT if table in chosen]


def _entry(file: str, table: Table, found: Sequence[Match], today: date) -> Iterator[str]:
    yield f"[[{table.name}]]"
    yield f"file = {_quoted(file)}"
    keys = [match.field.cells for match in found if match.column.name in table.info["key"] and match.is_sure]
    if len(keys) == len(table.info["key"]) and len(set(zip(*keys, strict=True))) < len(keys[0]):
        yield '# one_row_per_key = { latest_by = "..." }  # the same comes in several rows: name the date that tells the last'
    yield f"[{table.name}.columns]"
    by_name = {match.column.name: match for match in found}
    for column in table.columns:
        match = by_name.get(column.name)
        if match is not None:
            yield _line(match)
        if not column.nullable and not (match and match.is_sure):
            yield f"# {column.name} is required: say what fills it"
    for match in found:
        if match.is_sure and is_choice(match.column):
            yield from _words(table, match, today)


def _line(match: Match) -> str:
    line = f"{match.column.name} = {_filling(match)}"
    if match.is_sure:
        return line
    cells = f", and {match.fit.share:.0%} of its cells can be that" if match.field.seen else ", and nothing stands in it"
    return f"# {line}  # {match.score:.0f} of 100 alike{cells}"


def _filling(match: Match) -> str:
    names, formats = match.field.headers, match.fit.formats
    parts = {"day_of" if match.fit.is_day_of else "column": _quoted(names[0])}
    if len(names) > 1:
        parts = {"columns": f"[{', '.join(map(_quoted, names))}]"}
    if formats:
        parts["format"] = _quoted(formats[0]) if len(formats) == 1 else f"[{', '.join(map(_quoted, formats))}]"
    if list(parts) == ["column"]:
        return parts["column"]
    return f"{{ {', '.join(f'{key} = {value}' for key, value in parts.items())} }}"


def _words(table: Table, match: Match, today: date) -> Iterator[str]:
    """What the words of a column mean, as far as that is sure; the others as comments, if they come often."""
    column, read = match.column, reader_of(match.column, today)
    strange = Counter(text for text in match.field.seen if isinstance(read(text), Fault))
    if not strange:
        return
    yield f"[{table.name}.values.{column.name}]"
    untold: Counter[str] = Counter()
    for word, times in strange.most_common():
        meaning, near = _meaning(column, word)
        if meaning is not None:
            yield f"{_quoted(word)} = {_quoted(meaning)}"
        elif times >= OFTEN and len(word) <= LONGEST and len(strange) <= MOST_CHOICES:
            yield f'# {_quoted(word)} = ""  # {count(times, "row")}; nearest: {near}'
        else:
            untold[word] = times
    if untold:
        yield f"# and {count(len(untold), 'word')} in {count(untold.total(), 'row')}, not shown here: a load counts them"


def _meaning(column: Column[Any], word: str) -> tuple[str | None, str]:
    """The contract's word for one of the extract's, where that is sure; else the nearest, for a comment."""
    permitted = column.info.get("values", ("true", "false"))
    known = MEANINGS.get(column.name, {}).get(plain(word))
    if known is not None and (known in permitted or not known):
        return known, ""
    codes = [code for code in ETHNIC_CODE.findall(word) if code in permitted] if column.name.startswith("ethnicity") else []
    if len(codes) == 1:
        return codes[0], ""
    found = process.extractOne(plain(word), permitted, scorer=fuzz.token_sort_ratio, processor=str.casefold)
    if found is None:
        return None, "none"
    near, score, _ = found
    return (near, "") if score >= ALIKE else (None, f"{_quoted(near)}, {score:.0f} of 100 alike")


def _quoted(text: str) -> str:
    """As TOML writes a text."""
    return json.dumps(text, ensure_ascii=False)
