"""The latest figure of a measure beside the same period a year before, and what may be said of the two."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine

from metrics import sentences
from metrics.measuring.gather import gather
from metrics.measuring.measure import FIGURES, measure_all
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric
from metrics.statistics.change import NOT_COMPARABLE, NOT_JUDGED, Change, change
from queries.clock import add_months
from queries.counting.question import Question
from queries.engine import connect, reading
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


def headlines(metrics: Sequence[Metric], scope: Scope, engine: Engine | None = None) -> list[Headline]:
    """The headline of each metric within a scope; one that needs a follow-up shows the latest year that is complete."""
    engine = engine or connect()
    scopes = {metric.key: latest_complete(metric, scope, engine) for metric in metrics}
    by_key: dict[str, Headline] = {}
    for metric_scope in dict.fromkeys(scopes.values()):
        together = [metric for metric in metrics if scopes[metric.key] == metric_scope]
        by_key |= {headline.key: headline for headline in _headlines(together, metric_scope, engine)}
    return [by_key[metric.key] for metric in metrics]


def _headlines(metrics: Sequence[Metric], scope: Scope, engine: Engine) -> list[Headline]:
    now = measure_all(metrics, scope, (), engine)
    with reading(scope.access, engine) as connection:
        groups = list(gather(connection, metrics, scope))
    headlines = []
    for question, together in groups:
        before = _year_before(together, question, engine)
        headlines += [_headline(metric, question, now[metric.key].iloc[0], before.get(metric.key, _BLANK)) for metric in together]
    return headlines


def _year_before(metrics: Sequence[Metric], question: Question, engine: Engine) -> dict[str, "pd.Series[float]"]:
    """The figures of the same period twelve months earlier; none unless the data cover the whole of it."""
    period, first = question.period, question.coverage.first
    if not period or not first or first > add_months(period.opens, -12):
        return {}
    earlier = question.scope.over(add_months(period.opens, -12), add_months(period.closes, -12))
    return {key: frame.iloc[0] for key, frame in measure_all(metrics, earlier, (), engine).items()}


def _headline(metric: Metric, question: Question, now: "pd.Series[float]", before: "pd.Series[float]") -> Headline:
    compared = NOT_COMPARABLE if metric.not_comparable else change(metric, now, before)
    if _had_less_history(metric, question) and pd.notna(before["value"]):
        compared = NOT_JUDGED
    return Headline(metric.key, question.period, now, before, compared, sentences.comparison(metric, now, before, compared))


def _had_less_history(metric: Metric, question: Question) -> bool:
    """Whether the year before has a shorter history loaded before it, so that more of its children look new."""
    if not metric.years_of_history or not question.period or not question.coverage.first:
        return False
    return question.coverage.first > add_months(question.period.opens, -12 * (1 + metric.years_of_history))


_BLANK: "pd.Series[float]" = pd.Series(float("nan"), index=FIGURES)
