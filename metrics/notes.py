"""What a reader must know beside a figure: what was left out, which residents were used, what is not complete."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, Engine

from metrics import residents, words
from metrics.measure import Asked, ask, is_available, matures_on, needs_of
from metrics.metric import Metric, Rate
from queries.clock import add_months
from queries.engine import connect
from queries.quality import named_in
from queries.scope import Scope
from queries.tally import of_unknown_age, tally


def notes(metric: Metric, scope: Scope, engine: Engine | None = None) -> tuple[str, ...]:
    """Sentences to stand beside a metric's figure for a scope; none where all is plain."""
    with (engine or connect()).connect() as connection:
        asked = ask(connection, metric, scope)
        if not is_available(metric, asked):
            return (f"Not available: no row of the database holds {words.listed(lacking(metric, asked))}.",)
        if not asked.period:
            return (_beyond(asked),)
        return tuple(_notes(connection, metric, asked))


def _notes(connection: Connection, metric: Metric, asked: Asked) -> Iterator[str]:
    period, known = asked.period, asked.known
    assert period and known.first and known.last
    scope = asked.scope
    if scope.start and scope.end and (period.opens, period.closes) != (scope.start, scope.end):
        yield f"The data cover {words.period(period)} of the period asked for; the figure is of that part."
    if metric.years_of_history and known.first > add_months(period.opens, -12 * metric.years_of_history):
        yield (
            f"The loaded history starts on {words.day(known.first)}, less than {metric.years_of_history} years before the "
            "period: some children counted as a first may have come before."
        )
    if metric.months_to_mature and matures_on(metric, period) > known.last:
        yield f"Not complete before {words.day(matures_on(metric, period))}: shown when the follow-up of every quarter is over."
    yield from _left_out(connection, metric, asked)
    if isinstance(metric.formula, Rate):
        yield from _residents_used(connection, asked, metric.formula.ages)


def lacking(metric: Metric, asked: Asked) -> list[str]:
    """The tables and columns that a metric needs and no row of the database holds."""
    unmet = [need for need in needs_of(metric) if need in asked.known.unmet]
    tables = {table.name for part in metric.parts for table in part.events.tables} if asked.known.last is None else set()
    return sorted({name for need in unmet for name in named_in(need)} | tables)


def _beyond(asked: Asked) -> str:
    known = asked.known
    assert known.first and known.last
    return f"Not available: the data run from {words.day(known.first)} to {words.day(known.last)}; choose a period within them."


def _left_out(connection: Connection, metric: Metric, asked: Asked) -> Iterator[str]:
    no_ages = [of_unknown_age(events) for events in dict.fromkeys(part.events for part in metric.parts)]
    small = metric.counts[1:] if metric.small_below else ()
    counts = [*no_ages, *metric.left_out, *small]
    assert asked.known.last
    row = tally(connection, counts, asked.scope, asked.periods, (), asked.known.last).iloc[0]
    found = dict(zip(counts, row, strict=True))
    yield from (f"{found[count]:,} {count.name} left out." for count in counts if count not in small and found[count] > 0)
    for count in small:
        if 0 < found[count] < metric.small_below:
            yield f"Small numbers: only {found[count]:,} {count.name[0].lower()}{count.name[1:]}; one more or less moves it much."


def _residents_used(connection: Connection, asked: Asked, ages: tuple[int, int]) -> Iterator[str]:
    used = residents.estimates_used(connection, asked.scope, ages, asked.periods)
    if not used:
        yield "Not available: no residents are loaded to set the events against."
    others = {year: estimates for year, estimates in used.items() if estimates != [year]}
    if others:
        estimates = sorted({str(estimate) for found in others.values() for estimate in found})
        years = [str(year) for year in sorted(others)]
        yield f"Residents are those of {words.listed(estimates)}, the nearest estimate to {words.listed(years)}."


def latest_complete(metric: Metric, scope: Scope, engine: Engine | None = None) -> Scope:
    """The scope moved back, where it must be, to the latest year of quarters whose follow-up is over."""
    with (engine or connect()).connect() as connection:
        asked = ask(connection, metric, scope)
    if not metric.months_to_mature or not asked.period or not asked.known.last:
        return scope
    quarter = asked.period.closes
    end = add_months(quarter.replace(day=1), -((quarter.month - 1) % 3))
    while add_months(end, metric.months_to_mature) - timedelta(days=1) > asked.known.last:
        end = add_months(end, -3)
    return scope.over(add_months(end, -12), end)
