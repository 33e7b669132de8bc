"""Crimes with a child suspect by the day they were committed, and how many of them there are for each child suspected."""

from queries.counting.counts import Count
from queries.facts.child import ADULT
from queries.themes.outcomes import SUSPECTED
from queries.themes.repeat_offending import SUSPECTS_ARE_LOADED

_rows = SUSPECTED.rows.c
_of_a_child = _rows.age < ADULT

CRIMES = Count("Crimes with a child suspect", SUSPECTED, where=_of_a_child, needs=SUSPECTS_ARE_LOADED)
SUSPICIONS = Count(
    "Suspicions of a crime: each crime once for each child suspected of it",
    SUSPECTED,
    where=_of_a_child,
    distinct=_rows.crime_id + "/" + _rows.child_id,
    needs=SUSPECTS_ARE_LOADED,
)
CHILDREN = Count(
    "Children suspected of a crime", SUSPECTED, where=_of_a_child, distinct=_rows.child_id, needs=SUSPECTS_ARE_LOADED
)
