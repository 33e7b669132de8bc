"""The reporting database: one table for each kind of thing that happens to a child, as the data contract lists them.

Each column carries its rules in ``Column.info``, so that the importer, the demo and the counting read one fact in one place:

``values``    the permitted values
``refers``    the table in whose key the value must be found
``planned``   the date may lie in the future
``since``     the first day that it may be, where that is not `EARLIEST`
``bounds``    the smallest and largest number allowed
``added``     a column of the importer's own that databases of earlier versions lack
``ends``      blank says that it goes on still: a row whose cell cannot be read is refused, for blank would say what is not so

Each table carries in ``Table.info``

``key``       the columns that tell its rows apart
``dated_by``  the date its rows belong to, or None
``orders``    what must not come before what, see `Order`
``readers``   the rows that row-level security shows to a reader of hubs, on PostgreSQL; command team and analyst see every row:

              "own hubs"           of the reader's hubs; no child is in them
              "own hubs or blank"  also of no hub, which hold for every hub
              "every reader"       all of them: no child is in them
              "force"              none: what happened to a child they read from the facts
              "analyst"            none, and none to the command team either: they hold rows as they were sent

``sought_by`` is the column by which it is looked up once for each event, and so has an index on PostgreSQL.
``*_on`` is a London civil date, ``*_at`` an instant kept as a naive UTC timestamp.
"""

from queries.tables.books import (
    BOOKS,
    demo_seals,
    kept_figures,
    loads,
    rejected_rows,
    set_aside,
    unread_cells,
    withdrawn_rows,
)
from queries.tables.contract import (
    CONTRACT,
    ace_assessments,
    care_homes,
    care_spells,
    chart_steps,
    children,
    crime_outcomes,
    crimes,
    detentions,
    disposals,
    engagements,
    hubs,
    incidents,
    missing_episodes,
    outcome_codes,
    population,
    risk_management_plans,
    stop_searches,
    suspects,
    targets,
    voluntary_interviews,
)
from queries.tables.defining import (
    EARLIEST,
    EARLIEST_BIRTH,
    TEXT,
    Order,
    Readers,
    metadata,
)

__all__ = [
    "BOOKS",
    "CONTRACT",
    "EARLIEST",
    "EARLIEST_BIRTH",
    "TEXT",
    "Order",
    "Readers",
    "ace_assessments",
    "care_homes",
    "care_spells",
    "chart_steps",
    "children",
    "crime_outcomes",
    "crimes",
    "demo_seals",
    "detentions",
    "disposals",
    "engagements",
    "hubs",
    "incidents",
    "kept_figures",
    "loads",
    "metadata",
    "missing_episodes",
    "outcome_codes",
    "population",
    "rejected_rows",
    "risk_management_plans",
    "set_aside",
    "stop_searches",
    "suspects",
    "targets",
    "unread_cells",
    "voluntary_interviews",
    "withdrawn_rows",
]
