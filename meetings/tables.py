"""The tables of the memory: what was written, each of its versions, and the meetings held. Nothing in them is ever changed.

``*_at`` is an instant as a naive UTC timestamp, every other day a London date; ``closes`` is not included in a period.
"""

from sqlalchemy import DDL, Boolean, Column, Date, DateTime, Float, ForeignKey, Integer, MetaData, Table, Text, event

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="")


# What something is pinned to, with the figure as it stood: this is written once.
entries = Table(
    "meeting_entries",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("kind"),
    _text("metric_key"),  # blank of what concerns a whole theme
    _text("theme"),
    _text("hub"),  # blank where it is not of one hub
    _text("hubs"),  # JSON: those of a wider place, or null for all
    _text("place"),  # its name
    _text("placed_by"),
    Column("opens", Date, nullable=False),
    Column("closes", Date, nullable=False),
    Column("data_end", Date, nullable=False),  # the last day of the data
    Column("happened_on", Date),  # of an event or a restart
    *(Column(name, Float) for name in ("numerator", "denominator", "value", "lower", "upper")),
    _text("verdict"),
    _text("sentence"),
)

# What was said, and by whom, each time that it was: the last version holds.
versions = Table(
    "meeting_versions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("entry", Integer, ForeignKey(entries.c.number), nullable=False, index=True),
    Column("written_at", DateTime, nullable=False),
    *(_text(name) for name in ("issuer", "subject", "name", "role", "action", "text", "owner")),
    Column("due_on", Date),
    Column("for_board", Boolean, nullable=False, default=False),
    _text("reason"),
)

held = Table(
    "meetings_held",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("held_on", Date, nullable=False),
    Column("written_at", DateTime, nullable=False),
    *(_text(name) for name in ("issuer", "subject", "name", "role")),
)

_MESSAGE = "what a meeting said is never changed and never deleted, only followed or withdrawn"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION meetings_are_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$"
)
event.listen(metadata, "before_create", DDL(_FUNCTION).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]
# That of insertion is for INSERT OR REPLACE, which deletes a row without asking any trigger of deletion.
_REFUSALS = (
    "%(table)s_no_update BEFORE UPDATE ON %(table)s",
    "%(table)s_no_delete BEFORE DELETE ON %(table)s",
    "%(table)s_no_replace BEFORE INSERT ON %(table)s WHEN NEW.number IN (SELECT number FROM %(table)s)",
)
for _table in metadata.sorted_tables:
    for _refusal in _REFUSALS:
        _trigger = f"CREATE TRIGGER IF NOT EXISTS {_refusal} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        event.listen(_table, "after_create", DDL(_trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
    _unchanged = (
        f"CREATE OR REPLACE TRIGGER {_table.name}_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON {_table.name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION meetings_are_append_only()"
    )
    event.listen(_table, "after_create", DDL(_unchanged).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]
