"""Reads one cell of an extract: '01/06/2025' or ' yes ' becomes a date or a truth, or the reason why the contract forbids it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from textwrap import shorten
from typing import Any

from sqlalchemy import Column

from queries.clock import LONDON
from queries.tables import EARLIEST, EARLIEST_BIRTH

# How databases, spreadsheets and libraries write that nothing is recorded.
BLANK_WORDS = frozenset({"na", "n/a", "nan", "nat", "null", "<na>", "none", "-", "--", "\\n"})
LONGEST_ID = 200  # characters, of which a server still makes an index
BYTE_ORDER_MARK = "\ufeff"
TRUTHS = {"true": True, "yes": True, "y": True, "t": True, "1": True, "1.0": True}
TRUTHS |= {"false": False, "no": False, "n": False, "f": False, "0": False, "0.0": False}
ALSO_CALLED = {"no apparent risk": "very low", "female": "F", "male": "M"}
SYSTEM_DAY_ZERO = date(1970, 1, 1)
# What systems write where there is no date: the first day of a calendar (.NET), its last (for ever), and none at all (MySQL).
NO_DAYS = ("0001-01-01", "01/01/0001", "9999-12-31", "31/12/9999", "0000-00-00", "00/00/0000")

BRITISH_DAY = re.compile(r"^(\d\d)/(\d\d)/(\d{4})", re.ASCII)
OCTOBER = re.compile(r"\s*(\d{4}-10|\d\d/10)", re.ASCII)  # the month in which the clocks go back
DAY = re.compile(r"(\d{4}-\d\d-\d\d)([T ]00:00(:00(\.0+)?)?)?", re.ASCII)  # databases export days with a midnight
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?[+-]\d\d:?\d\d|Z)?", re.ASCII | re.IGNORECASE)
DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)", re.ASCII)
NUMBER = re.compile(r"([+-]?\d{1,18})(\.0*)?", re.ASCII)  # spreadsheets export 12 as 12.0
SHORTENED = re.compile(r"\d(\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)  # 2.02401E+11, as spreadsheets show long numbers
SPREADSHEET_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)", re.IGNORECASE)
# '10-17' typed into a spreadsheet becomes a day or a month, which no other band can become: it has no 24th month.
TEN_TO_17 = re.compile(r"oct-(20)?17|17-oct(-\d{2,4})?|2017-10-01( 00:00(:00)?)?|0?1/10/(20)?17|17/10/\d{4}", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """Why a cell cannot be taken. It stands in the cell's place until it or its row is set aside."""

    reason: str


Reader = Callable[[str], Any]  # text to a value or a Fault


def reader_of(column: Column[Any], today: date) -> Reader:
    """How to read the cells of a column: None where blank, its own type otherwise, a Fault where a rule is broken."""
    read = _READERS[column.type.python_type](column, today)
    is_free_text = column.type.python_type is str and "values" not in column.info and not is_id(column)
    blank_words = BLANK_WORDS.difference(column.info.get("values", ()) if column.nullable or not is_free_text else BLANK_WORDS)
    blank = None if column.nullable else Fault("is required and blank")
    error = Fault("is an error of a spreadsheet, not a value: look there for what it should be")
    is_time = issubclass(column.type.python_type, date)

    def read_cell(text: str) -> Any:
        text = text.strip().strip(BYTE_ORDER_MARK)  # one stands within a file where two were joined
        if not text or text.casefold() in blank_words or (is_time and is_no_time(text)):
            return blank
        return error if text[0] == "#" and SPREADSHEET_ERROR.fullmatch(text) else read(text)

    return read_cell


def is_no_time(text: str) -> bool:
    """Whether a date or an instant is what a system writes for none, at whatever hour and offset."""
    return text.startswith(NO_DAYS) and (len(text) == len("0001-01-01") or INSTANT.fullmatch(_iso(text)) is not None)


def is_british_day(text: str) -> bool:
    """Whether a date is read as day/month/year, an order that its digits may not show."""
    text = text.strip()
    return BRITISH_DAY.match(text) is not None and not isinstance(as_day(text[:10]), Fault) and not is_no_time(text)


def as_day(text: str) -> date | Fault:
    day = DAY.fullmatch(BRITISH_DAY.sub(r"\3-\2-\1", text))
    try:
        return date.fromisoformat(day[1]) if day else Fault("is not a date such as 2025-06-01")
    except ValueError:
        return Fault("is not a date such as 2025-06-01")


def as_instant(text: str) -> datetime | Fault:
    """Naive UTC. A time without offset is London time, of two possible ones the first."""
    stamp = _stamp(text)
    if stamp is None:
        return Fault("is not a time such as 2025-06-01T23:30 or 2025-06-01T23:30:00Z")
    if stamp.tzinfo is UTC and stamp.year > 1:
        return stamp.replace(tzinfo=None)
    if stamp.tzinfo is None:
        first, second = _london_readings(stamp)
        if first.utcoffset() < second.utcoffset():  # type: ignore[operator]
            return Fault("is a time that did not exist in London: the clocks went forward over it")
        stamp = first
    try:
        instant = stamp.astimezone(UTC).replace(tzinfo=None)
        london_day(instant)  # a system's first moment, 0001-01-01T00:00Z, is of no day there
    except OverflowError:
        return Fault("is not a time such as 2025-06-01T23:30 or 2025-06-01T23:30:00Z")
    return instant


def is_ambiguous(text: str) -> bool:
    """Whether the clocks showed this London time twice, as 01:30 on the last Sunday of October."""
    stamp = _stamp(text.strip()) if OCTOBER.match(text) else None
    if stamp is None or stamp.tzinfo is not None:
        return False
    first, second = _london_readings(stamp)
    return first.utcoffset() > second.utcoffset()  # type: ignore[operator]


@lru_cache(maxsize=65_536)
def london_day(instant: datetime) -> date:
    """The London day on which a naive UTC instant falls."""
    return instant.replace(tzinfo=UTC).astimezone(LONDON).date()


def is_midnight(instant: datetime) -> bool:
    """Whether a London clock shows midnight sharp at a naive UTC instant: many systems write so when they know but the day."""
    if instant.minute or instant.second or instant.microsecond:
        return False
    return instant.replace(tzinfo=UTC).astimezone(LONDON).hour == 0


def _iso(text: str) -> str:
    """'01/06/2025 10:00' as '2025-06-01 10:00'"""
    return BRITISH_DAY.sub(r"\3-\2-\1", text) if text[2:3] == "/" else text


def _stamp(text: str) -> datetime | None:
    text = _iso(text)
    if not INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text[:11] + text[11:].replace(" ", "").upper())
    except ValueError:
        return None


def _london_readings(stamp: datetime) -> tuple[datetime, datetime]:
    """The two instants that a London clock time may mean; the same twice but where the clocks change."""
    return stamp.replace(tzinfo=LONDON, fold=0), stamp.replace(tzinfo=LONDON, fold=1)


def _day_reader(column: Column[Any], today: date) -> Reader:
    def read(text: str) -> date | Fault:
        day = as_day(text)
        return day if isinstance(day, Fault) else _untimely(day, column, today) or day

    return read


def _instant_reader(column: Column[Any], today: date) -> Reader:
    def read(text: str) -> datetime | Fault:
        instant = as_instant(text)
        if isinstance(instant, Fault) or EARLIEST < instant.date() < today:  # in London too, which is an hour away at most
            return instant
        return _untimely(london_day(instant), column, today) or instant

    return read


def _untimely(day: date, column: Column[Any], today: date) -> Fault | None:
    since = column.info.get("since", EARLIEST)
    if since == EARLIEST_BIRTH and (day < since or day == SYSTEM_DAY_ZERO):
        return Fault("is what a system writes for an unknown date of birth")
    if day < since:
        return Fault(f"is before {since.year}")
    if day > today and not column.info.get("planned"):
        return Fault("is after the day of loading")
    return None


def _number_reader(column: Column[Any], _: date) -> Reader:
    low, high = column.info["bounds"]

    def read(text: str) -> int | Fault:
        number = NUMBER.fullmatch(text)
        if not number:
            return Fault("is not a whole number")
        return int(number[1]) if low <= int(number[1]) <= high else Fault(f"is outside {low} to {high}")

    return read


def _decimal_reader(_: Column[Any], __: date) -> Reader:
    fault = Fault("is not a decimal number such as 0.8 or 12.5 (80% is 0.8)")
    return lambda text: float(text) if DECIMAL.fullmatch(text) else fault


def _truth_reader(_: Column[Any], __: date) -> Reader:
    fault = Fault("is not one of true, yes, 1, false, no, 0")
    return lambda text: TRUTHS.get(text.casefold(), fault)


def _text_reader(column: Column[Any], _: date) -> Reader:
    values = column.info.get("values")
    if not values:
        return _id if is_id(column) else lambda text: text
    words = {value.casefold(): value for value in values}
    words |= {name: value for name, value in ALSO_CALLED.items() if value in values}
    fault = Fault(shorten(f"is not one of {', '.join(values)}", 160, placeholder=" ... (see the data contract)"))
    has_ten_to_17 = "10-17" in values

    def read(text: str) -> str | Fault:
        word = " ".join(text.casefold().split())
        return "10-17" if has_ten_to_17 and TEN_TO_17.fullmatch(word) else words.get(word, fault)

    return read


def is_id(column: Column[Any]) -> bool:
    """Whether a column holds ids: of its own rows, or of what it refers to."""
    named = column.name in column.table.info["key"] or "refers" in column.info
    return named and column.type.python_type is str and "values" not in column.info


def _id(text: str) -> str | Fault:
    if len(text) > LONGEST_ID:
        return Fault(f"is longer than an id can be ({LONGEST_ID} characters)")
    if SHORTENED.fullmatch(text):
        return Fault("is a number that a spreadsheet has shortened, so that its last digits are lost: export it as text")
    return text


_READERS: dict[type, Callable[[Column[Any], date], Reader]] = {
    bool: _truth_reader,
    date: _day_reader,
    datetime: _instant_reader,
    float: _decimal_reader,
    int: _number_reader,
    str: _text_reader,
}
