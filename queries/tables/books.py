"""What the importer writes about its own work, and the demo's seal."""

from queries.tables.contract import CONTRACT
from queries.tables.defining import day, figure, flag, instant, metadata, number, table, text

loads = table(
    "loads",
    text("load_id", required=True),
    text("table_name", required=True),
    text("source_file", required=True),
    text("sha256", required=True),
    number("rows_read", required=True),
    number("rows_loaded", required=True),
    number("rows_rejected", required=True),
    instant("loaded_at", required=True),
    day("data_from"),
    day("data_to"),
    number("lines_read"),
    number("rows_filtered"),
    number("rows_new"),
    number("rows_changed"),
    number("rows_unchanged"),
    number("rows_superseded"),
    number("rows_withdrawn"),
    number("cells_not_read"),
    flag("is_declared", added=True),  # whether data_to is a day to which the extract is complete; blank: that of its last event
    text("force", added=True),  # whose events are complete to that day; blank: the force's own that keeps the database
    key=("load_id",),
    readers="force",
)

rejected_rows = table(
    "rejected_rows",
    text("load_id", required=True),
    number("line", required=True),
    text("column_name"),
    text("value"),
    text("reason", required=True),
    text("row", required=True),
    key=("load_id", "line"),
    readers="analyst",
)

unread_cells = table(
    "unread_cells",
    text("load_id", required=True),
    text("column_name", required=True),
    text("reason", required=True),
    number("cells", required=True),
    key=("load_id", "column_name", "reason"),
    readers="force",
)

withdrawn_rows = table(
    "withdrawn_rows",
    text("load_id", required=True),
    text("table_name", required=True),
    text("row", required=True),
    key=("load_id", "table_name", "row"),
    readers="analyst",
)

set_aside = table(
    "set_aside",
    text("table_name", required=True),
    text("load_id", required=True),
    number("line", required=True),
    text("row_key"),  # a hash of the key, blank where it cannot be read
    day("day"),  # to which the row belongs, blank where it cannot be read
    day("other_day"),  # the other of two that contradict each other: which of them is wrong is not known
    text("column_name"),  # of the cell; blank where the whole row was refused
    key=("load_id", "line", "column_name"),
    readers="force",
)

demo_seals = table(
    "demo_seals",
    text("digest", required=True),
    text("facts_digest", required=True),
    key=("digest",),
    readers="force",
)

kept_figures = table(
    "kept_figures",
    instant("kept_at", required=True),
    text("key", required=True),
    text("hub_id"),  # blank: the whole force
    day("opens", required=True),
    day("closes", required=True),
    figure("numerator"),
    figure("denominator"),
    figure("value"),
    figure("lower"),
    figure("upper"),
    day("data_end", required=True),
    key=("kept_at", "key", "hub_id"),
    readers="own hubs",
)

BOOKS = tuple(table for table in metadata.tables.values() if table not in CONTRACT)  # the importer's and the demo's own
