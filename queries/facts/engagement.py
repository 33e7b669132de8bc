"""Sessions held with children and those who work with them."""

from sqlalchemy import select

from queries.facts.known import as_known_at
from queries.facts.stored import fact
from queries.tables import engagements

_session = as_known_at(engagements).c

SESSIONS = fact(
    "engagements",
    select(_session.engagement_id, _session.hub_id, _session.held_on.label("day"), _session.kind, _session.attendances),
    of=engagements,
)
