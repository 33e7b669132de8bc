"""Sessions held with children and officers, and who came. Section 7 of the definitions."""

from .cells import NOBODY, NOT_AVAILABLE, Cell, Result, Rule
from .data import Data
from .events import Event, Unit
from .formulas import count, plain


def sessions(data: Data) -> Unit:
    return Unit([Event(row["held_on"], row.get("hub_id"), (), row, labels=row) for row in data.rows("engagements")])


def attendances(cell: Cell) -> Result:
    """Their sum; sessions none of which has its attendances recorded have no sum."""
    recorded = [hit.event.row["attendances"] for hit in cell.hits if hit.event.row.get("attendances") is not None]
    return NOT_AVAILABLE if cell.hits and not recorded else plain(sum(recorded))


TABLES = ("engagements",)
DIMENSIONS = (*NOBODY, "kind")

RULES = {
    "engagement_sessions": Rule(sessions, TABLES, count(), DIMENSIONS, homes=None),
    "engagement_attendances": Rule(
        sessions, TABLES, attendances, DIMENSIONS, needs=(("engagements", "attendances"),), homes=None
    ),
}
