"""What was not taken in at loading, where the figure stands that lacks it: rows refused, and cells that could not be read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from metrics import words
from metrics.metric import Metric
from queries.counting.counts import Count, Durations
from queries.counting.origins import columns_of, tables_of
from queries.counting.question import Question
from queries.lookups.quality import SetAside
from queries.periods import Period

_WHERE = "whole force; no zero is shown for their days; Data quality says why"


def is_incomplete(metric: Metric, set_aside: SetAside, periods: Sequence[Period]) -> npt.NDArray[np.bool_]:
    """Of each period, whether something that the measure counts was not taken in: a count of zero may not be one."""
    if not set_aside:
        return np.zeros(len(periods), dtype=bool)
    days = [day for of_days in _lost(metric, set_aside).values() for day in of_days if day]
    return np.array([any(period.opens <= day < period.closes for day in days) for period in periods], dtype=bool)


def notes(metric: Metric, question: Question, set_aside: SetAside) -> Iterator[str]:
    """How many rows of the question's days were refused, and how many cells that the measure reads could not be read."""
    rows, cells, undated = Counter[str](), Counter[str](), Counter[str]()
    for (table, column), of_days in _lost(metric, set_aside).items():
        in_period = sum(number for day, number in of_days.items() if day and _is_asked(day, question))
        if column is None:
            rows[table] += in_period
            undated[table] += of_days.get(None, 0)
        else:
            cells[f"{_in_words(column)} of {_in_words(table)}"] += in_period
    told = [f"{_number(n, 'row')} of {_in_words(table)}" for table, n in rows.items() if n]
    told += [f"{_number(n, 'row')} of {_in_words(table)} whose day is not known" for table, n in undated.items() if n]
    unread = [f"{n:,} of {what}" for what, n in cells.items() if n]
    if told:
        yield f"Refused at loading, so that no figure has what they say: {words.listed(told)} ({_WHERE})."
    if unread:
        yield f"Could not be read at loading, and count as not recorded: {words.listed(unread)} ({_WHERE})."


def _lost(metric: Metric, set_aside: SetAside) -> SetAside:
    """Of all that was set aside, the rows and cells that the measure would count or look at."""
    tables, read = _looked_at(tuple(metric.parts))
    return {
        (table, column): days
        for (table, column), days in set_aside.items()
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


def _in_words(name: str) -> str:
    """'missing_episodes' is missing episodes, 'reviewed_at' is reviewed at."""
    return name.replace("_", " ")


def _number(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
