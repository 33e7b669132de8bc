"""Assessments of adverse childhood experiences: each child's latest one in a cell."""

from sqlalchemy import and_

from queries.counting.counts import Count
from queries.counting.events import BIRTHS_ARE_LOADED, Events
from queries.facts.aces import ASSESSMENTS
from queries.facts.known import any_row
from queries.tables import ace_assessments

HIGH_ACES = 4  # local, after Public Health Wales, Welsh Adverse Childhood Experiences Study (2015)

_assessed = ASSESSMENTS.c
_child = _assessed.age.is_not(None)

ASSESSED = Events(
    name="assessed children",
    rows=ASSESSMENTS,
    unit=_assessed.child_id,
    date=_assessed.day,
    tables=(ace_assessments,),
    age_known=_child,
    needs=BIRTHS_ARE_LOADED,
    latest_per=_assessed.child_id,
)
CHILDREN = Count("Children assessed for adverse childhood experiences", ASSESSED, where=_child, needs=any_row(ace_assessments))
WITH_HIGH_ACES = Count(
    "Those with four or more at their latest assessment", ASSESSED, where=and_(_child, _assessed.aces >= HIGH_ACES)
)
