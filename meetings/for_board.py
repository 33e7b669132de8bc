"""What was marked for the partnership board: it goes out with the next release, in words, without a figure."""

from meetings import memory
from meetings.entries import Entry
from metrics import words
from metrics.themes import METRICS
from queries.scope import SYSTEM
from release.notes import Note


def marked() -> list[Note]:
    """The notes and decisions that are marked for the board, as they stand now. Raises MemoryUnavailable."""
    return [_note(entry) for entry in memory.read(SYSTEM) if entry.said.for_board]


def _note(entry: Entry) -> Note:
    metric = METRICS.get(entry.pin.metric_key)
    about = ", ".join(filter(None, (metric.name if metric else "", entry.pin.place)))
    state = "" if entry.kind != "decision" else "open" if entry.is_open else f"closed: {entry.step.reason}"
    said_on = words.london(entry.history[0].written_at).date()
    return Note(entry.kind, about, entry.said.text, entry.said.owner, entry.said.due_on, said_on, state)
