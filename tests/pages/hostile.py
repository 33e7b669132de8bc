"""A force whose every text is hostile: markup, links, pictures, scripts, formulas, what turns letters round, and far too long."""

from datetime import date, datetime
from zlib import crc32

from product import database_of
from random_force import NAMES, Chance
from recount.by_hand import residents, row
from sqlalchemy import NullPool, String, create_engine

from queries.lookups.invented import seal
from queries.tables import metadata

EVIL = "evil.example"
HONEST = "St Bees & Whitehaven (North_West) *"
TEXTS = (
    f"[Sign in](https://{EVIL}) ![i](https://{EVIL}/i.png) <https://{EVIL}>",
    f"<a href='https://{EVIL}'>a</a><img src=x onerror='window.hostile=1'><script>window.hostile=1</script>",
    ":red[r] :small[s] :material/skull: :pizza: :streamlit: $x^2$ $$y$$ %{x} `code` ::: :red-badge[b]",
    f"www.{EVIL} https://{EVIL} me@{EVIL} **b** _i_ ~~d~~ a -> b -- c <= d #",
    "&amp;&#x3c;b&gt; \u202egnp.exe \u200b{{x}} ${x} \\ <b>b</b><br> [^1] ' \"",
    f'=HYPERLINK("https://{EVIL}")',
    "# Head\n\n- item\n1. one\n\n> said\n\n    code\n\n| a | b |\n|---|---|",
)
LONG = "Long [x](https://evil.example) " + "A" * 1970
HUBS = {f"H{number}": text for number, text in enumerate((*TEXTS[:5], LONG, HONEST))}
# What a figure hangs on: which measure, which code, which table.
SPOKEN = {"metric_key", "outcome_code", "table_name", "key", "sha256"}


class _Hostile(Chance):
    """The random force with these hubs, and many times as much of everything, so that every chart is drawn."""

    def hub(self):
        return self.choice([*HUBS, None])

    def many(self, key, number, made):
        return super().many(key, 12 * number, made)

    def who(self):
        return self.choice(NAMES) + self.choice("0123456789")

    def tables(self):
        named = {"area": "area", "force": "Cumbria (invented demo)"}
        councils = {hub: None if hub == "H5" else "authority" for hub in HUBS}  # or it would be all of the area
        found = super().tables()
        found["children"] = [{**each, "child_id": f"{each['child_id']}{n}"} for each in found["children"] for n in range(10)]
        found["care_spells"] = [{**each, "child_id": f"{each['child_id']}0"} for each in found["care_spells"]]
        found["suspects"] = [row(crime_id=each["crime_id"], child_id=self.who()) for each in found["crimes"]]
        found["hubs"] = [{"hub_id": hub, **named, "authority": councils[hub], "name": name} for hub, name in HUBS.items()]
        found["population"] = [each for hub in HUBS for year in (2023, 2024) for each in residents(hub, year, 900)]
        found["care_homes"] = [row(home_id="H1", name="home", hub_id="H0")]
        return found | _decided() | _of_loads()


def _decided():
    """Targets and steps, of the force and of a hub."""
    said = {"set_by": "board", "set_on": date(2024, 4, 1), "reason": "target"}
    steps = {"recorded_by": "board", "recorded_on": date(2024, 4, 1), "reason": "step", "starts_on": date(2024, 4, 1)}
    keys = (("overnight_share", None), ("missing_repeat_share", None), ("overnight_share", "H0"))
    target = {"value": 0.1, "applies_from_on": date(2024, 4, 1), **said}
    return {
        "targets": [row(metric_key=key, hub_id=hub, **target) for key, hub in keys],
        "chart_steps": [
            row(metric_key=key, hub_id=hub, **steps) for key, hub in (("detentions", None), ("missing_episodes", "H0"))
        ],
    }


def _of_loads():
    """What the importer would have written of files, rows and cells."""
    counts = dict.fromkeys(("rows_read", "rows_loaded", "rows_rejected", "lines_read", "rows_new"), 9)
    load = row(load_id="L1", table_name="crimes", source_file="file", sha256="0", loaded_at=datetime(2024, 4, 1), **counts)  # noqa: DTZ001
    refused = {"column_name": "column", "value": "value", "reason": "reason", "row": "{}"}
    return {
        "loads": [load],
        "rejected_rows": [row(load_id="L1", line=line, **refused) for line in (2, 3)],
        "unread_cells": [row(load_id="L1", column_name="column", reason="reason", cells=4)],
    }


def text_of(column, value):
    """A hostile text in place of an honest one, always the same, and no other's."""
    return f"{TEXTS[crc32(f'{column} {value}'.encode()) % len(TEXTS)]} {value}"


def rows():
    """Rows by table, every text that is free to be so hostile; ids too."""
    found = _Hostile(6).tables()
    return {name: [_with_hostile_texts(name, each) for each in listed] for name, listed in found.items()}


def _with_hostile_texts(name, given):
    """A row with a text in every column that takes free text; ids only where there are some, names of hubs as they are."""
    columns = [column for column in metadata.tables[name].columns if isinstance(column.type, String)]
    free = [column.name for column in columns if "values" not in column.info and column.name not in SPOKEN]
    changed = {}
    for column in free:
        value = given.get(column, None if column.endswith("_id") else column)
        # A hub is known by the same id everywhere.
        changed[column] = value and text_of("hub_id" if column.endswith("hub_id") else column, value)
    return {**given, **changed, **({"name": given["name"]} if name == "hubs" else {})}


def database():
    """The address of a new database that holds the force, sealed as the demo seals its own."""
    url = database_of(rows())
    with create_engine(url, poolclass=NullPool).begin() as connection:
        seal(connection)
    return url
