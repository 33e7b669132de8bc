"""Ethnic groups, where numbers allow: how much of everything is of a child who is not White; and where they do not."""

import streamlit as st

from pages.parts import board
from release.answers import summary

reader = st.session_state.reader  # no page without one
release = board.opened()
st.title("What can these figures say of ethnic groups?")
st.write(
    "Little. So few children here are of any one group that all but White are told together, and a share of them is no rate: it "
    "does not say how many of them live here. Whether children of some groups are stopped or detained more often than others is "
    "a question for the force's own comparison; ask for it."
)
frame = summary.other_groups(release)
board.table(frame)
board.explain(frame, beside=summary.shares_in_words(frame))
