"""Several hubs or quarters together: the released number where there is one, else the sum of released numbers."""

import streamlit as st

from pages.parts import board

reader = st.session_state.reader  # no page without one
board.choose("What do several hubs or quarters come to?")
