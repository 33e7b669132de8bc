"""All of it on one sheet, to lay on the table."""

import streamlit as st

from pages.parts import board
from release.answers import summary
from release.answers.questions import CRIME, IN_CARE, OWED

reader = st.session_state.reader  # no page without one
release = board.opened()
st.title(f"Children first: {release.force}")
board.describe(release)
glance, hubs = summary.glance(release), summary.hubs(release)
board.table(glance)
board.table(hubs)
for _, answer in summary.answers(release, (*OWED, *CRIME, IN_CARE)):
    st.markdown(board.escaped(answer))
board.explain(glance, hubs)
