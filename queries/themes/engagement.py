"""Sessions held with children and those who work with them, and how many came."""

from sqlalchemy import true

from queries.counting.events import Events, any_row, as_known_at
from queries.counting.tally import Count
from queries.tables import engagements

_held = as_known_at(engagements)

HELD = Events(
    name="sessions",
    rows=_held,
    unit=_held.c.engagement_id,
    date=_held.c.held_on,
    tables=(engagements,),
    age_known=true(),
    needs=any_row(engagements),
    dimensions={"kind": _held.c.kind},
)
SESSIONS = Count("Sessions held", HELD)
ATTENDANCES = Count(
    "Attendances at sessions", HELD, total=_held.c.attendances, needs=any_row(engagements.c.attendances.is_not(None))
)
UNCOUNTED = Count("sessions without a number of attendances", HELD, where=_held.c.attendances.is_(None))
