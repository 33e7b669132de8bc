"""The latest figure of a measure beside the same period a year before, and what may be said of the two."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection

from metrics import sentences, words
from metrics.measuring.figures import FIGURES, figures
from metrics.measuring.gather import gather, opened_with, questions
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric, Rate
from metrics.signals.normal_range import events_of
from metrics.statistics.change import NOT_COMPARABLE, NOT_JUDGED, Change, change
from metrics.themes import METRICS
from queries.clock import add_months
from queries.counting.dimensions import OPENS
from queries.counting.question import NotAvailable, Question
from queries.lookups.population import places
from queries.periods import Period
from queries.scope import SYSTEM, Scope

if TYPE_CHECKING:
    Row = pd.Series[float]
else:
    Row = pd.Series  # what is stored of a headline is told its type as it runs, where it takes no parameter


@dataclass(frozen=True)
class Headline:
    """``now`` and ``before`` are rows of `measure`; ``period`` is what ``now`` covers, None where the data do not reach it."""

    key: str
    period: Period | None
    now: Row
    before: Row
    change: Change
    sentence: str

    def leads_with_count(self, metric: Metric) -> bool:
        """Whether a yearly rate is of less than a year, so that how many there were says more."""
        return (
            isinstance(metric.formula, Rate)
            and pd.notna(self.now["value"])
            and words.is_less_than_a_year(words.months_of(self.period))
        )


def headlines(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> list[Headline]:
    """The headline of each metric within a scope; one that needs a follow-up shows the latest year that is complete."""
    return _by_place(connection, metrics, scope, ())[""]


def headlines_by_hub(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> dict[str, list[Headline]]:
    """The headlines of each hub in a scope, counted at once."""
    return _by_place(connection, metrics, scope, ("hub",))


def file(told: Sequence[Headline], metrics: Mapping[str, Metric]) -> pd.DataFrame:
    """Headlines for a spreadsheet: words are text, all figures unrounded numbers, of which shares are fractions."""
    return pd.DataFrame(
        [
            {
                "measure": metrics[one.key].name,
                "unit": metrics[one.key].unit,
                "period": words.period(one.period) if one.period else "",
                **{name: one.now[name] for name in FIGURES},
                **{f"{name}_year_before": one.before[name] for name in FIGURES},
                "change": one.change.words,
            }
            for one in told
        ]
    )


def details(metric: Metric, headline: Headline, scope: Scope) -> str:
    """What the figure is worked out from, its range, its unit; and its period where that is not the one chosen."""
    months, interval = words.months_of(headline.period), words.interval(metric, headline.now)
    is_chosen = headline.period and (headline.period.opens, headline.period.closes) == (scope.start, scope.end)
    parts = (
        f"a yearly rate of {words.shown(metric, headline.now['value'], with_unit=True)}"
        if headline.leads_with_count(metric)
        else "",
        words.fraction(metric, headline.now, months),
        f"likely {interval}" if interval else "",
        metric.unit,
        "" if is_chosen or not headline.period else words.period(headline.period),
    )
    return words.capitalised("; ".join(filter(None, parts)))


def main_figure(metric: Metric, headline: Headline) -> str:
    """The figure of a measure: of a rate over less than a year, how many there were."""
    if headline.leads_with_count(metric):
        return words.shown(events_of(metric), headline.now["numerator"], with_unit=True)
    return words.shown(metric, headline.now["value"])


def opening_headlines(connection: Connection) -> dict[str, list[Headline]]:
    """What every page opens with: the headline of every measure, of the force (under a blank name) and of each hub by itself.

    The hubs are counted at once. None where there are no events yet.
    """
    scope, metrics = opened_with(connection, Scope(SYSTEM)), list(METRICS.values())
    if scope.start is None:
        return {}
    return _by_place(connection, metrics, scope, ()) | headlines_by_hub(connection, metrics, scope)


def _by_place(connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...]) -> dict[str, list[Headline]]:
    """The headlines of each hub, where they are split by it; else of the whole, under a blank name."""
    scopes = {metric.key: latest_complete(connection, metric, scope) for metric in metrics}
    found: dict[str, dict[str, Headline]] = {hub: {} for hub in (places(connection, scope)["hub"] if by else [""])}
    for metric_scope in dict.fromkeys(scopes.values()):
        of_scope = [metric for metric in metrics if scopes[metric.key] == metric_scope]
        for question, together in questions(connection, of_scope, metric_scope).items():
            if isinstance(question, NotAvailable):
                blank = {metric.key: _headline(metric, question, _BLANK, _BLANK) for metric in together}
                found = {place: of_place | blank for place, of_place in found.items()}
                continue
            for place, headline in _headlines(connection, question, together, by):
                if place in found:
                    found[place][headline.key] = headline
    return {place: [of_place[metric.key] for metric in metrics] for place, of_place in found.items()}


def _headlines(
    connection: Connection, question: Question, metrics: Sequence[Metric], by: tuple[str, ...]
) -> Iterator[tuple[str, Headline]]:
    frames = [figures(gather(connection, asked, metrics), metrics) for asked in _with_year_before(question, by)]
    for metric in metrics:
        rows: dict[str, list[Row]] = {}
        for frame in (each[metric.key] for each in frames):
            places = frame["hub"].tolist() if by else [""] * len(frame)
            for place, numbers in zip(places, frame[FIGURES].to_numpy(float), strict=True):
                rows.setdefault(place, []).append(pd.Series(numbers, _COLUMNS))
        for place, (*before, now) in rows.items():
            yield place, _headline(metric, question, now, before[0] if before else _BLANK)


def _with_year_before(question: Question, by: tuple[str, ...]) -> list[Question]:
    """The same twelve months earlier, where the data cover the whole of that, and the period: at once, unless they overlap."""
    now, before = question.period, _year_before(question.period)
    periods = (before, now) if question.coverage.first <= before.opens else (now,)
    asked = [(period,) for period in periods] if before.closes > now.opens else [periods]
    return [replace(question, by=(*by, OPENS), periods=together) for together in asked]


def _year_before(period: Period) -> Period:
    return Period(add_months(period.opens, -12), add_months(period.closes, -12))


def _headline(metric: Metric, question: Question | NotAvailable, now: Row, before: Row) -> Headline:
    compared = NOT_COMPARABLE if metric.not_comparable else change(metric, now, before)
    sentence = sentences.comparison(metric, now, before, compared)
    # The year before may have less history loaded before it, so that more of its children look new.
    missed = (
        metric.history_missed(_year_before(question.period), question.coverage.first) if isinstance(question, Question) else 0
    )
    if missed and pd.notna(before["value"]):
        compared, sentence = NOT_JUDGED, sentences.not_compared(metric, before, missed)
    return Headline(metric.key, question.period, now, before, compared, sentence)


_COLUMNS = pd.Index(FIGURES)
_BLANK: Row = pd.Series(float("nan"), _COLUMNS)
