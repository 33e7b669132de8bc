"""What a meeting was told after an earlier load, and what the same period shows now."""

from datetime import datetime

import pandas as pd
import streamlit as st

from metrics import words
from metrics.reports import revisions
from pages.parts import cache, filters, tables
from queries.scope import Scope


def chosen(moments: list[datetime]) -> datetime:
    """The load that the reader chooses among the earlier ones; of several within a minute, the last."""
    named = {words.moment(moment): moment for moment in reversed(moments)}
    return named[filters.choice("Figures as told after the load of", "told", list(reversed(named)))]


def changes(table: pd.DataFrame) -> None:
    """What became of each figure that is worth mentioning, in words, and every figure as a table."""
    changed = revisions.changes(table)
    if changed:
        st.header("Worth mentioning")
        st.markdown("\n".join(f"- **{measure}**, {where}. {became}" for measure, where, became in changed))
    st.header("Every figure")
    tables.listing(table.drop(columns="In words"), "told-and-now")


def why() -> None:
    """What makes a figure already told change, none of it alarming."""
    with st.expander("Why a figure for the same period may differ"):
        st.markdown(
            "- What happened in the period was **reported or entered late**.\n"
            "- Records were **completed**: a detention ended, a child came back, a crime was given its outcome.\n"
            "- Records were **corrected**, or moved to another day or hub.\n"
            "- The **number of residents** was updated, which moves rates.\n"
            "- The **definition** of the measure was mended in a new version of this dashboard."
        )


scope: Scope = st.session_state.scope
st.title("What was said before")
st.write(
    "The figures that the overview opened with after an earlier load, and what the same period shows now. "
    "Each is of the period that it was told for: of the choices in the sidebar, only the hub, area or authority counts here."
)
moments = cache.told_moments(scope.access)
try:
    revisions.earlier(moments)
except revisions.NoEarlierFigures as nothing:
    st.info(f"There is nothing to compare yet. {nothing}", icon=":material/hourglass_empty:")
else:
    found = cache.told(chosen(moments[1:]), scope)
    names = dict(cache.places(scope.access)[["hub", "name"]].itertuples(index=False, name=None))
    if found.empty:
        st.info("Nothing was kept of this place at that load.", icon=":material/hourglass_empty:")
    else:
        st.write(revisions.summary(found))
        changes(revisions.listing(found, names))
    why()
