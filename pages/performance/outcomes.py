"""How crimes with a child suspect end."""

import streamlit as st

from metrics import charts
from metrics.markdown import escaped
from metrics.reports import endings
from pages.parts import cache, panel, theme
from queries.scope import Scope


def show_endings(scope: Scope) -> None:
    """A bar of 100% a year, and what moved."""
    frame = cache.endings(scope)
    if frame.empty:
        return
    said = endings.what_moved(frame)
    st.subheader(escaped(said))
    panel.chart(
        charts.parts(frame, endings.names(frame), endings.parts_of(frame)),
        key="endings",
        alt=said,
        title="How crimes with a child suspect ended",
    )


theme.page(
    "outcomes",
    cards=("outcome_21_share", "outcome_10_share", "diversion_share", "community_resolution_share"),
    splits=("offence_group", "outcome_group", "age_band", "sex", "ethnicity", "in_care"),
    bases={"By the date of the outcome": "closed", "By the date recorded": "recorded"},
    opening=show_endings,
)
