"""The six measures at a glance, with their direction and what is published of other places."""

import streamlit as st

from metrics.markdown import escaped
from pages.parts import board
from release.answers import summary
from release.answers.questions import SIX

reader = st.session_state.reader  # no page without one
release = board.opened()
board.show_notes(release)
st.title("How does the force treat children?")
st.write(escaped(summary.moved(release, SIX)))
frame = summary.glance(release)
board.table(frame)
for sentence in summary.elsewhere(release):
    st.caption(escaped(sentence))
board.explain(frame, beside="Higher or lower is said only where chance and rounding together do not explain it.")
