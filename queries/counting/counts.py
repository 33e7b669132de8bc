"""What is counted or measured of events, in words and in SQL at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, true

from queries.counting.events import Events
from queries.facts.known import any_row, single_needs
from queries.tables import care_spells


@dataclass(frozen=True, eq=False)
class Count:
    """A number of events, of what they have in common, or of what they add up to: in words and in SQL at once.

    ``where``     which of the events; None for all
    ``distinct``  what is counted once however often it comes: a child, say; None for the events themselves
    ``total``     a number to add up instead of counting
    ``needs``     what the database must hold somewhere for the count to be available (see `queries.facts.known.any_row`)
    """

    name: str
    events: Events
    where: ColumnElement[bool] | None = None
    distinct: ColumnElement[Any] | None = None
    total: ColumnElement[Any] | None = None
    needs: ColumnElement[bool] | None = None


@dataclass(frozen=True, eq=False)
class Durations:
    """How long something lasted, event by event; ``ended`` is false where it was still going on when last seen.

    ``length`` is a whole number of ``unit`` parts: seconds where ``parts`` is 3600 and the unit hours.
    """

    name: str
    events: Events
    length: ColumnElement[Any]
    where: ColumnElement[bool]
    ended: ColumnElement[bool] | None = None
    parts: int = 1
    needs: ColumnElement[bool] | None = None


@cache
def of_unknown_age(events: Events) -> Count:
    """The events left out because it is not known whether they are of a child."""
    event_and_child = events.unit + "/" + events.rows.c.child_id if events.one_row_per_child else None
    name = f"{events.name} where the age of the person is not known"
    return Count(name, events, where=not_(events.age_known), distinct=event_and_child)


def in_care(count: Count, name: str) -> tuple[Count, Count]:
    """Those of a count whose child was in care on the day; and, under a name of its own, all of them with a known child."""
    rows, where = count.events.rows, true() if count.where is None else count.where
    of_known = Count(
        name, count.events, where=and_(where, rows.c.child_id.is_not(None)), needs=and_(*_needs(count), any_row(care_spells))
    )
    return Count("Those of a child in care on the day", count.events, where=and_(where, rows.c.in_care == "yes")), of_known


def _needs(count: Count) -> tuple[ColumnElement[bool], ...]:
    return () if count.needs is None else (count.needs,)


def needs_of(parts: Iterable[Count | Durations]) -> list[ColumnElement[bool]]:
    """What the database must hold somewhere for all of these to be available, each once."""
    needs = (need for part in parts for need in (part.events.needs, part.needs) if need is not None)
    return list(dict.fromkeys(single for need in needs for single in single_needs(need)))
