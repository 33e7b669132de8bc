"""The memory: what was written of which measure, where and when; read within a reader's access, added to, never changed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from math import isnan, nan
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, insert, or_, select, true

from meetings.database import reading, writing
from meetings.entries import MAY_WRITE, OF_EVERY_HUB, Action, Author, Entry, Kind, Pin, Said, Version, may_change, may_write
from meetings.tables import entries as pins
from meetings.tables import held, versions
from metrics import words
from metrics.signals.targets import Rebase, RecordedRebase
from queries import clock
from queries.scope import SYSTEM, Access

LONGEST = 1000  # letters of a text
LONGEST_OWNER = 80
_FIGURES = ("numerator", "denominator", "value", "lower", "upper")
_TEXTS = ("metric_key", "theme", "place", "placed_by", "verdict", "sentence")
_DAYS = ("opens", "closes", "data_end")
_NEEDS_REASON: tuple[Action, ...] = ("withdrawn", "closed", "extended", "opened again")
_OF_DECISIONS: tuple[Action, ...] = ("closed", "extended", "opened again")


class Refused(Exception):
    """What was to be written is not kept; the message says why, and what to do."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the entry since it was read; ``number`` is that of the version which the message tells of."""

    def __init__(self, said: str, number: int) -> None:
        super().__init__(said)
        self.number = number


def write(
    by: Author, access: Access, kind: Kind, pin: Pin, said: Said, *, happened_on: date | None = None, at: datetime | None = None
) -> int:
    """Keep a new entry, and give its number. ``at`` is the instant (naive UTC), now by default.

    Raises Refused, and MemoryUnavailable where nothing was kept.
    """
    if not may_write(access, kind, pin.hubs):
        raise Refused(f"{_a(kind)} of {pin.place} is not yours to write.")
    _check(kind, said, happened_on)
    _check_board(access, said)
    row = {name: getattr(pin, name) for name in (*_TEXTS, *_DAYS)}
    figures = {name: None if isnan(getattr(pin, name)) else getattr(pin, name) for name in _FIGURES}
    row |= figures | {"kind": kind, "hub": pin.hub, "hubs": json.dumps(pin.hubs), "happened_on": happened_on}
    with writing() as connection:
        number = int(connection.execute(insert(pins).values(row).returning(pins.c.number)).scalar_one())
        _add(connection, number, by, "written", said, "", at)
    return number


def change(
    by: Author, access: Access, number: int, seen: int, action: Action, said: Said, reason: str = "", at: datetime | None = None
) -> None:
    """Add a version to an entry that its reader saw in the version ``seen``, unless somebody changed it meanwhile.

    Raises Refused, and MemoryUnavailable where nothing was kept.
    """
    reason = reason.strip()
    if action in _NEEDS_REASON and not reason:
        raise Refused("Say why: it stands beside the entry for whoever reads it later.")
    with writing() as connection:
        entry = next(iter(_entries(connection, access, pins.c.number == number)), None)
        if entry is None or not may_change(access, by, entry):
            raise Refused("This entry is not yours to change.")
        if entry.is_withdrawn:
            when, by_whom = words.moment(entry.step.written_at), entry.step.by.name
            raise Refused(f"{by_whom} withdrew this on {when}: “{words.cut(entry.step.reason, 120)}”. Write a new entry instead.")
        if entry.now.number != seen:
            when, text = words.moment(entry.now.written_at), words.cut(entry.said.text, 120)
            told = (
                f"{entry.now.by.name} changed this meanwhile, on {when}: “{text}”. Read it, then say again what you want to keep."
            )
            raise ChangedMeanwhile(told, entry.now.number)
        if action in _OF_DECISIONS and entry.kind != "decision":
            raise Refused("Only a decision is closed, extended or opened again.")
        if action == "extended" and (said.due_on is None or (entry.said.due_on and said.due_on <= entry.said.due_on)):
            raise Refused("Give a later day than the one that it is due on now.")
        _check(entry.kind, said, entry.happened_on)
        if not entry.said.for_board:
            _check_board(access, said)
        _add(connection, number, by, action, said, reason, at)


def read(
    access: Access,
    *,
    keys: Iterable[str] = (),
    themes: Iterable[str] = (),
    kinds: Sequence[Kind] = (),
    withdrawn: bool = False,
) -> list[Entry]:
    """The entries that a reader may see, the oldest first: of these measures, or of these whole themes, or all where neither is
    given; those that were withdrawn only where they are asked for. Raises MemoryUnavailable.
    """
    wanted = [pins.c.metric_key.in_(list(keys)), and_(pins.c.metric_key == "", pins.c.theme.in_(list(themes)))]
    conditions = [or_(*wanted)] if keys or themes else []
    if kinds:
        conditions.append(pins.c.kind.in_(kinds))
    with reading() as connection:
        return [entry for entry in _entries(connection, access, *conditions) if withdrawn or not entry.is_withdrawn]


def restarts() -> tuple[RecordedRebase, ...]:
    """The days from which charts are restarted, as they were recorded on a page. Raises MemoryUnavailable."""
    found = read(SYSTEM, kinds=("restart",))
    return tuple(
        RecordedRebase(
            entry.pin.metric_key,
            entry.pin.hub or None,
            Rebase(entry.day, entry.said.text, entry.author.name, words.london(entry.history[0].written_at).date()),
        )
        for entry in found
    )


def hold(by: Author, access: Access, held_on: date) -> None:
    """Write down that the meeting was held, so that the next one knows what is new. Raises Refused, MemoryUnavailable."""
    if access.hubs is not None or access.role not in ("command", "analyst"):
        raise Refused("Only the command team and the analyst write down that the meeting was held.")
    with writing() as connection:
        connection.execute(insert(held).values(held_on=held_on, written_at=clock.now(), **asdict(by)))


def last_held(before: datetime | None = None) -> tuple[date, datetime] | None:
    """The day of the last meeting, and when (naive UTC) it was written down; None before the first. Raises MemoryUnavailable."""
    statement = select(held.c.held_on, held.c.written_at).order_by(held.c.number.desc()).limit(1)
    if before is not None:
        statement = statement.where(held.c.written_at < before)
    with reading() as connection:
        found = connection.execute(statement).first()
    return (found.held_on, found.written_at) if found else None


def _a(kind: Kind) -> str:
    return f"{'An' if kind[0] in 'aeiou' else 'A'} {kind}"


def _check(kind: Kind, said: Said, happened_on: date | None) -> None:
    """Raises Refused for what is incomplete or too long."""
    if not said.text.strip():
        raise Refused(f"{_a(kind)} needs words: write what it is.")
    if len(said.text) > LONGEST or len(said.owner) > LONGEST_OWNER:
        raise Refused(f"Write up to {LONGEST:,} letters, and up to {LONGEST_OWNER} for whose it is.")
    if kind == "decision" and not (said.owner.strip() and said.due_on):
        raise Refused("A decision needs an owner, as a role, and a day by which it is due.")
    if kind in ("event", "restart") and happened_on is None:
        raise Refused(f"{_a(kind)} needs its day.")


def _check_board(access: Access, said: Said) -> None:
    """Raises Refused where somebody who reads single hubs marks what is for the board."""
    if said.for_board and access.hubs is not None:
        raise Refused("Only the command team and the analyst mark what is for the partnership board.")


def _add(connection: Connection, number: int, by: Author, action: Action, said: Said, reason: str, at: datetime | None) -> None:
    row = asdict(by) | asdict(said) | {"text": said.text.strip(), "owner": said.owner.strip()}
    connection.execute(insert(versions).values(entry=number, written_at=at or clock.now(), action=action, reason=reason, **row))


def _entries(connection: Connection, access: Access, *conditions: ColumnElement[bool]) -> list[Entry]:
    """The entries that a reader may see, with all of their versions; what is not theirs never leaves the database."""
    found = connection.execute(select(pins).where(_visible(access), *conditions).order_by(pins.c.number)).all()
    numbers = [row.number for row in found]
    by_entry: dict[int, list[Version]] = {number: [] for number in numbers}
    for row in connection.execute(select(versions).where(versions.c.entry.in_(numbers)).order_by(versions.c.number)):
        by_entry[row.entry].append(_version(row))
    return [_entry(row, by_entry[row.number]) for row in found]


def _visible(access: Access) -> ColumnElement[bool]:
    """The condition that a reader may see an entry: whoever reads single hubs reads theirs, and what changed in all of them."""
    if access.role not in MAY_WRITE:
        return false()
    if access.hubs is None:
        return true()
    of_every_hub = and_(pins.c.hubs == json.dumps(None), pins.c.kind.in_(OF_EVERY_HUB))
    return or_(pins.c.hub.in_(access.hubs), of_every_hub)


def _entry(row: Row[Any], history: Sequence[Version]) -> Entry:
    hubs = json.loads(row.hubs)
    kept: dict[str, Any] = {name: getattr(row, name) for name in (*_TEXTS, *_DAYS)}
    kept |= {name: nan if getattr(row, name) is None else getattr(row, name) for name in _FIGURES}
    pin = Pin(hubs=None if hubs is None else tuple(hubs), **kept)
    return Entry(row.number, row.kind, pin, row.happened_on, tuple(history))


def _version(row: Row[Any]) -> Version:
    by = Author(row.issuer, row.subject, row.name, row.role)
    return Version(row.number, row.written_at, by, row.action, Said(row.text, row.owner, row.due_on, row.for_board), row.reason)
