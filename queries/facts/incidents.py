"""Incidents, and the children that they involve."""

from sqlalchemy import select

from queries.facts.child import ADULT, neighbours, with_child
from queries.facts.known import as_known_at
from queries.facts.stored import fact
from queries.tables import ace_assessments, incidents

_known = as_known_at(incidents)
_incident = _known.c
_assessed = as_known_at(ace_assessments)
_columns = (
    _incident.incident_id,
    _incident.hub_id,
    _incident.child_id,
    _incident.category,
    _incident.home_id,
    _incident.created_at,
    _incident.reviewed_at,
    _incident.child_id.in_(select(_assessed.c.child_id)).label("is_assessed"),
)
_involved = with_child(_known, _columns, _incident.created_on).subquery("involved")

INCIDENTS = fact(
    "incidents", select(*_involved.c, *neighbours(_involved, _involved.c.age < ADULT, _involved.c.incident_id)), of=incidents
)
