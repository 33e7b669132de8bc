"""The questions that are timed: at least one for each theme, from a plain count of searches to repeats over a child's life."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from metrics.measuring.measure import measure
from metrics.metric import Metric
from metrics.themes import METRICS, THEMES, Theme
from queries.scope import Access, Scope

# Three calendar years, all long enough ago that every proven reoffence has come in.
PERIOD = {"opens": date(2022, 1, 1), "closes": date(2025, 1, 1)}
Over = Literal["facts", "tables"]
SCOPE = Scope(Access("command"), PERIOD["opens"], PERIOD["closes"])


class DifferentNumbers(Exception):
    """The two ways do not count the same, so their times say nothing; the message says where."""


@dataclass(frozen=True)
class Question:
    """A measure and its splits; the hand-written statements have the name of the measure's key."""

    key: str
    by: tuple[str, ...]

    @property
    def metric(self) -> Metric:
        return METRICS[self.key]

    def statement(self, over: Over) -> str:
        return (Path(__file__).parent / "sql" / over / f"{self.key}.sql").read_text(encoding="utf-8")

    def __str__(self) -> str:
        return f"{self.key} by {', '.join(self.by)}"


QUESTIONS = (
    Question("first_time_entrant_rate", ("hub",)),
    Question("reoffending_rate", ("quarter",)),
    Question("repeat_suspects", ("month",)),
    Question("overnight_share", ("month", "hub")),
    Question("search_outcome_rate", ("month", "hub")),
    Question("children_missing", ("hub",)),
    Question("missing_repeat_share", ("month",)),
    Question("outcome_21_share", ("month", "hub")),
)
PAGES = ("stop_search", "missing")


def by_hand(connection: Connection, question: Question, over: Over) -> pd.DataFrame:
    """The statement written by hand, over facts or over the tables: the ``by`` columns, ``numerator`` and ``denominator``."""
    return pd.read_sql_query(question.statement(over), connection, params=PERIOD)


def by_measure(connection: Connection, question: Question) -> pd.DataFrame:
    """The same by `measure`, which every page and export calls."""
    return measure(connection, question.metric, SCOPE, question.by)


def agree(connection: Connection, question: Question, over: Over) -> None:
    """Raises DifferentNumbers unless both ways give the same numbers in every cell; a cell without a row is zero."""
    ours, theirs = (
        frame.assign(**{name: frame[name].astype(str) for name in question.by})
        .set_index(list(question.by))[["numerator", "denominator"]]
        .astype(float)
        for frame in (by_measure(connection, question), by_hand(connection, question, over))
    )
    ours, theirs = (frame.fillna(0) for frame in ours.align(theirs))
    differing = ours.index[~np.isclose(ours, theirs, rtol=1e-9).all(axis=1)]
    if ours["numerator"].sum() == 0 or len(differing):
        where = f"differ in {len(differing)} of {len(ours)} cells, first {differing[0]}" if len(differing) else "are all zero"
        raise DifferentNumbers(
            f"{question}: measure and sql/{over}/{question.key}.sql {where}; make them agree before timing them."
        )


def events_of(connection: Connection, metric: Metric) -> int:
    """How many rows are in the tables whose events a measure counts."""
    tables = {table.name: table for part in metric.parts for table in part.events.tables}
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables.values())


def of_page(key: str) -> tuple[Theme, list[Metric]]:
    """A theme, and its measures that are counts: those that can share one reading of the events."""
    theme = next(theme for theme in THEMES if theme.key == key)
    return theme, [metric for metric in theme.metrics if metric.counts]
