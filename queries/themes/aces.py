"""Assessments of adverse childhood experiences: each child's latest one in a cell."""

from sqlalchemy import and_, or_

from queries.counting.events import BIRTHS_ARE_LOADED, Events, any_row, as_known_at, with_child
from queries.counting.tally import Count
from queries.tables import ace_assessments, children

HIGH_ACES = 4  # local, after Public Health Wales, Welsh Adverse Childhood Experiences Study (2015)

_known = as_known_at(ace_assessments)
_every = with_child(_known, _known.c.assessed_on).add_columns(children.c.home_hub_id.label("hub_id")).subquery("every_assessment")
_assessed = _every.select().where(or_(_every.c.age < 18, _every.c.age.is_(None))).subquery("assessed")
_child = _assessed.c.age.is_not(None)

ASSESSED = Events(
    name="assessed children",
    rows=_assessed,
    unit=_assessed.c.child_id,
    date=_assessed.c.assessed_on,
    tables=(ace_assessments,),
    age_known=_child,
    needs=BIRTHS_ARE_LOADED,
    latest_per=_assessed.c.child_id,
)
CHILDREN = Count("Children assessed for adverse childhood experiences", ASSESSED, where=_child, needs=any_row(ace_assessments))
WITH_HIGH_ACES = Count(
    "Those with four or more at their latest assessment", ASSESSED, where=and_(_child, _assessed.c.aces >= HIGH_ACES)
)
