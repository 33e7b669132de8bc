"""What the force has marked for the board goes out with a release: words, whose they are and until when, no exact figure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, insert, inspect, select

from metrics import words
from release.store import notes

ACTION = "decision"  # the kind of note that is an action of the board


@dataclass(frozen=True)
class Note:
    """A note or a decision: ``about`` is the measure and the place, ``owner`` a role, ``state`` what became of it."""

    kind: str
    about: str
    text: str
    owner: str
    due_on: date | None
    said_on: date
    state: str


def add(connection: Connection, release: int, marked: Sequence[Note]) -> None:
    """Have notes go out with a release that is being published, in the transaction of whoever publishes it."""
    rows = [{"release": release, "place": place, **asdict(note)} for place, note in enumerate(marked)]
    if rows:
        connection.execute(insert(notes), rows)


def of(connection: Connection, release: int) -> list[Note]:
    """The notes of a release, actions first, those that are due first; none where the store is of an earlier version."""
    if not inspect(connection).has_table(notes.name):
        return []
    rows = connection.execute(select(notes).where(notes.c.release == release).order_by(notes.c.place))
    found = [Note(row.kind, row.about, row.text, row.owner, row.due_on, row.said_on, row.state) for row in rows]
    return sorted(found, key=lambda note: (note.kind != ACTION, note.due_on or date.max))


def in_words(note: Note) -> str:
    """What a note says beside its text: of what, whose and until when, what became of it."""
    due = f"{note.owner}, due {words.day(note.due_on)}" if note.due_on else ""
    return "; ".join(filter(None, (note.about, due, note.state, f"of {words.day(note.said_on)}")))
