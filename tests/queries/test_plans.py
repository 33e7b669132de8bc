"""How PostgreSQL goes about the figures: whatever it looks up for each single event, it finds by an index."""

import re
from pathlib import Path

import pytest
from product import answered
from sqlalchemy import event

from metrics.measuring.measure import measure_all
from metrics.themes import THEMES
from queries.engine import connect
from queries.scope import Access, Scope
from queries.tables import metadata

README = Path(__file__).parents[2] / "README.md"
SMALL = {"hubs"}  # six rows are read sooner than any index


def plans(url, metrics, by):
    """What the server means to do for each statement that these measures need."""
    engine, statements = connect(url), []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    answered(engine, measure_all, metrics, Scope(Access("command")), by)
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        return [
            connection.exec_driver_sql(f"EXPLAIN (VERBOSE, FORMAT JSON) {one}", given).scalar()[0]["Plan"]
            for one, given in statements
        ]


def read_through_for_each_row(plan, read_once=None, *, repeatedly=False):
    """The tables that are read from end to end inside of something that is done for every row.

    What is looked up in a hashed table is read once, to make it.
    """
    read_once = re.findall(r"hashed (SubPlan \d+)", str(plan)) if read_once is None else read_once
    repeatedly = repeatedly or (plan.get("Parent Relationship") == "SubPlan" and plan["Subplan Name"] not in read_once)
    if repeatedly and plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from read_through_for_each_row(
            part, read_once, repeatedly=repeatedly and part.get("Parent Relationship") != "InitPlan"
        )


def able(theme, by):
    return [metric for metric in theme.metrics if by in metric.splits]


EACH = [(theme, by) for theme in THEMES for by in ("area", "in_care") if able(theme, by)]


@pytest.mark.parametrize(("theme", "by"), EACH, ids=lambda given: getattr(given, "key", given))
def test_no_table_is_read_through_for_each_event(demo_on_postgresql, theme, by):
    found = plans(demo_on_postgresql, able(theme, by), (by,))
    assert found
    assert {name for plan in found for name in read_through_for_each_row(plan)} <= SMALL


def test_the_readme_names_the_indexes_that_matter():
    indexed = {f"{table.name}({column.name})" for table in metadata.sorted_tables for i in table.indexes for column in i.columns}
    assert indexed <= set(re.findall(r"`(\w+\(\w+\))`", README.read_text(encoding="utf-8")))
