"""Ethnic groups: whether children of each group meet each stage of the system more often than White children do."""

from dataclasses import replace

import streamlit as st

from metrics import charts
from metrics.markdown import bullets, escaped
from metrics.reports import ethnic_groups
from metrics.reports.disproportionality import STAGES, Against
from pages.parts import cache, filters, heading, panel, tables
from queries.scope import Scope

_DEFINED = {"As the child said": False, "As an officer saw it": True}
_AGAINST: dict[str, Against] = {"With the stage before it": "stage before", "With residents": "residents"}
_WHO = {"All children": False, "Only children who live here": True}

scope: Scope = st.session_state.scope
heading.show("Ethnic groups", scope)
st.write(
    "How often children of each ethnic group are searched, detained, charged and enter the youth justice system, compared with "
    "White children. Choose below whether each stage is compared with the stage before it (such as detentions for every search) "
    "or with the number of residents."
)
left, middle, right = st.columns(3)
with left:
    officer = _DEFINED[filters.choice("Ethnic group", "group", list(_DEFINED))]
with middle:
    against = _AGAINST[filters.choice("Compare each stage", "against", list(_AGAINST))]
with right:
    residents_only = _WHO[filters.choice("Children", "who", list(_WHO))]
narrowed = replace(scope, residents_only=residents_only)
st.caption(escaped(filters.described(narrowed)))
rates, residents = cache.relative_rates(narrowed, officer, against)
st.write(escaped(ethnic_groups.summary(rates, against)))
st.caption(escaped(next(ethnic_groups.cautions(residents, officer=officer, against=against))))  # the one that bends every rate
drawn = ethnic_groups.to_draw(rates, against)
if not drawn.empty:
    panel.chart(charts.relative(drawn), key="relative", alt=ethnic_groups.summary(rates, against))
    st.caption(
        "Dots show how many times as often as for White children; lines show the 95% range. Only groups with ten or more events "
        "at a stage are shown."
    )
for stage in STAGES:
    st.subheader(escaped(stage.title))
    if not ethnic_groups.is_available(rates, stage):
        st.write(escaped(" ".join(cache.notes_of((stage.metric.key,), narrowed)[stage.metric.key])))
        continue
    st.caption(escaped(ethnic_groups.stage_words(stage, against, residents)))
    file = ethnic_groups.file(rates, stage)
    tables.listing(ethnic_groups.table(rates, stage, against), f"{stage.key}-by-ethnic-group", file)
st.header("What to keep in mind")
st.markdown(bullets(ethnic_groups.cautions(residents, officer=officer, against=against)))
