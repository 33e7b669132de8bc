"""Whether the data can be trusted: what was loaded and when, what was refused, what cannot be classified or is not there."""

import pandas as pd
import streamlit as st

from metrics import words
from metrics.themes import METRICS, THEMES
from pages.parts import cache, filters, tables
from queries.scope import Access, Scope

_NOT_AVAILABLE = "Not available"


def freshness(access: Access) -> None:
    """Each table with its rows and the days they cover."""
    st.header("How fresh the data are")
    found = cache.freshness(access).assign(table=lambda frame: frame["table"].map(plain))
    tables.listing(found.set_axis(["Table", "Rows", "First day", "Last day"], axis="columns"), "table-freshness")


def notes(scope: Scope) -> pd.DataFrame:
    """What there is to say beside the measures, one sentence a row."""
    told = cache.notes_of(tuple(METRICS), scope)
    rows = [(theme.title, metric.name, note) for theme in THEMES for metric in theme.metrics for note in told[metric.key]]
    found = pd.DataFrame(rows, columns=["Theme", "Measures", "Note"])
    alike = found.groupby(["Theme", "Note"], sort=False)["Measures"].agg(", ".join)
    return alike.reset_index()[["Theme", "Note", "Measures"]]


def availability(found: pd.DataFrame) -> None:
    """Measures without their data, and rows that could not be classified."""
    is_missing = found["Note"].str.startswith(_NOT_AVAILABLE)
    st.header("What is not available")
    if is_missing.any():
        st.write("These measures say “not available”, never nought.")
        tables.listing(found[is_missing], "not-available")
    else:
        st.write("Every measure has what it needs.")
    st.header("What could not be classified")
    if is_missing.all():
        st.write("There is nothing to classify in this period.")
    else:
        st.write("Rows left out of a figure because something was not recorded, and what else to keep in mind.")
        tables.listing(found[~is_missing], "not-classified")


def under_10(scope: Scope) -> None:
    """Searches of children below the age that stop and search counts."""
    metric = METRICS["searches_under_10"]
    row = cache.frame(metric.key, scope, ()).iloc[0]
    st.header(metric.name)
    st.write(f"In this period: {words.shown(metric, row['value'], with_unit=True)}. They are in no other figure.")


def loads(access: Access) -> None:
    """The files taken in."""
    st.header("What was loaded")
    found = cache.loads(access)
    if found.empty:
        st.write("The database was not filled by the importer, so there is no record of files.")
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
    found = found.assign(table_name=found["table_name"].map(plain), loaded_at=found["loaded_at"].dt.floor("s"))
    shown = found[list(names)].rename(columns=names)
    tables.listing(shown, "loads")


def rejections(access: Access) -> None:
    """The rows refused, by reason."""
    st.header("What was refused")
    found = cache.rejections(access)
    if found.empty:
        st.write("No row was refused.")
        return
    count = int(found["rows"].sum())
    st.write(f"Rows set aside whole: {count:,}. Correct them at the source and load the file again.")
    named = found.assign(table=found["table"].map(plain))
    tables.listing(named.set_axis(["Table", "File", "Column", "Reason", "Rows"], axis="columns"), "refused")


def plain(name: str) -> str:
    return name.replace("_", " ").capitalize()


scope: Scope = st.session_state.scope
st.title("Data quality")
st.caption(filters.described(scope))
freshness(scope.access)
availability(notes(scope))
under_10(scope)
loads(scope.access)
rejections(scope.access)
