"""Sessions held with children and those who work with them, and how many came."""

from sqlalchemy import true

from queries.counting.counts import Count
from queries.counting.dimensions import KIND, Dimension
from queries.counting.events import Events
from queries.facts.engagement import SESSIONS as _FACTS
from queries.facts.known import any_row
from queries.tables import engagements

_session = _FACTS.c

HELD = Events(
    name="sessions",
    rows=_FACTS,
    unit=_session.engagement_id,
    date=_session.day,
    tables=(engagements,),
    age_known=true(),
    needs=any_row(engagements),
    dimensions={"kind": Dimension(KIND, _session.kind)},
)
SESSIONS = Count("Sessions held", HELD)
ATTENDANCES = Count(
    "Attendances at sessions", HELD, total=_session.attendances, needs=any_row(engagements.c.attendances.is_not(None))
)
UNCOUNTED = Count("sessions without a number of attendances", HELD, where=_session.attendances.is_(None))
