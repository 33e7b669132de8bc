"""The latest figure of a measure beside the same period a year before, and what may be said of the two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Connection

from metrics import sentences
from metrics.measuring.figures import FIGURES, figures
from metrics.measuring.gather import gather, questions
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric
from metrics.statistics.change import NOT_COMPARABLE, NOT_JUDGED, Change, change
from queries.clock import add_months
from queries.counting.dimensions import OPENS
from queries.counting.question import NotAvailable, Question
from queries.periods import Period
from queries.scope import Scope


@dataclass(frozen=True)
class Headline:
    """``now`` and ``before`` are rows of `measure`; ``period`` is what ``now`` covers, None where the data do not reach it."""

    key: str
    period: Period | None
    now: "pd.Series[float]"
    before: "pd.Series[float]"
    change: Change
    sentence: str


def headlines(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> list[Headline]:
    """The headline of each metric within a scope; one that needs a follow-up shows the latest year that is complete."""
    scopes = {metric.key: latest_complete(connection, metric, scope) for metric in metrics}
    by_key: dict[str, Headline] = {}
    for metric_scope in dict.fromkeys(scopes.values()):
        of_scope = [metric for metric in metrics if scopes[metric.key] == metric_scope]
        for question, together in questions(connection, of_scope, metric_scope).items():
            by_key |= {headline.key: headline for headline in _headlines(connection, question, together)}
    return [by_key[metric.key] for metric in metrics]


def _headlines(connection: Connection, question: Question | NotAvailable, metrics: Sequence[Metric]) -> Iterator[Headline]:
    asked = [question] if isinstance(question, NotAvailable) else _with_year_before(question)
    frames = [figures(gather(connection, one, metrics), metrics) for one in asked]
    for metric in metrics:
        *before, now = (row for frame in frames for _, row in frame[metric.key][FIGURES].iterrows())
        yield _headline(metric, question, now, before[0] if before else _BLANK)


def _with_year_before(question: Question) -> list[Question]:
    """The same twelve months earlier, where the data cover the whole of that, and the period: at once, unless they overlap."""
    now = question.period
    before = Period(add_months(now.opens, -12), add_months(now.closes, -12))
    periods = (before, now) if question.coverage.first <= before.opens else (now,)
    asked = [(period,) for period in periods] if before.closes > now.opens else [periods]
    return [replace(question, by=(OPENS,), periods=together) for together in asked]


def _headline(metric: Metric, question: Question | NotAvailable, now: "pd.Series[float]", before: "pd.Series[float]") -> Headline:
    compared = NOT_COMPARABLE if metric.not_comparable else change(metric, now, before)
    if pd.notna(before["value"]) and _had_less_history(metric, question):
        compared = NOT_JUDGED
    return Headline(metric.key, question.period, now, before, compared, sentences.comparison(metric, now, before, compared))


def _had_less_history(metric: Metric, question: Question | NotAvailable) -> bool:
    """Whether the year before has a shorter history loaded before it, so that more of its children look new."""
    if not metric.years_of_history or isinstance(question, NotAvailable):
        return False
    return question.coverage.first > add_months(question.period.opens, -12 * (1 + metric.years_of_history))


_BLANK: "pd.Series[float]" = pd.Series(float("nan"), index=FIGURES)
