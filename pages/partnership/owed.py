"""What partners owe children who were missing or in custody: a talk after every return, accommodation, an adult beside them."""

import streamlit as st

from pages.parts import board
from release.answers.questions import OWED

reader = st.session_state.reader  # no page without one
board.questions(OWED)
