"""What is out of line with its own past: offence groups, places and ages, and nothing where nothing is."""

from collections.abc import Mapping

import streamlit as st

from metrics.markdown import escaped
from metrics.reports import emerging
from metrics.reports.emerging import Trend
from metrics.themes import METRICS
from pages.parts import cache, filters, heading, markup, profile, tables
from pages.parts.markup import element, elements, text
from queries.scope import Scope


def finding(trend: Trend, hub_names: Mapping[str, str]) -> str:
    """What is out of line and how far, leading to its chart at its place; of crimes, to that of the measure nearest to them."""
    metric = METRICS.get(trend.subject, METRICS["child_suspect_crimes"])
    hub = dict(zip(trend.by, trend.cell, strict=True)).get("hub", "")
    name = element("b", text(f"{emerging.name(trend, hub_names)}."))
    page, choices = profile.to_chart(metric, hub_names.get(hub, ""))
    return f"{markup.link(page, choices, name, class_='onward')} {text(emerging.sentence(trend))}"


scope: Scope = st.session_state.scope
heading.show("Emerging trends", scope, filters.place_name(scope))
st.write(
    "Offence groups, places and ages whose last three months are out of line with the same months of the years before: more, or "
    "fewer, than chance and their usual variation explain."
)
result = cache.emerging_trends(scope)
hub_names = cache.hub_names(scope.access)
st.write(escaped(emerging.summary(result)))
if result.trends:
    markup.show(element("ul", elements("li", (finding(trend, hub_names) for trend in result.trends)), class_="signals"))
    tables.listing(emerging.table(result, hub_names), "emerging-trends", emerging.file(result, hub_names))
st.caption("A trend is a question to ask, not an explanation: more reports may mean more trust, more officers, or one child.")
