"""What every figure means: question, what is counted, out of what, unit, source and caveats."""

import streamlit as st

from metrics.themes import THEMES
from pages.parts import panel
from queries.scope import Scope

scope: Scope = st.session_state.scope  # no page without a reader
st.title("Definitions")
st.write(
    "What every figure on these pages means, read from the same place that counts it. A child is a person under 18 on the date "
    "that the figure names; a day is a day in London; what is not recorded is never taken for nought."
)
for theme in THEMES:
    st.header(theme.title)
    st.write(theme.about)
    for metric in theme.metrics:
        with st.expander(metric.name):
            panel.definition(metric)
            st.caption(f"Key: `{metric.key}`")
