"""What the marks mean, what the rounding promises and what it does not, and who decides what is released."""

import streamlit as st

from metrics.markdown import bullets, escaped
from pages.parts import board
from release.answers import proof

reader = st.session_state.reader  # no page without one
release = board.opened()
st.title("What do the marks mean?")
st.markdown(bullets(proof.PROMISES))
st.markdown(f"**This release.** {escaped(proof.of(release))}")
with st.expander("What is told together or left out, so that no number tells of too few children"):
    board.table(proof.coarser(release))
st.page_link("pages/about/definitions.py", label="What every figure means")
