"""The headline figures as they stood after an earlier load, and what the same period shows now."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import streamlit as st

from metrics import words
from metrics.markdown import bold, escaped
from metrics.reports import revisions
from pages.parts import cache, filters, heading, tables
from queries.scope import Scope


def choose_load(moments: list[datetime]) -> datetime:
    """The load that the reader chooses among the earlier ones; of several within a minute, the last."""
    by_name = {words.moment(moment): moment for moment in reversed(moments)}
    return by_name[filters.choice("Figures as they stood after the load of", "told", list(reversed(by_name)))]


def show_changes(figures: pd.DataFrame, hub_names: Mapping[str, str]) -> None:
    """What became of each figure that is worth mentioning, in words, and every figure as a table."""
    table = revisions.listing(figures, hub_names)
    changes = revisions.worth_mentioning(table)
    if changes:
        st.header("Worth mentioning")
        st.markdown("\n".join(f"- {bold(measure)}, {escaped(f'{where}. {change}')}" for measure, where, change in changes))
    st.header("Every figure")
    of_one_hub = "Hub" in table and len(set(table["Hub"])) == 1  # the caption names it
    shown = table.drop(columns=["In words", *(["Hub"] if of_one_hub else [])])
    tables.listing(shown, "revised-figures", revisions.file(figures, hub_names))


def explain() -> None:
    """What makes a figure of an earlier period change, none of it alarming."""
    with st.expander("Why a figure for the same period may differ"):
        st.markdown(
            "- What happened in the period was **reported or entered late**.\n"
            "- Records were **completed**: a detention ended, a child came back, a crime was given its outcome.\n"
            "- Records were **corrected**, or moved to another day or hub.\n"
            "- The **number of residents** was updated, which changes rates.\n"
            "- The **definition** of the measure was corrected in a new version of this dashboard."
        )


scope: Scope = st.session_state.scope
heading.show("Revised figures", scope, filters.place_name(scope))
st.write(
    "The headline figures as they stood after an earlier load of data, and what the same period shows now. "
    "Each figure keeps the period that it was for: of the choices in the sidebar, only the hub, area or council counts here."
)
moments = cache.moments_kept(scope.access)
try:
    revisions.earlier_load(moments)
except revisions.NoEarlierFigures as reason:
    st.info(escaped(f"There is nothing to compare yet. {reason}"), icon=":material/hourglass_empty:")
else:
    figures = cache.revisions(choose_load(moments[1:]), Scope(scope.access, hubs=scope.hubs))
    if figures.empty:
        st.info("No figures were kept for this place at that load.", icon=":material/hourglass_empty:")
    else:
        st.write(escaped(revisions.summary(figures)))
        show_changes(figures, cache.hub_names(scope.access))
    explain()
