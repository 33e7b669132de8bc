"""What a reader must know beside a figure: what was left out, which residents were used, what is not complete."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection, Engine

from metrics import words
from metrics.measuring import residents
from metrics.measuring.gather import gather
from metrics.metric import Metric, Rate
from queries.clock import add_months
from queries.counting.question import Question, ask
from queries.counting.tally import Count, of_unknown_age, tally
from queries.engine import reading
from queries.lookups.quality import named_in
from queries.periods import quarter_start
from queries.scope import Scope


def notes(metric: Metric, scope: Scope, engine: Engine | None = None) -> tuple[str, ...]:
    """Sentences to stand beside a metric's figure for a scope; none where all is plain."""
    return notes_of_all([metric], scope, engine)[metric.key]


def notes_of_all(metrics: Sequence[Metric], scope: Scope, engine: Engine | None = None) -> dict[str, tuple[str, ...]]:
    """The notes of several metrics by key; what is left out of metrics over the same tables is counted at once."""
    found: dict[str, tuple[str, ...]] = {}
    with reading(scope.access, engine) as connection:
        for question, alike in gather(connection, metrics, scope):
            measured = [metric for metric in alike if question.has(metric.needs) and question.period]
            counted = _counted(connection, measured, question) if measured else {}
            for metric in alike:
                sentences = _notes(connection, metric, question, counted) if metric in measured else _why_not(metric, question)
                found[metric.key] = tuple(sentences)
    return found


def _why_not(metric: Metric, question: Question) -> Iterator[str]:
    known = question.coverage
    lacking = sorted({name for need in metric.needs if need in known.unmet for name in named_in(need)})
    tables = sorted({table.name for part in metric.parts for table in part.events.tables})
    if lacking:
        yield f"Not available: no row of the database holds {words.listed(lacking)}."
    elif known.first and known.last:
        reach = f"{words.day(known.first)} to {words.day(known.last)}"
        yield f"Not available: the data run from {reach}; choose a period within them."
    else:
        yield f"Not available: there is nothing in {words.listed(tables)} that far back."


def _notes(connection: Connection, metric: Metric, question: Question, counted: Mapping[Count, int]) -> Iterator[str]:
    period, known, scope = question.period, question.coverage, question.scope
    assert period and known.first and known.last
    if scope.start and scope.end and (period.opens, period.closes) != (scope.start, scope.end):
        yield f"The data cover {words.period(period)} of the period asked for; the figure is of that part."
    if scope.as_at:
        yield f"As at {words.day(scope.as_at)}: what happened later is left out, but rows entered late are included."
    if metric.years_of_history and known.first > add_months(period.opens, -12 * metric.years_of_history):
        years = "a year" if metric.years_of_history == 1 else f"{metric.years_of_history} years"
        yield (
            f"The loaded history starts on {words.day(known.first)}, less than {years} before the period: what came before it is "
            "not known, and would change this figure."
        )
    if metric.months_to_mature and metric.matures_on(period) > known.last:
        yield f"Not complete before {words.day(metric.matures_on(period))}: shown when the follow-up of every quarter is over."
    for count in _left_out(metric):
        if counted[count] > 0:
            yield f"{count.name[0].upper()}{count.name[1:]}, left out: {counted[count]:,}."
    for count in _small(metric):
        if 0 < counted[count] < metric.small_below:
            name = f"{count.name[0].lower()}{count.name[1:]}"
            yield f"Small numbers: only {counted[count]:,} {name}; one more or less moves it much."
    if isinstance(metric.formula, Rate):
        yield from _residents_used(connection, question, metric.formula.ages)


def _left_out(metric: Metric) -> tuple[Count, ...]:
    of_no_age = (of_unknown_age(events) for events in dict.fromkeys(part.events for part in metric.parts))
    return (*of_no_age, *metric.left_out)


def _small(metric: Metric) -> tuple[Count, ...]:
    return metric.counts[1:] if metric.small_below else ()


def _counted(connection: Connection, metrics: Sequence[Metric], question: Question) -> Mapping[Count, int]:
    counts = list(dict.fromkeys(count for metric in metrics for count in (*_left_out(metric), *_small(metric))))
    assert question.coverage.last
    row = tally(connection, counts, question.scope, question.periods, (), question.coverage.last).iloc[0]
    return {count: int(row[count]) for count in counts}  # type: ignore[call-overload]


def _residents_used(connection: Connection, question: Question, ages: tuple[int, int]) -> Iterator[str]:
    without = residents.places_without_estimate(connection, question.scope, ages)
    if without:
        yield f"Not available where residents are needed of {words.listed(without)}: none are loaded."
    used = residents.estimates_used(connection, question.scope, ages, question.periods)
    if not used:
        yield "Not available: no residents are loaded to set the events against."
    others = {year: estimates for year, estimates in used.items() if estimates != [year]}
    if others:
        estimates = sorted({str(estimate) for found in others.values() for estimate in found})
        years = [str(year) for year in sorted(others)]
        yield f"Residents are those of {words.listed(estimates)}, the nearest estimate to {words.listed(years)}."


def latest_complete(metric: Metric, scope: Scope, engine: Engine | Connection | None = None) -> Scope:
    """The scope moved back, where it must be, to the latest year of quarters whose follow-up is over."""
    if not metric.months_to_mature:
        return scope
    with reading(scope.access, engine) as connection:
        question = ask(connection, metric.parts, scope)
    if not question.period or not question.coverage.last:
        return scope
    end = quarter_start(question.period.closes)
    while add_months(end, metric.months_to_mature) - timedelta(days=1) > question.coverage.last:
        end = add_months(end, -3)
    return scope.over(add_months(end, -12), end)
