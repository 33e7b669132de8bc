"""Sessions held with children and those who work with them, and how many came."""

from sqlalchemy import true

from queries.counting.dimensions import KIND, Dimension
from queries.counting.events import Events, any_row, as_known_at
from queries.counting.tally import Count
from queries.tables import engagements

_sessions = as_known_at(engagements)

HELD = Events(
    name="sessions",
    rows=_sessions,
    unit=_sessions.c.engagement_id,
    date=_sessions.c.held_on,
    tables=(engagements,),
    age_known=true(),
    needs=any_row(engagements),
    dimensions={"kind": Dimension(KIND, _sessions.c.kind)},
)
SESSIONS = Count("Sessions held", HELD)
ATTENDANCES = Count(
    "Attendances at sessions", HELD, total=_sessions.c.attendances, needs=any_row(engagements.c.attendances.is_not(None))
)
UNCOUNTED = Count("sessions without a number of attendances", HELD, where=_sessions.c.attendances.is_(None))
