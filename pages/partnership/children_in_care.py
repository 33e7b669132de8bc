"""Children in care: how many there are, and what share of everything else is of one of them."""

import streamlit as st

from pages.parts import board
from release.answers import summary
from release.answers.questions import IN_CARE

reader = st.session_state.reader  # no page without one
board.questions((IN_CARE,), beside={"What share of all else is of children in care?": summary.in_care})
