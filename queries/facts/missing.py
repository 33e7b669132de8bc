"""Episodes in which a child was missing: reports that overlap made one, and what came before and after it in the child's life."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Subquery, case, func, or_, select

from queries.clock import at_london_hour, days_after, months_after, seconds_of
from queries.facts.child import ADULT, neighbours, with_child
from queries.facts.known import as_known_at
from queries.facts.stored import fact
from queries.permitted_values import RISKS
from queries.tables import missing_episodes

REPEAT_MONTHS = 12
FREQUENT_STARTS = 3  # within
FREQUENT_DAYS = 90
_BEFORE_THIS = (None, -1)


def _merged() -> Subquery:
    """One row an episode: a report before the return so far of the one before joins it, unless that has no return."""
    known = as_known_at(missing_episodes)
    timed = known.c.reported_at.is_not(None)
    starts_at = func.coalesce(known.c.reported_at, at_london_hour(known.c.reported_on))
    of_child = (known.c.child_id, timed)
    in_order = (starts_at, known.c.episode_id)
    # A report without a return ends its episode: nothing later joins, so the returns before it no longer matter.
    unreturned = (
        func.count(case((known.c.returned_at.is_(None), 1)))
        .over(partition_by=of_child, order_by=in_order, rows=_BEFORE_THIS)
        .label("unreturned")
    )
    reports = select(*known.c, timed.label("timed"), starts_at.label("starts_at"), unreturned).subquery("reports")
    return_so_far = (
        func.max(reports.c.returned_at)
        .over(
            partition_by=(reports.c.child_id, reports.c.timed, reports.c.unreturned),
            order_by=(reports.c.starts_at, reports.c.episode_id),
            rows=_BEFORE_THIS,
        )
        .label("return_so_far")
    )
    running = select(*reports.c, return_so_far).subquery("running")
    opens = or_(~running.c.timed, running.c.return_so_far.is_(None), running.c.starts_at >= running.c.return_so_far)
    opened = select(*running.c, opens.label("opens")).subquery("opened")
    number = (
        func.sum(case((opened.c.opens, 1), else_=0))
        .over(partition_by=(opened.c.child_id, opened.c.timed), order_by=(opened.c.starts_at, opened.c.episode_id))
        .label("number")
    )
    numbered = select(*opened.c, number).subquery("numbered")
    return _joined(numbered)


def _joined(parts: Subquery) -> Subquery:
    def first(name: str) -> ColumnElement[Any]:
        return func.max(case((parts.c.opens, parts.c[name]))).label(name)

    grade = func.max(case({risk: grade for grade, risk in enumerate(RISKS)}, value=parts.c.risk_initial))
    return (
        select(
            parts.c.child_id,
            *(first(name) for name in ("episode_id", "reported_on", "hub_id")),
            func.min(parts.c.reported_at).label("reported_at"),
            func.min(parts.c.starts_at).label("starts_at"),
            case((func.count(parts.c.returned_at) == func.count(), func.max(parts.c.returned_at))).label("returned_at"),
            case(dict(enumerate(RISKS)), value=grade).label("risk_initial"),
            func.bool_or(parts.c.philomena_form, type_=Boolean).label("philomena_form"),
            func.min(parts.c.return_interview_offered_on).label("offered_on"),
            func.min(parts.c.return_interview_completed_at).label("completed_at"),
        )
        .group_by(parts.c.child_id, parts.c.timed, parts.c.number)
        .subquery("merged")
    )


def _in_sequence() -> Subquery:
    """Each episode with what came before and after it in the child's life."""
    merged = _merged()
    in_order = (merged.c.starts_at, merged.c.episode_id)
    started = seconds_of(merged.c.starts_at)
    latest_before = func.max(merged.c.reported_on).over(partition_by=merged.c.child_id, order_by=started, range_=(None, -1))
    third_last = func.lag(merged.c.reported_on, FREQUENT_STARTS - 1).over(partition_by=merged.c.child_id, order_by=in_order)
    next_start = func.lead(merged.c.starts_at).over(partition_by=merged.c.child_id, order_by=in_order)
    return select(
        *merged.c,
        (latest_before >= months_after(merged.c.reported_on, -REPEAT_MONTHS)).label("is_repeat"),
        (third_last >= days_after(merged.c.reported_on, 1 - FREQUENT_DAYS)).label("is_frequent"),
        next_start.is_not(None).label("is_followed"),
    ).subquery("in_sequence")


_sequence = _in_sequence()
_columns = tuple(column for column in _sequence.c if column.name not in ("reported_on", "starts_at"))
_missing = with_child(_sequence, _columns, _sequence.c.reported_on).subquery("episodes")

EPISODES = fact(
    "missing_episodes",
    select(*_missing.c, *neighbours(_missing, _missing.c.age < ADULT, _missing.c.episode_id)),
    of=missing_episodes,
)
