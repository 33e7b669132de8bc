"""What is out of line with its own past: offence groups, places and ages, and nothing where nothing is."""

import streamlit as st

from metrics.markdown import bold, escaped
from metrics.reports import emerging
from pages.parts import cache, filters, heading, tables
from queries.scope import Scope

scope: Scope = st.session_state.scope
heading.show("Emerging trends", scope, filters.place_name(scope))
st.write(
    "Offence groups, places and ages whose last three months are out of line with the same months of the years before: more, or "
    "fewer, than chance and their usual variation explain."
)
result = cache.emerging_trends(scope)
hub_names = cache.hub_names(scope.access)
st.write(escaped(emerging.summary(result)))
if result.window:
    for trend in result.trends:
        st.markdown(f"{bold(f'{emerging.name(trend, hub_names)}.')} {escaped(emerging.sentence(trend))}")
    if result.trends:
        tables.listing(emerging.table(result, hub_names), "emerging-trends", emerging.file(result, hub_names))
st.caption("A trend is a question to ask, not an explanation: more reports may mean more trust, more officers, or one child.")
