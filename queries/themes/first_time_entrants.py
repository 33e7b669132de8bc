"""Children given a caution or conviction for the first time in their lives: who entered the youth justice system, and when."""

from queries.counting.counts import Count, in_care
from queries.counting.dimensions import KIND, OFFENCE_GROUP, Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events
from queries.facts import first_time_entrants as facts
from queries.facts.known import any_row
from queries.tables import disposals

_entries = facts.ENTRIES.c

ENTRIES = Events(
    name="first disposals",
    rows=facts.ENTRIES,
    unit=_entries.disposal_id,
    date=_entries.day,
    tables=(disposals,),
    age_known=_entries.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"kind": Dimension(KIND, _entries.kind), "offence_group": Dimension(OFFENCE_GROUP, _entries.offence_group)},
)

CONVICTIONS_ARE_LOADED = any_row(disposals.c.kind == "conviction")

ENTRANTS = Count(
    "Children aged 10-17 given their first caution or conviction",
    ENTRIES,
    where=_entries.age.is_not(None),
    needs=CONVICTIONS_ARE_LOADED,
)
ENTRANTS_IN_CARE, ENTRANTS_KNOWN = in_care(ENTRANTS, "First-time entrants")
