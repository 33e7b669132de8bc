"""How many searches of children lead to anything: released figures."""

import streamlit as st

from pages.parts import board
from release.answers.questions import QUESTIONS

reader = st.session_state.reader  # no page without one
board.question(QUESTIONS["searching"])
