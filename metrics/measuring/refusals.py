"""What was not taken in at loading, where the figure stands that lacks it: rows refused, and cells that could not be read."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from metrics import words
from metrics.metric import Metric, Rate
from queries.counting.counts import Count, Durations
from queries.counting.origins import columns_of, tables_of
from queries.counting.question import NotAvailable, Question
from queries.lookups.quality import Days, SetAside
from queries.periods import Period
from queries.scope import Scope
from queries.tables import metadata, population
from queries.tables.wording import in_words

HALF = 0.5  # of the rows that such a time usually has: where so many may be of it, none of those taken in is no zero
_UNDATED: Days = (None, None)
_WHY = "the analyst sees why under Data quality"
_WHERE = f"whole force; no zero is shown for their days; {_WHY}"


def is_incomplete(metric: Metric, set_aside: SetAside, periods: Sequence[Period]) -> npt.NDArray[np.bool_]:
    """Of each period, whether something that the measure counts was not taken in: a count of zero may not be one.

    What may be of any day is held against a period only where it is half of what such a time usually has, or more.
    """
    lost = _lost(metric, set_aside)
    if not lost:
        return np.zeros(len(periods), dtype=bool)
    days = {day for by_days in lost.values() for of_row in by_days for day in of_row if day}
    undated = [
        (by_days[_UNDATED], set_aside.per_day.get(table, 0.0))
        for (table, column), by_days in lost.items()
        if column is None and _UNDATED in by_days
    ]
    return np.array([_lacks(period, days, undated) for period in periods], dtype=bool)


def _lacks(period: Period, days: Collection[date], undated: Sequence[tuple[int, float]]) -> bool:
    length = (period.closes - period.opens).days
    may_be_of_it = any(per_day and number >= HALF * per_day * length for number, per_day in undated)
    return may_be_of_it or any(period.opens <= day < period.closes for day in days)


def notes(metric: Metric, question: Question, set_aside: SetAside) -> Iterator[str]:
    """How many rows of the question's days were refused, and how many cells that the measure reads could not be read.

    Nobody knows of which hub they were: see `_some`.
    """
    rows, cells, undated = Counter[str](), Counter[str](), Counter[str]()
    for (table, column), by_days in _lost(metric, set_aside).items():
        in_period = sum(number for days, number in by_days.items() if any(day and _is_asked(day, question) for day in days))
        if column is None:
            rows[table] += in_period
            undated[table] += by_days.get(_UNDATED, 0)
        else:
            cells[in_words(f"{table}.{column}")] += in_period
    scope = question.scope
    told = [f"{_rows(n, scope)} of {in_words(table)}" for table, n in rows.items() if n]
    told += [f"{_rows(n, scope)} of {in_words(table)}{_of_no_day(table)}" for table, n in undated.items() if n]
    unread = [f"{_some(n, scope)} of the {what}" for what, n in cells.items() if n]
    if told:
        yield f"Refused at loading, so that no figure has what they say: {words.listed(told)} ({_WHERE})."
    if unread:
        yield f"Could not be read at loading, and count as not recorded: {words.listed(unread)} ({_WHERE})."


def on_lacking(reason: NotAvailable, set_aside: SetAside) -> Iterator[str]:
    """Of the tables and columns of which nothing is held, what was sent and not taken in."""
    told = []
    lacking_tables = {name.partition(".")[0] for name in reason.lacking}
    for (table, column), by_days in set_aside.numbers.items():
        number = sum(by_days.values())
        if column is None and table in lacking_tables:
            told.append(f"{_rows(number, reason.scope)} of {in_words(table)} refused")
        elif f"{table}.{column}" in reason.lacking:
            told.append(f"{_some(number, reason.scope)} of the {in_words(f'{table}.{column}')} not read")
    if told:
        yield f"What was sent of it could not be taken in at loading: {words.listed(told)} ({_WHY})."


def _lost(metric: Metric, set_aside: SetAside) -> Mapping[tuple[str, str | None], Mapping[Days, int]]:
    """Of all that was set aside, the rows and cells that the measure would count or look at."""
    tables, read = _looked_at(tuple(metric.parts))
    if isinstance(metric.formula, Rate):
        tables |= {population.name}
    return {
        (table, column): by_days
        for (table, column), by_days in set_aside.numbers.items()
        if table in tables and (column is None or (table, column) in read)
    }


@cache
def _looked_at(parts: tuple[Count | Durations, ...]) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The tables whose rows these count, and the columns that they look at, by table and name."""
    tables = frozenset(table.name for part in parts for table in tables_of(part))
    return tables, frozenset((column.table.name, column.name) for part in parts for column in columns_of(part))


def _is_asked(day: date, question: Question) -> bool:
    """In the period, or after all that the data cover: what was refused may be what is lacking there."""
    return question.period.opens <= day and (day < question.period.closes or day > question.coverage.last)


def _of_no_day(table: str) -> str:
    return " whose day is not known" if metadata.tables[table].info["dated_by"] else ""


def _rows(n: int, scope: Scope) -> str:
    """'3 rows', '1 row', 'some rows'."""
    return f"{_some(n, scope)} {'row' if n == 1 and scope.access.hubs is None else 'rows'}"


def _some(n: int, scope: Scope) -> str:
    """A number; 'some' to whoever does not see every hub, as few rows of another may be a child whom somebody knows."""
    return f"{n:,}" if scope.access.hubs is None else "some"
