"""The latest figure of a measure beside the same period a year before, and what may be said of the two."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine

from metrics import sentences
from metrics.change import NOT_JUDGED, Change, change
from metrics.measure import FIGURES, ask, measure_all
from metrics.metric import Metric
from metrics.notes import latest_complete
from queries.clock import add_months
from queries.engine import connect
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
    found: dict[str, Headline] = {}
    for own_scope in dict.fromkeys(scopes.values()):
        alike = [metric for metric in metrics if scopes[metric.key] == own_scope]
        found |= {headline.key: headline for headline in _headlines(alike, own_scope, engine)}
    return [found[metric.key] for metric in metrics]


def _headlines(metrics: Sequence[Metric], scope: Scope, engine: Engine) -> list[Headline]:
    frames = measure_all(metrics, scope, (), engine)
    with engine.connect() as connection:
        asked = {metric.key: ask(connection, metric, scope) for metric in metrics}
    made = []
    earlier_frames: dict[Scope, dict[str, pd.DataFrame]] = {}
    for metric in metrics:
        period, first = asked[metric.key].period, asked[metric.key].known.first
        now, before = frames[metric.key].iloc[0], _blank()
        if period and first:
            earlier = scope.over(add_months(period.opens, -12), add_months(period.closes, -12))
            if earlier.start and first <= earlier.start:
                if earlier not in earlier_frames:
                    earlier_frames[earlier] = measure_all(metrics, earlier, (), engine)
                before = earlier_frames[earlier][metric.key].iloc[0]
        found = change(metric, now, before)
        if period and first and first > add_months(period.opens, -12 * (1 + metric.years_of_history)):
            found = NOT_JUDGED if pd.notna(before["value"]) else found  # the year before saw less history, so more looked new
        made.append(Headline(metric.key, period, now, before, found, sentences.comparison(metric, now, before, found)))
    return made


def _blank() -> "pd.Series[float]":
    return pd.Series(float("nan"), index=FIGURES)
