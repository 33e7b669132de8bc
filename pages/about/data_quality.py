"""Whether the data can be trusted: what was loaded and when, what was refused, what cannot be classified or is not there."""

import pandas as pd
import streamlit as st

from metrics import words
from metrics.themes import METRICS, THEMES
from pages.parts import cache, filters, tables
from queries.scope import Access, Scope

_NOT_AVAILABLE = "Not available"


def show_freshness(access: Access) -> None:
    """How up to date the data are: when they were judged, and each table with its rows and the days they cover."""
    st.header("How up to date the data are")
    built_at, last_load = cache.facts_built_at(access), cache.loads(access)["loaded_at"].max()
    st.write(f"The figures count these rows as they stood on {words.moment(built_at)}.")
    if pd.notna(last_load) and last_load > built_at:
        st.warning(f"Rows loaded on {words.moment(last_load)} are in no figure yet: run `python -m ingest facts`.")
    table = cache.freshness(access).assign(table=lambda frame: frame["table"].map(in_words))
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
        tables.listing(table[~is_missing], "not-classified")


def show_searches_under_10(scope: Scope) -> None:
    """Searches of children below the age that stop and search counts."""
    metric = METRICS["searches_under_10"]
    row = cache.frame(metric.key, scope, ()).iloc[0]
    st.header(metric.name)
    st.write(f"In this period: {words.shown(metric, row['value'], with_unit=True)}. No other figure counts them.")


def show_loads(access: Access) -> None:
    """The files taken in."""
    st.header("What was loaded")
    files = cache.loads(access)
    if files.empty:
        st.write("The data were not loaded by the importer (`python -m ingest`), so there is no record of files.")
        return
    names = {
        "table_name": "Table",
        "source_file": "File",
        "loaded_at": "Loaded (UTC)",
        "data_from": "First day",
        "data_to": "Last day",
        "rows_read": "Rows read",
        "rows_loaded": "Rows loaded",
        "rows_rejected": "Rows refused",
    }
    files = files.assign(table_name=files["table_name"].map(in_words), loaded_at=files["loaded_at"].dt.floor("s"))
    tables.listing(files[list(names)].rename(columns=names), "loads")


def show_rejections(access: Access) -> None:
    """The rows refused, by reason."""
    st.header("What was refused")
    table = cache.rejections(access)
    if table.empty:
        st.write("No row was refused.")
        return
    st.write(f"Rows refused: {int(table['rows'].sum()):,}. Correct them at the source and load the file again.")
    table = table.assign(table=table["table"].map(in_words))
    tables.listing(table.set_axis(["Table", "File", "Column", "Reason", "Rows"], axis="columns"), "refused")


def in_words(name: str) -> str:
    """The name of a table of the database as people read it."""
    return name.replace("_", " ").capitalize()


scope: Scope = st.session_state.scope
st.title("Data quality")
st.caption(filters.described(scope))
show_freshness(scope.access)
show_availability(notes_table(scope))
show_searches_under_10(scope)
show_loads(scope.access)
show_rejections(scope.access)
