"""The memory of meetings on a page; where it cannot be read, the figures go on and one sentence says what is missing."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import TypeVar

import streamlit as st

from auth import audit_trail
from meetings import for_board, memory
from meetings.database import MemoryUnavailable
from meetings.entries import Author, Entry
from metrics.markdown import escaped
from metrics.metric import Metric
from metrics.signals.targets import RecordedRebase
from metrics.themes import theme_of
from queries.scope import Access, Scope
from release.notes import Note

Read = TypeVar("Read")
_READ = "memory_read"  # of a session: what this run has read


def begin() -> None:
    """At the beginning of a run nothing of the memory has been read."""
    st.session_state[_READ] = {}


def author() -> Author:
    """The reader as the memory names them."""
    who = audit_trail.who()
    return Author(who.issuer, who.subject, who.name, who.role)


def restarts(keys: Sequence[str]) -> tuple[RecordedRebase, ...]:
    """The restarts of these measures' charts that were recorded on a page; none where the memory cannot be read."""
    read = st.session_state.setdefault(_READ, {})
    if "restarts" not in read:
        none: tuple[RecordedRebase, ...] = ()
        read["restarts"] = _or_lost(memory.restarts, none)
    return tuple(each for each in read["restarts"] if each.metric_key in keys)


def entries(access: Access) -> list[Entry]:
    """What the reader may read of the memory, the oldest first; nothing where it cannot be read."""
    return _or_lost(partial(memory.read, access), [])


def of_measure(metric: Metric, scope: Scope) -> list[Entry]:
    """What was said of a measure, or of its whole theme, at just the place of a scope, by the day that it is of."""
    read = partial(memory.read, scope.access, keys=[metric.key], themes=[theme_of(metric).key])
    found: list[Entry] = _or_lost(read, [])
    known = [entry for entry in found if entry.is_of(scope) and entry.pin.placed_by == scope.placed_by]
    return sorted(known, key=lambda entry: (entry.day, entry.number))


def marked_for_board() -> list[Note]:
    """What was marked for the board, and goes out with the next release; nothing where the memory cannot be read."""
    return _or_lost(for_board.marked, [])


def last_held() -> tuple[date, datetime] | None:
    """The day of the last meeting, and when it was written down; None before the first, or where that cannot be read."""
    return _or_lost(memory.last_held, None)


def is_lost() -> bool:
    """Whether something of the memory could not be read in this run, so that nothing may be said of what it holds."""
    return "lost" in st.session_state.setdefault(_READ, {})


def _or_lost(read: Callable[[], Read], instead: Read) -> Read:
    """What is read; where that cannot be, it is said once a run what is missing, and that the figures are not."""
    try:
        return read()
    except MemoryUnavailable as error:
        found = st.session_state.setdefault(_READ, {})
        if "lost" not in found:
            found["lost"] = True
            st.warning(escaped(error.on_screen), icon=":material/database_off:")
        return instead
