"""The memory of meetings on a page; where it cannot be read, the figures go on and one sentence says what is missing."""

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from auth import audit_trail
from meetings import for_board, memory
from meetings.database import MemoryUnavailable
from meetings.entries import Author, Entry, Kind
from metrics.markdown import escaped
from metrics.metric import Metric
from metrics.signals.targets import RecordedRebase
from metrics.themes import theme_of
from queries.scope import Access, Scope
from release.notes import Note

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
        try:
            read["restarts"] = memory.restarts()
        except MemoryUnavailable as error:
            read["restarts"] = ()
            say_lost(error)
    return tuple(each for each in read["restarts"] if each.metric_key in keys)


def entries(access: Access, *, kinds: Sequence[Kind] = ()) -> list[Entry]:
    """What the reader may read of the memory, the oldest first; nothing where it cannot be read."""
    try:
        return memory.read(access, kinds=kinds)
    except MemoryUnavailable as error:
        say_lost(error)
        return []


def of_measure(metric: Metric, scope: Scope) -> list[Entry]:
    """What was said of a measure, or of its whole theme, at just the place of a scope, by the day that it is of."""
    try:
        found = memory.read(scope.access, keys=[metric.key], themes=[theme_of(metric).key])
    except MemoryUnavailable as error:
        say_lost(error)
        return []
    known = [entry for entry in found if entry.is_of(scope) and entry.pin.placed_by == scope.placed_by]
    return sorted(known, key=lambda entry: (entry.day, entry.number))


def marked_for_board() -> list[Note]:
    """What was marked for the board, and goes out with the next release; nothing where the memory cannot be read."""
    try:
        return for_board.marked()
    except MemoryUnavailable as error:
        say_lost(error)
        return []


def last_held() -> tuple[date, datetime] | None:
    """The day of the last meeting, and when it was written down; None before the first, or where that cannot be read."""
    try:
        return memory.last_held()
    except MemoryUnavailable as error:
        say_lost(error)
        return None


def is_lost() -> bool:
    """Whether something of the memory could not be read in this run, so that nothing may be said of what it holds."""
    return "lost" in st.session_state.setdefault(_READ, {})


def say_lost(error: MemoryUnavailable) -> None:
    """Once a run: what is missing, and that the figures are not."""
    read = st.session_state.setdefault(_READ, {})
    if "lost" not in read:
        read["lost"] = True
        st.warning(escaped(error.on_screen), icon=":material/database_off:")
