"""Readers of figures are told in ordinary words what a figure needs or lacks, never by the names that a database has for it."""

import re
from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import child, row, rows

from docs.sentences import sentences
from metrics.measuring import refusals
from metrics.measuring.notes import notes_of_all, to_load
from metrics.themes import METRICS
from queries.counting.coverage import ask
from queries.counting.origins import columns_of
from queries.counting.question import NotAvailable
from queries.engine import connect
from queries.facts.known import named_in
from queries.lookups.quality import SetAside
from queries.scope import Access, Scope
from queries.tables import CONTRACT
from queries.tables.wording import COLUMNS, TABLES, in_words

RAW = re.compile(r"[A-Za-z0-9]_[A-Za-z0-9]")  # as in date_of_birth
SCOPE = Scope(Access("command"), start=date(2025, 4, 1), end=date(2025, 7, 1))
# Of commands, and of the page of whoever loads: there a column is named as the file names it.
NAME_COLUMNS = (
    "auth/",
    "audit/",
    "ingest/",
    "demo/",
    "release/__main__.py",
    "metrics/__main__.py",
    "metrics/reports/refused_rows",
)


def test_every_table_and_column_of_the_contract_has_words():
    assert {table.name: set(table.columns.keys()) for table in CONTRACT} == {name: set(of) for name, of in COLUMNS.items()}
    assert {table.name for table in CONTRACT} == set(TABLES)
    for text in (*TABLES.values(), *(text for of in COLUMNS.values() for text in of.values())):
        assert text == text.strip() and not RAW.search(text) and text[0].islower(), text
    assert in_words("children.date_of_birth") == "dates of birth" and in_words("stop_searches") == "stop searches"


def test_no_two_columns_of_a_table_have_the_same_words():
    assert all(len(set(of.values())) == len(of) for of in COLUMNS.values())


@pytest.mark.parametrize("key", METRICS)
def test_whatever_a_measure_needs_or_lacks_is_said_in_words(key):
    metric = METRICS[key]
    needed = {name for need in metric.needs for name in named_in(need)}
    read = {f"{column.table.name}.{column.name}" for part in metric.parts for column in columns_of(part)}
    assert needed
    for name in needed | read:
        table, _, column = name.partition(".")
        aside = SetAside({(table, column or None): {(None, None): 1, (date(2025, 5, 1), None): 2}}, {})
        (said,) = refusals.on_lacking(NotAvailable(SCOPE, (), (), (name,), None), aside)
        assert in_words(name) in said and not RAW.search(said), said


@pytest.mark.usefixtures("on_each_engine")
def test_no_note_of_an_empty_database_names_a_column():
    notes = answered(connect(database_of({})), notes_of_all, list(METRICS.values()), SCOPE)
    assert notes.keys() == METRICS.keys()
    for told in notes.values():
        assert told[0].startswith("Not available: needs ") and told[0].endswith(", which are not loaded.")
        assert not any(map(RAW.search, told)), told


@pytest.mark.usefixtures("on_each_engine")
def test_nor_one_of_a_database_in_which_something_of_everything_was_set_aside():
    aside = {"load_id": "1", "row_key": None, "day": date(2025, 5, 1), "other_day": None}
    named = [(table.name, column) for table in CONTRACT for column in (None, *table.columns.keys())]
    held = [row(table_name=table, column_name=column, line=line, **aside) for line, (table, column) in enumerate(named)]
    searches = [row(search_id=on, child_id="A", searched_on=on, kind="person") for on in ("2025-04-01", "2025-06-30")]
    engine = connect(database_of(rows(children=[child("A")], stop_searches=searches, set_aside=held)))
    notes = answered(engine, notes_of_all, list(METRICS.values()), SCOPE)
    assert any("1 of the outcomes of stop searches" in note for note in notes["search_outcome_rate"])
    assert not [note for told in notes.values() for note in told if RAW.search(note)]


@pytest.mark.usefixtures("on_each_engine")
def test_what_must_be_loaded_is_named_by_measure():
    asked = [METRICS[key] for key in ("searches", "detentions", "overnight_share", "reoffences_per_reoffender")]
    searches = [row(search_id=on, child_id="A", searched_on=on, kind="person") for on in ("2025-04-01", "2025-06-30")]
    told = answered(connect(database_of(rows(children=[child("A")], stop_searches=searches))), to_load, asked, SCOPE)
    assert told == {
        "detentions": "detentions",
        "overnight_share": "times of detention and times of release from police custody",
        "reoffences_per_reoffender": "cautions, sentences and other disposals",
    }


@pytest.mark.usefixtures("on_each_engine")
def test_nothing_must_be_loaded_where_only_the_period_is_another():
    tables = rows(children=[child("A")], detentions=[row(detention_id="1", child_id="A", authorised_on="2024-05-01")])
    engine, asked = connect(database_of(tables)), METRICS["detentions"]
    assert isinstance(answered(engine, lambda connection, scope: ask(connection, asked.parts, scope), SCOPE), NotAvailable)
    assert answered(engine, to_load, [asked], SCOPE) == {}


def test_no_sentence_of_the_pages_is_written_with_the_name_of_a_column():
    columns = {column.name for table in CONTRACT for column in table.columns if "_" in column.name}
    raw = re.compile(rf"(?<![{{`\w])(?:{'|'.join(sorted(columns))})(?!\w)")
    said = [(place, text) for place, _, text in sentences() if not place.startswith(NAME_COLUMNS)]
    assert len(said) > 600
    assert [(place, text) for place, text in said if raw.search(text)] == []


def test_no_measure_is_described_with_the_name_of_a_column():
    for metric in METRICS.values():
        said = (
            metric.name,
            metric.question,
            metric.unit,
            metric.source,
            *metric.caveats,
            metric.not_charted,
            metric.not_comparable,
        )
        counted = (count.name for count in (*metric.parts, *metric.left_out))
        assert not [text for text in (*said, *counted) if RAW.search(text)], metric.key
