"""Assessments of adverse childhood experiences of children, who belong to the hub of their home."""

from sqlalchemy import or_, select

from queries.facts.child import ADULT, with_child
from queries.facts.known import as_known_at
from queries.facts.stored import fact
from queries.tables import ace_assessments, children

_known = as_known_at(ace_assessments)
_columns = (_known.c.child_id, children.c.home_hub_id.label("hub_id"), _known.c.aces)
_assessed = with_child(_known, _columns, _known.c.assessed_on).subquery("assessed")

ASSESSMENTS = fact(
    "ace_assessments", select(*_assessed.c).where(or_(_assessed.c.age < ADULT, _assessed.c.age.is_(None))), of=ace_assessments
)
