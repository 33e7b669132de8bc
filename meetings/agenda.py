"""What a meeting takes in, as a chair would: open decisions, overdue first; what was written since the last one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from meetings.entries import Entry
from metrics import words
from metrics.reports import since
from metrics.themes import METRICS
from queries.periods import Period
from queries.scope import Scope

NOT_COUNTED = "Its measure is no longer counted, so nothing can be said of its line."


def open_decisions(entries: Iterable[Entry], scope: Scope) -> list[Entry]:
    """The decisions of the hubs in scope that nobody has closed, those that have been due longest first."""
    found = (entry for entry in entries if entry.is_open and is_within(entry, scope))
    return sorted(found, key=lambda entry: (entry.said.due_on or date.max, entry.number))


def is_within(entry: Entry, scope: Scope) -> bool:
    """Whether an entry is of the place of a scope, or of a part of it."""
    if scope.hubs is None:
        return True
    return entry.pin.hubs is not None and set(entry.pin.hubs) <= set(scope.hubs)


def written_since(entries: Iterable[Entry], scope: Scope, at: datetime | None) -> list[Entry]:
    """What was written, changed or closed of the hubs in scope since an instant (naive UTC), or ever; but no open decision."""
    return [
        entry for entry in entries if not entry.is_open and is_within(entry, scope) and (at is None or entry.now.written_at > at)
    ]


def as_at(entries: Iterable[Entry], at: datetime) -> list[Entry]:
    """The entries as they stood at an instant (naive UTC): none that was written later, and no later version."""
    known = ((entry, tuple(version for version in entry.history if version.written_at <= at)) for entry in entries)
    return [replace(entry, history=history) for entry, history in known if history and history[-1].action != "withdrawn"]


def scope_since(entry: Entry, scope: Scope) -> tuple[Scope, Period, date]:
    """Where a decision is followed within a reader's access, the period that was seen when it was taken, and the day up to which
    (not included) the scope shows what there was since.
    """
    pin = entry.pin
    within = Scope(scope.access, hubs=pin.hubs, placed_by=pin.placed_by, as_at=scope.as_at)
    return within, Period(pin.opens, pin.closes), scope.end or date.max


def moved(entry: Entry, found: since.Since) -> str:
    """Whether the line moved since a decision, in one sentence."""
    seen = Period(entry.pin.opens, entry.pin.closes)
    return since.sentence(METRICS[entry.pin.metric_key], entry.pin.place, found, seen, entry.pin.value)


def followed(connection: Connection, entry: Entry, scope: Scope) -> str:
    """The same, counted now; of a measure that there is no more, that it is not counted."""
    if entry.pin.metric_key not in METRICS:
        return NOT_COUNTED
    return moved(entry, since.since(connection, METRICS[entry.pin.metric_key], *scope_since(entry, scope)))


def when_due(entry: Entry, on: date) -> str:
    """Whose a decision is, and until when, or for how long it has been overdue."""
    due = entry.said.due_on or on
    late = (on - due).days
    when = f"overdue by {late:,} {'day' if late == 1 else 'days'}" if late > 0 else f"due {words.day(due)}"
    return f"{entry.said.owner}, {when}"


def extension(entry: Entry) -> str:
    """When and why a decision was last given a later day, and from which; blank where it never was. The end of a sentence."""
    steps = list(zip(entry.history, entry.history[1:], strict=False))
    found = [(before.said.due_on, now) for before, now in steps if now.action == "extended" and before.said.due_on]
    if not found:
        return ""
    due, now = found[-1]
    reason = now.reason.removesuffix(".")
    return f", extended on {words.day(words.london(now.written_at))} from {words.day(due)}: {reason}"


def is_late(entry: Entry, on: date) -> bool:
    """Whether a decision should have been done by a day."""
    return entry.said.due_on is not None and entry.said.due_on < on


def in_words(entry: Entry) -> str:
    """What kind of entry it is, by whom and when, and of a decision whose it is and until when."""
    said, on = entry.said, words.day(words.london(entry.history[0].written_at))
    parts = [f"{words.capitalised(entry.kind)} by {entry.author.name}, {on}"]
    if entry.happened_on:
        parts = [f"{words.capitalised(entry.kind)} of {words.day(entry.happened_on)}, recorded by {entry.author.name}"]
    if entry.kind == "decision" and said.due_on:
        state = f"due {words.day(said.due_on)}" if entry.is_open else f"closed: {entry.step.reason}"
        parts.append(f"{said.owner}, {state}")
    return "; ".join(parts)


def subject(entry: Entry) -> str:
    """The measure and the place that an entry is of."""
    metric = METRICS.get(entry.pin.metric_key)
    return f"{metric.name}, {entry.pin.place}" if metric else entry.pin.place


def subjects(entries: Sequence[Entry]) -> list[str]:
    """Each of them with what it says, by whom and when."""
    return [f"{subject(entry)}: {entry.said.text} ({in_words(entry)})" for entry in entries]
