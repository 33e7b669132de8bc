"""What the partnership board sees: figures released for it, and never an exact one."""

import streamlit as st

reader = st.session_state.reader  # no page without one
st.title("Released figures")
st.info(
    "No figures have been released yet. The board is shown only what was rounded and checked for release, so that no child can "
    "be recognised in a small count; exact figures stay with the force.",
    icon=":material/hourglass_empty:",
)
