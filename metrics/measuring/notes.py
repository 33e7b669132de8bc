"""What a reader must know beside a figure: what was left out, which residents were used, what is not complete."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from metrics import words
from metrics.measuring import refusals
from metrics.measuring.gather import questions
from metrics.measuring.residents import of_residents, years_touched
from metrics.measuring.wholeness import residents_used
from metrics.metric import Metric, Rate
from queries.clock import add_months
from queries.counting.counts import Count, of_unknown_age
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable, Question
from queries.counting.tally import tally
from queries.lookups.quality import SetAside, set_aside
from queries.periods import quarter_start
from queries.scope import Scope
from queries.tables.wording import in_words


def notes(connection: Connection, metric: Metric, scope: Scope, by: Sequence[str] = ()) -> tuple[str, ...]:
    """The sentences to stand beside a metric's figures for a scope and a split; none where there is nothing to add."""
    return notes_of_all(connection, [metric], scope, by)[metric.key]


def notes_of_all(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, by: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The notes of several metrics by key; what is left out of metrics over the same tables is counted at once."""
    notes_by_key: dict[str, tuple[str, ...]] = {}
    held = set_aside(connection)
    for question, together in questions(connection, metrics, scope).items():
        if isinstance(question, NotAvailable):
            notes_by_key |= {metric.key: tuple(_why_not(metric, question, held)) for metric in together}
        else:
            counts = _count(connection, together, question)
            notes_by_key |= {metric.key: tuple(_notes(connection, metric, question, counts, by)) for metric in together}
    return notes_by_key


def _why_not(metric: Metric, reason: NotAvailable, held: SetAside) -> Iterator[str]:
    if lacked := _lacked(metric, reason):
        yield f"Not available: needs {_in_words(lacked)}, which are not loaded."
        yield from refusals.on_lacking(reason, held)
    elif reason.coverage:
        days = f"{words.day(reason.coverage.first)} to {words.day(reason.coverage.last)}"
        yield f"Not available: the data run from {days}; choose a period within them."
    else:
        yield f"Not available: there are no {_in_words(_tables(metric))} that far back."


def _lacked(metric: Metric, reason: NotAvailable) -> Sequence[str]:
    """What of the metric is not loaded: what it needs, or all of its tables where there is not a row in them."""
    is_empty = reason.coverage is None and reason.scope.as_at is None
    return reason.lacking or (_tables(metric) if is_empty else ())


def _tables(metric: Metric) -> list[str]:
    return sorted({table.name for part in metric.parts for table in part.events.tables})


def _in_words(names: Sequence[str]) -> str:
    """Tables and columns as people speak of them, each once: dates of birth and times of detention."""
    return words.listed(list(dict.fromkeys(map(in_words, names))))


def to_load(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> dict[str, str]:
    """By key what must be loaded before each metric can be counted, in ordinary words; no key of one that lacks nothing."""
    return {
        metric.key: _in_words(lacked)
        for question, together in questions(connection, metrics, scope).items()
        if isinstance(question, NotAvailable)
        for metric in together
        if (lacked := _lacked(metric, question))
    }


def _notes(
    connection: Connection, metric: Metric, question: Question, counts: Mapping[Count, int], by: Sequence[str]
) -> Iterator[str]:
    period, coverage, scope = question.period, question.coverage, question.scope
    if scope.start and scope.end and (period.opens, period.closes) != (scope.start, scope.end):
        yield f"The data cover {words.period(period)} of the period asked for; the figure is of that part."
    if scope.as_at:
        yield f"As at {words.day(scope.as_at)}: what happened later is left out, but records entered late are included."
    if missed := metric.history_missed(period, coverage.first):
        yield (
            f"The data start on {words.day(coverage.first)}, less than {words.duration(missed)} before the period: "
            "what came before is not known, and would change this figure."
        )
    if metric.months_to_mature and metric.matures_on(period) > coverage.last:
        yield f"Not complete before {words.day(metric.matures_on(period))}: shown when the follow-up of every quarter is over."
    yield from _of_counts(metric, counts)
    yield from refusals.notes(metric, question, set_aside(connection))
    yield from _of_residents(connection, metric, question, by)


def _of_counts(metric: Metric, counts: Mapping[Count, int]) -> Iterator[str]:
    """What is left out, what another figure counts as well, and what is few."""
    for count in _left_out(metric):
        if counts[count] > 0:
            yield f"{words.capitalised(count.name)}, left out: {counts[count]:,}."
    for count in metric.shared:
        if counts[count] > 0:
            yield f"{words.capitalised(count.name)}: {counts[count]:,}."
    for count in _small(metric):
        if 0 < counts[count] < metric.small_below:
            yield f"Small numbers: only {words.counted(counts[count], count.name)}; interpret with care."


def on_refusals(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> dict[str, tuple[str, ...]]:
    """By key what was not taken in at loading of what each metric counts; no key without something to say."""
    held = set_aside(connection)
    told = {
        metric.key: tuple(refusals.notes(metric, question, held))
        for question, together in questions(connection, metrics, scope).items()
        if isinstance(question, Question)
        for metric in together
    }
    return {key: sentences for key, sentences in told.items() if sentences}


def lacking(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> tuple[str, ...]:
    """The keys of the metrics of whose days something was not taken in at loading."""
    held = set_aside(connection)
    return tuple(
        metric.key
        for question, together in questions(connection, metrics, scope).items()
        if isinstance(question, Question)
        for metric in together
        if refusals.is_incomplete(metric, held, [question.period]).any()
    )


def on_residents(connection: Connection, metric: Metric, scope: Scope, by: Sequence[str]) -> tuple[str, ...]:
    """The notes on the residents behind a rate by some dimensions; none on any other metric, nor where it is not available."""
    (question,) = questions(connection, [metric], scope)
    return () if isinstance(question, NotAvailable) else tuple(_of_residents(connection, metric, question, by))


def _of_residents(connection: Connection, metric: Metric, question: Question, by: Sequence[str]) -> Iterator[str]:
    if isinstance(metric.formula, Rate):
        years = years_touched(question.periods)
        yield from residents_used(connection, question.scope, metric.formula.ages, years, of_residents(by))


def _left_out(metric: Metric) -> tuple[Count, ...]:
    """What could not be counted: events of unknown age, and the metric's own."""
    of_no_age = (of_unknown_age(events) for events in dict.fromkeys(part.events for part in metric.parts))
    return (*of_no_age, *metric.left_out)


def _small(metric: Metric) -> tuple[Count, ...]:
    """The denominators of which few are said to be few."""
    return metric.counts[1:] if metric.small_below else ()


def _count(connection: Connection, metrics: Sequence[Metric], question: Question) -> Mapping[Count, int]:
    counts = list(dict.fromkeys(count for metric in metrics for count in (*_left_out(metric), *metric.shared, *_small(metric))))
    tallied = tally(connection, counts, question).counts
    return {count: int(tallied[count][0]) for count in counts}


def latest_complete(connection: Connection, metric: Metric, scope: Scope) -> Scope:
    """The scope moved back, where it must be, to the latest year of quarters whose follow-up is over."""
    if not metric.months_to_mature:
        return scope
    question = ask(connection, metric.parts, scope)
    if question.period is None or question.coverage is None:
        return scope
    end = quarter_start(question.period.closes)
    while add_months(end, metric.months_to_mature) - timedelta(days=1) > question.coverage.last:
        end = add_months(end, -3)
    return scope.over(add_months(end, -12), end)
