"""Few children, many events: how far a few children account for what happens again and again."""

import pandas as pd
import streamlit as st

from metrics import charts, words
from metrics.markdown import escaped
from metrics.reports.few_children import SUBJECTS, Concentration, Subject
from pages.parts import cache, folded, heading, panel, tables
from queries.scope import Scope


def show_subject(subject: Subject, concentration: Concentration | None) -> None:
    """What may be said of one subject, and how many children had how many events."""
    title = words.capitalised(subject.events)
    st.subheader(escaped(title))
    if concentration is None:
        st.write(escaped(" ".join(cache.notes_of((subject.key,), scope)[subject.key])))
        return
    st.write(escaped(concentration.sentence))
    if concentration.children:
        columns = [words.capitalised(subject.happened), "Children", title]
        rows = concentration.rows.set_axis(columns, axis="columns")
        folded.show("How many children, how often", subject.key, lambda: tables.listing(rows, f"{subject.key}-children"))


scope: Scope = st.session_state.scope
heading.show("Few children, many events", scope)
st.write(
    "A few children often account for many events: they need help most. This page shows how many children are behind the events, "
    "and the share of events that the tenth of children with the most account for, compared with what chance alone would give. "
    "No child is scored, ranked or named."
)
concentrations = cache.concentrations(scope)
with_share = [concentration for concentration in concentrations if concentration and pd.notna(concentration.share)]
if with_share:
    sentence = " ".join(concentration.sentence for concentration in with_share)
    st.subheader("Share of events from the tenth of children with the most")
    panel.chart(charts.beside_chance(with_share), key="concentration", alt=sentence)
    st.caption("The bar is the share; the line across it is what chance alone would give.")
for subject, concentration in zip(SUBJECTS, concentrations, strict=True):
    show_subject(subject, concentration)
st.caption(
    "The children with the most events are grouped, so that each row of a table stands for at least five children. A child who "
    "often comes to notice often needs help: these figures are a call for help, not for blame."
)
