"""Few children, many events: how far a few children account for what happens again and again."""

import streamlit as st

from metrics import charts
from metrics.reports.few_children import SUBJECTS, Concentration, Subject
from pages.parts import cache, filters, panel, tables
from queries.scope import Scope


def subject(about: Subject, found: Concentration | None) -> None:
    """What may be said of one subject, and how many children had how many events."""
    title = about.things[0].upper() + about.things[1:]
    st.subheader(title)
    if found is None:
        st.write(" ".join(cache.notes_of((about.key,), scope)[about.key]))
        return
    st.write(found.sentence)
    if found.children:
        named = found.rows.set_axis([about.done[0].upper() + about.done[1:], "Children", title], axis="columns")
        with st.expander("How many children, how often"):
            tables.listing(named, f"{about.key}-children")


scope: Scope = st.session_state.scope
st.title("Few children, many events")
st.write(
    "A few children often account for many events: they need help most. Children are set beside episodes here, and what the "
    "tenth of children with most of them account for beside what chance alone would give. No child is scored, ranked or named."
)
st.caption(filters.described(scope))
concentrations = cache.concentrations(scope)
told = [found for found in concentrations if found is not None and found.share == found.share]
if told:
    sentence = " ".join(found.sentence for found in told)
    st.subheader("What the tenth of children with most events account for")
    st.plotly_chart(charts.beside_chance(told), config=panel.CHART, key="concentration", alt=sentence)
    st.caption("The bar is the share found, the line across it what chance alone would give.")
for about, found in zip(SUBJECTS, concentrations, strict=True):
    subject(about, found)
st.caption(
    "Children with most events are put together until there are at least five in a row. A child who comes to notice often is one "
    "to whom something happens often: read these figures as a call for help, not for blame."
)
