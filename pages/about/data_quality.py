"""Whether the data can be trusted: what was loaded and when, what was refused, what cannot be classified or is not there."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from metrics import words
from metrics.markdown import escaped
from metrics.reports import refused_rows
from metrics.reports.refused_rows import LOADED
from metrics.themes import METRICS, THEMES
from pages.parts import cache, folded, heading, tables
from queries.scope import Access, Scope
from queries.tables import wording

_NOT_AVAILABLE = "Not available"
_OF_LOADS = {
    "source_file": "File",
    "lines_read": "Lines",
    "rows_filtered": "Left out",
    "rows_read": "Rows read",
    "rows_new": "New",
    "rows_changed": "Changed",
    "rows_unchanged": "Unchanged",
    "rows_superseded": "Overtaken",
    "rows_withdrawn": "Withdrawn",
    "rows_rejected": "Refused",
    "cells_not_read": "Cells not read",
    "table_name": "Table",
    "data_from": "First day",
    "data_to": "Last day",
}
_COUNTS = [name for name in _OF_LOADS if name.startswith(("lines_", "rows_", "cells_"))]


def show_freshness(access: Access) -> None:
    """How up to date the data are: when they were judged, and each table with its rows and the days they cover."""
    st.header("How up to date the data are")
    built_at, last_load = cache.facts_built_at(access), cache.loads(access)["loaded_at"].max()
    st.write(escaped(f"The figures count these rows as they stood on {words.moment(built_at)}."))
    st.write("The last day of a table is that of its last event, or a later one to which its extract was declared complete.")
    if pd.notna(last_load) and last_load > built_at:
        st.warning(f"Rows loaded on {escaped(words.moment(last_load))} are in no figure yet: run `python -m ingest facts`.")
    table = cache.freshness(access).assign(table=lambda frame: frame["table"].map(named))
    tables.listing(table.set_axis(["Table", "Rows", "First day", "Last day"], axis="columns"), "table-freshness")


def notes_table(scope: Scope) -> pd.DataFrame:
    """What there is to say beside the measures, one sentence a row."""
    by_measure = cache.notes_of(tuple(METRICS), scope)
    rows = [(theme.title, metric.name, note) for theme in THEMES for metric in theme.metrics for note in by_measure[metric.key]]
    table = pd.DataFrame(rows, columns=["Theme", "Measures", "Note"])
    by_note = table.groupby(["Theme", "Note"], sort=False)["Measures"].agg(", ".join)
    return by_note.reset_index()[["Theme", "Note", "Measures"]]


def show_availability(table: pd.DataFrame) -> None:
    """Measures without their data, and rows that could not be classified."""
    is_missing = table["Note"].str.startswith(_NOT_AVAILABLE)
    st.header("What is not available")
    if is_missing.any():
        st.write("These measures say “not available”, never zero.")
        tables.listing(table[is_missing], "not-available")
    else:
        st.write("Every measure has the data that it needs.")
    st.header("What could not be classified")
    if is_missing.all():
        st.write("There is nothing to classify in this period.")
    else:
        st.write("Rows left out of a figure because something was not recorded, and what else to keep in mind.")
        notes = table[~is_missing]
        folded.show(f"The {len(notes)} notes", "notes", partial(tables.listing, notes, "not-classified"))


def show_searches_under_10(scope: Scope) -> None:
    """Searches of children below the age that stop and search counts."""
    metric = METRICS["searches_under_10"]
    row = cache.frame(metric.key, scope, ()).iloc[0]
    st.header(escaped(metric.name))
    st.write(escaped(f"In this period: {words.shown(metric, row['value'], with_unit=True)}. No other figure counts them."))


def show_loads(access: Access) -> None:
    """The files taken in, load by load, and what became of their lines, rows and cells."""
    st.header("What was loaded")
    files = cache.loads(access)
    if files.empty:
        st.write("The data were not loaded by the importer (`python -m ingest`), so there is no record of files.")
        return
    st.write(
        "The latest files. Of the rows read, each is new, changes one that was known, is unchanged, is overtaken by a later file "
        "of the same load, or is refused. Withdrawn rows were known, and are not in a file that holds all of its table or month."
    )
    files = files.assign(table_name=files["table_name"].map(named), minute=files["loaded_at"].map(words.moment))
    for number, (minute, load) in enumerate(files.groupby("minute", sort=False)):
        what = f"{len(load)} files" if len(load) > 1 else "1 file"
        became = f"{load['rows_new'].sum():,.0f} new rows, {load['rows_rejected'].sum():,.0f} refused"
        folded.show(f"{minute}: {what}, {became}", f"load-{number}", partial(_show_load, load, number))


def _show_load(load: pd.DataFrame, number: int) -> None:
    """The files of one load, columns left out in which there is nothing."""
    shown = [name for name in _OF_LOADS if name not in _COUNTS or load[name].fillna(0).any()]
    counts = load[shown].astype({name: "Int64" for name in shown if name in _COUNTS})
    tables.listing(counts.rename(columns=_OF_LOADS), f"loads-{number + 1}")


def show_rejections(access: Access) -> None:
    """The rows refused, by load and reason, and then each with all that is wrong with it and what to do next."""
    _show_faults(
        "What was refused",
        cache.rejections(access),
        {"rows": "Rows", "still": "Still refused", "line": "First line"},
        "No row was refused.",
        "Reasons of rows that are refused at present: {}. Correct the rows where they come from and load the file again: what it "
        "then says of them stands. Rows that are still refused come first.",
    )
    rows = cache.refused_rows(access)
    if rows.empty:
        return
    table, number = refused_rows.table(rows), int(rows["all_rows"].iloc[0])
    which = f"The first {len(table):,} of {number:,} refused rows" if len(table) < number else "Every refused row"
    st.subheader("Each refused row")
    st.write(
        escaped(
            f"{number:,} rows, each with all of its reasons at once. A value is shown only where it cannot be a name: look for "
            "the others on the line of the file. Of columns that the dashboard does not know nothing is kept."
        )
    )
    folded.show(which, "refused-rows", partial(tables.listing, table, "refused-rows"))


def show_cells(access: Access) -> None:
    """The cells that could not be read, by load, column and reason."""
    _show_faults(
        "What could not be read",
        cache.cells_not_read(access),
        {"cells": "Cells", "still": "Still not read"},
        "Every cell could be read.",
        "Cells that count as not recorded at present, though something stands in them: {}. Their rows are counted. Whole columns "
        "here usually mean another date format, or words that the contract does not have.",
    )


def _show_faults(heading: str, table: pd.DataFrame, counts: Mapping[str, str], none: str, found: str) -> None:
    """What was wrong, load by load: where and what before how often and why. ``found`` has a place for how much still is."""
    st.header(escaped(heading))
    if table.empty:
        st.write(escaped(none))
        return
    st.write(escaped(found.format(f"{int(table['still'].sum()):,}")))
    columns = [refused_rows.named(*one) for one in zip(table["table"], table["column"], strict=True)]
    table = table.assign(
        column=columns,
        next_step=table["reason"].map(refused_rows.next_step),
        table=table["table"].map(named),
        loaded_at=table["loaded_at"].map(words.london),
    )
    names = {"file": "File", "column": "Column", **counts, "reason": "Reason", "next_step": "What to do next"}
    names |= {"table": "Table", "loaded_at": LOADED}
    tables.listing(table[list(names)].rename(columns=names), heading.lower().replace(" ", "-"))


def named(table: str) -> str:
    """A table of the database as people read it; as it is called where this version has it no more."""
    return words.capitalised(wording.TABLES.get(table, table))


scope: Scope = st.session_state.scope
heading.show("Data quality", scope)
show_freshness(scope.access)
show_availability(notes_table(scope))
show_searches_under_10(scope)
show_loads(scope.access)
show_rejections(scope.access)
show_cells(scope.access)
