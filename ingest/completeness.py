"""To what day an extract is complete: as was said at its load, or by the month that data.police.uk publishes in a file."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from ingest.reading import FileRefusedError
from ingest.sources import Source
from ingest.staged import SOUND, Staged


def refuse_future(data_to: date | None, today: date) -> None:
    """Raises FileRefusedError where extracts would be complete to a day that has not come."""
    if data_to and data_to > today:
        raise FileRefusedError(
            f"--data-to {data_to} has not come, and no extract is complete to it; give the last day of which the files hold all "
            f"events, {today} at the latest."
        )


def declared_end(source: Source, data_to: date | None, today: date) -> date | None:
    """The day to which a file of events is complete; None where nothing says so.

    A published file is complete to the end of its month, once that is over, whatever the load was told of the others.
    """
    if source.table is None or not source.table.info["dated_by"]:
        return None
    if source.published is None:
        return data_to
    last = source.published.last_day
    return last if last <= today else None


def problem(connection: Connection, staged: Staged, declared: date | None) -> str:
    """Why a file cannot be complete to a day, in a sentence; empty where it can. What was published may touch the next month."""
    source = staged.extract.source
    if not declared or source.published:
        return ""
    _, last = days_of(connection, staged)
    if not last or last <= declared:
        return ""
    return (
        f"{source.name} has an event of {last}, after --data-to {declared}, to which it is said to be complete; give {last} or a "
        "later day to which it is, or leave out its later rows."
    )


def remark(connection: Connection, staged: Staged, declared: date | None) -> str:
    """What to say where a load was told that a file is complete beyond its last event; blank elsewhere."""
    if not declared or staged.extract.source.published:
        return ""
    _, last = days_of(connection, staged)
    if last == declared:
        return ""
    since = f"after its last event, of {last}, none happened" if last else "no event happened"
    return f"complete to {declared}, as --data-to says: {since}"


def days_of(connection: Connection, staged: Staged) -> tuple[Any, Any]:
    """The first and last day to which the rows taken belong; none for a table that is not of events."""
    if not (dated_by := staged.of.info["dated_by"]):
        return None, None
    day = staged.table.c[dated_by]
    first, last = connection.execute(select(func.min(day), func.max(day)).where(staged.table.c.state <= SOUND)).one()
    return first, last
