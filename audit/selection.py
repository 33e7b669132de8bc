"""Which entries of the log somebody looks at: those of a reader, a hub, a kind, some days, a reason, or that showed one record.

Two selections are for whoever answers for the log, and each is by a rule that can be checked by hand: what was done outside
working hours, and reasons that do not say why.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select, tuple_

from audit.keys import pseudonym
from audit.settings import working_hours
from audit.tables import LONDON
from audit.tables import entries as log

Rule = Literal["out of hours", "vague reason"]
FEWEST_WORDS = 3  # of a reason that is not vague
MOST_OFTEN = 10  # given so often by one reader within the days chosen, word for word, a reason is vague
_SATURDAY = 5
_DAY, _HOUR = func.substr(log.c.at, 1, 10), func.substr(log.c.at, 12, 2)  # 2026-11-20 and 09, in UTC


@dataclass(frozen=True)
class Selection:
    """What entries are narrowed to; what is left out narrows nothing.

    ``hub`` is the id of one that a page was narrowed to; ``since`` an instant (UTC where it has no offset) or a London day, and
    ``until`` a London day, both included; ``reason`` letters that it holds, large or small; ``record`` the id of a record or
    child that was shown or downloaded.
    """

    issuer: str | None = None
    subject: str | None = None
    action: str | None = None
    hub: str = ""
    since: date | datetime | None = None
    until: date | None = None
    reason: str = ""
    record: str | None = None
    rule: Rule | None = None


def conditions(connection: Connection, chosen: Selection) -> list[ColumnElement[bool]]:
    """What holds of the entries of a selection. Raises AuditUnavailable where a record is asked for and there is no key."""
    equal = {"issuer": chosen.issuer, "subject": chosen.subject, "action": chosen.action}
    found = [log.c[name] == value for name, value in equal.items() if value is not None]
    found += _of_days(chosen)
    if chosen.hub:  # JSON is no text that LIKE takes apart: a later choice of the very letters of a hub would count too
        found.append(log.c.filters.like(f'%"hubs": [%{_literally(chosen.hub)}%', escape="/"))
    if chosen.reason:
        found.append(log.c.reason.icontains(chosen.reason, autoescape=True))
    if chosen.record is not None:
        found += [log.c.records.contains(pseudonym(chosen.record)), log.c.action != "lookup"]
    if chosen.rule == "out of hours":
        found.append(out_of_hours(connection, chosen))
    elif chosen.rule:
        found.append(has_vague_reason(chosen))
    return found


def out_of_hours(connection: Connection, chosen: Selection) -> ColumnElement[bool]:
    """Written before working hours began in London, after they ended, or at a weekend; so is what has no date.

    The days are those of the entries: a database that knows no time zones is told of each how far London's clock was ahead.
    """
    opens, closes = working_hours()
    ahead: defaultdict[int, list[str]] = defaultdict(list)
    for day in connection.scalars(select(_DAY).where(*_of_days(chosen)).distinct()):
        if (hours := _hours_ahead(day)) is not None:
            ahead[hours].append(day)
    within = (
        and_(_DAY.in_(days), f"{opens - hours:02}" <= _HOUR, f"{closes - hours:02}" > _HOUR) for hours, days in ahead.items()
    )
    return not_(or_(log.c.number.is_(None), *within))


def has_vague_reason(chosen: Selection) -> ColumnElement[bool]:
    """A reason was given that has fewer words than `FEWEST_WORDS`, or that its reader gave so often within the days chosen."""
    spaced: Any = func.trim(log.c.reason)
    for _ in range(3):  # eight spaces in a row are one
        spaced = func.replace(spaced, "  ", " ")
    spaces = func.length(spaced) - func.length(func.replace(spaced, " ", ""))
    given = (log.c.issuer, log.c.subject, log.c.reason)
    often = select(*given).where(log.c.action == "reason", *_of_days(chosen)).group_by(*given).having(func.count() >= MOST_OFTEN)
    return and_(log.c.action == "reason", or_(spaces < FEWEST_WORDS - 1, tuple_(*given).in_(often)))


def _of_days(chosen: Selection) -> list[ColumnElement[bool]]:
    since = [log.c.at >= _as_written(chosen.since)] if chosen.since else []
    until = [log.c.at < _as_written(chosen.until + timedelta(days=1))] if chosen.until else []
    return since + until


def _hours_ahead(day: str) -> int | None:
    """By how many hours London's clock was ahead of UTC on a working day; None for a weekend, and for what is no day."""
    try:
        noon = datetime.combine(date.fromisoformat(day), time(12), LONDON)
    except ValueError:
        return None
    return None if noon.weekday() >= _SATURDAY else int(noon.utcoffset() / timedelta(hours=1))  # type: ignore[operator]


def _literally(hub: str) -> str:
    """A hub in quotation marks as JSON has it, with nothing in it that LIKE would read as a pattern."""
    return "".join(f"/{letter}" if letter in "/%_" else letter for letter in json.dumps(hub))


def _as_written(since: date | datetime) -> str:
    instant = since if isinstance(since, datetime) else datetime.combine(since, time(), LONDON)
    instant = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    return instant.isoformat(timespec="microseconds")
