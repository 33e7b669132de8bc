"""Who writes at the meetings of the tests, what they write, and what it is pinned to."""

from datetime import date, datetime

from meetings import memory
from meetings.entries import Author, Pin, Said
from queries.scope import Access

ANN = Author("https://login.force.uk", "0a", "Ann", "hub")
BOB = Author("https://login.force.uk", "0b", "Bob", "hub")
CHIEF = Author("https://login.force.uk", "0c", "Cy", "command")
DEE = Author("https://login.force.uk", "0d", "Dee", "analyst")

COMMAND, ANALYST = Access("command"), Access("analyst")
NEAR, FAR, BOTH = (Access("hub", hubs) for hubs in (("near",), ("far",), ("near", "far")))
BOARD, AUDIT = Access("board"), Access("audit")

MEETING = datetime.fromisoformat("2026-11-03T10:00")  # UTC, and in London


def pin(*hubs: str, key: str = "overnight_share", **more: object) -> Pin:
    """The year to October 2026, of these hubs, or of all."""
    kept = {
        "metric_key": key,
        "theme": "custody",
        "hubs": hubs or None,
        "place": " and ".join(hubs) or "All hubs",
        "opens": date(2025, 11, 1),
        "closes": date(2026, 11, 1),
        "data_end": date(2026, 10, 31),
        "numerator": 48.0,
        "denominator": 100.0,
        "value": 0.48,
        "lower": 0.385,
        "upper": 0.577,
        "verdict": "concern",
        "sentence": "No clear difference from the year before (45.0%).",
    }
    return Pin(**{**kept, **more})  # type: ignore[arg-type]


BAIL_DESK = Said("Open the bail desk at night", "Custody inspector", date(2027, 1, 31))


def noted(text: str = "A note", by: Author = CHIEF, access: Access = COMMAND, hub: str = "near") -> int:
    """The number of a note that somebody writes of a hub."""
    return memory.write(by, access, "note", pin(hub), Said(text))


def decided(hub: str = "near", by: Author = CHIEF, access: Access = COMMAND) -> int:
    """The number of a decision on the bail desk."""
    return memory.write(by, access, "decision", pin(hub), BAIL_DESK, at=MEETING)


def texts(access: Access, **asked: object) -> list[str]:
    """What a reader is told, the oldest first."""
    return [entry.said.text for entry in memory.read(access, **asked)]  # type: ignore[arg-type]


def entry_of(number: int, access: Access = ANALYST):
    """One entry as it stands; it has not been withdrawn."""
    (found,) = [entry for entry in memory.read(access) if entry.number == number]
    return found


def change(number, action, said, reason="", *, by=CHIEF, access=COMMAND, seen=None, at=None):
    """Change an entry, by default as somebody who has just read it."""
    seen = seen or entry_of(number).now.number
    memory.change(by, access, number, seen, action, said, reason, at)
