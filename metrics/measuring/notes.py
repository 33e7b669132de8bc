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
    """The sentences to stand beside a metric's figure for a scope; none where there is nothing to add."""
    return notes_of_all([metric], scope, engine)[metric.key]


def notes_of_all(metrics: Sequence[Metric], scope: Scope, engine: Engine | None = None) -> dict[str, tuple[str, ...]]:
    """The notes of several metrics by key; what is left out of metrics over the same tables is counted at once."""
    notes_by_key: dict[str, tuple[str, ...]] = {}
    with reading(scope.access, engine) as connection:
        for question, together in gather(connection, metrics, scope):
            available = [metric for metric in together if question.has(metric.needs) and question.period]
            counts = _count(connection, available, question) if available else {}
            for metric in together:
                notes = _notes(connection, metric, question, counts) if metric in available else _why_not(metric, question)
                notes_by_key[metric.key] = tuple(notes)
    return notes_by_key


def _why_not(metric: Metric, question: Question) -> Iterator[str]:
    """Why a metric is not available."""
    coverage = question.coverage
    lacking = sorted({name for need in metric.needs if need in coverage.unmet for name in named_in(need)})
    tables = sorted({table.name for part in metric.parts for table in part.events.tables})
    if lacking:
        yield f"Not available: the data do not hold {words.listed(lacking)}."
    elif coverage.first and coverage.last:
        days = f"{words.day(coverage.first)} to {words.day(coverage.last)}"
        yield f"Not available: the data run from {days}; choose a period within them."
    else:
        yield f"Not available: there is nothing in {words.listed(tables)} that far back."


def _notes(connection: Connection, metric: Metric, question: Question, counts: Mapping[Count, int]) -> Iterator[str]:
    period, coverage, scope = question.period, question.coverage, question.scope
    assert period and coverage.first and coverage.last
    if scope.start and scope.end and (period.opens, period.closes) != (scope.start, scope.end):
        yield f"The data cover {words.period(period)} of the period asked for; the figure is of that part."
    if scope.as_at:
        yield f"As at {words.day(scope.as_at)}: what happened later is left out, but records entered late are included."
    if metric.years_of_history and coverage.first > add_months(period.opens, -12 * metric.years_of_history):
        years = "a year" if metric.years_of_history == 1 else f"{metric.years_of_history} years"
        yield (
            f"The data start on {words.day(coverage.first)}, less than {years} before the period: what came before is not known, "
            "and would change this figure."
        )
    if metric.months_to_mature and metric.matures_on(period) > coverage.last:
        yield f"Not complete before {words.day(metric.matures_on(period))}: shown when the follow-up of every quarter is over."
    for count in _left_out(metric):
        if counts[count] > 0:
            yield f"{words.capitalised(count.name)}, left out: {counts[count]:,}."
    for count in _small(metric):
        if 0 < counts[count] < metric.small_below:
            yield f"Small numbers: only {counts[count]:,} {words.uncapitalised(count.name)}; interpret with care."
    if isinstance(metric.formula, Rate):
        yield from _residents_used(connection, question, metric.formula.ages)


def _left_out(metric: Metric) -> tuple[Count, ...]:
    """What could not be counted: events of unknown age, and the metric's own."""
    of_no_age = (of_unknown_age(events) for events in dict.fromkeys(part.events for part in metric.parts))
    return (*of_no_age, *metric.left_out)


def _small(metric: Metric) -> tuple[Count, ...]:
    """The denominators of which few are said to be few."""
    return metric.counts[1:] if metric.small_below else ()


def _count(connection: Connection, metrics: Sequence[Metric], question: Question) -> Mapping[Count, int]:
    counts = list(dict.fromkeys(count for metric in metrics for count in (*_left_out(metric), *_small(metric))))
    assert question.coverage.last
    row = tally(connection, counts, question.scope, question.periods, (), question.coverage.last).iloc[0]
    return {count: int(row[count]) for count in counts}  # type: ignore[call-overload]


def _residents_used(connection: Connection, question: Question, ages: tuple[int, int]) -> Iterator[str]:
    """Where no number of residents is known, and which year's was taken where another year has none."""
    without = residents.places_without_estimate(connection, question.scope, ages)
    if without:
        yield f"Not available where it needs the residents of {words.listed(without)}: their number is not loaded."
    estimates_of = residents.estimates_used(connection, question.scope, ages, question.periods)
    if not estimates_of:
        yield "Not available: it needs the number of residents, and none is loaded."
    nearest = {year: estimates for year, estimates in estimates_of.items() if estimates != [year]}
    if nearest:
        used = sorted({str(estimate) for estimates in nearest.values() for estimate in estimates})
        years = [str(year) for year in sorted(nearest)]
        yield f"Residents are those of {words.listed(used)}, the nearest estimate to {words.listed(years)}."


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
