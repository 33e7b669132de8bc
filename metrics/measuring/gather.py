"""All that is counted to answer a question: one statement for each kind of event, however many measures need it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.residents import Cell, of_residents
from metrics.metric import Metric, Rate, TopTenth
from queries.counting.counts import Count, Durations
from queries.counting.coverage import ask_each, force_spans
from queries.counting.events import Events
from queries.counting.question import NotAvailable, Question
from queries.counting.tally import Lengths, Tally, durations_of_each, events_per_child, tally
from queries.lookups import population
from queries.lookups.quality import NOTHING_SET_ASIDE, SetAside, set_aside, span
from queries.periods import Period, label, latest_period
from queries.scope import Scope


@dataclass(frozen=True, eq=False)
class Gathered:
    """What was counted for a question. The values of its split are text: every frame has their columns before its own.

    ``tally``      every count, see `Tally`
    ``durations``  as `durations_of_each` gives them
    ``per_child``  as `events_per_child` gives them
    ``residents``  the estimates of each range of ages, see `population.residents`
    ``places``     the hubs in scope, see `population.places`
    ``spans``      where it is split by force: the days that each force's data cover, see `force_spans`
    ``set_aside``  what was not taken in at loading, see `quality.set_aside`
    """

    question: Question | NotAvailable
    tally: Tally
    durations: Mapping[Durations, Mapping[Cell, Lengths]]
    per_child: Mapping[Count, pd.DataFrame]
    residents: Mapping[tuple[int, int], pd.DataFrame]
    places: pd.DataFrame
    spans: Mapping[Events, Mapping[str, Period | None]]
    set_aside: SetAside


def questions(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...] = ()
) -> dict[Question | NotAvailable, list[Metric]]:
    """The question that some metrics answer, each with its metrics: they differ where data end at different times."""
    together: dict[Question | NotAvailable, list[Metric]] = {}
    asked = ask_each(connection, [metric.parts for metric in metrics], scope, by)
    for metric, question in zip(metrics, asked, strict=True):
        together.setdefault(question, []).append(metric)
    return together


def gather(connection: Connection, question: Question | NotAvailable, metrics: Sequence[Metric]) -> Gathered:
    """Count all that these metrics need; nothing where that is not available."""
    scope, by = question.scope, question.by
    places = population.places(connection, scope)
    events = dict.fromkeys(metric.measured.events for metric in metrics if "force" in by)
    spans = {of_events: force_spans(connection, of_events, scope.placed_by) for of_events in events}
    if isinstance(question, NotAvailable):
        return Gathered(question, Tally(by, (), {}), {}, {}, {}, places, spans, NOTHING_SET_ASIDE)
    counts = list(dict.fromkeys(count for metric in metrics for count in metric.counts))
    durations = dict.fromkeys(metric.measured for metric in metrics if isinstance(metric.measured, Durations))
    concentrated = dict.fromkeys(metric.formula.count for metric in metrics if isinstance(metric.formula, TopTenth))
    ages = dict.fromkeys(metric.formula.ages for metric in metrics if isinstance(metric.formula, Rate))
    tallied = tally(connection, counts, question)
    return Gathered(
        question,
        replace(tallied, cells=[_named(by, cell) for cell in tallied.cells]),
        {measured: _lengths(connection, measured, question) for measured in durations},
        {count: _labelled(events_per_child(connection, count, question), by) for count in concentrated},
        {aged: population.residents(connection, scope, aged, of_residents(by)) for aged in ages},
        places,
        spans,
        set_aside(connection),
    )


def opened_with(connection: Connection, scope: Scope) -> Scope:
    """The scope over the period that every page opens with, where it has none: the last twelve whole months of all events.

    Measures whose data end at different times then have one period. The scope as it is where there are no events.
    """
    days = span(connection)
    if scope.start or not days or (scope.as_at and scope.as_at < days[0]):
        return scope
    first, last = days
    return scope.over(*latest_period(first, min(last, scope.as_at or last)))


def _lengths(connection: Connection, measured: Durations, question: Question) -> dict[Cell, Lengths]:
    (found,) = durations_of_each(connection, measured, [question])
    return {_named(question.by, cell): lengths for cell, lengths in found.items()}


def _labelled(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows of a query, with the values of its splits as text."""
    return frame.assign(**{name: pd.Series([label(name, value) for value in frame[name]], frame.index, dtype=str) for name in by})


def _named(by: Sequence[str], cell: tuple[Any, ...]) -> Cell:
    """A cell with the values of its splits as text."""
    return tuple(map(label, by, cell))
