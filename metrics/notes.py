"""What a reader must know beside a figure: what was left out, which residents were used, what is not complete."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

from sqlalchemy import Connection, Engine, not_

from metrics import residents, words
from metrics.measure import Asked, ask, is_available, matures_on
from metrics.metric import Metric, Rate
from queries.clock import add_months
from queries.engine import connect
from queries.events import Events
from queries.scope import Scope
from queries.tally import Count, tally


def notes(metric: Metric, scope: Scope, engine: Engine | None = None) -> tuple[str, ...]:
    """Sentences to stand beside a metric's figure for a scope; none where all is plain."""
    with (engine or connect()).connect() as connection:
        asked = ask(connection, metric, scope)
        if not is_available(metric, asked):
            return ("Not available: the database does not hold what this figure needs.",)
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
        yield from _residents_used(connection, asked)


def _beyond(asked: Asked) -> str:
    known = asked.known
    assert known.first and known.last
    return f"Not available: the data run from {words.day(known.first)} to {words.day(known.last)}; choose a period within them."


def _left_out(connection: Connection, metric: Metric, asked: Asked) -> Iterator[str]:
    of_unknown_age = [_of_unknown_age(events) for events in dict.fromkeys(part.events for part in metric.parts)]
    small = metric.counts[1:] if metric.small_below else ()
    counts = [*of_unknown_age, *metric.left_out, *small]
    assert asked.known.last
    row = tally(connection, counts, asked.scope, asked.periods, (), asked.known.last).iloc[0]
    found = dict(zip(counts, row, strict=True))
    yield from (f"{found[count]:,} {count.name} left out." for count in counts if count not in small and found[count] > 0)
    for count in small:
        if 0 < found[count] < metric.small_below:
            yield f"Small numbers: only {found[count]:,} {count.name[0].lower()}{count.name[1:]}; one more or less moves it much."


@cache
def _of_unknown_age(events: Events) -> Count:
    return Count(f"{events.name} whose age is not known", events, where=not_(events.age_known))


def _residents_used(connection: Connection, asked: Asked) -> Iterator[str]:
    used = residents.estimates_used(connection, asked.scope, asked.periods)
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
