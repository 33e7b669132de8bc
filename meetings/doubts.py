"""What in a text looks like a name, a date of birth or a reference: whoever writes it is asked once more before it is kept."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from metrics import words

_WORDS = Path(__file__).parent
# Common first names of children, but those that are everyday words; and what has a capital and is no name of a person.
_FIRST_NAMES, _ORDINARY = (
    frozenset((_WORDS / file).read_text(encoding="utf-8").split()) for file in ("first_names.txt", "ordinary_words.txt")
)
_RANKED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|DI|DS|DC|PC|PS|Sgt|Insp|CI|Supt)\.?\s+[A-Z][a-z]+")
_CAPITALISED = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-ZÀ-Þ][a-zß-ÿ]+)*")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_ENDS = re.compile(r"[.!?:;\n“\"(]\s*$")
_BORN = re.compile(r"\b(?:d\.?o\.?b\b\.?|born|date of birth)", re.IGNORECASE)
_DAY = r"\b\d{1,2}(?:st|nd|rd|th)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\b\.?"
)
_DATES = [  # 12/03/2012, 12 03 2012, 12 Mar 12, 12th of March, 2012, March 12, 2012, 2012-03-12
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b\d{1,2}(?P<between>[./-])\d{1,2}(?P=between)(?P<year>\d{4}|\d{2})\b",
        r"\b\d{1,2} \d{1,2} (?P<year>\d{4})\b",
        rf"{_DAY}(?:\s+of)?[\s./-]*{_MONTH}[\s./-]*(?P<year>\d{{4}}|\d{{2}})\b",
        rf"{_DAY}(?:\s+of)?\s*{_MONTH},\s*(?P<year>\d{{4}})\b",
        rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        r"\b(?P<year>\d{4})[-/.]\d{1,2}[-/.]\d{1,2}\b",
    )
]
_YEARS = re.compile(r"\b(?:19|20)\d\d(?:[/–-](?:(?:19|20)?\d\d))?\b(?![,.]\d)")  # 2026, 2025/26, 2024-2026
_AROUND = ".,;:!?()[]“”‘’\"'"
_POSSESSIVE = re.compile(r"['’]s$")
_BETWEEN = re.compile(r"[/:;,&+–—]|['’]s\b")  # of several references that were written as one word
_FEWEST_DIGITS = 4  # of a reference
# 2026, 1990s, 2025/26, 2026-10, 2026-10-31, 31/10/2026, 10-17, 09:30, 09:30-17:30, 1430hrs, 1,234.5: what is none.
_NO_REFERENCE = re.compile(
    r"\d{4}(?:s|h|hrs)?|\d{4}[/-]\d\d(?:\d\d)?|\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[-:.]\d{1,2}(?:am|pm)?"
    r"|\d{1,2}[:.]\d\d-\d{1,2}[:.]\d\d|£?\d{1,3}(?:,\d{3})+(?:\.\d+)?|£?\d+\.\d+%?"
)
_YOUNGEST, _OLDEST = 3, 30  # years ago: the birthdays of children and care leavers


def doubts(text: str, known: Iterable[str], references: Iterable[str], today: date) -> list[str]:
    """A sentence for each thing in a text that may tell who a child is; none where nothing looks so.

    ``known`` are names that may stand there, of hubs, areas and measures; ``references`` those words that the data have for
    children, among `candidates`.
    """
    of_children = [f"{words.quoted(one)} is the reference of a child in the data." for one in references]
    may_stand = {word.casefold() for name in known for word in re.findall(r"\w+", name)} | _ORDINARY
    others = [one for one in _with_digit(text.split()) if one not in set(references) and _looks_like_a_reference(one)]
    looks_like = [f"{words.quoted(one)} looks like a reference." for one in others]
    return list(dict.fromkeys([*of_children, *looks_like, *_dates_of_birth(text, today), *_names(text, may_stand)]))


def figures(text: str) -> list[str]:
    """A sentence for each number in a text that is for the board, which sees rounded figures alone; days and years may stand."""
    plain = text
    for written in (*_DATES, _YEARS):
        plain = written.sub("", plain)
    found = (one.rstrip(".,") for one in re.findall(r"\d[\d,.]*%?", plain))
    return list(dict.fromkeys(f"{words.quoted(one)} is a number, and the board sees rounded figures alone." for one in found))


def candidates(text: str) -> list[str]:
    """The words of a text that could be a reference of the data: those with a digit, and the parts of what was written as one."""
    of_whole = _with_digit(text.split())
    parts = (part for word in text.split() for part in _BETWEEN.split(word))
    return list(dict.fromkeys([*of_whole, *_with_digit(parts)]))


def _with_digit(several: Iterable[str]) -> list[str]:
    """Those of these words with a digit, without what stands around them."""
    stripped = (_POSSESSIVE.sub("", word.strip(_AROUND)).strip(_AROUND) for word in several)
    return list(dict.fromkeys(word for word in stripped if any(one.isdigit() for one in word)))


def _looks_like_a_reference(word: str) -> bool:
    parts = re.split("[–—]", word)  # of a range: no reference has them
    return any(sum(one.isdigit() for one in part) >= _FEWEST_DIGITS and not _NO_REFERENCE.fullmatch(part) for part in parts)


def _dates_of_birth(text: str, today: date) -> Iterator[str]:
    found = [born.group() for born in _BORN.finditer(text)]
    for day in (day for written in _DATES for day in written.finditer(text)):
        year = int(day["year"])
        if year < 100:
            year += 2000 if 2000 + year <= today.year else 1900
        if today.year - _OLDEST <= year <= today.year - _YOUNGEST:
            found.append(day.group())
    return (f"{words.quoted(one)} looks like a date of birth." for one in found)


def _names(text: str, may_stand: set[str]) -> Iterator[str]:
    """First names wherever they stand, and whatever else has a capital without need."""
    for ranked in _RANKED.finditer(text):
        yield f"{words.quoted(ranked.group())} looks like a name."
    first_names = _FIRST_NAMES - may_stand
    for found in _WORD.finditer(text):  # in whatever letters
        if found.group().casefold() in first_names:
            yield f"{words.quoted(found.group())} looks like a name."
    for found in _CAPITALISED.finditer(text):
        name, before = found.group(), text[: found.start()]
        begins = not before.strip() or _SENTENCE_ENDS.search(before)
        if not begins and may_stand.isdisjoint(name.casefold().split("-")):
            yield f"{words.quoted(name)} looks like a name."
